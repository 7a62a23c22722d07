"""Excel workbooks, made in one go out of rows that can be read more than once."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import islice
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from types import MappingProxyType
from typing import IO, Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from smclassify.exports.cells import cell_text
from smclassify.exports.reading.archive import SHEET_COLUMNS, SHEET_ROWS
from smclassify.exports.table import Problem, Problems
from smclassify.exports.writing.encoders import (
    SHEET_TIMES,
    SheetEncoder,
    changes_when_edited,
    column_letter,
    sheet_text,
    sound_text,
)

Rows = Callable[[], Iterator[list[object]]]
"""Gives the rows from the first, each time it is called."""

MAX_SHEET_TEXT: Final = 32_767
"""UTF-16 units that Excel allows in a cell."""

# The same rows make the same bytes, whenever they are written.
_MADE: Final = (2000, 1, 1, 0, 0, 0)
_TIMES: Final = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_AT: Final = rb"\g<1>2000-01-01T00:00:00Z"

_SHEET_TITLE = "Sheet1"
_EXACT_DIGITS = 10**15

_LOOKED_AT: Final = 200  # cells of a column
_LOOKED_THROUGH: Final = 100_000  # rows: of several exports, those of the second come late
_NARROWEST, _WIDEST = 8, 60
_WRAPPED: Final = 45
_LINK: Final = 30  # nobody reads links to their end
_COPIED: Final = 1 << 20
# Text and ground of each pair differ by 4.5 to 1 and more (WCAG 2.2, 1.4.3).
_HEAD: Final = ("FFFFFF", "2F4B7C")
_STRONG: Final = ("7A0019", "FFD6DC")
_SOFT: Final = ("5C4100", "FFEFC2")


@dataclass(frozen=True, slots=True)
class Look:
    """How a column is coloured.

    Attributes
    ----------
    kind : {"score", "flag"}
        By how high its numbers are, or where it is true.
    strong, soft : float
        From which number on a score is coloured strongly, and softly.
    """

    kind: str
    strong: float = 0.0
    soft: float = 0.0


_NO_LOOKS: Final[Mapping[str, Look]] = MappingProxyType({})


def write_xlsx(
    path: Path,
    columns: Sequence[str],
    rows: Rows,
    problems: Problems,
    *,
    looks: Mapping[str, Look] = _NO_LOOKS,
    guarded: bool = True,
) -> None:
    """Write a workbook: header frozen, filter on, every string a string and never a formula.

    What is more than a sheet holds goes on in a second one. What Excel has no room for in a
    cell is cut and listed among the problems; numbers beyond its 15 digits become strings.

    Parameters
    ----------
    path : Path
        Where to.
    columns : sequence of str
        The header.
    rows : callable
        Gives the rows; called twice.
    problems : Problems
        Takes in what could not be written as it was.
    looks : mapping of str to Look
        For names of columns, how they are coloured.
    guarded : bool
        Whether strings that would be run once somebody edits their cell get the mark that
        Excel itself gives to what was entered with an apostrophe. Their value is the same.
    """
    widths = _widths(columns, islice(rows(), _LOOKED_THROUGH))
    with ExitStack() as files:
        writer = _BookWriter(path.parent, files, columns, widths, guarded)
        for number, row in enumerate(rows(), 1):
            writer.append(row, problems, number)
        writer.save(path, looks)


class _BookWriter:
    """Writes rows as XML to a temporary file a sheet, and then the workbook around them.

    openpyxl makes everything but the rows: with those too, it takes four times as long (30,000
    rows of 15 cells, without lxml).
    """

    def __init__(
        self,
        folder: Path,
        files: ExitStack,
        columns: Sequence[str],
        widths: Sequence[float],
        guarded: bool,
    ) -> None:
        from openpyxl import Workbook

        self._book = Workbook(write_only=True)
        self._folder = folder
        self._files = files
        self._columns = columns
        self._widths = widths
        self._guarded = guarded
        wrapped = {place: wide for place, wide in enumerate(widths) if wide >= _WRAPPED}
        self._encoder = SheetEncoder(wrapped, cache(self._style), guarded)
        self._sheets: list[tuple[IO[bytes], int]] = []
        self._new_sheet()

    def _style(self, wrapped: bool, risky: bool, form: str) -> int:
        """Return the number of a style in the workbook."""
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment

        cell = WriteOnlyCell(self._book.worksheets[0])
        cell.alignment = Alignment(vertical="top", wrap_text=wrapped or None)
        cell.quotePrefix = risky
        cell.number_format = form
        return int(cell.style_id)

    def _new_sheet(self) -> None:
        count = len(self._sheets) + 1
        self._book.create_sheet(_SHEET_TITLE if count == 1 else f"{_SHEET_TITLE} ({count})")
        rows = TemporaryFile(dir=self._folder)  # noqa: SIM115 - closed with the others
        self._file = self._files.enter_context(rows)
        self._rows = 1
        self._sheets.append((self._file, self._rows))

    def append(self, row: Sequence[object], problems: Problems, number: int) -> None:
        """Write a row, the ``number``-th of all."""
        if self._rows >= SHEET_ROWS:
            self._new_sheet()
        if len(row) > SHEET_COLUMNS:
            said = f"has {len(row):,} cells; a sheet has room for {SHEET_COLUMNS:,}"
            problems.add(Problem(f"{said} and the rest was left out", number))
            row = row[:SHEET_COLUMNS]
        self._rows += 1
        cells = [_plain(cell, problems, number) for cell in row]
        self._file.write(self._encoder.row(cells, self._rows))
        self._sheets[-1] = (self._file, self._rows)

    def save(self, path: Path, looks: Mapping[str, Look]) -> None:
        """Write the workbook."""
        for sheet, (_, rows) in zip(self._book.worksheets, self._sheets, strict=True):
            self._dress(sheet, rows, looks)
        frame = BytesIO()
        self._book.save(frame)
        with ZipFile(frame) as parts, ZipFile(path, "w", ZIP_DEFLATED) as book:
            files = {f"xl/worksheets/sheet{n}.xml": f for n, (f, _) in enumerate(self._sheets, 1)}
            for name in parts.namelist():
                info = ZipInfo(name, _MADE)
                info.compress_type = ZIP_DEFLATED
                frame_part = _TIMES.sub(_AT, parts.read(name))
                with book.open(info, "w", force_zip64=name in files) as part:
                    _fill(part, frame_part, files.get(name))

    def _dress(self, sheet: Any, rows: int, looks: Mapping[str, Look]) -> None:
        """Give a sheet its widths, header, filter and colours; widths go before any row."""
        sheet.freeze_panes = "A2"
        for place, width in enumerate(self._widths, 1):
            sheet.column_dimensions[column_letter(place)].width = width
        sheet.append([self._heading(sheet, column) for column in self._columns])
        if not self._columns:
            return
        sheet.auto_filter.ref = f"A1:{column_letter(len(self._columns))}{rows}"
        for place, column in enumerate(self._columns, 1):
            if (look := looks.get(column)) is not None and rows > 1:
                _colour(sheet, column_letter(place), rows, look)

    def _heading(self, sheet: Any, column: str) -> object:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Font, PatternFill

        text, ground = _HEAD
        plain = str(_plain(column, Problems(), 0))
        cell = WriteOnlyCell(sheet, value=sheet_text(plain))
        cell.data_type = "s"  # openpyxl may have taken it for a formula or an error
        cell.quotePrefix = self._guarded and changes_when_edited(column)
        cell.font = Font(bold=True, color=text)
        cell.fill = PatternFill("solid", fgColor=ground)
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        return cell


def _fill(part: IO[bytes], frame: bytes, rows: IO[bytes] | None) -> None:
    """Write a part of the workbook; rows go behind the header, at the end of the sheet's data."""
    if rows is None:
        part.write(frame)
        return
    head, end, tail = frame.rpartition(b"</sheetData>")
    part.write(head)
    rows.seek(0)
    copyfileobj(rows, part, _COPIED)
    part.write(end + tail)


