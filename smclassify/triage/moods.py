"""Kinds of comments over time."""

from __future__ import annotations

from datetime import datetime
from typing import Final, cast

import numpy as np

from smclassify.labels import KINDS
from smclassify.triage.facts import DAY, HOUR, Facts
from smclassify.triage.standing import Seconds, believable
from smclassify.triage.survey import Moods

SPANS: Final = 60
"""As many as a plot can show."""

_LENGTHS: Final = {
    "hour": (HOUR, 0),
    "day": (DAY, 0),
    "week": (7 * DAY, 4 * DAY),  # 5 January 1970 was a Monday
}
"""Seconds of each step, and a second at which one begins."""


def moods_of(facts: Facts) -> Moods:
    """Return how many comments of each kind there are in each span of time.

    Spans are the shortest of hours, days, weeks (from Monday) and months of which at most
    :data:`SPANS` hold the export; of a longer one, the last :data:`SPANS` months are shown. Spans
    without comments have zeros. Comments whose time can't be believed
    (:func:`smclassify.triage.standing.believable`) or isn't known are in none; exports that have
    dates alone are never cut into hours.
    """
    rows = np.flatnonzero(facts.judged & believable(facts.table["time"]))
    if not len(rows):
        return Moods()
    times = facts.table["time"][rows]
    step, starts = _spans(times)
    shown = times >= starts[0]
    span = np.searchsorted(starts, times[shown], side="right") - 1
    kind = facts.table["kind"][rows[shown]].astype(np.int64)
    counts = np.bincount(kind * len(starts) + span, minlength=len(KINDS) * len(starts))
    table = counts.reshape(len(KINDS), len(starts)).tolist()
    return Moods(
        step=step,
        starts=tuple(cast(list[datetime], starts.astype("M8[s]").tolist())),
        kinds={name: tuple(row) for name, row in zip(KINDS, table, strict=True)},
    )


def _spans(times: Seconds) -> tuple[str, Seconds]:
    """Return the step and the seconds at which spans begin."""
    oldest, newest = int(times.min()), int(times.max())
    dates_only = not (times % DAY).any()
    for step, (length, start) in _LENGTHS.items():
        first, last = (oldest - start) // length, (newest - start) // length
        if last - first < SPANS and not (step == "hour" and dates_only):
            return step, start + np.arange(first, last + 1) * length
    first, last = np.array([oldest, newest], "M8[s]").astype("M8[M]").astype(np.int64)
    months = np.arange(max(first, last - SPANS + 1), last + 1)
    return "month", months.astype("M8[M]").astype("M8[s]").astype(np.int64)
