"""One target under the fuzzer: ``python -m fuzz._run TARGET [FILE_OR_OPTION...]``; a file is only tried."""

from __future__ import annotations

import importlib
import sys
import warnings
from collections.abc import Callable

import atheris

FACTS = 512
"""More than any target tells apart."""


def _marker() -> Callable[[set[int]], int]:
    """Make a function with one branch for each fact: the fuzzer sees branches and nothing else."""
    source = "def mark(facts):\n told = 0\n"
    source += "".join(f" if {fact} in facts:\n  told += 1\n" for fact in range(FACTS)) + " return told\n"
    made: dict[str, Callable[[set[int]], int]] = {}
    exec(source, made)
    return atheris.instrument_func(made["mark"])


def _load(name: str) -> Callable[[bytes], set[int]]:
    with atheris.instrument_imports(include=["oddline"]):
        from oddline.core import folder

        for room in ("sources", "formats", "templates"):
            for plugin in folder.plugins(room).values():
                if plugin.path is None or plugin.path.suffix == ".py":
                    folder.load(room, plugin.name)
        check: Callable[[bytes], set[int]] = importlib.import_module(f"fuzz.{name}").check
    return check


def main() -> None:
    """Fuzz until the time is up or something breaks."""
    from fuzz._mutate import mutate

    name = sys.argv.pop(1)
    check, mark = _load(name), _marker()
    warnings.simplefilter("error")

    def try_one(data: bytes) -> None:
        mark(check(data))

    def change(data: bytes, most: int, seed: int) -> bytes:
        return mutate(data, most, seed, atheris.Mutate)

    atheris.Setup(sys.argv, try_one, custom_mutator=change)
    atheris.Fuzz()


main()
