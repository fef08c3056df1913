"""Search detectors and their parameters: by a grid or by Bayesian optimisation, resumable, judged on held-back windows.

The search is Optuna's: a tree-structured Parzen estimator (J. Bergstra et al., "Algorithms for hyper-parameter
optimization", NIPS 2011) or a grid. Every trial is written to a journal as soon as it ends, so that a search that was
broken off goes on where it was.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from oddline.core import folder
from oddline.core.errors import OddlineError, UsageError
from oddline.core.optional import need
from oddline.detectors.base import Detector
from oddline.ops._space import Range, Space, space_of
from oddline.ops._validation import How, Labelled, names, validated

__all__ = ["Search", "Tried", "tune"]

Matrices = Callable[[Detector], Labelled]
"""Gives the windows as a detector wants them: their counts, or their sequences."""


@dataclass(frozen=True)
class Search:
    """What to search, how long, and by what to judge.

    ``space`` holds what is searched beside, or instead of, what each detector says of itself; a key that a detector
    does not have is left out for it. ``journal``, if given, is the file that the search goes on from.
    """

    detectors: tuple[str, ...]
    space: Space = field(default_factory=dict)
    validation: How = "unlabelled"
    grid: bool = False
    trials: int = 40
    seconds: float = math.inf
    seed: int = 0
    journal: Path | None = None


@dataclass(frozen=True)
class Tried:
    """One trial: the detector, its parameters, how good it was, what explains that, and how long it took."""

    detector: str
    parameters: dict[str, Any]
    value: float
    seconds: float
    more: dict[str, float] = field(default_factory=dict)

    def row(self) -> dict[str, Any]:
        """Give it as a row of a table."""
        told = " ".join(f"{key}={value}" for key, value in self.parameters.items())
        return {
            "detector": self.detector,
            "supervised": bool(folder.load("detectors", self.detector).supervised),
            "parameters": told,
            "value": round(self.value, 4),
            **{name: round(figure, 4) for name, figure in self.more.items()},
            "seconds": round(self.seconds, 3),
        }


def tune(search: Search, matrices: Matrices, progress: Callable[[float], None] = lambda _: None) -> list[Tried]:
    """Try detectors and parameters, and give every trial, the best first.

    Raises
    ------
    UsageError
        If there is nothing to search, or the journal is of another search.
    MissingExtra
        If Optuna is not installed.
    OddlineError
        If no trial could be judged: the reason is that of the first.
    """
    optuna = need("optuna", extra="tune")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    if not search.detectors or search.trials < 1:
        raise UsageError("nothing to search", expected="at least one detector and one trial")
    spaces = {name: _space(name, search.space) for name in search.detectors}
    data = {name: matrices(folder.load("detectors", name)()) for name in search.detectors}
    study = _study(optuna, search, _about(search, spaces, data))
    for point in _grid(spaces) if search.grid else ():
        study.enqueue_trial(point, skip_if_exists=True)
    refused: list[OddlineError] = []
    known = {(one.detector, repr(one.parameters)): one for one in _all(study)}

    def judged(trial: Any) -> float:
        name = trial.suggest_categorical("detector", list(spaces))
        parameters = {key: _suggest(trial, f"{name}.{key}", told, search.grid) for key, told in spaces[name].items()}
        again = known.get((name, repr(parameters)))
        if again is not None:
            trial.set_user_attr("more", again.more)
            trial.set_user_attr("seconds", again.seconds)
            return again.value
        started = perf_counter()
        try:
            found = validated(lambda: _built(name, parameters, search.seed), data[name], search.validation, search.seed)
        except (OddlineError, ValueError) as error:
            refused.append(error if isinstance(error, OddlineError) else UsageError(f"{name}: {error}"))
            raise optuna.TrialPruned from error
        trial.set_user_attr("more", {key: found[key] for key in names(found)})
        trial.set_user_attr("seconds", perf_counter() - started)
        more = {key: found[key] for key in names(found)}
        known[name, repr(parameters)] = Tried(name, parameters, found["value"], perf_counter() - started, more)
        return found["value"]

    finished = sum(trial.state.is_finished() for trial in study.trials)
    left = min(search.trials, len(study.trials) if search.grid else search.trials) - finished
    if left > 0:
        tell = [lambda _, trial: progress(min(1.0, (trial.number + 1) / search.trials))]
        limit = None if math.isinf(search.seconds) else search.seconds
        study.optimize(judged, n_trials=left, timeout=limit, callbacks=tell)
    tried = _all(study)
    if not tried and refused:
        raise refused[0]
    return sorted(tried, key=lambda one: (-one.value, one.seconds))


def _space(detector: str, told: Space) -> Space:
    """Give what is searched of a detector: if anything was told that it has, that alone."""
    known = folder.load("detectors", detector)().get_params(deep=False)
    own = {key: searched for key, searched in told.items() if key in known}
    return own or space_of(detector)


def _built(name: str, parameters: dict[str, Any], seed: int) -> Detector:
    detector: Detector = folder.load("detectors", name)()
    if "random_state" in detector.get_params():
        detector.set_params(random_state=seed)
    return detector.set_params(**parameters)


def _suggest(trial: Any, name: str, told: Any, grid: bool) -> Any:
    if not isinstance(told, Range):
        return trial.suggest_categorical(name, list(told))
    if grid:
        return trial.suggest_categorical(name, list(told.steps()))
    if told.whole:
        return trial.suggest_int(name, int(told.low), int(told.high), log=told.logarithmic)
    return trial.suggest_float(name, told.low, told.high, log=told.logarithmic)


def _study(optuna: Any, search: Search, about: str) -> Any:
    """Open the journal, or begin anew; a search that was broken off goes on."""
    storage = None
    if search.journal is not None:
        from optuna.storages.journal import JournalFileBackend

        storage = optuna.storages.JournalStorage(JournalFileBackend(str(search.journal)))
    sampler = optuna.samplers.TPESampler(seed=search.seed)
    study = optuna.create_study(
        storage=storage, sampler=sampler, study_name="oddline", direction="maximize", load_if_exists=True
    )
    known = study.user_attrs.get("about")
    if known not in {None, about}:
        raise UsageError(
            f"{search.journal} is of another search",
            expected="the same data, detectors, parameters and validation",
            hint="another file for the journal, or delete this one",
        )
    study.set_user_attr("about", about)
    for trial in study.get_trials(states=(optuna.trial.TrialState.RUNNING,)):
        study.tell(trial.number, state=optuna.trial.TrialState.FAIL)  # its process is gone
    if study.trials:
        sampler.reseed_rng()  # else the first new trials would be the first old ones again
    return study


def _about(search: Search, spaces: dict[str, Space], data: dict[str, Labelled]) -> str:
    """Give a fingerprint of what is searched, on what, judged how."""
    digest = hashlib.sha256(json.dumps([repr(spaces), search.validation, search.grid, search.seed]).encode())
    for one in data.values():
        digest.update(np.ascontiguousarray(one.X).tobytes())
        digest.update(repr(None if one.classes is None else one.classes.tolist()).encode())
    return digest.hexdigest()


def _grid(spaces: dict[str, Space]) -> Iterator[dict[str, Any]]:
    """List every point of the grid."""
    for name, space in spaces.items():
        steps = [told.steps() if isinstance(told, Range) else told for told in space.values()]
        for point in product(*steps):
            yield {"detector": name, **{f"{name}.{key}": value for key, value in zip(space, point, strict=True)}}


def _all(study: Any) -> list[Tried]:
    """List what was tried, each once."""
    told = [_tried(trial) for trial in study.trials if trial.value is not None]
    return list({(one.detector, repr(one.parameters)): one for one in told}.values())


def _tried(trial: Any) -> Tried:
    name = trial.params["detector"]
    parameters = {key.partition(".")[2]: value for key, value in trial.params.items() if key != "detector"}
    return Tried(name, parameters, trial.value, trial.user_attrs["seconds"], trial.user_attrs["more"])
