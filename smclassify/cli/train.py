"""``smclassify train``: a model of one's own, from labelled texts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from smclassify.cli.labelled_options import data_argument, labelled_options, read_options
from smclassify.cli.options import (
    INPUT,
    MODEL,
    OUTPUT,
    SectionedCommand,
    all_of,
    color_option,
    option,
    processors,
)

if TYPE_CHECKING:
    from smclassify.training.options import TrainOptions

_MOST_JOBS = 4

_EXAMPLES = (
    "smclassify train company.xlsx --name acme",
    'smclassify train company.xlsx --name acme --map "Beschwerde=complaint" --report acme.html',
    "smclassify train company.xlsx --name acme --review doubtful.xlsx --dry-run",
    "smclassify train company.xlsx --name acme --fix doubtful.xlsx --promote-if-better",
    "smclassify train comments.csv --name acme --target private_reply:recall=0.95",
)

_train_options = all_of(
    data_argument,
    labelled_options,
    option(INPUT, "--test", multiple=True, metavar="FILE",
           help="Labelled texts to measure on and never to learn from; can be given more than "
                "once. By default those of a column such as split, else a share held back."),
    option(INPUT, "--fix", metavar="FILE",
           help="A sheet that --review wrote and you have corrected: its labels are put in first."),
    option(MODEL, "--from-scratch", is_flag=True,
           help="Begin with nothing instead of the shipped model. For texts that have nothing in "
                "common with its own."),
    option(MODEL, "--target", "targets", multiple=True, metavar="[LABEL:]AIM",
           help="What thresholds are chosen for: f1 (the default), precision=0.9, recall=0.95, or "
                "cost=5:1 (a miss against a false alarm). Of all labels, or, given once for "
                "each, of LABEL."),
    option(MODEL, "--hold-back", type=click.FloatRange(0, 0.9), metavar="SHARE",
           help="The share of texts to measure on and never to learn from; 0 for none. By default "
                "0.2 where there are 500 texts or more."),
    option(MODEL, "--against", default="default", show_default=True, metavar="MODEL",
           help="The model that the new one is held against: default (the one in use), shipped, "
                "NAME, NAME@VERSION or a folder."),
    option(MODEL, "--seed", type=click.IntRange(0, 2**63 - 1), default=0, show_default=True,
           help="Of all that is drawn by lot. The same files, options and "
                "seed give the same model, to the byte."),
    option(MODEL, "--jobs", type=click.IntRange(min=1), metavar="N",
           help="Processes. By default one for each processor, four at most."),
    option(OUTPUT, "--name", metavar="NAME",
           help="What to call the model; letters, digits, dots, dashes. A name that there is "
                "already gets its next version."),
    option(OUTPUT, "--promote-if-better", is_flag=True,
           help="Take the new model into use if it is better, as \"smclassify models use\" would."),
    option(OUTPUT, "--report", metavar="FILE",
           help="A page about the training (.html), or the same for machines (.json). It holds "
                "texts of yours."),
    option(OUTPUT, "--review", metavar="FILE",
           help="A sheet of the labels, the most doubtful first, to be corrected and given back "
                "by --fix (.xlsx, .csv, .tsv, .jsonl). Needs the extra \"review\"."),
    option(OUTPUT, "--redact", is_flag=True,
           help="Mask personal data in the texts of the report."),
    option(OUTPUT, "--dry-run", is_flag=True,
           help="Say what there is to say of the texts, and with --review and --report of what "
                "came of them, but keep no model."),
    option(OUTPUT, "--out", metavar="FOLDER",
           help="Write the model into a folder of its own instead of among your models."),
    option(OUTPUT, "--force", is_flag=True,
           help="Replace what is there already: a sheet, a report, a folder of --out."),
    color_option,
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What a call of ``smclassify train`` asks for, beside what it learns.

    Attributes
    ----------
    name : str
    against : str
        The model to hold the new one against.
    out : str or None
        A folder for the model, instead of the registry.
    report, review : str or None
    dry_run, promote, redact, force : bool
    color : bool or None
    """

    name: str
    against: str
    out: str | None
    report: str | None
    review: str | None
    dry_run: bool
    promote: bool
    redact: bool
    force: bool
    color: bool | None


@click.command(cls=SectionedCommand, examples=_EXAMPLES)
@_train_options
def train(
    *,
    data: tuple[str, ...],
    test: tuple[str, ...],
    fix: str | None,
    from_scratch: bool,
    targets: tuple[str, ...],
    hold_back: float | None,
    against: str,
    seed: int,
    jobs: int | None,
    name: str | None,
    promote_if_better: bool,
    report: str | None,
    review: str | None,
    redact: bool,
    dry_run: bool,
    out: str | None,
    force: bool,
    color: bool | None,
    **reading: Any,
) -> None:
    """Train a model on your own labelled texts, beginning with what the shipped one knows.

    DATA are labelled files as for "smclassify evaluate". First it is said what was read and what
    is doubtful in it; then the model is trained, measured on texts held out from training
    (authors, threads and near duplicates together), and held against the model in use. It is used
    once you say so: "smclassify models use NAME". Training always begins with the shipped model,
    so give all your labelled files each time. More: docs/training.md.
    """
    if name is None and out is not None:
        name = Path(out).name
    if name is None and not dry_run:
        raise click.UsageError("Missing option '--name'.")
    if out is not None and promote_if_better:
        raise click.UsageError(
            "--promote-if-better works on your models, not on a folder of --out."
        )
    wanted = Wanted(
        name or "new",
        against,
        out,
        report,
        review,
        dry_run,
        promote_if_better,
        redact,
        force,
        color,
    )
    from smclassify.cli.train_run import run_train
    from smclassify.training.options import TrainOptions

    options: TrainOptions = TrainOptions(
        read=read_options(**reading),
        test=test,
        fixes=fix,
        hold_back=hold_back,
        targets=targets,
        from_scratch=from_scratch,
        curve=report is not None,
        seed=seed,
        n_jobs=jobs or min(processors(), _MOST_JOBS),
    )
    run_train(data, options, wanted)
