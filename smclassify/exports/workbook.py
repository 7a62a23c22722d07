"""Formats that are made in one go at the end, out of the working file's rows."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from smclassify.exports.archive import SHEET_ROWS
from smclassify.exports.cells import cell_text, unique_names
from smclassify.exports.encoders import sound_text
from smclassify.exports.parquet import pyarrow_parquet
from smclassify.exports.table import ABSENT, SURPLUS, Problem, Problems, in_groups

Rows = Callable[[], Iterator[list[object]]]
"""Gives the rows from the first, each time it is called."""

MAX_SHEET_TEXT: Final = 32_767
"""UTF-16 units that Excel allows in a cell."""

_SHEET_TITLE = "Sheet1"
_EXACT_DIGITS = 10**15
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x0d\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ROWS_A_GROUP = 2000
_TIME = (datetime.datetime, datetime.date, datetime.time, datetime.timedelta)


def write_xlsx(path: Path, columns: Sequence[str], rows: Rows, problems: Problems) -> None:
    """Write a workbook: header frozen, filter on, every string a string and never a formula.

    What is more than a sheet holds goes on in a second one. What Excel has no room for in a
    cell is cut and listed among the problems; numbers beyond its 15 digits become strings.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet: Any = None
    in_sheet = 0
    for number, row in enumerate(rows(), 1):
        if sheet is None or in_sheet >= SHEET_ROWS:
            _finish_sheet(sheet, len(columns), in_sheet)
            sheet, in_sheet = _new_sheet(book, columns), 1
        sheet.append([_sheet_cell(sheet, cell, problems, number) for cell in row])
        in_sheet += 1
    if sheet is None:
        sheet, in_sheet = _new_sheet(book, columns), 1
    _finish_sheet(sheet, len(columns), in_sheet)
    book.save(path)
    book.close()


def _new_sheet(book: Any, columns: Sequence[str]) -> Any:
    count = len(book.worksheets) + 1
    sheet = book.create_sheet(_SHEET_TITLE if count == 1 else f"{_SHEET_TITLE} ({count})")
    sheet.freeze_panes = "A2"
    nothing = Problems()
    sheet.append([_sheet_cell(sheet, column, nothing, 0) for column in columns])
    return sheet


def _finish_sheet(sheet: Any, width: int, rows: int) -> None:
    from openpyxl.utils import get_column_letter

    if sheet is not None and width:
        sheet.auto_filter.ref = f"A1:{get_column_letter(width)}{rows}"


def _sheet_cell(sheet: Any, cell: object, problems: Problems, row: int) -> object:
    """Return what openpyxl will write as this cell and nothing else."""
    kind = type(cell)
    if cell is None or kind is bool:
        return cell
    if kind is int or kind is float:
        return cell if _fits_excel(cell) else cell_text(cell)
    if isinstance(cell, _TIME) and getattr(cell, "tzinfo", None) is None:
        return cell
    text = str(sound_text(cell_text(cell), problems, row))
    text = _cut(_UNWRITABLE.sub(_escaped, text), problems, row)
    if text[:1] not in ("=", "#"):
        return text
    from openpyxl.cell import WriteOnlyCell

    string = WriteOnlyCell(sheet, value=text)
    string.data_type = "s"  # openpyxl has taken it for a formula or an error
    return string


def _fits_excel(number: Any) -> bool:
    return math.isfinite(number) and (isinstance(number, float) or abs(number) < _EXACT_DIGITS)


def _escaped(match: re.Match[str]) -> str:
    # ECMA-376 part 1, 22.9.2.19; an underscore that would begin such an escape is one itself.
    return f"_x{ord(match[0]):04X}_"


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


def write_parquet(path: Path, columns: Sequence[str], rows: Rows, problems: Problems) -> None:
    """Write a Parquet file. A column's type is what all its cells have in common, else text."""
    arrow, parquet = pyarrow_parquet()
    width = len(columns)
    kinds, surplus = _column_kinds(rows(), width)
    names = unique_names([*columns, SURPLUS] if surplus else list(columns))
    if surplus:
        kinds.append({"str"})
    types = [_arrow_type(arrow, kind) for kind in kinds]
    schema = arrow.schema(list(zip(names, types, strict=True)))
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for first, group in in_groups(rows(), _ROWS_A_GROUP):
            table = [
                [*row[:width], cell_text(row[width:]) if len(row) > width else None][: len(names)]
                for row in group
            ]
            arrays = [
                arrow.array(_arrow_cells(cells, type_, arrow, problems, first), type_)
                for cells, type_ in zip(zip(*table, strict=True), types, strict=True)
            ]
            writer.write_table(arrow.Table.from_arrays(arrays, schema=schema))


def _column_kinds(rows: Iterator[list[object]], width: int) -> tuple[list[set[str]], bool]:
    """Return the names of the types in each column, and whether any row has surplus cells."""
    kinds: list[set[str]] = [set() for _ in range(width)]
    surplus = False
    for row in rows:
        surplus = surplus or len(row) > width
        for kind, cell in zip(kinds, row, strict=False):
            if cell is not None and cell is not ABSENT:
                kind.add(_kind(cell))
    return kinds, surplus


def _kind(cell: object) -> str:
    if isinstance(cell, int) and not isinstance(cell, bool) and not -(2**63) <= cell < 2**63:
        return "str"
    if isinstance(cell, datetime.datetime) and cell.tzinfo is not None:
        return "instant"
    return type(cell).__name__


def _arrow_type(arrow: Any, kinds: set[str]) -> Any:
    simple = {
        frozenset({"int"}): arrow.int64(),
        frozenset({"float"}): arrow.float64(),
        frozenset({"bool"}): arrow.bool_(),
        frozenset({"bytes"}): arrow.binary(),
        frozenset({"date"}): arrow.date32(),
        frozenset({"time"}): arrow.time64("us"),
        frozenset({"timedelta"}): arrow.duration("us"),
        frozenset({"datetime"}): arrow.timestamp("us"),
        frozenset({"instant"}): arrow.timestamp("us", tz="UTC"),
    }
    return simple.get(frozenset(kinds), arrow.string())


def _arrow_cells(
    cells: Sequence[object], type_: Any, arrow: Any, problems: Problems, first: int
) -> list[object]:
    if type_ != arrow.string():
        return [None if cell is ABSENT else cell for cell in cells]
    return [
        None if cell is None or cell is ABSENT else sound_text(cell_text(cell), problems, first + i)
        for i, cell in enumerate(cells)
    ]
