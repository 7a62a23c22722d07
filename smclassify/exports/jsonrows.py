"""Reading JSON Lines files and JSON arrays of objects."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import repeat
from typing import Any, BinaryIO, Final

from smclassify.errors import InputError
from smclassify.exports.decoding import DAMAGED, MARK, MAX_CELL, TextFeed, mend
from smclassify.exports.table import ABSENT, Problem, Row, Table, gather

MAX_COLUMNS: Final = 10_000
"""More names than this are data used as names, not columns."""

_DECODER = json.JSONDecoder(strict=False)  # tabs and line ends in strings lose nothing
_MOST_LEVELS = 400
_BRACKETS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|([\[\]{}])', re.DOTALL)
_TOO_DEEP = "is nested too deeply"
_SPACE = " \t\r\n"
_NEAR_THE_END = 16


class UnreadableError(ValueError):
    """A row that could not be read; says why."""


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
        for number, line in enumerate(feed.lines(newline="\n"), 1):
            if line.isspace():
                continue
            damaged = feed.damaged and MARK in line
            yield number, _loads(mend(line) if damaged else line), len(line), damaged

    def _batches(self, max_rows: int, max_chars: int) -> Iterator[list[Row]]:
        return gather(self._rows(), max_rows, max_chars)

    def _rows(self) -> Iterator[tuple[Row, int]]:
        feed = TextFeed(self._stream, self._codec, self.name)
        last = 0
        for number, value, size, damaged in self._values(feed):
            self.blank_rows += number - last - 1
            last = number
            if not isinstance(value, dict):
                self._note(number, _why(value), lost=True)
                continue
            if damaged:
                self._note(number, DAMAGED.format(self._codec), lost=False)
            yield Row(number, list(map(value.get, self.columns, repeat(ABSENT)))), size

    def _note(self, number: int, message: str, *, lost: bool) -> None:
        line = number if self.format == "jsonl" else None
        self.problems.add(Problem(message, number, line, lost))


def _loads(line: str) -> Any:
    try:
        return UnreadableError(_TOO_DEEP) if _too_deep(line) else _DECODER.decode(line)
    except (ValueError, RecursionError) as error:
        return UnreadableError(_reason(error))


def _too_deep(text: str) -> bool:
    """Tell what could be decoded but then no longer be written: Python's encoder gives up first."""
    if text.count("[") + text.count("{") <= _MOST_LEVELS:
        return False
    depth = 0
    for bracket in filter(None, _BRACKETS.findall(text)):  # strings match, but as nothing
        depth += 1 if bracket in "[{" else -1
        if depth > _MOST_LEVELS:
            return True
    return False


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return _TOO_DEEP
    if isinstance(error, json.JSONDecodeError):
        return f"is not valid JSON: {error.msg} at character {error.colno}"
    return f"holds a number that is too long: {error}"


def _why(value: object) -> str:
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
        window = _Window(feed, self.name)
        window.expect("[")
        number = 0
        if window.peek() != "]":
            while True:
                number += 1
                value, size, damaged = window.element()
                yield number, value, size, damaged
                if window.peek() != ",":
                    break
                window.expect(",")
        window.expect("]")
        if window.peek():
            raise window.broken("there is more after the end of the list")


class _Window:
    """The part of a JSON text that is being looked at."""

    def __init__(self, feed: TextFeed, name: str) -> None:
        self._feed = feed
        self._blocks = feed.blocks()
        self._name = name
        self._text = ""
        self._at = 0
        self._line = 1
        self._more = True

    def _grow(self) -> None:
        """Drop what has been read and take in as much again as is left."""
        self._line += self._text.count("\n", 0, self._at)
        parts = [self._text[self._at :]]
        wanted = max(len(parts[0]), 1)
        while wanted > 0:
            block = next(self._blocks, None)
            if block is None:
                self._more = False
                break
            parts.append(block)
            wanted -= len(block)
        self._text, self._at = "".join(parts), 0

    def peek(self) -> str:
        """Return the next character that is no space; empty at the end."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in _SPACE:
                    return self._text[self._at]
                self._at += 1
            if not self._more:
                return ""
            self._grow()

    def expect(self, mark: str) -> None:
        """Step over a character that has to come now."""
        found = self.peek()
        if found != mark:
            what = f"“{found}”" if found else "the end of the file"
            raise self.broken(f"“{mark}” should stand where {what} is")
        self._at += 1

    def element(self) -> tuple[Any, int, bool]:
        """Return the next value, its size in characters, and whether it was damaged."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                self._go_on_or_give_up(error)
            except (ValueError, RecursionError) as error:
                raise self.broken(f"a value {_reason(error)}") from error
            else:
                # A number that ends where the window does may go on beyond it.
                if end < len(self._text) or not self._more:
                    return self._take(value, end)
                self._grow()

    def _take(self, value: Any, end: int) -> tuple[Any, int, bool]:
        start, self._at = self._at, end
        damaged = self._feed.damaged and MARK in self._text[start:end]
        if damaged:
            value = _DECODER.decode(mend(self._text[start:end]))
        if _too_deep(self._text[start:end]):
            value = UnreadableError(_TOO_DEEP)
        return value, end - start, damaged

    def _go_on_or_give_up(self, error: json.JSONDecodeError) -> None:
        cut = error.msg.startswith("Unterminated") or error.pos > len(self._text) - _NEAR_THE_END
        if not (self._more and cut) or len(self._text) - self._at > MAX_CELL:
            self._line += self._text.count("\n", self._at, error.pos)
            raise self.broken(error.msg) from error
        self._grow()

    def broken(self, why: str) -> InputError:
        """Return the error for a text that is no JSON from here on."""
        line = self._line + self._text.count("\n", 0, self._at)
        return InputError(
            f"is not valid JSON: {why}.",
            where=f"{self._name}, line {line}",
            hint="Was the export cut off? One object a line (.jsonl) survives such damage.",
        )
