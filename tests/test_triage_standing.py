"""Who was answered, who waits since when, who comes back."""

from __future__ import annotations

import numpy as np
import pytest
from conversations import US, Said, answered_ids, facts_of, minutes, seconds
from hypothesis import given
from hypothesis import strategies as st

from smclassify.exports.columns.times import NO_TIME
from smclassify.triage.facts import DAY, Facts, no_facts
from smclassify.triage.standing import Standing, believable, standing_of


def stand(*rows: Said) -> Standing:
    return standing_of(facts_of(rows))


def answered(*rows: Said) -> set[str]:
    return answered_ids(rows, stand(*rows))


# --- what the row itself says ------------------------------------------------------------------


def test_a_row_marked_as_answered_is_answered_though_nobody_knows_when() -> None:
    standing = stand(Said("anna", "09:00", answered=True), Said("ben", "09:00"))
    assert standing.answered.tolist() == [True, False]
    assert standing.delay.tolist() == [-1, -1]


def test_the_time_of_an_answer_is_an_answer() -> None:
    standing = stand(Said("anna", "09:00", reply_at="10:30"))
    assert standing.answered.tolist() == [True]
    assert minutes(standing.delay) == [90]


def test_an_answer_that_seems_to_come_first_took_no_time() -> None:
    assert stand(Said("anna", "09:00", reply_at="08:58")).delay.tolist() == [0]


def test_the_delay_of_a_comment_without_a_time_is_not_known() -> None:
    standing = stand(Said("anna", "", reply_at="08:58"))
    assert standing.answered.tolist() == [True]
    assert standing.delay.tolist() == [-1]


# --- Facebook, Instagram, YouTube: comments, and replies under them ----------------------------


def test_a_reply_under_a_comment_answers_it_and_nobody_elses() -> None:
    rows = (
        Said(US, "08:00", id="post", thread="post"),
        Said("anna", "09:00", id="a", thread="post"),
        Said("ben", "09:05", id="b", thread="post"),
        Said(US, "09:30", id="r", under="a", thread="post"),
    )
    standing = stand(*rows)
    assert answered_ids(rows, standing) == {"a"}
    assert minutes(standing.delay) == [-1, 30, -1, -1]


def test_the_last_to_write_under_the_same_comment_is_answered_too() -> None:
    assert answered(
        Said("anna", "09:00", id="a", thread="post"),
        Said("ben", "09:05", id="b", under="a", thread="post"),
        Said("carl", "09:10", id="c", under="a", thread="post"),
        Said(US, "09:30", id="r", under="a", thread="post"),
        Said("ben", "09:40", id="b2", under="a", thread="post"),
    ) == {"a", "c"}


def test_an_answer_settles_all_that_its_reader_had_written_there_before() -> None:
    rows = (
        Said("anna", "09:00", id="a", thread="post"),
        Said("anna", "09:05", id="a2", under="a", thread="post"),
        Said("anna", "09:10", id="a3", under="a", thread="post"),
        Said(US, "09:30", id="r", under="a", thread="post"),
        Said("anna", "09:40", id="a4", under="a", thread="post"),
    )
    standing = stand(*rows)
    assert answered_ids(rows, standing) == {"a", "a2", "a3"}
    assert minutes(standing.delay) == [30, 25, 20, -1, -1]


def test_what_the_same_author_wrote_elsewhere_under_the_post_still_waits() -> None:
    assert answered(
        Said("anna", "09:00", id="a", thread="post"),
        Said("anna", "09:01", id="again", thread="post"),
        Said(US, "09:30", id="r", under="again", thread="post"),
    ) == {"again"}


def test_comments_may_name_our_post_as_their_parent() -> None:
    assert answered(
        Said(US, "08:00", id="post"),
        Said("anna", "09:00", id="a", under="post"),
        Said("ben", "09:05", id="b", under="post"),
        Said(US, "09:20", id="note", under="post"),
        Said(US, "09:30", id="r", under="a"),
    ) == {"a"}


