"""Parquet files, made in one go out of rows that can be read more than once."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from smclassify.exports.cells import cell_text, unique_names
from smclassify.exports.reading.parquet import pyarrow_parquet
from smclassify.exports.table import ABSENT, SURPLUS, Problems, in_groups
from smclassify.exports.writing.encoders import sound_text
from smclassify.exports.writing.workbook import Rows

_ROWS_A_GROUP = 2000


def write_parquet(path: Path, columns: Sequence[str], rows: Rows, problems: Problems) -> None:
    """Write a Parquet file. A column's type is what all its cells have in common, else text."""
    arrow, parquet = pyarrow_parquet()
    width = len(columns)
    kinds, surplus = _column_kinds(rows(), width)
    names = unique_names([*columns, SURPLUS] if surplus else list(columns))
    if surplus:
        kinds.append({"str"})
    types = [_arrow_type(arrow, kind) for kind in kinds]
    schema = arrow.schema(list(zip(names, types, strict=True)))
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for first, group in in_groups(rows(), _ROWS_A_GROUP):
            table = [
                [*row[:width], cell_text(row[width:]) if len(row) > width else None][: len(names)]
                for row in group
            ]
            arrays = [
                arrow.array(_arrow_cells(cells, type_, arrow, problems, first), type_)
                for cells, type_ in zip(zip(*table, strict=True), types, strict=True)
            ]
            writer.write_table(arrow.Table.from_arrays(arrays, schema=schema))


def _column_kinds(rows: Iterator[list[object]], width: int) -> tuple[list[set[str]], bool]:
    """Return the names of the types in each column, and whether any row has surplus cells."""
    kinds: list[set[str]] = [set() for _ in range(width)]
    surplus = False
    for row in rows:
        surplus = surplus or len(row) > width
        for kind, cell in zip(kinds, row, strict=False):
            if cell is not None and cell is not ABSENT:
                kind.add(_kind(cell))
    return kinds, surplus


def _kind(cell: object) -> str:
    if isinstance(cell, int) and not isinstance(cell, bool) and not -(2**63) <= cell < 2**63:
        return "str"
    if isinstance(cell, datetime.datetime) and cell.tzinfo is not None:
        return "instant"
    return type(cell).__name__


def _arrow_type(arrow: Any, kinds: set[str]) -> Any:
    simple = {
        frozenset({"int"}): arrow.int64(),
        frozenset({"float"}): arrow.float64(),
        frozenset({"bool"}): arrow.bool_(),
        frozenset({"bytes"}): arrow.binary(),
        frozenset({"date"}): arrow.date32(),
        frozenset({"time"}): arrow.time64("us"),
        frozenset({"timedelta"}): arrow.duration("us"),
        frozenset({"datetime"}): arrow.timestamp("us"),
        frozenset({"instant"}): arrow.timestamp("us", tz="UTC"),
    }
    return simple.get(frozenset(kinds), arrow.string())


def _arrow_cells(
    cells: Sequence[object], type_: Any, arrow: Any, problems: Problems, first: int
) -> list[object]:
    if type_ != arrow.string():
        return [None if cell is ABSENT else cell for cell in cells]
    return [
        None if cell is None or cell is ABSENT else sound_text(cell_text(cell), problems, first + i)
        for i, cell in enumerate(cells)
    ]
