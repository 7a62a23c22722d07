"""Adapting: a company's labels move what a model knows, as far as they can show and no further."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.special import expit
from sheets import BAIT, column, rows, words
from sklearn.metrics import average_precision_score

from smclassify.errors import TrainingError
from smclassify.evaluation.folds import repeated_folds
from smclassify.features.space import FeatureSpace
from smclassify.labelled import LabelledTexts, from_records
from smclassify.labelled.checks import ENOUGH_TO_MOVE
from smclassify.labels import HEADS, REASONS, Task, heads_of
from smclassify.model.indexing import N_LANGUAGES, UNLABELLED, language_index
from smclassify.model.model import Model, TaskModel
from smclassify.text.prepare import prepare
from smclassify.training import evidence as fitting
from smclassify.training.adapt import Adapter, heads_to_learn
from smclassify.training.caution import cautious, plainly_more
from smclassify.training.evidence import Evidence, Freedom
from smclassify.training.prior import Prior, extended
from smclassify.training.softtargets import soft_targets

SPAMMY = column(Task.DRAFTS, "spammy")


def labelled(sheet: list[tuple[str, str]], language: str = "en") -> LabelledTexts:
    records = [{"text": text, "lang": language, "spammy": yes} for text, yes in sheet]
    return from_records(Task.DRAFTS, records, "sheet.csv")


def adapter_of(start: Model, texts: LabelledTexts, **options) -> Adapter:
    """What the program makes of labelled texts, each of which stands alone."""
    languages = [code or "en" for code in texts.languages]
    batch, learned = prepare(texts.texts, languages), start.tasks.get(texts.task)
    space, place = extended(start.space, batch)
    names = heads_to_learn(texts, learned)
    alone = list(map(str, range(len(texts))))
    folds = repeated_folds(texts.labels, alone, languages, repeats=2)
    return Adapter(Prior.of(space, names, learned, place), texts, batch, folds, **options)


# --- where learning begins ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def roomy(drafts) -> Model:
    """A model with room for new n-grams, whose weights are drawn by lot."""
    rng = np.random.default_rng(0)
    space = FeatureSpace(char_high=3, char_bits=17, word_bits=15).fit(prepare(drafts[:60]))
    shapes = ((space.n_features_, 2), (2,), (2,), (N_LANGUAGES, 2))
    arrays = [rng.normal(size=shape).astype(np.float32) for shape in shapes]
    heads = TaskModel(("spammy", "canned"), *arrays, {}, {})
    return Model(space, {Task.DRAFTS: heads}, {})


def test_a_model_made_wider_says_what_it_said(roomy, drafts):
    """Of texts that have none of the new n-grams, the log odds are those of the model."""
    space, place = extended(roomy.space, prepare([" ".join(BAIT)] * 3))
    learned, batch = roomy.tasks[Task.DRAFTS], prepare([*drafts, f"{BAIT[0]}!"])
    X = space.transform(batch)
    new = np.setdiff1d(np.arange(space.n_features_), place)
    has_new = X[:, new].getnnz(axis=1) > 0
    assert has_new[-1] and not has_new.all()
    before = learned.probabilities(roomy.space.transform(batch), batch.languages)
    now = expit(Prior.of(space, learned.names, learned, place).log_odds(X, batch.languages))
    assert now[~has_new] == pytest.approx(before[~has_new], abs=1e-5)


def test_ngrams_that_are_new_need_three_texts_and_begin_without_weight(roomy):
    learned = roomy.tasks[Task.DRAFTS]
    for texts, wider in ((2, False), (3, True)):
        space, place = extended(roomy.space, prepare([BAIT[0]] * texts))
        assert (space.n_features_ > roomy.space.n_features_) == wider
        prior = Prior.of(space, learned.names, learned, place)
        new = np.setdiff1d(np.arange(space.n_features_), place)
        assert (prior.coef[new] == 0).all()


def test_the_space_of_the_model_is_left_as_it_is(roomy):
    columns, width = roomy.space.char_.column_.copy(), roomy.space.n_features_
    extended(roomy.space, prepare([text for text, _ in rows(40)]))
    assert (roomy.space.char_.column_ == columns).all()
    assert roomy.space.n_features_ == width


def test_what_no_model_has_learned_begins_with_nothing(small_model):
    space, place = extended(small_model.space, prepare(["one text"]))
    learned = small_model.tasks[Task.DRAFTS]
    prior = Prior.of(space, ("spammy", "seasonal"), learned, place)
    assert prior.known.tolist() == [True, False]
    X = space.transform(prepare(["one text", "another one"]))
    assert (prior.log_odds(X, ["en", "en"])[:, 1] == 0).all()


# --- how far labels move --------------------------------------------------------------------------


class Bench:
    """Texts as random features, with labels that a few of them tell."""

    def __init__(self, seed: int = 0, n: int = 60, width: int = 120) -> None:
        rng = np.random.default_rng(seed)
        dense = rng.random((n, width)) * (rng.random((n, width)) < 0.2)
        dense[:, 0] = 3.0 * (rng.random(n) < 0.4)
        self.X, self.idf = csr_matrix(dense), rng.random(width - 8) * 5
        self.language = rng.integers(0, 3, n)
        self.log_odds = rng.normal(-1, 1, n)
        self.targets = (dense[:, 0] + dense[:, 1] > 0.9).astype(float)
        self.weights = np.ones(n)
        self.folds = rng.integers(0, 4, n)

    def evidence(self) -> Evidence:
        return Evidence(self.X, self.language, self.idf)

    def held_out(self, strength: float = 4.0, **changed) -> np.ndarray:
        asked = {"targets": self.targets, "weights": self.weights, **changed}
        return self.evidence().held_out(
            self.log_odds, asked["targets"], asked["weights"], Freedom(strength), self.folds
        )

    def moved(self, strength: float = 4.0, **changed) -> np.ndarray:
        """The log odds of the texts as all of them together have moved them."""
        asked = {"targets": self.targets, "weights": self.weights, **changed}
        move = self.evidence().fit(
            self.log_odds, asked["targets"], asked["weights"], Freedom(strength)
        )
        return move.stretch * self.log_odds + move.shift[self.language] + self.X @ move.coef


@pytest.mark.parametrize("seed", range(3))
def test_many_texts_are_fitted_another_way_with_the_same_outcome(seed, monkeypatch):
    bench = Bench(seed)
    dense = bench.moved(), bench.held_out()
    monkeypatch.setattr(fitting, "MOST_DENSE", 0)
    assert bench.moved() == pytest.approx(dense[0], abs=1e-3)
    assert bench.held_out() == pytest.approx(dense[1], abs=1e-3)


@pytest.mark.parametrize("seed", range(3))
def test_the_answer_to_a_text_held_out_does_not_hang_on_its_own_label(seed):
    bench = Bench(seed)
    before, mine = bench.held_out(), bench.folds == 2
    flipped = np.where(mine, 1 - bench.targets, bench.targets)
    after = bench.held_out(targets=flipped)
    assert (after[mine] == before[mine]).all()
    assert not (after[~mine] == before[~mine]).all()


def test_labels_tell_something_of_texts_held_out():
    bench = Bench()
    assert average_precision_score(bench.targets, bench.held_out()) > 1.2 * (
        average_precision_score(bench.targets, bench.log_odds)
    )


def test_a_label_that_is_not_believed_is_as_good_as_none():
    bench, doubted = Bench(), np.arange(60) % 3 == 0
    unlabelled = np.where(doubted, np.nan, bench.targets)
    disbelieved = np.where(doubted, 0.0, 1.0)
    assert bench.moved(weights=disbelieved) == pytest.approx(
        bench.moved(targets=unlabelled), abs=1e-3
    )
    assert bench.held_out(weights=disbelieved) == pytest.approx(
        bench.held_out(targets=unlabelled), abs=1e-3
    )


def test_what_may_not_move_does_not():
    bench = Bench()
    evidence, known = bench.evidence(), (bench.log_odds, bench.targets, bench.weights)
    shifted = evidence.fit(*known, Freedom(0.0))
    assert (shifted.coef == 0).all()
    assert (shifted.shift != 0).any()
    by_features = evidence.fit(*known, Freedom(4.0, shifts=False))
    assert (by_features.coef != 0).any()
    assert (by_features.stretch, by_features.shift.any()) == (1, False)


def test_texts_without_labels_answer_as_the_model_does():
    bench = Bench()
    nothing = np.full(60, np.nan)
    assert (bench.held_out(targets=nothing) == bench.log_odds).all()


@settings(max_examples=30)
@given(
    st.integers(1, 40),
    st.integers(1, 40),
    st.floats(-4, 4),
    st.sampled_from([0.0, 1.0, 2.0, 8.0]),
)
def test_labels_move_towards_what_they_say_the_further_the_more_they_are(
    few, more, log_odds, strength
):
    """Of texts that are all alike, and have a label that the model gives or doesn't give."""

    def moved(number: int) -> float:
        X = csr_matrix(np.ones((number, 3)))
        evidence = Evidence(X, np.zeros(number, np.int64), np.ones(2))
        move = evidence.fit(
            np.full(number, log_odds), np.ones(number), np.ones(number), Freedom(strength)
        )
        return move.stretch * log_odds + move.shift[0] + float(move.coef.sum())

    assert log_odds - 1e-3 < moved(few)
    assert moved(few) <= moved(few + more) + 1e-2


