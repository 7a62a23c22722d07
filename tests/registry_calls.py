"""Changes to a registry in processes of their own, that may be killed at any moment of them."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from functools import partial
from pathlib import Path

from forked import start

from smclassify.model.registry import Registry

WATCHED = ("open", "os.rename", "os.mkdir", "os.rmdir", "os.remove", "os.chmod", "shutil.")
"""What the interpreter reports of each access to the disk, before it happens."""


def started(*arguments):
    """Start :func:`_run` in a process of its own."""
    return start(__name__, _run, *arguments)


def _run(root, model, changes, kill_at=None, log=None):
    """Make some changes; be killed before so many accesses to the disk, or count them."""
    registry = Registry(root, shipped=partial(Path, model), patience=60)
    seen = 0

    def watch(event, _):
        nonlocal seen
        if event.startswith(WATCHED):
            seen += 1
            if seen == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    for name, *arguments in changes:
        if name == "add":
            registry.add(*arguments, partial(shutil.copytree, model))
        else:
            getattr(registry, name)(*arguments)
    if log:
        count, kill_at = seen, None
        Path(log).write_text(str(count), "ascii")
