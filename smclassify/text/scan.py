"""Running a pattern over a batch, only where it could match.

A regular expression tried at every character of every text costs more than all the rest of
normalising. NumPy finds in a few passes where a match could begin; the expression is tried
there and nowhere else. Where it could begin may be said too generously, never too narrowly:
then the matches are those that ``finditer`` would find.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from smclassify.text.batch import SEPARATOR
from smclassify.text.characters import SIZE
from smclassify.text.traits import NOTED, trait_table

Span = tuple[int, int]
Positions = NDArray[np.intp]


class Scan:
    """The joined texts of a batch, as a string and as code points.

    Parameters
    ----------
    codes : ndarray of uint32, shape (N,)
        The texts, each followed by a NUL.
    traits : ndarray of uint32, shape (N,), optional
        The traits of ``codes``, if known.
    joined : str, optional
        ``codes`` as a string, if known.
    """

    def __init__(
        self,
        codes: NDArray[np.uint32],
        traits: NDArray[np.uint32] | None = None,
        joined: str | None = None,
    ) -> None:
        self.codes = codes
        # No code point is past the end of the table: "wrap" only spares NumPy the question.
        self.traits = trait_table().take(codes, mode="wrap") if traits is None else traits
        if joined is not None:
            self.joined = joined

    @cached_property
    def joined(self) -> str:
        """The texts as one string; index ``k`` is ``codes[k]``."""
        return self.codes.astype("<u4", copy=False).tobytes().decode("utf-32-le", "surrogatepass")

    @cached_property
    def ends(self) -> Positions:
        """Where the texts end: the positions of their NULs."""
        return np.flatnonzero(self.codes == SEPARATOR)

    @cached_property
    def _noted(self) -> tuple[Positions, NDArray[np.uint32]]:
        at = np.flatnonzero(self.traits >= NOTED)
        return at, self.traits[at]

    @cached_property
    def _noted_codes(self) -> NDArray[np.uint32]:
        return self.codes[self._noted[0]]

    def where(self, traits: int = 0, characters: str = "") -> Positions:
        """Return where a code point has one of some traits, or is one of some characters.

        The traits must be of those from :data:`NOTED` on, the characters have one of them.
        """
        at, noted = self._noted
        if not len(at):
            return at
        found = [self._noted_codes == ord(character) for character in characters]
        if traits:
            found.append(noted & np.uint32(traits) > 0)
        return at[np.logical_or.reduce(found) if len(found) > 1 else found[0]]

    def is_one(self, characters: str, positions: Positions) -> NDArray[np.bool_]:
        """Return at which positions one of some characters stands."""
        return _member_table(characters)[self.codes[positions]]

    def has(self, trait: int, positions: Positions) -> NDArray[np.bool_]:
        """Return at which positions the code point has one of some traits or classes.

        Position -1 is the NUL that ends the last text, as good as one before the first.
        """
        return self.traits[positions] & np.uint32(trait) > 0

    def within(self, positions: Positions, hot: Positions) -> Positions:
        """Return those of some positions whose text has one of the hot ones."""
        if not len(hot):
            return positions[:0]
        texts = np.zeros(len(self.ends), bool)
        texts[np.searchsorted(self.ends, hot)] = True
        return positions[texts[np.searchsorted(self.ends, positions)]]

    def only(self, hot: Positions) -> Scan:
        """Return this scan with nothing noted but in the texts that have a hot position."""
        part = Scan(self.codes, self.traits, self.joined)
        part.ends = self.ends
        at = self.within(self._noted[0], hot)
        part._noted = at, self.traits[at]
        return part

    def matches(self, pattern: re.Pattern[str], starts: Positions) -> Iterator[re.Match[str]]:
        """Yield the matches of a pattern that lie within one text, none into another.

        Parameters
        ----------
        pattern : re.Pattern
            Matches no empty string.
        starts : ndarray of intp
            Every position where a match could begin, in rising order.
        """
        if not len(starts):
            return
        ends = self.ends[np.searchsorted(self.ends, starts)].tolist()
        done = 0
        for start, end in zip(starts.tolist(), ends, strict=True):
            if start >= done:
                match = pattern.match(self.joined, start, end)
                if match is not None:
                    yield match
                    done = match.end()

    def texts_with(self, hot: Positions) -> Iterator[Span]:
        """Yield where the texts lie that hold a hot position, in order."""
        for index in np.unique(np.searchsorted(self.ends, hot)).tolist():
            start = int(self.ends[index - 1]) + 1 if index else 0
            yield start, int(self.ends[index])


@lru_cache(maxsize=64)
def _member_table(characters: str) -> NDArray[np.bool_]:
    table = np.zeros(SIZE, bool)
    table[[ord(character) for character in characters]] = True
    return table


def runs(positions: Positions) -> tuple[Positions, Positions]:
    """Return where rows of consecutive positions begin and end (the last one within).

    Both have the length of ``positions``: each position has the bounds of its row.
    """
    if not len(positions):
        return positions, positions
    breaks = np.flatnonzero(positions[1:] != positions[:-1] + 1) + 1
    first = np.concatenate([[0], breaks])
    last = np.concatenate([breaks, [len(positions)]]) - 1
    lengths = last - first + 1
    return np.repeat(positions[first], lengths), np.repeat(positions[last], lengths)


def ranges(first: Positions, lengths: NDArray[np.integer]) -> Positions:
    """Return all positions of some stretches of a batch, one stretch after another."""
    before = np.cumsum(lengths) - lengths
    return np.arange(lengths.sum()) + np.repeat(first - before, lengths)


def shifted(mask: NDArray[np.bool_], by: int) -> NDArray[np.bool_]:
    """Return a mask whose entry ``k`` is ``mask[k + by]``, False past the ends."""
    moved = np.zeros_like(mask)
    if by >= 0:
        moved[: max(len(mask) - by, 0)] = mask[by:]
    else:
        moved[-by:] = mask[:by]
    return moved
