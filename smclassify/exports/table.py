"""A table read from a file: its columns, its rows in batches, and what was wrong with them."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from typing import BinaryIO, Final, NamedTuple, Self, TypeVar

_Item = TypeVar("_Item")

SURPLUS: Final = "sm_surplus"
"""The name that cells beyond the header go under where a format wants a name for everything."""


class Absent(Enum):
    """The type of :data:`ABSENT`."""

    ABSENT = ""

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        return ""


ABSENT: Final = Absent.ABSENT
"""The cell of a key that a JSON object doesn't have; ``None`` is a key whose value is null."""


class Row(NamedTuple):
    """One row of a table.

    Attributes
    ----------
    number : int
        Its place in the file, 1 for the first row after the header. Blank and unreadable
        rows are counted, so in a CSV file or a sheet this is one less than the row number
        that a spreadsheet shows, and in a JSONL file it is the line number.
    cells : list of object
        One cell a column. Text files give ``str``; other formats give the types they hold.
    surplus : sequence of object
        Cells beyond the last column. Whoever writes the row again puts them at its end, after
        any columns of his own, so that nothing of a ragged row is lost.
    """

    number: int
    cells: list[object]
    surplus: Sequence[object] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a row, or with the file as a whole.

    Attributes
    ----------
    message : str
        What is wrong.
    row : int or None
        :attr:`Row.number` of the row.
    line : int or None
        The line of a text file on which the row ends, 1 for the first.
    lost : bool
        True when the row could not be read and so is not among the batches.
    """

    message: str
    row: int | None = None
    line: int | None = None
    lost: bool = False

    def __str__(self) -> str:
        places = [f"row {self.row}"] if self.row is not None else []
        places += [f"line {self.line}"] if self.line is not None else []
        return f"{', '.join(places)}: {self.message}" if places else self.message


class Problems(list[Problem]):
    """Problems in the order they were met, with a bound on how many are kept word for word.

    A file in which every row is damaged must not fill the memory with complaints; those
    beyond :data:`LIMIT` are only counted.

    Attributes
    ----------
    total : int
        How many there were, kept or not.
    lost : int
        How many of them are rows that could not be read.
    """

    LIMIT: Final = 10_000

    def __init__(self) -> None:
        super().__init__()
        self.total = 0
        self.lost = 0

    def add(self, problem: Problem) -> None:
        """Note one problem."""
        self.total += 1
        self.lost += problem.lost
        if len(self) < self.LIMIT:
            self.append(problem)

    def forget(self) -> None:
        """Start again, as a new reading of the same file does."""
        self.clear()
        self.total = self.lost = 0


class Table(ABC):
    """A file with columns and rows, read in batches. A context manager.

    Each call of :meth:`batches` reads the file from its beginning, so a caller may look at
    a first batch to find the column he wants and then start again.

    Attributes
    ----------
    name : str
        The file's name, for messages.
    format : str
        ``"csv"``, ``"tsv"``, ``"xlsx"``, ``"jsonl"``, ``"json"`` or ``"parquet"``.
    encoding : str or None
        A text file's encoding; ``None`` for formats that bring their own.
    bom : bool
        Whether a UTF-8 file began with a byte order mark.
    columns : list of str
        The header as it came: duplicates and empty names survive.
    sheet : str or None
        The sheet that is read, of a workbook.
    sheets : list of str
        All the workbook's sheets.
    layout : str or None
        The key of the known layout, where the reader has told it from the file's shape.
    problems : Problems
        What was wrong in the reading under way, or in the last one.
    blank_rows : int
        How many blank rows that reading has passed over.
    """

    format: str
    layout: str | None = None

    def __init__(self, name: str, stream: BinaryIO, *, encoding: str | None = None) -> None:
        self.name = name
        self.encoding = encoding
        self.columns: list[str] = []
        self.sheet: str | None = None
        self.sheets: list[str] = []
        self.problems = Problems()
        self.blank_rows = 0
        self._stream = stream

    @property
    def bom(self) -> bool:
        """Whether a UTF-8 file began with a byte order mark."""
        return self.encoding == "utf-8-sig"

    def batches(
        self, max_rows: int = 2000, max_chars: int = 2_000_000, *, skip: int = 0
    ) -> Iterator[list[Row]]:
        """Read the rows from the beginning, batch by batch.

        Parameters
        ----------
        max_rows : int
            The most rows in a batch.
        max_chars : int
            A batch ends once it holds about this many characters, give or take a block of
            the file (64 KiB), so that long texts don't add up. Never less than one row.
        skip : int
            How many readable rows to pass over first: what a resumed run has done already.

        Yields
        ------
        list of Row
            Never empty.

        Raises
        ------
        InputError
            If the file turns out not to be what it claims to be.
        """
        self.problems.forget()
        self.blank_rows = 0
        for batch in self._batches(max_rows, max_chars):
            if skip >= len(batch):
                skip -= len(batch)
                continue
            yield batch[skip:] if skip else batch
            skip = 0

    @abstractmethod
    def _batches(self, max_rows: int, max_chars: int) -> Iterator[list[Row]]:
        """Read the rows from the beginning."""

    def sample(self, rows: int = 200) -> list[Row]:
        """Return the first rows, for a look at what the columns hold."""
        return next(self.batches(max_rows=rows), [])

    def digest(self) -> str:
        """Return the SHA-256 of the file's bytes, in hexadecimal: the same file, or not?"""
        self._stream.seek(0)
        digest = hashlib.sha256()
        while block := self._stream.read(1 << 20):
            digest.update(block)
        return digest.hexdigest()

    def close(self) -> None:
        """Let go of the file."""
        self._stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def gather(rows: Iterator[tuple[Row, int]], max_rows: int, max_chars: int) -> Iterator[list[Row]]:
    """Put rows, each with its size in characters, together into batches."""
    batch: list[Row] = []
    chars = 0
    for row, size in rows:
        batch.append(row)
        chars += size
        if len(batch) >= max_rows or chars >= max_chars:
            yield batch
            batch, chars = [], 0
    if batch:
        yield batch


def in_groups(items: Iterator[_Item], size: int) -> Iterator[tuple[int, list[_Item]]]:
    """Put items into groups; yield each with the number of its first item, from 1."""
    first = 1
    while group := list(islice(items, size)):
        yield first, group
        first += len(group)


def fit(cells: list[object], width: int, filler: object) -> tuple[list[object], list[object]]:
    """Cut or fill a row to the width of the header; return its cells and its surplus."""
    if len(cells) < width:
        return cells + [filler] * (width - len(cells)), []
    return cells[:width], cells[width:]


def ragged(found: int, width: int) -> str:
    """Say that a row is longer or shorter than the header."""
    what = "the missing ones are left empty" if found < width else "the surplus is kept at its end"
    cells = "1 cell" if found == 1 else f"{found} cells"
    return f"has {cells} where the header has {width}; {what}"
