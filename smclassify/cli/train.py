"""``smclassify train``: a model of one's own, from labelled texts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from smclassify.cli.options import (
    INPUT,
    OUTPUT,
    SectionedCommand,
    all_of,
    color_option,
    option,
)
from smclassify.errors import TrainingError

if TYPE_CHECKING:
    from smclassify.training.outcome import Trained

_EXAMPLES = (
    "smclassify train labelled.csv --name acme",
    "smclassify train drafts.jsonl comments.xlsx --name acme-2025",
    "smclassify score drafts.csv --model acme",
)

_train_options = all_of(
    click.argument("data", nargs=-1, required=True, metavar="DATA..."),
    option(INPUT, "--text-column", metavar="NAME",
           help="The column with the texts. Found out by default."),
    option(OUTPUT, "--name", required=True, metavar="NAME",
           help="What to call the model; letters, digits, dots, dashes."),
    option(OUTPUT, "--out", metavar="FOLDER",
           help="Where to write the model. By default your models' folder, where --model NAME "
                "finds it."),
    option(OUTPUT, "--force", is_flag=True,
           help="Replace a model of this name."),
    color_option,
)  # fmt: skip


def _target(name: str, out: str | None, force: bool) -> Path:
    from smclassify.classifier import DEFAULT, user_models
    from smclassify.model.manifest import is_name

    if not is_name(name) or name == DEFAULT:
        raise click.BadParameter(
            f"{name!r} cannot be a model's name: use letters, digits, dots and dashes"
            f"{', but not ' + DEFAULT if name == DEFAULT else ''}.",
            param_hint="--name",
        )
    folder = Path(out) if out else user_models() / name
    if folder.exists() and not force:
        raise TrainingError(
            "There is something of this name already.",
            where=str(folder),
            hint="Choose another name, or replace it with --force.",
        )
    return folder


def _beside_shipped(data: tuple[str, ...], text_column: str | None, trained: Trained) -> list[str]:
    """Say how the shipped model answers the same texts, none of which it has learned from."""
    from smclassify.classifier import load
    from smclassify.evaluation.answers import evaluate_texts
    from smclassify.evaluation.metrics import ALL
    from smclassify.labelled import read_labelled
    from smclassify.model.decision import DECIDED_LABELS

    shipped = load().panel
    lines = []
    for task, texts in read_labelled(data, text_column).items():
        theirs, own = evaluate_texts(shipped, texts)[ALL], trained.held_out.get(task, {}).get(ALL)
        for label in DECIDED_LABELS[task]:
            if own and label in own and label in theirs and theirs[label].support:
                f1 = f"F1 {own[label].f1:.2f}, of the shipped model {theirs[label].f1:.2f}"
                lines.append(f"{label}: {f1}.")
    if lines:
        lines.append("Where the shipped model is better, label more texts before you use yours.")
    return lines


@click.command(cls=SectionedCommand, examples=_EXAMPLES)
@_train_options
def train(
    *,
    data: tuple[str, ...],
    text_column: str | None,
    name: str,
    out: str | None,
    force: bool,
    color: bool | None,
) -> None:
    """Train a model on your own labelled texts.

    DATA are files as for "smclassify evaluate". The model is measured on texts held out from
    training, by file where there are several, and the figures are shown and kept in its model
    card. Labels that your texts don't teach are still answered by the shipped model.
    """
    from smclassify.cli.console import Renderer, stdout_bytes
    from smclassify.report.figures import figures_view
    from smclassify.training.company import train_files

    folder = _target(name, out, force)
    click.echo("Training; this takes from seconds to a few minutes.", err=True)
    trained = train_files(data, folder, name, text_column=text_column)
    renderer = Renderer.for_stream(sys.stdout, color)
    counts = ", ".join(f"{count:,} {task.value}" for task, count in trained.counts.items())
    lines = [f"Learned from {counts}. On texts it had not seen:", *figures_view(trained.held_out)]
    lines += _beside_shipped(data, text_column, trained)
    use = f"smclassify score --model {folder if out else name} …"
    lines.append(f"The model is in {folder}. Use it: {use}")
    click.echo(stdout_bytes(renderer.text(lines)).decode("utf-8", "replace"), nl=False)
