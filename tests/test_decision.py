"""Decisions: where a threshold meets a score, and what follows from the label guide."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from smclassify.labels import (
    CRISIS,
    DEPARTMENTS,
    HEADS,
    KINDS,
    KINDS_WITH_DEPARTMENT,
    PRIVATE_REPLY,
    REASONS,
    Task,
)
from smclassify.model.decision import (
    columns,
    decide_comments,
    is_flagged,
    likely_reasons,
    threshold_for,
)

N_HEADS = len(HEADS[Task.COMMENTS])
probabilities_of_comments = arrays(
    np.float32,
    st.tuples(st.integers(0, 6), st.just(N_HEADS)),
    elements=st.floats(0, 1, width=32),
)


def comment(**scores: float) -> np.ndarray:
    row = np.full((1, N_HEADS), 0.01, np.float32)
    for label, score in scores.items():
        row[0, columns(Task.COMMENTS, [label])] = score
    return row


def draft(**scores: float) -> np.ndarray:
    row = np.zeros((1, len(HEADS[Task.DRAFTS])), np.float32)
    for label, score in scores.items():
        row[0, columns(Task.DRAFTS, [label])] = score
    return row


def test_a_languages_own_threshold_comes_before_the_common_one():
    thresholds = {"spammy": {"*": 0.6, "ko": 0.3}}
    assert threshold_for(thresholds, "spammy", ["en", "ko", "xx"]).tolist() == [0.6, 0.3, 0.6]


def test_a_label_without_a_threshold_is_given_from_a_half_on():
    assert threshold_for({}, "spammy", ["en"]).tolist() == [0.5]


def test_a_score_on_the_threshold_raises_the_flag():
    rows = np.vstack([draft(spammy=0.5), draft(spammy=0.499)])
    languages, thresholds = ["en", "en"], {"spammy": {"*": 0.5}}
    assert is_flagged(rows, Task.DRAFTS, "spammy", languages, thresholds).tolist() == [True, False]


def test_the_most_probable_reason_is_named_if_it_is_worth_naming():
    assert likely_reasons(draft(canned=0.2, hard_sell=0.15), "spammy")[0] == [
        ("canned", pytest.approx(0.2))
    ]
    assert likely_reasons(draft(canned=0.001), "spammy")[0] == []


def test_other_reasons_are_named_when_they_are_near_the_first_and_not_small():
    row = draft(canned=0.8, hard_sell=0.5, link_dump=0.3, brag=0.9)
    assert [name for name, _ in likely_reasons(row, "spammy")[0]] == ["canned", "hard_sell"]
    assert [
        name for name, _ in likely_reasons(draft(brag=0.3, company_news=0.2), "self_centered")[0]
    ] == ["brag"]


@given(arrays(np.float32, (3, len(HEADS[Task.DRAFTS])), elements=st.floats(0, 1, width=32)))
def test_reasons_are_those_of_the_flag_most_probable_first(rows):
    for flag, names in REASONS.items():
        for reasons in likely_reasons(rows, flag):
            scores = [score for _, score in reasons]
            assert {name for name, _ in reasons} <= set(names)
            assert scores == sorted(scores, reverse=True)


@given(probabilities_of_comments)
def test_only_some_kinds_are_handed_to_a_department(rows):
    decided = decide_comments(rows, ["en"] * len(rows), {})
    for kind, department in zip(decided.kind, decided.department, strict=True):
        assert (department >= 0) == (KINDS[kind] in KINDS_WITH_DEPARTMENT)
        assert department < len(DEPARTMENTS)


@given(probabilities_of_comments)
def test_a_comment_that_needs_a_private_reply_is_a_complaint(rows):
    decided = decide_comments(rows, ["en"] * len(rows), {PRIVATE_REPLY: {"*": 0.4}})
    assert (decided.kind[decided.private_reply] == KINDS.index("complaint")).all()
    assert (
        decided.private_reply == (rows[:, columns(Task.COMMENTS, [PRIVATE_REPLY])[0]] >= 0.4)
    ).all()


@given(probabilities_of_comments)
def test_kind_scores_sum_to_one(rows):
    scores = decide_comments(rows, ["en"] * len(rows), {}).kind_scores
    some = rows[:, columns(Task.COMMENTS, KINDS)].max(axis=1, initial=0) > 1e-6
    assert scores[some].sum(axis=1) == pytest.approx(1)
    assert not np.isnan(scores).any()


def test_the_most_probable_kind_and_department_win():
    decided = decide_comments(comment(question=0.6, praise=0.5, sales=0.4), ["en"], {})
    assert KINDS[decided.kind[0]] == "question"
    assert DEPARTMENTS[decided.department[0]] == "sales"


def test_a_kind_that_was_common_in_training_has_to_be_surer():
    row = comment(complaint=0.55, praise=0.5)
    priors = {"complaint": 0.6, "praise": 0.1}
    assert KINDS[decide_comments(row, ["en"], {}).kind[0]] == "complaint"
    assert KINDS[decide_comments(row, ["en"], {}, priors).kind[0]] == "praise"


def test_a_kind_that_was_not_learned_is_never_answered():
    row = comment(praise=0.6, spam=np.nan, production=np.nan, question=0.1)
    decided = decide_comments(row, ["en"], {})
    assert KINDS[decided.kind[0]] == "praise"
    assert not np.isnan(decided.kind_scores).any()
    asked = decide_comments(comment(question=0.6, production=np.nan, sales=0.2), ["en"], {})
    assert DEPARTMENTS[asked.department[0]] == "sales"


def test_a_crisis_has_its_own_threshold():
    row = comment(crisis=0.3)
    assert not decide_comments(row, ["en"], {}).crisis[0]
    assert decide_comments(row, ["fr"], {CRISIS: {"*": 0.5, "fr": 0.25}}).crisis[0]
