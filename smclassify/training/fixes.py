"""A reviewed sheet of doubtful labels, read back and applied.

A row finds its text by where that stands and by what it says (``matching.py``). Only what was
changed since the sheet was written counts, and if anything in it is wrong nothing is applied.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.errors import TrainingError
from smclassify.exports import cell_text, open_table
from smclassify.labelled import LabelledTexts, from_records
from smclassify.labels import (
    DEPARTMENT,
    DEPARTMENTS,
    FLAG_OF_REASON,
    KIND,
    KINDS,
    KINDS_WITH_DEPARTMENT,
    PRIVATE_REPLY,
    Task,
)
from smclassify.model.indexing import UNLABELLED
from smclassify.training.matching import Matching
from smclassify.training.quality import YES_NO, Question, questions
from smclassify.training.review import Column, before_values, given_value, label_column

KEEP, FIX, DROP = "keep", "fix", "drop"
_VERDICTS: Final = {
    word: verdict
    for verdict, words in {
        KEEP: "keep garder 유지 保留 behalten",
        FIX: "fix corriger 수정 修改 korrigieren",
        DROP: "drop supprimer 삭제 删除 löschen",
    }.items()
    for word in words.split()
}
_TOLD: Final = 10
_NEEDED: Final = (Column.FILE, Column.TEXT)


@dataclass(frozen=True)
class Fix:
    """A row of a reviewed sheet.

    Attributes
    ----------
    number : int
        Its place in the sheet, from 1.
    cells : mapping of str to str
        By header, lower case.
    """

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "").strip()


@dataclass(frozen=True)
class Fixes:
    """A reviewed sheet: its name, and its rows that hold anything."""

    name: str
    rows: list[Fix]


@dataclass(frozen=True)
class Applied:
    """What a reviewed sheet has changed.

    Attributes
    ----------
    texts : dict of Task to LabelledTexts
        The corrected texts, without those dropped.
    changed : dict of str to int
        For each label, the texts whose value of it changed.
    dropped : int
        Texts taken out.
    ignored : list of str
        Rows that were not applied, and why.
    """

    texts: dict[Task, LabelledTexts]
    changed: dict[str, int]
    dropped: int
    ignored: list[str]


def read_fixes(path: str | Path) -> Fixes:
    """Read a reviewed sheet, in any format that tables are read in.

    Raises
    ------
    InputError
        If the file cannot be read.
    TrainingError
        If it is no sheet of doubtful labels, or has rows that cannot be read.
    """
    name = str(path)
    with open_table(path) as table:
        columns = [column.strip().casefold() for column in table.columns]
        missing = [one.value for one in _NEEDED if one not in columns]
        if missing:
            raise TrainingError(
                f"This is no reviewed sheet: it has no column {' and no column '.join(missing)}.",
                where=name,
                hint="Give back the sheet of doubtful labels with all of its columns.",
            )
        rows = [
            Fix(row.number, dict(zip(columns, map(cell_text, row.cells), strict=False)))
            for batch in table.batches()
            for row in batch
        ]
        lost = [str(problem) for problem in table.problems if problem.lost]
    if lost:
        raise TrainingError(f"Some rows cannot be read: {'; '.join(lost[:_TOLD])}", where=name)
    return Fixes(name, rows)


def apply_fixes(
    texts: Mapping[Task, LabelledTexts],
    fixes: Fixes,
    mapping: Mapping[str, str] = MappingProxyType({}),
) -> Applied:
    """Apply a reviewed sheet to the texts that it was made of.

    What counts is a label cell that no longer holds what it held when the sheet was written;
    an emptied one says that nothing is known. The verdict ``drop`` takes the text out,
    ``fix`` beside unchanged cells takes what was suggested, ``keep`` changes nothing. What
    follows by the guide follows here: a kind without a department loses it, a flag that is
    taken away takes its reasons along.

    Parameters
    ----------
    texts : mapping of Task to LabelledTexts
    fixes : Fixes
    mapping : mapping of str to str, optional
        What the company's own words mean, as when its sheet was read.

    Raises
    ------
    TrainingError
        If a cell holds no value of its label, or a verdict is none or contradicts the cells.
        It names the rows and columns; nothing is applied then. If most of the rows belong to
        no text.
    """
    run = _Application(texts, fixes.name, mapping)
    for fix in fixes.rows:
        run.take(fix)
    if len(run.ignored) > len(fixes.rows) / 2:
        raise TrainingError(
            f"{len(run.ignored):,} of {len(fixes.rows):,} rows belong to no text of these files; "
            f"the first: {run.ignored[0]}",
            where=fixes.name,
            hint="Was one column sorted without the others, or is the sheet of another file? Have "
            "it written anew by --review.",
        )
    return run.outcome()


@dataclass
class _Application:
    """One sheet being applied."""

    texts: Mapping[Task, LabelledTexts]
    name: str
    mapping: Mapping[str, str]
    changed: Counter[str] = field(default_factory=Counter)
    ignored: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.labels = {task: one.labels.copy() for task, one in self.texts.items()}
        self.gone: dict[Task, set[int]] = {task: set() for task in self.texts}
        self.asked = {task: questions(task, one.own) for task, one in self.texts.items()}
        self._seen: dict[tuple[Task, int], int] = {}
        self.matching = Matching(self.texts)

    def take(self, fix: Fix) -> None:
        """Apply a row, or note why not."""
        found = self.matching.find(
            fix[Column.FILE], fix[Column.ROW], fix[Column.ID], fix[Column.TEXT]
        )
        if isinstance(found, str):
            self.ignored.append(f"row {fix.number}: {found}")
            return
        first = self._seen.setdefault(found, fix.number)
        if first != fix.number:
            self.ignored.append(f"row {fix.number}: row {first} is about the same text.")
            return
        task, index = found
        word = fix[Column.VERDICT].casefold()
        verdict = _VERDICTS.get(word)
        edits = self._edits(fix, task, index)
        if word and verdict is None:
            self._complain(fix, Column.VERDICT, f"{word!r} is no verdict. Write keep, fix or drop.")
        elif verdict == KEEP and edits:
            changed = ", ".join(label_column(question.name) for question in edits)
            self._complain(fix, Column.VERDICT, f"it says keep, but {changed} was changed.")
        elif verdict == DROP:
            self.gone[task].add(index)
        else:
            if verdict == FIX and not edits:
                edits = self._suggested(fix, task)
            self._put(fix, task, index, edits)

    def _edits(self, fix: Fix, task: Task, index: int) -> dict[Question, int]:
        """Return the labels whose cell was changed, each with its new value."""
        edits: dict[Question, int] = {}
        before = before_values(fix[Column.BEFORE])
        for question in self.asked[task]:
            column = label_column(question.name)
            if column not in fix.cells:
                continue
            now = given_value(self.texts[task], index, question)
            was = before.get(question.name, "") if Column.BEFORE in fix.cells else now
            cell = fix[column]
            if cell.casefold() == was:
                continue
            value = self._value(fix, question, cell)
            new = question.values[value] if value != UNLABELLED else ""
            if new in (was, now):
                continue
            if now != was:
                said = f"{column} was {was or 'empty'} when the sheet was written and now is"
                self.ignored.append(f"row {fix.number}: {said} {now or 'empty'}.")
                continue
            edits[question] = value
        return edits

    def _value(self, fix: Fix, question: Question, cell: str) -> int:
        """Return the value that a cell holds, by its index, -1 for an empty one."""
        if not cell:
            return UNLABELLED
        # The words for true and false and for the kinds are those of the labelled room.
        asked = question if not question.is_yes_no else _ANY_YES_NO
        try:
            record = {Column.TEXT: "-", asked.name: cell}
            read = from_records(Task.COMMENTS, [record], self.name, mapping=self.mapping)
        except TrainingError as error:
            # Its hint is about options of a training, of which a reviewed sheet has none.
            hint = " Write true or false." if question.is_yes_no else ""
            self._complain(fix, label_column(question.name), f"{error.message}{hint}")
            return UNLABELLED
        return int(asked.given(read.labels)[0])

    def _suggested(self, fix: Fix, task: Task) -> dict[Question, int]:
        """Return what the sheet suggested for the label that it doubted most."""
        label, suggested = fix[Column.LABEL], fix[Column.SUGGESTED].casefold()
        for question in self.asked[task]:
            if question.name == label and suggested in question.values:
                return {question: question.values.index(suggested)}
        message = "it says fix, but no label was changed and none is suggested."
        self._complain(fix, Column.VERDICT, message)
        return {}

    def _put(self, fix: Fix, task: Task, index: int, edits: Mapping[Question, int]) -> None:
        labels = self.labels[task]
        for question, value in edits.items():
            question.put(labels, index, value)
            self.changed[question.name] += 1
        _follow(task, self.texts[task].heads, labels[index], {one.name for one in edits})

    def _complain(self, fix: Fix, column: str, message: str) -> None:
        self.wrong.append(f"row {fix.number}, {column}: {message}")

    def outcome(self) -> Applied:
        """Return what was changed, if nothing in the sheet is wrong."""
        if self.wrong:
            more = len(self.wrong) - _TOLD
            told = [*self.wrong[:_TOLD], *([f"and {more} more."] if more > 0 else [])]
            raise TrainingError("\n".join(told), where=self.name, hint="Nothing was applied.")
        kept = {
            task: [index for index in range(len(one)) if index not in self.gone[task]]
            for task, one in self.texts.items()
        }
        texts = {
            task: replace(one, labels=self.labels[task]).take(kept[task])
            for task, one in self.texts.items()
        }
        dropped = sum(map(len, self.gone.values()))
        return Applied(texts, dict(self.changed), dropped, self.ignored)


_ANY_YES_NO: Final = next(
    one for one in questions(Task.COMMENTS) if one.name == PRIVATE_REPLY and one.values == YES_NO
)


def _follow(task: Task, heads: Sequence[str], labels: NDArray[np.int64], edited: set[str]) -> None:
    """Write into a text's labels what follows from those edited, shape (n_heads,)."""
    at = {name: column for column, name in enumerate(heads)}
    if task is Task.COMMENTS and KIND in edited and DEPARTMENT not in edited:
        kinds = {name for name in KINDS if labels[at[name]] == 1}
        if kinds - KINDS_WITH_DEPARTMENT:
            labels[[at[name] for name in DEPARTMENTS]] = UNLABELLED
    for reason, flag in FLAG_OF_REASON.items() if task is Task.DRAFTS else ():
        known = labels[at[reason]] != UNLABELLED
        if flag in edited and known:
            # A flag newly raised has a reason, but nobody has said which.
            labels[at[reason]] = 0 if labels[at[flag]] == 0 else UNLABELLED
