"""smclassify with the fake classifier, in processes that a test can kill at any moment.

They are forked from a server that has imported everything, so that a run takes a fraction of a
second. Batches are short and every one is noted, so that there is much to be interrupted.

A run can kill itself: ``kill_at="note:3:before"`` sends SIGKILL before the third call of what
is called ``note`` in :data:`POINTS`; ``after`` is one more such moment. ``full`` and ``denied`` are
what the disk may say instead of letting the call do its work, ``ctrl-c`` is what a user may do
before it. ``"*"`` only lists the calls, in the order they come. A number
is the seconds of computing after which the system ends it, by a signal that nothing heeds: how
busy the machine is makes no difference to what has been done by then.
"""

from __future__ import annotations

import errno
import os
import re
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass
from functools import partial, wraps
from pathlib import Path

import cli_fake
import openpyxl  # noqa: F401 - loaded once, in the server
from forked import serve

import smclassify.cli.triage
import smclassify.cli.triage_out
import smclassify.report.triage_page
import smclassify.report.triage_text
import smclassify.triage.job
from smclassify.cli import main
from smclassify.exports import Table
from smclassify.exports.writing.checkpoint import Checkpoint
from smclassify.exports.writing.part import Part
from smclassify.exports.writing.workfile import WorkFile
from smclassify.triage.outcome import Outcome
from smclassify.triage.seen import Seen

ROWS_A_BATCH = 150
RANDOM_PART = re.compile(r"\.\d+-[0-9a-f]{8}\.tmp$")

POINTS = {
    "judge": (cli_fake.FakeClassifier, "triage"),
    "part": (Part, "append"),
    "sync": (Part, "sync"),
    "append": (WorkFile, "append"),
    "record": (WorkFile, "record"),
    "note": (Checkpoint, "save"),
    "outcome": (Outcome, "__init__"),
    "write": (Outcome, "write"),
    "summary": (Outcome, "summary"),
    "seen": (Seen, "save"),
    "report": (smclassify.cli.triage_out, "write_report"),
    "replace": (Path, "replace"),
    "unlink": (Path, "unlink"),
}
_ERRORS = {"full": errno.ENOSPC, "denied": errno.EACCES}
_LOGS = ("said", "calls", "seconds")
_NAMED = {"replace": 1, "unlink": 0}
"""Of these calls, the path that tells them from others."""


@dataclass
class Ending:
    """How a run ended: its exit code (a signal's is negative), what it said, what it called."""

    code: int
    said: str
    calls: list[str]
    seconds: float

    @property
    def killed(self):
        return self.code in (-signal.SIGKILL, -signal.SIGPROF)


def _label(name, arguments):
    at = _NAMED.get(name)
    return name if at is None else f"{name} {RANDOM_PART.sub('', Path(arguments[at]).name)}"


def _befall(what):
    if what == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    elif what == "ctrl-c":
        signal.raise_signal(signal.SIGINT)
    elif what in _ERRORS:
        raise OSError(_ERRORS[what], os.strerror(_ERRORS[what]))


def _watch(kill_at, log):
    """Note every call of POINTS in a file, and die at the one that was named."""
    counts = Counter()

    def watched(name, function):
        @wraps(function)
        def call(*arguments, **named):
            label = _label(name, arguments)
            counts[label] += 1
            here = f"{label}:{counts[label]}"
            os.write(log, f"{here}\n".encode())
            if kill_at.startswith(f"{here}:"):
                _befall(kill_at.removeprefix(f"{here}:"))
            result = function(*arguments, **named)
            if kill_at == f"{here}:after":
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return call

    for name, (owner, attribute) in POINTS.items():
        setattr(owner, attribute, watched(name, getattr(owner, attribute)))


def _run(arguments, folder, log, kill_at):
    os.chdir(folder)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    files = [
        os.open(f"{log}.{name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for name in ("said", "calls")
    ]
    os.dup2(files[0], 1)
    os.dup2(files[0], 2)
    Table.batches.__defaults__ = (ROWS_A_BATCH, 2_000_000)
    WorkFile.__init__.__kwdefaults__["checkpoint_seconds"] = 0.0
    if isinstance(kill_at, float):
        signal.setitimer(signal.ITIMER_PROF, kill_at)
    elif kill_at:
        _watch(kill_at, files[1])
    sys.argv = ["smclassify", *map(str, arguments)]
    try:
        main()
    finally:
        Path(f"{log}.seconds").write_text(str(time.process_time()), "ascii")


def started(arguments, folder, log, kill_at=None):
    """Start a run in a folder; give its process, and what waits for its :class:`Ending`."""
    for name in _LOGS:
        Path(f"{log}.{name}").unlink(missing_ok=True)
    server = serve("killable_stubs", "killable")
    process = server.Process(target=_run, args=(arguments, folder, log, kill_at))
    process.start()
    return process, partial(_ending, process, log)


def _ending(process, log):
    process.join(60)
    if process.exitcode is None:
        process.kill()
        raise AssertionError(f"it did not end: {Path(f'{log}.said').read_text('utf-8')}")
    # The files aren't there if it was killed before it could make them.
    said, calls, seconds = (
        path.read_text("utf-8") if (path := Path(f"{log}.{name}")).exists() else ""
        for name in _LOGS
    )
    return Ending(process.exitcode, said, calls.splitlines(), float(seconds or 0))


def run(arguments, folder, log, kill_at=None):
    """Run to the end, or to where it kills itself; return its :class:`Ending`."""
    return started(arguments, folder, log, kill_at)[1]()
