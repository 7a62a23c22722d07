"""Rows as the bytes of a text format, or of a sheet of a workbook."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Final, Protocol
from xml.sax.saxutils import escape

from smclassify.exports.cells import json_text, unique_names
from smclassify.exports.reading.decoding import REPLACEMENT
from smclassify.exports.table import ABSENT, SURPLUS, Problem, Problems
from smclassify.exports.writing.fields import csv_fields, csv_text, json_fields
from smclassify.exports.writing.guard import MARK, guard, is_risky

SHEET_TIMES: Final = (datetime.datetime, datetime.date, datetime.time, datetime.timedelta)
"""Times that Excel has; a moment is a date too, and stands before it."""

_TIME_FORMS: Final = ("yyyy-mm-dd hh:mm:ss", "yyyy-mm-dd", "hh:mm:ss", "[hh]:mm:ss")
# Of a long text one sees the beginning; rows that are not so tall are fitted by Excel itself.
_GENERAL: Final = "General"
_MOST_LINES: Final = 8
_TALL: Final = f' ht="{15 * _MOST_LINES}" customHeight="1"'

_SURROGATE = re.compile("[\ud800-\udfff]")
_NO_XML = re.compile("[\x00-\x08\x0b-\x0d\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


class Encoder(Protocol):
    """Turns rows into bytes."""

    def header(self) -> bytes:
        """Return what stands before the first row."""

    def rows(self, rows: Sequence[Sequence[object]], first: int) -> bytes:
        """Return rows, the first of which is the ``first``-th of the file, counted from 1."""

    def columns(self, columns: Sequence[Sequence[object]], first: int) -> bytes:
        """Return rows as :meth:`rows` does, given as columns of the same length."""


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
    guarded : bool
        Whether texts that a spreadsheet would run are made harmless
        (:mod:`smclassify.exports.writing.guard`).
    """

    def __init__(
        self,
        columns: Sequence[str],
        problems: Problems,
        *,
        bom: bool,
        delimiter: str = ",",
        guarded: bool = False,
    ) -> None:
        self._columns = [guard(column) for column in columns] if guarded else columns
        self._guarded = guarded
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
        if len(set(map(len, rows))) == 1:
            return self.columns(list(zip(*rows, strict=True)), first)
        texts = [[csv_text(cell, guarded=self._guarded) for cell in row] for row in rows]
        return self._encode(texts, first)

    def columns(self, columns: Sequence[Sequence[object]], first: int) -> bytes:
        """Return rows, given as columns of the same length."""
        fields = [csv_fields(one, self._delimiter, guarded=self._guarded) for one in columns]
        if len(fields) > 1:
            lines = list(map(self._delimiter.join, zip(*fields, strict=True)))
            with suppress(UnicodeEncodeError):
                return "\r\n".join([*lines, ""]).encode()
        texts = [[csv_text(cell, guarded=self._guarded) for cell in column] for column in columns]
        return self._encode(list(zip(*texts, strict=True)), first)

    def _encode(self, rows: Sequence[Sequence[object]], first: int) -> bytes:
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=self._delimiter, lineterminator="\r\n").writerows(rows)
        try:
            return text.getvalue().encode("utf-8")
        except UnicodeEncodeError:
            sound = [[sound_text(c, self._problems, first + i) for c in row]
                     for i, row in enumerate(rows)]  # fmt: skip
            return self._encode(sound, first)


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
        return _json_lines(lines)

    def columns(self, columns: Sequence[Sequence[object]], first: int) -> bytes:
        """Return rows, given as columns of the same length."""
        if not 0 < len(columns) < len(self._names) or any(ABSENT in one for one in columns):
            return self.rows(list(zip(*columns, strict=True)), first)
        names = [json_text(name).replace("%", "%%") for name in self._names[: len(columns)]]
        form = f"{{{', '.join([f'{name}: %s' for name in names])}}}"
        fields = map(json_fields, columns)
        return _json_lines([form % row for row in zip(*fields, strict=True)])


