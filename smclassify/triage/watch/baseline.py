"""How many comments there usually are at a time of the week: the baseline of an export.

The model is a product of shares, each shrunk to the simpler model before it, as a Poisson rate
with a gamma prior of mean one is (Clayton and Kaldor 1987, Biometrics 43:671-681)::

    level of the weeks around x hour of the day x hour of a weekday or of the weekend
                              x weekday x hour of the week

A share with few comments behind it stays near the simpler model, one with many follows them, so
that three days and two years go the same way; no share of the weekday is asked for below two
weeks. A regression (scikit-learn's PoissonRegressor) on the same 200 columns would give nearly
the same rates, but needs a solver, and has no cheap form of what matters most here: **each span is
expected from all others**, itself left out of every share and its day out of the level. What
happens once can't explain itself, and the residuals are honest errors of prediction, from which
the dispersion is estimated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from smclassify.triage.facts import DAY, Bools

DAYS_FOR_WEEKEND: Final = 7
DAYS_FOR_WEEKDAYS: Final = 14
LEVEL_DAYS: Final = 7.0
"""Standard deviation of the weights that days around have in the level."""
LEVEL_PRIOR: Final = 0.02
"""What the mean of all days weighs in the level, against a sum of one of the days around."""

HOUR_STRENGTH: Final = 2.0
WEEKEND_STRENGTH: Final = 4.0
WEEKDAY_STRENGTH: Final = 8.0
"""Comments that a share needs behind it for half a say."""

SPREAD: Final = 0.04
"""Dispersion of a span in the fit: what weighs less than its comments say where there are many."""

FOLDS: Final = 8
SWEEPS: Final = 3
GAP_COMMENTS: Final = 24
"""A day or more without any comment is a hole in the export if this many were to be expected."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Grid:
    """Equal spans of wall-clock time.

    Attributes
    ----------
    start : int
        When the first begins, in seconds since 1970; a multiple of ``step``.
    step : int
        Their length in seconds; divides a day.
    n : int
        How many.
    """

    start: int
    step: int
    n: int

    @classmethod
    def over(cls, first: int, last: int, step: int) -> Grid:
        """Return the spans that two moments, and all between them, lie in."""
        start = first // step * step
        return cls(start, step, (last - start) // step + 1)

    @property
    def starts(self) -> Ints:
        """When each span begins."""
        return self.start + self.step * np.arange(self.n)

    @property
    def edges(self) -> Ints:
        """When each span begins, and when the last one ends; shape (n + 1,)."""
        return self.start + self.step * np.arange(self.n + 1)

    @property
    def days(self) -> int:
        """How many days long it is, begun ones counted."""
        return -(-self.n * self.step // DAY)

    def count(self, times: Ints) -> Floats:
        """Return how many of these moments lie in each span; they must lie in one."""
        places = (times - self.start) // self.step
        return np.bincount(places, minlength=self.n).astype(np.float64)

    def split(self, parts: int) -> Grid:
        """Return the same time in spans of a part of the length."""
        return Grid(self.start, self.step // parts, self.n * parts)


def find_gaps(counts: Floats, grid: Grid) -> Bools:
    """Return which spans lie in a hole of the export.

    Parameters
    ----------
    counts : ndarray, shape (n,)
        Comments of every kind.

    Returns
    -------
    ndarray of bool, shape (n,)
        A run of empty spans of a day or more, in which :data:`GAP_COMMENTS` were to be expected.
    """
    day = DAY // grid.step
    empty = np.concatenate(([0], counts == 0, [0])).astype(np.int8)
    change = np.diff(empty)
    starts, ends = np.flatnonzero(change == 1), np.flatnonzero(change == -1)
    lengths = ends - starts
    filled = grid.n - int(lengths[lengths >= day].sum())
    least = max(day, GAP_COMMENTS * filled / max(counts.sum(), 1))
    gaps = np.zeros(grid.n, dtype=np.bool_)
    for start, end in zip(starts[lengths >= least], ends[lengths >= least], strict=True):
        gaps[start:end] = True
    return gaps


class Baseline:
    """The shares of a grid, to be fitted to what is thought quiet.

    Parameters
    ----------
    grid : Grid
        Spans of an hour or a day.
    """

    def __init__(self, grid: Grid) -> None:
        starts = grid.starts
        days = starts // DAY
        per_day = DAY // grid.step
        hours = starts % DAY // grid.step
        weekdays = (days + 3) % 7  # 1970 began on a Thursday
        self._day = days - days[0]
        # A day's neighbours, and the same weekday of the weeks around, are of other folds.
        self._fold = (self._day // 7 + self._day % 7) % FOLDS
        self._shares = [(hours, HOUR_STRENGTH)]
        if grid.days >= DAYS_FOR_WEEKEND:
            self._shares.append(((weekdays >= 5) * per_day + hours, WEEKEND_STRENGTH))
        if grid.days >= DAYS_FOR_WEEKDAYS:
            self._shares.append((weekdays, WEEKDAY_STRENGTH))
            self._shares.append((weekdays * per_day + hours, WEEKDAY_STRENGTH))

    def expect(self, counts: Floats, quiet: Bools) -> Floats:
        """Return how many comments are to be expected in each span, by other days.

        Parameters
        ----------
        counts : ndarray, shape (n,)
            Comments in each span.
        quiet : ndarray of bool, shape (n,)
            The spans to learn from.

        Returns
        -------
        ndarray, shape (n,)
            Greater than zero.
        """
        expected = np.empty(len(counts))
        for fold in range(FOLDS):
            left_out = self._fold == fold
            if left_out.any():
                expected[left_out] = self._fit(counts, quiet & ~left_out)[left_out]
        return expected

    def _fit(self, counts: Floats, learn: Bools) -> Floats:
        """Return what the spans to learn from make to be expected in every span."""
        use = learn.astype(np.float64)
        profile = np.ones(len(counts))
        level = self._level(counts * use, use)
        for _ in range(SWEEPS):
            expected = level
            for keys, strength in self._shares:
                weight = use / (1 + SPREAD * expected)
                seen, usual = (np.bincount(keys, weight * n) for n in (counts, expected))
                expected = expected * ((seen + strength) / (usual + strength))[keys]
            profile = expected / level
            level = self._level(counts * use, profile * use)
        return level * profile

    def _level(self, counts: Floats, profile: Floats) -> Floats:
        """Return, for each span, the rate of the days around it; shape (n,)."""
        seen = np.bincount(self._day, counts).astype(np.float64)
        usual = np.bincount(self._day, profile).astype(np.float64)
        total = max(usual.sum(), 1e-9)
        mean = (seen.sum() + 0.5) / total
        prior = LEVEL_PRIOR * total / len(usual)
        near = _around(seen) + prior * mean
        return np.asarray((near / (_around(usual) + prior))[self._day])


def _around(values: Floats) -> Floats:
    """Return the weighted mean of the days around each."""
    return np.asarray(gaussian_filter1d(values, LEVEL_DAYS, mode="constant", truncate=4))
