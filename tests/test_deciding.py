"""What a company's model decides by: thresholds between the model's own and its texts', targets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sheets import column

from smclassify.evaluation.answers import Answered
from smclassify.evaluation.operating import choose
from smclassify.evaluation.targets import Target
from smclassify.labels import DEPARTMENTS, HEADS, KINDS, Task, heads_of
from smclassify.model.indexing import UNLABELLED
from smclassify.training.deciding import Decider, Deciding, taken

SPAMMY = column(Task.DRAFTS, "spammy")
KNOWN = Deciding({"spammy": {"*": 0.3, "ko": 0.4}}, {})


def answers(
    labels: np.ndarray, scores: np.ndarray, task: Task = Task.DRAFTS, at: int = SPAMMY, own: int = 0
) -> Answered:
    """Answers of which one column is labelled and told."""
    shape = (len(labels), len(HEADS[task]) + own)
    given_labels = np.full(shape, UNLABELLED)
    probabilities = np.full(shape, 0.1, np.float32)
    given_labels[:, at], probabilities[:, at] = labels, scores
    return Answered(given_labels, probabilities, np.array(["en"] * len(labels)))


def drawn(number: int, cut: float, seed: int = 0) -> Answered:
    """Answers to texts that mostly have the label where the score is over a cut."""
    rng = np.random.default_rng(seed)
    scores = rng.random(number)
    labels = (scores + rng.normal(0, 0.05, number) > cut).astype(np.int64)
    return answers(labels, scores)


def alone(said: Answered) -> np.ndarray:
    return np.arange(len(said.labels))


def decider(before: Deciding = KNOWN, own: tuple[str, ...] = (), **targets: str) -> Decider:
    aims = {label: Target.parse(text) for label, text in targets.items()}
    return Decider(Task.DRAFTS, own, before, aims)


# --- thresholds -----------------------------------------------------------------------------------


def tuned_star(said: Answered, before: float = 0.3) -> float:
    one = decider(Deciding({"spammy": {"*": before}}, {}))
    return one.tuned(said, alone(said)).thresholds["spammy"]["*"]


def test_many_texts_that_plainly_ask_for_another_threshold_move_it_there():
    assert tuned_star(drawn(2_000, 0.7)) == pytest.approx(0.66, abs=0.06)
    assert tuned_star(drawn(2_000, 0.2), 0.6) == pytest.approx(0.24, abs=0.06)


def test_a_threshold_that_does_well_stays():
    assert tuned_star(drawn(300, 0.3)) == pytest.approx(0.3, abs=0.06)


@given(st.integers(12, 80), st.floats(0.1, 0.9), st.integers(0, 5))
def test_a_threshold_is_moved_no_further_than_the_texts_ask_for(number, cut, seed):
    said = drawn(number, cut, seed)
    tuned = tuned_star(said)
    if min((said.labels[:, SPAMMY] == side).sum() for side in (0, 1)) < 5:
        assert tuned == 0.3
    else:
        # Where they stop asking is about at the cut, give or take what they hold of chance.
        assert min(0.3, cut) - 0.25 <= tuned <= max(0.3, cut) + 0.25


def test_by_lot_a_threshold_moves_less_than_the_best_of_few_texts_would():
    moved, best = [], []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        scores = rng.random(40)
        said = answers((rng.random(40) < 0.3).astype(np.int64), scores)
        moved.append(abs(tuned_star(said, 0.5) - 0.5))
        labels = said.labels[:, SPAMMY]
        best.append(abs(choose(labels, scores, Target.parse("f1")).threshold - 0.5))
    assert np.mean(moved) < 0.7 * np.mean(best)


def test_thresholds_of_languages_move_along():
    said = drawn(400, 0.8)
    tuned = decider().tuned(said, alone(said)).thresholds["spammy"]
    assert 0.3 < tuned["*"] < tuned["ko"] < 1


def test_with_less_than_five_texts_on_a_side_the_threshold_stays():
    scores = np.linspace(0.05, 0.95, 40)
    for labels in (scores > 0.87, scores < 0.87):
        said = answers(labels.astype(np.int64), scores)
        assert min(labels.sum(), (~labels).sum()) < 5
        assert decider().tuned(said, alone(said)).thresholds == {"spammy": {"*": 0.3, "ko": 0.4}}


def test_what_nobody_labelled_or_answered_is_decided_as_before():
    unlabelled = answers(np.full(40, UNLABELLED), np.linspace(0, 1, 40))
    unanswered = answers(np.ones(40, np.int64), np.full(40, np.nan))
    for said in (unlabelled, unanswered):
        assert decider().tuned(said, alone(said)).thresholds == KNOWN.thresholds


def test_the_threshold_of_a_label_of_ones_own_is_what_its_texts_say():
    """Of it no model has a threshold to begin with."""
    task_heads = heads_of(Task.DRAFTS, ("seasonal",))
    base = drawn(60, 0.7)
    said = answers(
        base.labels[:, SPAMMY], base.probabilities[:, SPAMMY], at=len(task_heads) - 1, own=1
    )
    tuned = decider(own=("seasonal",)).tuned(said, alone(said)).thresholds
    assert tuned["spammy"] == KNOWN.thresholds["spammy"]
    assert 0.55 < tuned["seasonal"]["*"] < 0.8


# --- targets --------------------------------------------------------------------------------------


def test_a_target_is_what_the_texts_say_whatever_the_model_said_before():
    said = drawn(2_000, 0.7)
    labels, scores = said.labels[:, SPAMMY] == 1, said.probabilities[:, SPAMMY]
    recall = decider(spammy="recall=0.95").tuned(said, alone(said)).thresholds["spammy"]
    precision = decider(spammy="precision=0.98").tuned(said, alone(said)).thresholds["spammy"]
    assert set(recall) == set(precision) == {"*"}
    assert (scores[labels] >= recall["*"]).mean() >= 0.95
    assert labels[scores >= precision["*"]].mean() >= 0.98
    assert recall["*"] < precision["*"]


def test_a_dear_miss_gives_more_alarms_than_a_dear_alarm():
    said = drawn(800, 0.7)
    missed = decider(spammy="cost=20:1").tuned(said, alone(said)).thresholds["spammy"]["*"]
    alarmed = decider(spammy="cost=1:20").tuned(said, alone(said)).thresholds["spammy"]["*"]
    assert missed < alarmed


def test_what_is_promised_is_what_the_threshold_gives():
    said = drawn(800, 0.7)
    one = decider(spammy="recall=0.9")
    by = one.tuned(said, alone(said))
    promise = one.expected(said, alone(said), by)["spammy"]
    assert promise.threshold == pytest.approx(by.thresholds["spammy"]["*"], abs=1e-4)
    assert promise.target == "recall=0.9" and promise.reached
    flagged = (said.probabilities[:, SPAMMY] >= promise.threshold).mean()
    assert promise.alarms_per_1000 == pytest.approx(1000 * flagged, abs=1)
    plain = decider().expected(said, alone(said), KNOWN)["spammy"]
    assert (plain.threshold, plain.target) == (0.3, "")


def test_a_target_out_of_reach_is_told_to_be_so():
    rng = np.random.default_rng(0)
    said = answers(rng.integers(0, 2, 60), rng.random(60))
    one = decider(spammy="precision=0.99")
    by = one.tuned(said, alone(said))
    assert not one.expected(said, alone(said), by)["spammy"].reached


def test_where_too_few_texts_could_choose_the_threshold_that_stays_is_told_not_a_better_one():
    """Three texts with the label set no threshold, so no other one is promised anything."""
    scores = np.linspace(0.05, 0.95, 40)
    said = answers((scores > 0.9).astype(np.int64), scores)
    one = decider(spammy="recall=0.5")
    by = one.tuned(said, alone(said))
    promise = one.expected(said, alone(said), by)["spammy"]
    assert by.thresholds["spammy"]["*"] == promise.threshold == 0.3
    assert (promise.target, promise.reached) == ("recall=0.5", False)


def test_nothing_is_promised_of_a_label_that_no_text_has():
    said = answers(np.zeros(60, np.int64), np.linspace(0, 1, 60))
    assert decider().expected(said, alone(said), KNOWN) == {}


# --- decided by thresholds that others set --------------------------------------------------------


def test_no_text_is_decided_by_a_threshold_that_its_own_fold_has_set():
    said, folds = drawn(200, 0.6), np.arange(200) % 5
    before = decider().cross_decided(said, folds, alone(said))
    mine = folds == 3
    labels = said.labels.copy()
    labels[mine, SPAMMY] = 1 - labels[mine, SPAMMY]
    flipped = Answered(labels, said.probabilities, said.languages)
    after = decider().cross_decided(flipped, folds, alone(said))
    assert (after[mine] == before[mine]).all()
    assert not (after[~mine] == before[~mine]).all()


@pytest.mark.parametrize(("support", "moves"), [(24, False), (25, True), (28, True), (31, True)])
def test_what_is_measured_is_a_threshold_free_to_move_if_that_of_the_saved_model_is(support, moves):
    """The other folds alone have fewer texts with the label than a move takes."""
    scores = np.concatenate([np.linspace(0.7, 0.95, support), np.linspace(0.35, 0.5, 200)])
    said = answers((np.arange(len(scores)) < support).astype(np.int64), scores)
    folds = np.arange(len(scores)) % 5
    assert ((said.labels[:, SPAMMY] == 1) & (folds != 0)).sum() < 25
    saved = decider().tuned(said, alone(said))
    assert (saved.thresholds["spammy"]["*"] > 0.45) == moves
    by_saved = decider().decided(said, saved)[:, SPAMMY]
    measured = decider().cross_decided(said, folds, alone(said))[:, SPAMMY]
    assert (measured == by_saved).mean() > 0.97
    assert measured.all() == (not moves)


def test_thresholds_set_by_the_texts_themselves_would_look_better():
    """By lot: tuned on the texts, F1 is what it is for flagging; held out, no better."""
    gains = []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        said, folds = answers(rng.integers(0, 2, 60), rng.random(60)), np.arange(60) % 5
        nobody = decider(Deciding({}, {}), spammy="cost=1:1")
        own = nobody.decided(said, nobody.tuned(said, alone(said)))[:, SPAMMY]
        other = nobody.cross_decided(said, folds, alone(said))[:, SPAMMY]
        truth = said.labels[:, SPAMMY] == 1
        gains.append((own == truth).mean() - (other == truth).mean())
    assert np.mean(gains) > 0.02


def test_answers_are_taken_together():
    said = drawn(30, 0.5)
    some = taken(said, np.array([4, 2]))
    assert some.labels.tolist() == said.labels[[4, 2]].tolist()
    assert some.probabilities.tolist() == said.probabilities[[4, 2]].tolist()
    assert some.languages.tolist() == ["en", "en"]


# --- kinds and departments ------------------------------------------------------------------------

PRIORS = {
    **dict(zip(KINDS, (0.5, 0.2, 0.1, 0.08, 0.06, 0.03, 0.03), strict=True)),
    **dict.fromkeys(DEPARTMENTS, 1 / len(DEPARTMENTS)),
}


def kinds_said(number: int, wrongly: bool, seed: int = 0) -> Answered:
    """Complaints and questions, near enough for the weighing to tell them apart."""
    rng = np.random.default_rng(seed)
    heads = HEADS[Task.COMMENTS]
    complaint, question = heads.index("complaint"), heads.index("question")
    truth = rng.random(number) < 0.5
    labels = np.full((number, len(heads)), UNLABELLED)
    labels[:, [heads.index(kind) for kind in KINDS]] = 0
    labels[truth, complaint] = labels[~truth, question] = 1
    probabilities = np.full((number, len(heads)), 0.01, np.float32)
    sure = rng.uniform(0.02, 0.08, number)
    probabilities[:, complaint] = np.where(truth, 0.5, 0.5 - sure)
    probabilities[:, question] = np.where(truth, 0.5 - sure, 0.5)
    if wrongly:  # told with the weights that were taken out beforehand
        weights = np.array([PRIORS["complaint"], PRIORS["question"]]) ** 0.25
        probabilities[:, [complaint, question]] *= weights / weights.max()
    return Answered(labels, probabilities, np.array(["en"] * number))


@pytest.mark.parametrize(
    ("number", "wrongly", "kept"), [(300, True, True), (300, False, False), (80, False, True)]
)
def test_what_kinds_are_weighed_by_is_left_out_only_where_many_texts_plainly_say_so(
    number, wrongly, kept
):
    one = Decider(Task.COMMENTS, (), Deciding({}, PRIORS), {})
    said = kinds_said(number, wrongly)
    tuned = one.tuned(said, alone(said)).priors
    assert (tuned == PRIORS) == kept
    assert {name: tuned[name] for name in DEPARTMENTS} == {
        name: PRIORS[name] for name in DEPARTMENTS
    }


def test_a_model_that_lacks_a_kind_is_weighed_as_it_was():
    few = {name: share for name, share in PRIORS.items() if name != "abuse"}
    one = Decider(Task.COMMENTS, (), Deciding({}, few), {})
    said = kinds_said(300, False)
    assert one.tuned(said, alone(said)).priors == few