def _json_lines(lines: Sequence[str]) -> bytes:
    # For a lone surrogate, Python's escape is JSON's too.
    return "\n".join([*lines, ""]).encode("utf-8", "backslashreplace")


class SheetEncoder:
    """Rows as the XML of a sheet (ECMA-376 part 1, 18.3.1.73), every string a string.

    With openpyxl, cell by cell, a workbook takes four times as long to write.

    Parameters
    ----------
    wrapped : mapping of int to float
        Places of columns whose texts are wrapped, and how wide those are, in characters.
    style : callable
        Gives the number of a style: whether wrapped, whether with the mark of what was
        entered with an apostrophe, and the number format.
    guarded : bool
        Whether texts that would change or be run once somebody edits their cell get that mark.
    """

    def __init__(
        self,
        wrapped: Mapping[int, float],
        style: Callable[[bool, bool, str], int],
        guarded: bool,
    ) -> None:
        self._wrapped = wrapped
        self._style = style
        self._guarded = guarded

    def row(self, cells: Sequence[object], number: int) -> bytes:
        """Return a row of values that Excel can hold, the ``number``-th of the sheet from 1."""
        lines = 0.0
        parts = []
        for place, cell in enumerate(cells):
            if cell is None or cell == "":
                continue
            if type(cell) is str:
                value = self._text(cell, place in self._wrapped)
                if place in self._wrapped:
                    lines = max(lines, _lines(cell, self._wrapped[place]))
            else:
                value = self._value(cell)
            parts.append(f'<c r="{column_letter(place + 1)}{number}" s="{value}</c>')
        tall = _TALL if lines > _MOST_LINES else ""
        return f'<row r="{number}"{tall}>{"".join(parts)}</row>'.encode()

    def _text(self, text: str, wrapped: bool) -> str:
        style = self._style(wrapped, self._guarded and changes_when_edited(text), _GENERAL)
        shown = escape(sheet_text(text))
        return f'{style}" t="inlineStr"><is><t xml:space="preserve">{shown}</t></is>'

    def _value(self, value: object) -> str:
        if isinstance(value, bool):
            return f'{self._style(False, False, _GENERAL)}" t="b"><v>{value:d}</v>'
        if isinstance(value, int | float):
            return f'{self._style(False, False, _GENERAL)}"><v>{value!r}</v>'
        from openpyxl.utils.datetime import to_excel

        kinds = zip(SHEET_TIMES, _TIME_FORMS, strict=True)
        form = next(form for kind, form in kinds if isinstance(value, kind))
        days = to_excel(value)  # type: ignore[no-untyped-call]
        return f'{self._style(False, False, form)}"><v>{days!r}</v>'


def changes_when_edited(text: str) -> bool:
    """Whether Excel takes a text for something else once somebody edits its cell."""
    return text.startswith(MARK) or is_risky(text)


def sheet_text(text: str) -> str:
    """Return a text with an escape for each character that XML cannot hold."""
    return _NO_XML.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    # ECMA-376 part 1, 22.9.2.19; an underscore that would begin such an escape is one itself.
    return f"_x{ord(match[0]):04X}_"


@cache
def column_letter(place: int) -> str:
    """Return what a sheet calls a column, counted from 1."""
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(place))


def _lines(text: str, width: float) -> float:
    """Return about how many lines a wrapped text takes; quick rather than exact."""
    # In UTF-8, what is twice as wide has three bytes.
    columns = len(text) if text.isascii() else (len(text) + len(text.encode())) / 2
    return text.count("\n") + columns / width


def make_encoder(
    format: str, columns: Sequence[str], problems: Problems, *, bom: bool, guarded: bool = False
) -> Encoder | None:
    """Return the encoder of a text format; ``None`` for a format that is none."""
    if format == "jsonl":
        return JsonlEncoder(columns)
    if format in ("csv", "tsv"):
        delimiter = "\t" if format == "tsv" else ","
        return CsvEncoder(columns, problems, bom=bom, delimiter=delimiter, guarded=guarded)
    return None
