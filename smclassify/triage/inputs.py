"""The tables that a triage reads: which cells are what, and where they go in the result."""

from __future__ import annotations

import unicodedata
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
    cell_text,
    open_table,
    recognise,
)
from smclassify.exports.columns.times import TimeReader
from smclassify.exports.columns.values import is_answered, plain_texts, rating_share, reach_numbers
from smclassify.exports.writing.guard import MARK, unguard
from smclassify.exports.writing.workfile import earlier_records
from smclassify.triage.facts import ANSWERED, CRISIS, FACT, NO_DEPARTMENT, OURS, PRIVATE
from smclassify.triage.seen import MEMORY_ENDING, Seen, hashed
from smclassify.triage.types import TriageOptions

SAMPLE = 1000
_NO_IDS = frozenset({"", "0", "null", "none", "nan", "undefined"})


def account_key(name: str) -> str:
    """Return an account's name as it is compared: without case, forms and the leading @."""
    return unicodedata.normalize("NFKC", name).casefold().strip().lstrip("@")


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
        texts = self._role_texts(rows, Role.TEXT)
        return plain_texts(texts) if self.known.segments else texts

    def _role_texts(self, rows: Sequence[Row], role: Role) -> list[str]:
        place = self.known.place(role)
        if place is None:
            return [""] * len(rows)
        return [cell_text(row.cells[place]) for row in rows]

    def platforms(self, rows: Sequence[Row]) -> list[str]:
        """Return where rows are from, in lower case; empty where nothing says so."""
        if self.known.place(Role.PLATFORM) is None:
            return [self.known.platform or ""] * len(rows)
        return [
            text.strip().casefold() or self.known.platform or ""
            for text in self._role_texts(rows, Role.PLATFORM)
        ]

    def identities(self, rows: Sequence[Row]) -> list[int]:
        """Return what each row is known again by: its id, else text, author and time."""
        ids, texts, authors, times = (
            [text.replace(MARK, "") for text in self._role_texts(rows, role)]
            for role in (Role.ID, Role.TEXT, Role.AUTHOR, Role.TIME)
        )
        return [
            hashed("id", own) if own.strip() else hashed("row", *others)
            for own, *others in zip(ids, texts, authors, times, strict=True)
        ]

    def tell(self, rows: Sequence[Row], facts: NDArray[np.void]) -> None:
        """Put into the facts of rows what their other cells say."""
        facts["number"] = [row.number for row in rows]
        facts["identity"] = self.identities(rows)
        for role, reader in self.times.items():
            place = self.known.found[role].place
            facts[role.value] = reader.read([row.cells[place] for row in rows])
        # Ids of one system are only compared with each other.
        system = self.known.platform or "\t".join(self.columns)
        for role, name in ((Role.ID, "id"), (Role.PARENT, "parent"), (Role.THREAD, "thread")):
            named = map(name_of_id, self._role_texts(rows, role))
            facts[name] = [hashed(called, system) if called else 0 for called in named]
        # Some exports name a comment on the post itself as its own parent.
        facts["parent"][facts["parent"] == facts["id"]] = 0
        self._tell_author(rows, facts)
        self._tell_numbers(rows, facts)

    def _tell_author(self, rows: Sequence[Row], facts: NDArray[np.void]) -> None:
        authors = [account_key(text) for text in self._role_texts(rows, Role.AUTHOR)]
        platforms = self.platforms(rows)
        facts["author"] = [
            hashed(author, platform) if author else 0
            for author, platform in zip(authors, platforms, strict=True)
        ]
        accounts = set(map(account_key, self.options.accounts))
        ours = np.array([author in accounts for author in authors], bool)
        if (said := self.known.ours) is not None and said.column in self.columns:
            place = self.columns.index(said.column)
            values = set(map(account_key, said.values))
            ours |= [account_key(cell_text(row.cells[place])) in values for row in rows]
        facts["flags"][ours] &= ~np.uint8(PRIVATE | CRISIS)
        facts["flags"][ours] |= OURS
        facts["department"][ours] = NO_DEPARTMENT

    def _tell_numbers(self, rows: Sequence[Row], facts: NDArray[np.void]) -> None:
        if (place := self.known.place(Role.RATING)) is not None:
            cells = [row.cells[place] for row in rows]
            facts["rating"] = rating_share(cells, self.known.best_rating)
        if (place := self.known.place(Role.REACH)) is not None:
            facts["reach"] = reach_numbers([row.cells[place] for row in rows])
        answered = np.array([bool(text.strip()) for text in self._role_texts(rows, Role.REPLY)])
        if (place := self.known.place(Role.STATUS)) is not None:
            answered |= is_answered([row.cells[place] for row in rows], self.known.answered)
        facts["flags"] |= np.uint8(ANSWERED) * answered


def name_of_id(text: str) -> str:
    """Return an id as it is compared, empty for none; what a spreadsheet made 12.0 is 12."""
    name = unguard(text).strip().removesuffix(".0")
    return "" if name.casefold() in _NO_IDS else name


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
