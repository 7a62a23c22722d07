"""Figures of every label, in each language and in all, with their 95 % intervals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from smclassify.evaluation.answers import Answered
from smclassify.evaluation.counts import f1_intervals
from smclassify.evaluation.metrics import ALL, Figures, Table, measure
from smclassify.evaluation.resampling import Interval
from smclassify.labels import DEPARTMENT, DEPARTMENTS, KIND, KINDS, Task
from smclassify.model.decision import columns
from smclassify.model.indexing import UNLABELLED
from smclassify.training.summary.types import Confusion, LabelFigures, rounded_range

_NONE = "none"
_GROUPS = {KIND: KINDS, DEPARTMENT: DEPARTMENTS}


class Judged(NamedTuple):
    """A model's answers to labelled texts, and what it decides by them, shape (n, n_heads)."""

    answered: Answered
    decided: NDArray[np.bool_]

    def known(self, column: int) -> NDArray[np.bool_]:
        """Return which texts have both a label and an answer, shape (n,)."""
        said = ~np.isnan(self.answered.probabilities[:, column])
        return said & (self.answered.labels[:, column] != UNLABELLED)


def label_figures(
    task: Task, own: tuple[str, ...], new: Judged, current: Judged | None, groups: Sequence[str]
) -> tuple[LabelFigures, ...]:
    """Return the figures of every label; the languages of a label together, all of them first.

    Parameters
    ----------
    task : Task
    own : tuple of str
        The company's own labels.
    new, current : Judged
        The current model's, if there is one, of the same texts.
    groups : sequence of str, length n
        Texts that are right or wrong together.
    """
    table = _measured(task, own, new)
    before = _measured(task, own, current) if current is not None else {}
    ranges = f1_intervals(
        task,
        new.answered.labels,
        new.answered.probabilities,
        new.decided,
        new.answered.languages.tolist(),
        groups,
        own,
    )
    languages = [ALL, *(language for language in table if language != ALL)]
    return tuple(
        _figures(
            label,
            language,
            table[language][label],
            ranges[language][label],
            before.get(language, {}).get(label),
        )
        for label in table[ALL]
        for language in languages
        if label in table[language]
    )


def _measured(task: Task, own: tuple[str, ...], judged: Judged) -> Table:
    answered = judged.answered
    languages = answered.languages.tolist()
    return measure(
        task, answered.labels, answered.probabilities, judged.decided, languages, own=own
    )


def _figures(
    label: str, language: str, one: Figures, f1_range: Interval | None, current: Figures | None
) -> LabelFigures:
    return LabelFigures(
        label,
        language,
        texts=one.texts,
        support=one.support,
        precision=round(one.precision, 4),
        recall=round(one.recall, 4),
        f1=round(one.f1, 4),
        average_precision=round(one.average_precision, 4),
        calibration_error=round(one.calibration_error, 4),
        f1_range=rounded_range(f1_range),
        current_f1=None if current is None else round(current.f1, 4),
    )


# --- confusion --------------------------------------------------------------------------------


def confusions(
    task: Task, own: tuple[str, ...], yes_or_no: tuple[str, ...], judged: Judged
) -> tuple[Confusion, ...]:
    """Return what was answered by what was given: of kinds, departments, and each yes or no."""
    found = [*_of_groups(judged)] if task is Task.COMMENTS else []
    for label in yes_or_no:
        column = columns(task, [label], own)[0]
        known = judged.known(column)
        if known.any():
            given = judged.answered.labels[known, column]
            counts = _crossed(1 - given, 1 - judged.decided[known, column].astype(int), (2, 2))
            found.append(Confusion(label, ("yes", "no"), ("yes", "no"), counts))
    return tuple(found)


def _of_groups(judged: Judged) -> Iterator[Confusion]:
    for name, members in _GROUPS.items():
        at = columns(Task.COMMENTS, members)
        given, decided = one_given(judged, at), one_decided(judged, at)
        both = (given >= 0) & ~np.isnan(judged.answered.probabilities[:, at]).all(axis=1)
        if both.any():
            # A comment of a kind that no department has is handed to none.
            answered = (*members, _NONE) if (decided[both] < 0).any() else members
            column = np.where(decided < 0, len(members), decided)[both]
            shape = (len(members), len(answered))
            yield Confusion(name, members, answered, _crossed(given[both], column, shape))


def one_given(judged: Judged, at: list[int]) -> NDArray[np.int64]:
    """Return which of some columns is a text's label, -1 where none is, shape (n,)."""
    having = judged.answered.labels[:, at] == 1
    return np.where(having.any(axis=1), having.argmax(axis=1), -1)


def one_decided(judged: Judged, at: list[int]) -> NDArray[np.int64]:
    """Return which of some columns was answered, -1 where none was, shape (n,)."""
    decided = judged.decided[:, at]
    return np.where(decided.any(axis=1), decided.argmax(axis=1), -1)


def _crossed(
    rows: NDArray, columns: NDArray, shape: tuple[int, int]
) -> tuple[tuple[int, ...], ...]:
    counts = np.bincount(rows * shape[1] + columns, minlength=shape[0] * shape[1])
    return tuple(tuple(row) for row in counts.reshape(shape).tolist())
