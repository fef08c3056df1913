"""Through a bundle and back, in memory."""

from __future__ import annotations

import json

from oddline.pipeline.state import Blobs, T, put_together, take_apart


def round_trip(estimator: T) -> T:
    """Give the estimator as it comes out of a bundle on another machine.

    Its class is taken as given, so that a plug-in under test need not be installed.
    """
    blobs: Blobs = {}
    parts = json.loads(json.dumps(take_apart(estimator, blobs), allow_nan=False))
    return put_together(type(estimator), parts, blobs)
