"""Words in disguise are read as what they are meant to be; honest texts are left alone."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from wild import texts

from smclassify.text.characters import LOOKALIKES
from smclassify.text.disguise import (
    HIDDEN_WORDS,
    find_leetspeak,
    find_lookalikes,
    find_spaced_out,
)
from smclassify.text.normalize import normalize
from smclassify.text.scan import Scan


def clean(text: str) -> str:
    return normalize([text]).texts[0]


def latin(text: str) -> str:
    return text.translate(str.maketrans(LOOKALIKES))


# --- look-alike letters -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Get frее stuff", "Get free stuff"),  # е is Cyrillic
        ("СLICK here", "CLICK here"),
        ("Βuy nοw", "Buy now"),  # Β and ο are Greek
        ("cоmmеnt ça va", "comment ça va"),
        ("ВUY ТОР product", "BUY TOP product"),  # ТОР has no Latin letter of its own
        ("무료 сasino 이벤트", "무료 casino 이벤트"),
        ("加 рaypal 付款", "加 paypal 付款"),
        ("жизнь, but frее", "жизнь, but free"),
    ],
)
def test_look_alikes_are_read_as_latin(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Привет, как дела?",
        "Купите новый iPhone сегодня",
        "Наша команда и OpenAI: вместе",
        "Ο καφές μας είναι έτοιμος, come in",
        "Δεν έχω χρόνο",
        "СССР",  # no Latin letter near it
        "the α-version and ο alone",
        "5 μm and 10 kΩ",
        "ΔT is small",
        "Беларусь",
    ],
)
def test_russian_and_greek_are_left_alone(text: str) -> None:
    assert clean(text) == text


@given(st.sampled_from(sorted(LOOKALIKES)), st.sampled_from(["sale", "gratuit", "menu"]))
def test_every_look_alike_is_read_inside_a_latin_word(letter: str, word: str) -> None:
    assert clean(f"{word}{letter} {letter}{word}") == latin(f"{word}{letter} {letter}{word}")


# --- leetspeak ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fr33 m0ney", "free money"),
        ("FR33 C@SH", "FREE CASH"),
        ("ca$h, cl1ck!", "cash, click!"),
        ("f0ll0w 4 f0ll0w", "follow 4 follow"),
        ("$ale n0w", "sale n0w"),
        ("what a b1tch!!", "what a bitch!!"),
        ("c'est gr4tuit", "c'est gratuit"),
        ("un c4deau", "un cadeau"),
        ("T€L€GR@M", "TELEGRAM"),
        ("지금 fr33 체험", "지금 free 체험"),
        ("sh1pping to all", "shipping to all"),
        ("l!nk in bio", "link in bio"),
    ],
)
def test_leetspeak_is_read(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "order MR418 and A1B2C3",
        "b2b, b2c, p2p, e2e",
        "mp3, mp4, h264",
        "covid19, windows7, ps5",
        "iPhone15 and WH1000XM4",
        "at 10am, 5pm, 3rd, 21st",
        "3D, 4K, 5G, A4",
        "a11y, i18n, l10n, k8s",
        "$5 off, 5€ de moins, 100%",
        "wow!! ok! hi|there",
        "vol AF1380, train TGV6201",
        "50m² dans le 13e",
        "갤럭시 s24 2개",
        "第3届 5g手机",
        "#fr33 @m0ney",
        "shop.fr33.com/m0ney and m0ney@fr33.com",
        "https://b1t.ly/cl1ck",
    ],
)
def test_numbers_and_names_are_no_leetspeak(text: str) -> None:
    assert clean(text) == text


# --- letters set apart --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f r e e stuff", "free stuff"),
        ("F.R.E.E stuff", "FREE stuff"),
        ("c-a-s-h c_a_s_h c*a*s*h c~a~s~h c|a|s|h", "cash cash cash cash cash"),
        ("f/r/e/e", "free"),
        ("g r a t u i t ici", "gratuit ici"),
        ("카 톡 문의", "카톡 문의"),
        ("카.톡 문의", "카톡 문의"),
        ("카카 오톡", "카카 오톡"),
        ("무 료 상 담", "무료상담"),
        ("카 카 오 톡", "카카오톡"),
        ("텔·레", "텔레"),
        ("加 微 信", "加微信"),
        ("微 信 号", "微信号"),
        ("加 V 信", "加V信"),
        ("扫-码 领取", "扫码 领取"),
        ("U.S.A. and R.A.T.P.", "USA. and RATP."),  # the same word either way
    ],
)
def test_letters_set_apart_are_put_together(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "J. K. Rowling",
        "plan B or C",
        "e.g. i.e. p.m.",
        "Q & A",
        "그 옷 안 사",
        "나 너 또 봐",
        "이 빵 참 맛 나",
        "sizes S/M/L",
        "등급은 상·중·하",
        "월/수/금 휴무",
        "黑·白·灰",
        "il y a à boire et à manger",
        "y a t il du pain",
        "l'a-t-on dit",
        "1 2 3 4",
        "- a\n- b\n- c",
        "a  b  c",
        "www.a.b.c.com",
        "j.d.s@example.com",
    ],
)
def test_honest_single_letters_stay_apart(text: str) -> None:
    assert clean(text) == text


# --- whatever comes in --------------------------------------------------------------------


@given(st.sampled_from(sorted(HIDDEN_WORDS)), st.sampled_from(" .-_*~|/"))
def test_no_word_worth_hiding_is_hidden_by_marks(word: str, mark: str) -> None:
    assume(len(word) > 2)  # two letters are initials
    assert clean(mark.join(word)) == word


@given(texts)
def test_every_edit_lies_within_its_text_and_says_something(text: str) -> None:
    scan = Scan(normalize([text, text]).codes)
    for find in (find_lookalikes, find_leetspeak, find_spaced_out):
        for start, end, read in find(scan):
            assert 0 <= start < end <= len(scan.codes)
            assert "\0" not in scan.joined[start:end]
            assert read and "\0" not in read
            assert read != scan.joined[start:end]


@given(
    st.lists(st.text("abcdefghijklmnopqrstuvwxyzéèàç,;:?", min_size=1, max_size=12)),
    st.sampled_from(["", ".", "!", "!!!"]),
)
def test_plain_words_are_never_touched(words: list[str], end: str) -> None:
    several = [word + end for word in words if len(word.strip(",;:?")) > 1]
    assert clean(" ".join(several)) == " ".join(several)


@given(st.integers(0, 10**12), st.sampled_from(["", " ", "-", "."]))
def test_numbers_are_never_touched(number: int, mark: str) -> None:
    text = mark.join(str(number))
    assert clean(text) == text
