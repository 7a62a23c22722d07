"""Changes to a registry in processes of their own, that may be killed at any moment of them."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sys
from functools import partial
from multiprocessing import forkserver
from pathlib import Path
from unittest.mock import patch

from smclassify.model.registry import Registry

HERE = Path(__file__).parent
WATCHED = ("open", "os.rename", "os.mkdir", "os.rmdir", "os.remove", "os.chmod", "shutil.")
"""What the interpreter reports of each access to the disk, before it happens."""


def started(*arguments):
    """Start :func:`_run` in a process of its own, forked from a server that has all imported."""
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(["pytest", "registry_calls"])
    # The server of Python 3.11 doesn't look for them on its starter's sys.path.
    with patch.dict(os.environ, PYTHONPATH=os.pathsep.join(map(str, (HERE, HERE.parent)))):
        forkserver.ensure_running()
    process = server.Process(target=_run, args=arguments)
    process.start()
    return process


def ended(process) -> int:
    process.join(120)
    if process.exitcode is None:
        process.kill()
        raise AssertionError("it did not end")
    return process.exitcode


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
