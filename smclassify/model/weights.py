"""The weights file: named arrays of plain numbers, written by joblib, read with no risk.

The file is an ordinary uncompressed joblib file, so that worker processes can share its
pages. It is read by :mod:`smclassify.model.plain_joblib`, which can run nothing, since
``joblib.load`` runs whatever a file from elsewhere says.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import DTypeLike

from smclassify.errors import ModelError
from smclassify.model.files import replacing, sha256_of
from smclassify.model.plain_arrays import CODES, PLAIN_DTYPES, Array
from smclassify.model.plain_joblib import (
    LONGEST_NAME,
    MOST_ARRAYS,
    MOST_DIMENSIONS,
    PROTOCOLS,
    read_plain_joblib,
)

Expected = Mapping[str, tuple[DTypeLike, tuple[int | None, ...]]]
"""For each name the dtype and the shape; None in a shape stands for any length."""

_HINT: Final = (
    "Fetch the model again from where it came from, or train it anew. Do not open the file "
    "with joblib.load or pickle: that runs whatever it contains."
)


def save_weights(path: str | Path, arrays: Mapping[str, Array]) -> str:
    """Write arrays to a file that :func:`load_weights` reads and can map into memory.

    The same arrays give the same bytes, in whatever order they come and however they lie
    in memory.

    Parameters
    ----------
    path : path
        Where to; a file that is there is replaced in one step.
    arrays : mapping of str to ndarray
        Arrays of truth values, of whole numbers or of floats of up to 64 bits, of up to 8
        dimensions. They are written row by row (C order), little-endian.

    Returns
    -------
    str
        The file's SHA-256, in hexadecimal.

    Raises
    ------
    OutputError
        When the file cannot be written. What was there before is then untouched.
    TypeError, ValueError
        When something is not a plain array, or a name is empty or longer than 255 bytes.
    """
    if len(arrays) > MOST_ARRAYS:
        raise ValueError(f"{len(arrays)} arrays are more than the {MOST_ARRAYS} a file may hold")
    for name in arrays:
        if not isinstance(name, str) or not 0 < len(name.encode("utf-8")) <= LONGEST_NAME:
            raise ValueError(f"an array needs a name of 1 to {LONGEST_NAME} bytes: {name!r}")
    # The pickler refers back to strings that are the same object: interned, they always are.
    plain = {sys.intern(name): _plain(name, arrays[name]) for name in sorted(arrays)}
    import joblib  # to read the file takes none of it, and it takes a while to import

    with replacing(path) as file:
        joblib.dump(plain, file, protocol=PROTOCOLS[0])
    return sha256_of(path)


def _plain(name: str, array: Array) -> Array:
    """Return the array in C order, with the dtype object of our table."""
    # Other kinds (masked arrays, matrices) would lose what makes them special.
    if type(array) not in (np.ndarray, np.memmap):
        raise TypeError(f"{name!r} is no plain array but a {type(array).__name__}")
    dtype = PLAIN_DTYPES.get(array.dtype.str[1:])
    if dtype is None:
        raise TypeError(f"{name!r} holds {array.dtype}; possible are {', '.join(CODES)}")
    if array.ndim > MOST_DIMENSIONS:
        raise ValueError(f"{name!r} has {array.ndim} dimensions; at most {MOST_DIMENSIONS}")
    # The view exchanges an equal dtype for the very object of the table.
    return np.asarray(array.view(np.ndarray), dtype=dtype, order="C").view(dtype)


def load_weights(
    path: str | Path, *, mmap: bool = True, expected: Expected | None = None
) -> dict[str, Array]:
    """Read the arrays of a weights file; whatever is in it, nothing in it is run.

    Parameters
    ----------
    path : path
        A file that :func:`save_weights` wrote, or that claims to be one.
    mmap : bool
        Map the file into memory: its pages are read when they are needed and shared by all
        processes that map it. The arrays are then :class:`numpy.memmap` (those of no bytes
        excepted). Otherwise everything is read now.
    expected : mapping of str to (dtype, shape), optional
        What must be there, no more and no less. None in a shape stands for any length.

    Returns
    -------
    dict of str to ndarray
        Read-only arrays. The numbers in them are whatever the file says: those that serve
        as positions (the indices of a sparse matrix) must be checked before use.

    Raises
    ------
    ModelError
        When the file is missing, damaged, compressed, contains anything but plain arrays,
        or other arrays than expected.
    """
    path = Path(path)
    try:
        arrays = read_plain_joblib(path, mmap=mmap)
    except OSError as exc:
        raise ModelError(
            f"The weights file cannot be read: {exc.strerror or exc}.",
            where=str(path),
            hint="Check that the model folder is complete and that you may read it.",
        ) from exc
    except ValueError as exc:
        raise _not_plain(path, exc) from exc
    if expected is not None:
        _check(path, arrays, expected)
    return arrays


def _not_plain(path: Path, exc: ValueError) -> ModelError:
    # Some reasons quote the file (as repr does, so that it cannot write to the terminal).
    return ModelError(
        f"The weights file is damaged, or is not one: {str(exc)[:200]}. Nothing in it was run.",
        where=str(path),
        hint=_HINT,
    )


def _check(path: Path, arrays: Mapping[str, Array], expected: Expected) -> None:
    missing, surplus = expected.keys() - arrays.keys(), arrays.keys() - expected.keys()
    problems = [f"{name!a} is missing" for name in sorted(missing)]
    problems += [f"{name[:40]!a} does not belong there" for name in sorted(surplus)]
    for name in sorted(expected.keys() & arrays.keys()):
        dtype, shape = expected[name]
        array = arrays[name]
        if not _fits(array, np.dtype(dtype), shape):
            wanted = "x".join("?" if n is None else str(n) for n in shape)
            found = "x".join(map(str, array.shape))
            problems.append(
                f"{name!a} is {array.dtype.name} [{found}] instead of "
                f"{np.dtype(dtype).name} [{wanted}]"
            )
    if problems:
        more = f" and {len(problems) - 5} more" if len(problems) > 5 else ""
        raise ModelError(
            f"The weights are not those the model needs: {'; '.join(problems[:5])}{more}.",
            where=str(path),
            hint="The model was made by another version or its files were mixed up: fetch it "
            "again, or train it anew.",
        )


def _fits(array: Array, dtype: np.dtype[Any], shape: tuple[int | None, ...]) -> bool:
    same_kind = array.dtype.newbyteorder("=") == dtype.newbyteorder("=")
    same_rank = array.ndim == len(shape)
    return (
        same_kind
        and same_rank
        and all(n is None or n == m for n, m in zip(shape, array.shape, strict=True))
    )
