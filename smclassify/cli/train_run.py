"""What ``smclassify train`` does, in the order in which its user sees it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from smclassify.classifier import load
from smclassify.cli.console import print_view, refuse_overwriting
from smclassify.cli.train import Wanted
from smclassify.errors import MissingExtraError, OutputError
from smclassify.model.differences import learned_from
from smclassify.model.folder import load_model, save_model
from smclassify.model.manifest import FILES
from smclassify.model.registry import Registry
from smclassify.model.versions import SHIPPED, Version, check_name
from smclassify.training.company import (
    Material,
    Training,
    gather,
    hold_against,
    train,
)
from smclassify.training.options import TrainOptions
from smclassify.training.record import about
from smclassify.training.telling import remarks, summary_of

if TYPE_CHECKING:
    from smclassify.triage.seen import Seen


def run_train(data: Sequence[str], options: TrainOptions, wanted: Wanted) -> None:
    """Train a model as a call of the command asks for."""
    from smclassify.report.train_text import material_view, training_view

    _check_targets(data, options, wanted)
    registry = Registry()
    current = registry.version(wanted.against)  # before the work: it may not be there
    show = partial(print_view, color=wanted.color)
    material = gather(data, options)
    show(material_view(material))
    if wanted.dry_run and not (wanted.review or wanted.report):
        return
    panel, known = load(current.folder).panel, _known_to(current)
    start = load_model(registry.version(SHIPPED).folder)
    click.echo("Training; this takes from seconds to a few minutes.", err=True)
    training = hold_against(train(material, start, options), panel, known, options.seed)
    knows = current.name == SHIPPED or known is not None
    said = remarks(training, str(current), known=knows)
    # Whose texts are not kept is at least known by its files.
    for path in learned_from(current.manifest(), data) if known is None else ():
        said.append(f"{current} has learned from {path}: of those texts it knows the answers.")
    show(training_view(training, said, str(current)))
    version = None
    if not wanted.dry_run:
        version = _kept(registry, training, wanted, about(
            wanted.name, training, material, options, start.manifest
        ))  # fmt: skip
    _write_review(training, wanted)
    _write_report(training, material, wanted, version=version, current=str(current), said=said)
    show(_what_next(registry, training, wanted, version))


def _check_targets(data: Sequence[str], options: TrainOptions, wanted: Wanted) -> None:
    """Refuse what could not be written, before the work is done for it.

    Raises
    ------
    ModelError, OutputError, MissingExtraError
    """
    read = [*data, *options.test, *([options.fixes] if options.fixes else [])]
    if not wanted.dry_run and wanted.out is None:
        check_name(wanted.name)
    for target, endings in (
        (wanted.report, (".html", ".htm", ".json")),
        (wanted.review, (".xlsx", ".csv", ".tsv", ".jsonl")),
    ):
        if target is None:
            continue
        if not target.lower().endswith(endings):
            raise OutputError(
                "The format cannot be told from the name.",
                where=target,
                hint=f"Name a file that ends in {' or '.join(endings)}.",
            )
        refuse_overwriting(target, read)
        _refuse_existing(target, wanted)
        _refuse_no_folder(target)
    if wanted.out is not None:
        _refuse_existing(wanted.out, wanted)
        _refuse_what_is_no_model(Path(wanted.out))
    if wanted.review is not None and find_spec("cleanlab") is None:
        raise MissingExtraError("Checks of label quality", "review")


def _refuse_existing(target: str, wanted: Wanted) -> None:
    if Path(target).exists() and not wanted.force:
        raise OutputError(
            "There is something of this name already.",
            where=target,
            hint="Choose another name, or replace it with --force.",
        )


def _refuse_no_folder(target: str) -> None:
    if not Path(target).absolute().parent.is_dir():
        raise OutputError(
            "The folder that it should stand in is not there.",
            where=target,
            hint="Make the folder first, or choose another one.",
        )


def _refuse_what_is_no_model(folder: Path) -> None:
    """Refuse a folder of something else, all of which --force would delete."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise OutputError("There is a file where the model folder should be.", where=str(folder))
    strange = sorted({entry.name for entry in folder.iterdir()} - {*FILES})
    if strange:
        raise OutputError(
            f"The folder holds what is no part of a model: {strange[0]!a}.",
            where=str(folder),
            hint="Choose another folder; this one would be deleted.",
        )


def _known_to(version: Version) -> Seen | None:
    """Return the texts that a version has learned from; None where nobody knows."""
    from smclassify.triage.seen import Seen

    path = version.learned
    if path is None or not path.exists():
        return None
    return Seen.load(path)


def _kept(
    registry: Registry, training: Training, wanted: Wanted, told: dict[str, Any]
) -> Version | None:
    """Save the model, among the user's or in a folder; return its version where it has one."""
    from smclassify.triage.seen import Seen

    if wanted.out is not None:
        save_model(training.model, wanted.out, told)
        return None
    version, _ = registry.add(wanted.name, lambda folder: save_model(training.model, folder, told))
    if version.learned is not None:
        version.learned.parent.mkdir(exist_ok=True)
        Seen(training.identities()).save(version.learned)
    return version


def _write_review(training: Training, wanted: Wanted) -> None:
    if wanted.review is None:
        return
    from smclassify.training.quality import suspects
    from smclassify.training.review import write_review

    texts = {task: one.texts for task, one in training.learned.items()}
    found = {
        task: suspects(one.texts, one.evaluated.answered) for task, one in training.learned.items()
    }
    write_review(wanted.review, texts, found)
    doubtful = sum(one.suspected for of_task in found.values() for one in of_task)
    rows = sum(map(len, found.values()))
    look = "looks" if doubtful == 1 else "look"
    click.echo(
        f"{wanted.review}: {rows:,} texts, the most doubtful labels first; {doubtful:,} {look} "
        "wrong. Correct them there and train again with --fix.",
        err=True,
    )


def _write_report(
    training: Training,
    material: Material,
    wanted: Wanted,
    *,
    version: Version | None,
    current: str,
    said: Sequence[str],
) -> None:
    if wanted.report is None:
        return
    from smclassify.model.files import replacing
    from smclassify.report.html import encoded
    from smclassify.report.training_page import training_json, training_page

    summary = summary_of(
        training,
        material,
        name=wanted.name,
        version=version.number if version is not None and version.number else 1,
        current=current,
        remarks=tuple(said),
        redacted=wanted.redact,
    )
    as_json = wanted.report.lower().endswith(".json")
    page = training_json(summary) if as_json else training_page(summary)
    with replacing(wanted.report) as file:
        file.write(encoded(page))


def _what_next(
    registry: Registry, training: Training, wanted: Wanted, version: Version | None
) -> list[str]:
    """Say where the model is and how it comes into use, or take it into use."""
    from smclassify.evaluation.paired import Verdict

    if wanted.dry_run:
        return ["No model was kept (--dry-run)."]
    if version is None:
        return [f"The model is in {wanted.out}. Use it: --model {wanted.out}"]
    lines = [f"The model is {version}, trained and kept."]
    if wanted.promote and training.verdict is Verdict.BETTER:
        registry.use(version.name, version.number)
        return [*lines, f"It is better, and in use from now on. The way back: {_BACK}"]
    if wanted.promote:
        lines.append("It is not taken into use, since it is not shown to be better.")
    return [*lines, f"Try it: --model {version}. Take it into use: smclassify models use {version}"]


_BACK = "smclassify models rollback"
