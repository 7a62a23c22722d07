"""Choices that chance may not make."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.model.indexing import UNLABELLED


def cautious(costs: dict[float | None, NDArray[np.float64]]) -> float | None:
    """Return the smallest strength, None for no move at all, that is as good but for chance.

    Not worse than the best by more than a standard error of the differences text by text: the
    one-standard-error rule of Breiman et al. 1984, "Classification and regression trees". What
    chance may have preferred isn't worth a move.

    Parameters
    ----------
    costs : dict of float or None to ndarray of float, shape (n,)
        For each choice, from the smallest, what the answer to each text costs.
    """
    best = costs[min(costs, key=lambda one: float(costs[one].sum()))]
    return next(one for one, mine in costs.items() if not plainly_more(mine, best))


def plainly_more(costs: NDArray[np.float64], others: NDArray[np.float64]) -> bool:
    """Return whether costs are greater than others by more than a standard error."""
    more = costs - others
    return float(more.sum()) > float(np.std(more)) * np.sqrt(len(more))


SURE: Final = 0.9
"""From here on a probability says yes for sure, and as far from 1, no."""

_RATIO: Final = 1.5
_ERRORS: Final = 2.0


def contradicted(
    labels: NDArray[np.int64], probabilities: NDArray[np.float32]
) -> tuple[int, float]:
    """Return how many labels sure answers contradict, and how many they would if all were right.

    Parameters
    ----------
    labels : ndarray of int, shape (n, n_heads)
        1, 0 or unlabelled (-1).
    probabilities : ndarray of float, shape (n, n_heads)
        Calibrated, of texts held out; NaN where nothing was said.
    """
    likelier = np.maximum(probabilities, 1 - probabilities)
    sure = (labels != UNLABELLED) & (np.nan_to_num(likelier) >= SURE)
    against = (labels == 1) != (probabilities > 0.5)
    return int(against[sure].sum()), float((1 - likelier[sure]).sum())


def labels_look_wrong(labels: NDArray[np.int64], probabilities: NDArray[np.float32]) -> bool:
    """Return whether sure answers contradict more labels than their calibration allows.

    Hard labels that are right are contradicted now and then as well, but not oftener than the
    probabilities say; wrong ones are. Parameters as of :func:`contradicted`.
    """
    found, expected = contradicted(labels, probabilities)
    return found > max(_RATIO * expected, expected + _ERRORS * np.sqrt(expected))
