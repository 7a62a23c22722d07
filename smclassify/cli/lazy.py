"""A group of commands that are imported when they are wanted, and what ends each of them."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import IO, Any

import click

from smclassify.cli import INTERRUPTED
from smclassify.errors import SmclassifyError

PIPE_CLOSED = 141
"""The exit code when our reader left, as of a program that SIGPIPE ends (128 + 13)."""


class UserError(click.ClickException):
    """A :class:`~smclassify.errors.SmclassifyError` on its way to the terminal."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """Print what was wrong, where, and what to do about it."""
        from smclassify.report.clean import safe

        click.echo(f"Error: {safe(self.message)}", file=file, err=file is None)


class LazyGroup(click.Group):
    """A group whose commands live in modules that are imported on demand.

    Parameters
    ----------
    sections : mapping
        For each heading of ``--help``, the commands below it: name to
        ``"package.module:attribute"``.
    """

    def __init__(self, *args: Any, sections: Mapping[str, Mapping[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._sections = sections
        self._places = {name: place for group in sections.values() for name, place in group.items()}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, in the order of the help."""
        return list(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None where there is none of this name."""
        if cmd_name not in self._places:
            return None
        module, _, attribute = self._places[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, section by section."""
        limit = formatter.width - 6 - max(map(len, self._places))
        for heading, places in self._sections.items():
            rows = [
                (name, command.get_short_help_str(limit))
                for name in places
                if (command := self.get_command(ctx, name)) is not None
            ]
            with formatter.section(heading):
                formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; end in the user's words whatever the user can cause."""
        try:
            return super().invoke(ctx)
        except SmclassifyError as error:
            from smclassify.exports import OutputClosedError

            if isinstance(error, OutputClosedError):
                ctx.exit(PIPE_CLOSED)
            raise UserError(str(error)) from error
        except KeyboardInterrupt:
            click.echo("\nStopped.", err=True)
            ctx.exit(INTERRUPTED)
