"""Lines as a source would give them."""

from __future__ import annotations

import polars as pl

from oddline.core.schema import LINES


def frame(*raw: str, source: str = "a.log") -> pl.DataFrame:
    offsets, place = [], 0
    for text in raw:
        offsets.append(place)
        place += len(text.encode("utf-8", "surrogatepass")) + 1
    table = {
        "source": [source] * len(raw),
        "line": list(range(1, len(raw) + 1)),
        "offset": offsets,
        "raw": list(raw),
    }
    return pl.DataFrame(table, schema_overrides={"raw": pl.String, "source": pl.String}).cast(dict(LINES))  # type: ignore[arg-type]
