"""Reading what is packed in gzip files and zip archives, as a stream and never all at once."""

from __future__ import annotations

import gzip
import io
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import BinaryIO, Final, cast

from smclassify.errors import InputError
from smclassify.exports.reading.archive import ZIP, check_member, list_members, only_one, open_zip
from smclassify.exports.reading.source import ENDINGS, GZIP, SAMPLE, InputName, Source

MOST_UNPACKED: Final = 1024 * 1024 * 1024
"""Bytes that may come out of anything; beyond them only :data:`MOST_RATIO` times what went in."""

MOST_RATIO: Final = 200
"""Exports shrink to a tenth, at the very most to a hundredth; deflate allows a thousandth."""

MOST_SPOOLED: Final = 2 * MOST_UNPACKED
"""Bytes of a packed workbook or Parquet file, which has to be unpacked to be read."""


class GuardedStream(io.BufferedIOBase):
    """A stream to be read from its beginning, whose failures are errors of ours.

    Parameters
    ----------
    inner : binary file
        What is read.
    name : str
        What messages call it.
    packed : int, optional
        How many bytes the stream is unpacked from, where it is.
    release : callable, optional
        Lets go of what the stream stands on.

    Raises
    ------
    InputError
        On reading: if it is damaged, or unpacks to far more than an export would.
    """

    def __init__(
        self,
        inner: BinaryIO,
        name: str,
        packed: int | None = None,
        release: Callable[[], None] | None = None,
    ) -> None:
        super().__init__()
        self._inner = inner
        self._name = name
        self._release = release or inner.close
        self._given = 0
        self._limit = None if packed is None else max(MOST_UNPACKED, MOST_RATIO * packed)

    def limit(self, size: int) -> None:
        """Let no more bytes than that come out."""
        self._limit = size if self._limit is None else min(self._limit, size)

    def readable(self) -> bool:
        """Tell that it is."""
        return True

    def seekable(self) -> bool:
        """Tell that it is, as far as :meth:`seek` goes."""
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        """Read up to so many bytes."""
        if size is None or size < 0:
            return b"".join(iter(partial(self.read, SAMPLE), b""))
        if self.closed:
            raise ValueError("read of a closed file")
        try:
            block = self._inner.read(size)
        except Exception as error:  # zipfile's own, zlib's, struct's, the system's…
            raise self._broken(error) from error
        self._given += len(block)
        if self._limit is not None and self._given > self._limit:
            raise self._bomb()
        return block

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go back to the beginning; anywhere else there is no way."""
        if offset or whence:
            raise io.UnsupportedOperation("only the beginning can be sought")
        try:
            self._inner.seek(0)
        except Exception as error:
            raise self._broken(error) from error
        self._given = 0
        return 0

    def tell(self) -> int:
        """Return how many bytes have been read."""
        return self._given

    def close(self) -> None:
        """Let go of the file."""
        if not self.closed:
            self._release()
        super().close()

    def _broken(self, error: Exception) -> InputError:
        place = f"after {self._given:,} bytes"
        if isinstance(error, OSError) and error.strerror:
            return InputError(f"cannot be read {place}: {error.strerror}.", where=self._name)
        hint = "Export or copy it again."
        if isinstance(error, EOFError):
            message = f"is cut off: it ends {place} of what was packed."
        else:
            message = f"is damaged {place} of what was packed: {error}."
        return InputError(message, where=self._name, hint=hint)

    def _bomb(self) -> InputError:
        return InputError(
            f"unpacks to more than {self._limit or 0:,} bytes, which no export of that size does.",
            where=self._name,
            hint="If you trust where it comes from, unpack it first.",
        )


def unpack(source: Source, name: InputName, wanted: str | None = None) -> Source:
    """Return what is packed in a gzip file or a zip archive; anything else as it is.

    What its name calls a table is taken at its word, so that a workbook is a workbook.

    Parameters
    ----------
    source : Source
        The opened file. Closing the result closes it.
    name : InputName
        Which file of a zip archive; where it names none, there must be only one to read.
    wanted : str, optional
        The format that the user says it has.

    Raises
    ------
    InputError
        If it is damaged, protected, or there is none or a choice of files in it.
    """
    if name.member is None and source.suffix in ENDINGS:
        return source
    if name.member is None and source.head.startswith(GZIP):
        return _gunzip(source, name)
    archive = open_zip(source) if source.head.startswith(ZIP) else None
    if archive is not None:
        members, _ = list_members(archive, name.path, wanted)
        member = only_one(members, source.name) if name.member is None else name.member
        return _unzip(source, archive, members, InputName(name.path, member))
    if name.member is not None:
        raise InputError("is no zip archive any more.", where=source.name)
    return source


def _gunzip(source: Source, name: InputName) -> Source:
    size = source.stream.seek(0, 2)
    source.stream.seek(0)
    unpacked = gzip.GzipFile(fileobj=source.stream, mode="rb")
    guarded = GuardedStream(cast(BinaryIO, unpacked), source.name, size, source.stream.close)
    return _source_of(guarded, source.name, name.ending)


def _source_of(stream: GuardedStream, name: str, suffix: str) -> Source:
    head = stream.read(SAMPLE)
    stream.seek(0)
    if not head:
        raise InputError("is empty.", where=name, hint="Was the export finished?")
    return Source(name, cast(BinaryIO, stream), suffix, head)


def _unzip(
    source: Source,
    archive: zipfile.ZipFile,
    members: dict[str, zipfile.ZipInfo],
    name: InputName,
) -> Source:
    part = members.get(name.member or "")
    if part is None:
        hint = "Was the archive changed just now?"
        raise InputError("is not in the archive.", where=str(name), hint=hint)
    check_member(part, str(name))
    packed = min(part.compress_size, source.stream.seek(0, 2))
    try:
        unpacked = archive.open(part)
    except Exception as error:
        message = f"cannot be found in the archive: {error}."
        raise InputError(message, where=str(name), hint="Export or copy it again.") from error
    release = ExitStack()
    for held in (source.stream, archive, unpacked):
        release.callback(held.close)
    guarded = GuardedStream(cast(BinaryIO, unpacked), str(name), packed, release.close)
    return _source_of(guarded, str(name), name.ending)


def guarded(source: Source) -> BinaryIO:
    """Return a stream for formats that are read from their beginning."""
    if isinstance(source.stream, GuardedStream):
        return source.stream
    return cast(BinaryIO, GuardedStream(source.stream, source.name))


def as_file(source: Source) -> BinaryIO:
    """Return a stream for formats that are read from their end: unpacked to an unnamed file.

    Raises
    ------
    InputError
        If it is damaged, too much, or there is no room for it.
    """
    stream = source.stream
    if not isinstance(stream, GuardedStream):
        return stream
    stream.limit(MOST_SPOOLED)
    with stream, ExitStack() as stack:
        try:
            copy = stack.enter_context(tempfile.TemporaryFile(prefix="smclassify-"))
            shutil.copyfileobj(stream, copy, 1 << 20)
            copy.seek(0)
        except OSError as error:
            message = f"cannot be unpacked: {error.strerror or error}."
            raise InputError(message, where=source.name) from error
        stack.pop_all()
    return cast(BinaryIO, copy)
