"""A new model against the current one: the verdict is right, and rarely made of chance."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.metrics import f1_score

from smclassify.evaluation.comparison import Decided, Verdict, compare_answers, mcnemar
from smclassify.evaluation.paired import holm
from smclassify.labels import HEADS, KIND, KINDS, Task
from smclassify.report.comparison import comparison_sentences

DRAFTS = HEADS[Task.DRAFTS]


def says(has, right, rng):
    """Decide rightly with a probability; false alarms are rarer than misses."""
    sure = rng.random(len(has))
    return np.where(has, sure < right, sure > 1 - (1 - right) / 5)


def trial(right_new, right_current, n=400, seed=0, labels=3, size=1, alike=0.5):
    """Compare two models on drafts, of which groups of ``size`` are answered alike."""
    rng = np.random.default_rng(seed)
    Y = np.full((n, len(DRAFTS)), -1)
    decided = np.zeros((2, n, len(DRAFTS)), bool)
    group = np.arange(n // size).repeat(size)
    for label in range(labels):
        has = (rng.random(n // size) < 0.25).repeat(size)
        Y[:, label] = has
        new = says(has[::size], right_new, rng).repeat(size)
        current = says(has[::size], right_current, rng).repeat(size)
        same = (rng.random(n // size) < alike).repeat(size) & (right_new == right_current)
        decided[0, :, label], decided[1, :, label] = new, np.where(same, new, current)
    P = np.zeros(Y.shape)
    languages = np.array(["en", "fr"])[(np.arange(n) // size) % 2]
    return Y, Decided(P, decided[0]), Decided(P, decided[1]), languages.tolist(), group.tolist()


def verdicts(runs, **settings):
    found = [
        compare_answers(Task.DRAFTS, *trial(seed=seed, **settings), n_resamples=300, seed=seed)
        for seed in range(runs)
    ]
    return [one.overall.verdict for one in found]


@pytest.mark.parametrize("size", [1, 4])
def test_without_a_difference_the_verdict_is_nearly_always_that_one_cannot_tell(size):
    said = verdicts(120, right_new=0.8, right_current=0.8, size=size)
    assert sum(one is not Verdict.UNSURE for one in said) / 120 <= 0.08


def test_a_large_difference_is_nearly_always_seen():
    assert verdicts(20, right_new=0.95, right_current=0.7).count(Verdict.BETTER) >= 19
    assert verdicts(20, right_new=0.7, right_current=0.95).count(Verdict.WORSE) >= 19


def test_f1_and_counts_are_those_of_the_decisions():
    Y, new, current, languages, groups = trial(0.9, 0.7)
    found = compare_answers(Task.DRAFTS, Y, new, current, languages, groups)
    row = found.rows[0]
    assert (row.label, row.language, row.texts) == ("spammy", "all", 400)
    assert row.support == Y[:, 0].sum()
    assert row.f1.new == pytest.approx(f1_score(Y[:, 0], new.decided[:, 0]))
    assert row.f1.current == pytest.approx(f1_score(Y[:, 0], current.decided[:, 0]))
    right = [one.decided[:, 0] == Y[:, 0] for one in (new, current)]
    assert row.only_new_right == (right[0] & ~right[1]).sum()
    assert row.only_current_right == (right[1] & ~right[0]).sum()
    french = next(one for one in found.rows if (one.label, one.language) == ("spammy", "fr"))
    mine = np.array(languages) == "fr"
    assert french.f1.new == pytest.approx(f1_score(Y[mine, 0], new.decided[mine, 0]))
    overall = [found.rows[at].f1.difference for at in (0, 3, 6)]
    assert found.overall.difference == pytest.approx(np.mean(overall))


def test_who_is_called_new_makes_no_difference_but_the_sign():
    Y, new, current, *rest = trial(0.9, 0.8)
    forth = compare_answers(Task.DRAFTS, Y, new, current, *rest).overall
    back = compare_answers(Task.DRAFTS, Y, current, new, *rest).overall
    assert forth.difference == pytest.approx(-back.difference)
    assert forth.interval.low == pytest.approx(-back.interval.high, abs=0.01)


def test_a_model_is_not_better_than_itself():
    Y, new, _, *rest = trial(0.9, 0.8)
    found = compare_answers(Task.DRAFTS, Y, new, new, *rest)
    assert (found.overall.interval, found.overall.p_value) == ((0.0, 0.0), 1.0)
    assert found.rows[0].mcnemar == 1.0
    assert "the same" in comparison_sentences(found)[0]


def test_the_same_seed_gives_the_same_verdict():
    said = [compare_answers(Task.DRAFTS, *trial(0.85, 0.8), seed=7).to_dict() for _ in range(2)]
    assert said[0] == said[1]


def test_a_label_of_few_groups_has_no_verdict_and_does_not_count():
    Y, new, current, languages, groups = trial(0.95, 0.5, labels=2)
    Y[:, 1] = 0
    Y[:4, 1] = 1
    found = compare_answers(Task.DRAFTS, Y, new, current, languages, groups)
    assert found.judged == ("spammy",)
    rare = next(row for row in found.rows if row.label == "self_centered")
    assert (rare.f1.interval, rare.f1.verdict) == (None, Verdict.UNSURE)
    assert "too few texts (4 texts with it of 400)" in "\n".join(comparison_sentences(found))


def test_copies_of_a_few_texts_prove_nothing():
    """What five writers gave over and over is no evidence; as single texts it would be."""
    Y = np.full((360, len(DRAFTS)), -1)
    Y[:, 0] = np.tile([1, 1, 1, 1, 1, 0], 60)
    new = Decided(np.zeros(Y.shape), Y == 1)
    half = (Y == 1) & ~((np.arange(360) % 6) < 2)[:, None]
    current = Decided(np.zeros(Y.shape), half)
    said = [
        compare_answers(Task.DRAFTS, Y, new, current, ["en"] * 360, groups).overall.verdict
        for groups in (np.arange(360), np.arange(360) % 6)
    ]
    assert said == [Verdict.BETTER, Verdict.UNSURE]


def test_what_one_model_alone_answers_is_named_and_not_compared():
    Y, new, current, languages, groups = trial(0.9, 0.8)
    own = np.column_stack([Y, Y[:, 0]])
    new, current = (
        Decided(
            np.column_stack([one.probabilities, np.full(400, last)]),
            np.column_stack([one.decided, Y[:, 0] == 1]),
        )
        for one, last in ((new, 0.5), (current, np.nan))
    )
    found = compare_answers(Task.DRAFTS, own, new, current, languages, groups, ("giveaway",))
    assert (found.only_new, found.only_current) == (("giveaway",), ())
    assert "giveaway" not in {row.label for row in found.rows}
    assert "Only the new model answers: giveaway." in comparison_sentences(found)


def test_a_kind_is_compared_by_its_values_and_by_accuracy():
    rng = np.random.default_rng(0)
    heads = HEADS[Task.COMMENTS]
    kind = rng.integers(3, size=300)
    Y = np.full((300, len(heads)), -1)
    Y[:, : len(KINDS)] = kind[:, None] == np.arange(len(KINDS))
    said = []
    for right in (0.95, 0.6):
        named = np.where(rng.random(300) < right, kind, (kind + 1) % 3)
        decided = np.zeros(Y.shape, bool)
        decided[np.arange(300), named] = True
        said.append(Decided(np.zeros(Y.shape), decided))
    found = compare_answers(Task.COMMENTS, Y, *said, ["ko"] * 300, range(300))
    (row,) = (one for one in found.rows if one.language == "all")
    assert (row.label, row.f1.verdict, found.overall.verdict) == (KIND, "better", "better")
    names = [one.decided.argmax(axis=1) for one in said]
    assert row.f1.new == pytest.approx(f1_score(kind, names[0], average="macro"))
    assert row.only_new_right == ((names[0] == kind) & (names[1] != kind)).sum()


def test_mcnemar_is_the_exact_binomial_test():
    assert mcnemar(0, 0) == 1.0
    assert mcnemar(5, 0) == pytest.approx(2 * 0.5**5)
    assert mcnemar(3, 9) == pytest.approx(mcnemar(9, 3))


def test_holm_by_hand():
    adjusted = holm(np.array([[0.01, np.nan], [0.04, 0.03]]))
    assert adjusted[0, 0] == pytest.approx(0.03)
    assert adjusted[1].tolist() == pytest.approx([0.06, 0.06])
    assert np.isnan(adjusted[0, 1])


def test_it_is_told_in_sentences_and_as_json():
    found = compare_answers(Task.DRAFTS, *trial(0.95, 0.6, n=800))
    first, spammy, *_ = comparison_sentences(found)
    assert first.startswith("drafts: better (F1 0.")
    assert "mean over spammy, self_centered, off_policy" in first
    assert spammy.startswith("spammy: better (F1 0.")
    assert "points, " in spammy
    assert spammy.endswith("texts with it of 800).")
    plain = json.loads(json.dumps(found.to_dict()))
    assert plain["overall"]["verdict"] == "better"
    assert plain["labels"][0]["label"] == "spammy"
