"""Reading and judging in one go: what goes in, in which order, and what comes out."""

from __future__ import annotations

import gzip
import random

import polars as pl
import pytest

from oddline.core.errors import BadData, NoInput, UnknownPlugin, UsageError
from oddline.core.telemetry import Telemetry
from oddline.drivers import batch
from oddline.drivers.batch import Request, Tables, read_records
from tests.pipeline.made import ODD, log, table


def request(*paths, **more):
    return Request(paths=tuple(map(str, paths)), **more)


@pytest.fixture
def two(tmp_path):
    """Two logs of the same minutes, the second of which begins first."""
    return log(tmp_path / "z.log", shift=1), log(tmp_path / "a.log", 150, odd=70)


def test_sources_with_times_are_merged_by_time(two):
    reading = read_records(list(map(str, two)))
    assert reading.records["ts"].is_sorted()
    assert reading.records["source"].cast(pl.String).rle_id().max() > 100, "not interleaved"
    for source, lines in reading.records.group_by("source"):
        assert lines["line"].is_sorted(), source
    assert [item.events for item in reading.inputs] == [300, 150]


def test_scored_rows_stand_in_the_order_of_the_input_though_judged_by_time(two):
    first, second = map(str, two)
    for paths, heights in (((first, second), (300, 150)), ((second, first), (150, 300))):
        result = batch.scan(request(*paths))
        wanted = [source for source, height in zip(paths, heights, strict=True) for _ in range(height)]
        assert result.scored["source"].cast(pl.String).to_list() == wanted
        assert result.scored["line"].to_list() == [n + 1 for height in heights for n in range(height)]
        marked = result.scored.filter("anomaly").select(pl.col("source").cast(pl.String), "line").rows()
        assert sorted(marked) == sorted((one.source, one.line) for one in result.anomalies)
        assert {(first, 201), (second, 71)} <= set(marked)
        assert (result.scored.filter("anomaly")["text"].str.contains(ODD)).any()


def test_a_source_without_times_leaves_the_order_as_it_is(tmp_path, two):
    timeless = tmp_path / "m.txt"
    timeless.write_text("".join(f"job {n} done\n" for n in range(100)))
    reading = read_records([str(two[0]), str(timeless), str(two[1])])
    assert reading.records["source"].cast(pl.String).rle_id().max() == 2
    assert reading.records["source"].cast(pl.String).unique(maintain_order=True).to_list() == [
        str(two[0]), str(timeless), str(two[1])
    ]  # fmt: skip
    result = batch.scan(request(two[0], timeless, two[1]))
    assert result.scored.height == 550
    assert result.scored["line"].to_list() == reading.records["line"].to_list()


def test_a_line_without_a_time_stays_with_the_line_before_it():
    from oddline.drivers._read import _in_order
    from oddline.testing._records import records

    events = records(6).with_columns(source=pl.Series(["a", "a", "a", "b", "b", "b"], dtype=pl.Categorical()))
    seconds = [None, 10, None, 5, None, 20]
    start = events["ts"][0]
    events = events.with_columns(
        ts=pl.Series([None if s is None else start.replace(second=s) for s in seconds], dtype=events.schema["ts"])
    )
    assert _in_order(events)["line"].to_list() == [4, 5, 1, 2, 3, 6]


def test_tables_are_judged_as_rows_and_text_as_lines(tmp_path, two):
    assert batch.scan(request(table(tmp_path / "t.csv"))).detector == "odd_rows"
    assert batch.scan(request(two[0])).detector == "odd_lines"
    assert not read_records([str(two[0]), str(tmp_path / "t.csv")]).tabular, "text beside a table is judged as lines"
    assert batch.scan(request(two[0], tmp_path / "t.csv")).detector == "odd_lines"
    assert batch.scan(request(tmp_path / "t.csv", format="plain")).detector == "odd_lines"


