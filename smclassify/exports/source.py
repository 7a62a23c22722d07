"""Opening what a user names: a path, a pipe or standard input, as a stream that can be reread."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Final, cast

from smclassify.errors import InputError

STDIN: Final = "-"

FORMATS: Final = ("csv", "tsv", "xlsx", "jsonl", "json", "parquet")

ENDINGS: Final = MappingProxyType(
    {
        ".csv": "csv",
        ".tsv": "tsv",
        ".tab": "tsv",
        ".xlsx": "xlsx",
        ".xlsm": "xlsx",
        ".jsonl": "jsonl",
        ".ndjson": "jsonl",
        ".json": "json",
        ".parquet": "parquet",
        ".pq": "parquet",
    }
)

_SAMPLE = 65_536
_OLE = "an old Excel workbook (.xls) or one protected by a password"

# What a file's first bytes give away: a format of ours, or something we say we cannot read.
_SIGNATURES: tuple[tuple[bytes, str, str | None], ...] = (
    (b"PK\x03\x04", "an Excel workbook or another zip archive", "xlsx"),
    (b"PK\x05\x06", "an empty zip archive", None),
    (b"PAR1", "a Parquet file", "parquet"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLE, None),
    (b"\x1f\x8b", "a gzip file", None),
    (b"BZh", "a bzip2 file", None),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", None),
    (b"Rar!\x1a\x07", "a RAR archive", None),
    (b"%PDF-", "a PDF document", None),
    (b"\x89PNG\r\n", "a picture", None),
    (b"\xff\xd8\xff", "a picture", None),
    (b"GIF8", "a picture", None),
    (b"SQLite format 3\x00", "a database", None),
)


@dataclass(slots=True)
class Source:
    """An opened input.

    Attributes
    ----------
    name : str
        What messages call it.
    stream : binary file, seekable
        Standing at its beginning.
    suffix : str
        The ending of its name, in lower case, with the dot; empty for standard input.
    head : bytes
        Its first bytes, up to 64 KiB.
    """

    name: str
    stream: BinaryIO
    suffix: str
    head: bytes


def open_source(source: str | Path) -> Source:
    """Open a path or standard input (``"-"``) for reading, more than once if need be.

    Pipes are copied to an unnamed temporary file first: a table is read twice (its columns,
    then its rows), and workbooks and Parquet files are read from their end.

    Raises
    ------
    InputError
        If it is missing, a directory, unreadable or empty.
    """
    name = "standard input" if str(source) == STDIN else str(source)
    try:
        stream = _spool(sys.stdin.buffer) if str(source) == STDIN else _open_path(Path(source))
        head = stream.read(_SAMPLE)
        stream.seek(0)
    except FileNotFoundError as error:
        hint = "Check the spelling and the folder."
        raise InputError("there is no such file.", where=name, hint=hint) from error
    except IsADirectoryError as error:
        hint = "Name the files in it, such as FOLDER/*.csv."
        raise InputError("is a folder, not a file.", where=name, hint=hint) from error
    except PermissionError as error:
        hint = "Ask its owner for the right to read it."
        raise InputError("you may not read this file.", where=name, hint=hint) from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError(f"cannot be read: {reason}.", where=name) from error
    if not head:
        stream.close()
        raise InputError("is empty.", where=name, hint="Was the export finished?")
    suffix = "" if str(source) == STDIN else Path(source).suffix.lower()
    return Source(name, stream, suffix, head)


def _open_path(path: Path) -> BinaryIO:
    stream = path.open("rb")
    if stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        return stream
    with stream:
        return _spool(stream)


def _spool(stream: BinaryIO) -> BinaryIO:
    copy = tempfile.TemporaryFile(prefix="smclassify-")  # noqa: SIM115 - its reader closes it
    shutil.copyfileobj(stream, copy, 1 << 20)
    copy.seek(0)
    return cast(BinaryIO, copy)


def choose_format(source: Source, wanted: str | None) -> str:
    """Tell a source's format: as asked for, else by its ending, else by its content.

    Returns
    -------
    str
        One of :data:`FORMATS`, or ``"text"`` when only the decoded text can tell.

    Raises
    ------
    InputError
        If the content cannot be what was asked for or what the name says.
    """
    if wanted is not None and wanted not in FORMATS:
        raise InputError(
            f"“{wanted}” is not a format.", where=source.name, hint=f"Use {', '.join(FORMATS)}."
        )
    claimed = wanted or ENDINGS.get(source.suffix)
    what, actual = _by_signature(source.head)
    if claimed in ("xlsx", "parquet"):
        if actual != claimed:
            seen = what or "something else"
            raise _not_what_it_claims(source, claimed, seen, actual)
        return claimed
    if what is not None:
        if claimed is None and actual is not None:
            return actual
        raise _not_what_it_claims(source, claimed, what, actual)
    return claimed or "text"


def _by_signature(head: bytes) -> tuple[str | None, str | None]:
    for signature, what, format in _SIGNATURES:
        if head.startswith(signature):
            return what, format
    return None, None


def _not_what_it_claims(
    source: Source, claimed: str | None, what: str, actual: str | None
) -> InputError:
    if actual is not None:
        hint = f"If that is right, say --input-format {actual}, or rename the file."
    elif what is _OLE:
        hint = "Open it in a spreadsheet program and save it as .xlsx or CSV, without a password."
    else:
        hint = f"What can be read: {', '.join(FORMATS)}."
    message = f"is no {claimed} file: it is {what}." if claimed else f"is {what}."
    return InputError(message, where=source.name, hint=hint)
