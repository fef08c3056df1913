"""The contract of an output."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import polars as pl

from oddline.core.nouns import Anomaly, Cut, Incident, Inputs, Reason, Result
from oddline.core.schema import SCORED, TEMPLATES
from oddline.outputs.base import Output
from oddline.testing._records import templated

Subject = type[Output]

HOSTILE = "=1+1 \x1b[31m\x1b]0;owned\x07 \u202egnp <script>alert(1)</script>"
BINARY = (b"PAR1",)


def _result(text: str = "disk failure on volume 7", *, empty: bool = False) -> Result:
    """Make a small result, or one without findings."""
    events = templated(20).with_columns(raw=pl.lit(text), message=pl.lit(text))
    when = datetime(2026, 1, 1, tzinfo=UTC)
    reason = Reason(text, "once", "never", 1.0, "rare")
    anomaly = Anomaly("00ff", "made.log", 3, when, text, text, 90.0, 4.0, "high", 0.9, (reason,), row=2)
    incident = Incident("f00d", text, "high", 90.0, 4.0, "made.log", 3, 3, 1, when, when, (reason,), ("00ff",))
    scored = events.select(
        "source", "line", key=pl.lit(""), ts="ts", score=pl.lit(1.0), surprise=pl.lit(0.1), anomaly=pl.lit(False),
        severity=pl.lit(None), confidence=pl.lit(0.5), template_id="template_id", text="raw", reasons=pl.lit(text),
    ).cast(SCORED)  # type: ignore[arg-type]  # fmt: skip
    return Result(
        inputs=(Inputs("made.log", "plain", 1.0, 20, 20),),
        events=20,
        templates=1,
        windows=20,
        threshold=Cut(3.0, "automatic"),
        anomalies=() if empty else (anomaly,),
        incidents=() if empty else (incident,),
        scored=scored,
        records=events,
        template_table=pl.DataFrame([(1, text, 20)], schema=TEMPLATES, orient="row"),
        detector="odd_lines",
    )


def _written(output: Subject, result: Result) -> bytes:
    stream = io.BytesIO()
    output().write(result, stream)
    return stream.getvalue()


def check_writes_something(output: Subject) -> None:
    """A result with a finding and one without each give bytes, and not the same."""
    full, empty = _written(output, _result()), _written(output, _result(empty=True))
    assert full, "nothing written"
    assert empty, "nothing written where nothing was found: that is a result too"


def check_same_result_same_bytes(output: Subject) -> None:
    """Written twice, it is the same bit for bit."""
    assert _written(output, _result()) == _written(output, _result()), "two writings differ"


def check_log_text_cannot_act(output: Subject) -> None:
    """No terminal escape, no bidi override and no script of a log reaches the reader in force."""
    written = _written(output, _result(HOSTILE))
    if written.startswith(BINARY):
        return
    assert b"\x1b]0;owned" not in written, "a terminal escape got through"
    assert b"\x07" not in written, "a control character got through"
    if b"<html" in written.lower():
        assert b"<script>alert" not in written, "a script got through"


def check_text_is_utf8(output: Subject) -> None:
    """What is text is valid UTF-8, whatever stood in the log."""
    written = _written(output, _result("caf\\xe9 日本語"))
    if not written.startswith(BINARY):
        written.decode("utf-8")


def check_leaves_the_stream_open(output: Subject) -> None:
    """The stream is the caller's to close."""
    stream = io.BytesIO()
    output().write(_result(), stream)
    assert not stream.closed, "the stream was closed"
