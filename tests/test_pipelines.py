"""spaCy pipelines: blank by default, the company's own where it names one."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from wild import real_texts, texts

from smclassify.errors import ConfigError
from smclassify.labels import LANGUAGES
from smclassify.text.normalize import normalize
from smclassify.text.pipelines import (
    LONGEST_PIECE,
    OTHER,
    blank_pipeline,
    make_docs,
    named_pipeline,
    pipeline_for,
    token_attributes,
    tokenize,
)

ALL = (*LANGUAGES, OTHER)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A pipeline with a component of its own, on disk as a company would have it."""
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.max_length = 100
    folder = tmp_path_factory.mktemp("pipelines") / "ours"
    nlp.to_disk(folder)
    return str(folder)


# --- blank --------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_a_blank_pipeline_made_once(language: str) -> None:
    nlp = blank_pipeline(language)
    assert nlp.lang == language
    assert nlp.pipe_names == []
    assert blank_pipeline(language) is nlp


@pytest.mark.parametrize("language", ["de", "unknown", "", "xx"])
def test_any_other_language_shares_one_pipeline(language: str) -> None:
    assert blank_pipeline(language) is blank_pipeline(OTHER)
    assert blank_pipeline(language).lang == OTHER


@pytest.mark.parametrize(
    ("language", "text", "tokens"),
    [
        ("en", "Don't wait, it's free!", ["Do", "n't", "wait", ",", "it", "'s", "free", "!"]),
        ("fr", "L'été, qu'est-ce ?", ["L'", "été", ",", "qu'", "est", "-ce", "?"]),
        ("ko", "신메뉴가 나왔어요!", ["신메뉴가", "나왔어요", "!"]),  # by rule: no mecab needed
        ("zh", "新品上架ok", ["新", "品", "上", "架", "o", "k"]),
        ("xx", "Guten Tag!", ["Guten", "Tag", "!"]),
    ],
)
def test_tokens_by_language(language: str, text: str, tokens: list[str]) -> None:
    assert [token.text for token in tokenize(blank_pipeline(language), text)] == tokens


# --- tokenising in bounded time -----------------------------------------------------------


@pytest.mark.parametrize("language", ALL)
@given(text=texts)
def test_a_doc_says_the_text_again(language: str, text: str) -> None:
    clean = normalize([text]).texts[0]
    assert tokenize(blank_pipeline(language), clean).text == clean


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_of_short_pieces_are_spacys_own_affair(language: str) -> None:
    nlp = blank_pipeline(language)
    for text in real_texts(language):
        if max(map(len, text.split()), default=0) <= LONGEST_PIECE:
            ours, theirs = tokenize(nlp, text), nlp(text)
            assert [token.text for token in ours] == [token.text for token in theirs]


@pytest.mark.parametrize("language", ALL)
def test_a_wall_of_marks_is_cut_but_not_lost(language: str) -> None:
    text = "wow " + "!" * 20_000 + "  \n ok" + "?" * 100
    doc = tokenize(blank_pipeline(language), text)
    assert doc.text == text
    assert max(len(token) for token in doc) <= LONGEST_PIECE


@given(texts, st.sampled_from(ALL))
def test_token_attributes_leave_out_white_space(text: str, language: str) -> None:
    nlp = blank_pipeline(language)
    clean = normalize([text]).texts[0][:LONGEST_PIECE]
    expected = [[token.lower, token.idx] for token in nlp.tokenizer(clean) if not token.is_space]
    assert token_attributes(nlp, clean).tolist() == expected


# --- docs ---------------------------------------------------------------------------------


def test_docs_come_in_the_order_of_the_texts() -> None:
    written = ["don't", "好的", "l'eau", "네!", "Tag!", "l'an"]
    docs = make_docs(written, ["en", "zh", "fr", "ko", "de", "fr"])
    assert [doc.text for doc in docs] == written
    assert [doc.lang_ for doc in docs] == ["en", "zh", "fr", "ko", "xx", "fr"]
    assert [len(doc) for doc in docs] == [2, 2, 2, 2, 2, 2]


def test_no_texts_give_no_docs() -> None:
    assert make_docs([], []) == []


def test_an_empty_text_gives_an_empty_doc() -> None:
    assert [len(doc) for doc in make_docs(["", "a"], ["en", "ko"])] == [0, 1]


# --- a company's own ----------------------------------------------------------------------


def test_a_named_pipeline_serves_its_language_only(trained: str) -> None:
    names = {"en": trained}
    assert pipeline_for("en", names) is named_pipeline(trained)
    assert pipeline_for("fr", names) is blank_pipeline("fr")
    assert pipeline_for("en", {"en": ""}) is blank_pipeline("en")


def test_its_components_run(trained: str) -> None:
    ours, blank = make_docs(["One. Two.", "Un. Deux."], ["en", "fr"], {"en": trained})
    assert [sentence.text for sentence in ours.sents] == ["One.", "Two."]
    assert not blank.has_annotation("SENT_START")


def test_a_text_too_long_for_its_components_still_gets_tokens(
    trained: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(named_pipeline(trained), "max_length", 100)
    long = "One. Two. " * 50
    docs = make_docs(["One. Two.", long, "Three."], ["en"] * 3, {"en": trained})
    assert [doc.text for doc in docs] == ["One. Two.", long, "Three."]
    assert len(docs[1]) == 200


@pytest.mark.parametrize("name", ["no_such_pipeline", "/no/such/folder", "en_core_web_nothing"])
def test_a_pipeline_that_is_not_there_is_named_with_what_to_do(name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        pipeline_for("en", {"en": name})
    assert name in caught.value.message
    assert caught.value.where == "[pipelines]"
    assert f"python -m spacy download {name}" in (caught.value.hint or "")


@pytest.mark.parametrize(
    "config", ["", "not toml [", "[nlp]\nlang = 'en'\npipeline = ['nope']", "[nlp]\nlang = 'qq'"]
)
def test_a_damaged_pipeline_is_a_configuration_error(tmp_path: Path, config: str) -> None:
    (tmp_path / "meta.json").write_text('{"lang": "en", "name": "x", "version": "1"}')
    (tmp_path / "config.cfg").write_text(config)
    with pytest.raises(ConfigError, match="cannot load the pipeline"):
        named_pipeline(str(tmp_path))
