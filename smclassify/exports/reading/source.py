"""Opening what a user names: a path, a pipe or standard input, as a stream that can be reread."""

from __future__ import annotations

import os
import re
import shutil
import stat
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePath
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

_FAMILIES = (("csv", "tsv"), ("json", "jsonl"), ("xlsx",), ("parquet",))

SAMPLE: Final = 65_536
"""How many bytes of a file are looked at to tell what it is."""

GZIP: Final = b"\x1f\x8b"
"""How a gzip file begins."""

_GZIP = "a gzip file"
_OLE = "an old Excel workbook (.xls) or one protected by a password"

# Controls, line separators, changes of direction, and bytes of a name that could not be decoded.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")

# What a file's first bytes give away: a format of ours, or something we say we cannot read.
_SIGNATURES: tuple[tuple[bytes, str, str | None], ...] = (
    (b"PK\x03\x04", "an Excel workbook or another zip archive", "xlsx"),
    (b"PK\x05\x06", "an empty zip archive", None),
    (b"PAR1", "a Parquet file", "parquet"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLE, None),
    (GZIP, _GZIP, None),
    (b"BZh", "a bzip2 file", None),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", None),
    (b"Rar!\x1a\x07", "a RAR archive", None),
    (b"%PDF-", "a PDF document", None),
    (b"\x89PNG\r\n", "a picture", None),
    (b"\xff\xd8\xff", "a picture", None),
    (b"GIF8", "a picture", None),
    (b"SQLite format 3\x00", "a database", None),
)


_TWEETS: Final = re.compile(r"tweets?(-part\d+)?\.js", re.IGNORECASE)
"""A file of X's archive: JSON with a name before it."""


@dataclass(frozen=True, slots=True)
class InputName:
    """What one table is read from. As text, what messages call it.

    Attributes
    ----------
    path : str
        A path, or ``"-"`` for standard input.
    member : str or None
        The file in it, of a zip archive.
    sheet : str or None
        The sheet, of a workbook in which there is a choice.
    """

    path: str
    member: str | None = None
    sheet: str | None = None

    @classmethod
    def of(cls, source: str | Path | InputName) -> InputName:
        """Return a path as a name."""
        return source if isinstance(source, InputName) else cls(str(source))

    @property
    def ending(self) -> str:
        """The ending that says what the table is: of the member, or of what is in a gzip file."""
        if self.member is None:
            return table_ending(self.path)
        return member_ending(self.member)

    @property
    def once(self) -> bool:
        """Whether it can be opened only once: standard input, or a pipe."""
        try:
            return self.path == STDIN or not stat.S_ISREG(Path(self.path).stat().st_mode)
        except (OSError, ValueError):
            return False  # whoever opens it says what is wrong

    def __str__(self) -> str:
        text = "standard input" if self.path == STDIN else self.path
        text += "" if self.member is None else f": {self.member}"
        return printable(text if self.sheet is None else f"{text}, sheet “{self.sheet}”")


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was found and passed over.

    Attributes
    ----------
    name : str
        What messages call it.
    reason : str
        Why.
    """

    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.name}: {self.reason}"


def member_ending(name: str) -> str:
    """Return the ending of a file's name, in lower case; X's ``tweets.js`` is JSON."""
    path = PurePath(name)
    return ".json" if _TWEETS.fullmatch(path.name) else path.suffix.lower()


def table_ending(name: str) -> str:
    """Return the ending of a file's name, in lower case; of a gzip file, that of what is in it."""
    ending = member_ending(name)
    return member_ending(PurePath(name).stem) if ending == ".gz" else ending


def printable(name: str) -> str:
    """Return a name as it can be shown: no terminal commands, no bytes that are no text."""
    return _UNPRINTABLE.sub("\ufffd", name)


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
    name = str(InputName(str(source)))
    try:
        stream = _spool(sys.stdin.buffer) if str(source) == STDIN else _open_path(Path(source))
        head = stream.read(SAMPLE)
        stream.seek(0)
    except (OSError, ValueError) as error:
        raise cannot_open(error, name) from error
    if not head:
        stream.close()
        raise InputError("is empty.", where=name, hint="Was the export finished?")
    suffix = "" if str(source) == STDIN else Path(source).suffix.lower()
    return Source(name, stream, suffix, head)


def cannot_open(error: OSError | ValueError, name: str) -> InputError:
    """Return the error for a file that the system doesn't let us read."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        hint = "Check the spelling and the folder."
        return InputError("there is no such file.", where=name, hint=hint)
    if isinstance(error, IsADirectoryError):
        hint = "Name the files in it, such as FOLDER/*.csv."
        return InputError("is a folder, not a file.", where=name, hint=hint)
    if isinstance(error, PermissionError):
        hint = "Ask its owner for the right to read it."
        return InputError("you may not read this file.", where=name, hint=hint)
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return InputError(f"cannot be read: {reason}.", where=name)


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


def is_readable(ending: str, wanted: str | None) -> bool:
    """Tell by an ending whether a file that nobody named himself is to be read.

    Parameters
    ----------
    ending : str
        In lower case, with the dot.
    wanted : str or None
        The format that the user says his files have. Text often goes by the name of another
        format of its family, or by none.
    """
    if wanted is None:
        return ending in ENDINGS
    for family in _FAMILIES:
        if wanted in family:
            return ENDINGS.get(ending) in family or (len(family) > 1 and ending == ".txt")
    return False


def _by_signature(head: bytes) -> tuple[str | None, str | None]:
    if head[257:262] == b"ustar":
        return "a tar archive", None
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
    elif what is _GZIP and claimed:
        hint = "If that is right, add .gz to the file's name."
    else:
        hint = f"What can be read: {', '.join(FORMATS)}."
    message = f"is no {claimed} file: it is {what}." if claimed else f"is {what}."
    return InputError(message, where=source.name, hint=hint)
