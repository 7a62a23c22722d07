"""Phrases: what counts as the same spelling, where a word ends, what a gap takes."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from smclassify.policy.fold import decoded, fold, fold_codes
from smclassify.policy.phrases import Phrase, PhraseIndex, fold_batch
from smclassify.text.batch import TextBatch


def find(phrases: list[str], *texts: str, noun: bool = False) -> list[list[str]]:
    """Return, for each text, the pieces that any of the phrases is found in, in order."""
    batch = TextBatch.from_texts(texts)
    index = PhraseIndex(Phrase.compile(phrase, phrase, noun=noun) for phrase in phrases)
    places = sorted({place[1:] for place in index.find(batch, fold_batch(batch))})
    found: list[list[str]] = [[] for _ in texts]
    for text, start, end in places:
        found[text].append(texts[text][start:end])
    return found


def one(phrase: str, text: str, *, noun: bool = False) -> list[str]:
    return find([phrase], text, noun=noun)[0]


# --- spellings that are the same ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("SALE Éclair", "sale éclair"),
        ("ＳＡＬＥ２０％！", "sale20%!"),
        ("l’hiver lʼhiver l‘hiver l`hiver", "l'hiver l'hiver l'hiver l'hiver"),
        ("“synergy”", '"synergy"'),
        ("buy\u2011in buy\u2010in", "buy-in buy-in"),
        ("a\u00a0b\u202fc\u3000d\te\u2009f", "a b c d e f"),
        ("網圖侵刪", "网图侵删"),
        ("İ", "i"),
    ],
)
def test_folding_writes_the_same_the_same_way(written: str, same: str) -> None:
    assert fold(written) == same


def test_folding_leaves_accents_line_ends_and_other_hyphens() -> None:
    assert fold("été – ete\nfin") == "été – ete\nfin"


@given(st.text(max_size=60))
def test_folding_keeps_the_length_and_does_not_fold_further(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


@given(st.text(st.characters(max_codepoint=0x7F), max_size=60))
def test_ascii_and_other_texts_are_folded_alike(text: str) -> None:
    batch = TextBatch.from_texts([text.replace("\0", " ")])
    assert decoded(fold_codes(batch.codes))[:-1] == fold(text.replace("\0", " "))


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("Project Falcon", "PROJECT FALCON"),
        ("project falcon", "Ｐｒｏｊｅｃｔ　Ｆａｌｃｏｎ"),
        ("don't tell", "don’t tell"),
        ("don’t tell", "don't tell"),
        ("“insider”", '"insider"'),
        ("網圖侵刪", "网图侵删"),
        ("网图侵删", "網圖侵刪"),
        ("cafe\u0301 secret", "café secret"),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af", "한글"),
    ],
)
def test_a_phrase_is_found_however_it_is_spelled(phrase: str, text: str) -> None:
    assert one(phrase, text) == [text]


# --- words and spaces ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("osk", "kiosk"),
        ("osk", "oskar"),
        ("osk", "osk2 2osk osk_x éosk oské"),
        ("osk", "oskё"),
        ("кот", "котлета скот"),
        ("free gift", "freegift"),
        ("freegift", "free gift"),
        ("free gift", "free\ngift"),
        ("free gift", "free, gift"),
        ("#ad", "#ads #advice"),
    ],
)
def test_in_scripts_with_spaces_words_are_whole_and_spaces_stand(phrase: str, text: str) -> None:
    assert one(phrase, text) == []


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("osk", "osk-osk (osk) osk's osk.", ["osk"] * 5),
        ("osk", "新osk来, OSK가", ["osk", "OSK"]),
        ("free gift", "free   gift", ["free   gift"]),
        ("#ad", "Great #AD, #ad", ["#AD", "#ad"]),
        ("c++", "C++ or c++11", ["C++", "c++"]),
        ("50 %", "50\u202f%", ["50\u202f%"]),
    ],
)
def test_what_is_no_letter_ends_a_word(phrase: str, text: str, found: list[str]) -> None:
    assert one(phrase, text) == found


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("완전 공짜", "완전공짜예요, 완전  공짜", ["완전공짜", "완전  공짜"]),
        ("퍼온사진", "퍼온 사진", ["퍼온 사진"]),
        ("蒲公英计划", "我们的蒲公英 计划", ["蒲公英 计划"]),
        ("互粉", "互 粉", ["互 粉"]),
    ],
)
def test_in_korean_and_chinese_spaces_are_as_the_writer_likes(
    phrase: str, text: str, found: list[str]
) -> None:
    assert one(phrase, text) == found


def test_two_syllables_torn_apart_are_two_words() -> None:
    assert one("사과", "이 사 과제는 사과와 다르다") == ["사과"]


def test_a_korean_phrase_begins_where_a_word_does() -> None:
    assert one("오리", "요리오리 도토오리 오리") == ["오리"]


def test_no_phrase_reaches_over_the_end_of_a_line_or_a_text() -> None:
    phrases = ["互粉", "credit to owner"]
    assert find(phrases, "互\n粉", "互", "粉", "credit to", "owner") == [[]] * 5


# --- names and terms ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["오리는", "오리도요", "오리에서는", "오리까지도", "오리입니다", "오리였습니다", "오리네요",
     "오리지만", "오리(주)", "오리 나무", "오리와의", "오리라고"],
)  # fmt: skip
def test_a_korean_name_takes_particles_and_the_copula(text: str) -> None:
    assert one("오리", text, noun=True) == ["오리"]


@pytest.mark.parametrize(
    "text", ["오리온", "오리나무", "오리가미", "오리발", "오리로스", "오리만두"]
)
def test_a_korean_name_is_not_the_beginning_of_another(text: str) -> None:
    assert one("오리", text, noun=True) == []
    assert one("오리", text) == ["오리"]  # but any other phrase may go on


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("falcon", "two Falcons, Falcon's, falcones", ["Falcons", "Falcon", "falcones"]),
        ("gâteau bleu", "des gâteau bleus", ["gâteau bleus"]),
        ("bijou", "des bijoux", ["bijoux"]),
        ("falcon", "falconry falconed falconsx", []),
    ],
)
def test_a_term_takes_an_ending_of_the_plural(phrase: str, text: str, found: list[str]) -> None:
    assert one(phrase, text, noun=True) == found


def test_what_is_no_term_takes_no_ending() -> None:
    assert one("falcon", "falcons") == []


def test_a_term_with_a_gap_takes_an_ending_of_the_plural_too() -> None:
    assert one("head … chief", "head of all chiefs", noun=True) == ["head of all chiefs"]
    assert one("head … chief", "head of all chiefs") == []


# --- gaps ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("cheaper than", True),
        ("cheaper by far than", True),
        ("cheaper one two three four than", True),
        ("cheaper thank you than", True),
        ("cheaper one two three four five than", False),
        ("cheaper. Better than", False),
        ("cheaper, better than", False),
        ("cheaper\nthan", False),
        ("cheaperthan", False),
        ("cheaper by thanks", False),
        ("cheapers by than", False),
    ],
)
def test_a_gap_takes_up_to_four_words_of_a_clause(text: str, found: bool) -> None:
    assert one("cheaper … than", text) == ([text] if found else [])


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("全网…最低", "全网最低", True),
        ("全网…最低", "全网一二三四五六七八九十最低", True),
        ("全网…最低", "全网一二三四五六七八九十百最低", False),
        ("全网…最低", "全网可查。最低", False),
        ("app…추천", "app을 추천", True),
        ("app…추천", "apple을 추천", False),
        ("최고…ok", "최고는 ok", True),
        ("최고…ok", "최고는 okay", False),
    ],
)
def test_where_no_spaces_need_stand_a_gap_takes_up_to_ten_characters(
    phrase: str, text: str, found: bool
) -> None:
    assert one(phrase, text) == ([text] if found else [])


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("가" + "…가" * 60 + "…나", "가" * 3000),
        ("a" + " … a" * 30 + " … b", "a " * 3000),
        ("a … b", "a" + " x" * 20_000),
        ("a … b", "a" + " " * 20_000),
    ],
)
def test_no_number_of_gaps_hangs(phrase: str, text: str) -> None:
    assert one(phrase, text) == []


def test_half_a_character_behind_a_gap_does_no_harm() -> None:
    assert one("a … b", "a \ud800 b") == ["a \ud800 b"]


# --- several phrases ----------------------------------------------------------------------------


def test_phrases_with_the_same_head_are_all_found() -> None:
    phrases = ["red", "red … car", "red … van", "red bull", "r ed"]
    found = find(phrases, "red bull in a red old van", "r ed redbull")
    assert found == [["red", "red bull", "red", "red old van"], ["r ed"]]


def test_phrases_that_overlap_are_all_found() -> None:
    assert find(["a b c", "b c d", "c"], "a b c d") == [["a b c", "b c d", "c"]]


def test_one_phrase_may_belong_to_several_rules() -> None:
    batch = TextBatch.from_texts(["互粉"])
    index = PhraseIndex([Phrase.compile("互粉", "one"), Phrase.compile("互粉", "two")])
    found = list(index.find(batch, fold_batch(batch)))
    assert sorted(found) == [("one", 0, 0, 2), ("two", 0, 0, 2)]


def test_no_phrases_find_nothing() -> None:
    assert find([], "anything", "") == [[], []]


# --- against a plain, slow search ---------------------------------------------------------------


def slowly(phrase: str, text: str) -> set[tuple[int, int]]:
    """Return where a phrase without gaps stands, told letter by letter."""
    folded, wanted = fold(text), fold(phrase)
    letters, hangul = r"[a-zé0-9]", "[가-힣]"
    if re.search("[가-힣一-龥]", wanted):
        body = " *".join(map(re.escape, wanted.replace(" ", "")))
        short = re.fullmatch(f"{hangul}{{2}}", wanted)
        body = re.escape(wanted) if short else body
    else:
        body = " +".join(map(re.escape, wanted.split()))
    places = set()
    for start in range(len(folded)):
        match = re.compile(body).match(folded, start)
        if match is None:
            continue
        around = folded[max(0, start - 1) : start + 1], folded[match.end() - 1 : match.end() + 1]
        if any(re.fullmatch(f"{letters}{{2}}", pair) for pair in around):
            continue
        if not re.fullmatch(f"{hangul}{{2}}", around[0]):
            places.add((start, match.end()))
    return places


_LETTERS = "aAbé1가나다国國 '’"


def with_letters(text: str) -> bool:
    return any(character.isalnum() for character in text)


@given(
    st.lists(
        st.text(_LETTERS, min_size=1, max_size=4).map(str.strip).filter(with_letters),
        min_size=1,
        max_size=5,
        unique=True,
    ),
    st.lists(st.text(_LETTERS + "\n,", max_size=14), max_size=4),
)
@example(["나다"], ["가 나 다", "나다 나 다"])
@example(["b b"], ["b b b", "b  b"])
def test_the_index_finds_what_a_slow_search_finds(phrases: list[str], texts: list[str]) -> None:
    batch = TextBatch.from_texts(texts)
    index = PhraseIndex(Phrase.compile(phrase, phrase) for phrase in phrases)
    found = set(index.find(batch, fold_batch(batch)))
    assert found == {
        (phrase, number, *place)
        for phrase in phrases
        for number, text in enumerate(texts)
        for place in slowly(phrase, text)
    }
