"""Writing a table so that no half-written result is ever taken for a whole one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from smclassify.exports.reading.source import STDIN
from smclassify.exports.table import Problems, in_groups
from smclassify.exports.writing.encoders import Encoder, make_encoder
from smclassify.exports.writing.parquet import write_parquet
from smclassify.exports.writing.part import sync_file, sync_folder
from smclassify.exports.writing.target import (
    TEXT_FORMATS,
    cannot_write,
    check_target,
    check_width,
    write_stdout,
)
from smclassify.exports.writing.workbook import Look, Rows, write_xlsx
from smclassify.exports.writing.workfile import beside

_ROWS_AT_ONCE: Final = 2000


@dataclass(frozen=True, slots=True)
class Style:
    """How a table is written.

    Attributes
    ----------
    bom : bool
        Whether a CSV file begins with a byte order mark.
    guarded : bool
        Whether cells that a spreadsheet would run are made harmless
        (:mod:`smclassify.exports.writing.guard`); JSONL and Parquet never are.
    looks : mapping of str to Look
        How columns are coloured in a workbook.
    """

    bom: bool = False
    guarded: bool = True
    looks: Mapping[str, Look] = field(default_factory=dict)


PLAIN: Final = Style(guarded=False)


def write_table(
    target: str | Path,
    columns: Sequence[str],
    rows: Rows,
    *,
    format: str,
    style: Style = PLAIN,
    kept: Path | None = None,
) -> Problems:
    """Write a table to a file, which takes its name when it is whole, or to standard output.

    Parameters
    ----------
    target : str or Path
        Where to write; ``"-"`` for standard output (CSV, TSV and JSONL only).
    columns : sequence of str
        The header.
    rows : callable
        Gives the rows: a cell a column; cells beyond the header are a ragged row's own.
    format : str
        As :func:`smclassify.exports.writing.target.output_format` tells it.
    style : Style
        How.
    kept : Path, optional
        What an error may say that the run can be gone on from.

    Returns
    -------
    Problems
        What could not be written as it was; :attr:`Problem.row` counts the written rows.

    Raises
    ------
    OutputError
        If it cannot be written. What was there before is untouched then.
    OutputClosedError
        If nobody reads standard output any more.
    """
    check_width(target, format, len(columns))
    problems = Problems()
    if format in TEXT_FORMATS:
        write_encoded(target, lambda: _encoded(columns, rows, format, style, problems), kept=kept)
        return problems
    with _whole(Path(target), kept) as temporary:
        if format == "xlsx":
            looks, guarded = style.looks, style.guarded
            write_xlsx(temporary, columns, rows, problems, looks=looks, guarded=guarded)
        else:
            write_parquet(temporary, columns, rows, problems)
    return problems


def write_encoded(
    target: str | Path, encoded: Callable[[], Iterator[bytes]], *, kept: Path | None = None
) -> None:
    """Write a table of a text format that is bytes already, as :func:`write_table` does.

    Parameters
    ----------
    target : str or Path
        Where to write; ``"-"`` for standard output.
    encoded : callable
        Gives the bytes, piece by piece.
    kept : Path, optional
        What an error may say that the run can be gone on from.

    Raises
    ------
    OutputError
        If it cannot be written. What was there before is untouched then.
    OutputClosedError
        If nobody reads standard output any more.
    """
    if str(target) == STDIN:
        for data in encoded():
            write_stdout(data)
        return
    with _whole(Path(target), kept) as temporary, temporary.open("wb") as file:
        file.writelines(encoded())


@contextmanager
def _whole(path: Path, kept: Path | None) -> Iterator[Path]:
    """Give a file that takes its name once it is whole."""
    check_target(path)
    temporary = beside(path, "tmp")
    try:
        try:
            yield temporary
            sync_file(temporary)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        sync_folder(path.parent)
    except OSError as error:
        raise cannot_write(path, error, kept) from error


def encoder_of(format: str, columns: Sequence[str], style: Style, problems: Problems) -> Encoder:
    """Return the encoder of a text format.

    Raises
    ------
    ValueError
        If the format is none.
    """
    encoder = make_encoder(format, columns, problems, bom=style.bom, guarded=style.guarded)
    if encoder is None:
        raise ValueError(f"{format} is no text format")
    return encoder


def _encoded(
    columns: Sequence[str], rows: Rows, format: str, style: Style, problems: Problems
) -> Iterator[bytes]:
    """Yield the bytes of a text format."""
    encoder = encoder_of(format, columns, style, problems)
    yield encoder.header()
    for first, group in in_groups(rows(), _ROWS_AT_ONCE):
        yield encoder.rows(group, first)
