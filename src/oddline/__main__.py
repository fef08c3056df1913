"""``python -m oddline`` is ``oddline``; an interrupt is quiet from the first import on."""

from __future__ import annotations

import sys


def run() -> None:
    """Run the command line, and end the process with its exit code."""
    try:
        from oddline.cli.main import run as run_command_line

        run_command_line()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    run()
