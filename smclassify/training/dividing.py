"""Labelled files divided: into training and test, or into what is kept and what is a copy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.labelled import Deduped, LabelledTexts, dedupe, split
from smclassify.labelled.duplicates import OUTVOTED, UNDECIDED
from smclassify.labels import Task
from smclassify.model.indexing import UNLABELLED
from smclassify.training.looking import Looked

Rows = dict[str, list[int]]
"""Group of a table -> numbers of its rows."""

CONTRADICTORY: Final = (OUTVOTED, UNDECIDED)
SHEET_COLUMNS: Final = ("file", "row", "id", "text", "labels", "decision", "set")


@dataclass(frozen=True)
class LabelShares:
    """How many texts that have a label went to each part."""

    label: str
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Division:
    """The texts of one task in parts.

    Attributes
    ----------
    task : Task
    texts : mapping of str to int
        Part -> its texts.
    languages : mapping of str to mapping of str to int
        Language -> part -> its texts.
    labels : tuple of LabelShares
        Of the labels that some text has.
    rows : mapping of str to Rows
        Part -> its rows.
    """

    task: Task
    texts: Mapping[str, int]
    languages: Mapping[str, Mapping[str, int]]
    labels: tuple[LabelShares, ...]
    rows: Mapping[str, Rows]


def divide(looked: Looked, shares: Mapping[str, float], seed: int) -> Division:
    """Deal the texts of one task out to parts, those that belong together to the same.

    Raises
    ------
    TrainingError
        If there are fewer groups of texts than parts.
    """
    texts = looked.texts
    part_of = split(texts, looked.tied.groups, looked.languages, shares, seed)
    spoken = np.array(looked.languages, dtype=np.str_)

    def counts(mask: NDArray[np.bool_]) -> dict[str, int]:
        return {part: int((mask & (part_of == part)).sum()) for part in shares}

    has = {label: texts.column(label) == 1 for label in texts.heads}
    return Division(
        texts.task,
        counts(np.ones(len(texts), bool)),
        {str(code): counts(spoken == code) for code in np.unique(spoken)},
        tuple(LabelShares(label, counts(mask)) for label, mask in has.items() if mask.any()),
        {part: rows_of(texts, np.flatnonzero(part_of == part).tolist()) for part in shares},
    )


def rows_of(texts: LabelledTexts, indexes: Iterable[int]) -> Rows:
    """Return the rows of some texts, by what their table is called."""
    rows: Rows = {}
    for index in indexes:
        rows.setdefault(texts.groups[index], []).append(texts.rows[index])
    return rows


def without_duplicates(looked: Looked, *, near: bool) -> Deduped:
    """Choose which texts of one task to keep, one of each that say the same."""
    return dedupe(looked.texts, near=near, alike=looked.alike)


def contradictory_rows(looked: Looked, deduped: Deduped) -> list[list[object]]:
    """Return a sheet of copies with different labels, set by set, for a person to decide.

    Returns
    -------
    list of list
        Rows as :data:`SHEET_COLUMNS` names their cells. Of each set every copy is there, also
        the one that is kept.
    """
    texts = looked.texts
    wrong = {one.index: one for one in deduped.dropped if one.why in CONTRADICTORY}
    copies: dict[int, list[int]] = {}
    for index, first in enumerate(looked.alike.same.tolist()):
        copies.setdefault(first, []).append(index)
    rows: list[list[object]] = []
    sets = [group for group in copies.values() if any(index in wrong for index in group)]
    for number, group in enumerate(sets, 1):
        for index in group:
            decision = f"dropped: {wrong[index].why}" if index in wrong else "kept"
            place = [texts.groups[index], texts.rows[index], texts.ids[index], texts.texts[index]]
            rows.append([*place, "|".join(_labels(texts, index)), decision, number])
    return rows


def _labels(texts: LabelledTexts, index: int) -> list[str]:
    """Return the labels that a text has; of one without any, "none", or nothing if nobody said."""
    row = texts.labels[index]
    has = [label for label, value in zip(texts.heads, row, strict=True) if value == 1]
    return has or ([] if (row == UNLABELLED).all() else ["none"])
