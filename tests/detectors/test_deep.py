"""The neural detectors: what each promises beyond the contract of all detectors."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oddline.core.errors import CannotCreate, UsageError
from oddline.core.nouns import Floats
from oddline.core.telemetry import Telemetry
from oddline.detectors._stretches import cut, distinct_codes, tokens_of
from oddline.detectors.autoencoder import Autoencoder
from oddline.detectors.logbert import Logbert
from oddline.detectors.lstm_autoencoder import LstmAutoencoder
from oddline.detectors.lstm_next import MODES, LstmNext
from oddline.detectors.vae import Vae
from oddline.testing._windows import odd_sequences, usual_sequences

torch = pytest.importorskip("torch")

TABLES = [Autoencoder, Vae]
SEQUENCES = [LstmNext, LstmAutoencoder, Logbert]


class PoweredOff(Exception):
    """What cuts a training off."""


def related(rows: int = 300, seed: int = 0) -> Floats:
    random = np.random.default_rng(seed)
    first = random.normal(size=rows)
    return np.column_stack([first, 2 * first + 0.1 * random.normal(size=rows), random.normal(size=rows)])


def usual(detector: type[Any]) -> Any:
    return usual_sequences() if detector.consumes == "sequence" else related()


def mixed_sequences() -> Any:
    """Make many different sequences, so that an epoch has several steps."""
    random = np.random.default_rng(0)
    return np.where(np.arange(12) < random.integers(4, 13, (120, 1)), random.integers(2, 9, (120, 12)), 0)


def heard_in(detector: Any, X: Any, *, off_at: float = 2.0) -> list[float]:
    """Fit, and give the shares that were told; cut the training off at one of them."""
    heard: list[float] = []

    def listen(stage: str, share: float) -> None:
        heard.append(share)
        if off_at <= share < 1.0:
            raise PoweredOff

    with Telemetry(listen).stage("detect"):
        detector.fit(X)
    return heard[1:-1]


@pytest.mark.parametrize("detector", [*TABLES, *SEQUENCES])
def test_a_training_that_was_cut_off_goes_on_to_the_same_scores(detector: type[Any], tmp_path: Path) -> None:
    X, path = mixed_sequences() if detector in SEQUENCES else related(), str(tmp_path / "training")
    expected = detector(epochs=6, batch=32).fit(X)
    with pytest.raises(PoweredOff):
        heard_in(detector(epochs=6, batch=32, checkpoint=path), X, off_at=0.55)
    resumed = detector(epochs=6, batch=32, checkpoint=path)
    heard = heard_in(resumed, X)
    assert heard[0] == 0.5, "it began again, or went on elsewhere than after the third epoch"
    for name, weights in expected.weights_.items():
        np.testing.assert_array_equal(resumed.weights_[name], weights, err_msg=name)
    np.testing.assert_array_equal(resumed.anomaly_score(X), expected.anomaly_score(X))


@pytest.mark.parametrize("change", ["data", "parameters"])
def test_a_checkpoint_of_another_training_is_begun_anew(change: str, tmp_path: Path) -> None:
    path = str(tmp_path / "training")
    Autoencoder(epochs=3, checkpoint=path).fit(related(seed=1))
    X, code = (related(seed=2), 8) if change == "data" else (related(seed=1), 1)
    again = Autoencoder(epochs=3, code=code, checkpoint=path).fit(X)
    np.testing.assert_array_equal(again.anomaly_score(X), Autoencoder(epochs=3, code=code).fit(X).anomaly_score(X))


def test_a_file_that_is_no_checkpoint_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("mine")
    with pytest.raises(UsageError, match="no checkpoint"):
        Autoencoder(epochs=2, checkpoint=str(path)).fit(related())
    assert path.read_text() == "mine"


def test_weights_of_others_are_no_checkpoint(tmp_path: Path) -> None:
    from safetensors.torch import save_file

    path = tmp_path / "model.safetensors"
    save_file({"a": torch.zeros(2)}, path)
    with pytest.raises(UsageError, match="no checkpoint"):
        Autoencoder(epochs=2, checkpoint=str(path)).fit(related())


def test_a_checkpoint_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotCreate, match="no checkpoint at"):
        Autoencoder(epochs=2, checkpoint=str(tmp_path / "missing" / "training")).fit(related())


def test_nothing_is_left_beside_the_checkpoint(tmp_path: Path) -> None:
    Autoencoder(epochs=2, checkpoint=str(tmp_path / "training")).fit(related())
    assert [path.name for path in tmp_path.iterdir()] == ["training"]


@pytest.mark.parametrize("detector", [Vae, LstmNext])
def test_torch_is_as_it_was(detector: type[Any]) -> None:
    torch.set_num_threads(2)
    torch.manual_seed(7)
    before = torch.get_rng_state()
    fitted = detector(epochs=2).fit(usual(detector))
    fitted.anomaly_score(usual(detector)[:3])
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.get_num_threads() == 2
    assert not torch.are_deterministic_algorithms_enabled()


def test_the_numbers_drawn_elsewhere_do_not_matter() -> None:
    torch.manual_seed(1)
    first = Vae(epochs=2).fit(related()).anomaly_score(related(5))
    torch.manual_seed(2)
    np.testing.assert_array_equal(Vae(epochs=2).fit(related()).anomaly_score(related(5)), first)


def test_the_seed_decides_the_network() -> None:
    first, other = (LstmNext(epochs=2, random_state=seed).fit(usual_sequences()) for seed in (1, 2))
    assert (first.weights_["tell.weight"] != other.weights_["tell.weight"]).any()


def test_progress_is_told_and_never_goes_back() -> None:
    heard = heard_in(Autoencoder(epochs=4, patience=1), related())
    assert heard == sorted(heard)
    assert heard[0] == 0.0
    assert heard[-1] == 1.0
    assert len(heard) > 5


def test_training_stops_when_it_gains_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = heard_in(Autoencoder(epochs=500, patience=2, rate=0.05), related())
    assert max(heard[:-1]) < 0.9


@pytest.mark.parametrize(
    "wrong", [{"epochs": 0}, {"batch": 0}, {"patience": 1.5}, {"rate": 2.0}, {"random_state": -1}], ids=str
)
def test_numbers_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=str(next(iter(wrong))).replace("random_state", "seed")):
        Autoencoder(**wrong).fit(related())


def test_words_that_make_no_sense_are_refused() -> None:
    with pytest.raises(UsageError, match="history=0"):
        LstmNext(history=0).fit(usual_sequences())
    with pytest.raises(UsageError, match="likelihood"):
        LstmNext(mode="best").fit(usual_sequences())


@pytest.mark.parametrize("detector", TABLES)
def test_a_broken_relation_is_odd_though_each_cell_is_usual(detector: type[Any]) -> None:
    fitted = detector().fit(related(1000))
    usual, broken = fitted.anomaly_score([[1.0, 2.0, 0.0], [1.0, -2.0, 0.0]])
    assert broken > 3 * usual


@pytest.mark.parametrize("detector", TABLES)
def test_the_odd_column_has_the_largest_part(detector: type[Any]) -> None:
    fitted = detector().fit(related())
    parts = fitted.contributions(np.array([[0.0, 0.0, 30.0], [30.0, 60.0, 0.0]]))
    assert parts[0].argmax() == 2
    assert parts[1].argmin() == 2


@pytest.mark.parametrize("detector", TABLES)
def test_what_is_far_away_is_odder_the_farther_it_is(detector: type[Any]) -> None:
    near, far = detector(epochs=5).fit(related()).anomaly_score([[0.0, 0.0, 30.0], [0.0, 0.0, 300.0]])
    assert far > 1.5 * near


def test_contributions_of_the_autoencoder_add_up_to_its_score() -> None:
    fitted, rows = Autoencoder(epochs=5).fit(related()), related(20, seed=3) * 4
    np.testing.assert_allclose(fitted.contributions(rows).sum(axis=1), fitted.anomaly_score(rows))


@pytest.mark.parametrize("detector", SEQUENCES)
def test_contributions_of_sequences_add_up_to_the_score(detector: type[Any]) -> None:
    fitted, rows = detector(epochs=5).fit(usual_sequences()), odd_sequences(5)
    padded = np.pad(rows, ((0, 0), (0, 3)))
    for asked in (rows, padded):
        np.testing.assert_allclose(fitted.contributions(asked).sum(axis=1), fitted.anomaly_score(asked))
    assert not fitted.contributions(padded)[:, rows.shape[1] + 1 :].any(), "a part after the end"


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_finds_what_is_odd(mode: str) -> None:
    fitted = LstmNext(mode=mode, epochs=30).fit(usual_sequences())
    scores = fitted.anomaly_score(usual_sequences(50, seed=3))
    assert fitted.anomaly_score(odd_sequences()).min() > scores.max()


@pytest.mark.parametrize("mode", MODES)
def test_an_unseen_event_is_at_least_as_odd_as_any_known_one(mode: str) -> None:
    fitted = LstmNext(mode=mode, epochs=30).fit(usual_sequences())
    known = [fitted.anomaly_score([[2, 3, 4, 5, code]])[0] for code in (2, 3, 4, 5, 6)]
    unseen = fitted.contributions([[2, 3, 4, 5, 1]])[0, 4]
    assert unseen >= max(fitted.contributions([[2, 3, 4, 5, code]])[0, 4] for code in (2, 3, 4, 5, 6))
    assert fitted.anomaly_score([[2, 3, 4, 5, 1]])[0] >= min(known)
    assert fitted.anomaly_score([[2, 3, 4, 5, 99]])[0] == fitted.anomaly_score([[2, 3, 4, 5, 1]])[0]


def test_the_rank_of_an_unseen_event_is_after_all_others() -> None:
    fitted = LstmNext(mode="top_g", epochs=2).fit(usual_sequences())
    # Five events, and the end, what is unseen, and the start.
    assert fitted.anomaly_score([[2, 1, 3]])[0] == 8.0


def test_a_session_that_breaks_off_is_odd_at_its_end() -> None:
    fitted = LstmNext(mode="likelihood", epochs=30).fit(usual_sequences())
    parts = fitted.contributions([[2, 3, 4, 5, 3, 4, 0, 0]])
    assert parts[0].argmax() == 6, "the end has the first empty place"
    assert parts[0, 6] > 5 * parts[0, :6].sum()


def test_every_event_counts_once_and_has_its_history() -> None:
    random = np.random.default_rng(0)
    lengths = np.array([0, 1, 5, 6, 7, 11, 12, 13, 40])
    X = np.where(np.arange(40) < lengths[:, None], random.integers(2, 9, (len(lengths), 40)), 0).astype(np.int32)
    stretches = cut(X, history=3, start=9)
    times = np.zeros((len(X), 41), dtype=int)
    rows, spots = np.nonzero(stretches.counted)
    at = stretches.begin[rows] + spots
    np.add.at(times, (stretches.owner[rows], at), 1)
    np.testing.assert_array_equal(times, np.arange(41) <= lengths[:, None])
    assert (spots >= np.minimum(at, 3)).all(), "an event has fewer than three before it, though there are more"
    whole = np.pad(X, ((0, 0), (0, 1)))
    np.testing.assert_array_equal(stretches.targets[rows, spots], whole[stretches.owner[rows], at])
    before = np.pad(X, ((0, 0), (1, 0)))
    before[:, 0] = 9
    np.testing.assert_array_equal(stretches.inputs[rows, spots], before[stretches.owner[rows], at])


def test_a_network_is_asked_for_distinct_stretches_only(monkeypatch: pytest.MonkeyPatch) -> None:
    fitted = LstmNext(epochs=2).fit(usual_sequences())
    asked: list[int] = []
    surprise = fitted._surprise
    monkeypatch.setattr(
        fitted, "_surprise", lambda network, batch: asked.append(len(batch.inputs)) or surprise(network, batch)
    )
    fitted.anomaly_score(usual_sequences(500))
    assert asked == [4], "there are four distinct sessions"


def test_stretches_that_repeat_within_a_session_are_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    fitted = LstmNext(history=3, epochs=2).fit(usual_sequences())
    asked: list[int] = []
    surprise = fitted._surprise
    monkeypatch.setattr(
        fitted, "_surprise", lambda network, batch: asked.append(len(batch.inputs)) or surprise(network, batch)
    )
    fitted.anomaly_score(np.tile([2, 3, 4], (1, 100)))
    assert sum(asked) == 3, "of a hundred stretches the first, one in the middle and the last are distinct"


def test_logbert_blames_the_event_that_does_not_belong() -> None:
    fitted = Logbert(epochs=60).fit(usual_sequences())
    parts = fitted.contributions([[2, 3, 4, 5, 3, 6, 5, 3, 4, 5, 6]])
    assert parts[0].argmax() == 5


def test_a_long_session_is_scored_as_well_as_a_short_one() -> None:
    lengths = 3 * np.random.default_rng(0).integers(20, 101, (40, 1))
    rounds = np.where(np.arange(300) < lengths, np.tile([2, 3, 4], 100), 0)
    fitted = LstmNext(history=20, epochs=20).fit(rounds)
    longest = rounds[lengths.argmax()][None, :]
    broken = longest.copy()
    broken[0, 151] = 2
    usual, odd = fitted.anomaly_score(np.vstack([longest, broken]))
    assert odd > usual
    assert abs(int(fitted.contributions(broken)[0].argmax()) - 151) <= 1


def test_codes_without_gaps_and_distinct_rows() -> None:
    X = np.array([[7, 500, 3, 0], [1, 7, 0, 0], [7, 500, 3, 0]], dtype=np.int32)
    assert tokens_of(X, np.array([7, 500], dtype=np.int32)).tolist() == [[2, 3, 1, 0], [1, 2, 0, 0], [2, 3, 1, 0]]
    first, place = distinct_codes(X)
    assert first.tolist() == [0, 1]
    assert place.tolist() == [0, 1, 0]


def test_looking_at_the_detectors_wakes_no_torch() -> None:
    code = (
        "from oddline.core import folder; import sys;"
        "names = ('autoencoder', 'vae', 'lstm_next', 'lstm_autoencoder', 'logbert');"
        "[folder.load('detectors', name)() for name in names];"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
