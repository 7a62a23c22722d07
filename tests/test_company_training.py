"""A company's training: what is learned from, what is measured on, and what is told of it."""

from __future__ import annotations

import json
import random
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from sheets import column, draft, kept, rows, trained, words, written

from smclassify.errors import TrainingError
from smclassify.evaluation.metrics import ALL
from smclassify.evaluation.paired import Verdict
from smclassify.labelled import ReadOptions
from smclassify.labels import HEADS, REASONS, Task
from smclassify.model.folder import load_model
from smclassify.model.panel import Panel
from smclassify.training.company import (
    Against,
    Training,
    gather,
    hold_against,
    identity,
)
from smclassify.training.learned import APART, TEST, TRAIN
from smclassify.training.options import TrainOptions
from smclassify.training.record import data_digest, tables
from smclassify.training.telling import remarks, summary_of
from smclassify.triage.seen import Seen

SPAMMY = column(Task.DRAFTS, "spammy")


@pytest.fixture(scope="module")
def start(small_folder):
    """What learning begins with, as the command has it: a model from a folder."""
    return load_model(small_folder)


@pytest.fixture(scope="module")
def company(start, tmp_path_factory):
    """A training on 80 drafts, its material and its sheet."""
    path = written(tmp_path_factory.mktemp("company") / "company.csv", rows(80))
    return (*trained(start, path, curve=True), path)


def learned_of(training: Training):
    return training.learned[Task.DRAFTS]


# --- what is learned from, and what is measured on ------------------------------------------------


def test_texts_that_a_column_calls_test_are_measured_on_and_not_learned_from(start, tmp_path):
    sheet = [(*row, "test" if place % 3 == 0 else "train") for place, row in enumerate(rows(60))]
    path = written(tmp_path / "a.csv", sheet, "text", "spammy", "split")
    training, _ = trained(start, path)
    learned = learned_of(training)
    assert learned.part.tolist() == [split for *_, split in sheet]
    assert len(training.identities()) == 40
    assert tables(training, TRAIN)[Task.DRAFTS][ALL]["spammy"].texts == 40
    assert tables(training, TEST)[Task.DRAFTS][ALL]["spammy"].texts == 20


def test_a_file_of_its_own_can_be_measured_on(start, tmp_path):
    path, other = written(tmp_path / "a.csv", rows(40)), written(tmp_path / "b.csv", rows(20, 7))
    training, material = trained(start, path, test=[str(other)])
    assert learned_of(training).part.tolist() == [TRAIN] * 40 + [TEST] * 20
    assert [one.name for one in material.files.understood] == ["a.csv", "b.csv"]


@pytest.mark.parametrize("from_scratch", [False, True])
def test_what_is_measured_on_changes_nothing_of_the_model(start, tmp_path, from_scratch):
    path = written(tmp_path / "a.csv", rows(40))
    digests = set()
    for seed in (7, 8):
        other, folder = written(tmp_path / f"{seed}.csv", rows(30, seed)), tmp_path / f"m{seed}"
        options = {"test": [str(other)], "from_scratch": from_scratch}
        manifest = kept(folder, start, path, **options).manifest
        digests.add((manifest["weights_sha256"], manifest["data_sha256"]))
    assert len(digests) == 1


def test_a_test_text_that_would_flatter_the_model_is_left_apart(start, tmp_path):
    """One of the same author, in the same thread, or of nearly the same wording is learned from."""
    chance = random.Random(3)
    sheet = [(text, yes, f"author {n}", f"thread {n}") for n, (text, yes) in enumerate(rows(40))]
    tests = [
        (draft(chance, True), "true", "author 3", "t"),
        (draft(chance, True), "true", "x", "thread 4"),
        (f"{sheet[5][0]} !", sheet[5][1], "y", "u"),
        (draft(chance, False), "false", "z", "v"),
    ]
    header = ("text", "spammy", "author", "thread")
    path = written(tmp_path / "a.csv", sheet, *header)
    other = written(tmp_path / "b.csv", tests, *header)
    training, _ = trained(start, path, test=[str(other)])
    assert learned_of(training).part.tolist()[40:] == [APART, APART, APART, TEST]
    assert np.isnan(learned_of(training).evaluated.answered.probabilities[40:43]).all()
    training = hold_against(training, Panel(start))
    assert training.against[Task.DRAFTS].rows.tolist() == [*range(40), 43]
    assert "3 test texts are not measured on" in "\n".join(remarks(training, "it", known=True))


