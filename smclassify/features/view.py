"""What the n-grams see of a text: one character for each thing that carries meaning alike.

Links, e-mails and mentions become one private-use character each, digits become 0, letters
lower case, traditional Han simplified, white space one space, and a run of the same
character is cut at three. Each character remembers its place in the batch, so that its
weight can be shown there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smclassify.text.batch import SEPARATOR, TextBatch
from smclassify.text.characters import feature_table
from smclassify.text.spans import cover

PLACEHOLDERS = {"url": 0xE000, "email": 0xE001, "mention": 0xE002}
"""Private-use code points that stand for a whole span, so that one n-gram can hold it."""

ADDRESS = "address"
"""The spans that are left out altogether: to whom a text speaks is not what it says."""

LONGEST_RUN = 3
_SPACE = ord(" ")


@dataclass(frozen=True)
class FeatureView:
    """The code points n-grams are made of.

    Attributes
    ----------
    codes : ndarray of uint32, shape (M,)
        Each text is preceded and followed by a space; NUL stands before each text.
    begin, end : ndarray of int64, shape (M,)
        The span in ``TextBatch.codes`` each one stands for; empty for the spaces around a
        text.
    text : ndarray of int32, shape (M,)
        Which text each one belongs to.
    n_texts : int
        Number of texts.
    """

    codes: NDArray[np.uint32]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]
    text: NDArray[np.int32]
    n_texts: int

    def take(self, kept: NDArray[np.bool_]) -> FeatureView:
        """Return the view without the code points outside a mask."""
        return FeatureView(
            self.codes[kept], self.begin[kept], self.end[kept], self.text[kept], self.n_texts
        )


def _in_long_run(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Return which code points come after ``LONGEST_RUN`` equal ones."""
    equal = np.zeros(len(codes), bool)
    equal[1:] = codes[1:] == codes[:-1]
    long = equal.copy()
    for back in range(1, LONGEST_RUN):
        long[back:] &= equal[:-back]
        long[:back] = False
    # The length of a number tells a price from a telephone number.
    return long & (codes != ord("0"))


def _padded(batch: TextBatch) -> FeatureView:
    """Return the folded code points with ``NUL space`` before and a space after each text."""
    first = np.repeat(batch.starts, 2)
    marks = np.tile(np.array([SEPARATOR, _SPACE], np.uint32), len(batch))
    codes = np.insert(feature_table()[batch.codes], first, marks)
    begin = np.insert(np.arange(len(batch.codes)), first, first)
    end = np.insert(np.arange(len(batch.codes)) + 1, first, first)
    text = np.repeat(np.arange(len(batch), dtype=np.int32), batch.lengths + 3)
    closing = batch.ends + 2 * np.arange(1, len(batch) + 1)
    codes[closing] = _SPACE
    end[closing] = begin[closing]
    return FeatureView(codes, begin, end, text, len(batch))


def _shifted(spans: NDArray[np.int64], batch: TextBatch) -> NDArray[np.int64]:
    """Return where spans of the batch lie after padding."""
    return spans + 2 * (batch.text_of(spans[:, 0]) + 1)[:, None]


def _fold_spans(view: FeatureView, batch: TextBatch) -> FeatureView:
    drop = np.zeros(len(view.codes), bool)
    for kind, placeholder in PLACEHOLDERS.items():
        spans = batch.spans.get(kind)
        if spans is None or not len(spans):
            continue
        first, last = _shifted(spans, batch).T
        drop |= cover(len(drop), np.column_stack([first + 1, last]))
        view.codes[first] = placeholder
        view.end[first] = spans[:, 1]
    addresses = batch.spans.get(ADDRESS)
    if addresses is not None and len(addresses):
        drop |= cover(len(drop), _shifted(addresses, batch))
    return view.take(~drop)


def feature_view(batch: TextBatch) -> FeatureView:
    """Return the characters that features see, for a whole batch."""
    view = _fold_spans(_padded(batch), batch)
    spaces = view.codes == _SPACE
    repeated = np.zeros(len(spaces), bool)
    repeated[1:] = spaces[1:] & spaces[:-1]
    view = view.take(~repeated)
    return view.take(~_in_long_run(view.codes))
