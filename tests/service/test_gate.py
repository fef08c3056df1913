"""Few requests are answered at once, each in its turn, and a long one shuts nobody out."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from oddline.service.gate import Gate
from tests.service.accounts import BASE


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


async def body_that_stops(app, kind, begin):
    """Send the beginning of a body, and nothing more."""
    sent = asyncio.Event()

    async def half():
        yield begin
        sent.set()
        await asyncio.sleep(60)

    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE)
    headers = {"content-type": kind, "cookie": "oddline_session=none", "content-length": "100"}
    return asyncio.create_task(client.post("/api/v1/session", content=half(), headers=headers)), sent


@pytest.mark.parametrize(
    ("kind", "begin"),
    [
        ("application/json", b"{"),
        ("application/x-www-form-urlencoded", b"form_key="),
        ("multipart/form-data; boundary=x", b"--x\r\n"),
    ],
)
def test_who_sends_slowly_keeps_nobody_waiting(app, service, kind, begin):
    service.gate = Gate(1, patience=60)

    async def others():
        slow, sent = await body_that_stops(app, kind, begin)
        async with asyncio.timeout(10), httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE) as client:
            await sent.wait()
            answer = await client.get("/api/v1/session")
        assert not slow.done()
        slow.cancel()
        return answer.status_code

    assert asyncio.run(others()) == 401


def test_a_body_that_breaks_off_is_refused(app):
    async def broken():
        messages = iter([{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}])
        told = []

        async def receive():
            return next(messages)

        async def send(message):
            told.append(message)

        where = {"path": "/api/v1/session", "raw_path": b"/api/v1/session", "root_path": "", "query_string": b""}
        from_whom = {"client": ("testclient", 1), "server": ("127.0.0.1", 8765), "scheme": "http"}
        headers = [(b"host", b"127.0.0.1:8765")]
        scope = {"type": "http", "method": "POST", "http_version": "1.1", "headers": headers, **where, **from_whom}
        await app(scope, receive, send)
        return told[0]["status"]

    assert asyncio.run(broken()) == 400


def test_a_form_with_files_where_none_is_wanted_is_refused(stranger, as_role):
    form = b'--x\r\ncontent-disposition: form-data; name="form_key"\r\n\r\nabc\r\n--x--\r\n'
    headers = {"content-type": "multipart/form-data; boundary=x", "cookie": "oddline_session=none"}
    for method, path in (("POST", "/api/v1/session"), ("DELETE", "/api/v1/session"), ("POST", "/api/v1/tokens")):
        assert 400 <= stranger.request(method, path, content=form, headers=headers).status_code < 500
