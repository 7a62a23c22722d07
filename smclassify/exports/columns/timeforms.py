"""The ways in which times are written, each as one pattern.

A pattern names its parts: ``y m d H M S`` as usual, ``p`` or ``q`` the half of the day before or
after the hour, ``z`` the time zone, ``a`` and ``b`` day and month in an order that the column
settles, ``e`` seconds since 1970, ``x`` days since 1899-12-30. A cell that fits two patterns
says the same in both: the order in which they are tried only matters for speed.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

MONTHS: Final = {
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
"""How the names of the months begin in English and French."""

_WEEKDAY: Final = r"(?:[^\W\d_]{2,9}\.?,?\s)?"
_CJK_WEEKDAY: Final = (
    r"(?:\s?\(?(?:[월화수목금토일](?:요일)?|[月火水木金土日]|(?:周|週|星期)[一二三四五六日天])\)?)?"
)
_MONTH: Final = rf"(?P<m>(?:{'|'.join(MONTHS)})[^\W\d_]{{0,6}})"
_HALF: Final = (
    r"[ap]\.?\s?m\.?|오전|오후|새벽|아침|저녁|밤|上午|下午|凌晨|清晨|早上|早晨|中午|晚上|傍晚"
)
_ZONE: Final = (
    r"\(?(?P<z>(?:UTC|GMT)?\s?[+-][01]?\d(?::?[0-5]\d){0,2}"
    r"|CEST|UTC|GMT|[ECMP][SD]T|[KJ]ST|CET|Z)\)?"
)
_TIME: Final = (
    rf"(?:(?P<p>{_HALF})\s?)?(?P<H>\d\d?)\s?[:h시时時点點]\s?"
    r"(?:(?P<M>\d\d?)(?:\s?[:분分]\s?(?:(?P<S>\d\d?)(?:[.,]\d{1,9})?\s?[초秒]?)?)?)?"
    rf"(?:\s?(?P<q>{_HALF}))?(?:\s{{0,2}}{_ZONE})?(?:\s?\([^()]{{1,40}}\))?"
)
_THEN: Final = r"(?:\s{0,2}(?:T|,|à|at|-|–|·|\|)\s{0,2}|\s{1,2})"
_AT: Final = rf"(?:{_THEN}{_TIME})?"


class Form(NamedTuple):
    """One way of writing times.

    Attributes
    ----------
    name : str
        For programs.
    says : str
        For people.
    pattern : re.Pattern
    any_figures : bool
        Whether figures fit as well as others where they stand: but for those of a zone.
    """

    name: str
    says: str
    pattern: re.Pattern[str]
    any_figures: bool = True


def _form(name: str, says: str, pattern: str, *, any_figures: bool = True) -> Form:
    return Form(name, says, re.compile(pattern, re.IGNORECASE), any_figures)


SLASHED: Final = _form(
    "day_and_month",
    "day and month",
    rf"(?P<a>\d\d?)(?:/(?P<b>\d\d?)/(?P<y>\d{{4}}|\d\d)|-(?P<b2>\d\d?)-(?P<y2>\d{{4}})){_AT}",
)
SERIAL: Final = _form(
    "serial",
    "days as Excel counts them",
    r"(?P<x>\d{5,6}(?:\.\d{1,15})?)",
    any_figures=False,
)
YEARLESS: Final = _form(
    "no_year",
    "month and day, without the year",
    # In numbers alone it must have an hour: 5-1 may be anything.
    rf"(?P<m>\d\d?)(?:[-/.](?P<d>\d\d?){_THEN}(?=.)|[월月]\s?(?P<d2>\d\d?)[일日]{_CJK_WEEKDAY}\s?)"
    rf"(?:{_TIME})?",
)
FORMS: Final = (
    _form(
        "iso",
        "ISO 8601",
        r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)(?:[T ](?P<H>\d\d):(?P<M>\d\d)"
        r"(?::(?P<S>\d\d)(?:[.,]\d{1,9})?)?\s?(?P<z>Z|UTC|[+-][01]\d:?[0-5]\d)?)?",
    ),
    _form(
        "year_first",
        "year first",
        r"(?:(?P<y>\d{4})\s?[-/.년年]\s?|(?P<y2>\d\d)\.\s?(?=\d\d?\.\s?\d\d?\.))"
        rf"(?P<m>\d\d?)\s?[-/.월月]\s?(?P<d>\d\d?)(?:\s?[일日]|\.)?{_CJK_WEEKDAY}"
        rf"(?:(?:{_THEN}|(?<=[일日.])|(?={_HALF})){_TIME})?",
    ),
    SLASHED,
    _form("day_first", "day first", rf"(?P<d>\d\d?)\.\s?(?P<m>\d\d?)\.\s?(?P<y>\d{{4}}){_AT}"),
    _form(
        "day_month_name",
        "day and name of the month",
        rf"{_WEEKDAY}(?P<d>\d\d?)(?:er|st|nd|rd|th)?[\s.-]{{1,2}}{_MONTH}\.?,?[\s-]{{1,2}}"
        rf"(?P<y>\d{{4}}|\d\d){_AT}",
    ),
    _form(
        "month_name_day",
        "name of the month and day",
        rf"{_WEEKDAY}{_MONTH}\.?\s(?P<d>\d\d?)(?:st|nd|rd|th)?,?\s(?P<y>\d{{4}}){_AT}",
    ),
    _form(
        "year_last",
        "name of the month, day, time, year",
        rf"{_WEEKDAY}{_MONTH}\s{{1,2}}(?P<d>\d\d?)\s(?P<H>\d\d?):(?P<M>\d\d)(?::(?P<S>\d\d))?\s"
        rf"(?:{_ZONE}\s)?(?P<y>\d{{4}})",
    ),
    _form(
        "compact",
        "year, month and day as one number",
        r"(?P<y>(?:19|2[012])\d\d)(?P<m>[01]\d)(?P<d>[0-3]\d)(?:[T\s]?(?P<H>[0-2]\d):?(?P<M>[0-5]\d)"
        rf"(?::?(?P<S>[0-5]\d)(?:\.\d{{1,9}})?)?\s?(?:{_ZONE})?)?",
        any_figures=False,
    ),
    _form(
        "epoch",
        "seconds, milliseconds or microseconds since 1970",
        r"(?P<e>[1-9]\d{9})(?:\d{3}|\d{6}|\d{9})?(?:\.\d{0,9})?",
        any_figures=False,
    ),
)
"""What is always looked for; :data:`SERIAL` and :data:`YEARLESS` only where the column allows."""
