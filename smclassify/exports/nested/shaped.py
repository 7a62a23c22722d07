"""Tables of records of a known shape, flattened: responses of platforms' APIs, their downloads."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from itertools import chain, repeat
from typing import Any, BinaryIO, Final, NamedTuple

from smclassify.errors import InputError
from smclassify.exports.nested.flat import Record, dotted, flatten, put_together
from smclassify.exports.nested.jsonrows import JsonTable, array_values, line_values, why_no_row
from smclassify.exports.nested.jsontext import Found, KeyPath, UnreadableError, Window
from smclassify.exports.nested.shapes import Shape, records_of
from smclassify.exports.reading.decoding import DAMAGED, TextFeed
from smclassify.exports.table import ABSENT, Problem, Row

MENDED: Final = "letters that were written byte by byte (é as Ã©) were put together again"
LIST_READ: Final = "is one JSON object; the rows are its list “{}”"
LEFT_OUT: Final = "what stands beside the list is longer than {:,} characters; the rest is left out"

_MOST_BESIDE = 10_000


class _Item(NamedTuple):
    """A record, or why there is none; ``beside`` is what each of its rows has besides."""

    value: Any
    line: int | None
    size: int
    damaged: bool
    beside: Record


class ShapedTable(JsonTable):
    """A file of records of one shape. :attr:`Row.number` counts rows, since a record may have many.

    Attributes
    ----------
    layout : str or None
        The key of the layout that says what its columns are.
    """

    def __init__(
        self, name: str, stream: BinaryIO, *, encoding: str, shape: Shape, format: str
    ) -> None:
        self.format = format
        self._shape = shape
        self._mended = False
        super().__init__(name, stream, encoding=encoding)
        self.layout = shape.key or None

    @abstractmethod
    def _items(self, feed: TextFeed) -> Iterator[_Item]:
        """Yield the records, and what should be one but is not."""

    def _flat(self, item: _Item) -> Iterator[Record]:
        value = item.value
        if self._shape.split_letters:
            value, mended = put_together(value)
            self._mended |= mended
        for row in self._shape.rows(value):
            flat = flatten(row, self._shape.whole)
            for key, cell in item.beside.items():
                flat.setdefault(key, cell)
            yield flat

    def _all_keys(self) -> list[str]:
        keys: dict[str, None] = {}
        for item in self._items(TextFeed(self._stream, self._codec, self.name)):
            for row in self._flat(item) if isinstance(item.value, dict) else ():
                if not row.keys() <= keys.keys():
                    keys |= dict.fromkeys(row)
                    self._check_width(len(keys))
        if not keys:
            raise self._nothing_in_it()
        return list(keys)

    def _nothing_in_it(self) -> InputError:
        return InputError(
            "holds no comment, review or ticket: its lists are empty.",
            where=self.name,
            hint="Was the export made for the right page and time?",
        )

    def _rows(self) -> Iterator[tuple[Row, int]]:
        number = last = 0
        self._mended = False
        for item in self._items(TextFeed(self._stream, self._codec, self.name)):
            if item.line is not None and item.line > last:
                self.blank_rows += item.line - last - 1
                last = item.line
            if not isinstance(item.value, dict):
                number += 1
                self.problems.add(Problem(why_no_row(item.value), number, item.line, True))
                continue
            if item.damaged:
                message = DAMAGED.format(self._codec)
                self.problems.add(Problem(message, number + 1, item.line))
            size = item.size
            said = self._mended
            for row in self._flat(item):
                number += 1
                yield Row(number, list(map(row.get, self.columns, repeat(ABSENT)))), size
                size = 0
            if self._mended and not said:
                self.problems.add(Problem(MENDED))


class WholeTable(ShapedTable):
    """Records or responses one a line, or one an element: each is decoded as a whole."""

    def _items(self, feed: TextFeed) -> Iterator[_Item]:
        by_line = self.format == "jsonl"
        values = line_values(feed) if by_line else array_values(feed, self.name)
        for number, value, size, damaged in values:
            line = number if by_line else None
            if not isinstance(value, dict):
                yield _Item(value, line, size, damaged, {})
                continue
            records, joined = records_of(self._shape, value)
            sides = _sides(self._shape, joined)
            for place, record in enumerate(records):
                # A response counts once: its size, its damage, its line.
                first = place == 0
                beside = _side_of(self._shape, sides, record)
                yield _Item(record, line, size * first, damaged and first, beside)


class DocumentTable(ShapedTable):
    """One object (or several in a row) with a list of records in it, which may be huge.

    The first reading also gathers what stands beside the list: the authors of the records,
    the post they belong to.
    """

    def __init__(self, name: str, stream: BinaryIO, *, encoding: str, shape: Shape) -> None:
        self._sides: dict[str, Record] = {}
        self._beside: list[Record] = []
        self._gathering = True
        self._left_out = False
        super().__init__(name, stream, encoding=encoding, shape=shape, format="json")

    def _all_keys(self) -> list[str]:
        keys = super()._all_keys()
        self._gathering = False
        more = dict.fromkeys(chain(keys, *self._sides.values(), *self._beside))
        self._check_width(len(more))
        return list(more)

    def _rows(self) -> Iterator[tuple[Row, int]]:
        if not self._shape.key:
            path = dotted(self._shape.lists[0])
            self.problems.add(Problem(LIST_READ.format(path)))
        if self._left_out:
            self.problems.add(Problem(LEFT_OUT.format(_MOST_BESIDE)))
        yield from super()._rows()

    def _items(self, feed: TextFeed) -> Iterator[_Item]:
        window = Window(feed, self.name)
        document = 0
        while window.peek():
            room = _MOST_BESIDE
            if self._gathering:
                self._beside.append({})
            for found in window.walk():
                path, in_list, (value, size, damaged) = found
                if in_list and path in self._shape.lists:
                    yield _Item(value, None, size, damaged, self._besides(document, value))
                elif self._gathering and not self._gather_side(found):
                    room -= self._gather_beside(found, room)
            document += 1

    def _besides(self, document: int, record: Any) -> Record:
        if self._gathering:
            return {}
        return {**self._beside[document], **_side_of(self._shape, self._sides, record)}

    def _gather_side(self, found: Found) -> bool:
        join = self._shape.join
        if join is None or not found.in_list or found.path != join.path:
            return False
        self._sides |= _sides(self._shape, [found.value.value])
        return True

    def _gather_beside(self, found: Found, room: int) -> int:
        """Keep a value that belongs to every row of its document; return its size."""
        path, in_list, (value, size, _) = found
        if self._shape.thread is None or not self._is_beside(path):
            return 0
        key = dotted(("thread" if self._shape.key else "envelope", *path))
        size += len(key)
        if size > room or isinstance(value, UnreadableError):
            self._left_out = True
            return 0
        kept = self._beside[-1]
        if not in_list:
            kept[key] = value
        elif isinstance(kept.get(key), list):
            kept[key].append(value)
        else:
            kept[key] = [value]
        return size

    def _is_beside(self, path: KeyPath) -> bool:
        """Tell the post's own keys from the cursors of a list, which hold access tokens."""
        return not self._shape.key or path[0] not in ("paging", self._shape.lists[-1][0])


def _sides(shape: Shape, joined: Iterable[Any]) -> dict[str, Record]:
    """Return what is joined to records, flat, by its ``id``."""
    if shape.join is None:
        return {}
    named = ((item.get("id"), item) for item in joined if isinstance(item, dict))
    return {str(key): flatten({shape.join.name: item}) for key, item in named}


def _side_of(shape: Shape, sides: dict[str, Record], record: Any) -> Record:
    if shape.join is None or not isinstance(record, dict) or shape.join.by not in record:
        return {}
    return sides.get(str(record[shape.join.by]), {})
