"""What is made sure of before any row is read: the inputs, and the place of the result."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from smclassify.errors import InputError, OutputError
from smclassify.exports import STDIN, FoundInputs, InputName, NoTextColumnError
from smclassify.exports.writing.target import check_target
from smclassify.exports.writing.workfile import WorkFile, unfinished
from smclassify.triage.inputs import TriageTable
from smclassify.triage.types import TriageOptions, TriageProblem

NO_TEXT = "passed over: no column reads like text"


def open_tables(
    found: FoundInputs, named: Sequence[str], options: TriageOptions
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
            if is_named(source, named):
                raise
            refused = error
            passed_over.append(TriageProblem(str(source), NO_TEXT))
    if refused is not None and not tables:
        raise refused
    return tables, passed_over


def is_named(source: InputName, named: Sequence[str]) -> bool:
    """Tell whether the user has named a table himself, not a folder or a workbook around it."""
    return source.member is None and source.sheet is None and source.path in named


def check_place(found: FoundInputs, target: str, options: TriageOptions) -> None:
    """Make sure that the result can be written where it is to be, and replaces nothing.

    Raises
    ------
    OutputError
        If it cannot, or there is something that the user hasn't said to replace.
    """
    if target == STDIN:
        return
    path = Path(target)
    check_target(path)
    if path.exists() and not path.is_file():
        raise OutputError("is no ordinary file.", where=target, hint="Use - for standard output.")
    for source in {*(one.path for one in found.inputs), options.since or STDIN} - {STDIN}:
        if path.exists() and Path(source).exists() and path.samefile(source):
            raise OutputError(
                "is one of the inputs; it would be overwritten.",
                where=target,
                hint="Give the result another name.",
            )
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


def resumable(error: InputError, work: WorkFile) -> InputError:
    """Return an error that also says that a run can be gone on with, if it can."""
    if work.would_keep() is None:
        return error
    hint = f"{error.hint or 'Mend that.'} Then go on with --resume."
    return InputError(error.message, where=error.where, hint=hint)
