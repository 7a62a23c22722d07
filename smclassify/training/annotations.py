"""The project's own annotations of public texts: id and label, never the text.

A file is a CSV with the columns ``set``, ``id`` and those of the labels, as in
:mod:`smclassify.labelled`; the text stands in the public set of that name, in the folder
that :func:`smclassify.training.public.public_folder` finds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from smclassify.errors import TrainingError
from smclassify.labelled import LabelledTexts, from_records
from smclassify.labels import Task
from smclassify.training.public import (
    PublicSet,
    WeakTexts,
    read_set,
    refuse_unless_learnable,
)
from smclassify.training.rows import read_rows

SET = "set"
ID = "id"


def annotated_ids(paths: Sequence[Path]) -> set[tuple[str, str]]:
    """Return the (set, id) of every text that some files annotate."""
    return {(row[SET], row[ID]) for path in paths for row in read_rows(path)}


def read_annotated(paths: Sequence[Path], folder: Path) -> dict[Task, LabelledTexts]:
    """Return the texts that files annotate, with those labels, to measure on.

    Parameters
    ----------
    paths : sequence of path
        ``TASK.LANG.NAME.csv``.
    folder : path
        Of the public sets.

    Raises
    ------
    TrainingError
        If a set, or a text of it, is not in the folder, or a label is not in the guide.
    """
    parts: dict[Task, list[LabelledTexts]] = {}
    for path in paths:
        task, _ = _task_and_language(path)
        for public, records in _joined(path, folder):
            parts.setdefault(task, []).append(from_records(task, records, public.name))
    return {task: LabelledTexts.joined(these) for task, these in sorted(parts.items())}


def read_annotated_to_learn(
    paths: Sequence[Path], folder: Path, weight: float
) -> dict[Task, list[WeakTexts]]:
    """Return the texts that files annotate, to learn from, one entry a set.

    Parameters
    ----------
    paths, folder
        As in :func:`read_annotated`.
    weight : float
        How much each counts beside a hand-written text.

    Raises
    ------
    TrainingError
        As in :func:`read_annotated`, and if a set is not one that may be learned from.
    """
    learned: dict[Task, list[WeakTexts]] = {}
    for path in paths:
        task, language = _task_and_language(path)
        for public, records in _joined(path, folder):
            refuse_unless_learnable(public.name, public.use, path)
            one = from_records(task, records, public.name)
            learned.setdefault(task, []).append(
                WeakTexts(
                    public.name, language, one.texts, one.labels, weight, public.sha256,
                    public.licence, public.source, read=True,
                )
            )  # fmt: skip
    return learned


def _task_and_language(path: Path) -> tuple[Task, str]:
    task, language, *_ = path.name.split(".")
    return Task(task), language


def _joined(path: Path, folder: Path) -> Iterator[tuple[PublicSet, list[dict[str, str]]]]:
    """Yield each set of a file with its annotated texts, as records with their text."""
    _, language = _task_and_language(path)
    rows = read_rows(path)
    for name in sorted({row[SET] for row in rows}):
        public = read_set(folder, name)
        texts = {row["id"]: row["text"] for row in public.rows()}
        mine = [row for row in rows if row[SET] == name]
        missing = [row[ID] for row in mine if row[ID] not in texts]
        if missing:
            raise TrainingError(
                f"{name} has no text {missing[0]!r} ({len(missing)} of {len(mine)} are missing).",
                where=str(path),
            )
        yield (
            public,
            [
                {**row, ID: f"{name}:{row[ID]}", "text": texts[row[ID]], "lang": language}
                for row in mine
            ],
        )
