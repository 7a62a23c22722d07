"""A label, old and new: its scores, its alarms, and whether its threshold still holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import ks_2samp

from smclassify.evaluation.answers import Evaluated
from smclassify.evaluation.chance import (
    Change,
    Samples,
    population_stability,
    tenths,
)
from smclassify.evaluation.resampling import (
    MIN_SUPPORT,
    RESAMPLES,
    Interval,
    Resamples,
    decision_intervals,
    f1_of,
    patterns,
)
from smclassify.labels import Task
from smclassify.model.decision import columns, decided_labels
from smclassify.model.indexing import UNLABELLED

MOVED: Final = 0.1
"""The population stability index from which on a distribution is said to have moved."""

_ALARMS_MOVED: Final = 0.25
"""Alarms matter that are by so much more or fewer than before, as a share of them."""

_PRECISION_FELL: Final = 0.05
_CHANCE: Final = 0.01
"""A fall of F1 is believed that chance gives in one case of a hundred."""

_ROUNDING: Final = 1e-6
_FEWEST_ALARMS: Final = 30
"""From so many alarms on their mean probability says something."""


@dataclass(frozen=True)
class Measured:
    """A label's figures on labelled texts; intervals None where they are too few."""

    precision: float
    recall: float
    f1: float
    support: int
    precision_range: Interval | None = None
    recall_range: Interval | None = None
    f1_range: Interval | None = None


@dataclass(frozen=True)
class LabelDrift:
    """What has become of a label.

    Attributes
    ----------
    label : str
    scores : Change
        Of the distribution of its probabilities, by population stability index.
    kolmogorov_smirnov : float
        The greatest distance between the two cumulative distributions.
    alarms_old, alarms_new : float
        Of 1,000 texts.
    alarms : Change
        Of the share of texts with an alarm.
    expected_old, expected_new : float or None
        The precision that the model's probabilities promise of its alarms, if its calibration
        still holds; None where there are too few.
    measured_old, measured_new : Measured or None
        Where there are labels. The old ones may be from the model's card.
    fell : bool or None
        Whether F1 is lower than before, by more than chance; None where nothing can be said.
    """

    label: str
    scores: Change
    kolmogorov_smirnov: float
    alarms_old: float
    alarms_new: float
    alarms: Change
    expected_old: float | None
    expected_new: float | None
    measured_old: Measured | None
    measured_new: Measured | None
    fell: bool | None

    @property
    def expects_less(self) -> bool:
        """Whether the model itself expects more of its alarms to be false."""
        if self.expected_old is None or self.expected_new is None:
            return False
        return self.scores.changed and self.expected_old - self.expected_new >= _PRECISION_FELL

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        plain = asdict(self)
        plain |= {"scores": self.scores.to_dict(), "alarms": self.alarms.to_dict()}
        return rounded(plain)


