"""What the cells of a row say of its labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from smclassify.labelled.columns import LISTS, LabelColumn
from smclassify.labelled.names import fold, split_names
from smclassify.labelled.synonyms import synonyms
from smclassify.labelled.understood import UNSAID
from smclassify.labelled.unknown import UnknownValues
from smclassify.labelled.vocabulary import LABELS, NOTHING, REASONS, Meaning, Vocabulary
from smclassify.labels import (
    CRISIS,
    DEPARTMENTS,
    FLAG_OF_REASON,
    FLAGS,
    KINDS,
    KINDS_WITH_DEPARTMENT,
    PRIVATE_REPLY,
    Task,
)

_CIRCLES: Final = frozenset(map(fold, ("o", "○", "〇", "ㅇ")))
_CROSS: Final = "x"
_TWO: Final = "has two {}s ({}); taken for none"
_NO_DEPARTMENT: Final = "has the department {} though its kind, {}, has none; it is left out"
_AGAINST: Final = "“{}” says {} of {}, another column the opposite; “{}” counts"


class Sayings:
    """What the rows of one table say of labels.

    Parameters
    ----------
    task : Task
    columns : sequence of LabelColumn
    vocabulary : Vocabulary
    different : mapping of int to sequence of str
        For each of their places, its different cells that are not blank.
    unknown : UnknownValues
        Takes what is no label.
    """

    def __init__(
        self,
        task: Task,
        columns: Sequence[LabelColumn],
        vocabulary: Vocabulary,
        different: Mapping[int, Sequence[str]],
        unknown: UnknownValues,
    ) -> None:
        self._task = task
        self._columns = columns
        self._vocabulary = vocabulary
        self._unknown = unknown
        self._allowed = {c.place: vocabulary.allowed(c.use, task) for c in columns}
        self.values: dict[str, tuple[str, ...]] = {}
        self._lists: dict[int, dict[str, Meaning]] = {}
        self._strange: dict[int, dict[str, list[str]]] = {}
        self._truths: dict[int, dict[str, int | None]] = {}
        for column in columns:
            cells = different[column.place]
            if column.use in LISTS:
                self._learn_names(column, cells)
            else:
                self._truths[column.place] = self._truth_of(column, cells)
        self._named = {place: _named(known.values()) for place, known in self._lists.items()}

    # --- values ---------------------------------------------------------------------------

    def _learn_names(self, column: LabelColumn, cells: Sequence[str]) -> None:
        known: dict[str, Meaning] = {}
        strange: dict[str, list[str]] = {}
        for cell in cells:
            parts = [cell] if self._vocabulary.meaning(cell) is not None else split_names(cell)
            meanings = {part: self._vocabulary.meaning(part) for part in parts}
            wrong = [part for part, one in meanings.items() if not self._fits(column, one)]
            if wrong:
                strange[cell] = wrong
            fitting = {p: one for p, one in meanings.items() if one is not None and p not in wrong}
            known[cell] = Meaning(
                tuple(dict.fromkeys(label for one in fitting.values() for label in one.labels)),
                any(one.clean for one in fitting.values()),
            )
            taken = {part: _taken_for(one) for part, one in fitting.items()}
            self.values |= {part.strip(): what for part, what in taken.items() if what != (part,)}
        self._lists[column.place], self._strange[column.place] = known, strange

    def _fits(self, column: LabelColumn, meaning: Meaning | None) -> bool:
        if meaning is None or meaning.truth is not None:
            return False
        return set(meaning.labels) <= set(self._allowed[column.place])

    def _truth_of(self, column: LabelColumn, cells: Sequence[str]) -> dict[str, int | None]:
        """Return what each cell says: 1, 0, or -1 for nothing; ``None`` where nobody knows."""
        words = synonyms()
        # Where circles mean yes, as in Korea and Japan, a cross means no.
        crossed = any(fold(cell) in _CIRCLES for cell in cells)
        truths: dict[str, int | None] = {}
        for cell in cells:
            said = self._vocabulary.mapped(cell)
            if said is not None:
                truths[cell] = _mapped_truth(said, column.use)
                self.values[cell.strip()] = _taken_for(said)
            elif crossed and fold(cell) == _CROSS:
                truths[cell] = 0
            elif words.means("true", cell) or words.means("false", cell):
                truths[cell] = int(words.means("true", cell))
            else:
                silent = not fold(cell) or words.means("nothing", cell)
                truths[cell] = -1 if silent else None
        return truths

    # --- rows -----------------------------------------------------------------------------

    def of(self, cells: Mapping[int, str | None], where: str, odd: list[str]) -> dict[str, int]:
        """Return what a row says: label -> 1 or 0; what it doesn't say is not there.

        Parameters
        ----------
        cells : mapping of int to str or None
            Of each column its cell; ``None`` where the row has no such key.
        where : str
            The row, for messages.
        odd : list of str
            Takes what is odd.
        """
        known: dict[str, int] = {}
        kinds: list[str] = []
        departments: list[str] = []
        for column in self._columns:
            cell = cells[column.place]
            if cell is None or column.use not in LISTS:
                continue
            said = self._names(column, cell, where)
            known |= self._yes_or_no(column, said, blank=_is_blank(cell))
            kinds += [label for label in said.labels if label in KINDS]
            departments += [label for label in said.labels if label in DEPARTMENTS]
        if self._task is Task.COMMENTS:
            known |= _one_of(kinds, departments, odd)
        for column in self._columns:
            cell = cells[column.place]
            if cell is not None and column.use not in LISTS:
                self._add_truth(column, cell, known, where, odd)
        return known

    def _names(self, column: LabelColumn, cell: str, where: str) -> Meaning:
        if not cell.strip():
            return NOTHING
        for part in self._strange[column.place].get(cell, ()):
            self._unknown.label(part, where, self._allowed[column.place])
        return self._lists[column.place][cell]

    def _yes_or_no(self, column: LabelColumn, said: Meaning, *, blank: bool) -> dict[str, int]:
        """Return what a list of names says of those labels that a text can have or not."""
        place, drafts = column.place, self._task is Task.DRAFTS
        flags = {FLAG_OF_REASON.get(label, label) for label in said.labels}
        empty_means_none = drafts and column.use in (LABELS, REASONS)
        if not (said.labels or said.clean or (blank and empty_means_none)):
            return {}  # nobody has said
        if column.use == REASONS:
            return {reason: int(reason in said.labels) for reason in FLAG_OF_REASON}
        of_flags = column.use == LABELS or said.clean
        named = self._named[place]
        heads = [flag for flag in FLAGS if of_flags or flag in named] if drafts else []
        heads += [
            label for label in (PRIVATE_REPLY, CRISIS, *self._vocabulary.own) if label in named
        ]
        return {label: int(label in flags) for label in heads}

    def _add_truth(
        self,
        column: LabelColumn,
        cell: str,
        known: dict[str, int],
        where: str,
        odd: list[str],
    ) -> None:
        label = column.use
        if not cell.strip():
            # Only of these does an empty cell say no, as in a sheet in which one puts crosses.
            if label in (*FLAGS, PRIVATE_REPLY, *self._vocabulary.own):
                known[label] = 0
            return
        truth = self._truths[column.place][cell]
        if truth is None:
            self._unknown.boolean(cell.strip(), f"{where}, {column.header.strip()}")
        elif truth >= 0:
            if known.get(label, truth) != truth:
                word = "yes" if truth else "no"
                odd.append(_AGAINST.format(column.header, word, label, column.header))
            known[label] = truth


def _taken_for(said: Meaning) -> tuple[str, ...]:
    """Return what a value means, in words for whoever mapped it."""
    if said.truth is not None:
        return ("true",) if said.truth else ("false",)
    return said.labels if said.labels or said.clean else (UNSAID,)


def _is_blank(cell: str) -> bool:
    """Return whether no name stands in a cell; an empty list of JSON is as blank as nothing."""
    return not cell.strip() or (cell.lstrip().startswith("[") and not split_names(cell))


def _named(meanings: Iterable[Meaning]) -> set[str]:
    labels = {label for one in meanings for label in one.labels}
    return labels | {FLAG_OF_REASON[label] for label in labels if label in FLAG_OF_REASON}


def _mapped_truth(said: Meaning, label: str) -> int | None:
    if said.truth is not None:
        return int(said.truth)
    if said.clean:
        return 0
    return int(label in said.labels) if said.labels else -1


def _one_of(kinds: Sequence[str], departments: Sequence[str], odd: list[str]) -> dict[str, int]:
    """Return what is said of the labels of which a comment has one."""
    known: dict[str, int] = {}
    kind = _single(kinds, "kind", odd)
    if kind is not None:
        known |= {name: int(name == kind) for name in KINDS}
    department = _single(departments, "department", odd)
    if department is None:
        return known
    if kind is None or kind in KINDS_WITH_DEPARTMENT:
        return known | {name: int(name == department) for name in DEPARTMENTS}
    odd.append(_NO_DEPARTMENT.format(department, kind))
    return known


def _single(names: Sequence[str], what: str, odd: list[str]) -> str | None:
    different = list(dict.fromkeys(names))
    if len(different) > 1:
        odd.append(_TWO.format(what, ", ".join(different)))
    return different[0] if len(different) == 1 else None
