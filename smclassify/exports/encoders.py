"""Rows as the bytes of a text format."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from typing import Final, Protocol

from smclassify.exports.cells import cell_text, json_text, unique_names
from smclassify.exports.decoding import REPLACEMENT
from smclassify.exports.table import ABSENT, SURPLUS, Problem, Problems

_SURROGATE = re.compile("[\ud800-\udfff]")


class Encoder(Protocol):
    """Turns rows into bytes."""

    def header(self) -> bytes:
        """Return what stands before the first row."""

    def rows(self, rows: Sequence[Sequence[object]], first: int) -> bytes:
        """Return rows, the first of which is the ``first``-th of the file, counted from 1."""


class CsvEncoder:
    r"""Comma-separated values as RFC 4180 has them and Excel writes them: ``\r\n`` ends a row.

    Parameters
    ----------
    columns : sequence of str
        The header, as it is: duplicates and empty names are written.
    problems : Problems
        Where to note what UTF-8 cannot hold.
    bom : bool
        Whether to begin with a byte order mark, without which Excel takes UTF-8 for the
        local code page.
    delimiter : str
        What stands between the cells.
    """

    def __init__(
        self, columns: Sequence[str], problems: Problems, *, bom: bool, delimiter: str = ","
    ) -> None:
        self._columns = columns
        self._problems = problems
        # A header that itself begins with the mark's character needs one before it to be kept.
        self._bom = bom or (bool(columns) and columns[0].startswith("\ufeff"))
        self._delimiter = delimiter

    def header(self) -> bytes:
        """Return the header row."""
        mark = b"\xef\xbb\xbf" if self._bom else b""
        return mark + self._encode([self._columns], 0)

    def rows(self, rows: Sequence[Sequence[object]], first: int) -> bytes:
        """Return rows as they are; longer ones than the header stay longer."""
        return self._encode([[_csv_cell(cell) for cell in row] for row in rows], first)

    def _encode(self, rows: Sequence[Sequence[object]], first: int) -> bytes:
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=self._delimiter, lineterminator="\r\n").writerows(rows)
        try:
            return text.getvalue().encode("utf-8")
        except UnicodeEncodeError:
            sound = [[sound_text(c, self._problems, first + i) for c in row]
                     for i, row in enumerate(rows)]  # fmt: skip
            return self._encode(sound, first)


def _csv_cell(cell: object) -> object:
    return cell if type(cell) is str else cell_text(cell)


def sound_text(cell: object, problems: Problems, row: int) -> object:
    """Put U+FFFD for each half of a broken character, which no format but JSON can hold."""
    if not isinstance(cell, str) or not _SURROGATE.search(cell):
        return cell
    message = "holds half of a character (a lone surrogate); it was written as “�”"
    problems.add(Problem(message, row or None))
    return _SURROGATE.sub(REPLACEMENT, cell)


class JsonlEncoder:
    """One JSON object a line, in UTF-8. Names are made to differ where the header's don't."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._names: Final = unique_names([*columns, SURPLUS])

    def header(self) -> bytes:
        """Return nothing: every line brings its names."""
        return b""

    def rows(self, rows: Sequence[Sequence[object]], first: int) -> bytes:
        """Return rows; absent cells are left out, those beyond the header go into a list."""
        width = len(self._names) - 1
        lines = []
        for row in rows:
            named = {
                name: cell
                for name, cell in zip(self._names, row[:width], strict=False)
                if cell is not ABSENT
            }
            if len(row) > width:
                named[self._names[-1]] = list(row[width:])
            lines.append(json_text(named))
        # For a lone surrogate, Python's escape is JSON's too.
        return "".join([f"{line}\n" for line in lines]).encode("utf-8", "backslashreplace")


def make_encoder(
    format: str, columns: Sequence[str], problems: Problems, *, bom: bool
) -> Encoder | None:
    """Return the encoder of a text format; ``None`` for a format that is none."""
    if format == "jsonl":
        return JsonlEncoder(columns)
    if format in ("csv", "tsv"):
        delimiter = "\t" if format == "tsv" else ","
        return CsvEncoder(columns, problems, bom=bom, delimiter=delimiter)
    return None