def test_one_label_moves_little_and_many_move_far():
    def moved(number: int) -> float:
        X = csr_matrix(np.ones((number, 3)))
        evidence = Evidence(X, np.zeros(number, np.int64), np.ones(2))
        odds = np.full(number, -2.0)
        move = evidence.fit(odds, np.ones(number), np.ones(number), Freedom(1.0))
        return move.stretch * -2.0 + move.shift[0] + float(move.coef.sum()) + 2

    assert moved(1) < 1 < 3 < moved(300)


def test_of_two_choices_the_smaller_is_made_unless_the_other_is_plainly_better():
    rng = np.random.default_rng(0)
    stays = rng.random(50)
    by_chance = stays + rng.normal(0, 0.5, 50)
    by_chance += (stays - by_chance).mean() - 0.02  # a little better, and only on the whole
    by_far = stays - 0.3 + rng.normal(0, 0.1, 50)
    assert cautious({None: stays, 1.0: by_chance}) is None
    assert cautious({None: stays, 1.0: by_chance, 2.0: by_far}) == 2.0
    assert plainly_more(stays, by_far)
    assert not plainly_more(by_far, stays)
    assert not plainly_more(stays, stays)


# --- flags and their reasons ----------------------------------------------------------------------


def flagged(*records: dict[str, str]) -> LabelledTexts:
    return from_records(Task.DRAFTS, [{"text": "a", **one} for one in records], "sheet.csv")


