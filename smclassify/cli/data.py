"""``smclassify data``: look after labelled texts, and fetch public ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from smclassify.cli.console import print_json, print_view
from smclassify.cli.data_fetch import fetch
from smclassify.cli.data_write import dedupe, split
from smclassify.cli.labelled_options import data_argument, labelled_options, read_options
from smclassify.cli.options import OUTPUT, SectionedCommand, all_of, color_option, option

if TYPE_CHECKING:
    from smclassify.errors import TrainingError

_TO_MEND: Final = 1

_shown_options = all_of(
    option(OUTPUT, "--format", "format_", type=click.Choice(("text", "json")), default="text",
           show_default=True, help="How it is shown."),
    color_option,
)  # fmt: skip


@click.group()
def data() -> None:
    """Check, count, split and clean labelled texts; fetch public ones."""


data.add_command(split)
data.add_command(dedupe)
data.add_command(fetch)


@data.command(
    cls=SectionedCommand,
    examples=(
        "smclassify data validate labelled.xlsx",
        "smclassify data validate may.csv june.csv --map Beschwerde=complaint --all",
    ),
)
@data_argument
@labelled_options
@option(OUTPUT, "--all", "all_", is_flag=True, help="Show every finding, not the first of each.")
@_shown_options
def validate(
    *, data: tuple[str, ...], all_: bool, format_: str, color: bool | None, **reading: Any
) -> None:
    """Say what is wrong or doubtful in labelled texts, by file and row.

    Rows are counted from 1 after the header. Exit code 0: nothing to mend. 1: something to
    mend. 2: the call is wrong, or a file cannot be read.
    """
    from smclassify.errors import TrainingError
    from smclassify.report.labelled_files import file_sections, validation_record, validation_view
    from smclassify.report.labelled_text import needs_mending
    from smclassify.training.looking import look_at

    options = read_options(**reading)
    try:
        files, looked = look_at(data, options)
    except TrainingError as error:  # of the sheet: what it holds is not understood
        _refused(error, format_)
        raise SystemExit(_TO_MEND) from error
    surveys = [one.survey for one in looked.values()]
    sections = file_sections(files)
    to_mend = any(map(needs_mending, surveys)) or any(section.mend for section in sections)
    if format_ == "json":
        print_json(validation_record(sections, surveys, to_mend=to_mend))
    else:
        print_view(validation_view(files, sections, surveys, to_mend=to_mend, every=all_), color)
    if to_mend:
        raise SystemExit(_TO_MEND)


def _refused(error: TrainingError, format_: str) -> None:
    """Show why the texts of a sheet cannot even be looked at."""
    if format_ == "json":
        refusal = {"message": error.message, "where": error.where, "hint": error.hint}
        print_json({"to_mend": True, "not_understood": refusal})
        return
    from smclassify.report.clean import safe

    print_view([safe(str(error)), "", "To mend first: the rest is looked at after that."], None)


@data.command(
    cls=SectionedCommand,
    examples=("smclassify data stats labelled.xlsx", "smclassify data stats *.csv --format json"),
)
@data_argument
@labelled_options
@_shown_options
def stats(*, data: tuple[str, ...], format_: str, color: bool | None, **reading: Any) -> None:
    """Count labels, languages, lengths, copies, authors and threads."""
    from smclassify.report.labelled_parts import statistics_record, statistics_view
    from smclassify.training.looking import look_at
    from smclassify.training.statistics import statistics_of

    _, looked = look_at(data, read_options(**reading))
    found = [(one.survey, statistics_of(one.texts, one.languages)) for one in looked.values()]
    if format_ == "json":
        print_json({one.task.value: statistics_record(one, counted) for one, counted in found})
        return
    for survey, counted in found:
        print_view(statistics_view(survey, counted), color)