def test_a_single_text_left_out_of_the_test_is_spoken_of_as_one(start, tmp_path):
    sheet, chance = rows(40), random.Random(5)
    path = written(tmp_path / "a.csv", sheet, "text", "spammy")
    tests = [(f"{sheet[5][0]} !", sheet[5][1]), (draft(chance, True), "true")]
    other = written(tmp_path / "b.csv", tests, "text", "spammy")
    training, _ = trained(start, path, test=[str(other)])
    assert "1 test text is not measured on" in "\n".join(remarks(training, "it", known=True))


def test_a_share_is_held_back_where_the_user_says_so(start, tmp_path):
    sheet = [(text, yes, f"author {n // 3}") for n, (text, yes) in enumerate(rows(90))]
    path = written(tmp_path / "a.csv", sheet, "text", "spammy", "author")
    training, _ = trained(start, path, hold_back=0.3)
    learned = learned_of(training)
    back = learned.part == TEST
    assert 18 <= back.sum() <= 36
    authors = np.array(learned.texts.authors)
    assert not set(authors[back]) & set(authors[~back])


def test_of_few_texts_none_is_held_back(company):
    assert set(learned_of(company[0]).part) == {TRAIN}
    assert TEST not in tables(company[0], TEST)


def test_test_files_of_another_task_are_refused(start, tmp_path):
    path = written(tmp_path / "a.csv", rows(20))
    other = written(tmp_path / "b.csv", [("Where is it?", "complaint")], "text", "kind")
    with pytest.raises(TrainingError, match="hold comments, but nothing to learn from does"):
        gather([path], TrainOptions(test=[str(other)]))


def test_if_everything_is_to_be_measured_on_nothing_can_be_learned(start, tmp_path):
    path = written(tmp_path / "a.csv", [(*r, "test") for r in rows(20)], "text", "spammy", "split")
    for scratch in (False, True):
        with pytest.raises(TrainingError, match="No label of the drafts has 5 texts"):
            trained(start, path, from_scratch=scratch)


def test_texts_that_all_belong_together_cannot_be_held_out(start, tmp_path):
    sheet = [("Buy now and win", "true")] * 9 + [("buy NOW and  win", "false")] * 9
    with pytest.raises(TrainingError, match="All texts belong together"):
        trained(start, written(tmp_path / "a.csv", sheet))


# --- reviewed labels ------------------------------------------------------------------------------


def test_reviewed_labels_are_put_in_before_anything_is_learned(start, tmp_path):
    sheet = rows(40)
    path = written(tmp_path / "a.csv", sheet)
    (first, was), (second, _) = sheet[0], sheet[1]
    file = gather([path], TrainOptions()).looked[Task.DRAFTS].texts.groups[0]
    now = {"true": "false", "false": "true"}[was]
    reviewed = [
        (file, 1, first, now, "", f"spammy={was}"),
        (file, 2, second, "", "drop", f"spammy={sheet[1][1]}"),
        (file, 3, "No such text.", "true", "", "spammy=false"),
    ]
    header = ("file", "row", "text", "spammy", "verdict", "before")
    fixes = written(tmp_path / "reviewed.csv", reviewed, *header)
    material = gather([path], TrainOptions(fixes=str(fixes)))
    assert material.applied is not None
    assert material.applied.changed == {"spammy": 1}
    assert (material.applied.dropped, len(material.applied.ignored)) == (1, 1)
    texts = material.looked[Task.DRAFTS].texts
    assert len(texts) == 39 and second not in texts.texts
    assert texts.labels[texts.texts.index(first), SPAMMY] == (now == "true")


# --- held against the model in use ----------------------------------------------------------------


def test_a_model_that_has_learned_the_companys_words_is_better(company, start):
    compared = hold_against(company[0], Panel(start))
    assert compared.verdict is Verdict.BETTER
    assert compared.against[Task.DRAFTS].learned_before == 0


def test_texts_that_the_model_in_use_has_learned_from_do_not_count(company, start):
    training = company[0]
    texts = learned_of(training).texts.texts
    known = Seen([identity(f"  {text.upper()} ") for text in texts[:25]])
    compared = hold_against(training, Panel(start), known)
    against = compared.against[Task.DRAFTS]
    assert against.rows.tolist() == list(range(25, 80))
    assert against.learned_before == 25
    told = "\n".join(remarks(compared, "acme@1", known=True))
    assert "acme@1 has learned from 25 of these texts" in told
    assert "nobody knows" in "\n".join(remarks(compared, "acme@1", known=False))


def test_where_it_has_learned_from_all_of_them_nobody_can_tell(company, start):
    compared = hold_against(company[0], Panel(start), Seen(company[0].identities()))
    assert compared.against[Task.DRAFTS].comparison is None
    assert compared.verdict is Verdict.UNSURE


