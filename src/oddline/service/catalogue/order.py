"""Which detectors are shown first, and how names read in words. All other facts come from the folder."""

from __future__ import annotations

__all__ = ["FEATURED", "in_words"]

FEATURED = {
    "isolation_forest": "Isolation Forest",
    "one_class_svm": "One-Class SVM",
    "voting": "Ensemble (voting)",
    "kmeans_ensemble": "k-means ensemble",
}
"""What people ask for by name, in this order after the zero-configuration choice; the others follow by name."""

SPELT = {
    "svm": "SVM", "knn": "kNN", "pca": "PCA", "vae": "VAE", "hbos": "HBOS", "ecod": "ECOD", "lstm": "LSTM",
    "logbert": "LogBERT", "ngram": "n-gram", "pyod": "PyOD", "kmeans": "k-means",
}  # fmt: skip


def in_words(name: str) -> str:
    """Write a plug-in's name as a person would.

    Examples
    --------
    >>> in_words("one_class_svm"), in_words("lstm_next"), in_words("half_space_trees")
    ('One-Class SVM', 'LSTM next', 'Half space trees')
    """
    if name in FEATURED:
        return FEATURED[name]
    first, *others = name.split("_")
    return " ".join([SPELT.get(first, first.capitalize()), *(SPELT.get(word, word) for word in others)])
