"""What a person is told, in the languages of the user interface.

The words are data. ``wording.toml`` has a message and a suggestion for each rule that the
program brings along and each reason of the model; a company's own rules carry their words with
them. ``phrases.toml`` has names and single sentences.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final, NamedTuple

from smclassify.labels import LANGUAGES

UI_LANGUAGES: Final = LANGUAGES
"""The languages that the program speaks to its users."""

DEFAULT_UI_LANGUAGE: Final = "en"

MINUTES_IN: Final = MappingProxyType({"day": 1440, "hour": 60, "minute": 1})
"""The units that lengths of time are said in, the largest first."""

_BRACES: Final = re.compile(r"{([^{}]*)}")


class Words(NamedTuple):
    """A message and a suggestion, one sentence each."""

    message: str
    suggestion: str

    def filled(self, details: Mapping[str, str]) -> Words:
        """Return them with what is in braces filled in."""
        return Words(_filled(self.message, details), _filled(self.suggestion, details))


def _filled(sentence: str, details: Mapping[str, str]) -> str:
    # Not str.format: what is filled in comes from texts and may hold braces itself. They
    # are filled in all at once, so that nothing is taken for a name that a text brought.
    return _BRACES.sub(lambda found: details.get(found[1], found[0]), sentence)


@cache
def _catalogue() -> dict[str, dict[str, list[str]]]:
    text = files("smclassify").joinpath("wording.toml").read_text("utf-8")
    catalogue: dict[str, dict[str, list[str]]] = tomllib.loads(text)
    return catalogue


@cache
def _phrases() -> dict[str, dict[str, str]]:
    text = files("smclassify").joinpath("phrases.toml").read_text("utf-8")
    phrases: dict[str, dict[str, str]] = tomllib.loads(text)
    return phrases


def phrase(name: str, language: str = DEFAULT_UI_LANGUAGE, **details: object) -> str:
    """Return a name or sentence of ``phrases.toml`` with what is in braces filled in.

    Raises
    ------
    KeyError
        If there is none of this name, or not in this language.
    """
    return _filled(_phrases()[name][language], {key: str(it) for key, it in details.items()})


def phrases() -> frozenset[str]:
    """Return the names that there are phrases for."""
    return frozenset(_phrases())


def fitting_unit(minutes: float) -> str:
    """Return what a length of time is said in: minutes below two hours, hours below two days."""
    fitting = (unit for unit, size in MINUTES_IN.items() if minutes >= 2 * size)
    return next(fitting, "minute")


def label_name(label: str, language: str = DEFAULT_UI_LANGUAGE) -> str:
    """Return what a label or a language is called; one of a company's own by its own name."""
    name = f"name-{label}"
    return phrase(name, language) if name in _phrases() else label.replace("_", " ")


def words_of(name: str, language: str = DEFAULT_UI_LANGUAGE) -> Words:
    """Return what is said of a rule or reason.

    Parameters
    ----------
    name : str
        The rule's, the reason's or, for a model that has learned no reasons, the flag's.
    language : str
        One of :data:`UI_LANGUAGES`.

    Raises
    ------
    KeyError
        If the catalogue has no such name or language.
    """
    message, suggestion = _catalogue()[name][language]
    return Words(message, suggestion)


def own_label_words(label: str, language: str = DEFAULT_UI_LANGUAGE) -> Words:
    """Return what is said where a model finds a label of a company's own.

    Raises
    ------
    KeyError
        If the program doesn't speak that language.
    """
    return words_of("own-label", language).filled({"label": label})


def worded() -> frozenset[str]:
    """Return the names that the catalogue has words for."""
    return frozenset(_catalogue())


def language_name(code: str, language: str = DEFAULT_UI_LANGUAGE) -> str:
    """Return what a language is called in a language of the user interface, else its code."""
    name = f"platform-language-{code}"
    return words_of(name, language).message if name in _catalogue() else code
