"""The rows of the working file as they are written, and as a person is shown them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from smclassify.exports import Role, cell_text
from smclassify.exports.columns.values import plain_texts
from smclassify.exports.writing.workfile import WorkFile
from smclassify.labels import DEPARTMENTS, KINDS
from smclassify.triage.facts import CRISIS, MINUTE, NO_DEPARTMENT, PRIVATE, UNREAD, Facts, Places
from smclassify.triage.inputs import TriageTable
from smclassify.triage.plan import RowPlan
from smclassify.triage.reasons import Speaker
from smclassify.triage.survey import EXCERPT, TriagedRow
from smclassify.triage.types import COLUMNS

JOINT: Final = "\x1f"
"""Between the reasons of a row in the working file, which stand behind its own cells."""

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


class Teller:
    """Gives rows back, by their places from 0.

    Parameters
    ----------
    work : WorkFile
        All rows: their own cells, their reasons, what they have beyond.
    facts : Facts
        What is known of each.
    width : int
        How many cells a row has of its own.
    sources : sequence of Source
        The tables they come from.

    Attributes
    ----------
    priority : ndarray of int, shape (n,)
        The rows' priorities: by their texts alone, until better ones are put here.
    age : ndarray of int or None, shape (n,)
        How many seconds each has waited; negative where it doesn't wait.
    speaker : Speaker or None
        Says what else speaks for a priority, once that is known.
    blanked : re.Pattern or None
        What is no part of what a comment says.
    """

    def __init__(self, work: WorkFile, facts: Facts, width: int, sources: Sequence[Source]) -> None:
        self.priority: NDArray[np.int16] = facts.table["urgency"].astype(np.int16)
        self.age: NDArray[np.int64] | None = None
        self.speaker: Speaker | None = None
        self.blanked: re.Pattern[str] | None = None
        self._work = work
        self._facts = facts
        self._width = width
        self._sources = sources

    def texts(self, places: Places) -> list[str]:
        """Return the comments of rows."""
        table = self._facts.table
        rows = self._work.rows_at(table["start"][places])
        texts = [
            self._sources[source].text_of(row)
            for row, source in zip(rows, table["source"][places].tolist(), strict=True)
        ]
        return texts if self.blanked is None else [self.blanked.sub(" ", text) for text in texts]

    def cells(self, places: Places, number: int) -> Iterator[Sequence[object]]:
        """Yield the cells of rows that stand after their reasons, so many a row."""
        first = self._width + 1
        for row in self._work.rows_at(self._facts.table["start"][places]):
            yield row[first : first + number]

    def rows(self, places: Places, *, joint: str | None) -> Iterator[list[object]]:
        """Yield rows as they are written: their own cells, ours, what they have beyond.

        What stands behind the reasons in the working file, the cells of a company's own labels
        and what a row has beyond, stays there.

        Parameters
        ----------
        places : ndarray of int
            Which, in the order wanted.
        joint : str or None
            Stands between reasons; None for a list of them.
        """
        table, width = self._facts.table, self._width
        rows = self._work.rows_at(table["start"][places])
        for first in range(0, len(places), _AT_ONCE):
            group = places[first : first + _AT_ONCE]
            for added, row in zip(self._added(group), islice(rows, len(group)), strict=True):
                reasons = self._reasons(str(row[width]), added)
                said: object = reasons if joint is None else joint.join(reasons)
                yield [
                    *row[:width],
                    *added[1:],
                    None if added[1] is None else said,
                    *row[width + 1 :],
                ]

    def _added(self, places: Places) -> Iterator[list[Any]]:
        """Yield place and cells of :data:`COLUMNS` but the last, of each row."""
        table, languages = self._facts.table[places], self._facts.languages
        for place, lang, kind, flags, private, department, priority in zip(
            places.tolist(),
            table["lang"].tolist(),
            table["kind"].tolist(),
            table["flags"].tolist(),
            table["private"].tolist(),
            table["department"].tolist(),
            self.priority[places].tolist(),
            strict=True,
        ):
            if flags & UNREAD:
                yield [place, *[None] * (len(COLUMNS) - 1)]
                continue
            yield [
                place,
                languages[lang],
                KINDS[kind],
                bool(flags & PRIVATE),
                round(private, 4),
                DEPARTMENTS[department] if department != NO_DEPARTMENT else None,
                bool(flags & CRISIS),
                priority,
            ]

    def _reasons(self, said: str, added: list[Any]) -> list[str]:
        """Return in words what speaks for a row's priority."""
        reasons = said.split(JOINT) if said else []
        return reasons if self.speaker is None else [*reasons, *self.speaker.more(added[0])]

    def tell(self, place: int) -> TriagedRow:
        """Return a row with what a person wants to see of it."""
        at = np.array([place])
        (fact,) = self._facts.table[at]
        source = self._sources[fact["source"]]
        (row,) = self._work.rows_at(self._facts.table["start"][at])
        (added,) = self._added(at)
        _, lang, kind, private, score, department, crisis, priority = added
        about = {role.value: cell_text(row[cell])[:EXCERPT] for role, cell in source.shown.items()}
        about.setdefault(Role.PLATFORM.value, source.platform)
        number = int(fact["number"])
        age = -1 if self.age is None else int(self.age[place])
        return TriagedRow(
            place=place + 1,
            source=source.name,
            row=number,
            id=(cell_text(row[source.id]) if source.id is not None else "") or str(number),
            text=source.text_of(row)[:EXCERPT],
            lang=lang,
            kind=kind,
            private_reply=private,
            private_reply_score=score,
            department=department,
            crisis=crisis,
            priority=priority,
            reasons=tuple(self._reasons(str(row[self._width]), added)),
            age_minutes=age // MINUTE if age >= 0 else None,
            **about,
        )
