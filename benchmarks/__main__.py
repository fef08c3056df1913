"""Runs every benchmark in this folder, then fills the README from their results."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

measured = [script.stem for script in sorted(Path(__file__).parent.glob("[a-z]*.py"))]
for name in (*measured, "_tables", "_demo"):
    print(f"== {name}", flush=True)
    subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True)
