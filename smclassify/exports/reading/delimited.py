"""Reading CSV and TSV files."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain, count, islice, repeat
from typing import Any, BinaryIO, Final

from smclassify.errors import InputError
from smclassify.exports.reading.decoding import DAMAGED, MARK, TextFeed, mend
from smclassify.exports.reading.dialect import Dialect, read_cells, sniff_dialect
from smclassify.exports.table import Problem, Row, Table, fit, ragged

_END: Final = "\udcfe"
"""Put after the last line. Where it comes out inside a cell, a quotation mark was left open."""

_BLOCK: Final = 64
_NEW_ROW: Final[Any] = partial(tuple.__new__, Row)
_SNIFF_CHARS = 131_072


class DelimitedTable(Table):
    """A CSV or TSV file.

    Short rows are filled with empty cells and long ones keep theirs in :attr:`Row.surplus`;
    both are listed among the problems, unless the surplus is empty (a trailing delimiter).
    Blank lines are passed over and counted. A file whose header stands alone has no rows.

    Parameters
    ----------
    name : str
        What messages call the file.
    stream : binary file, seekable
        The file.
    encoding : str
        Its encoding.
    format : {"csv", "tsv"}
        For :attr:`Table.format`; a TSV file's delimiter is the tab.
    delimiter : str, optional
        The delimiter, where it is known.

    Raises
    ------
    InputError
        If there is no header.
    """

    def __init__(
        self,
        name: str,
        stream: BinaryIO,
        *,
        encoding: str,
        format: str = "csv",
        delimiter: str | None = None,
    ) -> None:
        super().__init__(name, stream, encoding=encoding)
        self.format = format
        self._codec = encoding
        self.dialect = self._sniff(delimiter or ("\t" if format == "tsv" else None))
        reader = self._reader(TextFeed(stream, encoding, name))
        self.columns = [mend(cell) for cell in self._header(reader)]

    def _sniff(self, delimiter: str | None) -> Dialect:
        feed = TextFeed(self._stream, self._codec, self.name)
        lines: list[str] = []
        chars = 0
        for line in feed.lines(newline=""):
            lines.append(line)
            chars += len(line)
            if chars >= _SNIFF_CHARS:
                return sniff_dialect(lines, complete=False, delimiter=delimiter)
        return sniff_dialect(lines, complete=True, delimiter=delimiter)

    def _reader(self, feed: TextFeed) -> Any:
        lines = islice(feed.lines(newline=""), self.dialect.skip_lines, None)
        # Not as wide as the header, so that the loop's fast path never takes it for a row.
        end = f"{_END}{self.dialect.delimiter}{_END}" if len(self.columns) == 1 else _END
        return read_cells(chain(lines, [end]), self.dialect)

    def _header(self, reader: Any) -> list[str]:
        try:
            for cells in reader:
                if cells and cells[0].startswith(_END):
                    break
                if any(cell.strip() for cell in cells):
                    # No quotation is left open in it: the sniffer would have gone without.
                    return list(cells)
        except csv.Error as error:
            raise self._unreadable(reader.line_num, error) from error
        raise InputError(
            "is empty: there is no header.",
            where=self.name,
            hint="Its first row must name the columns.",
        )

    def _unreadable(self, line: int, error: csv.Error) -> InputError:
        return InputError(
            f"cannot be cut into cells: {error}.",
            where=f"{self.name}, line {line}",
            hint="A quotation mark before that line is probably never closed.",
        )

    def _batches(self, max_rows: int, max_chars: int) -> Iterator[list[Row]]:
        feed = TextFeed(self._stream, self._codec, self.name)
        reader = self._reader(feed)
        self._header(reader)
        rows: list[Row] = []
        number = begun = 0
        try:
            while True:
                line, chars = reader.line_num, feed.chars
                room = max_rows - len(rows) or max_rows
                # The last row is always looked at again below, so yield only before reading on.
                block = list(islice(reader, min(room, _BLOCK)))
                if rows and block and (len(rows) >= max_rows or chars - begun >= max_chars):
                    yield rows
                    rows, begun = [], chars
                if not block:
                    break
                rows += self._rows_of(block, number, line, feed.damaged)
                number += len(block)
        except csv.Error as error:
            raise self._unreadable(reader.line_num, error) from error
        if rows:
            rows[-1] = self._close_quotation(rows[-1], reader.line_num - 1)
            yield rows

    def _rows_of(
        self, block: list[list[str]], before: int, line: int, damaged: bool
    ) -> Iterable[Row]:
        """Make rows; those of a block in which all is well without a step of Python each."""
        if not damaged and set(map(len, block)) == {len(self.columns)}:
            return map(_NEW_ROW, zip(count(before + 1), block, repeat(())))
        rows = []
        line += self.dialect.skip_lines
        for number, cells in enumerate(block, before + 1):
            line += 1 + sum(map(_line_ends, cells))
            if (row := self._odd_row(number, line, cells)) is not None:
                rows.append(row)
        return rows

    def _odd_row(self, number: int, line: int, cells: list[str]) -> Row | None:
        """Make a row of cells that may be damaged or not as wide as the header."""
        width = len(self.columns)
        if cells and cells[0] == _END:
            return None
        if not cells or (width > 1 and len(cells) == 1 and not cells[0].strip()):
            self.blank_rows += 1
            return None
        if any(MARK in cell for cell in cells):
            self.problems.add(Problem(DAMAGED.format(self._codec), number, line))
            cells = [mend(cell) for cell in cells]
        fitted, surplus = fit(list(cells), width, "")
        if len(cells) < width or any(surplus):
            self.problems.add(Problem(ragged(len(cells), width), number, line))
        return Row(number, fitted, surplus)

    def _close_quotation(self, row: Row, line: int) -> Row:
        """Take the end mark out of the last row and say why it was there."""
        cells, surplus = ([_without_end(c) for c in part] for part in (row.cells, row.surplus))
        if cells == row.cells and surplus == list(row.surplus):
            return row
        first = line - sum(_line_ends(str(cell)) for cell in (*cells, *surplus)) + 1
        message = (
            f"opens a quotation mark near line {max(first, 1)} that is never closed; "
            "everything after it was read as one cell"
        )
        self.problems.add(Problem(message, row.number, line + self.dialect.skip_lines))
        return Row(row.number, cells, surplus)


def _line_ends(cell: str) -> int:
    return cell.count("\n") + cell.count("\r") - cell.count("\r\n")


def _without_end(cell: object) -> object:
    return cell.removesuffix(_END) if isinstance(cell, str) else cell
