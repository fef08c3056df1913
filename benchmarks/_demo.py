"""Puts what `make demo` prints into the README, so that it never shows what the program does not print.

python -m benchmarks._demo
"""

from __future__ import annotations

import io
import re

from benchmarks._data import ROOT
from oddline.drivers import batch
from oddline.outputs.console import Console

WIDTH, INCIDENTS = 110, 5


def main() -> None:
    stream = io.BytesIO()
    result = batch.scan(batch.Request(("examples/shop",)))
    Console(width=WIDTH, colour=False, most=INCIDENTS).write(result, stream)
    text = stream.getvalue().decode().rstrip()
    readme = ROOT / "README.md"
    told = re.sub(
        r"(make demo`.*?```text\n).*?(\n```)", lambda m: m[1] + text + m[2], readme.read_text(), flags=re.DOTALL
    )
    readme.write_text(told, encoding="utf-8")


if __name__ == "__main__":
    main()
