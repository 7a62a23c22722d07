"""``smclassify models``: the models there are, which is in use, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import click

from smclassify.cli.console import print_json, print_view
from smclassify.cli.labelled_options import labelled_options, read_options
from smclassify.cli.lazy import LazyGroup
from smclassify.cli.options import (
    INPUT,
    OUTPUT,
    SectionedCommand,
    color_option,
    option,
)

if TYPE_CHECKING:
    from smclassify.evaluation.comparison import Comparison
    from smclassify.model.registry import Registry
    from smclassify.model.versions import Version

_FAILED: Final = 1

_TRANSFER: Final = "smclassify.cli.models_transfer"
_HERE: Final = "smclassify.cli.models"
SECTIONS: Final = {
    "What there is": {
        "list": f"{_HERE}:list_",
        "show": f"{_HERE}:show",
        "compare": f"{_HERE}:compare",
        "verify": f"{_HERE}:verify",
    },
    "What is in use": {
        "use": f"{_HERE}:use",
        "rollback": f"{_HERE}:rollback",
        "remove": f"{_HERE}:remove",
    },
    "From here to there": {
        "export": f"{_TRANSFER}:export",
        "import": f"{_TRANSFER}:import_",
    },
}

format_option = option(
    OUTPUT, "--format", "format_", type=click.Choice(("text", "json")), default="text"
)


@click.group(cls=LazyGroup, sections=SECTIONS)
def models() -> None:
    """See your models, choose which is in use, and go back.

    A model is named default (the one in use), shipped (the program's own), acme (acme's current
    version), acme@2 (that version), or by its folder.
    """


def registry() -> Registry:
    """Return the user's models."""
    from smclassify.model.registry import Registry

    return Registry()


@click.command("list", cls=SectionedCommand, examples=("smclassify models list",))
@format_option
@color_option
def list_(format_: str, color: bool | None) -> None:
    """List all models, with what they have learned and how good they are."""
    from smclassify.model.listing import survey
    from smclassify.report.models_text import listing_view

    found = registry()
    entries, broken = survey(found)
    if format_ == "json":
        listed = [entry.to_dict() for entry in entries]
        print_json({"folder": str(found.root), "models": listed})
    else:
        print_view([*listing_view(entries), f"Your models are kept in {found.root}"], color)
    if broken is not None:
        raise broken


@click.command(
    cls=SectionedCommand,
    examples=("smclassify models show default", "smclassify models show acme@2 --format json"),
)
@click.argument("name", metavar="NAME")
@format_option
@color_option
def show(name: str, format_: str, color: bool | None) -> None:
    """Show what a model is, what it has learned from, and how good it is."""
    from smclassify.model.figures import measurements
    from smclassify.model.listing import entry_of
    from smclassify.report.models_text import entry_view

    found = registry()
    version = found.version(name)
    manifest, entry = version.manifest(), entry_of(found, version)
    measurements(manifest)  # or what is wrong with them
    if format_ == "json":
        about = {"folder": str(version.folder), "manifest": manifest.model_dump(mode="json")}
        print_json({**entry.to_dict(), **about})
        return
    print_view(entry_view(entry, manifest), color)


@click.command(
    cls=SectionedCommand,
    examples=(
        "smclassify models compare shipped acme",
        "smclassify models compare acme@1 acme@2 --data labelled.csv",
    ),
)
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@option(INPUT, "--data", multiple=True, metavar="FILE",
        help="Labelled texts, as for \"smclassify evaluate\", to measure both on. Can be given "
             "more than once.")  # fmt: skip
@labelled_options
@format_option
@color_option
def compare(
    *,
    first: str,
    second: str,
    data: tuple[str, ...],
    format_: str,
    color: bool | None,
    **reading: Any,
) -> None:
    """Hold two models against each other: is B better than A?

    Without --data, by what their manifests say. With it, both answer the same texts, and a paired
    test says whether B is better, worse, or whether these texts can't tell.
    """
    from smclassify.model.differences import claimed_figures, differences
    from smclassify.report.models_text import (
        comparison_record,
        differences_view,
        measured_view,
    )

    found = registry()
    versions = [found.version(name) for name in (first, second)]
    manifests = [version.manifest() for version in versions]
    names = [str(version) for version in versions]
    different, figures = differences(*manifests), claimed_figures(*manifests)
    measured = _measured(versions, data, reading) if data else []
    if format_ == "json":
        print_json(comparison_record(names, different, figures, measured))
        return
    shown = [*differences_view(names, different, figures)]
    for one in measured:
        shown += measured_view(names, one)
    print_view(shown, color)


