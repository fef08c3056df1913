"""Whatever is done to a bundle, it is refused with BundleRefused, and nothing in it is executed."""

from __future__ import annotations

import io
import json
import pickle
import struct
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import skops.io
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from oddline.cli.main import main
from oddline.core.errors import BundleRefused
from oddline.ops import bundle
from oddline.pipeline.pipeline import Pipeline
from oddline.pipeline.presets import preset
from oddline.pipeline.state import decode
from tests.ops.tamper import agreeing, members_of, pack, remade
from tests.pipeline.made import records_of, table


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    folder = tmp_path_factory.mktemp("good")
    pipeline = Pipeline(**preset("rows")).fit(records_of(table(folder / "t.csv")))
    bundle.save(pipeline, folder / "good.odd")
    return folder / "good.odd"


def refused(path, *words):
    with pytest.raises(BundleRefused) as caught:
        bundle.load(path)
    for word in words:
        assert word in str(caught.value), str(caught.value)


def with_state(good, target, change):
    """Change the JSON of the state, card and all."""

    def apply(members):
        state = json.loads(members["state.json"])
        members["state.json"] = json.dumps(change(state)).encode()

    return remade(good, target, apply)


def with_attribute(good, target, name, node, **more):
    """Put one more fitted attribute into the state."""

    def apply(members):
        state = json.loads(members["state.json"])
        state["state"]["$dict"].append([name, node])
        members.update(more)
        members["state.json"] = json.dumps(state).encode()

    return remade(good, target, apply)


def test_the_way_these_tests_change_bundles_is_not_what_is_refused(good, tmp_path):
    bundle.load(remade(good, tmp_path / "same.odd", lambda members: None))
    bundle.load(with_attribute(good, tmp_path / "more.odd", "more_", {"$list": [1, "two", {"$float": "inf"}]}))


def test_members_added_removed_or_changed(good, tmp_path):
    array = next(name for name in members_of(good) if name.endswith(".npy"))
    changes = {
        "added": lambda members: members.update({"array-99.npy": b"x"}),
        "removed": lambda members: members.pop(array),
        "changed": lambda members: members.update({array: members[array][:-1] + b"\x7f"}),
        "state": lambda members: members.update({"state.json": members["state.json"] + b" "}),
        "no card": lambda members: members.pop("card.json"),
    }
    for name, change in changes.items():
        refused(remade(good, tmp_path / f"{name}.odd", change, agree=False))
    refused(remade(good, tmp_path / "lost.odd", lambda members: members.pop(array)), "array")
    refused(remade(good, tmp_path / "empty.odd", lambda members: members.pop("state.json")), "state")


def test_cards_that_are_none(good, tmp_path):
    members = members_of(good)
    card = json.loads(members["card.json"])
    for number, data in enumerate(
        (b"", b"{", b"[]", b"null", b'"card"', b"\xff", b"[" * 100_000, json.dumps(card | {"members": 3}).encode())
    ):
        refused(pack(tmp_path / f"{number}.odd", members | {"card.json": data}))


@pytest.mark.parametrize("version", [bundle.FORMAT + 1, 0, -1, "1", None, True, 1.0, 1e999])
def test_other_formats(good, tmp_path, version):
    members = members_of(good)
    card = json.loads(members["card.json"]) | {"format": version}
    refused(pack(tmp_path / "m.odd", members | {"card.json": json.dumps(card).encode()}), "format")


@pytest.mark.parametrize("name", ["../x.npy", "/etc/x.npy", "a/array-1.npy", "..\\array-1.npy", "array-1.npy\n", "x"])
def test_names_that_are_paths(good, tmp_path, name):
    refused(remade(good, tmp_path / "m.odd", lambda members: members.update({name: b"x"})))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_one_name_twice(good, tmp_path):
    path = pack(tmp_path / "m.odd", members_of(good))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("state.json", archive.read("state.json"))
    refused(path, "state.json")


