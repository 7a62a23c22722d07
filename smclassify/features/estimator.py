"""scikit-learn's interface of estimators and transformers, without importing scikit-learn.

Its base classes come with ``scipy.stats``, ``scipy.optimize`` and, where it is installed, pandas:
more than a second before the first draft is scored, for parameters that are known by name. What is
here is the interface as scikit-learn documents it ("Developing scikit-learn estimators"): its
``clone``, pipelines and searches take these classes for its own.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from sklearn.utils import Tags


_ANY: Final = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


class Estimator:
    """Something with parameters, all of which its constructor names."""

    @classmethod
    def _parameters(cls) -> list[str]:
        # Without a constructor of its own, a class has that of all objects, which takes anything.
        given = inspect.signature(cls.__init__).parameters.values()
        return sorted(one.name for one in given if one.kind not in _ANY and one.name != "self")

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters by name; ``deep`` says nothing: none is an estimator itself."""
        return {name: getattr(self, name) for name in self._parameters()}

    def set_params(self, **params: Any) -> Self:
        """Set parameters by name.

        Raises
        ------
        ValueError
            If there is no such parameter.
        """
        known = self._parameters()
        for name, value in params.items():
            if name not in known:
                raise ValueError(f"{name!r} is no parameter of {self!r}. There are: {known}.")
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        """Return the call that makes one with the same parameters."""
        given = ", ".join(f"{name}={value!r}" for name, value in self.get_params().items())
        return f"{type(self).__name__}({given})"

    def __sklearn_tags__(self) -> Tags:
        """Return what scikit-learn asks of an estimator; nobody else calls this."""
        from sklearn.base import BaseEstimator

        return BaseEstimator().__sklearn_tags__()


class Transformer(Estimator):
    """An estimator that turns what it is given into features."""

    def fit(self, X: Any, y: object = None) -> Self:
        """Learn from training texts."""
        raise NotImplementedError

    def transform(self, X: Any) -> Any:
        """Return the features."""
        raise NotImplementedError

    def fit_transform(self, X: Any, y: object = None) -> Any:
        """Learn from texts and return their features."""
        return self.fit(X, y).transform(X)

    def __sklearn_tags__(self) -> Tags:
        """Return what scikit-learn asks of a transformer; nobody else calls this."""
        from sklearn.base import BaseEstimator, TransformerMixin

        like = type("Like", (TransformerMixin, BaseEstimator), {})
        tags: Tags = like().__sklearn_tags__()
        return tags


def check_is_fitted(estimator: Estimator, attribute: str) -> None:
    """Do as scikit-learn's function of this name.

    Raises
    ------
    sklearn.exceptions.NotFittedError
        If the estimator has not learned the attribute.
    """
    if not hasattr(estimator, attribute):
        from sklearn.exceptions import NotFittedError

        raise NotFittedError(f"This {type(estimator).__name__} is not fitted yet: call fit first.")
