"""The heads: one calibrated linear classifier for each label, all in one matrix.

A head is a linear support vector machine whose n-grams are scaled, before it is fitted, by
how much oftener they stand in texts that have the label than in others (log-count ratios:
Wang and Manning 2012, "Baselines and bigrams"). The scale goes into the coefficients, so
answering costs nothing more. Raw sums are turned into probabilities by a tiny logistic
regression (Platt 1999, "Probabilistic outputs for support vector machines") fitted on texts
that the head had not seen, of writers it had not seen, with an offset for each language.
Scores are then probabilities that mean it, for all labels and languages alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_matrix, diags
from scipy.special import expit
from sklearn.base import BaseEstimator, clone
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from smclassify.errors import TrainingError
from smclassify.model.indexing import N_LANGUAGES, UNLABELLED, language_index


class CalibratedHeads(BaseEstimator):
    """Calibrated linear classifiers over one feature matrix.

    Both sides of a label weigh the same, however few texts have it. Unlike with
    scikit-learn's ``class_weight``, weighted texts count as much as they weigh.

    Parameters
    ----------
    C : float, default 1.0
        Inverse strength of the L2 penalty.
    smoothing : float, default 0.1
        Added to the counts of an n-gram on each side.
    tilt : float, default 0.3
        The power that the log-count ratios are raised to; 0 leaves all columns alike.
    n_jobs : int, default 1
        Heads fitted at the same time.

    Attributes
    ----------
    coef_ : ndarray of float32, shape (n_features, n_heads)
    intercept_ : ndarray of float32, shape (n_heads,)
    slope_ : ndarray of float32, shape (n_heads,)
    offset_ : ndarray of float32, shape (n_languages + 1, n_heads)
        Calibration: ``expit(slope_ * sum + offset_[language])``. The last row is for
        languages that were not learned: the mean of the others.
    held_out_ : ndarray of float32, shape (n_texts, n_heads)
        The probability each training text got while its group was held out; NaN for rows
        without a group.
    """

    def __init__(
        self, C: float = 1.0, smoothing: float = 0.1, tilt: float = 0.3, n_jobs: int = 1
    ) -> None:
        self.C = C
        self.smoothing = smoothing
        self.tilt = tilt
        self.n_jobs = n_jobs

    def fit(
        self,
        X: csr_matrix,
        Y: ArrayLike,
        groups: ArrayLike,
        languages: Sequence[str],
        sample_weight: ArrayLike | None = None,
        *,
        n_counted: int = 0,
    ) -> Self:
        """Fit all heads, calibrating on held-out groups.

        Parameters
        ----------
        X : csr_matrix, shape (n, n_features)
        Y : array of int, shape (n, n_heads)
            1, 0 or :data:`UNLABELLED`.
        groups : array of int, shape (n,)
            Texts that may not be on both sides (a batch, a writer); -1 for extra rows that
            are learned from but never used to calibrate.
        languages : sequence of str, length n
        sample_weight : array of float, shape (n,), optional
        n_counted : int, default 0
            The first so many columns are n-grams, to be scaled by their log-count ratios.

        Raises
        ------
        TrainingError
            If a label has no example of one side, or there is only one group.
        """
        labels = np.asarray(Y)
        group = np.asarray(groups)
        weight = np.ones(len(labels)) if sample_weight is None else np.asarray(sample_weight)
        if len(np.unique(group[group >= 0])) < 2:
            raise TrainingError(
                "There is only one group of texts, so nothing can be held out to calibrate on.",
                hint="Give the texts of at least two batches, writers or files.",
            )
        fits = Parallel(n_jobs=self.n_jobs)(
            delayed(_fit_head)(clone(self), X, labels[:, head], group, weight, n_counted=n_counted)
            for head in range(labels.shape[1])
        )
        self.coef_ = np.column_stack([coef for coef, _, _ in fits]).astype(np.float32)
        self.intercept_ = np.array([intercept for _, intercept, _ in fits], np.float32)
        held_out = np.column_stack([sums for _, _, sums in fits])
        self._calibrate(held_out, labels, language_index(languages))
        return self

    def _calibrate(
        self, sums: NDArray[np.float64], labels: NDArray[np.int64], language: NDArray[np.int64]
    ) -> None:
        n_heads = labels.shape[1]
        self.slope_ = np.ones(n_heads, np.float32)
        self.offset_ = np.zeros((N_LANGUAGES, n_heads), np.float32)
        self.held_out_ = np.full(sums.shape, np.nan, np.float32)
        for head in range(n_heads):
            known = (labels[:, head] != UNLABELLED) & ~np.isnan(sums[:, head])
            slope, offset = _platt(sums[known, head], labels[known, head], language[known])
            self.slope_[head], self.offset_[:, head] = slope, offset
            measured = ~np.isnan(sums[:, head])
            logits = slope * sums[measured, head] + offset[language[measured]]
            self.held_out_[measured, head] = expit(logits)

    def decision_function(self, X: csr_matrix) -> NDArray[np.float32]:
        """Return the raw sums, shape (n, n_heads)."""
        return np.asarray(X @ self.coef_) + self.intercept_

    def predict_proba(self, X: csr_matrix, languages: Sequence[str]) -> NDArray[np.float32]:
        """Return the calibrated probability of each label, shape (n, n_heads)."""
        sums = self.decision_function(X)
        return expit(self.slope_ * sums + self.offset_[language_index(languages)])


def _fit_head(
    settings: CalibratedHeads,
    X: csr_matrix,
    labels: NDArray[np.int64],
    group: NDArray[np.int64],
    weight: NDArray[np.float64],
    *,
    n_counted: int,
) -> tuple[NDArray[np.float64], float, NDArray[np.float64]]:
    """Return (coefficients, intercept, raw sums of each text while its group was held out)."""

    def fitted(rows: NDArray[np.int64]) -> tuple[NDArray[np.float64], float]:
        some, side = X[rows], labels[rows]
        scale = np.ones(X.shape[1])
        scale[:n_counted] = _count_ratios(settings, some[:, :n_counted], side, weight[rows])
        # Far fewer texts than columns: the dual problem is the small one. Its order of visits
        # is drawn by chance, so the seed is part of the model.
        model = LinearSVC(C=settings.C, dual=True, max_iter=5000, random_state=0)
        model.fit(some @ diags(scale), side, sample_weight=_balanced(side, weight[rows]))
        return model.coef_[0] * scale, float(model.intercept_[0])

    known = labels != UNLABELLED
    held_out = np.full(len(labels), np.nan)
    for one in np.unique(group[group >= 0]):
        rows = np.flatnonzero(known & (group != one))
        if len(np.unique(labels[rows])) == 2:
            outside = np.flatnonzero(group == one)
            coef, intercept = fitted(rows)
            held_out[outside] = X[outside] @ coef + intercept
    rows = np.flatnonzero(known)
    if len(np.unique(labels[rows])) < 2:
        raise TrainingError("A label has no text that has it, or none that has it not.")
    return *fitted(rows), held_out


def _count_ratios(
    settings: CalibratedHeads,
    counted: csr_matrix,
    labels: NDArray[np.int64],
    weight: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return how much each n-gram tells of a label, 1 in the root of their mean square.

    The absolute log of the ratio between the share of the texts with the label that the
    n-gram stands in and its share of the others, to the power of ``tilt``.
    """
    if not counted.shape[1]:
        return np.ones(0)
    present = counted.astype(bool).astype(np.float64)
    smoothing = settings.smoothing
    shares = []
    for side in (0, 1):
        of_side = np.where(labels == side, weight, 0.0)
        shares.append((present.T @ of_side + smoothing) / (of_side.sum() + 2 * smoothing))
    ratio = np.abs(np.log(shares[1] / shares[0])) ** settings.tilt
    mean_square = float(np.mean(ratio**2))
    return ratio / np.sqrt(mean_square) if mean_square > 0 else np.ones(len(ratio))


def _balanced(labels: NDArray[np.int64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scale weights so that the texts with and without a label weigh the same in all."""
    totals = np.bincount(labels, weight, minlength=2)
    return weight * (totals.sum() / 2 / totals)[labels]


def _platt(
    sums: NDArray[np.float64], labels: NDArray[np.int64], language: NDArray[np.int64]
) -> tuple[float, NDArray[np.float64]]:
    """Return the slope and the offset of each language that turn sums into log odds.

    The offsets of the languages are drawn towards a common one by the penalty, so that a
    language with few texts keeps near the others.
    """
    if len(np.unique(labels)) < 2:
        return 1.0, np.zeros(N_LANGUAGES)
    onehot = np.eye(N_LANGUAGES)[language]
    scale = float(np.std(sums)) or 1.0
    model = LogisticRegression(C=1.0, max_iter=1000)
    model.fit(np.column_stack([sums / scale, onehot]), labels)
    slope = max(float(model.coef_[0, 0]), 1e-3) / scale
    offset = model.intercept_[0] + model.coef_[0, 1:]
    present = np.isin(np.arange(N_LANGUAGES), language)
    offset[~present] = offset[present].mean()
    return slope, offset