def test_customers_under_a_comment_of_our_own_are_answered_in_turn() -> None:
    assert answered(
        Said(US, "08:00", id="pinned", thread="post"),
        Said("anna", "09:00", id="a", under="pinned", thread="post"),
        Said("ben", "09:05", id="b", under="pinned", thread="post"),
        Said("carl", "09:10", id="c", thread="post"),
        Said(US, "09:30", id="r", under="pinned", thread="post"),
        Said(US, "09:35", id="r2", under="c", thread="post"),
    ) == {"b", "c"}


def test_replies_under_a_comment_that_is_not_in_the_export_still_answer_the_last_one() -> None:
    assert answered(
        Said("anna", "09:00", id="a", under="gone", thread="post"),
        Said(US, "09:30", id="r", under="gone", thread="post"),
        Said("ben", "09:35", id="b", under="gone", thread="post"),
    ) == {"a"}


def test_where_replies_have_parents_a_comment_of_ours_without_one_answers_nobody() -> None:
    assert answered(
        Said("anna", "09:00", id="a", thread="post"),
        Said(US, "09:10", id="r", under="a", thread="post"),
        Said("ben", "09:20", id="b", thread="post"),
        Said(US, "09:30", id="news", thread="post"),
    ) == {"a"}


def test_a_comment_that_is_called_its_own_parent_has_none() -> None:
    assert answered(
        Said("anna", "09:00", id="a", under="a", thread="post"),
        Said("ben", "09:05", id="b", under="b", thread="post"),
        Said("carl", "09:07", id="c", under="b", thread="post"),
        Said(US, "09:10", id="r", under="b", thread="post"),
    ) == {"b", "c"}


def test_comments_may_name_a_post_as_their_parent_that_is_not_in_the_export() -> None:
    assert answered(
        Said("anna", "09:00", id="a", under="post", thread="post"),
        Said(US, "09:10", id="r", under="a", thread="post"),
        Said("ben", "09:20", id="b", under="post", thread="post"),
        Said(US, "09:30", id="news", under="post", thread="post"),
    ) == {"a"}


def test_comments_under_a_post_of_ours_that_has_a_thread_itself_are_no_deeper_for_it() -> None:
    assert answered(
        Said(US, "08:00", id="post", thread="page"),
        Said("anna", "09:00", id="a", under="post", thread="page"),
        Said("ben", "09:10", id="b", under="a", thread="page"),
        Said(US, "09:20", id="r", under="a", thread="page"),
    ) == {"a", "b"}


# --- X, Reddit: replies hang under replies -----------------------------------------------------

TWEETS = (
    Said("anna", "09:00", id="1", thread="1"),
    Said("troll", "09:10", id="2", under="1", thread="1"),
    Said(US, "09:20", id="3", under="1", thread="1"),
    Said("anna", "09:30", id="4", under="3", thread="1"),
)


def test_where_replies_hang_under_replies_only_the_parent_is_answered() -> None:
    rows = TWEETS
    standing = stand(*rows)
    assert answered_ids(rows, standing) == {"1"}
    assert minutes(standing.delay) == [20, -1, -1, -1]


def test_an_answer_further_down_settles_what_its_reader_wrote_in_that_thread() -> None:
    rows = (
        *TWEETS,
        Said("anna", "09:31", id="5", under="4", thread="1"),
        Said(US, "09:40", id="6", under="5", thread="1"),
    )
    standing = stand(*rows)
    assert answered_ids(rows, standing) == {"1", "4", "5"}
    assert minutes(standing.delay[[3, 4]]) == [10, 9]


def test_a_thread_of_our_own_posts_answers_nobody() -> None:
    assert not answered(
        Said(US, "08:00", id="start", thread="start"),
        Said("ben", "08:01", id="b", under="start", thread="start"),
        Said(US, "08:02", id="next", under="start", thread="start"),
        Said("ben", "08:05", id="b2", under="b", thread="start"),
    )


# --- tickets and chats: the thread alone -------------------------------------------------------


def test_an_answer_in_a_ticket_settles_all_before_it_and_nothing_after() -> None:
    rows = (
        Said("anna", "09:00", id="m1", thread="ticket"),
        Said("anna", "09:05", id="m2", thread="ticket"),
        Said(US, "10:00", id="m3", thread="ticket"),
        Said("anna", "11:00", id="m4", thread="ticket"),
        Said("ben", "09:00", id="n1", thread="other"),
    )
    standing = stand(*rows)
    assert answered_ids(rows, standing) == {"m1", "m2"}
    assert minutes(standing.delay) == [60, 55, -1, -1, -1]


