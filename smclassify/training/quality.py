"""Label quality: which labels of a sheet are probably wrong, by confident learning.

A label is held against what a model says of its text that has not learned from it. Labels are
scored and counted by confident learning (Northcutt, Jiang and Chuang 2021, "Confident
learning: estimating uncertainty in dataset labels"), with the ``cleanlab`` library: the extra
``review``. What its scores find is measured in ``benchmarks/label_quality.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.errors import MissingExtraError
from smclassify.evaluation.answers import Answered
from smclassify.labelled import LabelledTexts
from smclassify.labels import (
    CRISIS,
    DEPARTMENT,
    DEPARTMENTS,
    FLAG_OF_REASON,
    FLAGS,
    KIND,
    KINDS,
    PRIVATE_REPLY,
    Task,
    heads_of,
)
from smclassify.model.indexing import UNLABELLED

YES_NO: Final = ("false", "true")
"""The values of a label that a text has or has not."""


@dataclass(frozen=True)
class Question:
    """One thing that is labelled of a text: a yes-or-no label, its kind, or its department.

    Attributes
    ----------
    name : str
        The label, ``kind`` or ``department``.
    values : tuple of str
        What it can be.
    columns : tuple of int
        Where it stands in a label matrix: one column, or one a value.
    """

    name: str
    values: tuple[str, ...]
    columns: tuple[int, ...]

    @property
    def is_yes_no(self) -> bool:
        """Whether it is a label that a text has or has not."""
        return len(self.columns) == 1

    def given(self, labels: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the index in :attr:`values` of what each text was given, -1 for nothing, (n,)."""
        own = labels[:, self.columns]
        if self.is_yes_no:
            return own[:, 0]
        return np.where((own == 1).sum(axis=1) == 1, (own == 1).argmax(axis=1), UNLABELLED)

    def shares(self, probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the probability of each value, summing to 1, shape (n, n_values).

        NaN where the model said nothing; of kinds and departments also for a single value
        that it has not learned, the rest then summing to 1.
        """
        own = probabilities[:, self.columns].astype(np.float64)
        if self.is_yes_no:
            return np.hstack([1 - own, own])
        # A head that is sure of no value must not make a row of 0/0.
        own = np.maximum(own, _LEAST)
        return own / np.nansum(own, axis=1, keepdims=True)

    def put(self, labels: NDArray[np.int64], row: int, value: int) -> None:
        """Write a value, given by its index, or -1 for nothing, into a label matrix."""
        if self.is_yes_no:
            labels[row, self.columns] = value
        else:
            every = np.arange(len(self.columns))
            labels[row, self.columns] = UNLABELLED if value == UNLABELLED else every == value


_LEAST: Final = 1e-6


def questions(task: Task, own: Sequence[str] = ()) -> list[Question]:
    """Return what can be labelled of a text, in the order of the label guide.

    Reasons are left out: a reason is only as right as its flag.
    """
    heads = heads_of(task, own)

    def one_of(name: str, values: Sequence[str]) -> Question:
        return Question(name, tuple(values), tuple(heads.index(value) for value in values))

    def yes_no(name: str) -> Question:
        return Question(name, YES_NO, (heads.index(name),))

    if task is Task.DRAFTS:
        asked = [yes_no(flag) for flag in FLAGS]
    else:
        asked = [one_of(KIND, KINDS), yes_no(PRIVATE_REPLY)]
        asked += [one_of(DEPARTMENT, DEPARTMENTS), yes_no(CRISIS)]
    return asked + [yes_no(label) for label in own]


def in_force(texts: LabelledTexts) -> list[Question]:
    """Return what at least one of the texts has a label for."""
    asked = questions(texts.task, texts.own)
    return [one for one in asked if (one.given(texts.labels) != UNLABELLED).any()]


@dataclass(frozen=True)
class Doubt:
    """What a model makes of one label of a text.

    Attributes
    ----------
    label : str
        The label, ``kind`` or ``department``.
    given, suggested : str
        What was given, and what the model finds most probable; the same where it agrees.
    probability : float
        Of what was given.
    quality : float
        From 0 (surely wrong) to 1: the probability of the given value (self-confidence).
    suspected : bool
        Whether confident learning counts it among the wrong ones.
    """

    label: str
    given: str
    suggested: str
    probability: float
    quality: float
    suspected: bool


@dataclass(frozen=True)
class Suspect:
    """A labelled text and what the model makes of its labels.

    Attributes
    ----------
    index : int
        Its place among the labelled texts.
    doubts : tuple of Doubt
        One for each of its labels that the model has an answer to, the worst first.
    """

    index: int
    doubts: tuple[Doubt, ...]

    @property
    def worst(self) -> Doubt:
        """The most doubtful of its labels."""
        return self.doubts[0]

    @property
    def suspected(self) -> bool:
        """Whether any of its labels is suspected to be wrong."""
        return any(doubt.suspected for doubt in self.doubts)


def suspects(texts: LabelledTexts, answered: Answered) -> list[Suspect]:
    """Rank labelled texts by how doubtful the most doubtful of their labels is.

    Parameters
    ----------
    texts : LabelledTexts
    answered : Answered
        What a model said of the texts that had not learned from them, such as the
        probabilities of a cross-validation; columns as those of the texts.

    Returns
    -------
    list of Suspect
        The most doubtful text first. All texts are there that have a label the model has an
        answer to.

    Raises
    ------
    MissingExtraError
        If cleanlab is not installed.
    """
    doubts: dict[int, list[Doubt]] = {}
    for question in in_force(texts):
        for index, doubt in _doubts(question, texts.labels, answered.probabilities):
            doubts.setdefault(index, []).append(doubt)
    ranked = [
        Suspect(index, tuple(sorted(found, key=lambda doubt: doubt.quality)))
        for index, found in sorted(doubts.items())
    ]
    return sorted(ranked, key=lambda suspect: suspect.worst.quality)


def _doubts(
    question: Question, labels: NDArray[np.int64], probabilities: NDArray[np.float32]
) -> list[tuple[int, Doubt]]:
    """Return the doubts about one label, each with the index of its text."""
    rows, given, shares = _answered(question, labels, probabilities)
    if not len(rows):
        return []
    quality, suspected = _confident_learning(given, shares)
    suggested = shares.argmax(axis=1)
    return [
        (
            int(row),
            Doubt(
                question.name,
                question.values[given[at]],
                question.values[suggested[at]],
                float(shares[at, given[at]]),
                float(quality[at]),
                # Where most labels are wrong the count can reach into those the model shares.
                bool(suspected[at] and suggested[at] != given[at]),
            ),
        )
        for at, row in enumerate(rows)
    ]


def _answered(
    question: Question, labels: NDArray[np.int64], probabilities: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return the texts that have the label and an answer about it.

    Returns
    -------
    rows, given : ndarray of int, shape (m,)
    shares : ndarray of float, shape (m, n_values)
        Nought for values that the model has not learned.
    """
    given, shares = question.given(labels), question.shares(probabilities)
    rows = np.flatnonzero(given != UNLABELLED)
    rows = rows[~np.isnan(shares[rows, given[rows]])]
    return rows, given[rows], np.nan_to_num(shares[rows])


def _confident_learning(
    given: NDArray[np.int64], shares: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the quality of each label and which are suspected, both of shape (m,).

    The score is the self-confidence: in comments it finds three to four points more of the wrong
    labels than the normalized margin, in drafts the same (``benchmarks/label_quality.py``). How
    many are suspected is told by the confident joint; those of the lowest score are.
    """
    try:
        from cleanlab.filter import find_label_issues
    except ImportError as error:
        raise MissingExtraError("Checks of label quality", "review") from error
    quality = shares[np.arange(len(given)), given]
    if len(np.unique(given)) < 2:
        # Nothing to count by: all texts were given the same.
        return quality, np.zeros(len(given), bool)
    suspected = find_label_issues(given, shares, filter_by="low_self_confidence", n_jobs=1)
    return quality, suspected


def normalized_margin(given: NDArray[np.int64], shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return half the margin of the given value over the best other one, plus a half, (m,).

    The score of that name of Northcutt et al.; cleanlab's own is the same, but takes seconds
    to import, and :func:`trust` is asked in every training.

    Parameters
    ----------
    given : ndarray of int, shape (m,)
    shares : ndarray of float, shape (m, n_values)
    """
    is_given = np.arange(shares.shape[1]) == given[:, None]
    best_other = np.where(is_given, -np.inf, shares).max(axis=1)
    return (shares[is_given] - best_other + 1) / 2


def trust(texts: LabelledTexts, answered: Answered) -> NDArray[np.float64]:
    """Return how much each label is to weigh in training, so that wrong ones do little harm.

    A label that the model shares weighs 1. One that it speaks against weighs less the surer it
    is, down to 0: twice its normalized margin. That was better than leaving suspected labels
    out where labels were wrong, and nearly harmless where they were right
    (``benchmarks/label_quality.py``). A reason weighs what its flag does.

    Parameters
    ----------
    texts : LabelledTexts
    answered : Answered
        As for :func:`suspects`.

    Returns
    -------
    ndarray of float, shape (n, n_heads)
        In [0, 1], in the order of the texts' heads; 1 where nothing was given or said.
    """
    weights = np.ones(texts.labels.shape)
    for question in in_force(texts):
        rows, given, shares = _answered(question, texts.labels, answered.probabilities)
        if len(rows):
            weight = np.minimum(1.0, 2 * normalized_margin(given, shares))
            weights[rows[:, None], question.columns] = weight[:, None]
    heads = texts.heads
    for reason, flag in FLAG_OF_REASON.items() if texts.task is Task.DRAFTS else ():
        weights[:, heads.index(reason)] = weights[:, heads.index(flag)]
    return weights
