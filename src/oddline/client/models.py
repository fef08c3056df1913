"""Models, evaluations and searches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from oddline.client.answers import Evaluation, Model, Scan, Upload
from oddline.client.waiting import Progress, until_done
from oddline.client.wire import Wire

__all__ = ["Evaluations", "Models", "Tunings"]


def _ids(uploads: Upload | str | Sequence[Upload | str]) -> list[str]:
    several = [uploads] if isinstance(uploads, str | Upload) else uploads
    return [one if isinstance(one, str) else one.id for one in several]


class Models:
    """Fitted pipelines of the workspace."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def fit(self, uploads: Upload | str | Sequence[Upload | str], **asked: Any) -> Model:
        """Learn what is normal from uploads: ``name=``, ``detector=``, ``settings=`` and so on as for scans."""
        return self._wire.send(Model, "POST", "/models/fit", {"uploads": _ids(uploads), **asked})

    def wait(self, model: str | Model, *, timeout: float | None = None, progress: Progress | None = None) -> Model:
        """Wait until a model is fitted; raises as waiting for a scan does."""
        return until_done(lambda: self.get(model), timeout, progress)

    def send(self, path: str | Path, *, name: str | None = None) -> Model:
        """Send a bundle; it is audited before it is kept, and nothing in it is run."""
        path = Path(path)
        headers = {"Content-Type": "application/octet-stream"}
        params = {"name": name or path.stem}
        answer = self._wire.ask("POST", "/models", params=params, content=path.read_bytes(), headers=headers)
        return Model.model_validate_json(answer.content)

    def get(self, model: str | Model) -> Model:
        """Tell about a model."""
        return self._wire.get(Model, f"/models/{_id(model)}")

    def each(self, *, state: str | None = None, q: str | None = None) -> Iterator[Model]:
        """Give the models, newest first."""
        return self._wire.each(Model, "/models", state=state, q=q)

    def download(self, model: str | Model, target: str | Path | BinaryIO) -> int:
        """Write the bundle into a file."""
        return self._wire.save(f"/models/{_id(model)}/download", target)

    def rename(self, model: str | Model, name: str) -> Model:
        """Call a model otherwise."""
        return self._wire.send(Model, "PATCH", f"/models/{_id(model)}", {"name": name})

    def delete(self, model: str | Model) -> None:
        """Remove a model."""
        self._wire.ask("DELETE", f"/models/{_id(model)}")


class Reports:
    """Questions with a table for an answer."""

    _path = ""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def get(self, evaluation: str | Evaluation) -> Evaluation:
        """Tell about an evaluation."""
        return self._wire.get(Evaluation, f"{self._path}/{_id(evaluation)}")

    def wait(
        self, evaluation: str | Evaluation, *, timeout: float | None = None, progress: Progress | None = None
    ) -> Evaluation:
        """Wait until it is done; raises as waiting for a scan does."""
        return until_done(lambda: self.get(evaluation), timeout, progress)

    def each(self, **filters: Any) -> Iterator[Evaluation]:
        """Give them, newest first: ``state=``, and of evaluations ``scan=``."""
        return self._wire.each(Evaluation, self._path, **filters)

    def delete(self, evaluation: str | Evaluation) -> None:
        """Remove one."""
        self._wire.ask("DELETE", f"{self._path}/{_id(evaluation)}")


class Evaluations(Reports):
    """Scans held against labels."""

    _path = "/evaluations"

    def start(self, scan: str | Scan, labels: dict[str, Any], **asked: Any) -> Evaluation:
        """Hold a scan against labels: ``{"upload": …}``, ``{"column": "label"}`` or ``{"prefix": True}``."""
        body = {"scan": scan if isinstance(scan, str) else scan.id, "labels": labels, **asked}
        return self._wire.send(Evaluation, "POST", self._path, body)


class Tunings(Reports):
    """Searches of parameters."""

    _path = "/tunings"

    def start(self, uploads: Any, search: dict[str, Any] | None = None, **asked: Any) -> Evaluation:
        """Search parameters on uploads: ``detectors=[…]``, ``search={"n_estimators": "50..400"}``, ``trials=40``."""
        body = {"uploads": _ids(uploads), "search": search or {}, **asked}
        return self._wire.send(Evaluation, "POST", self._path, body)


def _id(one: str | Model | Evaluation) -> str:
    return one if isinstance(one, str) else one.id
