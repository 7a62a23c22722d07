"""What a company's labels move: logistic regression around what a model says already.

The log odds of a label are those of the model, stretched a little, moved a little as a whole
and by language, and moved by each feature; all of these moves have a normal distribution
around none (maximum a posteriori with a prior; Chelba and Acero 2004, "Adaptation of maximum
entropy capitalizer"). So few labels move little, and many move as far as they must.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, diags, hstack
from scipy.special import expit

from smclassify.model.indexing import N_LANGUAGES

STRETCH: Final = 0.05
SHIFT: Final = 0.1
LANGUAGE_SHIFT: Final = 0.4
"""Standard deviations of the moves of the log odds as a whole, tuned on worlds kept apart
(training/experiments.md)."""

RARER_MOVES_MORE: Final = 0.25
"""The power of an n-gram's rarity (the exponential of its idf) that its moves go by: what the
model has met often it knows better."""

MOST_DENSE: Final = 3_000
"""Of so many texts at most, all pairs are compared once and for all; the rest is then quick."""

_SPECIAL: Final = 2 + N_LANGUAGES


class Freedom(NamedTuple):
    """How far a head may be moved.

    Attributes
    ----------
    strength : float
        By all features of a text together: a standard deviation of the log odds.
    shifts : bool
        Whether its log odds may be stretched and moved as a whole.
    """

    strength: float
    shifts: bool = True


@dataclass(frozen=True)
class Move:
    """How far the labels have moved one head.

    Attributes
    ----------
    stretch : float
        What the model's log odds are multiplied by.
    shift : ndarray of float64, shape (n_languages + 1,)
    coef : ndarray of float64, shape (n_features,)
    """

    stretch: float
    shift: NDArray[np.float64]
    coef: NDArray[np.float64]


class Evidence:
    """The features of a company's texts, laid out for fitting many heads many times.

    Parameters
    ----------
    X : csr_matrix, shape (n, n_features)
    language : ndarray of int, shape (n,)
        See :func:`smclassify.model.indexing.language_index`.
    idf : ndarray of float, shape (n_ngrams,)
        Of the first columns.
    """

    def __init__(self, X: csr_matrix, language: NDArray[np.int64], idf: NDArray) -> None:
        self._scale = np.ones(X.shape[1])
        self._scale[: len(idf)] = np.exp(RARER_MOVES_MORE * (idf - idf.max(initial=0.0)))
        scaled = (X @ diags(self._scale)).tocsr()
        # The mean length of a text's features is 1, whatever their scale.
        length = float(np.sqrt(scaled.multiply(scaled).sum() / max(X.shape[0], 1))) or 1.0
        self._scale /= length
        self._X = (scaled / length).tocsr()
        self._onehot = np.eye(N_LANGUAGES)[language]
        self._rotation = self._rotated()

    @property
    def n_texts(self) -> int:
        """Number of texts."""
        return int(self._X.shape[0])

    def _rotated(self) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        """Return (Z, back): features of as many columns as texts, and the way back.

        The penalty doesn't change when the features are rotated into the space that the
        texts span (the kernel trick), and there are far fewer texts than n-grams.
        """
        if self.n_texts > MOST_DENSE:
            return None
        values, vectors = np.linalg.eigh((self._X @ self._X.T).toarray().astype(np.float64))
        kept = values > 1e-9 * values.max(initial=0.0)
        root = np.sqrt(values[kept])
        return vectors[:, kept] * root, vectors[:, kept] / root

    def _design(
        self, log_odds: NDArray[np.float64], may: Freedom, rows: NDArray[np.int64]
    ) -> NDArray[np.float64] | csr_matrix:
        """Return the features of some texts, each multiplied by how far it may move."""
        moves = may.shifts * np.column_stack(
            [
                STRETCH * log_odds[rows],
                np.full(len(rows), SHIFT),
                LANGUAGE_SHIFT * self._onehot[rows],
            ]
        )
        if self._rotation is not None:
            return np.hstack([moves, self._rotation[0][rows] * may.strength])
        return hstack([csr_matrix(moves), self._X[rows] * may.strength], format="csr")

    def _solved(
        self,
        log_odds: NDArray[np.float64],
        targets: NDArray[np.float64],
        weights: NDArray[np.float64],
        may: Freedom,
        rows: NDArray[np.int64],
    ) -> NDArray[np.float64]:
        design = self._design(log_odds, may, rows)
        start, wanted, weight = log_odds[rows], targets[rows], weights[rows]

        def loss(moved: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
            now = start + design @ moved
            costs = np.logaddexp(0, now) - wanted * now
            slope = design.T @ (weight * (expit(now) - wanted)) + moved
            return float(weight @ costs + moved @ moved / 2), slope

        found = minimize(
            loss,
            np.zeros(design.shape[1]),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": 300, "gtol": 1e-4, "ftol": 1e-9},
        )
        return np.asarray(found.x)

    def held_out(
        self,
        log_odds: NDArray[np.float64],
        targets: NDArray[np.float64],
        weights: NDArray[np.float64],
        may: Freedom,
        folds: NDArray[np.int64],
    ) -> NDArray[np.float64]:
        """Return the log odds of each text while its fold was held out, shape (n,).

        Parameters
        ----------
        log_odds : ndarray of float, shape (n,)
            What the model says.
        targets : ndarray of float, shape (n,)
            From 0 to 1; NaN for texts that are not labelled.
        weights : ndarray of float, shape (n,)
            How much each text is to be believed.
        may : Freedom
        folds : ndarray of int, shape (n,)
        """
        result = np.array(log_odds, np.float64)
        for fold in np.unique(folds):
            rows = np.flatnonzero((folds != fold) & ~np.isnan(targets))
            outside = np.flatnonzero(folds == fold)
            if len(rows):
                moved = self._solved(log_odds, targets, weights, may, rows)
                result[outside] += self._design(log_odds, may, outside) @ moved
        return result

    def fit(
        self,
        log_odds: NDArray[np.float64],
        targets: NDArray[np.float64],
        weights: NDArray[np.float64],
        may: Freedom,
    ) -> Move:
        """Return how far all labelled texts together move a head; parameters as above."""
        rows = np.flatnonzero(~np.isnan(targets))
        moved = self._solved(log_odds, targets, weights, may, rows)
        rest = moved[_SPECIAL:] * may.strength
        if self._rotation is not None:
            rest = self._X.T @ (self._rotation[1] @ rest)
        return Move(
            stretch=1 + may.shifts * STRETCH * float(moved[0]),
            shift=may.shifts * (SHIFT * moved[1] + LANGUAGE_SHIFT * moved[2:_SPECIAL]),
            coef=rest * self._scale,
        )
