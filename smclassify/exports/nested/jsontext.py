"""JSON text value by value: a line at once, or a file that is larger than the memory."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from smclassify.errors import InputError
from smclassify.exports.reading.decoding import MARK, MAX_CELL, TextFeed, mend

_DECODER = json.JSONDecoder(strict=False)  # tabs and line ends in strings lose nothing
_MOST_LEVELS = 400
_BRACKETS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|([\[\]{}])', re.DOTALL)
_TOO_DEEP = "is nested too deeply"
_SPACE = " \t\r\n"
_NEAR_THE_END = 16
_WALKED_LEVELS: Final = 4
_ASSIGNMENT = re.compile(r"\s*window\.YTD\.[\w.$-]{1,100}\s*=")
_LONGEST_ASSIGNMENT = 200

KeyPath = tuple[str, ...]
"""The keys that lead to a place in a JSON text, from the outside."""


class UnreadableError(ValueError):
    """A row that could not be read; says why."""


class Value(NamedTuple):
    """A value in a JSON text.

    Attributes
    ----------
    value : object
        What it is, or an :class:`UnreadableError`.
    size : int
        Its length, in characters.
    damaged : bool
        Whether some of its bytes could not be decoded.
    """

    value: Any
    size: int
    damaged: bool


class Found(NamedTuple):
    """A value that :meth:`Window.walk` came by.

    Attributes
    ----------
    path : tuple of str
        The keys that lead to it, or to the list that it is in.
    in_list : bool
        Whether it is an element of the list at ``path``.
    value : Value
        The value.
    """

    path: KeyPath
    in_list: bool
    value: Value


def loads(line: str) -> Any:
    """Decode one JSON text; what cannot be read comes back as :class:`UnreadableError`."""
    try:
        return UnreadableError(_TOO_DEEP) if _too_deep(line) else _DECODER.decode(line)
    except (ValueError, RecursionError) as error:
        return UnreadableError(_reason(error))


def is_assignment(start: str) -> bool:
    """Tell whether a text begins as the files of an X archive do: ``window.YTD.… =``."""
    return _ASSIGNMENT.match(start) is not None


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


class Window:
    """The part of a JSON text that is being looked at.

    Every method that reads raises :class:`~smclassify.errors.InputError` where the text is
    no JSON: beyond that place no value can be told from another, so none is guessed.
    """

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

    def skip_assignment(self) -> bool:
        """Step over the ``window.YTD.tweets.part0 =`` of an X archive, if it comes now."""
        self.peek()
        while self._more and len(self._text) - self._at < _LONGEST_ASSIGNMENT:
            self._grow()
        found = _ASSIGNMENT.match(self._text, self._at)
        if found:
            self._at = found.end()
        return found is not None

    def members(self) -> Iterator[str]:
        """Yield the keys of the object that comes now; the caller reads the value of each."""
        self.expect("{")
        while self.peek() != "}":
            key = self.element().value
            if not isinstance(key, str):
                raise self.broken("a key in quotation marks should stand before this place")
            self.expect(":")
            yield key
            if self.peek() != ",":
                break
            self.expect(",")
            if self.peek() == "}":
                raise self.broken("a key should stand where “}” is")
        self.expect("}")

    def elements(self) -> Iterator[Value]:
        """Yield the elements of the list that comes now."""
        self.expect("[")
        if self.peek() != "]":
            while True:
                yield self.element()
                if self.peek() != ",":
                    break
                self.expect(",")
        self.expect("]")

    def walk(self, path: KeyPath = ()) -> Iterator[Found]:
        """Yield what is in the value that comes now, going into objects and lists.

        Lists are gone through element by element, so one of them may be larger than the
        memory. What stands in an element, or more than four keys deep, comes as it is.
        """
        mark = self.peek()
        if mark == "{" and len(path) < _WALKED_LEVELS:
            for key in self.members():
                yield from self.walk((*path, key))
        elif mark == "[" and path:
            for element in self.elements():
                yield Found(path, True, element)
        else:
            yield Found(path, False, self.element())

    def element(self) -> Value:
        """Return the value that comes now."""
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

    def _take(self, value: Any, end: int) -> Value:
        start, self._at = self._at, end
        damaged = self._feed.damaged and MARK in self._text[start:end]
        if damaged:
            value = _DECODER.decode(mend(self._text[start:end]))
        if _too_deep(self._text[start:end]):
            value = UnreadableError(_TOO_DEEP)
        return Value(value, end - start, damaged)

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
