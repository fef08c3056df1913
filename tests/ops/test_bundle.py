"""A bundle gives the same answers elsewhere, and is the same bytes for the same model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile

import numpy as np
import polars as pl
import pytest

import oddline
from oddline.core.errors import CannotCreate, NoInput, UnknownPlugin
from oddline.detectors.mahalanobis import Mahalanobis
from oddline.ops import bundle
from oddline.pipeline.pipeline import Pipeline
from oddline.pipeline.presets import preset
from tests.pipeline.made import log, records_of, table

MODELS = {
    "lines": ("lines", {}, log),
    "rows": ("rows", {}, table),
    "forest": ("rows", {"detector": "isolation_forest", "budget": 2}, table),
    "distance": ("rows", {"detector": "mahalanobis", "threshold": "quantile"}, table),
    "lines_distance": ("lines", {"detector": "mahalanobis", "budget": 3}, log),
}

IN_ANOTHER_PROCESS = """
import sys, pathlib, hashlib, oddline
for model, data in zip(sys.argv[1::2], sys.argv[2::2]):
    result = oddline.load(model).detect(oddline.read(data))
    scores = result.scored["surprise"].to_numpy()
    print(hashlib.sha256(scores.tobytes()).hexdigest(), [(one.id, one.severity) for one in result.anomalies])
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("bundles")


@pytest.fixture(scope="module")
def fitted(folder):
    """Each model, fitted and saved once: the pipeline, its file, and data to judge."""
    made = {}
    for name, (kind, changes, write) in MODELS.items():
        good = write(folder / f"{name}-good.{write.__name__}", odd=None)
        new = write(folder / f"{name}-new.{write.__name__}")
        pipeline = Pipeline(**preset(kind, **changes)).fit(records_of(good))
        bundle.save(pipeline, folder / f"{name}.odd")
        made[name] = (pipeline, folder / f"{name}.odd", new)
    return made


@pytest.mark.parametrize("name", MODELS)
def test_loaded_it_gives_the_same_result_bit_for_bit(fitted, name):
    pipeline, path, new = fitted[name]
    records = records_of(new)
    first, second = pipeline.detect(records), bundle.load(path).detect(records)
    assert first.anomalies, "nothing found: nothing compared"
    assert first.scored.equals(second.scored)
    assert (first.anomalies, first.incidents, first.threshold) == (second.anomalies, second.incidents, second.threshold)
    assert first.detector == second.detector
    assert first.template_table.equals(second.template_table)


def test_another_process_gives_the_same_scores(fitted, capfd, monkeypatch):
    arguments = [str(part) for _, path, new in fitted.values() for part in (path, new)]
    other = subprocess.run(
        [sys.executable, "-c", IN_ANOTHER_PROCESS, *arguments],
        env=os.environ | {"PYTHONHASHSEED": "4"},
        capture_output=True,
        text=True,
        check=True,
    )
    with monkeypatch.context() as here:
        here.setattr(sys, "argv", ["-c", *arguments])
        exec(IN_ANOTHER_PROCESS, {})
    told = capfd.readouterr().out.splitlines()
    assert len(told) == len(MODELS)
    assert other.stdout.splitlines() == told


def test_learnt_twice_from_the_same_data_it_is_the_same_model(fitted, tmp_path):
    for name, (kind, changes, write) in MODELS.items():
        good = write(tmp_path / fitted[name][2].name.replace("new", "good"), odd=None)
        records = records_of(good).with_columns(source=pl.lit("elsewhere", pl.Categorical()))
        members = [
            bundle.save(Pipeline(**preset(kind, **changes)).fit(records), tmp_path / "m.odd")["members"]
            for _ in range(2)
        ]
        assert members[0] == members[1], name


def test_the_same_model_is_the_same_bytes_but_for_the_time(fitted, tmp_path):
    for name, (pipeline, path, _) in fitted.items():
        bundle.save(pipeline, tmp_path / f"{name}.odd")
        with zipfile.ZipFile(path) as first, zipfile.ZipFile(tmp_path / f"{name}.odd") as second:
            assert first.namelist() == second.namelist()
            for member in first.infolist():
                other = second.getinfo(member.filename)
                assert member.date_time == other.date_time
                if member.filename != "card.json":
                    assert first.read(member) == second.read(other), f"{name}: {member.filename}"
            cards = [json.loads(archive.read("card.json")) for archive in (first, second)]
        for card in cards:
            card["id"] = card["id"].split("-")[1]
            del card["created"]
        assert cards[0] == cards[1]


