"""Files and folders that are either the old ones or the new ones, never half of each.

Whatever is written goes to a temporary name beside its target first and is renamed at
the end, so that a full disk or a kill in the middle leaves the target as it was.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from smclassify.errors import ModelError, OutputError


def sha256_of(path: str | Path) -> str:
    """Return the SHA-256 of a file's bytes, as 64 lower-case hexadecimal digits.

    Raises
    ------
    ModelError
        When the file is missing or cannot be read.
    """
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as exc:
        raise ModelError(
            f"The file cannot be read: {exc.strerror or exc}.",
            where=str(path),
            hint="Check the path, and that you are allowed to read it.",
        ) from exc


def temporary_beside(path: str | Path) -> Path:
    """Return an unused hidden name in the same folder, for what will become ``path``.

    The same folder, because only there is a rename sure to be one step.
    """
    path = Path(path).absolute()
    return path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.tmp")


@contextmanager
def replacing(path: str | Path, *, unique: bool = True) -> Iterator[BinaryIO]:
    """Open a temporary file that takes the place of ``path`` when the block ends well.

    When it doesn't, the temporary file is removed and ``path`` is as it was.

    Parameters
    ----------
    path : path
    unique : bool
        Whether others may write the same file at the same time. If not, the temporary file
        always has the same name, so that what a kill leaves behind is replaced by the next run.

    Raises
    ------
    OutputError
        When the file cannot be written or put in place.
    """
    fixed = Path(path).absolute().with_name(f".{Path(path).name}.tmp")
    temporary = temporary_beside(path) if unique else fixed
    try:
        # Not tempfile: its files are closed to everybody else, and a model is shared.
        with temporary.open("xb" if unique else "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as exc:
        with suppress(OSError):  # a name too long for being written is so for being removed
            temporary.unlink()
        raise _not_written(path, exc) from exc
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_text_atomic(path: str | Path, text: str) -> None:
    r"""Write a text file in UTF-8, its ``\n`` left as they are, in one step.

    Raises
    ------
    OutputError
        When the text is not valid Unicode (half a surrogate pair) or the file cannot be
        written. The file is then as it was before.
    """
    try:
        raw = text.encode("utf-8")
    except UnicodeEncodeError as exc:
        raise OutputError(
            f"Character {exc.start} of the text is half a surrogate pair, "
            "which no UTF-8 file can hold.",
            where=str(path),
            hint="Remove or replace that character where the text comes from.",
        ) from exc
    with replacing(path) as file:
        file.write(raw)


def replace_folder(tmp: str | Path, final: str | Path) -> None:
    """Put a finished folder in the place of another, or where none was.

    On Linux the two folders change names in one step, so a kill leaves either the old one
    or the new one. Where the system or the file system cannot do that, the old folder
    steps aside first; a kill in that instant leaves it under a name from which
    :func:`recover_folder` (which this function calls first) puts it back.

    Parameters
    ----------
    tmp : path
        The finished folder, in the same folder as ``final`` (see
        :func:`temporary_beside`). Gone afterwards; left alone when this fails.
    final : path
        Where it shall stand. A folder that is there is deleted once the new one stands;
        a link to a folder is replaced, and what it points to is left alone.

    Raises
    ------
    OutputError
        When ``final`` is a file, or a folder cannot be renamed or deleted.
    ValueError
        When the two don't have the same parent.
    """
    tmp, final = Path(tmp).absolute(), Path(final).absolute()
    if tmp.parent != final.parent:
        raise ValueError(f"{tmp} and {final} must stand in the same folder")
    recover_folder(final)
    if _is_there(final) and not final.is_dir():
        raise OutputError(
            "There is a file where the model folder should be.",
            where=str(final),
            hint="Choose another name, or move that file away.",
        )
    try:
        if not _is_there(final):
            tmp.rename(final)
            return
        old = tmp if _exchange(tmp, final) else _step_aside(tmp, final)
    except OSError as exc:
        raise _not_written(final, exc) from exc
    _discard(old)


def recover_folder(final: str | Path) -> None:
    """Finish what a kill in the middle of :func:`replace_folder` left undone.

    When ``final`` is missing and its predecessor still stands aside, that one is put
    back; a predecessor beside a finished ``final`` is deleted. Otherwise nothing happens.

    Raises
    ------
    OutputError
        When the folder cannot be renamed or deleted.
    """
    final = Path(final).absolute()
    aside = _aside(final)
    if not _is_there(aside):
        return
    if _is_there(final):
        _discard(aside)
        return
    try:
        aside.rename(final)
    except OSError as exc:
        raise _not_written(final, exc) from exc


def _exchange(one: Path, other: Path) -> bool:
    """Swap two names in one step; False where that cannot be done.

    ``renameat2`` with ``RENAME_EXCHANGE``, see rename(2); Python has no call for it.
    """
    if not sys.platform.startswith("linux"):
        return False
    renameat2 = getattr(ctypes.CDLL(None), "renameat2", None)
    if renameat2 is None:
        return False
    current_folder, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    result = renameat2(
        ctypes.c_int(current_folder),
        ctypes.c_char_p(os.fsencode(one)),
        ctypes.c_int(current_folder),
        ctypes.c_char_p(os.fsencode(other)),
        ctypes.c_uint(exchange),
    )
    # Whatever the reason for a failure, the plain renames that follow will state it.
    return bool(result == 0)


def _step_aside(tmp: Path, final: Path) -> Path:
    """Replace a folder by two renames; return where the old one now is."""
    aside = _aside(final)
    final.rename(aside)
    try:
        tmp.rename(final)
    except BaseException:
        aside.rename(final)
        raise
    return aside


def _aside(final: Path) -> Path:
    return final.with_name(f".{final.name}.old")


def _is_there(path: Path) -> bool:
    return path.is_symlink() or path.exists()


def _discard(old: Path) -> None:
    try:
        if old.is_symlink():
            old.unlink()
        else:
            shutil.rmtree(old)
    except OSError as exc:
        raise OutputError(
            f"The new folder is in place, but the old one could not be deleted: "
            f"{exc.strerror or exc}.",
            where=str(old),
            hint="Delete it by hand.",
        ) from exc


def _not_written(path: str | Path, exc: OSError) -> OutputError:
    return OutputError(
        f"It could not be written: {exc.strerror or exc}. What was there before is untouched.",
        where=str(path),
        hint="Check that the folder exists, that you may write to it and that the disk has room.",
    )
