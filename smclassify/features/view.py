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
_SPACE, _DIGIT = ord(" "), ord("0")


@dataclass(frozen=True)
class FeatureView:
    """The code points n-grams are made of; read only, since many read them.

    Attributes
    ----------
    codes : ndarray of uint32, shape (M,)
        Each text is preceded and followed by a space; NUL stands before each text.
    begin, end : ndarray of int32, shape (M,)
        The span in ``TextBatch.codes`` each one stands for; empty for the spaces around a
        text.
    text : ndarray of int32, shape (M,)
        Which text each one belongs to.
    n_texts : int
        Number of texts.
    """

    codes: NDArray[np.uint32]
    begin: NDArray[np.int32]
    end: NDArray[np.int32]
    text: NDArray[np.int32]
    n_texts: int

    def take(self, kept: NDArray[np.bool_]) -> FeatureView:
        """Return the view without the code points outside a mask."""
        at = np.flatnonzero(kept)
        return FeatureView(
            self.codes[at], self.begin[at], self.end[at], self.text[at], self.n_texts
        )


def _repeated(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Return which code points say nothing new: a second space, more than a run may have."""
    equal = codes[1:] == codes[:-1]
    repeated = np.zeros(len(codes), bool)
    repeated[1:] = equal
    repeated &= codes == _SPACE
    long = repeated[LONGEST_RUN:]
    runs = equal[LONGEST_RUN - 1 :].copy()
    for back in range(1, LONGEST_RUN):
        runs &= equal[LONGEST_RUN - 1 - back : -back]
    # The length of a number tells a price from a telephone number.
    long |= runs & (codes[LONGEST_RUN:] != _DIGIT)
    return repeated


def _padded(batch: TextBatch) -> FeatureView:
    """Return the folded code points with ``NUL space`` before and a space after each text."""
    n, size = len(batch), len(batch.codes) + 2 * len(batch)
    before = 2 * np.arange(n)
    head, closing = batch.starts + before, batch.ends + before + 2
    text = np.repeat(np.arange(n, dtype=np.int32), batch.lengths + 3)
    begin = np.arange(-2, size - 2, dtype=np.int32)
    begin -= 2 * text
    begin[head] += 2
    begin[head + 1] += 1
    end = begin + 1
    inside = np.ones(size, bool)
    for around in (head, head + 1):
        inside[around] = False
        end[around] = begin[around]
    end[closing] = begin[closing]
    codes = np.full(size, _SPACE, np.uint32)
    codes[inside] = feature_table()[batch.codes]
    codes[head] = SEPARATOR
    codes[closing] = _SPACE
    return FeatureView(codes, begin, end, text, n)


def _shifted(spans: NDArray[np.int64], batch: TextBatch) -> NDArray[np.int64]:
    """Return where spans of the batch lie after padding."""
    return spans + 2 * (batch.text_of(spans[:, 0]) + 1)[:, None]


def _fold_spans(view: FeatureView, batch: TextBatch) -> FeatureView:
    hidden = []
    for kind, placeholder in PLACEHOLDERS.items():
        spans = batch.spans.get(kind)
        if spans is None or not len(spans):
            continue
        first, last = _shifted(spans, batch).T
        hidden.append(np.column_stack([first + 1, last]))
        view.codes[first] = placeholder
        view.end[first] = spans[:, 1]
    addresses = batch.spans.get(ADDRESS)
    if addresses is not None and len(addresses):
        hidden.append(_shifted(addresses, batch))
    return view.take(~cover(len(view.codes), *hidden)) if hidden else view


def feature_view(batch: TextBatch) -> FeatureView:
    """Return the characters that features see, for a whole batch; worked out once."""
    view: FeatureView | None = batch.memo.get(__name__)
    if view is None:
        view = _fold_spans(_padded(batch), batch)
        view = view.take(~_repeated(view.codes))
        for shared in (view.codes, view.begin, view.end, view.text):
            shared.flags.writeable = False
        batch.memo[__name__] = view
    return view
