"""``smclassify evaluate``: how good a model is, on labelled texts; what has changed since."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from smclassify.cli.labelled_options import labelled_options, read_options
from smclassify.cli.options import (
    MODEL,
    MODEL_NAME,
    OUTPUT,
    SectionedCommand,
    all_of,
    color_option,
    option,
)

if TYPE_CHECKING:
    from rich.console import RenderableType

    from smclassify.evaluation.answers import Evaluated
    from smclassify.labelled import ReadOptions
    from smclassify.labels import Task
    from smclassify.model.panel import Panel

_EXAMPLES = (
    "smclassify evaluate labelled.csv",
    "smclassify evaluate drafts.jsonl comments.xlsx --model acme --format json",
    'smclassify evaluate company.xlsx --map "Beschwerde=complaint" -o figures.html',
    "smclassify evaluate --drift january.csv june.csv",
)
_FORMATS = ("text", "json", "html")

_evaluate_options = all_of(
    click.argument("data", nargs=-1, metavar="DATA..."),
    labelled_options,
    option(MODEL, "--model", default="default", show_default=True, metavar=MODEL_NAME,
           help="The model to measure: default (the one in use), shipped, one of yours, or a "
                "folder."),
    option(MODEL, "--drift", nargs=2, metavar="OLD NEW",
           help="Instead of measuring, say what has changed between two exports, labelled or "
                "not, and whether to train again."),
    option(OUTPUT, "--intervals", is_flag=True,
           help="Put the 95 % interval of each F1 into the JSON as well: f1_low, f1_high."),
    option(OUTPUT, "--format", "format_", type=click.Choice(_FORMATS),
           help="By default what the ending of -o says, else text."),
    option(OUTPUT, "-o", "--output", default="-", metavar="FILE",
           help="Where to write. By default standard output."),
    color_option,
)  # fmt: skip


class _Outlet(NamedTuple):
    """How the result is shown, and where."""

    format: str
    output: str
    color: bool | None
    intervals: bool


def _chosen_format(wanted: str | None, output: str) -> str:
    ending = Path(output).suffix.lower().lstrip(".")
    return wanted or {"json": "json", "html": "html", "htm": "html"}.get(ending, "text")


@click.command(cls=SectionedCommand, examples=_EXAMPLES)
@_evaluate_options
def evaluate(
    *,
    data: tuple[str, ...],
    model: str,
    drift: tuple[str, str] | None,
    intervals: bool,
    format_: str | None,
    output: str,
    color: bool | None,
    **reading: Any,
) -> None:
    """Measure a model on labelled texts.

    DATA are tables or JSONL files with a text column and labels: for drafts a column "labels"
    (spammy|off_policy, empty for clean) or one true/false column a label; for comments
    "private_reply" and, where known, "kind", "department" and "crisis". Other names and values
    are explained by --map.

    Prints precision, recall, F1 with its 95 % interval, average precision and support for each
    label and language, at the thresholds that the model ships with. Measure on texts the model
    has not learned from.

    With --drift, OLD and NEW are any two exports: it tells what has changed in languages, words
    and scores, whether the thresholds still hold, and whether to label some texts and retrain.
    """
    from smclassify.cli.console import open_output, refuse_overwriting, stdout_bytes
    from smclassify.cli.setup import load_classifier

    _check_call(data, drift, _chosen_format(format_, output))
    refuse_overwriting(output, drift or data)
    options = read_options(**reading)
    panel = load_classifier(model, None, None).panel
    options = _with_own_labels(options, panel)
    outlet = _Outlet(_chosen_format(format_, output), output, color, intervals)
    if drift is not None:
        shown = _drift(drift, options, panel, outlet)
    else:
        shown = _figures(data, options, panel, outlet, model)
    with open_output(output) as write:
        write(stdout_bytes(shown) if output == "-" else shown.encode())


def _check_call(data: tuple[str, ...], drift: tuple[str, str] | None, chosen: str) -> None:
    if drift is None and not data:
        raise click.UsageError("Missing argument 'DATA...'.")
    if drift is not None and data:
        raise click.UsageError(
            f"--drift takes two files, old and new; what is {data[0]!r} for? Give a folder or a "
            "pattern where a side has several."
        )
    if drift is not None and chosen == "html":
        raise click.BadParameter("with --drift, text and json are possible.", param_hint="--format")


def _with_own_labels(options: ReadOptions, panel: Panel) -> ReadOptions:
    """Return options that know the company's own labels that the model has learned."""
    from dataclasses import replace

    from smclassify.labels import Task

    learned = [name for task in Task for name in panel.own(task)]
    return replace(options, new_labels=tuple(dict.fromkeys((*options.new_labels, *learned))))


def _figures(
    data: tuple[str, ...], options: ReadOptions, panel: Panel, outlet: _Outlet, model: str
) -> str:
    from smclassify.evaluation.answers import evaluate as answered
    from smclassify.labelled import read_labelled
    from smclassify.report.figures import figures_page, figures_record, figures_view

    found = {task: answered(panel, texts) for task, texts in read_labelled(data, options).items()}
    tables = {task: one.table() for task, one in found.items()}
    if outlet.format == "json":
        ranges = _intervals(found) if outlet.intervals else None
        return json.dumps(figures_record(tables, ranges), indent=2) + "\n"
    if outlet.format == "html":
        return figures_page(tables, model, _intervals(found))
    return _rendered(figures_view(tables, _intervals(found)), outlet)


def _intervals(found: dict[Task, Evaluated]) -> dict[Task, Any]:
    return {task: one.intervals() for task, one in found.items()}


def _drift(files: tuple[str, str], options: ReadOptions, panel: Panel, outlet: _Outlet) -> str:
    from smclassify.evaluation.drift import find_drift
    from smclassify.evaluation.drift_sets import read_drift_sets
    from smclassify.report.drift import drift_view

    found = find_drift(panel, *read_drift_sets(*files, options, panel))
    if outlet.format == "json":
        return json.dumps(found.to_dict(), indent=2, ensure_ascii=False) + "\n"
    return _rendered(drift_view(found), outlet)


def _rendered(view: Iterable[RenderableType], outlet: _Outlet) -> str:
    import sys

    from smclassify.cli.console import Renderer

    if outlet.output != "-":
        return Renderer.for_file(outlet.color).text(view)
    return Renderer.for_stream(sys.stdout, outlet.color).text(view)
