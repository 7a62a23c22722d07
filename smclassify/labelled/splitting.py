"""Dealing texts out to training and test: whole groups, each label and language in its share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.errors import TrainingError
from smclassify.labelled.texts import TEST, TRAIN, LabelledTexts

SHARES: Final[Mapping[str, float]] = MappingProxyType({TRAIN: 0.8, TEST: 0.2})


def split(
    texts: LabelledTexts,
    groups: NDArray[np.int64],
    languages: Sequence[str],
    shares: Mapping[str, float] = SHARES,
    seed: int = 0,
) -> NDArray[np.str_]:
    """Return the part of each text, shape (n,).

    Parameters
    ----------
    texts : LabelledTexts
    groups : ndarray of int64, shape (n,)
        Texts of one group go to one part.
    languages : sequence of str, length n
    shares : mapping of str to float
        Part -> its share of the texts; they need not add up to 1.
    seed : int
        Decides between groups of one size. The same texts and seed give the same parts.

    Raises
    ------
    TrainingError
        If there are fewer groups than parts, or a share is not positive.

    Notes
    -----
    Iterative stratification over groups, after Sechidis, Tsoumakas and Vlahavas 2011, "On the
    stratification of multi-label data": the groups are dealt out one by one, large ones first,
    each to the part that then lacks most of what the group has, counted in shares of what the
    part should have of every label in every language.
    """
    weights = np.array(list(shares.values()), np.float64)
    if not len(weights) or not (np.isfinite(weights) & (weights > 0)).all():
        raise TrainingError("Every part of a split needs a share above 0.", where="split")
    members = _by_group(groups)
    if len(members) < len(weights):
        raise TrainingError(
            f"There are {len(weights)} parts, but only {len(members)} groups of texts that belong "
            "together.",
            hint="Texts of one author, one thread or one wording are never torn apart.",
        )
    has = _strata(texts, languages)
    sums = np.stack([has[rows].sum(axis=0) for rows in members])
    wanted = np.outer(weights / weights.sum(), sums.sum(axis=0))
    part_of = _dealt(sums, wanted, _order(sums[:, 0], seed))
    names = np.array(list(shares), dtype=np.str_)
    parts = np.empty(len(texts), dtype=names.dtype)
    for rows, part in zip(members, part_of, strict=True):
        parts[rows] = names[part]
    return parts


def _by_group(groups: NDArray[np.int64]) -> list[NDArray[np.intp]]:
    order = np.argsort(groups, kind="stable")
    ends = np.flatnonzero(np.diff(groups[order])) + 1
    return np.split(order, ends) if len(order) else []


def _strata(texts: LabelledTexts, languages: Sequence[str]) -> NDArray[np.float64]:
    """Return what each text counts for: itself, its language, its labels there, (n, n_strata)."""
    spoken = np.array(languages, dtype=np.str_)
    of_language = np.stack([spoken == code for code in np.unique(spoken)], axis=1)
    has = texts.labels == 1
    of_label = (has[:, :, None] & of_language[:, None, :]).reshape(len(texts), -1)
    strata = np.hstack([np.ones((len(texts), 1), bool), of_language, of_label])
    return strata[:, strata.any(axis=0)].astype(np.float64)


def _order(sizes: NDArray[np.float64], seed: int) -> NDArray[np.intp]:
    """Return the groups in the order they are dealt out: large ones first, else by lot."""
    lot = np.random.default_rng(seed).permutation(len(sizes))
    return np.lexsort((lot, -sizes))


def _dealt(
    sums: NDArray[np.float64], wanted: NDArray[np.float64], order: NDArray[np.intp]
) -> NDArray[np.intp]:
    """Return the part of each group, shape (n_groups,)."""
    had = np.zeros_like(wanted)
    part_of = np.empty(len(sums), np.intp)
    for group in order:
        new = sums[group]
        # How much farther from what is wanted each part would be, in squares of its shares.
        farther = (new * (2 * (had - wanted) + new) / wanted**2).sum(axis=1)
        part = int(farther.argmin())
        had[part] += new
        part_of[group] = part
    return part_of
