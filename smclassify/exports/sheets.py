"""Reading Excel workbooks."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO, Final

from smclassify.errors import InputError
from smclassify.exports.archive import SHEET_ROWS, check_archive
from smclassify.exports.cells import cell_text
from smclassify.exports.table import Problem, Row, Table, fit, gather

_BLOCK: Final = 64
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


class SheetTable(Table):
    """The first visible sheet of an Excel workbook.

    Cells have the types they have there; a formula gives the value last calculated. The
    first row with anything in it is the header. Rows with nothing in them are passed over
    and counted. The sheet is read as a stream, but Excel's table of shared strings is in
    memory, as large as all the different texts together.

    Raises
    ------
    InputError
        If it is no workbook, has no sheet with a header, or would fill the memory.
    """

    format = "xlsx"

    def __init__(self, name: str, stream: BinaryIO) -> None:
        super().__init__(name, stream)
        check_archive(stream, name)
        self._book, self._sheet = self._open()
        self.sheets = [str(title) for title in self._book.sheetnames]
        self.sheet = str(self._sheet.title)
        self._header_row = 0
        self.columns = self._header()

    def _open(self) -> tuple[Any, Any]:
        from openpyxl import load_workbook

        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about styles and extensions that we don't read
                book = load_workbook(self._stream, read_only=True, data_only=True, keep_links=False)
            sheets = book.worksheets
        except Exception as error:
            raise self._broken(error) from error
        if not sheets:
            hint = "Open it in a spreadsheet program: is there anything in it?"
            raise InputError("has no sheet with cells.", where=self.name, hint=hint)
        visible = [sheet for sheet in sheets if sheet.sheet_state == "visible"]
        return book, (visible or sheets)[0]

    def _broken(self, error: Exception) -> InputError:
        # Over a workbook that was written badly or tampered with, openpyxl and what it stands
        # on fail with whatever error comes up, from KeyError to zlib.error.
        return InputError(
            f"is an Excel workbook that cannot be read: {error or type(error).__name__}.",
            where=self.name,
            hint="Open it in a spreadsheet program and save it again as .xlsx or CSV.",
        )

    def _header(self) -> list[str]:
        for number, cells in self._sheet_rows():
            if any(cell_text(cell).strip() for cell in cells):
                self._header_row = number
                return [cell_text(cell) for cell in cells]
        raise InputError(
            f"is empty: the sheet “{self.sheet}” has no header.",
            where=self.name,
            hint="Its first row must name the columns.",
        )

    def _batches(self, max_rows: int, max_chars: int) -> Iterator[list[Row]]:
        return gather(self._rows(), max_rows, max_chars)

    def _rows(self) -> Iterator[tuple[Row, int]]:
        width = len(self.columns)
        blank = 0
        for number, values in self._sheet_rows():
            if number <= self._header_row:
                continue
            if not values:
                blank += 1
                continue
            self.blank_rows += blank  # not those after the last row: a sheet has a million
            blank = 0
            cells, surplus = fit(values, width, None)
            place = number - self._header_row
            if surplus:
                message = f"has cells to the right of the header's {width} columns"
                self.problems.add(Problem(f"{message}; they are kept at its end", place))
            yield Row(place, cells, surplus), sum(len(c) for c in values if isinstance(c, str))

    def _sheet_rows(self) -> Iterator[tuple[int, list[object]]]:
        """Yield each row of the sheet with its number, 1 for the first, without empty ends."""
        # The size that a file states is often wrong, and padding to it may be enormous.
        self._sheet.reset_dimensions()
        rows = self._sheet.iter_rows(values_only=True)
        number = 0
        while block := self._block(rows, number):
            for cells in block:
                number += 1
                yield number, cells
            if number > SHEET_ROWS:
                raise InputError(
                    f"has more than {SHEET_ROWS:,} rows, which no sheet can.", where=self.name
                )

    def _block(self, rows: Iterator[tuple[object, ...]], number: int) -> list[list[object]]:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                block = [_clean(cells) for cells in islice(rows, _BLOCK)]
            except Exception as error:
                raise self._broken(error) from error
        for warning in caught:
            place = number - self._header_row + 1
            self.problems.add(Problem(str(warning.message), place if place > 0 else None))
        return block

    def close(self) -> None:
        """Let go of the file."""
        self._book.close()
        super().close()


def _clean(cells: tuple[object, ...]) -> list[object]:
    end = len(cells)
    while end and cells[end - 1] in (None, ""):
        end -= 1
    return [_unescape(cell) if isinstance(cell, str) else cell for cell in cells[:end]]


def _unescape(text: str) -> str:
    """Undo the escapes of characters that XML cannot hold (ECMA-376 part 1, 22.9.2.19)."""
    return _ESCAPE.sub(_character, text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return match[0] if 0xD800 <= code <= 0xDFFF else chr(code)
