"""Runs every benchmark: those of ``oddline bench``, then the scripts of this folder; then fills the pages from them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks._data import RESULTS, data_folder
from oddline.core import folder

for name in folder.plugins("bench"):
    print(f"== oddline bench {name}", flush=True)
    command = ["bench", name, "--data", str(data_folder()), "--quiet", "--output", str(RESULTS / f"{name}.json")]
    subprocess.run([sys.executable, "-m", "oddline", *command], check=True)
measured = [script.stem for script in sorted(Path(__file__).parent.glob("[a-z]*.py"))]
for name in (*measured, "_tables", "_demo"):
    print(f"== {name}", flush=True)
    subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True)
