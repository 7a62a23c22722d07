"""A batch of texts after normalising: what every later step reads.

All texts of a batch stand in one NumPy array of code points, so that a step can handle
the whole batch at once; every code point remembers where in its original text it came
from, so that whatever is found can be shown where the user wrote it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from smclassify.text.characters import class_table

SEPARATOR = 0
"""The code point between two texts. Normalising removes it from within the texts."""


def _code_points(joined: str) -> NDArray[np.uint32]:
    return np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint32)


@dataclass
class TextBatch:
    """Normalised texts, one after another in one array.

    ``codes[starts[i]:ends[i]]`` are the code points of text ``i``; ``codes[ends[i]]`` is
    :data:`SEPARATOR`, so no pattern or n-gram can reach from one text into the next
    unnoticed.

    Attributes
    ----------
    originals : sequence of str, length n
        The texts as they came.
    codes : ndarray of uint32, shape (N,)
        The normalised ("clean") code points; case, URLs and emoji are still there.
    starts, ends : ndarray of int64, shape (n,)
        Where each text begins and ends in ``codes``.
    origin_start, origin_end : ndarray of int32, shape (N,)
        For each code point, the span in its original text that it stands for.
    spans : dict of str to ndarray of int64, shape (k, 2)
        ``"url"``, ``"email"``, ``"mention"``, ``"address"``, ``"hashtag"``, ``"price"``,
        ``"placeholder"``: where they are in ``codes``, in order.
    languages : list of str, length n
        Language codes; filled by the language step.
    memo : dict
        What later steps have worked out of this batch, so that it is worked out once; keyed
        by the module that put it there.
    """

    originals: Sequence[str]
    codes: NDArray[np.uint32]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    origin_start: NDArray[np.int32]
    origin_end: NDArray[np.int32]
    spans: dict[str, NDArray[np.int64]] = field(default_factory=dict)
    languages: list[str] = field(default_factory=list)
    memo: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def from_texts(cls, texts: Sequence[str]) -> TextBatch:
        """Lay texts side by side, code point for code point, with no normalising.

        A NUL within a text becomes a space, since NUL stands between texts.
        """
        nul = chr(SEPARATOR)
        joined = nul.join([*texts, ""])
        codes = _code_points(joined)
        ends = np.flatnonzero(codes == SEPARATOR)
        if len(ends) > len(texts):
            batch = cls.from_texts([text.replace(nul, " ") for text in texts])
            batch.originals = list(texts)
            return batch
        starts = np.concatenate([[0], ends[:-1] + 1]).astype(np.int64)[: len(ends)]
        first = np.repeat(starts.astype(np.int32), ends - starts + 1)
        begin = np.arange(len(codes), dtype=np.int32) - first
        batch = cls(list(texts), codes, starts, ends, begin, begin + np.int32(1))
        batch.joined = joined
        return batch

    def __len__(self) -> int:
        return len(self.originals)

    @cached_property
    def joined(self) -> str:
        """All clean texts in one string, each followed by a NUL; index ``k`` is ``codes[k]``."""
        return self.codes.astype("<u4", copy=False).tobytes().decode("utf-32-le", "surrogatepass")

    @cached_property
    def classes(self) -> NDArray[np.uint16]:
        """The classes of each clean code point as bits (see ``characters.py``), shape (N,)."""
        return class_table()[self.codes]

    @cached_property
    def texts(self) -> list[str]:
        """The clean texts."""
        joined = self.joined
        pairs = zip(self.starts.tolist(), self.ends.tolist(), strict=True)
        return [joined[start:end] for start, end in pairs]

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """Number of code points of each clean text, shape (n,)."""
        return self.ends - self.starts

    @cached_property
    def text_index(self) -> NDArray[np.int64]:
        """Which text each code point (or the separator after it) belongs to, shape (N,)."""
        return np.repeat(np.arange(len(self)), self.lengths + 1)

    def take(self, rows: Sequence[int]) -> TextBatch:
        """Return the batch of some of its texts, as if they alone had been normalised.

        Parameters
        ----------
        rows : sequence of int
            Which texts, in rising order.
        """
        kept = np.zeros(len(self), bool)
        kept[list(rows)] = True
        codes = kept[self.text_index]
        moved = np.cumsum(codes) - codes
        spans = {
            kind: moved[found[codes[found[:, 0]]]] if len(found) else found
            for kind, found in self.spans.items()
        }
        return TextBatch(
            [self.originals[row] for row in rows],
            self.codes[codes],
            moved[self.starts[kept]],
            moved[self.ends[kept]],
            self.origin_start[codes],
            self.origin_end[codes],
            spans,
            [self.languages[row] for row in rows] if self.languages else [],
        )

    def text_of(self, positions: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return which text each position in ``codes`` belongs to."""
        return np.searchsorted(self.starts, positions, side="right") - 1

    def count_spans(self, kind: str) -> NDArray[np.int64]:
        """Return how many spans of a kind each text has, shape (n,)."""
        spans = self.spans.get(kind)
        if spans is None or not len(spans):
            return np.zeros(len(self), np.int64)
        return np.bincount(self.text_of(spans[:, 0]), minlength=len(self))

    def original_span(self, index: int, start: int, end: int) -> tuple[int, int]:
        """Translate a span of a clean text into a span of its original.

        Parameters
        ----------
        index : int
            Which text.
        start, end : int
            Offsets in the clean text ``texts[index]``, ``end`` exclusive.

        Returns
        -------
        tuple of int
            Offsets in ``originals[index]``, ``end`` exclusive; an empty span stays empty.
        """
        base = int(self.starts[index])
        if end <= start:
            at = int(self.origin_start[base + start]) if base + start < len(self.codes) else 0
            return at, at
        return int(self.origin_start[base + start]), int(self.origin_end[base + end - 1])
