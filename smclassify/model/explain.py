"""Explanation: which words and which style features carried a label.

A head is linear, so its sum is nothing but the weights of what is in the text: each n-gram
gives its value times its weight, and the character positions it stands on share that
evenly; each style feature gives its value times its weight. Added up, with the intercept,
they are the head's sum, exactly (``tests/test_explain.py``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from smclassify.features.space import FeatureSpace
from smclassify.text.batch import TextBatch


@dataclass(frozen=True)
class Contributions:
    """What carried one label, for each text of a batch.

    Attributes
    ----------
    by_position : ndarray of float64, shape (len(batch.codes),)
        What each code point of ``batch.codes`` gave through the n-grams it is part of.
    by_style : ndarray of float64, shape (n, n_style)
        What each style feature gave.
    by_language : ndarray of float64, shape (n,)
        What the language gave.
    intercept : float
    """

    by_position: NDArray[np.float64]
    by_style: NDArray[np.float64]
    by_language: NDArray[np.float64]
    intercept: float

    def totals(self, batch: TextBatch) -> NDArray[np.float64]:
        """Return the sums of the head, shape (n,)."""
        words = np.bincount(batch.text_index, self.by_position, minlength=len(batch))
        return words + self.by_style.sum(axis=1) + self.by_language + self.intercept


class Explainer:
    """The n-grams of a batch and where they stand, found once, to be weighed by any heads.

    Parameters
    ----------
    space : FeatureSpace
    batch : TextBatch
    X : csr_matrix, optional
        What ``space`` makes of the batch, where that is known already.
    """

    def __init__(self, space: FeatureSpace, batch: TextBatch, X: csr_matrix | None = None) -> None:
        char_end, self._word_end, self._style_end, _ = space.bounds_
        self._X = space.transform(batch) if X is None else X
        self._size = len(batch.codes)
        char, word = space.char_.occurrences(batch), space.word_.occurrences(batch)
        text = np.concatenate([char.text, word.text]).astype(np.int64)
        column = np.concatenate([char.bucket, word.bucket + char_end])
        begin = np.concatenate([char.begin, word.begin])
        end = np.concatenate([char.end, word.end])
        # Equal n-grams of a text side by side, in the order of the matrix: one is one entry.
        keys = text * self._word_end + column
        order = np.argsort(keys, kind="stable")  # fastest: each order of n-grams is sorted by text
        changes = np.diff(keys[order], prepend=-1) != 0
        self._entry = np.cumsum(changes) - 1
        self._begin = begin[order]
        self._length = np.maximum(end[order] - self._begin, 1)
        of_words = self._X.indices < self._word_end
        self._column = self._X.indices[of_words]
        # A text's value for an n-gram counts once, however often the n-gram stands there.
        times = np.bincount(self._entry, minlength=len(self._column))
        self._value = self._X.data[of_words] / times
        self._text = np.repeat(np.arange(len(batch)), np.diff(self._X.indptr))[of_words]

    def words(self, weights: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return what each code point gives to a head's sum, shape (len(batch.codes),).

        Parameters
        ----------
        weights : ndarray of float32, shape (n_features,)
            The head's.
        """
        return self._spread(weights[self._column])

    def _spread(self, weights: NDArray[np.float32]) -> NDArray[np.float64]:
        """Share what each entry gives, by its weight, among the positions it stands on."""
        share = (self._value * weights)[self._entry] / self._length
        steps = np.bincount(self._begin, share, self._size + 1)
        steps -= np.bincount(self._begin + self._length, share, self._size + 1)
        return np.cumsum(steps[:-1])

    def contributions(self, weights: NDArray[np.float32], intercept: float) -> Contributions:
        """Return what carried a head's sum.

        Parameters
        ----------
        weights : ndarray of float32, shape (n_features,)
            The head's.
        intercept : float
            The head's.
        """
        style = self._X[:, self._word_end : self._style_end].toarray()
        language = self._X[:, self._style_end :]
        return Contributions(
            self.words(weights),
            style * weights[self._word_end : self._style_end].astype(np.float64),
            np.asarray(language @ weights[self._style_end :].astype(np.float64)),
            float(intercept),
        )

    def of_each(
        self, coef: NDArray[np.float32], heads: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return what words and style give where each text is weighed by a head of its own.

        Parameters
        ----------
        coef : ndarray of float32, shape (n_features, n_heads)
        heads : ndarray of int64, shape (n,)
            The column of each text's head; -1 for none, by which nothing is given.

        Returns
        -------
        by_position, by_style
            As :class:`Contributions` has them.
        """
        of_words = np.where(heads[self._text] < 0, 0, coef[self._column, heads[self._text]])
        of_style = coef[self._word_end : self._style_end, heads].T.astype(np.float64)
        of_style[heads < 0] = 0
        style = self._X[:, self._word_end : self._style_end].toarray()
        return self._spread(of_words), style * of_style
