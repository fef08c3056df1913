"""Try every peer: install what is missing where that is possible, start each once, and see that it answers."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time

from tests.peers import NAMES, peer
from tests.peers.processes import descendants, megabytes


def main() -> int:
    """Print a line for each peer; 1 if one is missing or does not answer."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    install()
    return max([attempt(name) for name in NAMES])


def install() -> None:
    """Install the packages of missing peers as root on Debian; elsewhere `find` will say what to install."""
    packages = [package for name in NAMES if peer(name).find() for package in peer(name).PACKAGES]
    if not packages or not shutil.which("apt-get") or os.geteuid() != 0:
        return
    # In runlevel 1 Debian starts no server that it has installed.
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    say(f"installing {' '.join(packages)}")
    for arguments in (("update", "-qq"), ("install", "-qq", "-y", "--no-install-recommends", *packages, "util-linux")):
        subprocess.run(["apt-get", *arguments], env=quiet, stdout=sys.stderr, check=False)


def attempt(name: str) -> int:
    """Start one peer, use it, and say how that went."""
    reason = peer(name).find()
    if reason:
        say(f"{name:<11} missing: {reason}")
        return 1
    begin = time.perf_counter()
    try:
        with peer(name).start() as server:
            seconds = time.perf_counter() - begin
            answer = peer(name).answers(server)
            memory = megabytes(descendants(os.getpid()))
    except Exception as error:  # whatever a peer may raise, the next one is tried
        say(f"{name:<11} failed after {time.perf_counter() - begin:.1f} s: {error}")
        return 1
    say(f"{name:<11} ready in {seconds:.1f} s, {memory:.0f} MB, {answer}")
    return 0


def say(text: str) -> None:
    """Write a line at once, so that it stands before what a program writes next."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
