"""What each head is to say of labelled texts, and where heads begin that know nothing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from smclassify.labelled import LabelledTexts
from smclassify.labels import FLAGS, REASONS, Task
from smclassify.model.indexing import UNLABELLED


def soft_targets(
    texts: LabelledTexts, names: Sequence[str], log_odds: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return what each head is to say of each text, shape (n, n_heads); NaN where unknown.

    A flag and its reasons answer together (:mod:`smclassify.model.combine`), so where only
    the flag was labelled, its reasons are to follow: without the flag there is no reason; with
    it, each reason is as probable as the model thinks it given that one of them applies (the
    expectation step of a noisy or; Dempster, Laird and Rubin 1977).
    """
    column = [texts.heads.index(name) for name in names]
    labels = texts.labels[:, column]
    targets = np.where(labels == UNLABELLED, np.nan, labels).astype(np.float64)
    for flag in FLAGS if texts.task is Task.DRAFTS else ():
        reasons = [names.index(reason) for reason in REASONS[flag] if reason in names]
        if flag not in names or not reasons:
            continue
        given = targets[:, names.index(flag)]
        unsaid = ~np.isnan(given) & np.isnan(targets[:, reasons]).all(axis=1)
        rows = np.flatnonzero(unsaid)[:, None]
        chances = expit(log_odds[rows, reasons])
        any_of_them = 1 - np.prod(1 - chances, axis=1, keepdims=True)
        share = chances / np.maximum(any_of_them, 1e-9)
        targets[rows, reasons] = given[rows] * np.minimum(share, 1.0)
    return targets


def common_odds(targets: NDArray[np.float64], known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return where heads of which the model knows nothing begin: at how common their label is."""
    shift = np.zeros(len(known))
    for head in np.flatnonzero(~known).tolist():
        given = targets[~np.isnan(targets[:, head]), head]
        shift[head] = logit((given.sum() + 1) / (len(given) + 2))
    return shift
