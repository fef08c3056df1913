"""Texts as points without a language model: their runs of characters, reduced to the directions that training has.

S. Deerwester et al., "Indexing by latent semantic analysis", 1990, on hashed runs of three to five characters
(K. Weinberger et al., "Feature hashing for large scale multitask learning", ICML 2009), which know no word list and
stand typing errors, other languages and names in camel case.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from oddline.core.nouns import Floats

BUCKETS = 2**14
"""Runs of characters are told apart by 14 bits of a hash; a few collide, and it does no harm."""

MOST_TEXTS = 2000
"""Distinct texts that the directions are learnt from, the commonest first."""


def grams(texts: list[str]) -> Any:
    """Count the runs of characters of each text, as a sparse matrix of (texts, ``BUCKETS``)."""
    from sklearn.feature_extraction.text import HashingVectorizer

    vectorizer = HashingVectorizer(
        analyzer="char_wb", ngram_range=(3, 5), n_features=BUCKETS, alternate_sign=False, norm=None, lowercase=True
    )
    return vectorizer.transform(texts)


def learn_directions(texts: list[str], dimensions: int) -> tuple[Floats, npt.NDArray[np.float32]]:
    """Learn what each run of characters weighs, and the directions in which texts differ most.

    Examples
    --------
    >>> weight, directions = learn_directions(["disk full", "disk failed", "user in"], dimensions=2)
    >>> weight.shape, directions.shape
    ((16384,), (2, 16384))
    """
    counted = grams(texts[:MOST_TEXTS])
    having = np.asarray((counted > 0).sum(axis=0)).ravel()
    weight: Floats = np.log((1.0 + counted.shape[0]) / (1.0 + having)) + 1.0
    rows = _weighted(counted, weight)
    values, vectors = np.linalg.eigh((rows @ rows.T).toarray())
    # Directions are given up to their sign, and those of equal strength up to a turn: fix the sign at least.
    kept = [at for at in range(len(values) - 1, -1, -1) if values[at] > 1e-6][:dimensions]
    directions = np.asarray(((vectors[:, kept] / np.sqrt(values[kept])).T @ rows).astype(np.float64))
    sign = np.sign(directions[np.arange(len(kept)), np.abs(directions).argmax(axis=1)])
    return weight, (directions * sign[:, None]).astype(np.float32)


def placed(texts: list[str], weight: Floats, directions: npt.NDArray[np.float32]) -> tuple[Floats, Floats]:
    """Give where each text lies, and which share of its wording no direction explains."""
    rows = _weighted(grams(texts), weight)
    points: Floats = np.asarray(rows @ directions.T.astype(np.float64))
    length = np.asarray(rows.multiply(rows).sum(axis=1)).ravel()
    return points, np.sqrt(np.clip(length - (points**2).sum(axis=1), 0.0, 1.0))


def _weighted(counted: Any, weight: Floats) -> Any:
    """Weigh the counts, each text to the length 1; a text without any run of characters stays 0."""
    rows = sparse.csr_array(counted.multiply(weight[None, :]))
    length = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    return sparse.diags_array(1.0 / np.where(length > 0, length, 1.0)) @ rows
