"""What is in zip archives and workbooks, looked at before anything of it is unpacked."""

from __future__ import annotations

import io
import re
import stat
import zipfile
from pathlib import PurePosixPath
from typing import BinaryIO, Final

from smclassify.errors import InputError
from smclassify.exports.reading.encoding import detect_encoding
from smclassify.exports.reading.source import (
    ENDINGS,
    InputName,
    Skipped,
    Source,
    is_readable,
    member_ending,
    printable,
)

ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
"""How a zip archive begins, and an empty one."""

NOT_A_TABLE: Final = "its ending is none that is read here"
"""Why a file in a folder or an archive is passed over."""

SHEET_ROWS: Final = 1_048_576
SHEET_COLUMNS: Final = 16_384

# A part up to this size is harmless whatever is in it; a larger one has to look like what an
# honest workbook has there. openpyxl holds the shared strings and an empty element a row.
_HARMLESS = 16 * 1024 * 1024
_MOST_STRINGS = 20_000_000
_MOST_BYTES = 2 * 1024 * 1024 * 1024
_TAGS_A_ROW = 16 * SHEET_COLUMNS
_MARK = re.compile(rb"<(?:\w+:)?(row|si)\b")
# Those that zipfile unpacks a piece at a time; of others a piece may have any size.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_UTF8_NAME = 0x800  # of a member's flags, in the format's specification (APPNOTE.TXT, 4.4.4)
_PACKED = frozenset({".zip", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".zst", ".7z", ".rar"})
_SPREADSHEETS = frozenset({".xls", ".xlsb", ".ods", ".numbers"})
_LISTED = 5
_CAN_BE_READ = f"{', '.join(ENDINGS)}; also packed as .gz or .zip"
_UNREAD = ("xl/media/", "xl/pivotCache/", "xl/drawings/", "xl/embeddings/")


def check_archive(stream: BinaryIO, name: str) -> None:
    """Refuse a workbook that isn't one, or that would fill the memory (a “zip bomb”).

    Raises
    ------
    InputError
        If so.
    """
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
            if not any(part.filename == "[Content_Types].xml" for part in parts):
                raise InputError("is a zip archive but no Excel workbook.", where=name)
            for part in parts:
                if part.flag_bits & 1:
                    raise InputError(
                        "is protected by a password.", where=name, hint="Save it without one."
                    )
                if part.compress_type not in _METHODS:
                    raise InputError("is packed in a way that Excel doesn't know.", where=name)
                if part.file_size > _HARMLESS and not part.filename.startswith(_UNREAD):
                    _check_part(archive, part, name)
    except InputError:
        raise
    except Exception as error:  # zipfile's own, zlib's, lzma's, struct's…
        raise InputError(
            f"is no whole Excel workbook: {error}.",
            where=name,
            hint="It may be cut off. Export or copy it again.",
        ) from error
    stream.seek(0)


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> None:
    """Count the rows or strings of a large part, a block at a time."""
    counts = {b"row": 0, b"si": 0}
    tags_since = 0
    tail = b""
    limits = {b"row": SHEET_ROWS, b"si": _MOST_STRINGS}
    # zipfile never gives more than the size that the archive states, so that can be trusted.
    too_much = part.file_size > _MOST_BYTES
    with archive.open(part) as file:
        while not too_much and (block := file.read(1 << 20)):
            text = tail + block
            found = _MARK.findall(text)
            tail = text[-12:] if b"<" in text[-12:] else b""
            for kind in found:
                counts[kind] += 1
            tags_since = block.count(b"<") if found else tags_since + block.count(b"<")
            too_much = tags_since > _TAGS_A_ROW * 4 or any(
                counts[kind] > limit for kind, limit in limits.items()
            )
    if too_much:
        raise InputError(
            f"is no workbook that Excel could open: “{part.filename}” unpacks to "
            f"{part.file_size / 2**20:,.0f} MiB of nothing a sheet has room for.",
            where=name,
            hint="If you trust where it comes from, export it as CSV instead.",
        )


def open_zip(source: Source) -> zipfile.ZipFile | None:
    """Open a zip archive; ``None`` if it is a workbook.

    Raises
    ------
    InputError
        If it is cut off, empty, or a document of another kind.
    """
    try:
        archive = zipfile.ZipFile(source.stream)
    except Exception as error:  # zipfile's own, struct's, a name that is no UTF-8…
        raise InputError(
            f"is no whole zip archive or workbook: {error}.",
            where=source.name,
            hint="It may be cut off. Export or copy it again.",
        ) from error
    parts = archive.namelist()
    if "[Content_Types].xml" in parts:
        source.stream.seek(0)
        return None
    if not parts:
        raise InputError("is an empty zip archive.", where=source.name)
    if parts[0] == "mimetype":
        hint = "Open it in a spreadsheet program and save it as .xlsx or CSV."
        raise InputError("is an OpenDocument file or an e-book.", where=source.name, hint=hint)
    return archive


