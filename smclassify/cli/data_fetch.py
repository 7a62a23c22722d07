"""``smclassify data fetch``: the public sets, each with its licence."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from smclassify.cli.console import print_json
from smclassify.cli.options import INPUT, OUTPUT, SectionedCommand, all_of, option
from smclassify.errors import InputError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from smclassify.training.sources import Source

    Get = Callable[[Source, Path], None]

_fetch_options = all_of(
    click.argument("names", nargs=-1, metavar="[NAME]..."),
    option(INPUT, "--from", "origin", metavar="FOLDER",
           help="Take the files from a folder, without a network."),
    option(INPUT, "--mirror", metavar="URL",
           help="A folder of the web that holds the files. By default the environment's "
                "SMCLASSIFY_PUBLIC_MIRROR."),
    option(OUTPUT, "--to", metavar="FOLDER",
           help="Where to put them. By default the environment's SMCLASSIFY_PUBLIC_DATA, else your "
                "data folder, where training finds them."),
    option(OUTPUT, "--list", "list_", is_flag=True,
           help="List what there is to fetch, and fetch nothing."),
    option(OUTPUT, "--format", "format_", type=click.Choice(("text", "json")), default="text",
           help="How --list is shown."),
    option(OUTPUT, "--yes", is_flag=True, help="Accept the licences without being asked."),
)  # fmt: skip


@click.command(
    cls=SectionedCommand,
    examples=(
        "smclassify data fetch --list",
        "smclassify data fetch nsmc_raw.ko --mirror https://files.example.org/public",
        "smclassify data fetch --from /media/stick --yes",
    ),
)
@_fetch_options
def fetch(
    *,
    names: tuple[str, ...],
    origin: str | None,
    mirror: str | None,
    to: str | None,
    list_: bool,
    format_: str,
    yes: bool,
) -> None:
    """Fetch the public sets that the shipped model learns from and is measured on.

    Without NAME, all of them. Shows their licences first. A file counts as fetched when its
    SHA-256 is the one in the list; a broken download goes on where it ended.
    """
    from smclassify.training.public import own_folder
    from smclassify.training.sources import read_sources

    sources = read_sources()
    chosen = sources.named(names)
    folder = Path(to) if to else own_folder()
    if list_:
        _list(chosen, folder, format_)
        return
    get = _from_folder(origin) if origin else _from_web(chosen, mirror or sources.mirror)
    _fetch(chosen, folder, get, yes=yes)


def _list(chosen: list[Source], folder: Path, format_: str) -> None:
    from smclassify.report.sources_text import sources_record, sources_view
    from smclassify.training.fetch import holds

    here = {one.file for one in chosen if holds(folder, one)}
    if format_ == "json":
        print_json(sources_record(chosen, here))
        return
    _print([*sources_view(chosen, here), f"Folder: {folder}"])


def _print(renderables: Iterable[RenderableType], *, err: bool = False) -> None:
    from smclassify.cli.console import Renderer

    stream = sys.stderr if err else sys.stdout
    click.echo(Renderer.for_stream(stream, None).text(renderables), err=err, nl=False)


def _from_folder(origin: str) -> Get:
    from smclassify.training.fetch import copy_set

    if not Path(origin).is_dir():
        raise InputError("There is no such folder.", where=origin)
    return lambda one, folder: copy_set(one, Path(origin), folder)


def _from_web(chosen: list[Source], mirror: str | None) -> Get:
    """Return what downloads a set; before anything is fetched, make sure that all have an address.

    Raises
    ------
    InputError
        If some have none, or the mirror is no address of the web.
    """
    import os

    from smclassify.training.fetch import download_set
    from smclassify.training.sources import MIRROR_VARIABLE, is_web_address

    mirror = mirror or os.environ.get(MIRROR_VARIABLE)
    if mirror and not is_web_address(mirror):
        raise InputError(
            "The mirror is no address of the web.",
            hint="It should begin with https:// or http://. For a folder of this machine: "
            "--from FOLDER.",
        )
    without = [one for one in chosen if one.address(mirror) is None]
    if without:
        raise InputError(
            f"No address is known that has {_some(without)} ready to be used.",
            hint="Name a mirror by --mirror URL, or a folder that has the files by --from FOLDER. "
            "Where each was published, smclassify data fetch --list says; how to prepare one, "
            "docs/data.md.",
        )

    def get(one: Source, folder: Path) -> None:
        with _progress(one) as progress:
            download_set(one, str(one.address(mirror)), folder, progress)

    return get


def _some(sources: list[Source]) -> str:
    first = ", ".join(one.file for one in sources[:3])
    return f"{first} and {len(sources) - 3} more" if len(sources) > 3 else first


@contextmanager
def _progress(one: Source) -> Iterator[Callable[[int], None]]:
    """Show on a terminal how much of a file is here."""
    with click.progressbar(length=one.bytes, label=one.file, file=sys.stderr) as bar:
        yield lambda here: bar.update(here - bar.pos)


def _fetch(chosen: list[Source], folder: Path, get: Get, *, yes: bool) -> None:
    from smclassify.report.sources_text import sources_view
    from smclassify.training.fetch import UnreachableError, fetching_into, is_here
    from smclassify.training.sources import add_to_catalogue

    _print(sources_view(chosen), err=True)
    if not yes:
        _ask()
    failures: list[InputError] = []
    with fetching_into(folder):
        for one in chosen:
            if is_here(one, folder):
                add_to_catalogue(folder, one)
                click.echo(f"{one.file}: here already.")
                continue
            try:
                get(one, folder)
            except UnreachableError:
                raise
            except InputError as error:  # of this file alone
                failures.append(error)
                continue
            click.echo(f"{one.file}: fetched, its SHA-256 is right.")
    click.echo(f"{len(chosen) - len(failures)} of {len(chosen)} sets are in {folder}")
    if failures:
        raise InputError("\n".join(str(error) for error in failures))


def _ask() -> None:
    """Ask whether the licences are accepted.

    Raises
    ------
    InputError
        If they are not, or nobody is there to be asked.
    """
    try:
        accepted = click.confirm("Do you accept these licences?", err=True)
    except click.Abort:
        accepted = False
    if not accepted:
        raise InputError(
            "Nothing was fetched: the licences were not accepted.",
            hint="--yes accepts them without a question.",
        )
