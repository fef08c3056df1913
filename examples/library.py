"""Finds the odd lines of the example capture from Python.

Run it from anywhere::

    python examples/library.py
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import oddline

APP_LOG = Path(__file__).parent / "shop" / "app.log"


def show(result: Any) -> None:
    """Print the worst incidents with their reasons."""
    print(f"  {len(result.incidents)} incidents in {len(result.anomalies)} of {result.events:,} events")
    for incident in result.incidents[:3]:
        print(f"  {incident.severity} {incident.score:.0f}, line {incident.line:,}: {incident.title[:80]}")
        for reason in incident.reasons:
            print(f"      {reason.share:4.0%} {str(reason)[:100]}")


def main() -> None:
    """Scan one log by itself; then learn from its quiet beginning, and judge the rest."""
    logs = oddline.read(APP_LOG)
    print("the whole log against itself, as `oddline scan app.log` does:")
    show(oddline.pipeline("lines").fit_detect(logs))

    quiet = len(logs) // 5
    model = oddline.pipeline("lines").fit(logs.head(quiet))
    print("the rest of it against its first fifth, as `--baseline` does:")
    show(model.detect(logs.tail(-quiet)))


if __name__ == "__main__":
    main()
