"""The corpus: every text is labelled by the guide, is there once, and has an id of its own."""

from __future__ import annotations

import csv
import json
import re
import tomllib
from collections import Counter
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from smclassify.errors import InputError
from smclassify.features.ngrams import CharNgrams
from smclassify.labels import (
    DEPARTMENTS,
    FLAG_OF_REASON,
    FLAGS,
    KINDS,
    KINDS_WITH_DEPARTMENT,
    LANGUAGES,
)
from smclassify.text.prepare import prepare
from smclassify.training.public import public_folder, read_set

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / "data").glob("*.jsonl"))
TEXTS = {
    path.name: [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for path in FILES
}
WORLDS = tomllib.loads((ROOT / "training" / "recipe.toml").read_text("utf-8"))["worlds"]
ANNOTATIONS = {
    path.name: list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    for path in sorted((ROOT / "data" / "annotations").glob("*.csv"))
}
SECOND = {
    path.name: list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    for path in sorted((ROOT / "data" / "second_reading").glob("*.csv"))
}
TASKS = ("drafts", "comments")
NEARLY_THE_SAME = 0.85
LEFT_OUT = 0.8
LINK = re.compile(r"\S+\.\S+/\S*\s*")


def all_texts():
    return [text for texts in TEXTS.values() for text in texts]


@pytest.mark.parametrize("name", TEXTS)
def test_a_batch_is_labelled_by_the_guide(name):
    task, language, *_ = name.split(".")
    for text in TEXTS[name]:
        where = f"{name}, {text['id']}"
        assert text["lang"] == language in LANGUAGES, where
        assert text["text"].strip(), where
        assert text["platform"], where
        if task == "drafts":
            assert set(text) == {"id", "lang", "platform", "text", "labels", "reasons"}, where
            assert set(text["labels"]) <= set(FLAGS), where
            assert {FLAG_OF_REASON[reason] for reason in text["reasons"]} == set(text["labels"]), (
                where
            )
        else:
            assert text["kind"] in KINDS, where
            assert isinstance(text["private_reply"], bool), where
            assert isinstance(text["crisis"], bool), where
            assert not text["private_reply"] or text["kind"] == "complaint", where
            wants = text["kind"] in KINDS_WITH_DEPARTMENT
            assert (text["department"] in DEPARTMENTS) if wants else text["department"] is None, (
                where
            )


def test_ids_are_unique():
    counts = Counter(text["id"] for text in all_texts())
    assert [name for name, count in counts.items() if count > 1] == []


def rarest(X):
    """Keep the rarest n-grams of each text; the others are LEFT_OUT long together, or shorter.

    Texts are one long. Of two, let A be the one whose kept n-grams end at the rarer one: what
    they share beyond those lies in what is left out of A, so it adds at most LEFT_OUT to their
    likeness, and the kept n-grams alone make up the rest (Bayardo, Ma and Srikant 2007,
    "Scaling up all pairs similarity search").
    """
    rank = np.empty(X.shape[1], np.int32)
    rank[np.argsort(X.getnnz(axis=0), kind="stable")] = np.arange(X.shape[1])
    by_rank = csr_matrix((X.data.copy(), rank[X.indices], X.indptr), X.shape)
    by_rank.sort_indices()
    size = np.diff(X.indptr)
    row = np.repeat(np.arange(len(size)), size)
    squares = by_rank.data.astype(np.float64) ** 2
    before = np.concatenate([[0.0], np.cumsum(squares)])
    from_here_on = before[X.indptr[1:]][row] - before[:-1]
    kept = from_here_on > LEFT_OUT**2
    return csr_matrix((by_rank.data[kept], (row[kept], by_rank.indices[kept])), X.shape)


def nearly_the_same(members):
    """Yield pairs from two files: members are (file, language, id, text)."""
    members = sorted(members, key=lambda row: row[1])
    for language, group in groupby(members, key=lambda row: row[1]):
        rows = [row for row in group if len(LINK.sub("", row[3])) >= 20]
        batch = prepare([row[3] for row in rows], [language] * len(rows))
        files = np.array([row[0] for row in rows])
        X = CharNgrams(low=3, high=5, min_df=2).fit(batch).transform(batch)
        rare = rarest(X)  # all pairs of all n-grams take minutes
        near = (rare @ rare.T).tocoo()
        close = (near.data > NEARLY_THE_SAME - LEFT_OUT) & (near.row < near.col)
        close &= files[near.row] != files[near.col]
        first, second = near.row[close], near.col[close]
        alike = np.asarray(X[first].multiply(X[second]).sum(axis=1)).ravel()
        for a, b in zip(
            first[alike > NEARLY_THE_SAME], second[alike > NEARLY_THE_SAME], strict=True
        ):
            yield rows[a][2], rows[b][2]


def test_what_is_nearly_the_same_is_found_out():
    """In the corpus, where all is well, a twin of one of its texts is put beside them."""
    own = [text for text in all_texts() if text["lang"] == "fr" and len(text["text"]) > 80][:2000]
    rows = [("a", "fr", text["id"], text["text"]) for text in own]
    twins = [("b", "fr", f"twin of {row[2]}", f"{row[3]} !?") for row in rows[::100]]
    found = set(nearly_the_same([*rows, *twins]))
    assert found >= {(row[2], f"twin of {row[2]}") for row in rows[::100]}


def test_no_text_stands_in_two_files_nearly_the_same():
    """One writer's twins are neighbours on purpose; two writers' would leak across a split."""
    texts = [
        (name, text["lang"], text["id"], text["text"])
        for name, batch in TEXTS.items()
        for text in batch
    ]
    assert list(nearly_the_same(texts)) == []


def test_no_public_text_is_annotated_on_two_sides_nearly_the_same():
    """Sets of tweets repeat themselves; what was learned is not measured in other words."""
    try:
        folder = public_folder(ROOT / "../shared/data")
    except InputError:
        pytest.skip("the public data sets are not here (../shared/data)")
    texts = {}
    for name in {row["set"] for rows in ANNOTATIONS.values() for row in rows}:
        texts |= {(name, row["id"]): row["text"] for row in read_set(folder, name).rows()}
    rows = [
        (name, name.split(".")[1], row["id"], texts[row["set"], row["id"]])
        for name, rows in ANNOTATIONS.items()
        for row in rows
    ]
    assert list(nearly_the_same(rows)) == []


# --- how much there is of everything --------------------------------------------------------------


def worlds_of(task, language, names=tuple(TEXTS)):
    return [name for name in names if name.startswith(f"{task}.{language}.")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("task", TASKS)
def test_there_are_1500_texts_from_eight_worlds_for_each_task_and_language(task, language):
    worlds = worlds_of(task, language)
    assert len(worlds) >= 8
    assert sum(len(TEXTS[name]) for name in worlds) >= 1500


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_and_every_kind_stands_there_in_earnest(language):
    counts = Counter()
    for text in all_texts():
        if text["lang"] == language:
            counts.update(text.get("reasons", ()))
            counts.update([text.get("kind"), text.get("department")])
            counts["crisis"] += text.get("crisis", False)
    wanted = (*FLAG_OF_REASON, *KINDS, *DEPARTMENTS, "crisis")
    assert [name for name in wanted if counts[name] < 60] == []


# --- what is kept apart ---------------------------------------------------------------------------


@pytest.mark.parametrize("split", ["dev", "test"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("task", TASKS)
def test_two_worlds_of_each_task_and_language_are_kept_apart(task, language, split):
    assert len(worlds_of(task, language, WORLDS[split])) >= 2


def test_no_world_is_in_two_splits_and_all_of_them_are_there():
    assert not set(WORLDS["dev"]) & set(WORLDS["test"])
    assert {*WORLDS["dev"], *WORLDS["test"]} <= set(TEXTS)


@pytest.mark.parametrize("name", ANNOTATIONS)
def test_annotations_hold_ids_and_labels_by_the_guide_and_no_text(name):
    task, language, split, _ = name.split(".")
    assert language in LANGUAGES
    assert split in ("train", "dev", "test")
    for row in ANNOTATIONS[name]:
        assert re.fullmatch(r"[0-9a-f]{12}", row["id"]), (name, row)
        if task == "drafts":
            assert set(row) == {"set", "id", "labels", "reasons"}
            flags = {FLAG_OF_REASON[reason] for reason in row["reasons"].split("|") if reason}
            assert flags == {flag for flag in row["labels"].split("|") if flag}, (name, row)
        else:
            assert set(row) == {"set", "id", "kind", "private_reply", "department", "crisis"}
            assert row["kind"] in KINDS, (name, row)
            assert {row["private_reply"], row["crisis"]} <= {"true", "false"}, (name, row)
            assert row["private_reply"] == "false" or row["kind"] == "complaint", (name, row)
            wants = row["kind"] in KINDS_WITH_DEPARTMENT
            assert (row["department"] in DEPARTMENTS) if wants else not row["department"], (
                name, row,
            )  # fmt: skip


def test_no_public_text_is_annotated_twice():
    rows = [(row["set"], row["id"]) for rows in ANNOTATIONS.values() for row in rows]
    assert [row for row, times in Counter(rows).items() if times > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_600_public_comments_are_annotated_to_learn_from_and_400_to_measure_on(language):
    sizes = {split: len(ANNOTATIONS[f"comments.{language}.{split}.csv"]) for split in
             ("train", "dev", "test")}  # fmt: skip
    assert sizes["train"] >= 600
    assert sizes["dev"] + sizes["test"] >= 400


def test_400_posts_of_companies_are_annotated_to_measure_on():
    assert len(ANNOTATIONS["drafts.en.dev.csv"]) + len(ANNOTATIONS["drafts.en.test.csv"]) >= 400


# --- the second reader ----------------------------------------------------------------------------


def test_50_texts_of_every_batch_were_read_twice():
    assert {name.replace(".csv", ".jsonl") for name in SECOND} == set(TEXTS)
    for name, rows in SECOND.items():
        ids = [row["id"] for row in rows]
        assert len(ids) == len(set(ids)) >= 50, name
        assert set(ids) <= {text["id"] for text in TEXTS[name.replace(".csv", ".jsonl")]}, name
