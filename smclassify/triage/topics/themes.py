"""What complaints are about: the themes of each language, and whether they grow."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, stats

from smclassify.triage.facts import Bools, Facts, Places
from smclassify.triage.stored import Untold, told_themes
from smclassify.triage.survey import Theme, TriagedRow
from smclassify.triage.topics.terms import Terms, distinct, likelihood_ratio
from smclassify.triage.topics.words import verdicts

FEWEST: Final = 20
"""Complaints of a language below which there are no themes of it."""

WORDS: Final = 5
EXAMPLES: Final = 3
CHANCE: Final = 0.01
"""A difference between the halves that is likelier by chance is none."""

_LEAST_SAMPLE: Final = 2_000
_CONTRAST: Final = 5_000
_SMALLEST: Final = 0.01
_TOPICS: Final = 18
_CERTAIN: Final = 1.96
_TOLD_APART: Final = 0.25
_TELLING: Final = 5.0
_PER_TOPIC: Final = 25
_WEAK: Final = 0.05
_RELATED: Final = 1.3
_COMMON: Final = 0.1
_TYPICAL: Final = (20, 300)


@dataclass(frozen=True)
class _Sample:
    """Complaints of a language that are looked at.

    Attributes
    ----------
    places : ndarray of int64, shape (n,)
        Their rows, in order.
    total : int
        How many complaints there are in that language.
    terms : Terms
        Of these, and behind them of some other comments.
    held : csr_matrix, shape (n, m)
        Which complaint holds which of the terms that count.
    weight : ndarray of float64, shape (m,)
        What each term counts for.
    """

    places: Places
    total: int
    terms: Terms
    held: Any
    weight: NDArray[np.float64]


def find_themes(
    facts: Facts, tell: Callable[[int], TriagedRow], *, most: int = 12, sample: int = 20_000
) -> tuple[Theme, ...]:
    """Find what the complaints in each language are about.

    Topics are found by non-negative matrix factorisation of the terms' TF-IDF (Lee and Seung
    1999), from a start that is the same each time (NNDSVD with means, Boutsidis and Gallopoulos
    2008); for texts as short as comments its topics are clearer than those of LDA (Chen et al.
    2019, "Experimental explorations on short text topic mining"). A term counts for as much as
    complaints hold it oftener than other comments do, and names one topic only. A theme
    is then plainly the complaints that hold one of its words: that is what is counted, and a
    reader can check it.

    Parameters
    ----------
    facts : Facts
        Of the whole export.
    tell : callable
        Tells of a row, by its place from 0.
    most : int
        Themes wanted in all; each language has at least two of them, if it has any.
    sample : int
        Complaints looked at, drawn by a hash of their place, each language its share; what is
        counted in them is scaled up.

    Returns
    -------
    tuple of Theme
        Those of most complaints first.
    """
    return told_themes(untold_themes(facts, most=most, sample=sample), tell)


def untold_themes(facts: Facts, *, most: int = 12, sample: int = 20_000) -> tuple[Untold, ...]:
    """Find themes as :func:`find_themes` does; return each with the places of its examples."""
    complaints = facts.of_kind("complaint")
    middle = _middle(facts, complaints)
    found = []
    for number, language in enumerate(facts.languages):
        mine = np.flatnonzero(complaints & (facts.table["lang"] == number))
        if len(mine) >= FEWEST:
            quota = max(int(sample * len(mine) / complaints.sum()), _LEAST_SAMPLE)
            drawn = _sample(facts, mine, number, quota)
            found += [
                _Found(rank, language, drawn, words)
                for rank, words in enumerate(_topics(drawn, most))
            ]
    # The two largest of each language, then whatever is largest.
    found.sort(key=lambda theme: (theme.rank >= 2, -theme.comments, theme.language))
    kept = sorted(found[:most], key=lambda theme: (-theme.comments, theme.language, theme.rank))
    return tuple((_told(facts, theme, middle), tuple(_examples(facts, theme))) for theme in kept)


class _Found:
    """A theme before it is told of: its words, and which complaints hold one of them."""

    def __init__(self, rank: int, language: str, sample: _Sample, words: Sequence[int]) -> None:
        self.rank = rank
        self.language = language
        self.sample = sample
        self.words = words
        self.hits = np.asarray(sample.held[:, words].sum(axis=1)).ravel()
        self.members: Bools = self.hits > 0
        self.share = float(self.members.mean())
        self.comments = round(self.share * sample.total)


def _sample(facts: Facts, mine: Places, language: int, quota: int) -> _Sample:
    """Draw complaints of a language, and other comments that they are held against.

    Where what these lack is hardly ever said, or there are none, all terms count alike.
    """
    places = _drawn(mine, quota)
    others = facts.judged & (facts.table["lang"] == language)
    others[mine] = False
    contrast = _drawn(np.flatnonzero(others), _CONTRAST)
    texts = [*facts.texts(places), *facts.texts(contrast)]
    terms = Terms(texts, least=3, without=verdicts())
    n = len(places)
    held, other = terms.matrix[:n], terms.matrix[n:]
    inside, outside = (np.asarray(part.sum(axis=0), np.float64).ravel() for part in (held, other))
    score = likelihood_ratio(inside, n, outside, len(contrast))
    score[_topical(inside / n, outside / max(len(contrast), 1))] = 0
    score[inside < max(3, n / 1000)] = 0
    weight = np.where(score >= _CERTAIN, np.minimum(score, _TELLING), 0)
    if (held[:, weight > 0].getnnz(axis=1) > 0).mean() < _TOLD_APART:
        weight = np.where(inside >= max(3, n / 1000), 1.0, 0)
    held = (held @ sparse.diags((weight > 0).astype(np.float32))).tocsr()
    held.eliminate_zeros()
    return _Sample(places, len(mine), terms, held, weight)


def _topical(inside: NDArray[np.float64], outside: NDArray[np.float64]) -> Bools:
    """Return which terms are what everybody here speaks of: flights, to an airline."""
    return np.asarray((inside > _COMMON) & (outside > _COMMON) & (inside < 3 * outside))


def _drawn(places: Places, most: int) -> Places:
    """Return so many of some rows, by a hash of their place, in order."""
    if len(places) <= most:
        return places
    mixed = places.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(31))) * np.uint64(0xBF58476D1CE4E5B9)
    return np.sort(places[np.argsort(mixed, kind="stable")[:most]])


def _topics(sample: _Sample, most: int) -> list[list[int]]:
    """Return the terms of each theme, of the largest first."""
    from sklearn.decomposition import NMF
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.feature_extraction.text import TfidfTransformer
    from sklearn.preprocessing import normalize

    columns = np.flatnonzero(sample.held.getnnz(axis=0))
    rows = np.flatnonzero(sample.held.getnnz(axis=1))
    k = min(_TOPICS, len(columns), -(-len(rows) // 20))
    if k < 1:
        return []
    weighed = TfidfTransformer(norm=None).fit_transform(sample.held[rows][:, columns])
    weighed = normalize(weighed @ sparse.diags(sample.weight[columns]))
    model = NMF(k, init="nndsvda", random_state=0, max_iter=150, tol=1e-3)
    with warnings.catch_warnings(), np.errstate(invalid="ignore"):  # an error of -1e-16
        warnings.simplefilter("ignore", ConvergenceWarning)  # near enough for a few words
        model.fit(weighed.astype(np.float64))
    strength = model.components_
    owner = strength.argmax(axis=0)
    common = np.sqrt(sample.held[:, columns].getnnz(axis=0))
    by_column = sample.held.tocsc()
    found = []
    for topic in range(k):
        mine = np.flatnonzero((owner == topic) & (strength[topic] > strength[topic].max() * _WEAK))
        ranked = columns[mine[np.argsort(-strength[topic, mine] * common[mine], kind="stable")]]
        ranked = _related(by_column, ranked[:_PER_TOPIC])
        found.append(distinct(sample.terms, ranked.tolist(), by_column, WORDS))
    return _largest(sample, found)[:most]


def _related(held: Any, ranked: Places) -> Places:
    """Return those terms that stand together with the first one oftener than by chance."""
    if not len(ranked):
        return ranked
    first, all_of_them = held[:, ranked[:1]], held[:, ranked]
    together = np.asarray((first.T @ all_of_them).todense()).ravel()
    usual = first.sum() * np.asarray(all_of_them.sum(axis=0)).ravel() / held.shape[0]
    near = (together >= 2) & (together >= _RELATED * usual)
    near[0] = True
    return np.asarray(ranked[near])


def _largest(sample: _Sample, found: list[list[int]]) -> list[list[int]]:
    sizes = [int((sample.held[:, words].getnnz(axis=1) > 0).sum()) for words in found]
    least = max(3, len(sample.places) * _SMALLEST)
    order = sorted(range(len(found)), key=lambda topic: -sizes[topic])
    return [found[topic] for topic in order if sizes[topic] >= least]


def _middle(facts: Facts, complaints: Bools) -> int | None:
    """Return the time that half of all complaints were written before."""
    times = facts.table["time"][complaints & facts.timed]
    return int(np.sort(times)[len(times) // 2]) if len(times) else None


def _told(facts: Facts, theme: _Found, middle: int | None) -> Theme:
    """Return what there is to say of a theme but its examples."""
    earlier, later, p_value = _halves(facts, theme, middle)
    trend = "unknown"
    if p_value is not None and earlier is not None and later is not None:
        growth = "growing" if later > earlier else "shrinking"
        trend = growth if p_value < CHANCE else "steady"
    return Theme(
        words=tuple(theme.sample.terms.name(word) for word in theme.words),
        language=theme.language,
        comments=theme.comments,
        share=theme.share,
        earlier_share=earlier,
        later_share=later,
        trend=trend,
        p_value=p_value,
        examples=(),
    )


def _halves(
    facts: Facts, theme: _Found, middle: int | None
) -> tuple[float | None, float | None, float | None]:
    """Return the share of a theme in both halves, and the chance of such a difference.

    By the pooled test of two proportions; None where a half has too few complaints.
    """
    places = theme.sample.places
    timed = facts.timed[places]
    if middle is None:
        return None, None, None
    after = facts.table["time"][places] >= middle
    halves = [timed & ~after, timed & after]
    n, m = (int(half.sum()) for half in halves)
    if min(n, m) < FEWEST // 2:
        return None, None, None
    a, b = (int(theme.members[half].sum()) for half in halves)
    pooled = (a + b) / (n + m)
    error = float(np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m)))
    z = (b / m - a / n) / error if error else 0.0
    return a / n, b / m, float(2 * stats.norm.sf(abs(z)))


def _examples(facts: Facts, theme: _Found) -> Iterator[int]:
    """Yield rows that hold most of a theme and little else, no two of them copies."""
    sample = theme.sample
    rows = np.flatnonzero(theme.members)
    said = sample.held[rows].getnnz(axis=1)
    score = theme.hits[rows] / np.sqrt(said + 2)
    best = rows[np.argsort(-score, kind="stable")[: 10 * EXAMPLES]]
    places = sample.places[best]
    lengths = np.array([len(text) for text in facts.texts(places)])
    shortest, longest = _TYPICAL
    awkward = (lengths < shortest) | (lengths > longest)
    seen: set[int] = set()
    given = 0
    for place in places[np.argsort(awkward, kind="stable")].tolist():
        bands = set(facts.table["copies"][place].tolist()) - {0}
        if seen.isdisjoint(bands):
            seen |= bands
            given += 1
            yield place
        if given == EXAMPLES:
            return
