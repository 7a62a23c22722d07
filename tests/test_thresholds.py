"""Thresholds: where F1 is highest, for all languages and, where it pays, for one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from smclassify.model.thresholds import best_f1, tune, tune_evenly


def f1_at(labels, scores, threshold):
    return f1_score(labels, scores >= threshold, zero_division=0.0)


scored = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1000)), min_size=1, max_size=40)


@given(scored)
def test_no_other_threshold_gives_a_better_f1(pairs):
    labels = np.array([label for label, _ in pairs])
    scores = np.array([score / 1000 for _, score in pairs], np.float32)
    threshold, f1 = best_f1(labels, scores)
    best = max(f1_at(labels, scores, cut) for cut in scores)
    assert f1 == pytest.approx(best if labels.any() else 0)
    if labels.any():
        assert f1_at(labels, scores, threshold) == pytest.approx(best)


def test_the_threshold_stands_half_way_to_the_next_lower_score():
    threshold, f1 = best_f1(np.array([1, 1, 0]), np.array([0.9, 0.8, 0.2], np.float32))
    assert (threshold, f1) == (pytest.approx(0.5), 1.0)


def test_without_a_text_that_has_the_label_the_threshold_is_a_half():
    assert best_f1(np.zeros(5, int), np.linspace(0, 1, 5)) == (0.5, 0.0)


def two_languages(positives: int, french: tuple[float, float]):
    """English scores 0.8 with the label and 0.35 without; French ones as told."""
    labels = np.tile([1, 0], positives)
    scores = np.where(np.concatenate([labels, labels]) == 1, 0.8, 0.35)
    scores[len(labels) :] = np.where(labels == 1, *french)
    languages = np.array(["en"] * len(labels) + ["fr"] * len(labels))
    return np.concatenate([labels, labels]), scores.astype(np.float32), languages


LOWER, SAME = (0.3, 0.05), (0.8, 0.35)


def test_a_language_that_gains_by_it_gets_a_threshold_of_its_own():
    labels, scores, languages = two_languages(30, LOWER)
    tuned = tune(labels, scores, languages)
    assert tuned.keys() == {"*", "en"}
    english = languages == "en"
    at_common = f1_at(labels[english], scores[english], tuned["*"])
    assert f1_at(labels[english], scores[english], tuned["en"]) > at_common


def test_its_own_threshold_is_half_way_to_the_common_one():
    tuned = tune(*two_languages(30, LOWER))
    own = (0.8 + 0.35) / 2
    assert tuned["en"] == pytest.approx((own + tuned["*"]) / 2, abs=1e-3)


def test_a_language_that_gains_nothing_keeps_the_common_one():
    assert tune(*two_languages(30, SAME)).keys() == {"*"}


def test_a_language_with_few_texts_keeps_the_common_one():
    assert tune(*two_languages(24, LOWER)).keys() == {"*"}
    assert tune(*two_languages(25, LOWER)).keys() == {"*", "en"}


def test_thresholds_are_probabilities_with_four_digits():
    random = np.random.default_rng(3)
    labels = random.integers(0, 2, 500)
    tuned = tune(labels, random.random(500).astype(np.float32), np.repeat(["en", "zh"], 250))
    assert all(0 <= value <= 1 and round(value, 4) == value for value in tuned.values())


def test_groups_weigh_the_same_however_many_texts_they_have():
    random = np.random.default_rng(0)

    def group(n, cut):
        scores = random.random(n)
        return (scores > cut).astype(int), scores.astype(np.float32)

    many, few = group(5000, 0.8), group(100, 0.3)
    assert tune_evenly([many]) == pytest.approx(0.8, abs=0.03)
    assert tune_evenly([few]) == pytest.approx(0.3, abs=0.05)
    between = tune_evenly([many, few])
    assert 0.35 < between < 0.78
    assert tune_evenly([many, few, few, few]) < between


def test_groups_without_the_label_say_nothing_of_its_threshold():
    nobody = np.zeros(50, int), np.linspace(0, 1, 50, dtype=np.float32)
    some = np.array([0] * 30 + [1] * 20), np.linspace(0, 1, 50, dtype=np.float32)
    assert tune_evenly([nobody]) == 0.5
    assert tune_evenly([nobody, some]) == tune_evenly([some])
