"""The second job over whole exports: every row comes back once, with what it is beside it.

    tables → batches of rows → readers (this process or workers) → working file and facts
    facts of all rows → answers, bursts, copies → priorities → the same rows and our columns

The first half can be interrupted at any moment and gone on with; the second is made again from
what the first has left on the disk. Memory is flat in the size of the exports but for about 200
bytes a row, the facts and what is worked out from them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import Final

from smclassify.errors import InputError, OutputError
from smclassify.exports import FoundInputs, Role, Row, find_inputs
from smclassify.exports.writing.target import output_format
from smclassify.exports.writing.workfile import WorkFile, clear_remains
from smclassify.triage.facts import FACT, OURS, UNREAD, Facts, Numbers
from smclassify.triage.garbage import collected_rarely
from smclassify.triage.inputs import TriageTable, meaning, rows_seen
from smclassify.triage.judge import ToMask, Verdicts, Work, own_cells
from smclassify.triage.masking.people import UNREAD_CELL, personal_columns
from smclassify.triage.opening import check_place, keep_inputs, open_tables, resumable
from smclassify.triage.outcome import Outcome, as_of_seconds
from smclassify.triage.plan import RowPlan, union_of_columns
from smclassify.triage.rendering import JOINT
from smclassify.triage.seen import MEMORY_ENDING, Seen
from smclassify.triage.stored import Source
from smclassify.triage.types import (
    TriageInterrupted,
    TriageOptions,
    TriageProblem,
    TriageSummary,
)
from smclassify.triage.workers import CRASHED, Readers

_DEFAULTS: Final = TriageOptions()
_MOST_PLATFORMS: Final = 1000
"""More names than that are no platforms; the rest have none."""

Batch = tuple[int, list[Row]]
"""The number of a table, and rows of it."""


def triage_tables(
    readers: Readers,
    sources: Sequence[str] | FoundInputs,
    target: str,
    *,
    options: TriageOptions = _DEFAULTS,
    progress: Callable[[int], None] | None = None,
    report: Callable[[TriageSummary], None] | None = None,
) -> TriageSummary:
    """Triage the comments of one or several tables into one.

    Every readable row comes back once, in order unless sorted or filtered, with its own
    cells as they were and after them :data:`~smclassify.triage.types.COLUMNS` and two columns
    for each of ``options.own_labels``. Of several tables the columns are the
    union in the order of appearance. Rows without text are handled like any other.

    A column of an input that already has the name of one of these is taken for an
    earlier triage's: it is left out, the new one stands in its place at the end, and a
    problem says so.

    Parameters
    ----------
    readers : Readers
        :class:`~smclassify.triage.workers.Alone` or
        :class:`~smclassify.triage.workers.Workers`.
    sources : sequence of str or FoundInputs
        Files, folders, patterns, or ``"-"`` for standard input; or what these stand for.
    target : str
        A path, or ``"-"`` for standard output.
    options : TriageOptions
        How to read, what to keep, in which order.
    progress : callable, optional
        Called with the number of rows handled so far, after every batch.
    report : callable, optional
        Writes what else is wanted of a run. Called when the result is whole and the run can
        still be gone on with, so that ``--resume`` makes up for what goes wrong in it.

    Returns
    -------
    TriageSummary

    Raises
    ------
    InputError
        If an input cannot be read, or no column of it looks like the text.
    OutputError
        If the result cannot be written, is there already, or an earlier run cannot be resumed.
    TriageInterrupted
        On Ctrl-C.
    """
    started = time.monotonic()
    output_format(target, options.format)  # before any work is done
    as_of_seconds(options.as_of, options.timezone)
    if not isinstance(sources, FoundInputs):
        sources = find_inputs(sources, sheet=options.sheet, input_format=options.input_format)
    keep_inputs(sources, target, options.since)
    clear_remains(target)
    check_place(target, options)
    with ExitStack() as stack:
        stack.enter_context(collected_rarely())
        tables, passed_over = open_tables(sources, options)
        job = _Job(readers, tables, target, options, progress=progress)
        stack.enter_context(job.work)
        try:
            job.read()
            summary = job.finish(passed_over).after(time.monotonic() - started)
            if report is not None:
                report(summary)
            job.remember()
        except KeyboardInterrupt as error:
            raise TriageInterrupted(job.work.rows_done, job.work.would_keep()) from error
        except MemoryError as error:
            why = InputError("there is not enough memory.", hint="Use fewer processes (--jobs).")
            raise resumable(why, job.work) from error
        except (InputError, OutputError) as error:
            raise resumable(error, job.work) from error
    return summary


def _reading(options: TriageOptions) -> str:
    """Return how the files are read, where the user has said it."""
    said = (options.input_format, options.encoding, options.delimiter, options.sheet)
    return ", ".join(filter(None, said)) or "found out"


class _Job:
    """One run: its tables, its working file, its readers."""

    def __init__(
        self,
        readers: Readers,
        tables: Sequence[TriageTable],
        target: str,
        options: TriageOptions,
        *,
        progress: Callable[[int], None] | None,
    ) -> None:
        self._progress = progress
        self._readers = readers
        self._tables = tables
        self._target = target
        self._format = output_format(target, options.format)
        self._options = options
        self._seen = rows_seen(options, target)
        self._rows_known = 0
        added = options.added
        self._columns, self._plans = union_of_columns([t.columns for t in tables], added)
        self.work = WorkFile(
            target,
            [*self._columns, *added],
            record_bytes=FACT.itemsize,
            resume=options.resume,
            state=self._state(),
        )
        memory = self.work.memory
        self._platforms = Numbers(memory.setdefault("platforms", [""]), _MOST_PLATFORMS)
        self._languages = Numbers(memory.setdefault("languages", ["unknown"]), _MOST_PLATFORMS)

    def _state(self) -> dict[str, str]:
        """Return what a run must have in common with one that it goes on with."""
        options = self._options
        thresholds = ", ".join(f"{k}={v:g}" for k, v in sorted(options.thresholds.items()))
        return {
            "input": " ".join(table.digest[:16] for table in self._tables),
            "meaning of the columns": "; ".join(meaning(t.known, t.columns) for t in self._tables),
            "model or configuration": options.judge,
            "language": options.lang or "told by the text",
            "thresholds": thresholds or "the model's",
            "reading of the files": _reading(options),
            "time zone": options.timezone or "as written",
            "own accounts": ", ".join(options.accounts) or "none",
            "masking of personal data": "on" if options.redact else "off",
            "language of reasons": options.ui_language,
            "rows known from before": self._seen.digest() if options.since else "none",
        }

    # --- the first half -----------------------------------------------------------------

    def read(self) -> None:
        """Read all rows that are not in the working file yet."""
        for (number, rows), verdicts in self._readers.each(self._works()):
            self._take(number, rows, verdicts)
            if self._progress is not None:
                self._progress(self.work.rows_done)
        self.work.save()

    def _works(self) -> Iterator[tuple[Batch, Work]]:
        to_skip = self.work.rows_done
        options = self._options
        for number, table in enumerate(self._tables):
            plan = self._plans[number]
            for rows in self._new_rows(table):
                if to_skip >= len(rows):
                    to_skip -= len(rows)
                    continue
                rest, to_skip = rows[to_skip:], 0
                texts = table.texts(rest)
                to_mask = self._to_mask(table, plan, rest) if options.redact else None
                yield (number, rest), Work(texts, options.lang, dict(options.thresholds), to_mask)

    def _to_mask(self, table: TriageTable, plan: RowPlan, rows: list[Row]) -> ToMask:
        def places(*roles: Role) -> tuple[int, ...]:
            found = (plan.place_of(table.known.place(role)) for role in roles)
            return tuple(place for place in found if place is not None)

        people, phones = personal_columns(self._columns)
        return ToMask(
            [[*plan.own(row), *row.surplus] for row in rows],
            authors=tuple(dict.fromkeys([*places(Role.AUTHOR), *people])),
            links=places(Role.LINK),
            ids=places(Role.ID, Role.PARENT, Role.THREAD),
            phones=phones,
            key=self._tables[0].digest,
        )

    def _new_rows(self, table: TriageTable) -> Iterator[list[Row]]:
        """Yield the batches of a table without the rows that an earlier run had."""
        for batch in table.batches():
            if not len(self._seen):
                yield batch
                continue
            new = self._seen.unknown(table.identities(batch)).tolist()
            rows = [row for row, is_new in zip(batch, new, strict=True) if is_new]
            self._rows_known += len(batch) - len(rows)
            if rows:
                yield rows

    def _take(self, number: int, rows: list[Row], verdicts: Verdicts) -> None:
        """Put a batch that has been read into the working file."""
        table, plan = self._tables[number], self._plans[number]
        facts = verdicts.table
        table.tell(rows, facts)
        facts["source"] = number
        facts["platform"] = self._platforms.of(table.platforms(rows))
        facts["lang"] = self._languages.of(verdicts.langs)
        lines = [
            [*cells, JOINT.join(reasons), *surplus]
            for cells, surplus, reasons in zip(
                *self._own_cells(plan, rows, verdicts), verdicts.reasons, strict=True
            )
        ]
        if labels := self._options.own_labels:
            ours = (facts["flags"] & OURS) != 0
            after = len(self._columns) + 1
            for line, cells in zip(lines, own_cells(labels, verdicts, ours), strict=True):
                line[after:after] = cells
        facts["start"] = self.work.append(lines)
        self.work.record(facts)

    def _own_cells(
        self, plan: RowPlan, rows: list[Row], verdicts: Verdicts
    ) -> tuple[Sequence[list[object]], Sequence[Sequence[object]]]:
        """Return the rows' own cells under the result's columns, and what they have beyond."""
        width = len(self._columns)
        if verdicts.cells is not None:
            masked = verdicts.cells
            return [cells[:width] for cells in masked], [cells[width:] for cells in masked]
        if self._options.redact:  # nobody could read them to mask
            return [[UNREAD_CELL] * width] * len(rows), [()] * len(rows)
        return plan.own_of(rows), [row.surplus for row in rows]

    # --- the second half ----------------------------------------------------------------

    def finish(self, problems: Sequence[TriageProblem]) -> TriageSummary:
        """Judge every row by the whole export, write the result, and say what was found.

        Parameters
        ----------
        problems : sequence of TriageProblem
            What was odd before any row was read.
        """
        facts = Facts(
            self.work.records(FACT),
            tuple(self._platforms.names),
            tuple(self._languages.names),
        )
        sources = [
            Source.of(table, plan) for table, plan in zip(self._tables, self._plans, strict=True)
        ]
        helpers = self._readers.helpers
        outcome = Outcome(self.work, facts, self._columns, sources, self._options, helpers=helpers)
        bom = all(table.bom for table in self._tables)
        unwritable = outcome.write(self._target, self._format, bom=bom)
        self._readers.close()  # they end while the summary is made
        found = [*problems, *self._problems(facts)]
        found += [TriageProblem(self._target, str(problem)) for problem in unwritable]
        tables = self._tables
        bounded = [unwritable, *(table.problems for table in tables)]
        return outcome.summary(
            target=self._target,
            rows_lost=sum(table.problems.lost for table in tables),
            rows_known=self._rows_known,
            blank_rows=sum(table.blank_rows for table in tables),
            problems=tuple(found),
            problems_total=len(found) + sum(one.total - len(one) for one in bounded),
        )

    def _problems(self, facts: Facts) -> Iterator[TriageProblem]:
        for table, plan in zip(self._tables, self._plans, strict=True):
            if plan.replaced:
                names = ", ".join(plan.replaced)
                yield TriageProblem(table.name, f"columns of an earlier triage replaced: {names}")
            for problem in table.problems:
                yield TriageProblem(table.name, str(problem), problem.lost)
        for fact in facts.table[facts.has(UNREAD)]:
            name = self._tables[fact["source"]].name
            yield TriageProblem(name, f"row {fact['number']}: {CRASHED}", lost=True)

    def remember(self) -> None:
        """Add the rows to the file that remembers, if there is one: last, once all is whole."""
        since = self._options.since
        if since is not None and since.endswith(MEMORY_ENDING):
            # Another run may have added to it meanwhile.
            Seen.load(since).and_also(self.work.records(FACT)["identity"]).save(since)
