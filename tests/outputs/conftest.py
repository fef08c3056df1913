"""A made-up result, as rich as a real one: a day of a shop's gateway with a database that goes away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from oddline.core.nouns import Anomaly, Cut, Incident, Inputs, Reason, Result
from oddline.core.schema import RECORDS, SCORED, TEMPLATES

DAY = datetime(2026, 11, 22, tzinfo=UTC)
COMMON = (
    "GET /v2/orders/{n} 200 in {m} ms",
    "order {n} accepted, {m} items",
    "session resumed in {m} ms",
    "pool db-main: {m} of 40 connections in use",
    "cache hit for product {n}",
)


@dataclass(frozen=True)
class Odd:
    """One kind of odd lines to put into the log."""

    title: str
    template: str
    text: str
    severity: str
    score: float
    at: tuple[float, float]  # seconds of the day
    count: int
    reasons: tuple[Reason, ...]


STORY = (
    Odd(
        "connection to <IP> refused",
        "connection to <IP> refused",
        "connection to 10.3.7.{n}:5432 refused",
        "critical",
        97.2,
        (43451, 43740),
        188,
        (
            Reason("burst", "188 in 5 min", "≤ 2", 0.7, "burst"),
            Reason("new", "never in this file before 12:04", "", 0.3, "novelty"),
        ),
    ),
    Odd(
        "order <NUM> gave up after <NUM> retries",
        "order <NUM> gave up after <NUM> retries",
        "order {n} gave up after 5 retries",
        "high",
        86.4,
        (43503, 45060),
        39,
        (Reason("burst", "39 in 26 min", "≤ 1", 1.0, "burst"),),
    ),
    Odd(
        "“heartbeat from worker <NUM>” is missing",
        "heartbeat from worker <NUM>",
        "heartbeat from worker 7",
        "medium",
        71.0,
        (43800, 44524),
        3,
        (Reason("silence", "0 in 12 min", "12", 1.0, "silence"),),
    ),
    Odd(
        "certificate for <HOST> expires in <NUM> days",
        "certificate for <HOST> expires in <NUM> days",
        "certificate for pay.example expires in 3 days",
        "medium",
        68.1,
        (34915, 34915),
        1,
        (Reason("rare line", "seen once in 48,211 lines", "", 1.0, "rarity"),),
    ),
    Odd(
        "session resumed in <NUM> ms",
        "session resumed in <NUM> ms",
        "session resumed in 9204 ms",
        "low",
        63.0,
        (11520, 11700),
        2,
        (Reason("value", "9,204 ms", "1 to 40 ms", 1.0, "value"),),
    ),
)


def surprise(score):
    """Give the surprise that a made-up score stands for, one or an array."""
    return -4 * np.log10(1 - np.asarray(score) / 100)


def build(story: Sequence[Odd] = STORY, normal: int = 47978, *, timed: bool = True, source: str = "app.log") -> Result:
    """Make a result with this story among so many normal lines."""
    chance = np.random.default_rng(7)
    second = np.sort(86400 * chance.beta(2.2, 1.8, normal))
    numbers = chance.integers(1000, 990000, normal).tolist()
    texts = [COMMON[n % len(COMMON)].format(n=n, m=n % 40 + 1) for n in numbers]
    kind, score = np.full(normal, -1), np.minimum(chance.exponential(9.0, normal), 58.0)
    for index, odd in enumerate(story):
        when = np.linspace(*odd.at, odd.count)
        second = np.append(second, when)
        kind = np.append(kind, np.full(odd.count, index))
        score = np.append(score, odd.score - np.linspace(0, 4, odd.count))
        texts += [odd.text.format(n=20 + i % 3) for i in range(odd.count)]
    order = np.argsort(second, kind="stable")
    times = [DAY + timedelta(seconds=round(float(s), 3)) for s in second[order]]
    records = frame([texts[i] for i in order.tolist()], times if timed else None, source=source, service="gateway")
    return judged(records, story, kind[order], score[order])


def frame(
    texts: list[str], times: list[datetime] | None, *, source: str = "app.log", service: str | None = None
) -> pl.DataFrame:
    """Make Records of messages."""
    heads = [f"{t:%H:%M:%S} edge-2 {service}[2214]: " for t in times] if times and service else [""] * len(texts)
    sizes = [text.count("\n") + 1 for text in texts]
    first = (np.cumsum(sizes) - sizes + 1).tolist()
    columns = {
        "id": range(len(texts)),
        "source": [source] * len(texts),
        "line": first,
        "lines": sizes,
        "offset": [0] * len(texts),
        "ts": times or [None] * len(texts),
        "level": [None] * len(texts),
        "service": [service] * len(texts),
        "message": texts,
        "raw": [head + text for head, text in zip(heads, texts, strict=True)],
    }
    return pl.DataFrame(columns, schema=RECORDS, strict=False)


def judged(
    records: pl.DataFrame,
    story: Sequence[Odd],
    kind: np.ndarray,
    score: np.ndarray,
    *,
    cut: float = surprise(62.0),
    inputs: tuple[Inputs, ...] | None = None,
) -> Result:
    """Make a result: ``kind`` tells for each record which part of the story it is, or -1."""
    source = records["source"].cast(pl.String)
    anomalies = [
        Anomaly(
            id=f"a{row}",
            source=str(source[row]),
            line=int(records["line"][row]),
            ts=records["ts"][row],
            text=str(records["message"][row]),
            template=story[part].template,
            score=float(score[row]),
            surprise=surprise(float(score[row])),
            severity=story[part].severity,
            confidence=0.9,
            reasons=story[part].reasons,
            lines=int(records["lines"][row]),
            row=row,
        )
        for row, part in enumerate(kind.tolist())
        if part >= 0
    ]
    scored = records.select("source", "line", pl.lit("").alias("key"), "ts").with_columns(
        score=pl.Series(score, dtype=pl.Float64),
        surprise=pl.Series(surprise(score), dtype=pl.Float64),
        anomaly=pl.Series(kind >= 0),
        severity=pl.Series([story[k].severity if k >= 0 else None for k in kind.tolist()], dtype=SCORED["severity"]),
        confidence=pl.lit(0.9),
        template_id=pl.Series(np.where(kind >= 0, kind + 6, np.arange(len(kind)) % 5 + 1), dtype=pl.UInt32),
        text=records["message"],
        reasons=pl.Series([str(story[k].reasons[0]) if k >= 0 else "" for k in kind.tolist()], dtype=pl.String),
    )
    lines = int(records["lines"].sum() or 0)
    read = (Inputs("logs/" + str(source[0]), "syslog", 0.98, records.height, lines),) if records.height else ()
    return Result(
        inputs=read if inputs is None else inputs,
        events=records.height,
        templates=len(COMMON) + len(story),
        windows=records.height,
        threshold=Cut(cut, "budget", 5),
        anomalies=tuple(anomalies),
        incidents=tuple(_incidents(story, anomalies, kind)),
        scored=scored.select(pl.col(name).cast(dtype) for name, dtype in SCORED.items()),
        records=records,
        template_table=_templates(story),
        detector="odd_lines",
        seconds=0.2134,
        stages={"read": 0.05, "templates": 0.1},
    )


def _incidents(story: Sequence[Odd], anomalies: list[Anomaly], kind: np.ndarray) -> list[Incident]:
    found = []
    parts = kind[kind >= 0].tolist()
    for index, odd in enumerate(story):
        mine = [a for a, part in zip(anomalies, parts, strict=True) if part == index]
        if not mine:
            continue
        found.append(
            Incident(
                fingerprint=f"f{index}",
                title=odd.title,
                severity=odd.severity,
                score=odd.score,
                surprise=surprise(odd.score),
                source=mine[0].source,
                line=mine[0].line,
                last_line=mine[-1].line,
                count=len(mine),
                opened=mine[0].ts,
                last_seen=mine[-1].ts,
                reasons=odd.reasons,
                anomaly_ids=tuple(a.id for a in mine),
            )
        )
    return found


def _templates(story: Sequence[Odd]) -> pl.DataFrame:
    texts = [text.format(n="<NUM>", m="<NUM>") for text in COMMON] + [odd.template for odd in story]
    counts = [9000] * len(COMMON) + [odd.count for odd in story]
    return pl.DataFrame(
        {"template_id": range(1, len(texts) + 1), "text": texts, "n": counts}, schema=TEMPLATES, strict=False
    )


EVIL = (
    "\x1b[2J\x1b]0;owned\x07\x1b]52;c;ZXZpbA==\x07 cleared your screen",
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    '=HYPERLINK("http://evil.example","click")',
    "user \u202egnp.exe\u202c logged in\u200b\x00 with a NUL",
    "[bold red]not markup[/bold red] :smile: {{ 7 * 7 }} {% raw %}",
    "C1 \x9b31m CSI and \x85 NEL and a lone \r return",
)


@pytest.fixture(scope="session")
def shop() -> Result:
    """A day of 48,211 lines with five incidents."""
    return build()


@pytest.fixture(scope="session")
def untimed() -> Result:
    """The same without timestamps."""
    return build(normal=4000, timed=False)


@pytest.fixture(scope="session")
def nothing() -> Result:
    """An empty file."""
    return judged(frame([], None), (), np.zeros(0, dtype=int), np.zeros(0))


@pytest.fixture(scope="session")
def quiet() -> Result:
    """A log with no odd lines."""
    return build(story=(), normal=2000)


@pytest.fixture(scope="session")
def hostile() -> Result:
    """Log text, names and reasons that mean harm."""
    story = [
        Odd(
            text,
            text,
            text,
            "high",
            80.0 + i,
            (40000 + 60 * i, 40000 + 60 * i),
            1,
            (Reason(text, text, text, 1.0),),
        )
        for i, text in enumerate(EVIL)
    ]
    texts = ["fine"] * 40
    for i, text in enumerate(EVIL):
        texts[5 * i + 3] = text
    kind = np.array([EVIL.index(text) if text in EVIL else -1 for text in texts])
    times = [DAY + timedelta(seconds=i) for i in range(40)]
    records = frame(
        texts, times, source="evil\x1b[31m<b>\udce9.log".encode("utf-8", "surrogateescape").decode("latin-1")
    )
    score = np.where(kind >= 0, 80.0 + kind, 5.0)
    return replace(
        judged(records, story, kind, score),
        inputs=(Inputs("evil\x1b[31m<b>\udce9.log", "plain", 1.0, 40, 40, ("2 bytes\x1b[5m were no UTF-8",)),),
    )


@pytest.fixture(scope="session")
def wide() -> Result:
    """Wide characters, one very long line, a stack trace of 60 lines."""
    trace = "Traceback (most recent call last):\n" + "\n".join(f'  File "app.py", line {i}' for i in range(59))
    texts = ["普通の行"] * 20 + ["支払いサービスへの接続が拒否されました" * 3] + ["普通の行"] * 20
    texts += ["x" * 100_000] + ["普通の行"] * 20 + [trace] + ["普通の行"] * 20
    kind = np.full(len(texts), -1)
    kind[[20, 41, 62]] = 0, 1, 2
    story = [
        Odd(
            texts[20],
            texts[20],
            "",
            "critical",
            95.0,
            (0, 0),
            1,
            (Reason("新しい行", "一回", "零回", 1.0),),
        ),
        Odd(texts[41], texts[41], "", "high", 85.0, (0, 0), 1, (Reason("length", "100,000", "4", 1.0),)),
        Odd("Traceback", "Traceback", "", "medium", 70.0, (0, 0), 1, (Reason("new", "once", "", 1.0),)),
    ]
    times = [DAY + timedelta(hours=i) for i in range(len(texts))]
    return judged(frame(texts, times), story, kind, np.where(kind >= 0, 90.0 - 10 * kind, 3.0))


@pytest.fixture(scope="session")
def table() -> Result:
    """Rows of a table: no message, no time."""
    rows = [f"tcp,http,{200 + i % 7},{i * 31 % 977}" for i in range(300)]
    rows[200] = "icmp,ecr_i,99999,0"
    kind = np.full(300, -1)
    kind[200] = 0
    story = [
        Odd(
            "row 201: src_bytes 99,999",
            "",
            "",
            "high",
            88.0,
            (0, 0),
            1,
            (Reason("src_bytes", "99,999", "200 to 206", 0.8),),
        )
    ]
    records = frame(rows, None, source="flows.csv").with_columns(message=pl.lit(None, dtype=pl.String))
    inputs = (Inputs("flows.csv", "csv", 1.0, 300, 301),)
    made = judged(records, story, kind, np.where(kind >= 0, 88.0, 4.0), inputs=inputs)
    return replace(made, templates=0, template_table=made.template_table.clear())
