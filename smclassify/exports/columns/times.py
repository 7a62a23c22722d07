"""Times as exports write them, as seconds."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from smclassify.exports.columns import timeforms, timeparts
from smclassify.exports.columns.timeforms import FORMS, YEARLESS, Form
from smclassify.exports.columns.timeparts import NO_TIME, Seconds
from smclassify.exports.columns.timeshapes import read_alike
from smclassify.exports.columns.timewords import ask_dateparser

__all__ = ["LONGEST", "NO_TIME", "TimeReader"]

LONGEST: Final = 80
"""Characters of a time; what is longer is a sentence."""
_HIGHEST: Final = 10**19
"""Above all nanoseconds since 1970 that fall before 2200."""
_TOGETHER: Final = 2_048
"""Cells that are read at once: more make Python's collector of garbage slow."""
_SHAPES: Final = 16
"""Shapes of one form that are read together; a month of mails has one for each day of the week."""
_MOST_ODD: Final = 20_000
"""Different cells of no known form that dateparser is asked about; it takes some 2 ms for each."""
_SERIALS: Final = 0.9
"""Share of a column that must look like Excel's days before numbers are taken for them."""

# dateparser makes a date of very little: without year, month and day it would be a guess, and
# of a date in numbers with something strange beside it it makes another date.
_WORDED: Final = re.compile(
    r"(?=.*(?<!\d)(?:19[7-9]|2[01]\d|220)\d(?!\d))(?=.*(?<!\d)\d\d?(?!\d))"
    rf"(?!.*\d[-/.]\d+[-/.]\d).*(?:{'|'.join(timeforms.MONTHS)}|[월月])",
    re.IGNORECASE,
)
_RELATIVE: Final = re.compile(
    r"\b(?:ago|today|yesterday|now|il y a|hier|aujourd)\b|^\d+ ?[a-z]{1,2}$"
    r"|[전前]$|어제|그제|그저께|오늘|방금|昨天|前天|今天|刚刚|剛剛",
    re.IGNORECASE,
)


