"""``smclassify models export`` and ``import``: models that travel."""

from __future__ import annotations

import click

from smclassify.cli.console import print_view
from smclassify.cli.models import registry
from smclassify.cli.options import OUTPUT, SectionedCommand, color_option, option
from smclassify.errors import InputError


@click.command(
    cls=SectionedCommand,
    examples=("smclassify models export acme -o acme.zip",),
)
@click.argument("name", metavar="NAME")
@option(OUTPUT, "-o", "--output", required=True, metavar="FILE.zip", help="Where to write it.")
@option(OUTPUT, "--force", is_flag=True, help="Replace FILE.zip, if it is there.")
def export(name: str, output: str, force: bool) -> None:
    """Write a model as an archive, to keep or to send.

    It holds the weights, the manifest and the model card, and none of the texts. The same model
    gives the same bytes.
    """
    from smclassify.cli.console import refuse_existing
    from smclassify.model.transfer import export_model

    refuse_existing(output, force=force, hint="Name another file, or replace it by --force.")
    version = registry().version(name)
    digest = export_model(version.folder, output)
    click.echo(f"Written: {version} to {output}. Its SHA-256, to tell whoever gets it:\n{digest}")


@click.command(
    "import",
    cls=SectionedCommand,
    examples=(
        "smclassify models import acme.zip",
        "smclassify models import acme.zip --name theirs --yes",
    ),
)
@click.argument("source", metavar="FILE|FOLDER")
@option(OUTPUT, "--name", metavar="NAME", help="What to call it. By default what it is called.")
@option(OUTPUT, "--yes", is_flag=True, help="Don't ask.")
@color_option
def import_(source: str, name: str | None, yes: bool, color: bool | None) -> None:
    """Show what a model from somebody else is, and add it to yours if you want it.

    Nothing in it is run. Anything but plain numbers with a manifest that fits them is refused.
    It becomes a new version of its name, and is not in use before "smclassify models use".

    Exit code 0: it was added, or you said no. 2: it was refused, or there was nobody to ask.
    """
    import tempfile
    from pathlib import Path

    from smclassify.model.files import sha256_of
    from smclassify.model.transfer import receive
    from smclassify.model.versions import check_name
    from smclassify.report.models_text import manifest_view

    if name is not None:
        check_name(name)
    with tempfile.TemporaryDirectory(prefix="smclassify-") as closed:
        received = receive(source, Path(closed))
        print_view(manifest_view(received.manifest), color)
        if Path(source).is_file():
            click.echo(f"SHA-256 of the archive: {sha256_of(source)}")
        called = name or received.manifest.name
        check_name(called)
        if not yes and not _agreed(f"Add it to your models as {called}?"):
            click.echo("Nothing was added.")
            return
        version, _ = registry().add(called, lambda folder: received.write(folder, called))
    click.echo(f"Added: {version}. To answer with it: smclassify models use {version}")


def _agreed(question: str) -> bool:
    """Ask the user.

    Raises
    ------
    InputError
        If there is nobody to answer.
    """
    try:
        return click.confirm(question, default=False)
    except click.Abort as stopped:
        # click makes one of both; Ctrl-C ends this command as it ends the others.
        if isinstance(stopped.__context__, KeyboardInterrupt):
            raise KeyboardInterrupt from None
        raise InputError(
            "Nothing was added: the input ended before anybody said yes.",
            hint="Where nobody can be asked, say --yes.",
        ) from None
