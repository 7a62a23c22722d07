"""scikit-learn's interface without its base classes: scikit-learn doesn't see the difference."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.utils import get_tags

from smclassify.features.estimator import Estimator, Transformer


class Powers(Transformer):
    def __init__(self, highest: int = 2, scale: float = 1.0) -> None:
        self.highest = highest
        self.scale = scale

    def fit(self, X: np.ndarray, y: object = None) -> Powers:
        self.mean_ = X.mean(axis=0)
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:
        centred = (X - self.mean_) * self.scale
        return np.hstack([centred**power for power in range(1, self.highest + 1)])


X = np.linspace(-1, 1, 40)[:, None]
Y = (np.abs(X[:, 0]) > 0.5).astype(int)  # what no line through X divides


def test_the_parameters_are_those_that_the_constructor_names() -> None:
    assert Powers(3).get_params() == {"highest": 3, "scale": 1.0}
    assert repr(Powers(3)) == "Powers(highest=3, scale=1.0)"


def test_without_a_constructor_there_are_no_parameters() -> None:
    assert Estimator().get_params() == {}
    assert repr(clone(Estimator())) == "Estimator()"


def test_parameters_can_be_set_by_name() -> None:
    powers = Powers()
    assert powers.set_params(highest=5, scale=0.5) is powers
    assert (powers.highest, powers.scale) == (5, 0.5)


def test_a_parameter_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="'lowest' is no parameter of Powers"):
        Powers().set_params(lowest=1)


def test_a_clone_has_the_parameters_and_has_learned_nothing() -> None:
    copied = clone(Powers(4).fit(X))
    assert copied.get_params() == Powers(4).get_params()
    assert not hasattr(copied, "mean_")


def test_fitting_and_transforming_can_be_one_step() -> None:
    assert Powers().fit_transform(X).tolist() == Powers().fit(X).transform(X).tolist()


def test_it_works_in_pipelines_and_searches() -> None:
    pipeline = make_pipeline(Powers(1), LogisticRegression(C=100))
    search = GridSearchCV(pipeline, {"powers__highest": [1, 2]}, cv=4).fit(X, Y)
    assert search.best_params_ == {"powers__highest": 2}


def test_scikit_learn_takes_them_for_what_they_are() -> None:
    assert get_tags(Powers()).transformer_tags is not None
    assert get_tags(Estimator()).transformer_tags is None
