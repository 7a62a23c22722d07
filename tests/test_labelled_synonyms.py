"""The words of ``synonyms.toml``: each means one thing, and only labels of the guide are there."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smclassify.labelled.names import fold
from smclassify.labelled.synonyms import read_tables, synonyms
from smclassify.labels import HEADS, Task

TABLES = read_tables()
GUIDE = {label for heads in HEADS.values() for label in heads}


def folded(table: dict[str, list[str]]) -> list[str]:
    return [fold(word) for name, words in table.items() for word in {*words, name}]


def test_every_label_of_the_guide_has_words_and_no_other():
    assert TABLES["labels"].keys() == GUIDE


@pytest.mark.parametrize("table", ["labels", "columns", "splits", "languages"])
def test_a_word_means_one_thing(table):
    twice = [word for word, count in Counter(folded(TABLES[table])).items() if count > 1]
    assert not twice


def test_no_label_is_also_a_word_for_something_else_in_a_cell():
    others = {fold(word) for words in TABLES["values"].values() for word in words}
    assert not others & set(folded(TABLES["labels"]))


def test_true_is_not_false_and_no_label_is_not_nothing():
    values = synonyms().values
    assert not values["true"] & values["false"]
    assert not values["none"] & values["nothing"]


def test_no_header_is_sure_and_unsure_at_once():
    assert not synonyms().maybe_labels & set(folded(TABLES["columns"]))


@pytest.mark.parametrize("task", list(Task))
def test_each_label_has_a_word_in_every_script(task):
    for label in HEADS[task]:
        words = TABLES["labels"][label]
        assert any("가" <= word[0] <= "힣" for word in words), label
        assert any("一" <= word[0] <= "鿿" for word in words), label


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Réclamation", "RECLAMATION "), ("re\u0301clamation", "réclamation"),
        ("Off-Policy", "off_policy"), ("demande d’information", "Demande d'information"),
        ("ＳＰＡＭ", "spam"), ("customer\u00a0 service", "customer_service"), ("불만", "불만"),
    ],
)  # fmt: skip
def test_what_does_not_count_in_a_name(one, other):
    assert fold(one) == fold(other)


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(name):
    assert fold(fold(name)) == fold(name)