class Trap:
    """A pickle of this writes a file when it is read."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (Path(self.path),)


def test_pickles_are_never_read(good, tmp_path):
    sprung = tmp_path / "sprung"
    hidden = io.BytesIO()
    np.save(hidden, np.array([Trap(str(sprung))], dtype=object), allow_pickle=True)
    zipped = io.BytesIO()
    np.savez(zipped, array=np.array([Trap(str(sprung))], dtype=object))
    for data in (hidden.getvalue(), pickle.dumps(Trap(str(sprung))), zipped.getvalue()):
        path = with_attribute(good, tmp_path / "m.odd", "trap_", {"$array": "array-90.npy"}, **{"array-90.npy": data})
        refused(path, "array")
    whole = tmp_path / "whole.odd"
    whole.write_bytes(pickle.dumps(Trap(str(sprung))))
    refused(whole, "no bundle")
    assert not sprung.exists()
    np.load(io.BytesIO(hidden.getvalue()), allow_pickle=True)
    assert sprung.exists(), "the trap does not work: this test would pass whatever happens"


def test_scikit_learn_estimators_pass_and_foreign_types_do_not(good, tmp_path):
    def of(estimator):
        data = skops.io.dumps(estimator)
        return with_attribute(
            good, tmp_path / "m.odd", "x_", {"$sklearn": "sklearn-9.skops"}, **{"sklearn-9.skops": data}
        )

    assert bundle.load(of(StandardScaler().fit([[0.0], [4.0]]))).x_.mean_ == 2.0
    refused(of(FunctionTransformer(func=Path.touch)), "touch")
    refused(
        with_attribute(good, tmp_path / "m.odd", "x_", {"$sklearn": "sklearn-9.skops"}, **{"sklearn-9.skops": b"junk"}),
        "sklearn",
    )


@pytest.mark.parametrize(
    "place",
    [
        "os:system",
        "os.path:join",
        "cli.main:main",
        "core.folder:Plugin",
        "pipeline.pipeline:Pipeline.fit",
        "pipeline.pipeline:_span",
        "testing.plugin:UsageError",
        "detectors.isolation_forest:Forest",
        "pipeline.state:BaseEstimator",
        "..os:system",
        "detectors/none",
        "detectors/../base",
        "../detectors/mahalanobis",
        "none/none",
        "windows/line",
        "cli/main",
        "",
        ":",
        "/",
        None,
        3,
    ],
)
def test_classes_that_are_not_ours_to_build(good, tmp_path, place):
    node = {"$estimator": place, "params": {"$dict": []}, "state": {"$dict": []}}
    refused(with_attribute(good, tmp_path / "m.odd", "x_", node))


@pytest.mark.parametrize(
    "name",
    [
        "__class__",
        "__dict__",
        "set_params",
        "fit",
        "_private_",
        "detector_\n",
        "a b_",
        "é_",
        "",
        3,
        None,
        {"$list": []},
    ],
)
def test_state_that_is_no_fitted_attribute(good, tmp_path, name):
    refused(with_attribute(good, tmp_path / "m.odd", name, 1))


@pytest.mark.parametrize("params", [{"nonsense": 1}, {"__class__": 1}, {3: 1}])
def test_parameters_that_do_not_exist(good, tmp_path, params):
    def change(state):
        state["params"]["$dict"].extend(map(list, params.items()))
        return state

    refused(with_state(good, tmp_path / "m.odd", change), "parameters")


@pytest.mark.parametrize(
    "state",
    [
        None, 3, "x", [], {}, {"params": 1}, {"params": 1, "state": 2},
        {"params": {"$dict": []}, "state": {"$list": []}},
        {"params": {"$list": []}, "state": {"$dict": []}}, {"params": {"$dict": []}, "state": {"$dict": []}},
        {"params": {"$dict": 3}, "state": {"$dict": []}}, {"params": {"$dict": [[1, 2, 3]]}, "state": {"$dict": []}},
        {"params": {"$dict": [[{"$list": []}, 2]]}, "state": {"$dict": []}}, {"params": {"$nonsense": 1}, "state": {}},
        {"params": {"$dict": [], "$list": []}, "state": {}}, {"params": {"a": 1}, "state": {}},
        {"params": [1], "state": {}},
    ],
    ids=str,
)  # fmt: skip
def test_states_of_another_shape(good, tmp_path, state):
    refused(with_state(good, tmp_path / "m.odd", lambda _: state))


def test_a_part_that_is_missing_or_of_another_kind(good, tmp_path):
    for part in ("miner_", "feature_", "detector_", "threshold_", "explainer_"):

        def without(state, part=part):
            state["state"]["$dict"] = [pair for pair in state["state"]["$dict"] if pair[0] != part]
            return state

        refused(with_state(good, tmp_path / "m.odd", without), "fitted")
        refused(with_attribute(good, tmp_path / "m.odd", part, 3), "fitted")


def test_json_nested_beyond_reason(good, tmp_path):
    for depth in (600, 900, 100_000):
        node = '{"$list":[' * depth + "1" + "]}" * depth
        state = members_of(good)["state.json"].decode()
        deep = state.replace('"state": {"$dict": [', '"state": {"$dict": [["deep_", ' + node + "], ", 1)
        assert deep != state
        refused(
            remade(good, tmp_path / "m.odd", lambda members, deep=deep: members.update({"state.json": deep.encode()}))
        )


def test_blobs_that_are_rubbish(good, tmp_path, capfd):
    huge = (
        b"\x93NUMPY\x01\x00v\x00"
        + b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }".ljust(117)
        + b"\n"
    )
    frame = io.BytesIO()
    pl.DataFrame({"a": ["x" * 50] * 100}).write_ipc(frame)
    cut = frame.getvalue()[: len(frame.getvalue()) // 2]
    nodes = {
        "array-90.npy": [b"", b"junk", b"\x93NUMPY", huge],
        "frame-90.arrow": [b"", b"junk", b"ARROW1\x00\x00", cut],
    }
    for name, blobs in nodes.items():
        for data in blobs:
            node = {f"${name.split('-')[0]}": name}
            refused(with_attribute(good, tmp_path / "m.odd", "x_", node, **{name: data}), name.split("-")[0])
    refused(with_attribute(good, tmp_path / "m.odd", "x_", {"$array": "array-77.npy"}), "array")
    refused(with_attribute(good, tmp_path / "m.odd", "x_", {"$float": "abc"}), "float")


def test_a_sparse_matrix_that_points_outside_itself():
    def array(values, kind):
        buffer = io.BytesIO()
        np.save(buffer, np.array(values, dtype=kind))
        return buffer.getvalue()

    blobs = {"array-0.npy": array([1.0], "f8"), "array-1.npy": array([10**6], "i4"), "array-2.npy": array([0, 1], "i4")}
    parts = [{"$array": name} for name in blobs]
    with pytest.raises(BundleRefused, match="sparse"):
        decode({"$sparse": [*parts, [1, 2]]}, blobs)


def lying(members, name, real, declared):
    """Make an archive whose member unfolds to ``real`` bytes and declares fewer, with the hash of those fewer."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for other, data in agreeing(members | {name: b"a" * declared}).items():
            archive.writestr(other, data if other != name else b"a" * real)
    data = bytearray(buffer.getvalue())
    checksum = zlib.crc32(b"a" * declared)
    local = data.find(b"PK\x03\x04", data.find(name.encode()) - 30)
    central = data.rfind(b"PK\x01\x02", 0, data.rfind(name.encode()))
    struct.pack_into("<I", data, local + 14, checksum)
    struct.pack_into("<I", data, local + 22, declared)
    struct.pack_into("<I", data, central + 16, checksum)
    struct.pack_into("<I", data, central + 24, declared)
    return bytes(data)


