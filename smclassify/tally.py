"""What a triage has found, counted while it runs: flat in memory, and kept across --resume."""

from __future__ import annotations

import heapq
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final, Self

from smclassify.comments import CommentResult
from smclassify.labels import CRISIS, PRIVATE_REPLY

COUNTED: Final = ("kinds", "languages", "departments", "flags")


@dataclass(frozen=True, slots=True)
class TriagedRow:
    """A comment worth showing to a person.

    Attributes
    ----------
    place : int
        Its place among all rows that were read, from 1.
    source : str
        The file it came from.
    row : int
        Its row there, as :attr:`smclassify.exports.Row.number`.
    id : str
        What the export calls it, or its row number.
    text : str
        Its text, cut to :data:`EXCERPT` characters.
    lang, kind, department, crisis, priority, private_reply, private_reply_score, reasons
        As in :class:`smclassify.comments.CommentResult`.
    platform, author, time, link : str
        As in the export; empty where it doesn't say.
    """

    place: int
    source: str
    row: int
    id: str
    text: str
    lang: str
    kind: str
    private_reply: bool
    private_reply_score: float
    department: str | None
    crisis: bool
    priority: int
    reasons: tuple[str, ...]
    platform: str = ""
    author: str = ""
    time: str = ""
    link: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the row as plain JSON values."""
        return {**asdict(self), "reasons": list(self.reasons)}


EXCERPT: Final = 600
"""Characters of a comment that are kept for showing."""

Rank = tuple[int, float, int]


def rank(priority: int, score: float, place: int) -> Rank:
    """Return what rows are ordered by: the largest is the most urgent."""
    return priority, score, -place


class Top:
    """The most urgent rows of any number.

    Parameters
    ----------
    limit : int
        How many are kept.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._heap: list[tuple[Rank, TriagedRow]] = []

    def takes(self, wanted: Rank) -> bool:
        """Whether a row of this rank would be kept."""
        return len(self._heap) < self.limit or (self.limit > 0 and wanted > self._heap[0][0])

    def add(self, row: TriagedRow) -> None:
        """Keep a row, unless there are enough that are more urgent."""
        entry = (rank(row.priority, row.private_reply_score, row.place), row)
        if len(self._heap) < self.limit:
            heapq.heappush(self._heap, entry)
        elif self.takes(entry[0]):
            heapq.heapreplace(self._heap, entry)

    def rows(self) -> tuple[TriagedRow, ...]:
        """Return them, the most urgent first."""
        return tuple(row for _, row in sorted(self._heap, reverse=True))


@dataclass
class Step:
    """What one batch adds: counts, and the rows that may be worth showing."""

    rows: int
    counts: dict[str, Counter[str]]
    shown: list[TriagedRow] = field(default_factory=list)

    def line(self, rows_done: int) -> bytes:
        """Return it as a line of the log."""
        record = {
            "rows_done": rows_done,
            "rows": self.rows,
            "counts": self.counts,
            "shown": [row.to_dict() for row in self.shown],
        }
        return json.dumps(record).encode("ascii") + b"\n"

    @classmethod
    def read(cls, line: bytes) -> tuple[int, Self]:
        """Return rows done and the step of a line.

        Raises
        ------
        ValueError, KeyError, TypeError
            If it isn't one.
        """
        record = json.loads(line)
        shown = [TriagedRow(**{**r, "reasons": tuple(r["reasons"])}) for r in record["shown"]]
        counts = {name: Counter(record["counts"][name]) for name in COUNTED}
        return int(record["rows_done"]), cls(int(record["rows"]), counts, shown)


class Tally:
    """Counts of what was found, and the most urgent rows.

    Parameters
    ----------
    listed : int
        How many rows each list holds at most.

    Attributes
    ----------
    rows : int
        Rows counted.
    counts : dict of str to Counter
        Under the names of :data:`COUNTED`.
    top, private_replies, crises : Top
        The most urgent of all rows; of those to be answered in private; of those that could
        become a crisis.
    """

    def __init__(self, listed: int) -> None:
        self.rows = 0
        self.counts: dict[str, Counter[str]] = {name: Counter() for name in COUNTED}
        self.top = Top(listed)
        self.private_replies = Top(listed)
        self.crises = Top(listed)

    def tops_of(self, private_reply: bool, crisis: bool) -> list[Top]:
        """Return the lists that a row may stand in."""
        wanted = [(self.top, True), (self.private_replies, private_reply), (self.crises, crisis)]
        return [top for top, belongs in wanted if belongs]

    def wants(self, result: CommentResult, place: int) -> bool:
        """Whether any list would keep this row."""
        wanted = rank(result.priority, result.private_reply_score, place)
        tops = self.tops_of(result.private_reply, result.crisis)
        return any(top.takes(wanted) for top in tops)

    def add(self, step: Step) -> None:
        """Take in what a batch adds."""
        self.rows += step.rows
        for name, counter in step.counts.items():
            self.counts[name].update(counter)
        for row in step.shown:
            for top in self.tops_of(row.private_reply, row.crisis):
                top.add(row)


def count_results(results: Sequence[CommentResult]) -> dict[str, Counter[str]]:
    """Return the counts of a batch, under the names of :data:`COUNTED`."""
    flags = Counter(
        {
            PRIVATE_REPLY: sum(result.private_reply for result in results),
            CRISIS: sum(result.crisis for result in results),
        }
    )
    return {
        "kinds": Counter(result.kind for result in results),
        "languages": Counter(result.lang for result in results),
        "departments": Counter(r.department for r in results if r.department is not None),
        "flags": flags,
    }


class TallyLog:
    """A file beside an unfinished result, a line a batch, from which the counts are had again.

    Parameters
    ----------
    path : Path
        The file.
    rows_done : int
        How many rows the result already has. Lines beyond them are of work that was lost,
        and are cut off.
    tally : Tally
        Takes in what the lines say.

    Attributes
    ----------
    covered : int
        How many of those rows the lines account for.

    Raises
    ------
    OSError
        If the file cannot be read or written.
    """

    def __init__(self, path: Path, rows_done: int, tally: Tally) -> None:
        self.path = path
        self.covered = 0
        keep = self._replay(rows_done, tally) if rows_done and path.exists() else 0
        self._file: BinaryIO = path.open("r+b" if keep else "wb", buffering=0)
        self._file.truncate(keep)
        self._file.seek(keep)

    def _replay(self, rows_done: int, tally: Tally) -> int:
        keep = 0
        with self.path.open("rb") as file:
            for line in file:
                try:
                    after, step = Step.read(line)
                except (ValueError, KeyError, TypeError, AttributeError):
                    break  # cut off by a crash; what is missing is said to the user
                if after > rows_done or after != self.covered + step.rows:
                    break
                tally.add(step)
                self.covered = after
                keep += len(line)
        return keep

    def write(self, step: Step, rows_done: int) -> None:
        """Note a batch; to be called before its rows are written."""
        rest = memoryview(step.line(rows_done))
        while rest:
            rest = rest[self._file.write(rest) :]

    def close(self, *, keep: bool) -> None:
        """Close the file, and remove it unless a later run may go on from it."""
        self._file.close()
        if not keep:
            self.path.unlink(missing_ok=True)
