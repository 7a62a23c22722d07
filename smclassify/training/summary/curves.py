"""Of a label that is decided yes or no: its curves, its calibration, what thresholds give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest
from sklearn.metrics import average_precision_score, precision_recall_curve

from smclassify.evaluation import operating
from smclassify.evaluation.metrics import calibration_error
from smclassify.evaluation.resampling import intervals
from smclassify.training.summary.types import (
    CalibrationBin,
    DecidedLabel,
    RecallCurve,
    ThresholdRow,
    rounded_range,
)

THRESHOLDS: Final = tuple(round(0.05 * step, 2) for step in range(1, 20))
"""What thresholds a reader can compare: 0.05 to 0.95."""

_RESAMPLES: Final = 1_000
"""Enough for ends of two places; the average precision of a resample takes a while."""

_BINS: Final = 10
_POINTS: Final = 120


class Answers(NamedTuple):
    """What was said of one label: labels (0 or 1), probabilities, decisions, groups, shape (n,)."""

    labels: NDArray[np.int64]
    scores: NDArray[np.float64]
    decided: NDArray[np.bool_]
    groups: NDArray


def decided_label(
    label: str,
    thresholds: Mapping[str, float],
    new: Answers,
    current: Answers | None,
    prevalence: float | None = None,
) -> DecidedLabel:
    """Return what there is to tell of a yes-or-no label.

    Parameters
    ----------
    label : str
    thresholds : mapping of str to float
        language or ``"*"`` -> probability.
    new, current : Answers
        The new model's, of texts it had not learned from, and those of the model in use; at
        least one text.
    prevalence : float, optional
        The share of texts that have the label where the model will be used; by default that of
        the labelled texts.
    """
    ranges = intervals(*new, n_resamples=_RESAMPLES)
    return DecidedLabel(
        label,
        dict(thresholds),
        texts=len(new.labels),
        support=int(new.labels.sum()),
        precision=rounded_range(ranges.precision),
        recall=rounded_range(ranges.recall),
        f1=rounded_range(ranges.f1),
        average_precision=rounded_range(ranges.average_precision),
        curve=recall_curve(new),
        current=None if current is None else recall_curve(current),
        calibration=calibration(new),
        calibration_error=round(calibration_error(new.labels, new.scores), 4),
        table=threshold_table(new, thresholds.get("*", 0.5), prevalence),
    )


def recall_curve(answers: Answers) -> RecallCurve:
    """Return scikit-learn's precision-recall curve, in at most :data:`_POINTS` points."""
    if not answers.labels.any():
        return RecallCurve((), (), 0.0, None)
    precision, recall, _ = precision_recall_curve(answers.labels, answers.scores)
    # Evenly in recall: evenly in texts, most points would lie beyond the last text found.
    at = np.searchsorted(-recall, -np.linspace(1, 0, _POINTS), side="right") - 1
    at = np.unique(np.append(at, len(recall) - 1))
    area = float(average_precision_score(answers.labels, answers.scores))
    hits = float((answers.labels.astype(bool) & answers.decided).sum())
    flagged = int(answers.decided.sum())
    chosen = (round(hits / float(answers.labels.sum()), 4), round(hits / max(flagged, 1), 4))
    return RecallCurve(
        _rounded(recall[at]), _rounded(precision[at]), round(area, 4), chosen if flagged else None
    )


def calibration(answers: Answers) -> tuple[CalibrationBin, ...]:
    """Return the reliability of probabilities in ten bins of equal width, the empty ones left out.

    Each with the 95 % interval of Wilson (1927), as SciPy gives it.
    """
    bin_of = np.minimum((answers.scores * _BINS).astype(int), _BINS - 1)
    found = []
    for number in np.unique(bin_of).tolist():
        mine = bin_of == number
        texts, having = int(mine.sum()), int(answers.labels[mine].sum())
        interval = binomtest(having, texts).proportion_ci(method="wilson")
        found.append(
            CalibrationBin(
                number / _BINS,
                (number + 1) / _BINS,
                texts,
                round(float(answers.scores[mine].mean()), 4),
                round(having / texts, 4),
                (round(float(interval.low), 4), round(float(interval.high), 4)),
            )
        )
    return tuple(found)


def threshold_table(
    answers: Answers, chosen: float, prevalence: float | None = None
) -> tuple[ThresholdRow, ...]:
    """Return what thresholds would give in all languages, the chosen one among them."""
    thresholds = sorted({*THRESHOLDS, chosen})
    rows = operating.table(answers.labels, answers.scores, thresholds, prevalence=prevalence)
    return tuple(_threshold_row(row, row.threshold == chosen) for row in rows)


def _threshold_row(row: operating.Operating, is_chosen: bool) -> ThresholdRow:
    return ThresholdRow(
        round(row.threshold, 4),
        round(row.precision, 4) if row.alarms_per_1000 else None,
        round(row.recall, 4) if row.support else None,
        round(row.f1, 4),
        round(row.alarms_per_1000, 1),
        round(row.false_alarms_per_1000, 1),
        round(row.misses_per_1000, 1),
        is_chosen,
    )


def _rounded(values: NDArray) -> tuple[float, ...]:
    return tuple(values.round(4).tolist())
