"""The language step says what a person would, and "unknown" where a person would shrug."""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smclassify.errors import ModelError
from smclassify.labels import LANGUAGES, UNKNOWN_LANGUAGE
from smclassify.text.batch import TextBatch
from smclassify.text.langtable import TABLE, load_table
from smclassify.text.language import LanguageDetector

ROOT = Path(__file__).parent.parent
OTHER = Path(__file__).parent / "data" / "other_languages.tsv"


@pytest.fixture(scope="module")
def detector() -> LanguageDetector:
    return LanguageDetector()


def languages(detector: LanguageDetector, *texts: str) -> list[str]:
    return detector.detect(TextBatch.from_texts(texts)).codes


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The parcel never came and nobody answers the phone", "en"),
        ("u r gr8 lol", "en"),
        ("ok", "en"),
        ("thanks", "en"),
        ("price?", "en"),
        ("WORST SERVICE EVER", "en"),
        ("sooooo goooood", "en"),
        ("Le colis n'est jamais arrivé et personne ne répond", "fr"),
        ("merci", "fr"),
        ("mdr c tro bien", "fr"),
        ("slt sa va", "fr"),
        ("Prix svp ?", "fr"),
        ("배송이 너무 늦어요", "ko"),
        ("ㅋㅋㅋ", "ko"),
        ("快递太慢了", "zh"),
        ("東西收到了，很喜歡", "zh"),
        ("好", "zh"),
        ("𠮷𠮷", "zh"),
    ],
)
def test_the_four_languages_are_told_even_in_a_word_or_two(detector, text, language):
    assert languages(detector, text) == [language]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("OMG 대박", "ko"),
        ("Samsung Galaxy 좋아요", "ko"),
        ("iPhone 15 Pro很好用", "zh"),
        ("I really love this 火锅 place so much", "en"),
        ("j'adore le mot 사랑 et la musique coréenne", "fr"),
        ("東京の天気", "ja"),
        ("优の良品这家店真的很好吃", "zh"),
        ("Привет from Moscow, как дела у вас", "ru"),
    ],
)
def test_mixed_scripts_go_to_the_one_that_carries_the_sentence(detector, text, language):
    assert languages(detector, text) == [language]


BLANK = ("", " ", "😀👍", "12345", "2024-05-01 !!!", "\x00", "\ud800")
AMBIGUOUS = ("Nike", "Paris", "no", "la", "de")
FACES = (r"¯\_(ツ)_/¯", "ಠ_ಠ", "(°д°)")
UNHEARD_OF = ("ƣƣƣ",)


@pytest.mark.parametrize("text", [*BLANK, *AMBIGUOUS, *FACES, *UNHEARD_OF])
def test_what_nobody_could_tell_is_unknown_and_without_confidence(detector, text):
    guess = detector.detect(TextBatch.from_texts([text]))
    assert guess.codes == [UNKNOWN_LANGUAGE]
    assert guess.confidence.tolist() == [0.0]


def with_span(text: str, kind: str, part: str) -> TextBatch:
    batch = TextBatch.from_texts(["bonjour tout le monde", text])
    start = int(batch.starts[1]) + text.index(part)
    batch.spans[kind] = np.array([[start, start + len(part)]], np.int64)
    return batch


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("url", "https://the-best-price-for-you.com/thanks"),
        ("email", "thanks.for.this@the-best.com"),
        ("mention", "@the.best-price.for-you"),
    ],
)
def test_links_addresses_and_names_say_nothing(detector, kind, part):
    assert languages(detector, part) == ["en"]
    assert detector.detect(with_span(part, kind, part)).codes == ["fr", UNKNOWN_LANGUAGE]
    with_word = f"{part} merci"
    assert detector.detect(with_span(with_word, kind, part)).codes == ["fr", "fr"]


def test_hashtags_count_only_where_there_is_nothing_else(detector):
    text, tag = "merci #the_best_thing_this_week", "#the_best_thing_this_week"
    assert languages(detector, text) == ["en"]
    assert detector.detect(with_span(text, "hashtag", tag)).codes[1] == "fr"
    assert detector.detect(with_span("#맞팔환영", "hashtag", "#맞팔환영")).codes[1] == "ko"


