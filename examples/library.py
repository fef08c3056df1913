"""Finds the odd lines of the example capture from Python: read, fit, detect, look at the reasons.

Run it from anywhere::

    python examples/library.py
"""

from __future__ import annotations

import sys
from pathlib import Path

import oddline

SHOP = Path(__file__).parent / "shop"


def main() -> None:
    """Scan one log against itself, as ``oddline scan`` does, and print what stands out."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else SHOP / "app.log"
    logs = oddline.read(path)
    model = oddline.pipeline("lines").fit(logs)
    result = model.detect(logs)

    print(f"{path.name}: {result.events:,} events, {result.templates} templates, {len(result)} odd ones")
    for incident in result.incidents[:5]:
        print(
            f"\n{incident.severity}, score {incident.score:.0f}, {incident.count} anomalies: {incident.title}"
        )
        print(
            f"  lines {incident.line:,} to {incident.last_line:,}, {incident.opened} to {incident.last_seen}"
        )
        for reason in incident.reasons:
            print(f"  {reason.share:4.0%}  {reason}")


if __name__ == "__main__":
    main()
