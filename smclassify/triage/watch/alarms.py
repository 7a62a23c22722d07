"""The crisis watch: complaints and crisis comments over time against the export's own baseline.

Measured on simulated exports (``python -m benchmarks.watch``, 300 of each): no false alarm in
months of 20,000 comments; 0.007 each with a weekly peak, a growing level, or replies that come in
bunches, 0.03 where days and hours vary by 30 %. 40 related complaints within 3 hours of a Saturday
night were all found and named, in 95 % with their start within 15 minutes; over 6 hours all and
87 %; 120 over a day all and 82 %. On a working afternoon, when 30 are usual in 3 hours, 40 more are
found in 5 % of months and 80 more in 75 %. A million rows take half a second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.labels import KINDS
from smclassify.triage.facts import CRISIS, DAY, HOUR, Bools, Facts, Places
from smclassify.triage.survey import Burst, TriagedRow, Watch
from smclassify.triage.watch.baseline import Floats, Grid, Ints, find_gaps
from smclassify.triage.watch.bursts import Excess, Outlook, Scan
from smclassify.triage.watch.outbreak import (
    Quiet,
    Series,
    StandOut,
    count_copies,
    most_telling,
    outbreak_of,
)

COMPLAINT: Final = "complaint"
CRISIS_COMMENT: Final = "crisis"
LEAST: Final = {COMPLAINT: 8, CRISIS_COMMENT: 5}
"""Comments that a burst has at least."""

FEW: Final = 30
"""Complaints below which an export without bursts can't be called quiet."""
HOURS_LEAST: Final = 60
"""Two days still alarmed four times as often as they should, three didn't."""
DAYS_LEAST: Final = 14

YEAR: Final = 365 * DAY
YEARS_MOST: Final = 20
STRAGGLERS: Final = 0.001
BY_DAY: Final = 0.99

POINTS: Final = 750
STEPS: Final = (1, 2, 3, 4, 6, 8, 12, 24, 48, 96, 168, 336)
UNUSUAL: Final = 0.001
"""Chance of a span at its limit."""

SAME_AUTHOR: Final = HOUR
CROWD: Final = 50
"""Comments of one name in a series from which on it is no name ("Facebook user")."""

Tell = Callable[[int], TriagedRow]


Found = tuple[Series, Outlook, Excess]


def watch_over(
    facts: Facts, tell: Tell, stand_out: StandOut, *, expected_false_alarms: float = 0.02
) -> tuple[Watch, NDArray[np.int32]]:
    """Look for bursts of complaints and of crisis comments.

    Parameters
    ----------
    facts : Facts
        Of the whole export.
    tell : callable
        Gives a row by its place from 0, as in :attr:`Facts.table`.
    stand_out : callable
        Gives the n-grams that set comments apart from others, by the places of both.
    expected_false_alarms : float
        How many bursts a quiet export may have on average, however long it is.

    Returns
    -------
    watch : Watch
        Without the groups of copies.
    bursts : ndarray of int32, shape (n,)
        For each row, which of the watch's bursts it is part of; -1 for none. Comments that came
        in the same hours but have nothing to do with it are not part of it, although
        :attr:`Burst.comments`, which is held against what is usual, counts them.
    """
    member = np.full(len(facts), -1, dtype=np.int32)
    places, times = _usable(facts)
    if not len(places):
        return Watch(), member
    by_day = bool(np.mean(times % DAY == 0) >= BY_DAY)
    grid = Grid.over(int(times.min()), int(times.max()), DAY if by_day else HOUR)
    every, complaints, crises = _series(facts, places, times)
    unjudged = _unjudged(grid)
    if unjudged:
        return _plain_watch(unjudged, grid, complaints, crises), member
    gaps = find_gaps(grid.count(times), grid)
    found: list[Found] = []
    outlooks = []
    for series in (complaints, crises):
        scan = Scan(series.times[_once(facts, series)], grid, gaps, LEAST[series.label])
        outlook, bursts = scan.run(expected_false_alarms / 2)
        outlooks.append(outlook)
        found += [(series, outlook, burst) for burst in bursts]
    chosen = _without_doubles(found)
    told = _told(chosen, member, every, complaints, facts=facts, tell=tell, stand_out=stand_out)
    bursts_told = tuple(told)
    if len(complaints.places) < FEW and not bursts_told:
        return _plain_watch("too_few", grid, complaints, crises), member
    return _full_watch(outlooks[0], grid, complaints, crises, bursts_told), member


