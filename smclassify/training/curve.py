"""The learning curve of a company's training: what fewer of its texts would have given."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.evaluation.answers import Answered
from smclassify.evaluation.counts import f1_intervals
from smclassify.evaluation.metrics import ALL, measure
from smclassify.training.adapt import Adapter
from smclassify.training.deciding import Decider, Deciding
from smclassify.training.summary import CurvePoint

SHARES: Final = (0.0, 0.125, 0.25, 0.5, 1.0)


def learning_curve(
    adapter: Adapter,
    decider: Decider,
    by: Deciding,
    said: Answered,
    *,
    groups: NDArray[np.int64],
    seed: int = 0,
) -> list[CurvePoint]:
    """Measure the heads as a part of the texts would have moved them, on all the texts.

    Each share holds the smaller ones; whole groups are drawn. Thresholds are those of all
    texts, so that the points differ in what was learned alone.

    Parameters
    ----------
    adapter : Adapter
    decider : Decider
    by : Deciding
    said : Answered
        What the heads say of held-out texts when they learn from all the others.
    groups : ndarray of int, shape (n,)
    seed : int
    """
    chosen, member = np.unique(groups, return_inverse=True)
    rank = np.random.default_rng(seed).permutation(len(chosen))[member]
    points = []
    for number in sorted({round(share * len(chosen)) for share in SHARES}):
        learned = rank < number
        if not number and not adapter.knows_something:
            continue  # what begins with nothing has nothing to say
        probabilities = said.probabilities if learned.all() else adapter.held_out(learned)
        answers = Answered(said.labels, probabilities, said.languages)
        points.append(_point(int(learned.sum()), answers, decider, by, groups))
    return points


def _point(
    texts: int, said: Answered, decider: Decider, by: Deciding, groups: NDArray[np.int64]
) -> CurvePoint:
    decided = decider.decided(said, by)
    languages = said.languages.tolist()
    task, own = decider.task, decider.own
    figures = measure(task, said.labels, said.probabilities, decided, languages, own=own)[ALL]
    ranges = f1_intervals(
        task,
        said.labels,
        said.probabilities,
        decided,
        languages,
        groups.astype(str).tolist(),
        own,
        n_resamples=500,
    )[ALL]
    told = {
        label: (one.f1, *interval)
        for label, one in figures.items()
        if (interval := ranges.get(label)) is not None
    }
    return CurvePoint(texts, told)
