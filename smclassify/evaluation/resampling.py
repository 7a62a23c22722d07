"""How sure a figure is: intervals by the bootstrap, whole groups drawn at a time.

Texts of one author or thread, and copies of each other, are right or wrong together; drawn
one by one they would make a figure look surer than it is. So groups are drawn (the cluster
bootstrap: Davison & Hinkley 1997, section 3.8), and the interval is between the percentiles
of what the resamples give (Efron & Tibshirani 1993, chapter 13).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import beta

from smclassify.evaluation.folds import group_index

RESAMPLES: Final = 2_000
LEVEL: Final = 0.95
MIN_SUPPORT: Final = 5
"""An interval needs so many groups that have the label: fewer say nothing of the others."""

_CHUNK_CELLS: Final = 4_000_000


class Interval(NamedTuple):
    """Where a figure would be, with a probability of 95 %, on other texts of this kind."""

    low: float
    high: float


class Intervals(NamedTuple):
    """The intervals of a label's figures; None where there are too few texts to say."""

    precision: Interval | None
    recall: Interval | None
    f1: Interval | None
    average_precision: Interval | None


@dataclass(frozen=True)
class Resamples:
    """Groups of texts, ready to be drawn again and again, with replacement.

    Parameters
    ----------
    groups : array_like, shape (n,)
        What sticks together.
    n_resamples : int, default 2000
    seed : int, default 0
        The same seed gives the same intervals. Two models are held against each other by
        counting both in one call of :meth:`totals`.
    """

    groups: ArrayLike
    n_resamples: int = RESAMPLES
    seed: int = 0

    @cached_property
    def _indexed(self) -> tuple[NDArray[np.int64], int]:
        return group_index(self.groups)

    @property
    def member(self) -> NDArray[np.int64]:
        """The number of each text's group, shape (n,)."""
        return self._indexed[0]

    @property
    def n_groups(self) -> int:
        """How many groups there are."""
        return self._indexed[1]

    def draws(self) -> Iterator[NDArray[np.float32]]:
        """Yield how often each group was drawn, shape (some resamples, n_groups)."""
        rng = np.random.default_rng(self.seed)
        size = max(1, _CHUNK_CELLS // max(self.n_groups, 1))
        for start in range(0, self.n_resamples, size):
            rows = min(size, self.n_resamples - start)
            drawn = rng.integers(self.n_groups, size=(rows, self.n_groups))
            drawn += np.arange(rows)[:, None] * self.n_groups
            counts = np.bincount(drawn.ravel(), minlength=rows * self.n_groups)
            yield counts.reshape(rows, -1).astype(np.float32)

    def by_group(self, counts: NDArray) -> NDArray[np.float32]:
        """Return the sums of the texts' counts in each group, shape (n_groups, ...)."""
        flat = counts.reshape(len(counts), -1)
        sums = np.zeros((self.n_groups, flat.shape[1]), np.float32)
        np.add.at(sums, self.member, flat.astype(np.float32))
        return sums.reshape(self.n_groups, *counts.shape[1:])

    def totals(self, counts: NDArray) -> NDArray[np.float32]:
        """Return the sums of the texts' counts in each resample.

        Groups that add the same are drawn as one kind, as often as all of them would be: most
        add nothing at all, and so many texts cost no more than few.

        Parameters
        ----------
        counts : ndarray, shape (n, ...)
            What is counted of each text.

        Returns
        -------
        ndarray, shape (n_resamples, ...)
        """
        kinds, how_many = patterns(self.by_group(counts).reshape(self.n_groups, -1))
        rng = np.random.default_rng(self.seed)
        shares = how_many / self.n_groups
        drawn = rng.multinomial(self.n_groups, shares, size=self.n_resamples)
        totals: NDArray[np.float32] = drawn.astype(np.float32) @ kinds
        return totals.reshape(self.n_resamples, *counts.shape[1:])

    def groups_with(self, mask: NDArray[np.bool_]) -> int:
        """Return in how many groups something is."""
        return len(np.unique(self.member[mask]))


def patterns(rows: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return the distinct rows of a matrix, and how many there are of each."""
    kinds, how_many = np.unique(rows, axis=0, return_counts=True)
    return kinds, how_many.astype(np.int64)


def percentile_interval(values: NDArray) -> Interval | None:
    """Return the percentile interval of what resamples gave; NaN are passed over.

    None where hardly a resample gave anything.
    """
    known = values[~np.isnan(values)]
    if len(known) < len(values) / 2:
        return None
    tail = (1 - LEVEL) / 2 * 100
    low, high = np.percentile(known, [tail, 100 - tail])
    return Interval(float(low), float(high))


def share(part: NDArray, whole: NDArray) -> NDArray[np.float64]:
    """Return ``part / whole``, NaN where there is no whole."""
    return np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=whole > 0)


def f1_of(hits: NDArray, flagged: NDArray, support: NDArray) -> NDArray[np.float64]:
    """Return F1 from counts; NaN where no text has the label, of which F1 says nothing."""
    return np.where(support > 0, share(2.0 * hits, np.asarray(flagged + support)), np.nan)


def f1_interval(hits: NDArray, flagged: NDArray, support: NDArray, n_seen: int) -> Interval | None:
    """Return the interval of F1 from counts of each resample, shape (n_resamples,).

    Parameters
    ----------
    hits, flagged, support : ndarray, shape (n_resamples,)
    n_seen : int
        Groups that have the label or were said to.
    """
    interval = percentile_interval(f1_of(hits, flagged, support))
    if interval is None or interval.low < interval.high:
        return interval
    # F1 is 2J / (1 + J) of Jaccard's J, a plain share: of what has the label or was said to.
    exact = _exact(interval, n_seen)
    return Interval(*(2 * bound / (1 + bound) for bound in exact))


def _share_interval(part: NDArray, whole: NDArray, n_seen: int) -> Interval | None:
    interval = percentile_interval(share(part, whole))
    if interval is None or interval.low < interval.high:
        return interval
    return _exact(interval, n_seen)


def _exact(interval: Interval, n_seen: int) -> Interval:
    """Return Clopper and Pearson's interval of a share that is 0 or 1 in every resample.

    Where all were right, all resamples agree, but that doesn't mean that the next one must
    be right too.
    """
    tail = (1 - LEVEL) / 2
    if interval.low >= 1:
        return Interval(float(beta.ppf(tail, n_seen, 1)), 1.0)
    if interval.high <= 0:
        return Interval(0.0, float(beta.ppf(1 - tail, 1, n_seen)))
    return interval


def intervals(
    labels: NDArray[np.int64],
    scores: NDArray,
    decided: NDArray[np.bool_],
    groups: ArrayLike,
    *,
    n_resamples: int = RESAMPLES,
    seed: int = 0,
) -> Intervals:
    """Return the intervals of one label's figures at given decisions.

    Parameters
    ----------
    labels : ndarray of int, shape (n,)
        1 or 0.
    scores : ndarray of float, shape (n,)
    decided : ndarray of bool, shape (n,)
    groups : array_like, shape (n,)
    n_resamples, seed : int

    Returns
    -------
    Intervals
        None where fewer than :data:`MIN_SUPPORT` groups have the label; the precision's also
        where nearly nothing was flagged.
    """
    resamples = Resamples(groups, n_resamples, seed)
    has = labels == 1
    precision, recall, f1 = decision_intervals(has, decided, resamples)
    if resamples.groups_with(has) < MIN_SUPPORT:
        return Intervals(precision, recall, f1, None)
    ranked = percentile_interval(_average_precisions(has, scores, resamples))
    return Intervals(precision, recall, f1, ranked)


def decision_intervals(
    has: NDArray[np.bool_], decided: NDArray[np.bool_], resamples: Resamples
) -> tuple[Interval | None, Interval | None, Interval | None]:
    """Return the intervals of precision, recall and F1; None as of :func:`intervals`."""
    if resamples.groups_with(has) < MIN_SUPPORT:
        return None, None, None
    hits, flagged, support = resamples.totals(np.column_stack([has & decided, decided, has])).T
    return (
        _share_interval(hits, flagged, resamples.groups_with(decided)),
        _share_interval(hits, support, resamples.groups_with(has)),
        f1_interval(hits, flagged, support, resamples.groups_with(has | decided)),
    )


def _average_precisions(
    has: NDArray[np.bool_], scores: NDArray, resamples: Resamples
) -> NDArray[np.float64]:
    """Return the average precision in each resample, as scikit-learn has it with weights."""
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    # Texts of equal score are told apart by nothing: only after the last of them is there a cut.
    last = np.append(ranked[1:] != ranked[:-1], True)
    member, has = resamples.member[order], has[order]
    parts = []
    for drawn in resamples.draws():
        weight = drawn[:, member].astype(np.float64)
        hits = np.cumsum(weight * has, axis=1)[:, last]
        precision = share(hits, np.cumsum(weight, axis=1)[:, last])
        gained = np.diff(hits, axis=1, prepend=0.0)
        parts.append(share(np.nansum(precision * gained, axis=1), hits[:, -1]))
    return np.concatenate(parts)
