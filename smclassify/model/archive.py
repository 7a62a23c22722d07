"""A zip archive from a stranger, opened without believing what it says of itself."""

from __future__ import annotations

import os
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final, cast

from smclassify.errors import ModelError

Members = dict[str, Callable[[], BinaryIO]]

MAX_ARCHIVE_BYTES: Final = 1024 * 1024 * 1024

MAX_RATIO: Final = 100
"""How many bytes may come out for each that went in, beyond the first :data:`HARMLESS`."""

HARMLESS: Final = 64 * 1024 * 1024

_MAX_LISTED_BYTES: Final = 64 * 1024
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# The end of the list of files, and that of 64-bit archives before it (APPNOTE.TXT, 4.3.15-16).
_END: Final = struct.Struct("<4s4H2LH")
_END_MARK, _END64_MARK, _END64_BYTES = b"PK\x05\x06", b"PK\x06\x07", 20
_DAMAGED: Final = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError)


@contextmanager
def open_archive(path: Path) -> Iterator[Members]:
    """Give what opens each file of an archive, by its name.

    Names are looked at, and nothing is ever written under them. Nothing is unpacked before it
    is read.

    Raises
    ------
    ModelError
        If it is no plain archive: damaged, encrypted, with links, devices, folders or paths in
        it, or with two files of one name. On reading, if a file unpacks to far more than it is
        packed in, or is not what it was packed from.
    """
    try:
        file = _regular(path)
    except OSError as error:
        raise ModelError(
            f"It cannot be read: {error.strerror or error}.", where=str(path)[:200]
        ) from error
    with file:
        _check_list(file, path)
        try:
            archive = zipfile.ZipFile(file)
        except (*_DAMAGED, struct.error) as error:
            raise _damaged(path, error) from error
        with archive:
            parts = archive.infolist()
            _check_parts(parts, path)
            yield {part.filename: partial(_open_part, archive, part, path) for part in parts}


def _regular(path: Path) -> BinaryIO:
    """Open a file that is none of those that wait for ever or have no end."""
    opened = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    status = os.fstat(opened)
    if stat.S_ISREG(status.st_mode) and status.st_size <= MAX_ARCHIVE_BYTES:
        return os.fdopen(opened, "rb")
    os.close(opened)
    raise OSError("it is no plain file, or far too large")


def _check_list(file: BinaryIO, path: Path) -> None:
    """Refuse a list of files that is long: reading it takes memory before anything is known."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _END.size - _END64_BYTES))
    tail = file.read()
    end = tail[-_END.size :]
    if len(end) < _END.size or end[:4] != _END_MARK:
        raise ModelError(
            "It is no whole zip archive.",
            where=str(path),
            hint="It may be cut off: copy it again. Nothing in it was run.",
        )
    listed_bytes = _END.unpack(end)[5]
    if listed_bytes > _MAX_LISTED_BYTES or tail.startswith(_END64_MARK):
        raise ModelError("It lists far more files than a model has.", where=str(path))
    file.seek(0)


def _check_parts(parts: list[zipfile.ZipInfo], path: Path) -> None:
    seen: set[str] = set()
    for part in parts:
        folded = unicodedata.normalize("NFKC", part.filename).casefold()
        reason = _why_not(part) or ("is there twice" if folded in seen else None)
        if reason:
            raise ModelError(
                f"In it, {part.orig_filename!a:.80} {reason}.",
                where=str(path),
                hint="It is not imported, and nothing in it was run.",
            )
        seen.add(folded)


def _why_not(part: zipfile.ZipInfo) -> str | None:
    """Tell what is wrong with a file of an archive, by what is listed of it."""
    name, kind = part.orig_filename, stat.S_IFMT(part.external_attr >> 16)
    if "/" in name or "\\" in name or ":" in name or name in ("", ".", "..") or "\0" in name:
        return "is a path, and no plain name"
    if kind not in (0, stat.S_IFREG):
        return "is a link, a device or a folder, and no plain file"
    if part.flag_bits & 1:
        return "is encrypted"
    return None if part.compress_type in _METHODS else "is packed in a way that is not read"


class _Bounded:
    """A file of an archive that gives no more than it may, and whose failures are ours."""

    def __init__(self, inner: BinaryIO, packed: int, name: str, path: Path) -> None:
        self._inner, self._name, self._path = inner, name, path
        self._left = max(HARMLESS, MAX_RATIO * packed)

    def read(self, size: int) -> bytes:
        """Read up to so many bytes."""
        try:
            block = self._inner.read(size)
        except (*_DAMAGED, OSError) as error:
            raise _damaged(self._path, error) from error
        self._left -= len(block)
        if self._left < 0:
            raise ModelError(
                f"{self._name} unpacks to far more than a model's would (a zip bomb).",
                where=str(self._path),
                hint="It is not imported, and nothing in it was run.",
            )
        return block

    def __enter__(self) -> _Bounded:
        return self

    def __exit__(self, *_: object) -> None:
        self._inner.close()


def _open_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, path: Path) -> BinaryIO:
    try:
        inner = cast(BinaryIO, archive.open(part))
    except (*_DAMAGED, OSError, RuntimeError, struct.error) as error:
        raise _damaged(path, error) from error
    packed = min(part.compress_size, path.stat().st_size)
    return cast(BinaryIO, _Bounded(inner, packed, part.filename, path))


def _damaged(path: Path, error: Exception) -> ModelError:
    return ModelError(
        f"The archive is damaged: {ascii(str(error))[1:-1][:200]}.",
        where=str(path),
        hint="Copy it again, or ask for another. Nothing in it was run.",
    )
