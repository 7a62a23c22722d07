"""What is set beside the shipped model: peers, agreement of readers, the learning curve."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from smclassify.labelled import from_records
from smclassify.labels import FLAGS, KIND, KINDS, Task
from smclassify.model.card import _peers
from smclassify.training.fit import Corpus
from training import agreement
from training.learning_curve import part

compare = pytest.importorskip("benchmarks.compare")
peers = pytest.importorskip("benchmarks.peers")

TEXTS = [f"win money now {k}" for k in range(12)] + [f"we open at {k}" for k in range(12)]
FLAGGED = np.array([[True, False, False]] * 12 + [[False, False, False]] * 12)


def test_the_threshold_is_the_one_of_the_greatest_f1():
    scores = np.array([0.9, 0.8, 0.4, 0.3, 0.1])
    labels = np.array([True, True, False, True, False])
    assert compare.best_threshold(labels, scores) == 0.3
    assert compare.best_threshold(np.array([False] * 5), scores) == 0.5


def test_figures_are_f1_of_each_name_or_the_mean_where_one_holds():
    labels = np.array([[1, 0], [1, 1], [0, 0]], bool)
    decided = np.array([[1, 0], [0, 1], [0, 0]], bool)
    several = peers.Question(("a", "b"), one_of=False)
    assert compare.figures(several, labels, decided, "flags") == {"a": 0.6667, "b": 1.0}
    one = peers.Question(("a", "b"), one_of=True)
    kinds = np.array([[1, 0], [0, 1], [0, 1]], bool)
    assert compare.figures(one, kinds, kinds, "kind") == {"kind": 1.0}


def peer_by_name(name):
    [peer] = [one for one in peers.PEERS if one.name == name]
    if name == "fastText":
        pytest.importorskip("fasttext", reason="the extra 'compare' is not installed")
    return peer


@pytest.mark.parametrize("name", [one.name for one in peers.PEERS if one.name != "VADER"])
@pytest.mark.parametrize("one_of", [False, True])
def test_a_peer_learns_what_it_is_shown(name, one_of):
    question = peers.Question(FLAGS, one_of)
    labels = FLAGGED if not one_of else np.eye(3, dtype=bool)[np.where(FLAGGED[:, 0], 0, 1)]
    if not one_of:
        labels = labels | np.array([[False, k % 2 == 0, k % 3 == 0] for k in range(24)])
    scorer = peer_by_name(name).learn(TEXTS, labels, question, "en")
    scores = scorer(["win money now", "we open at nine"])
    assert scores.shape == (2, 3)
    assert scores[0, 0] > 0.5 > scores[1, 0]


def test_a_part_of_a_corpus_has_its_share_of_every_world():
    records = [
        {"text": f"text {k} of {g}", "labels": "spammy" if k % 2 else "", "lang": "en"}
        for g in "abc"
        for k in range(40)
    ]
    texts = from_records(Task.DRAFTS, records, "all")
    texts.groups[:] = [g for g in "abc" for _ in range(40)]
    corpus = Corpus.prepared(texts)
    some = part(corpus, 0.25)
    assert {g: some.texts.groups.count(g) for g in "abc"} == dict.fromkeys("abc", 10)
    assert set(some.texts.texts) <= set(part(corpus, 0.5).texts.texts)
    assert len(part(corpus, 1.0).texts) == len(corpus.texts)


def test_kappa_is_that_of_the_two_readings(tmp_path):
    path = tmp_path / "comments.en.x.csv"
    columns = ("kind", "private_reply", "department", "crisis")
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", *(f"first_{one}" for one in columns), *columns])
        for k in range(10):
            first = ["complaint", "true", "billing", "false"]
            second = first if k else ["chatter", "false", "", "false"]
            writer.writerow([k, *(first if k % 2 else ["praise", "false", "", "false"]), *second])
    found = agreement.pairs(path)
    assert len(found[KIND]) == 10
    assert len(found["department"]) == 5  # both gave one
    assert agreement.kappa(found["crisis"]) == 1.0  # of one mind, though nothing to find
    assert agreement.kappa(found[KIND]) == pytest.approx(0.09, abs=0.05)


def test_the_card_sets_the_peers_beside_the_model():
    tables = {"comments": {"en": {KIND: {"f1": 0.8}}, "fr": {KIND: {"f1": 0.7}}}}
    theirs = {"TF-IDF": {"comments": {"en": {KIND: 0.61}}}, "VADER": {"comments": {}}}
    rows = list(_peers(tables, theirs))
    assert "| kind | English | 0.80 | 0.61 | – |" in rows
    assert not any("French" in row for row in rows)  # no peer has answered there


def test_there_is_a_question_for_every_decision():
    asked = {
        name for parts in compare.QUESTIONS.values() for q in parts.values() for name in q.names
    }
    assert {*FLAGS, *KINDS, "private_reply", "crisis"} <= asked
