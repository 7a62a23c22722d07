"""The sheets of a comparison: two with labels come in, one of disagreements goes out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from smclassify.annotating.agreement import Comparison
from smclassify.errors import InputError, OutputError
from smclassify.exports import Style, write_table
from smclassify.exports.writing.target import output_format
from smclassify.labelled import LabelledTexts, ReadOptions, read_labelled

COLUMNS: Final = ("id", "text", "label", "a_says", "b_says", "decided")
"""Of the sheet of disagreements; the last is empty, for whoever settles them."""


def read_sheet(name: str, options: ReadOptions) -> LabelledTexts:
    """Read one person's labels.

    Raises
    ------
    InputError
        If the file cannot be read, or holds labels of drafts and of comments.
    TrainingError
        If a label is not known.
    """
    read = read_labelled([name], options)
    if len(read) != 1:
        hint = "Put drafts and comments into files of their own."
        raise InputError("has labels of drafts and of comments.", where=name, hint=hint)
    return next(iter(read.values()))


def write_disagreements(target: str, found: Comparison) -> None:
    """Write what two people don't agree on, a label of a text a row.

    Raises
    ------
    OutputError
        If there is a file of that name, which may hold decisions, or it cannot be written.
    """
    if target != "-" and Path(target).exists():
        hint = "It may hold decisions. Move it away, or give the new one another name."
        raise OutputError("is there already.", where=target, hint=hint)

    def rows() -> Iterator[list[object]]:
        for one in found.disagreements:
            yield [one.id, one.text, one.label, one.a_says, one.b_says, ""]

    write_table(target, COLUMNS, rows, format=output_format(target, None), style=Style(bom=True))
