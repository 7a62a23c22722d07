"""Where the cells of several tables go in one result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from smclassify.exports import ABSENT, Row


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

    def own_of(self, rows: Sequence[Row]) -> list[list[object]]:
        """Return what :meth:`own` says of each row."""
        return [row.cells for row in rows] if self.identity else list(map(self.own, rows))

    def place_of(self, column: int | None) -> int | None:
        """Return where a column of the table stands in the result; None for nowhere."""
        if column is None or column not in self.sources:
            return None
        return self.sources.index(column)


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
