"""Where the labelled data lies, and where results go."""

from __future__ import annotations

import json
import lzma
import os
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "results"
CACHE = ROOT / ".cache"
"""What can be made again, outside git."""


def data_folder() -> Path:
    """Find the labelled data: `ODDLINE_DATA`, else beside the repository."""
    folder = Path(os.environ.get("ODDLINE_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        sys.exit(f"no labelled data at {folder}; set ODDLINE_DATA")
    return folder


def text_of(path: Path) -> str:
    """Read a text, compressed by xz or not."""
    data = lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()
    return data.decode("utf-8", "backslashreplace")


def write_result(name: str, rows: list[dict[str, Any]], **more: Any) -> None:
    """Keep a result where the README's tables are made from."""
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps({"name": name, **more, "rows": rows}, indent=1)
    (RESULTS / f"{name}.json").write_text(text + "\n")