def test_messages_may_name_their_ticket_as_parent() -> None:
    assert answered(
        Said("anna", "09:00", id="ticket"),
        Said("anna", "09:05", id="m2", under="ticket"),
        Said(US, "10:00", id="m3", under="ticket"),
        Said("anna", "11:00", id="m4", under="ticket"),
    ) == {"ticket", "m2"}


def test_messages_may_name_the_first_one_as_their_thread() -> None:
    assert answered(
        Said("anna", "09:00", id="m1"),
        Said(US, "10:00", id="m2", thread="m1"),
        Said("anna", "11:00", id="m3", thread="m1"),
    ) == {"m1"}


def test_our_row_may_name_as_its_parent_what_others_call_their_thread() -> None:
    assert answered(
        Said("anna", "09:00", id="m1", thread="ticket"),
        Said(US, "10:00", id="m3", under="ticket"),
        Said("anna", "11:00", id="m4", thread="ticket"),
    ) == {"m1"}


def test_in_a_thread_of_many_without_parents_only_the_last_to_write_is_answered() -> None:
    assert answered(
        Said("anna", "09:00", id="a", thread="post"),
        Said("ben", "09:05", id="b", thread="post"),
        Said("anna", "09:10", id="a2", thread="post"),
        Said(US, "09:30", id="r", thread="post"),
    ) == {"a", "a2"}


def test_without_authors_only_the_last_comment_is_taken_for_answered() -> None:
    assert answered(
        Said("?", "09:00", id="a", thread="post"),
        Said("?", "09:05", id="b", thread="post"),
        Said(US, "09:30", id="r", thread="post"),
    ) == {"b"}


def test_our_post_answers_nobody_even_on_the_same_day_in_exports_without_hours() -> None:
    assert not answered(
        Said("anna", "00:00", id="a", thread="post"),
        Said(US, "00:00", id="post", thread="post"),
    )


def test_a_reply_of_the_same_second_comes_after() -> None:
    assert answered(
        Said(US, "09:00", id="r", thread="chat"), Said("anna", "09:00", id="a", thread="chat")
    ) == {"a"}


def test_without_times_a_parent_tells_who_was_answered_and_a_thread_does_not() -> None:
    assert answered(
        Said("anna", id="a", thread="one"),
        Said("anna", id="a2", under="a", thread="one"),
        Said(US, id="r", under="a", thread="one"),
    ) == {"a"}
    assert not answered(Said("anna", id="a", thread="one"), Said(US, id="r", thread="one"))


def test_a_row_of_ours_with_neither_parent_nor_thread_answers_nobody() -> None:
    assert not answered(Said("anna", "09:00", id="a"), Said(US, "09:30", id="r"))


# --- several tables ----------------------------------------------------------------------------


def test_a_reply_in_a_later_file_answers_a_comment_in_an_earlier_one() -> None:
    assert answered(
        Said("anna", "09:00", id="a", thread="post", source=0),
        Said(US, "1 09:30", id="r", under="a", thread="post", source=1),
    ) == {"a"}


def test_the_same_number_in_another_file_is_another_comment() -> None:
    rows = (
        Said("anna", "09:00", id="1", source=0),
        Said("ben", "09:05", id="1", source=1),
        Said(US, "09:30", id="2", under="1", source=1),
    )
    assert stand(*rows).answered.tolist() == [False, True, False]


def test_the_same_name_on_another_platform_is_another_comment() -> None:
    assert not answered(
        Said("anna", "09:00", id="1", platform="x"),
        Said(US, "09:30", id="2", under="1", platform="youtube", source=1),
    )


def test_a_comment_in_two_exports_is_answered_in_both() -> None:
    monday = Said("anna", "09:00", id="a", thread="post", source=0)
    tuesday = (
        Said("anna", "09:00", id="a", thread="post", source=1),
        Said(US, "1 09:00", id="r", under="a", thread="post", source=1),
    )
    standing = stand(monday, *tuesday)
    assert standing.answered.tolist() == [True, True, False]
    assert minutes(standing.delay) == [24 * 60, 24 * 60, -1]


