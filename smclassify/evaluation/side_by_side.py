"""Two models on the same labelled texts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from smclassify.evaluation.answers import Evaluated, evaluate
from smclassify.evaluation.comparison import Comparison, Decided, compare_answers
from smclassify.labelled import LabelledTexts
from smclassify.model.panel import Panel


def compare_panels(new: Panel, current: Panel, texts: LabelledTexts) -> Comparison:
    """Hold two models against each other, each at its own thresholds.

    Texts of one author or thread and near duplicates count as one in the paired test.

    Parameters
    ----------
    new, current : Panel
    texts : LabelledTexts

    Raises
    ------
    TrainingError
        If there are no texts.
    """
    said = evaluate(new, texts)
    return compare_evaluated(said, evaluate(current, texts), said.groups())


def compare_evaluated(
    new: Evaluated, current: Evaluated, groups: NDArray[np.int64], seed: int = 0
) -> Comparison:
    """Hold two models' answers to the same texts against each other.

    Parameters
    ----------
    new, current : Evaluated
        n texts.
    groups : ndarray of int, shape (n,)
        Texts that are right or wrong together.
    seed : int
    """
    texts = new.texts
    return compare_answers(
        texts.task,
        texts.labels,
        Decided(new.answered.probabilities, new.decided),
        Decided(current.answered.probabilities, current.decided),
        new.languages,
        groups.astype(str).tolist(),
        texts.own,
        seed=seed,
    )
