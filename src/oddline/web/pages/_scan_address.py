"""What the address of a scan's page says: tab, filters, order, columns, row; what is not understood is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from oddline.service.schemas.findings import RowPageQuery

__all__ = ["TABS", "Address"]

TABS = ("findings", "templates", "metrics", "rows")
VERDICTS = ("any", "real", "expected", "known")
SEVERITIES = ("critical", "high", "medium", "low")
PAGE = 100
"""Rows that the first answer shows, and a page of the table after it."""

_PLAIN = ("q", "since", "until", "first_line", "last_line", "source", "incident", "template")
"""What means the same here as in the API."""


@dataclass(frozen=True)
class Address:
    """A page as somebody has left it, or as a colleague has sent it on."""

    tab: str
    query: RowPageQuery
    row: int | None

    @classmethod
    def of(cls, told: Mapping[str, str]) -> Address:
        """Read the query string.

        Examples
        --------
        >>> read = Address.of({"severity": "high,no", "incident": "0", "since": "soon", "row": "7"})
        >>> read.query.severity, read.query.incident, read.query.since, read.query.anomalies, read.row
        (['high'], 0, None, True, 7)
        >>> read = Address.of({"tab": "rows"})
        >>> read.tab, read.query.anomalies, read.query.sort
        ('rows', False, 'line')
        """
        tab = told.get("tab", "")
        tab = tab if tab in TABS else TABS[0]
        every = tab == "rows"
        parts: dict[str, Any] = {
            "anomalies": told.get("anomalies", "0" if every else "1") != "0",
            "severity": [name for name in SEVERITIES if name in told.get("severity", "").split(",")],
            "sort": told.get("sort") or ("line" if every else "-score"),
            "limit": PAGE,
        }
        if told.get("verdict") in VERDICTS:
            parts["verdict"] = told["verdict"]
        parts |= {name: told[name] for name in _PLAIN if told.get(name)}
        row = told.get("row", "")
        return cls(tab, _understood(parts), int(row) if row.isascii() and row.isdigit() and len(row) < 16 else None)


def _understood(parts: dict[str, Any]) -> RowPageQuery:
    """Leave out what makes no sense: a link that is half right shows half of what it meant, and not an error."""
    while True:
        try:
            return RowPageQuery.model_validate(parts)
        except ValidationError as error:
            wrong = {str(one["loc"][0]) for one in error.errors() if one["loc"]}
            parts = {name: value for name, value in parts.items() if name not in wrong}
