"""Finding more comments than there should be: where, how many, and since which minute.

Windows of several lengths are tried at every half-hour (a scan statistic; Kulldorff 1997,
Communications in Statistics 26:1481-1496), the most unlikely first. Where a burst begins and ends
within it is then read from the comments' own times, its span is taken out, and the rest is tried
again, so that a large burst doesn't hide a small one.

Comments are not independent, and so the upper tail is that of a negative binomial whose
dispersion is estimated for each length of window on its own (neighbouring hours go together; a
day is wilder than its hours say). The dispersion is the upper end of its confidence interval: with
few days of the export the tail must not rest on a lucky draw.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import betainc, chdtri

from smclassify.triage.facts import DAY, HOUR, Bools
from smclassify.triage.watch.baseline import Baseline, Floats, Grid, Ints

HOURS: Final = (0.5, 1, 2, 3, 6, 12, 24)
DAYS: Final = (1, 2, 3)
"""Lengths of the windows: in hours, and in days where an export has no times of day."""

LEAST_RATIO: Final = 1.5
"""A burst is at least this many times what is expected: less is nothing to wake somebody for."""

DOUBT: Final = 0.03
"""Chance that the true dispersion lies above the one that is used, were windows Gaussian."""
PRIOR_WINDOWS: Final = 6.0
PRIOR_DISPERSION: Final = 0.02
"""Before anything is seen, windows vary by a seventh beyond chance, as six windows would say."""

TRIM: Final = 0.9
TRIMMED_MEAN: Final = 0.623
"""Mean of the lower nine tenths of a chi-squared variable of one degree."""

SUSPECT: Final = 0.5
"""Bursts that a quiet export has this many of on average are kept out of its baseline."""
ROUNDS: Final = 6
MOST: Final = 40
APART: Final = 3 * HOUR
"""Bursts that are closer than this are one."""
LONGEST: Final = 3 * DAY
"""What stays higher for longer is a new level; its rest counts for the baseline."""
SHARPENING: Final = 5
STEADY: Final = 5.0
"""Comments before or after a burst for half a say on the level there."""


@dataclass(frozen=True, slots=True)
class Excess:
    """A span with too many comments.

    Attributes
    ----------
    start, end : int
        Seconds since 1970 of its first and last comment.
    p_value : float
        The chance of a window like its most unlikely one anywhere in a quiet export.
    """

    start: int
    end: int
    p_value: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is usual, by spans of a grid.

    Attributes
    ----------
    grid : Grid
        The spans.
    expected : ndarray, shape (n,)
        Comments to be expected in each; 0 in holes of the export.
    lengths : sequence of int
        Lengths of windows, in spans.
    dispersions : ndarray, shape (lengths,)
        Of a negative binomial, for each length of window.
    """

    grid: Grid
    expected: Floats
    lengths: Sequence[int]
    dispersions: Floats

    def between(self, starts: Ints | int, ends: Ints | int) -> Floats:
        """Return how many are expected between moments."""
        total = np.concatenate(([0.0], np.cumsum(self.expected)))
        edges = self.grid.edges
        return np.asarray(np.interp(ends, edges, total) - np.interp(starts, edges, total))

    def rate(self, times: Ints) -> Floats:
        """Return how many are expected in the second of each moment."""
        places = (times - self.grid.start) // self.grid.step
        return np.maximum(self.expected[places], 1e-6) / self.grid.step


def upper_tail(counts: Floats, expected: Floats, dispersion: Floats | float) -> Floats:
    """Return the chance of so many comments or more: negative binomial.

    Parameters
    ----------
    counts, expected : ndarray, shape (k,)
        Counts, at least one, and their means.
    dispersion : ndarray or float
        The variance is ``expected + dispersion * expected ** 2``; greater than zero.
    """
    size = 1 / np.asarray(dispersion)
    return np.asarray(betainc(counts, size, expected / (size + expected)))