class TimeReader:
    """Reads a column of times, having learned from a sample how they are written.

    What is read is the wall clock: the hour as written, because that is when people were awake.
    An offset is dropped, unless ``timezone`` is given: then times with an offset are moved to
    that zone, and those without are taken as being there. Seconds, milliseconds, microseconds
    and nanoseconds since 1970 (from 2001 on, ten digits of seconds) are UTC. Numbers are days
    of Excel only where nine tenths of the sample look like that and nothing else is a time.

    Where the day may stand before or after the month, one cell such as 25/4/2026 decides for
    the column. Where none does, or both orders occur, the month is taken to come first if most
    cells have AM or PM or are written like 5/1/26, the day otherwise, and ``ambiguous`` is set.
    A cell that is a date in one order only is read in that order.

    Nothing is counted from the clock of the run. Without ``today``, "2 days ago" and dates
    without a year are no times. With it, dates without a year are the last ones up to that day;
    of relative ones those are read that name or count days. Those that count hours never are:
    they would need the hour of the export.

    Cells of no known form go to dateparser, in English, French, Korean and Chinese, if they
    name a year, a month and a day: about 2 ms for each different one, 20,000 of them at most.

    Attributes
    ----------
    form : str
        How most of the sample is written: the name of a form, ``worded`` for what dateparser
        read, ``none`` where no cell could be read.
    description : str
        The same for people, with an example and what was assumed.
    share : float
        Of the cells of the sample that hold anything, how many could be read, 0 to 1.
    days_only : bool
        Whether the times of the sample are all at midnight: days, then, without an hour.
    day_first : bool or None
        In which order days and months are read; None where no cell needs one.
    orders : frozenset of bool
        What the sample proves: True that the day comes first, False that the month does.
    ambiguous : bool
        Whether an order is needed and the sample doesn't settle it.
    """

    def __init__(self, forms: Sequence[Form], reading: timeparts.Reading) -> None:
        self._forms = tuple(forms)
        self._reading = reading
        self._odd: dict[str, str] = {}
        self.form = "none"
        self.description = "no times"
        self.share = 0.0
        self.days_only = False
        self.day_first: bool | None = None
        self.orders: frozenset[bool] = frozenset()
        self.ambiguous = False

    @classmethod
    def of(
        cls,
        sample: Sequence[object],
        *,
        timezone: ZoneInfo | None = None,
        today: date | None = None,
        day_first: bool | None = None,
    ) -> TimeReader:
        """Learn from a sample of a column.

        Parameters
        ----------
        sample : sequence of object
            Cells; a thousand from all over the column are plenty.
        timezone : ZoneInfo, optional
            The zone whose wall clock is wanted.
        today : date, optional
            The day of the export, for dates without a year and relative ones.
        day_first : bool, optional
            The order of day and month where a cell may be read in both; else it is learned.
        """
        texts = [text for text in (_plain(_text(cell)) for cell in sample) if text]
        forms = (*FORMS, YEARLESS) if today else FORMS
        fits = [(text, _first_fit(forms, text)) for text in texts]
        counts = Counter(form for _, form in fits if form is not None)
        if not counts and _are_serials(texts):
            forms, counts = (*forms, timeforms.SERIAL), Counter({timeforms.SERIAL: len(texts)})
        slashed = _matches(
            timeforms.SLASHED, [text for text, form in fits if form is timeforms.SLASHED]
        )
        order = _Order(slashed, day_first)
        first = order.day_first if day_first is None else day_first
        reading = timeparts.Reading(first is not False, timezone, today)
        reader = cls(sorted(forms, key=lambda form: -counts[form]), reading)
        reader.day_first, reader.orders = order.day_first, order.proved
        reader.ambiguous = order.ambiguous
        reader._look_at(texts, counts)
        return reader

    def read(self, cells: Sequence[object]) -> Seconds:
        """Return the times of cells.

        Parameters
        ----------
        cells : sequence of object, length n
            Text, numbers, dates and times, or nothing.

        Returns
        -------
        ndarray of int64, shape (n,)
            Seconds since 1970 of the wall clock, from 1970 to the end of 2200; ``NO_TIME``
            where there is no time. No cell raises an error.
        """
        seconds = np.full(len(cells), NO_TIME)
        for start in range(0, len(cells), _TOGETHER):
            texts = _texts(cells[start : start + _TOGETHER])
            part = seconds[start : start + _TOGETHER]
            odd = self._read_forms(texts, list(range(len(texts))), part)
            for rewritten in (_plain, self._parsed):
                for at in odd:
                    texts[at] = rewritten(texts[at])
                odd = self._read_forms(texts, odd, part)
        return seconds

    def _read_forms(self, texts: Sequence[str], places: list[int], out: Seconds) -> list[int]:
        """Fill in the times of some texts; return the places of those that no form fits."""
        places = [at for at in places if texts[at]]
        for form in self._forms:
            if not places:
                break
            places = self._read_shapes(form, texts, places, out)
            fits = form.pattern.fullmatch
            found = [fits(texts[at]) for at in places]
            matches = [match for match in found if match]
            if not matches:
                continue
            here = [at for at, match in zip(places, found, strict=True) if match]
            out[here] = timeparts.seconds_of(form, matches, self._reading)
            places = [at for at, match in zip(places, found, strict=True) if not match]
        return places

    def _read_shapes(
        self, form: Form, texts: Sequence[str], places: list[int], out: Seconds
    ) -> list[int]:
        """Fill in the times of texts that are written alike; return the places of the others."""
        for _ in range(_SHAPES):
            if not places:
                break
            alike, seconds = read_alike(form, [texts[at] for at in places], self._reading)
            if not seconds.size:
                break
            left = np.array(places)
            out[left[alike]] = seconds
            places = left[~alike].tolist()
        return places

    def _parsed(self, text: str) -> str:
        """Return what dateparser makes of a text, in ISO 8601, or nothing."""
        today = self._reading.today
        relative = _RELATIVE.search(text) is not None
        if (relative and today is None) or not (relative or _WORDED.match(text)):
            return ""
        known = self._odd.get(text, "")
        if not known and text not in self._odd and len(self._odd) < _MOST_ODD:
            found = ask_dateparser(text, today if relative else None)
            known = self._odd[text] = found.isoformat(" ", "seconds") if found else ""
        return known

    def _look_at(self, texts: Sequence[str], counts: Counter[Form]) -> None:
        """Note what the sample is like, once all that reading needs is settled."""
        times = self.read(texts)
        read = times != NO_TIME
        unread = [text for text, ok in zip(texts, read, strict=True) if not ok]
        left_out = "" if self._reading.today else _left_out(unread)
        if not read.any():
            self.description += left_out
            return
        self.share = float(read.mean())
        self.days_only = bool((times[read] % 86_400 == 0).all())
        form, most = counts.most_common(1)[0] if counts else (None, 0)
        fitting = form if form is not None and most * 2 >= read.sum() else None
        self.form = fitting.name if fitting else "worded"
        says = fitting.says if fitting else "in words"
        if fitting is timeforms.SLASHED:
            self.form = "day_first" if self.day_first else "month_first"
            says = self.form.replace("_", " ")
        example = _example(fitting, [text for text, ok in zip(texts, read, strict=True) if ok])
        self.description = f"{says}, such as {example}{self._assumed()}{left_out}"

    def _assumed(self) -> str:
        if not self.ambiguous:
            return ""
        first = "day" if self.day_first else "month"
        why = "both orders occur" if self.orders else "no cell tells the day from the month"
        return f"; {why}, the {first} is assumed to come first"


