"""Rows of the working file read back, a block at a time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from smclassify.exports.cells import unpack

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SPREAD: Final = 8
"""Times as many bytes as are wanted that are read rather than gone to one by one."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A working file for other processes than the one that has written it.

    Attributes
    ----------
    rows, records : Path
        Where its rows and its records lie.
    count : int
        How many there are.
    """

    rows: Path
    records: Path
    count: int

    def between(self, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> bytes:
        """Return the lines of rows, as :func:`read_lines` does.

        Raises
        ------
        OSError
            If the file cannot be read.
        """
        with self.rows.open("rb") as file:
            return read_lines(file, starts, ends)

    def as_array(self, kind: np.dtype[np.void]) -> NDArray[np.void]:
        """Return the records, mapped into memory and not to be written, shape (n,)."""
        import numpy as np

        return np.memmap(self.records, kind, mode="r", shape=(self.count,))


def read_lines(file: BinaryIO, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> bytes:
    """Return the lines of some rows of the working file, one after the other.

    They are read, not mapped into memory, where the whole file would count as this process's.

    Parameters
    ----------
    file : binary file
        Buffered: a read gives all that it is asked for.
    starts, ends : ndarray of int64, shape (n,)
        The bytes at which the rows begin, and at which the next ones do.
    """
    if not len(starts):
        return b""
    first, last = int(starts[0]), int(ends[-1])
    if (starts[1:] == ends[:-1]).all():
        file.seek(first)
        return file.read(last - first)
    bounds = zip(starts.tolist(), ends.tolist(), strict=True)
    wanted = int((ends - starts).sum())
    if (starts[1:] >= ends[:-1]).all() and last - first <= _SPREAD * wanted:
        file.seek(first)
        span = file.read(last - first)
        return b"".join([span[start - first : end - first] for start, end in bounds])
    lines = []
    for start, end in bounds:
        file.seek(start)
        lines.append(file.read(end - start))
    return b"".join(lines)


def unpack_rows(lines: bytes) -> list[list[object]]:
    """Return the cells of lines as :func:`smclassify.exports.cells.unpack` does each."""
    if _has_objects(lines):
        return list(map(unpack, lines.splitlines()))
    rows: list[list[object]] = _read(lines.decode("ascii").replace("\n", ",")[:-1])
    return rows


def unpack_columns(lines: bytes, width: int) -> list[list[object]] | None:
    """Return the cells of lines, column by column; None if not all rows have as many.

    Parameters
    ----------
    lines : bytes
        At least one.
    width : int
        How many cells a row has at least.
    """
    if _has_objects(lines):
        rows = unpack_rows(lines)
        same = set(map(len, rows)) == {width}
        return [list(column) for column in zip(*rows, strict=True)] if same else None
    # In a string no line break stands bare, either.
    cells = _read(lines.decode("ascii").replace("]\n[", ",")[1:-2])
    if len(cells) != lines.count(b"\n") * width:
        return None
    return [cells[place::width] for place in range(width)]


def _has_objects(lines: bytes) -> bool:
    """Whether there may be cells of other types than JSON's plain ones, which are objects there.

    In a string no quote stands bare: there, this can only be the end of one.
    """
    return b'{"' in lines


def _read(items: str) -> list[Any]:
    found: list[Any] = json.loads(f"[{items}]")
    return found
