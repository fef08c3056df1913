"""What a command costs: CPU seconds and peak memory of its whole process, start and imports included."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import NamedTuple

# A process counts in its peak what its parent held when it was born. So the command is born of a parent that
# holds nothing: this one, which prints what its only child used.
_PARENT = """
import json, os, subprocess, sys
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
said = child.stderr.read()[-2000:].decode(errors="replace")
_, status, usage = os.wait4(child.pid, 0)
print(json.dumps([os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss, said]))
"""


class Usage(NamedTuple):
    """CPU seconds, user and system, and peak resident memory in MiB."""

    cpu_s: float
    peak_mib: float


class Failed(Exception):
    """A command that did not end well, and its last words."""


def measure(command: Sequence[str], surroundings: dict[str, str] | None = None) -> Usage:
    """Run a command to its end, and tell what it used."""
    told = dict(os.environ if surroundings is None else surroundings)
    # Where byte code is switched off, every start would be charged with compiling.
    told.pop("PYTHONDONTWRITEBYTECODE", None)
    parent = [sys.executable, "-I", "-S", "-c", _PARENT, *command]
    done = subprocess.run(parent, capture_output=True, text=True, check=True, env=told)
    code, cpu, kibibytes, said = json.loads(done.stdout)
    if code:
        raise Failed(f"{' '.join(command[:3])} ended with {code}: {said.strip().splitlines()[-1:]}")
    return Usage(cpu, kibibytes / 1024)
