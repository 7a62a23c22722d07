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

from smclassify.features.hashing import Occurrences
from smclassify.features.space import FeatureSpace
from smclassify.text.batch import TextBatch
from smclassify.text.characters import HAN, KANA, SPACE, class_table

_UNSPACED = HAN | KANA
_SEED = 0.35
"""A stretch grows from a unit that gave at least this share of the weightiest one's."""
_ENDS_ANYWHERE = np.array([ord(mark) for mark in '。!?;…、「」『』《》【】()"«»'], np.uint32)
_ENDS_BEFORE_SPACE = np.array([ord(mark) for mark in ".,:"], np.uint32)
_LONGEST = 11
"""A stretch joins at most so many units to its first: longer ones point at nothing."""


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


class _Placed:
    """The n-grams of one block of the features, and the positions they stand on."""

    def __init__(self, found: Occurrences, rows: csr_matrix, size: int) -> None:
        width = rows.shape[1]
        keys = found.text.astype(np.int64) * width + found.bucket
        row_of = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
        known = row_of.astype(np.int64) * width + rows.indices
        place = np.searchsorted(known, keys)
        self._value = rows.data[place].astype(np.float64)
        # A text's value for an n-gram counts once, however often the n-gram stands there.
        self._times = np.bincount(place, minlength=len(known))[place]
        self._found, self._size = found, size
        self._length = np.maximum(found.end - found.begin, 1)

    def spread(self, weights: NDArray[np.float32]) -> NDArray[np.float64]:
        """Share the evidence of each n-gram among the positions it stands on."""
        share = self._value * weights[self._found.bucket] / self._times / self._length
        steps = np.zeros(self._size + 1)
        np.add.at(steps, self._found.begin, share)
        np.add.at(steps, self._found.begin + self._length, -share)
        return np.cumsum(steps[:-1])


class Explainer:
    """The features of a batch, found once, to be weighed by any number of heads.

    Parameters
    ----------
    space : FeatureSpace
    batch : TextBatch
    """

    def __init__(self, space: FeatureSpace, batch: TextBatch) -> None:
        char_end, word_end, style_end, end = space.bounds_
        X = space.transform(batch)
        self._blocks = [
            (
                slice(first, last),
                _Placed(block.occurrences(batch), X[:, first:last], len(batch.codes)),
            )
            for block, first, last in (
                (space.char_, 0, char_end),
                (space.word_, char_end, word_end),
            )
        ]
        self._style_columns, self._language_columns = (
            slice(word_end, style_end),
            slice(style_end, end),
        )
        self._style = X[:, self._style_columns].toarray()
        self._language = X[:, self._language_columns].toarray()
        self._size = len(batch.codes)

    def contributions(self, weights: NDArray[np.float32], intercept: float) -> Contributions:
        """Return what carried a head's sum.

        Parameters
        ----------
        weights : ndarray of float32, shape (n_features,)
            The head's.
        intercept : float
            The head's.
        """
        by_position = np.zeros(self._size)
        for columns, placed in self._blocks:
            by_position += placed.spread(weights[columns])
        style = self._style * weights[self._style_columns].astype(np.float64)
        language = self._language @ weights[self._language_columns].astype(np.float64)
        return Contributions(by_position, style, language, float(intercept))


@dataclass(frozen=True, slots=True)
class Evidence:
    """A stretch of a text that speaks for a label: clean offsets, and how much it gave."""

    start: int
    end: int
    weight: float


def telling_words(
    batch: TextBatch, by_position: NDArray[np.float64], most: int = 3
) -> list[list[Evidence]]:
    """Return the stretches of each text that carried a label, weightiest first.

    A stretch grows from a weighty word (in Chinese, a character) to its neighbours as long
    as they speak for the label too and the clause goes on; stretches that gave less than a
    quarter of the weightiest are left out.

    Parameters
    ----------
    batch : TextBatch
    by_position : ndarray of float64, shape (len(batch.codes),)
        As :meth:`Explainer.contributions` gives it.
    most : int, default 3
        At most so many for each text.
    """
    return [
        _stretches(batch, by_position, int(start), int(end), most)
        for start, end in zip(batch.starts, batch.ends, strict=True)
    ]


def _stretches(
    batch: TextBatch, by_position: NDArray[np.float64], start: int, end: int, most: int
) -> list[Evidence]:
    units, ends_clause = _units(batch.codes[start:end])
    if not len(units):
        return []
    sums = np.concatenate([[0.0], np.cumsum(by_position[start:end])])
    weights = sums[units[:, 1]] - sums[units[:, 0]]
    bar = max(float(weights.max()) * _SEED, 1e-9)
    found: list[Evidence] = []
    reached = 0
    for seed in np.flatnonzero(weights >= bar).tolist():
        if seed < reached:
            continue
        first = last = seed
        while (
            first > reached
            and weights[first - 1] > 0
            and not ends_clause[first - 1]
            and last - first < _LONGEST
        ):
            first -= 1
        while (
            last + 1 < len(units)
            and weights[last + 1] > 0
            and not ends_clause[last]
            and last - first < _LONGEST
        ):
            last += 1
        total = float(weights[first : last + 1].sum())
        found.append(Evidence(int(units[first, 0]), int(units[last, 1]), total))
        reached = last + 1
    found.sort(key=lambda one: -one.weight)
    return [one for one in found[:most] if one.weight >= found[0].weight / 4]


def _units(codes: NDArray[np.uint32]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the words of a text, its characters where it is written without spaces.

    Returns
    -------
    ndarray of int64, shape (k, 2)
        Where each one begins and ends, without the punctuation that ends a clause.
    ndarray of bool, shape (k,)
        Whether a clause ends after it.
    """
    classes = class_table()[codes]
    single = classes & _UNSPACED > 0
    blank = classes & SPACE > 0
    # A dot within a word or a number ("3.5", "shop.com") ends nothing.
    open_end = np.concatenate([blank[1:] | single[1:], [True]])
    marks = np.isin(codes, _ENDS_ANYWHERE) | (np.isin(codes, _ENDS_BEFORE_SPACE) & open_end)
    marks |= codes == ord("\n")
    gap = blank | marks
    before = np.concatenate([[True], (gap | single)[:-1]]) | single
    after = np.concatenate([(gap | single)[1:], [True]]) | single
    first = np.flatnonzero(~gap & before)
    last = np.flatnonzero(~gap & after) + 1
    seen = np.concatenate([[0], np.cumsum(marks)])
    following = np.append(first[1:], len(codes))
    return np.column_stack([first, last]), seen[following] > seen[last]
