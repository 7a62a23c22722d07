"""Where a result goes: which format, whether it can be written there, standard output."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Final

from smclassify.errors import OutputError
from smclassify.exports.reading.archive import SHEET_COLUMNS
from smclassify.exports.reading.parquet import pyarrow_parquet
from smclassify.exports.reading.source import ENDINGS, STDIN

TEXT_FORMATS: Final = ("csv", "tsv", "jsonl")
OUTPUT_FORMATS: Final = (*TEXT_FORMATS, "xlsx", "parquet")

_WHY = {
    errno.ENOSPC: ("the disk is full.", "Make room"),
    errno.EDQUOT: ("your share of the disk is used up.", "Make room"),
    errno.EACCES: ("you may not write here.", "Write somewhere else"),
    errno.EPERM: ("you may not write here.", "Write somewhere else"),
    errno.EROFS: ("this disk can only be read.", "Write somewhere else"),
}


class OutputClosedError(OutputError):
    """Whoever read our standard output has stopped reading. No fault: leave quietly."""


def output_format(target: str | Path, wanted: str | None) -> str:
    """Tell the format to write: as asked for, else by the target's ending.

    Raises
    ------
    OutputError
        If it cannot be told, or cannot be written there.
    MissingExtraError
        If it is Parquet and pyarrow is not installed.
    """
    to_stdout = str(target) == STDIN
    suffix = Path(target).suffix.lower()
    chosen = wanted or ("csv" if to_stdout else ENDINGS.get(suffix, suffix))
    formats = TEXT_FORMATS if to_stdout else OUTPUT_FORMATS
    if chosen not in formats:
        message = f"cannot be written as “{chosen}”." if chosen else "its name has no ending."
        hint = f"Use {', '.join(formats)}, as --format or as the name's ending."
        raise OutputError(message, where=shown_name(target), hint=hint)
    if chosen == "parquet":
        pyarrow_parquet()
    return chosen


def check_target(target: Path) -> None:
    """Make sure that a file could be there.

    Raises
    ------
    OutputError
        If the target is a folder, or its folder is missing or may not be written to.
    """
    try:
        is_folder, is_file = target.is_dir(), target.is_file() or not target.exists()
        has_folder = target.parent.is_dir()
    except OSError as error:  # a name that is too long, a folder that we may not look into
        raise cannot_write(target, error, None) from error
    if is_folder:
        raise OutputError("is a folder.", where=str(target), hint="Name a file in it.")
    if not has_folder:
        raise OutputError(
            f"there is no folder “{target.parent}”.",
            where=str(target),
            hint="Make it first, or write somewhere else.",
        )
    if is_file and not os.access(target.parent, os.W_OK):
        denied = PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        raise cannot_write(target, denied, None)


def check_width(target: str | Path, format: str, columns: int) -> None:
    """Make sure that a format has room for so many columns.

    Raises
    ------
    OutputError
        If it has not.
    """
    if format == "xlsx" and columns > SHEET_COLUMNS:
        raise OutputError(
            f"a sheet has room for {SHEET_COLUMNS:,} columns, not {columns:,}.",
            where=shown_name(target),
            hint="Write CSV or JSONL instead.",
        )


def shown_name(target: str | Path) -> str:
    """Return what messages call a target."""
    return "standard output" if str(target) == STDIN else str(target)


def same_file(one: str | Path, other: str | Path) -> bool:
    """Whether two names are one file's, of one that is there or of one to be made."""
    if os.path.realpath(one) == os.path.realpath(other):
        return True
    try:
        return Path(one).samefile(other)
    except (OSError, ValueError):
        return False


def being_written(target: str | Path) -> OutputError:
    """Return the error that says that another run has the same target."""
    message = "another run is writing it at this moment."
    hint = "Wait until that has ended, or give the result another name."
    return OutputError(message, where=shown_name(target), hint=hint)


def cannot_write(target: str | Path, error: OSError, kept: Path | None) -> OutputError:
    """Return the error that says why a result could not be written, and what to do."""
    message, hint = _WHY.get(
        error.errno or 0, (f"cannot be written: {error.strerror or error}.", "Mend that")
    )
    after = ", then go on with --resume." if kept is not None else ", then try again."
    return OutputError(message, where=shown_name(target), hint=hint + after)


def write_stdout(data: bytes) -> None:
    """Write to standard output at once.

    Raises
    ------
    OutputClosedError
        If nobody reads it any more.
    OutputError
        If it leads to a file that cannot be written.
    """
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError as error:
        _silence_stdout()
        raise OutputClosedError("was closed by its reader.", where=shown_name(STDIN)) from error
    except OSError as error:
        _silence_stdout()
        raise cannot_write(STDIN, error, None) from error


def _silence_stdout() -> None:
    # Python flushes what is left when it exits, and would complain a second time.
    # (https://docs.python.org/3/library/signal.html#note-on-sigpipe)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)
