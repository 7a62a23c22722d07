"""The rows of the working file as they are written, and as a person is shown them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.exports import Role, cell_text
from smclassify.exports.writing.stored import unpack_rows
from smclassify.triage.facts import MINUTE, Facts, Places
from smclassify.triage.reasons import Speaker
from smclassify.triage.rendering import Block, told_rows
from smclassify.triage.stored import Rows, groups
from smclassify.triage.survey import EXCERPT, TriagedRow

_TOLD: Final = ("lang", "kind", "department", "flags", "private")
"""What a block says of its rows as the facts have it."""


class Teller:
    """Gives rows back, by their places from 0.

    Parameters
    ----------
    facts : Facts
        What is known of each.
    width : int
        How many cells a row has of its own.
    rows : Rows
        Gives what lies on the disk of them.

    Attributes
    ----------
    priority : ndarray of int, shape (n,)
        The rows' priorities: by their texts alone, until better ones are put here.
    age : ndarray of int or None, shape (n,)
        How many seconds each has waited; negative where it doesn't wait.
    speaker : Speaker or None
        Says what else speaks for a priority, once that is known.
    """

    def __init__(self, facts: Facts, width: int, rows: Rows) -> None:
        self.priority: NDArray[np.int16] = facts.table["urgency"].astype(np.int16)
        self.age: NDArray[np.int64] | None = None
        self.speaker: Speaker | None = None
        self._facts = facts
        self._width = width
        self._rows = rows

    def texts(self, places: Places) -> list[str]:
        """Return the comments of rows."""
        return self._rows.texts(self._facts.table, places)

    def cells(self, places: Places, number: int) -> Iterator[Sequence[object]]:
        """Yield the cells of rows that stand after their reasons, so many a row."""
        first = self._width + 1
        for group in groups(places):
            for row in self._stored(group):
                yield row[first : first + number]

    def blocks(self, places: Places) -> Iterator[Block]:
        """Yield what there is to know of rows to write them, block by block, in their order."""
        for group in groups(places):
            yield self._block(group)

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
        for block in self.blocks(places):
            rows = unpack_rows(self._rows.lines(block.starts, block.ends))
            yield from told_rows(block, rows, self._width, self._facts.languages, joint)

    def _block(self, places: Places) -> Block:
        facts = self._facts.table[places]
        starts, ends = self._rows.bounds(self._facts.table, places)
        return Block(
            starts=starts,
            ends=ends,
            **{name: facts[name].copy() for name in _TOLD},
            priority=self.priority[places],
            more=[()] * len(places) if self.speaker is None else self.speaker.more(places),
        )

    def _stored(self, places: Places) -> list[list[object]]:
        return self._rows.cells(self._facts.table, places)

    def tell(self, place: int) -> TriagedRow:
        """Return a row with what a person wants to see of it."""
        at = np.array([place])
        (fact,) = self._facts.table[at]
        source = self._rows.sources[fact["source"]]
        (row,) = self._stored(at)
        block = self._block(at)
        ours = [column[0] for column in block.answers(self._facts.languages)]
        lang, kind, private, score, department, crisis, priority = ours
        (reasons,) = block.reasons([row[self._width]], None)
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
            reasons=tuple(reasons or ()),
            age_minutes=age // MINUTE if age >= 0 else None,
            **about,
        )
