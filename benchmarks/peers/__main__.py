"""Makes the environment of the peers.

python -m benchmarks.peers
"""

from __future__ import annotations

import subprocess
import sys

from benchmarks.peers import PYTHON, REQUIREMENTS

home = PYTHON.parent.parent
subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
# Without their dependencies: what is needed is listed, and two of them ask for things that exclude each other.
subprocess.run([str(PYTHON), "-m", "pip", "install", "--quiet", "--no-deps", "-r", str(REQUIREMENTS)], check=True)
print(f"the peers are in {home}")
