"""Thresholds tuned on several kinds of texts, each weighing the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from smclassify.evaluation.answers import Answered
from smclassify.labels import LANGUAGES, Task
from smclassify.model.decision import DECIDED_LABELS, columns
from smclassify.model.thresholds import tune_evenly

ENOUGH_TO_TUNE: Final = 25
"""A language counts for a threshold where so many of its texts have the label."""


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
