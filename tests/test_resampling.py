"""Intervals: as wide as they must be, and none where nothing can be said."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from smclassify.evaluation.counts import f1_intervals
from smclassify.evaluation.metrics import ALL
from smclassify.evaluation.resampling import (
    Resamples,
    _average_precisions,
    f1_of,
    intervals,
)
from smclassify.labels import DEPARTMENT, HEADS, KIND, KINDS, Task


def answers(n=400, seed=0, recall=0.8, false=0.1):
    """Labels, scores and decisions of a classifier of known recall."""
    rng = np.random.default_rng(seed)
    has = rng.random(n) < 0.3
    decided = np.where(has, rng.random(n) < recall, rng.random(n) < false)
    return has.astype(int), np.where(decided, 0.6, 0.1) + rng.random(n) * 0.3, decided


def test_each_resample_draws_as_many_groups_as_there_are():
    resamples = Resamples(["a", "a", "b", "c"], 50)
    drawn = np.concatenate(list(resamples.draws()))
    assert drawn.shape == (50, 3)
    assert set(drawn.sum(axis=1)) == {3}
    # A group's texts fall together.
    texts = resamples.totals(np.eye(4))
    assert (texts[:, 0] == texts[:, 1]).all()


def test_the_same_seed_gives_the_same_intervals():
    labels, scores, decided = answers()
    first, again, other = (
        intervals(labels, scores, decided, range(400), seed=seed) for seed in (3, 3, 4)
    )
    assert first == again != other


def test_an_interval_holds_what_was_seen_and_narrows_with_more_texts():
    widths = []
    for n in (200, 3_200):
        labels, scores, decided = answers(n)
        found = intervals(labels, scores, decided, range(n))
        seen = (labels.astype(bool) & decided).sum() / labels.sum()
        assert found.recall.low < seen < found.recall.high
        widths.append(found.recall.high - found.recall.low)
    assert widths[1] == pytest.approx(widths[0] / 4, rel=0.3)


def test_it_holds_the_truth_in_about_95_of_100_cases():
    held = []
    for seed in range(200):
        labels, scores, decided = answers(300, seed, recall=0.8)
        found = intervals(labels, scores, decided, range(300), n_resamples=400).recall
        held.append(found.low <= 0.8 <= found.high)
    assert 0.9 <= np.mean(held) <= 0.99


def test_copies_make_nothing_surer():
    labels, scores, decided = answers()
    once = intervals(labels, scores, decided, range(400))
    five = [np.tile(one, 5) for one in (labels, scores, decided, np.arange(400))]
    copied, alone = intervals(*five).f1, intervals(*five[:3], range(2_000)).f1
    assert copied.high - copied.low == pytest.approx(once.f1.high - once.f1.low, rel=0.05)
    assert alone.high - alone.low < 0.6 * (copied.high - copied.low)


@pytest.mark.parametrize("groups", [range(8), [0, 0, 0, 0, 1, 1, 2, 3]])
def test_fewer_than_five_groups_with_the_label_say_nothing(groups):
    labels = np.array([1, 1, 1, 1, 0, 0, 0, 0])
    assert intervals(labels, labels * 1.0, labels == 1, groups) == (None,) * 4


def test_all_right_is_not_always_right():
    labels = np.array([1] * 10 + [0] * 90)
    found = intervals(labels, labels * 1.0, labels == 1, range(100))
    # The lower bound of Clopper and Pearson for ten of ten.
    assert found.recall == found.precision == (pytest.approx(0.025**0.1), 1.0)
    assert found.f1.low == pytest.approx(2 * 0.025**0.1 / (1 + 0.025**0.1))


def test_all_missed_is_not_always_missed():
    labels = np.array([1] * 10 + [0] * 90)
    found = intervals(labels, np.zeros(100), np.zeros(100, bool), range(100))
    assert found.precision is None
    assert found.recall == (0.0, pytest.approx(1 - 0.025**0.1))


def test_average_precision_is_scikit_learns_with_weights():
    labels, scores, _ = answers(60)
    scores = scores.round(1)  # with ties
    resamples = Resamples(range(60), 20)
    ours = _average_precisions(labels == 1, scores, resamples)
    weights = np.concatenate(list(resamples.draws()))
    theirs = [average_precision_score(labels, scores, sample_weight=one) for one in weights]
    assert ours == pytest.approx(theirs)


def test_f1_says_nothing_where_no_text_has_the_label():
    f1 = f1_of(np.array([1.0, 0, 0]), np.array([2.0, 0, 3]), np.array([2.0, 1, 0]))
    assert f1[:2].tolist() == [0.5, 0.0]
    assert np.isnan(f1[2])


class TestTable:
    def table(self, n=300):
        rng = np.random.default_rng(0)
        heads = HEADS[Task.COMMENTS]
        labels = np.full((n, len(heads)), -1)
        kind = rng.integers(3, size=n)
        labels[:, : len(KINDS)] = kind[:, None] == np.arange(len(KINDS))
        decided = np.zeros(labels.shape, bool)
        said = np.where(rng.random(n) < 0.8, kind, rng.integers(3, size=n))
        decided[np.arange(n), said] = True
        languages = ["en"] * (n - 4) + ["fr"] * 4
        found = f1_intervals(
            Task.COMMENTS, labels, decided * 1.0, decided, languages, range(n), n_resamples=300
        )
        truth = [2 * (decided[:, k] & (kind == k)).sum() / (decided[:, k].sum() + (kind == k).sum())
                 for k in range(3)]  # fmt: skip
        return found, truth

    def test_each_value_and_their_mean_have_an_interval(self):
        found, truth = self.table()
        for value, f1 in zip(KINDS[:3], truth, strict=True):
            assert found[ALL][value].low < f1 < found[ALL][value].high
        mean = found[ALL][KIND]
        assert mean.low < np.mean(truth) < mean.high
        assert mean.high - mean.low < found[ALL][KINDS[0]].high - found[ALL][KINDS[0]].low

    def test_what_nobody_labelled_and_what_few_have_has_none(self):
        found, _ = self.table()
        assert found[ALL][DEPARTMENT] is found[ALL]["crisis"] is found["fr"][KIND] is None
        assert found["en"][KIND] is not None
