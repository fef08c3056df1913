"""Few requests are answered at once, each in its turn, and a long one shuts nobody out."""

from __future__ import annotations

import asyncio

import pytest

from oddline.service.gate import Gate


def run(gate_of, *waits):
    """Send visitors who each stay so long; the answer tells who came and went, in order."""
    told = []

    async def visitor(name, wait):
        async with gate.turn():
            told.append(f"{name} in")
            await asyncio.sleep(wait)
            told.append(f"{name} out")

    async def all_of_them():
        nonlocal gate
        gate = gate_of()
        async with asyncio.timeout(10):
            await asyncio.gather(*(visitor(name, wait) for name, wait in zip("abcdef", waits, strict=False)))

    gate = None
    asyncio.run(all_of_them())
    return told


def test_so_many_at_once_in_the_order_in_which_they_came():
    assert run(lambda: Gate(1, 60), 0.01, 0.001, 0) == ["a in", "a out", "b in", "b out", "c in", "c out"]
    assert run(lambda: Gate(2, 60), 0.05, 0.001, 0)[:4] == ["a in", "b in", "b out", "c in"]


def test_a_long_one_lets_another_in_once():
    told = run(lambda: Gate(1, 0.02), 0.3, 0.3, 0.001, 0.001)
    assert told[:2] == ["a in", "b in"], "b waits for a no longer than there is patience"
    assert told.index("c in") < told.index("a out")
    assert told[4:] == ["d in", "d out", "a out", "b out"]


def test_a_long_one_makes_room_once():
    async def both():
        gate = Gate(1, 0.01)
        async with gate.turn():
            await asyncio.sleep(0.05)
        async with gate.turn():
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.005), gate.turn():
                    pass

    asyncio.run(both())


def test_a_turn_ends_with_an_error_as_well():
    async def fails():
        gate = Gate(1, 60)
        with pytest.raises(KeyError):
            async with gate.turn():
                raise KeyError
        async with asyncio.timeout(5), gate.turn():
            return "in"

    assert asyncio.run(fails()) == "in"
