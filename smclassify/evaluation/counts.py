"""Counting what is right: the figures of every label and language, as sums over texts.

Precision, recall and F1 are made of three sums (texts that have a label, that were said to,
that were rightly said to). Where each text's part in them is kept, the figures of any
resample are sums again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.evaluation.metrics import ALL
from smclassify.evaluation.resampling import (
    MIN_SUPPORT,
    RESAMPLES,
    Interval,
    Resamples,
    f1_interval,
    f1_of,
    percentile_interval,
)
from smclassify.labels import DEPARTMENT, DEPARTMENTS, KIND, KINDS, Task, heads_of
from smclassify.model.decision import columns, decided_labels
from smclassify.model.indexing import UNLABELLED

HITS, FLAGGED, SUPPORT = 0, 1, 2

_ONE_OF: Final = {KIND: KINDS, DEPARTMENT: DEPARTMENTS}
"""Labels of which a comment has one value; their F1 is the plain mean of the values'."""


def decided_rows(task: Task, own: Sequence[str] = ()) -> dict[str, list[int]]:
    """Return the labels that the program decides on, with the heads that each is made of."""
    rows = {label: columns(task, [label], own) for label in decided_labels(task, own)}
    if task is Task.COMMENTS:
        rows |= {name: columns(task, values, own) for name, values in _ONE_OF.items()}
    return rows


def all_rows(task: Task, own: Sequence[str] = ()) -> dict[str, list[int]]:
    """Return every label that is measured, with the heads that each is made of."""
    return {name: [at] for at, name in enumerate(heads_of(task, own))} | decided_rows(task, own)


@dataclass(frozen=True)
class Counts:
    """What each text adds to the figures.

    Attributes
    ----------
    languages : tuple of str, length n_languages
    parts : ndarray of float32, shape (n, n_languages, n_heads, 3)
        For each text 1 where it is a hit, is flagged, has the label; else 0.
    """

    languages: tuple[str, ...]
    parts: NDArray[np.float32]

    @classmethod
    def of(
        cls,
        labels: NDArray[np.int64],
        decided: NDArray[np.bool_],
        known: NDArray[np.bool_],
        languages: Sequence[str],
    ) -> Counts:
        """Count the texts.

        Parameters
        ----------
        labels : ndarray of int, shape (n, n_heads)
        decided, known : ndarray of bool, shape (n, n_heads)
            What was said, and where it counts.
        languages : sequence of str, length n
        """
        codes, at = np.unique(np.asarray(languages), return_inverse=True)
        has, said = (labels == 1) & known, decided & known
        each = np.stack([has & said, said, has], axis=-1)
        parts = np.zeros((len(labels), len(codes), *each.shape[1:]), np.float32)
        parts[np.arange(len(labels)), at] = each
        return cls(tuple(codes.tolist()), parts)

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines that :func:`f1_table` gives: every language, then all."""
        return (*self.languages, ALL)


def with_all(sums: NDArray) -> NDArray:
    """Put the sums over all languages behind those of each.

    Parameters
    ----------
    sums : ndarray, shape (..., n_languages, n_heads, 3)

    Returns
    -------
    ndarray, shape (..., n_languages + 1, n_heads, 3)
    """
    return np.concatenate([sums, sums.sum(axis=-3, keepdims=True)], axis=-3)


def f1_table(sums: NDArray, rows: Sequence[Sequence[int]]) -> NDArray[np.float64]:
    """Return F1 by language and label, NaN where nothing has the label.

    Parameters
    ----------
    sums : ndarray, shape (..., n_lines, n_heads, 3)
    rows : sequence of sequence of int, length n_rows
        The heads of each label; of several, those that occur are averaged.

    Returns
    -------
    ndarray, shape (..., n_lines, n_rows)
    """
    by_head = f1_of(sums[..., HITS], sums[..., FLAGGED], sums[..., SUPPORT])
    return np.stack([_mean_of_known(by_head[..., list(heads)]) for heads in rows], axis=-1)


def _mean_of_known(values: NDArray[np.float64]) -> NDArray[np.float64]:
    known = ~np.isnan(values)
    total = np.where(known, values, 0).sum(axis=-1)
    count = known.sum(axis=-1)
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)


def supporting_groups(
    counts: Counts, resamples: Resamples, rows: Sequence[Sequence[int]], of: int = SUPPORT
) -> NDArray[np.int64]:
    """Return how many groups have each label, by language and over all.

    Returns
    -------
    ndarray, shape (n_languages + 1, n_rows)
    """
    sums = with_all(resamples.by_group(counts.parts))[..., of]
    some = [(sums[..., list(heads)] > 0).any(axis=-1).sum(axis=0) for heads in rows]
    return np.stack(some, axis=-1)


IntervalTable = dict[str, dict[str, Interval | None]]
"""language (or ``"all"``) -> label -> interval of F1"""


def f1_intervals(  # noqa: PLR0917 - as of measure(), and the groups
    task: Task,
    labels: NDArray[np.int64],
    probabilities: NDArray,
    decided: NDArray[np.bool_],
    languages: Sequence[str],
    groups: Sequence[str],
    own: Sequence[str] = (),
    *,
    n_resamples: int = RESAMPLES,
    seed: int = 0,
) -> IntervalTable:
    """Return the 95 % interval of each F1 that :func:`~.metrics.measure` gives.

    Parameters are those of ``measure``, and ``groups``: what sticks together.

    Returns
    -------
    dict
        None where fewer than :data:`~.resampling.MIN_SUPPORT` groups have the label.
    """
    rows = all_rows(task, own)
    known = (labels != UNLABELLED) & ~np.isnan(probabilities)
    counts = Counts.of(labels, decided, known, languages)
    resamples = Resamples(groups, n_resamples, seed)
    support = supporting_groups(counts, resamples, list(rows.values()))
    drawn = with_all(resamples.totals(counts.parts))
    macro = f1_table(drawn, list(rows.values()))
    involved = _involved(counts, resamples)
    table: IntervalTable = {}
    for line, language in enumerate(counts.lines):
        table[language] = {}
        for row, (name, heads) in enumerate(rows.items()):
            interval = None
            if support[line, row] >= MIN_SUPPORT and len(heads) > 1:
                interval = percentile_interval(macro[:, line, row])
            elif support[line, row] >= MIN_SUPPORT:
                hits, flagged, had = drawn[:, line, heads[0]].T
                interval = f1_interval(hits, flagged, had, int(involved[line, heads[0]]))
            table[language][name] = interval
    return table


def _involved(counts: Counts, resamples: Resamples) -> NDArray[np.int64]:
    """Return how many groups have each head or were said to, shape (n_languages + 1, n_heads)."""
    sums = with_all(resamples.by_group(counts.parts))
    return (sums[..., [FLAGGED, SUPPORT]].sum(axis=-1) > 0).sum(axis=0)