def _usable(facts: Facts) -> tuple[Places, Ints]:
    """Return the rows that count and have a time, and those times, without stragglers.

    A handful of comments a year away from all others (a camera's 1970, a typing error) would
    make the export long and empty.
    """
    places = np.flatnonzero(facts.judged & facts.timed)
    times = facts.table["time"][places].astype(np.int64)
    if not len(times):
        return places, times
    low = np.quantile(times, STRAGGLERS, method="higher") - YEAR
    high = np.quantile(times, 1 - STRAGGLERS, method="lower") + YEAR
    middle = np.quantile(times, 0.5, method="lower")
    reach = YEARS_MOST * YEAR // 2
    keep = (times >= max(low, middle - reach)) & (times <= min(high, middle + reach))
    return places[keep], times[keep]


def _series(facts: Facts, places: Places, times: Ints) -> tuple[Series, Series, Series]:
    """Return all comments, complaints, and crisis comments, by time."""
    order = np.argsort(times, kind="stable")
    places, times = places[order], times[order]
    complaint = facts.table["kind"][places] == KINDS.index(COMPLAINT)
    crisis = (facts.table["flags"][places] & CRISIS) != 0
    return (
        Series("", places, times),
        Series(COMPLAINT, places[complaint], times[complaint]),
        Series(CRISIS_COMMENT, places[crisis], times[crisis]),
    )


def _unjudged(grid: Grid) -> str:
    if grid.step == DAY:
        return "" if grid.n >= DAYS_LEAST else "days_only"
    return "" if grid.n >= HOURS_LEAST else "too_short"


def _once(facts: Facts, series: Series) -> Bools:
    """Return which comments count: one of an author within the hour.

    Somebody who writes twenty comments in a row is one angry customer.
    """
    authors = facts.table["author"][series.places]
    _, which, sizes = np.unique(authors, return_inverse=True, return_counts=True)
    named = (authors != 0) & (sizes[which] <= CROWD) if len(authors) else authors != 0
    order = np.lexsort((series.times, which))
    again = (np.diff(which[order]) == 0) & (np.diff(series.times[order]) < SAME_AUTHOR)
    keep = np.ones(len(authors), dtype=np.bool_)
    keep[order[1:][again]] = False
    return np.asarray(keep | ~named)


def _without_doubles(found: list[Found]) -> list[Found]:
    """Return the bursts, the most unlikely first, and of those at the same time one.

    That is the most unlikely; but of a crisis that shows among the complaints as well, the
    complaints are told of (:func:`_tells_more`).
    """
    chosen: list[Found] = []
    for candidate in sorted(found, key=lambda each: each[2].p_value):
        rivals = [at for at, other in enumerate(chosen) if _meet(candidate[2], other[2])]
        if not rivals:
            chosen.append(candidate)
        elif len(rivals) == 1 and _tells_more(candidate, chosen[rivals[0]]):
            chosen[rivals[0]] = candidate
    return sorted(chosen, key=lambda each: each[2].p_value)


def _meet(one: Excess, other: Excess) -> bool:
    return one.start <= other.end and one.end >= other.start


