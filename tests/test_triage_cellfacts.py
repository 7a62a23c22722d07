"""What cells say of rows: a whole batch says what each of its rows would say."""

from __future__ import annotations

import gc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smclassify.exports import ABSENT, Role, Row, recognise
from smclassify.triage.cellfacts import (
    Cells,
    account_key,
    account_keys,
    identities,
    tell_author,
    tell_ids,
    tell_numbers,
)
from smclassify.triage.facts import Numbers, no_facts
from smclassify.triage.garbage import collected_rarely
from smclassify.triage.plan import union_of_columns
from smclassify.triage.seen import BETWEEN, hashed, hashes

HEADER = [
    "comment", "id", "author", "platform", "parent_id", "thread_id", "likes", "reply", "status",
]  # fmt: skip
ANY = st.text() | st.none() | st.integers() | st.just(ABSENT)
NAMES = st.sampled_from(
    ["", " ", "7", "7.0", "'=7", "NaN", "@Pedal", "pedal", "ＰＥＤＡＬ", "a\nb"]
)
PLAIN = st.sampled_from(["", "1", "1.2K", "sorry", "answered", "open"])
ROWS = st.lists(
    st.tuples(ANY, NAMES | ANY, NAMES | ANY, NAMES, NAMES, NAMES, PLAIN, PLAIN, PLAIN), min_size=1
)


def told(rows) -> np.ndarray:
    """Return the facts of rows."""
    known = recognise(HEADER, [Row(1, ["a comment", *"ab", "x", *"cd", "1", "sorry", "open"])])
    cells = Cells([Row(n, list(row)) for n, row in enumerate(rows, 1)], HEADER, known)
    facts = no_facts(len(rows))
    facts["identity"] = identities(cells)
    tell_ids(cells, "a system", facts)
    tell_author(cells, {"pedal"}, facts)
    tell_numbers(cells, facts)
    return facts


@given(ROWS)
def test_a_row_says_the_same_in_any_company(rows) -> None:
    together = told(rows)
    assert together.tobytes() == b"".join(told([row]).tobytes() for row in rows)


def test_a_column_that_is_not_there_says_nothing() -> None:
    cells = Cells([Row(1, ["late"])], ["comment"], recognise(["comment"], [Row(1, ["late"])]))
    facts = no_facts(1)
    tell_ids(cells, "a system", facts)
    tell_author(cells, set(), facts)
    tell_numbers(cells, facts)
    assert facts.tobytes() == no_facts(1).tobytes()
    assert cells.texts(Role.ID) == cells.platforms == [""]


@given(st.lists(st.text()))
def test_accounts_have_the_same_keys_together(names) -> None:
    assert account_keys(names) == list(map(account_key, names))


@given(st.lists(st.lists(st.text(st.characters()), min_size=1)))
def test_names_have_the_same_hashes_together(names) -> None:
    joined = [BETWEEN.join(parts) for parts in names]
    assert hashes(joined).tolist() == [hashed(*parts) for parts in names]


def test_hashes_are_those_that_stand_in_the_files_of_earlier_versions() -> None:
    names = [f"id{BETWEEN}c1", f"row{BETWEEN}late{BETWEEN}@Pedal{BETWEEN}2026-05-01"]
    half_a_character = f"\ud800{BETWEEN}x"  # as JSON may hold it
    assert hashes([*names, half_a_character]).tolist() == [
        12931863354258762515,
        4619012921588863117,
        122341279628223800,
    ]


def test_names_get_numbers_in_the_order_in_which_they_are_met() -> None:
    numbers = Numbers([""], 3)
    assert numbers.of(["x", "", "naver", "x", "weibo"]) == [1, 0, 2, 1, 0]
    assert numbers.of(["weibo", "naver"]) == [0, 2]
    assert numbers.names == ["", "x", "naver"]


@pytest.mark.parametrize("added", [(), ("b",)])
def test_a_plan_places_the_cells_of_many_rows_as_of_each(added) -> None:
    _, plans = union_of_columns([["a", "b"], ["c", "a"]], added)
    rows = [Row(1, ["1", "2"]), Row(2, ["3", None])]
    for plan in plans:
        assert plan.own_of(rows) == [plan.own(row) for row in rows]


def test_garbage_is_looked_for_as_before_once_a_run_has_ended() -> None:
    before = gc.get_threshold()
    with pytest.raises(KeyboardInterrupt), collected_rarely():
        assert gc.isenabled()
        assert gc.get_threshold()[0] > before[0]
        raise KeyboardInterrupt
    assert gc.get_threshold() == before
