"""Sentence encoders that lie on this machine; none is ever fetched."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from oddline.core.errors import BadData, MissingExtra, ServiceUnavailable, UsageError
from oddline.core.nouns import Floats
from oddline.core.optional import need

Encoder = Callable[[list[str]], Any]


def encoder_of(given: str | Encoder) -> Encoder:
    """Give what turns texts into points: a function as it is, or the model of a folder.

    Raises
    ------
    UsageError
        If it is neither.
    ServiceUnavailable
        If the library that wrote the model is not installed. No extra brings it.

    Examples
    --------
    >>> encoder_of("no/such/folder")
    Traceback (most recent call last):
    oddline.core.errors.UsageError: no encoder at no/such/folder; expected a folder with a model of \
sentence-transformers or model2vec, or a function
    """
    if callable(given):
        return given
    folder = Path(given)
    if not folder.is_dir():
        raise UsageError(
            f"no encoder at {given}",
            expected="a folder with a model of sentence-transformers or model2vec, or a function",
        )
    # What a model of sentence-transformers is made of stands in this file; model2vec has one matrix and no such file.
    if (folder / "modules.json").exists():
        model = _library("sentence_transformers").SentenceTransformer(str(folder), local_files_only=True)
        return lambda texts: model.encode(texts, show_progress_bar=False)
    encode: Encoder = _library("model2vec").StaticModel.from_pretrained(str(folder)).encode
    return encode


def _library(module: str) -> Any:
    try:
        return need(module, extra="")
    except MissingExtra as error:
        name = module.replace("_", "-")
        raise ServiceUnavailable(f"{name} is not installed", hint=f"pip install {name}") from error


def encoded_by(encoder: Encoder, texts: list[str]) -> Floats:
    """Ask an encoder, and bring its points to the length 1.

    Raises
    ------
    BadData
        If it does not give one row of finite numbers for each text.
    """
    points = np.asarray(encoder(texts), dtype=np.float64)
    if points.ndim != 2 or len(points) != len(texts) or not np.isfinite(points).all():
        raise BadData(
            f"the encoder gave an array of shape {points.shape} for {len(texts)} texts",
            expected="one row of finite numbers a text",
        )
    length = np.linalg.norm(points, axis=1, keepdims=True)
    return np.asarray(points / np.where(length > 0, length, 1.0))