def list_members(
    archive: zipfile.ZipFile, path: str, wanted: str | None
) -> tuple[dict[str, zipfile.ZipInfo], list[Skipped]]:
    """Tell which files of a zip archive are to be read, and which are passed over and why.

    Folders, hidden files and what macOS adds are not worth a word. Names are only names:
    nothing is ever written under them.

    Parameters
    ----------
    archive : ZipFile
        The archive.
    path : str
        Its path, for messages.
    wanted : str or None
        The format that the user says the files have.
    """
    files = [part for part in archive.infolist() if part.filename and not part.is_dir()]
    named = [(n, p) for n, p in zip(_names(files), files, strict=True) if not _is_hidden(n)]
    members: dict[str, zipfile.ZipInfo] = {}
    skipped = []
    for name, part in named:
        if name in members:
            reason = "a later file in the archive has the same name"
            skipped.append(Skipped(str(InputName(path, name)), reason))
        if stat.S_ISLNK(part.external_attr >> 16):
            skipped.append(Skipped(str(InputName(path, name)), "is a link"))
        elif is_readable(member_ending(name), wanted) or (len(named) == 1 and not why_not(name)):
            members[name] = part
        else:
            skipped.append(Skipped(str(InputName(path, name)), why_not(name) or NOT_A_TABLE))
    return members, skipped


def why_not(name: str) -> str | None:
    """Tell why a file is not read that may well hold a table, by its name."""
    ending = member_ending(name)
    if ending in _PACKED:
        return "is packed in a way, or place, that is not looked into; unpack it first"
    return "save it as .xlsx or CSV first" if ending in _SPREADSHEETS else None


def _is_hidden(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return "__MACOSX" in parts or any(p.startswith(".") and p.strip(".") for p in parts)


def _names(files: list[zipfile.ZipInfo]) -> list[str]:
    """Return the files' names, those without a mark in the encoding that they seem to be in.

    The format knows CP437 and UTF-8; Korean and Chinese programs use their own, unmarked.
    """
    names = [file.filename for file in files]
    unmarked = [name for file, name in zip(files, names, strict=True) if _is_unmarked(file)]
    if not unmarked:
        return names
    try:
        sample = "\n".join(unmarked).encode("cp437")
        encoding = detect_encoding(io.BytesIO(sample), "")
        decoded = [
            name.encode("cp437").decode(encoding) if _is_unmarked(file) else name
            for file, name in zip(files, names, strict=True)
        ]
    except (InputError, UnicodeError):
        return names
    return decoded if len(set(decoded)) == len(set(names)) else names


def _is_unmarked(file: zipfile.ZipInfo) -> bool:
    return not file.flag_bits & _UTF8_NAME and not file.filename.isascii()


def check_member(part: zipfile.ZipInfo, name: str) -> None:
    """Refuse a file of an archive that cannot be unpacked.

    Raises
    ------
    InputError
        If it is protected by a password or packed in an uncommon way.
    """
    if part.flag_bits & 1:
        hint = "Unpack it with the password first."
        raise InputError("is protected by a password.", where=name, hint=hint)
    if part.compress_type not in _METHODS:
        raise InputError(
            f"is packed by a method that is not read here (no. {part.compress_type}).",
            where=name,
            hint="Unpack it first.",
        )


def only_one(members: dict[str, zipfile.ZipInfo], where: str) -> str:
    """Return the one file that is to be read in an archive.

    Raises
    ------
    InputError
        If there is none or a choice.
    """
    if len(members) == 1:
        return next(iter(members))
    if not members:
        raise nothing_in_it(where)
    first = ", ".join(printable(name) for name in list(members)[:_LISTED])
    more = f" and {len(members) - _LISTED:,} more" if len(members) > _LISTED else ""
    raise InputError(
        f"holds {len(members):,} tables, and only one can be read here: {first}{more}.",
        where=where,
        hint="Unpack it and name one.",
    )


def nothing_in_it(where: str) -> InputError:
    """Return the error for an archive or a folder without any table."""
    return InputError(
        "holds no file that can be read.", where=where, hint=f"Such files end in {_CAN_BE_READ}."
    )
