"""Reading JSON Lines files and JSON arrays of objects."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from typing import Any, BinaryIO, Final

from smclassify.errors import InputError
from smclassify.exports.nested.jsontext import UnreadableError, Window, loads
from smclassify.exports.reading.decoding import DAMAGED, MARK, TextFeed, mend
from smclassify.exports.table import ABSENT, Problem, Row, Table, gather

MAX_COLUMNS: Final = 10_000
"""More names than this are data used as names, not columns."""


class JsonTable(Table):
    """A file of JSON objects; a key is a column.

    The file is read twice: once for its keys, since one that first appears in the last row
    must have its column too, then for its rows. A key that an object lacks gives
    :data:`~smclassify.exports.table.ABSENT`. What is no object is listed among the problems
    as lost; of a key that an object has twice the last value counts, as in any JSON reader.

    Raises
    ------
    InputError
        If there is no object in it at all, or too many keys to be columns.
    """

    format = "jsonl"
    layout: str | None = None

    def __init__(self, name: str, stream: BinaryIO, *, encoding: str) -> None:
        super().__init__(name, stream, encoding=encoding)
        self._codec = encoding
        self.columns = self._all_keys()

    def _all_keys(self) -> list[str]:
        keys: dict[str, None] = {}
        found = False
        for _, value, _, _ in self._values(TextFeed(self._stream, self._codec, self.name)):
            if isinstance(value, dict):
                found = True
                if not value.keys() <= keys.keys():
                    keys |= dict.fromkeys(value)
                    self._check_width(len(keys))
        if not found:
            raise self._nothing_in_it()
        return list(keys)

    def _check_width(self, width: int) -> None:
        if width > MAX_COLUMNS:
            raise InputError(
                f"has more than {MAX_COLUMNS} different keys.",
                where=self.name,
                hint="Every row should be an object with the same keys.",
            )

    def _nothing_in_it(self) -> InputError:
        return InputError(
            "holds no JSON object.",
            where=self.name,
            hint='Every line should be an object such as {"id": "1", "text": "…"}.',
        )

    def _values(self, feed: TextFeed) -> Iterator[tuple[int, Any, int, bool]]:
        """Yield number, value (or why there is none), size in characters, and damage."""
        return line_values(feed)

    def _batches(self, max_rows: int, max_chars: int) -> Iterator[list[Row]]:
        return gather(self._rows(), max_rows, max_chars)

    def _rows(self) -> Iterator[tuple[Row, int]]:
        feed = TextFeed(self._stream, self._codec, self.name)
        last = 0
        for number, value, size, damaged in self._values(feed):
            self.blank_rows += number - last - 1
            last = number
            if not isinstance(value, dict):
                self._note(number, why_no_row(value), lost=True)
                continue
            if damaged:
                self._note(number, DAMAGED.format(self._codec), lost=False)
            yield Row(number, list(map(value.get, self.columns, repeat(ABSENT)))), size

    def _note(self, number: int, message: str, *, lost: bool) -> None:
        line = number if self.format == "jsonl" else None
        self.problems.add(Problem(message, number, line, lost))


def line_values(feed: TextFeed) -> Iterator[tuple[int, Any, int, bool]]:
    """Yield the value of every line that is not blank, as :meth:`JsonTable._values` does."""
    for number, line in enumerate(feed.lines(newline="\n"), 1):
        if line.isspace():
            continue
        damaged = feed.damaged and MARK in line
        yield number, loads(mend(line) if damaged else line), len(line), damaged


def array_values(feed: TextFeed, name: str) -> Iterator[tuple[int, Any, int, bool]]:
    """Yield the elements of an array, as :meth:`JsonTable._values` does.

    The array may be assigned to a name of JavaScript, as in the ``tweets.js`` of an X archive.
    """
    window = Window(feed, name)
    assigned = window.skip_assignment()
    for number, (value, size, damaged) in enumerate(window.elements(), 1):
        yield number, value, size, damaged
    if assigned and window.peek() == ";":
        window.expect(";")
    if window.peek():
        raise window.broken("there is more after the end of the list")


def why_no_row(value: object) -> str:
    """Say why a value cannot be a row."""
    if isinstance(value, UnreadableError):
        return str(value)
    kind = {list: "a list", str: "a string", bool: "true or false", type(None): "null"}
    return f"is {kind.get(type(value), 'a number')}, not an object with keys"


class JsonArrayTable(JsonTable):
    """One JSON array of objects. :attr:`Row.number` counts its elements.

    It is decoded element by element, so the array may be larger than the memory.

    Raises
    ------
    InputError
        Besides what :class:`JsonTable` raises: if the array is broken. Beyond that place no
        row can be told from another, so none is guessed.
    """

    format = "json"

    def _nothing_in_it(self) -> InputError:
        return InputError(
            "is a JSON list without any object in it.",
            where=self.name,
            hint='It should be a list of objects such as [{"id": "1", "text": "…"}].',
        )

    def _values(self, feed: TextFeed) -> Iterator[tuple[int, Any, int, bool]]:
        return array_values(feed, self.name)
