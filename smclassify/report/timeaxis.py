"""Where the labels of a time axis stand, so that they are round times and don't touch."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, NamedTuple

_STEPS: Final = (
    *(("hour", n) for n in (1, 2, 3, 6, 12)),
    *(("day", n) for n in (1, 2, 4, 7, 14)),
    *(("month", n) for n in (1, 2, 3, 6, 12, 24, 60, 120)),
)


class Tick(NamedTuple):
    """A labelled time: its share of the axis from the left, the time, and the unit of the step."""

    place: float
    time: datetime
    unit: str


def time_ticks(start: datetime, end: datetime, most: int) -> list[Tick]:
    """Return round times between two, no more than so many.

    Parameters
    ----------
    start, end : datetime
        Of the axis.
    most : int
        How many there may be, from 1.
    """
    length = (end - start).total_seconds()
    if length <= 0:
        return [Tick(0.0, start, "hour")]
    for unit, step in _STEPS:
        times = list(_limited(_round_times(start, end, unit, step), most + 1))
        if len(times) <= most:
            break
    return [Tick((at - start).total_seconds() / length, at, unit) for at in times[:most]]


def _limited(times: Iterator[datetime], most: int) -> Iterator[datetime]:
    for _, time in zip(range(most), times, strict=False):
        yield time


def _round_times(start: datetime, end: datetime, unit: str, step: int) -> Iterator[datetime]:
    if unit == "month":
        yield from _months(start, end, step)
        return
    day = datetime.combine(start.date(), datetime.min.time())
    apart = timedelta(**{f"{unit}s": step})
    # Days are counted from a Monday, so that steps of seven fall on the first of a week.
    at = day - timedelta(days=day.weekday()) if unit == "day" else day
    while at < end:
        if at >= start:
            yield at
        at += apart


def _months(start: datetime, end: datetime, step: int) -> Iterator[datetime]:
    month = start.year * 12 - start.year * 12 % step
    while True:
        at = datetime(month // 12, month % 12 + 1, 1)
        if at >= end:
            return
        if at >= start:
            yield at
        month += step


def every(n: int, most: int) -> range:
    """Return the places of which to label at most so many of n equal spans, evenly apart."""
    return range(0, n, max(1, -(-n // most)))
