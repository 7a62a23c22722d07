"""Stretches: the words of a text that carried a label, found for a whole batch at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.text.batch import SEPARATOR, TextBatch
from smclassify.text.characters import HAN, KANA, SPACE, class_table

_SEED: Final = 0.35
"""A stretch grows from a unit that gave at least this share of the weightiest one's."""

_LONGEST: Final = 12
"""A stretch has at most so many units: longer ones point at nothing."""

_LEAST: Final = 1e-9
"""A unit that gave less gave nothing: sums of floating-point numbers are off by that at most."""

_SINGLE, _BLANK, _ENDS, _ENDS_BEFORE_BLANK = 1, 2, 4, 8
_ENDS_ANYWHERE: Final = '\n。!?;…、「」『』《》【】()"«»'
_DOTS: Final = ".,:"


@dataclass(frozen=True)
class Stretches:
    """Stretches of the texts of a batch: text by text, weightiest first.

    Attributes
    ----------
    text : ndarray of int64, shape (k,)
        Which text each one is in.
    start, end : ndarray of int64, shape (k,)
        Where it is in ``batch.codes``.
    weight : ndarray of float64, shape (k,)
        How much it gave.
    """

    text: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    weight: NDArray[np.float64]

    def in_originals(self, batch: TextBatch) -> list[list[tuple[int, int]]]:
        """Return their spans in the texts as they came, a list a text, in the text's order."""
        spans: list[list[tuple[int, int]]] = [[] for _ in range(len(batch))]
        start, end = batch.origin_start[self.start], batch.origin_end[self.end - 1]
        for text, *span in zip(self.text.tolist(), start.tolist(), end.tolist(), strict=True):
            spans[text].append((span[0], span[1]))
        for of_text in spans:
            of_text.sort()
        return spans


def stretches(batch: TextBatch, by_position: NDArray[np.float64], most: int = 3) -> Stretches:
    """Find the stretches of each text that carried a label.

    A stretch grows from a weighty word (in Chinese, a character) to its neighbours as long
    as they speak for the label too and the clause goes on; stretches that gave less than a
    quarter of the weightiest are left out.

    Parameters
    ----------
    batch : TextBatch
    by_position : ndarray of float64, shape (len(batch.codes),)
        As :meth:`smclassify.model.explain.Explainer.words` gives it.
    most : int, default 3
        At most so many for each text.
    """
    start, end, breaks = _units(batch.codes)
    if not len(start):
        return Stretches(start, end, start, np.zeros(0))
    weights = _sums(by_position, start, end)
    text = batch.text_of(start)
    bar = _SEED * _most_of_group(weights, text)
    seeds = weights >= np.maximum(bar, _LEAST)
    first, last = _grown(seeds, weights >= _LEAST, breaks)
    total = _sums(weights, first, last + 1)
    kept = _weightiest(total, text[first], most)
    first, last = first[kept], last[kept]
    return Stretches(text[first], start[first], end[last], total[kept])


@cache
def _marks() -> NDArray[np.uint8]:
    """Return what each code point is to clauses and words, as bits, shape (0x110000,)."""
    classes = class_table()
    table = np.zeros(len(classes), np.uint8)
    table[classes & (HAN | KANA) != 0] |= _SINGLE
    table[classes & SPACE != 0] |= _BLANK
    table[[ord(mark) for mark in _ENDS_ANYWHERE]] |= _ENDS
    table[[ord(mark) for mark in _DOTS]] |= _ENDS_BEFORE_BLANK
    # Whatever ends at the end of a text does so at what stands between texts.
    table[SEPARATOR] = _BLANK | _ENDS
    return table


def _units(
    codes: NDArray[np.uint32],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Find the words of texts, their characters where they are written without spaces.

    Returns
    -------
    start, end : ndarray of int64, shape (k,)
        Where each one begins and ends, without the punctuation that ends a clause.
    breaks : ndarray of bool, shape (k,)
        Whether a clause or the text ends after it.
    """
    marks = _marks()[codes]
    single = (marks & _SINGLE) != 0
    gap = (marks & (_BLANK | _ENDS)) != 0
    ends = (marks & _ENDS) != 0
    # A dot within a word or a number ("3.5", "shop.com") ends nothing.
    dots = np.flatnonzero(marks & _ENDS_BEFORE_BLANK)
    dots = dots[(marks[dots + 1] & (_BLANK | _SINGLE)) != 0]
    gap[dots] = ends[dots] = True
    edge = gap | single
    before = np.concatenate([[True], edge[:-1]]) | single
    after = np.concatenate([edge[1:], [True]]) | single
    start = np.flatnonzero(~gap & before)
    end = np.flatnonzero(~gap & after) + 1
    ended = np.cumsum(ends, dtype=np.int32)
    following = np.append(start[1:], len(codes))[: len(start)]
    return start, end, ended[following - 1] > ended[end - 1]


def _sums(
    values: NDArray[np.float64], start: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the sum of each slice of some values; slices are in order and none is empty."""
    # Not differences of one running sum, which would hang on what else is in the batch.
    padded = np.append(values, 0.0)
    return np.add.reduceat(padded, np.column_stack([start, end]).ravel())[::2]


def _most_of_group(values: NDArray[np.float64], group: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the largest value of each one's group; groups stand together."""
    begin = np.flatnonzero(np.diff(group, prepend=-1))
    sizes = np.diff(np.append(begin, len(group)))
    return np.repeat(np.maximum.reduceat(values, begin), sizes)


def _grown(
    seeds: NDArray[np.bool_], speaks: NDArray[np.bool_], breaks: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first and the last unit of each stretch that grows from the seeds, in order."""
    units = np.flatnonzero(speaks)
    if not len(units):
        return units, units
    begins = np.diff(units, prepend=-2) != 1
    begins[1:] |= breaks[units[:-1]]
    begin = np.flatnonzero(begins)
    size = np.diff(np.append(begin, len(units)))
    seeded = np.logical_or.reduceat(seeds[units], begin)
    first = units[begin[seeded]]
    last = first + size[seeded] - 1
    long = last - first >= _LONGEST
    if long.any():
        pieces = [
            piece
            for run in zip(first[long].tolist(), last[long].tolist(), strict=True)
            for piece in _cut(seeds, *run)
        ]
        cut = np.array(pieces, np.int64)
        first = np.concatenate([first[~long], cut[:, 0]])
        last = np.concatenate([last[~long], cut[:, 1]])
        order = np.argsort(first)
        first, last = first[order], last[order]
    return first, last


def _cut(seeds: NDArray[np.bool_], begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a run of units that is too long for one: first, last."""
    reached = begin
    for seed in (begin + np.flatnonzero(seeds[begin : end + 1])).tolist():
        if seed >= reached:
            first = max(reached, seed - _LONGEST + 1)
            reached = min(end, first + _LONGEST - 1) + 1
            yield first, reached - 1


def _weightiest(
    weight: NDArray[np.float64], text: NDArray[np.int64], most: int
) -> NDArray[np.int64]:
    """Return which stretches are told: text by text, weightiest first."""
    if not len(text):
        return text
    order = np.lexsort((-weight, text))
    enough = weight[order] >= _most_of_group(weight[order], text[order]) / 4
    begin = np.flatnonzero(np.diff(text[order], prepend=-1))
    sizes = np.diff(np.append(begin, len(text)))
    rank = np.arange(len(text)) - np.repeat(begin, sizes)
    return order[enough & (rank < most)]
