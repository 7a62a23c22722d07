"""The rows of an export read back from the working file, in this process or in another."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.exports import Role, cell_text
from smclassify.exports.columns.values import plain_texts
from smclassify.exports.writing.stored import Stored, unpack_rows
from smclassify.triage.facts import FACT, Facts, Places
from smclassify.triage.inputs import TriageTable
from smclassify.triage.plan import RowPlan
from smclassify.triage.survey import Theme, TriagedRow

Untold = tuple[Theme, tuple[int, ...]]
"""A theme without its examples, and the places of these."""

_AT_ONCE: Final = 2000
_SHOWN_ROLES: Final = (Role.PLATFORM, Role.AUTHOR, Role.TIME, Role.LINK)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a table's cells stand in the rows of the working file.

    Attributes
    ----------
    name : str
        The table's.
    text, id : int or None
        The comment's and its id's.
    shown : dict of Role to int
        What a person wants to see beside a comment.
    platform : str
        Of rows that don't say.
    segments : bool
        Whether comments are written piece by piece, as JSON.
    """

    name: str
    text: int | None
    id: int | None
    shown: dict[Role, int]
    platform: str
    segments: bool = False

    @classmethod
    def of(cls, table: TriageTable, plan: RowPlan) -> Source:
        """Return where the cells of a table's rows stand."""

        def place(role: Role) -> int | None:
            return plan.place_of(table.known.place(role))

        shown = {role: at for role in _SHOWN_ROLES if (at := place(role)) is not None}
        return cls(
            table.name,
            place(Role.TEXT),
            place(Role.ID),
            shown,
            table.known.platform or "",
            table.known.segments,
        )

    def text_of(self, row: Sequence[object]) -> str:
        """Return the comment of a row."""
        text = "" if self.text is None else cell_text(row[self.text])
        return plain_texts([text])[0] if self.segments else text


@dataclass(frozen=True, slots=True)
class Rows:
    """Gives rows as they lie in the working file, by their places from 0.

    Attributes
    ----------
    lines : callable
        Gives lines of the working file by the bytes at which they start and end.
    size : int
        At which byte the last one ends.
    sources : tuple of Source
        The tables that the rows come from.
    blanked : re.Pattern or None
        What is no part of what a comment says.
    """

    lines: Callable[[Places, Places], bytes]
    size: int
    sources: tuple[Source, ...]
    blanked: re.Pattern[str] | None = None

    def bounds(self, table: NDArray[np.void], places: Places) -> tuple[Places, Places]:
        """Return at which bytes rows begin, and the rows behind them.

        Parameters
        ----------
        table : ndarray of FACT
            The facts of all rows.
        places : ndarray of int
            Which.
        """
        last = len(table) - 1
        ends = table["start"][np.minimum(places + 1, last)]
        ends[places == last] = self.size
        return table["start"][places], ends

    def cells(self, table: NDArray[np.void], places: Places) -> list[list[object]]:
        """Return the cells of rows."""
        return unpack_rows(self.lines(*self.bounds(table, places)))

    def texts(self, table: NDArray[np.void], places: Places) -> list[str]:
        """Return the comments of rows, of any number of them."""
        texts = []
        for group in groups(places):
            sources = table["source"][group].tolist()
            for row, source in zip(self.cells(table, group), sources, strict=True):
                texts.append(self.sources[source].text_of(row))
        return texts if self.blanked is None else [self.blanked.sub(" ", text) for text in texts]


@dataclass(frozen=True, slots=True)
class StoredFacts:
    """The facts of an export for another process.

    Attributes
    ----------
    stored : Stored
        The working file.
    platforms, languages : tuple of str
        As :class:`~smclassify.triage.facts.Facts` has them.
    rows : Rows
        Whose ``lines`` are those of the working file.
    """

    stored: Stored
    platforms: tuple[str, ...]
    languages: tuple[str, ...]
    rows: Rows

    def facts(self) -> Facts:
        """Return the facts, mapped into memory."""
        table = self.stored.as_array(FACT)
        return Facts(table, self.platforms, self.languages, partial(self.rows.texts, table))


def themes_of(stored: StoredFacts) -> tuple[Untold, ...]:
    """Return what complaints are about, in another process than the one that knows all else."""
    from smclassify.triage.topics.themes import untold_themes

    return untold_themes(stored.facts())


def told_themes(untold: Iterable[Untold], tell: Callable[[int], TriagedRow]) -> tuple[Theme, ...]:
    """Return themes with their examples told of."""
    return tuple(replace(theme, examples=tuple(map(tell, places))) for theme, places in untold)


def groups(places: Places) -> Iterator[Places]:
    """Yield places, as many at once as are written at once."""
    for first in range(0, len(places), _AT_ONCE):
        yield places[first : first + _AT_ONCE]
