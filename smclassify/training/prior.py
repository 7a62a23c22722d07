"""What a model knows already, as the place where learning from a company's texts begins.

The n-grams of the model keep their columns and their weights; n-grams that the company's
texts use and the model's own training did not get columns of their own, with no weight yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from smclassify.features.space import FeatureSpace
from smclassify.model.indexing import N_LANGUAGES, language_index
from smclassify.model.model import TaskModel
from smclassify.text.batch import TextBatch

NEW_MIN_DF: Final = 3
"""An n-gram that the model doesn't know needs to stand in so many of the company's texts."""


def extended(space: FeatureSpace, batch: TextBatch) -> tuple[FeatureSpace, NDArray[np.int64]]:
    """Return a space with columns for a company's n-grams besides those that are there.

    Parameters
    ----------
    space : FeatureSpace
        Fitted; it is left as it is.
    batch : TextBatch
        The company's texts.

    Returns
    -------
    FeatureSpace
    ndarray of int64, shape (n_features of ``space``,)
        Where each column of ``space`` now stands.
    """
    wider = FeatureSpace(**space.get_params(deep=False))
    wider.char_, wider.word_ = wider.new_blocks()
    wider.style_ = space.style_
    for known, block in ((space.char_, wider.char_), (space.word_, wider.word_)):
        block.set_params(min_df=NEW_MIN_DF).fit(batch)
        new = np.flatnonzero((block.column_ >= 0) & (known.column_ < 0))
        column, size = np.array(known.column_), len(known.idf_)
        column[new] = size + np.arange(len(new))
        # In the model's own training they were too rare to count: as rare as its rarest.
        rarest = known.idf_.max(initial=1.0)
        block.column_ = column
        block.idf_ = np.concatenate([known.idf_, np.full(len(new), rarest, np.float32)])
        block.set_params(min_df=known.min_df)
    char, word, _, end = space.bounds_
    shift = np.zeros(end, np.int64)
    shift[char:word] = wider.bounds_[0] - char
    shift[word:] = wider.bounds_[1] - word
    return wider, np.arange(end) + shift


@dataclass(frozen=True)
class Prior:
    """The log odds that some labels begin with, as linear weights over a space.

    Attributes
    ----------
    space : FeatureSpace
    names : tuple of str
        The labels.
    known : ndarray of bool, shape (n_heads,)
        Which of them the model has learned; the others begin with nothing.
    coef : ndarray of float32, shape (n_features, n_heads)
    intercept : ndarray of float32, shape (n_heads,)
    offset : ndarray of float32, shape (n_languages + 1, n_heads)
    """

    space: FeatureSpace
    names: tuple[str, ...]
    known: NDArray[np.bool_]
    coef: NDArray[np.float32]
    intercept: NDArray[np.float32]
    offset: NDArray[np.float32]

    @classmethod
    def of(
        cls,
        space: FeatureSpace,
        names: Sequence[str],
        learned: TaskModel | None = None,
        place: NDArray[np.int64] | None = None,
    ) -> Prior:
        """Return what a model says of some labels.

        Parameters
        ----------
        space : FeatureSpace
            The model's, made wider; or any, where no model has learned anything.
        names : sequence of str
            The labels wanted.
        learned : TaskModel, optional
            The model's heads; their calibration becomes part of the weights.
        place : ndarray of int64, optional
            Where the columns of the model's own space stand, as of :func:`extended`.
        """
        width, n_heads = space.n_features_, len(names)
        known = np.zeros(n_heads, bool)
        coef = np.zeros((width, n_heads), np.float32)
        intercept = np.zeros(n_heads, np.float32)
        offset = np.zeros((N_LANGUAGES, n_heads), np.float32)
        if learned is not None and place is not None:
            known = np.array([name in learned.names for name in names], bool)
            mine = np.flatnonzero(known)
            theirs = [learned.names.index(names[column]) for column in mine.tolist()]
            slope = learned.slope[theirs]
            coef[np.ix_(place, mine)] = learned.coef[:, theirs] * slope
            intercept[mine] = learned.intercept[theirs] * slope
            offset[:, mine] = learned.offset[:, theirs]
        return cls(space, tuple(names), known, coef, intercept, offset)

    def log_odds(self, X: csr_matrix, languages: Sequence[str]) -> NDArray[np.float64]:
        """Return what the labels begin with for some texts, shape (n, n_heads)."""
        sums = np.asarray(X @ self.coef, np.float64) + self.intercept
        return np.asarray(sums + self.offset[language_index(languages)])
