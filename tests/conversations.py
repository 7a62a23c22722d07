"""Facts written down like a conversation, for tests of what is judged over a whole export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

import numpy as np

from smclassify.exports.columns.times import NO_TIME
from smclassify.labels import DEPARTMENTS, KINDS
from smclassify.triage.facts import (
    ANSWERED,
    EMPTY,
    NO_DEPARTMENT,
    OURS,
    PRIVATE,
    UNREAD,
    Facts,
    no_facts,
)
from smclassify.triage.standing import Standing
from smclassify.triage.survey import TriagedRow

US = "us"
MONDAY = datetime(2026, 3, 2)


@dataclass(frozen=True)
class Said:
    """A row: who wrote when under what; ``at`` is "09:30", or "2 09:30" for two days later."""

    who: str
    at: str = ""
    id: str = ""
    under: str = ""
    thread: str = ""
    kind: str = "complaint"
    private: bool = False
    answered: bool = False
    reply_at: str = ""
    text: str = ""
    source: int = 0
    platform: str = ""
    lang: str = "en"
    department: str | None = None
    unread: bool = False
    empty: bool = False


def name_hash(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little") if name else 0


def seconds(at: str) -> int:
    if not at:
        return NO_TIME
    day, _, clock = at.rpartition(" ")
    hours, minutes, *rest = (int(part) for part in clock.split(":"))
    moment = timedelta(days=int(day or 0), hours=hours, minutes=minutes, seconds=sum(rest))
    return int((MONDAY + moment - datetime(1970, 1, 1)).total_seconds())


def facts_of(rows: Sequence[Said]) -> Facts:
    table = no_facts(len(rows))
    platforms = tuple(dict.fromkeys(["", *(row.platform for row in rows)]))
    languages = tuple(dict.fromkeys(["unknown", *(row.lang for row in rows)]))
    for place, row in enumerate(rows):
        record = table[place]
        record["time"], record["reply_time"] = seconds(row.at), seconds(row.reply_at)
        record["id"], record["parent"] = name_hash(row.id), name_hash(row.under)
        record["thread"] = name_hash(row.thread)
        record["author"] = name_hash("" if row.who == "?" else row.who)
        record["copies"] = [name_hash(row.text + str(band)) if row.text else 0 for band in range(4)]
        record["source"], record["platform"] = row.source, platforms.index(row.platform)
        record["lang"], record["kind"] = languages.index(row.lang), KINDS.index(row.kind)
        if row.department:
            record["department"] = DEPARTMENTS.index(row.department)
        else:
            record["department"] = NO_DEPARTMENT
        record["flags"] = (
            PRIVATE * row.private
            | ANSWERED * row.answered
            | OURS * (row.who == US)
            | UNREAD * row.unread
            | EMPTY * row.empty
        )
    return Facts(table, platforms=platforms, languages=languages)


def answered_ids(rows: Sequence[Said], standing: Standing) -> set[str]:
    return {row.id for row, answered in zip(rows, standing.answered, strict=True) if answered}


def minutes(values: np.ndarray) -> list[float]:
    return [value / 60 if value >= 0 else -1 for value in values.tolist()]


def shown(place: int) -> TriagedRow:
    return TriagedRow(
        place=place + 1, source="", row=place, id=str(place), text="", lang="en", kind="complaint",
        private_reply=True, private_reply_score=0.9, department=None, crisis=False, priority=50,
        reasons=(),
    )  # fmt: skip
