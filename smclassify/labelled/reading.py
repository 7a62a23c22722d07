"""Reading labelled texts: every format of the exports room, whatever people call their labels.

A table has a text column and labels: for drafts ``labels`` (``spammy|off_policy``, empty for
clean, and where known ``reasons``) or one true/false column a label; for comments
``private_reply`` and, where known, ``kind``, ``department``, ``crisis``; or columns with names
and values of a company's own, which :class:`~smclassify.labelled.options.ReadOptions` explain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np

from smclassify.errors import TrainingError
from smclassify.exports import FoundInputs, InputName, NoTextColumnError, find_inputs
from smclassify.labelled.columns import (
    How,
    LabelColumn,
    Values,
    label_columns,
    maybe_labels,
    split_column,
)
from smclassify.labelled.names import fold
from smclassify.labelled.options import ReadOptions
from smclassify.labelled.saying import Sayings
from smclassify.labelled.sheets import Sheet, read_sheet, table_names
from smclassify.labelled.synonyms import synonyms
from smclassify.labelled.tasks import only_of, task_of
from smclassify.labelled.texts import LabelledTexts
from smclassify.labelled.understood import NO_TEXT, LabelledFiles, Remark, Understood
from smclassify.labelled.unknown import UnknownValues
from smclassify.labelled.vocabulary import LABELS, REASONS, ROLE_USES, SPLIT, Vocabulary
from smclassify.labels import CRISIS, DEPARTMENT, FLAGS, KIND, PRIVATE_REPLY, Task, heads_of
from smclassify.model.indexing import UNLABELLED

_NO_LABELS: Final = "passed over: no labels in it"
_NO_TEXTS: Final = "passed over: no column reads like text"
_CODE: Final = re.compile(r"[A-Za-z]{2,3}(?:[-_]\w+)*")
_GUIDE_COLUMNS: Final = {
    Task.DRAFTS: (LABELS, REASONS, *FLAGS),
    Task.COMMENTS: (KIND, DEPARTMENT, PRIVATE_REPLY, CRISIS),
}


class NoLabelsError(TrainingError):
    """A table in which there are no labels."""


@dataclass
class _Collector:
    """The texts of one task so far."""

    task: Task
    own: tuple[str, ...]
    ids: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    languages: list[str | None] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    threads: list[str] = field(default_factory=list)
    splits: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    known: list[dict[str, int]] = field(default_factory=list)

    def add(self, sheet: Sheet, place: int, known: dict[str, int], lang: str | None) -> None:
        """Take in a row of a table with what it says."""
        row, number = sheet.rows[place], sheet.numbers[place]
        self.ids.append(sheet.cell(row, "id") or f"{sheet.name}:{number}")
        self.texts.append(sheet.cell(row, "text"))
        self.languages.append(_language(sheet.cell(row, "lang")) or lang)
        self.groups.append(sheet.name)
        self.authors.append(sheet.cell(row, "author").strip())
        self.threads.append(sheet.cell(row, "thread").strip())
        self.splits.append(synonyms().splits.get(fold(sheet.cell(row, SPLIT)), ""))
        self.rows.append(number)
        self.known.append(known)

    def collected(self) -> LabelledTexts:
        names = heads_of(self.task, self.own)
        table = [[row.get(name, UNLABELLED) for name in names] for row in self.known]
        return LabelledTexts(
            self.task, self.ids, self.texts, self.languages, self.groups,
            np.array(table, np.int64).reshape(-1, len(names)),
            self.own, self.authors, self.threads, self.splits, self.rows,
        )  # fmt: skip


def _language(cell: str) -> str | None:
    """Return the code of a language, however it is called; ``None`` to have it detected."""
    return synonyms().languages.get(fold(cell)) or (cell if _CODE.fullmatch(cell.strip()) else None)


class _Reader:
    """Tables, one after another, into the texts of each task."""

    def __init__(self, options: ReadOptions) -> None:
        self.options = options
        self.words = Vocabulary(options)
        self.unknown = UnknownValues(self.words)
        self.collectors: dict[Task, _Collector] = {}
        self.understood: list[Understood] = []
        self.missing = set(options.label_columns)

    def read(self, sheet: Sheet, *, named: bool) -> None:
        """Take in a table.

        Raises
        ------
        TrainingError
            If it has no labels, or it cannot be told of which task.
        """
        values = Values(sheet.headers, sheet.different)
        columns, roles = self._columns(sheet, values, named=named)
        sheet.roles = roles
        task = task_of(columns, values, self.words, self.options.task, sheet.where)
        self.take_in(sheet, task, only_of(task, columns, values, self.words, sheet.where))

    def _columns(
        self, sheet: Sheet, values: Values, *, named: bool
    ) -> tuple[list[LabelColumn], dict[str, int]]:
        """Return the columns of labels, and those that say other things."""
        wanted, roles = self.options.label_columns, dict(sheet.roles)
        split = split_column(values, roles.values(), self.words)
        if split is not None:
            roles[SPLIT] = split
            _check_splits(sheet, split)
        try:
            columns = label_columns(values, roles.values(), self.words, wanted)
        except TrainingError as error:
            raise TrainingError(error.message, where=sheet.where, hint=error.hint) from error
        headers = {fold(column.header) for column in columns}
        self.missing = {name for name in self.missing if fold(name) not in headers}
        if not columns and named and not wanted:
            columns = maybe_labels(values, roles.values())
        if not columns:
            raise _no_labels(sheet, wanted)
        places = {column.place for column in columns} - {roles["text"]}
        return columns, {role: at for role, at in roles.items() if at not in places}

    def take_in(self, sheet: Sheet, task: Task, columns: Sequence[LabelColumn]) -> None:
        """Take in the rows of a table whose columns of labels are known."""
        different = {column.place: sheet.different(column.place) for column in columns}
        sayings = Sayings(task, columns, self.words, different, self.unknown)
        collector = self.collectors.setdefault(task, _Collector(task, self.options.new_labels))
        remarks: list[Remark] = []
        without, silent, before = [], 0, len(collector.texts)
        for place, (number, row) in enumerate(zip(sheet.numbers, sheet.rows, strict=True)):
            if not sheet.cell(row, "text").strip():
                without.append(number)
                continue
            cells = {column.place: row[column.place] for column in columns}
            odd: list[str] = []
            known = sayings.of(cells, f"{sheet.where}, row {number}", odd)
            remarks += [Remark(number, words) for words in odd]
            silent += not known
            collector.add(sheet, place, known, self.options.lang)
        uses = _uses(sheet, columns)
        self.understood.append(
            Understood(
                sheet.name,
                sheet.path,
                task,
                uses,
                sayings.values,
                len(collector.texts) - before,
                silent,
                {NO_TEXT: tuple(without)} if without else {},
                tuple(remarks),
                tuple(header for header in sheet.headers if header.strip() and header not in uses),
            )
        )

    def texts(self) -> dict[Task, LabelledTexts]:
        """Return the texts of each task.

        Raises
        ------
        TrainingError
            If some values were no labels.
        """
        self.unknown.refuse()
        if self.missing and self.understood:
            listed = ", ".join(f"“{name}”" for name in sorted(self.missing))
            raise TrainingError(f"No file has the column {listed}.", where="--label-column")
        return {task: one.collected() for task, one in sorted(self.collectors.items())}


def _check_splits(sheet: Sheet, split: int) -> None:
    """Raise a TrainingError if a cell says neither train nor dev nor test."""
    for cell in sheet.different(split):
        if fold(cell) not in synonyms().splits:
            row = next(
                n for n, row in zip(sheet.numbers, sheet.rows, strict=True) if row[split] == cell
            )
            raise TrainingError(
                f"{cell.strip()[:60]!r} is no part of a split.",
                where=f"{sheet.where}, row {row}, {sheet.headers[split]}",
                hint="Write train, dev or test, or nothing.",
            )


def _uses(sheet: Sheet, columns: Sequence[LabelColumn]) -> dict[str, str]:
    uses = {place: role for role, place in sheet.roles.items()}
    uses |= {column.place: column.use for column in columns}
    return {sheet.headers[place]: uses[place] for place in sorted(uses)}


def _no_labels(sheet: Sheet, wanted: Sequence[str]) -> NoLabelsError:
    what = f"no column {', '.join(map(repr, wanted))}" if wanted else "no labels"
    return NoLabelsError(
        f"The file has {what}; its columns are: {', '.join(sheet.headers) or 'none'}.",
        where=sheet.where,
        hint=(
            f"Drafts need a column '{LABELS}' or one of {', '.join(FLAGS)}; comments need "
            f"'{PRIVATE_REPLY}' or '{KIND}'. Name a column with other labels with "
            "--label-column, and say what its values mean with --map."
        ),
    )


def read_labelled_files(
    paths: Sequence[str | Path], options: ReadOptions | None = None
) -> LabelledFiles:
    """Read labelled files, and tell how they were understood.

    Parameters
    ----------
    paths : sequence of path
        Files, folders, patterns, archives; each table in them holds texts of one task. Of what a
        folder, an archive or a workbook brings along, tables without labels are passed over.
    options : ReadOptions, optional

    Raises
    ------
    TrainingError
        If a table has no labels, or values that are neither of the guide, mapped nor new; it
        names file, row and value, all of them at once.
    InputError
        If a file cannot be read.
    """
    options = options or ReadOptions()
    if not paths:
        return LabelledFiles({})
    found = find_inputs(
        [str(path) for path in paths], sheet=options.sheet, input_format=options.format
    )
    reader, passed_over = _Reader(options), [str(one) for one in found.skipped]
    refused: Exception | None = None
    for source, name in zip(found.inputs, table_names(found.inputs), strict=True):
        named = _is_named(source, found)
        try:
            reader.read(read_sheet(source, name, options, reader.words), named=named)
        except (NoLabelsError, NoTextColumnError) as error:
            if named:
                raise
            refused = refused or error
            why = _NO_LABELS if isinstance(error, NoLabelsError) else _NO_TEXTS
            passed_over.append(f"{source}: {why}")
    if refused is not None and not reader.collectors:
        raise refused
    return LabelledFiles(
        reader.texts(),
        tuple(reader.understood),
        tuple(passed_over),
        tuple(sorted(reader.words.unused)),
    )


def _is_named(source: InputName, found: FoundInputs) -> bool:
    """Tell whether the user has named a table himself, not a folder or a workbook around it."""
    return source.member is None and source.sheet is None and source.path in found.names


def read_labelled(
    paths: Sequence[str | Path], options: ReadOptions | str | None = None
) -> dict[Task, LabelledTexts]:
    """Read labelled files; each table holds texts of one task.

    Parameters and errors are those of :func:`read_labelled_files`; a string instead of options is
    the header of the texts.
    """
    if isinstance(options, str):
        options = ReadOptions(text_column=options)
    return dict(read_labelled_files(paths, options).texts)


def from_records(
    task: Task,
    records: Iterable[Mapping[str, str]],
    group: str,
    own: Sequence[str] = (),
    mapping: Mapping[str, str] = MappingProxyType({}),
) -> LabelledTexts:
    """Return labelled texts from records that hold a ``text`` and the task's columns.

    Raises
    ------
    TrainingError
        If a label is not in the guide; it names the group and the record.
    """
    listed = list(records)
    headers = list(dict.fromkeys(key for record in listed for key in record))
    rows = [[record.get(header) for header in headers] for record in listed]
    columns = [
        LabelColumn(place, header, header, How.NAME)
        for place, header in enumerate(headers)
        if header in (*_GUIDE_COLUMNS[task], *own)
    ]
    roles: dict[str, int] = {
        name: headers.index(name) for name in (*ROLE_USES, SPLIT) if name in headers
    }
    sheet = Sheet(group, group, group, headers, list(range(1, len(rows) + 1)), rows, roles)
    reader = _Reader(ReadOptions(mapping=mapping, new_labels=tuple(own)))
    reader.take_in(sheet, task, columns)
    return reader.texts()[task]
