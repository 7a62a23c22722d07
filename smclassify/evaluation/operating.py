"""Where to put a threshold, for what the user cares about, and what to expect there.

A share of 0.9 that was reached on a few texts is luck more often than not, the more so as
many thresholds were tried. So precision and recall are asked for at the lower end of what
the texts allow: at Jeffreys' one-sided bound (Brown, Cai & DasGupta 2001, "Interval
estimation for a binomial proportion"). What is shown is what was seen, with its interval by
the bootstrap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import beta

from smclassify.evaluation.resampling import Interval, Resamples, decision_intervals
from smclassify.evaluation.targets import Aim, Target

CONFIDENCE: Final = 0.9
"""Of the bound: a target is promised wrongly in a tenth of cases at most (by simulation)."""

GRID: Final = np.round(np.linspace(0.01, 0.99, 99), 2)
_SMOOTHED: Final = 5
"""Cost and F1 are averaged over so many hundredths, or they would hang on single texts."""


@dataclass(frozen=True)
class Operating:
    """What is to be expected at a threshold.

    Attributes
    ----------
    threshold : float
    target : str
        What it was chosen for; empty where it was given.
    precision, recall, f1 : float
        As seen on the labelled texts, restated for ``prevalence``; 0 where there is nothing
        to divide by.
    precision_range, recall_range : Interval or None
        95 % intervals by the bootstrap, for the same share of texts that have the label;
        None where there are too few texts to say.
    alarms_per_1000, false_alarms_per_1000, misses_per_1000 : float
        Of 1,000 texts: how many will be flagged, how many of these wrongly, and how many that
        have the label will not be.
    cost : float
        Of the misses and false alarms among 1,000 texts.
    prevalence : float
        The share of texts that have the label for which this holds.
    support : int
        Labelled texts that have the label.
    reached : bool
        Whether the target can be promised. Where it cannot, the threshold is the one that
        comes nearest.
    """

    threshold: float
    target: str
    precision: float
    recall: float
    f1: float
    precision_range: Interval | None
    recall_range: Interval | None
    alarms_per_1000: float
    false_alarms_per_1000: float
    misses_per_1000: float
    cost: float
    prevalence: float
    support: int
    reached: bool

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        plain = asdict(self)
        for name in ("precision_range", "recall_range"):
            ends = getattr(self, name)
            plain[name] = None if ends is None else [round(end, 4) for end in ends]
        return {k: round(v, 4) if isinstance(v, float) else v for k, v in plain.items()}


@dataclass(frozen=True)
class _Curve:
    """Counts at each of some thresholds, each of shape (n_thresholds,)."""

    thresholds: NDArray[np.float64]
    hits: NDArray[np.float64]
    false_alarms: NDArray[np.float64]
    positives: int
    negatives: int
    prevalence: float

    @classmethod
    def of(
        cls,
        labels: NDArray[np.int64],
        scores: NDArray,
        thresholds: NDArray[np.float64],
        prevalence: float | None,
    ) -> _Curve:
        has = labels == 1
        flagged = scores[:, None] >= thresholds
        share = float(has.mean()) if prevalence is None else prevalence
        return cls(
            thresholds,
            flagged[has].sum(axis=0).astype(np.float64),
            flagged[~has].sum(axis=0).astype(np.float64),
            int(has.sum()),
            int((~has).sum()),
            share,
        )

    @property
    def hit_rate(self) -> NDArray[np.float64]:
        """Hits in each text, at the prevalence."""
        return self.prevalence * self.hits / max(self.positives, 1)

    @property
    def false_rate(self) -> NDArray[np.float64]:
        """False alarms in each text, at the prevalence."""
        return (1 - self.prevalence) * self.false_alarms / max(self.negatives, 1)

    @property
    def recall(self) -> NDArray[np.float64]:
        return self.hits / max(self.positives, 1)

    @property
    def precision(self) -> NDArray[np.float64]:
        flagged = self.hit_rate + self.false_rate
        return np.divide(self.hit_rate, flagged, out=np.zeros_like(flagged), where=flagged > 0)

    @property
    def f1(self) -> NDArray[np.float64]:
        both = self.hit_rate + self.false_rate + self.prevalence
        return 2 * self.hit_rate / np.maximum(both, 1e-12)

    def cost(self, target: Target) -> NDArray[np.float64]:
        """Return what 1,000 texts cost."""
        misses = self.prevalence - self.hit_rate
        return 1_000 * (target.miss * misses + target.false_alarm * self.false_rate)

    def restated(self, precision: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what a precision on the labelled texts is at the prevalence (Bayes' rule)."""
        share = self.positives / max(self.positives + self.negatives, 1)
        if share in {0.0, 1.0}:
            return precision
        right = precision * self.prevalence / share
        wrong = (1 - precision) * (1 - self.prevalence) / (1 - share)
        return right / np.maximum(right + wrong, 1e-12)


