"""The command line: thin commands that parse, call and show."""

from __future__ import annotations

import io
import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

INTERRUPTED = 130
"""The exit code after Ctrl-C, as a shell would give it (128 + SIGINT)."""

TERMINATED = 143
"""The exit code after a polite kill (128 + SIGTERM)."""

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
"""How many threads NumPy's and SciPy's libraries take for a product of matrices."""


def main() -> None:
    """Run the command that the arguments name, and exit."""
    try:
        _prepare_streams()
        # The matrices here are small: more threads only get into each other's and the workers' way.
        # Read when NumPy is imported, so it is said before; whoever has said otherwise is heard.
        for variable in _THREADS:
            os.environ.setdefault(variable, "1")
        # So that temporary files are removed, and an unfinished result can be resumed.
        signal.signal(signal.SIGTERM, _terminate)
        from smclassify.cli.app import cli

        cli(prog_name="smclassify")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _prepare_streams() -> None:
    """Make sure that there are three streams and that no character stops the program."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:  # closed by whoever started us
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115 - it stays open
        elif name != "stdin" and isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _terminate(*_: object) -> NoReturn:
    sys.exit(TERMINATED)
