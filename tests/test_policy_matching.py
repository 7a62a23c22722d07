"""A company's own rules: terms, phrases, gaps, token patterns, languages, exceptions."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from policies import LISTS, alone

from smclassify.findings import Finding
from smclassify.policy.checker import PolicyChecker
from smclassify.policy.fold import fold
from smclassify.policy.phrases import Phrase, PhraseIndex, fold_batch
from smclassify.policy.schema import Policy
from smclassify.text.batch import TextBatch
from smclassify.text.pipelines import make_docs


def check(policy: dict[str, Any], *texts: tuple[str, str], docs: bool = False) -> list[list[str]]:
    """Return, for each (language, text), the pieces of text that the policy's rules hit.

    Without a policy, those that the built-in rules hit.
    """
    batch = TextBatch.from_texts([text for _, text in texts])
    batch.languages = [language for language, _ in texts]
    own = alone(policy, *LISTS) if policy else {}
    checker = PolicyChecker(Policy.model_validate(own), recognizers=())
    made = make_docs(batch.texts, batch.languages) if docs else None
    found = checker.check(batch, made)
    return [
        [text[finding.start : finding.end] for finding in findings]
        for (_, text), findings in zip(texts, found, strict=True)
    ]


def rule(**more: Any) -> dict[str, Any]:
    return {"rule": [{"name": "own", "message": "Ours.", **more}]}


@pytest.mark.parametrize("docs", [False, True])
def test_case_does_not_matter_and_words_are_matched_whole(docs: bool) -> None:
    policy = {"confidential": ["Project Falcon", "osk"]}
    found = check(
        policy,
        ("en", "So PROJECT falcon it is"),
        ("en", "The Project Falconry course, in the kiosk, all oskars"),
        ("fr", "Le Project Falcon arrive"),
        ("unknown", "project falcon"),
        docs=docs,
    )
    assert found == [["PROJECT falcon"], [], ["Project Falcon"], ["project falcon"]]


@pytest.mark.parametrize("docs", [False, True])
def test_either_apostrophe_will_do(docs: bool) -> None:
    policy = rule(phrases=["l'hiver d'antan"])
    found = check(policy, ("fr", "Vive l’hiver d’antan"), ("fr", "l'hiver d'antan"), docs=docs)
    assert [len(hits) for hits in found] == [1, 1]


def test_korean_names_are_found_with_a_particle_and_not_inside_another_word() -> None:
    found = check(
        {"competitors": ["오리"]},
        ("ko", "오리는 비싸요, 오리도 오리! 오리에서"),
        ("ko", "오리온 과자와 도토오리, 요리오리"),
    )
    assert found == [["오리", "오리", "오리", "오리"], []]


def test_korean_spaces_are_optional() -> None:
    found = check({"forbidden": ["완전 공짜"]}, ("ko", "완전공짜예요"), ("ko", "완전  공짜를"))
    assert found == [["완전공짜"], ["완전  공짜"]]


def test_latin_names_are_found_in_korean_and_chinese_texts() -> None:
    found = check(
        {"confidential": ["Osk Two"]},
        ("ko", "드디어 OSK TWO가 나옵니다"),
        ("zh", "新品Osk Two来了"),
        ("zh", "Kosk Two, Osk Twofold"),
    )
    assert found == [["OSK TWO"], ["Osk Two"], []]


def test_chinese_terms_need_no_word_boundary() -> None:
    assert check({"confidential": ["蒲公英计划"]}, ("zh", "我们的蒲公英计划下月见")) == [
        ["蒲公英计划"]
    ]


@pytest.mark.parametrize(
    ("language", "phrase", "near", "far"),
    [
        ("en", "cheaper … than", "cheaper by far than", "Cheaper. Better than"),
        ("fr", "moins cher … que", "moins cher encore que", "moins cher ! Plus beau que"),
        ("ko", "최저가 … 보장", "최저가를 확실히 보장", "최저가입니다. 품질을 보장"),
        ("zh", "全网…最低", "全网绝对最低", "全网可查。价格不是最低"),
    ],
)
def test_a_gap_takes_a_few_words_of_the_same_sentence(
    language: str, phrase: str, near: str, far: str
) -> None:
    found = check(rule(phrases=[phrase]), (language, near), (language, far))
    assert found == [[near], []]


@pytest.mark.parametrize("docs", [False, True])
def test_token_patterns_are_spacys(docs: bool) -> None:
    pattern = [{"LOWER": {"IN": ["only", "just"]}}, {"LIKE_NUM": True}, {"LOWER": "left"}]
    found = check(
        rule(patterns=[pattern]), ("en", "Just 3 left!"), ("en", "Just left, 3 minutes"), docs=docs
    )
    assert found == [["Just 3 left"], []]


@pytest.mark.parametrize("docs", [False, True])
def test_a_pattern_that_names_no_word_is_tried_on_every_text(docs: bool) -> None:
    policy = rule(patterns=[[{"IS_UPPER": True, "LENGTH": {">=": 6}}]])
    found = check(policy, ("en", "wow AMAZING news"), ("zh", "好"), docs=docs)
    assert found == [["AMAZING"], []]


def test_a_rule_for_some_languages_leaves_the_others_alone() -> None:
    policy = rule(phrases=["sale"], languages=["en"])
    assert check(policy, ("en", "sale"), ("fr", "sale")) == [["sale"], []]


def test_unless_makes_a_hit_harmless_in_its_own_sentence_only() -> None:
    policy = rule(phrases=["guaranteed"], unless=["not guaranteed", "money back"])
    found = check(
        policy,
        ("en", "Results are not guaranteed."),
        ("en", "Guaranteed, or your money back."),
        ("en", "Guaranteed growth. Ask about our money back offer."),
    )
    assert found == [[], [], ["Guaranteed"]]


def test_hits_of_one_rule_that_overlap_are_told_once_and_the_longest_wins() -> None:
    found = check(rule(phrases=["red bull", "red", "bull market"]), ("en", "a red bull market"))
    assert found == [["red bull"]]


def test_given_docs_and_own_docs_find_the_same() -> None:
    texts = [
        ("en", "Tag 3 friends! Grabbed off Google, buy followers"),
        ("fr", "Tague 3 copines, achetez des abonnés, l’embargo"),
        ("ko", "선팔하면 맞팔, 대외비"),
        ("zh", "互粉，内部资料"),
        ("unknown", "buy followers 互粉"),
    ]
    assert check({}, *texts, docs=True) == check({}, *texts)
    assert all(check({}, *texts))


def findings(policy: dict[str, Any], text: str, language: str = "en") -> list[Finding]:
    batch = TextBatch.from_texts([text])
    batch.languages = [language]
    return PolicyChecker(Policy.model_validate(policy)).check(batch)[0]


def test_terms_of_the_policy_say_what_they_are() -> None:
    policy = {"competitors": ["Loopdesk"], "confidential": ["Falcon"], "forbidden": ["synergy"]}
    found = findings(policy, "Falcon beats Loopdesk by synergy")
    assert [(f.rule, f.label, f.reason, f.severity) for f in found] == [
        ("confidential-term", "off_policy", "confidentiality", "block"),
        ("competitor-named", "off_policy", "disparagement", "warn"),
        ("forbidden-phrase", "off_policy", "", "block"),
    ]


@given(st.text(max_size=60), st.text(max_size=60))
def test_folding_keeps_every_character_in_its_place(left: str, right: str) -> None:
    assert len(fold(left)) == len(left)
    assert fold(left + right) == fold(left) + fold(right) or "Σ" in left + right


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_chinese_phrase_is_found_wherever_it_stands(before: str, after: str) -> None:
    batch = TextBatch.from_texts([f"{before} 蒲公英 {after}"])
    index = PhraseIndex([Phrase.compile("蒲公英", "flower")])
    places = [place[1:] for place in index.find(batch, fold_batch(batch))]
    assert (0, len(before) + 1, len(before) + 4) in places
    assert all(batch.texts[0][start:end].replace(" ", "") == "蒲公英" for _, start, end in places)
