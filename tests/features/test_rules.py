"""Rules fire where people said they should, wherever they came from, and refuse what nobody could mean."""

from __future__ import annotations

import polars as pl
import pytest

from oddline.core.errors import ConfigError
from oddline.core.schema import SEVERITIES
from oddline.features import _rule_match
from oddline.features._fired import WEIGHTS
from oddline.features._rule_files import built_in, read
from oddline.features._rule_match import hits
from oddline.features.rules import Rules
from oddline.pipeline.pipeline import Pipeline
from oddline.pipeline.presets import preset
from oddline.testing._records import records, templated
from oddline.testing._round_trip import round_trip
from oddline.windows.count import Count
from oddline.windows.line import Line

BUILT_IN = {rule["name"]: rule for rule in built_in()}
ORDINARY = (
    "request 17 from 10.0.0.3 took 12 ms",
    "worker 3 heartbeat",
    "user u7 logged in",
    "Accepted publickey for ada from 10.0.0.3 port 51000 ssh2: RSA SHA256:abc",
    "GET /index.html HTTP/1.1 200 5123 0.012",
    "Received block blk_-1608999687919862906 of size 91178 from /10.250.10.6",
    "PacketResponder 1 for block blk_38865049064139660 terminating",
    "session opened for user root by (uid=0)",
    "checkpoint complete: wrote 12 buffers (0.1%)",
    "instance: 17288ea8 VM Started (Lifecycle Event)",
    "Loaded 41 plugins in 120 ms, cache warm, all good",
    "connection pool size is 20, timeout=30, retries=3, errors=0, failed=0",
)


def fired(message: str, **columns: str) -> set[str]:
    names = list(BUILT_IN)
    frame = pl.DataFrame({"message": [message], **{name: [value] for name, value in columns.items()}})
    return {names[place] for place in hits(frame, list(BUILT_IN.values()))[1]}


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_built_in_rule_keeps_to_its_samples(name):
    rule = BUILT_IN[name]
    assert rule["match"], "no sample that it must find"
    assert rule["no_match"], "no sample that it must leave alone"
    for line in rule["match"]:
        assert name in fired(line), line
    for line in rule["no_match"]:
        assert name not in fired(line), line


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_built_in_rule_says_a_sentence_and_how_bad_it_is(name):
    rule = BUILT_IN[name]
    assert rule["says"][0].isupper()
    assert not rule["says"].endswith(".")
    assert rule["severity"] in SEVERITIES


@pytest.mark.parametrize("line", ORDINARY)
def test_ordinary_lines_fire_nothing(line):
    assert fired(line) == set()


def test_rules_have_names_of_their_own():
    assert len(BUILT_IN) == len(built_in()) >= 35


def test_a_log_is_held_against_the_rules_by_its_pipeline():
    result = Pipeline(feature="rules", detector="rules").fit_detect(records())
    assert [anomaly.text for anomaly in result.anomalies] == ["disk failure on volume 7, giving up"]
    assert result.anomalies[0].reasons[0].kind == "disk-failing"
    assert str(result.anomalies[0].reasons[0]) == "A disk says that it is failing: disk failure"


@pytest.mark.parametrize("name", ["rules", "sigma"])
def test_the_detector_brings_its_feature(name):
    assert preset("lines", detector=name)["feature"] == preset("rows", detector=name)["feature"] == name


def test_a_window_of_many_events_shows_the_one_that_fired():
    events = templated()
    windows = Count(50).assign(events)
    feature = Rules(files=())
    matrix = feature.fit_transform(events, windows)
    row, column = (int(part[0]) for part in matrix.whole().nonzero())
    assert events.height * 2 // 3 // 50 == row
    assert feature.describe(events, row, column).seen == "disk failure"


def test_what_is_shown_of_a_long_line_is_what_was_found():
    events = templated(3).with_columns(message=pl.lit("a" * 900 + " it is gone now " + "b" * 900))
    feature, windows = Rules(files=()), Line().assign(events)
    for pattern, seen in (("gone now", "gone now"), ("gone now.*", "gone now " + "b" * 71 + "…")):
        feature.rules_ = [
            {"name": "gone", "says": "Gone", "severity": "low", "pattern": [pattern], "unless": [], "fields": {}}
        ]
        feature.transform(events, windows)
        assert feature.describe(events, 0, 0).seen == seen


OWN = """
[[rule]]
name = "payment-lost"
says = "A payment was taken and not booked"
severity = "critical"
pattern = 'payment [0-9]+ without booking'
unless = 'test mode'
fields = { service = '^shop', level = ["error", "critical"] }
match = ["payment 4711 without booking"]
no_match = ["payment 4711 booked", "test mode: payment 1 without booking"]
"""


def own(tmp_path, text: str) -> Rules:
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    events = templated(5)
    return Rules(files=(str(tmp_path / "own.toml"),), built_in=False).fit(events, Line().assign(events))


def test_rules_of_ones_own_look_at_fields(tmp_path):
    feature = own(tmp_path, OWN)
    events = pl.DataFrame(
        {
            "message": ["payment 7 without booking"] * 3
            + ["PAYMENT 8 without booking", "test mode payment 9 without booking"],
            "service": ["shop-1", "stock", None, "shop-2", "shop-1"],
            "level": ["error", "error", "error", "info", "error"],
        }
    )
    assert hits(events, feature.rules_)[0].tolist() == [0]


