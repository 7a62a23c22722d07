"""Figures and names in words a person would use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from smclassify.labels import DESCRIPTIONS, LANGUAGE_NAMES

_WORDS: Final = (
    (0.95, "almost certainly"),
    (0.8, "very likely"),
    (0.6, "likely"),
    (0.4, "perhaps"),
    (0.2, "possibly"),
    (0.0, "faintly"),
)


def probability(score: float) -> str:
    """Return a probability in words with its figure, such as ``"very likely, 87%"``.

    Never "100%" for what is not certain, nor "0%" for what is not impossible; a plain rule's
    certainty has no figure.
    """
    if score >= 1.0:
        return "certainly"
    word = next(word for least, word in _WORDS if score >= least or least == 0.0)
    return f"{word}, {percent(score)}"


def percent(score: float) -> str:
    """Return a probability as a percentage that never pretends to be certain."""
    if 0.995 <= score < 1.0:
        return "over 99%"
    if 0.0 < score <= 0.005:
        return "under 1%"
    return f"{score:.0%}"


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun: ``"1 draft"``, ``"1,200 drafts"``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def name(label: str) -> str:
    """Return a label as words: ``"self_centered"`` is "self-centered", others lose the ``_``."""
    return label.replace("self_", "self-").replace("_", " ")


OWN_LABEL: Final = "a label of your own"


def describe(label: str) -> str:
    """Return what a label means, or nothing for one of a company's own."""
    return DESCRIPTIONS.get(label, "")


def language(code: str) -> str:
    """Return a language's name, or its code where it has no name here."""
    return LANGUAGE_NAMES.get(code, code)


def listed(words: Sequence[str]) -> str:
    """Return words as a list in a sentence: ``"a, b and c"``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
