"""Annotations of public texts: id and label here, the text in a folder of its own."""

from __future__ import annotations

import csv
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from smclassify.errors import TrainingError
from smclassify.labels import HEADS, Task
from smclassify.training.annotations import (
    annotated_ids,
    read_annotated,
    read_annotated_to_learn,
)
from smclassify.training.public import CATALOGUE, read_weak

TEXTS = {"a1": "late, and nobody\nanswers", "b2": "love it", "c3": "first"}
COMMENTS = """set,id,kind,private_reply,department,crisis
p.en.csv,b2,praise,false,,false
p.en.csv,a1,complaint,true,customer_service,false
"""
DRAFTS = """set,id,labels,reasons
p.en.csv,c3,,
p.en.csv,b2,self_centered|spammy,brag|link_dump
"""


@pytest.fixture
def folder(tmp_path) -> Path:
    public = tmp_path / "public"
    public.mkdir()
    with (public / "p.en.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text", "label", "extra"])
        writer.writerows([name, text, "negative", ""] for name, text in TEXTS.items())
    catalogue(public, "train")
    return public


def catalogue(public: Path, use: str) -> None:
    digest = sha256((public / "p.en.csv").read_bytes()).hexdigest()
    (public / CATALOGUE).write_text(
        f'["p.en.csv"]\nsource = "S"\nlicence = "MIT"\nuse = "{use}"\nsha256 = "{digest}"\n'
    )


@pytest.fixture
def comments(tmp_path) -> Path:
    path = tmp_path / "comments.en.train.csv"
    path.write_text(COMMENTS)
    return path


def labelled(labels: np.ndarray, task: Task) -> list[set[str]]:
    return [
        {name for name, one in zip(HEADS[task], row, strict=True) if one == 1} for row in labels
    ]


def test_texts_come_from_their_set_and_labels_from_the_file(folder, comments):
    found = read_annotated([comments], folder)[Task.COMMENTS]
    assert found.texts == [TEXTS["b2"], TEXTS["a1"]]
    assert found.ids == ["p.en.csv:b2", "p.en.csv:a1"]
    assert found.languages == ["en", "en"]
    assert labelled(found.labels, Task.COMMENTS) == [
        {"praise"},
        {"complaint", "private_reply", "customer_service"},
    ]


def test_drafts_and_comments_are_kept_apart(folder, comments, tmp_path):
    (tmp_path / "drafts.en.dev.csv").write_text(DRAFTS)
    found = read_annotated([comments, tmp_path / "drafts.en.dev.csv"], folder)
    assert labelled(found[Task.DRAFTS].labels, Task.DRAFTS) == [
        set(),
        {"self_centered", "spammy", "brag", "link_dump"},
    ]
    assert len(found[Task.COMMENTS]) == 2


def test_what_was_read_may_be_learned_from_with_a_weight(folder, comments):
    [learned] = read_annotated_to_learn([comments], folder, 0.3)[Task.COMMENTS]
    assert (learned.name, learned.language, learned.weight) == ("p.en.csv", "en", 0.3)
    assert (learned.licence, learned.source, learned.read) == ("MIT", "S", True)
    assert learned.texts == [TEXTS["b2"], TEXTS["a1"]]


@pytest.mark.parametrize("use", ["eval", "none"])
def test_nothing_is_learned_from_a_set_for_measuring(folder, comments, use):
    catalogue(folder, use)
    with pytest.raises(TrainingError, match=rf"Nothing trains on p\.en\.csv: its use is '{use}'"):
        read_annotated_to_learn([comments], folder, 0.3)
    assert len(read_annotated([comments], folder)[Task.COMMENTS]) == 2


def test_an_id_that_the_set_does_not_have_is_named(folder, comments):
    comments.write_text(COMMENTS + "p.en.csv,zz,praise,false,,false\n")
    with pytest.raises(TrainingError, match=r"comments\.en\.train\.csv: .* no text 'zz' \(1 of 3"):
        read_annotated([comments], folder)


def test_a_label_that_is_not_in_the_guide_is_named(folder, comments):
    comments.write_text(COMMENTS.replace("praise", "joy"))
    with pytest.raises(TrainingError, match="no label 'joy'"):
        read_annotated([comments], folder)


def test_a_set_that_was_changed_is_refused(folder, comments):
    with (folder / "p.en.csv").open("a") as file:
        file.write("d4,more,negative,\n")
    with pytest.raises(TrainingError, match="SHA-256 differs"):
        read_annotated([comments], folder)


def test_texts_that_were_read_are_left_out_of_those_that_were_not(folder, comments):
    entry = {
        "file": "p.en.csv", "language": "en", "task": "comments", "per_label": 9, "weight": 0.1,
        "labels": {"negative": {"complaint": 1}},
    }  # fmt: skip
    assert read_weak(folder, entry).texts == list(TEXTS.values())
    assert read_weak(folder, entry, annotated_ids([comments])).texts == [TEXTS["c3"]]
