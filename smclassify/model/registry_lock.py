"""One process at a time changes a registry; who is killed in the middle leaves nothing behind.

Locks are the operating system's (the ``filelock`` library): they end with the process that
holds them, however it ends. Readers need none, since all that changes appears by a rename.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from smclassify.errors import ModelError, OutputError
from smclassify.model.registry_state import STATE_FILE

PATIENCE: Final = 30.0
"""Seconds. A change takes a fraction of one: models are made before the lock is taken."""

_LOCK: Final = ".lock"
_HOLDER: Final = ".lock-holder"
_BUILDING: Final = ".building-"
_REMOVED: Final = ".removed-"
_LONGEST_NOTE: Final = 300


@contextmanager
def changing(root: Path, what: str, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the registry's lock, and clean up first what killed processes left.

    Parameters
    ----------
    root : Path
        The registry's folder; made where there is none.
    what : str
        What is being done, in words, for those who wait.
    patience : float
        Seconds to wait for another process.

    Raises
    ------
    ModelError
        If another process holds the lock for longer.
    OutputError
        If the folder cannot be written.
    """
    lock = FileLock(root / _LOCK)
    try:
        root.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=patience)
    except Timeout as error:
        raise ModelError(
            f"Another smclassify ({_holder(root)}) is changing your models; this one ({what}) has "
            f"waited {patience:g} seconds for it.",
            where=str(root),
            hint="Try again when it is done.",
        ) from error
    except OSError as error:
        raise _cannot_write(root, error) from error
    try:
        _note_holder(root, what)
        _sweep(root)
        yield
    except OSError as error:
        raise _cannot_write(root, error) from error
    finally:
        lock.release()


@contextmanager
def building(root: Path, what: str, patience: float = PATIENCE) -> Iterator[Path]:
    """Give a hidden folder to make a model in, for as long as that takes.

    The registry's lock is not held meanwhile. The folder has a lock of its own, by which others
    know that whoever made it lives; it is deleted at the end, or after a kill by the next change.

    Raises
    ------
    ModelError, OutputError
        As :func:`changing`.
    """
    folder = root / f"{_BUILDING}{secrets.token_hex(8)}"
    alive = FileLock(_life_of(folder))
    with changing(root, what, patience):
        alive.acquire(timeout=0)
        folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        alive.release()
        _life_of(folder).unlink(missing_ok=True)


def discard(root: Path, folder: Path) -> None:
    """Take a version away: out of sight in one step, then deleted. The lock must be held."""
    gone = root / f"{_REMOVED}{secrets.token_hex(8)}"
    folder.rename(gone)
    _delete(gone)


def _delete(gone: Path) -> None:
    """Delete what nobody sees any more; what is left of it, the next change tries again."""
    with suppress(OSError):
        for file in gone.iterdir():
            file.chmod(0o600)  # Windows deletes no read-only files
    shutil.rmtree(gone, ignore_errors=True)


def _life_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.lock")


def _sweep(root: Path) -> None:
    """Delete what processes left that were killed. The lock must be held."""
    for gone in root.glob(f"{_REMOVED}*"):
        _delete(gone)
    for half_written in root.glob(f".{STATE_FILE}.*.tmp"):
        half_written.unlink(missing_ok=True)
    for life in root.glob(f"{_BUILDING}*.lock"):
        alive = FileLock(life)
        try:
            alive.acquire(timeout=0)
        except Timeout:
            continue
        try:
            shutil.rmtree(life.with_name(life.name.removesuffix(".lock")), ignore_errors=True)
        finally:
            alive.release()
        life.unlink(missing_ok=True)
    for folder in root.glob(f"{_BUILDING}*"):
        if folder.suffix != ".lock" and not _life_of(folder).exists():
            shutil.rmtree(folder, ignore_errors=True)


def _note_holder(root: Path, what: str) -> None:
    """Write who holds the lock, for the message to those who wait for it in vain."""
    note = f"process {os.getpid()}, {what}, since {datetime.now():%H:%M:%S}"
    with suppress(OSError):  # without the note, the message says less: no reason not to go on
        (root / _HOLDER).write_text(note[:_LONGEST_NOTE], encoding="utf-8")


def _holder(root: Path) -> str:
    try:
        with (root / _HOLDER).open(encoding="utf-8", errors="replace") as file:
            said = file.read(_LONGEST_NOTE)
    except OSError:
        return "which did not say who it is"
    return "".join(char if char.isprintable() else "�" for char in said)


def _cannot_write(root: Path, error: OSError) -> OutputError:
    return OutputError(
        f"Your models cannot be changed: {error.strerror or error}. They are as they were.",
        where=error.filename or str(root),
        hint="Check that you may write to that folder and that the disk has room.",
    )
