"""The crisis watch finds crises, says since when, and leaves quiet months alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.watch import (
    CRISES,
    DAY,
    FIRST_DAY,
    HOUR,
    MONTH,
    SATURDAY_NIGHT,
    TOPIC,
    Crisis,
    Times,
    World,
    export,
    stand_out_in,
    tell,
)
from smclassify.labels import KINDS
from smclassify.triage.facts import CRISIS, OURS, Facts, no_facts
from smclassify.triage.survey import Burst, Watch
from smclassify.triage.watch.alarms import watch_over
from smclassify.triage.watch.baseline import Baseline, Grid, find_gaps
from smclassify.triage.watch.bursts import upper_tail

NOTHING = np.empty(0, dtype=np.int64)


def watched(facts: Facts) -> Watch:
    return watch_over(facts, tell, stand_out_in(facts))[0]


def planted(crisis: Crisis, seed: int, world: World = MONTH) -> tuple[Watch, Times]:
    rng = np.random.default_rng(seed)
    times = crisis.times(rng)
    return watched(export(world.times(rng), times, rng)), times


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC).replace(tzinfo=None)


def minutes_off(burst: Burst, first: int) -> float:
    return abs((burst.start - moment(first)).total_seconds()) / 60


def complaints_at(times: Times) -> Facts:
    table = no_facts(len(times))
    table["time"] = times
    table["kind"] = KINDS.index("complaint")
    return Facts(table, texts=lambda places: ["a complaint"] * len(places))


def silent(inside: Times, outside: Times) -> tuple[str, ...]:
    return ()


def bursts_of(facts: Facts) -> tuple[Burst, ...]:
    return watch_over(facts, tell, silent)[0].bursts


def test_twenty_quiet_months_raise_at_most_one_alarm() -> None:
    rngs = [np.random.default_rng(seed) for seed in range(20)]
    assert sum(len(watched(export(MONTH.times(rng), NOTHING, rng)).bursts) for rng in rngs) <= 1


@pytest.mark.parametrize(
    "world",
    [
        replace(MONTH, monday_peak=6),
        replace(MONTH, monday_peak=6, days=21),
        replace(MONTH, growth=3),
        replace(MONTH, days=3),
        replace(MONTH, days=7, first_day=FIRST_DAY + 3),
        replace(MONTH, a_day=80),
        replace(MONTH, a_day=20_000),
    ],
    ids=["Monday peak", "three weeks of it", "growth", "3 days", "a week", "few", "many"],
)
def test_no_regular_pattern_is_an_alarm(world: World) -> None:
    rngs = [np.random.default_rng(seed) for seed in range(5)]
    assert sum(len(bursts_of(complaints_at(world.times(rng, 0.3)))) for rng in rngs) == 0


def test_a_crisis_on_a_saturday_night_is_found_with_its_start_and_theme() -> None:
    results = [planted(CRISES[0], seed) for seed in range(20)]
    hits = [
        watch.bursts[0]
        for watch, times in results
        if watch.bursts and minutes_off(watch.bursts[0], times[0]) <= 15
    ]
    assert len(hits) >= 19
    assert all(burst.words == (TOPIC,) for burst in hits)
    assert all(burst.comments >= 35 and burst.comments > 3 * burst.expected for burst in hits)
    assert all(len(burst.telling) == 5 for burst in hits)


@pytest.mark.parametrize(
    "crisis",
    [
        Crisis("slower", 40, 6),
        Crisis("slow", 120, 24),
        Crisis("a working day", 120, 3, (FIRST_DAY + 16) * DAY + 10 * HOUR),
        Crisis("last hours", 60, 2, (FIRST_DAY + 30) * DAY - 2 * HOUR),
        Crisis("first hours", 60, 2, FIRST_DAY * DAY + HOUR),
    ],
    ids=lambda crisis: crisis.name,
)
def test_slower_crises_and_those_at_the_ends_are_found(crisis: Crisis) -> None:
    found = 0
    for seed in range(8):
        watch, times = planted(crisis, seed)
        found += any(
            burst.start <= moment(times[-1]) and burst.end >= moment(times[0])
            for burst in watch.bursts
        )
    assert found >= 7


def test_a_huge_burst_does_not_hide_a_small_one() -> None:
    rng = np.random.default_rng(3)
    huge = Crisis("", 3000, 5, SATURDAY_NIGHT - 20 * HOUR).times(rng)
    small = CRISES[0].times(rng)
    times = np.concatenate([MONTH.times(rng, 0.3), huge, small])
    starts = sorted(burst.start for burst in bursts_of(complaints_at(times)))
    assert len(starts) == 2
    assert abs(starts[0] - moment(huge[0])).total_seconds() < 15 * 60
    assert abs(starts[1] - moment(small[0])).total_seconds() < 45 * 60


def test_only_related_comments_are_part_of_the_burst() -> None:
    rng = np.random.default_rng(5)
    quiet, crisis = MONTH.times(rng), CRISES[0].times(rng)
    facts = export(quiet, crisis, rng)
    watch, numbers = watch_over(facts, tell, stand_out_in(facts))
    members = np.flatnonzero(numbers == 0)
    assert len(watch.bursts) == 1
    assert all(TOPIC in text for text in facts.texts(members))
    assert np.count_nonzero(members >= len(quiet)) >= 25
    assert len(members) <= watch.bursts[0].comments


def test_the_telling_comments_are_likely_cases_and_no_copies() -> None:
    rng = np.random.default_rng(6)
    facts = export(MONTH.times(rng), CRISES[0].times(rng), rng)
    facts.table["copies"][-20:, 0] = 77
    facts.table["private"][-3:] = [0.97, 0.98, 0.99]
    told: list[int] = []
    watch, _ = watch_over(
        facts, lambda place: (told.append(place), tell(place))[1], stand_out_in(facts)
    )
    assert watch.bursts[0].copies >= 10
    assert sum(place >= len(facts) - 20 for place in told) == 1
    assert len(told) == 5


def test_no_more_copies_are_told_of_than_comments() -> None:
    rng = np.random.default_rng(6)
    facts = export(MONTH.times(rng), Crisis("", 120, 3, SATURDAY_NIGHT).times(rng), rng)
    facts.table["copies"][-120:, 0] = 77
    facts.table["kind"][-120::2] = KINDS.index("question")
    burst = watch_over(facts, tell, stand_out_in(facts))[0].bursts[0]
    assert 20 <= burst.copies <= burst.comments


def test_a_flood_of_one_author_is_one_angry_customer() -> None:
    rng = np.random.default_rng(7)
    facts = complaints_at(np.concatenate([MONTH.times(rng, 0.3), CRISES[0].times(rng)]))
    facts.table["author"][-40:] = 5
    assert bursts_of(facts) == ()
    facts.table["author"] = 5  # everybody has this name: it says nothing
    assert len(bursts_of(facts)) == 1


def test_crisis_comments_have_a_watch_of_their_own() -> None:
    rng = np.random.default_rng(8)
    facts = complaints_at(MONTH.times(rng, 0.3))
    noon = np.flatnonzero(np.abs(facts.table["time"] - (FIRST_DAY + 9.5) * DAY) < 2 * HOUR)[:12]
    facts.table["flags"][noon] = CRISIS
    (burst,) = bursts_of(facts)
    assert (burst.label, burst.comments) == ("crisis", 12)


def test_rows_that_do_not_count_are_not_watched() -> None:
    rng = np.random.default_rng(9)
    facts = complaints_at(np.concatenate([MONTH.times(rng, 0.3), CRISES[0].times(rng)]))
    facts.table["flags"][-40:] = OURS
    assert bursts_of(facts) == ()


def test_a_hole_in_the_export_is_no_quiet_time() -> None:
    rng = np.random.default_rng(10)
    times = np.sort(replace(MONTH, days=60).times(rng, 0.3))
    day = times // DAY - FIRST_DAY
    facts = complaints_at(times[(day < 15) | (day >= 40)])
    watch = watch_over(facts, tell, silent)[0]
    assert watch.bursts == ()
    assert set(watch.expected[20 * 12 : 39 * 12]) == {0.0}


def test_a_few_wild_times_change_nothing() -> None:
    rng = np.random.default_rng(11)
    times = np.concatenate([MONTH.times(rng, 0.3), CRISES[0].times(rng)])
    wild = np.array([0, -(10**11), 10**12], dtype=np.int64)
    facts = complaints_at(np.concatenate([times, wild]))
    assert bursts_of(facts) == bursts_of(complaints_at(times))


@pytest.mark.parametrize(
    ("times", "reason"),
    [
        (NOTHING, "no_times"),
        (FIRST_DAY * DAY + np.arange(0, HOUR, 10), "too_short"),
        (np.repeat((FIRST_DAY + np.arange(5)) * DAY, 20), "days_only"),
        (FIRST_DAY * DAY + np.arange(20) * 9 * HOUR + 5, "too_few"),
    ],
)
def test_what_cannot_be_judged_says_why(times: Times, reason: str) -> None:
    watch = watch_over(complaints_at(times), tell, silent)[0]
    assert (watch.unjudged, watch.bursts) == (reason, ())
    assert sum(watch.complaints) == len(times)


def test_an_export_of_dates_is_watched_by_the_day() -> None:
    rng = np.random.default_rng(12)
    days = FIRST_DAY + np.repeat(np.arange(60), rng.poisson(20, 60))
    crisis = np.full(80, FIRST_DAY + 33)
    watch = watch_over(complaints_at(np.concatenate([days, crisis]) * DAY), tell, silent)[0]
    assert watch.step_hours == 24
    assert [burst.start for burst in watch.bursts] == [moment((FIRST_DAY + 33) * DAY)]
    assert watch.bursts[0].expected == pytest.approx(20, rel=0.3)


@pytest.mark.parametrize(("days", "step"), [(31, 1), (60, 2), (365, 12), (730, 24)])
def test_the_curve_has_at_most_750_points(days: int, step: int) -> None:
    rng = np.random.default_rng(days)
    facts = complaints_at(replace(MONTH, days=days, a_day=200).times(rng, 0.3))
    watch = watch_over(facts, tell, silent)[0]
    assert watch.step_hours == step
    assert len(watch.complaints) == len(watch.crises) == len(watch.expected) == len(watch.limit)
    assert len(watch.complaints) <= 750
    assert sum(watch.complaints) == len(facts)
    assert sum(watch.expected) == pytest.approx(len(facts), rel=0.1)
    above = np.array(watch.complaints) >= np.array(watch.limit)
    assert np.mean(above) < 0.02


def test_the_baseline_knows_the_hours_of_each_weekday() -> None:
    world = replace(MONTH, days=84, a_day=3000, monday_peak=4, day_spread=0, hour_spread=0)
    times = world.times(np.random.default_rng(13))
    grid = Grid.over(FIRST_DAY * DAY, (FIRST_DAY + 84) * DAY - 1, HOUR)
    expected = Baseline(grid).expect(grid.count(times), np.ones(grid.n, dtype=np.bool_))
    rates = world.rates(np.random.default_rng(0))
    assert np.median(np.abs(expected / rates - 1)) < 0.06
    assert expected[9] == pytest.approx(rates[9], rel=0.15)


def test_a_day_is_expected_from_other_days_alone() -> None:
    grid = Grid(FIRST_DAY * DAY, HOUR, 24 * 28)
    quiet = np.ones(grid.n, dtype=np.bool_)
    counts = np.full(grid.n, 10.0)
    wild = counts.copy()
    wild[24 * 9 : 24 * 10] = 500
    day = slice(24 * 9, 24 * 10)
    baseline = Baseline(grid)
    assert np.array_equal(baseline.expect(wild, quiet)[day], baseline.expect(counts, quiet)[day])


def test_a_short_silence_is_no_gap() -> None:
    grid = Grid(0, HOUR, 24 * 10)
    counts = np.full(grid.n, 3.0)
    counts[30:50] = 0
    counts[100:140] = 0
    assert np.flatnonzero(find_gaps(counts, grid)).tolist() == list(range(100, 140))


def test_the_upper_tail_is_that_of_counting_wild_counts() -> None:
    rng = np.random.default_rng(14)
    drawn = rng.poisson(rng.gamma(1 / 0.2, 0.2 * 20, 200_000))
    counts = np.array([10.0, 25.0, 45.0])
    shares = [(drawn >= count).mean() for count in counts]
    assert upper_tail(counts, np.full(3, 20.0), 0.2) == pytest.approx(shares, rel=0.05)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(-(2**35), 2**37) | st.integers(0, 5 * DAY), max_size=60),
    st.integers(1, 3),
)
def test_any_times_are_survived(seconds: list[int], repeated: int) -> None:
    facts = complaints_at(np.array(seconds * repeated, dtype=np.int64))
    watch, numbers = watch_over(facts, tell, silent)
    assert len(watch.complaints) <= 750
    assert set(np.unique(numbers)) <= set(range(-1, len(watch.bursts)))
