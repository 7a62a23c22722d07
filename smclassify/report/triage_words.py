"""A triage in a reader's language: sentences of ``triage_words.toml``, figures by Babel."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Final, cast

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton, get_day_names
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from smclassify.labels import UNKNOWN_LANGUAGE
from smclassify.wording import (
    DEFAULT_UI_LANGUAGE,
    MINUTES_IN,
    UI_LANGUAGES,
    fitting_unit,
    label_name,
)

_PLURAL: Final = "other"
_ODD_SPACE: Final = str.maketrans({"\u202f": "\xa0"})
"""Narrow no-break spaces: few fonts and fewer terminals have them."""

Forms = str | Mapping[str, str]
"""A sentence, or one for each CLDR plural category of ``{count}``."""


@cache
def sentences() -> Mapping[str, Mapping[str, Forms]]:
    """Return every sentence by name and language, as the file has them."""
    text = files("smclassify.report").joinpath("triage_words.toml").read_text("utf-8")
    return tomllib.loads(text)


class Speech:
    """What a page or a terminal says, in one language.

    Parameters
    ----------
    language : str
        One of :data:`smclassify.wording.UI_LANGUAGES`.

    Raises
    ------
    ValueError
        If the program doesn't speak it.
    """

    def __init__(self, language: str = DEFAULT_UI_LANGUAGE) -> None:
        if language not in UI_LANGUAGES:
            raise ValueError(f"no words in {language!r}, only in {', '.join(UI_LANGUAGES)}")
        self.language = language
        self._locale = Locale.parse(language)

    def say(self, name: str, /, **details: object) -> str:
        """Return a sentence with what is in braces filled in; numbers as :meth:`number` has them.

        Raises
        ------
        KeyError
            If there is no such sentence, or a detail is missing.
        """
        forms = sentences()[name][self.language]
        if not isinstance(forms, str):
            category = self._locale.plural_form(cast(int, details["count"]))
            forms = forms.get(category, forms[_PLURAL])
        return forms.format_map({key: self._detail(value) for key, value in details.items()})

    def _detail(self, value: object) -> str:
        return self.number(value) if isinstance(value, int | float) else str(value)

    def number(self, value: float) -> str:
        """Return a number; below ten with one decimal, if it has any."""
        rounded = round(value, 1) if abs(value) < 10 else round(value)
        return self._plain(format_decimal(rounded, locale=self._locale))

    def percent(self, part: float, whole: float = 1) -> str:
        """Return a share as a percentage that never claims all or nothing unless it is so."""
        share = part / whole if whole else 0.0
        sign, shown = "", share
        if 0 < share < 0.005:
            sign, shown = "<", 0.01
        elif 0.995 <= share < 1:
            sign, shown = ">", 0.99
        return sign + self._plain(format_percent(shown, locale=self._locale))

    def day(self, when: date) -> str:
        """Return a day with its year."""
        return self._skeleton("yMMMd", when)

    def moment(self, when: datetime) -> str:
        """Return a day and a time of day, to the minute."""
        return self._together(self.day(when), self._skeleton("Hm", when))

    def weekday_moment(self, when: datetime) -> str:
        """Return a moment with its day of the week."""
        return self._together(self._skeleton("yMMMEd", when), self._skeleton("Hm", when))

    def period(self, start: datetime, end: datetime) -> str:
        """Return from when to when, the day only once if it is the same."""
        if start.date() == end.date():
            hours = f"{self._skeleton('Hm', start)}–{self._skeleton('Hm', end)}"
            return self._together(self._skeleton("yMMMEd", start), hours)
        return self.say("period", start=self.moment(start), end=self.moment(end))

    def tick(self, when: datetime, step: str) -> str:
        """Return the label of a place on a time axis whose ticks stand "hour", "day", ... apart."""
        if step in ("month", "year"):
            return self._skeleton("yMMM", when)
        if step == "hour" and (when.hour or when.minute):
            return self._skeleton("Hm", when)
        return self._skeleton("MMMd", when)

    def span(self, when: datetime, step: str) -> str:
        """Return what a span that begins then is called in a table."""
        if step == "hour":
            return self.moment(when)
        return self._skeleton("yMMM", when) if step == "month" else self.day(when)

    def length(self, minutes: float) -> str:
        """Return a length of time in words: minutes below two hours, hours below two days."""
        return self._length(minutes, fitting_unit(minutes))

    def exact_length(self, minutes: int) -> str:
        """Return a length that must not be rounded, such as a target, in its largest unit."""
        even = (unit for unit, size in MINUTES_IN.items() if minutes % size == 0)
        return self._length(minutes, next(even))

    def _length(self, minutes: float, unit: str) -> str:
        return self.say(f"{unit}s", count=max(1, round(minutes / MINUTES_IN[unit])))

    def weekday(self, number: int) -> str:
        """Return the name of a day of the week, 0 for Monday."""
        return str(get_day_names("wide", locale=self._locale)[number])

    def listed(self, words: Sequence[str]) -> str:
        """Return words as a list in a sentence."""
        return str(format_list(list(words), locale=self._locale)) if words else ""

    def paragraph(self, said: Sequence[str]) -> str:
        """Return sentences one after the other."""
        return ("" if self.language == "zh" else " ").join(said)

    def quoted(self, words: Sequence[str]) -> str:
        """Return words in quotation marks, one after the other."""
        marked = [self.say("quote", what=word) for word in words]
        return ("" if self.language == "zh" else ", ").join(marked)

    def label(self, name: str) -> str:
        """Return what a kind, a department or a mood is called."""
        return label_name(name, self.language)

    def language_name(self, code: str) -> str:
        """Return what a language is called, or its code where it has no name."""
        if code in (*UI_LANGUAGES, UNKNOWN_LANGUAGE):
            return label_name(code, self.language)
        try:
            name = Locale.parse(code, sep="-").get_display_name(self._locale)
        except (UnknownLocaleError, ValueError):
            return code
        return str(name or code)

    def _together(self, day: str, hours: str) -> str:
        pattern = str(self._locale.datetime_formats["medium"])
        return self._plain(pattern.format(hours, day))

    def _skeleton(self, skeleton: str, when: date) -> str:
        return self._plain(format_skeleton(skeleton, when, locale=self._locale))

    @staticmethod
    def _plain(text: str) -> str:
        return str(text).translate(_ODD_SPACE)