def test_the_label_is_told_to_fit_and_only_the_normal_rows_teach(tmp_path):
    labels = ["normal" if n % 10 else "attack" for n in range(300)]
    path = table(tmp_path / "t.csv", odd=200, labels=labels)
    assert labels[200] == "attack"
    pipeline = batch.fit(request(path, tables=Tables(label_column="label")))
    assert pipeline.span_["events"] == 270
    assert not any("label" in name for name in pipeline.feature_.names_)
    assert not any("label" in text for text in pipeline.miner_.templates_["text"])
    alone = tmp_path / "alone.csv"
    frame = pl.read_csv(path)
    frame.filter(pl.col("label") == "normal").drop("label").write_csv(alone)
    other = batch.fit(request(alone))
    scan = request(path, tables=Tables(drop=("label",)))
    first, second = batch.scan(scan, model=pipeline), batch.scan(scan, model=other)
    assert first.scored["surprise"].equals(second.scored["surprise"]), "the label left a trace"
    assert first.scored["surprise"].arg_max() == 200


def test_the_normal_value_may_be_a_number(tmp_path):
    path = table(tmp_path / "t.csv", labels=["0" if n % 10 else "1" for n in range(300)])
    assert batch.fit(request(path, tables=Tables(label_column="label", normal="0"))).span_["events"] == 270


def test_a_label_that_reads_like_a_level_or_a_message_is_no_feature_either(tmp_path):
    """A column called ``level`` or of long texts has a part to play in Records: as a label it has none."""
    path = table(tmp_path / "t.csv", labels=["info" if n % 10 else "critical" for n in range(300)])
    path.write_text(path.read_text().replace("label", "level", 1))
    pipeline = batch.fit(request(path, tables=Tables(label_column="level", normal="info")))
    assert pipeline.span_["events"] == 270
    assert not any("level" in text or "info" in text for text in pipeline.miner_.templates_["text"])


def test_labels_that_are_not_there(tmp_path, two):
    path = table(tmp_path / "t.csv")
    with pytest.raises(BadData, match=r"no column 'label'; expected one of bytes, ms, host"):
        batch.fit(request(path, tables=Tables(label_column="label")))
    with pytest.raises(BadData, match="host = normal"):
        batch.fit(request(path, tables=Tables(label_column="host")))
    with pytest.raises(BadData, match="no column 'label'; expected a table"):
        batch.fit(request(two[0], tables=Tables(label_column="label")))
    with pytest.raises(UsageError, match="'label'"):
        batch.scan(request(path, tables=Tables(drop=("label",))))


def test_what_is_dropped_has_no_say(tmp_path):
    path = table(tmp_path / "t.csv")
    shuffled = tmp_path / "u.csv"
    frame = pl.read_csv(path)
    hosts = frame["host"].to_list()
    random.Random(0).shuffle(hosts)
    frame.with_columns(host=pl.Series(hosts)).write_csv(shuffled)

    def scores(path, *drop):
        return batch.scan(request(path, tables=Tables(drop=drop))).scored["surprise"].to_list()

    assert scores(path, "host") == scores(shuffled, "host")
    assert scores(path) != scores(shuffled)


def test_the_baseline_is_read_in_the_format_of_the_input(tmp_path):
    """Twenty lines alone look like another format than three hundred; one side read otherwise would be all new."""
    lines = log(tmp_path / "long.log", odd=None).read_text().splitlines()
    short = tmp_path / "short.log"
    short.write_text("\n".join(["-- head of the file --"] * 12 + lines[:8]) + "\n")
    result = batch.scan(request(short, baseline=(str(tmp_path / "long.log"),)))
    baseline = read_records([str(tmp_path / "long.log")]).inputs[0].format
    assert result.inputs[0].format == baseline
    swapped = batch.scan(request(tmp_path / "long.log", baseline=(str(short),)))
    assert swapped.inputs[0].format == baseline


