"""The examples of the built-in rules: enough of them, all different, and each does as it should."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from smclassify.labels import LANGUAGES
from smclassify.policy.checker import PolicyChecker
from smclassify.policy.examples import (
    Tried,
    builtin_examples,
    example_policy,
    own_examples,
    try_builtin,
    try_examples,
)
from smclassify.policy.platforms import PLATFORM_RULES
from smclassify.policy.rules import CAMPAIGN_RULES, builtin_names
from smclassify.policy.schema import Policy

ENOUGH = 10
_ABROAD = {"korean-resident-number", "chinese-resident-id", "platform-topic"}
ELSEWHERE = {
    "en": _ABROAD | {"tone"},  # English has one form of address
    "fr": _ABROAD,
    "ko": _ABROAD - {"korean-resident-number"},
    "zh": {"korean-resident-number"},
}
"""For each language, the rules that have nothing to look for in it."""

RULES = sorted(builtin_names() - set(CAMPAIGN_RULES))
"""Rules on a single draft; those on a set have their tests in ``test_campaign.py``."""


@cache
def tried() -> tuple[Tried, ...]:
    return tuple(try_builtin(builtin_examples()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_has_ten_good_and_ten_bad_examples(language: str) -> None:
    counts = Counter((one.rule, one.bad) for one in builtin_examples() if one.language == language)
    too_few = {
        f"{rule}: {kind}": counts[rule, bad]
        for rule in RULES
        if rule not in ELSEWHERE.get(language, ())
        for kind, bad in (("good", False), ("bad", True))
        if counts[rule, bad] < ENOUGH
    }
    assert too_few == {}


def test_examples_are_of_rules_there_are() -> None:
    assert {one.rule for one in builtin_examples()} - set(RULES) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_example_of_a_rule_stands_twice(language: str) -> None:
    seen = Counter(
        (one.rule, " ".join(one.text.split()).casefold(), one.platform)
        for one in builtin_examples()
        if one.language == language
    )
    assert [key for key, count in seen.items() if count > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_bad_example_is_found(language: str) -> None:
    mine = [one for one in tried() if one.example.language == language and one.example.bad]
    assert mine
    assert [(one.example.rule, one.example.text) for one in mine if not one.right] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_good_example_is_left_alone(language: str) -> None:
    mine = [one for one in tried() if one.example.language == language and not one.example.bad]
    assert mine
    assert [(one.example.rule, one.example.text) for one in mine if not one.right] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_brings_the_lists_that_some_rules_need(language: str) -> None:
    policy = example_policy(language)
    assert policy.competitors and policy.forbidden and policy.languages and policy.link_domains
    assert {term.until is None for term in policy.confidential} == {True, False}


def test_the_file_names_a_platform_where_a_norm_needs_one() -> None:
    norms = [one for one in builtin_examples() if one.rule in PLATFORM_RULES]
    assert norms and all(one.platform for one in norms)


def test_only_some_rules_can_be_asked_for() -> None:
    some = builtin_examples(["placeholder"])
    assert some and {one.rule for one in some} == {"placeholder"}
    assert builtin_examples([]) == [] == builtin_examples(["no-such-rule"])


# --- a company's own ----------------------------------------------------------------------------

_OWN = {
    "rule": [
        {
            "name": "refund-promise",
            "message": "Promise nothing.",
            "phrases": ["full refund"],
            "good": ["Ask us about refunds"],
            "bad": ["You get a full refund", "Nothing of the kind"],
        }
    ],
    "required": [
        {
            "name": "say-ad",
            "message": "Say #ad.",
            "phrases": ["#ad"],
            "when": ["partner"],
            "languages": ["fr"],
            "good": ["Notre partner #ad"],
            "bad": ["Notre partner"],
        }
    ],
}


def test_a_companys_rules_are_tried_on_the_examples_they_carry() -> None:
    policy = Policy.model_validate(_OWN)
    results = try_examples(PolicyChecker(policy), own_examples(policy))
    assert [(one.example.rule, one.example.text, one.right) for one in results] == [
        ("refund-promise", "Ask us about refunds", True),
        ("refund-promise", "You get a full refund", True),
        ("refund-promise", "Nothing of the kind", False),
        ("say-ad", "Notre partner #ad", True),
        ("say-ad", "Notre partner", True),
    ]


def test_what_other_rules_find_in_an_example_does_not_count() -> None:
    policy = Policy.model_validate(
        {"rule": [{**_OWN["rule"][0], "good": ["Hi {first_name}, credit to the owner"]}]}
    )
    good = [one for one in own_examples(policy) if not one.bad]
    assert [one.right for one in try_examples(PolicyChecker(policy), good)] == [True]


def test_nothing_to_try_is_nothing_tried() -> None:
    assert own_examples(Policy()) == []
    assert try_examples(PolicyChecker(), []) == []
