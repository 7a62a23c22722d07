"""Figures: precision, recall, F1, average precision, calibration error, each with its support."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score

from smclassify.labels import (
    DEPARTMENT,
    DEPARTMENTS,
    KIND,
    KINDS,
    Task,
    heads_of,
)
from smclassify.model.decision import (
    Thresholds,
    columns,
    decide_comments,
    decided_labels,
    is_flagged,
)
from smclassify.model.indexing import UNLABELLED

ALL = "all"
"""The line over all languages together."""


@dataclass(frozen=True)
class Figures:
    """How good the answers on one label are.

    Attributes
    ----------
    precision, recall, f1 : float
        Of the decision at the shipped thresholds; for ``kind`` and ``department`` the
        plain mean over their values (macro).
    average_precision : float
        Area under the precision-recall curve, whatever the threshold.
    support : int
        Texts that have the label.
    texts : int
        Texts looked at.
    calibration_error : float
        Expected calibration error: the mean distance between probability and frequency
        over ten bins of equal width, weighted by the texts in them (Guo et al. 2017).
    """

    precision: float
    recall: float
    f1: float
    average_precision: float
    support: int
    texts: int
    calibration_error: float

    def to_dict(self) -> dict[str, Any]:
        """Return the record of the contract of ``smclassify evaluate``."""
        return {
            "precision": round(self.precision, 4),
            "recall": round(self.recall, 4),
            "f1": round(self.f1, 4),
            "average_precision": round(self.average_precision, 4),
            "support": self.support,
        }


Table = dict[str, dict[str, Figures]]
"""language (or ``"all"``) -> label -> figures"""


def calibration_error(labels: NDArray, scores: NDArray, bins: int = 10) -> float:
    """Return the expected calibration error of some probabilities."""
    bin_of = np.minimum((scores * bins).astype(int), bins - 1)
    counts = np.bincount(bin_of, minlength=bins)
    gaps = np.bincount(bin_of, scores - labels, minlength=bins)
    return float(np.abs(gaps).sum() / max(counts.sum(), 1))


def _figures(labels: NDArray, decided: NDArray, scores: NDArray) -> Figures:
    hits = float((labels.astype(bool) & decided).sum())
    support, flagged = int(labels.sum()), int(decided.sum())
    return Figures(
        precision=hits / flagged if flagged else 0.0,
        recall=hits / support if support else 0.0,
        f1=2 * hits / (flagged + support) if flagged + support else 0.0,
        average_precision=float(average_precision_score(labels, scores)) if support else 0.0,
        support=support,
        texts=len(labels),
        calibration_error=calibration_error(labels, scores),
    )


def _macro(parts: Sequence[Figures]) -> Figures:
    """Return the plain mean over those values that occur."""
    present = [part for part in parts if part.support]
    mean = {
        name: float(np.mean([getattr(part, name) for part in present])) if present else 0.0
        for name in ("precision", "recall", "f1", "average_precision", "calibration_error")
    }
    total = sum(part.support for part in present)
    return Figures(support=total, texts=max([part.texts for part in parts], default=0), **mean)


def decisions(
    task: Task,
    probabilities: NDArray,
    languages: Sequence[str],
    thresholds: Thresholds,
    priors: Mapping[str, float],
    *,
    own: Sequence[str] = (),
) -> NDArray[np.bool_]:
    """Return what the program would answer, one column a head, shape (n, n_heads).

    Reasons have no threshold of their own; their columns say whether they are at least as
    likely as not.

    Parameters
    ----------
    task : Task
    probabilities : ndarray of float, shape (n, n_heads)
    languages : sequence of str, length n
    thresholds : mapping
        label -> language or ``"*"`` -> probability.
    priors : mapping of str to float
        How common each kind and department was in training.
    own : sequence of str
        The company's own labels: the columns after those of the guide.
    """
    decided = probabilities >= 0.5
    for label in decided_labels(task, own):
        column = columns(task, [label], own)[0]
        decided[:, column] = is_flagged(probabilities, task, label, languages, thresholds, own=own)
    if task is Task.COMMENTS:
        answer = decide_comments(probabilities, languages, thresholds, priors)
        decided[:, columns(task, KINDS)] = answer.kind[:, None] == np.arange(len(KINDS))
        indexes = np.arange(len(DEPARTMENTS))
        decided[:, columns(task, DEPARTMENTS)] = answer.department[:, None] == indexes
    return decided


def measure(
    task: Task,
    labels: NDArray,
    probabilities: NDArray,
    decided: NDArray[np.bool_],
    languages: Sequence[str],
    *,
    own: Sequence[str] = (),
) -> Table:
    """Measure answers against labels, for each language and over all.

    Parameters
    ----------
    task : Task
    labels : ndarray of int, shape (n, n_heads)
        1, 0 or unlabelled (-1), in the order of :func:`smclassify.labels.heads_of`.
    probabilities : ndarray of float, shape (n, n_heads)
        NaN where the model has not learned the label.
    decided : ndarray of bool, shape (n, n_heads)
        As :func:`decisions` gives it.
    languages : sequence of str, length n
    own : sequence of str
        The company's own labels: the columns after those of the guide.

    Returns
    -------
    dict
        What nobody has labelled, or the model has no answer to, is left out.
    """
    language = np.array(languages)
    table: Table = {}
    for name in [*sorted(set(languages)), ALL]:
        mine = np.ones(len(language), bool) if name == ALL else language == name
        rows: dict[str, Figures] = {}
        for column, label in enumerate(heads_of(task, own)):
            answered = ~np.isnan(probabilities[:, column])
            known = mine & answered & (labels[:, column] != UNLABELLED)
            if known.any():
                rows[label] = _figures(
                    labels[known, column], decided[known, column], probabilities[known, column]
                )
        if task is Task.COMMENTS:
            for group, members in ((KIND, KINDS), (DEPARTMENT, DEPARTMENTS)):
                parts = [rows[member] for member in members if member in rows]
                if parts:
                    rows[group] = _macro(parts)
        table[name] = rows
    return table


def as_card_table(table: Table) -> dict[str, dict[str, dict[str, float]]]:
    """Return all figures of a table as plain JSON values, for a manifest and its card."""
    return {
        language: {
            label: {
                **one.to_dict(),
                "calibration_error": round(one.calibration_error, 4),
                "texts": one.texts,
            }
            for label, one in rows.items()
        }
        for language, rows in table.items()
    }