@pytest.fixture(scope="module")
def other_languages() -> list[dict[str, str]]:
    with OTHER.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_the_lean_to_english_and_french_does_not_swallow_other_languages(detector, other_languages):
    answers = languages(detector, *(row["text"] for row in other_languages))
    right = defaultdict(list)
    swallowed = []
    for row, answer in zip(other_languages, answers, strict=True):
        right[row["language"]].append(answer == row["language"])
        right[row["set"]].append(answer == row["language"])
        if answer in LANGUAGES:
            swallowed.append((row["text"], answer))
    share = {name: sum(marks) / len(marks) for name, marks in right.items()}
    assert len(share) >= 12 + 2
    assert share.pop("developed") >= 0.97
    assert share.pop("held_out") >= 0.92
    assert min(share.values()) >= 0.75, share
    assert len(swallowed) <= 0.02 * len(other_languages), swallowed


def test_langdetect_is_right_less_often_on_the_same_sentences(detector, other_languages):
    langdetect = pytest.importorskip("langdetect")
    langdetect.DetectorFactory.seed = 0
    texts = [row["text"] for row in other_languages]
    truth = [row["language"] for row in other_languages]
    ours = sum(map(str.__eq__, languages(detector, *texts), truth))
    theirs = sum(map(str.__eq__, map(langdetect.detect, texts), truth))
    assert ours > theirs


def test_long_texts_are_sure_and_short_ones_less_so(detector):
    long, short = "Where is my order? It was promised for last week.", "ok"
    confidence = detector.detect(TextBatch.from_texts([long, short])).confidence
    assert 0.99 < confidence[0] <= 1
    assert 0.5 < confidence[1] < confidence[0]


def test_an_empty_batch_has_no_languages(detector):
    guess = detector.detect(TextBatch.from_texts([]))
    assert guess.codes == []
    assert len(guess) == 0


def test_the_batch_is_left_as_it_was(detector):
    batch = with_span("merci https://a.fr", "url", "https://a.fr")
    before = batch.codes.copy()
    detector.detect(batch)
    assert np.array_equal(batch.codes, before)
    assert batch.languages == []


LETTERS = "aeéèzßñş  '!19@#" + "가ㅋ好のツァ" + "жяїعیहा" + "\u200b\U0001f600\U00020bb7\x00"
WILD = st.lists(st.text(max_size=40) | st.text(alphabet=LETTERS, max_size=40), max_size=8)


@settings(max_examples=200, deadline=None)
@given(WILD)
def test_a_text_gets_the_same_answer_alone_as_in_any_batch(texts):
    detector = LanguageDetector()
    together = detector.detect(TextBatch.from_texts(texts))
    assert len(together) == len(texts)
    assert ((together.confidence >= 0) & (together.confidence <= 1)).all()
    known = np.array(together.codes, dtype=object) != UNKNOWN_LANGUAGE
    assert (known == (together.confidence > 0)).all()
    for index, text in enumerate(texts):
        alone = detector.detect(TextBatch.from_texts([text]))
        assert alone.codes[0] == together.codes[index]
        assert alone.confidence[0] == together.confidence[index]


def test_the_shipped_table_is_what_the_script_compiles(monkeypatch):
    pytest.importorskip("langdetect")
    monkeypatch.syspath_prepend(str(ROOT / "training"))
    monkeypatch.delitem(sys.modules, "compile_langprofiles", raising=False)
    import compile_langprofiles

    compiled = compile_langprofiles.compile_table()
    with np.load(TABLE, allow_pickle=False) as shipped:
        assert set(shipped.files) == set(compiled)
        for name, array in compiled.items():
            assert shipped[name].dtype == np.asarray(array).dtype, name
            if name.endswith("_evidence"):
                # The last bit of a logarithm may differ between processors.
                assert np.abs(shipped[name].astype(int) - array.astype(int)).max() <= 1, name
            elif array.dtype.kind == "f":
                assert np.allclose(shipped[name], array), name
            else:
                assert np.array_equal(shipped[name], array), name


def test_the_table_is_small_and_knows_every_language_of_langdetect():
    langdetect = pytest.importorskip("langdetect")
    assert TABLE.stat().st_size < 2_000_000
    theirs = {path.name for path in (Path(langdetect.__file__).parent / "profiles").iterdir()}
    assert set(load_table().names) >= theirs - {"zh-cn", "zh-tw"} | {"zh", UNKNOWN_LANGUAGE}


@pytest.mark.parametrize("content", [None, b"", b"no table", b"PK\x05\x06" + bytes(18)])
def test_a_missing_or_damaged_table_is_reported_with_what_to_do(tmp_path, content):
    path = tmp_path / "langprofiles.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError, match="Reinstall") as caught:
        load_table(path)
    assert str(path) in str(caught.value)