def _tells_more(candidate: Found, rival: Found) -> bool:
    """Whether a burst of complaints tells more of a crisis than that of its gravest comments.

    These are so rare that a dozen are less likely than forty complaints, and the first of them
    may come an hour late. Only a burst of a day at most: a longer one is of something else, too.
    """
    (series, _, burst), (others, _, other) = candidate, rival
    size = len(series.between(burst.start, burst.end).places)
    return (
        (series.label, others.label) == (COMPLAINT, CRISIS_COMMENT)
        and burst.end - burst.start <= DAY
        and size > len(others.between(other.start, other.end).places)
    )


def _told(
    found: list[Found],
    member: NDArray[np.int32],
    every: Series,
    complaints: Series,
    *,
    facts: Facts,
    tell: Tell,
    stand_out: StandOut,
) -> Iterator[Burst]:
    """Yield what is told of each burst; set the number of each row that is part of it."""
    bursts = [burst for _, _, burst in found]
    for number, (series, outlook, burst) in enumerate(found):
        others = [other for other in bursts if other is not burst]
        quiet = Quiet(*(one.without(bursts).places for one in (complaints, series, every)))
        outbreak = outbreak_of(
            burst,
            series.without(others),
            every.without(others),
            outlook,
            facts=facts,
            stand_out=stand_out,
            quiet=quiet,
        )
        member[outbreak.members] = number
        end = outbreak.end + (DAY if outlook.grid.step == DAY else 0)
        comments = series.between(outbreak.start, outbreak.end).places
        yield Burst(
            start=_moment(outbreak.start),
            end=_moment(outbreak.end),
            label=series.label,
            comments=len(comments),
            expected=round(float(outlook.between(outbreak.start, end)), 2),
            p_value=burst.p_value,
            copies=count_copies(facts, comments),
            words=outbreak.words,
            telling=tuple(tell(place) for place in most_telling(facts, outbreak)),
        )


@dataclass(frozen=True, slots=True)
class Curve:
    """The spans of the plot: so few that it can be drawn, and beginning at midnight or an hour."""

    start: int
    hours: int
    n: int

    @classmethod
    def over(cls, grid: Grid) -> Curve:
        last = grid.start + grid.step * grid.n - 1
        for hours in STEPS[STEPS.index(grid.step // HOUR) :]:
            start = grid.start if hours == 1 else grid.start // DAY * DAY
            n = (last - start) // (hours * HOUR) + 1
            if n <= POINTS:
                break
        return cls(start, hours, n)

    def sums(self, times: Ints, values: Floats | None = None) -> Floats:
        """Return how many times lie in each span, or the sum of their values."""
        places = (times - self.start) // (self.hours * HOUR)
        return np.bincount(places, values, minlength=self.n).astype(np.float64)


def _plain_watch(unjudged: str, grid: Grid, complaints: Series, crises: Series) -> Watch:
    """Return the counts alone."""
    curve = Curve.over(grid)
    return Watch(
        unjudged=unjudged,
        start=_moment(curve.start),
        step_hours=curve.hours,
        complaints=tuple(curve.sums(complaints.times).astype(int).tolist()),
        crises=tuple(curve.sums(crises.times).astype(int).tolist()),
    )


def _full_watch(
    outlook: Outlook, grid: Grid, complaints: Series, crises: Series, bursts: tuple[Burst, ...]
) -> Watch:
    """Return counts, what is usual, and bursts."""
    curve = Curve.over(grid)
    expected = curve.sums(outlook.grid.starts, outlook.expected)
    spans = curve.hours * HOUR // outlook.grid.step
    nearest = max(int(np.searchsorted(outlook.lengths, spans, side="right")) - 1, 0)
    size = 1 / outlook.dispersions[nearest]
    # Half a second of imports, for exports that are long enough to have a usual rate.
    from scipy.stats import nbinom

    limit = nbinom.isf(UNUSUAL, size, size / (size + np.maximum(expected, 1e-6))) + 1
    return replace(
        _plain_watch("", grid, complaints, crises),
        expected=tuple(expected.round(2).tolist()),
        limit=tuple(limit.tolist()),
        bursts=bursts,
    )


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
