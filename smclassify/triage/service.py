"""How we are doing: how many were answered, how soon, and who still waits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from smclassify.exports.columns.times import NO_TIME
from smclassify.labels import DEPARTMENTS
from smclassify.triage.facts import ANSWERED, DAY, MINUTE, OURS, PRIVATE, Facts, Places
from smclassify.triage.standing import Seconds, Standing
from smclassify.triage.survey import Answers, Service, TriagedRow

AGES: Final = (24 * 60, 3 * 24 * 60, 7 * 24 * 60)
"""Upper bounds of the ages of open cases in minutes, besides the target: a day, three, a week."""

OLDEST: Final = 20
"""Open cases that are shown."""

_DAYS: Final = tuple("0123456")
_THURSDAY: Final = 3  # 1 January 1970


def service_of(
    facts: Facts,
    standing: Standing,
    tell: Callable[[int], TriagedRow],
    target_minutes: int,
) -> Service:
    """Return how comments that want an answer were answered, and who still waits.

    The export says something about answers if a row was answered by its own account, or if there
    is a row of ours or the time of an answer.

    Parameters
    ----------
    facts : Facts
    standing : Standing
        Of the same rows.
    tell : callable
        Gives a row for showing by its place, from 0.
    target_minutes : int
        Within which an answer is in time.
    """
    replied = facts.table["reply_time"] != NO_TIME
    known = bool(facts.has(ANSWERED | OURS).any() or replied.any())
    wanting = np.flatnonzero(standing.wants)
    cases = facts.judged & facts.has(PRIVATE) & ~standing.answered
    dated = np.flatnonzero(cases & (standing.age >= 0))
    longest = dated[np.argsort(-standing.age[dated], kind="stable")][:OLDEST]
    return Service(
        known=known,
        target_minutes=target_minutes,
        overall=_answers("", standing, wanting, target_minutes) if known else None,
        by=_answers_by_group(facts, standing, wanting, target_minutes) if known else {},
        open_cases=int(np.count_nonzero(cases)),
        open_ages=_ages(standing.age[dated], target_minutes) if facts.timed.any() else (),
        oldest=tuple(tell(int(place)) for place in longest),
    )


def _answers(group: str, standing: Standing, places: Places, target_minutes: int) -> Answers:
    """Return how some rows were answered."""
    delay = standing.delay[places]
    delay = delay[delay >= 0]
    return Answers(
        group=group,
        comments=len(places),
        answered=int(np.count_nonzero(standing.answered[places])),
        timed=len(delay),
        within_target=int(np.count_nonzero(delay <= target_minutes * MINUTE)),
        median_minutes=float(np.median(delay)) / MINUTE if len(delay) else None,
        ninth_decile_minutes=float(np.quantile(delay, 0.9)) / MINUTE if len(delay) else None,
    )


def _answers_by_group(
    facts: Facts, standing: Standing, wanting: Places, target_minutes: int
) -> dict[str, tuple[Answers, ...]]:
    """Return the answers of each platform, department, language and weekday.

    Rows of which the group is not known (no department, no time, no platform) are in none.
    """
    table = facts.table
    groupings: dict[str, tuple[NDArray[Any], Sequence[str]]] = {
        "platform": (table["platform"][wanting], facts.platforms),
        "department": (table["department"][wanting], DEPARTMENTS),
        "language": (table["lang"][wanting], facts.languages),
        "weekday": (_weekdays(table["time"][wanting]), _DAYS),
    }
    by = {}
    for name, (numbers, names) in groupings.items():
        answers = [
            _answers(group, standing, wanting[members], target_minutes)
            for group, members in _split(numbers, names)
        ]
        if len(answers) > 1:
            if name != "weekday":
                answers.sort(key=lambda of: (-of.comments, of.group))
            by[name] = tuple(answers)
    return by


def _weekdays(times: Seconds) -> NDArray[np.int64]:
    """Return days of the week, 0 for Monday; 7 where there is no time."""
    return np.where(times == NO_TIME, len(_DAYS), (times // DAY + _THURSDAY) % len(_DAYS))


def _split(numbers: NDArray[Any], names: Sequence[str]) -> list[tuple[str, Places]]:
    """Return the places of each number that has a name, in the order of the numbers."""
    order = np.argsort(numbers, kind="stable")
    distinct, starts = np.unique(numbers[order], return_index=True)
    members = np.split(order, starts[1:])
    return [
        (names[number], places)
        for number, places in zip(distinct, members, strict=False)  # no number: one empty part
        if number < len(names) and names[number]
    ]


def _ages(ages: Seconds, target_minutes: int) -> tuple[tuple[int | None, int], ...]:
    """Return how many are no older than each bound, but older than the one before."""
    bounds = sorted({target_minutes, *AGES})
    bins = np.searchsorted(np.array(bounds) * MINUTE, ages)
    counts = np.bincount(bins, minlength=len(bounds) + 1).tolist()
    return tuple(zip([*bounds, None], counts, strict=True))
