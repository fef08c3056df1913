"""Where a training is, on disk after each epoch; never a pickle, never half a file."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from oddline.core.errors import CannotCreate, UsageError
from oddline.core.optional import need

if TYPE_CHECKING:
    from oddline.detectors._training import Standing

FORMAT = "oddline-training-1"


def mark_of(parameters: dict[str, Any], *data: Any) -> str:
    """Put parameters and data in one hash; where the checkpoint lies does not count.

    Examples
    --------
    >>> first, second = (mark_of({"epochs": 3, "checkpoint": path}, np.arange(3)) for path in ("a", "b"))
    >>> first == second, first == mark_of({"epochs": 3}, np.arange(4))
    (True, False)
    """
    told = {name: repr(value) for name, value in parameters.items() if name != "checkpoint"}
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode())
    for array in data:
        plain = np.ascontiguousarray(array)
        digest.update(f"{plain.shape}{plain.dtype}".encode())
        digest.update(plain.data)
    return digest.hexdigest()


def save(path: str, mark: str, network: Any, optimizer: Any, standing: Standing) -> None:
    """Write a checkpoint in place of the one before it.

    Raises
    ------
    CannotCreate
        If the file cannot be written; what stood there before is untouched.
    """
    tensors = {f"network.{name}": tensor for name, tensor in network.state_dict().items()}
    tensors |= {f"kept.{name}": tensor for name, tensor in standing.kept.items()}
    for number, numbers in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{number}.{name}": tensor for name, tensor in numbers.items()}
    told = {
        "format": FORMAT,
        "mark": mark,
        "epoch": str(standing.epoch),
        "best": repr(standing.best),
        "waited": str(standing.waited),
    }
    data = need("safetensors.torch", extra="deep").save({k: t.contiguous().clone() for k, t in tensors.items()}, told)
    target = Path(path)
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise CannotCreate(f"no checkpoint at {path}: {error.strerror}", hint="another path") from error


def restore(path: str, mark: str, network: Any, optimizer: Any, standing: Standing) -> None:
    """Go on where a checkpoint of this mark stands; without one, or with another's, nothing happens.

    Raises
    ------
    UsageError
        If the file is no checkpoint of ours, so that training would write over something else.
    """
    if not Path(path).exists():
        return
    try:
        with need("safetensors", extra="deep").safe_open(path, framework="pt") as file:
            told = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no dictionary
    except Exception as error:  # whatever safetensors and the disk make of foreign bytes
        raise _foreign(path) from error
    if told.get("format") != FORMAT:
        raise _foreign(path)
    if told["mark"] != mark:
        return
    network.load_state_dict(_under("network.", tensors))
    state = optimizer.state_dict()
    state["state"] = {}
    for name, tensor in _under("optimizer.", tensors).items():
        number, _, what = name.partition(".")
        state["state"].setdefault(int(number), {})[what] = tensor
    optimizer.load_state_dict(state)
    standing.kept = _under("kept.", tensors)
    standing.epoch, standing.best, standing.waited = int(told["epoch"]), float(told["best"]), int(told["waited"])


def _foreign(path: str) -> UsageError:
    return UsageError(
        f"{path} is no checkpoint of a training", expected="a checkpoint, or no file yet", hint="another path"
    )


def _under(start: str, tensors: dict[str, Any]) -> dict[str, Any]:
    return {name.removeprefix(start): tensor for name, tensor in tensors.items() if name.startswith(start)}