@pytest.mark.parametrize(
    ("drafts", "comments", "both"),
    [
        (Verdict.BETTER, Verdict.UNSURE, Verdict.BETTER),
        (Verdict.BETTER, Verdict.WORSE, Verdict.WORSE),
        (Verdict.UNSURE, None, Verdict.UNSURE),
        (Verdict.BETTER, None, Verdict.BETTER),
    ],
)
def test_a_model_is_better_if_it_is_at_one_task_and_worse_at_none(company, drafts, comments, both):
    def against(verdict: Verdict | None) -> Against:
        overall = SimpleNamespace(overall=SimpleNamespace(verdict=verdict))
        evaluated = learned_of(company[0]).evaluated
        return Against(evaluated, np.arange(1), 0, overall if verdict else None, {}, {})

    training = Training(
        company[0].model,
        company[0].learned,
        {Task.DRAFTS: against(drafts), Task.COMMENTS: against(comments)},
    )
    assert training.verdict is both


# --- what is told ---------------------------------------------------------------------------------


def test_what_few_texts_have_taught_is_told_by_a_curve(company):
    learned = learned_of(company[0])
    assert [point.texts for point in learned.curve] == [0, 10, 20, 40, 80]
    f1 = [point.labels["spammy"][0] for point in learned.curve]
    assert f1[-1] > f1[0]
    figures = learned.evaluated.table()[ALL]["spammy"]
    assert f1[-1] == pytest.approx(figures.f1, abs=0.2)


def test_a_curve_of_few_groups_has_no_point_twice(start, tmp_path):
    sheet = [(text, yes, f"author {n % 3}") for n, (text, yes) in enumerate(rows(45))]
    path = written(tmp_path / "a.csv", sheet, "text", "spammy", "author")
    points = learned_of(trained(start, path, curve=True)[0]).curve
    assert [point.texts for point in points] == [0, 15, 30, 45]


def test_what_the_labels_do_not_move_is_told(company):
    told = "\n".join(remarks(company[0], "shipped", known=True))
    assert "self_centered, off_policy" in told and "answer as before" in told
    assert "spammy" in learned_of(company[0]).moved
    assert not set(learned_of(company[0]).moved) - {"spammy", *REASONS["spammy"]}


def test_the_summary_tells_of_the_texts_that_are_measured_on(company, start):
    compared = hold_against(company[0], Panel(start))
    said = remarks(compared, "shipped", known=True)
    summary = summary_of(
        compared, company[1], name="acme", version=2, current="shipped", remarks=tuple(said)
    )
    assert (summary.name, summary.version, summary.parent) == ("acme", 2, "shipped")
    assert [task.task for task in summary.tasks] == [Task.DRAFTS]
    assert list(summary.remarks) == said


# --- what is kept ---------------------------------------------------------------------------------


def test_the_digest_of_the_data_is_that_of_texts_and_labels(start, tmp_path):
    def digest(sheet, name: str = "a.csv", *header: str) -> str:
        path = written(tmp_path / name, sheet, *header)
        return data_digest(trained(start, path)[0])

    sheet = rows(24)
    changed = [(sheet[0][0], {"true": "false", "false": "true"}[sheet[0][1]]), *sheet[1:]]
    once = digest(sheet)
    assert digest(sheet, "b.csv") == once
    assert digest([(yes, text) for text, yes in sheet], "a.csv", "spammy", "text") == once
    assert len({once, digest(changed), digest(sheet[1:]), digest(sheet[::-1])}) == 4


def test_no_word_of_a_text_is_in_the_model_folder(start, tmp_path):
    folder = tmp_path / "acme"
    sheet = rows(40)
    kept(folder, start, written(tmp_path / "a.csv", sheet))
    told = {word for text, _ in sheet for word in text.split() if len(word) > 5}
    files = sorted(folder.iterdir())
    assert len(files) == 3
    for file in files:
        raw = file.read_bytes().lower()
        assert not [word for word in told if word.encode() in raw], file


def test_the_manifest_says_what_the_model_came_from(start, tmp_path):
    path = written(tmp_path / "a.csv", rows(40))
    manifest = kept(
        tmp_path / "acme", start, path, seed=3, targets=["recall=0.9"], hold_back=0.0
    ).manifest
    assert manifest["name"] == "acme"
    assert manifest["parent"]["weights_sha256"] == start.manifest["weights_sha256"]
    assert manifest["seed"] == 3
    assert [(one["name"], one["texts"]) for one in manifest["data"]] == [("a.csv", 40)]
    assert manifest["settings"]["targets"] == ["recall=0.9"]
    assert manifest["settings"]["hold_back"] == 0.0
    assert "held_out" in manifest["figures"] and "test" not in manifest["figures"]
    assert str(tmp_path) not in json.dumps(manifest)


