"""Options of every command that reads labelled texts, and what they mean to the reader."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from smclassify.cli.options import (
    INPUT,
    TABLE_INPUTS,
    LanguageCode,
    all_of,
    option,
    table_options,
)
from smclassify.labels import Task

if TYPE_CHECKING:
    from smclassify.labelled import ReadOptions

data_argument = click.argument("data", nargs=-1, required=True, metavar="DATA...")

labelled_options = all_of(
    option(INPUT, "--text-column", metavar="NAME",
           help="The column with the texts. Found out by default."),
    option(INPUT, "--label-column", "label_columns", multiple=True, metavar="NAME",
           help="A column with labels; can be given more than once. Found out by default."),
    option(INPUT, "--map", "mapping", multiple=True, metavar="OLD=NEW",
           help="What a word or a column of your sheet means, such as Beschwerde=complaint or "
                'Kategorie=kind; "none" for no label at all, nothing for "says nothing". Can be '
                "given more than once."),
    option(INPUT, "--new-label", "new_labels", multiple=True, metavar="NAME",
           help="A label of your own that is in the sheet; can be given more than once."),
    option(INPUT, "--task", type=click.Choice([task.value for task in Task]),
           help="What the texts are. Found out by default."),
    option(INPUT, "--lang", type=LanguageCode(), metavar="CODE",
           help="The language of texts whose file doesn't say it."),
    option(INPUT, "--sheet", metavar="NAME", help="The sheet of a workbook. By default all."),
    option(INPUT, "--input-format", type=click.Choice(TABLE_INPUTS),
           help="The format of the files. By default told from their names and content."),
    table_options,
)  # fmt: skip
"""A decorator; the command takes what it adds as ``**reading`` for :func:`read_options`."""


def read_options(
    *,
    text_column: str | None = None,
    label_columns: Sequence[str] = (),
    mapping: Sequence[str] = (),
    new_labels: Sequence[str] = (),
    task: str | None = None,
    lang: str | None = None,
    sheet: str | None = None,
    input_format: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> ReadOptions:
    """Return what the options of :data:`labelled_options` say.

    Raises
    ------
    TrainingError
        If a ``--map`` is no OLD=NEW, or a label of one's own may not have its name.
    """
    from smclassify.labelled import ReadOptions, parse_mapping

    return ReadOptions(
        text_column=text_column,
        label_columns=tuple(label_columns),
        mapping=parse_mapping(mapping),
        new_labels=tuple(new_labels),
        task=Task(task) if task else None,
        lang=lang,
        format=input_format,
        encoding=encoding,
        delimiter=delimiter,
        sheet=sheet,
    )
