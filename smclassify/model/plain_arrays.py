"""The bytes side of a weights file: plain dtypes, small pieces, arrays in their place.

Used by :mod:`smclassify.model.plain_joblib`, which follows the instructions in between.
"""

from __future__ import annotations

import io
import math
import sys
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

CODES: Final = ("b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8")
PLAIN_DTYPES: Final = {code: np.dtype(f"<{code}") for code in CODES}
"""What an array may consist of, by NumPy's code: truth values, whole numbers, floats.

Little-endian. One object a type, so that the pickler, which goes by identity, writes the
same bytes for equal arrays.
"""

_LONGEST_PIECE = 1024  # an instruction's argument; the longest honest one is a name

_COMPRESSED: Final = {
    b"\x1f\x8b": "gzip",
    b"x": "zlib",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x5d\x00": "lzma",
    b"\x04\x22\x4d\x18": "lz4",
    b"PK": "zip",
    b"ZF": "joblib 0.9",
}


def check_start(start: bytes) -> None:
    """Raise ValueError unless a file starts like an uncompressed one of joblib.

    Other starts are refused whatever they are; compressed ones are only named, since
    somebody may have compressed the file in good faith.
    """
    for magic, kind in _COMPRESSED.items():
        if start.startswith(magic):
            raise ValueError(
                f"it is compressed ({kind}), which is not read, "
                "since a small file can then grow without end"
            )
    if not start.startswith(b"\x80"):
        raise ValueError("it does not start like a file that joblib wrote")


class BoundedReader(io.BufferedReader):
    """A file of which instructions can only ask for small pieces.

    A pickle may claim that a name is 2^62 bytes long; reading would reserve that memory
    before finding out that it isn't so.
    """

    def read(self, size: int | None = -1, /) -> bytes:
        """Read ``size`` bytes, at most 1024."""
        if size is None or not 0 <= size <= _LONGEST_PIECE:
            raise ValueError("a single instruction claims more bytes than any name needs")
        return super().read(size)

    def readline(self, size: int | None = -1, /) -> bytes:
        """Read a line, of which at most 1024 bytes."""
        return super().readline(_LONGEST_PIECE)


class ArraySource:
    """The arrays' bytes, from where the instructions have got to in the file."""

    def __init__(self, file: BoundedReader, *, mmap: bool) -> None:
        self.file = file
        self.size = file.seek(0, io.SEEK_END)
        # One mapping for all, since each takes a file descriptor; and of the open file,
        # not of its name, under which another file may stand by now.
        self.whole = np.memmap(file, np.uint8, mode="r") if mmap and self.size else None
        file.seek(0)

    def next(self, dtype: np.dtype[Any], shape: tuple[int, ...], alignment: int) -> Array:
        """Take the array that starts here and move behind it."""
        self._skip_padding(alignment, dtype.itemsize)
        # Not NumPy's product, which overflows silently. The ones instead of noughts
        # keep an empty array from claiming dimensions that no array can have.
        if math.prod(max(n, 1) for n in shape) > sys.maxsize // dtype.itemsize:
            raise ValueError("an array claims a shape that no memory can hold")
        count = math.prod(shape)
        start, left = self.file.tell(), self.size - self.file.tell()
        if count * dtype.itemsize > left:
            raise ValueError(
                f"an array claims {count * dtype.itemsize} bytes where {left} are left"
            )
        array = self._take(start, count, dtype).reshape(shape)
        # NumPy trusts truth values to be 0 or 1: a mask with others makes it write
        # behind the memory that it has counted out.
        if dtype.kind == "b" and array.size and array.view(np.uint8).max() > 1:
            raise ValueError("a truth value is neither 0 nor 1")
        array.flags.writeable = False
        return array

    def _skip_padding(self, alignment: int, itemsize: int) -> None:
        length = self.file.read(1)
        padding = self.file.read(length[0]) if length else b""
        if not length or len(padding) != length[0]:
            raise ValueError("the file ends where an array should start")
        if length[0] > alignment or padding.strip(b"\xff"):
            raise ValueError("the padding before an array is not what joblib writes")
        if self.file.tell() % itemsize:
            raise ValueError("an array does not start where its numbers can be read")

    def _take(self, start: int, count: int, dtype: np.dtype[Any]) -> Array:
        length = count * dtype.itemsize
        if self.whole is not None and count:
            self.file.seek(start + length)
            return self.whole[start : start + length].view(dtype)
        array: Array = np.empty(count, dtype)
        if self.file.readinto(array.view(np.uint8).data) != length:
            raise ValueError("the file became shorter while it was read")
        return array
