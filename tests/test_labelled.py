"""Labelled files: every layout the guide allows, and a word about every one it doesn't."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smclassify.errors import InputError, SmclassifyError, TrainingError
from smclassify.labelled import (
    MAX_FOLDS,
    LabelledTexts,
    assign_folds,
    from_records,
    read_labelled,
    split_names,
)
from smclassify.labels import FLAG_OF_REASON, FLAGS, HEADS, KINDS, Task
from smclassify.model.indexing import UNLABELLED


def written(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def jsonl(folder: Path, name: str, *records: dict) -> Path:
    return written(folder, name, "".join(json.dumps(record) + "\n" for record in records))


def labels_of(texts: LabelledTexts, row: int = 0) -> dict[str, int]:
    """What is known of a text."""
    values = texts.labels[row].tolist()
    pairs = zip(HEADS[texts.task], values, strict=True)
    return {name: value for name, value in pairs if value != UNLABELLED}


def present(texts: LabelledTexts, row: int = 0) -> set[str]:
    return {name for name, value in labels_of(texts, row).items() if value == 1}


# --- drafts -------------------------------------------------------------------------------------


def test_drafts_as_the_writing_guide_has_them(tmp_path):
    path = jsonl(
        tmp_path,
        "d.jsonl",
        {"id": "a", "lang": "fr", "platform": "x", "text": "Un", "labels": ["spammy"],
         "reasons": ["canned"]},
        {"id": "b", "lang": "fr", "platform": "x", "text": "Deux", "labels": [], "reasons": []},
    )  # fmt: skip
    texts = read_labelled([path])[Task.DRAFTS]
    assert (texts.ids, texts.texts) == (["a", "b"], ["Un", "Deux"])
    assert (texts.languages, texts.groups) == (["fr", "fr"], ["d.jsonl", "d.jsonl"])
    assert present(texts, 0) == {"spammy", "canned"}
    assert present(texts, 1) == set()
    assert labels_of(texts, 1).keys() == {*FLAGS, *FLAG_OF_REASON}


@pytest.mark.parametrize(
    "cell",
    ["spammy|off_policy", " spammy | off_policy ", "spammy;off_policy", '"spammy,off_policy"',
     '"[""spammy"", ""off_policy""]"', "['spammy'; 'off_policy']"],
)  # fmt: skip
def test_several_labels_stand_in_one_cell(tmp_path, cell):
    path = written(tmp_path, "d.csv", f"text,labels\nBuy it,{cell}\nFine,\n")
    texts = read_labelled([path])[Task.DRAFTS]
    assert present(texts, 0) == {"spammy", "off_policy"}
    assert labels_of(texts, 1) == dict.fromkeys(FLAGS, 0)


def test_reasons_are_unlabelled_where_there_is_no_column_for_them(tmp_path):
    path = written(tmp_path, "d.csv", "text,labels\nBuy it,spammy\n")
    assert labels_of(read_labelled([path])[Task.DRAFTS]).keys() == set(FLAGS)


def test_a_reason_among_the_labels_speaks_for_its_flag(tmp_path):
    path = written(tmp_path, "d.csv", "text,labels\nWe won,brag\n")
    assert present(read_labelled([path])[Task.DRAFTS]) == {"self_centered"}


@pytest.mark.parametrize(
    "yes", ["true", "TRUE", "True", "1", "1.0", "yes", "Y", "oui", "Vrai", "예", "참", "是", " x "]
)
@pytest.mark.parametrize("no", ["false", "FALSE", "0", "0.0", "no", "N", "non", "faux", "否", ""])
def test_one_column_a_label_in_many_spellings(tmp_path, yes, no):
    path = written(tmp_path, "d.csv", f"text,spammy,off_policy\nA text,{yes},{no}\n")
    assert labels_of(read_labelled([path])[Task.DRAFTS]) == {"spammy": 1, "off_policy": 0}


def test_booleans_of_json_are_booleans(tmp_path):
    path = jsonl(tmp_path, "d.jsonl", {"text": "A", "spammy": True, "self_centered": False})
    assert labels_of(read_labelled([path])[Task.DRAFTS]) == {"spammy": 1, "self_centered": 0}


def test_column_names_may_be_written_in_capitals(tmp_path):
    path = written(tmp_path, "d.csv", "Text , LABELS\nBuy it,spammy\n")
    assert present(read_labelled([path])[Task.DRAFTS]) == {"spammy"}


def test_a_text_column_that_is_named_is_used(tmp_path):
    path = written(tmp_path, "d.csv", "headline,contents,labels\nno,Buy it,spammy\n")
    assert read_labelled([path], "contents")[Task.DRAFTS].texts == ["Buy it"]


# --- comments -------------------------------------------------------------------------------------


def test_comments_as_the_writing_guide_has_them(tmp_path):
    path = jsonl(
        tmp_path,
        "c.jsonl",
        {"id": "a", "lang": "en", "text": "Where is it", "kind": "complaint",
         "private_reply": True, "department": "customer_service", "crisis": False},
    )  # fmt: skip
    texts = read_labelled([path])[Task.COMMENTS]
    assert present(texts) == {"complaint", "private_reply", "customer_service"}
    assert labels_of(texts).keys() == set(HEADS[Task.COMMENTS])


@pytest.mark.parametrize("kind", ["praise", "spam", "abuse", "chatter"])
def test_a_kind_that_nobody_answers_teaches_nothing_about_departments(tmp_path, kind):
    for department in ("", "sales"):
        path = written(
            tmp_path, "c.csv", f"text,private_reply,kind,department\nHi,no,{kind},{department}\n"
        )
        texts = read_labelled([path])[Task.COMMENTS]
        assert labels_of(texts).keys() == {*KINDS, "private_reply"}
        assert present(texts) == {kind}


def test_what_is_not_known_of_a_comment_is_unlabelled(tmp_path):
    path = written(tmp_path, "c.csv", "text,private_reply,kind,crisis\nHi,yes,,\nYo,no,praise,no\n")
    texts = read_labelled([path])[Task.COMMENTS]
    assert labels_of(texts, 0) == {"private_reply": 1}
    assert labels_of(texts, 1) == {**{k: int(k == "praise") for k in KINDS}} | {
        "private_reply": 0,
        "crisis": 0,
    }


# --- files together -----------------------------------------------------------------------------


def test_drafts_and_comments_of_several_files_are_kept_apart(tmp_path):
    one = written(tmp_path, "d.csv", "text,labels\nBuy,spammy\n")
    two = written(tmp_path, "c.csv", "text,private_reply\nWhere,yes\n")
    three = written(tmp_path, "e.csv", "text,labels\nHello,\n")
    both = read_labelled([one, two, three])
    assert both[Task.DRAFTS].texts == ["Buy", "Hello"]
    assert both[Task.DRAFTS].groups == ["d.csv", "e.csv"]
    assert both[Task.COMMENTS].texts == ["Where"]
    assert both[Task.DRAFTS].ids == ["d.csv:1", "e.csv:1"]


def test_rows_without_a_text_are_passed_over(tmp_path):
    path = written(tmp_path, "d.csv", "text,labels\n,spammy\n   ,nonsense\nBuy,spammy\n")
    texts = read_labelled([path])[Task.DRAFTS]
    assert (texts.texts, texts.ids) == (["Buy"], ["d.csv:3"])


def test_a_file_with_nothing_but_a_header_has_no_texts(tmp_path):
    texts = read_labelled([written(tmp_path, "d.csv", "text,labels\n")])[Task.DRAFTS]
    assert len(texts) == 0
    assert texts.labels.shape == (0, len(HEADS[Task.DRAFTS]))


def test_no_files_no_texts():
    assert read_labelled([]) == {}


def test_the_projects_own_files_can_be_read(labelled_files):
    both = read_labelled(labelled_files)
    assert both.keys() == set(Task)
    for task, texts in both.items():
        assert set(texts.languages) == {"en", "fr", "ko", "zh"}
        assert len(texts.groups) == len(texts) == len(set(texts.ids))
        assert ((texts.labels == 1).sum(axis=0) > 0).all(), task


# --- what is wrong, and where -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("text,labels\nFine,\nBuy,spamy\n", ["d.csv, row 2", "'spamy'", "Known: spammy"]),
        ("text,labels\nBuy,spammy\nOh,complaint\n", ["both drafts' and comments' labels"]),
        ("text,labels,reasons\nBuy,spammy,spammy\n", ["row 1", "'spammy'", "link_dump"]),
        ("text,spammy\nBuy,perhaps\n", ["row 1, spammy", "'perhaps'", "true or false"]),
        ("text,private_reply\nHi,2\n", ["row 1, private_reply", "'2'"]),
        ("text,kind\nHi,complont\n", ["row 1", "'complont'", "complaint, question"]),
        ("text,kind,department\nHi,question,shop\n", ["row 1", "'shop'", "billing"]),
        ("text,kind,crisis\nHi,question,oops\n", ["row 1, crisis", "'oops'"]),
        ("text,topic\nHi,x\n", ["no labels", "text, topic", "need a column 'labels'"]),
        ("text,labels,kind\nHi,brag,praise\n", ["both drafts' and comments' labels"]),
    ],
)
def test_a_wrong_label_is_named_with_its_file_and_row(tmp_path, content, said):
    path = written(tmp_path, "d.csv", content)
    with pytest.raises(TrainingError) as caught:
        read_labelled([path])
    for words in ["d.csv", *said]:
        assert words in str(caught.value)


def test_a_row_that_cannot_be_read_is_not_just_left_out(tmp_path):
    path = written(tmp_path, "d.jsonl", '{"text": "A", "labels": []}\n{"text": "B", "lab\n')
    with pytest.raises(TrainingError, match=r"d\.jsonl: Some rows cannot be read: row 2"):
        read_labelled([path])


@pytest.mark.parametrize("content", ["", "\n\n", "text,labels"])
def test_an_empty_file_is_an_error_in_words_or_no_texts(tmp_path, content):
    path = written(tmp_path, "d.csv", content)
    try:
        texts = read_labelled([path])
    except SmclassifyError as error:
        assert "d.csv" in str(error)
    else:
        assert [len(one) for one in texts.values()] == [0]
        assert content == "text,labels"


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"nowhere\.csv"):
        read_labelled([tmp_path / "nowhere.csv"])


def test_a_wrong_label_in_a_record_is_named_with_its_number():
    records = [{"text": "A", "labels": ""}, {"text": "B", "labels": "bad"}]
    with pytest.raises(TrainingError, match="expected, row 2: There is no label 'bad'"):
        from_records(Task.DRAFTS, records, "expected")


@given(st.text(max_size=40).filter(lambda cell: not cell.strip().startswith("[")))
def test_whatever_a_cell_holds_its_names_have_no_separators_left(cell):
    for name in split_names(cell):
        assert name
        assert name == name.strip()
        assert not set(name) & set("|;,/\n")
        assert not {name[0], name[-1]} & set("\"'")


def test_what_a_list_of_json_holds_is_not_torn_apart():
    assert split_names('["a, b", " c ", null, 3]') == ["a, b", "c", "3"]


# --- folds ----------------------------------------------------------------------------------------


def folds_of(pairs: list[tuple[str, str]]) -> np.ndarray:
    groups, languages = [g for g, _ in pairs], [code for _, code in pairs]
    return assign_folds(groups, languages, [f"text {i}" for i in range(len(pairs))])


rows = st.lists(st.tuples(st.sampled_from("abcdefg"), st.sampled_from(["en", "fr", "unknown"])))


@given(rows)
def test_no_writer_is_in_two_folds_where_writers_can_be_told_apart(pairs):
    pairs = [*pairs, *[("en1", "en")] * 9, *[("en2", "en")] * 9]
    folds_of_group = defaultdict(set)
    for (group, _), fold in zip(pairs, folds_of(pairs).tolist(), strict=True):
        folds_of_group[group].add(fold)
        assert 0 <= fold < MAX_FOLDS
    assert all(len(folds) == 1 for folds in folds_of_group.values())
    assert folds_of_group["en1"] != folds_of_group["en2"]


def test_a_few_texts_in_another_language_do_not_put_two_writers_in_one_fold():
    pairs = [("a", "en")] * 9 + [("b", "en")] * 8 + [("b", "fr")]
    folds = folds_of(pairs)
    assert len(set(folds[:9])) == len(set(folds[9:])) == 1
    assert folds[0] != folds[-1]


def test_every_language_is_spread_over_the_folds():
    pairs = [(f"{code}{k}", code) for code in ("en", "fr", "ko") for k in range(4)]
    folds = folds_of(pairs)
    assert [sorted(folds[k : k + 4].tolist()) for k in (0, 4, 8)] == [[0, 1, 2, 3]] * 3


def test_with_one_writer_texts_that_say_the_same_stay_together():
    texts = ["Hello", " hello ", "HELLO", *[f"text {i}" for i in range(60)]]
    folds = assign_folds(["a"] * 63, ["en"] * 63, texts)
    assert len(set(folds[:3].tolist())) == 1
    assert set(folds.tolist()) == set(range(MAX_FOLDS))


def test_folds_do_not_hang_on_the_order_of_the_texts():
    pairs = [("a", "en"), ("b", "en"), ("c", "fr"), ("d", "fr")] * 3
    assert folds_of(pairs[::-1]).tolist() == folds_of(pairs)[::-1].tolist()


def test_files_of_the_same_name_are_different_writers(tmp_path):
    paths = []
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        path = tmp_path / folder / "labelled.csv"
        path.write_text(f"text,labels\n{folder} offer,spammy\n{folder} hours,\n", encoding="utf-8")
        paths.append(path)
    texts = read_labelled(paths)[Task.DRAFTS]
    assert len(set(texts.groups)) == 2
