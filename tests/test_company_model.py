"""A company's own model: what it has not learned is answered by the shipped one."""

from __future__ import annotations

import random
import shutil

import numpy as np
import pytest
from records import check_comment, check_draft
from sheets import trained, words, written

from smclassify.classifier import Classifier, find_model, load
from smclassify.errors import ModelError
from smclassify.labels import (
    DEPARTMENTS,
    HEADS,
    KINDS,
    Task,
)
from smclassify.model.folder import load_model, save_model
from smclassify.model.model import Model, TaskModel
from smclassify.model.panel import Panel
from smclassify.text.prepare import prepare


def only(model: Model, task: Task, names: tuple[str, ...]) -> Model:
    """A model that has learned some heads of one task and nothing else, and says no to all."""
    heads = model.tasks[task]
    at = [heads.names.index(name) for name in names]
    offset = np.full_like(heads.offset[:, at], -9.0)
    some = TaskModel(
        names,
        heads.coef[:, at],
        heads.intercept[at],
        np.zeros_like(heads.slope[at]),
        offset,
        {name: {"*": 0.9} for name in names if name in ("spammy", "private_reply")},
        {},
    )
    return Model(model.space, {task: some}, {})


def test_what_a_model_has_not_learned_is_answered_by_the_fallback(small_model, drafts, comments):
    own = only(small_model, Task.DRAFTS, ("spammy", "canned"))
    panel, batch = Panel(own, small_model), prepare(drafts)
    answers = panel.probabilities(Task.DRAFTS, batch)
    fallback = small_model.probabilities(Task.DRAFTS, batch)
    mine = np.isin(HEADS[Task.DRAFTS], ["spammy", "canned"])
    assert answers[:, mine] == pytest.approx(1 / (1 + np.exp(9)), rel=1e-3)
    assert (answers[:, ~mine] == fallback[:, ~mine]).all()
    both = Classifier(own, fallback=small_model)
    assert both.triage(comments) == Classifier(small_model).triage(comments)
    for result in both.score(drafts):
        check_draft(result)
        assert "spammy" not in result.flags or result.reasons


def test_thresholds_come_from_whom_the_answer_comes_from(small_model):
    panel = Panel(only(small_model, Task.DRAFTS, ("spammy",)), small_model)
    tuned, learned = panel.thresholds(Task.DRAFTS), small_model.tasks[Task.DRAFTS].thresholds
    assert tuned["spammy"] == {"*": 0.9}
    assert tuned["off_policy"] == learned["off_policy"]
    assert panel.thresholds(Task.COMMENTS) == small_model.tasks[Task.COMMENTS].thresholds
    last = panel.thresholds(Task.DRAFTS, {"spammy": 0.2}, {"spammy": 0.3})
    assert last["spammy"] == {"*": 0.3}


def test_priors_come_from_whom_the_answer_comes_from(small_model):
    learned = small_model.tasks[Task.COMMENTS].priors
    panel = Panel(only(small_model, Task.COMMENTS, ("private_reply",)), small_model)
    assert panel.priors(Task.COMMENTS) == learned
    assert set(learned) == {*KINDS, *DEPARTMENTS}


def test_a_kind_that_a_company_never_met_is_no_likelier_for_it(small_folder, tmp_path):
    """It stays as rare as the model knows it; learned from nothing, nothing is known of it."""
    chance = random.Random(0)
    rows = [(f"Where is my {words(chance, 6)}", "no", "complaint") for _ in range(60)]
    rows += [(f"Lovely {words(chance, 6)}", "no", "praise") for _ in range(60)]
    path, start = tmp_path / "c.csv", load_model(small_folder)
    written(path, rows, "text", "private_reply", "kind")
    before = start.tasks[Task.COMMENTS].priors
    adapted = trained(start, path)[0].model.tasks[Task.COMMENTS].priors
    assert adapted.keys() == before.keys()
    powers = [np.log(adapted[kind]) / np.log(before[kind]) for kind in KINDS]
    assert powers == pytest.approx([powers[0]] * len(KINDS), abs=0.05)
    nothing = trained(start, path, from_scratch=True)[0].model.tasks[Task.COMMENTS]
    assert set(nothing.names) == {"complaint", "praise"}
    assert not set(nothing.priors) - {"complaint", "praise"}


def test_loading_a_model_that_lacks_labels_brings_the_shipped_one(
    small_model, small_folder, tmp_path, monkeypatch
):
    monkeypatch.setattr("smclassify.classifier.shipped_model", lambda: small_folder)
    own = only(small_model, Task.DRAFTS, ("spammy",))
    save_model(own, tmp_path / "acme", {"name": "acme"})
    loaded = load(tmp_path / "acme")
    assert loaded.panel.fallback is not None
    assert not Panel.is_complete(loaded.panel.model)
    check_comment(loaded.triage("Where is my order?"))
    assert load(small_folder).panel.fallback is None


def test_models_are_found_by_name_by_path_and_by_default(small_folder, tmp_path, monkeypatch):
    monkeypatch.setattr("smclassify.classifier.user_models", lambda: tmp_path)
    monkeypatch.setattr("smclassify.classifier.shipped_model", lambda: small_folder)
    shutil.copytree(small_folder, tmp_path / "acme")
    assert find_model("acme") == tmp_path / "acme"
    assert find_model("default") == small_folder
    assert find_model(small_folder) == find_model(str(small_folder)) == small_folder
    with pytest.raises(ModelError, match="no model 'acne'"):
        find_model("acne")
