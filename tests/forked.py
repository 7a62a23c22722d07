"""Processes forked from a server that has imported everything: they start at once."""

from __future__ import annotations

import multiprocessing
import os
from multiprocessing import forkserver
from pathlib import Path
from unittest.mock import patch

HERE = Path(__file__).parent
_served: list[tuple[str, ...]] = []


def serve(*modules):
    """Have a server that has imported just these modules, and return what starts processes.

    A process of tests has one server. One that was started for other tests may hold their stubs in
    the place of real modules, so it is ended first.
    """
    context = multiprocessing.get_context("forkserver")
    if _served[:] != [modules]:
        forkserver._forkserver._stop()  # there is no public way
        _served[:] = [modules]
    context.set_forkserver_preload(["pytest", *modules])
    # The server of Python 3.11 doesn't look for them on its starter's sys.path.
    with patch.dict(os.environ, PYTHONPATH=os.pathsep.join(map(str, (HERE, HERE.parent)))):
        forkserver.ensure_running()
    return context


def start(module, target, *arguments):
    """Start a function of a module in a process, forked from a server that has all imported."""
    process = serve(module).Process(target=target, args=arguments)
    process.start()
    return process


def ended(process) -> int:
    process.join(120)
    if process.exitcode is None:
        process.kill()
        raise AssertionError("it did not end")
    return process.exitcode
