"""``smclassify annotate``: label texts by hand, and compare two people's labels."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

import click

from smclassify.cli.options import (
    INPUT,
    MODEL,
    MODEL_NAME,
    OUTPUT,
    LanguageCode,
    SectionedCommand,
    all_of,
    color_option,
    option,
    reading_options,
)
from smclassify.labels import Task

if TYPE_CHECKING:
    from collections.abc import Callable

    from smclassify.annotating.candidates import Candidates
    from smclassify.annotating.result import ResultFile
    from smclassify.annotating.scheme import Scheme
    from smclassify.annotating.session import Guess, Item

_EXAMPLES = (
    "smclassify annotate comments.csv -o labels.csv",
    "smclassify annotate comments.csv -o labels.csv --limit 50 --annotator Ana",
    "smclassify annotate exports/ -o labels.csv --labels private_reply,kind --pool 20000",
    "smclassify annotate posts.xlsx -o labels.csv --task drafts --new-label tone_deaf",
    "smclassify annotate --compare ana.csv ben.csv -o disagreements.csv",
)
_ORDERS: Final = ("uncertain", "random", "file")

_annotate_options = all_of(
    click.argument("files", nargs=-1, required=True, metavar="FILE..."),
    reading_options,
    option(INPUT, "--lang", type=LanguageCode(), metavar="CODE",
           help="The language of all texts, such as fr. By default each text's own is told."),
    option(INPUT, "--pool", type=click.IntRange(min=1), metavar="N",
           help="Choose among so many texts, drawn at random, where there are very many."),
    option(MODEL, "--task", type=click.Choice([task.value for task in Task]),
           default=Task.COMMENTS.value, show_default=True,
           help="What the texts are: drafts of ours, or comments of others."),
    option(MODEL, "--labels", metavar="NAME,NAME",
           help="Ask only for these: kind, private_reply, department, crisis; of drafts spammy, "
                "self_centered, off_policy, and reasons, which are asked for only if named."),
    option(MODEL, "--new-label", "new_labels", multiple=True, metavar="NAME",
           help="Ask for a label of your own, too. Can be given more than once."),
    option(MODEL, "--order", type=click.Choice(_ORDERS), default="uncertain", show_default=True,
           help="Which texts come first: those that teach the model most, any, or the file's."),
    option(MODEL, "--seed", type=click.IntRange(min=0), default=0, show_default=True, metavar="N",
           help="Of the random order and of --pool."),
    option(MODEL, "--limit", type=click.IntRange(min=1), metavar="N",
           help="Show so many texts at most."),
    option(MODEL, "--show-guess", is_flag=True,
           help="Show what the model thinks. Hidden by default, so that it doesn't sway you; "
                "the key g shows it, too."),
    option(MODEL, "--model", default="default", show_default=True, metavar=MODEL_NAME,
           help="The model that is to learn from this."),
    option(MODEL, "--config", metavar="FILE",
           help="The configuration. By default smclassify.toml in this folder, if there is one."),
    option(OUTPUT, "-o", "--output", metavar="OUT",
           help="The sheet of labels: .csv, .tsv or .jsonl. One that is there is gone on with."),
    option(OUTPUT, "--annotator", default="", metavar="NAME",
           help="Who labels; goes into the sheet."),
    option(OUTPUT, "--compare", is_flag=True,
           help="Compare two sheets of labels of the same texts; -o gets the disagreements."),
    option(OUTPUT, "--format", "format_", type=click.Choice(("text", "json")), default="text",
           show_default=True, help="Of the comparison."),
    color_option,
)  # fmt: skip


@click.command(cls=SectionedCommand, examples=_EXAMPLES)
@_annotate_options
@click.pass_context
def annotate(ctx: click.Context, /, *, files: tuple[str, ...], **given: Any) -> None:
    """Label texts by hand, one at a time, one key a label.

    FILE is an export with a text a row, as for triage. The sheet OUT is written after every
    text, so nothing is lost however the session ends; the same call goes on from there. It can
    be given to train and evaluate as it is.

    Keys are shown below each text. u takes back the last one, k skips, h explains the labels,
    x ends. Letters and digits both work.
    """
    if given["compare"]:
        _compare(ctx, files, given)
        return
    if given["output"] is None:
        raise click.UsageError("Missing option '-o' / '--output'.", ctx)
    from smclassify.annotating.result import ResultFile
    from smclassify.annotating.scheme import Scheme
    from smclassify.cli.annotate_terminal import check_terminal
    from smclassify.cli.console import refuse_overwriting

    wanted = [name.strip() for name in (given["labels"] or "").split(",") if name.strip()]
    scheme = Scheme.of(Task(given["task"]), wanted, given["new_labels"])
    check_terminal()
    refuse_overwriting(given["output"], files)
    with ResultFile(given["output"], scheme, given["annotator"]) as result:
        _label(files, result, scheme, given)


def _label(
    files: tuple[str, ...], result: ResultFile, scheme: Scheme, given: dict[str, Any]
) -> None:
    """Read, order, label, and say what was done."""
    from smclassify.annotating.session import Session
    from smclassify.cli.annotate_terminal import run_session
    from smclassify.cli.console import print_notes, progress_bar, wants_color

    with progress_bar("Reading") as progress:
        found = _candidates(files, result.texts, given, progress)
    print_notes(found.notes, (), len(found.notes))
    if found.gone:
        gone = f"{found.gone:,} texts of {result.path} are not in the input any more; they stay."
        print_notes((), [gone], 1)
    if not found.items:
        click.echo(f"Every text is labelled in {result.path} already.", err=True)
        return
    result.bom = result.bom or (found.bom and not result.rows)
    with progress_bar("Choosing") as progress:
        items, guess = _ordered(found, result.texts, scheme, given, progress)
    session = Session(items, scheme, guess=guess, show_guess=given["show_guess"])
    run_session(
        session,
        lambda: result.save(items, session.done),
        color=wants_color(given["color"], sys.stdout),
    )
    click.echo(_summary(len(session.done), len(result.rows), found, result), err=True)


def _summary(done: int, before: int, found: Candidates, result: ResultFile) -> str:
    left = found.found - done
    texts = "1 text" if done == 1 else f"{done:,} texts"
    if not done and not before:
        return "Nothing labelled."
    return (
        f"{texts} labelled now, {before + done:,} in {result.path}; {left:,} left. "
        "The same call goes on."
    )


def _candidates(
    files: tuple[str, ...],
    labelled: list[str],
    given: dict[str, Any],
    progress: Callable[[int], None],
) -> Candidates:
    from smclassify.annotating.candidates import ReadingOptions, read_candidates
    from smclassify.exports import Role

    named = {Role.TEXT: given["text_column"], Role.ID: given["id_column"]}
    options = ReadingOptions(
        columns={role: name for role, name in named.items() if name is not None},
        lang=given["lang"],
        encoding=given["encoding"],
        delimiter=given["delimiter"],
        pool=given["pool"],
        seed=given["seed"],
    )
    return read_candidates(files, options, labelled, progress)


def _ordered(
    found: Candidates,
    labelled: list[str],
    scheme: Scheme,
    given: dict[str, Any],
    progress: Callable[[int], None],
) -> tuple[list[Item], Callable[[int], Guess] | None]:
    """Return the texts in the order in which they are shown, and what guesses of each."""
    from dataclasses import replace

    from smclassify.annotating.order import languages_of, simple_order

    if given["order"] != "uncertain" and not given["show_guess"]:
        order = simple_order(len(found.items), given["order"], given["limit"], given["seed"])
        items = [found.items[place] for place in order]
        languages = languages_of(items)
        return [replace(it, lang=told) for it, told in zip(items, languages, strict=True)], None
    from smclassify.annotating.choosing import Appraisal
    from smclassify.cli.setup import load_classifier

    classifier = load_classifier(given["model"], given["config"], None)
    thresholds = classifier.panel.thresholds(scheme.task, classifier.config.thresholds)
    appraisal = Appraisal(classifier.panel, thresholds, scheme, found.items, progress)
    if given["order"] == "uncertain":
        order = appraisal.order(given["limit"], labelled)
    else:
        order = simple_order(len(found.items), given["order"], given["limit"], given["seed"])
    items = [replace(found.items[one], lang=appraisal.languages[one]) for one in order]
    return items, lambda place: appraisal.guess(order[place])


def _compare(ctx: click.Context, files: tuple[str, ...], given: dict[str, Any]) -> None:
    import json

    from smclassify.annotating.agreement import compare
    from smclassify.annotating.sheets import read_sheet, write_disagreements
    from smclassify.cli.console import Renderer, refuse_overwriting, stdout_bytes
    from smclassify.exports.writing.target import write_stdout
    from smclassify.labelled import ReadOptions
    from smclassify.report.annotating_text import agreement_view

    if len(files) != 2:
        raise click.UsageError("--compare takes two sheets of labels.", ctx)
    target = given["output"]
    if target is not None:
        refuse_overwriting(target, files)
    options = ReadOptions(
        text_column=given["text_column"],
        new_labels=given["new_labels"],
        encoding=given["encoding"],
        delimiter=given["delimiter"],
    )
    a, b = (read_sheet(name, options) for name in files)
    found = compare(a, b, given["seed"])
    if target is not None:
        write_disagreements(target, found)
    if given["format_"] == "json":
        write_stdout((json.dumps(found.to_dict(), indent=2) + "\n").encode())
        return
    renderer = Renderer.for_stream(sys.stdout, given["color"])
    write_stdout(stdout_bytes(renderer.text(agreement_view(found, *files))))
    if target is not None:
        click.echo(f"{len(found.disagreements):,} disagreements written to {target}.", err=True)
