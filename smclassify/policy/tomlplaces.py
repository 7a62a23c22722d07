"""Finding the lines of a TOML file on which keys are written.

The standard library reads TOML without saying where anything stands. Here the file is gone
through once, token by token, whatever number of keys is asked for, and so in time
proportional to its length. It has been read before and is known to be valid.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from typing import Final

KeyPath = tuple[str | int, ...]

_TOKEN: Final = re.compile(
    r'''(?P<string>"""(?:[^"\\]|\\[\s\S]|"{1,2}(?!"))*"{3,5}|\'\'\'(?:[^']|'{1,2}(?!'))*'{3,5}'''
    r"""|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')|#[^\n]*|(?P<mark>[\[\]{},=\n])|(?P<bare>[^\s"'#\[\]{},=.]+)"""
)

_DEEPEST: Final = 50


def line_of(text: str, path: Sequence[str | int]) -> int | None:
    """Return the line (from 1) on which a key, or what encloses it, is written."""
    return lines_of(text, [tuple(path)])[0]


def lines_of(text: str, paths: Iterable[KeyPath]) -> list[int | None]:
    """Return, for each key, the line (from 1) on which it, or what encloses it, is written.

    Parameters
    ----------
    text : str
        Valid TOML.
    paths : iterable of tuple of str or int
        An item of a list is named by its number, from 0.
    """
    asked = list(paths)
    reader = _Reader({path[:length] for path in asked for length in range(1, len(path) + 1)})
    reader.read(text)
    return [
        next((reader.found[path[:n]] for n in range(len(path), 0, -1) if path[:n] in reader.found),
             None)
        for path in asked
    ]  # fmt: skip


class _List:
    """A list being read: its key, if it is of any interest, and which item comes next."""

    def __init__(self, path: KeyPath | None) -> None:
        self.path = path
        self.item = 0
        self.begun = False


class _Inline:
    """A table in braces being read."""

    def __init__(self, path: KeyPath | None) -> None:
        self.path = path


class _Reader:
    """Goes through a file and notes where the wanted keys stand."""

    def __init__(self, wanted: set[KeyPath]) -> None:
        self.found: dict[KeyPath, int] = {}
        self._wanted = wanted
        self._line = 1
        self._table: KeyPath | None = ()
        self._counted: dict[KeyPath, int] = {}
        self._within: list[_List | _Inline] = []
        self._brackets = 0  # of a header
        self._keys: list[str] = []
        self._began = 1
        self._in_key = True
        self._value: KeyPath | None = None

    def read(self, text: str) -> None:
        """Note the first line of every wanted key."""
        for token in _TOKEN.finditer(text):
            written = token.group()
            if len(self.found) == len(self._wanted):
                return
            if token.lastgroup is None:  # a comment
                continue
            if token.lastgroup == "mark":
                self._mark(written)
            elif self._in_key:
                self._began = self._began if self._keys else self._line
                self._keys.append(_plain(written) if token.lastgroup == "string" else written)
            else:
                self._item()
            if token.lastgroup == "string" or written == "\n":
                self._line += written.count("\n")

    def _mark(self, mark: str) -> None:
        inside = self._within[-1] if self._within else None
        if mark == "\n":
            if inside is None:
                self._next_statement()
        elif mark == "=":
            base = self._table if inside is None else inside.path
            self._value = None if base is None else self._note(base, self._keys)
            self._in_key = False
        elif mark == ",":
            if isinstance(inside, _List):
                inside.item += inside.begun
                inside.begun = False
            else:
                self._next_statement()
        elif mark in "]}":
            self._close(inside)
        elif inside is None and self._in_key:
            self._brackets += 1
        else:
            path = self._item() if isinstance(inside, _List) else self._value
            self._within.append(_List(path) if mark == "[" else _Inline(path))
            self._next_statement(key=mark == "{")

    def _close(self, inside: _List | _Inline | None) -> None:
        if inside is not None:
            self._within.pop()
            self._in_key = False
        elif self._keys:
            self._header()

    def _next_statement(self, *, key: bool = True) -> None:
        self._keys, self._in_key, self._brackets = [], key, 0

    def _item(self) -> KeyPath | None:
        """Note that a value begins, where it is an item of a list."""
        inside = self._within[-1] if self._within else None
        if not isinstance(inside, _List) or inside.path is None:
            return None
        path = (*inside.path, inside.item)
        inside.begun = True
        if path not in self._wanted:
            return None
        self.found.setdefault(path, self._line)
        return path

    def _header(self) -> None:
        path: KeyPath = ()
        if len(self._keys) > _DEEPEST:
            self._table = None
            self._next_statement()
            return
        for number, key in enumerate(self._keys, 1):
            path = (*path, key)
            self._found(path, self._line)
            if number == len(self._keys) and self._brackets > 1:
                self._counted[path] = self._counted.get(path, -1) + 1
            if path in self._counted:
                path = (*path, self._counted[path])
                self._found(path, self._line)
        self._table = path
        self._next_statement()

    def _note(self, base: KeyPath, keys: Iterable[str]) -> KeyPath | None:
        """Note that a key is written; return it if it, or anything in it, is wanted."""
        path = base
        for key in keys:
            path = (*path, key)
            if path not in self._wanted:
                return None
            self.found.setdefault(path, self._began)
        return path

    def _found(self, path: KeyPath, line: int) -> None:
        if path in self._wanted:
            self.found.setdefault(path, line)


def _plain(written: str) -> str:
    """Return a key that stands in quotes without them."""
    value: str = tomllib.loads(f"key = {written}")["key"]
    return value
