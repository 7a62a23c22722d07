"""The built-in phrase rules: what they leave alone, what they are made of, how they are changed.

What they catch stands in ``smclassify/policy/examples/`` and is tried in
``test_policy_examples.py``.
"""

from __future__ import annotations

import re
from collections import Counter

import pytest

from smclassify.labels import FLAG_OF_REASON, LANGUAGES
from smclassify.policy.checker import PolicyChecker
from smclassify.policy.fold import has_cjk
from smclassify.policy.matching import contains_any
from smclassify.policy.rule import BaseRule, Rule
from smclassify.policy.rules import active_rules, builtin, builtin_names
from smclassify.policy.schema import Policy
from smclassify.text.batch import TextBatch


@pytest.fixture(scope="module")
def checker() -> PolicyChecker:
    return PolicyChecker()


def rules_found(checker: PolicyChecker, text: str, language: str) -> set[str]:
    batch = TextBatch.from_texts([text])
    batch.languages = [language]
    return {finding.rule for finding in checker.check(batch)[0]}


LEFT_ALONE = [
    # speaking against it
    ("en", "Please don't use a photo found on the internet. Ask the photographer first."),
    ("en", "We never buy followers, and we tell our clients why."),
    ("en", "We don't do follow for follow, or like for like."),
    ("en", "Stop cropping: somebody removed the watermark without asking."),
    ("fr", "On n'utilise jamais une photo trouvée sur internet."),
    ("fr", "Pourquoi il ne faut pas acheter des abonnés"),
    ("ko", "퍼온 사진은 올리지 마세요. 작가님이 슬퍼해요."),
    ("ko", "리뷰 대행은 불법입니다. 보시면 신고해 주세요."),
    ("zh", "请勿刷单，谨防骗局"),
    ("zh", "我们从不刷好评，每一条都是真实评价"),
    # doing it properly
    ("en", "Photo by Nadia Kross, used with her kind permission. See her work at nadiakross.com"),
    ("en", "Your photos are kept safe, and your data stays confidential."),
    ("fr", "Photo : Léa Martin, avec son accord. Merci Léa !"),
    ("ko", "사진은 김작가님께 허락을 받고 올립니다."),
    ("zh", "图片由摄影师阿宁授权使用"),
    # the same words in another sense
    ("en", "What would you like if you could choose one flavour?"),
    ("en", "Price tag: 5 dollars. Bring your friends!"),
    ("fr", "Sirop à usage interne, deux gouttes le matin"),
    ("fr", "Le client est roi, tag ou pas tag"),
    ("ko", "친구와 함께 오시면 두 분 다 10% 할인"),
    ("zh", "回族自治区和汉族的民族关系"),
    ("zh", "欢迎带三位好友一起来喝茶"),
    ("en", "Here's how we follow up on your feedback"),
]


@pytest.mark.parametrize(("language", "text"), LEFT_ALONE)
def test_talking_about_it_or_doing_it_properly_is_left_alone(
    checker: PolicyChecker, language: str, text: str
) -> None:
    assert rules_found(checker, text, language) == set()


def test_a_phrase_is_found_whatever_the_language_of_the_text(checker: PolicyChecker) -> None:
    assert "engagement-exchange" in rules_found(checker, "Bienvenue ! 맞팔 해요", "fr")
    assert "confidentiality-marking" in rules_found(checker, "표지에 Internal Use Only라고", "ko")
    assert "engagement-exchange" in rules_found(checker, "互粉", "unknown")
    assert "fake-growth-trade" in rules_found(checker, "buy followers", "unknown")


def test_a_denial_in_another_sentence_does_not_excuse(checker: PolicyChecker) -> None:
    text = "We never sleep! Buy followers from us."
    assert "fake-growth-trade" in rules_found(checker, text, "en")


@pytest.mark.parametrize("rule", [*builtin().rules, *builtin().required], ids=lambda one: one.name)
def test_every_builtin_rule_speaks_for_a_reason_and_says_what_would_mend_it(
    rule: BaseRule,
) -> None:
    assert rule.label == FLAG_OF_REASON[rule.reason]
    for words in (rule.message, rule.suggestion):
        assert isinstance(words, dict) and set(words) == set(LANGUAGES)
        for language, sentence in words.items():
            assert sentence.endswith("。" if language == "zh" else "."), sentence


@pytest.mark.parametrize("rule", builtin().rules, ids=lambda rule: rule.name)
def test_every_builtin_rule_looks_for_something_in_every_script(rule: Rule) -> None:
    searched = [*rule.phrases, *rule.regexes]
    searched += [str(pattern) for pattern in rule.patterns]
    for script in ("[A-Za-z]", "[가-힣]", "[一-龥]"):
        assert any(re.search(script, one) for one in searched), script


@pytest.mark.parametrize("key", ["phrases", "regexes"])
def test_nothing_stands_twice_in_a_builtin_rule(key: str) -> None:
    twice = {
        (rule.name, one)
        for rule in builtin().rules
        for one, number in Counter(getattr(rule, key)).items()
        if number > 1
    }
    assert twice == set()


def test_no_builtin_phrase_is_always_harmless() -> None:
    """What a rule looks for is not among the words that make it harmless."""
    dead = {
        (rule.name, phrase)
        for rule in builtin().rules
        # One by one only where one of them does: the words are compiled anew at each call.
        if rule.unless and contains_any(rule.unless, "\n".join(rule.phrases))
        for phrase in rule.phrases
        if contains_any(rule.unless, phrase)
    }
    assert dead == set()


def test_builtin_rules_have_names_of_their_own() -> None:
    counts = Counter(rule.name for rule in (*builtin().rules, *builtin().required))
    assert set(counts.values()) == {1}
    assert set(counts) <= builtin_names()


def test_judgement_has_words_in_every_language() -> None:
    assert set(builtin().judgement) == set(LANGUAGES)


def test_denial_has_words_in_every_language() -> None:
    assert set(builtin().negation) == set(LANGUAGES)
    assert all(has_cjk(cue) for language in ("ko", "zh") for cue in builtin().negation[language])


def test_a_company_switches_a_builtin_rule_off_or_weighs_it_otherwise() -> None:
    off = active_rules(Policy(off=("engagement-exchange",)))
    assert "engagement-exchange" not in {rule.name for rule in off}
    weighed = active_rules(Policy(severity={"confidentiality-hint": "block"}))
    assert {rule.severity for rule in weighed if rule.name == "confidentiality-hint"} == {"block"}


def test_a_company_rule_takes_the_place_of_the_builtin_one_of_its_name() -> None:
    own = {"name": "engagement-exchange", "phrases": ["swap likes"], "message": "No swapping."}
    rules = active_rules(Policy.model_validate({"rule": [own]}))
    named = [rule for rule in rules if rule.name == "engagement-exchange"]
    assert [rule.message for rule in named] == ["No swapping."]


def test_a_company_rewords_a_builtin_rule_or_keeps_it_to_some_languages() -> None:
    adjusted = {"message": {"en": "Not so.", "fr": "Non."}, "languages": ["fr"]}
    policy = Policy.model_validate({"adjust": {"confidentiality-hint": adjusted}})
    (rule,) = (one for one in active_rules(policy) if one.name == "confidentiality-hint")
    (usual,) = (one for one in builtin().rules if one.name == "confidentiality-hint")
    assert rule.message == {"en": "Not so.", "fr": "Non."}
    assert (rule.languages, rule.suggestion) == (("fr",), usual.suggestion)


def test_recognisers_and_norms_can_be_named_like_any_builtin_rule() -> None:
    assert {"phone-number", "placeholder", "platform-length", "competitor-named"} <= builtin_names()