def test_a_name_that_would_drive_a_terminal_is_kept_without_that(start, tmp_path):
    path = written(tmp_path / "a\u202e\x1b[31mb.csv", rows(30))
    (entry,) = kept(tmp_path / "acme", start, path).manifest["data"]
    assert entry["name"] == "a??[31mb.csv"


# --- other beginnings and labels ------------------------------------------------------------------


def test_from_scratch_nothing_is_known_but_what_the_texts_say(start, tmp_path):
    path = written(tmp_path / "a.csv", rows(60))
    model = kept(tmp_path / "acme", start, path, from_scratch=True)
    assert model.tasks[Task.DRAFTS].names == ("spammy",)
    assert (model.manifest["parent"], model.manifest["licence"]) == (None, "its owner's")
    training, _ = trained(start, path, from_scratch=True, curve=True)
    assert learned_of(training).evaluated.table()[ALL]["spammy"].average_precision > 0.8
    assert learned_of(training).curve[0].texts > 0  # with none it would have nothing to say


def test_a_label_of_the_companys_own_is_learned_measured_and_kept(start, tmp_path):
    path = written(tmp_path / "a.csv", rows(60), "text", "seasonal")
    reading = ReadOptions(new_labels=("seasonal",), task=Task.DRAFTS)
    model = kept(tmp_path / "acme", start, path, read=reading)
    assert load_model(tmp_path / "acme").own(Task.DRAFTS) == ("seasonal",)
    assert model.tasks[Task.DRAFTS].names == (*HEADS[Task.DRAFTS], "seasonal")
    table = model.manifest["figures"]["held_out"]["tables"]["drafts"]["all"]
    assert table["seasonal"]["average_precision"] > 0.75


def test_a_language_beyond_the_four_is_learned_and_told_apart(start, tmp_path):
    sheet = [(*row, "de") for row in rows(60)]
    path = written(tmp_path / "a.csv", sheet, "text", "spammy", "lang")
    training, _ = trained(start, path)
    assert learned_of(training).looked.languages == ["de"] * 60
    assert learned_of(training).evaluated.table()["de"]["spammy"].average_precision > 0.75


@pytest.mark.parametrize(
    ("target", "said"),
    [("canned:recall=0.9", "has no threshold"), ("accuracy=1", "no target")],
)
def test_a_target_for_nothing_is_refused(start, tmp_path, target, said):
    path = written(tmp_path / "a.csv", rows(20))
    with pytest.raises(TrainingError, match=said):
        trained(start, path, targets=[target])


def test_a_target_sets_the_threshold(start, tmp_path):
    path = written(tmp_path / "a.csv", rows(80))
    training, _ = trained(start, path, targets=["spammy:recall=0.9"])
    learned = learned_of(training)
    at = learned.heads.thresholds["spammy"]["*"]
    scores = learned.evaluated.answered.probabilities[:, SPAMMY]
    assert (scores[learned.texts.labels[:, SPAMMY] == 1] >= at).mean() >= 0.9
    assert learned.operating["spammy"].target == "recall=0.9"
    assert learned.operating["spammy"].threshold == pytest.approx(at, abs=1e-4)


def test_drafts_and_comments_are_learned_at_once_each_for_the_targets_of_its_labels(
    start, tmp_path
):
    chance = random.Random(2)
    drafts = written(tmp_path / "a.csv", rows(40))
    comments = written(
        tmp_path / "b.csv",
        [
            (f"{words(chance, 6)} {'mesrab' if yes else 'telfin'}", yes)
            for yes in ("yes", "no") * 20
        ],
        "text",
        "private_reply",
    )
    asked = ["spammy:recall=0.8", "private_reply:precision=0.7"]
    training, _ = trained(start, drafts, comments, targets=asked)
    promised = {
        label: one.target
        for learned in training.learned.values()
        for label, one in learned.operating.items()
    }
    assert promised == {"spammy": "recall=0.8", "private_reply": "precision=0.7"}
    with pytest.raises(TrainingError, match="'canned' has no threshold"):
        trained(start, drafts, comments, targets=["canned:f1"])


def test_both_tasks_are_learned_together(start, tmp_path):
    chance = random.Random(1)
    comments = [
        (f"{words(chance, 6)} {word}", kind)
        for word, kind in [("mesrab", "complaint"), ("telfin", "praise")] * 20
    ]
    drafts = written(tmp_path / "a.csv", rows(40))
    other = written(tmp_path / "b.csv", comments, "text", "kind")
    model = kept(tmp_path / "acme", start, drafts, other)
    assert set(model.tasks) == {Task.DRAFTS, Task.COMMENTS}
    assert Path(tmp_path / "acme" / "README.md").read_text("utf-8").count("complaint") > 1
