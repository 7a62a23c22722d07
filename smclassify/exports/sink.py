"""Writing a table so that no half-written result is ever taken for a whole one."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, Self, cast

from smclassify.errors import OutputError
from smclassify.exports.cells import pack, unpack
from smclassify.exports.checkpoint import Checkpoint
from smclassify.exports.encoders import Encoder, make_encoder
from smclassify.exports.part import Part, SortKeys, sync_file, sync_folder
from smclassify.exports.source import STDIN
from smclassify.exports.spooled import write_parquet, write_xlsx
from smclassify.exports.table import Problem, Problems, in_groups
from smclassify.exports.target import (
    cannot_write,
    check_target,
    check_width,
    output_format,
    shown_name,
    write_stdout,
)

_ROWS_AT_ONCE: Final = 2000


class RowSink:
    """Writes rows to a file, or to standard output (``"-"``). A context manager.

    The rows go to ``TARGET.part``, which takes the target's name only when the last one is
    written. ``TARGET.part.json`` says how far the run has come, so that an interrupted one
    can go on. For CSV and JSONL the part is the result as it will be; workbooks, Parquet
    files and sorted results are made at the end from a part with one JSON list a row, and
    sorting takes no more memory than 16 bytes a row.

    Leaving the ``with`` block normally finishes the result; leaving it by an exception keeps
    the part, unless nothing had been written.

    Parameters
    ----------
    target : str or Path
        Where to write; ``"-"`` for standard output (CSV, TSV and JSONL only).
    columns : sequence of str
        The header.
    format : str, optional
        ``"csv"``, ``"tsv"``, ``"jsonl"``, ``"xlsx"`` or ``"parquet"``; by default what the
        target's ending says, and CSV on standard output.
    resume : bool
        Go on where a part was left, if there is one.
    state : mapping of str to str, optional
        What has to be the same for that, under names a user understands, such as
        ``{"input": digest, "model": digest}``.
    sort : tuple of (str, bool), optional
        A column with numbers and whether the largest come first. Rows with equal numbers
        stay in order; what is no number comes last.
    bom : bool
        Whether a CSV file begins with a byte order mark.
    checkpoint_seconds : float
        How often to make sure that the disk has everything: what a crash can cost.

    Attributes
    ----------
    format : str
        The format that is written.
    problems : Problems
        What could not be written as it was; :attr:`Problem.row` counts the written rows.
    kept_part : Path or None
        The part that an exception left behind for a later run to resume.

    Raises
    ------
    OutputError
        If the target cannot be written, or the part is another run's.
    MissingExtraError
        If the format is Parquet and pyarrow is not installed.
    """

    def __init__(
        self,
        target: str | Path,
        columns: Sequence[str],
        *,
        format: str | None = None,
        resume: bool = False,
        state: Mapping[str, str] | None = None,
        sort: tuple[str, bool] | None = None,
        bom: bool = False,
        checkpoint_seconds: float = 1.0,
    ) -> None:
        self.format = output_format(target, format)
        check_width(target, self.format, len(columns))
        self.problems = Problems()
        self.kept_part: Path | None = None
        self._name = shown_name(target)
        self._stdout = str(target) == STDIN
        self._target = Path(target)
        self._columns = list(columns)
        self._seconds = checkpoint_seconds
        self._saved_at = time.monotonic()
        self._finished = False
        self._encoder = make_encoder(self.format, self._columns, self.problems, bom=bom)
        self._sort = SortKeys.of(sort, self._columns, self._name) if sort else None
        self._spooled = self._sort is not None or self._encoder is None
        sorting = f"{sort[0]}, {'largest' if sort[1] else 'smallest'} first" if sort else "none"
        fixed = {**(state or {}), "output format": self.format, "sorting": sorting}
        self._progress = Checkpoint(fixed, self._columns)
        self._part = self._open(resume)

    @property
    def rows_done(self) -> int:
        """How many input rows have been handled, those of a resumed run included."""
        return self._progress.rows_in

    @property
    def rows_out(self) -> int:
        """How many rows have been written, those of a resumed run included."""
        return self._progress.rows_out

    # --- opening ------------------------------------------------------------------------

    def _beside(self, ending: str) -> Path:
        return self._target.with_name(f"{self._target.name}.{ending}")

    def _open(self, resume: bool) -> Part | None:
        if self._stdout:
            if resume:
                raise OutputError("standard output cannot be resumed.", hint="Name a file with -o.")
            if not self._spooled:
                write_stdout(self._header())
                return None
        else:
            check_target(self._target)
        try:
            return Part(None) if self._stdout else self._open_file(resume)
        except OSError as error:
            raise cannot_write(self._target, error, None) from error

    def _open_file(self, resume: bool) -> Part:
        path, progress_path = self._beside("part"), self._beside("part.json")
        if resume and (earlier := Checkpoint.load(progress_path)) is not None:
            earlier.check(path, self._progress.state, self._columns)
            self._progress = earlier
            part = Part(path, earlier.size)
            if self._sort is not None:
                self._sort.rebuild(part)
            return part
        # An earlier run's progress must never be taken for this one's.
        progress_path.unlink(missing_ok=True)
        part = Part(path)
        try:
            if not self._spooled:
                part.append(self._header())
        except OSError:
            part.close()
            path.unlink(missing_ok=True)
            raise
        return part

    def _header(self) -> bytes:
        return self._encoder.header() if self._encoder is not None else b""

    # --- writing ------------------------------------------------------------------------

    def append(self, rows: Sequence[Sequence[object]], *, rows_in: int | None = None) -> None:
        """Write rows.

        Parameters
        ----------
        rows : sequence of sequence of object
            A cell a column; cells beyond the header are a ragged row's own.
        rows_in : int, optional
            How many input rows these stand for, where some were left out; by default as many
            as there are.

        Raises
        ------
        OutputError
            If they cannot be written: the disk is full, for example.
        OutputClosedError
            If nobody reads standard output any more.
        """
        if self._part is None:
            write_stdout(self._encoded(rows))
        else:
            try:
                self._append_to_part(self._part, rows)
            except OSError as error:
                raise cannot_write(self._target, error, self._would_keep()) from error
        self._progress.rows_out += len(rows)
        self._progress.rows_in += len(rows) if rows_in is None else rows_in
        if time.monotonic() - self._saved_at >= self._seconds:
            self._save_progress()

    def _encoded(self, rows: Sequence[Sequence[object]]) -> bytes:
        return cast(Encoder, self._encoder).rows(rows, self._progress.rows_out + 1)

    def _append_to_part(self, part: Part, rows: Sequence[Sequence[object]]) -> None:
        if not self._spooled:
            part.append(self._encoded(rows))
            return
        lines = [pack(row) for row in rows]
        start = part.size
        part.append(b"".join(lines))
        if self._sort is not None:
            for row, line in zip(rows, lines, strict=True):
                self._sort.add(row, start)
                start += len(line)

    def _save_progress(self) -> None:
        """Note how far we have come, once the disk has what the note is about."""
        if self._stdout or self._part is None:
            return
        try:
            self._part.sync()
            self._progress.size = self._part.size
            self._progress.save(self._beside("part.json"))
        except OSError as error:
            raise cannot_write(self._target, error, self._would_keep()) from error
        self._saved_at = time.monotonic()

    # --- finishing ----------------------------------------------------------------------

    def finish(self) -> None:
        """Complete the result and give it its name. More calls do nothing.

        Raises
        ------
        OutputError
            If it cannot be written; the part is kept then.
        """
        if self._finished:
            return
        if self._part is not None:
            try:
                self._finish_stdout() if self._stdout else self._finish_file(self._part)
            except OSError as error:
                raise cannot_write(self._target, error, self._would_keep()) from error
            self._part.close()
        self._finished = True

    def _finish_stdout(self) -> None:
        for data in self._result():
            write_stdout(data)

    def _finish_file(self, part: Part) -> None:
        self._save_progress()
        part_path = self._beside("part")
        if self._spooled:
            temporary = self._beside("tmp")
            try:
                self._make(temporary)
                sync_file(temporary)
                temporary.replace(self._target)
            finally:
                temporary.unlink(missing_ok=True)
            part.close()
            part_path.unlink()
        else:
            part.close()  # Windows renames no open file
            part_path.replace(self._target)
        self._beside("part.json").unlink(missing_ok=True)
        sync_folder(self._target.parent)

    def _make(self, path: Path) -> None:
        if self.format == "xlsx":
            write_xlsx(path, self._columns, self._rows, self.problems)
        elif self.format == "parquet":
            write_parquet(path, self._columns, self._rows, self.problems)
        else:
            with path.open("wb") as file:
                for data in self._result():
                    file.write(data)

    def _rows(self) -> Iterator[list[object]]:
        part = cast(Part, self._part)
        lines = part.lines() if self._sort is None else part.lines_at(self._sort.order())
        return map(unpack, lines)

    def _result(self) -> Iterator[bytes]:
        """Yield the bytes of a sorted text format."""
        yield self._header()
        for first, rows in in_groups(self._rows(), _ROWS_AT_ONCE):
            yield cast(Encoder, self._encoder).rows(rows, first)

    # --- leaving ------------------------------------------------------------------------

    def _would_keep(self) -> Path | None:
        return None if self._stdout or not self.rows_done else self._beside("part")

    def _abandon(self) -> None:
        """Close the part; keep it where there is something in it to go on from."""
        if self._part is None or self._finished:
            return
        try:
            if not self._part.closed:  # else all there was to note has been noted
                self._save_progress()
        except OutputError:
            # The error that brought us here is on its way to the user, and the note of a
            # moment ago is as good to go on from.
            self.problems.add(Problem("how far the run had come could not be noted at its end"))
        finally:
            self._part.close()
        self._keep_or_remove()

    def _keep_or_remove(self) -> None:
        if self._stdout:
            return
        if self.rows_done and self._beside("part.json").exists():
            self.kept_part = self._beside("part")
        else:
            self._beside("part").unlink(missing_ok=True)
            self._beside("part.json").unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self.finish()
        finally:
            self._abandon()
