"""Rules that people wrote down: out of memory, disk full, crashes, refused connections, and your own."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

import numpy as np
import polars as pl

from oddline.core.errors import ConfigError
from oddline.core.nouns import FeatureMatrix, Reason, Windows
from oddline.features import _rule_files, _rule_match
from oddline.features._fired import fired_matrix
from oddline.features.base import Feature

__all__ = ["Rules"]

SHOWN = 80
"""Characters that a reason shows of what a rule has found."""


class Rules(Feature):
    """One column a rule: what its severity is worth where it fires, and 0 elsewhere.

    Parameters
    ----------
    files
        Files of rules, see ``oddline.features._rule_files``. A rule named as one before it takes that one's place.
        None reads ``oddline.rules.toml`` in the working folder, if it is there.
    built_in
        Whether the families of errors that come with Oddline are among the rules.

    Examples
    --------
    >>> from oddline.windows.line import Line
    >>> logs = pl.DataFrame({"id": [1, 2], "ts": [None, None], "message": ["ok", "No space left on device"]})
    >>> logs = logs.with_columns(pl.col("id").cast(pl.UInt64))
    >>> feature = Rules(files=())
    >>> matrix = feature.fit_transform(logs, Line().assign(logs))
    >>> [name for name, value in zip(matrix.names, matrix.X[1]) if value]
    ['disk-full']
    >>> print(feature.describe(logs, 1, matrix.names.index("disk-full")))
    There is no room left on a disk: No space left on device
    """

    def __init__(self, files: tuple[str, ...] | None = None, built_in: bool = True) -> None:
        self.files = files
        self.built_in = built_in

    def fit(self, records: pl.DataFrame, windows: Windows) -> Self:
        """Read the rules; nothing is learnt from the events.

        Raises
        ------
        ConfigError
            If a file of rules cannot be read, or there is no rule at all.
        """
        del records, windows
        rules = {rule["name"]: rule for rule in _rule_files.built_in()} if self.built_in else {}
        for path in self._paths():
            own = _rule_files.read(path)
            for rule in own:
                _tried(rule, path.name)
            rules |= {rule["name"]: rule for rule in own}
        if not rules:
            raise ConfigError("no rules", expected="a file with at least one, or the built-in ones")
        kept = ("name", "says", "severity", "pattern", "unless", "fields")
        self.rules_: list[dict[str, Any]] = [{key: rule[key] for key in kept} for rule in rules.values()]
        return self

    def _paths(self) -> list[Path]:
        if self.files is not None:
            return [Path(file) for file in self.files]
        usual = Path(_rule_files.FILE)
        return [usual] if usual.is_file() else []

    def transform(self, records: pl.DataFrame, windows: Windows) -> FeatureMatrix:
        """Tell which rules fire in each window."""
        self.require_fitted()
        event, rule = _rule_match.hits(records, self.rules_)
        window = windows.members[event].astype(np.int64)
        self._fired = event, rule, window
        names, severity = zip(*((one["name"], one["severity"]) for one in self.rules_), strict=True)
        return fired_matrix(window, rule, len(windows), names, severity)

    def describe(self, records: pl.DataFrame, row: int, column: int) -> Reason:
        """Say the sentence of a rule, and show the words that it fired at."""
        event, rule, window = self._fired
        found = event[(window == row) & (rule == column)]
        told = self.rules_[column]
        seen = _shown(records["message"][int(found[0])] or "", told) if len(found) else "does not fire here"
        return Reason(what=told["says"].rstrip("."), seen=seen, expected="", share=0.0, kind=told["name"])


def _tried(rule: _rule_files.Rule, file: str) -> None:
    """Hold a rule to its own samples: a rule that does not do what its writer believes is worse than none.

    Raises
    ------
    ConfigError
        Names the first sample that comes out otherwise.
    """
    alone = rule | {"fields": {}}
    lines = [*rule["match"], *rule["no_match"]]
    if not lines or not rule["pattern"]:
        return
    fires = set(_rule_match.hits(pl.DataFrame({"message": lines}), [alone])[0].tolist())
    for place, line in enumerate(lines):
        wanted = place < len(rule["match"])
        if (place in fires) != wanted:
            raise ConfigError(
                f"{file}: rule {rule['name']!r} " + ("does not fire at " if wanted else "fires at ") + repr(line),
                expected="that its match lines fire it and its no_match lines do not",
            )


def _shown(message: str, rule: dict[str, Any]) -> str:
    """Give the words that a rule has found, or the message if it looks at fields alone."""
    if rule["pattern"]:
        read = pl.lit(message).str.head(_rule_match.READ)
        message = pl.select(read.str.extract(f"({_rule_match.whole(rule['pattern'])})")).item() or message
    words = message.strip()
    return words if len(words) <= SHOWN else words[:SHOWN] + "…"
