"""The days that drafts are dated, and the silences between them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from smclassify.exports.columns.times import LONGEST, NO_TIME, TimeReader

_TOGETHER: Final = 4_096
"""Different texts that are kept until they are read together."""
_1970: Final = date(1970, 1, 1)
_SECONDS_OF_DAY: Final = 86_400


class Silence(NamedTuple):
    """Two days with posts, and none between them."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """How far they are apart."""
        return (self.end - self.start).days


class Calendar:
    """The days of posts, in whatever way they are written; memory by days, not by posts.

    Where 3/4/2026 could be in March or in April, the others decide: one 25/4/2026 shows that
    the day comes first. Where none decides, such days are left out.
    """

    def __init__(self) -> None:
        self._days: set[date] = set()
        self._texts: set[str] = set()
        self._orders: set[bool] = set()
        # The day with the day first and the day with the month first, where both are possible.
        self._either: set[tuple[date, date]] = set()

    def add(self, value: date | str | None) -> None:
        """Take in when a post is to appear; what is no date is passed over."""
        if isinstance(value, datetime):
            self._days.add(value.date())
        elif isinstance(value, date):
            self._days.add(value)
        elif value and len(value) <= LONGEST:
            self._texts.add(value)
            if len(self._texts) >= _TOGETHER:
                self._read_texts()

    def _read_texts(self) -> None:
        texts = sorted(self._texts)
        self._texts.clear()
        reader = TimeReader.of(texts, day_first=True)
        day_first = month_first = reader.read(texts)
        self._orders |= reader.orders
        if reader.day_first is not None:
            month_first = TimeReader.of(texts, day_first=False).read(texts)
        found = (day_first != NO_TIME) & (month_first != NO_TIME)
        for pair in zip(day_first[found].tolist(), month_first[found].tolist(), strict=True):
            one, other = (_1970 + timedelta(days=time // _SECONDS_OF_DAY) for time in pair)
            if one == other:
                self._days.add(one)
            else:
                self._either.add((one, other))

    def days(self) -> list[date]:
        """Return the days on which something is posted, in order."""
        self._read_texts()
        days = set(self._days)
        if len(self._orders) == 1:
            days.update(one if True in self._orders else other for one, other in self._either)
        return sorted(days)

    def silences(self, longest: int) -> list[Silence]:
        """Return the silences of more than so many days, in order."""
        gaps = (Silence(*pair) for pair in pairwise(self.days()))
        return [gap for gap in gaps if gap.days > longest]
