"""The corpus: every text is labelled by the guide, is there once, and has an id of its own."""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest

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

FILES = sorted((Path(__file__).parent.parent / "data").glob("*.jsonl"))
TEXTS = {
    path.name: [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for path in FILES
}
NEARLY_THE_SAME = 0.85
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


def test_no_text_stands_in_two_files_nearly_the_same():
    """One writer's twins are neighbours on purpose; two writers' would leak across a split."""
    rows = [(name, text) for name, texts in TEXTS.items() for text in texts]
    rows.sort(key=lambda row: row[1]["lang"])
    found = []
    for _, group in groupby(rows, key=lambda row: row[1]["lang"]):
        members = [row for row in group if len(LINK.sub("", row[1]["text"])) >= 20]
        batch = prepare([text["text"] for _, text in members], [t["lang"] for _, t in members])
        files = np.array([name for name, _ in members])
        X = CharNgrams(low=3, high=5, min_df=2).fit(batch).transform(batch)
        near = (X @ X.T).tocoo()
        close = (near.data > NEARLY_THE_SAME) & (near.row < near.col)
        close &= files[near.row] != files[near.col]
        found += [
            (members[a][1]["id"], members[b][1]["id"])
            for a, b in zip(near.row[close], near.col[close], strict=True)
        ]
    assert found == []
