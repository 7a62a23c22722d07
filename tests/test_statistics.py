"""What is counted of labelled texts beside their labels."""

from __future__ import annotations

import numpy as np
import pytest

from smclassify.evaluation.metrics import ALL
from smclassify.labelled import LabelledTexts
from smclassify.labels import HEADS, Task
from smclassify.model.indexing import UNLABELLED
from smclassify.training.statistics import Lengths, Voices, statistics_of

HEADERS = HEADS[Task.COMMENTS]


def comments(*rows: dict[str, int], texts=None, languages=None, authors=()) -> LabelledTexts:
    labels = [[row.get(head, UNLABELLED) for head in HEADERS] for row in rows]
    number = len(rows)
    return LabelledTexts(
        Task.COMMENTS,
        [str(k) for k in range(number)],
        list(texts or ["hello"] * number),
        list(languages or [None] * number),
        ["f.csv"] * number,
        np.array(labels, np.int64),
        authors=list(authors),
    )


COMPLAINT = {"complaint": 1, "praise": 0, "private_reply": 1}
PRAISE = {"complaint": 0, "praise": 1, "private_reply": 0}


def test_lengths_are_those_of_real_texts():
    assert Lengths.of([5]) == Lengths(1, 5, 5, 5, 5)
    assert Lengths.of(list(range(1, 101))) == Lengths(100, 1, 50, 95, 100)


def test_lengths_by_language_and_of_all_together():
    texts = comments({}, {}, {}, texts=["a", "bcd", "가나"], languages=["en", None, "ko"])
    lengths = statistics_of(texts).lengths
    assert next(iter(lengths)) == ALL
    assert {language: one.longest for language, one in lengths.items()} == {
        ALL: 3, "en": 1, "unknown": 3, "ko": 2,
    }  # fmt: skip
    told = statistics_of(texts, ["en", "fr", "ko"]).lengths
    assert set(told) == {ALL, "en", "fr", "ko"}


def test_voices_leave_out_who_is_not_known():
    assert Voices.of(["jo", "", "ana", "jo"]) == Voices(known=3, distinct=2, most=2)
    assert Voices.of(["", ""]) == Voices(0, 0, 0)


def test_labels_that_always_go_together_agree_wholly():
    texts = comments(*[COMPLAINT] * 12, *[PRAISE] * 12)
    closest = statistics_of(texts).agreements[0]
    assert {closest.one, closest.other} == {"complaint", "private_reply"}
    assert (closest.texts, closest.with_both) == (24, 12)
    assert closest.phi == pytest.approx(1.0)


def test_two_kinds_are_never_held_against_each_other():
    agreements = statistics_of(comments(*[COMPLAINT] * 12, *[PRAISE] * 12)).agreements
    assert {"complaint", "praise"} not in [{one.one, one.other} for one in agreements]


def test_texts_that_only_one_label_is_known_of_count_for_none():
    texts = comments(*[COMPLAINT] * 10, *[PRAISE] * 10, *[{"complaint": 1}] * 50)
    closest = statistics_of(texts).agreements[0]
    assert (closest.texts, closest.with_one) == (20, 10)


def test_of_few_texts_nothing_is_said():
    assert statistics_of(comments(*[COMPLAINT] * 4, *[PRAISE] * 30)).agreements == ()
