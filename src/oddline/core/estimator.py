"""Everything that learns is a scikit-learn estimator; this is our common ground above scikit-learn's.

Fitted state lives in attributes that end in ``_`` and holds only what a bundle can carry without a pickle:
JSON values, NumPy arrays, Polars frames, fitted scikit-learn estimators, other Oddline estimators, and
lists or dictionaries of these.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from oddline.core.errors import UsageError


class Estimator(BaseEstimator):  # type: ignore[misc]
    """Something that learns: parameters in, fitted attributes end in ``_``."""

    needs: ClassVar[str] = ""
    """The extra that this estimator asks for; empty for the core install."""

    def set_params(self, **params: Any) -> Self:
        """Set parameters by name; an unknown name is told with the known ones.

        Raises
        ------
        UsageError
            If a parameter does not exist.
        """
        known = self.get_params(deep=True)
        for name in params:
            if name not in known:
                raise UsageError(
                    f"{type(self).__name__} has no parameter {name!r}",
                    expected="one of " + (", ".join(sorted(known)) or "none"),
                )
        super().set_params(**params)
        return self

    def state(self) -> dict[str, Any]:
        """Give the fitted attributes by name, as a bundle carries them."""
        return {name: value for name, value in vars(self).items() if name.endswith("_") and not name.startswith("_")}

    def require_fitted(self) -> None:
        """Raise scikit-learn's ``NotFittedError`` if ``fit`` was not called."""
        check_is_fitted(self)
