"""Opening a table, and drafts that are a file each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from smclassify.errors import InputError
from smclassify.exports.nested.envelopes import open_array, open_objects
from smclassify.exports.nested.jsontext import is_assignment
from smclassify.exports.reading.decoding import DAMAGED, MARK, TextFeed, mend
from smclassify.exports.reading.delimited import DelimitedTable
from smclassify.exports.reading.dialect import DELIMITERS
from smclassify.exports.reading.encoding import check_encoding, detect_encoding
from smclassify.exports.reading.parquet import ParquetTable
from smclassify.exports.reading.sheets import SheetTable
from smclassify.exports.reading.source import STDIN, InputName, Source, choose_format, open_source
from smclassify.exports.reading.unpacking import as_file, guarded, unpack
from smclassify.exports.table import Problem, Table

DRAFT_ENDINGS: Final = frozenset({".txt", ".md"})
"""The endings of files that hold one draft each."""

_MAX_DRAFT = 16 * 1024 * 1024
_START = 200
_DELIMITER_NAMES = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}


def open_table(
    source: str | Path | InputName,
    *,
    format: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Table:
    """Open a table in any format that is read here. Use it as a context manager.

    Parameters
    ----------
    source : str, Path or InputName
        A path, ``"-"`` for standard input, or what :func:`find_inputs` has found. What is in
        a gzip file, or in a zip archive with one table, is read without being asked for.
    format : str, optional
        ``"csv"``, ``"tsv"``, ``"xlsx"``, ``"jsonl"``, ``"json"`` or ``"parquet"``. By default
        the name's ending says, and failing that the content.
    encoding : str, optional
        A text file's encoding, where the detected one would be wrong.
    delimiter : str, optional
        What stands between the cells of a CSV file: one character, or ``tab``, ``comma``,
        ``semicolon``, ``pipe``. Found out by default.

    Raises
    ------
    InputError
        If it cannot be opened, is empty or damaged, is not what it claims to be, or there is
        a choice of tables in it. Damage may also come up later, while its rows are read.
    MissingExtraError
        If it is a Parquet file and pyarrow is not installed.
    """
    name = InputName.of(source)
    opened = open_source(name.path)
    try:
        opened = unpack(opened, name, format)
        chosen = choose_format(opened, format)
        if chosen == "xlsx":
            opened.stream = as_file(opened)
            return SheetTable(_called(opened, name), opened.stream, name.sheet)
        if name.sheet is not None:
            raise InputError("is no Excel workbook and has no sheets.", where=opened.name)
        if chosen == "parquet":
            opened.stream = as_file(opened)
            return ParquetTable(opened.name, opened.stream)
        opened.stream = guarded(opened)
        return _open_text(opened, chosen, encoding, _one_character(delimiter, opened.name))
    except BaseException:
        opened.stream.close()
        raise


def _called(opened: Source, name: InputName) -> str:
    return opened.name if name.sheet is None else str(name)


def _one_character(delimiter: str | None, name: str) -> str | None:
    if delimiter is None:
        return None
    character = _DELIMITER_NAMES.get(delimiter.casefold(), delimiter)
    if (
        len(character) != 1
        or character in '"\r\n'
        or not character.isprintable() | (character == "\t")
    ):
        raise InputError(
            f"“{delimiter}” cannot be a delimiter.",
            where=name,
            hint="Give one character, or tab, comma, semicolon, pipe.",
        )
    return character


def _open_text(source: Source, chosen: str, encoding: str | None, delimiter: str | None) -> Table:
    name, stream = source.name, source.stream
    codec = _encoding_of(source, encoding)
    by_line = chosen == "jsonl"
    if chosen not in ("csv", "tsv"):
        chosen = _json_or_not(TextFeed(stream, codec, source.name), chosen)
    if chosen == "json":
        return open_array(name, stream, encoding=codec)
    if chosen == "jsonl":
        return open_objects(name, stream, encoding=codec, one_a_line=by_line)
    return DelimitedTable(name, stream, encoding=codec, format=chosen, delimiter=delimiter)


def _encoding_of(source: Source, wanted: str | None) -> str:
    if wanted is None:
        return detect_encoding(source.stream, source.name)
    codec = check_encoding(wanted, source.name)
    # A mark is no part of the text, whatever the user calls the encoding.
    return "utf-8-sig" if codec == "utf-8" and source.head[:3] == b"\xef\xbb\xbf" else codec


def _json_or_not(feed: TextFeed, chosen: str) -> str:
    """Tell an array of objects from one object a line, whatever the ending says.

    Without an ending that says so, text is JSON only if it begins as a list or an object.
    """
    start = ""
    for block in feed.blocks():
        start = (start + block).lstrip()
        if len(start) >= _START:
            break
    if is_assignment(start):
        return "json"
    if start.startswith("["):
        inside = start[1:].lstrip()
        if chosen == "json" or inside.startswith(("{", "]")):
            return "json"
    if chosen in ("json", "jsonl"):
        return "jsonl"
    inside = start[1:].lstrip()
    if start.startswith("{") and inside.startswith(('"', "}")):
        return "jsonl"
    first_line = start.partition("\n")[0]
    return "tsv" if "\t" in first_line and not set(first_line) & set(DELIMITERS[:2]) else "csv"


@dataclass(frozen=True, slots=True)
class DraftFile:
    """One draft, as it stands in a file of its own.

    Attributes
    ----------
    name : str
        The file's name.
    text : str
        All of it, unchanged but for a byte order mark; offsets count from its beginning.
    encoding : str
        The encoding it was in.
    problems : tuple of Problem
        Damaged bytes, if there were any.
    """

    name: str
    text: str
    encoding: str
    problems: tuple[Problem, ...] = ()


def read_drafts_file(source: str | Path, *, encoding: str | None = None) -> DraftFile:
    """Read a ``.txt`` or ``.md`` file, or standard input (``"-"``), as one draft.

    Raises
    ------
    InputError
        If it cannot be read, holds nothing but blanks, is no text, or is longer than any
        post could be.
    """
    opened = open_source(source)
    with opened.stream as stream:
        if stream.seek(0, 2) > _MAX_DRAFT:
            hint = "One post a row belongs in a CSV, JSONL or Excel file."
            raise InputError("is too long to be one post.", where=opened.name, hint=hint)
        if str(source) != STDIN or encoding is None:
            choose_format(Source(opened.name, stream, "", opened.head), None)
        codec = _encoding_of(opened, encoding)
        text = "".join(TextFeed(stream, codec, opened.name).blocks())
    if not text.strip():
        raise InputError("holds no text.", where=opened.name)
    if MARK not in text:
        return DraftFile(opened.name, text, codec)
    line = text.count("\n", 0, text.index(MARK)) + 1
    return DraftFile(opened.name, mend(text), codec, (Problem(DAMAGED.format(codec), None, line),))
