"""The rows of a run that is under way: on the disk, in order, and safe from any interruption."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self, TypeVar

from smclassify.errors import OutputError
from smclassify.exports.cells import pack_all
from smclassify.exports.reading.source import STDIN
from smclassify.exports.writing.checkpoint import Checkpoint
from smclassify.exports.writing.part import Part, is_held
from smclassify.exports.writing.stored import Stored, read_lines
from smclassify.exports.writing.target import being_written, cannot_write, check_target

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_Result = TypeVar("_Result")

ENDINGS: Final = ("part", "part.records", "part.json")
"""What stands beside an unfinished result: its rows, a record a row, how far it has come."""


class WorkFile:
    """Rows, and for each a record of fixed size, that survive a kill. A context manager.

    ``TARGET.part`` holds a JSON list a row, ``TARGET.part.records`` the records, and
    ``TARGET.part.json`` says how much of both is good. Whatever stands beyond that when a run
    goes on is cut off and made again. Standard output (``"-"``) has unnamed files instead, and
    cannot be gone on with.

    Leaving the ``with`` block normally removes all three; leaving it by an exception keeps
    them, unless nothing had been written.

    Parameters
    ----------
    target : str or Path
        Where the result will be.
    columns : sequence of str
        The names of the cells of a row.
    record_bytes : int
        The size of a record.
    resume : bool
        Go on where another run was left, if there is one.
    state : mapping of str to str, optional
        What has to be the same for that, under names a user understands, such as
        ``{"input": digest, "model": digest}``.
    checkpoint_seconds : float
        How often to make sure that the disk has everything: what a crash can cost.

    Attributes
    ----------
    memory : dict of str to list of str
        Small things that a run must remember across an interruption; saved with every note.
    kept : Path or None
        The part that an exception left behind for a later run to go on from.

    Raises
    ------
    OutputError
        If the files cannot be written, or are another run's.
    """

    def __init__(
        self,
        target: str | Path,
        columns: Sequence[str],
        *,
        record_bytes: int = 0,
        resume: bool = False,
        state: Mapping[str, str] | None = None,
        checkpoint_seconds: float = 1.0,
    ) -> None:
        self.kept: Path | None = None
        self._record_bytes = record_bytes
        self._target = Path(target)
        self._named = str(target) != STDIN
        self._columns = list(columns)
        self._seconds = checkpoint_seconds
        self._saved_at = time.monotonic()
        self._note = Checkpoint(dict(state or {}), self._columns)
        if resume and not self._named:
            raise OutputError("standard output cannot be resumed.", hint="Name a file with -o.")
        if self._named:
            check_target(self._target)
        self._rows, self._records = self._saying_why(lambda: self._open(resume))

    @property
    def rows_done(self) -> int:
        """How many rows it has, those of a resumed run included."""
        return self._note.rows

    @property
    def memory(self) -> dict[str, list[str]]:
        """Small things that a run must remember across an interruption."""
        return self._note.memory

    def _beside(self, ending: str) -> Path:
        return beside(self._target, ending)

    def _saying_why(self, action: Callable[[], _Result]) -> _Result:
        """Do something with the files; say in a user's words why it failed."""
        try:
            return action()
        except BlockingIOError as error:
            raise being_written(self._target) from error
        except OSError as error:
            raise cannot_write(self._target, error, self.would_keep()) from error

    # --- opening ------------------------------------------------------------------------

    def _open(self, resume: bool) -> tuple[Part, Part]:
        if not self._named:
            return Part(None), Part(None)
        part, records, note = (self._beside(ending) for ending in ENDINGS)
        if resume and (earlier := Checkpoint.load(note)) is not None:
            earlier.check(part, self._note.state, self._columns)
            size = earlier.rows * self._record_bytes
            earlier.check_size(records, size)
            self._note = earlier
            return Part(part, earlier.size), Part(records, size)
        rows = Part(part)  # from here on no other run can have them
        try:
            # An earlier run's note must never be taken for this one's.
            note.unlink(missing_ok=True)
            return rows, Part(records)
        except OSError:
            rows.close()
            part.unlink(missing_ok=True)
            raise

    # --- writing ------------------------------------------------------------------------

    def append(self, rows: Sequence[Sequence[object]]) -> NDArray[np.int64]:
        """Write rows; return where each begins, shape (n,), for its record.

        The rows count as written once :meth:`record` has been called with their records.

        Raises
        ------
        OutputError
            If they cannot be written: the disk is full, for example.
        """
        import numpy as np

        lines, lengths = pack_all(rows)
        sizes = np.array(lengths, np.int64)
        starts = self._rows.size + np.cumsum(sizes) - sizes
        self._saying_why(lambda: self._rows.append(lines))
        return starts

    def record(self, records: NDArray[np.void]) -> None:
        """Write the records of the rows that were appended last.

        Raises
        ------
        OutputError
            If they cannot be written.
        """
        self._saying_why(lambda: self._records.append(records.tobytes()))
        # In one step, whenever Ctrl-C comes: rows and bytes must belong together.
        note = self._note
        self._note = replace(note, rows=note.rows + len(records), size=self._rows.size)
        if time.monotonic() - self._saved_at >= self._seconds:
            self.save()

    def save(self) -> None:
        """Note how far the run has come, once the disk has what the note is about.

        Raises
        ------
        OutputError
            If it cannot be noted.
        """
        if self._named:
            self._saying_why(self._save)
            self._saved_at = time.monotonic()

    def _save(self) -> None:
        self._rows.sync()
        self._records.sync()
        self._note.save(self._beside("part.json"))

    # --- reading ------------------------------------------------------------------------

    def records(self, kind: np.dtype[np.void]) -> NDArray[np.void]:
        """Return all records, mapped into memory and not to be written, shape (n,)."""
        return self._records.as_array(kind)

    def between(self, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> bytes:
        """Return the lines of the rows that lie between these bytes, in this order."""
        with self._rows.reading() as file:
            return read_lines(file, starts, ends)

    @property
    def size(self) -> int:
        """At which byte the last row ends."""
        return self._rows.size

    @property
    def stored(self) -> Stored | None:
        """The rows and records for other processes; None where only this one can read them."""
        if not self._named or not self.rows_done:
            return None
        rows, records = (self._beside(ending).absolute() for ending in ENDINGS[:2])
        return Stored(rows, records, self.rows_done)

    # --- leaving ------------------------------------------------------------------------

    def would_keep(self) -> Path | None:
        """Return what an interruption would leave to go on from."""
        return self._beside("part") if self._named and self.rows_done else None

    def _close(self) -> None:
        self._rows.close()
        self._records.close()

    def _remove(self) -> None:
        if self._named:
            for ending in reversed(ENDINGS):
                self._beside(ending).unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is not None and self.rows_done:
                self.save()
        finally:
            self._close()
            if kind is None or not self.rows_done or not self._beside("part.json").exists():
                self._remove()
            elif self._named:
                self.kept = self._beside("part")


def earlier_records(target: str | Path, kind: np.dtype[np.void]) -> NDArray[np.void]:
    """Return the records that a run to this target has left to go on from; none for none."""
    import numpy as np

    if not unfinished(target):
        return np.empty(0, kind)
    records = beside(target, "part.records")
    data = records.read_bytes() if records.exists() else b""
    return np.frombuffer(data[: len(data) // kind.itemsize * kind.itemsize], kind)


def beside(target: str | Path, ending: str) -> Path:
    """Return the path of a file that belongs to an unfinished result."""
    path = Path(target)
    return path.with_name(f"{path.name}.{ending}")


def work_files(target: str | Path) -> list[Path]:
    """Return all that a run may put beside its result, and remove again."""
    return [beside(target, ending) for ending in (*ENDINGS, "part.json.tmp", "tmp")]


def clear_remains(target: str | Path) -> None:
    """Remove what a killed run has left that cannot be gone on with.

    A kill before the first note leaves that, and one while the files are removed at the end.

    Raises
    ------
    OutputError
        If it cannot be removed.
    """
    if str(target) == STDIN or unfinished(target):
        return
    try:
        if is_held(beside(target, "part")):  # by a run that has only just begun
            return
        for path in work_files(target):
            path.unlink(missing_ok=True)
    except OSError as error:
        raise cannot_write(target, error, None) from error


def unfinished(target: str | Path) -> bool:
    """Whether an interrupted run to this target can be gone on with."""
    try:
        return str(target) != STDIN and beside(target, "part.json").exists()
    except OSError:  # a name too long, a folder closed to us: opening says so
        return False
