"""Reading Excel workbooks."""

from __future__ import annotations

import hashlib
import re
import warnings
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, BinaryIO, Final

from smclassify.errors import InputError
from smclassify.exports.cells import cell_text
from smclassify.exports.reading.archive import SHEET_ROWS, check_archive
from smclassify.exports.reading.source import printable
from smclassify.exports.table import Problem, Row, Table, fit, gather

HIDDEN: Final = "is hidden"
"""Why a sheet is passed over that nobody would see."""

_BLOCK: Final = 64
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def list_sheets(name: str, stream: BinaryIO) -> dict[str, str | None]:
    """Tell which sheets of a workbook are to be read.

    Parameters
    ----------
    name : str
        What messages call the workbook.
    stream : binary file, seekable
        The workbook. It is left open.

    Returns
    -------
    dict of str to str or None
        For each sheet, ``None`` or why it is passed over. Where there is no choice, a sheet
        without a header is not told from others.

    Raises
    ------
    InputError
        If it is no workbook, or would fill the memory.
    """
    check_archive(stream, name)
    states = _states(name, stream)
    visible = [title for title, state in states.items() if state == "visible"]
    reasons = {title: None if title in visible else HIDDEN for title in states}
    if len(visible) > 1:
        for sheet in _load(name, stream).worksheets:
            if sheet.title in visible and not _has_cells(name, sheet):
                reasons[sheet.title] = "is empty"
    return reasons


def _states(name: str, stream: BinaryIO) -> dict[str, str]:
    """Return each sheet's state without loading the texts, which may take minutes."""
    from openpyxl.reader.excel import ExcelReader

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reader = ExcelReader(stream, read_only=True, data_only=True, keep_links=False)
            reader.read_manifest()
            reader.read_workbook()
            return {
                str(sheet.name): str(sheet.state)
                for sheet, part in reader.parser.find_sheets()
                if "chartsheet" not in part.Type and part.target in reader.valid_files
            }
    except Exception as error:
        raise _broken(name, error) from error


def _has_cells(name: str, sheet: Any) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sheet.reset_dimensions()
            rows = sheet.iter_rows(values_only=True)
            return any(cell_text(cell).strip() for cells in rows for cell in cells)
    except Exception as error:
        raise _broken(name, error) from error


def _load(name: str, stream: BinaryIO) -> Any:
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions that we don't read
            return load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    except Exception as error:
        raise _broken(name, error) from error


def _broken(name: str, error: Exception) -> InputError:
    # Over a workbook that was written badly or tampered with, openpyxl and what it stands
    # on fail with whatever error comes up, from KeyError to zlib.error.
    return InputError(
        f"is an Excel workbook that cannot be read: {error or type(error).__name__}.",
        where=name,
        hint="Open it in a spreadsheet program and save it again as .xlsx or CSV.",
    )


def find_sheet(titles: Iterable[str], wanted: str, where: str) -> str:
    """Return the sheet that a user names, capitals and spaces around it aside.

    Raises
    ------
    InputError
        If there is none of that name. Lists them.
    """
    titles = list(titles)
    if wanted in titles:
        return wanted
    for title in titles:
        if title.strip().casefold() == wanted.strip().casefold():
            return title
    hint = f"Its sheets: {', '.join(printable(title) for title in titles)}."
    raise InputError(f"has no sheet “{printable(wanted)}”.", where=where, hint=hint)


class SheetTable(Table):
    """A sheet of an Excel workbook: the one that is asked for, or the first visible one.

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

    def __init__(self, name: str, stream: BinaryIO, sheet: str | None = None) -> None:
        super().__init__(name, stream)
        self._asked = sheet
        check_archive(stream, name)
        self._book = _load(name, stream)
        self._sheet = self._choose()
        self.sheets = [str(title) for title in self._book.sheetnames]
        self.sheet = str(self._sheet.title)
        self._header_row = 0
        self.columns = self._header()

    def _choose(self) -> Any:
        sheets = {str(sheet.title): sheet for sheet in self._book.worksheets}
        if not sheets:
            hint = "Open it in a spreadsheet program: is there anything in it?"
            raise InputError("has no sheet with cells.", where=self.name, hint=hint)
        if self._asked is not None:
            return sheets[find_sheet(sheets, self._asked, self.name)]
        visible = (sheet for sheet in sheets.values() if sheet.sheet_state == "visible")
        return next(visible, next(iter(sheets.values())))

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
                raise _broken(self.name, error) from error
        for warning in caught:
            place = number - self._header_row + 1
            self.problems.add(Problem(str(warning.message), place if place > 0 else None))
        return block

    def digest(self) -> str:
        """Return the digest of the workbook's bytes, and of the sheet's name if it was asked for.

        So sheets of one workbook differ.
        """
        whole = super().digest()
        if self._asked is None:
            return whole
        return hashlib.sha256(f"{whole} {self.sheet}".encode("utf-8", "surrogatepass")).hexdigest()

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