def _measured(
    versions: Sequence[Version], data: tuple[str, ...], reading: dict[str, Any]
) -> list[Comparison]:
    """Let both models answer labelled texts; warn of texts that one has learned."""
    from smclassify.classifier import load
    from smclassify.evaluation.side_by_side import compare_panels
    from smclassify.labelled import read_labelled
    from smclassify.model.differences import learned_from

    texts = read_labelled(data, read_options(**reading))
    for version in versions:
        for path in learned_from(version.manifest(), data):
            click.echo(
                f"Note: {version} has learned from {path}: of those texts it knows the answers.",
                err=True,
            )
    current, new = (load(version.folder).panel for version in versions)
    return [compare_panels(new, current, some) for some in texts.values() if len(some)]


@click.command(
    cls=SectionedCommand,
    examples=(
        "smclassify models use acme",
        "smclassify models use acme@1",
        "smclassify models use shipped",
    ),
)
@click.argument("name", metavar="NAME[@VERSION]")
@option(OUTPUT, "--keep-default", is_flag=True,
        help="Change only what NAME means; the model in use stays.")  # fmt: skip
@option(OUTPUT, "--mend", is_flag=True,
        help="Begin a new note of what is in use, if the present one is damaged.")  # fmt: skip
def use(name: str, keep_default: bool, mend: bool) -> None:
    """Choose a model: the newest version of NAME, or the one named.

    It becomes what NAME means, and the model in use: what "score" and "triage" answer with.
    """
    from smclassify.model.versions import SHIPPED, split_reference

    base, number = (SHIPPED, None) if name == SHIPPED else split_reference(name)
    chosen = registry().use(base, number, default=not keep_default, mend=mend)
    if keep_default:
        click.echo(f"{base} now means {chosen}. The model in use is what it was.")
    else:
        click.echo(f"In use: {chosen}. To undo this: smclassify models rollback")


@click.command(cls=SectionedCommand, examples=("smclassify models rollback",))
def rollback() -> None:
    """Undo the last "use"; again and again, back to the beginning."""
    found = registry()
    undone = found.rollback()
    click.echo(
        f"Undone: the use of {undone.chosen or 'shipped'} at {undone.at:%Y-%m-%d %H:%M} UTC."
    )
    if undone.chosen and undone.current_before:
        click.echo(f"{undone.chosen.name} means {undone.chosen.name}@{undone.current_before}.")
    click.echo(f"In use: {found.in_use()}.")


@click.command(
    cls=SectionedCommand,
    examples=("smclassify models remove acme@1", "smclassify models remove acme --force"),
)
@click.argument("name", metavar="NAME[@VERSION]")
@option(OUTPUT, "--force", is_flag=True,
        help="Remove it even if it is current or in use.")  # fmt: skip
def remove(name: str, force: bool) -> None:
    """Delete a version, or without @VERSION all of them. There is no way back."""
    from smclassify.model.versions import split_reference

    base, number = split_reference(name)
    found = registry()
    after = found.remove(base, number, force=force)
    click.echo(f"Removed: {name}.")
    if base in after.current:
        click.echo(f"{base} means {base}@{after.current[base]}.")
    click.echo(f"In use: {after.in_use or 'shipped'}.")


@click.command(
    cls=SectionedCommand,
    examples=("smclassify models verify", "smclassify models verify acme --format json"),
)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@format_option
def verify(names: tuple[str, ...], format_: str) -> None:
    """Check that models are whole and what they were when they came; all by default.

    Exit code 0: they are. 1: something is wrong. 2: there is no such model.
    """
    from smclassify.model.registry_verify import verify_models

    found = verify_models(registry(), names)
    if format_ == "json":
        records = [{"model": name, "problems": problems} for name, problems in found]
        print_json(records)
    else:
        for name, problems in found:
            said = "; ".join(problems) or "whole"
            print_view([f"{name}: {said}"])
    if any(problems for _, problems in found):
        raise SystemExit(_FAILED)