class Scan:
    """The search for bursts in one series of comments.

    Parameters
    ----------
    times : ndarray of int64, shape (k,)
        When comments came, ascending; seconds since 1970.
    grid : Grid
        Spans of an hour or a day, over the whole export.
    gaps : ndarray of bool, shape (n,)
        Spans for which the export has nothing.
    least : int
        A burst has at least this many comments.
    """

    def __init__(self, times: Ints, grid: Grid, gaps: Bools, least: int) -> None:
        self._times = times
        self._coarse = grid
        self._baseline = Baseline(grid)
        self._by_day = grid.step == DAY
        self._parts = 1 if self._by_day else 2
        self.grid = grid.split(self._parts)
        self._open = ~np.repeat(gaps, self._parts)
        self._counts = self.grid.count(times)
        spans = DAYS if self._by_day else [round(hours * 2) for hours in HOURS]
        self.lengths: Sequence[int] = [length for length in spans if length <= self.grid.n]
        self._least = least
        self.windows = sum(self.grid.n - length + 1 for length in self.lengths)

    def run(self, false_alarms: float) -> tuple[Outlook, list[Excess]]:
        """Return what is usual, and the bursts, the most unlikely first.

        Parameters
        ----------
        false_alarms : float
            How many bursts a quiet export may have on average.
        """
        apart = max(APART, self._coarse.step + 1)
        suspects: list[Excess] = []
        outlook = self._outlook(self._open, trim=TRIM)
        for _ in range(ROUNDS):
            before = suspects
            suspects = merged(self._search(outlook, SUSPECT), apart)
            if _spans(suspects) == _spans(before):
                break
            outlook = self._outlook(self._open & ~self._covered(suspects))
        return outlook, merged(self._search(outlook, false_alarms), apart)

    def _outlook(self, quiet: Bools, *, trim: float = 1.0) -> Outlook:
        parts = self._parts
        whole = np.asarray(quiet.reshape(-1, parts).all(axis=1))
        counts = self._counts.reshape(-1, parts).sum(axis=1)
        expected = np.repeat(self._baseline.expect(counts, whole) / parts, parts) * self._open
        found = [self._dispersion(expected, quiet, length, trim) for length in self.lengths]
        seen, doubtful = np.array(found).T
        # The mean of a longer window can't vary more than that of a shorter one.
        seen = np.maximum.accumulate(seen[::-1])[::-1]
        return Outlook(self.grid, expected, self.lengths, np.maximum(seen, doubtful))

    def _dispersion(
        self, expected: Floats, quiet: Bools, length: int, trim: float
    ) -> tuple[float, float]:
        """Return the dispersion of windows of one length: as it is, and as it may well be."""
        whole = _sums(quiet.astype(np.float64), length) > length - 0.5
        mean = _sums(expected, length)[whole]
        if not len(mean):
            return PRIOR_DISPERSION, 2 * PRIOR_DISPERSION
        squares = (_sums(self._counts, length)[whole] - mean) ** 2
        scale = 1.0
        if trim < 1:
            ratio = squares / np.maximum(mean, 0.1)
            keep = ratio <= np.quantile(ratio, trim)
            mean, squares, scale = mean[keep], squares[keep], TRIMMED_MEAN
        weights = 1 / np.maximum(mean, 1)
        usual, chance = float((weights * mean**2).sum()), float((weights * mean).sum())
        seen = float((weights * squares).sum()) / scale
        windows = quiet.sum() / length
        share = windows / (windows + PRIOR_WINDOWS)
        variance = share * seen + (1 - share) * (chance + PRIOR_DISPERSION * usual)
        freedom = windows + PRIOR_WINDOWS
        doubtful = variance * freedom / chdtri(freedom, 1 - DOUBT)
        return _at_least((variance - chance) / usual), _at_least((doubtful - chance) / usual)

    def _search(self, outlook: Outlook, false_alarms: float) -> Iterator[Excess]:
        free = self._open.copy()
        for _ in range(MOST):
            found = self._best(outlook, free)
            if found is None or found[0] * self.windows > false_alarms:
                return
            p_value, first, last = found
            start, end = self._bounds(outlook, free, first, last)
            yield Excess(start, end, min(1.0, p_value * self.windows))
            first, last = (np.array([start, end]) - self.grid.start) // self.grid.step
            free[first : last + 1] = False

    def _best(self, outlook: Outlook, free: Bools) -> tuple[float, int, int] | None:
        """Return the most unlikely window: its chance, and its first and last span."""
        best: tuple[float, float, int, int] | None = None
        for length, dispersion in zip(self.lengths, outlook.dispersions, strict=True):
            counts = _sums(self._counts * free, length)
            expected = _sums(outlook.expected * free, length)
            places = np.flatnonzero((counts >= self._least) & (counts >= LEAST_RATIO * expected))
            if not len(places):
                continue
            counts, expected = counts[places], np.maximum(expected[places], 1e-6)
            chances = upper_tail(counts, expected, dispersion)
            place = np.lexsort((expected - counts, chances))[0]
            excess = float(expected[place] - counts[place])
            found = (float(chances[place]), excess, int(places[place]), length)
            best = found if best is None else min(best, found)
        return None if best is None else (best[0], best[2], best[2] + best[3] - 1)

    def _bounds(self, outlook: Outlook, free: Bools, first: int, last: int) -> tuple[int, int]:
        """Return when the burst around a window began and ended."""
        if self._by_day:
            times = self._within(first, last)
            return int(times[0]), int(times[-1])
        day = DAY // self.grid.step
        times = self._within(first - day, last + day)
        times = times[free[(times - self.grid.start) // self.grid.step]]
        edges = self.grid.start + self.grid.step * np.array([first, last + 1])
        return sharpen(times, outlook, int(edges[0]), int(edges[1]) - 1)

    def _within(self, first: int, last: int) -> Ints:
        edges = self.grid.start + self.grid.step * np.array([first, last + 1])
        return self._times[slice(*np.searchsorted(self._times, edges))]

    def _covered(self, bursts: Sequence[Excess]) -> Bools:
        """Return which spans bursts lie in, the first days of long ones."""
        covered = np.zeros(self.grid.n, dtype=np.bool_)
        for burst in bursts:
            end = min(burst.end, burst.start + LONGEST)
            first, last = (np.array([burst.start, end]) - self.grid.start) // self.grid.step
            covered[first : last + 1] = True
        return covered


def sharpen(
    times: Ints, outlook: Outlook, start: int, end: int, lift: Floats | float = 1.0
) -> tuple[int, int]:
    """Return when a burst began and ended: the most likely change of the rate and back.

    Between its first and last comment the rate is what is usual and something on top of that. The
    stretch that makes the comments likeliest, for a given something, is a maximum-sum segment
    (Bentley 1984, CACM 27:865-873), and the something follows from the stretch; in turns. What is
    usual is raised to the level before and after: a day that is busy anyhow is no part of a burst.

    Parameters
    ----------
    times : ndarray, shape (k,)
        Of the comments in and around the burst, ascending.
    start, end : int
        Where it lies roughly, in seconds since 1970; some of the comments lie there.
    lift : ndarray of shape (k,), or float
        How much likelier such a comment is among those on top than among the usual.
    """
    before, after = times < start, times > end
    raised = np.ones(len(times))
    level = 1.0
    for side, first, last in ((before, times[0], start), (after, end, times[-1])):
        usual = float(outlook.between(first, last)) + STEADY
        raised[side] = max(1.0, (np.count_nonzero(side) + STEADY) / usual)
        level = max(level, raised[side].max(initial=1.0))
    raised[~before & ~after] = level
    rate = outlook.rate(times) * raised / lift
    for _ in range(SHARPENING):
        inside = np.count_nonzero((times >= start) & (times <= end))
        more = inside - 1 - level * float(outlook.between(start, end))
        extra = max(more, 1.0) / max(end - start, 300)
        gain = np.log1p(extra / rate)
        total = np.cumsum(gain) - extra * (times - times[0])
        lowest = np.minimum.accumulate(total - gain)
        last_place = int(np.argmax(total - lowest))
        first_place = int(np.argmin((total - gain)[: last_place + 1]))
        if (start, end) == (times[first_place], times[last_place]):
            break
        start, end = int(times[first_place]), int(times[last_place])
    return start, end


def merged(bursts: Iterable[Excess], apart: int = APART) -> list[Excess]:
    """Return bursts with those as one that are close to each other, the most unlikely first."""
    result: list[Excess] = []
    for burst in sorted(bursts, key=lambda burst: burst.start):
        if result and burst.start - result[-1].end < apart:
            before = result.pop()
            end, p_value = max(before.end, burst.end), min(before.p_value, burst.p_value)
            result.append(Excess(before.start, end, p_value))
        else:
            result.append(burst)
    return sorted(result, key=lambda burst: (burst.p_value, burst.start))


def _sums(values: Floats, length: int) -> Floats:
    """Return the sums of all runs of a length; shape (n - length + 1,)."""
    total = np.concatenate(([0.0], np.cumsum(values)))
    return np.asarray(total[length:] - total[:-length])


def _at_least(dispersion: float) -> float:
    return max(dispersion, 1e-6)


def _spans(bursts: Sequence[Excess]) -> list[tuple[int, int]]:
    return [(burst.start, burst.end) for burst in bursts]
