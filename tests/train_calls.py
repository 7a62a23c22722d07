"""Commands about models in processes of their own, which may be killed at any moment of them."""

from __future__ import annotations

import os
import signal
import sys
from functools import partial
from pathlib import Path

from forked import start

import smclassify.classifier
import smclassify.cli.models
import smclassify.cli.train_run
from smclassify.cli import main
from smclassify.model.registry import Registry
from smclassify.model.versions import VARIABLE

WATCHED = ("open", "os.rename", "os.mkdir", "os.rmdir", "os.remove", "os.chmod")


def started(*arguments):
    """Start :func:`_run` in a process of its own."""
    return start(__name__, _run, *arguments)


def _run(root, shipped, commands, log, kill_at=None):
    """Run some commands; be killed before so many accesses to the models, or count them."""
    os.environ[VARIABLE] = str(root)
    find = partial(Path, shipped)
    Registry.__init__.__kwdefaults__ = {"shipped": find, "patience": 60}
    smclassify.classifier.shipped_model = find
    said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(said, 1)
    os.dup2(said, 2)
    if kill_at is not None:
        seen = 0

        def watch(event, arguments):
            nonlocal seen
            if event not in WATCHED or str(root) not in str(arguments[0]):
                return
            seen += 1
            if kill_at == 0:
                os.write(said, f"access {seen} {event}\n".encode())
            elif seen == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(watch)
    for command in commands:
        sys.argv = ["smclassify", *map(str, command)]
        try:
            main()
        except SystemExit as ending:
            if ending.code:
                raise
