"""What the parts of written times say, a batch at once: days, hours, offsets as seconds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from smclassify.exports.columns.timeforms import MONTHS, Form

NO_TIME: Final = int(np.iinfo(np.int64).min)
"""Stands for a cell that holds no time."""

Seconds = NDArray[np.int64]

Parts = Mapping[str, Sequence[str] | Seconds]
"""The parts of n times by the names that :mod:`.timeforms` gives them, as written or as numbers."""

_DAY: Final = 86_400
_1970: Final = datetime(1970, 1, 1, tzinfo=UTC)
_END: Final = (date(2201, 1, 1) - date(1970, 1, 1)).days * _DAY
_SERIAL_1970: Final = 25_569  # what Excel calls 1970-01-01
_BUCKET: Final = 60
"""Seconds; since 1973 no zone has changed its offset but at a full minute of UTC."""
_NEVER: Final = NO_TIME // 2  # below all times, whatever day is added to it
_NAIVE: Final = NO_TIME
_ZONES: Final = {
    name: hours * 3600
    for hours, names in {
        0: "Z UTC GMT", -4: "EDT", -5: "EST CDT", -6: "CST MDT", -7: "MST PDT", -8: "PST",
        1: "CET", 2: "CEST", 9: "KST JST",
    }.items()
    for name in names.split()
}  # fmt: skip
"""The zones of RFC 2822, section 4.3, and a few that mean one thing only."""

_MORNING: Final = frozenset({"오전", "새벽", "아침", "上午", "凌晨", "清晨", "早上", "早晨"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a column has settled: how its matches are to be understood.

    Attributes
    ----------
    day_first : bool
        Whether ``a`` is the day where both ``a`` and ``b`` could be.
    timezone : ZoneInfo or None
        The zone whose wall clock is asked for; None takes the hour as written.
    today : date or None
        The last day that a date without a year can be.
    """

    day_first: bool = True
    timezone: ZoneInfo | None = None
    today: date | None = None


def seconds_of(form: Form, matches: Sequence[re.Match[str]], reading: Reading) -> Seconds:
    """Return what matches of one form say.

    Parameters
    ----------
    form : Form
        Whose matches they are.
    matches : sequence of re.Match, length n
        At least one.
    reading : Reading
        What is settled.

    Returns
    -------
    ndarray of int64, shape (n,)
        As of :func:`seconds_of_parts`.
    """
    return seconds_of_parts(parts_of(form, matches), reading)


def seconds_of_parts(parts: Parts, reading: Reading) -> Seconds:
    """Return what the parts of times say.

    Parameters
    ----------
    parts : mapping of str to sequence of str or ndarray, length n
        All that the form has, empty where a time hasn't got them.
    reading : Reading
        What is settled.

    Returns
    -------
    ndarray of int64, shape (n,)
        Seconds since 1970 of the wall clock; ``NO_TIME`` where there is no such day or hour.
    """
    if "e" in parts:
        seconds = _numbers(parts["e"], int)
        offsets: Seconds | None = np.zeros_like(seconds)
    elif "x" in parts:
        days = np.array(parts["x"], np.float64) - _SERIAL_1970
        seconds, offsets = np.rint(days * _DAY).astype(np.int64), None
    else:
        seconds = _days(parts, reading)
        seconds = np.where(seconds == NO_TIME, _NEVER, seconds * _DAY + _clock(parts))
        offsets = _numbers(parts["z"], _offset) if "z" in parts else None
    seconds = _within(seconds)
    if reading.timezone is None or offsets is None:
        return seconds
    return _within(_moved(seconds, offsets, reading.timezone))


def parts_of(form: Form, matches: Sequence[re.Match[str]]) -> dict[str, tuple[str, ...]]:
    """Return the parts of matches by their names; empty where a part isn't written."""
    columns = dict(
        zip(
            form.pattern.groupindex, zip(*(m.groups("") for m in matches), strict=True), strict=True
        )
    )
    for again in [name for name in columns if name.endswith("2")]:
        pairs = zip(columns[again[0]], columns.pop(again), strict=True)
        columns[again[0]] = tuple([one or other for one, other in pairs])
    return columns


def orders(parts: Parts) -> frozenset[bool]:
    """Return what ``a`` and ``b`` prove: True that the day comes first, False that the month."""
    first, second = (_numbers(parts[name], _number) for name in "ab")
    proofs = ((True, (first > 12) & (second <= 12)), (False, (second > 12) & (first <= 12)))
    return frozenset(proof for proof, shown in proofs if shown.any())