# --- who wants an answer, and since when -------------------------------------------------------


def test_complaints_questions_and_private_cases_want_an_answer() -> None:
    standing = stand(
        Said("a", kind="complaint"),
        Said("b", kind="question"),
        Said("c", kind="suggestion", private=True),
        Said("d", kind="praise"),
        Said(US, kind="complaint", private=True),
        Said("e", kind="complaint", unread=True),
        Said("f", kind="complaint", private=True, empty=True),
    )
    assert standing.wants.tolist() == [True, True, True, False, False, False, False]


def test_only_what_wants_an_answer_and_has_none_grows_older() -> None:
    standing = stand(
        Said("anna", "09:00"),
        Said("ben", "09:00", kind="praise"),
        Said("carl", "09:00", answered=True),
        Said("dora", ""),
        Said("eve", "11:30", kind="chatter"),
    )
    assert standing.as_of == seconds("11:30")
    assert minutes(standing.age) == [150, -1, -1, -1, -1]


def test_ages_are_counted_to_the_moment_that_was_asked_for() -> None:
    facts = facts_of([Said("anna", "09:00"), Said("ben", "12:00")])
    standing = standing_of(facts, as_of=seconds("10:00"))
    assert standing.as_of == seconds("10:00")
    assert minutes(standing.age) == [60, 0]


def test_without_times_nothing_has_an_age() -> None:
    standing = stand(Said("anna"), Said("ben"))
    assert standing.as_of is None
    assert standing.age.tolist() == [-1, -1]


def test_an_export_of_no_rows_is_no_problem() -> None:
    standing = standing_of(Facts(no_facts(0)))
    assert standing.as_of is None
    assert len(standing.answered) == len(standing.repeats) == 0


@pytest.mark.parametrize("rows", [12, 5_000])
def test_a_mistyped_year_does_not_make_everybody_wait_for_decades(rows: int) -> None:
    sound = [seconds("09:00") + 600 * row for row in range(rows)]
    table = no_facts(rows + 1)
    table["time"] = [*sound, seconds("09:00") + 70 * 365 * DAY]
    standing = standing_of(Facts(table))
    assert standing.as_of == sound[-1]
    assert standing.age.max() == sound[-1] - sound[0]
    assert standing.age[-1] == -1


def test_a_mistyped_year_has_waited_for_no_decades_and_was_not_answered_at_once() -> None:
    table = no_facts(12)
    table["time"] = [seconds("09:00") + 600 * row for row in range(12)]
    table["time"][[3, 5]] = 0, seconds("09:00") + 70 * 365 * DAY
    table["reply_time"][5:7] = seconds("12:00")
    standing = standing_of(Facts(table))
    assert standing.age[:7].tolist() == [6600, 6000, 5400, -1, 4200, -1, -1]
    assert standing.answered[5:7].all()
    assert standing.delay[5:7].tolist() == [-1, 7200]


def test_a_quiet_summer_is_no_mistyped_year() -> None:
    times = np.array([seconds("09:00"), seconds("1 09:00"), seconds("300 09:00")])
    assert believable(times).all()


def test_two_lonely_times_are_both_believed() -> None:
    assert believable(np.array([seconds("09:00"), NO_TIME, seconds("3000 09:00")])).tolist() == [
        True,
        False,
        True,
    ]


# --- who comes back ----------------------------------------------------------------------------


def test_complaints_of_one_author_are_counted_up_over_thirty_days() -> None:
    standing = stand(
        Said("anna", "0 09:00"),
        Said("anna", "10 09:00"),
        Said("ben", "11 09:00"),
        Said("anna", "30 09:00"),
        Said("anna", "41 09:00"),
        Said("anna", "100 09:00"),
    )
    assert standing.repeats.tolist() == [1, 2, 1, 3, 2, 1]


def test_only_complaints_and_private_cases_count_as_coming_back() -> None:
    standing = stand(
        Said("anna", "09:00", kind="praise"),
        Said("anna", "10:00", kind="question"),
        Said("anna", "11:00", kind="question", private=True),
        Said("anna", "12:00", kind="complaint"),
    )
    assert standing.repeats.tolist() == [0, 0, 1, 2]