def test_the_card_says_what_it_is(fitted):
    pipeline, path, _ = fitted["lines"]
    card = bundle.card(path)
    assert card["format"] == bundle.FORMAT
    assert card["oddline"] == oddline.__version__
    assert card["data"]["events"] == 300
    assert card["data"]["first"].startswith("2026-01-01T00:00:00")
    assert card["templates"] == pipeline.miner_.templates_.height
    with zipfile.ZipFile(path) as archive:
        assert set(card["members"]) == set(archive.namelist()) - {"card.json"}


def test_a_budget_can_be_changed_after_loading(fitted):
    _, path, new = fitted["lines_distance"]
    loaded = bundle.load(path)
    assert loaded.budget == 3
    assert len(loaded.set_params(budget=1).detect(records_of(new)).incidents) == 1


def test_an_unfitted_pipeline_is_not_saved(tmp_path):
    with pytest.raises(Exception, match="not fitted"):
        bundle.save(Pipeline(), tmp_path / "m.odd")
    assert list(tmp_path.iterdir()) == []


def test_a_bundle_that_cannot_be_created_is_told(fitted, tmp_path):
    pipeline, *_ = fitted["rows"]
    for path in (tmp_path / "no" / "folder" / "m.odd", tmp_path):
        with pytest.raises(CannotCreate):
            bundle.save(pipeline, path)
    assert list(tmp_path.iterdir()) == []


def test_what_stood_there_is_whole_until_the_new_one_is(fitted, tmp_path, monkeypatch):
    pipeline, *_ = fitted["rows"]
    path = tmp_path / "m.odd"
    path.write_bytes(b"an older model")
    link = tmp_path / "link.odd"
    link.symlink_to(path)
    with monkeypatch.context() as broken:
        broken.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            bundle.save(pipeline, link)
    assert path.read_bytes() == b"an older model"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["link.odd", "m.odd"]
    bundle.save(pipeline, link)
    assert link.is_symlink(), "the link was replaced, not the file behind it"
    assert bundle.card(path)["format"] == bundle.FORMAT


def test_a_missing_file_is_no_input(tmp_path):
    for path in (tmp_path / "none.odd", tmp_path):
        with pytest.raises(NoInput):
            bundle.load(path)


class HomeMade(Mahalanobis):
    """A detector that is nobody's plug-in."""


def test_a_detector_that_is_no_plugin_works_but_is_not_saved(tmp_path):
    records = records_of(table(tmp_path / "t.csv"))
    pipeline = Pipeline(**preset("rows", detector=HomeMade()))
    result = pipeline.fit_detect(records)
    assert result.detector == "HomeMade"
    with pytest.raises(UnknownPlugin, match="HomeMade"):
        bundle.save(pipeline, tmp_path / "m.odd")
    assert not (tmp_path / "m.odd").exists()


def test_an_estimator_with_settings_keeps_them(tmp_path):
    records = records_of(table(tmp_path / "t.csv"))
    pipeline = Pipeline(**preset("rows", detector="isolation_forest", settings={"n_estimators": 7})).fit(records)
    bundle.save(pipeline, tmp_path / "m.odd")
    loaded = bundle.load(tmp_path / "m.odd")
    assert loaded.detector.n_estimators == 7
    assert len(loaded.detector_.forest_["first"]) == 7
    np.testing.assert_array_equal(loaded.detect(records).scored["score"], pipeline.detect(records).scored["score"])


def test_bundles_of_an_older_oddline_take_the_defaults_of_new_parameters(fitted, tmp_path):
    """A parameter that came later is not in the file; one that has gone is told."""
    from tests.ops.tamper import remade

    _, path, new = fitted["rows"]

    def without_seed(members):
        state = json.loads(members["state.json"])
        state["params"]["$dict"] = [pair for pair in state["params"]["$dict"] if pair[0] != "seed"]
        members["state.json"] = json.dumps(state).encode()

    loaded = bundle.load(remade(path, tmp_path / "older.odd", without_seed))
    assert loaded.seed == 0
    assert isinstance(loaded.detect(records_of(new)).scored, pl.DataFrame)
