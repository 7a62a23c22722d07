"""How a delimited text file is cut into cells: its delimiter and its quoting."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final, NamedTuple

from smclassify.exports.reading.decoding import MAX_CELL

DELIMITERS: Final = (",", ";", "\t", "|")

_SEP_LINE = re.compile("sep=(.)[\r\n]+", re.IGNORECASE)
_SAMPLE_ROWS = 1000
_TABLE_WIDTH = 3
_TABLE_ROWS = 5
_EVEN_BELOW = 0.8


class Dialect(NamedTuple):
    """How a file is cut into cells.

    Attributes
    ----------
    delimiter : str
        One character.
    quoted : bool
        Whether a quotation mark opens a cell that may hold delimiters and line ends.
    escaped : bool
        Whether a quotation mark inside is written with a backslash rather than twice.
    skip_lines : int
        Lines before the header that are none: Excel's ``sep=;``.
    """

    delimiter: str
    quoted: bool = True
    escaped: bool = False
    skip_lines: int = 0

    def options(self) -> dict[str, Any]:
        """Return the options of :func:`csv.reader`."""
        options: dict[str, Any] = {"delimiter": self.delimiter}
        if not self.quoted:
            options["quoting"] = csv.QUOTE_NONE
        elif self.escaped:
            options |= {"escapechar": "\\", "doublequote": False}
        return options


def read_cells(lines: Iterator[str], dialect: Dialect, *, strict: bool = False) -> Any:
    """Return a :func:`csv.reader` that takes a cell of any size up to :data:`MAX_CELL`."""
    csv.field_size_limit(MAX_CELL)
    return csv.reader(lines, strict=strict, **dialect.options())


def sniff_dialect(lines: list[str], *, complete: bool, delimiter: str | None = None) -> Dialect:
    """Tell how a file is cut from its first lines.

    Every delimiter and way of quoting is tried; the one wins under which most rows are as
    wide as the header. Text full of commas makes rows of every width, so commas in text
    don't mislead it as they do :class:`csv.Sniffer`, which counts characters.

    Parameters
    ----------
    lines : list of str
        The first lines, with their ends.
    complete : bool
        Whether these are all the lines; else the last row may be cut and isn't judged.
    delimiter : str, optional
        The delimiter, where it is known.
    """
    skip = 0
    if lines and (said := _SEP_LINE.fullmatch(lines[0])):
        delimiter, skip = delimiter or said[1], 1
    lines = lines[skip:]
    escapes = any('\\"' in line for line in lines)
    trials = [
        trial
        for mark in ([delimiter] if delimiter else DELIMITERS)
        for trial in _trials(lines, mark, escapes, complete)
    ]
    best = max(trials, key=lambda trial: trial.score())  # of equals the first
    return best.dialect._replace(skip_lines=skip)


class _Trial(NamedTuple):
    """What comes of cutting the first lines in one way."""

    dialect: Dialect
    rows: list[list[str]]
    swallowed: int  # lines, by a quotation mark that is never closed
    malformed: bool

    def even(self) -> float:
        """Return the share of rows that are as wide as the header."""
        width = len(self.rows[0])
        return sum(len(row) == width for row in self.rows) / (len(self.rows) + self.swallowed)

    def even_below(self) -> float:
        """Return the share of rows of one width of three and more, if there are a few of it.

        Under a title of one cell that is the table: cut in another way it would be torn to pieces.
        """
        width, rows = Counter(map(len, self.rows)).most_common(1)[0]
        if width < _TABLE_WIDTH or rows < _TABLE_ROWS:
            return 0.0
        return rows / (len(self.rows) + self.swallowed)

    def sound(self) -> bool:
        """Tell whether nothing at all speaks against this way."""
        return bool(self.rows) and not self.swallowed and not self.malformed and self.even() == 1

    def score(self) -> tuple[bool, float, int]:
        """Return whether there are columns, how even the rows are, and how many columns."""
        if not self.rows:
            return False, 0.0, 0
        # Plain quoting is the rule: another way must make a difference that counts.
        if self.dialect.quoted:
            penalty = 0.02 * self.dialect.escaped + 0.2 * self.malformed
        else:
            penalty = 0.6 if _look_quoted(self.rows) else 0.04
        width = len(self.rows[0])
        if width == 1 and (below := self.even_below()) >= _EVEN_BELOW:
            return True, round(below - penalty, 2), width
        return width > 1, round(self.even() - penalty, 2), width


def _trials(lines: list[str], mark: str, escapes: bool, complete: bool) -> Iterator[_Trial]:
    """Try the ways of quoting; the others only where plain quoting leaves a doubt."""
    plain = _try_out(lines, Dialect(mark), complete)
    yield plain
    if not plain.sound():
        if escapes:
            yield _try_out(lines, Dialect(mark, escaped=True), complete)
        yield _try_out(lines, Dialect(mark, quoted=False), complete)


def _try_out(lines: list[str], dialect: Dialect, complete: bool) -> _Trial:
    reader = read_cells(iter(lines), dialect, strict=True)
    rows: list[list[str]] = []
    whole_lines = 0
    try:
        for row in islice(reader, _SAMPLE_ROWS):
            whole_lines = reader.line_num
            if row:
                rows.append(row)
    except csv.Error as error:
        if "end of data" in str(error):
            # A quotation is open: never closed, or only cut by the end of the sample.
            return _Trial(dialect, rows, len(lines) - whole_lines if complete else 0, False)
        rows = [row for row in islice(read_cells(iter(lines), dialect), _SAMPLE_ROWS) if row]
        return _Trial(dialect, rows, 0, True)
    if not complete and 1 < len(rows) < _SAMPLE_ROWS:
        rows.pop()
    return _Trial(dialect, rows, 0, False)


def _look_quoted(rows: list[list[str]]) -> bool:
    """Tell whether cells that begin with a quotation mark nearly all end with one."""
    opened = [cell for row in rows for cell in row if cell.startswith('"')]
    return sum(len(cell) > 1 and cell.endswith('"') for cell in opened) > 0.8 * len(opened)
