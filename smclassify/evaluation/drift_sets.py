"""Old and new texts for a comparison: any exports, labelled or not, as the model sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.errors import InputError, TrainingError
from smclassify.exports import (
    NoTextColumnError,
    Role,
    cell_text,
    find_inputs,
    open_table,
    recognise,
)
from smclassify.labelled import LabelledTexts, ReadOptions, read_labelled
from smclassify.labelled.reading import NoLabelsError
from smclassify.labels import Task, heads_of
from smclassify.model.indexing import UNLABELLED
from smclassify.model.panel import Panel

MOST_TEXTS: Final = 20_000
"""Of more texts so many are drawn: enough to see anything that matters."""

FEWEST_TEXTS: Final = 50
"""Of fewer texts chance can give nearly anything."""

_SAMPLE: Final = 200


@dataclass(frozen=True)
class DriftSet:
    """One side of a comparison.

    Attributes
    ----------
    name : str
        As the user gave it.
    texts : LabelledTexts
        All labels unlabelled where the file has none.
    note : str
        Why labels that seem to be there are not used; empty where there is nothing to say.
    """

    name: str
    texts: LabelledTexts
    note: str = ""


def read_drift_sets(
    old: str, new: str, options: ReadOptions, panel: Panel, seed: int = 0
) -> tuple[DriftSet, DriftSet]:
    """Read old and new texts, of one task.

    The task is the one that the user says, else that of the labels, else comments.

    Raises
    ------
    InputError
        If a file cannot be read, or holds too few texts.
    TrainingError
        If labels were explained by options and still cannot be read, or the two sets are
        labelled for different tasks.
    """
    found = [_labelled(name, options) for name in (old, new)]
    tasks = {task for texts, _ in found for task in texts}
    if options.task is None and len(tasks) > 1:
        raise TrainingError(
            "There are labels of drafts and of comments.",
            where=f"{old}, {new}",
            hint="Say with --task drafts or --task comments which to look at.",
        )
    task = options.task or (tasks.pop() if tasks else Task.COMMENTS)
    own = tuple(name for name in options.new_labels if name in panel.own(task))
    sets = []
    for name, (labelled, note) in zip((old, new), found, strict=True):
        texts = labelled.get(task) or _unlabelled(name, task, options)
        sets.append(DriftSet(name, _drawn(_with_own(texts, own, options), name, seed), note))
    return sets[0], sets[1]


def _labelled(name: str, options: ReadOptions) -> tuple[dict[Task, LabelledTexts], str]:
    try:
        return read_labelled([name], options), ""
    except NoLabelsError:
        return {}, ""
    except TrainingError as error:
        # Who explains labels wants them used; else any column of an export may look like labels.
        if options.mapping or options.label_columns:
            raise
        return {}, error.message


def _unlabelled(name: str, task: Task, options: ReadOptions) -> LabelledTexts:
    """Read the texts of an export of whatever kind."""
    texts: list[str] = []
    authors: list[str] = []
    wanted = {} if options.text_column is None else {Role.TEXT: options.text_column}
    for source in find_inputs([name], sheet=options.sheet, input_format=options.format).inputs:
        with open_table(
            source, format=options.format, encoding=options.encoding, delimiter=options.delimiter
        ) as table:
            known = recognise(
                table.columns, table.sample(_SAMPLE), wanted=wanted, layout=table.layout
            )
            text, author = known.place(Role.TEXT), known.place(Role.AUTHOR)
            if text is None:
                raise NoTextColumnError("No column could be the text.", where=str(source))
            for row in (one for rows in table.batches() for one in rows):
                cell = cell_text(row.cells[text])
                if cell.strip():
                    texts.append(cell)
                    authors.append("" if author is None else cell_text(row.cells[author]).strip())
    n = len(texts)
    labels = np.full((n, len(heads_of(task))), UNLABELLED, np.int64)
    ids = [str(number) for number in range(1, n + 1)]
    return LabelledTexts(task, ids, texts, [None] * n, [name] * n, labels, authors=authors)


def _with_own(texts: LabelledTexts, own: Sequence[str], options: ReadOptions) -> LabelledTexts:
    """Return texts whose own labels are those that the model has as well.

    Languages are forgotten and told from the texts: what only one of the files says of them
    would look like a change.
    """
    columns = [
        texts.column(name) if name in texts.own else np.full(len(texts), UNLABELLED) for name in own
    ]
    guide = texts.labels[:, : len(heads_of(texts.task))]
    labels = np.column_stack([guide, *columns])
    languages = [options.lang] * len(texts)
    return replace(texts, labels=labels, own=tuple(own), languages=languages)


def _drawn(texts: LabelledTexts, name: str, seed: int) -> LabelledTexts:
    if len(texts) < FEWEST_TEXTS:
        raise InputError(
            f"There are {len(texts):,} texts in it; with fewer than {FEWEST_TEXTS} nothing can "
            "be told from chance.",
            where=name,
            hint="Take a longer time.",
        )
    if len(texts) <= MOST_TEXTS:
        return texts
    drawn: NDArray[np.int64] = np.random.default_rng(seed).permutation(len(texts))[:MOST_TEXTS]
    return texts.take(np.sort(drawn).tolist())
