"""How each row stands in the whole export: answered or waiting, since when, and how often written.

Who answered whom
-----------------
A comment is answered when its own row says so (a reply, its time, a status), or when a row by our
own account answers it. A reply is a row of ours, and it answers up to two comments:

1. *the row that it names as its parent*, if others wrote that;
2. *the last comment by others before it* (at the latest in the same second) in its conversation.
   On Facebook, Instagram and YouTube all replies hang under one top-level comment and name that
   as their parent, whomever they answer: there, the conversation is the rows with one parent.
   Where an export names the thread alone (a ticket, a chat), it is the thread.

Where replies hang under replies (X, Reddit, Disqus), a parent is exactly what was answered, and the
second rule does not hold. That is told by the rows of a platform: some row's parent has a parent
itself, which is not ours.

Who was answered has been answered for all they had written before in that conversation. So one
answer settles a ticket with a single customer, while under a post with a hundred commenters it
settles only the case of one or two. Where authors or times are not known, less is taken for
answered: it is worse to overlook somebody who waits than to look at an answer twice.

A post of ours at the root of a thread answers nobody; neither does a row of ours without a parent
in a table where replies have one. A parent that is only the thread's name, or our post, is no
parent. The same comment in two exports (same id, author and time) is answered if either is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.exports.columns.times import NO_TIME
from smclassify.triage.facts import ANSWERED, BANDS, DAY, HOUR, OURS, PRIVATE, Bools, Facts, Places

REPEATS_WITHIN: Final = 30 * DAY
"""Seconds within which complaints by one author are counted together."""

SLIP: Final = HOUR
"""Seconds within which the same text by the same author was sent twice by mistake."""

_YEAR: Final = 366 * DAY
_NEVER: Final = np.iinfo(np.int64).max
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
_SCOPE: Final = np.uint64(0xC2B2AE3D27D4EB4F)

Hashes = NDArray[np.uint64]
Seconds = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Standing:
    """How each row of an export stands in the whole.

    Attributes
    ----------
    as_of : int or None
        The second that ages are counted to; None where the export has no times.
    wants : ndarray of bool, shape (n,)
        Whether it wants an answer: a comment that counts and is a complaint, a question or in
        need of a private reply.
    answered : ndarray of bool, shape (n,)
        Whether it has one, wanted or not.
    delay : ndarray of int64, shape (n,)
        Seconds to the first answer; 0 if that seems to come before the comment (clocks differ),
        -1 where there is none or its time is not known or not believed (:func:`believable`).
    age : ndarray of int64, shape (n,)
        Seconds that it has been waiting; -1 if it doesn't wait or its time is not believed.
    repeats : ndarray of int32, shape (n,)
        How many complaints or private cases its author had on that platform in the 30 days up to
        this one, itself included (those of the same second count too); 0 if it is none itself or
        the author is not known. 1 if it has no time. A text sent twice within an hour, and a
        comment that stands in two exports, count once.
    """

    as_of: int | None
    wants: Bools
    answered: Bools
    delay: Seconds
    age: Seconds
    repeats: NDArray[np.int32]


def standing_of(facts: Facts, *, as_of: int | None = None) -> Standing:
    """Return how each row stands in the whole export.

    Parameters
    ----------
    facts : Facts
    as_of : int, optional
        The second (of the same wall clock as the facts') that ages are counted to. Otherwise the
        newest believable time in the export (:func:`believable`).
    """
    times = facts.table["time"]
    believed = believable(times)
    if as_of is None and believed.any():
        as_of = int(times[believed].max())
    cases = facts.has(PRIVATE) & facts.judged | facts.of_kind("complaint")
    wants = cases | facts.of_kind("question")
    answered, delay = _answers(facts, believed)
    age = np.full(len(facts), -1, np.int64)
    if as_of is not None:
        waits = wants & ~answered & believed
        age[waits] = np.maximum(as_of - times[waits], 0)
    return Standing(as_of, wants, answered, delay, age, _repeats(facts, cases))


def believable(times: Seconds) -> Bools:
    """Return which times can be believed, shape (n,).

    A few mistyped years must not decide what is newest or oldest. Times more than a year outside
    the middle 99.8 % are not believed; in exports of fewer than 1,000 rows, that means a first or
    last time more than a year from all others. Two lonely times are both believed.
    """
    known = np.asarray(times != NO_TIME)
    if np.count_nonzero(known) < 3:
        return known
    low = np.quantile(times[known], 0.001, method="higher")
    high = np.quantile(times[known], 0.999, method="lower")
    return np.asarray(known & (times >= low - _YEAR) & (times <= high + _YEAR))


# --- who was answered --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Threads:
    """Who hangs where: arrays of shape (n,).

    ``above`` is the place of the row that a row answers (-1: none in the export). A
    ``conversation`` is 0 where there is none. ``follows`` are the rows of ours that answer the
    last comment before them.
    """

    times: Seconds
    authors: Hashes
    ours: Bools
    above: Places
    conversation: Hashes
    follows: Bools


class _Answered:
    """The first answer to each row, as far as it has been found."""

    def __init__(self, n: int) -> None:
        self.given = np.zeros(n, np.bool_)
        self.first = np.full(n, _NEVER)

    def add(self, places: Places, times: Seconds) -> None:
        self.given[places] = True
        known = times != NO_TIME
        np.minimum.at(self.first, places[known], times[known])


def _answers(facts: Facts, believed: Bools) -> tuple[Bools, Seconds]:
    """Return which rows were answered, and the seconds to their first answers."""
    table, others = facts.table, ~facts.has(OURS)
    answered = _Answered(len(facts))
    told = np.flatnonzero(others & (facts.has(ANSWERED) | (table["reply_time"] != NO_TIME)))
    answered.add(told, table["reply_time"][told])
    if not others.all():
        threads = _threads(facts)
        replies, comments = _reply_pairs(threads)
        answered.add(comments, threads.times[replies])
        answered.add(*_answered_with(threads, replies, comments))
    if answered.given.any():
        _share_between_exports(facts, answered)
    timed = answered.given & believed & (answered.first != _NEVER)
    delay = np.full(len(facts), -1, np.int64)
    delay[timed] = np.maximum(answered.first[timed] - table["time"][timed], 0)
    return answered.given, delay


def _threads(facts: Facts) -> _Threads:
    table, ours = facts.table, facts.has(OURS)
    platforms, sources = table["platform"], table["source"]
    ids, parents, threads = (_within(table[key], platforms) for key in ("id", "parent", "thread"))
    parents[parents == ids] = 0  # some exports name a comment as its own parent
    above = _rows_called(parents, ids, sources)

    our_posts = ours & (parents == 0) & ((threads == 0) | (threads == ids))
    on_top = (above >= 0) & our_posts[above]
    lost = np.flatnonzero((parents != 0) & (above < 0))
    on_top[lost] = np.isin(parents[lost], threads)
    threads = np.where(on_top & (threads == 0), parents, threads)
    parents[on_top], above[on_top] = 0, -1
    threads = np.where((threads == 0) & (parents == 0), ids, threads)

    twice_above = np.where(above >= 0, above[above], -1)
    deep = np.isin(platforms, platforms[(twice_above >= 0) & ~ours[twice_above]])
    with_parents = np.isin(sources, sources[parents != 0])
    by_thread = (parents == 0) | (deep & (threads != 0))
    root = (parents == 0) & (ids == threads)
    return _Threads(
        times=table["time"],
        authors=table["author"],
        ours=ours,
        above=above,
        conversation=np.where(by_thread, threads, parents),
        follows=ours & np.where(parents == 0, ~with_parents & ~root, ~deep),
    )


def _within(names: Hashes, scope: NDArray[np.uint16]) -> Hashes:
    """Return hashes that are the same only within a scope; 0 stays 0."""
    return np.where(names == 0, names, names * _MIX ^ (scope + np.uint64(1)) * _SCOPE)


def _rows_called(names: Hashes, ids: Hashes, sources: NDArray[np.uint16]) -> Places:
    """Return the first row with each id, of the same table if it can be; -1 for none."""
    found = np.full(len(names), -1, np.int64)
    wanted = np.flatnonzero(names != 0)
    if len(wanted):
        near = _first_places(_within(ids, sources), _within(names[wanted], sources[wanted]))
        far = wanted[near < 0]
        found[wanted] = near
        found[far] = _first_places(ids, names[far])
    return found


def _first_places(keys: Hashes, wanted: Hashes) -> Places:
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    distinct, which = np.unique(wanted, return_inverse=True)  # in order: memory is read in order
    places = np.minimum(np.searchsorted(ordered, distinct), len(keys) - 1)
    return np.where(ordered[places] == distinct, order[places], -1)[which]


def _reply_pairs(threads: _Threads) -> tuple[Places, Places]:
    """Return the places of replies and of the comments that they answer, by rules 1 and 2."""
    named = np.flatnonzero(threads.ours & (threads.above >= 0) & ~threads.ours[threads.above])
    following, last = _last_before(threads)
    return np.concatenate([named, following]), np.concatenate([threads.above[named], last])


def _last_before(threads: _Threads) -> tuple[Places, Places]:
    """Return the replies that follow a comment by others in their conversation, and that one."""
    usable = (threads.times != NO_TIME) & (threads.conversation != 0)
    replies = usable & threads.follows
    others = usable & ~threads.ours
    others[others] = np.isin(threads.conversation[others], threads.conversation[replies])
    rows = np.flatnonzero(replies | others)
    conversation = threads.conversation[rows]
    order = np.lexsort((threads.ours[rows], threads.times[rows], conversation))
    rows, conversation = rows[order], conversation[order]
    by_us = threads.ours[rows]
    before = np.maximum.accumulate(np.where(by_us, -1, np.arange(len(rows))))
    found = by_us & (before >= 0) & (conversation[before] == conversation)
    return rows[found], rows[before[found]]


def _answered_with(threads: _Threads, replies: Places, comments: Places) -> tuple[Places, Seconds]:
    """Return what else the authors of answered comments had written there, and when we answered."""
    names = threads.conversation * _MIX + threads.authors
    known = threads.times != NO_TIME
    use = known[replies] & (threads.authors[comments] != 0)
    replies, comments = replies[use], comments[use]
    asked = threads.conversation[replies] * _MIX + threads.authors[comments]
    rows = np.flatnonzero(known & ~threads.ours & (threads.authors != 0))
    rows = rows[np.isin(names[rows], asked)]

    keys = np.concatenate([names[rows], asked])
    times = np.concatenate([threads.times[rows], threads.times[replies]])
    by_us = np.arange(len(keys)) >= len(rows)
    order = np.lexsort((by_us, times, keys))
    keys, times, by_us = keys[order], times[order], by_us[order]
    places = np.where(by_us, np.arange(len(keys)), len(keys) - 1)
    after = np.minimum.accumulate(places[::-1])[::-1]
    found = ~by_us & by_us[after] & (keys[after] == keys)
    return rows[order[found]], times[after[found]]


def _share_between_exports(facts: Facts, answered: _Answered) -> None:
    """Let all rows of one comment, as exports that overlap have it, share their answers."""
    table = facts.table
    certain = facts.timed | (table["author"] != 0)
    rows = np.flatnonzero(certain & (table["id"] != 0) & ~facts.has(OURS))
    ids = _within(table["id"][rows], table["platform"][rows])
    times = table["time"][rows].view(np.uint64)
    _, group = np.unique((ids * _MIX + table["author"][rows]) * _MIX + times, return_inverse=True)
    given = np.bincount(group, answered.given[rows]) > 0
    first = np.full(len(given), _NEVER)
    np.minimum.at(first, group, answered.first[rows])
    answered.given[rows], answered.first[rows] = given[group], first[group]


# --- who comes back ----------------------------------------------------------------------


def _repeats(facts: Facts, cases: Bools) -> NDArray[np.int32]:
    """Return how often the author of each case had written within 30 days."""
    repeats = np.zeros(len(facts), np.int32)
    by_known = cases & (facts.table["author"] != 0)
    repeats[by_known] = 1
    rows = np.flatnonzero(by_known & facts.timed)
    if not len(rows):
        return repeats
    table, times = facts.table, facts.table["time"][rows]
    times -= times.min()
    names = _within(table["author"][rows], table["platform"][rows])
    _, author = np.unique(names, return_inverse=True)
    stride = int(times.max()) + REPEATS_WITHIN + 1
    moments = author * stride + times  # authors one after the other, their windows apart
    order = np.argsort(moments)
    moments = moments[order]
    texts = np.zeros(len(rows), np.uint64)
    for band in range(BANDS):
        texts = texts * _MIX + table["copies"][rows, band]
    new = ~(_again(author, table["id"][rows], times) | _again(author, texts, times))
    counts = np.concatenate([[0], np.cumsum(new[order])])
    upto = counts[np.searchsorted(moments, moments, side="right")]
    earlier = counts[np.searchsorted(moments, moments - REPEATS_WITHIN)]
    repeats[rows[order]] = np.maximum(upto - earlier, 1)  # 1: a text sent every hour for a month
    return repeats


def _again(author: Places, what: Hashes, times: Seconds) -> Bools:
    """Return which rows say what the same author had said within the hour before; 0 is nothing."""
    order = np.lexsort((times, what, author))
    author, times, said = author[order], times[order], what[order]
    same = (said[1:] == said[:-1]) & (said[1:] != 0) & (author[1:] == author[:-1])
    again = np.zeros(len(order), np.bool_)
    again[order[1:]] = same & (times[1:] - times[:-1] <= SLIP)
    return again
