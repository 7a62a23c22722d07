"""Batches read side by side, and what becomes of a worker that dies over one.

The workers are processes of the standard library's executor. (joblib's own tells of a crash
only by ending the whole run; here a batch is tried again.) Each loads the model for itself,
mapped into memory, so that they share its pages.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import connection, get_context, parent_process
from types import TracebackType
from typing import Final, Protocol, Self, TypeVar

from smclassify.errors import ModelError
from smclassify.triage.judge import Judge, Verdicts, Work, unread

_Key = TypeVar("_Key")
_Result = TypeVar("_Result")

_AHEAD: Final = 2
"""Batches that wait for a worker, so that none waits for a batch."""

CRASHED: Final = "the worker process died over it twice; too little memory is the usual cause"


class Readers(Protocol):
    """Whatever reads batches, one after the other or side by side.

    Attributes
    ----------
    crashes : int
        How many times a process that reads has died.
    """

    crashes: int

    @property
    def helpers(self) -> Helpers | None:
        """Who can do something else meanwhile, until it is closed; None for nobody."""

    def each(self, works: Iterator[tuple[_Key, Work]]) -> Iterator[tuple[_Key, Verdicts]]:
        """Yield what was said of each batch, in their order."""

    def close(self) -> None:
        """Let go of what reading takes: nothing more will be read or begun."""


class Helpers(Protocol):
    """Processes that can do something else than read."""

    def begin(self, task: Callable[[], _Result]) -> Callable[[], _Result]:
        """Begin something; return what waits for its result.

        Parameters
        ----------
        task : callable
            Can be pickled. If the process that does it dies, this one does it.
        """

    def every(self, tasks: Iterator[Callable[[], _Result]]) -> Iterator[_Result]:
        """Do things as :meth:`begin` does, some at a time; yield the results in their order."""


class Alone:
    """Reads batches one after the other, in this process.

    Parameters
    ----------
    judge : callable
        Reads a batch.
    """

    def __init__(self, judge: Judge) -> None:
        self.crashes = 0
        self._judge = judge

    def each(self, works: Iterator[tuple[_Key, Work]]) -> Iterator[tuple[_Key, Verdicts]]:
        """Yield what was said of each batch, in their order."""
        for key, work in works:
            yield key, self._judge(work)

    @property
    def helpers(self) -> None:
        """Nobody."""
        return None

    def close(self) -> None:
        """Do nothing: the judge may be needed again."""


class Workers:
    """Reads batches side by side in processes of their own. A context manager.

    A batch over which a worker dies is tried once more, alone; if that fails too its rows are
    given back as unread, and the run goes on. An exception in a worker is raised here, also
    one of ``make_judge``.

    Parameters
    ----------
    make_judge : callable
        Called once in each worker; can be pickled.
    jobs : int
        How many workers.

    Attributes
    ----------
    crashes : int
        How many times a worker has died.
    """

    def __init__(self, make_judge: Callable[[], Judge], jobs: int) -> None:
        self.crashes = 0
        self._make_judge = make_judge
        self._jobs = jobs
        self._pool = self._new_pool(jobs)
        self._lost = False  # since a worker has died over something else than a batch

    def _new_pool(self, jobs: int) -> ProcessPoolExecutor:
        # Not forked: a process that holds threads (NumPy's, spaCy's) cannot be copied safely.
        return ProcessPoolExecutor(
            jobs, get_context("spawn"), initializer=_begin, initargs=(self._make_judge,)
        )

    def each(self, works: Iterator[tuple[_Key, Work]]) -> Iterator[tuple[_Key, Verdicts]]:
        """Yield what was said of each batch, in their order.

        Raises
        ------
        ModelError
            If a worker dies before it can read anything.
        """
        waiting: deque[tuple[_Key, Work, Future[Verdicts] | None]] = deque()
        for key, work in works:
            waiting.append((key, work, self._submit(work)))
            if len(waiting) >= self._jobs + _AHEAD:
                yield self._first(waiting)
        while waiting:
            yield self._first(waiting)

    def _submit(self, work: Work) -> Future[Verdicts] | None:
        try:
            with _held_interrupts():
                return self._pool.submit(_read, work)
        except BrokenProcessPool:
            return None  # a worker has just died; its batch will be met in its turn

    def _first(
        self, waiting: deque[tuple[_Key, Work, Future[Verdicts] | None]]
    ) -> tuple[_Key, Verdicts]:
        key, work, future = waiting.popleft()
        try:
            if future is not None:
                return key, future.result()
        except BrokenProcessPool:
            self.crashes += 1
        # The pool is lost with all it had: which batch did it is found out one by one.
        self._pool.shutdown(wait=True, cancel_futures=True)
        left = [at for at, (_, _, begun) in enumerate(waiting) if not _is_done(begun)]
        verdicts, *others = self._one_by_one([work, *(waiting[at][1] for at in left)])
        for at, other in zip(left, others, strict=True):
            waiting[at] = (waiting[at][0], waiting[at][1], _done(other))
        self._pool = self._new_pool(self._jobs)
        return key, verdicts

    def _one_by_one(self, works: list[Work]) -> Iterator[Verdicts]:
        """Try batches again with a worker that has nothing else to do."""
        pool = self._new_pool(1)
        try:
            for work in works:
                self._wait_for(pool)
                try:
                    yield pool.submit(_read, work).result()
                except BrokenProcessPool:
                    self.crashes += 1
                    pool.shutdown()
                    pool = self._new_pool(1)
                    yield unread(work)
        finally:
            pool.shutdown(cancel_futures=True)

    def _wait_for(self, pool: ProcessPoolExecutor) -> None:
        """Wait until the worker has begun: what it dies of before that is no batch's fault."""
        try:
            with _held_interrupts():
                begun = pool.submit(_raise_failure)
            begun.result()
        except BrokenProcessPool as error:
            raise ModelError(
                "the worker processes die while they load the model.",
                hint="Too little memory is the usual cause. Fewer of them (--jobs) need less.",
            ) from error

    @property
    def helpers(self) -> Helpers:
        """The workers."""
        return self

    def begin(self, task: Callable[[], _Result]) -> Callable[[], _Result]:
        """Begin something in a worker; return what waits for it."""
        try:
            with _held_interrupts():
                future = self._pool.submit(task)
        except BrokenProcessPool:
            return task

        def wait() -> _Result:
            try:
                return future.result()
            except BrokenProcessPool:
                self.crashes += not self._lost
                self._lost = True
                return task()

        return wait

    def every(self, tasks: Iterator[Callable[[], _Result]]) -> Iterator[_Result]:
        """Do things in the workers, some at a time; yield the results in their order."""
        waiting: deque[Callable[[], _Result]] = deque()
        for task in tasks:
            waiting.append(self.begin(task))
            if len(waiting) >= self._jobs + _AHEAD:
                yield waiting.popleft()()
        while waiting:
            yield waiting.popleft()()

    def close(self) -> None:
        """Let the processes end, and give back their memory, once they have done what is begun."""
        self._pool.shutdown(wait=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(wait=kind is None, cancel_futures=True)


def _is_done(future: Future[Verdicts] | None) -> bool:
    return future is not None and future.done() and future.exception() is None


def _done(verdicts: Verdicts) -> Future[Verdicts]:
    future: Future[Verdicts] = Future()
    future.set_result(verdicts)
    return future


@contextmanager
def _held_interrupts() -> Iterator[None]:
    """Let Ctrl-C wait while a worker is started, which inherits that and so is deaf from birth.

    (What it would say otherwise, while it imports, is a traceback.)
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# --- in a worker ------------------------------------------------------------------------

_JUDGE: list[Judge] = []
_FAILURE: list[Exception] = []


def _begin(make_judge: Callable[[], Judge]) -> None:
    # Ctrl-C reaches every process of the terminal; the one that started us decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        _JUDGE[:] = [make_judge()]
    except Exception as error:  # the executor would only say that a process has died
        _FAILURE[:] = [error]


def _end_with_parent() -> None:
    """Leave when the process that started us has been killed and can no longer say so."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _raise_failure() -> None:
    if _FAILURE:
        raise _FAILURE[0]


def _read(work: Work) -> Verdicts:
    _raise_failure()
    return _JUDGE[0](work)