def rounded(value: Any) -> Any:
    """Return plain values with four decimals."""
    if isinstance(value, Mapping):
        return {key: rounded(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(one) for one in value]
    return round(value, 4) if isinstance(value, float) else value


def label_drifts(
    old: Evaluated, new: Evaluated, samples: Samples, card: Mapping[str, Measured]
) -> list[LabelDrift]:
    """Compare each label that is decided yes or no.

    Parameters
    ----------
    old, new : Evaluated
    samples : Samples
        Of these texts.
    card : mapping of str to Measured
        What the model's card says of each label, for where the old texts have no labels.
    """
    own = old.texts.own
    found = []
    groups = [
        one.groups() if (one.texts.labels != UNLABELLED).any() else None for one in (old, new)
    ]
    for label in decided_labels(old.texts.task, own):
        at = columns(old.texts.task, [label], own)[0]
        scores = [one.answered.probabilities[:, at] for one in (old, new)]
        if np.isnan(scores[0]).any() or np.isnan(scores[1]).any():
            continue
        sides = [_Side.of(one, at, group) for one, group in zip((old, new), groups, strict=True)]
        found.append(_compared(label, scores, sides, samples, card.get(label)))
    return found


@dataclass(frozen=True)
class _Side:
    """The decisions on one label of one set, with the labels where they are known."""

    decided: NDArray[np.bool_]
    scores: NDArray[np.float32]
    has: NDArray[np.bool_]
    said: NDArray[np.bool_]
    groups: NDArray[np.int64]

    @classmethod
    def of(cls, one: Evaluated, at: int, groups: NDArray[np.int64] | None) -> _Side:
        labels = one.answered.labels[:, at]
        known = labels != UNLABELLED
        together = np.zeros(0, np.int64) if groups is None else groups[known]
        decided = one.decided[:, at]
        scores = one.answered.probabilities[:, at]
        return cls(decided, scores, labels[known] == 1, decided[known], together)

    def expected(self) -> float | None:
        """Return the mean probability of the alarms."""
        enough = self.decided.sum() >= _FEWEST_ALARMS
        return float(self.scores[self.decided].mean()) if enough else None

    def measured(self) -> Measured | None:
        """Return the figures where there are labels."""
        if not len(self.has):
            return None
        hits, said, support = (
            float(one.sum()) for one in (self.has & self.said, self.said, self.has)
        )
        ranges = decision_intervals(self.has, self.said, Resamples(self.groups))
        return Measured(
            hits / said if said else 0.0,
            hits / support if support else 0.0,
            2 * hits / (said + support) if said + support else 0.0,
            int(support),
            *ranges,
        )

    def counts(self) -> NDArray[np.float32]:
        """Return hits, alarms and texts with the label in each group, shape (n_groups, 3)."""
        parts = np.column_stack([self.has & self.said, self.said, self.has])
        return Resamples(self.groups).by_group(parts)


def _compared(
    label: str,
    scores: Sequence[NDArray[np.float32]],
    sides: Sequence[_Side],
    samples: Samples,
    card: Measured | None,
) -> LabelDrift:
    measured = [side.measured() for side in sides]
    rates = [1_000 * float(side.decided.mean()) for side in sides]
    enough = _ALARMS_MOVED * rates[0] / 1_000
    alarms = samples.change_of_rates(sides[0].decided, sides[1].decided, enough)
    return LabelDrift(
        label,
        samples.change(*tenths(*scores), population_stability, MOVED),
        float(ks_2samp(*scores).statistic),
        rates[0],
        rates[1],
        alarms,
        sides[0].expected(),
        sides[1].expected(),
        measured[0] or card,
        measured[1],
        _fell(sides, measured, card),
    )


def _fell(
    sides: Sequence[_Side], measured: Sequence[Measured | None], card: Measured | None
) -> bool | None:
    """Tell whether F1 is lower than before, by more than chance.

    Where the old texts have no labels, F1 of the model's card is taken for a fixed number.
    """
    before, now = measured
    if now is None or now.f1_range is None:
        return None
    if before is not None and before.f1_range is not None:
        return chance_of_fall(sides[0].counts(), sides[1].counts()) <= _CHANCE
    return None if card is None else now.f1_range.high < card.f1


def chance_of_fall(
    old: NDArray[np.float32], new: NDArray[np.float32], n_deals: int = RESAMPLES, seed: int = 0
) -> float:
    """Return how often F1 falls as far if all groups are dealt out to old and new by chance.

    A permutation test of one side, over groups. An interval of the difference would be too
    sure where one of the two is right every time.

    Parameters
    ----------
    old, new : ndarray, shape (n_old_groups, 3) and (n_new_groups, 3)
        Hits, alarms, texts with the label.
    """
    kinds, how_many = patterns(np.vstack([old, new]))
    rng = np.random.default_rng(seed)
    first = rng.multivariate_hypergeometric(how_many, len(old), n_deals, method="marginals")
    dealt = [f1_of(*(part @ kinds).T) for part in (first, how_many - first)]
    seen = [f1_of(*part.sum(axis=0)) for part in (old, new)]
    as_far = dealt[1] - dealt[0] <= seen[1] - seen[0] + _ROUNDING
    return float((1 + as_far.sum()) / (1 + n_deals))


def card_figures(manifest: Mapping[str, Any], task: Task) -> dict[str, Measured]:
    """Return what a model's manifest says of each label over all languages.

    Of several measurements, that on real texts goes before others, and those before that on
    the demo's.
    """
    figures = manifest.get("figures", {})
    order = sorted(figures, key=lambda name: (name != "real", name == "samples"))
    found: dict[str, Measured] = {}
    for name in order:
        table = figures[name].get("tables", {}).get(task.value, {}).get("all", {})
        for label, one in table.items():
            if one.get("support", 0) >= MIN_SUPPORT:
                plain = (one["precision"], one["recall"], one["f1"], one["support"])
                found.setdefault(label, Measured(*plain))
    return found
