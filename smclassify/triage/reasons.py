"""What speaks for a comment's priority besides its own words, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

import numpy as np
from babel.dates import format_datetime
from babel.numbers import format_decimal

from smclassify.triage.facts import EMPTY, MINUTE, OURS, UNREAD, Facts
from smclassify.triage.priority import MANY, Circumstances
from smclassify.wording import MINUTES_IN, fitting_unit, phrase

_REPEATED: Final = 2


def length_of_time(seconds: int, language: str) -> str:
    """Return a length of time as a person says it: minutes, from 2 hours on hours, days."""
    unit = fitting_unit(seconds / MINUTE)
    return _length(f"{unit}s", round(seconds / (MINUTES_IN[unit] * MINUTE)), language)


@lru_cache(maxsize=4096)
def _length(unit: str, count: int, language: str) -> str:
    return phrase(unit, language, count=format_decimal(count, locale=language))


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
        self._overdue_said: dict[str, str] = {}  # of a million comments many have waited as long
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

    def _waited(self, age: str) -> str:
        if age not in self._overdue_said:
            self._overdue_said[age] = phrase(
                "reason-overdue", self._language, age=age, target=self._target
            )
        return self._overdue_said[age]

    def more(self, place: int) -> list[str]:
        """Return what else there is to say of a row, named by its place from 0."""
        if not self._any[place]:
            return []
        language = self._language
        if self._ours[place]:
            return [phrase("reason-ours", language)]
        if self._empty[place]:
            return [phrase("reason-empty", language)]
        said = []
        if self._in_burst[place]:
            start = self._starts[self._burst[place]]
            said.append(phrase("reason-burst", language, start=start))
        if self._overdue[place]:
            said.append(self._waited(length_of_time(int(self._age[place]), language)))
        if self._repeated[place]:
            said.append(phrase("reason-repeat", language, count=int(self._repeats[place])))
        if self._seen[place]:
            count = format_decimal(int(self._reach[place]), locale=language)
            said.append(phrase("reason-reach", language, count=count))
        if self._copied[place]:
            said.append(phrase("reason-copies", language, count=int(self._copies[place])))
        if self._answered[place]:
            said.append(phrase("reason-answered", language))
        return said
