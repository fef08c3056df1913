"""Fuzz every target for its share of the time; ``python -m fuzz TARGET FILE`` tries one input again."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).parent
TARGETS = tuple(path.stem for path in sorted(HERE.glob("[a-z]*.py")))
CRASHES = HERE.parent / ".fuzz"
"""Where inputs that broke something are kept; git does not see it."""

HANGS = 30
"""Seconds after which an input counts as one that hangs: a thousand times what the slowest seed takes."""

MEMORY = 3072
"""MiB of memory from which on it counts as one that eats it all."""

LONGEST = 16_384
"""Bytes of an input: four times what the miners read of a line."""


@dataclass(frozen=True)
class Outcome:
    """What came of one target."""

    target: str
    tried: int
    crashes: tuple[Path, ...]
    failed: bool
    """The fuzzer itself ended with an error, be there a file of it or not."""


def _call(target: str, *options: str) -> list[str]:
    return [sys.executable, "-X", "faulthandler", "-m", "fuzz._run", target, *options]


def _environment() -> dict[str, str]:
    """One thread is quicker on small inputs, and the same input takes the same way."""
    return {**os.environ, "PYTHONHASHSEED": "0", "POLARS_MAX_THREADS": "1"}


def fuzz(target: str, seconds: int, seed: int) -> Outcome:
    """Fuzz one target from its seeds; what the fuzzer says of a crash is shown as it comes."""
    CRASHES.mkdir(exist_ok=True)
    before = set(CRASHES.iterdir())
    with tempfile.TemporaryDirectory() as corpus, tempfile.TemporaryFile("w+", errors="replace") as told:
        for number, data in enumerate(import_module(f"fuzz.{target}").seeds()):
            (Path(corpus) / f"{number:04d}").write_bytes(data)
        done = subprocess.run(
            _call(
                target,
                corpus,
                f"-max_total_time={seconds}",
                f"-seed={seed}",
                f"-timeout={HANGS}",
                f"-report_slow_units={HANGS}",
                f"-rss_limit_mb={MEMORY}",
                f"-max_len={LONGEST}",
                f"-artifact_prefix={CRASHES}/{target}-",
                "-print_final_stats=1",
            ),
            env=_environment(),
            stderr=subprocess.STDOUT,
            stdout=told,
            check=False,
        )
        told.seek(0)
        text = told.read()
    if done.returncode:
        print("\n".join(line for line in text.splitlines() if not line.startswith(("INFO", "#"))))
    return Outcome(target, _tried(text), tuple(sorted(set(CRASHES.iterdir()) - before)), bool(done.returncode))


def _tried(text: str) -> int:
    """Read how many inputs were tried: from the last figures, or from the last progress before a crash."""
    numbers = re.findall(r"^(?:stat::number_of_executed_units: *|#)(\d+)", text, re.MULTILINE)
    return max(map(int, numbers), default=0)


def main() -> int:
    """Do what the command line says; 1 if anything broke."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("target", nargs="*", help=f"{', '.join(TARGETS)}; or one of them and a file to try again")
    parser.add_argument("--seconds", type=int, default=600, help="for all targets together")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="the same one begins with the same inputs")
    asked = parser.parse_args()
    targets, files = [name for name in asked.target if name in TARGETS], asked.target[1:]
    if len(targets) == 1 and files:
        return subprocess.run(_call(targets[0], *files), env=_environment(), check=False).returncode
    if len(targets) < len(asked.target):
        parser.error(f"no target {', '.join(sorted(set(asked.target) - set(targets)))}")
    targets = targets or list(TARGETS)
    print(f"{len(targets)} targets, {asked.seconds} seconds, --seed {asked.seed}", flush=True)
    broken = False
    for target in targets:
        outcome = fuzz(target, max(1, asked.seconds // len(targets)), asked.seed)
        broken |= outcome.failed
        print(f"{target:8} {outcome.tried:9,} inputs tried, {len(outcome.crashes)} crashes", flush=True)
        for path in outcome.crashes:
            print(f"         try it again: {Path(sys.executable)} -m fuzz {target} {path}", flush=True)
        if outcome.failed and not outcome.crashes:
            print("         the fuzzer could not run; its last words are above", flush=True)
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())
