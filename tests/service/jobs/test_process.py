"""A process that works for another one does not outlive it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from tests.service.jobs.conftest import SLOW, numbers

PARENT = """
import json, sys
from pathlib import Path
from oddline.service.jobs.process import Bounds, ran
order, folder = json.loads(sys.argv[1]), Path(sys.argv[2])
bounds, told = Bounds(600, 0), lambda one: print(one, flush=True)
ran("oddline.service.jobs.run", ["fit"], order, folder, bounds, heard=told, wanted=lambda: True)
"""


def alive(pid: str) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def test_it_ends_with_who_asked_for_it_even_in_a_long_silence(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (tmp_path / "out").mkdir()
    (folder / "t.csv").write_bytes(numbers(3000))
    tables = {"header": None, "columns": None, "drop": [], "label_column": None, "normal": None}
    order = dict.fromkeys(("format", "by", "feature", "threshold", "quantile", "budget")) | SLOW
    order |= {"seed": 0, "tables": tables, "mask_pii": False, "files": {"": ["t.csv"]}}
    order["limits"] = {"unpacked_bytes": 1 << 30, "rows": 0, "columns": 0, "line_bytes": 0}
    command = [sys.executable, "-c", PARENT, json.dumps(order), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        line = ""
        while "'detect'" not in line:
            line = parent.stdout.readline()
            assert line, "it ended before the long part"
        (child,) = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
        assert alive(child)
        parent.kill()
        parent.wait()
        deadline = time.monotonic() + 2
        while alive(child):
            assert time.monotonic() < deadline
            time.sleep(0.02)
