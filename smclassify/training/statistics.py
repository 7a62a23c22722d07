"""What can be counted of labelled texts beside their labels: lengths, voices, labels that agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import matthews_corrcoef

from smclassify.evaluation.metrics import ALL
from smclassify.labelled import LabelledTexts
from smclassify.labels import DEPARTMENTS, KINDS, UNKNOWN_LANGUAGE
from smclassify.model.indexing import UNLABELLED

_ONE_OF: Final = (frozenset(KINDS), frozenset(DEPARTMENTS))
_FEWEST_TEXTS: Final = 20
_FEWEST_WITH: Final = 5


@dataclass(frozen=True)
class Lengths:
    """How long texts are, in characters: the shortest, the longest, and quantiles between."""

    texts: int
    shortest: int
    median: int
    p95: int
    longest: int

    @classmethod
    def of(cls, characters: Sequence[int]) -> Lengths:
        """Return those of at least one text."""
        median, p95 = np.quantile(characters, [0.5, 0.95], method="inverted_cdf")
        return cls(len(characters), min(characters), int(median), int(p95), max(characters))


@dataclass(frozen=True)
class Voices:
    """Who speaks, or in how many threads.

    Attributes
    ----------
    known : int
        Texts that say it.
    distinct : int
        How many different ones there are.
    most : int
        Texts of the one with the most.
    """

    known: int
    distinct: int
    most: int

    @classmethod
    def of(cls, names: Sequence[str]) -> Voices:
        """Return those of some names, of which empty ones are not known."""
        counts = Counter(name for name in names if name)
        return cls(counts.total(), len(counts), max(counts.values(), default=0))


@dataclass(frozen=True)
class Agreement:
    """How far two labels go together.

    Attributes
    ----------
    one, other : str
    texts : int
        Texts that both are known of.
    with_one, with_other, with_both : int
        How many of them have it.
    phi : float
        Their correlation (Matthews' or the phi coefficient): 1 always together, 0 by chance,
        -1 never together.
    """

    one: str
    other: str
    texts: int
    with_one: int
    with_other: int
    with_both: int
    phi: float


@dataclass(frozen=True)
class Statistics:
    """What is counted of the texts of one task.

    Attributes
    ----------
    lengths : dict of str to Lengths
        By language, :data:`smclassify.evaluation.metrics.ALL` first.
    authors, threads : Voices
    agreements : tuple of Agreement
        The closest first; never of two kinds or two departments, of which a text has one.
    """

    lengths: dict[str, Lengths]
    authors: Voices
    threads: Voices
    agreements: tuple[Agreement, ...]


def statistics_of(texts: LabelledTexts, languages: Sequence[str] | None = None) -> Statistics:
    """Count.

    Parameters
    ----------
    texts : LabelledTexts, of length n
        At least one.
    languages : sequence of str, length n, optional
        Defaults to what the file says.
    """
    told = languages or [language or UNKNOWN_LANGUAGE for language in texts.languages]
    characters = [len(text) for text in texts.texts]
    by_language: dict[str, list[int]] = {ALL: characters}
    for language, length in zip(told, characters, strict=True):
        by_language.setdefault(language, []).append(length)
    return Statistics(
        {language: Lengths.of(some) for language, some in by_language.items()},
        Voices.of(texts.authors),
        Voices.of(texts.threads),
        tuple(sorted(_agreements(texts), key=lambda one: -abs(one.phi))),
    )


def _agreements(texts: LabelledTexts) -> list[Agreement]:
    found = []
    for one, other in combinations(texts.heads, 2):
        if any({one, other} <= names for names in _ONE_OF):
            continue
        agreement = _agreement(one, texts.column(one), other, texts.column(other))
        if agreement is not None:
            found.append(agreement)
    return found


def _agreement(
    one: str, first: NDArray[np.int64], other: str, second: NDArray[np.int64]
) -> Agreement | None:
    """Return how far two columns of labels agree; None where too few texts could say."""
    known = (first != UNLABELLED) & (second != UNLABELLED)
    with_one, with_other = first[known] == 1, second[known] == 1
    counts = (int(with_one.sum()), int(with_other.sum()))
    if known.sum() < _FEWEST_TEXTS or min(counts) < _FEWEST_WITH:
        return None
    phi = float(matthews_corrcoef(with_one, with_other))
    both = int((with_one & with_other).sum())
    return Agreement(one, other, int(known.sum()), *counts, both, phi)
