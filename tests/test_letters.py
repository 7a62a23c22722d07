"""The letters by which near copies are told: folded by a table, as NFKC would fold them."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smclassify.text import characters
from smclassify.triage.watch.letters import LONGEST, letters_of

CJK = characters.HAN | characters.HANGUL | characters.KANA


def by_nfkc(text: str) -> list[tuple[int, bool]]:
    """The letters of a text that has no links, one character after the other."""
    normal = unicodedata.normalize("NFKC", text.replace("\0", " "))
    raw = np.frombuffer(normal.encode("utf-32-le", "surrogatepass"), "<u4")
    codes = characters.feature_table()[raw]
    classes = characters.class_table()[codes]
    kept = (classes & (characters.WORD | CJK)) != 0
    return list(zip(codes[kept].tolist(), ((classes & CJK) != 0)[kept].tolist(), strict=True))


def of_each(texts: list[str]) -> list[list[tuple[int, bool]]]:
    found = letters_of(texts)
    pairs = list(zip(found.codes.tolist(), found.is_cjk.tolist(), strict=True))
    bounds = found.bounds.tolist()
    return [pairs[a:b] for a, b in pairwise(bounds)]


# Each may join what stands before it, be joined by what follows, or be several letters.
NEIGHBOURS = [
    "", "a", "e\u0301", "\u0301", "가", "ㅋ", "ㅏ", "ㄳ", "\u1100", "\u1161", "\u11a8", "か",
    "\u3099", "ｶ", "ﾞ", "好", "①", "½", "ﬁ", "…", "´", "\ufe0f", "\ud800",
]  # fmt: skip


@pytest.mark.parametrize("beside", NEIGHBOURS, ids=ascii)
def test_every_character_is_folded_as_nfkc_folds_it_whatever_it_stands_beside(beside):
    codes = [*range(0x3400), *range(0xA000, 0xAD00), *range(0xF900, 0x10000),
             *range(0x1D400, 0x1D800), *range(0x1F000, 0x1FC00)]  # fmt: skip
    texts = [f"{beside}{chr(code)}{beside}" for code in codes if chr(code) not in "@."]
    assert of_each(texts) == [by_nfkc(text) for text in texts]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(st.characters(exclude_characters="@./")), max_size=5))
def test_whatever_is_typed_is_folded_as_nfkc_folds_it(texts):
    assert of_each(texts) == [by_nfkc(text) for text in texts]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("See https://a.example/x?y=1 now", "seenow"),
        ("www.a.example is down", "isdown"),
        ("@brand.official help", "help"),
        ("Order 512 & 7!", "order0000"),
        ("\0a\0b", "ab"),
        ("訂單", "订单"),
        ("x" * (LONGEST + 5), "x" * LONGEST),
    ],
)
def test_links_mentions_and_marks_are_left_out_and_forms_are_one(text, left):
    [letters] = of_each([text])
    assert "".join(chr(code) for code, _ in letters) == left


def test_a_text_keeps_its_own_letters_in_any_company():
    texts = ["", "ab", "ㅋㅠ", "", "12", ""]
    assert [len(letters) for letters in of_each(texts)] == [0, 2, 1, 0, 2, 0]
    assert of_each([]) == []
