"""What a training's report tells, as plain values: numbers, words, tuples of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Range = tuple[float, float] | None
"""Low and high end of a 95 % interval; None where the texts are too few for one."""


def rounded_range(ends: Range) -> Range:
    """Return an interval in plain numbers of four places."""
    return None if ends is None else (round(ends[0], 4), round(ends[1], 4))


@dataclass(frozen=True)
class CurvePoint:
    """What a model that has learned from so many of the texts reaches.

    Attributes
    ----------
    texts : int
        Learned from; 0 is the model that one started from.
    labels : mapping of str to (float, float, float)
        label -> F1, and the low and high end of its 95 % interval.
    """

    texts: int
    labels: Mapping[str, tuple[float, float, float]]


@dataclass(frozen=True)
class LabelFigures:
    """How good the new model's answers on one label are, in one language or in all.

    Attributes
    ----------
    label, language : str
        The language may be ``"all"``.
    texts, support : int
        Texts looked at, and those of them that have the label.
    precision, recall, f1, average_precision, calibration_error : float
        See :class:`smclassify.evaluation.metrics.Figures`.
    f1_range : (float, float) or None
        95 % interval of F1.
    current_f1 : float or None
        The model's in use, on the same texts.
    """

    label: str
    language: str
    texts: int
    support: int
    precision: float
    recall: float
    f1: float
    average_precision: float
    calibration_error: float
    f1_range: Range = None
    current_f1: float | None = None


@dataclass(frozen=True)
class RecallCurve:
    """A precision-recall curve, thinned out, and where on it the decisions stand.

    Attributes
    ----------
    recall, precision : tuple of float
        From recall 1 down to 0; none where no text has the label.
    average_precision : float
    chosen : (float, float) or None
        Recall and precision of what the model decides; None where it flags nothing.
    """

    recall: tuple[float, ...]
    precision: tuple[float, ...]
    average_precision: float
    chosen: tuple[float, float] | None


@dataclass(frozen=True)
class CalibrationBin:
    """Texts whose probability lies between two bounds, and how many of them have the label.

    Attributes
    ----------
    low, high : float
    texts : int
    predicted : float
        Mean probability.
    observed : float
        Share that has the label.
    observed_range : (float, float)
        Its 95 % interval (Wilson 1927).
    """

    low: float
    high: float
    texts: int
    predicted: float
    observed: float
    observed_range: tuple[float, float]


@dataclass(frozen=True)
class ThresholdRow:
    """What a threshold would give, on the same texts.

    Attributes
    ----------
    threshold, precision, recall, f1 : float
        Precision is None where nothing would be flagged, recall where no text has the label.
    alarms_per_1000, false_alarms_per_1000, misses_per_1000 : float
        Of a thousand texts like the labelled ones.
    is_chosen : bool
        Whether the model decides by it.
    """

    threshold: float
    precision: float | None
    recall: float | None
    f1: float
    alarms_per_1000: float
    false_alarms_per_1000: float
    misses_per_1000: float
    is_chosen: bool = False


@dataclass(frozen=True)
class Confusion:
    """What was given, and what the model answered.

    Attributes
    ----------
    name : str
        The label, or the group of which one is right.
    given, answered : tuple of str
        Names of rows and of columns.
    counts : tuple of tuple of int
        Texts, a row for each name given.
    """

    name: str
    given: tuple[str, ...]
    answered: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class DecidedLabel:
    """A label that is decided yes or no by a threshold.

    Attributes
    ----------
    label : str
    thresholds : mapping of str to float
        language or ``"*"`` -> probability.
    texts, support : int
        Texts looked at, and those of them that have the label.
    precision, recall, f1, average_precision : (float, float) or None
        95 % intervals.
    curve : RecallCurve
        The new model's.
    current : RecallCurve or None
        Of the model in use.
    calibration : tuple of CalibrationBin
        Only bins with texts in them.
    calibration_error : float
    table : tuple of ThresholdRow
        By rising threshold.
    """

    label: str
    thresholds: Mapping[str, float]
    texts: int
    support: int
    precision: Range
    recall: Range
    f1: Range
    average_precision: Range
    curve: RecallCurve
    current: RecallCurve | None
    calibration: tuple[CalibrationBin, ...]
    calibration_error: float
    table: tuple[ThresholdRow, ...]


@dataclass(frozen=True)
class Word:
    """A word, what it gives to a label's sum in a text that has it, and how many texts do."""

    word: str
    weight: float
    texts: int


@dataclass(frozen=True)
class LabelWords:
    """The words of a language that speak most for a label and most against it."""

    label: str
    language: str
    speaks_for: tuple[Word, ...]
    speaks_against: tuple[Word, ...]


@dataclass(frozen=True)
class Mistake:
    """A text on which the model is sure, and at odds with its label.

    Attributes
    ----------
    label : str
        The label, or ``"kind"``.
    given, answered : str
    probability : float
        That the model gives to what it answered.
    language, text, id, file : str
    row : int
        Of the file, from 1; 0 where it isn't known.
    """

    label: str
    given: str
    answered: str
    probability: float
    language: str
    text: str
    id: str
    file: str
    row: int
