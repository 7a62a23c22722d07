"""``smclassify triage``: sort what people wrote, row by row."""

from __future__ import annotations

import click

from smclassify.cli import INTERRUPTED
from smclassify.cli.options import (
    INPUT,
    OUTPUT,
    TABLE_INPUTS,
    TABLE_OUTPUTS,
    SectionedCommand,
    all_of,
    color_option,
    model_options,
    option,
    reading_options,
    threshold_option,
)
from smclassify.labels import CRISIS, PRIVATE_REPLY

_EXAMPLES = (
    "smclassify triage comments.csv -o triaged.csv",
    "smclassify triage may.xlsx june.xlsx -o triaged.xlsx --sort priority --report triage.html",
    "smclassify triage comments.jsonl -o cases.csv --only private_reply",
    "smclassify triage big.csv -o triaged.csv --resume",
    "cat comments.csv | smclassify triage - -o - --format jsonl | jq .sm_kind",
)

_triage_options = all_of(
    click.argument("files", nargs=-1, required=True, metavar="FILE..."),
    option(INPUT, "--input-format", type=click.Choice(TABLE_INPUTS),
           help="What the files are. By default what their name or content says."),
    reading_options,
    model_options,
    threshold_option((PRIVATE_REPLY, CRISIS)),
    option(OUTPUT, "-o", "--output", required=True, metavar="OUT",
           help="Where the rows go; - for standard output."),
    option(OUTPUT, "--format", "format_", type=click.Choice(TABLE_OUTPUTS),
           help="By default what OUT's ending says; CSV on standard output."),
    option(OUTPUT, "--sort", type=click.Choice(("priority",)),
           help="The most urgent rows first. By default the order of the input."),
    option(OUTPUT, "--only", type=click.Choice((PRIVATE_REPLY,)),
           help="Write only these rows."),
    option(OUTPUT, "--report", metavar="FILE",
           help="Write what was found as a page to read (.html) or for a program (.json)."),
    option(OUTPUT, "--resume", is_flag=True,
           help="Go on where an interrupted run to the same OUT stopped."),
    option(OUTPUT, "-q", "--quiet", is_flag=True, help="Print no summary."),
    color_option,
)  # fmt: skip


@click.command(cls=SectionedCommand, examples=_EXAMPLES)
@_triage_options
@click.pass_context
def triage(
    ctx: click.Context,
    /,
    *,
    files: tuple[str, ...],
    model: str,
    config: str | None,
    policy: str | None,
    thresholds: tuple[tuple[str, float], ...],
    format_: str | None,
    output: str,
    report: str | None,
    quiet: bool,
    color: bool | None,
    **how: str | bool | None,
) -> None:
    """Sort comments by who needs an answer in private, from whom, and how soon.

    Each FILE is an export with a comment a row: .csv, .tsv, .xlsx, .jsonl, .json, .parquet, or
    - for standard input. Every row comes back once with its own columns as they were, and
    these beside them: sm_lang, sm_kind, sm_private_reply, sm_private_reply_score,
    sm_department, sm_crisis, sm_priority (0 to 100), sm_reasons. Columns of these names in an
    input are an earlier triage's and are replaced.

    Exit code 0: every row was handled. 2: the call or the input is wrong, or a row could not
    be read; such rows are listed.
    """
    from smclassify.cli.console import progress_bar
    from smclassify.cli.setup import judge_of, load_classifier
    from smclassify.cli.triage_out import (
        check_report,
        interrupted,
        print_summary,
        print_triage_notes,
        write_report,
    )
    from smclassify.report.html import LISTED
    from smclassify.triage import TriageInterrupted, TriageOptions, triage_tables

    if report is not None:
        check_report(report, [output, *files])
    classifier = load_classifier(model, config, policy)
    options = TriageOptions(
        format=format_,
        thresholds=dict(thresholds),
        judge=judge_of(model, classifier),
        listed=LISTED,
        **how,  # type: ignore[arg-type]
    )
    try:
        with progress_bar("Reading comments") as show:
            summary = triage_tables(classifier, files, output, options=options, progress=show)
    except TriageInterrupted as stopped:
        click.echo(f"\n{interrupted(stopped)}", err=True)
        ctx.exit(INTERRUPTED)
    if report is not None:
        write_report(summary, report)
    print_triage_notes(summary)
    if not quiet:
        print_summary(summary, color)
    ctx.exit(2 if summary.rows_lost else 0)
