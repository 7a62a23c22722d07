"""What speaks for a comment's priority besides its own words, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

import numpy as np
from babel.dates import format_datetime
from babel.numbers import format_decimal
from numpy.typing import NDArray

from smclassify.triage.facts import EMPTY, MINUTE, OURS, UNREAD, Facts, Places
from smclassify.triage.priority import MANY, Circumstances
from smclassify.wording import MINUTES_IN, phrase

_REPEATED: Final = 2
_KEPT: Final = 4096
_UNITS: Final = tuple(MINUTES_IN)
_OURS: Final = 1
_EMPTY: Final = 2


def length_of_time(seconds: int, language: str) -> str:
    """Return a length of time as a person says it: minutes, from 2 hours on hours, days."""
    (unit,), (count,) = _fitting(np.array([seconds]))
    return _length(_UNITS[int(unit)], int(count), language)


def _fitting(seconds: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which of the units lengths of time are said in, and how many of it they are.

    As :func:`smclassify.wording.fitting_unit` says it of one.
    """
    minutes = seconds / MINUTE
    sizes = np.array([MINUTES_IN[unit] for unit in _UNITS])
    # The largest stands first; what is too short for any is said in the smallest.
    unit = np.minimum((minutes[:, None] < 2 * sizes).sum(axis=1), len(sizes) - 1)
    return unit, np.rint(seconds / (sizes[unit] * MINUTE)).astype(np.int64)


@lru_cache(maxsize=4096)
def _length(unit: str, count: int, language: str) -> str:
    return phrase(f"{unit}s", language, count=format_decimal(count, locale=language))


class Speaker:
    """Says of each row what is known of it from the whole export.

    Parameters
    ----------
    facts : Facts
        n rows.
    around : Circumstances
        How each stands in the whole.
    burst_starts : sequence of datetime
        When each burst began.
    reply_minutes : int
        Within which an answer is in time.
    language : str
        Of the user interface.
    """

    def __init__(
        self,
        facts: Facts,
        around: Circumstances,
        burst_starts: Sequence[datetime],
        reply_minutes: int,
        language: str,
    ) -> None:
        self._language = language
        self._target = length_of_time(reply_minutes * MINUTE, language)
        self._starts = [format_datetime(start, "short", locale=language) for start in burst_starts]
        self._said = lru_cache(_KEPT)(self._say)  # of a million comments many are alike
        reach = facts.table["reach"]
        standing = around.standing
        self._age, self._repeats = standing.age, standing.repeats
        self._reach, self._burst, self._copies = reach, around.burst, around.copies
        silent = facts.has(UNREAD)
        self._ours = facts.has(OURS) & ~silent
        self._empty = facts.has(EMPTY) & ~self._ours & ~silent
        open_ = ~silent & ~self._ours & ~self._empty
        self._answered = open_ & standing.answered
        self._overdue = open_ & ~self._answered & (standing.age > reply_minutes * MINUTE)
        self._repeated = open_ & (standing.repeats >= _REPEATED)
        with np.errstate(invalid="ignore"):
            self._seen = open_ & standing.wants & (reach >= MANY)
        self._in_burst = open_ & (around.burst >= 0)
        self._copied = open_ & (around.copies > 0)
        self._any = (
            self._ours | self._empty | self._answered | self._overdue | self._repeated
            | self._seen | self._in_burst | self._copied
        )  # fmt: skip

    def more(self, places: Places) -> list[tuple[str, ...]]:
        """Return what else there is to say of rows, named by their places from 0."""
        said: list[tuple[str, ...]] = [()] * len(places)
        at = np.flatnonzero(self._any[places])
        for row, known in zip(at.tolist(), self._known(places[at]), strict=True):
            said[row] = self._said(known)
        return said

    def _known(self, places: Places) -> Iterator[tuple[int, ...]]:
        """Yield what is known of each row, in numbers.

        Whose it is (ours, or empty), its burst, the unit and the number of the time it waits, its
        author's complaints, its reach, its copies, whether it was answered. Where there is nothing
        to say there is a 0, and for a burst and a unit, which are counted from 0, a -1.
        """
        unit, count = _fitting(np.where(self._overdue[places], self._age[places], 0))
        with np.errstate(invalid="ignore"):
            reach = np.where(self._seen[places], self._reach[places], 0).astype(np.int64)
        columns = (
            np.where(self._ours[places], _OURS, np.where(self._empty[places], _EMPTY, 0)),
            np.where(self._in_burst[places], self._burst[places], -1),
            np.where(self._overdue[places], unit, -1),
            count,
            np.where(self._repeated[places], self._repeats[places], 0),
            reach,
            np.where(self._copied[places], self._copies[places], 0),
            self._answered[places],
        )
        return zip(*[column.tolist() for column in columns], strict=True)

    def _say(self, known: tuple[int, ...]) -> tuple[str, ...]:
        """Return in words what is known of a row."""
        whose, burst, unit, count, repeats, reach, copies, answered = known
        language = self._language
        if whose:
            return (phrase("reason-ours" if whose == _OURS else "reason-empty", language),)
        said = []
        if burst >= 0:
            said.append(phrase("reason-burst", language, start=self._starts[burst]))
        if unit >= 0:
            age = _length(_UNITS[unit], count, language)
            said.append(phrase("reason-overdue", language, age=age, target=self._target))
        if repeats:
            said.append(phrase("reason-repeat", language, count=repeats))
        if reach:
            reached = format_decimal(reach, locale=language)
            said.append(phrase("reason-reach", language, count=reached))
        if copies:
            said.append(phrase("reason-copies", language, count=copies))
        if answered:
            said.append(phrase("reason-answered", language))
        return tuple(said)
