"""The drafts that ``smclassify score`` is given: texts, files, tables, standard input."""

from __future__ import annotations

import os
import re
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from smclassify.errors import InputError
from smclassify.exports import (
    DRAFT_ENDINGS,
    ENDINGS,
    FORMATS,
    STDIN,
    Problems,
    Role,
    Row,
    Table,
    cell_text,
    find_column,
    open_table,
    read_drafts_file,
)
from smclassify.exports.reading.decoding import DAMAGED, MARK, TextFeed, mend
from smclassify.exports.reading.encoding import check_encoding, detect_encoding
from smclassify.exports.reading.source import choose_format, open_source, table_ending
from smclassify.exports.table import Problem
from smclassify.policy.platforms import platform_key
from smclassify.text.prepare import canonical

MOST_DRAFTS: Final = 500
MOST_CHARS: Final = 500_000
"""A batch ends at either."""

_LIKE_A_PATH = re.compile(r"(?:\.{1,2}|~)?[/\\](?![/\\])\S*|[A-Za-z]:[/\\]\S*")
_JSON_OBJECT = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{\s*[\"}]")
_JSON_ARRAY = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[\s*\{")
_PEEKED = 256
_TABLES = frozenset({*ENDINGS, ".zip"})
_UNSUPPORTED = frozenset({".xls", ".ods", ".doc", ".docx", ".rtf", ".odt", ".pdf"})


@dataclass(frozen=True, slots=True)
class Draft:
    """One draft, where and when it is to appear, and in which language if that was said."""

    id: str
    text: str
    platform: str | None = None
    lang: str | None = None
    time: str | None = None


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read; as the command's options, ``None`` for what is found out."""

    input_format: str | None = None
    text_column: str | None = None
    id_column: str | None = None
    encoding: str | None = None
    delimiter: str | None = None


class DraftSource(ABC):
    """Where drafts come from; :attr:`problems` says what was wrong there."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems = Problems()

    @abstractmethod
    def drafts(self, prefix: str) -> Iterator[Draft]:
        """Yield the drafts; the prefix tells them from other sources' where they have no name."""


class _Texts(DraftSource):
    """Texts given on the command line, or a file that is one draft."""

    def __init__(self, name: str, drafts: Sequence[Draft], problems: Sequence[Problem] = ()):
        super().__init__(name)
        self._drafts = drafts
        for problem in problems:
            self.problems.add(problem)

    def drafts(self, prefix: str) -> Iterator[Draft]:
        yield from self._drafts


class _Lines(DraftSource):
    """A draft a line. Blank lines are passed over; ids are line numbers."""

    def __init__(self, source: str, encoding: str | None, stack: ExitStack) -> None:
        opened = open_source(source)
        super().__init__(opened.name)
        self._stream = stack.enter_context(opened.stream)
        choose_format(opened, None)  # refuses pictures, archives and the like
        if encoding is None:
            self._codec = detect_encoding(self._stream, opened.name)
        else:
            self._codec = check_encoding(encoding, opened.name)

    def drafts(self, prefix: str) -> Iterator[Draft]:
        lines = TextFeed(self._stream, self._codec, self.name).lines(newline="")
        for number, line in enumerate(lines, 1):
            if MARK in line:
                self.problems.add(Problem(DAMAGED.format(self._codec), line=number))
            if line.strip():
                yield Draft(f"{prefix}{number}", mend(line).rstrip("\r\n"))


class _Rows(DraftSource):
    """A draft a row."""

    def __init__(self, table: Table, options: ReadOptions) -> None:
        super().__init__(table.name)
        self._table = table
        text = _role_column(table, Role.TEXT, options.text_column)
        if text is None:
            raise InputError("no column looks like the text.", where=table.name)
        self._text = text
        self._id = _role_column(table, Role.ID, options.id_column)
        self._platform = find_column(table.columns, Role.PLATFORM)
        self._lang = find_column(table.columns, Role.LANG)
        self._time = find_column(table.columns, Role.TIME)
        self.problems = table.problems

    def drafts(self, prefix: str) -> Iterator[Draft]:
        for rows in self._table.batches(max_rows=MOST_DRAFTS, max_chars=MOST_CHARS):
            for row in rows:
                text = cell_text(row.cells[self._text])
                if not text.strip():
                    self.problems.add(Problem("holds no text; passed over", row.number))
                    continue
                time = None if self._time is None else cell_text(row.cells[self._time])
                name = self._name(row, prefix)
                yield Draft(name, text, self._place(row), self._language(row), time)

    def _name(self, row: Row, prefix: str) -> str:
        name = cell_text(row.cells[self._id]).strip() if self._id is not None else ""
        return name or f"{prefix}{row.number}"

    def _place(self, row: Row) -> str | None:
        if self._platform is None:
            return None
        return platform_key(cell_text(row.cells[self._platform]))

    def _language(self, row: Row) -> str | None:
        if self._lang is None:
            return None
        return canonical(cell_text(row.cells[self._lang]))


@dataclass
class DraftReader:
    """All the sources of one call.

    Attributes
    ----------
    sources : list of DraftSource
        In the order they were named.
    """

    sources: list[DraftSource] = field(default_factory=list)

    @classmethod
    def open(cls, arguments: Sequence[str], options: ReadOptions, stack: ExitStack) -> DraftReader:
        """Tell what each argument is, and open it.

        Raises
        ------
        InputError
            If a file is missing or cannot be read, or an argument is no draft.
        """
        reader = cls()
        texts: list[Draft] = []
        number = 0
        if list(arguments).count(STDIN) > 1:
            raise InputError("standard input (-) can only be read once.")
        for argument in arguments:
            if argument != STDIN and not _names_a_file(argument):
                number += 1
                texts.append(Draft(str(number), argument))
                continue
            if texts:
                reader.sources.append(_Texts("arguments", texts))
                texts = []
            reader.sources.append(_open_file(argument, options, stack))
        if texts:
            reader.sources.append(_Texts("arguments", texts))
        return reader

    def batches(self) -> Iterator[list[Draft]]:
        """Yield the drafts in batches."""
        batch: list[Draft] = []
        chars = 0
        for draft in self._drafts():
            batch.append(draft)
            chars += len(draft.text)
            if len(batch) >= MOST_DRAFTS or chars >= MOST_CHARS:
                yield batch
                batch, chars = [], 0
        if batch:
            yield batch

    def _drafts(self) -> Iterator[Draft]:
        several = len(self.sources) > 1
        for source in self.sources:
            yield from source.drafts(f"{source.name}:" if several else "")

    @property
    def lost(self) -> int:
        """Rows that could not be read."""
        return sum(source.problems.lost for source in self.sources)

    def notes(self) -> tuple[list[str], list[str], int]:
        """Return which rows were lost, what else was odd, and how many things in all."""
        found = [
            (f"{source.name}: {problem}", problem.lost)
            for source in self.sources
            for problem in source.problems
        ]
        total = sum(source.problems.total for source in self.sources)
        return [n for n, lost in found if lost], [n for n, lost in found if not lost], total


def _names_a_file(argument: str) -> bool:
    """Tell a path from a draft; refuse what is neither.

    Raises
    ------
    InputError
        If it looks like a path but nothing is there, or is an empty text.
    """
    if not argument.strip():
        raise InputError("a draft given as an argument is empty.", hint="Was a variable unset?")
    try:
        if os.path.lexists(argument):
            return True
    except ValueError:  # a NUL in it
        return False
    ending = Path(argument).suffix.lower()
    one_line = "\n" not in argument and "://" not in argument
    known = ending in ENDINGS or ending in DRAFT_ENDINGS or ending in _UNSUPPORTED
    if one_line and (known or _LIKE_A_PATH.fullmatch(argument)):
        raise InputError(
            "there is no such file.",
            where=argument,
            hint="Check the spelling and the folder. If it is a draft and not a file, give it "
            "on standard input: smclassify score -",
        )
    return False


def _open_file(source: str, options: ReadOptions, stack: ExitStack) -> DraftSource:
    wanted = options.input_format
    ending = "" if source == STDIN else table_ending(source)
    if wanted is None and ending in DRAFT_ENDINGS:
        wanted = "text"
    elif wanted is None and source != STDIN and ending not in _TABLES and not Path(source).is_dir():
        raise InputError(
            "its name doesn't say what it is.",
            where=source,
            hint="Say it with --input-format: text (one draft), lines (a draft a line), "
            f"{', '.join(FORMATS)}.",
        )
    if wanted is None and source == STDIN:
        wanted = _guess_stdin()
    if wanted == "text":
        draft = read_drafts_file(source, encoding=options.encoding)
        name = "stdin" if source == STDIN else Path(source).name
        return _Texts(draft.name, [Draft(name, draft.text)], draft.problems)
    if wanted == "lines":
        return _Lines(source, options.encoding, stack)
    return _open_rows(source, wanted, options, stack)


def _open_rows(
    source: str, wanted: str | None, options: ReadOptions, stack: ExitStack
) -> DraftSource:
    table = open_table(
        source, format=wanted, encoding=options.encoding, delimiter=options.delimiter
    )
    return _Rows(stack.enter_context(table), options)


def _guess_stdin() -> str:
    """Tell a table on standard input by its first bytes; anything else is a draft a line."""
    if sys.stdin.isatty():
        print("Reading drafts from the keyboard, one a line, up to Ctrl-D.", file=sys.stderr)
    stream: Any = sys.stdin.buffer
    if hasattr(stream, "peek"):
        head = stream.peek(_PEEKED)[:_PEEKED]
    else:
        head = stream.read(_PEEKED)
        stream.seek(-len(head), os.SEEK_CUR)
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    if head.startswith(b"PAR1"):
        return "parquet"
    if _JSON_ARRAY.match(head):
        return "json"
    return "jsonl" if _JSON_OBJECT.match(head) else "lines"


def _role_column(table: Table, role: Role, wanted: str | None = None) -> int | None:
    """Find the column that plays a role in a table; an error names the file.

    Raises
    ------
    InputError
        If there is none of the wanted name, or none that could be the text.
    """
    sample = table.sample() if role is Role.TEXT and wanted is None else None
    try:
        return find_column(table.columns, role, sample, wanted)
    except InputError as error:
        raise InputError(error.message, where=table.name, hint=error.hint) from error
