"""The first two steps together: normalised texts with their languages."""

from __future__ import annotations

import pytest

from smclassify.text.prepare import MAX_CHARACTERS, canonical, prepare


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("EN", "en"),
        ("zh-CN", "zh"),
        ("fr_CA", "fr"),
        (" ko ", "ko"),
        ("zh_Hans_CN", "zh"),
        ("de", "de"),
        ("pt-BR", "pt"),
        ("ceb", "ceb"),
        ("eng", "en"),
        ("fre", "fr"),
        ("fra", "fr"),
        ("kor", "ko"),
        ("cmn", "zh"),
        ("iw", "he"),
    ],
)
def test_language_codes_are_read_as_people_write_them(written, code):
    assert canonical(written) == code


@pytest.mark.parametrize(
    "said",
    [None, "", " ", "French", "und", "zxx", "mul", "qme", "nan", "NA", "n/a", "-", "e", "en US"],
)
def test_what_names_no_language_leaves_it_to_be_told_from_the_text(said):
    assert canonical(said) is None
    assert prepare(["where is my order, please?"], [said]).languages == ["en"]


def test_a_language_that_is_given_is_believed_and_the_others_are_told():
    texts = ["merci", "where is my order", "배송 언제 오나요"]
    assert prepare(texts, ["EN", None, ""]).languages == ["en", "en", "ko"]


def test_as_many_languages_as_texts_are_wanted():
    with pytest.raises(ValueError, match="2 texts, but 1 languages"):
        prepare(["a", "b"], ["en"])


def test_of_a_monster_only_the_beginning_is_read_and_the_whole_is_kept():
    monster = "a " * MAX_CHARACTERS
    batch = prepare([monster])
    assert batch.lengths[0] == MAX_CHARACTERS
    assert batch.originals == [monster]


def test_no_texts_are_no_texts():
    assert prepare([]).languages == []
