"""Running a regular expression over the texts of a batch that can match at all.

Most texts hold no "@", no bracket and no long number. Finding out which do takes one
NumPy or ``str.find`` pass over the whole batch; only those are searched.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from smclassify.policy.fold import fold
from smclassify.text.batch import TextBatch


def texts_with_any(batch: TextBatch, characters: str) -> list[int]:
    """Return which texts hold one of a few characters."""
    found = np.zeros(len(batch.codes), bool)
    for character in characters:
        found |= batch.codes == ord(character)
    return _texts(batch, found, 1)


def texts_with_digits(batch: TextBatch, least: int) -> list[int]:
    """Return which texts hold at least so many ASCII digits."""
    # Unsigned arithmetic: whatever lies below "0" wraps round to a huge number.
    return _texts(batch, batch.codes - np.uint32(ord("0")) < 10, least)


def _texts(batch: TextBatch, found: NDArray[np.bool_], least: int) -> list[int]:
    where = batch.text_of(np.flatnonzero(found))
    if least == 1:
        # Already in order, so what differs from its neighbour is new.
        return [int(text) for text in where[np.diff(where, prepend=-1) != 0]]
    counts = np.bincount(where, minlength=len(batch))
    return [int(text) for text in np.flatnonzero(counts >= least)]


def texts_with_word(joined: str, starts: list[int], words: Iterable[str]) -> list[int]:
    """Return which texts of a joined string hold one of some strings."""
    found: set[int] = set()
    for word in words:
        at = joined.find(word)
        while at >= 0:
            text = bisect_right(starts, at) - 1
            found.add(text)
            if text + 1 == len(starts):
                break
            at = joined.find(word, starts[text + 1])
    return sorted(found)


def scan(
    batch: TextBatch, pattern: re.Pattern[str], texts: Iterable[int]
) -> Iterator[tuple[int, int, re.Match[str]]]:
    """Yield each match with the text it is in and that text's start in ``batch.joined``."""
    for text in texts:
        base = int(batch.starts[text])
        for match in pattern.finditer(batch.joined, base, int(batch.ends[text])):
            yield text, base, match


def before(match: re.Match[str], base: int, reach: int) -> str:
    """Return up to ``reach`` folded characters before a match, within its text."""
    start = match.start()
    return fold(match.string[max(base, start - reach) : start])


def around(match: re.Match[str], base: int, reach: int) -> str:
    """Return the folded characters on both sides of a match, within its text."""
    behind = match.string[match.end() : match.end() + reach].partition("\x00")[0]
    return before(match, base, reach) + "\n" + fold(behind)
