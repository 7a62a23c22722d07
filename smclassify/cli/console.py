"""Where a command's words go: standard output, a file, or the terminal's margin."""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

import click

if TYPE_CHECKING:
    from rich.console import RenderableType

_WIDEST: Final = 120
_PLAIN_WIDTH: Final = 100
_PATIENCE: Final = 1.5
_NOTES: Final = 8
_PLAINER: Final = str.maketrans(
    {"“": '"', "”": '"', "’": "'", "•": "*", "→": "->", "…": "...", "─": "-", "–": "-", "·": "-"}
)


def wants_color(choice: bool | None, stream: TextIO) -> bool:
    """Tell whether to colour: as asked, else by NO_COLOR (https://no-color.org) and terminal."""
    if choice is not None:
        return choice
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream.isatty()


class Renderer:
    """Turns what rich can show into text.

    Parameters
    ----------
    color : bool
        With the terminal's codes for colours and underlining, or without.
    width : int
        Columns of the terminal.
    """

    def __init__(self, *, color: bool, width: int) -> None:
        from rich.console import Console

        self.plain = not color
        self._text = io.StringIO()
        self._console = Console(
            file=self._text,
            width=width,
            force_terminal=color,
            color_system="standard" if color else None,
            no_color=not color,
            markup=False,
            highlight=False,
            emoji=False,
            legacy_windows=False,
        )

    @classmethod
    def for_stream(cls, stream: TextIO, choice: bool | None) -> Renderer:
        """Return a renderer for a terminal, or for what stands in its place."""
        width = min(shutil.get_terminal_size().columns, _WIDEST)
        return cls(
            color=wants_color(choice, stream),
            width=width if stream.isatty() or "COLUMNS" in os.environ else _PLAIN_WIDTH,
        )

    @classmethod
    def for_file(cls, choice: bool | None) -> Renderer:
        """Return a renderer for a text file."""
        return cls(color=bool(choice), width=_PLAIN_WIDTH)

    def text(self, renderables: Iterable[RenderableType]) -> str:
        """Return what they look like."""
        for renderable in renderables:
            self._console.print(renderable)
        text = self._text.getvalue()
        self._text.seek(0)
        self._text.truncate()
        return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def refuse_overwriting(target: str, inputs: Iterable[str]) -> None:
    """Make sure that a result doesn't take the place of what it is made from.

    Raises
    ------
    OutputError
        If the target is one of the inputs.
    """
    from smclassify.errors import OutputError

    path = Path(target)
    if target == "-" or not path.is_file():
        return
    for name in inputs:
        if name != "-" and _is_same(path, name):
            raise OutputError(
                "is one of the inputs; it would be overwritten.",
                where=target,
                hint="Give the result another name.",
            )


def refuse_existing(
    target: str, *, force: bool, hint: str = "Name another file, or replace it with --force."
) -> None:
    """Make sure that nothing is replaced unless the user says so.

    Raises
    ------
    OutputError
        If there is something of the target's name.
    """
    from smclassify.errors import OutputError

    if Path(target).exists() and not force:
        raise OutputError("is there already.", where=target, hint=hint)


def _is_same(path: Path, name: str) -> bool:
    try:
        return path.samefile(name)
    except (OSError, ValueError):  # a draft and no file
        return False


@contextmanager
def open_output(target: str) -> Iterator[Callable[[bytes], None]]:
    """Open a file that is there whole or not at all, or standard output (``"-"``).

    Yields
    ------
    callable
        Writes bytes.

    Raises
    ------
    OutputError
        If the file cannot be written.
    OutputClosedError
        If nobody reads standard output any more.
    """
    from smclassify.exports.writing.target import cannot_write, check_target, write_stdout
    from smclassify.model.files import replacing

    if target == "-":
        yield write_stdout
        return
    path = Path(target)
    check_target(path)
    if path.exists() and not path.is_file():  # a pipe or a device must not be replaced
        try:
            with path.open("wb") as file:
                yield _writer(file.write)
        except OSError as error:
            raise cannot_write(target, error, None) from error
        return
    with replacing(path) as file:
        yield _writer(file.write)


def _writer(write: Callable[[bytes], int]) -> Callable[[bytes], None]:
    def write_all(data: bytes) -> None:
        write(data)

    return write_all


def print_view(renderables: Iterable[RenderableType], color: bool | None = None) -> None:
    """Print on standard output."""
    with open_output("-") as write:
        write(stdout_bytes(Renderer.for_stream(sys.stdout, color).text(renderables)))


def print_json(record: Any) -> None:
    """Print a record on standard output, as JSON that people can read, too."""
    click.echo(json.dumps(record, ensure_ascii=False, indent=2))


def stdout_bytes(text: str) -> bytes:
    """Return text in standard output's encoding; what that cannot hold is made plainer."""
    return in_encoding(text, sys.stdout.encoding or "utf-8")


def in_encoding(text: str, encoding: str) -> bytes:
    r"""Return text in an encoding: typographic marks as ASCII, other letters as ``\\uXXXX``."""
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_PLAINER).encode(encoding, "backslashreplace")


def print_notes(lost: Sequence[str], other: Sequence[str], total: int) -> None:
    """Print what was odd about the input to standard error.

    Parameters
    ----------
    lost : sequence of str
        Rows that could not be read: every one of them is printed.
    other : sequence of str
        The rest, of which the first are printed.
    total : int
        How many there were of both, also those that were not kept word for word.
    """
    from smclassify.report.clean import safe

    shown = [*lost, *other[:_NOTES]]
    for note in shown:
        click.echo(f"Note: {safe(note)}", err=True)
    if total > len(shown):
        click.echo(f"Note: … and {total - len(shown):,} more.", err=True)


@contextmanager
def progress_bar(label: str, *, quiet: bool = False) -> Iterator[Callable[[int], None]]:
    """Show on a terminal how many rows have been handled, once that takes a while.

    Yields
    ------
    callable
        Takes the number of rows handled so far.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    bar = _Bar(label)
    try:
        yield bar.show
    finally:
        bar.stop()


class _Bar:
    """A line on standard error that appears after a moment and goes away at the end."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._started = time.monotonic()
        self._stop: Callable[[], None] | None = None
        self._update: Callable[[int], None] = self._wait

    def show(self, rows: int) -> None:
        self._update(rows)

    def _wait(self, rows: int) -> None:
        if time.monotonic() - self._started >= _PATIENCE:
            self._start()
            self._update(rows)

    def _start(self) -> None:
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TextColumn("{task.completed:,.0f} rows, {task.fields[rate]:,.0f} a second"),
            TimeElapsedColumn(),
            console=Console(stderr=True, no_color=not wants_color(None, sys.stderr)),
            transient=True,
        )
        task = progress.add_task(self._label, total=None, rate=0.0)

        def update(rows: int) -> None:
            seconds = time.monotonic() - self._started
            progress.update(task, completed=rows, rate=rows / seconds)

        progress.start()
        self._stop, self._update = progress.stop, update

    def stop(self) -> None:
        if self._stop is not None:
            self._stop()
