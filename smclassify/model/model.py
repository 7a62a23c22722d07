"""A model in memory: one feature space, the heads of each task, and what is known of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.special import expit

from smclassify.features.space import FeatureSpace
from smclassify.labels import Task, heads_of, own_labels_of
from smclassify.model.combine import with_reasons
from smclassify.model.decision import Thresholds
from smclassify.model.indexing import language_index
from smclassify.text.batch import TextBatch

if TYPE_CHECKING:  # fitting needs scikit-learn, answering does not
    from smclassify.model.heads import CalibratedHeads


@dataclass(frozen=True)
class TaskModel:
    """The heads of one task.

    Attributes
    ----------
    names : tuple of str
        The heads that were learned, in the order of :data:`smclassify.labels.HEADS`; a
        company's own labels after them.
    coef : ndarray of float32, shape (n_features, n_heads)
    intercept, slope : ndarray of float32, shape (n_heads,)
    offset : ndarray of float32, shape (n_languages + 1, n_heads)
        See :class:`~smclassify.model.heads.CalibratedHeads`.
    thresholds : mapping
        label -> language or ``"*"`` -> probability.
    priors : mapping of str to float
        How common each kind and department was in training.
    """

    names: tuple[str, ...]
    coef: NDArray[np.float32]
    intercept: NDArray[np.float32]
    slope: NDArray[np.float32]
    offset: NDArray[np.float32]
    thresholds: Thresholds
    priors: Mapping[str, float]

    @classmethod
    def from_heads(
        cls,
        names: tuple[str, ...],
        heads: CalibratedHeads,
        thresholds: Thresholds,
        priors: Mapping[str, float],
    ) -> TaskModel:
        """Take over what fitting has learned."""
        return cls(
            names,
            heads.coef_,
            heads.intercept_,
            heads.slope_,
            heads.offset_,
            thresholds,
            priors,
        )

    @property
    def own(self) -> tuple[str, ...]:
        """The heads that are a company's own labels."""
        return own_labels_of(self.names)

    def sums(self, X: csr_matrix) -> NDArray[np.float32]:
        """Return the raw sums, shape (n, n_heads)."""
        return np.asarray(X @ self.coef) + self.intercept

    def probabilities(self, X: csr_matrix, languages: Sequence[str]) -> NDArray[np.float32]:
        """Return the calibrated probabilities of the heads learned, shape (n, n_heads)."""
        return expit(self.slope * self.sums(X) + self.offset[language_index(languages)])


@dataclass(frozen=True)
class Model:
    """A feature space with the heads that stand on it.

    Attributes
    ----------
    space : FeatureSpace
    tasks : mapping of Task to TaskModel
        A model may have learned one task only.
    manifest : mapping
        What the model folder's ``manifest.json`` says of it; empty before it is saved.
    """

    space: FeatureSpace
    tasks: Mapping[Task, TaskModel]
    manifest: Mapping[str, Any]

    def own(self, task: Task) -> tuple[str, ...]:
        """Return a company's own labels of a task that this model has learned."""
        learned = self.tasks.get(task)
        return () if learned is None else learned.own

    def heads(self, task: Task) -> tuple[str, ...]:
        """Return the labels that :meth:`probabilities` has a column for."""
        return heads_of(task, self.own(task))

    def probabilities(self, task: Task, batch: TextBatch) -> NDArray[np.float32]:
        """Return the probability of every head of a task, shape (n, n_heads).

        Columns as :meth:`heads` names them; NaN where this model has not learned the label.
        """
        return self.probabilities_of(task, self.features(batch), batch.languages)

    def features(self, batch: TextBatch) -> csr_matrix:
        """Return what the space makes of a batch, worked out once for each batch."""
        if not self.has_features(batch):
            self.remember_features(batch, self.space.transform(batch))
        X: csr_matrix = batch.memo[self._memo_key][1]
        return X

    def has_features(self, batch: TextBatch) -> bool:
        """Return whether they have been worked out already."""
        return self._memo_key in batch.memo

    def remember_features(self, batch: TextBatch, X: csr_matrix) -> None:
        """Let :meth:`features` answer for a batch with what is known already."""
        # With the space, so that no other one can come to have its id as long as this is kept.
        batch.memo[self._memo_key] = self.space, X

    @property
    def _memo_key(self) -> str:
        return f"model.features.{id(self.space)}"

    def probabilities_of(
        self, task: Task, X: csr_matrix, languages: Sequence[str]
    ) -> NDArray[np.float32]:
        """Do the same from features that are there already."""
        names = self.heads(task)
        everything = np.full((X.shape[0], len(names)), np.nan, np.float32)
        learned = self.tasks.get(task)
        if learned is not None:
            at = [names.index(name) for name in learned.names]
            everything[:, at] = learned.probabilities(X, languages)
        return with_reasons(everything) if task is Task.DRAFTS else everything
