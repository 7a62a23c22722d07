"""What is made sure of before any row is read: the inputs, and the place of the result."""

from __future__ import annotations

import os
from pathlib import Path

from smclassify.errors import InputError, OutputError
from smclassify.exports import STDIN, FoundInputs, InputName, NoTextColumnError
from smclassify.exports.writing.part import is_held
from smclassify.exports.writing.target import (
    being_written,
    cannot_write,
    check_target,
    same_file,
)
from smclassify.exports.writing.workfile import WorkFile, beside, unfinished, work_files
from smclassify.triage.inputs import TriageTable
from smclassify.triage.seen import MEMORY_ENDING
from smclassify.triage.types import TriageOptions, TriageProblem

NO_TEXT = "passed over: no column reads like text"


def open_tables(
    found: FoundInputs, options: TriageOptions
) -> tuple[list[TriageTable], list[TriageProblem]]:
    """Look at all tables; return those with comments in them, and which were passed over.

    A folder, an archive or a workbook brings tables of other things along. One that the user
    has named himself must have comments.

    Raises
    ------
    InputError
        If it hasn't, or no table has, or one cannot be read.
    """
    tables: list[TriageTable] = []
    passed_over = [TriageProblem(one.name, one.reason) for one in found.skipped]
    refused: NoTextColumnError | None = None
    for source in found.inputs:
        try:
            tables.append(TriageTable.of(source, options))
        except NoTextColumnError as error:
            if is_named(source, found):
                raise
            refused = error
            passed_over.append(TriageProblem(str(source), NO_TEXT))
    if refused is not None and not tables:
        raise refused
    return tables, passed_over


def is_named(source: InputName, found: FoundInputs) -> bool:
    """Tell whether the user has named a table himself, not a folder or a workbook around it."""
    return source.member is None and source.sheet is None and source.path in found.names


def keep_inputs(found: FoundInputs, target: str, since: str | None) -> None:
    """Make sure that nothing which is read is replaced or removed.

    Raises
    ------
    OutputError
        If an input stands where the result or a file of the run would be.
    """
    if target == STDIN:
        return
    for source in sorted({*(one.path for one in found.inputs), since or STDIN} - {STDIN}):
        for place in (Path(target), *work_files(target)):
            if same_file(place, source):
                raise OutputError(
                    "is one of the inputs; it would be overwritten.",
                    where=str(place),
                    hint="Give the result another name.",
                )


def check_place(target: str, options: TriageOptions) -> None:
    """Make sure that what is written can be where it is to be, and replaces nothing.

    Raises
    ------
    OutputError
        If it cannot, or there is something that the user hasn't said to replace.
    """
    since = options.since or STDIN
    if since.endswith(MEMORY_ENDING) and not os.path.isdir(since):  # noqa: PTH112 - never raises
        check_target(Path(since))
    if target == STDIN:
        return
    path = Path(target)
    check_target(path)
    check_held(target)
    if path.exists() and not path.is_file():
        raise OutputError("is no ordinary file.", where=target, hint="Use - for standard output.")
    if options.force or (options.resume and unfinished(target)):
        return
    if unfinished(target):
        raise OutputError(
            "an earlier run to it was interrupted.",
            where=target,
            hint="Go on with --resume, or start from the beginning with --force.",
        )
    if path.exists():
        raise OutputError(
            "is there already.",
            where=target,
            hint="Give the result another name, or replace it with --force.",
        )


def check_held(target: str) -> None:
    """Make sure that no other run is writing to the same place.

    Raises
    ------
    OutputError
        If one is, or that cannot be told.
    """
    try:
        held = is_held(beside(target, "part"))
    except OSError as error:
        raise cannot_write(target, error, None) from error
    if held:
        raise being_written(target)


def resumable(error: InputError | OutputError, work: WorkFile) -> InputError | OutputError:
    """Return an error that also says that a run can be gone on with, if it can."""
    hint = error.hint or "Mend that."
    if work.would_keep() is None or "--resume" in hint or "--force" in hint:
        return error
    return type(error)(error.message, where=error.where, hint=f"{hint} Then go on with --resume.")
