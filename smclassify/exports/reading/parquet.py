"""Reading Parquet files, where pyarrow is installed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from types import ModuleType
from typing import Any, BinaryIO, Final

from smclassify.errors import InputError, MissingExtraError
from smclassify.exports.table import Row, Table, gather

_ROWS: Final = 256
"""Read at a time: few, since a single cell may have megabytes."""


def pyarrow_parquet() -> tuple[ModuleType, ModuleType]:
    """Return the modules ``pyarrow`` and ``pyarrow.parquet``.

    Raises
    ------
    MissingExtraError
        If they are not installed.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise MissingExtraError("Parquet files", "parquet") from error
    return pyarrow, pyarrow.parquet


class ParquetTable(Table):
    """A Parquet file; cells have Python's counterparts of its types.

    Raises
    ------
    InputError
        If it is damaged.
    MissingExtraError
        If pyarrow is not installed.
    """

    format = "parquet"

    def __init__(self, name: str, stream: BinaryIO) -> None:
        super().__init__(name, stream)
        self._arrow, parquet = pyarrow_parquet()
        try:
            self._file = parquet.ParquetFile(stream)
            self.columns = list(self._file.schema_arrow.names)
        except (self._arrow.ArrowException, OSError) as error:
            raise self._broken(error) from error

    def _broken(self, error: Exception) -> InputError:
        return InputError(
            f"is a Parquet file that cannot be read: {error}.",
            where=self.name,
            hint="It may be cut off. Export or copy it again.",
        )

    def _batches(self, max_rows: int, max_chars: int) -> Iterator[list[Row]]:
        return gather(self._rows(), max_rows, max_chars)

    def _rows(self) -> Iterator[tuple[Row, int]]:
        number = 0
        try:
            for batch in self._file.iter_batches(batch_size=_ROWS):
                columns = [self._values(column) for column in batch.columns]
                rows = zip(*columns, strict=True) if columns else repeat((), batch.num_rows)
                for cells in rows:
                    number += 1
                    size = sum(len(cell) for cell in cells if isinstance(cell, str))
                    yield Row(number, list(cells)), size
        except (self._arrow.ArrowException, OSError, UnicodeDecodeError) as error:
            raise self._broken(error) from error

    def _values(self, column: Any) -> list[object]:
        try:
            values: list[object] = column.to_pylist()
        except (ValueError, OverflowError):
            # A time that Python has no type for: nanoseconds, or beyond the year 9999.
            values = column.cast(self._arrow.string()).to_pylist()
        return values

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
        super().close()
