"""Rows of labelled files written again, some of them or sorted into parts, with all their cells."""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Final

from smclassify.errors import InputError, OutputError
from smclassify.exports import InputName, Style, Table, find_inputs, open_table, write_table
from smclassify.labelled import ReadOptions
from smclassify.labelled.sheets import table_names
from smclassify.model.files import replace_folder, temporary_beside

_UNSAFE: Final = re.compile(r"[^\w.-]+")
_WRITTEN_AS: Final = {"json": "jsonl"}
_PLAIN_ENCODINGS: Final = ("utf-8", "ascii", None)


@dataclass(frozen=True)
class Piece:
    """Some rows of one table, on their way to a file.

    Attributes
    ----------
    source : InputName
        The table.
    rows : collection of int
        Their numbers (:attr:`smclassify.exports.Row.number`).
    target : PurePath
        The file, from the folder that all pieces go to.
    """

    source: InputName
    rows: Collection[int]
    target: PurePath


def tables_of(paths: Sequence[str | Path], options: ReadOptions) -> dict[str, InputName]:
    """Return the tables that labelled texts are read from, by what the texts' groups call them.

    Raises
    ------
    InputError
        If one cannot be read, or only once, as standard input.
    """
    found = find_inputs(
        [str(path) for path in paths], sheet=options.sheet, input_format=options.format
    )
    for one in found.inputs:
        if one.once:
            raise InputError(
                "can be read only once, and its rows are needed twice.",
                where=str(one),
                hint="Put it into a file first.",
            )
    return dict(zip(table_names(found.inputs), found.inputs, strict=True))


def opened(source: InputName, options: ReadOptions) -> Table:
    """Open a table as the reading of labelled texts does."""
    return open_table(
        source, format=options.format, encoding=options.encoding, delimiter=options.delimiter
    )


def file_names(sources: Sequence[InputName], options: ReadOptions) -> list[str]:
    """Return a name for what is written of each table: its own, with the ending of its format."""
    names: list[str] = []
    for source in sources:
        with opened(source, options) as table:
            ending = _WRITTEN_AS.get(table.format, table.format)
        own = PurePath(source.member or source.path).name.removesuffix(".gz")
        parts = [PurePath(own).stem, source.sheet or ""]
        stem = "-".join(_UNSAFE.sub("_", part) for part in parts if part) or "texts"
        name, number = f"{stem}.{ending}", 1
        while name.casefold() in map(str.casefold, names):  # some systems see no difference
            number += 1
            name = f"{stem}-{number}.{ending}"
        names.append(name)
    return names


def write_rows(
    source: InputName, rows: Collection[int], target: Path, format: str, options: ReadOptions
) -> None:
    """Write some rows of a table, in their order and with every cell as it is.

    Nothing is guarded against spreadsheets here: the cells are a copy of the user's own, and
    a mark before "@name" would become part of a text that a model learns from.

    Raises
    ------
    OutputError
        If the file cannot be written; what was there before is untouched then.
    """
    wanted = frozenset(rows)
    with opened(source, options) as table:
        # Excel takes UTF-8 without a mark for the local code page, which the file may have been in.
        marked = table.bom or table.encoding not in _PLAIN_ENCODINGS

        def cells() -> Iterator[list[object]]:
            for batch in table.batches():
                for row in batch:
                    if row.number in wanted:
                        yield [*row.cells, *row.surplus]

        write_table(
            target, table.columns, cells, format=format, style=Style(bom=marked, guarded=False)
        )


def check_folder(folder: Path, ours: Collection[str], *, force: bool) -> None:
    """Make sure that a folder of results can be made, or replaced without losing anything else.

    Parameters
    ----------
    folder : Path
    ours : collection of str
        The names in it that an earlier run may have left.
    force : bool
        Whether what such a run left may be replaced.

    Raises
    ------
    OutputError
        If there is something else of this name or in it, or something of ours without force.
    """
    try:
        there = sorted(path.name for path in folder.iterdir())
    except FileNotFoundError:
        return
    except OSError as error:
        raise OutputError(
            f"cannot be a folder for the results: {error.strerror or error}.", where=str(folder)
        ) from error
    foreign = [name for name in there if name not in ours]
    if foreign:
        raise OutputError(
            f"This folder holds other things, such as {foreign[0]!r}.",
            where=str(folder),
            hint="Name a folder that is new or empty.",
        )
    if there and not force:
        raise OutputError(
            "There is an earlier result in this folder.",
            where=str(folder),
            hint="Name another folder, or replace it with --force.",
        )


def write_pieces(pieces: Sequence[Piece], folder: Path, options: ReadOptions) -> None:
    """Write pieces into a folder that is there with all of them or as it was before.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    temporary = temporary_beside(folder)
    try:
        for piece in pieces:
            target = temporary / piece.target
            _make(target.parent)
            ending = piece.target.suffix.lstrip(".")
            write_rows(piece.source, piece.rows, target, ending, options)
        replace_folder(temporary, folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"The folder cannot be made: {error.strerror or error}.", where=str(folder)
        ) from error


def pieces_of(
    sources: Mapping[str, InputName],
    placed: Mapping[str, Mapping[str, Collection[int]]],
    options: ReadOptions,
) -> list[Piece]:
    """Return the pieces that rows sorted into parts make; of a part without rows there is none.

    Parameters
    ----------
    sources : mapping of str to InputName
        Each file's group to its table.
    placed : mapping
        Part -> group -> numbers of rows. A part is a folder's name; "" for none.
    options : ReadOptions
    """
    used = [group for group in sources if any(groups.get(group) for groups in placed.values())]
    written = file_names([sources[group] for group in used], options)
    names = dict(zip(used, written, strict=True))
    return [
        Piece(sources[group], rows, PurePath(part) / names[group])
        for part, of_groups in placed.items()
        for group, rows in of_groups.items()
        if rows
    ]