NAMES = HEADS[Task.DRAFTS]
MINE = [NAMES.index(reason) for reason in REASONS["spammy"]]


@given(st.lists(st.floats(-6, 3), min_size=len(MINE), max_size=len(MINE)))
def test_where_a_flag_alone_is_given_its_reasons_are_as_likely_as_the_model_thinks(log_odds):
    texts = flagged({"spammy": "yes"}, {"spammy": "no"})
    odds = np.zeros((2, len(NAMES)))
    odds[:, MINE] = log_odds
    targets = soft_targets(texts, NAMES, odds)
    assert (targets[1, MINE] == 0).all()
    # At least one applies, so they add up to one or more; the ratio stays the model's.
    assert (targets[0, MINE] <= 1).all()
    assert targets[0, MINE].sum() >= 1 - 1e-6
    chances = expit(np.array(log_odds))
    if targets[0, MINE].max() < 1:
        assert targets[0, MINE] / targets[0, MINE[0]] == pytest.approx(chances / chances[0])


def test_reasons_that_are_given_count_as_they_are():
    texts = flagged({"labels": "spammy", "reasons": "hard_sell"})
    targets = soft_targets(texts, NAMES, np.zeros((1, len(NAMES))))
    assert targets[0, NAMES.index("hard_sell")] == 1
    assert targets[0, NAMES.index("link_dump")] == 0


def test_a_flag_of_which_nothing_is_said_says_nothing_of_its_reasons():
    targets = soft_targets(flagged({"off_policy": "no"}), NAMES, np.zeros((1, len(NAMES))))
    assert np.isnan(targets[0, [SPAMMY, *MINE]]).all()


# --- heads ----------------------------------------------------------------------------------------


def test_a_companys_words_are_learned_and_the_rest_answers_as_before(small_model, drafts):
    texts = labelled(rows(80))
    adapter = adapter_of(small_model, texts)
    assert "spammy" in adapter.moved
    assert not set(adapter.moved) - {"spammy", *REASONS["spammy"]}
    before = small_model.tasks[Task.DRAFTS]
    heads = adapter.heads(before.thresholds, dict(before.priors))
    assert heads.names == before.names
    space = adapter._prior.space
    batch = prepare([f"vunda mosfen {BAIT[0]} linmos", "vunda mosfen linmos"], ["en", "en"])
    with_bait, without = heads.probabilities(space.transform(batch), batch.languages)[:, SPAMMY]
    assert with_bait > without + 0.2
    kept = [place for place, name in enumerate(heads.names) if name not in adapter.moved]
    X = space.transform(prepare(drafts))
    as_before = expit(adapter._prior.log_odds(X, prepare(drafts).languages)[:, kept])
    now = heads.probabilities(X, prepare(drafts).languages)[:, kept]
    assert kept and now == pytest.approx(as_before, abs=1e-5)


@pytest.mark.parametrize(("without", "moved"), [(4, False), (5, True)])
def test_a_label_that_all_texts_have_is_not_moved_to_be_said_of_everything(
    small_model, without, moved
):
    texts = labelled(rows(60, spammy=(60 - without) / 60))
    other = np.arange(60) % 2  # a label that can be learned, so that there is a training at all
    both = replace(texts, own=("seasonal",), labels=np.column_stack([texts.labels, other]))
    adapter = adapter_of(small_model, both)
    assert ("spammy" in adapter.moved) == moved


