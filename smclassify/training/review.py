"""The sheet of doubtful labels: made for a person with a spreadsheet program.

One row a text, the most doubtful first. The reader looks at the text, at what was given and at
what a model finds more probable, and corrects the cells of the labels in place, or writes a
verdict. :mod:`smclassify.training.fixes` reads the sheet back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final

from smclassify.exports import Problems, Style, write_table
from smclassify.exports.writing.target import output_format
from smclassify.exports.writing.workbook import Look
from smclassify.labelled import LabelledTexts
from smclassify.labels import Task
from smclassify.model.indexing import UNLABELLED
from smclassify.training.quality import Doubt, Question, Suspect, in_force


class Column(StrEnum):
    """The columns of the sheet that are not labels."""

    RANK = "rank"
    SUSPECTED = "suspected"
    FILE = "file"
    ROW = "row"
    ID = "id"
    TEXT = "text"
    LANG = "lang"
    LABEL = "label"
    GIVEN = "given"
    SUGGESTED = "suggested"
    PROBABILITY = "probability"
    ALSO = "also"
    VERDICT = "verdict"
    BEFORE = "before"


_TELLING: Final = tuple(one for one in Column if one not in (Column.VERDICT, Column.BEFORE))
_LOOKS: Final = {Column.SUSPECTED.value: Look("flag")}
_STYLE: Final = Style(bom=True, guarded=True, looks=_LOOKS)


def label_column(label: str) -> str:
    """Return the header over the cells of a label, which a company may have called anything."""
    return f"{label} (label)" if label in list(Column) else label


def write_review(
    target: str | Path,
    texts: Mapping[Task, LabelledTexts],
    found: Mapping[Task, Sequence[Suspect]],
) -> Problems:
    """Write the sheet of doubtful labels, drafts and comments in one.

    Parameters
    ----------
    target : str or Path
        Its ending tells the format: CSV, TSV, JSONL, Excel. What a spreadsheet would run as a
        formula is made harmless.
    texts : mapping of Task to LabelledTexts
    found : mapping of Task to sequence of Suspect
        As :func:`smclassify.training.quality.suspects` returns them.

    Returns
    -------
    Problems
        What could not be written as it was, such as texts that a cell has no room for.

    Raises
    ------
    OutputError
        If the ending is none of these, or the file cannot be written.
    """
    ranked = sorted(
        ((texts[task], suspect) for task, of_task in found.items() for suspect in of_task),
        key=lambda pair: pair[1].worst.quality,
    )
    asked = {task: in_force(one) for task, one in texts.items() if task in found}
    labels = list(dict.fromkeys(one.name for each in asked.values() for one in each))
    columns = [*_TELLING, *map(label_column, labels), Column.VERDICT, Column.BEFORE]

    def rows() -> Iterator[list[object]]:
        for rank, (own, suspect) in enumerate(ranked, 1):
            given = _given_values(own, suspect.index, asked[own.task])
            cells = [_typed(given.get(label, "")) for label in labels]
            yield [rank, *_telling(own, suspect), *cells, None, before_cell(given)]

    form = output_format(target, None)
    return write_table(target, [str(one) for one in columns], rows, format=form, style=_STYLE)


def _telling(texts: LabelledTexts, suspect: Suspect) -> list[object]:
    """Return the cells that tell what is doubtful, after the rank."""
    at, worst = suspect.index, suspect.worst
    others = [one for one in suspect.doubts[1:] if one.suspected]
    return [
        suspect.suspected,
        texts.groups[at],
        texts.rows[at] or None,
        texts.ids[at],
        texts.texts[at],
        texts.languages[at],
        worst.label,
        worst.given,
        _suggestion(worst),
        round(worst.probability, 3),
        "; ".join(f"{one.label}: {one.given} → {one.suggested}" for one in others) or None,
    ]


def _suggestion(doubt: Doubt) -> str | None:
    return doubt.suggested if doubt.suggested != doubt.given else None


def _given_values(texts: LabelledTexts, index: int, asked: Sequence[Question]) -> dict[str, str]:
    """Return what a text was given for each label, empty for nothing."""
    return {one.name: given_value(texts, index, one) for one in asked}


def given_value(texts: LabelledTexts, index: int, question: Question) -> str:
    """Return what a text was given for a label, empty for nothing."""
    value = int(question.given(texts.labels[index : index + 1])[0])
    return "" if value == UNLABELLED else question.values[value]


def _typed(value: str) -> object:
    """Return a cell's value: spreadsheets have truth values of their own."""
    return {"true": True, "false": False, "": None}.get(value, value)


def before_cell(given: Mapping[str, str]) -> str:
    """Return what stood in the label cells, so that a correction is known from what was there."""
    return "; ".join(f"{label}={value}" for label, value in given.items())


def before_values(cell: str) -> dict[str, str]:
    """Return the values that :func:`before_cell` has told."""
    pairs = (part.partition("=") for part in cell.split(";") if "=" in part)
    return {label.strip(): value.strip() for label, _, value in pairs}
