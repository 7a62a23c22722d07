"""Quiet exports and planted crises: how often the crisis watch cries wolf, and what it finds.

    python -m benchmarks.watch [--months 300] [--rows 1000000]

Times are drawn as comments come: a strong profile of the day, another one at the weekend with
quiet nights, days and hours that are wilder than chance (gamma factors), replies that come in
bunches, a slow trend, a peak every Monday. Alarms are of quiet exports; a crisis is found if a
burst overlaps it, and on time if that burst's start is within 15 minutes of the crisis' first
comment.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from smclassify.labels import KINDS
from smclassify.triage.facts import CRISIS, Facts, no_facts
from smclassify.triage.survey import TriagedRow, Watch
from smclassify.triage.watch.alarms import watch_over

HOUR, DAY = 3600, 86_400
FIRST_DAY = 20_577  # Monday, 4 May 2026
SATURDAY_NIGHT = (FIRST_DAY + 19) * DAY + 23 * HOUR + 10 * 60

WORKDAY = [2, 1, 1, 1, 1, 2, 5, 10, 14, 16, 16, 17, 19, 18, 16, 15, 16, 18, 21, 24, 25, 20, 12, 6]
WEEKEND = [3, 2, 1, 0.5, 0.5, 0.5, 1, 3, 6, 9, 12, 13, 13, 12, 11, 11, 12, 13, 14, 14, 12, 9, 5, 3]

Times = NDArray[np.int64]


@dataclass(frozen=True)
class World:
    """How comments come.

    Attributes
    ----------
    days : int
        How long the export is.
    a_day : float
        Comments of all kinds.
    day_spread, hour_spread : float
        Standard deviation of a day's and of an hour's factor around one.
    bunches : float
        How many replies in kind a comment draws within the hour, on average.
    growth : float
        The last day's level against the first's.
    monday_peak : float
        Factor of Mondays from 9 to 10.
    """

    days: int = 30
    a_day: float = 20_000 / 30
    day_spread: float = 0.15
    hour_spread: float = 0.15
    bunches: float = 0.0
    growth: float = 1.0
    monday_peak: float = 1.0
    first_day: int = FIRST_DAY

    def rates(self, rng: np.random.Generator) -> NDArray[np.float64]:
        """Return the comments to be expected in each hour."""
        days = self.first_day + np.arange(self.days)
        profile = np.array([WORKDAY, WEEKEND])
        rates = profile[((days + 3) % 7 >= 5).astype(int)]
        rates[(days + 3) % 7 == 0, 9] *= self.monday_peak
        rates = (
            rates * self.a_day / profile[0].sum() * np.geomspace(1, self.growth, self.days)[:, None]
        )
        rates *= _factors(rng, self.day_spread, (self.days, 1))
        return np.asarray(rates * _factors(rng, self.hour_spread, rates.shape)).ravel()

    def times(self, rng: np.random.Generator, share: float = 1.0) -> Times:
        """Return when comments came, a share of them, in no order."""
        rates = self.rates(rng) * share / (1 + self.bunches)
        counts = rng.poisson(rates)
        hours = np.repeat(np.arange(len(rates)), counts)
        first = hours * HOUR + rng.integers(0, HOUR, len(hours))
        replies = np.repeat(first, rng.poisson(self.bunches, len(first)))
        replies += rng.exponential(HOUR / 3, len(replies)).astype(np.int64)
        every = np.concatenate([first, replies])
        return self.first_day * DAY + every[every < self.days * DAY]


def _factors(
    rng: np.random.Generator, spread: float, shape: tuple[int, ...]
) -> NDArray[np.float64]:
    if not spread:
        return np.ones(shape)
    return rng.gamma(spread**-2, spread**2, shape)


@dataclass(frozen=True)
class Crisis:
    """So many related complaints, evenly over so many hours."""

    name: str
    comments: int
    hours: float
    start: int = SATURDAY_NIGHT

    def times(self, rng: np.random.Generator) -> Times:
        return np.sort(
            self.start + (rng.random(self.comments) * self.hours * HOUR).astype(np.int64)
        )


WEDNESDAY = (FIRST_DAY + 16) * DAY
CRISES = (
    Crisis("40 in 3 hours, Saturday 23:10", 40, 3),
    Crisis("40 in 6 hours, Saturday 23:10", 40, 6),
    Crisis("120 in 24 hours, Saturday 23:10", 120, 24),
    Crisis("120 in 24 hours, Wednesday 10:00", 120, 24, WEDNESDAY + 10 * HOUR),
    Crisis("40 in 3 hours, Wednesday 14:20", 40, 3, WEDNESDAY + 14 * HOUR + 1200),
    Crisis("80 in 3 hours, Wednesday 14:20", 80, 3, WEDNESDAY + 14 * HOUR + 1200),
    Crisis("40 in the export's last 2 hours", 40, 2, (FIRST_DAY + 30) * DAY - 2 * HOUR),
)

MONTH = World()
WORLDS = {
    "a month of 20,000 comments": MONTH,
    "  no more than chance": replace(MONTH, day_spread=0, hour_spread=0),
    "  wild days and hours": replace(MONTH, day_spread=0.3, hour_spread=0.3),
    "  replies in bunches": replace(MONTH, bunches=0.5),
    "  three times the level": replace(MONTH, growth=3),
    "  a peak every Monday": replace(MONTH, monday_peak=6),
    "3 days": replace(MONTH, days=3),
    "5 days from a Thursday": replace(MONTH, days=5, first_day=FIRST_DAY + 3),
    "7 days": replace(MONTH, days=7),
    "14 days": replace(MONTH, days=14),
    "a month, 10 comments a day": replace(MONTH, a_day=10),
    "a month, 40,000 comments a day": replace(MONTH, a_day=40_000),
    "2 years": replace(MONTH, days=730),
}
TOPIC = "battery"
TOPICS = ("late", "refund", "broken", "rude", "price", "parcel", "login", "size", TOPIC)
COMPLAINTS = 0.3
CRISES_AMONG = 0.01


def export(times: Times, planted: Times, rng: np.random.Generator) -> Facts:
    """Return the facts of an export: comments, and the related complaints of a crisis.

    Four in five of these name the topic, as do a few of the other complaints.
    """
    n = len(times) + len(planted)
    table = no_facts(n)
    table["time"] = np.concatenate([times, planted])
    complaint = rng.random(n) < COMPLAINTS
    complaint[len(times) :] = True
    table["kind"] = np.where(complaint, KINDS.index("complaint"), KINDS.index("praise"))
    table["flags"] = np.where(complaint & (rng.random(n) < CRISES_AMONG), CRISIS, 0)
    table["private"] = rng.random(n)
    topics = rng.integers(0, len(TOPICS) - 1, n)
    topics[rng.random(n) < 0.03] = TOPICS.index(TOPIC)
    named = rng.random(len(planted)) < 0.8
    topics[len(times) :][named] = TOPICS.index(TOPIC)
    return Facts(table, texts=lambda places: [f"my {TOPICS[topics[at]]} again" for at in places])


def tell(place: int) -> TriagedRow:
    return TriagedRow(
        place + 1,
        "export.csv",
        place + 2,
        "",
        "",
        "en",
        "complaint",
        True,
        0.9,
        None,
        False,
        50,
        (),
    )


def stand_out_in(facts: Facts) -> Callable[[Times, Times], tuple[str, ...]]:
    """Return what finds the topics that are three times as common inside as outside."""

    def stand_out(inside: Times, outside: Times) -> tuple[str, ...]:
        shares = []
        for places in (inside, outside):
            words = [text.split()[1] for text in facts.texts(places)]
            shares.append([(words.count(topic) + 1) / (len(words) + 9) for topic in TOPICS])
        ratio = np.array(shares[0]) / np.array(shares[1])
        return tuple(TOPICS[at] for at in np.argsort(-ratio) if ratio[at] >= 3)

    return stand_out


def watched(world: World, planted: Times, rng: np.random.Generator) -> Watch:
    facts = export(world.times(rng), planted, rng)
    return watch_over(facts, tell, stand_out_in(facts))[0]


def alarms(world: World, months: int) -> float:
    """Return how many bursts a quiet export has, on average."""
    nothing = np.empty(0, dtype=np.int64)
    found = [len(watched(world, nothing, np.random.default_rng(n)).bursts) for n in range(months)]
    return float(np.mean(found))


@dataclass(frozen=True)
class Finds:
    """Shares of crises found, found within 15 minutes, and named; other bursts, on average."""

    found: float
    on_time: float
    named: float
    others: float


def finds(world: World, crisis: Crisis, months: int) -> Finds:
    """Return how the watch does on exports with one crisis each."""
    rows = []
    for number in range(months):
        rng = np.random.default_rng(1_000_000 + number)
        planted = crisis.times(rng)
        bursts = watched(world, planted, rng).bursts
        first, last = (
            datetime.fromtimestamp(at, UTC).replace(tzinfo=None) for at in planted[[0, -1]]
        )
        hits = [burst for burst in bursts if burst.start <= last and burst.end >= first]
        late = [abs((burst.start - first).total_seconds()) for burst in hits]
        on_time = bool(late) and min(late) <= 15 * 60
        named = any(burst.words[:1] == (TOPIC,) for burst in hits)
        rows.append((bool(hits), on_time, named, len(bursts) - bool(hits)))
    return Finds(*np.mean(rows, axis=0).tolist())


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--months", type=int, default=300, help="exports simulated for each line")
    parser.add_argument("--rows", type=int, default=1_000_000, help="of the export that is timed")
    given = parser.parse_args()
    print(f"{'quiet exports':<36}false alarms each")
    for name, world in WORLDS.items():
        months = max(2, given.months * 30 // max(world.days, 30))
        if world.a_day > 2000:
            months = max(2, given.months // 10)
        print(f"{name:<36}{alarms(world, months):>8.3f}  of {months}", flush=True)
    print(f"\n{'crises':<36}{'found':>8}{'in 15 min':>11}{'named':>8}{'others':>8}")
    for crisis in CRISES:
        for kind in ("a month of 20,000 comments", "  wild days and hours"):
            result = finds(WORLDS[kind], crisis, given.months)
            name = crisis.name if not kind.startswith(" ") else kind
            print(
                f"{name:<36}{result.found:>8.2f}{result.on_time:>11.2f}"
                f"{result.named:>8.2f}{result.others:>8.3f}",
                flush=True,
            )
    rng = np.random.default_rng(0)
    facts = export(World(days=365, a_day=given.rows / 310).times(rng), CRISES[0].times(rng), rng)
    began = time.perf_counter()
    watch, _ = watch_over(facts, tell, stand_out_in(facts))
    seconds = time.perf_counter() - began
    print(f"\n{len(facts):,} rows: {seconds:.1f} s, {len(watch.bursts)} bursts")


if __name__ == "__main__":
    main()
