"""Which task the texts of a table are of: drafts or comments."""

from __future__ import annotations

from collections.abc import Sequence

from smclassify.errors import TrainingError
from smclassify.labelled.columns import LabelColumn, Values, task_of_use, tasks_of
from smclassify.labelled.names import split_names
from smclassify.labelled.vocabulary import LABELS, Vocabulary, task_of_label
from smclassify.labels import CRISIS, DEPARTMENT, FLAGS, HEADS, KIND, PRIVATE_REPLY, Task

_MOST_SHOWN = 10
_WAY_OUT = "Say which with --task drafts or --task comments; the other columns are then left out."


def task_of(
    columns: Sequence[LabelColumn],
    values: Values,
    vocabulary: Vocabulary,
    said: Task | None,
    where: str,
) -> Task:
    """Return the task of a table's texts: by what its cells say, else by its headers.

    Raises
    ------
    TrainingError
        If both tasks' labels are in it, or nothing tells.
    """
    if said is not None:
        return said
    tasks = {task for column in columns for task in tasks_of(column, values, vocabulary)}
    # Columns of a template that nobody has filled in only count where no other does.
    tasks = tasks or {
        task for column in columns if (task := _by_header(column, values, vocabulary)) is not None
    }
    if len(tasks) == 1:
        return tasks.pop()
    headers = ", ".join(column.header for column in columns)
    if tasks:
        message = f"The file has both drafts' and comments' labels, in: {headers}."
        raise TrainingError(message, where=where, hint=_WAY_OUT)
    values_seen = [value for column in columns for value in values.of(column.place)][:_MOST_SHOWN]
    listed = ", ".join(repr(value[:60]) for value in values_seen) or "nothing"
    raise TrainingError(
        f"It cannot be told whether these are drafts or comments; the labels are in: {headers} "
        f"({listed}).",
        where=where,
        hint="Say which with --task drafts or --task comments, and what other names than the "
        'guide\'s mean with --map, such as --map "Beschwerde=complaint".',
    )


def _by_header(column: LabelColumn, values: Values, vocabulary: Vocabulary) -> Task | None:
    """Return the task that a column's use belongs to, where no label in it tells."""
    cells = values.of(column.place)
    if column.use != LABELS or not cells:
        return task_of_use(column.use)
    # Whoever writes "negative" there has comments; a typing error in a flag is still a draft's.
    every = [*HEADS[Task.DRAFTS], *HEADS[Task.COMMENTS]]
    near = (vocabulary.nearest(name, every) for cell in cells for name in split_names(cell))
    label = next((one for one in near if one is not None), None)
    return task_of_label(label) if label is not None else None


def only_of(
    task: Task,
    columns: Sequence[LabelColumn],
    values: Values,
    vocabulary: Vocabulary,
    where: str,
) -> list[LabelColumn]:
    """Return the columns that speak of a task's labels.

    Raises
    ------
    TrainingError
        If none does.
    """
    kept = [column for column in columns if _is_of(task, column, values, vocabulary)]
    if kept:
        return kept
    raise TrainingError(
        f"The file has no labels of {task.value}; its columns of labels are: "
        f"{', '.join(column.header for column in columns)}.",
        where=where,
        hint=f"Those of drafts are {', '.join(FLAGS)}; of comments {KIND}, {PRIVATE_REPLY}, "
        f"{DEPARTMENT} and {CRISIS}.",
    )


def _is_of(task: Task, column: LabelColumn, values: Values, vocabulary: Vocabulary) -> bool:
    spoken = tasks_of(column, values, vocabulary)
    if spoken:
        return task in spoken
    return column.use == LABELS or task_of_use(column.use) in (None, task)
