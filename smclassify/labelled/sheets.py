"""One table of labelled texts, read whole: its cells as texts, and what its columns are for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from smclassify.errors import InputError, TrainingError
from smclassify.exports import (
    ABSENT,
    STDIN,
    How,
    InputName,
    Role,
    Table,
    cell_text,
    open_table,
    recognise,
)
from smclassify.exports.writing.guard import unguard
from smclassify.labelled.options import ReadOptions
from smclassify.labelled.vocabulary import GUESSES, ROLE_USES, Vocabulary

_SAMPLE = 1000
_MOST_LOST = 5

_OUR_SHEETS: Final = (
    frozenset({"annotator", "file", "row"}),  # of smclassify annotate
    frozenset({"a_says", "b_says"}),  # of its disagreements
    frozenset({"suspected", "verdict", "before"}),  # of doubtful labels
)
"""Columns by which a sheet that we have written for a person is known."""


@dataclass
class Sheet:
    """A table of labelled texts.

    Attributes
    ----------
    name : str
        What its texts' groups call it.
    where : str
        What messages call it.
    path : str
        The file it stands in.
    headers : list of str
    numbers : list of int, length n
        Of its rows.
    rows : list of list of str or None, length n
        Their cells; ``None`` where a JSON object has no such key.
    roles : mapping of str to int
        What is known of texts beside their labels (``text``, ``id``, ...) -> its column.
    """

    name: str
    where: str
    path: str
    headers: list[str]
    numbers: list[int]
    rows: list[list[str | None]]
    roles: Mapping[str, int]
    _different: dict[int, list[str]] = field(default_factory=dict)

    def different(self, place: int) -> list[str]:
        """Return the different cells of a column that are not blank, in the order they come."""
        if place not in self._different:
            cells = dict.fromkeys(row[place] for row in self.rows)
            self._different[place] = [cell for cell in cells if cell and cell.strip()]
        return self._different[place]

    def cell(self, row: Sequence[str | None], role: str) -> str:
        """Return the cell of a row that plays a role; empty where none does."""
        place = self.roles.get(role)
        return (row[place] or "") if place is not None else ""


def read_sheet(source: InputName, name: str, options: ReadOptions, words: Vocabulary) -> Sheet:
    """Read a table.

    Raises
    ------
    InputError
        If it cannot be read, or no column could be the text.
    TrainingError
        If some rows cannot be read.
    """
    where = str(source)
    with open_table(
        source, format=options.format, encoding=options.encoding, delimiter=options.delimiter
    ) as table:
        roles = _roles(table, where, options, words)
        as_text = _unguarded if _is_ours(table) else _text
        numbers: list[int] = []
        rows: list[list[str | None]] = []
        for batch in table.batches():
            numbers += [row.number for row in batch]
            rows += [[as_text(cell) for cell in row.cells] for row in batch]
        lost = [str(problem) for problem in table.problems if problem.lost]
    if lost:
        listed = "; ".join(lost[:_MOST_LOST])
        raise TrainingError(f"Some rows cannot be read: {listed}", where=where)
    return Sheet(name, where, source.path, table.columns, numbers, rows, roles)


def _text(cell: object) -> str | None:
    return None if cell is ABSENT else cell_text(cell)


def _unguarded(cell: object) -> str | None:
    text = _text(cell)
    return None if text is None else unguard(text)


def _is_ours(table: Table) -> bool:
    """Tell whether we have written a table, with marks against what spreadsheets would run.

    Labels are put beside what a model guessed in a triage, or into sheets that we have made for
    them; the marks must not become part of a text.
    """
    names = {column.strip() for column in table.columns}
    ours = any(known <= names for known in _OUR_SHEETS)
    triaged = any(name.startswith(GUESSES) for name in names)
    return (ours or triaged) and table.format in ("csv", "tsv")


def _roles(table: Table, where: str, options: ReadOptions, words: Vocabulary) -> dict[str, int]:
    wanted: dict[Role, str] = {}
    for column in table.columns:
        use = words.use(column)
        if use in ROLE_USES:
            wanted.setdefault(Role(use), column)
    if options.text_column is not None:
        wanted[Role.TEXT] = options.text_column
    try:
        sample = table.sample(_SAMPLE)
        known = recognise(table.columns, sample, wanted=wanted, layout=table.layout)
    except InputError as error:
        # Of its own class: whoever opens a folder passes over a table without texts.
        raise type(error)(error.message, where=where, hint=error.hint) from error
    # Only the text may be guessed: what looks like ids may be labels of a company's own.
    return {
        role: found.place
        for role in ROLE_USES
        if (found := known.found.get(Role(role)))
        and (role == Role.TEXT or found.how is not How.CONTENT)
    }


def group_names(paths: Sequence[str | Path]) -> list[str]:
    """Return what each file's texts are grouped under: its name, or its path if names repeat."""
    names = [Path(path).name for path in paths]
    return [
        str(path) if names.count(name) > 1 else name
        for path, name in zip(paths, names, strict=True)
    ]


def table_names(inputs: Sequence[InputName]) -> list[str]:
    """Return what the texts of each table are grouped under: its file, then what is in it."""
    paths = list(dict.fromkeys(one.path for one in inputs))
    short = dict(zip(paths, group_names(paths), strict=True))
    return [
        short[one.path]
        if one.path == STDIN or (one.member is None and one.sheet is None)
        else str(InputName(short[one.path], one.member, one.sheet))
        for one in inputs
    ]
