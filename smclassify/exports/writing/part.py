"""The unfinished result: a file that only ever grows by whole rows."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def sync_file(path: Path) -> None:
    """Wait until the disk has a file."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Wait until the disk has a folder's names, where the system lets one ask for that."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _hold(file: BinaryIO) -> None:
    """Keep a file from other processes until it is closed, where the system has that.

    Raises
    ------
    BlockingIOError
        If another process has it.
    """
    try:
        import fcntl
    except ImportError:  # Windows, where an open file can be neither removed nor replaced
        return
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:  # not on this disk
        return


def _let_go(file: BinaryIO) -> None:
    """Let other processes have a file."""
    with suppress(ImportError, OSError):
        import fcntl

        fcntl.flock(file.fileno(), fcntl.LOCK_UN)


def is_held(path: Path) -> bool:
    """Whether a process is writing a part at this moment."""
    try:
        with path.open("rb") as file:
            _hold(file)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False


class Part:
    """A file opened for appending without a buffer, so that an error leaves nothing behind.

    Parameters
    ----------
    path : Path or None
        Where it is; ``None`` for an unnamed temporary file.
    keep : int
        Bytes of what is there that stay; what lies beyond them is cut off.

    Raises
    ------
    BlockingIOError
        If another process is writing it.
    """

    def __init__(self, path: Path | None, keep: int = 0) -> None:
        if path is None:
            unnamed = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - close() closes it
            self._file = cast(BinaryIO, unnamed)
        else:
            # Nothing is cut off before it is ours.
            self._file = cast(BinaryIO, path.open("a+b", buffering=0))
            try:
                _hold(self._file)
                if os.fstat(self._file.fileno()).st_size > keep:
                    self._file.truncate(keep)
                self._file.seek(keep)
            except OSError:
                self._file.close()
                raise
        self.size = keep

    def append(self, data: bytes) -> None:
        """Write all of it, or raise and leave the file as it was."""
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError:
            # Should this fail too, resuming cuts the file to whole rows anyway.
            with suppress(OSError):
                self._file.truncate(self.size)
                self._file.seek(self.size)
            raise
        self.size += len(data)

    def sync(self) -> None:
        """Wait until the disk has it."""
        os.fsync(self._file.fileno())

    @property
    def closed(self) -> bool:
        """Whether it has been closed."""
        return self._file.closed

    def close(self) -> None:
        """Close it. More calls do nothing."""
        if not self._file.closed:
            _let_go(self._file)  # what is mapped into memory would hold it longer
        self._file.close()

    @contextmanager
    def reading(self) -> Iterator[BinaryIO]:
        """Give what it holds for reading; nothing may be appended meanwhile."""
        try:
            with os.fdopen(os.dup(self._file.fileno()), "rb") as file:
                file.seek(0)
                yield file
        finally:
            if not self.closed:
                self._file.seek(self.size)  # both have one place between them

    def as_array(self, kind: np.dtype[np.void]) -> NDArray[np.void]:
        """Return what it holds as records, mapped into memory."""
        import numpy as np

        if not self.size:
            return np.empty(0, kind)
        shape = (self.size // kind.itemsize,)
        return np.memmap(self._file, kind, mode="r", shape=shape)