def test_a_rule_of_fields_alone_needs_no_pattern(tmp_path):
    feature = own(
        tmp_path,
        '[[rule]]\nname = "gone"\nsays = "Gone"\nseverity = "high"\nfields = { status = "^5" }\nunless = "probe"',
    )
    events = pl.DataFrame({"message": ["a", "probe", "c"], "x_status": [503, 500, 200]})
    assert hits(events, feature.rules_)[0].tolist() == [0]
    assert hits(events.drop("x_status"), feature.rules_)[0].tolist() == []


def test_a_rule_takes_the_place_of_the_built_in_one_of_its_name(tmp_path):
    (tmp_path / "own.toml").write_text(OWN.replace("payment-lost", "disk-full"), encoding="utf-8")
    events = templated(5)
    feature = Rules(files=(str(tmp_path / "own.toml"),)).fit(events, Line().assign(events))
    assert [rule["severity"] for rule in feature.rules_ if rule["name"] == "disk-full"] == ["critical"]
    assert len(feature.rules_) == len(BUILT_IN)


def test_the_file_in_the_working_folder_is_read_unless_others_are_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "oddline.rules.toml").write_text(OWN, encoding="utf-8")
    events = templated(5)
    windows = Line().assign(events)
    assert "payment-lost" in {rule["name"] for rule in Rules().fit(events, windows).rules_}
    assert "payment-lost" not in {rule["name"] for rule in Rules(files=()).fit(events, windows).rules_}


def test_a_model_carries_its_rules(tmp_path):
    feature = own(tmp_path, OWN)
    (tmp_path / "own.toml").unlink()
    events = templated(5).with_columns(
        message=pl.lit("payment 1 without booking"), service=pl.lit("shop"), level=pl.lit("error")
    )
    assert round_trip(feature).transform(events, Line().assign(events)).whole().min() == pytest.approx(
        WEIGHTS["critical"]
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[rule]", "TOML"),
        ("rules = 1", "nothing else"),
        ("[[rule]]\nname = 'a b'", "the name"),
        ("[[rule]]\nname = 'a'", "says nothing"),
        (OWN.replace('critical"\npattern', 'bad"\npattern'), "severity is 'bad'"),
        (OWN.replace("unless", "except"), "unknown except"),
        (OWN.replace("pattern = 'payment [0-9]+ without booking'", "pattern = 7"), "pattern is 7"),
        (OWN.replace("payment [0-9]+ without", "payment (?!5)"), "look-around"),
        (OWN.replace("'test mode'", "'(t)\\1'"), "backreferences"),
        (OWN.replace("'^shop'", "'[shop'"), "unclosed character class"),
        (OWN.replace("[0-9]+", "(x{1000}){1000}"), "size limit"),
        (OWN.replace("'^shop'", "7"), "the field service is 7"),
        (OWN.replace("pattern = ", "match_not = "), "unknown match_not"),
        (OWN.replace('["payment 4711 without', '["payment without'), "does not fire at 'payment without booking'"),
        (OWN.replace("payment 4711 booked", "payment 4711 without booking"), "fires at 'payment 4711 without booking'"),
        ("[[rule]]\nname = 'a'\nsays = 'A'\nseverity = 'low'", "looks at nothing"),
    ],
)
def test_what_is_no_rule_is_refused_with_the_reason(tmp_path, text, said):
    with pytest.raises(ConfigError, match=r"own\.toml") as told:
        own(tmp_path, text)
    assert said in str(told.value)


def test_a_file_that_is_not_there_or_too_large_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        read(tmp_path / "none.toml")
    (tmp_path / "large.toml").write_text("# " + "x" * (1 << 20), encoding="utf-8")
    with pytest.raises(ConfigError, match="megabyte"):
        read(tmp_path / "large.toml")


def test_no_rules_at_all_is_refused():
    events = templated(5)
    with pytest.raises(ConfigError, match="no rules"):
        Rules(files=(), built_in=False).fit(events, Line().assign(events))


def test_many_large_patterns_are_more_than_one_automaton_and_find_the_same():
    rules = [
        {"pattern": [f"(?:w{number}|[a-z]{{200,400}}q){{1,8}}"], "unless": [], "fields": {}} for number in range(40)
    ]
    assert len(_rule_match._unions([_rule_match.whole(rule["pattern"]) for rule in rules])) > 1
    event, rule = hits(pl.DataFrame({"message": ["w7", "none", "W39 w0"]}), rules)
    assert list(zip(event.tolist(), rule.tolist(), strict=True)) == [(0, 7), (2, 0), (2, 3), (2, 39)]


def test_each_distinct_text_is_looked_at_once(monkeypatch):
    looked = []
    unique = pl.Series.unique
    monkeypatch.setattr(pl.Series, "unique", lambda series, **rest: looked.append(unique(series, **rest)) or looked[-1])
    frame = pl.DataFrame({"message": ["disk full", "ok"] * 1000})
    assert len(hits(frame, list(BUILT_IN.values()))[0]) == 1000
    assert [len(series) for series in looked] == [1]