def test_a_bomb_that_lies_about_its_size_unfolds_no_further_than_it_says(good, tmp_path):
    path = tmp_path / "bomb.odd"
    path.write_bytes(lying(members_of(good), "array-99.npy", 200_000_000, 10))
    tracemalloc.start()
    try:
        bundle.card(path)
        _, most = tracemalloc.get_traced_memory()
    except BundleRefused:
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 20_000_000, f"{most:,} bytes for a bundle of {path.stat().st_size:,}"


def test_what_unfolds_too_far_is_refused(good, tmp_path, monkeypatch):
    path = remade(good, tmp_path / "m.odd", lambda members: members.update({"array-99.npy": bytes(3 << 20)}))
    bundle.card(path)
    monkeypatch.setattr(bundle, "LARGEST", 2 << 20)
    refused(path, "more than 2 MiB")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_only_compressions_whose_pieces_are_bounded(good, tmp_path, method):
    refused(pack(tmp_path / "m.odd", members_of(good), method), "DEFLATE")
    bundle.load(pack(tmp_path / "n.odd", members_of(good), zipfile.ZIP_STORED))


def test_what_never_ends_is_not_read_to_its_end():
    refused("/dev/zero", "no bundle")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(place=st.floats(0, 1, exclude_max=True), value=st.integers(1, 255), cut=st.booleans())
def test_any_byte_changed_or_any_end_cut_off(good, tmp_path, place, value, cut):
    data = bytearray(good.read_bytes())
    at = int(place * len(data))
    if cut:
        del data[at:]
    else:
        data[at] ^= value
    path = tmp_path / "m.odd"
    path.write_bytes(data)
    try:
        loaded = bundle.load(path)
    except BundleRefused:
        return
    # Some bytes of an archive mean nothing (times, versions, attributes): then what was loaded is what was saved.
    assert members_of(path) == members_of(good)
    assert isinstance(loaded, Pipeline)


def test_the_command_line_refuses_in_one_line(good, tmp_path, capfd):
    node = {"$estimator": "os:system", "params": {"$dict": []}, "state": {"$dict": []}}
    path = with_attribute(good, tmp_path / "m.odd", "x_", node)
    data = table(tmp_path / "t.csv")
    assert main(["scan", str(data), "--model", str(path)]) == 65
    told = capfd.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert "foreign class" in told.err