def test_against_a_baseline_only_the_input_is_told_of(tmp_path):
    good, new = log(tmp_path / "good.log", odd=None), log(tmp_path / "new.log")
    result = batch.scan(request(new, baseline=(str(good),)))
    assert [item.path for item in result.inputs] == [str(new)]
    assert result.events == result.scored.height == 300
    assert {anomaly.source for anomaly in result.anomalies} == {str(new)}
    assert any(ODD in anomaly.text for anomaly in result.anomalies)


def test_a_baseline_without_events_is_bad_data(tmp_path):
    empty = tmp_path / "empty.log"
    empty.touch()
    with pytest.raises(BadData, match="baseline"):
        batch.scan(request(log(tmp_path / "new.log"), baseline=(str(empty),)))
    with pytest.raises(NoInput):
        batch.scan(request(tmp_path / "new.log", baseline=(str(tmp_path / "none.log"),)))


def test_an_empty_file_beside_a_full_one(tmp_path):
    empty = tmp_path / "empty.log"
    empty.touch()
    result = batch.scan(request(empty, log(tmp_path / "new.log")))
    assert [item.events for item in result.inputs] == [0, 300]
    assert result.scored.height == 300
    assert any("empty" in warning for warning in result.inputs[0].warnings)


def test_folders_archives_and_patterns(tmp_path):
    (tmp_path / "logs").mkdir()
    log(tmp_path / "logs" / "a.log", 60, odd=None)
    packed = tmp_path / "logs" / "b.log.gz"
    packed.write_bytes(gzip.compress(log(tmp_path / "b.log", 40, odd=None).read_bytes()))
    for path in (tmp_path / "logs", tmp_path / "logs" / "*"):
        reading = read_records([str(path)])
        assert sorted(item.events for item in reading.inputs) == [40, 60]
        assert reading.records.height == 100
        assert reading.records["id"].is_unique().all()


def test_a_file_named_twice_is_read_once(two):
    reading = read_records([str(two[0]), str(two[0])])
    assert reading.records.height == 300
    assert batch.scan(request(two[0], two[0])).scored.height == 300


def test_standard_input_beside_a_file(two, monkeypatch):
    with two[1].open() as piped:
        monkeypatch.setattr("sys.stdin", piped)
        result = batch.scan(request("-", two[0]))
    assert [item.events for item in result.inputs] == [150, 300]
    assert result.scored["line"].to_list() == [n + 1 for height in (150, 300) for n in range(height)]


def test_a_format_that_is_forced(two):
    reading = read_records([str(two[0])], format="plain")
    assert reading.inputs[0].format == "plain"
    assert read_records([str(two[0])]).inputs[0].format != "plain"
    with pytest.raises(UnknownPlugin, match="plain"):
        read_records([str(two[0])], format="plane")


def test_tables_as_the_user_tells_them(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("".join(f"{n},web{n % 3}\n" for n in range(50)))
    told = Tables(header=False, columns=("size", "host"), drop=("host",))
    assert [name for name in read_records([str(path)], tables=told).records.columns if name.startswith("x_")] == [
        "x_size"
    ]
    assert read_records([str(path)], tables=Tables(header=False)).records.height == 50
    assert read_records([str(path)], tables=Tables(header=True)).records.height == 49


def test_changes_reach_the_pipeline(tmp_path):
    path = table(tmp_path / "t.csv")
    changes = {"detector": "isolation_forest", "settings": {"n_estimators": 11}, "seed": 4, "budget": 2}
    pipeline = batch.fit(request(path, changes=changes))
    assert (pipeline.detector.n_estimators, pipeline.detector_.random_state, pipeline.budget) == (11, 4, 2)


def test_every_stage_is_told(two):
    told = []
    result = batch.scan(request(*two, telemetry=Telemetry(lambda stage, share: told.append((stage, share)))))
    assert list(result.stages) == ["read", "templates", "features", "detect", "explain"]
    assert 0 < sum(result.stages.values()) <= result.seconds
    assert ("read", 0.5) in told, "the second of two files begins at one half"
    assert all(0 <= share <= 1 for _, share in told)
