"""Reading JSON that is no plain list of rows: responses of platforms' APIs, their downloads.

A shape is told from the first records (:mod:`smclassify.exports.nested.shapes`); its records are
flattened (:mod:`smclassify.exports.nested.flat`). What a response says of itself (cursors, counts)
is no part of a row. JSON of no known shape is read as in :mod:`smclassify.exports.nested.jsonrows`,
but for one object with one list in it that is nearly all of it: then that list is read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from typing import Any, BinaryIO

from smclassify.errors import InputError
from smclassify.exports.nested.flat import Record, dotted
from smclassify.exports.nested.jsonrows import JsonArrayTable, JsonTable, array_values
from smclassify.exports.nested.jsontext import KeyPath, Window, loads
from smclassify.exports.nested.records import itself
from smclassify.exports.nested.shaped import DocumentTable, WholeTable
from smclassify.exports.nested.shapes import Shape, shape_of_listed, shape_of_whole
from smclassify.exports.reading.decoding import TextFeed

_SAMPLED = 20
_SAMPLED_CHARS = 1_000_000
_DOMINANT = 0.8


def open_array(name: str, stream: BinaryIO, *, encoding: str) -> JsonTable:
    """Open a JSON array, of rows or of records or responses of a known shape.

    Raises
    ------
    InputError
        If it is broken or holds no object.
    """
    values = array_values(TextFeed(stream, encoding, name), name)
    shape = _shape_of_sample(value for _, value, _, _ in islice(values, _SAMPLED))
    if shape is None:
        return JsonArrayTable(name, stream, encoding=encoding)
    return WholeTable(name, stream, encoding=encoding, shape=shape, format="json")


def open_objects(name: str, stream: BinaryIO, *, encoding: str, one_a_line: bool) -> JsonTable:
    """Open a JSON text that begins with an object: one object a line, or one for all.

    Parameters
    ----------
    one_a_line : bool
        Whether the user or the file's name says that there is one object a line.

    Raises
    ------
    InputError
        If it is broken or holds no object.
    """
    lines = _first_lines(TextFeed(stream, encoding, name))
    objects = [line for line in lines if isinstance(line, dict)]
    by_line = len(objects) * 2 >= len(lines) > 0
    shape = _shape_of_sample(objects) if by_line else None
    if shape is not None:
        return WholeTable(name, stream, encoding=encoding, shape=shape, format="jsonl")
    if not (by_line and (one_a_line or len(lines) > 1)):
        survey = _Survey(Window(TextFeed(stream, encoding, name), name))
        known = survey.shape()
        if known is not None:
            return DocumentTable(name, stream, encoding=encoding, shape=known)
        if not one_a_line and not by_line:
            survey.complain(name, lines_are_rows=bool(objects))
    return JsonTable(name, stream, encoding=encoding)


def _shape_of_sample(values: Iterable[Any]) -> Shape | None:
    shapes = (shape_of_whole(value) for value in values if isinstance(value, dict))
    return next((shape for shape in shapes if shape is not None), None)


def _first_lines(feed: TextFeed) -> list[Any]:
    """Return the values of the first lines that are not blank."""
    parts: list[str] = []
    read = 0
    for block in feed.blocks():
        parts.append(block)
        read += len(block)
        if read > _SAMPLED_CHARS:
            break
    whole, _, rest = "".join(parts).rpartition("\n")
    lines = [*whole.split("\n"), rest] if read <= _SAMPLED_CHARS else whole.split("\n")
    return list(map(loads, islice((line for line in lines if line.strip()), _SAMPLED)))


class _Survey:
    """A look at one object: which list in it are the rows?"""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._chars: dict[KeyPath, int] = {}
        self._objects: dict[KeyPath, int] = {}
        self._elements: dict[KeyPath, int] = {}
        self._total = 0
        self._error: InputError | None = None

    def shape(self) -> Shape | None:
        """Return the shape of its records, or one made for its one great list."""
        if self._window.peek() != "{":
            return None
        try:
            for path, in_list, (value, size, _) in self._window.walk():
                self._total += size
                if not in_list:
                    continue
                known = self._count(path, value, size)
                if known is not None:
                    return known
            more = self._window.peek()
        except InputError as error:
            self._error = error
            return None
        return None if more else self._dominant()

    def _count(self, path: KeyPath, value: Any, size: int) -> Shape | None:
        self._chars[path] = self._chars.get(path, 0) + size
        self._elements[path] = self._elements.get(path, 0) + 1
        if not isinstance(value, dict):
            return None
        self._objects[path] = self._objects.get(path, 0) + 1
        if self._objects[path] > _SAMPLED:
            return None
        known = shape_of_listed(path, value)
        if known is None or path in known.lists:
            return known
        return replace(known, lists=(*known.lists, path))

    def _dominant(self) -> Shape | None:
        for path, objects in self._objects.items():
            mostly = objects * 2 > self._elements[path]
            if mostly and self._chars[path] >= _DOMINANT * self._total:
                return Shape("", (path,), _anything, itself, thread=path)
        return None

    def complain(self, name: str, *, lines_are_rows: bool) -> None:
        """Raise what is wrong with the object, unless its lines can be read as rows.

        Lists of objects in it say that they are no rows, whatever single lines look like.
        """
        if self._error is not None and (self._objects or not lines_are_rows):
            raise self._error
        if self._objects:
            listed = ", ".join(f"“{dotted(p)}” ({n})" for p, n in self._objects.items())
            raise InputError(
                f"is one JSON object with several lists, and none stands out: {listed[:500]}.",
                where=name,
                hint="Save the list that holds the texts as a file of its own.",
            )


def _anything(_: Record) -> bool:
    return True
