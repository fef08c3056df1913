"""Everything that learns is a scikit-learn estimator; this is our common ground above scikit-learn's.

Fitted state lives in attributes that end in ``_`` and holds only what a bundle can carry without a pickle:
JSON values, NumPy arrays, Polars frames, fitted scikit-learn estimators, other Oddline estimators, and
lists or dictionaries of these.
"""

from __future__ import annotations

import inspect
from typing import Any, ClassVar, Self

from oddline.core.errors import UsageError


class Estimator:
    """Something that learns: parameters in, fitted attributes end in ``_``.

    It keeps scikit-learn's protocol (``get_params``, ``set_params``, ``clone``, tags) without deriving from its
    ``BaseEstimator``, because importing that takes a second of processor time, more than mining the templates
    of half a million lines. Detectors derive from both.
    """

    needs: ClassVar[str] = ""
    """The extra that this estimator asks for; empty for the core install."""

    @classmethod
    def _get_param_names(cls) -> list[str]:
        """List the parameters of the constructor, as scikit-learn does."""
        if cls.__init__ is object.__init__:
            return []
        return sorted(name for name in inspect.signature(cls).parameters if name != "self")

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Give the parameters by name; with ``deep`` also those of inner estimators, as ``outer__inner``."""
        own = {name: getattr(self, name) for name in self._get_param_names()}
        inner = {
            f"{name}__{key}": item
            for name, value in own.items()
            if deep and hasattr(value, "get_params") and not isinstance(value, type)
            for key, item in value.get_params().items()
        }
        return inner | own

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
        # Whole parts first: ``inner__b`` is meant for the part that is there afterwards.
        for name in sorted(params, key=lambda name: name.count("__")):
            outer, _, key = name.partition("__")
            if key:
                getattr(self, outer).set_params(**{key: params[name]})
            else:
                setattr(self, name, params[name])
        return self

    def state(self) -> dict[str, Any]:
        """Give the fitted attributes by name, as a bundle carries them."""
        return {name: value for name, value in vars(self).items() if name.endswith("_") and not name.startswith("_")}

    def require_fitted(self) -> None:
        """Raise scikit-learn's ``NotFittedError`` if ``fit`` was not called."""
        told = getattr(self, "__sklearn_is_fitted__", None)
        if not (told() if told else self.state()):
            from sklearn.exceptions import NotFittedError

            raise NotFittedError(f"this {type(self).__name__} is not fitted yet: call fit first")

    def __sklearn_tags__(self) -> Any:
        from sklearn.base import BaseEstimator

        return BaseEstimator.__sklearn_tags__(self)

    def __repr__(self) -> str:
        """Show the parameters."""
        told = ", ".join(f"{name}={value!r}" for name, value in self.get_params(deep=False).items())
        return f"{type(self).__name__}({told})"
