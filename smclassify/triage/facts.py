"""What is known of every row, in a fixed number of bytes: what the whole export is judged by.

The rows themselves stay on the disk, in the working file. A table of these records, some 130 bytes
a row, is all that the second half of a triage looks at, mapped into memory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.exports.columns.times import NO_TIME
from smclassify.labels import KINDS

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
"""In seconds, as all times of facts are."""

BANDS: Final = 4
"""Sketches of a text, of which near copies share at least one (:mod:`.copies`)."""

NO_DEPARTMENT: Final = 255

PRIVATE: Final = 1
CRISIS: Final = 2
ANSWERED: Final = 4
OURS: Final = 8
UNREAD: Final = 16
EMPTY: Final = 32

FACT: Final = np.dtype(
    [
        ("start", "<i8"),  # where the row begins in the working file
        ("number", "<i8"),  # its number in its file
        ("time", "<i8"),  # wall clock, in seconds since 1970; NO_TIME where unknown
        ("reply_time", "<i8"),  # of our answer
        ("identity", "<u8"),  # what it is known again by, in another run
        ("id", "<u8"),  # hash of what the export calls it; 0 where it doesn't
        ("parent", "<u8"),  # hash of the id of what this answers; 0 for none
        ("thread", "<u8"),  # hash of the thread's or post's id; 0 for none
        ("author", "<u8"),  # hash of the author; 0 for unknown
        ("copies", "<u8", (BANDS,)),  # sketches; 0 for texts too short to tell
        ("reach", "<f4"),  # how many have seen or liked it; NaN where unknown
        ("rating", "<f4"),  # share of the best rating, 0 to 1; NaN where unknown
        ("urgency", "<f4"),  # priority of the text alone, 0 to 100
        ("private", "<f4"),  # probability of a private reply
        ("crisis", "<f4"),  # probability of a crisis
        ("source", "<u2"),  # which table
        ("platform", "<u2"),  # which of Facts.platforms
        ("lang", "<u2"),  # which of Facts.languages
        ("kind", "u1"),  # which of labels.KINDS
        ("department", "u1"),  # which of labels.DEPARTMENTS, or NO_DEPARTMENT
        ("flags", "u1"),  # PRIVATE | CRISIS | ANSWERED | OURS | UNREAD | EMPTY
    ]
)

Bools = NDArray[np.bool_]
Places = NDArray[np.int64]

Texts = Callable[[Places], Sequence[str]]
"""Gives the comments of rows, named by their places from 0, in the order asked for."""


def _no_texts(places: Places) -> Sequence[str]:
    raise ValueError("these facts have no texts")


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of all rows of an export, in the order they were read.

    Attributes
    ----------
    table : ndarray of FACT, shape (n,)
        A record a row.
    platforms, languages : tuple of str
        What the numbers in the table stand for; a platform may be empty (not known).
    texts : callable
        Gives texts by the places of their rows.
    """

    table: NDArray[np.void]
    platforms: tuple[str, ...] = ("",)
    languages: tuple[str, ...] = ("unknown",)
    texts: Texts = field(default=_no_texts)

    def __len__(self) -> int:
        return len(self.table)

    def has(self, flag: int) -> Bools:
        """Return which rows have a flag."""
        return np.asarray((self.table["flags"] & flag) != 0)

    @property
    def judged(self) -> Bools:
        """Which rows count: comments by others that could be read."""
        return np.asarray((self.table["flags"] & (OURS | UNREAD | EMPTY)) == 0)

    @property
    def timed(self) -> Bools:
        """Which rows have a time."""
        return np.asarray(self.table["time"] != NO_TIME)

    def of_kind(self, *kinds: str) -> Bools:
        """Return which of the rows that count are of one of these kinds."""
        numbers = [KINDS.index(kind) for kind in kinds]
        return self.judged & np.isin(self.table["kind"], numbers)


def no_facts(n: int) -> NDArray[np.void]:
    """Return records of n rows of which nothing is known yet."""
    table = np.zeros(n, FACT)
    table["time"] = table["reply_time"] = NO_TIME
    table["reach"] = table["rating"] = np.nan
    table["department"] = NO_DEPARTMENT
    return table


def moment_of(seconds: int | None) -> datetime | None:
    """Return a wall-clock time in seconds since 1970 as one of Python's; None for none."""
    if seconds is None or seconds == NO_TIME:
        return None
    return datetime(1970, 1, 1) + timedelta(seconds=int(seconds))


class Numbers:
    """Numbers for names, in the order in which they are first met.

    Parameters
    ----------
    names : list of str
        Those that are known; grows.
    most : int
        Names beyond so many all get the number 0.
    """

    def __init__(self, names: list[str], most: int) -> None:
        self.names = names
        self._most = most
        self._numbers = {name: number for number, name in enumerate(names)}

    def of(self, names: Sequence[str]) -> list[int]:
        """Return the number of each name."""
        for name in dict.fromkeys(names):
            self._meet(name)
        return [self._numbers.get(name, 0) for name in names]

    def _meet(self, name: str) -> None:
        if name not in self._numbers and len(self.names) < self._most:
            self._numbers[name] = len(self.names)
            self.names.append(name)
