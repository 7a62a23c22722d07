"""Thresholds tuned on several kinds of texts, each weighing the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from smclassify.labels import LANGUAGES, Task
from smclassify.model.decision import DECIDED_LABELS, columns
from smclassify.model.heads import UNLABELLED
from smclassify.model.thresholds import tune_evenly

ENOUGH_TO_TUNE: Final = 25
"""A language counts for a threshold where so many of its texts have the label."""


class Answered(NamedTuple):
    """What was said of labelled texts by a model that had not seen their writers.

    Attributes
    ----------
    labels : ndarray of int, shape (n, n_heads of the task)
    probabilities : ndarray of float32, shape (n, n_heads of the task)
        NaN where nothing was said.
    languages : ndarray of str, shape (n,)
    """

    labels: NDArray[np.int64]
    probabilities: NDArray[np.float32]
    languages: NDArray[np.str_]

    def of(self, language: str, column: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return labels and probabilities of a language's texts that have both."""
        known = (self.labels[:, column] != UNLABELLED) & ~np.isnan(self.probabilities[:, column])
        mine = known & (self.languages == language)
        return self.labels[mine, column], self.probabilities[mine, column]


def tuned_evenly(
    task: Task, names: Sequence[str], kinds: Sequence[Sequence[Answered]]
) -> dict[str, dict[str, float]]:
    """Return the threshold of each label, as :class:`TaskModel` holds them.

    Parameters
    ----------
    task : Task
    names : sequence of str
        The labels that were learned.
    kinds : sequence of sequence of Answered
        Texts of one kind are one group a language, and all groups weigh the same. A group
        counts where :data:`ENOUGH_TO_TUNE` of its texts have the label.
    """
    thresholds = {}
    for label in (one for one in DECIDED_LABELS[task] if one in names):
        column = columns(task, [label])[0]
        by_language = [
            [one.of(language, column) for one in kind] for kind in kinds for language in LANGUAGES
        ]
        groups = [
            (np.concatenate([of for of, _ in parts]), np.concatenate([said for _, said in parts]))
            for parts in by_language
            if parts
        ]
        enough = [one for one in groups if (one[0] == 1).sum() >= ENOUGH_TO_TUNE]
        if enough:
            thresholds[label] = {"*": tune_evenly(enough)}
    return thresholds
