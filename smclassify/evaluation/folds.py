"""Folds: who is held out together, so that a model is measured on what it cannot have seen.

Texts of one group (an author, a thread, near duplicates of each other) are never on both
sides. As far as the groups allow, every fold has its share of each label in each language.
scikit-learn's ``StratifiedGroupKFold`` does this for one label a text; ours have many, some
of them rare, so groups are dealt out as in iterative stratification: what is rarest first,
to the fold that lacks it most (Sechidis, Tsoumakas & Vlahavas 2011, "On the stratification
of multi-label data"), here with groups in the place of single texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from smclassify.errors import TrainingError
from smclassify.model.indexing import UNLABELLED

_JITTER: Final = 0.25
"""How much the order of groups is shaken (standard deviation of the logarithm of a group's
weight): enough that repeats differ where groups are few and large, too little for a large
group to come last, when nothing could make up for it."""


def grouped_folds(
    labels: NDArray[np.int64],
    groups: Sequence[str],
    languages: Sequence[str],
    n_splits: int = 5,
    seed: int = 0,
) -> NDArray[np.int64]:
    """Return the fold of each text, shape (n,), so that no group is in two of them.

    Parameters
    ----------
    labels : ndarray of int, shape (n, n_heads)
        1, 0 or unlabelled (-1).
    groups : sequence of str, length n
        What must stay together.
    languages : sequence of str, length n
    n_splits : int, default 5
        Where there are fewer groups, there are only as many folds.
    seed : int, default 0
        The same seed gives the same folds.

    Raises
    ------
    TrainingError
        If there are not two groups that could be held apart.
    """
    member, n_groups = group_index(groups)
    if n_groups < 2:
        raise TrainingError(
            "All texts belong together (the same writer, thread or wording), so none can be "
            "held out to measure on.",
            hint="Add texts of other writers, or name the column with their authors.",
        )
    shares = _shares(np.asarray(labels), member, n_groups, languages)
    rng = np.random.default_rng(seed)
    dealt = _deal(shares, min(n_splits, n_groups), rng)
    return dealt[member]


def repeated_folds(
    labels: NDArray[np.int64],
    groups: Sequence[str],
    languages: Sequence[str],
    n_splits: int = 5,
    *,
    repeats: int = 3,
    seed: int = 0,
) -> NDArray[np.int64]:
    """Return the folds of several dealings, shape (repeats, n).

    Parameters and errors are those of :func:`grouped_folds`.
    """
    seeds = np.random.SeedSequence(seed).generate_state(repeats)
    return np.stack([grouped_folds(labels, groups, languages, n_splits, int(one)) for one in seeds])


def group_index(groups: ArrayLike) -> tuple[NDArray[np.int64], int]:
    """Return the number of each text's group, shape (n,), and how many groups there are."""
    names, member = np.unique(np.asarray(groups), return_inverse=True)
    return member.astype(np.int64), len(names)


def _shares(
    labels: NDArray[np.int64], member: NDArray[np.int64], n_groups: int, languages: Sequence[str]
) -> NDArray[np.float64]:
    """Return what share of each stratum a group holds, shape (n_groups, n_strata).

    The strata are: each label in each language, whatever is labelled at all, each language,
    and all texts.
    """
    codes, language = np.unique(np.asarray(languages), return_inverse=True)
    spoken = language[:, None] == np.arange(len(codes))
    has = labels == 1
    in_language = (has[:, :, None] & spoken[:, None, :]).reshape(len(labels), -1)
    everything = np.ones((len(labels), 1), bool)
    strata = np.hstack([in_language, labels != UNLABELLED, spoken, everything])
    strata = strata[:, strata.any(axis=0)]
    counts = np.zeros((n_groups, strata.shape[1]))
    np.add.at(counts, member, strata)
    return counts / counts.sum(axis=0)


def _deal(shares: NDArray[np.float64], n_folds: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return the fold of each group, shape (n_groups,).

    A group goes where the sum of squares of the folds' shares, over all strata, grows least.
    Since one stratum is all texts, an empty fold is always filled before a second group
    joins one.
    """
    weight = np.linalg.norm(shares, axis=1) * np.exp(_JITTER * rng.standard_normal(len(shares)))
    held = np.zeros((n_folds, shares.shape[1]))
    fold = np.zeros(len(shares), np.int64)
    for group in np.argsort(-weight, kind="stable"):
        fold[group] = np.argmin(held @ shares[group])
        held[fold[group]] += shares[group]
    return fold
