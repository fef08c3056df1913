"""The peers: where their environment lies, what each is, and how one is asked.

They need versions that no other part of the project may be held to, so they live in an environment of their own,
made by `python -m benchmarks.peers`, and are spoken to over files (`run.py`).
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks._data import CACHE

FOLDER = Path(__file__).parent
REQUIREMENTS = FOLDER / "requirements.txt"
PYTHON = CACHE / "peers" / "bin" / "python"
HOW_TO_GET = "make them with `python -m benchmarks.peers`"


class Peer(NamedTuple):
    """One way to run one package."""

    package: str
    method: str
    settings: str
    tuned: bool = False

    @property
    def name(self) -> str:
        """The package, its version, and which of its methods."""
        found = re.search(rf"^{self.package}==(\S+)$", REQUIREMENTS.read_text(), flags=re.MULTILINE)
        assert found, f"{self.package} is not in {REQUIREMENTS.name}"
        return f"{self.package} {found[1]} {self.method}".strip()


MASKS = "masked by its default masks"
PEERS = {
    # LogLead's AEL is not here: its default joins all lines of one length, which is nobody's idea of a parser.
    "drain3": Peer("drain3", "", "default settings"),
    "drain3-masks": Peer("drain3", "", "default settings, the masks it gives as examples"),
    "logparser-drain": Peer("logparser3", "Drain", "default settings"),
    "logparser-drain-demo": Peer("logparser3", "Drain", "default settings, the masks of its demo"),
    "logparser-brain": Peer("logparser3", "Brain", "default settings"),
    "logparser-brain-demo": Peer("logparser3", "Brain", "default settings, the masks of its demo"),
    "loglead-mask": Peer("LogLead", "mask only", "default masks"),
    "loglead-tip": Peer("LogLead", "Tip", MASKS),
    "loglead-brain": Peer("LogLead", "Brain", MASKS),
    "loglead-iplom": Peer("LogLead", "Fast-IPLoM", MASKS),
    "loglead-spell": Peer("LogLead", "Spell", MASKS),
    "loglead-lenma": Peer("LogLead", "LenMa", MASKS),
    "logparser-drain-tuned": Peer("logparser3", "Drain", "as published for each system", tuned=True),
    "logparser-brain-tuned": Peer("logparser3", "Brain", "as published for each system", tuned=True),
}


def surroundings() -> dict[str, str]:
    """Give the environment in which a peer runs: sets in one order, byte code allowed, nothing of ours to import."""
    ours = {"PYTHONDONTWRITEBYTECODE", "PYTHONPATH"}
    return {name: value for name, value in os.environ.items() if name not in ours} | {"PYTHONHASHSEED": "0"}


def ask(peer: str, jobs: Sequence[dict[str, str]], more_tries: int = 4) -> list[dict[str, Any]]:
    """Give a peer its jobs, and take its answers (`run.py`).

    One that dies has failed at all that is unanswered. What failed is tried again: one peer fails by chance.
    """
    told = "".join(json.dumps(job) + "\n" for job in jobs)
    done = subprocess.run(
        [str(PYTHON), str(FOLDER / "run.py"), peer],
        input=told,
        capture_output=True,
        text=True,
        check=False,
        env=surroundings(),
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    last = (done.stderr.strip().splitlines() or ["no word"])[-1]
    missing = {"failed": f"ended with {done.returncode}: {last}"}
    answers += [missing] * (len(jobs) - len(answers))
    again = [place for place, answer in enumerate(answers) if "failed" in answer]
    if again and more_tries:
        for place, answer in zip(again, ask(peer, [jobs[place] for place in again], more_tries - 1), strict=True):
            answers[place] = answer
    return answers
