"""Labelled texts: reading them from files, and who may be held out together.

A file is JSONL as in ``docs/writing.md`` or any table the exports room reads, with a
``text`` column and labels: for drafts ``labels`` (``spammy|off_policy``, empty for clean,
and where known ``reasons``) or one true/false column a label; for comments
``private_reply`` and, where known, ``kind``, ``department``, ``crisis``.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from smclassify.errors import TrainingError
from smclassify.exports import Role, cell_text, find_column, open_table
from smclassify.labels import (
    CRISIS,
    DEPARTMENT,
    DEPARTMENTS,
    FLAG_OF_REASON,
    FLAGS,
    HEADS,
    KIND,
    KINDS,
    KINDS_WITH_DEPARTMENT,
    PRIVATE_REPLY,
    Task,
)
from smclassify.model.heads import UNLABELLED

LABELS = "labels"
REASONS = "reasons"
MAX_FOLDS = 5

_TRUE = frozenset({"true", "1", "1.0", "yes", "y", "oui", "vrai", "예", "참", "是", "x"})
_FALSE = frozenset({"false", "0", "0.0", "no", "n", "non", "faux", "아니오", "거짓", "否", ""})


@dataclass(frozen=True)
class LabelledTexts:
    """Texts of one task with their labels.

    Attributes
    ----------
    task : Task
    ids, texts : list of str, length n
    languages : list of str or None, length n
        As the file says; None where it doesn't.
    groups : list of str, length n
        The batch (file) each text is from: its writer.
    labels : ndarray of int, shape (n, n_heads)
        1, 0, or unlabelled (-1), in the order of :data:`smclassify.labels.HEADS`.
    """

    task: Task
    ids: list[str]
    texts: list[str]
    languages: list[str | None]
    groups: list[str]
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.texts)

    @classmethod
    def joined(cls, parts: Sequence[LabelledTexts]) -> LabelledTexts:
        """Return the texts of several, one after another; all of one task."""
        first = parts[0]
        return cls(
            first.task,
            [one for part in parts for one in part.ids],
            [one for part in parts for one in part.texts],
            [one for part in parts for one in part.languages],
            [one for part in parts for one in part.groups],
            np.vstack([part.labels for part in parts]),
        )


def split_names(cell: str) -> list[str]:
    """Return the names in a cell such as ``spammy|off_policy`` or ``["spammy"]``."""
    bare = cell.strip().strip("[]").replace('"', "").replace("'", "")
    for separator in ";,":
        bare = bare.replace(separator, "|")
    return [name.strip() for name in bare.split("|") if name.strip()]


def _boolean(cell: str, where: str) -> int:
    word = cell.strip().casefold()
    if word in _TRUE:
        return 1
    if word in _FALSE:
        return 0
    raise TrainingError(
        f"{cell!r} is neither true nor false.", where=where, hint="Write true or false."
    )


def _checked(names: Iterable[str], allowed: Sequence[str], where: str) -> list[str]:
    listed = list(names)
    for name in listed:
        if name not in allowed:
            raise TrainingError(
                f"There is no label {name!r}.", where=where, hint=f"Known: {', '.join(allowed)}."
            )
    return listed


def _draft_labels(cells: Mapping[str, str], where: str) -> dict[str, int]:
    known: dict[str, int] = {}
    if LABELS in cells:
        # Reasons may stand among the labels; a reason speaks for its flag.
        names = _checked(split_names(cells[LABELS]), (*FLAGS, *FLAG_OF_REASON), where)
        flags = {FLAG_OF_REASON.get(name, name) for name in names}
        known |= {flag: int(flag in flags) for flag in FLAGS}
    if REASONS in cells:
        reasons = _checked(split_names(cells[REASONS]), tuple(FLAG_OF_REASON), where)
        known |= {reason: int(reason in reasons) for reason in FLAG_OF_REASON}
    for flag in FLAGS:
        if flag in cells:
            known[flag] = _boolean(cells[flag], f"{where}, {flag}")
    return known


def _comment_labels(cells: Mapping[str, str], where: str) -> dict[str, int]:
    known: dict[str, int] = {}
    kind = cells.get(KIND, "").strip()
    if kind:
        _checked([kind], KINDS, where)
        known |= {name: int(name == kind) for name in KINDS}
    department = cells.get(DEPARTMENT, "").strip()
    if department and (not kind or kind in KINDS_WITH_DEPARTMENT):
        _checked([department], DEPARTMENTS, where)
        known |= {name: int(name == department) for name in DEPARTMENTS}
    for label in (PRIVATE_REPLY, CRISIS):
        if label in cells and (cells[label].strip() or label == PRIVATE_REPLY):
            known[label] = _boolean(cells[label], f"{where}, {label}")
    return known


_READERS = {Task.DRAFTS: _draft_labels, Task.COMMENTS: _comment_labels}
_TELLING_COLUMNS = {
    Task.COMMENTS: frozenset({PRIVATE_REPLY, KIND, DEPARTMENT, CRISIS}),
    Task.DRAFTS: frozenset({LABELS, REASONS, *FLAGS}),
}


def _task_of(columns: Iterable[str], where: str) -> Task:
    names = set(columns)
    tasks = [task for task, telling in _TELLING_COLUMNS.items() if names & telling]
    if len(tasks) == 1:
        return tasks[0]
    what = "both drafts' and comments' labels" if tasks else "no labels"
    raise TrainingError(
        f"The file has {what}; its columns are: {', '.join(columns) or 'none'}.",
        where=where,
        hint=(
            "Drafts need a column 'labels' or one of "
            f"{', '.join(FLAGS)}; comments need '{PRIVATE_REPLY}' or '{KIND}'."
        ),
    )


class _Collector:
    def __init__(self, task: Task) -> None:
        self.task = task
        self.ids: list[str] = []
        self.texts: list[str] = []
        self.languages: list[str | None] = []
        self.groups: list[str] = []
        self.rows: list[dict[str, int]] = []

    def add(self, cells: Mapping[str, str], text: str, number: int, group: str, where: str) -> None:
        """Take in a row; one without a text says nothing."""
        if not text.strip():
            return
        self.ids.append(cells.get("id") or f"{group}:{number}")
        self.texts.append(text)
        self.languages.append(cells.get("lang") or None)
        self.groups.append(group)
        self.rows.append(_READERS[self.task](cells, f"{where}, row {number}"))

    def collected(self) -> LabelledTexts:
        names = HEADS[self.task]
        table = [[row.get(name, UNLABELLED) for name in names] for row in self.rows]
        labels = np.array(table, np.int64).reshape(-1, len(names))
        return LabelledTexts(self.task, self.ids, self.texts, self.languages, self.groups, labels)


def from_records(task: Task, records: Iterable[Mapping[str, str]], group: str) -> LabelledTexts:
    """Return labelled texts from records that hold a ``text`` and the task's columns.

    Raises
    ------
    TrainingError
        If a label is not in the guide; it names the group and the record.
    """
    collector = _Collector(task)
    for number, record in enumerate(records, 1):
        collector.add(record, record["text"], number, group, group)
    return collector.collected()


def group_names(paths: Sequence[str | Path]) -> list[str]:
    """Return what each file's texts are grouped under: its name, or its path if names repeat."""
    names = [Path(path).name for path in paths]
    return [
        str(path) if names.count(name) > 1 else name
        for path, name in zip(paths, names, strict=True)
    ]


