"""``smclassify triage``: sort what people wrote, row by row."""

from __future__ import annotations

from typing import Any

import click

from smclassify.cli import INTERRUPTED
from smclassify.cli.options import (
    INPUT,
    MODEL,
    OUTPUT,
    TABLE_INPUTS,
    TABLE_OUTPUTS,
    SectionedCommand,
    all_of,
    color_option,
    model_options,
    option,
    table_options,
    threshold_option,
    ui_language_option,
)
from smclassify.labels import CRISIS, PRIVATE_REPLY

_EXAMPLES = (
    "smclassify triage comments.csv -o triaged.csv",
    "smclassify triage may.xlsx june.zip -o triaged.xlsx --sort priority --report triage.html",
    "smclassify triage exports/ -o cases.csv --only private_reply --our-account pedalworks",
    "smclassify triage --inspect export.json",
    "smclassify triage big.csv -o triaged.csv --resume",
    "smclassify triage growing.csv -o new.csv --since growing.seen --force",
    "cat comments.csv | smclassify triage - -o - --format jsonl | jq .sm_kind",
)

_COLUMNS = (
    ("text", "The column with the comments. Columns are found out by default."),
    ("id", "The column with their names."),
    ("time", "The column that says when they were written."),
    ("author", "The column that says by whom."),
    ("platform", "The column that says where."),
    ("thread", "The column with the post or conversation they belong to."),
    ("parent", "The column with the id of the comment that each answers."),
    ("reply", "The column with our answer."),
    ("reply-time", "The column that says when we answered."),
    ("status", "The column that says whether they are answered."),
    ("rating", "The column with stars."),
    ("reach", "The column with likes, shares or views."),
    ("link", "The column that says where they can be seen."),
)

_column_options = all_of(
    *(option(INPUT, f"--{name}-column", metavar="NAME", help=help) for name, help in _COLUMNS)
)

_triage_options = all_of(
    click.argument("files", nargs=-1, required=True, metavar="FILE..."),
    option(INPUT, "--inspect", is_flag=True,
           help="Show what is recognised in the files, and do nothing else."),
    option(INPUT, "--input-format", type=click.Choice(TABLE_INPUTS),
           help="What the files are. By default what their name or content says."),
    option(INPUT, "--sheet", metavar="NAME",
           help="Of workbooks, the sheet to read. By default all that can be seen."),
    _column_options,
    table_options,
    option(INPUT, "--our-account", "accounts", multiple=True, metavar="NAME",
           help="An account of ours: what it writes are answers. Can be given more than once, "
                "besides the handles and brand names of the configuration."),
    option(INPUT, "--since", metavar="FILE",
           help="Pass over rows that an earlier result has, or that a .seen file remembers; "
                "such a file is made and kept up."),
    option(INPUT, "--timezone", metavar="NAME",
           help="Put times that carry an offset there, such as Asia/Seoul. By default they stay "
                "as written."),
    option(INPUT, "--as-of", metavar="TIME",
           help="The moment that ages are counted to. By default the newest comment's."),
    model_options,
    threshold_option((PRIVATE_REPLY, CRISIS)),
    option(MODEL, "--jobs", type=click.IntRange(min=1), metavar="N",
           help="How many processes read, where there is enough to read. By default one for "
                "each core."),
    option(OUTPUT, "-o", "--output", metavar="OUT",
           help="Where the rows go; - for standard output."),
    option(OUTPUT, "--format", "format_", type=click.Choice(TABLE_OUTPUTS),
           help="By default what OUT's ending says; CSV on standard output."),
    option(OUTPUT, "--sort", type=click.Choice(("priority",)),
           help="The most urgent rows first. By default the order of the input."),
    option(OUTPUT, "--only", type=click.Choice((PRIVATE_REPLY,)),
           help="Write only these rows."),
    option(OUTPUT, "--report", metavar="FILE",
           help="Write what was found as a page to read (.html) or for a program (.json)."),
    option(OUTPUT, "--redact", is_flag=True,
           help="Mask personal data in everything that is written."),
    option(OUTPUT, "--raw-cells", is_flag=True,
           help="Leave cells as they are that a spreadsheet would run as a formula."),
    option(OUTPUT, "--resume", is_flag=True,
           help="Go on where an interrupted run to the same OUT stopped."),
    option(OUTPUT, "--force", is_flag=True,
           help="Replace OUT, the report and an unfinished run, if they are there."),
    ui_language_option,
    option(OUTPUT, "-q", "--quiet", is_flag=True, help="Print no summary."),
    color_option,
)  # fmt: skip


@click.command(cls=SectionedCommand, examples=_EXAMPLES)
@_triage_options
@click.pass_context
def triage(ctx: click.Context, /, *, files: tuple[str, ...], **given: Any) -> None:
    """Sort comments by who needs an answer in private, from whom, and how soon.

    Each FILE is an export with a comment a row: .csv, .tsv, .xlsx, .jsonl, .json, .parquet, one
    of these in a .zip or .gz, a folder or a pattern such as "exports/*.csv", or - for standard
    input. Every row comes back once with its own columns as they were, and these beside them:
    sm_lang, sm_kind, sm_private_reply, sm_private_reply_score, sm_department, sm_crisis,
    sm_priority (0 to 100), sm_reasons; and for a label of your own that the model has learned,
    such as recall_topic, sm_recall_topic and sm_recall_topic_score. Columns of these names in
    an input are an earlier triage's and are replaced.

    Exit code 0: every row was handled. 2: the call or the input is wrong, or a row could not
    be read; such rows are listed.
    """
    from smclassify.cli.triage_run import inspect_files, run_triage
    from smclassify.triage.types import TriageInterrupted

    if given.pop("inspect"):
        inspect_files(files, given)
        return
    if given["output"] is None:
        raise click.UsageError("Missing option '-o' / '--output'.", ctx)
    try:
        lost = run_triage(files, given)
    except TriageInterrupted as stopped:
        from smclassify.cli.triage_out import interrupted

        click.echo(f"\n{interrupted(stopped)}", err=True)
        ctx.exit(INTERRUPTED)
    ctx.exit(2 if lost else 0)
