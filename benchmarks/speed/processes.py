"""A command as a process of its own: its seconds, its processor time, its memory."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import psutil

OURS: Final = (sys.executable, "-m", "smclassify")


@dataclass(frozen=True)
class Ran:
    """What a process took.

    Attributes
    ----------
    seconds : float
        From beginning to end.
    cpu : float
        Processor seconds, with those of the processes it started and waited for.
    peak : float
        Bytes of memory that all of them together held at most; 0 where nobody looked.
    """

    seconds: float
    cpu: float
    peak: float = 0.0


def run(
    command: Sequence[str], *, look_every: float | None = None, accepted: Collection[int] = (0,)
) -> Ran:
    """Run a command, its output thrown away.

    Parameters
    ----------
    command : sequence of str
    look_every : float, optional
        Seconds between looks at the memory; by default nobody looks, which costs nothing.
    accepted : collection of int
        Exit codes that are no failure.

    Raises
    ------
    SystemExit
        If it fails, with what it has said.
    """
    with tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)
        with _watched(process.pid, look_every) as peak:
            # Not process.wait(): only wait4 tells the processor time of this very process.
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in accepted:
            errors.seek(0)
            said = errors.read().decode(errors="replace").strip()
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}: {said}")
    return Ran(seconds, usage.ru_utime + usage.ru_stime, max(peak))


@contextlib.contextmanager
def _watched(pid: int, every: float | None) -> Iterator[list[float]]:
    """Look at the memory of a process from time to time; give the list of what was seen."""
    seen, ended = [0.0], threading.Event()

    def look(seconds: float) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            while not ended.wait(seconds):
                seen.append(memory_of(process))

    if every is None:
        yield seen
        return
    watcher = threading.Thread(target=look, args=(every,), daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        ended.set()
        watcher.join()


def memory_of(process: psutil.Process) -> float:
    """Return the bytes that a process and its children hold now.

    Of memory that processes share, each is given its part (proportional set size, Linux); what
    no other process holds where the system tells no more.
    """
    held = 0.0
    try:
        for one in (process, *process.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                info = one.memory_full_info()
                held += getattr(info, "pss", info.uss)
    except psutil.NoSuchProcess:
        return 0.0
    return held