def _read_file(
    path: Path, group: str, collectors: dict[Task, _Collector], text_column: str | None
) -> None:
    with open_table(path) as table:
        names = [column.strip().casefold() for column in table.columns]
        task = _task_of(names, table.name)
        collector = collectors.setdefault(task, _Collector(task))
        text_at: int | None = None
        for rows in table.batches():
            if text_at is None:
                text_at = find_column(table.columns, Role.TEXT, rows, text_column)
            for row in rows:
                cells = {n: cell_text(cell) for n, cell in zip(names, row.cells, strict=False)}
                text = cell_text(row.cells[text_at]) if text_at is not None else ""
                collector.add(cells, text, row.number, group, str(path))
        lost = [str(problem) for problem in table.problems if problem.lost]
    if lost:
        raise TrainingError(f"Some rows cannot be read: {'; '.join(lost[:5])}", where=str(path))


def read_labelled(
    paths: Sequence[str | Path], text_column: str | None = None
) -> dict[Task, LabelledTexts]:
    """Read labelled files; each file holds texts of one task.

    Raises
    ------
    TrainingError
        If a file has no labels, or one that is not in the guide; it names file, row and
        column.
    InputError
        If a file cannot be read.
    """
    collectors: dict[Task, _Collector] = {}
    for path, group in zip(paths, group_names(paths), strict=True):
        _read_file(Path(path), group, collectors, text_column)
    return {task: collector.collected() for task, collector in sorted(collectors.items())}


def assign_folds(
    groups: Sequence[str], languages: Sequence[str], texts: Sequence[str]
) -> NDArray[np.int64]:
    """Return the fold of each text, so that no writer is in two of them, shape (n,).

    The k-th batch of each language goes to fold k; a batch's language is that of most of its
    texts. Where there are not two batches to hold apart, texts go by the hash of what they
    say, so that equal texts stay together.
    """
    counted = Counter(zip(groups, languages, strict=True))
    # The last one to be written is the most frequent one.
    spoken = dict(sorted(counted, key=lambda pair: (counted[pair], pair)))
    of_language: dict[str, list[str]] = {}
    for group in sorted(spoken):
        of_language.setdefault(spoken[group], []).append(group)
    if all(len(members) < 2 for members in of_language.values()):
        digests = [
            hashlib.sha1(text.strip().casefold().encode("utf-8", "replace")) for text in texts
        ]
        return np.array([digest.digest()[0] % MAX_FOLDS for digest in digests], np.int64)
    order = {
        group: index % MAX_FOLDS
        for members in of_language.values()
        for index, group in enumerate(members)
    }
    return np.array([order[group] for group in groups], np.int64)
