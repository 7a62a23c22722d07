"""What a burst is about: the words that set it apart, and which comments are part of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.triage.facts import BANDS, DAY, HOUR, Bools, Facts, Places
from smclassify.triage.watch.baseline import Ints
from smclassify.triage.watch.bursts import Excess, Outlook, sharpen

INSIDE: Final = 2_000
OUTSIDE: Final = 4_000
OUTSIDE_LEAST: Final = 100
LANGUAGE_SHARE: Final = 0.2
"""Of a burst's comments, from which on a language is one of the burst's."""
READ: Final = 5_000
"""Comments that are read: to find the words, and to see which of a burst's comments hold them."""
LENGTH: Final = 2_000
"""Characters of a comment in which words are looked for."""
AROUND: Final = 3 * HOUR
"""Before and after a burst, comments without its label are read, too, for its words."""
TELLING: Final = 5
CORE: Final = 3
LEAST_LIFT: Final = 1e-3
CORE_SHARE: Final = 0.3
"""Where fewer of a burst's comments hold a word, the words don't say which belong to it."""

StandOut = Callable[[Places, Places], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Series:
    """The comments of one label, by time.

    Attributes
    ----------
    label : {"complaint", "crisis"}
        What they have in common.
    places, times : ndarray of int64, shape (k,)
        Their rows, and when they came.
    """

    label: str
    places: Places
    times: Ints

    def between(self, start: int, end: int) -> Series:
        """Return the comments from one moment to another, both included."""
        first, last = np.searchsorted(self.times, start), np.searchsorted(self.times, end, "right")
        return Series(self.label, self.places[first:last], self.times[first:last])

    def without(self, bursts: Sequence[Excess]) -> Series:
        """Return the comments outside of bursts."""
        keep = np.ones(len(self.times), dtype=np.bool_)
        for burst in bursts:
            keep[slice(*np.searchsorted(self.times, [burst.start, burst.end + 1]))] = False
        return Series(self.label, self.places[keep], self.times[keep])


@dataclass(frozen=True, slots=True)
class Outbreak:
    """A burst with its words.

    Attributes
    ----------
    start, end : int
        Seconds since 1970 of its first and last comment.
    words : tuple of str
        What sets it apart, the most telling first.
    members : ndarray of int64
        The rows of the comments that are part of it, by time.
    """

    start: int
    end: int
    words: tuple[str, ...]
    members: Places


@dataclass(frozen=True, slots=True)
class Quiet:
    """The comments outside of all bursts.

    Attributes
    ----------
    complaints : ndarray of int64
        Rows of those that complain.
    own : ndarray of int64
        Rows of those with the label of the burst in question.
    every : ndarray of int64
        All rows.
    """

    complaints: Places
    own: Places
    every: Places


def outbreak_of(
    burst: Excess,
    series: Series,
    every: Series,
    outlook: Outlook,
    *,
    facts: Facts,
    stand_out: StandOut,
    quiet: Quiet,
) -> Outbreak:
    """Return what a burst is about, and its start and end by the comments that are about it.

    Once the words are known, comments that hold none of them are background. Those that do are
    rare before and after a burst, whatever else they are ("same here, handle just snapped" is
    hardly a complaint), and so its start and end are read again with that in mind.

    Parameters
    ----------
    series : Series
        The comments of its label, without those of other bursts.
    every : Series
        All comments, whatever their label.
    """
    inside = series.between(burst.start, burst.end)
    words = stand_out(*_comparable(facts, inside.places, quiet.complaints))
    plain = Outbreak(burst.start, burst.end, words, inside.places)
    near = series.between(burst.start - DAY, burst.end + DAY)
    if not words or len(near.places) > READ or outlook.grid.step == DAY:
        return plain
    related = words_held(facts, words, near.places) > 0
    others = _related_others(facts, words, burst, series, every)
    lifts = _lifts(
        related[(near.times >= burst.start) & (near.times <= burst.end)],
        len(others.between(burst.start, burst.end).places),
        float(outlook.between(burst.start, burst.end)),
        *_usual_shares(facts, words, quiet),
    )
    if lifts is None:
        return plain
    of_related, of_unrelated, of_others = lifts
    lift = np.where(related, of_related, of_unrelated)
    times = np.concatenate([near.times, others.times])
    order = np.argsort(times, kind="stable")
    lift = np.concatenate([lift, np.full(len(others.times), of_others)])
    start, end = sharpen(times[order], outlook, burst.start, burst.end, lift[order])
    related = np.concatenate([related, np.ones(len(others.times), dtype=np.bool_)])
    members = order[(related & (times >= start) & (times <= end))[order]]
    return Outbreak(start, end, words, np.concatenate([near.places, others.places])[members])


def _lifts(
    related: Bools, others: int, usual: float, share: float, besides: float
) -> tuple[float, float, float] | None:
    """Return how much likelier comments are among those on top in a burst than usually.

    Parameters
    ----------
    related : ndarray of bool, shape (k,)
        Of the burst's comments with its label, which hold a word.
    others : int
        Of the comments without its label, how many do.
    usual : float
        How many comments with its label are usual in that time.
    share, besides : float
        How many comments with and without its label usually hold a word, for each with it.

    Returns
    -------
    tuple of float, or None
        For comments with the label that hold a word, and that don't, and for others that do;
        None if the words don't say which comments belong to the burst.
    """
    core = float(np.count_nonzero(related) - share * usual)
    extra = max(len(related) - usual, 1.0)
    if core < CORE or core < CORE_SHARE * extra:
        return None
    unrelated = max(extra - core, 0.05 * extra)
    more = max(others - besides * usual, 0.0)
    total = core + unrelated + more
    return (
        core / total / share,
        unrelated / total / (1 - share),
        max(more / total / besides, LEAST_LIFT),
    )


def _related_others(
    facts: Facts, words: Sequence[str], burst: Excess, series: Series, every: Series
) -> Series:
    """Return the comments without the burst's label that hold its words, around that time."""
    near = every.between(burst.start - AROUND, burst.end + AROUND)
    keep = ~np.isin(near.places, series.places)
    if np.count_nonzero(keep) > READ:
        keep[:] = False
    places, times = near.places[keep], near.times[keep]
    held = words_held(facts, words, places) > 0
    return Series("", places[held], times[held])


def _usual_shares(facts: Facts, words: Sequence[str], quiet: Quiet) -> tuple[float, float]:
    """Return how many comments usually hold a word: of those with the label, and besides these.

    Both for each comment with the label.
    """
    own = _sample(quiet.own, READ // 5)
    share = (np.count_nonzero(words_held(facts, words, own)) + 1) / (len(own) + 2)
    others = _sample(quiet.every, READ // 5)
    others = others[~np.isin(others, quiet.own)]
    besides = (np.count_nonzero(words_held(facts, words, others)) + 1) / (len(others) + 2)
    times_as_many = max(len(quiet.every) - len(quiet.own), 1) / max(len(quiet.own), 1)
    return share, besides * times_as_many


def _comparable(facts: Facts, inside: Places, quiet: Places) -> tuple[Places, Places]:
    """Return a sample of a burst and one of other complaints, in the burst's languages.

    Among comments in four languages the everyday words of one set a burst in it apart, and those
    of a few passers-by in another do, too. Where there are too few others, all languages' are
    taken.
    """
    lang = facts.table["lang"]
    counts = np.bincount(lang[inside])
    usual = np.flatnonzero(counts >= LANGUAGE_SHARE * len(inside))
    others = quiet[np.isin(lang[quiet], usual)]
    if len(others) < OUTSIDE_LEAST:
        return _sample(inside, INSIDE), _sample(quiet, OUTSIDE)
    return _sample(inside[np.isin(lang[inside], usual)], INSIDE), _sample(others, OUTSIDE)


def words_held(facts: Facts, words: Sequence[str], places: Places) -> NDArray[np.int64]:
    """Return how many of the words each comment holds; a word may go on ("refund", "refunds")."""
    patterns = [
        re.compile(r"(?<![^\W\d_가-힣一-鿿])" + re.escape(word), re.IGNORECASE) for word in words
    ]
    texts = [text[:LENGTH] for text in facts.texts(places)]
    held = (sum(pattern.search(text) is not None for pattern in patterns) for text in texts)
    return np.fromiter(held, dtype=np.int64, count=len(texts))


def most_telling(facts: Facts, outbreak: Outbreak) -> list[int]:
    """Return the places of up to five of its comments: many words, likely cases, no copies."""
    places = _sample(outbreak.members, READ)
    rows = facts.table[places]
    held = words_held(facts, outbreak.words, places) / max(len(outbreak.words), 1)
    score = held + np.maximum(rows["crisis"], rows["private"])
    chosen: list[int] = []
    seen: set[int] = set()
    for place in np.argsort(-score, kind="stable"):
        bands = set(rows["copies"][place].tolist()) - {0}
        if not bands & seen:
            chosen.append(int(places[place]))
            seen |= bands
        if len(chosen) == TELLING:
            break
    return chosen


def count_copies(facts: Facts, places: Places) -> int:
    """Return how many of the rows share a sketch with another one of them."""
    sketches = facts.table["copies"][places]
    shared = np.zeros(len(places), dtype=np.bool_)
    for band in range(BANDS):
        _, which, sizes = np.unique(sketches[:, band], return_inverse=True, return_counts=True)
        shared |= (sizes[which] > 1) & (sketches[:, band] != 0)
    return int(np.count_nonzero(shared))


def _sample(places: Places, most: int) -> Places:
    """Return at most so many of the rows, evenly spread."""
    if len(places) <= most:
        return places
    return places[np.linspace(0, len(places) - 1, most).astype(np.int64)]