def test_unknown_authors_are_not_one_person() -> None:
    assert stand(Said("?", "09:00"), Said("?", "10:00")).repeats.tolist() == [0, 0]


def test_namesakes_on_two_platforms_are_two_people() -> None:
    standing = stand(Said("anna", "09:00", platform="x"), Said("anna", "10:00", platform="weibo"))
    assert standing.repeats.tolist() == [1, 1]


def test_complaints_without_a_time_are_not_added_up() -> None:
    assert stand(Said("anna"), Said("anna"), Said("anna", "09:00")).repeats.tolist() == [1, 1, 1]


def test_a_text_sent_twice_by_mistake_counts_once_and_sent_again_next_day_counts_again() -> None:
    standing = stand(
        Said("anna", "0 09:00", text="my parcel is lost"),
        Said("anna", "0 09:01", text="my parcel is lost"),
        Said("anna", "0 09:02", text="and nobody answers me"),
        Said("anna", "1 09:00", text="my parcel is lost"),
    )
    assert standing.repeats.tolist() == [1, 1, 2, 3]


def test_a_comment_in_two_exports_counts_once() -> None:
    standing = stand(
        Said("anna", "09:00", id="a", source=0),
        Said("anna", "09:00", id="a", source=1),
        Said("anna", "10:00", id="b", source=1),
    )
    assert standing.repeats.tolist() == [1, 1, 2]


# --- any export --------------------------------------------------------------------------------

NAMES = st.sampled_from(["", "p", "q", "r", "s", "t", "u"])
ROWS = st.builds(
    Said,
    who=st.sampled_from(["anna", "ben", "?", US, US]),
    at=st.sampled_from(["", "08:00", "08:01", "09:00", "1 00:00", "40 12:00", "9000 12:00"]),
    id=NAMES,
    under=NAMES,
    thread=NAMES,
    kind=st.sampled_from(["complaint", "question", "praise"]),
    private=st.booleans(),
    answered=st.booleans(),
    reply_at=st.sampled_from(["", "", "08:30"]),
    text=st.sampled_from(["", "some text"]),
    source=st.integers(0, 2),
    platform=st.sampled_from(["", "x", "facebook"]),
)


@given(st.lists(ROWS, max_size=14))
def test_whatever_the_export_says_the_figures_agree(rows: list[Said]) -> None:
    facts = facts_of(rows)
    standing = standing_of(facts)
    waits = standing.wants & ~standing.answered
    assert not standing.answered[[row.who == US for row in rows]].any()
    assert (standing.delay >= -1).all()
    assert (standing.delay[~standing.answered] == -1).all()
    assert (standing.delay[~facts.timed] == -1).all()
    assert ((standing.age >= 0) == (waits & believable(facts.table["time"]))).all()
    known_case = [
        row.who in {"anna", "ben"} and (row.kind == "complaint" or row.private) for row in rows
    ]
    assert ((standing.repeats > 0) == known_case).all()


@given(st.lists(ROWS, max_size=10, unique_by=(lambda row: row.id,)), st.randoms())
def test_the_order_of_rows_says_nothing_about_who_was_answered(rows: list[Said], random) -> None:
    timed = [
        Said(**{**vars(row), "at": f"{place} 09:00"}) for place, row in enumerate(rows)
    ]  # no two at once: the order of those is the file's
    shuffled = random.sample(timed, len(timed))
    order = [shuffled.index(row) for row in timed]
    one, other = stand(*timed), stand(*shuffled)
    assert one.as_of == other.as_of
    for name in ("wants", "answered", "delay", "age", "repeats"):
        assert getattr(one, name).tolist() == getattr(other, name)[order].tolist(), name


@given(st.lists(ROWS, max_size=10))
def test_without_a_sign_of_us_nobody_is_answered(rows: list[Said]) -> None:
    silent = [
        Said(**{**vars(row), "answered": False, "reply_at": "", "who": "anna"}) for row in rows
    ]
    assert not stand(*silent).answered.any()
