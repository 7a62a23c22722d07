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
        text = np.repeat(np.arange(len(batch)), batch.lengths + 1)
        words = np.bincount(text, self.by_position, minlength=len(batch))
        return words + self.by_style.sum(axis=1) + self.by_language + self.intercept


def _spread(
    total: NDArray[np.float64],
    found: Occurrences,
    rows: csr_matrix,
    weights: NDArray[np.float32],
    size: int,
) -> None:
    """Share the evidence of each n-gram among the positions it stands on."""
    width = rows.shape[1]
    keys = found.text.astype(np.int64) * width + found.bucket
    row_of = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    known = row_of.astype(np.int64) * width + rows.indices
    place = np.searchsorted(known, keys)
    value = rows.data[place].astype(np.float64) * weights[found.bucket]
    # A text's value for an n-gram counts once, however often the n-gram stands there.
    times = np.bincount(place, minlength=len(known))[place]
    length = np.maximum(found.end - found.begin, 1)
    share = value / times / length
    steps = np.zeros(size + 1)
    np.add.at(steps, found.begin, share)
    np.add.at(steps, found.begin + length, -share)
    total += np.cumsum(steps[:-1])


def contributions(
    space: FeatureSpace, batch: TextBatch, weights: NDArray[np.float32], intercept: float
) -> Contributions:
    """Return what carried a head's sum.

    Parameters
    ----------
    space : FeatureSpace
    batch : TextBatch
    weights : ndarray of float32, shape (n_features,)
        The head's.
    intercept : float
        The head's.
    """
    char_end, word_end, style_end, end = space.bounds_
    X = space.transform(batch)
    by_position = np.zeros(len(batch.codes))
    for transformer, first, last in (
        (space.char_, 0, char_end),
        (space.word_, char_end, word_end),
    ):
        found = transformer.occurrences(batch)
        _spread(by_position, found, X[:, first:last], weights[first:last], len(batch.codes))
    style = X[:, word_end:style_end].toarray() * weights[word_end:style_end].astype(np.float64)
    language = X[:, style_end:end].toarray() @ weights[style_end:end].astype(np.float64)
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
        As :func:`contributions` gives it.
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
