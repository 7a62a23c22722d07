"""Words found in one pass: every place of every word, in whatever script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smclassify.policy.automaton import Encoded, Words

letters = st.sampled_from("abé가나中文𠮷😀\ud800\0 ")
some_words = st.lists(st.text(letters, min_size=1, max_size=3), max_size=6, unique=True)


def places(words: list[str], text: str) -> list[tuple[int, int, str]]:
    return sorted(Words({word: word for word in words}).find(Encoded.of(text)))


@given(some_words, st.text(letters, max_size=20))
def test_it_finds_what_a_search_at_each_place_finds(words: list[str], text: str) -> None:
    expected = [
        (first, first + len(word) - 1, word)
        for word in words
        for first in range(len(text))
        if text.startswith(word, first)
    ]
    assert places(words, text) == sorted(expected)


@pytest.mark.parametrize("text", ["", "abc", "é", "한국"])
def test_without_words_there_is_nothing_to_find(text: str) -> None:
    assert places([], text) == []


def test_words_within_words_are_found_too() -> None:
    assert places(["he", "she", "hers"], "ushers") == [(1, 3, "she"), (2, 3, "he"), (2, 5, "hers")]
