"""A flag and its reasons speak together.

A flag such as ``off_policy`` is many different faults. Its own head has the most examples,
the heads of its reasons the sharper picture; the mean of the two answers was better on
held-out writers than either (training/experiments.md).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from smclassify.labels import FLAGS, REASONS, Task
from smclassify.model.decision import columns


def with_reasons(probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the probabilities of a draft's labels, those of the flags with their reasons'.

    The chance that at least one reason applies is taken as if they were independent (a noisy
    or), and averaged with the flag's own probability. Where a flag or all its reasons are
    unknown (NaN), nothing is changed.

    Parameters
    ----------
    probabilities : ndarray of float, shape (n, n_heads)
        In the order of :data:`smclassify.labels.HEADS`; columns of a company's own labels
        after them stay as they are.
    """
    combined = probabilities.copy()
    for flag in FLAGS:
        column = columns(Task.DRAFTS, [flag])[0]
        reasons = probabilities[:, columns(Task.DRAFTS, REASONS[flag])]
        known = ~np.isnan(reasons).all(axis=1) & ~np.isnan(probabilities[:, column])
        any_reason = 1 - np.nanprod(1 - reasons[known], axis=1)
        combined[known, column] = (probabilities[known, column] + any_reason) / 2
    return combined
