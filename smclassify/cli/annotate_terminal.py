"""A session of labelling on a real terminal: keys without echo, a screen that is drawn anew."""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Protocol

from smclassify.errors import InputError

if TYPE_CHECKING:
    from rich.console import Console

    from smclassify.annotating.session import Session

_ONE_KEY: Final = 64
_REST_OF_A_KEY: Final = 0.05
"""Seconds within which what follows an escape belongs to the same key, as on a slow line."""
_WINDOWS_KEYS: Final = {"H": "\x1b[A", "P": "\x1b[B", "K": "\x1b[D", "I": "\x1b[5~", "Q": "\x1b[6~"}


class Keyboard(Protocol):
    """Where keys come from."""

    def read(self) -> str:
        """Wait for keys; return what the terminal has sent, empty when it is gone."""


def check_terminal() -> None:
    """Make sure that somebody sits there.

    Raises
    ------
    InputError
        If standard input or output is no terminal.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InputError(
            "Labelling needs a terminal: somebody has to press keys.",
            where="annotate",
            hint="Run it in a terminal window, without < or > or | around it.",
        )


def run_session(session: Session, save: Callable[[], None], *, color: bool) -> None:
    """Show texts and take keys until the session is over; save after each text that is done.

    Parameters
    ----------
    session : Session
    save : callable
        Writes what has been labelled so far.
    color : bool
    """
    from smclassify.annotating.keys import split_keys

    with _screen(color) as console, _keyboard() as keyboard:
        while not session.ended:
            _draw(console, session)
            received = _received(keyboard)
            if not received:
                return
            for key in split_keys(received):
                before = session.done
                session.press(key)
                if session.done != before:
                    save()
                if session.ended:
                    return


def _received(keyboard: Keyboard) -> str:
    """Wait for keys; empty where there will be none, or Ctrl-C is no key but an interruption."""
    try:
        return keyboard.read()
    except (KeyboardInterrupt, EOFError):
        return ""


def _draw(console: Console, session: Session) -> None:
    from smclassify.report.annotating_text import annotating_view

    console.clear()
    width, height = console.size
    for part in annotating_view(session.screen(), width, height):
        console.print(part)


@contextmanager
def _screen(color: bool) -> Iterator[Console]:
    """Yield a console on the terminal's other screen, so that what stood there comes back."""
    from rich.console import Console

    console = Console(
        file=sys.stdout, no_color=not color, markup=False, highlight=False, emoji=False
    )
    with console.screen(hide_cursor=True):
        yield console


@contextmanager
def _keyboard() -> Iterator[Keyboard]:
    if os.name == "posix":
        with _PosixKeyboard() as keyboard:
            yield keyboard
    else:
        yield _OtherKeyboard()


class _PosixKeyboard:
    """Keys as they are pressed, from standard input.

    Not click's ``getchar``: it sets the terminal's mode for each key and throws away what was
    typed in between, which is what somebody does who labels fast.
    """

    def __enter__(self) -> _PosixKeyboard:
        import signal
        import termios

        self._terminal = sys.stdin.fileno()
        self._mode = termios.tcgetattr(self._terminal)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._listen()
        # A shell takes the terminal back while we are stopped by Ctrl-Z.
        self._before = signal.signal(signal.SIGCONT, lambda *_: self._listen())
        return self

    def _listen(self) -> None:
        """Have keys sent at once and not shown; Ctrl-C is one of them, in its turn."""
        import termios
        import tty

        tty.setcbreak(self._terminal)
        mode = termios.tcgetattr(self._terminal)
        mode[6][termios.VINTR] = os.fpathconf(self._terminal, "PC_VDISABLE").to_bytes(1, "big")
        termios.tcsetattr(self._terminal, termios.TCSADRAIN, mode)

    def __exit__(self, *_: object) -> None:
        import signal
        import termios

        signal.signal(signal.SIGCONT, self._before)
        termios.tcsetattr(self._terminal, termios.TCSADRAIN, self._mode)

    def read(self) -> str:
        text = ""
        while not text:  # half a character
            data = os.read(self._terminal, _ONE_KEY)
            if not data:
                return ""
            text = self._decoder.decode(data)
        if text.endswith("\x1b") and self._has_more():
            text += self._decoder.decode(os.read(self._terminal, _ONE_KEY))
        return text

    def _has_more(self) -> bool:
        import select

        return bool(select.select([self._terminal], [], [], _REST_OF_A_KEY)[0])


class _OtherKeyboard:
    """Keys as click reads them, on Windows."""

    def read(self) -> str:
        import click

        received = click.getchar()
        if len(received) == 2 and received[0] in "\x00\xe0":
            return _WINDOWS_KEYS.get(received[1], "\x1b[15~")
        return received
