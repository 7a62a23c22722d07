"""Choices that chance may not make: when labels are believed less than they say."""

from __future__ import annotations

import numpy as np
import pytest

from smclassify.model.indexing import UNLABELLED
from smclassify.training.caution import contradicted, labels_look_wrong


def sheet(seed: int, n: int = 400, flipped: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Labels drawn by calibrated probabilities, most of them sure; then a share turned round."""
    rng = np.random.default_rng(seed)
    probabilities = rng.beta(0.25, 0.5, (n, 3)).astype(np.float32)
    labels = (rng.random((n, 3)) < probabilities).astype(np.int64)
    wrong = rng.random((n, 3)) < flipped
    return np.where(wrong, 1 - labels, labels), probabilities


def share_that_looks_wrong(n: int, flipped: float) -> float:
    return float(np.mean([labels_look_wrong(*sheet(seed, n, flipped)) for seed in range(200)]))


@pytest.mark.parametrize("n", [50, 200, 1_000])
def test_labels_that_are_right_are_hardly_ever_taken_for_wrong(n):
    assert share_that_looks_wrong(n, 0.0) <= 0.05


@pytest.mark.parametrize(("n", "found"), [(50, 0.7), (200, 0.99), (1_000, 1.0)])
def test_where_every_tenth_label_is_wrong_it_shows(n, found):
    assert share_that_looks_wrong(n, 0.1) >= found


def test_contradicted_are_labels_that_a_sure_answer_speaks_against():
    labels = np.array([[1, 0], [0, 1], [1, UNLABELLED], [0, 0], [1, 1]])
    said = np.array([[0.05, 0.08], [0.95, 0.6], [0.99, 0.99], [0.5, np.nan], [0.92, 0.3]])
    found, expected = contradicted(labels, said)
    # Sure are .05 against yes, .08 with no, .95 against no, .99 and .92 with yes.
    assert found == 2
    assert expected == pytest.approx(0.05 + 0.08 + 0.05 + 0.01 + 0.08)


def test_answers_that_are_not_sure_or_not_there_contradict_nothing():
    labels = np.ones((100, 2), np.int64)
    for said in (0.15, np.nan):
        assert contradicted(labels, np.full((100, 2), said, np.float32)) == (0, 0.0)
        assert not labels_look_wrong(labels, np.full((100, 2), said, np.float32))
