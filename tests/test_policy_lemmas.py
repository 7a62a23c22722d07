"""Phrases in any inflection, where a company's spaCy pipeline knows lemmas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import spacy
from policies import LISTS, alone
from spacy.language import Language
from spacy.tokens import Doc

from smclassify.policy.checker import PolicyChecker
from smclassify.policy.schema import Policy
from smclassify.text.batch import TextBatch

Pipelines = dict[str, str]


def found(
    policy: dict[str, Any], text: str, language: str = "en", *, pipelines: Pipelines | None = None
) -> list[str]:
    """Return what a policy's rules hit; without a policy, what the built-in ones do."""
    batch = TextBatch.from_texts([text])
    batch.languages = [language]
    own = Policy.model_validate(alone(policy, *LISTS) if policy else {})
    checker = PolicyChecker(own, recognizers=(), pipelines=pipelines)
    return [f"{f.rule}: {text[f.start : f.end]}" for f in checker.check(batch)[0]]


def rule(**more: Any) -> dict[str, Any]:
    return {"rule": [{"name": "own", "message": "Ours.", **more}]}


_LEMMAS = {"synergies": "synergy", "sold": "sell", "selling": "sell", "sells": "sell"}


@Language.component("toy_lemmas_of_these_tests")
def _toy_lemmas(doc: Doc) -> Doc:
    for token in doc:
        token.lemma_ = "" if token.text.startswith("@") else _LEMMAS.get(token.lower_, token.lower_)
    return doc


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Pipelines:
    """A stand-in for a trained pipeline: blank, but it knows the lemmas of a few words."""
    nlp = spacy.blank("en")
    nlp.add_pipe("toy_lemmas_of_these_tests", name="lemmatizer")
    path: Path = tmp_path_factory.mktemp("pipelines") / "toy"
    nlp.to_disk(path)
    return {"en": str(path)}


def test_where_there_are_lemmas_phrases_are_found_in_any_inflection(
    english: Pipelines,
) -> None:
    policy = {"forbidden": ["synergy", "sell fear", "sell … soul", "시너지"]}
    text = "Synergies: they sold fear, selling all our soul"
    expected = ["Synergies", "sold fear", "selling all our soul"]
    assert found(policy, text, pipelines=english) == [f"forbidden-phrase: {p}" for p in expected]
    assert found(policy, text) == []


def test_languages_without_such_a_pipeline_are_matched_as_written(english: Pipelines) -> None:
    policy = {"forbidden": ["synergy", "시너지"]}
    assert found(policy, "synergies", "fr", pipelines=english) == []
    assert found(policy, "시너지를", "ko", pipelines=english) == ["forbidden-phrase: 시너지"]


def test_a_word_that_the_lemmatizer_does_not_know_is_matched_as_written(
    english: Pipelines,
) -> None:
    policy = rule(phrases=["@osk sells"])
    assert found(policy, "@osk sold, @tam sold", pipelines=english) == ["own: @osk sold"]


def test_lemmas_keep_to_exceptions_and_languages(english: Pipelines) -> None:
    policy = rule(phrases=["sell fear"], unless=["never"], languages=["en"])
    assert found(policy, "We never sold fear. They sold fear.", pipelines=english) == [
        "own: sold fear"
    ]


def test_the_built_in_rules_list_their_inflections_themselves(english: Pipelines) -> None:
    texts = ["Photo found on the internet", "We sold it", "Follow for follow"]
    for text in texts:
        assert found({}, text, pipelines=english) == found({}, text)


def test_gaps_do_not_hang_the_matcher_of_lemmas(english: Pipelines) -> None:
    policy = rule(phrases=["a … a … a … b"])
    assert found(policy, "a " * 3000, pipelines=english) == []
