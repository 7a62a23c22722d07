"""How soon each comment wants an answer: what the text says, and what the export knows besides."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smclassify.comments import priorities as priorities_of_texts
from smclassify.labels import KINDS
from smclassify.triage.facts import DAY, EMPTY, OURS, UNREAD, Facts, no_facts
from smclassify.triage.priority import NOBODY, Circumstances, priorities_of
from smclassify.triage.standing import Standing

HOUR = 3600
TARGET = 120


@dataclass(frozen=True)
class Case:
    """A comment and its circumstances; ``age`` in seconds, -1 where it doesn't wait."""

    urgency: float = 50.0
    age: int = -1
    reach: float = float("nan")
    repeats: int = 0
    in_burst: bool = False
    answered: bool = False
    flags: int = 0


def priorities(*cases: Case, target: int = TARGET) -> list[int]:
    n = len(cases)
    table = no_facts(n)
    table["urgency"] = [case.urgency for case in cases]
    table["reach"] = [case.reach for case in cases]
    table["flags"] = [case.flags for case in cases]
    answered = np.array([case.answered for case in cases], bool)
    standing = Standing(
        as_of=None,
        wants=np.ones(n, bool),
        answered=answered,
        delay=np.full(n, -1, np.int64),
        age=np.array([case.age for case in cases], np.int64),
        repeats=np.array([case.repeats for case in cases], np.int32),
    )
    burst = np.array([0 if case.in_burst else -1 for case in cases], np.int32)
    around = Circumstances(standing, burst, np.zeros(n, np.int32))
    return priorities_of(Facts(table), around, target).tolist()


def priority(case: Case, target: int = TARGET) -> int:
    (found,) = priorities(case, target=target)
    return found


ages = st.just(-1) | st.integers(0, 400 * DAY)
reaches = st.just(float("nan")) | st.floats(-10, 2.0**40, width=32) | st.just(float("inf"))
cases = st.builds(
    Case,
    urgency=st.floats(0, 100, width=32),
    age=ages,
    reach=reaches,
    repeats=st.integers(0, 10_000),
    in_burst=st.booleans(),
    answered=st.booleans(),
)
targets = st.integers(1, 10_080)


# --- for any comment ----------------------------------------------------------------------------


@given(st.lists(cases, max_size=5), targets)
def test_it_is_a_whole_number_from_0_to_100(many: list[Case], target: int) -> None:
    found = priorities(*many, target=target)
    assert all(type(one) is int and 0 <= one <= 100 for one in found)


@given(cases, ages, targets)
def test_who_has_waited_longer_is_no_less_urgent(case: Case, age: int, target: int) -> None:
    sooner, later = sorted((case.age, age))
    newer, older = priorities(replace(case, age=sooner), replace(case, age=later), target=target)
    assert newer <= older


@given(cases, st.floats(0, 2.0**40, width=32))
def test_what_more_have_seen_is_no_less_urgent(case: Case, reach: float) -> None:
    few = 0.0 if not case.reach > 0 else case.reach
    low, high = sorted((few, reach))
    lower, higher = priorities(replace(case, reach=low), replace(case, reach=high))
    assert lower <= higher


@given(cases, st.integers(0, 10_000))
def test_who_comes_back_is_no_less_urgent(case: Case, repeats: int) -> None:
    few, many = sorted((case.repeats, repeats))
    lower, higher = priorities(replace(case, repeats=few), replace(case, repeats=many))
    assert lower <= higher


@given(cases)
def test_part_of_a_burst_is_no_less_urgent(case: Case) -> None:
    outside, inside = priorities(replace(case, in_burst=False), replace(case, in_burst=True))
    assert outside <= inside


@given(cases, st.floats(0, 100, width=32))
def test_what_asks_more_for_an_answer_is_no_less_urgent(case: Case, urgency: float) -> None:
    low, high = sorted((case.urgency, urgency))
    lower, higher = priorities(replace(case, urgency=low), replace(case, urgency=high))
    assert lower <= higher


@given(cases)
def test_what_was_answered_drops(case: Case) -> None:
    answered, open_ = priorities(replace(case, answered=True), replace(case, answered=False))
    assert answered <= open_
    assert answered <= 20
    assert answered < open_ or open_ < 2


@given(cases)
def test_the_text_alone_is_never_made_less_urgent_by_what_is_known_besides(case: Case) -> None:
    assert priority(replace(case, answered=False)) >= round(case.urgency)


@given(cases, targets)
def test_praise_is_never_urgent(case: Case, target: int) -> None:
    kinds = np.array([[0.95 if kind == "praise" else 0.05 / 6 for kind in KINDS]])
    small = np.array([0.03], np.float32)
    (urgency,) = priorities_of_texts(small, small, kinds)
    soon = 40  # from here on a result is coloured
    assert priority(replace(case, urgency=urgency), target) < soon


@given(cases)
def test_our_own_rows_and_those_without_text_wait_for_nobody(case: Case) -> None:
    ours, empty = priorities(replace(case, flags=OURS), replace(case, flags=EMPTY))
    assert ours == empty == 0


@given(cases)
def test_a_row_that_was_not_read_stands_below_all_others(case: Case) -> None:
    assert priority(replace(case, flags=UNREAD)) == NOBODY < 0


@given(st.lists(cases, min_size=1, max_size=6))
def test_no_comment_is_judged_by_another(many: list[Case]) -> None:
    assert priorities(*many) == [priority(case) for case in many]


# --- how much each weighs -----------------------------------------------------------------------


def test_nothing_known_leaves_the_text_alone_to_decide() -> None:
    assert priorities(*(Case(urgency=u) for u in (0, 1, 37.4, 99.6, 100))) == [0, 1, 37, 100, 100]


@pytest.mark.parametrize("target", [30, 120, 1440])
def test_at_the_target_waiting_weighs_half_of_what_it_ever_can(target: int) -> None:
    start, due, ever = priorities(
        Case(age=0), Case(age=target * 60), Case(age=10_000 * DAY), target=target
    )
    assert due - start == pytest.approx((ever - start) / 2, abs=1)
    assert ever > start + 10


def test_the_same_wait_is_worse_where_answers_are_promised_sooner() -> None:
    case = Case(age=HOUR)
    assert priority(case, 30) > priority(case, 120) > priority(case, 2880)


def test_a_first_complaint_is_no_repeated_one() -> None:
    assert priority(Case(repeats=0)) == priority(Case(repeats=1)) < priority(Case(repeats=2))


def test_a_view_or_two_weigh_next_to_nothing_and_a_hundred_thousand_in_full() -> None:
    quiet, few, many, more = (priority(Case(reach=reach)) for reach in (0, 1, 100_000, 100_000_000))
    assert few - quiet <= 2
    assert many == more > quiet + 10


def test_each_circumstance_counts_beside_the_others() -> None:
    case = Case(urgency=40)
    steps = [case]
    for known in ({"age": DAY}, {"reach": 5e4}, {"repeats": 3}, {"in_burst": True}):
        steps.append(replace(steps[-1], **known))
    found = priorities(*steps)
    assert found == sorted(set(found))


def test_a_plain_complaint_that_waits_comes_before_praise_that_everybody_saw() -> None:
    complaint, praise = Case(urgency=30, age=3 * HOUR), Case(urgency=3, reach=1e6, age=30 * DAY)
    assert priority(complaint) > 2 * priority(praise)
