"""Times in words, for which dateparser is asked."""

from __future__ import annotations

import warnings
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any, Final

_LANGUAGES: Final = ("en", "fr", "ko", "zh")
# The base of relative times: what comes back with its odd microseconds was counted from there.
_MARK: Final = time(0, 0, 0, 123_457)


def ask_dateparser(text: str, today: date | None) -> datetime | None:
    """Return what dateparser reads, to the day at least; counted from today where it is given."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = _dateparser(today).get_date_data(text)
        except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError):
            return None  # it fails in many ways on what is no date; that is then no time
    moment: datetime | None = found.date_obj
    if moment is None or found.period != "day":
        return None
    if today is None:
        return moment
    if moment.date() > today:
        return None
    counted = moment.microsecond == _MARK.microsecond
    return None if counted and moment.time() != _MARK else moment


@lru_cache(maxsize=8)
def _dateparser(today: date | None) -> Any:
    from dateparser.date import DateDataParser

    settings: dict[str, object] = {
        "PARSERS": ["absolute-time"],
        "REQUIRE_PARTS": ["year", "month", "day"],
    }
    if today is not None:
        settings["PARSERS"] = ["relative-time"]
        settings["RELATIVE_BASE"] = datetime.combine(today, _MARK)
    # What one cell is must not depend on the cells before it.
    return DateDataParser(languages=list(_LANGUAGES), settings=settings, try_previous_locales=False)
