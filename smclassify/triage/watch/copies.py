"""Comments that say nearly the same: campaigns, and copy-paste attacks.

Texts that share a sketch (:mod:`.sketches`) are compared by all their shingles.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.labels import KINDS
from smclassify.triage.facts import BANDS, Bools, Facts, Places
from smclassify.triage.standing import believable
from smclassify.triage.survey import CopyGroup, TriagedRow
from smclassify.triage.watch.sketches import Words64, likeness, sketches, weights

__all__ = ["copy_groups", "sketches"]

LIKE: Final = 0.6
"""Share of shingles in common from which on a text belongs to a group."""

IN_EARNEST: Final = 60
"""What a text must weigh (30 letters, 20 of Han or Hangul) where nobody complains.

Praise is short, and many people say the same without knowing of each other.
"""

_SWEEPS: Final = 2
_PAIRS: Final = 2_048
_HARMLESS: Final = frozenset({"praise", "question", "suggestion", "chatter"})
_MIX: Final = np.uint64(0xBF58476D1CE4E5B9)
_HALF: Final = np.uint64(32)
_EPOCH: Final = datetime(1970, 1, 1)


def copy_groups(
    facts: Facts,
    tell: Callable[[int], TriagedRow],
    *,
    least: int = 5,
    most: int = 20,
) -> tuple[tuple[CopyGroup, ...], NDArray[np.int32]]:
    """Find the comments that say nearly the same as several others.

    Every member is like its group's most usual text (:data:`LIKE`), so that a chain of small
    changes doesn't hold unlike texts together. Groups in which nobody complains, insults or
    advertises count only if their text is long (:data:`IN_EARNEST`).

    Parameters
    ----------
    facts : Facts
        Only rows that count are looked at.
    tell : callable
        Tells of a row, by its place from 0.
    least : int
        Comments from which on they are a group.
    most : int
        Groups told of.

    Returns
    -------
    tuple of CopyGroup
        The largest first.
    ndarray of int32, shape (n,)
        How large the group of each row is, of all groups; 0 for none.
    """
    size = np.zeros(len(facts), np.int32)
    rows = np.flatnonzero(facts.judged & (facts.table["copies"][:, 0] != 0))
    group = _grouped(facts, rows)
    names, inverse, counts = np.unique(group, return_inverse=True, return_counts=True)
    large = np.flatnonzero(counts >= least)
    large = large[np.lexsort((names[large], -counts[large]))]
    members = rows[np.argsort(inverse, kind="stable")]
    begins = np.cumsum(counts) - counts
    large = large[_in_earnest(facts, members, begins[large], counts[large])]
    mine = _runs(begins[large], counts[large])
    size[members[mine]] = np.repeat(counts[large], counts[large])
    believed = believable(facts.table["time"])
    told = []
    for number in large[:most].tolist():
        copies = members[begins[number] : begins[number] + counts[number]]
        told.append(_told(facts, copies, tell, believed[copies]))
    return tuple(told), size


def _grouped(facts: Facts, rows: Places) -> Places:
    """Return, for each row, the row whose text its group is held against.

    Rows with the same sketches are one version. Each band in turn, and all of them twice,
    a version follows the most usual one of those that it meets there or that these follow,
    if its text is like that one's.
    """
    if not len(rows):
        return rows
    bands = facts.table["copies"][rows]
    mixed = bands[:, 0].copy()
    for band in range(1, BANDS):
        mixed = (mixed ^ (mixed >> _HALF)) * _MIX + bands[:, band]
    _, first, version, counts = np.unique(
        mixed, return_index=True, return_inverse=True, return_counts=True
    )
    order = np.lexsort((first, -counts))  # the most usual version has rank 0
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    places = rows[first[order]]
    leader = np.arange(len(order))
    for _ in range(_SWEEPS):
        for band in range(BANDS):
            _follow(facts, places, bands[first[order], band], leader)
    return np.asarray(places[leader[rank[version]]])


def _follow(facts: Facts, places: Places, band: Words64, leader: Places) -> None:
    """Let versions follow the best leader of those they share a band with, in place."""
    order = np.argsort(band, kind="stable")
    begin = np.flatnonzero(np.diff(band[order], prepend=np.uint64(0)))
    sizes = np.diff(np.append(begin, len(order)))
    best = np.empty_like(leader)
    best[order] = np.repeat(np.minimum.reduceat(leader[order], begin), sizes)
    asked = np.flatnonzero(best < leader)
    for start in range(0, len(asked), _PAIRS):
        pairs = asked[start : start + _PAIRS]
        wanted, which = np.unique(
            np.concatenate([places[pairs], places[best[pairs]]]), return_inverse=True
        )
        got = facts.texts(wanted)
        texts = [got[k] for k in which.tolist()]
        alike = likeness(texts[: len(pairs)], texts[len(pairs) :]) >= LIKE
        leader[pairs[alike]] = best[pairs[alike]]


def _runs(begins: Places, counts: Places) -> Places:
    """Return the numbers from each beginning on, so many of each."""
    before = np.cumsum(counts) - counts
    return np.asarray(np.arange(counts.sum()) + np.repeat(begins - before, counts))


def _in_earnest(facts: Facts, members: Places, begins: Places, counts: Places) -> Bools:
    """Return which groups are more than what many happen to say, shape (groups,).

    Parameters
    ----------
    facts : Facts
    members : ndarray of int, shape (rows,)
        The rows, group after group.
    begins, counts : ndarray of int, shape (groups,)
        Where each group begins among them, and how many it has.
    """
    kinds = facts.table["kind"][members[_runs(begins, counts)]]
    cells = np.repeat(np.arange(len(counts)) * len(KINDS), counts) + kinds
    by_kind = np.bincount(cells, minlength=len(counts) * len(KINDS)).reshape(-1, len(KINDS))
    earnest = ~np.isin(by_kind.argmax(axis=1), [KINDS.index(kind) for kind in _HARMLESS])
    asked = np.flatnonzero(~earnest)
    for start in range(0, len(asked), _PAIRS):
        some = asked[start : start + _PAIRS]
        earnest[some] = weights(facts.texts(members[begins[some]])) >= IN_EARNEST
    return earnest


def _told(
    facts: Facts, mine: Places, tell: Callable[[int], TriagedRow], believed: Bools
) -> CopyGroup:
    table = facts.table[mine]
    times = table["time"][believed]
    authors = np.unique(table["author"])
    counts = np.bincount(table["kind"], minlength=len(KINDS))
    dated = (
        [_EPOCH + timedelta(seconds=int(time)) for time in (times.min(), times.max())]
        if len(times)
        else [None, None]
    )
    return CopyGroup(
        comments=len(mine),
        authors=int(np.count_nonzero(authors)),
        start=dated[0],
        end=dated[1],
        kinds={kind: int(count) for kind, count in zip(KINDS, counts, strict=True) if count},
        example=tell(int(mine[0])),
    )
