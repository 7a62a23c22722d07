"""Heads: calibrated, deterministic, and honest about what they had not seen."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix, hstack, identity

from smclassify.errors import TrainingError
from smclassify.labels import LANGUAGES
from smclassify.model.heads import CalibratedHeads
from smclassify.model.indexing import N_LANGUAGES, UNLABELLED, language_index

N = 400


@pytest.fixture
def texts():
    """Four hundred rows in four groups whose first column tells the label, with some noise."""
    random = np.random.default_rng(0)
    labels = random.integers(0, 2, N)
    telling = labels + random.normal(0, 0.8, N)
    X = csr_matrix(np.column_stack([telling, random.normal(size=(N, 20))]), dtype=np.float32)
    languages = [LANGUAGES[index % 4] for index in range(N)]
    return X, labels[:, None], np.arange(N) // 100, languages


def test_probabilities_lie_between_0_and_1_whatever_the_features(texts):
    heads = CalibratedHeads().fit(*texts)
    wild = csr_matrix(np.random.default_rng(1).normal(0, 1e4, (50, 21)).astype(np.float32))
    for X, languages in ((texts[0], texts[3]), (wild, ["en"] * 25 + ["xx"] * 25)):
        probabilities = heads.predict_proba(X, languages)
        assert ((probabilities >= 0) & (probabilities <= 1)).all()


def test_probabilities_mean_what_they_say(texts):
    X, Y, groups, languages = texts
    held_out = CalibratedHeads().fit(X, Y, groups, languages).held_out_[:, 0]
    likely = held_out > 0.5
    assert Y[likely, 0].mean() == pytest.approx(held_out[likely].mean(), abs=0.06)
    assert Y[~likely, 0].mean() == pytest.approx(held_out[~likely].mean(), abs=0.06)


def test_a_rare_label_gets_small_probabilities_although_both_sides_weigh_the_same(texts):
    X, _, groups, languages = texts
    rare = (np.arange(N) % 20 == 0).astype(int)[:, None]
    heads = CalibratedHeads(C=0.1).fit(X, rare, groups, languages)
    assert heads.predict_proba(X, languages).mean() == pytest.approx(0.05, abs=0.02)


def test_the_share_of_a_label_is_not_in_the_raw_sums():
    nothing = csr_matrix((40, 1), dtype=np.float32)
    labels = np.array([1, 0, 0, 0] * 10)[:, None]
    heads = CalibratedHeads().fit(nothing, labels, np.arange(40) // 20, ["en"] * 40)
    assert heads.decision_function(nothing) == pytest.approx(0, abs=1e-3)
    assert heads.predict_proba(nothing, ["en"] * 40) == pytest.approx(0.25, abs=0.05)


def test_an_ngram_that_leans_to_one_side_outweighs_one_that_does_not():
    """Both columns would do to tell the sides apart; the one that also stands elsewhere less."""
    labels = np.tile([1, 0], 100)
    random = np.random.default_rng(3)
    sure = labels * (random.random(200) < 0.5)
    leaning = np.where(random.random(200) < 0.5 + 0.3 * (2 * labels - 1), 1, 0)
    X = csr_matrix(np.column_stack([sure, leaning]).astype(np.float32))
    groups = np.arange(200) // 50

    def ratio(**settings) -> float:
        heads = CalibratedHeads(**settings)
        heads.fit(X, labels[:, None], groups, ["en"] * 200, n_counted=2)
        return heads.coef_[0, 0] / heads.coef_[1, 0]

    assert ratio(tilt=1.0, C=0.1) > 1.5 * ratio(tilt=0.0, C=0.1)
    assert ratio(tilt=1.0, C=0.1, smoothing=1000.0) < 1.2 * ratio(tilt=0.0, C=0.1)


def test_columns_that_are_no_ngrams_are_left_as_they_are(texts):
    X, Y, groups, languages = texts
    plain = CalibratedHeads(tilt=0.0).fit(X, Y, groups, languages)
    tilted = CalibratedHeads(tilt=1.0).fit(X, Y, groups, languages, n_counted=0)
    assert plain.coef_.tobytes() == tilted.coef_.tobytes()


def test_a_rows_own_feature_tells_nothing_about_it_while_it_is_held_out():
    """Each row has one column of its own: a fit that has seen the row knows its label."""
    random = np.random.default_rng(2)
    labels = random.integers(0, 2, 200)
    groups = np.arange(200) % 5
    heads = CalibratedHeads(C=100.0)
    heads.fit(identity(200, np.float32, "csr"), labels[:, None], groups, ["en"] * 200)
    seen = heads.decision_function(identity(200, np.float32, "csr"))[:, 0]
    assert ((seen > 0) == (labels == 1)).all()
    for group in range(5):
        assert np.ptp(heads.held_out_[groups == group]) == 0


def test_what_is_true_of_one_group_alone_is_not_used_on_that_group():
    """A column says yes in the group that is held out and no everywhere else."""
    labels = np.tile([1, 0], 60)
    groups = np.arange(120) // 40
    column = np.where(groups == 0, labels, 1 - labels).astype(np.float32)
    X = csr_matrix(np.column_stack([column, np.ones(120)]), dtype=np.float32)
    held_out = CalibratedHeads().fit(X, labels[:, None], groups, ["en"] * 120).held_out_[:, 0]
    misled = held_out[(groups == 0) & (labels == 1)]
    assert misled.max() < held_out[(groups == 0) & (labels == 0)].min()


def test_rows_that_nobody_labelled_are_not_learned_from(texts):
    X, Y, groups, languages = texts
    unknown = np.arange(N) % 2 == 1
    marked = hstack([X, csr_matrix(unknown.astype(np.float32)[:, None])], format="csr")
    labels = np.where(unknown[:, None], UNLABELLED, Y)
    heads = CalibratedHeads().fit(marked, labels, groups, languages)
    assert heads.coef_[-1, 0] == 0
    known = ~unknown
    same = CalibratedHeads().fit(
        marked[known], Y[known], groups[known], [languages[i] for i in np.flatnonzero(known)]
    )
    assert heads.coef_.tobytes() == same.coef_.tobytes()
    assert heads.slope_ == same.slope_


def test_extra_rows_are_learned_from_but_never_calibrated_on(texts):
    X, Y, groups, languages = texts
    extra = np.where(np.arange(N) < 100, -1, groups)
    heads = CalibratedHeads().fit(X, Y, extra, languages)
    assert np.isnan(heads.held_out_[:100]).all()
    assert not np.isnan(heads.held_out_[100:]).any()
    without = CalibratedHeads().fit(X[100:], Y[100:], groups[100:], languages[100:])
    assert heads.coef_.tobytes() != without.coef_.tobytes()


def test_light_rows_count_less_than_heavy_ones():
    """Two columns contradict each other: the one of the heavy rows is believed."""
    labels = np.tile([1, 0], 40)
    heavy = np.arange(80) < 40
    column = np.where(heavy, labels, 1 - labels).astype(np.float32)[:, None]
    weight = np.where(heavy, 1.0, 0.1)
    heads = CalibratedHeads()
    heads.fit(csr_matrix(column), labels[:, None], np.arange(80) % 2, ["en"] * 80, weight)
    assert heads.coef_[0, 0] > 0.1
    heads.fit(csr_matrix(column), labels[:, None], np.arange(80) % 2, ["en"] * 80, weight[::-1])
    assert heads.coef_[0, 0] < -0.1


def test_two_fits_give_the_same_bytes_however_many_work_at_it(texts):
    X, Y, groups, languages = texts
    both = np.hstack([Y, 1 - Y])
    fits = [CalibratedHeads(n_jobs=jobs).fit(X, both, groups, languages) for jobs in (1, 1, 2)]
    for name in ("coef_", "intercept_", "slope_", "offset_", "held_out_"):
        assert len({getattr(one, name).tobytes() for one in fits}) == 1, name


def test_a_head_that_ranks_backwards_is_not_turned_round(texts):
    """Calibration may find a head useless; it may not make it say the opposite."""
    labels = np.tile([1, 0], 60)
    groups = np.arange(120) // 40
    column = np.where(groups == 0, labels, 1 - labels).astype(np.float32)[:, None]
    heads = CalibratedHeads().fit(csr_matrix(column), labels[:, None], groups, ["en"] * 120)
    assert heads.slope_[0] > 0


def test_a_language_without_texts_is_calibrated_like_the_mean_of_the_others(texts):
    X, Y, groups, _ = texts
    languages = ["en" if index % 2 else "fr" for index in range(N)]
    offset = CalibratedHeads().fit(X, Y, groups, languages).offset_
    assert offset.shape == (N_LANGUAGES, 1)
    for missing in language_index(["ko", "zh", "unknown"]):
        assert offset[missing, 0] == pytest.approx(offset[[0, 1], 0].mean(), abs=1e-6)


def test_all_languages_that_are_not_learned_share_the_last_index():
    assert language_index([*LANGUAGES, "ja", "unknown", ""]).tolist() == [0, 1, 2, 3, 4, 4, 4]


def test_one_group_cannot_be_held_out(texts):
    X, Y, _, languages = texts
    with pytest.raises(TrainingError, match="only one group"):
        CalibratedHeads().fit(X, Y, np.zeros(N, int), languages)


def test_a_label_that_every_text_has_cannot_be_learned(texts):
    X, _, groups, languages = texts
    with pytest.raises(TrainingError, match="none that has it not"):
        CalibratedHeads().fit(X, np.ones((N, 1), int), groups, languages)