def test_labels_that_the_model_might_have_drawn_itself_move_next_to_nothing(small_model, comments):
    """They teach it nothing, whatever chance makes some strength look a little better."""
    learned, batch = small_model.tasks[Task.COMMENTS], prepare(comments[::3])
    said = learned.probabilities(small_model.space.transform(batch), batch.languages)
    place = learned.names.index("private_reply")
    chosen: list[float] = []
    for seed in range(7):
        drawn = np.random.default_rng(seed).random(len(batch)) < said[:, place]
        assert drawn.sum() >= ENOUGH_TO_MOVE
        records = [
            {"text": text, "lang": language, "private_reply": str(yes)}
            for text, language, yes in zip(batch.originals, batch.languages, drawn, strict=True)
        ]
        adapter = adapter_of(small_model, from_records(Task.COMMENTS, records, "a.csv"))
        chosen.append(max(adapter.strengths.values(), default=0.0))
    assert sorted(chosen)[3] == 0.0
    assert max(chosen) <= 2.0


def test_a_label_of_ones_own_is_learned_from_nothing(small_model):
    texts = labelled(rows(80))
    own = replace(texts, own=("seasonal",), labels=np.full((80, len(NAMES) + 1), UNLABELLED))
    own.labels[:, -1] = texts.labels[:, SPAMMY]
    adapter = adapter_of(small_model, own)
    assert adapter.moved == ("seasonal",)
    assert adapter.names == heads_of(Task.DRAFTS, ("seasonal",))
    held_out = adapter.held_out()
    assert average_precision_score(own.labels[:, -1], held_out[:, -1]) > 0.75
    before = small_model.tasks[Task.DRAFTS]
    heads = adapter.heads({}, {})
    assert heads.own == ("seasonal",)
    assert heads.offset[:, :-1] == pytest.approx(before.offset)


def test_a_language_beyond_the_four_is_learned(small_model):
    """Its texts move what is said of all languages beyond the four, and of no other."""
    texts = replace(labelled(rows(80, spammy=0.7), "de"), languages=["de"] * 80)
    adapter = adapter_of(small_model, texts)
    held_out = adapter.held_out()[:, SPAMMY]
    assert average_precision_score(texts.labels[:, SPAMMY], held_out) > 0.85
    heads = adapter.heads({}, {})
    gained = heads.offset - small_model.tasks[Task.DRAFTS].offset
    beyond, english = language_index(["de", "en"])
    assert gained[beyond, SPAMMY] > 100 * abs(gained[english, SPAMMY])


def test_labels_by_lot_are_not_learned_however_often_they_are_answered(small_model):
    """Nobody can know them; who seems to has looked at them."""
    found = []
    for seed in range(4):
        lot = random.Random(seed)
        texts = labelled([(words(lot, 8), lot.choice(["yes", "no"])) for _ in range(120)])
        truth = texts.labels[:, SPAMMY] == 1
        found.append(
            average_precision_score(truth, adapter_of(small_model, texts).held_out()[:, 0])
            - truth.mean()
        )
    assert np.mean(found) == pytest.approx(0.0, abs=0.1)


def test_what_fewer_texts_teach_is_told_without_the_labels_of_the_others(small_model):
    texts, half = labelled(rows(60)), np.arange(60) < 30
    truth, adapter = texts.labels[:, SPAMMY], adapter_of(small_model, texts)
    shares = [np.zeros(60, bool), half, np.ones(60, bool)]
    nobody, some, everybody = (
        average_precision_score(truth, adapter.held_out(share)[:, SPAMMY]) for share in shares
    )
    assert nobody < some < everybody
    labels = texts.labels.copy()
    labels[~half, SPAMMY] = 1 - labels[~half, SPAMMY]
    other = adapter_of(small_model, replace(texts, labels=labels))
    # How far to move, and who is held out together, was told by all of them.
    other.__dict__["strengths"], other._folds = adapter.strengths, adapter._folds
    assert (other.held_out(half) == adapter.held_out(half)).all()


def test_a_label_needs_texts_on_both_sides(small_model):
    few = labelled([("a text", "yes")] * 4 + [("another", "no")] * 9)
    with pytest.raises(TrainingError, match="No label of the drafts has 5 texts"):
        heads_to_learn(few, small_model.tasks[Task.DRAFTS])
    enough = labelled([("a text", "yes")] * 5 + [("another", "no")] * 5)
    assert heads_to_learn(enough, None) == ("spammy",)