def choose(
    labels: NDArray[np.int64],
    scores: NDArray,
    target: Target,
    *,
    groups: ArrayLike | None = None,
    prevalence: float | None = None,
    seed: int = 0,
) -> Operating:
    """Choose the threshold of a label for what the user cares about.

    Precision: the threshold with the greatest recall of those that keep it. Recall: the one
    with the greatest precision. Cost and F1: the best, smoothed over neighbours.

    Parameters
    ----------
    labels : ndarray of int, shape (n,)
        1 or 0.
    scores : ndarray of float, shape (n,)
        Probabilities of texts that the model had not learned from.
    target : Target
    groups : array_like, shape (n,), optional
        Texts that are right or wrong together; each by itself by default.
    prevalence : float, optional
        The share of texts that have the label where the model will be used, if the labelled
        texts hold more or fewer of them. By default the labelled texts' own.
    seed : int, default 0
    """
    curve = _Curve.of(labels, scores, GRID, prevalence)
    together = np.arange(len(labels)) if groups is None else np.asarray(groups)
    if not curve.positives:
        at, reached = int(np.argmin(np.abs(GRID - 0.5))), False
    elif target.aim in {Aim.PRECISION, Aim.RECALL}:
        at, reached = _reaching(curve, target, Resamples(together).n_groups / len(labels))
    else:
        gain = curve.f1 if target.aim is Aim.F1 else -curve.cost(target)
        at, reached = int(np.argmax(_smooth(gain))), True
    found = at_threshold(
        labels, scores, float(GRID[at]), groups=together, prevalence=prevalence, seed=seed
    )
    return replace(found, target=str(target), reached=reached, cost=float(curve.cost(target)[at]))


def _reaching(curve: _Curve, target: Target, independent: float) -> tuple[int, bool]:
    """Return the threshold that keeps a target, or comes nearest, and whether it keeps it.

    ``independent`` is the share of texts that count for themselves: groups over texts.
    """
    flagged = curve.hits + curve.false_alarms
    if target.aim is Aim.PRECISION:
        kept, other = curve.restated(_bound(curve.hits, flagged, independent)), curve.recall
    else:
        every = np.full_like(flagged, curve.positives)
        kept, other = _bound(curve.hits, every, independent), curve.precision
    enough = kept >= target.value
    if not enough.any():
        return int(np.argmax(kept)), False
    return int(np.argmax(np.where(enough, other, -1.0))), True


def _bound(
    part: NDArray[np.float64], whole: NDArray[np.float64], independent: float
) -> NDArray[np.float64]:
    """Return Jeffreys' one-sided lower bound of a share."""
    part, whole = part * independent, whole * independent
    bound: NDArray[np.float64] = beta.ppf(1 - CONFIDENCE, part + 0.5, whole - part + 0.5)
    return bound


def _smooth(values: NDArray[np.float64]) -> NDArray[np.float64]:
    window = np.ones(_SMOOTHED)
    neighbours = np.convolve(np.ones_like(values), window, "same")
    smooth: NDArray[np.float64] = np.convolve(values, window, "same") / neighbours
    return smooth


def at_threshold(
    labels: NDArray[np.int64],
    scores: NDArray,
    threshold: float,
    *,
    groups: ArrayLike | None = None,
    prevalence: float | None = None,
    seed: int = 0,
) -> Operating:
    """Say what is to be expected at a threshold; parameters as of :func:`choose`."""
    curve = _Curve.of(labels, scores, np.array([threshold]), prevalence)
    together = np.arange(len(labels)) if groups is None else groups
    resamples = Resamples(together, seed=seed)
    precision_range, recall_range, _ = decision_intervals(
        labels == 1, scores >= threshold, resamples
    )
    if precision_range is not None:
        precision_range = Interval(*curve.restated(np.array(precision_range)).tolist())
    one = _expected(curve, Target(Aim.F1))[0]
    return replace(one, precision_range=precision_range, recall_range=recall_range)


def table(
    labels: NDArray[np.int64],
    scores: NDArray,
    thresholds: Sequence[float] = tuple(np.round(np.arange(0.05, 0.96, 0.05), 2).tolist()),
    *,
    prevalence: float | None = None,
) -> list[Operating]:
    """Return what is to be expected at each of some thresholds, without intervals.

    Parameters are those of :func:`choose`; a miss costs as much as a false alarm.
    """
    curve = _Curve.of(labels, scores, np.asarray(thresholds, np.float64), prevalence)
    return _expected(curve, Target(Aim.F1))


def _expected(curve: _Curve, target: Target) -> list[Operating]:
    misses = curve.prevalence - curve.hit_rate
    columns = (
        curve.thresholds,
        curve.precision,
        curve.recall,
        curve.f1,
        1_000 * (curve.hit_rate + curve.false_rate),
        1_000 * curve.false_rate,
        1_000 * misses,
        curve.cost(target),
    )
    return [
        Operating(
            threshold=values[0],
            target="",
            precision=values[1],
            recall=values[2],
            f1=values[3],
            precision_range=None,
            recall_range=None,
            alarms_per_1000=values[4],
            false_alarms_per_1000=values[5],
            misses_per_1000=values[6],
            cost=values[7],
            prevalence=curve.prevalence,
            support=curve.positives,
            reached=True,
        )
        for values in np.column_stack(columns).tolist()
    ]
