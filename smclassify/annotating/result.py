"""The labelled sheet: read to go on from, and written whole after each text.

The file is replaced in one step each time, so a kill at any moment leaves the sheet as it was
after the last text that was labelled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from smclassify.annotating.scheme import AFTER, ASKABLE, BEFORE, LABELS, Scheme
from smclassify.annotating.session import Item, Labelled
from smclassify.errors import InputError, OutputError
from smclassify.exports import Style, cell_text, open_table, write_table
from smclassify.exports.writing.guard import unguard
from smclassify.exports.writing.target import (
    TEXT_FORMATS,
    being_written,
    check_target,
    output_format,
)

_LABEL_COLUMNS: Final = frozenset({LABELS, *(name for names in ASKABLE.values() for name in names)})


class ResultFile:
    """The sheet that a session adds to. A context manager that keeps other sessions out.

    Parameters
    ----------
    path : path
    scheme : Scheme
        What is asked: the columns.
    annotator : str
        Who labels.

    Attributes
    ----------
    rows : list of list
        What earlier sessions have labelled, a cell a column.
    columns : list of str
        The header: ours, and any that somebody has added to an earlier sheet.

    Raises
    ------
    InputError
        If there is a file that is no sheet of labels, or one of other labels.
    OutputError
        If the file cannot be written there, or another session is writing it.
    """

    def __init__(self, path: str | Path, scheme: Scheme, annotator: str = "") -> None:
        self.path = Path(path)
        self._scheme = scheme
        self._annotator = annotator
        self.format = output_format(self.path, None)
        if self.format not in TEXT_FORMATS:
            hint = f"Use {', '.join(TEXT_FORMATS)} as the name's ending."
            raise OutputError("labels cannot be added to such a file.", where=str(path), hint=hint)
        check_target(self.path)
        self.columns: list[str] = [*BEFORE, *scheme.columns, *AFTER]
        self.rows: list[list[object]] = []
        self.bom = False
        self._written: tuple[int, int] | None = None

    def __enter__(self) -> Self:
        from filelock import FileLock, Timeout

        self._lock = FileLock(self.path.with_name(f".{self.path.name}.lock"))
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise being_written(self.path) from error
        except OSError as error:
            message = f"cannot be locked: {error.strerror or error}."
            raise OutputError(message, where=str(self.path)) from error
        try:
            self._read()
        except BaseException:
            self._unlock()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._unlock()

    def _unlock(self) -> None:
        self._lock.release()
        # Should another session have it by now (Windows then keeps the file), it stays theirs;
        # whatever happens, save() notices when somebody else has written the sheet.
        with suppress(OSError):
            Path(self._lock.lock_file).unlink()

    def _read(self) -> None:
        self._written = self._stamp()
        if self._written is None or not self._written[0]:
            return
        with open_table(self.path) as table:
            self._check(table.columns)
            self.columns, self.bom = table.columns, table.bom
            self.rows = [[*row.cells, *row.surplus] for rows in table.batches() for row in rows]
            lost = [str(problem) for problem in table.problems if problem.lost]
        if lost:
            hint = "Mend these rows, or name another file with -o."
            message = f"some of its rows cannot be read: {'; '.join(lost[:5])}."
            raise InputError(message, where=str(self.path), hint=hint)
        if self.format != "jsonl":
            self.rows = [[unguard(str(cell)) for cell in row] for row in self.rows]

    def _check(self, columns: Sequence[str]) -> None:
        """Make sure that a sheet that is there has the columns of this session."""
        ours = [*BEFORE, *self._scheme.columns, *AFTER]
        missing = [name for name in ours if name not in columns]
        other = [name for name in columns if name in _LABEL_COLUMNS and name not in ours]
        if not missing and not other:
            return
        there = ", ".join(name for name in columns if name in _LABEL_COLUMNS) or "none of ours"
        raise InputError(
            f"is there already, with other columns of labels: {there}.",
            where=str(self.path),
            hint=f"This session would write {', '.join(self._scheme.columns)}. Ask for the same "
            "labels (--task, --labels, --new-label), or name another file with -o.",
        )

    @property
    def texts(self) -> list[str]:
        """The texts that are labelled already."""
        place = self.columns.index("text")
        return [cell_text(row[place]) for row in self.rows]

    def save(self, items: Sequence[Item], done: Sequence[Labelled]) -> None:
        """Write the sheet: what was there, and what this session has labelled so far.

        Raises
        ------
        OutputError
            If it cannot be written, or somebody else has written it meanwhile; it is as it
            was then.
        """
        if self._stamp() != self._written:
            raise OutputError(
                "was changed by another program while you were labelling. It has been left as "
                "it is now; your last answer is not in it.",
                where=str(self.path),
                hint="Close it there, then start again: what is in it is not asked again.",
            )

        def rows() -> Iterator[list[object]]:
            yield from self.rows
            for one in done:
                yield self._row(self._cells(items[one.place], one))

        style = Style(bom=self.bom and self.format == "csv")
        write_table(self.path, self.columns, rows, format=self.format, style=style)
        self._written = self._stamp()

    def _cells(self, item: Item, one: Labelled) -> Mapping[str, object]:
        return {
            **{name: getattr(item, name) for name in (*BEFORE, "author", "thread", "file", "row")},
            **self._scheme.cells(one.answers),
            "annotator": self._annotator,
            "note": one.note,
        }

    def _row(self, cells: Mapping[str, object]) -> list[object]:
        return [cells.get(name, "") for name in self.columns]

    def _stamp(self) -> tuple[int, int] | None:
        """Return what tells the file from a changed one; None where there is none."""
        try:
            stat = self.path.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            message = f"cannot be looked at: {error.strerror or error}."
            raise OutputError(message, where=str(self.path)) from error
        return stat.st_size, stat.st_mtime_ns
