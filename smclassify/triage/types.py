"""What a triage adds, what it can be asked, and what it says when it is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

from smclassify.comments import CommentResult
from smclassify.labels import PRIVATE_REPLY
from smclassify.tally import TriagedRow

LANG_COLUMN: Final = "sm_lang"
KIND_COLUMN: Final = "sm_kind"
PRIVATE_REPLY_COLUMN: Final = "sm_private_reply"
PRIVATE_REPLY_SCORE_COLUMN: Final = "sm_private_reply_score"
DEPARTMENT_COLUMN: Final = "sm_department"
CRISIS_COLUMN: Final = "sm_crisis"
PRIORITY_COLUMN: Final = "sm_priority"
REASONS_COLUMN: Final = "sm_reasons"

COLUMNS: Final = (
    LANG_COLUMN,
    KIND_COLUMN,
    PRIVATE_REPLY_COLUMN,
    PRIVATE_REPLY_SCORE_COLUMN,
    DEPARTMENT_COLUMN,
    CRISIS_COLUMN,
    PRIORITY_COLUMN,
    REASONS_COLUMN,
)
"""The columns a triage adds, after the row's own, in this order."""

SORTS: Final = ("priority",)
ONLY: Final = (PRIVATE_REPLY,)

REASON_SEPARATOR: Final = "; "
"""Between reasons where a cell is text; JSONL has a list."""


class Triager(Protocol):
    """What a triage needs of a classifier; :class:`smclassify.classifier.Classifier` has it."""

    def triage(
        self,
        texts: Sequence[str],
        *,
        ids: Sequence[str] | None = None,
        langs: str | Sequence[str | None] | None = None,
        thresholds: Mapping[str, float] | None = None,
    ) -> Sequence[CommentResult]:
        """Return a result a text, in their order."""


@dataclass(frozen=True, slots=True)
class TriageOptions:
    """How to read, what to keep, in which order.

    Attributes
    ----------
    text_column, id_column : str or None
        Found out by default.
    lang : str or None
        The language of all comments; told apart by default.
    format : str or None
        Of the result; by default what its name says, CSV on standard output.
    sort : {"priority"} or None
        The most urgent first; by default the order of the input.
    only : {"private_reply"} or None
        Leave out all other rows.
    resume : bool
        Go on where an interrupted run stopped.
    thresholds : mapping of str to float
        For a label, the probability from which it is set.
    encoding, delimiter : str or None
        Of text inputs; found out by default.
    input_format : str or None
        Of the inputs; by default what their names or their contents say.
    judge : str
        What tells this model with this configuration from any other. An interrupted run is
        only resumed by the same one.
    listed : int
        How many rows each list of the summary holds at most.
    """

    text_column: str | None = None
    id_column: str | None = None
    lang: str | None = None
    format: str | None = None
    sort: str | None = None
    only: str | None = None
    resume: bool = False
    thresholds: Mapping[str, float] = field(default_factory=dict)
    encoding: str | None = None
    delimiter: str | None = None
    input_format: str | None = None
    judge: str = ""
    listed: int = 20


@dataclass(frozen=True, slots=True)
class TriageProblem:
    """Something wrong with a row or a file; ``lost`` when the row could not be read."""

    where: str
    message: str
    lost: bool = False

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


@dataclass(frozen=True, slots=True)
class TriageSummary:
    """What a triage has found.

    Attributes
    ----------
    target : str
        Where the rows went.
    rows, rows_written, rows_lost, blank_rows : int
        Rows handled (those of a resumed run included), written, unreadable, and blank.
    uncounted : int
        Rows of an earlier, interrupted run that the counts below don't include, because a
        crash lost the notes about them. Their rows are in the result.
    kinds, languages, departments : mapping of str to int
        How many comments of each.
    private_replies, crises : int
        How many need a private reply, or could become a crisis.
    problems : tuple of TriageProblem
        The first problems of each file, in the order they were met.
    problems_total : int
        How many there were.
    seconds : float
        How long this run took.
    top, to_answer, alarms : tuple of TriagedRow
        The most urgent of all rows, of those that need a private reply, and of those that
        could become a crisis; each the most urgent first, and no longer than asked for.
    """

    target: str
    rows: int
    rows_written: int
    rows_lost: int
    blank_rows: int
    uncounted: int
    kinds: Mapping[str, int]
    languages: Mapping[str, int]
    departments: Mapping[str, int]
    private_replies: int
    crises: int
    problems: tuple[TriageProblem, ...]
    problems_total: int
    seconds: float
    top: tuple[TriagedRow, ...]
    to_answer: tuple[TriagedRow, ...]
    alarms: tuple[TriagedRow, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the summary as plain JSON values."""
        return {
            **asdict(self),
            "seconds": round(self.seconds, 3),
            "problems": [asdict(problem) for problem in self.problems],
            "top": [row.to_dict() for row in self.top],
            "to_answer": [row.to_dict() for row in self.to_answer],
            "alarms": [row.to_dict() for row in self.alarms],
        }


class TriageInterrupted(KeyboardInterrupt):
    """Ctrl-C during a triage.

    Attributes
    ----------
    rows : int
        Rows handled so far.
    kept : Path or None
        The unfinished result that a later run can resume.
    """

    def __init__(self, rows: int, kept: Path | None) -> None:
        super().__init__()
        self.rows = rows
        self.kept = kept