def _colour(sheet: Any, letter: str, rows: int, look: Look) -> None:
    """Colour cells by what they hold, whatever a person changes in them later."""
    from openpyxl.formatting.rule import FormulaRule
    from openpyxl.styles import Font, PatternFill

    cell = f"{letter}2"
    # For Excel, every text is greater than any number, and an empty cell is zero.
    score = f"AND(ISNUMBER({cell}),{cell}>={{:g}})"
    rules = (
        [(_STRONG, score.format(look.strong)), (_SOFT, score.format(look.soft))]
        if look.kind == "score"
        else [(_STRONG, f"AND(ISLOGICAL({cell}),{cell})")]
    )
    for (text, ground), formula in rules:
        rule = FormulaRule(  # type: ignore[no-untyped-call]
            formula=[formula],
            stopIfTrue=True,
            font=Font(bold=True, color=text),
            fill=PatternFill(bgColor=ground, fill_type="solid"),
        )
        sheet.conditional_formatting.add(f"{cell}:{letter}{rows}", rule)


def _widths(columns: Sequence[str], rows: Iterator[list[object]]) -> list[float]:
    """Return how wide columns should be, in Excel's characters, by their first cells."""
    widest = [_length(column) + 3 for column in columns]  # room for the filter's button
    left = dict.fromkeys(range(len(columns)), _LOOKED_AT)
    for row in rows:
        if not left:
            break
        for place in [place for place in left if place < len(row) and cell_text(row[place])]:
            left[place] -= 1
            if not left[place]:
                del left[place]
            text = cell_text(row[place])[:400]
            most = _LINK if text.startswith(("http://", "https://")) else _WIDEST
            widest[place] = max(widest[place], min(_length(text), most))
    return [float(min(max(width + 1, _NARROWEST), _WIDEST)) for width in widest]


def _length(text: str) -> int:
    """Return how many characters wide the longest line of a text is; East Asian ones are two."""
    return max(
        (
            sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
            for line in text.splitlines()
        ),
        default=0,
    )


def _plain(cell: object, problems: Problems, row: int) -> object:
    """Return a cell with what Excel can hold of it."""
    kind = type(cell)
    if cell is None or kind is bool:
        return cell
    if kind is int or kind is float:
        return cell if _fits_excel(cell) else cell_text(cell)
    if isinstance(cell, SHEET_TIMES) and _is_dated_by_excel(cell):
        return cell
    text = str(sound_text(cell_text(cell), problems, row))
    return _cut(text, problems, row)


def _fits_excel(number: Any) -> bool:
    return math.isfinite(number) and (isinstance(number, float) or abs(number) < _EXACT_DIGITS)


def _is_dated_by_excel(time: Any) -> bool:
    """Whether Excel has the time: it knows no zones, and its days begin with 1900-01-01."""
    return getattr(time, "tzinfo", None) is None and getattr(time, "year", 1900) >= 1900


def _cut(text: str, problems: Problems, row: int) -> str:
    if len(text) * 2 <= MAX_SHEET_TEXT:
        return text
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) <= 2 * MAX_SHEET_TEXT:
        return text
    problems.add(
        Problem(
            f"has a text of {len(text):,} characters; Excel has room for {MAX_SHEET_TEXT:,} "
            "and the rest was cut off (CSV, JSONL and Parquet keep all of it)",
            row,
        )
    )
    return units[: 2 * MAX_SHEET_TEXT].decode("utf-16-le", "ignore")
