"""Tables written for tests."""

from __future__ import annotations

from smclassify.exports import Problems, Style, write_table
from smclassify.exports.writing.target import output_format


def written(path, columns, rows, *, format=None, **style) -> Problems:
    """Write rows to a file in the format its name says; return what was odd."""
    style.setdefault("guarded", False)
    chosen = output_format(path, format)
    return write_table(path, columns, lambda: iter(rows), format=chosen, style=Style(**style))