def looks_american(parts: dict[str, tuple[str, ...]]) -> bool:
    """Return whether ``5/1/26`` or ``05/01/2026 3:04 PM`` is how most of them are written."""
    shown = sum(
        bool(half) or (len(year) == 2 and not first.startswith("0"))
        for half, year, first in zip(parts["q"], parts["y"], parts["a"], strict=True)
    )
    return shown * 2 > len(parts["a"])


def _within(seconds: Seconds) -> Seconds:
    return np.where((seconds >= 0) & (seconds < _END), seconds, NO_TIME)


def _numbers(texts: Sequence[str] | Seconds, meaning: Callable[[str], int]) -> Seconds:
    if isinstance(texts, np.ndarray):
        return texts
    # Few different texts stand in a column of months or minutes: each is understood once.
    meanings = {text: meaning(text) for text in set(texts)}
    return np.fromiter(map(meanings.__getitem__, texts), np.int64, len(texts))


def _number(text: str) -> int:
    return int(text or 0)


def _month(text: str) -> int:
    if text.isdigit():
        return int(text)
    name = text.lower()
    return MONTHS.get(name[:4]) or MONTHS[name[:3]]


def _year(text: str) -> int:
    if len(text) == 2:
        return int(text) + (2000 if int(text) < 70 else 1900)
    return _number(text)


def _half(text: str) -> int:
    if not text:
        return 0
    return -1 if text[0] in "aA" or text in _MORNING else 1


def _offset(text: str) -> int:
    """Return the offset of a zone from UTC in seconds, ``_NAIVE`` where none is written."""
    name = text.upper()
    if not name or name in _ZONES:
        return _ZONES.get(name, _NAIVE)
    sign = -1 if "-" in name else 1
    digits = re.sub(r"\D", "", name)
    digits = digits.zfill(2) if len(digits) < 3 else digits.zfill(len(digits) + len(digits) % 2)
    hours, minutes, seconds = (int(digits[at : at + 2] or 0) for at in (0, 2, 4))
    return sign * (hours * 3600 + minutes * 60 + seconds)


def _days(parts: Parts, reading: Reading) -> Seconds:
    """Return days since 1970, ``NO_TIME`` where there is no such day."""
    if "a" in parts:
        day, month = _in_order(parts, reading.day_first)
    else:
        day, month = _numbers(parts["d"], _number), _numbers(parts["m"], _month)
    if "y" in parts:
        year = _numbers(parts["y"], _year)
    elif reading.today is not None:
        ahead = month * 100 + day > reading.today.month * 100 + reading.today.day
        year = reading.today.year - ahead.astype(np.int64)
    else:
        return np.full(len(day), NO_TIME)
    first = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    days = first.astype("datetime64[D]") + (day - 1)
    right = (month >= 1) & (month <= 12) & (days.astype("datetime64[M]") == first)
    return np.where(right, days.astype(np.int64), NO_TIME)


def _in_order(parts: Parts, day_first: bool) -> tuple[Seconds, Seconds]:
    """Return day and month; where only one order gives a date, it is that one."""
    day, month = (_numbers(parts[name], _number) for name in "ab")
    if not day_first:
        day, month = month, day
    swap = (month > 12) & (day <= 12)
    return np.where(swap, month, day), np.where(swap, day, month)


def _clock(parts: Parts) -> Seconds:
    """Return seconds since midnight, ``_NEVER`` where there is no such hour."""
    hour, minute, second = (_numbers(parts[name], _number) for name in "HMS")
    half = _numbers(parts["q"], _half) if "q" in parts else np.zeros_like(hour)
    if "p" in parts:
        half = np.where(half, half, _numbers(parts["p"], _half))
    hour = np.where(half != 0, np.where(hour > 12, hour, hour % 12 + 12 * (half > 0)), hour)
    clock = hour * 3600 + minute * 60 + second
    return np.where((clock <= _DAY) & (minute < 60) & (second <= 60), clock, _NEVER)


def _moved(seconds: Seconds, offsets: Seconds, timezone: ZoneInfo) -> Seconds:
    """Return the wall clock of a zone for those times whose offset is known."""
    moving = np.flatnonzero((offsets != _NAIVE) & (seconds != NO_TIME))
    instants = seconds[moving] - offsets[moving]
    buckets, which = np.unique(instants // _BUCKET, return_inverse=True)
    here = [_offset_at(int(bucket) * _BUCKET, timezone) for bucket in buckets]
    moved = seconds.copy()
    moved[moving] = instants + np.array(here, np.int64)[which]
    return moved


def _offset_at(instant: int, timezone: ZoneInfo) -> int:
    local = (_1970 + timedelta(seconds=instant)).astimezone(timezone)
    return int((local.utcoffset() or timedelta()).total_seconds())
