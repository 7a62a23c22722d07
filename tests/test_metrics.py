"""Figures: against values worked out by hand, and against scikit-learn's."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, precision_recall_fscore_support

from smclassify.errors import TrainingError
from smclassify.evaluation.answers import evaluate_texts
from smclassify.evaluation.metrics import (
    ALL,
    as_card_table,
    calibration_error,
    decisions,
    measure,
)
from smclassify.labelled import from_records
from smclassify.labels import DEPARTMENTS, HEADS, KINDS, Task
from smclassify.model.indexing import UNLABELLED
from smclassify.model.panel import Panel

CONTRACT = {"precision", "recall", "f1", "average_precision", "support"}


def drafts_table(labels, scores, languages=None, threshold=0.5):
    """Measure one flag alone."""
    heads = len(HEADS[Task.DRAFTS])
    Y = np.full((len(labels), heads), UNLABELLED)
    P = np.zeros((len(labels), heads), np.float32)
    Y[:, 0], P[:, 0] = labels, scores
    codes = languages or ["en"] * len(labels)
    decided = decisions(Task.DRAFTS, P, codes, {"spammy": {"*": threshold}}, {})
    return measure(Task.DRAFTS, Y, P, decided, codes)


def test_by_hand():
    table = drafts_table([1, 1, 1, 0, 0], [0.9, 0.7, 0.2, 0.6, 0.1])
    one = table[ALL]["spammy"]
    assert (one.precision, one.recall) == (pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert one.f1 == pytest.approx(2 / 3)
    # Ranked 1 1 0 1 0: precision 1, 1 and 3/4 at the three that have the label.
    assert one.average_precision == pytest.approx((1 + 1 + 0.75) / 3)
    # One text a bin: the distances are 0.1, 0.3, 0.8, 0.6, 0.1.
    assert one.calibration_error == pytest.approx(1.9 / 5)
    assert (one.support, one.texts) == (3, 5)


@pytest.mark.parametrize(
    ("labels", "scores", "expected"),
    [
        ([0, 0], [0.1, 0.2], (0, 0, 0, 0)),  # nothing to find, nothing found
        ([0, 0], [0.9, 0.2], (0, 0, 0, 0)),  # a false alarm
        ([1, 1], [0.1, 0.2], (0, 0, 0, 1)),  # all missed
        ([1, 1], [0.9, 0.8], (1, 1, 1, 1)),
    ],
)
def test_at_the_edges(labels, scores, expected):
    one = drafts_table(labels, scores)[ALL]["spammy"]
    assert (one.precision, one.recall, one.f1, one.average_precision) == expected


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 100)), min_size=1, max_size=50))
def test_as_scikit_learn_has_them(pairs):
    labels = np.array([label for label, _ in pairs])
    scores = np.array([score / 100 for _, score in pairs], np.float32)
    one = drafts_table(labels, scores, threshold=0.4)[ALL]["spammy"]
    precision, recall, f1, _ = precision_recall_fscore_support(
        labels, scores >= 0.4, average="binary", zero_division=0.0
    )
    assert (one.precision, one.recall, one.f1) == pytest.approx((precision, recall, f1))
    if labels.any():
        assert one.average_precision == pytest.approx(average_precision_score(labels, scores))


def test_languages_are_measured_apart_and_together():
    table = drafts_table([1, 0, 1, 0], [0.9, 0.1, 0.2, 0.8], ["ko", "ko", "zh", "zh"])
    assert list(table) == ["ko", "zh", ALL]
    assert [table[name]["spammy"].f1 for name in table] == [1, 0, 0.5]
    assert [table[name]["spammy"].support for name in table] == [1, 1, 2]


def test_a_languages_own_threshold_is_used_on_it_alone():
    heads = len(HEADS[Task.DRAFTS])
    P = np.full((2, heads), 0.4, np.float32)
    thresholds = {"spammy": {"*": 0.5, "fr": 0.3}}
    assert decisions(Task.DRAFTS, P, ["en", "fr"], thresholds, {})[:, 0].tolist() == [False, True]


def test_what_nobody_labelled_is_not_measured():
    table = drafts_table([1, UNLABELLED, 0], [0.9, 0.9, 0.1])
    assert table[ALL].keys() == {"spammy"}
    assert table[ALL]["spammy"].texts == 2


def test_what_the_model_has_no_answer_to_is_not_measured():
    one = drafts_table([1, 1, 0], [0.9, np.nan, 0.1])[ALL]["spammy"]
    assert (one.texts, one.support, one.f1) == (2, 1, 1.0)
    assert drafts_table([1, 0], [np.nan, np.nan])[ALL] == {}


def test_reasons_are_decided_at_a_half():
    P = np.zeros((2, len(HEADS[Task.DRAFTS])), np.float32)
    column = HEADS[Task.DRAFTS].index("canned")
    P[:, column] = 0.49, 0.5
    assert decisions(Task.DRAFTS, P, ["en"] * 2, {}, {})[:, column].tolist() == [False, True]


def comments_table(kinds, answers):
    """Measure kinds that are answered as told."""
    heads = HEADS[Task.COMMENTS]
    Y = np.full((len(kinds), len(heads)), UNLABELLED)
    P = np.full((len(kinds), len(heads)), 0.01, np.float32)
    for row, (kind, answer) in enumerate(zip(kinds, answers, strict=True)):
        Y[row, [heads.index(name) for name in KINDS]] = [int(name == kind) for name in KINDS]
        P[row, heads.index(answer)] = 0.9
    decided = decisions(Task.COMMENTS, P, ["en"] * len(kinds), {}, {})
    return measure(Task.COMMENTS, Y, P, decided, ["en"] * len(kinds))


def test_kind_is_the_plain_mean_over_the_kinds_that_occur():
    kinds = ["complaint"] * 6 + ["praise"] * 3 + ["question"]
    answers = ["complaint"] * 5 + ["praise"] + ["praise"] * 2 + ["complaint", "question"]
    one = comments_table(kinds, answers)[ALL]["kind"]
    present = ["complaint", "praise", "question"]
    precision, recall, f1, _ = precision_recall_fscore_support(
        kinds, answers, labels=present, average="macro"
    )
    assert (one.precision, one.recall, one.f1) == pytest.approx((precision, recall, f1))
    assert (one.support, one.texts) == (10, 10)


def test_a_comment_gets_one_kind_and_at_most_one_department():
    P = np.random.default_rng(0).random((50, len(HEADS[Task.COMMENTS]))).astype(np.float32)
    decided = decisions(Task.COMMENTS, P, ["en"] * 50, {}, {})
    at = [HEADS[Task.COMMENTS].index(name) for name in KINDS]
    assert (decided[:, at].sum(axis=1) == 1).all()
    at = [HEADS[Task.COMMENTS].index(name) for name in DEPARTMENTS]
    assert set(decided[:, at].sum(axis=1).tolist()) == {0, 1}


def test_calibration_error_by_hand():
    labels, scores = np.array([1, 0, 1, 1]), np.array([0.55, 0.52, 0.91, 1.0])
    # The bin of the halves says 0.535 and is right half the time; the last one says 0.955.
    assert calibration_error(labels, scores) == pytest.approx((0.07 + 0.09) / 4)
    assert calibration_error(np.zeros(0), np.zeros(0)) == 0


def test_a_perfectly_calibrated_answer_has_no_error():
    labels = np.repeat([1, 0], [30, 70])
    assert calibration_error(labels, np.full(100, 0.3)) == pytest.approx(0, abs=1e-9)


def test_the_record_of_the_contract():
    record = drafts_table([1, 0, 1], [0.9, 0.8, 0.123456])[ALL]["spammy"].to_dict()
    assert record.keys() == CONTRACT
    assert record == json.loads(json.dumps(record))
    assert (record["precision"], record["support"]) == (0.5, 2)
    assert record["average_precision"] == 0.8333


def test_a_card_shows_more_than_the_contract():
    [shown] = as_card_table(drafts_table([1, 0], [0.9, 0.2]))[ALL].values()
    assert shown.keys() == CONTRACT | {"calibration_error", "texts"}


def test_measuring_in_batches_gives_the_same_figures(small_model, corpora, monkeypatch):
    panel = Panel(small_model)
    for corpus in corpora:
        whole = evaluate_texts(panel, corpus.texts)
        monkeypatch.setattr("smclassify.evaluation.answers._BATCH", 37)
        assert as_card_table(evaluate_texts(panel, corpus.texts)) == as_card_table(whole)
        assert {*whole} == {"en", "fr", "ko", "zh", ALL}
        assert {*HEADS[corpus.texts.task]} <= whole[ALL].keys()


def test_a_model_is_good_at_what_it_has_learned_by_heart(small_model, corpora):
    for corpus in corpora:
        table = evaluate_texts(Panel(small_model), corpus.texts)
        assert table[ALL]["spammy" if corpus.texts.task is Task.DRAFTS else "complaint"].f1 > 0.9


def test_no_texts_cannot_be_measured(small_model):
    with pytest.raises(TrainingError, match="no drafts"):
        evaluate_texts(Panel(small_model), from_records(Task.DRAFTS, [], "x"))
