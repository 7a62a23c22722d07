"""Folds: nobody on both sides, and of everything some in each."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smclassify.errors import TrainingError
from smclassify.evaluation.folds import grouped_folds, repeated_folds

LANGUAGES = ("en", "fr", "ko", "zh")


def corpus(n=2_000, n_groups=400, n_labels=6, seed=0):
    """Texts of writers who each keep to a language, with labels from common to rare."""
    rng = np.random.default_rng(seed)
    writer = rng.integers(n_groups, size=n)
    labels = (rng.random((n, n_labels)) < 0.3 ** np.arange(1, n_labels + 1)).astype(int)
    language = np.array(LANGUAGES)[writer % 4]
    return labels, [f"writer {one}" for one in writer], language.tolist()


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(-1, 1), st.sampled_from(LANGUAGES)),
        min_size=2,
        max_size=80,
    ).filter(lambda rows: len({group for group, _, _ in rows}) > 1),
    st.integers(2, 6),
)
def test_no_group_is_in_two_folds_and_no_fold_is_empty(rows, n_splits):
    groups = [f"group {group}" for group, _, _ in rows]
    labels = np.array([[label] for _, label, _ in rows])
    folds = grouped_folds(labels, groups, [code for *_, code in rows], n_splits)
    for group in set(groups):
        assert len({fold for fold, one in zip(folds, groups, strict=True) if one == group}) == 1
    assert sorted(set(folds.tolist())) == list(range(min(n_splits, len(set(groups)))))


def test_every_fold_has_its_share_of_each_label_in_each_language():
    labels, groups, languages = corpus()
    folds = grouped_folds(labels, groups, languages)
    for code in LANGUAGES:
        spoken = np.array(languages) == code
        for label in range(labels.shape[1]):
            has = spoken & (labels[:, label] == 1)
            shares = np.bincount(folds[has], minlength=5)
            assert shares.max() - shares.min() <= max(2, 0.15 * has.sum() / 5)


def test_a_label_of_five_groups_is_in_all_five_folds():
    labels, groups, languages = corpus()
    labels[:, 0] = 0
    for number in range(5):
        labels[groups.index(f"writer {4 * number}"), 0] = 1
    folds = grouped_folds(labels, groups, languages)
    assert sorted(folds[labels[:, 0] == 1]) == [0, 1, 2, 3, 4]


def test_what_is_labelled_is_dealt_out_evenly_too():
    labels, groups, languages = corpus()
    labels[:, 1] = -1
    labels[:200, 1] = 0
    folds = grouped_folds(labels, groups, languages)
    counts = np.bincount(folds[:200], minlength=5)
    assert counts.min() >= 30


def test_large_groups_are_balanced_against_each_other():
    sizes = [500, 300, 200, 100, 100, 100, 100, 100, 100, 100]
    groups = [f"file {at}" for at, size in enumerate(sizes) for _ in range(size)]
    folds = grouped_folds(np.zeros((len(groups), 1), int), groups, ["en"] * len(groups), 3)
    assert np.bincount(folds).max() <= 700


def test_the_same_seed_gives_the_same_folds_and_another_seed_others():
    labels, groups, languages = corpus(n=300)
    first, again, other = (grouped_folds(labels, groups, languages, seed=s) for s in (1, 1, 2))
    assert first.tolist() == again.tolist()
    assert first.tolist() != other.tolist()


@pytest.mark.parametrize("n_groups", [12, 200])
def test_repeats_are_dealt_differently(n_groups):
    labels, groups, languages = corpus(n=300, n_groups=n_groups)
    several = repeated_folds(labels, groups, languages, repeats=3)
    assert several.shape == (3, 300)
    pairs = [(one[:, None] == one).tobytes() for one in several]
    assert len(set(pairs)) == 3


def test_there_are_only_as_many_folds_as_groups():
    labels = np.array([[1], [0], [1], [0]])
    folds = grouped_folds(labels, ["a", "a", "b", "b"], ["en"] * 4)
    assert folds[0] == folds[1] != folds[2] == folds[3]


def test_one_group_cannot_be_held_apart():
    with pytest.raises(TrainingError, match="belong together"):
        grouped_folds(np.array([[1], [0]]), ["a", "a"], ["en", "en"])
