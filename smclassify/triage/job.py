"""The second job over whole exports: every row comes back once, with what it is beside it.

    tables → batches of rows → classifier.triage → the same rows and eight columns more

Memory is flat in the size of the exports: a batch of rows, counts, and bounded lists of the
most urgent comments.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from smclassify.comments import CommentResult
from smclassify.errors import InputError, OutputError
from smclassify.exports import STDIN, RowSink, open_table
from smclassify.exports.target import cannot_write
from smclassify.labels import CRISIS, PRIVATE_REPLY
from smclassify.tally import Step, Tally, TallyLog, TriagedRow, count_results
from smclassify.triage_input import RowPlan, TriageTable, union_of_columns
from smclassify.triage_types import (
    COLUMNS,
    PRIORITY_COLUMN,
    REASON_SEPARATOR,
    TriageInterrupted,
    TriageOptions,
    TriageProblem,
    Triager,
    TriageSummary,
)

__all__ = [
    "COLUMNS",
    "TriageInterrupted",
    "TriageOptions",
    "TriageProblem",
    "TriageSummary",
    "Triager",
    "triage_tables",
]

_TALLY_ENDING: Final = "part.tally"
_DEFAULTS: Final = TriageOptions()


def triage_tables(
    classifier: Triager,
    sources: Sequence[str],
    target: str,
    *,
    options: TriageOptions = _DEFAULTS,
    progress: Callable[[int], None] | None = None,
) -> TriageSummary:
    """Triage the comments of one or several tables into one.

    Every readable row comes back once, in order unless sorted or filtered, with its own
    cells as they were and :data:`COLUMNS` after them. Of several tables the columns are the
    union in the order of appearance. Rows without text are handled like any other.

    A column of an input that already has the name of one of :data:`COLUMNS` is taken for an
    earlier triage's: it is left out, the new one stands in its place at the end, and a
    problem says so.

    Parameters
    ----------
    classifier : Triager
        Such as :func:`smclassify.load` returns.
    sources : sequence of str
        Paths, or ``"-"`` for standard input.
    target : str
        A path, or ``"-"`` for standard output.
    options : TriageOptions
        How to read, what to keep, in which order.
    progress : callable, optional
        Called with the number of rows handled so far, after every batch.

    Returns
    -------
    TriageSummary

    Raises
    ------
    InputError
        If an input cannot be read, or no column of it looks like the text.
    OutputError
        If the result cannot be written, or an earlier run cannot be resumed.
    TriageInterrupted
        On Ctrl-C.
    """
    started = time.monotonic()
    _check_places(sources, target)
    with ExitStack() as stack:
        tables = [_open(stack, source, options) for source in sources]
        job = _Job(classifier, tables, target, options, progress)
        try:
            job.run()
        except KeyboardInterrupt as error:
            raise TriageInterrupted(job.sink.rows_done, job.sink.kept_part) from error
        return job.summary(time.monotonic() - started)


def _check_places(sources: Sequence[str], target: str) -> None:
    if not sources:
        raise InputError("no file to triage was named.")
    seen: dict[object, str] = {}
    for source in sources:
        place = source if source == STDIN else Path(source).absolute()
        if place in seen:
            raise InputError(
                "is named twice; its rows would be counted twice.",
                where="standard input" if source == STDIN else source,
                hint="Name it once.",
            )
        seen[place] = source
    if target == STDIN:
        return
    path = Path(target)
    if path.exists() and not path.is_file() and not path.is_dir():
        raise OutputError("is no ordinary file.", where=target, hint="Use - for standard output.")
    for source in sources:
        if source != STDIN and path.exists() and Path(source).exists() and path.samefile(source):
            raise OutputError(
                "is one of the inputs; it would be overwritten.",
                where=target,
                hint="Give the result another name.",
            )


def _open(stack: ExitStack, source: str, options: TriageOptions) -> TriageTable:
    table = stack.enter_context(
        open_table(
            source,
            format=options.input_format,
            encoding=options.encoding,
            delimiter=options.delimiter,
        )
    )
    return TriageTable.of(table, options.text_column, options.id_column)


class _Job:
    """One run: its tables, its sink, its tally."""

    def __init__(
        self,
        classifier: Triager,
        tables: Sequence[TriageTable],
        target: str,
        options: TriageOptions,
        progress: Callable[[int], None] | None,
    ) -> None:
        self._classifier = classifier
        self._tables = tables
        self._target = target
        self._options = options
        self._progress = progress
        self.tally = Tally(options.listed)
        self._covered = 0
        columns, self._plans = union_of_columns([t.table.columns for t in tables], COLUMNS)
        self.sink = RowSink(
            target,
            [*columns, *COLUMNS],
            format=options.format,
            resume=options.resume,
            state=self._state() if target != STDIN else None,
            sort=(PRIORITY_COLUMN, True) if options.sort else None,
            bom=all(table.table.bom for table in tables),
        )
        self._resumed = self.sink.rows_done
        self._to_skip = self._resumed
        self._place = 0

    def _state(self) -> dict[str, str]:
        options = self._options
        thresholds = ", ".join(f"{k}={v:g}" for k, v in sorted(options.thresholds.items()))
        return {
            "input": " ".join(table.table.digest()[:16] for table in self._tables),
            "text column": ", ".join(table.text_name for table in self._tables),
            "model or configuration": options.judge,
            "language": options.lang or "told by the text",
            "thresholds": thresholds or "the model's",
            "choice of rows": options.only or "all",
        }

    def run(self) -> None:
        """Handle all rows and complete the result."""
        log: TallyLog | None = None
        try:
            with self.sink:
                log = self._open_log()
                for table, plan in zip(self._tables, self._plans, strict=True):
                    self._run_table(table, plan, log)
        finally:
            if log is not None:
                log.close(keep=self.sink.kept_part is not None)

    def _open_log(self) -> TallyLog | None:
        if self._target == STDIN:
            return None
        path = Path(f"{self._target}.{_TALLY_ENDING}")
        try:
            log = TallyLog(path, self._resumed, self.tally)
        except OSError as error:
            raise cannot_write(path, error, None) from error
        self._covered = log.covered
        return log

    def _run_table(self, table: TriageTable, plan: RowPlan, log: TallyLog | None) -> None:
        for batch in table.table.batches():
            if self._to_skip >= len(batch):
                self._to_skip -= len(batch)
                self._place += len(batch)
                continue
            self._place += self._to_skip
            rows = batch[self._to_skip :] if self._to_skip else batch
            self._to_skip = 0
            texts = table.texts(rows)
            results = self._classifier.triage(
                texts,
                ids=table.ids(rows),
                langs=self._options.lang,
                thresholds=self._options.thresholds or None,
            )
            step = Step(len(rows), count_results(results), self._shown(table, rows, results))
            self._note(log, step)
            cells = [
                [*plan.own(row), *self._added(result), *row.surplus]
                for row, result in zip(rows, results, strict=True)
                if result.private_reply or self._options.only is None
            ]
            self.sink.append(cells, rows_in=len(rows))
            self.tally.add(step)
            self._place += len(rows)
            if self._progress is not None:
                self._progress(self.sink.rows_done)

    def _note(self, log: TallyLog | None, step: Step) -> None:
        if log is None:
            return
        try:
            log.write(step, self.sink.rows_done + step.rows)
        except OSError as error:
            raise cannot_write(log.path, error, self.sink.kept_part) from error

    def _shown(
        self, table: TriageTable, rows: Sequence[Any], results: Sequence[CommentResult]
    ) -> list[TriagedRow]:
        first = self._place + 1
        return [
            table.shown(row, result, place)
            for place, (row, result) in enumerate(zip(rows, results, strict=True), first)
            if self.tally.wants(result, place)
        ]

    def _added(self, result: CommentResult) -> list[object]:
        reasons: object = list(result.reasons)
        if self.sink.format != "jsonl":
            reasons = REASON_SEPARATOR.join(result.reasons)
        return [
            result.lang,
            result.kind,
            result.private_reply,
            round(result.private_reply_score, 4),
            result.department,
            result.crisis,
            result.priority,
            reasons,
        ]

    # --- afterwards ---------------------------------------------------------------------

    def _problems(self) -> list[TriageProblem]:
        found: list[TriageProblem] = []
        for table, plan in zip(self._tables, self._plans, strict=True):
            name = table.table.name
            if plan.replaced:
                names = ", ".join(plan.replaced)
                found.append(TriageProblem(name, f"columns of an earlier triage replaced: {names}"))
            found += [TriageProblem(name, str(p), p.lost) for p in table.table.problems]
        found += [TriageProblem(self._target, str(problem)) for problem in self.sink.problems]
        return found

    def summary(self, seconds: float) -> TriageSummary:
        """Return what was found."""
        tally = self.tally
        problems = [table.table.problems for table in self._tables]
        replaced = sum(bool(plan.replaced) for plan in self._plans)
        return TriageSummary(
            target=self._target,
            rows=self.sink.rows_done,
            rows_written=self.sink.rows_out,
            rows_lost=sum(found.lost for found in problems),
            blank_rows=sum(table.table.blank_rows for table in self._tables),
            uncounted=self._resumed - self._covered,
            kinds=dict(tally.counts["kinds"].most_common()),
            languages=dict(tally.counts["languages"].most_common()),
            departments=dict(tally.counts["departments"].most_common()),
            private_replies=tally.counts["flags"][PRIVATE_REPLY],
            crises=tally.counts["flags"][CRISIS],
            problems=tuple(self._problems()),
            problems_total=sum(f.total for f in problems) + self.sink.problems.total + replaced,
            seconds=seconds,
            top=tally.top.rows(),
            to_answer=tally.private_replies.rows(),
            alarms=tally.crises.rows(),
        )
