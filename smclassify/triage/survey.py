"""What a triage has found out about a whole export, as plain values that a report can show.

Times are wall-clock times as the export writes them (or of the zone asked for), without a zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Final

EXCERPT: Final = 600
"""Characters of a comment that are kept for showing."""


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
    lang, kind, department, crisis, private_reply, private_reply_score
        As in :class:`smclassify.comments.CommentResult`.
    priority, reasons
        As in the result: with age, reach and what else is known of the whole export.
    platform, author, time, link : str
        As in the export; empty where it doesn't say.
    age_minutes : int or None
        How long it has been waiting; None where that is not known or it has been answered.
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
    age_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Burst:
    """More complaints, or crisis comments, than there should be at that time.

    Attributes
    ----------
    start, end : datetime
        Of the first and the last comment of it.
    label : {"complaint", "crisis"}
        What there was too much of.
    comments : int
        How many there were.
    expected : float
        How many there usually are in those hours.
    p_value : float
        The chance of so many in any stretch of a quiet export of this length.
    copies : int
        How many of them say nearly the same as another one of them.
    words : tuple of str
        The n-grams that set them apart from the other complaints, the most telling first.
    telling : tuple of TriagedRow
        Up to five comments that say best what it is about.
    """

    start: datetime
    end: datetime
    label: str
    comments: int
    expected: float
    p_value: float
    copies: int
    words: tuple[str, ...]
    telling: tuple[TriagedRow, ...]


@dataclass(frozen=True, slots=True)
class CopyGroup:
    """Comments that say nearly the same: a campaign, or a copy-paste attack.

    Attributes
    ----------
    comments, authors : int
        How many there are, and by how many authors (0: the export doesn't say).
    start, end : datetime or None
        Of the first and last; None where the export has no times.
    kinds : mapping of str to int
        How many of each kind.
    example : TriagedRow
        The first of them.
    """

    comments: int
    authors: int
    start: datetime | None
    end: datetime | None
    kinds: Mapping[str, int]
    example: TriagedRow


@dataclass(frozen=True, slots=True)
class Watch:
    """The crisis watch: complaints over time against the export's own baseline.

    Attributes
    ----------
    unjudged : {"", "no_times", "days_only", "too_short", "too_few"}
        Why bursts could not be looked for; empty where they were.
    start : datetime or None
        When the first span of the counts begins.
    step_hours : int
        How long a span is.
    complaints, crises : tuple of int
        How many in each span.
    expected, limit : tuple of float
        How many complaints are usual, and from how many on a span is unusual by itself.
    bursts : tuple of Burst
        The most unlikely first.
    copies : tuple of CopyGroup
        The largest first.
    """

    unjudged: str = "no_times"
    start: datetime | None = None
    step_hours: int = 1
    complaints: tuple[int, ...] = ()
    crises: tuple[int, ...] = ()
    expected: tuple[float, ...] = ()
    limit: tuple[float, ...] = ()
    bursts: tuple[Burst, ...] = ()
    copies: tuple[CopyGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class Answers:
    """How comments that want an answer were answered.

    Attributes
    ----------
    group : str
        Which comments: a platform, a department, a language code, a weekday ("0" Monday);
        empty for all.
    comments : int
        How many want an answer (private replies, complaints, questions).
    answered, timed, within_target : int
        How many have one; of how many of those the delay is known; how many of these had
        it in time.
    median_minutes, ninth_decile_minutes : float or None
        Of the known delays.
    """

    group: str
    comments: int
    answered: int
    timed: int
    within_target: int
    median_minutes: float | None
    ninth_decile_minutes: float | None


@dataclass(frozen=True, slots=True)
class Service:
    """Answers, and who still waits for one.

    Attributes
    ----------
    known : bool
        Whether the export says anything about our answers. If not, ``overall`` and ``by``
        hold nothing.
    target_minutes : int
        Within which an answer is in time.
    overall : Answers or None
        Of all.
    by : mapping of str to tuple of Answers
        Under "platform", "department", "language", "weekday"; those of most comments first,
        weekdays in order. Without those that have a single group.
    open_cases : int
        Comments that need a private reply and have none.
    open_ages : tuple of (int or None, int)
        Upper bound in minutes (None: beyond the last), and how many open cases are no older but
        older than the bound before. Empty where the export has no times.
    oldest : tuple of TriagedRow
        The open cases that wait longest, up to 20.
    """

    known: bool = False
    target_minutes: int = 120
    overall: Answers | None = None
    by: Mapping[str, tuple[Answers, ...]] = field(default_factory=dict)
    open_cases: int = 0
    open_ages: tuple[tuple[int | None, int], ...] = ()
    oldest: tuple[TriagedRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Theme:
    """What complaints are about.

    Attributes
    ----------
    words : tuple of str
        The n-grams that stand for it, the most telling first.
    language : str
        Of these comments.
    comments : int
        How many complaints hold them.
    share : float
        Of the complaints of that language.
    earlier_share, later_share : float or None
        Of the first and the second half of the time; None where the export has no times.
    trend : {"growing", "shrinking", "steady", "unknown"}
        "steady" where the difference could be chance.
    p_value : float or None
        Of that difference.
    examples : tuple of TriagedRow
        Two or three of them.
    """

    words: tuple[str, ...]
    language: str
    comments: int
    share: float
    earlier_share: float | None
    later_share: float | None
    trend: str
    p_value: float | None
    examples: tuple[TriagedRow, ...]


@dataclass(frozen=True, slots=True)
class Moods:
    """Kinds over time.

    Attributes
    ----------
    step : {"hour", "day", "week", "month"}
        How long a span is, so that there are at most about 60.
    starts : tuple of datetime
        When each begins.
    kinds : mapping of str to tuple of int
        For each kind, how many comments in each span.
    """

    step: str = "day"
    starts: tuple[datetime, ...] = ()
    kinds: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found out about the export as a whole.

    Attributes
    ----------
    as_of : datetime or None
        The moment that ages are counted to: as asked for, else the newest comment.
    first, last : datetime or None
        The times of the oldest and newest comment.
    undated : int
        Comments without a time that could be read.
    ours : int
        Rows that our own account wrote; they count nowhere else.
    platforms : mapping of str to int
        How many comments on each; empty where the export doesn't say.
    sentiment : mapping of str to int
        "negative" (complaints, abuse), "positive" (praise), "neutral" (all others but spam).
    watch, service, themes, moods
        As their classes say.
    """

    as_of: datetime | None = None
    first: datetime | None = None
    last: datetime | None = None
    undated: int = 0
    ours: int = 0
    platforms: Mapping[str, int] = field(default_factory=dict)
    sentiment: Mapping[str, int] = field(default_factory=dict)
    watch: Watch = field(default_factory=Watch)
    service: Service = field(default_factory=Service)
    themes: tuple[Theme, ...] = ()
    moods: Moods = field(default_factory=Moods)


def plain(value: object) -> Any:
    """Return one of these values, or anything made of them, as what JSON has."""
    return _plain(asdict(value) if hasattr(value, "__dataclass_fields__") else value)  # type: ignore[call-overload]


def _plain(value: object) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return value
