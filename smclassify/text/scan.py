"""Running a pattern over a batch, only over those texts in which it could match.

A regular expression tried at every character of every text costs more than all the rest of
normalising. NumPy finds in one pass the few code points a match must contain; the
expression then runs on the texts that have one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from smclassify.text.batch import SEPARATOR
from smclassify.text.characters import SIZE

Span = tuple[int, int]


class Scan:
    """The joined texts of a batch, as a string and as code points.

    Attributes
    ----------
    joined : str
        The texts, each followed by a NUL.
    codes : ndarray of uint32
        The same, as code points.
    """

    def __init__(self, codes: NDArray[np.uint32]) -> None:
        self.codes = codes
        self.joined = codes.astype("<u4", copy=False).tobytes().decode("utf-32-le", "surrogatepass")
        self._ends = np.flatnonzero(codes == SEPARATOR)

    def has(self, characters: str) -> NDArray[np.bool_]:
        """Return which code points are one of ``characters``."""
        return _member_table(characters)[self.codes]

    def matches(self, pattern: re.Pattern[str], hot: NDArray[np.bool_]) -> Iterator[re.Match[str]]:
        """Yield the matches of a pattern within the texts that hold a hot code point."""
        for start, end in self.texts_with(hot):
            yield from pattern.finditer(self.joined, start, end)

    def texts_with(self, hot: NDArray[np.bool_]) -> Iterator[Span]:
        """Yield where the texts lie that hold a hot code point, in order."""
        which = np.unique(np.searchsorted(self._ends, np.flatnonzero(hot)))
        for index in which.tolist():
            start = int(self._ends[index - 1]) + 1 if index else 0
            yield start, int(self._ends[index])


@lru_cache(maxsize=64)
def _member_table(characters: str) -> NDArray[np.bool_]:
    table = np.zeros(SIZE, bool)
    table[[ord(character) for character in characters]] = True
    return table


def shifted(mask: NDArray[np.bool_], by: int) -> NDArray[np.bool_]:
    """Return a mask whose entry ``k`` is ``mask[k + by]``, False past the ends."""
    moved = np.zeros_like(mask)
    if by >= 0:
        moved[: max(len(mask) - by, 0)] = mask[by:]
    else:
        moved[-by:] = mask[:by]
    return moved
