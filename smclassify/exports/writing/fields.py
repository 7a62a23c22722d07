r"""Columns of cells as the fields of a text format, a whole column at a time.

Most columns hold nothing that has to be quoted or guarded. That is seen at once in all their
cells joined, so that only the cells of the others are looked at one by one. ``csv.writer`` and
``json`` do the same cell by cell, and take five times as long for it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Final

from smclassify.exports.cells import cell_text, json_text
from smclassify.exports.writing.guard import guard, is_suspect

_BETWEEN: Final = "|"
"""Stands between cells where all are looked at together; what they hold may have it, too."""

_SCALARS: Final = frozenset({bool, int, float, type(None)})
_JSON_LIST: Final = json.JSONEncoder(allow_nan=False)
_json_string: Final[Callable[[str], str]] = json.encoder.encode_basestring


def csv_fields(column: Sequence[object], delimiter: str, *, guarded: bool) -> Sequence[str]:
    """Return the cells of a column as fields of a CSV file with lines that end in CR LF.

    Parameters
    ----------
    column : sequence of object
        Cells of any type.
    delimiter : str
        What stands between the fields.
    guarded : bool
        Whether texts that a spreadsheet would run are made harmless
        (:mod:`smclassify.exports.writing.guard`); a number's sign is no formula.

    Returns
    -------
    sequence of str
        As ``csv.writer`` quotes them in a row of two fields or more (a row that is one empty field
        has quotes there).
    """
    texts: Sequence[str]
    try:
        joined = _joined(column)  # type: ignore[arg-type]  # what is no text is refused
        texts = column  # type: ignore[assignment]
        if guarded and is_suspect(joined, _BETWEEN):
            texts = list(map(guard, texts))  # adds apostrophes, which need no quotes
    except TypeError:
        texts = [csv_text(cell, guarded=guarded) for cell in column]
        joined = _joined(texts)
    if not any(mark in joined for mark in (delimiter, '"', "\n", "\r")):
        return texts
    return [
        '"' + text.replace('"', '""') + '"'
        if delimiter in text or '"' in text or "\n" in text or "\r" in text
        else text
        for text in texts
    ]


def csv_text(cell: object, *, guarded: bool) -> str:
    """Return a cell as a field before it is quoted."""
    text = cell_text(cell)
    return guard(text) if guarded and not isinstance(cell, bool | int | float) else text


def json_fields(column: Sequence[object]) -> list[str]:
    """Return the cells of a column as JSON, as :func:`smclassify.exports.cells.json_text` does.

    Cells that are absent are ``null``, which is not for rows of JSON.
    """
    kinds = set(map(type, column))
    if kinds == {str}:
        return list(map(_json_string, column))  # type: ignore[arg-type]
    if kinds <= _SCALARS:
        try:
            return _JSON_LIST.encode(column)[1:-1].split(", ") if column else []
        except ValueError:  # not a number, or infinite
            return list(map(json_text, column))
    return list(map(_json_field, column))


def _json_field(cell: object) -> str:
    if type(cell) is list and set(map(type, cell)) <= {str}:
        return f"[{', '.join(map(_json_string, cell))}]"
    return _json_string(cell) if type(cell) is str else json_text(cell)


def _joined(texts: Sequence[str]) -> str:
    return _BETWEEN.join(["", *texts])
