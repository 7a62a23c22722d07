"""The days that drafts are dated, and the silences between them."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Final, NamedTuple

_YEAR_FIRST: Final = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)(?:\s?[-/.年년]\s?|(?=\d{4}(?!\d)))(?P<m>\d{1,2})"
    r"(?:\s?[-/.月월]\s?|(?<=\d{6}))(?P<d>\d{1,2})(?!\d)"
)
_YEAR_LAST: Final = re.compile(r"(?<!\d)(\d{1,2})([./-])(\d{1,2})\2((?:19|20)\d\d)(?!\d)")
_DAY_MONTH: Final = re.compile(
    r"(?<!\d)(?P<d>\d{1,2})(?:er|st|nd|rd|th)?[\s-]+(?P<m>[^\W\d_]{3,9})[.,]?[\s-]+(?P<y>20\d\d)"
)
_MONTH_DAY: Final = re.compile(
    r"(?P<m>[^\W\d_]{3,9})\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?:[\d:]+\s+\S+\s+)?(?P<y>20\d\d)"
)
_SECONDS: Final = re.compile(r"(1\d{9})(?:\d{3})?(?:\.\d*)?")
_LONGEST: Final = 60
"""Characters of a date; what is longer is a sentence."""

_MONTHS: Final = {
    name: month
    for month, names in enumerate(
        (
            "jan", "feb fév fev", "mar", "apr avr", "may mai", "jun juin", "jul juil",
            "aug aoû aou", "sep", "oct", "nov", "dec déc",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip


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
        self._slashed: set[tuple[int, int, int]] = set()

    def add(self, value: date | str | None) -> None:
        """Take in when a post is to appear; what is no date is passed over."""
        if isinstance(value, datetime):
            self._days.add(value.date())
        elif isinstance(value, date):
            self._days.add(value)
        elif value and len(value) <= _LONGEST:
            with suppress(ValueError):
                self._add_text(value.strip())

    def _add_text(self, text: str) -> None:
        if seconds := _SECONDS.fullmatch(text):
            self._days.add(datetime.fromtimestamp(int(seconds[1]), UTC).date())
        elif found := _YEAR_FIRST.search(text):
            self._days.add(date(int(found["y"]), int(found["m"]), int(found["d"])))
        elif found := _YEAR_LAST.search(text):
            first, mark, second, year = found.groups()
            if mark == ".":
                self._days.add(date(int(year), int(second), int(first)))
            else:
                self._slashed.add((int(first), int(second), int(year)))
        elif found := _DAY_MONTH.search(text) or _MONTH_DAY.search(text):
            name = found["m"].lower()
            month = _MONTHS.get(name[:4]) or _MONTHS.get(name[:3])
            if month:
                self._days.add(date(int(found["y"]), month, int(found["d"])))

    def days(self) -> list[date]:
        """Return the days on which something is posted, in order."""
        day_first = any(first > 12 for first, _, _ in self._slashed)
        month_first = any(second > 12 for _, second, _ in self._slashed)
        days = set(self._days)
        if day_first != month_first:
            for first, second, year in self._slashed:
                with suppress(ValueError):
                    day, month = (first, second) if day_first else (second, first)
                    days.add(date(year, month, day))
        return sorted(days)

    def silences(self, longest: int) -> list[Silence]:
        """Return the silences of more than so many days, in order."""
        gaps = (Silence(*pair) for pair in pairwise(self.days()))
        return [gap for gap in gaps if gap.days > longest]
