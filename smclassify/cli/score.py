"""``smclassify score``: look at drafts before they are published."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import click

from smclassify.cli.options import (
    INPUT,
    MODEL,
    OUTPUT,
    TABLE_INPUTS,
    SectionedCommand,
    all_of,
    color_option,
    model_options,
    option,
    reading_options,
    threshold_option,
    ui_language_option,
)
from smclassify.labels import FLAGS, Task

if TYPE_CHECKING:
    from smclassify.classifier import Classifier
    from smclassify.cli.drafts_out import DraftWriter
    from smclassify.cli.drafts_set import DraftSet
    from smclassify.cli.inputs import DraftReader

_EXAMPLES = (
    'smclassify score "ONLY TODAY!!! Buy now" "How do you store your bike?"',
    "smclassify score drafts.csv posts/*.md --platform instagram",
    "smclassify score drafts.xlsx -o drafts.html",
    "cat drafts.txt | smclassify score - --format jsonl | jq .flags",
    "smclassify score - --input-format text < one-long-post.txt",
)

_score_options = all_of(
    click.argument("drafts", nargs=-1, required=True, metavar="DRAFT..."),
    option(INPUT, "--input-format", type=click.Choice(("text", "lines", *TABLE_INPUTS)),
           help="What files and standard input are: one draft (text), a draft a line (lines), "
                "or a table. By default what their name or content says."),
    reading_options,
    option(INPUT, "--platform", metavar="NAME",
           help="Where all drafts are to appear, such as instagram. By default what a table's "
                "platform column says."),
    model_options,
    threshold_option(FLAGS),
    option(MODEL, "--each-alone", is_flag=True,
           help="Judge each draft alone: don't look for drafts that repeat others, nor at how "
                "many hold links or offers, speak of the company alone, or leave days without "
                "a post."),
    option(OUTPUT, "--format", "format_", type=click.Choice(("text", "jsonl", "csv", "html")),
           help="By default what the ending of -o says, else text."),
    option(OUTPUT, "-o", "--output", default="-", metavar="FILE",
           help="Where to write. By default standard output."),
    ui_language_option,
    color_option,
)  # fmt: skip


def _known_platform(name: str | None) -> str | None:
    if name is None:
        return None
    from smclassify.policy.platforms import platform_key, platforms

    key = platform_key(name)
    if key is None:
        known = ", ".join(platforms())
        raise click.BadParameter(f"{name!r} is not known. Known: {known}.", param_hint="--platform")
    return key


@click.command(cls=SectionedCommand, examples=_EXAMPLES)
@_score_options
@click.pass_context
def score(
    ctx: click.Context,
    /,
    *,
    drafts: tuple[str, ...],
    platform: str | None,
    lang: str | None,
    model: str,
    config: str | None,
    policy: str | None,
    ui_lang: str | None,
    thresholds: tuple[tuple[str, float], ...],
    each_alone: bool,
    format_: str | None,
    output: str,
    color: bool | None,
    **reading: str | None,
) -> None:
    """Check drafts before they are published.

    Each DRAFT is the text itself, a .txt or .md file with one draft in it, a table with a
    draft a row (.csv, .tsv, .xlsx, .jsonl, .json, .parquet), or - for standard input. A draft
    that begins with a dash goes after --.

    Standard input is read as a draft a line, or as JSONL if it begins like that. For a draft
    of several lines say --input-format text; for a table, --input-format csv.

    The drafts of one call are a set: the same text twice, one template with other words, too
    many links, offers or posts about yourself, and long silences are found as well.

    Flagged drafts are shown with what is wrong where, why, and what would mend it; clean ones
    are only counted. Exit code 0: nothing flagged. 1: something flagged. 2: the call or the
    input is wrong, or a row could not be read.
    """
    from smclassify.cli.console import (
        open_output,
        print_notes,
        progress_bar,
        refuse_overwriting,
    )
    from smclassify.cli.drafts_out import choose_format, draft_writer, lost_rows
    from smclassify.cli.drafts_set import DraftSet
    from smclassify.cli.inputs import DraftReader, ReadOptions
    from smclassify.cli.lazy import UserError
    from smclassify.cli.setup import load_classifier, model_folder, note_unlearned
    from smclassify.model.decision import checked_thresholds

    format_ = choose_format(format_, output)
    refuse_overwriting(output, drafts)
    common = {"platforms": _known_platform(platform), "langs": lang}
    with ExitStack() as stack:
        reader = DraftReader.open(drafts, ReadOptions(**reading), stack)
        folder = model_folder(model)
        classifier = load_classifier(folder, config, policy, ui_lang)
        note_unlearned(folder, Task.DRAFTS, lang)
        own = classifier.own_labels(Task.DRAFTS)
        wanted = {**common, "thresholds": checked_thresholds(Task.DRAFTS, dict(thresholds), own)}
        write = stack.enter_context(open_output(output))
        show = stack.enter_context(
            progress_bar("Reading drafts", quiet=output == "-" and _on_terminal())
        )
        together = None if each_alone else DraftSet(classifier.config)
        with draft_writer(format_, output, write, color, own) as writer:
            _score_all(classifier, reader, writer, together, wanted=wanted, show=show)
            said = together.remarks() if together else []
            if writer.shows_remarks:
                writer.remarks, said = said, []
        lost, other, total = reader.notes()
        other += [f"in the result, {problem}" for problem in writer.problems]
    print_notes(lost, [*said, *other], total + writer.problems.total + len(said))
    if reader.lost:
        raise UserError(lost_rows(reader.lost))
    ctx.exit(1 if writer.counts.flagged else 0)


def _on_terminal() -> bool:
    import sys

    return sys.stdout.isatty()


def _score_all(
    classifier: Classifier,
    reader: DraftReader,
    writer: DraftWriter,
    together: DraftSet | None,
    *,
    wanted: dict[str, Any],
    show: Callable[[int], None],
) -> None:
    done = 0
    for batch in reader.batches():
        results = classifier.score(
            [draft.text for draft in batch],
            ids=[draft.id for draft in batch],
            platforms=wanted["platforms"] or [draft.platform for draft in batch],
            langs=wanted["langs"] or [draft.lang for draft in batch],
            thresholds=wanted["thresholds"] or None,
        )
        if together is not None:
            results = together.add(
                results,
                wanted["platforms"] or [draft.platform for draft in batch],
                [draft.time for draft in batch],
            )
        writer.add(results)
        done += len(batch)
        show(done)
