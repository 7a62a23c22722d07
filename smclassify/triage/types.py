"""What a triage adds, what it can be asked, and what it says when it is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from smclassify.exports import Role
from smclassify.labels import PRIVATE_REPLY
from smclassify.triage.survey import Survey, TriagedRow, plain
from smclassify.wording import DEFAULT_UI_LANGUAGE

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


def own_columns(own: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that stand after :data:`COLUMNS`, two for each label of a company's."""
    return tuple(name for label in own for name in (f"sm_{label}", f"sm_{label}_score"))


URGENT: Final = 70
SOON: Final = 40
"""Priorities from which a row is shown as urgent, and as one for soon."""

SORTS: Final = ("priority",)
ONLY: Final = (PRIVATE_REPLY,)

REASON_SEPARATOR: Final = "; "
"""Between reasons where a cell is text; JSONL has a list."""


@dataclass(frozen=True, slots=True)
class TriageOptions:
    """How to read, what to keep, in which order.

    Attributes
    ----------
    columns : mapping of Role to str
        What the user says that columns are for; the others are found out.
    sheet : str or None
        Of workbooks, the sheet to read; by default all that can be seen.
    lang : str or None
        The language of all comments; told apart by default.
    format : str or None
        Of the result; by default what its name says, CSV on standard output.
    sort : {"priority"} or None
        The most urgent first; by default the order of the input.
    only : {"private_reply"} or None
        Leave out all other rows.
    resume, force : bool
        Go on where an interrupted run stopped; replace what is there.
    since : str or None
        An earlier result, or a file that remembers: rows known from there are passed over.
    redact : bool
        Mask personal data in everything that is written.
    guarded : bool
        Make cells harmless that a spreadsheet would run.
    thresholds : mapping of str to float
        For a label, the probability from which it is set.
    encoding, delimiter : str or None
        Of text inputs; found out by default.
    input_format : str or None
        Of the inputs; by default what their names or their contents say.
    timezone : str or None
        Where to put times that carry an offset; by default they stay as written.
    as_of : str or None
        The moment that ages are counted to; by default the newest comment's.
    accounts : tuple of str
        Our own accounts: what they write are answers.
    reply_minutes : int
        Within which an answer is in time.
    ui_language : str
        Of reasons.
    judge : str
        What tells this model with this configuration from any other. An interrupted run is
        only resumed by the same one.
    listed : int
        How many rows each list of the summary holds at most.
    themed : bool
        Whether to find out what complaints are about, which takes some seconds.
    own_labels : tuple of str
        The labels of the company's own that have columns, as the model names them.
    """

    columns: Mapping[Role, str] = field(default_factory=dict)
    sheet: str | None = None
    lang: str | None = None
    format: str | None = None
    sort: str | None = None
    only: str | None = None
    resume: bool = False
    force: bool = False
    since: str | None = None
    redact: bool = False
    guarded: bool = True
    thresholds: Mapping[str, float] = field(default_factory=dict)
    encoding: str | None = None
    delimiter: str | None = None
    input_format: str | None = None
    timezone: str | None = None
    as_of: str | None = None
    accounts: tuple[str, ...] = ()
    reply_minutes: int = 120
    ui_language: str = DEFAULT_UI_LANGUAGE
    judge: str = ""
    listed: int = 20
    themed: bool = True
    own_labels: tuple[str, ...] = ()

    @property
    def added(self) -> tuple[str, ...]:
        """The columns that the result has after the rows' own."""
        return (*COLUMNS, *own_columns(self.own_labels))


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
    rows_unread : int
        Rows that are in the result without our columns, because no worker could read them.
    rows_known : int
        Rows passed over because an earlier run had them.
    kinds, languages, departments : mapping of str to int
        How many comments of each; what our own account wrote and rows without text don't count.
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
    survey : Survey
        What was found out about the export as a whole.
    own_labels : mapping of str to int
        How many comments have each label of the company's own; empty where there are none.
    """

    target: str
    rows: int
    rows_written: int
    rows_lost: int
    blank_rows: int
    rows_unread: int
    rows_known: int
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
    survey: Survey = field(default_factory=Survey)
    own_labels: Mapping[str, int] = field(default_factory=dict)

    def after(self, seconds: float) -> TriageSummary:
        """Return the summary of a run that took so long."""
        return replace(self, seconds=seconds)

    def to_dict(self) -> dict[str, Any]:
        """Return the summary as plain JSON values."""
        record: dict[str, Any] = plain(self)
        if not self.own_labels:
            del record["own_labels"]
        return {**record, "seconds": round(self.seconds, 3)}


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
