"""Two models' F1 on the same texts: how far apart, how surely, and whether it could be chance.

What is said of the method is in :mod:`smclassify.evaluation.comparison`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from smclassify.evaluation.counts import (
    SUPPORT,
    Counts,
    f1_table,
    supporting_groups,
    with_all,
)
from smclassify.evaluation.metrics import ALL
from smclassify.evaluation.resampling import (
    LEVEL,
    MIN_SUPPORT,
    RESAMPLES,
    Interval,
    Resamples,
    patterns,
    percentile_interval,
)
from smclassify.model.indexing import UNLABELLED

_EPSILON: Final = 1e-6
"""Differences of F1 closer than this are the same number, rounded."""


class Verdict(StrEnum):
    """What can be said of the new model."""

    BETTER = "better"
    WORSE = "worse"
    UNSURE = "can't tell"


class Decided(NamedTuple):
    """What a model said of some texts.

    Attributes
    ----------
    probabilities : ndarray of float, shape (n, n_heads)
        NaN where it has not learned the label.
    decided : ndarray of bool, shape (n, n_heads)
        As :func:`smclassify.evaluation.metrics.decisions` gives it.
    """

    probabilities: NDArray
    decided: NDArray[np.bool_]


@dataclass(frozen=True)
class Difference:
    """How far two models are apart, and whether that could be chance.

    Attributes
    ----------
    new, current : float
        F1; NaN where no text has the label.
    difference : float
        ``new - current``.
    interval : Interval or None
        Of the difference, 95 %; None where there are too few texts.
    p_value : float
        How probable so great a difference is by chance; NaN where there are too few texts.
    adjusted : float
        The same, corrected for the number of labels looked at.
    verdict : Verdict
    """

    new: float
    current: float
    difference: float
    interval: Interval | None
    p_value: float
    adjusted: float
    verdict: Verdict

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; None for what is not known."""
        interval = self.interval
        return {
            "new": _plain(self.new),
            "current": _plain(self.current),
            "difference": _plain(self.difference),
            "interval": None if interval is None else [_plain(end) for end in interval],
            "p_value": _plain(self.p_value),
            "adjusted": _plain(self.adjusted),
            "verdict": self.verdict.value,
        }


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 4)


class Differences(NamedTuple):
    """What a trial gives.

    Attributes
    ----------
    overall : Difference
        Of the mean F1 over the labels that have enough texts.
    rows : ndarray of Difference, shape (n_languages + 1, n_rows)
        The last line is over all languages.
    """

    overall: Difference
    rows: NDArray[np.object_]


