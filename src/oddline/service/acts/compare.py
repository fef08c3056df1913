"""Two scans side by side: where they agree, where they differ."""

from __future__ import annotations

from oddline.service.acts.findings import findings
from oddline.service.asker import Asker
from oddline.service.door import Desk
from oddline.service.results.compare import Comparison
from oddline.service.results.compare import compare as results_compare

__all__ = ["compare"]


def compare(desk: Desk[Asker], a: str, b: str) -> Comparison:
    """Lay two scans of the same input side by side."""
    return results_compare(findings(desk, a), findings(desk, b))
