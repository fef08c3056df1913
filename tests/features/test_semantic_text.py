"""Wordings as points: what lies near, what is foreign, and encoders of one's own."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest

from oddline.core.errors import BadData, ServiceUnavailable, UsageError
from oddline.core.nouns import Windows
from oddline.features.semantic_text import SemanticText
from oddline.pipeline.pipeline import Pipeline
from oddline.testing._records import records, templated
from oddline.windows.count import Count
from oddline.windows.line import Line


def lines(*texts: str) -> tuple[pl.DataFrame, Windows]:
    masked = pl.Series("masked", texts).cast(pl.Categorical())
    events = templated(len(texts), odd=False).with_columns(masked)
    return events, Line().assign(events)


TRAINING = lines("user logged in", "user logged out", "disk checked", "disk mounted", "packet sent", "packet received")


def test_alike_wordings_lie_together() -> None:
    fitted = SemanticText().fit(*TRAINING)
    X = fitted.transform(*lines("user logged in", "user login", "disk mounted")).whole()
    alike, other = np.linalg.norm(X[0] - X[1]), np.linalg.norm(X[0] - X[2])
    assert alike < other


def test_the_last_column_tells_what_is_worded_as_nothing_before() -> None:
    fitted = SemanticText().fit(*TRAINING)
    events = lines("user logged in", "kernel panic: oops")
    known, new = fitted.transform(*events).whole()[:, -1]
    assert known < 0.01
    assert new > 0.8
    assert "kernel panic" in fitted.describe(events[0], 1, len(fitted.names_) - 1).what


def test_a_wording_counts_once_in_a_window() -> None:
    fitted = SemanticText().fit(*TRAINING)
    events, _ = lines(
        "user logged in", "disk mounted", "user logged in", "disk mounted", "user logged in", "disk mounted"
    )
    once, thrice = (fitted.transform(events[:size], Count(6).assign(events[:size])).whole() for size in (2, 6))
    np.testing.assert_allclose(once, thrice)


def test_an_encoder_is_asked_for_distinct_wordings_once() -> None:
    asked: list[list[str]] = []

    def encoder(texts: list[str]) -> Any:
        asked.append(texts)
        return [[3.0 * len(text), 4.0 * len(text)] for text in texts]

    matrix = SemanticText(encoder).fit(*TRAINING).transform(*lines("a", "bb", "a"))
    assert asked[-1] == ["a", "bb"]
    assert matrix.names == ("meaning 1", "meaning 2")
    np.testing.assert_allclose(matrix.whole(), [[0.6, 0.8]] * 3)


@pytest.mark.parametrize("points", [[1.0, 2.0], [[1.0]], [[float("nan")], [1.0]]], ids=["flat", "few", "not finite"])
def test_an_encoder_that_gives_rubbish_is_told(points: Any) -> None:
    fitted = SemanticText(lambda texts: [[1.0]] * len(texts)).fit(*TRAINING)
    fitted.encoder = lambda texts: points
    with pytest.raises(BadData, match="for 2 texts"):
        fitted.transform(*lines("a", "b"))


def test_a_folder_that_is_missing_is_told() -> None:
    with pytest.raises(UsageError, match="no encoder at"):
        SemanticText("no/such/folder").fit(*TRAINING)


def test_a_folder_is_opened_by_the_library_that_wrote_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The libraries are stood in for: only which one is asked, and that it may fetch nothing, is looked at."""
    opened: list[tuple[Any, ...]] = []

    class Model:
        def __init__(self, folder: str, local_files_only: bool) -> None:
            opened.append((folder, local_files_only))

        def encode(self, texts: list[str], show_progress_bar: bool) -> Any:
            return np.ones((len(texts), 3))

    monkeypatch.setitem(sys.modules, "sentence_transformers", SimpleNamespace(SentenceTransformer=Model))
    (tmp_path / "modules.json").write_text("[]")
    fitted = SemanticText(str(tmp_path)).fit(*TRAINING)
    assert len(fitted.names_) == 3
    assert opened == [(str(tmp_path), True)]


def test_a_library_that_is_missing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "model2vec", None)
    with pytest.raises(ServiceUnavailable, match="pip install model2vec"):
        SemanticText(str(tmp_path)).fit(*TRAINING)


def test_the_detector_finds_a_line_that_is_about_something_else() -> None:
    pipeline = Pipeline(feature="semantic_text", detector="semantic").fit(records(400, odd=False))
    result = pipeline.detect(records(400, seed=1))
    assert "disk failure" in result.anomalies[0].text
    assert "disk failure" in result.anomalies[0].reasons[0].what
