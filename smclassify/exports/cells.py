"""Cells of any type as text, as JSON, and there and back through the working file."""

from __future__ import annotations

import base64
import datetime
import json
import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final

from smclassify.exports.table import ABSENT

_TAG: Final = "\0type"


def cell_text(cell: object) -> str:
    """Return a cell as the text that a reader sees, the same for every format.

    ``None`` and absent cells are empty; true and false are ``"true"`` and ``"false"``; times
    are ISO 8601 with a space; lists and objects are JSON; bytes are base 64.
    """
    if isinstance(cell, str):
        return cell
    if cell is None or cell is ABSENT or cell != cell:  # noqa: PLR0124 - a NaN is not itself
        return ""
    for kinds, as_text in _TEXTS:
        if isinstance(cell, kinds):
            return as_text(cell)
    return str(cell)


def cell_texts(cells: Sequence[object]) -> list[str]:
    """Return cells as :func:`cell_text` does each; quick where they are texts already."""
    if set(map(type, cells)) <= {str}:
        return list(cells)  # type: ignore[arg-type]  # which the line above has made sure of
    return [cell_text(cell) for cell in cells]


def json_text(value: object) -> str:
    """Return a value as JSON that any reader takes: a NaN becomes null, an infinity a string."""
    try:
        return _JSON.encode(value)
    except ValueError:
        return _JSON.encode(_finite(value))


def _plain(value: object) -> object:
    return None if value is ABSENT else cell_text(value)


def _finite(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value


def unique_names(columns: Sequence[str]) -> list[str]:
    """Return names that tell every column apart, for formats that need that.

    An empty name becomes ``column_3``, a second ``text`` becomes ``text_2``.
    """
    used = set(columns)
    names: dict[str, None] = {}
    for place, column in enumerate(columns, 1):
        name = column or f"column_{place}"
        if name in names or (not column and name in used):
            count = 2
            while f"{name}_{count}" in used:
                count += 1
            name = f"{name}_{count}"
        used.add(name)
        names[name] = None
    return list(names)


def pack(cells: Sequence[object]) -> bytes:
    """Return a row as one line of the working file, from which :func:`unpack` has it back."""
    return _line(cells).encode("ascii")


def pack_all(rows: Sequence[Sequence[object]]) -> tuple[bytes, list[int]]:
    """Return rows as :func:`pack` does each, joined, and how many bytes each has taken."""
    try:
        # Most tables are texts from end to end, and these need no look at each cell's type.
        lines = [f"[{','.join(map(_quoted, row))}]\n" for row in rows]  # type: ignore[arg-type]
    except TypeError:
        lines = [_line(row) for row in rows]
    return "".join(lines).encode("ascii"), list(map(len, lines))


def unpack(line: bytes) -> list[object]:
    """Return the cells of a line that :func:`pack` made, with their types."""
    return [_unpacked(cell) if type(cell) is dict else cell for cell in json.loads(line)]


def _line(cells: Sequence[object]) -> str:
    return f"[{','.join([_SIMPLE.get(type(cell), _tagged)(cell) for cell in cells])}]\n"


def _float(cell: float) -> str:
    return float.__repr__(cell) if math.isfinite(cell) else _PACKED.encode(cell)


def _tagged(cell: object) -> str:
    return _PACKED.encode(_packed(cell))


def _packed(cell: object) -> object:
    if cell is ABSENT:
        return {_TAG: "absent"}
    for name, (kind, write, _) in _PACKERS.items():
        if isinstance(cell, kind):
            return {_TAG: name, "value": write(cell)}
    return cell_text(cell)


def _unpacked(cell: dict[str, Any]) -> object:
    name = cell[_TAG]
    return ABSENT if name == "absent" else _PACKERS[name][2](cell["value"])


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _iso(moment: Any) -> str:
    return str(moment.isoformat())


def _itself(value: Any) -> Any:
    return value


# Made once: json.dumps makes an encoder at every call whose options are not the usual ones.
_JSON: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=_plain)
_PACKED: Final = json.JSONEncoder(separators=(",", ":"))

# What the encoder itself writes strings with; calling it for each is quicker than one encoder
# a row, which has to be made anew.
_quoted: Final[Callable[[str], str]] = json.encoder.encode_basestring_ascii

_SIMPLE: Final[dict[type, Callable[[Any], str]]] = {
    str: _quoted,
    int: int.__repr__,
    bool: lambda cell: "true" if cell else "false",
    type(None): lambda _: "null",
    float: _float,
}
"""How JSON writes the cells that it has back with their types."""

_TEXTS: Final[tuple[tuple[Any, Callable[[Any], str]], ...]] = (
    (bool, lambda cell: "true" if cell else "false"),
    (float, repr),
    (datetime.datetime, lambda cell: cell.isoformat(" ")),
    (bytes, _base64),
    ((list, tuple, dict), json_text),
)

# A datetime is a date too, so it comes first.
_PACKERS: Final[dict[str, tuple[Any, Callable[[Any], object], Callable[[Any], object]]]] = {
    "datetime": (datetime.datetime, _iso, datetime.datetime.fromisoformat),
    "date": (datetime.date, _iso, datetime.date.fromisoformat),
    "time": (datetime.time, _iso, datetime.time.fromisoformat),
    "timedelta": (
        datetime.timedelta,
        lambda span: [span.days, span.seconds, span.microseconds],
        lambda parts: datetime.timedelta(*parts),
    ),
    "decimal": (Decimal, str, Decimal),
    "bytes": (bytes, _base64, base64.b64decode),
    "json": ((dict, list, tuple), lambda cell: json.loads(json_text(cell)), _itself),
}