@dataclass(frozen=True)
class Trial:
    """Two models' answers, counted text by text.

    Attributes
    ----------
    new, current : Counts
    known : ndarray of bool, shape (n, n_rows)
        Whether both models answered for a label that somebody gave.
    language : ndarray of int, shape (n,)
        Index in :attr:`languages`.
    groups : sequence of str, length n
    rows : sequence of sequence of int
        The heads of each label.
    """

    new: Counts
    current: Counts
    known: NDArray[np.bool_]
    language: NDArray[np.int64]
    groups: Sequence[str]
    rows: Sequence[Sequence[int]]

    @classmethod
    def of(
        cls,
        labels: NDArray[np.int64],
        new: Decided,
        current: Decided,
        *,
        languages: Sequence[str],
        groups: Sequence[str],
        rows: Sequence[Sequence[int]],
    ) -> Trial:
        """Count what both models answered; parameters as of ``compare_answers``."""
        known = answers(labels, new) & answers(labels, current)
        counts = [Counts.of(labels, one.decided, known, languages) for one in (new, current)]
        by_row = np.column_stack([known[:, list(heads)].any(axis=1) for heads in rows])
        language = np.searchsorted(counts[0].languages, np.asarray(languages))
        return cls(counts[0], counts[1], by_row, language, groups, rows)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the texts."""
        return self.new.languages

    def answered(self, line: int, row: int) -> NDArray[np.bool_]:
        """Return which texts of a line (-1: all languages) count for a label, shape (n,)."""
        mine: NDArray[np.bool_] = self.known[:, row]
        return mine if line == -1 else mine & (self.language == line)

    def name(self, line: int) -> str:
        """Return the language of a line."""
        return ALL if line == -1 else self.languages[line]

    def support(self, line: int, row: int) -> int:
        """Return how many texts of a line have a label."""
        parts = self.new.parts[..., list(self.rows[row]), SUPPORT].sum(axis=-1)
        return int(parts.sum() if line == -1 else parts[:, line].sum())

    def differences(self, n_resamples: int = RESAMPLES, seed: int = 0) -> Differences:
        """Resample and swap.

        Parameters
        ----------
        n_resamples : int
            As many resamples, and as many swaps.
        seed : int
        """
        resamples = Resamples(self.groups, n_resamples, seed)
        enough = supporting_groups(self.new, resamples, self.rows) >= MIN_SUPPORT
        sums = [resamples.by_group(one.parts) for one in (self.new, self.current)]
        new, current = (f1_table(with_all(one.sum(axis=0)), self.rows) for one in sums)
        drawn = self._f1_of_two(resamples.totals(self._both()))
        swapped = self._f1_of_two(_swaps(sums[0], sums[1], n_resamples, seed))
        rows = np.empty(new.shape, object)
        p_values = np.where(enough, _p_values(new - current, swapped), np.nan)
        adjusted = np.vstack([holm(p_values[:-1]), holm(p_values[-1:])])
        for at in np.ndindex(*new.shape):
            values = drawn[:, *at] if enough[at] else np.full(1, np.nan)
            figures = [float(one[at]) for one in (new, current, p_values, adjusted)]
            rows[at] = _difference(values, *figures)
        judged = enough[-1]
        if not judged.any():
            nothing = np.full(1, np.nan)
            return Differences(_difference(nothing, *[np.nan] * 4), rows)
        means = [float(np.mean(one[-1, judged])) for one in (new, current)]
        values, chance = (np.nanmean(one[:, -1, judged], axis=1) for one in (drawn, swapped))
        p_value = float(_p_values(np.array(means[0] - means[1]), chance))
        return Differences(_difference(values, means[0], means[1], p_value, p_value), rows)

    def _both(self) -> NDArray[np.float32]:
        return np.stack([self.new.parts, self.current.parts], axis=1)

    def _f1_of_two(self, sums: NDArray) -> NDArray[np.float64]:
        """Return differences of F1 from sums of shape (b, 2, n_languages, n_heads, 3)."""
        table = f1_table(with_all(sums), self.rows)
        difference: NDArray[np.float64] = table[:, 0] - table[:, 1]
        return difference


def answers(labels: NDArray[np.int64], one: Decided) -> NDArray[np.bool_]:
    """Return where there are a label and an answer, shape (n, n_heads)."""
    known: NDArray[np.bool_] = (labels != UNLABELLED) & ~np.isnan(one.probabilities)
    return known


def _swaps(
    new: NDArray[np.float32], current: NDArray[np.float32], n_swaps: int, seed: int
) -> NDArray[np.float32]:
    """Return the sums of both models after swapping their answers in half of the groups.

    Parameters
    ----------
    new, current : ndarray, shape (n_groups, ...)

    Returns
    -------
    ndarray, shape (n_swaps, 2, ...)
    """
    middle = (new + current).sum(axis=0) / 2
    kinds, how_many = patterns(((new - current) / 2).reshape(len(new), -1).astype(np.float32))
    # Of groups that are alike it only matters how many were swapped.
    kept = np.random.default_rng(seed).binomial(how_many, 0.5, size=(n_swaps, len(how_many)))
    apart = ((2 * kept - how_many).astype(np.float32) @ kinds).reshape(n_swaps, *middle.shape)
    return np.stack([middle + apart, middle - apart], axis=1)


def _p_values(observed: NDArray, chance: NDArray) -> NDArray[np.float64]:
    """Return how often chance gives as great a difference, the observed one counted in."""
    as_great = np.abs(chance) >= np.abs(observed) - _EPSILON
    p_values: NDArray[np.float64] = (1 + as_great.sum(axis=0)) / (1 + len(chance))
    return p_values


def _difference(
    drawn: NDArray, new: float, current: float, p_value: float, adjusted: float
) -> Difference:
    interval = percentile_interval(drawn)
    verdict = Verdict.UNSURE
    if interval is not None and adjusted <= 1 - LEVEL + _EPSILON:
        if interval.low > _EPSILON:
            verdict = Verdict.BETTER
        elif interval.high < -_EPSILON:
            verdict = Verdict.WORSE
    return Difference(new, current, new - current, interval, p_value, adjusted, verdict)


def holm(p_values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return p-values corrected for their number, by the step-down procedure of Holm (1979).

    NaN are of nothing that was tested, and stay.
    """
    adjusted = np.full(p_values.shape, np.nan)
    tested = ~np.isnan(p_values)
    values = p_values[tested]
    order = np.argsort(values, kind="stable")
    steps = np.minimum(values[order] * np.arange(len(values), 0, -1), 1.0)
    corrected = np.empty_like(values)
    corrected[order] = np.maximum.accumulate(steps)
    adjusted[tested] = corrected
    return adjusted
