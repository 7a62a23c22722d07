"""Normalising: what is made alike, what stays, and where each character came from."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from wild import batches, real_texts, texts

from smclassify.labels import LANGUAGES
from smclassify.text.batch import SEPARATOR, TextBatch
from smclassify.text.characters import INVISIBLE, SPACE, class_table, feature_table, fold_table
from smclassify.text.normalize import normalize
from smclassify.text.prepare import MAX_CHARACTERS, prepare


def clean(text: str) -> str:
    return normalize([text]).texts[0]


# --- what stays ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "We're open till 8 pm on Sundays – bring the dog! 🐶",
        "L'été revient à Nîmes : où irez-vous ? Ça fait 3,50 € l'entrée.",
        "오늘도 신선한 빵 나왔어요 ㅎㅎ 내일은 쉽니다!",
        "新品上架啦！欢迎大家来店里看看~".replace("！", "!"),
        "繁體字也可以讀",
        "Line one\nline two\r\n\tindented",
        "Soooo good!!!!!! WOW",
        "https://example.com/A_b?c=d&e=f#G",
        "Привет, как дела? Всё хорошо",
        "Καλημέρα σας, τι κάνετε;",
        "שלום עולם",
        "สวัสดีครับ",
        "नमस्ते दुनिया",
        "",
        " ",
    ],
)
def test_plain_text_is_left_as_it_is(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    "text", ["ㅋㅋㅋ", "ㅠㅠ", "50 m²", "x³", "①②③", "㉠", "10⁻⁶", "½ price", "Brand™", "…", "①번"]
)
def test_what_nfkc_would_hurt_stays(text: str) -> None:
    assert clean(text) == text
    assert unicodedata.normalize("NFKC", text) != text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_real_text_once_normalised_stays_so(language: str) -> None:
    once = normalize(real_texts(language)).texts
    assert normalize(once).texts == once


@pytest.mark.parametrize("language", LANGUAGES)
def test_real_letters_without_compatibility_forms_survive(language: str) -> None:
    """Nothing that NFKC leaves alone is lost, but for what is invisible or in disguise."""
    originals = real_texts(language)
    kept = sum(
        unicodedata.normalize("NFKC", text) == unicodedata.normalize("NFKC", after)
        for text, after in zip(originals, normalize(originals).texts, strict=True)
    )
    assert kept > 0.7 * len(originals)


# --- what is made alike -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ＦＲＥＥ　ｇｉｆｔ！", "FREE gift!"),
        ("𝗕𝘂𝘆 𝓃𝓸𝔀", "Buy now"),
        ("🅵🆁🅴🅴 🄵🄾🄻🄻🄾🅆 🅕🅡🅔🅔", "FREE FOLLOW FREE"),
        ("ⓕⓡⓔⓔ", "free"),
        ("ꜰᴏʟʟᴏᴡ ᴜꜱ", "FOLLOW US"),
        ("ﬁn de l'oﬀre", "fin de l'offre"),
        ("㈜한빛 5㎏ 20℃ №3 Ⅳ", "(주)한빛 5kg 20°C No3 IV"),
        ("ﾡﾷ ｶﾞ", "ㄱㅇ ガ"),
        ("“Hi” ‘there’ it’s", "\"Hi\" 'there' it's"),
        ("am\u00a0be\u2003cu\u3000do", "am be cu do"),
        ("dash – ‑ ‐ − —", "dash – - - - —"),
        ("one\u2028two\x85three", "one\ntwo\nthree"),
        ("50％ ， ok", "50% , ok"),
    ],
)
def test_compatibility_forms_read_alike(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize(
    "text", ["café crème à Noël", "각자 읽고 값을 치렀다", "Việt Nam", "がぎぐ"]
)
def test_decomposed_letters_are_put_together(text: str) -> None:
    assert clean(unicodedata.normalize("NFD", text)) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tom &amp; Anne &lt;3", "Tom & Anne <3"),
        ("caf&eacute; &#233; &#xE9; &#x1F600;", "café é é 😀"),
        ("it&#39;s &quot;ok&quot;", 'it\'s "ok"'),
        ("fr&#8203;ee", "free"),
        ("&amp;lt;", "&lt;"),
        ("&bogus; Q&A; AT&T", "&bogus; Q&A; AT&T"),
        ("&#0;&#xD800;&#x110000;", "\ufffd\ufffd\ufffd"),
        ("a&#1;b", "ab"),
    ],
)
def test_entities_are_resolved_once(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize(
    "hidden",
    list("\u200b\u200c\u200d\u2060\ufeff\u00ad\u202e\u2066\u061c\ufe0f\u034f\u3164\u115f"),
)
@pytest.mark.parametrize("word", ["free", "무료", "免费", "gratuité"])
def test_an_invisible_character_hides_no_word(word: str, hidden: str) -> None:
    assert clean(hidden.join(word)) == word
    assert clean(hidden + word + hidden) == word


@pytest.mark.parametrize("picture", ["👩‍💻", "👨‍👩‍👧‍👦", "🏴‍☠️", "❤️‍🔥", "🏳️‍🌈", "👩🏽‍🚒", "🙂‍↔️"])
def test_a_joined_emoji_stays_one_picture(picture: str) -> None:
    assert clean(picture).count("\u200d") == picture.count("\u200d")


def test_skin_tones_and_variation_selectors_say_nothing() -> None:
    assert clean("👍🏽👍🏿 ❤️ ☀︎") == "👍👍 ❤ ☀"


def test_keycaps_are_digits() -> None:
    assert clean("1️⃣ 2️⃣ #️⃣ *️⃣") == "1 2 # *"


def test_zalgo_is_washed_off() -> None:
    zalgo = "".join(letter + "\u0300\u031b\u0321\u0348\u035c\u0336" * 5 for letter in "zXq")
    assert clean(zalgo) == "zXq"
    assert clean("\u0301\u0302 leading marks") == " leading marks"


def test_flags_stay_flags() -> None:
    assert clean("🇫🇷🇰🇷") == "🇫🇷🇰🇷"


@pytest.mark.parametrize("half", ["\ud83d", "\udc00", "\ud800\ud800", "\udfff\ud800"])
def test_half_a_character_becomes_the_replacement_character(half: str) -> None:
    assert clean(f"a{half}b") == "a" + "\ufffd" * len(half) + "b"


def test_nul_becomes_a_space() -> None:
    assert normalize(["a\0b", "\0"]).texts == ["a b", " "]


# --- invariants, whatever comes in --------------------------------------------------------


def test_folding_needs_no_second_pass() -> None:
    table = fold_table()
    assert np.array_equal(table[table], table)


def test_folding_makes_no_separator_and_nothing_invisible() -> None:
    visible = class_table() & INVISIBLE == 0
    for table in (fold_table(), feature_table()):
        assert (table[1:] != SEPARATOR).all()
        assert (class_table()[table[visible]] & INVISIBLE == 0).all()


def test_white_space_is_what_python_says_it_is() -> None:
    expected = [code for code in range(0x110000) if chr(code).isspace()]
    assert np.flatnonzero(class_table() & SPACE).tolist() == expected


@given(batches)
def test_clean_texts_can_be_written_anywhere(batch: list[str]) -> None:
    for text in normalize(batch).texts:
        assert "\0" not in text
        text.encode("utf-8")


@given(batches)
def test_every_code_point_stands_for_something_in_its_own_text(batch: list[str]) -> None:
    result = normalize(batch)
    assert len(result) == len(batch)
    for index, original in enumerate(batch):
        inside = slice(result.starts[index], result.ends[index])
        start, end = result.origin_start[inside], result.origin_end[inside]
        assert (start < end).all()
        assert (np.diff(start) >= 0).all() and (np.diff(end) >= 0).all()
        assert not len(start) or (start[0] >= 0 and end[-1] <= len(original))
        assert result.original_span(index, 0, 0)[0] <= len(original)


@given(batches)
@example(["fr", "33", "f r", "e e", "&am", "p;", "e", "\u0301", "https://", "x.com"])
@example(["in 5", "e... \U000104a0%", "eu 1"])  # no price: its only near digit is a neighbour's
def test_a_text_does_not_know_its_neighbours(batch: list[str]) -> None:
    together = normalize(batch)
    for index, text in enumerate(batch):
        alone = normalize([text])
        assert together.texts[index] == alone.texts[0]
        base = int(together.starts[index])
        inside = slice(base, together.ends[index])
        assert together.origin_start[inside].tolist() == alone.origin_start[:-1].tolist()
        assert together.origin_end[inside].tolist() == alone.origin_end[:-1].tolist()
        for kind, spans in alone.spans.items():
            found = together.spans[kind]
            mine = found[together.text_of(found[:, 0]) == index] - base
            assert mine.tolist() == spans.tolist(), kind


@given(texts)
def test_the_joined_string_and_the_code_points_agree(text: str) -> None:
    batch = normalize([text, text])
    assert [ord(character) for character in batch.joined] == batch.codes.tolist()


@given(st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), max_size=30))
def test_any_hangul_survives_decomposing(text: str) -> None:
    assert clean(unicodedata.normalize("NFD", text)) == clean(text)


def test_no_texts_give_no_texts() -> None:
    batch = normalize([])
    assert batch.texts == []
    assert all(spans.shape == (0, 2) for spans in batch.spans.values())


def test_empty_texts_keep_their_place() -> None:
    assert normalize(["", "a", "\u200b", ""]).texts == ["", "a", "", ""]


# --- where it came from -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "word", "disguised"),
    [
        ("get it fr33 now", "free", "fr33"),
        ("get it f r e e now", "free", "f r e e"),
        ("get it frее now", "free", "frее"),
        ("get it f\u200br\u200be\u200be now", "free", "f\u200br\u200be\u200be"),
        ("get it ｆｒｅｅ now", "free", "ｆｒｅｅ"),
        ("지금 카 톡 주세요", "카톡", "카 톡"),
        ("请：加 微 信 谢谢", "加微信", "加 微 信"),
        ("Tom &amp; Anne", "&", "&amp;"),
        ("au cafe\u0301 noir", "café", "cafe\u0301"),
        ("un oﬀre", "offre", "oﬀre"),
        ("5㎏ 이하", "kg", "㎏"),
        ("👍🏽 free", "free", "free"),
        ("Q&A; ok", "A", "A"),
    ],
)
def test_what_is_found_is_shown_as_the_user_wrote_it(text: str, word: str, disguised: str) -> None:
    batch = normalize(["first", text, "last"])
    at = batch.texts[1].index(word)
    start, end = batch.original_span(1, at, at + len(word))
    assert text[start:end] == disguised


def test_a_part_of_an_expanded_character_is_the_whole_of_it() -> None:
    batch = normalize(["a㎏b"])
    assert batch.texts == ["akgb"]
    assert batch.original_span(0, 1, 2) == batch.original_span(0, 2, 3) == (1, 2)


# --- bounded work -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "!" * 300_000,
        "😀" * 10_000,
        "가" * 100_000,
        "1" * 300_000,
        " " * 300_000,
        "ab." * 50_000,
        "@#" * 100_000,
    ],
)
def test_a_lot_of_the_same_stays_as_it_is(text: str) -> None:
    assert clean(text) == text


def test_a_long_text_of_letters_set_apart_is_put_together() -> None:
    text = "a b " * 50_000 + "z"
    assert clean(text) == text.replace(" ", "")


def test_a_mountain_of_marks_is_washed_off_too() -> None:
    assert clean("e" + "\u0301\u0323" * 100_000) == "ẹ"


# --- preparing ----------------------------------------------------------------------------


def test_preparing_reads_the_beginning_of_a_long_text_and_keeps_it_whole() -> None:
    text = "long " * MAX_CHARACTERS
    batch = prepare([text])
    assert int(batch.lengths[0]) == MAX_CHARACTERS
    assert batch.originals[0] == text


def test_preparing_tells_the_languages_that_are_not_known() -> None:
    batch = prepare(["오늘은 쉬는 날입니다", "오늘은 쉬는 날입니다"], ["fr", None])
    assert batch.languages == ["fr", "ko"]


def test_preparing_believes_known_languages() -> None:
    assert prepare(["a", "b"], ["zh", "xx"]).languages == ["zh", "xx"]


def test_preparing_nothing_gives_nothing() -> None:
    batch = prepare([])
    assert isinstance(batch, TextBatch)
    assert batch.languages == []


@settings(max_examples=30)
@given(batches)
def test_preparing_gives_each_text_a_language(batch: list[str]) -> None:
    assert len(prepare(batch).languages) == len(batch)
