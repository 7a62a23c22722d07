"""Which labels are doubted: those that a model which has not learned them speaks against."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from smclassify.errors import SmclassifyError
from smclassify.evaluation.answers import Answered
from smclassify.labelled import LabelledTexts
from smclassify.labels import CRISIS, DEPARTMENT, FLAGS, HEADS, KIND, KINDS, Task, heads_of
from smclassify.model.indexing import UNLABELLED
from smclassify.training.quality import (
    Suspect,
    in_force,
    normalized_margin,
    questions,
    suspects,
    trust,
)


def labelled(task: Task, labels: np.ndarray, own: tuple[str, ...] = ()) -> LabelledTexts:
    n = len(labels)
    names = [f"t{row}" for row in range(n)]
    return LabelledTexts(task, names, names, ["en"] * n, ["f.csv"] * n, labels, own=own)


def said(texts: LabelledTexts, probabilities: np.ndarray) -> Answered:
    languages = np.array(["en"] * len(texts))
    return Answered(texts.labels, probabilities.astype(np.float32), languages)


def nothing(task: Task, n: int, own: tuple[str, ...] = ()) -> tuple[np.ndarray, np.ndarray]:
    """No labels and no answers."""
    shape = n, len(heads_of(task, own))
    return np.full(shape, UNLABELLED, np.int64), np.full(shape, np.nan)


def flagged(n: int, wrong: frozenset[int] = frozenset()) -> tuple[LabelledTexts, Answered]:
    """Drafts, every other labelled spammy, some wrongly, and a model that is sure of all."""
    labels, probabilities = nothing(Task.DRAFTS, n)
    labels[:, 0] = np.arange(n) % 2
    right = [row % 2 ^ (row in wrong) for row in range(n)]
    probabilities[:, 0] = np.where(right, 0.95, 0.05)
    texts = labelled(Task.DRAFTS, labels)
    return texts, said(texts, probabilities)


def doubted(found: list[Suspect]) -> list[int]:
    return [one.index for one in found if one.suspected]


# --- what is asked ------------------------------------------------------------------------------


def test_only_what_somebody_has_labelled_is_looked_at() -> None:
    labels, _ = nothing(Task.COMMENTS, 2, ("vip",))
    texts = labelled(Task.COMMENTS, labels, ("vip",))
    assert in_force(texts) == []
    labels[1, texts.heads.index("vip")] = 0
    assert [one.name for one in in_force(texts)] == ["vip"]


@pytest.mark.parametrize("task", Task)
def test_each_value_that_is_written_is_read_again(task: Task) -> None:
    labels, _ = nothing(task, 1, ("own",))
    for question in questions(task, ("own",)):
        for value in (*range(len(question.values)), UNLABELLED):
            question.put(labels, 0, value)
            assert question.given(labels).tolist() == [value]


# --- which are doubted --------------------------------------------------------------------------


def test_the_labels_a_sure_model_speaks_against_come_first() -> None:
    wrong = frozenset({4, 10, 18})
    found = suspects(*flagged(40, wrong))
    assert {one.index for one in found[:3]} == wrong == set(doubted(found))
    worst = found[0].worst
    assert (worst.label, worst.given, worst.suggested) == ("spammy", "false", "true")
    assert worst.probability == pytest.approx(0.05)
    assert len(found) == 40


def test_where_the_model_agrees_nothing_is_suspected_and_nothing_else_suggested() -> None:
    found = suspects(*flagged(20))
    assert doubted(found) == []
    assert all(one.worst.given == one.worst.suggested for one in found)


def test_of_several_labels_the_worst_ranks_the_text_and_all_are_told() -> None:
    labels, probabilities = nothing(Task.COMMENTS, 30)
    texts = labelled(Task.COMMENTS, labels)
    kind, _, _, crisis = questions(Task.COMMENTS)
    for row in range(30):
        kind.put(labels, row, row % 3)
        crisis.put(labels, row, row % 2)
    probabilities[:, : len(KINDS)] = np.where(labels[:, : len(KINDS)] == 1, 0.9, 0.02)
    column = HEADS[Task.COMMENTS].index(CRISIS)
    probabilities[:, column] = np.where(labels[:, column] == 1, 0.9, 0.1)
    probabilities[7, : len(KINDS)] = np.where(np.array(KINDS) == "spam", 0.99, 0.01)
    probabilities[7, column] = 1 - probabilities[7, column]
    first = suspects(texts, said(texts, probabilities))[0]
    assert first.index == 7
    assert [one.label for one in first.doubts] == [KIND, CRISIS]
    assert (first.worst.given, first.worst.suggested) == (KINDS[1], "spam")


def test_a_text_without_a_department_is_not_asked_for_one() -> None:
    labels, probabilities = nothing(Task.COMMENTS, 12)
    department = next(one for one in questions(Task.COMMENTS) if one.name == DEPARTMENT)
    for row in range(0, 12, 2):
        department.put(labels, row, row % 4 // 2)
    probabilities[:] = 0.5
    texts = labelled(Task.COMMENTS, labels)
    found = suspects(texts, said(texts, probabilities))
    assert {one.index for one in found} == set(range(0, 12, 2))


def test_a_kind_the_model_has_not_learned_is_no_error() -> None:
    labels, probabilities = nothing(Task.COMMENTS, 20)
    kind = questions(Task.COMMENTS)[0]
    for row in range(20):
        kind.put(labels, row, row % 2)
    kind.put(labels, 3, KINDS.index("abuse"))
    probabilities[:, :2] = labels[:, :2] * 0.9 + 0.05
    texts = labelled(Task.COMMENTS, labels)
    found = suspects(texts, said(texts, probabilities))
    assert 3 not in {one.index for one in found}
    assert doubted(found) == []


def test_a_label_that_all_texts_have_is_ranked_but_suspects_nobody() -> None:
    labels, probabilities = nothing(Task.DRAFTS, 6)
    labels[:, 1] = 1
    probabilities[:, 1] = [0.9, 0.2, 0.8, 0.7, 0.9, 0.9]
    texts = labelled(Task.DRAFTS, labels)
    found = suspects(texts, said(texts, probabilities))
    assert found[0].index == 1
    assert doubted(found) == []


@given(st.data())
@settings(max_examples=60)
def test_whatever_is_labelled_and_said_every_answered_label_is_ranked(data) -> None:
    task = data.draw(st.sampled_from(Task))
    n = data.draw(st.integers(0, 12))
    shape = n, len(HEADS[task]) + 1
    labels = data.draw(arrays(np.int64, shape, elements=st.sampled_from([-1, 0, 1])))
    shares = st.one_of(st.floats(0, 1, width=32), st.just(float("nan")))
    answers = data.draw(arrays(np.float32, shape, elements=shares))
    texts = labelled(task, labels, ("own",))
    found = suspects(texts, said(texts, answers))
    qualities = [one.worst.quality for one in found]
    assert qualities == sorted(qualities)
    assert all(0 <= quality <= 1 for quality in qualities)
    yes_no = [*(FLAGS if task is Task.DRAFTS else (CRISIS,)), "own"]
    told = {(one.index, doubt.label) for one in found for doubt in one.doubts}
    for name in yes_no:
        column = texts.heads.index(name)
        known = (labels[:, column] != UNLABELLED) & ~np.isnan(answers[:, column])
        assert {row for row, label in told if label == name} == set(np.flatnonzero(known))


def test_without_cleanlab_the_user_is_told_what_to_install(monkeypatch) -> None:
    for module in ("cleanlab", "cleanlab.filter"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(SmclassifyError, match=r"smclassify\[review\]"):
        suspects(*flagged(8))


# --- how much a label is trusted ----------------------------------------------------------------


def test_what_the_model_shares_is_trusted_and_what_it_speaks_against_is_not() -> None:
    texts, answers = flagged(10, frozenset({4}))
    weights = trust(texts, answers)[:, 0]
    assert weights[4] == pytest.approx(0.1)
    assert np.delete(weights, 4).tolist() == [1.0] * 9


def test_a_model_that_cannot_tell_takes_no_trust_away() -> None:
    texts, answers = flagged(4)
    answers.probabilities[:, 0] = 0.5
    assert trust(texts, answers).tolist() == np.ones(texts.labels.shape).tolist()


def test_a_doubted_kind_is_distrusted_in_all_kinds_and_in_nothing_else() -> None:
    labels, probabilities = nothing(Task.COMMENTS, 2)
    questions(Task.COMMENTS)[0].put(labels, 0, KINDS.index("praise"))
    probabilities[:, : len(KINDS)] = np.where(np.array(KINDS) == "spam", 0.9, 0.0)
    weights = trust(texts := labelled(Task.COMMENTS, labels), said(texts, probabilities))
    assert (weights[0, : len(KINDS)] < 0.01).all()
    assert (weights[0, len(KINDS) :] == 1).all()
    assert (weights[1] == 1).all()


def test_a_reason_is_trusted_as_far_as_its_flag() -> None:
    texts, answers = flagged(6, frozenset({1}))
    weights = trust(texts, answers)
    columns = {name: texts.heads.index(name) for name in ("hard_sell", "spammy", "brag")}
    assert weights[1, columns["hard_sell"]] == weights[1, columns["spammy"]] < 1
    assert weights[1, columns["brag"]] == 1


@given(st.data())
def test_the_margin_is_that_of_cleanlab(data) -> None:
    from cleanlab.rank import get_normalized_margin_for_each_label

    n, values = data.draw(st.integers(1, 8)), data.draw(st.integers(2, 7))
    shares = data.draw(arrays(np.float64, (n, values), elements=st.floats(0, 1)))
    chosen = data.draw(arrays(np.int64, n, elements=st.integers(0, values - 1)))
    expected = get_normalized_margin_for_each_label(chosen, shares)
    assert normalized_margin(chosen, shares) == pytest.approx(expected)
