"""The second half of a triage: every row judged by the whole export, and written.

All of it is worked out from the facts and the rows on the disk, so that a run that is gone on
with ends as one that was never interrupted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import Any, Final

import numpy as np

from smclassify.errors import InputError
from smclassify.exports import Problems
from smclassify.exports.columns.times import NO_TIME, TimeReader
from smclassify.exports.writing.target import TEXT_FORMATS
from smclassify.exports.writing.workbook import Look
from smclassify.exports.writing.workfile import WorkFile
from smclassify.exports.writing.writer import Style, write_encoded, write_table
from smclassify.labels import DEPARTMENTS, KINDS
from smclassify.triage.facts import CRISIS, OURS, PRIVATE, UNREAD, Bools, Facts, Places, moment_of
from smclassify.triage.inputs import zone_of
from smclassify.triage.moods import moods_of
from smclassify.triage.priority import Circumstances, priorities_of
from smclassify.triage.reasons import Speaker
from smclassify.triage.rendering import Result, render
from smclassify.triage.service import service_of
from smclassify.triage.standing import believable, standing_of
from smclassify.triage.stored import Rows, Source, StoredFacts, themes_of, told_themes
from smclassify.triage.survey import Survey, Theme, TriagedRow, Watch
from smclassify.triage.telling import Teller
from smclassify.triage.types import (
    CRISIS_COLUMN,
    PRIORITY_COLUMN,
    PRIVATE_REPLY_COLUMN,
    REASON_SEPARATOR,
    SOON,
    URGENT,
    TriageOptions,
    TriageSummary,
    own_columns,
)
from smclassify.triage.watch.alarms import watch_over
from smclassify.triage.watch.copies import copy_groups
from smclassify.triage.workers import Helpers

_LOOKS: Final = {
    PRIORITY_COLUMN: Look("score", strong=URGENT, soft=SOON),
    CRISIS_COLUMN: Look("flag"),
    PRIVATE_REPLY_COLUMN: Look("flag"),
}
_SENTIMENT: Final = {
    "negative": ("complaint", "abuse"),
    "neutral": ("question", "suggestion", "chatter"),
    "positive": ("praise",),
}


class Outcome:
    """What becomes of the rows of an export.

    Parameters
    ----------
    work : WorkFile
        All rows: their own cells, their reasons, what they have beyond.
    facts : Facts
        What is known of each.
    columns : sequence of str
        The rows' own.
    sources : sequence of Source
        The tables they come from.
    options : TriageOptions
    helpers : Helpers, optional
        Processes that make the result's bytes and look for themes, unless the rows lie in a file
        without a name.
    """

    def __init__(
        self,
        work: WorkFile,
        facts: Facts,
        columns: Sequence[str],
        sources: Sequence[Source],
        options: TriageOptions,
        *,
        helpers: Helpers | None = None,
    ) -> None:
        self._work = work
        self._columns = list(columns)
        self._options = options
        rows = Rows(work.between, work.size, tuple(sources), _blanked(options))
        self._teller = Teller(facts, len(columns), rows)
        self._facts = facts = replace(facts, texts=self._teller.texts)
        # Other processes can read only what lies in a file with a name.
        self._stored = work.stored if helpers is not None else None
        self._helpers = helpers if self._stored is not None else None
        self._themes = self._begin_themes(rows)
        self._standing = standing_of(facts, as_of=as_of_seconds(options.as_of, options.timezone))
        self._teller.age = self._standing.age
        copies, sizes = copy_groups(facts, self._teller.tell)
        watch, burst = watch_over(facts, self._teller.tell, self._stand_out)
        self._watch = replace(watch, copies=copies)
        around = Circumstances(self._standing, burst, sizes)
        self._teller.priority = priorities_of(facts, around, options.reply_minutes)
        self._teller.speaker = Speaker(
            facts,
            around,
            [one.start for one in watch.bursts],
            options.reply_minutes,
            options.ui_language,
        )

    def _stand_out(self, inside: Places, outside: Places) -> tuple[str, ...]:
        from smclassify.triage.topics.terms import stand_out

        return stand_out(self._teller.texts(inside), self._teller.texts(outside))

    # --- the rows -------------------------------------------------------------------------

    @cached_property
    def _order(self) -> Places:
        """Return which rows are written, in their order."""
        priority = self._teller.priority
        places = np.arange(len(priority))
        if self._options.sort is not None:
            places = np.argsort(-priority, kind="stable")
        if self._options.only is not None:
            places = places[self._facts.has(PRIVATE)[places]]
        return places

    def write(self, target: str, format: str, *, bom: bool) -> Problems:
        """Write the rows; return what could not be written as it was.

        Raises
        ------
        OutputError
            If they cannot be written.
        """
        columns = [*self._columns, *self._options.added]
        style = Style(bom=bom, guarded=self._options.guarded, looks=self._looks())
        kept, joint = self._work.would_keep(), None if format == "jsonl" else REASON_SEPARATOR
        if format not in TEXT_FORMATS:
            rows = partial(self._teller.rows, self._order, joint=joint)
            return write_table(target, columns, rows, format=format, style=style, kept=kept)
        own, languages = len(self._columns), self._facts.languages
        result = Result(columns, own, languages, format, style, joint)
        problems = Problems()
        write_encoded(target, lambda: self._encoded(result, problems), kept=kept)
        return problems

    def _encoded(self, result: Result, problems: Problems) -> Iterator[bytes]:
        """Yield the bytes of the result; note what could not be written as it was."""
        yield result.header(problems)
        tasks = self._tasks(result)
        done = (task() for task in tasks) if self._helpers is None else self._helpers.every(tasks)
        for data, found in done:
            for problem in found:
                problems.add(problem)
            problems.total += found.total - len(found)
            yield data

    def _tasks(self, result: Result) -> Iterator[Callable[[], tuple[bytes, Problems]]]:
        """Yield what makes the bytes of each block of rows."""
        lines = self._work.between if self._stored is None else self._stored.between
        first = 1
        for block in self._teller.blocks(self._order):
            yield partial(render, result, lines, block, first)
            first += len(block.more)

    def _looks(self) -> dict[str, Look]:
        """Return how columns of a workbook are shown."""
        own = own_columns(self._options.own_labels)[::2]
        return {**_LOOKS, **dict.fromkeys(own, Look("flag"))}

    # --- what was found -------------------------------------------------------------------

    def summary(self, **known: Any) -> TriageSummary:
        """Return what was found.

        Parameters
        ----------
        known
            What else a :class:`TriageSummary` says.
        """
        facts = self._facts
        counts = facts.judged
        lang = Counter(facts.table["lang"][counts].tolist())
        private, crisis = (counts & facts.has(flag) for flag in (PRIVATE, CRISIS))
        return TriageSummary(
            rows=len(facts),
            rows_written=len(self._order),
            rows_unread=int(facts.has(UNREAD).sum()),
            kinds=_counted(KINDS, facts.table["kind"][counts].tolist()),
            languages={facts.languages[n]: count for n, count in lang.most_common()},
            departments=_counted(DEPARTMENTS, facts.table["department"][counts].tolist()),
            private_replies=int(private.sum()),
            crises=int(crisis.sum()),
            seconds=0.0,
            top=self._top(counts),
            to_answer=self._top(private),
            alarms=self._top(crisis),
            survey=self._survey(counts),
            own_labels=self._own_labels(counts),
            **known,
        )

    def _own_labels(self, counts: Bools) -> dict[str, int]:
        """Return how many of the rows that count have each label of the company's own."""
        labels = self._options.own_labels
        if not labels:
            return {}
        numbers = Counter(
            label
            for cells in self._teller.cells(np.flatnonzero(counts), 2 * len(labels))
            for label, is_set in zip(labels, cells[::2], strict=True)
            if is_set
        )
        return {label: numbers[label] for label in labels}

    def _top(self, wanted: Bools) -> tuple[TriagedRow, ...]:
        """Return the most urgent of the rows wanted."""
        places = np.flatnonzero(wanted)
        order = np.lexsort(
            (places, -self._facts.table["private"][places], -self._teller.priority[places])
        )
        return tuple(map(self._teller.tell, places[order[: self._options.listed]].tolist()))

    def _survey(self, counts: Bools) -> Survey:
        facts, tell = self._facts, self._teller.tell
        times = facts.table["time"][counts & believable(facts.table["time"])]
        platforms = Counter(facts.table["platform"][counts].tolist())
        named = {facts.platforms[n]: count for n, count in platforms.most_common()}
        kinds = {name: facts.of_kind(*kinds).sum() for name, kinds in _SENTIMENT.items()}
        return Survey(
            as_of=moment_of(self._standing.as_of),
            first=moment_of(int(times.min())) if len(times) else None,
            last=moment_of(int(times.max())) if len(times) else None,
            undated=int((counts & ~facts.timed).sum()),
            ours=int(facts.has(OURS).sum()),
            platforms=named if set(named) != {""} else {},
            sentiment={name: int(count) for name, count in kinds.items()},
            watch=self._watch_retold(),
            service=service_of(facts, self._standing, tell, self._options.reply_minutes),
            themes=self._themes(),
            moods=moods_of(facts),
        )

    def _begin_themes(self, rows: Rows) -> Callable[[], tuple[Theme, ...]]:
        """Begin to find out what complaints are about, where that is wanted."""
        if not self._options.themed:
            return tuple
        facts, tell = self._facts, self._teller.tell
        if self._helpers is None or self._stored is None:
            from smclassify.triage.topics.themes import find_themes

            return partial(find_themes, facts, tell)
        theirs = replace(rows, lines=self._stored.between)
        stored = StoredFacts(self._stored, facts.platforms, facts.languages, theirs)
        untold = self._helpers.begin(partial(themes_of, stored))
        return lambda: told_themes(untold(), tell)

    def _watch_retold(self) -> Watch:
        """Return the watch with its comments told again: their priorities were not known then."""

        def again(row: TriagedRow) -> TriagedRow:
            return self._teller.tell(row.place - 1)

        bursts = [
            replace(burst, telling=tuple(map(again, burst.telling))) for burst in self._watch.bursts
        ]
        copies = [replace(group, example=again(group.example)) for group in self._watch.copies]
        return replace(self._watch, bursts=tuple(bursts), copies=tuple(copies))


def _blanked(options: TriageOptions) -> re.Pattern[str] | None:
    """Return what is no part of what a comment says."""
    if not options.redact:
        return None
    from smclassify.triage.masking.redact import MASKS

    return MASKS


def _counted(names: Sequence[str], numbers: list[int]) -> dict[str, int]:
    found = Counter(numbers)
    return {names[n]: count for n, count in found.most_common() if n < len(names)}


def as_of_seconds(said: str | None, timezone: str | None = None) -> int | None:
    """Return the moment that a user has named, in seconds; None for none.

    Parameters
    ----------
    said : str or None
    timezone : str or None
        Where to put it if it carries an offset, as the comments' times.

    Raises
    ------
    InputError
        If it is no time, or there is no such time zone.
    """
    if said is None:
        return None
    (seconds,) = TimeReader.of([said], timezone=zone_of(timezone)).read([said]).tolist()
    if seconds == NO_TIME:
        raise InputError(
            f"“{said}” is no time.", hint="Write it as 2026-05-31 18:00, after --as-of."
        )
    return int(seconds)
