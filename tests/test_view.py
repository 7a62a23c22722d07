"""What n-grams see of a text, and where in the text each character of it stands."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from wild import batches, real_texts

from smclassify.features.view import LONGEST_RUN, PLACEHOLDERS, FeatureView, feature_view
from smclassify.labels import LANGUAGES
from smclassify.text.batch import SEPARATOR
from smclassify.text.normalize import normalize
from smclassify.text.spans import cover

LINK, MAIL, NAME = (chr(PLACEHOLDERS[kind]) for kind in ("url", "email", "mention"))


def strings(view: FeatureView) -> list[str]:
    """Each text as n-grams see it."""
    joined = "".join(map(chr, view.codes.tolist()))
    return joined.split("\0")[1:]


def seen(text: str) -> str:
    (view,) = strings(feature_view(normalize([text])))
    assert view[0] == view[-1] == " "
    return view[1:-1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello WORLD Éte ÀÇ", "hello world éte àç"),
        ("Привет ΣΑΣ", "привет σασ"),
        ("產品開發門市", "产品开发门市"),
        ("产品开发门市", "产品开发门市"),
        ("오늘도 맛있게", "오늘도 맛있게"),
        ("call 555-1234 at 9", "call 000-0000 at 0"),
        ("٣ дня, 3 days", "0 дня, 0 days"),
        ("a \t\n b", "a b"),
        ("  both ends  ", "both ends"),
        ("soooooo goooood!!!!!", "sooo goood!!!"),
        ("ㅋㅋㅋㅋㅋㅋ ㅋㅋ", "ㅋㅋㅋ ㅋㅋ"),
        ("AaAaAa", "aaa"),
        ("😀😀😀😀😀", "😀😀😀"),
        ("no. 1000000000", "no. 0000000000"),
        ("see https://example.com/Path now", f"see {LINK} now"),
        ("see bit.ly/x, or me@b.co!", f"see {LINK}, or {MAIL}!"),
        ("@jane @john @jack @joe hi", f"{NAME} {NAME} {NAME} {NAME} hi"),
        ("回复@团子:好", f"回复{NAME}:好"),
        ("#Sale $5", "#sale $0"),
        ("İstanbul", "İstanbul"),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_what_is_seen(text: str, expected: str) -> None:
    assert seen(text) == expected.rstrip()


def test_spelling_variants_look_the_same() -> None:
    variants = [
        "FREE  產品 99!!!!",
        "free 产品 12!!!",
        "ｆｒｅｅ 产品 ４５!!!",
        "fr\u200bee\n产品 00!!!!!",
    ]
    assert len(set(map(seen, variants))) == 1


@pytest.mark.parametrize(
    ("text", "part", "word"),
    [
        ("See https://a.com/x NOW", LINK, "https://a.com/x"),
        ("ask @Jane_Doe ok", NAME, "@Jane_Doe"),
        ("mail me@b.co ok", MAIL, "me@b.co"),
        ("sooooo good", "sooo", "sooo"),
        ("a  \n b", " ", " "),
        ("Produit É", "é", "É"),
    ],
)
def test_each_character_remembers_its_place(text: str, part: str, word: str) -> None:
    batch = normalize(["before", text])
    view = feature_view(batch)
    first = strings(view)[1].index(part, 1) + int(np.flatnonzero(view.text == 1)[0]) + 1
    last = first + len(part) - 1
    assert batch.joined[view.begin[first] : view.end[last]] == word


@given(batches)
def test_each_text_is_framed_by_spaces_and_preceded_by_a_separator(texts: list[str]) -> None:
    view = feature_view(normalize(texts))
    assert view.n_texts == len(texts)
    before = np.flatnonzero(view.codes == SEPARATOR)
    assert view.text[before].tolist() == list(range(len(texts)))
    assert (view.codes[before + 1] == ord(" ")).all()
    assert (view.codes[np.append(before[1:], len(view.codes))[: len(texts)] - 1] == ord(" ")).all()


@given(batches)
def test_each_character_stands_for_a_place_in_its_text(texts: list[str]) -> None:
    batch = normalize(texts)
    view = feature_view(batch)
    assert (np.diff(view.text) >= 0).all()
    assert (np.diff(view.begin) >= 0).all()
    assert (view.begin >= batch.starts[view.text]).all()
    assert (view.end <= batch.ends[view.text]).all()
    empty = view.begin == view.end
    assert np.isin(view.codes[empty], [SEPARATOR, ord(" ")]).all()
    assert (view.begin <= view.end).all()


@given(batches)
def test_nothing_is_repeated_for_long(texts: list[str]) -> None:
    for text in strings(feature_view(normalize(texts))):
        assert "  " not in text
        for character in set(text) - {"0"}:
            assert character * (LONGEST_RUN + 1) not in text


@given(batches)
def test_a_text_does_not_know_its_neighbours(texts: list[str]) -> None:
    together = feature_view(batch := normalize(texts))
    seen_alone = []
    for index, text in enumerate(texts):
        alone = feature_view(normalize([text]))
        seen_alone += strings(alone)
        mine = together.text == index
        assert (together.begin[mine] - batch.starts[index]).tolist() == alone.begin.tolist()
        assert (together.end[mine] - batch.starts[index]).tolist() == alone.end.tolist()
    assert strings(together) == seen_alone


@given(batches)
def test_the_batch_itself_is_left_as_it_was(texts: list[str]) -> None:
    batch = normalize(texts)
    before = batch.codes.copy()
    feature_view(batch)
    assert np.array_equal(batch.codes, before)


@pytest.mark.parametrize("language", LANGUAGES)
def test_real_letters_are_all_seen(language: str) -> None:
    """Every letter that is in no link, no long run and no address has its place in the view."""
    batch = normalize(real_texts(language))
    view = feature_view(batch)
    covered = np.zeros(len(batch.codes) + 1, np.int64)
    np.add.at(covered, view.begin, 1)
    np.add.at(covered, view.end, -1)
    addresses = cover(len(batch.codes), batch.spans["address"])
    hidden = np.flatnonzero((np.cumsum(covered)[:-1] == 0) & ~addresses)
    for at in hidden.tolist():
        character = batch.joined[at]
        previous = batch.joined[at - 1]
        assert character == "\0" or character.isspace() or character.lower() == previous.lower()


def test_no_texts_give_an_empty_view() -> None:
    view = feature_view(normalize([]))
    assert (len(view.codes), view.n_texts) == (0, 0)


@pytest.mark.parametrize("text", ["a" * 1_000_000, "!" * 300_000, " " * 300_000, "😀" * 10_000])
def test_a_lot_of_the_same_is_seen_as_a_little(text: str) -> None:
    assert len(seen(text)) <= LONGEST_RUN


def test_to_whom_a_text_speaks_is_not_part_of_what_it_says() -> None:
    assert seen("@united my bags never arrived") == seen("my bags never arrived")


def test_a_view_is_worked_out_once_and_nobody_can_spoil_it_for_others() -> None:
    batch = normalize(["Some text", "@united and more"])
    view = feature_view(batch)
    assert feature_view(batch) is view
    assert strings(feature_view(batch.take([0]))) == strings(view)[:1]
    for column in (view.codes, view.begin, view.end, view.text):
        with pytest.raises(ValueError, match="read-only"):
            column[0] = 1
