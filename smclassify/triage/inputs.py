"""The tables that a triage reads: which cells are what, and where they go in the result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

from smclassify.errors import InputError
from smclassify.exports import (
    InputName,
    Problems,
    Recognition,
    Role,
    Row,
    Table,
    open_table,
    recognise,
)
from smclassify.exports.cells import cell_texts
from smclassify.exports.columns.times import TimeReader
from smclassify.exports.columns.values import plain_texts
from smclassify.exports.writing.workfile import earlier_records
from smclassify.triage.cellfacts import (
    Cells,
    account_key,
    identities,
    tell_author,
    tell_ids,
    tell_numbers,
)
from smclassify.triage.facts import FACT
from smclassify.triage.seen import MEMORY_ENDING, Seen
from smclassify.triage.types import TriageOptions

SAMPLE = 1000


@dataclass(slots=True)
class TriageTable:
    """A table that can be read more than once, and what its columns are for.

    Attributes
    ----------
    source : InputName
        What to open.
    options : TriageOptions
        How to read it.
    columns : list of str
        Its header.
    known : Recognition
        What its columns are for.
    digest : str
        Of its bytes.
    bom : bool
        Whether a CSV file made of it begins with a byte order mark.
    times : mapping of Role to TimeReader
        What reads its columns of times.
    problems : Problems
        Of the reading under way, or of the last one.
    """

    source: InputName
    options: TriageOptions
    columns: list[str]
    known: Recognition
    digest: str
    bom: bool
    times: Mapping[Role, TimeReader]
    problems: Problems = field(default_factory=Problems)
    blank_rows: int = 0
    _kept: Table | None = None
    _last: Cells | None = field(default=None, repr=False, compare=False)

    @classmethod
    def of(cls, source: InputName, options: TriageOptions) -> TriageTable:
        """Look at a table: its columns, what they are for, what tells it from others.

        Raises
        ------
        InputError
            If it cannot be read, there is no column of a name that was given, or none could
            be the text.
        """
        table = opened(source, options)
        try:
            sample = table.sample(SAMPLE)
            known = recognised(table, sample, options)
            times = time_readers(known, sample, options)
            return cls(
                source,
                options,
                table.columns,
                known,
                table.digest(),
                wants_mark(table),
                times,
                _kept=table if source.once else None,
            )
        finally:
            if not source.once:
                table.close()

    @property
    def name(self) -> str:
        """What messages call it."""
        return str(self.source)

    def batches(self) -> Iterator[list[Row]]:
        """Read its rows from the beginning, batch by batch.

        Raises
        ------
        InputError
            If it has gone, or turns out not to be what it claimed to be.
        """
        table = self._kept or opened(self.source, self.options)
        try:
            if table.columns != self.columns:
                raise InputError("has changed since it was first looked at.", where=self.name)
            yield from table.batches()
            if table.digest() != self.digest:
                hint = "Once nothing writes to it, start from the beginning with --force."
                raise InputError("has changed while it was read.", where=self.name, hint=hint)
        except OSError as error:
            reason = f"cannot be read any further: {error.strerror or error}."
            raise InputError(reason, where=self.name) from error
        finally:
            self.problems = table.problems
            self.blank_rows = table.blank_rows
            table.close()

    # --- cells --------------------------------------------------------------------------

    def texts(self, rows: Sequence[Row]) -> list[str]:
        """Return the comments of rows."""
        place = self.known.found[Role.TEXT].place
        texts = cell_texts([row.cells[place] for row in rows])
        return plain_texts(texts) if self.known.segments else texts

    def _cells(self, rows: Sequence[Row]) -> Cells:
        if self._last is None or self._last.rows is not rows:
            self._last = Cells(rows, self.columns, self.known)
        return self._last

    def platforms(self, rows: Sequence[Row]) -> list[str]:
        """Return where rows are from, in lower case; empty where nothing says so."""
        return self._cells(rows).platforms

    def identities(self, rows: Sequence[Row]) -> list[int]:
        """Return what each row is known again by: its id, else text, author and time."""
        return list(map(int, identities(self._cells(rows)).tolist()))

    def tell(self, rows: Sequence[Row], facts: NDArray[np.void]) -> None:
        """Put into the facts of rows what their other cells say."""
        cells = self._cells(rows)
        facts["number"] = [row.number for row in rows]
        facts["identity"] = identities(cells)
        for role, reader in self.times.items():
            facts[role.value] = reader.read(cells.of(role) or [])
        tell_ids(cells, self.known.platform or "\t".join(self.columns), facts)
        tell_author(cells, set(map(account_key, self.options.accounts)), facts)
        tell_numbers(cells, facts)


def opened(source: InputName, options: TriageOptions) -> Table:
    """Open a table as the options say.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    return open_table(
        source,
        format=options.input_format,
        encoding=options.encoding,
        delimiter=options.delimiter,
    )


def recognised(table: Table, sample: Sequence[Row], options: TriageOptions) -> Recognition:
    """Tell what a table's columns are for.

    Raises
    ------
    InputError
        If there is no column of a name that was given, or none could be the text.
    """
    try:
        return recognise(table.columns, sample, wanted=options.columns, layout=table.layout)
    except InputError as error:
        # Of its own class: whoever opens a folder passes over a table without texts.
        raise type(error)(error.message, where=table.name, hint=error.hint) from error


def wants_mark(table: Table) -> bool:
    """Whether whoever made a table works with Excel, which only then takes CSV for UTF-8."""
    other_encoding = table.encoding not in (None, "utf-8")
    return table.bom or other_encoding or table.format == "xlsx"


def rows_seen(options: TriageOptions, target: str) -> Seen:
    """Return the rows of an earlier run, from its result or from a file that remembers.

    Parameters
    ----------
    options : TriageOptions
    target : str
        Where the result is to be. A run that was killed at its very end has put its own rows
        into the file already: they are no earlier run's.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    if options.since is None:
        return Seen()
    if options.since.endswith(MEMORY_ENDING):
        seen = Seen.load(options.since)
        own = earlier_records(target, FACT)["identity"] if options.resume else None
        return seen if own is None else seen.without(own)
    return Seen(rows_of_result(options.since, options))


def rows_of_result(source: str, options: TriageOptions) -> Iterator[int]:
    """Yield what the rows of an earlier result are known again by.

    Raises
    ------
    InputError
        If it cannot be read, or has no column that could be the text.
    """
    as_it_comes = replace(options, input_format=None, encoding=None, delimiter=None, sheet=None)
    table = TriageTable.of(InputName(source), as_it_comes)
    for batch in table.batches():
        yield from table.identities(batch)


def zone_of(name: str | None) -> ZoneInfo | None:
    """Return the time zone that a user has named; None for none.

    Raises
    ------
    InputError
        If there is no such time zone.
    """
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        hint = "Name it as Europe/Paris, Asia/Seoul or UTC."
        raise InputError(f"there is no time zone “{name}”.", hint=hint) from error


def time_readers(
    known: Recognition, sample: Sequence[Row], options: TriageOptions
) -> dict[Role, TimeReader]:
    """Return what reads the columns that hold times.

    Raises
    ------
    InputError
        If there is no such time zone.
    """
    zone = zone_of(options.timezone)
    return {
        role: TimeReader.of([row.cells[known.found[role].place] for row in sample], timezone=zone)
        for role in (Role.TIME, Role.REPLY_TIME)
        if role in known.found
    }


def meaning(known: Recognition, columns: Sequence[str]) -> str:
    """Return what the columns of a table are for, in short."""
    return ", ".join(f"{role.value}={columns[one.place]}" for role, one in known.found.items())
