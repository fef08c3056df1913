"""What a list of models shows of a bundle."""

from __future__ import annotations

from typing import Any

from oddline.core import folder
from oddline.pipeline.pipeline import Pipeline

__all__ = ["card_of"]


def card_of(pipeline: Pipeline, card: dict[str, Any]) -> dict[str, Any]:
    """Give the card without the hashes of its members, and what detector and window the model has."""
    told = {key: value for key, value in card.items() if key != "members"}
    return told | {"detector": folder.home(type(pipeline.detector_))[1], "window": pipeline.window}