class _Order:
    """The order of day and month that a sample proves, or else the one that is assumed."""

    def __init__(self, matches: Sequence[re.Match[str]], given: bool | None) -> None:
        self.proved: frozenset[bool] = frozenset()
        self.day_first: bool | None = None
        self.ambiguous = False
        if not matches:
            return
        parts = timeparts.parts_of(timeforms.SLASHED, matches)
        self.proved = timeparts.orders(parts)
        self.ambiguous = given is None and len(self.proved) != 1
        if given is not None:
            self.day_first = given
        elif self.ambiguous:
            self.day_first = not timeparts.looks_american(parts)
        else:
            self.day_first = True in self.proved


def _texts(cells: Sequence[object]) -> list[str]:
    """Return what :func:`_text` makes of each cell; quick where all are short texts."""
    texts = [cell for cell in cells if type(cell) is str]
    if len(texts) == len(cells) and max(map(len, texts), default=0) <= LONGEST:
        return [text.strip() for text in texts]
    return list(map(_text, cells))


def _text(cell: object) -> str:
    """Return a cell as a text that some form may fit, nothing where it can hold no time."""
    if isinstance(cell, str):
        text = cell.strip() if len(cell) <= 2 * LONGEST else ""
        return text if len(text) <= LONGEST else ""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, (float, Decimal)):
        finite = cell.is_finite() if isinstance(cell, Decimal) else math.isfinite(cell)
        fits = finite and 0 < cell < _HIGHEST
        return f"{cell:.9f}".rstrip("0").rstrip(".") if fits else ""
    return str(cell) if isinstance(cell, int) and 0 < cell < _HIGHEST else ""


def _plain(text: str) -> str:
    """Return a text in the usual width, without the marks of direction that some exports set."""
    wide = unicodedata.normalize("NFKC", text)
    return "".join(mark for mark in wide if unicodedata.category(mark) != "Cf").strip()


def _first_fit(forms: Sequence[Form], text: str) -> Form | None:
    return next((form for form in forms if form.pattern.fullmatch(text)), None)


def _matches(form: Form, texts: Sequence[str]) -> list[re.Match[str]]:
    return [match for match in map(form.pattern.fullmatch, texts) if match]


def _are_serials(texts: Sequence[str]) -> bool:
    matches = _matches(timeforms.SERIAL, texts)
    if not matches or len(matches) < _SERIALS * len(texts):
        return False
    return bool(
        (timeparts.seconds_of(timeforms.SERIAL, matches, timeparts.Reading()) != NO_TIME).all()
    )


def _example(form: Form | None, texts: Sequence[str]) -> str:
    fitting = (text for text in texts if form is None or form.pattern.fullmatch(text))
    return next(fitting, texts[0])


def _left_out(unread: Sequence[str]) -> str:
    """Return what is to be told of cells that only the day of the export could make times."""
    for text in unread:
        if _RELATIVE.search(text) or YEARLESS.pattern.fullmatch(text):
            return f"; those such as {text} are left out, since they don't tell which year or day"
    return ""
