"""No speed is bought with accuracy: the same labels, words and scores as before."""

import json

import numpy as np
import pytest
from reference_answers import PATH, answers, shipped_weights

TOLERANCE = 1e-5


@pytest.fixture(scope="module")
def before():
    return json.loads(PATH.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def now():
    return answers()


def test_the_answers_on_file_are_those_of_the_model_that_is_shipped(before):
    assert before["weights"] == shipped_weights(), (
        "Another model is shipped now. If that is meant: python -m tests.reference_answers"
    )


def test_the_texts_are_those_that_were_asked_then(before, now):
    assert now["texts"] == before["texts"]


def test_every_text_is_in_the_same_language(before, now):
    assert now["languages"] == before["languages"]


@pytest.mark.parametrize("task", ["drafts", "comments"])
def test_every_probability_is_the_same_to_five_digits(before, now, task):
    then, today = (np.array(one["probabilities"][task]) for one in (before, now))
    assert today.shape == then.shape
    np.testing.assert_allclose(today, then, rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("task", ["drafts", "comments"])
def test_every_label_reason_and_finding_is_the_same(before, now, task):
    different = [
        (text, then, today)
        for text, then, today in zip(before["texts"], before[task], now[task], strict=True)
        if then != today
    ]
    assert not different, f"{len(different)} of {len(before['texts'])}: {different[0]}"
