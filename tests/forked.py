"""Processes forked from a server that has imported everything: they start at once."""

from __future__ import annotations

import multiprocessing
import os
from multiprocessing import forkserver
from pathlib import Path
from unittest.mock import patch

HERE = Path(__file__).parent


def start(module, target, *arguments):
    """Start a function of a module in a process, forked from a server that has all imported."""
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(["pytest", module])
    # The server of Python 3.11 doesn't look for them on its starter's sys.path.
    with patch.dict(os.environ, PYTHONPATH=os.pathsep.join(map(str, (HERE, HERE.parent)))):
        forkserver.ensure_running()
    process = server.Process(target=target, args=arguments)
    process.start()
    return process


def ended(process) -> int:
    process.join(120)
    if process.exitcode is None:
        process.kill()
        raise AssertionError("it did not end")
    return process.exitcode
