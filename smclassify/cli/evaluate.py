"""``smclassify evaluate``: how good a model is, on labelled texts."""

from __future__ import annotations

import json
from pathlib import Path

import click

from smclassify.cli.options import (
    INPUT,
    MODEL,
    OUTPUT,
    SectionedCommand,
    all_of,
    color_option,
    option,
)

_EXAMPLES = (
    "smclassify evaluate labelled.csv",
    "smclassify evaluate drafts.jsonl comments.xlsx --model acme --format json",
    "smclassify evaluate labelled.csv -o figures.html",
)
_FORMATS = ("text", "json", "html")

_evaluate_options = all_of(
    click.argument("data", nargs=-1, required=True, metavar="DATA..."),
    option(INPUT, "--text-column", metavar="NAME",
           help="The column with the texts. Found out by default."),
    option(MODEL, "--model", default="default", show_default=True, metavar="NAME|FOLDER",
           help="The model to measure."),
    option(OUTPUT, "--format", "format_", type=click.Choice(_FORMATS),
           help="By default what the ending of -o says, else text."),
    option(OUTPUT, "-o", "--output", default="-", metavar="FILE",
           help="Where to write. By default standard output."),
    color_option,
)  # fmt: skip


def _chosen_format(wanted: str | None, output: str) -> str:
    ending = Path(output).suffix.lower().lstrip(".")
    return wanted or {"json": "json", "html": "html", "htm": "html"}.get(ending, "text")


@click.command(cls=SectionedCommand, examples=_EXAMPLES)
@_evaluate_options
def evaluate(
    *,
    data: tuple[str, ...],
    text_column: str | None,
    model: str,
    format_: str | None,
    output: str,
    color: bool | None,
) -> None:
    """Measure a model on labelled texts.

    DATA are tables or JSONL files with a text column and labels: for drafts a column "labels"
    (spammy|off_policy, empty for clean) or one true/false column a label; for comments
    "private_reply" and, where known, "kind", "department" and "crisis".

    Prints precision, recall, F1, average precision and support for each label and language, at
    the thresholds that the model ships with. Measure on texts the model has not learned from.
    """
    from smclassify.cli.console import open_output, refuse_overwriting, stdout_bytes
    from smclassify.cli.setup import load_classifier
    from smclassify.evaluation.answers import evaluate_texts
    from smclassify.labelled import read_labelled

    refuse_overwriting(output, data)
    texts = read_labelled(data, text_column)
    panel = load_classifier(model, None, None).panel
    tables = {task: evaluate_texts(panel, one) for task, one in texts.items()}
    shown = _shown(tables, _chosen_format(format_, output), output, model, color)
    with open_output(output) as write:
        write(stdout_bytes(shown) if output == "-" else shown.encode())


def _shown(tables, chosen: str, output: str, model: str, color: bool | None) -> str:  # type: ignore[no-untyped-def]
    import sys

    from smclassify.cli.console import Renderer
    from smclassify.report.figures import figures_page, figures_record, figures_view

    if chosen == "json":
        return json.dumps(figures_record(tables), indent=2) + "\n"
    if chosen == "html":
        return figures_page(tables, model)
    to_file = output != "-"
    renderer = Renderer.for_file(color) if to_file else Renderer.for_stream(sys.stdout, color)
    return renderer.text(figures_view(tables))
