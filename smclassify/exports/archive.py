"""Looking at a workbook's archive before anything in it is unpacked into memory."""

from __future__ import annotations

import re
import zipfile
from typing import BinaryIO, Final

from smclassify.errors import InputError

SHEET_ROWS: Final = 1_048_576
SHEET_COLUMNS: Final = 16_384

# A part up to this size is harmless whatever is in it; a larger one has to look like what an
# honest workbook has there. openpyxl holds the shared strings and an empty element a row.
_HARMLESS = 16 * 1024 * 1024
_MOST_STRINGS = 20_000_000
_MOST_BYTES = 2 * 1024 * 1024 * 1024
_TAGS_A_ROW = 16 * SHEET_COLUMNS
_MARK = re.compile(rb"<(?:\w+:)?(row|si)\b")
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
