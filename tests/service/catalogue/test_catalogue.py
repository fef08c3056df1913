"""What can be chosen is what the folder has; what is not to be chosen is refused by name."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys

import pytest

from oddline.core import folder
from oddline.service.acts import catalogue
from oddline.service.catalogue.order import FEATURED
from oddline.service.catalogue.parameters import OURS, fits
from oddline.service.errors import Unprocessable


@pytest.mark.parametrize("name", list(folder.plugins("detectors")))
def test_the_source_text_tells_what_the_class_is(name):
    told, made = catalogue.detector(name), folder.load("detectors", name)()
    assert (told.consumes, told.supervised, told.online) == (made.consumes, made.supervised, made.online)
    feature = folder.load("features", made.feature)() if made.feature else None
    assert told.needs == (made.needs or getattr(feature, "needs", ""))
    parameters = told.parameters["properties"]
    signature = inspect.signature(type(made)).parameters
    assert list(parameters) == [one for one in signature if one not in OURS]
    for one, schema in parameters.items():
        default = signature[one].default
        assert schema["default"] == (list(default) if isinstance(default, tuple) else default)
        assert fits(schema["default"], schema), f"{one} = {default!r} is not {schema}"
        assert schema.get("description"), f"{one} is not explained"
    json.dumps(told.parameters)


def test_what_people_ask_for_comes_first_and_the_others_by_name():
    names = [one.name for one in catalogue.detectors()]
    assert names[: len(FEATURED) + 1] == ["auto", *FEATURED]
    others = names[len(FEATURED) + 1 :]
    assert others == sorted(others)
    assert sorted(names) == sorted(["auto", *folder.plugins("detectors")])
    assert all(one.summary.endswith((".", "!", "?")) and one.title for one in catalogue.detectors())


def test_the_choice_without_configuration_is_marked():
    assert {one.name for one in catalogue.detectors() if one.zero_config} == {
        "auto", "declared", "departures", "odd_lines", "odd_rows", "odd_sessions"
    }  # fmt: skip
    assert catalogue.detector("odd_rows").suits == ["rows"]
    assert catalogue.detector("logbert").suits == ["lines", "sessions"]


def test_listing_wakes_nothing_heavy():
    code = (
        "from oddline.service.acts.catalogue import detectors, plugins; detectors(); plugins('features');"
        "import sys; print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"torch", "sklearn", "pyod", "optuna"} & set(done.stdout.split())


@pytest.mark.parametrize(
    ("detector", "settings", "words"),
    [
        ("isolation_forrest", {}, "isolation_forest"),
        ("isolation_forest", {"n_estimatorz": 3}, "n_estimators"),
        ("isolation_forest", {"n_estimators": "many"}, "integer"),
        ("isolation_forest", {"n_estimators": True}, "integer"),
        ("isolation_forest", {"n_estimators": 1.5}, "integer"),
        ("one_class_svm", {"nu": float("nan")}, "number"),
        ("kmeans_ensemble", {"clusters": [8, "x"]}, "array"),
        ("kmeans_ensemble", {"rule": "most"}, "mean or vote"),
        ("isolation_forest", {"random_state": 3}, "seed"),
        ("autoencoder", {"checkpoint": "/etc/passwd"}, "files of the server"),
        ("cascade", {"first__checkpoint": "/etc/passwd"}, "files of the server"),
        (None, {"n_estimators": 3}, "choose a detector"),
        ("auto", {"n_estimators": 3}, "choose a detector"),
        (None, {"feature.files": ["/etc/passwd"]}, "files of the server"),
        (None, {"feature.nothing": 1}, "no setting"),
        (None, {"bundle.depth": 1}, "no setting"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(detector, settings, words):
    with pytest.raises(Unprocessable) as refused:
        catalogue.validate(detector, settings)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("detector", "settings"),
    [
        ("isolation-forest", {"n_estimators": 3}), ("one_class_svm", {"nu": 1, "gamma": None}), (None, None),
        ("auto", {}), ("kmeans_ensemble", {"clusters": [4, 8], "rule": "vote"}),
        ("isolation_forest", {"feature.most": 50, "threshold.q": 0.99}), (None, {"miner.similarity": 0.5}),
    ],
)  # fmt: skip
def test_what_makes_sense_passes(detector, settings):
    catalogue.validate(detector, settings)


def test_settings_of_a_part_are_those_of_the_chosen_one():
    catalogue.validate(None, {"feature.width": 32}, feature="text_hashed")
    with pytest.raises(Unprocessable):
        catalogue.validate(None, {"feature.width": 32}, feature="counts")
    with pytest.raises(Unprocessable):
        catalogue.validate(None, {}, threshold="quantil")


def test_routes(stranger, as_role):
    ingest = as_role("ingest")
    listed = stranger.get("/api/v1/detectors", headers=ingest).json()["items"]
    assert listed[1] == stranger.get("/api/v1/detectors/isolation_forest", headers=ingest).json()
    assert listed[1]["parameters"]["properties"]["n_estimators"]["description"] == "Trees."
    wrong = stranger.get("/api/v1/detectors/isolation_forrest", headers=ingest)
    assert (wrong.status_code, wrong.json()["hint"]) == (404, "isolation_forest")
    formats = stranger.get("/api/v1/plugins/formats", headers=ingest).json()
    assert formats["room"] == "formats" and "syslog" in {one["name"] for one in formats["items"]}
    assert stranger.get("/api/v1/plugins/service", headers=ingest).status_code == 404
    for path in ("detectors", "detectors/knn", "plugins/formats"):
        assert stranger.get(f"/api/v1/{path}").status_code == 401


def test_the_schema_is_complete_for_uploads_and_catalogue(stranger):
    described = stranger.get("/api/v1/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    for path, methods in described["paths"].items():
        if not path.startswith(("/api/v1/uploads", "/api/v1/detectors", "/api/v1/plugins")):
            continue
        for method, told in methods.items():
            assert told["summary"] and told["description"], f"{method} {path}"
            assert "application/problem+json" in told["responses"]["401"]["content"] or method == "head"
    sent = described["paths"]["/api/v1/uploads"]["post"]["requestBody"]["content"]
    assert set(sent) == {"application/octet-stream", "multipart/form-data"}
