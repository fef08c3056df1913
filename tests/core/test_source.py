"""Source text is parsed by any number of threads at once."""

from __future__ import annotations

import ast
import gc
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import oddline
from oddline.core.source import tree_of


class Finalised:
    """Garbage that runs Python code when it is collected: there another thread may take over, amid a tree."""

    def __init__(self) -> None:
        self.me = self

    def __del__(self) -> None:
        sum(range(200))


@pytest.fixture
def hasty() -> Iterator[None]:
    """Have threads and the collector of garbage come in at nearly any moment."""
    interval, threshold = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(1e-6)
    gc.set_threshold(50)
    yield
    sys.setswitchinterval(interval)
    gc.set_threshold(*threshold)


def test_many_threads_parse_at_once(hasty):
    paths = sorted(Path(oddline.__file__).parent.joinpath("detectors").glob("*.py"))[:16]
    texts = [path.read_text() for path in paths]

    def parse(text: str) -> str:
        Finalised()
        return (ast.get_docstring(tree_of(text)) or "").split("\n")[0]

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(parse, texts * 2))
    assert told == [text.removeprefix('"""').split("\n")[0].removesuffix('"""') for text in texts] * 2
