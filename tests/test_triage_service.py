"""How we are doing: answers against the target, open cases, kinds over time."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

import numpy as np
import pytest
from conversations import US, Said, facts_of, seconds, shown
from hypothesis import given
from hypothesis import strategies as st

from smclassify.exports.columns.times import NO_TIME
from smclassify.labels import KINDS
from smclassify.triage.facts import DAY, Facts, no_facts
from smclassify.triage.moods import SPANS, moods_of
from smclassify.triage.service import OLDEST, service_of
from smclassify.triage.standing import believable, standing_of
from smclassify.triage.survey import Answers, Service


def service(*rows: Said, target: int = 120, as_of: str = "") -> Service:
    facts = facts_of(rows)
    standing = standing_of(facts, as_of=seconds(as_of) if as_of else None)
    return service_of(facts, standing, shown, target)


# --- answers -----------------------------------------------------------------------------------


def test_an_export_that_says_nothing_about_answers_has_no_share_of_them() -> None:
    found = service(Said("anna", "09:00", private=True), Said("ben", "10:00"))
    assert not found.known
    assert found.overall is None
    assert found.by == {}
    assert found.open_cases == 1


@pytest.mark.parametrize(
    "sign",
    [
        Said("anna", kind="praise", answered=True),
        Said("anna", kind="praise", reply_at="09:00"),
        Said(US, "09:00"),
    ],
)
def test_any_sign_of_an_answer_makes_the_others_unanswered(sign: Said) -> None:
    found = service(sign, Said("ben", "10:00"))
    assert found.known
    assert found.overall == Answers("", 1, 0, 0, 0, None, None)


def test_only_comments_that_want_an_answer_are_counted_and_the_target_itself_is_in_time() -> None:
    found = service(
        Said("anna", "09:00", reply_at="10:00"),
        Said("ben", "09:00", reply_at="11:00"),
        Said("carl", "09:00", kind="question", reply_at="11:01"),
        Said("dora", "09:00", answered=True),
        Said("eve", "09:00"),
        Said("fay", "09:00", kind="praise", reply_at="09:01"),
    )
    assert found.target_minutes == 120
    assert found.overall == Answers("", 5, 4, 3, 2, 120.0, pytest.approx(120.8))


def test_answers_are_told_apart_by_platform_department_language_and_weekday() -> None:
    found = service(
        Said("anna", "0 09:00", platform="x", lang="ko", department="billing", reply_at="10:00"),
        Said("ben", "6 09:00", platform="facebook", lang="fr", department="sales"),
        Said("carl", "6 10:00", platform="facebook", lang="fr", reply_at="6 18:00"),
        Said("dora", "", platform="", lang="fr", department="sales"),
    )
    told = {
        name: [(of.group, of.comments, of.answered, of.within_target) for of in answers]
        for name, answers in found.by.items()
    }
    assert told == {
        "platform": [("facebook", 2, 1, 0), ("x", 1, 1, 1)],
        "department": [("sales", 2, 0, 0), ("billing", 1, 1, 1)],
        "language": [("fr", 3, 1, 0), ("ko", 1, 1, 1)],
        "weekday": [("0", 1, 1, 1), ("6", 2, 1, 0)],
    }


def test_a_single_group_is_nothing_to_compare() -> None:
    assert service(Said("anna", "09:00", platform="x", reply_at="10:00")).by == {}


def test_weekdays_stand_in_their_order_whatever_they_hold() -> None:
    rows = [Said("anna", f"{day} 12:00", reply_at=f"{day} 13:00") for day in (6, 6, 6, 2, 2, 0)]
    assert [of.group for of in service(*rows).by["weekday"]] == ["0", "2", "6"]


# --- open cases --------------------------------------------------------------------------------


def test_open_cases_are_private_ones_without_an_answer_by_age() -> None:
    found = service(
        Said("a", "10 10:00", private=True),  # two hours
        Said("b", "10 09:59", private=True),
        Said("c", "9 12:00", private=True),  # a day
        Said("d", "7 11:00", private=True),
        Said("e", "0 09:00", private=True),
        Said("f", "0 08:00", private=True, answered=True),
        Said("g", "0 07:00"),
        Said("h", "", private=True),
        as_of="10 12:00",
    )
    assert found.open_cases == 6
    assert found.open_ages == ((120, 1), (1440, 2), (4320, 0), (10080, 1), (None, 1))
    assert [row.place for row in found.oldest] == [5, 4, 3, 2, 1]


def test_a_target_of_a_day_or_more_takes_its_place_among_the_ages() -> None:
    rows = [Said("a", "09:00", private=True)]
    assert [bound for bound, _ in service(*rows, target=1440).open_ages] == [
        1440,
        4320,
        10080,
        None,
    ]
    assert [bound for bound, _ in service(*rows, target=2880).open_ages][1] == 2880


def test_only_the_oldest_are_shown_and_the_first_read_first_of_those_of_one_moment() -> None:
    rows = [Said("a", "09:00", private=True)] * (OLDEST + 5)
    assert [row.place for row in service(*rows).oldest] == list(range(1, OLDEST + 1))


def test_without_times_open_cases_have_no_ages() -> None:
    found = service(Said("a", private=True), Said("b", private=True))
    assert found.open_cases == 2
    assert found.open_ages == ()
    assert found.oldest == ()


ROWS = st.builds(
    Said,
    who=st.sampled_from(["anna", "ben", US]),
    at=st.sampled_from(["", "08:00", "1 09:00", "5 00:00", "40 12:00"]),
    id=st.sampled_from(["", "p", "q"]),
    under=st.sampled_from(["", "p", "q"]),
    kind=st.sampled_from(KINDS),
    private=st.booleans(),
    answered=st.booleans(),
    reply_at=st.sampled_from(["", "08:30", "6 12:00"]),
    platform=st.sampled_from(["x", "facebook"]),
    lang=st.sampled_from(["fr", "ko"]),
    department=st.sampled_from([None, "sales", "billing"]),
)


@given(st.lists(ROWS, max_size=15), st.integers(1, 20_000))
def test_groups_add_up_to_the_whole(rows: list[Said], target: int) -> None:
    found = service(*rows, target=target)
    for of in [*([found.overall] if found.overall else []), *sum(found.by.values(), ())]:
        assert of.comments >= of.answered >= of.timed >= of.within_target >= 0
        assert (of.median_minutes is None) == (of.timed == 0)
        assert of.timed == 0 or of.median_minutes <= of.ninth_decile_minutes
    for name in ("platform", "language"):
        if name in found.by:
            for field in ("comments", "answered", "timed", "within_target"):
                total = sum(getattr(of, field) for of in found.by[name])
                assert total == getattr(found.overall, field)
    dated = sum(count for _, count in found.open_ages)
    assert len(found.oldest) == min(dated, OLDEST)
    assert dated <= found.open_cases


# --- moods -------------------------------------------------------------------------------------


def moods_at(*moments: datetime):
    table = no_facts(len(moments))
    table["time"] = np.array(moments, "M8[s]").astype(np.int64)
    return moods_of(Facts(table))


def test_a_weekend_is_told_by_the_hour_with_zeros_where_nobody_wrote() -> None:
    moods = moods_of(
        facts_of(
            [
                Said("anna", "08:10"),
                Said("ben", "08:50", kind="praise"),
                Said("carl", "11:05"),
                Said("dora", "11:06"),
                Said(US, "09:00"),
                Said("eve", ""),
            ]
        )
    )
    assert moods.step == "hour"
    assert moods.starts == tuple(datetime(2026, 3, 2, hour) for hour in (8, 9, 10, 11))
    assert moods.kinds["complaint"] == (1, 0, 0, 2)
    assert moods.kinds["praise"] == (1, 0, 0, 0)
    assert set(moods.kinds) == set(KINDS)


@pytest.mark.parametrize(
    ("last", "step", "first_start", "spans"),
    [
        (datetime(2026, 3, 7, 1), "hour", datetime(2026, 3, 4, 15), 59),
        (datetime(2026, 4, 30), "day", datetime(2026, 3, 4), 58),
        (datetime(2026, 12, 1), "week", datetime(2026, 3, 2), 40),
        (datetime(2028, 3, 1), "month", datetime(2026, 3, 1), 25),
    ],
)
def test_the_step_fits_the_length_of_the_export(last, step, first_start, spans) -> None:
    first = datetime(2026, 3, 4, 15, 30)  # a Wednesday
    moods = moods_at(first, first, last, last)
    assert (moods.step, moods.starts[0], len(moods.starts)) == (step, first_start, spans)
    assert moods.kinds[KINDS[0]][0] == moods.kinds[KINDS[0]][-1] == 2


def test_dates_alone_are_never_cut_into_hours() -> None:
    assert moods_at(datetime(2026, 3, 4), datetime(2026, 3, 5)).step == "day"


def test_of_many_years_the_last_months_are_shown() -> None:
    moods = moods_at(*(datetime(year, 5, 1, 12) for year in range(2010, 2027) for _ in range(3)))
    assert moods.step == "month"
    assert len(moods.starts) == SPANS
    assert moods.starts[-1] == datetime(2026, 5, 1)
    assert sum(moods.kinds[KINDS[0]]) == 15


def test_a_mistyped_year_does_not_stretch_the_plot() -> None:
    sound = [datetime(2026, 3, day, 12) for day in range(1, 21)]
    moods = moods_at(datetime(1971, 1, 1), *sound, datetime(2126, 3, 1))
    assert (moods.step, len(moods.starts)) == ("day", 20)


def test_without_times_there_are_no_moods() -> None:
    assert moods_of(facts_of([Said("anna")])).starts == ()
    assert moods_of(Facts(no_facts(0))).starts == ()


@given(
    st.lists(
        st.tuples(st.integers(0, 7_000_000_000) | st.just(NO_TIME), st.integers(0, 6)), max_size=30
    ),
    st.sampled_from([1, 200, 5_000]),
)
def test_every_comment_of_the_spans_is_counted_once(rows, shrink) -> None:
    table = no_facts(len(rows))
    table["time"] = [time if time == NO_TIME else time // shrink for time, _ in rows]
    table["kind"] = [kind for _, kind in rows]
    moods = moods_of(Facts(table))
    assert len(moods.starts) <= SPANS
    assert all(len(counts) == len(moods.starts) for counts in moods.kinds.values())
    if moods.starts:
        first = int((moods.starts[0] - datetime(1970, 1, 1)).total_seconds())
        expected = believable(table["time"]) & (table["time"] >= first)
        for number, kind in enumerate(KINDS):
            inside = np.count_nonzero(expected & (table["kind"] == number))
            assert sum(moods.kinds[kind]) == inside
        lengths = {"hour": 3_600, "day": DAY, "week": 7 * DAY}
        gaps = {int((b - a).total_seconds()) for a, b in pairwise(moods.starts)}
        assert moods.step == "month" or gaps <= {lengths[moods.step]}
        assert moods.step != "week" or moods.starts[0].weekday() == 0
