"""What ``smclassify triage`` says beside its rows: summary, report, notes."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from smclassify.cli.console import Renderer, print_notes, refuse_existing, stdout_bytes
from smclassify.errors import OutputError
from smclassify.exports import STDIN
from smclassify.exports.writing.target import check_target, same_file, write_stdout
from smclassify.triage.types import TriageInterrupted, TriageSummary

_PAGES: Final = (".html", ".htm")
_MACHINES: Final = ".json"


def check_report(report: str, others: Iterable[str], *, force: bool) -> None:
    """Make sure, before the work begins, that the report can be written.

    Raises
    ------
    OutputError
        If its name doesn't say what it is, it has no folder, is there already and is not to
        be replaced, or is another file of this call.
    """
    path = Path(report)
    if path.suffix.lower() not in (*_PAGES, _MACHINES):
        raise OutputError(
            "a report is a page (.html) or JSON (.json).",
            where=report,
            hint="Give its name one of these endings.",
        )
    check_target(path)
    for other in others:
        if other != STDIN and same_file(path, other):
            raise OutputError(
                "is named twice, as a report and as something else.",
                where=report,
                hint="Give the report a name of its own.",
            )
    hint = "Give the report another name, or replace it with --force."
    refuse_existing(report, force=force, hint=hint)


def write_report(summary: TriageSummary, report: str, ui_language: str) -> None:
    """Write the report, whole or not at all.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    from smclassify.model.files import replacing
    from smclassify.report.triage_page import triage_json, triage_page

    if Path(report).suffix.lower() in _PAGES:
        data = triage_page(summary, datetime.now(UTC), ui_language=ui_language)
    else:
        data = triage_json(summary)
    with replacing(report, unique=False) as file:
        file.write(data)


def print_triage_notes(summary: TriageSummary, crashes: int = 0) -> None:
    """List the rows that could not be read, and what else was odd.

    Parameters
    ----------
    summary : TriageSummary
    crashes : int
        How many times a worker process has died.
    """
    if crashes:
        again = "what it was reading was read again" if not summary.rows_unread else "see below"
        died = f"a worker process died{f' {crashes} times' if crashes > 1 else ''}"
        click.echo(f"Note: {died}; {again}.", err=True)
    lost = [str(problem) for problem in summary.problems if problem.lost]
    other = [str(problem) for problem in summary.problems if not problem.lost]
    print_notes(lost, other, summary.problems_total)


def print_summary(summary: TriageSummary, color: bool | None, ui_language: str) -> None:
    """Print the summary: on standard output, unless the rows went there."""
    from smclassify.report.triage_text import triage_view

    rows_there = summary.target == STDIN
    renderer = Renderer.for_stream(sys.stderr if rows_there else sys.stdout, color)
    text = renderer.text(triage_view(summary, ui_language=ui_language))
    if rows_there:
        click.echo(text, err=True, nl=False, color=True)
    else:
        write_stdout(stdout_bytes(text))


def interrupted(stopped: TriageInterrupted) -> str:
    """Say how far an interrupted run came and whether it can go on."""
    if stopped.kept is None:
        return "Stopped. Nothing was written."
    return (
        f"Stopped after {stopped.rows:,} rows. "
        "The same call with --resume goes on from there; "
        f"the unfinished result is {stopped.kept}."
    )
