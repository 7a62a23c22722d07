"""Rows as a triage writes them: their own cells, ours, and what stands beyond.

Ours are known to the process that holds the facts of all rows; the others lie on the disk. What
belongs to a block of rows can be sent to another process, which makes the bytes of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from smclassify.exports import Problems
from smclassify.exports.writing.encoders import Encoder
from smclassify.exports.writing.stored import unpack_columns, unpack_rows
from smclassify.exports.writing.writer import Style, encoder_of
from smclassify.labels import DEPARTMENTS, KINDS
from smclassify.triage.facts import CRISIS, NO_DEPARTMENT, PRIVATE, UNREAD, Places
from smclassify.triage.types import COLUMNS

JOINT: Final = "\x1f"
"""Between the reasons of a row in the working file, which stand behind its own cells."""

_DIGITS: Final = 10_000
"""What a score is rounded to is the tenth of a thousandth."""

Columns = list[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Block:
    """What a process knows of n rows besides what lies on the disk; arrays of shape (n,).

    Attributes
    ----------
    starts, ends : ndarray of int64
        Where they lie in the working file, in bytes.
    lang, kind, department, flags : ndarray of int
        As in :data:`smclassify.triage.facts.FACT`.
    private : ndarray of float32
        Probabilities of a private reply.
    priority : ndarray of int16
    more : list of tuple of str, length n
        What speaks for the priority besides what the working file says.
    """

    starts: Places
    ends: Places
    lang: NDArray[np.uint16]
    kind: NDArray[np.uint8]
    department: NDArray[np.uint8]
    flags: NDArray[np.uint8]
    private: NDArray[np.float32]
    priority: NDArray[np.int16]
    more: list[tuple[str, ...]]

    def answers(self, languages: Sequence[str]) -> Columns:
        """Return the cells of our columns but the last; None of rows that were not read."""
        return self._blanked(
            [
                [languages[number] for number in self.lang.tolist()],
                [KINDS[number] for number in self.kind.tolist()],
                ((self.flags & PRIVATE) != 0).tolist(),
                (self._score() / _DIGITS).tolist(),
                [_department(number) for number in self.department.tolist()],
                ((self.flags & CRISIS) != 0).tolist(),
                self.priority.tolist(),
            ]
        )

    def written_answers(self, languages: Sequence[str]) -> Columns:
        """Return the cells of :meth:`answers` as the texts that a table of texts has for them."""
        words, scores = ("false", "true"), _scores()
        return self._blanked(
            [
                [languages[number] for number in self.lang.tolist()],
                [KINDS[number] for number in self.kind.tolist()],
                [words[is_set] for is_set in ((self.flags & PRIVATE) != 0).tolist()],
                [scores[number] for number in self._score().astype(np.int64).tolist()],
                [_department(number) or "" for number in self.department.tolist()],
                [words[is_set] for is_set in ((self.flags & CRISIS) != 0).tolist()],
                list(map(str, self.priority.tolist())),
            ]
        )

    def _score(self) -> NDArray[np.float64]:
        # Exact: the product of a float32 and ten thousand needs no more than 38 bits.
        return np.rint(self.private.astype(np.float64) * _DIGITS)

    def _blanked(self, columns: list[list[Any]]) -> Columns:
        for row in np.flatnonzero(self.flags & UNREAD).tolist():
            for column in columns:
                column[row] = None
        return list(columns)

    def reasons(self, said: Sequence[object], joint: str | None) -> Sequence[Any]:
        """Return what speaks for the priorities, as cells.

        Parameters
        ----------
        said : sequence of str, length n
            What the working file says, with :data:`JOINT` between.
        joint : str or None
            Stands between reasons; None for a list of them.
        """
        cells: list[Any]
        own = map(str, said)
        if joint is None:
            cells = [
                [*(text.split(JOINT) if text else ()), *more]
                for text, more in zip(own, self.more, strict=True)
            ]
        else:
            cells = [
                joint.join([text, *more] if text else more) if more else text
                for text, more in zip(own, self.more, strict=True)
            ]
            cells = [cell.replace(JOINT, joint) if JOINT in cell else cell for cell in cells]
        return self._blanked([cells])[0]


@dataclass(frozen=True, slots=True)
class Result:
    """How rows stand in a result of a text format.

    Attributes
    ----------
    columns : list of str
        The result's.
    width : int
        How many of them are the rows' own, the first ones.
    languages : tuple of str
        What the numbers of languages stand for.
    format : str
        A text format.
    style : Style
    joint : str or None
        Stands between reasons; None for a list of them.
    """

    columns: list[str]
    width: int
    languages: tuple[str, ...]
    format: str
    style: Style
    joint: str | None

    def header(self, problems: Problems) -> bytes:
        """Return what stands before the first row."""
        return self._encoder(problems).header()

    def rendered(self, block: Block, lines: bytes, first: int) -> tuple[bytes, Problems]:
        """Return rows as bytes, and what could not be written as it was.

        Parameters
        ----------
        block : Block
            Of n rows.
        lines : bytes
            What lies on the disk of them.
        first : int
            The number of the first in the result, from 1.
        """
        problems = Problems()
        encoder, width = self._encoder(problems), self.width
        cells = unpack_columns(lines, len(self.columns) - len(COLUMNS) + 1)
        if cells is None:
            rows = unpack_rows(lines)
            told = told_rows(block, rows, width, self.languages, self.joint)
            return encoder.rows(told, first), problems
        answers = block.answers if self.format == "jsonl" else block.written_answers
        added = [*answers(self.languages), block.reasons(cells[width], self.joint)]
        return encoder.columns([*cells[:width], *added, *cells[width + 1 :]], first), problems

    def _encoder(self, problems: Problems) -> Encoder:
        return encoder_of(self.format, self.columns, self.style, problems)


def render(
    result: Result, lines: Callable[[Places, Places], bytes], block: Block, first: int
) -> tuple[bytes, Problems]:
    """Return rows as :meth:`Result.rendered` does, in any process; ``lines`` reads them."""
    return result.rendered(block, lines(block.starts, block.ends), first)


def told_rows(
    block: Block,
    rows: Sequence[Sequence[object]],
    width: int,
    languages: Sequence[str],
    joint: str | None,
) -> list[list[object]]:
    """Return rows as they are written, cell by cell; of :class:`Result` and its block."""
    added = [*block.answers(languages), block.reasons([row[width] for row in rows], joint)]
    return [
        [*row[:width], *ours, *row[width + 1 :]]
        for row, ours in zip(rows, zip(*added, strict=True), strict=True)
    ]


def _department(number: int) -> str | None:
    return DEPARTMENTS[number] if number != NO_DEPARTMENT else None


@cache
def _scores() -> tuple[str, ...]:
    """Return all scores as they are written, by how many tenths of a thousandth they are."""
    return tuple(repr(number / _DIGITS) for number in range(_DIGITS + 1))
