"""The rows that a triage reads: which cells are what, and where they go in the result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from smclassify.comments import CommentResult
from smclassify.errors import InputError
from smclassify.exports import ABSENT, Role, Row, Table, cell_text, find_column
from smclassify.tally import EXCERPT, TriagedRow


def role_column(table: Table, role: Role, wanted: str | None = None) -> int | None:
    """Find the column that plays a role in a table.

    Raises
    ------
    InputError
        If there is none of the wanted name, or none that could be the text. Names the file.
    """
    sample = table.sample() if role is Role.TEXT and wanted is None else None
    try:
        return find_column(table.columns, role, sample, wanted)
    except InputError as error:
        raise InputError(error.message, where=table.name, hint=error.hint) from error


@dataclass(frozen=True, slots=True)
class TriageTable:
    """A table, and what its columns are for.

    Attributes
    ----------
    table : Table
        The table.
    text : int
        The column of the comments.
    id : int or None
        The column of their names.
    shown_roles : dict of Role to int
        Columns that a person wants to see beside an urgent comment.
    """

    table: Table
    text: int
    id: int | None
    shown_roles: dict[Role, int] = field(default_factory=dict)

    @classmethod
    def of(cls, table: Table, text_column: str | None, id_column: str | None) -> TriageTable:
        """Tell what a table's columns are for.

        Raises
        ------
        InputError
            If there is no text column, or none of the name given.
        """
        text = role_column(table, Role.TEXT, text_column)
        if text is None:
            raise InputError("no column looks like the text.", where=table.name)
        roles = (Role.PLATFORM, Role.AUTHOR, Role.TIME, Role.LINK)
        found = {role: find_column(table.columns, role) for role in roles}
        shown = {role: column for role, column in found.items() if column not in (None, text)}
        return cls(
            table,
            text,
            role_column(table, Role.ID, id_column),
            {role: column for role, column in shown.items() if column is not None},
        )

    @property
    def text_name(self) -> str:
        """The name of the column of the comments."""
        return self.table.columns[self.text]

    def texts(self, rows: Sequence[Row]) -> list[str]:
        """Return the comments of rows."""
        return [cell_text(row.cells[self.text]) for row in rows]

    def ids(self, rows: Sequence[Row]) -> list[str]:
        """Return what rows are called: their cell in the id column, or their number."""
        if self.id is None:
            return [str(row.number) for row in rows]
        return [cell_text(row.cells[self.id]) or str(row.number) for row in rows]

    def shown(self, row: Row, result: CommentResult, place: int) -> TriagedRow:
        """Return a row with what a person wants to see of it."""
        about = {role.value: self._cell(row, role) for role in self.shown_roles}
        return TriagedRow(
            place=place,
            source=self.table.name,
            row=row.number,
            id=result.id,
            text=result.text[:EXCERPT],
            lang=result.lang,
            kind=result.kind,
            private_reply=result.private_reply,
            private_reply_score=round(result.private_reply_score, 4),
            department=result.department,
            crisis=result.crisis,
            priority=result.priority,
            reasons=result.reasons,
            **about,
        )

    def _cell(self, row: Row, role: Role) -> str:
        return cell_text(row.cells[self.shown_roles[role]])[:EXCERPT]


@dataclass(frozen=True, slots=True)
class RowPlan:
    """Where the cells of one table's rows go among the columns of the result.

    Attributes
    ----------
    sources : tuple of int or None
        For each column of the result, the table's column that fills it.
    replaced : tuple of str
        The table's columns that are left out because the triage adds ones of these names.
    identity : bool
        Whether the cells go through as they are.
    """

    sources: tuple[int | None, ...]
    replaced: tuple[str, ...] = ()
    identity: bool = False

    def own(self, row: Row) -> list[object]:
        """Return a row's own cells under the result's columns."""
        if self.identity:
            return row.cells
        cells = row.cells
        return [ABSENT if source is None else cells[source] for source in self.sources]


def union_of_columns(
    headers: Sequence[Sequence[str]], added: Sequence[str]
) -> tuple[list[str], list[RowPlan]]:
    """Put the columns of several tables together.

    A name that one table has twice is there twice; its first goes with the first of the
    others, its second with the second.

    Parameters
    ----------
    headers : sequence of sequence of str
        Each table's columns.
    added : sequence of str
        The columns that the result has besides; a table's own of these names are left out.

    Returns
    -------
    columns : list of str
        The union, in the order of appearance.
    plans : list of RowPlan
        One a table.
    """
    places: dict[tuple[str, int], int] = {}
    taken: list[dict[int, int]] = []
    for header in headers:
        seen: Counter[str] = Counter()
        mapping: dict[int, int] = {}
        for source, name in enumerate(header):
            if name in added:
                continue
            key = (name, seen[name])
            seen[name] += 1
            mapping[places.setdefault(key, len(places))] = source
        taken.append(mapping)
    columns = [name for name, _ in places]
    plans = []
    for header, mapping in zip(headers, taken, strict=True):
        sources = tuple(mapping.get(place) for place in range(len(columns)))
        replaced = tuple(name for name in header if name in added)
        plans.append(RowPlan(sources, replaced, sources == tuple(range(len(header)))))
    return columns, plans
