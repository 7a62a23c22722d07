"""A company's terms and rules: embargoes, competitors, exceptions."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from policies import LISTS, alone

from smclassify.findings import Finding
from smclassify.policy.checker import PolicyChecker
from smclassify.policy.schema import Policy
from smclassify.text.batch import TextBatch

DAY = date(2026, 12, 1)


def findings(
    policy: dict[str, Any],
    text: str,
    language: str = "en",
    *,
    today: date | None = None,
    ui: str = "en",
) -> list[Finding]:
    batch = TextBatch.from_texts([text])
    batch.languages = [language]
    checker = PolicyChecker(
        Policy.model_validate(alone(policy, *LISTS)),
        recognizers=(),
        today=today,
        ui_language=ui,
    )
    return checker.check(batch)[0]


def found(policy: dict[str, Any], text: str, language: str = "en", **more: Any) -> list[str]:
    return [f"{f.rule}: {text[f.start : f.end]}" for f in findings(policy, text, language, **more)]


def rule(**more: Any) -> dict[str, Any]:
    return {"rule": [{"name": "own", "message": "Ours.", **more}]}


# --- confidential terms -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 11, 30), ["confidential-until-2026-12-01: Osprey"]),
        (DAY, ["confidential-until-2026-12-01: Osprey"]),
        (date(2026, 12, 2), []),
    ],
)
def test_an_embargo_holds_to_the_end_of_its_day(today: date, expected: list[str]) -> None:
    policy = {"confidential": [{"term": "Osprey", "until": DAY}]}
    assert found(policy, "Osprey is here", today=today) == expected


def test_without_a_day_a_term_is_confidential_for_ever() -> None:
    policy = {"confidential": ["Osprey"]}
    assert found(policy, "Osprey!", today=date(2999, 1, 1)) == ["confidential-term: Osprey"]


def test_each_day_has_a_rule_that_names_it() -> None:
    terms = [{"term": "Osprey", "until": DAY}, {"term": "Heron", "until": date(2027, 1, 31)}]
    first, second = findings({"confidential": terms}, "Osprey Heron", today=DAY)
    assert "2026-12-01" in first.message and "2027-01-31" in second.message
    assert {first.severity, second.severity} == {"block"}
    assert {first.reason, second.reason} == {"confidentiality"}


def test_a_rule_of_ones_own_may_end_too() -> None:
    policy = rule(phrases=["jubilee"], until=DAY)
    assert found(policy, "jubilee", today=DAY) == ["own: jubilee"]
    assert found(policy, "jubilee", today=date(2026, 12, 2)) == []


def test_a_term_may_say_its_own_words_and_the_usual_ones_fill_the_rest() -> None:
    terms = ["Heron", {"term": "Osprey", "message": {"en": "Ask Ada.", "fr": "Voyez Ada."}}]
    plain, special = findings({"confidential": terms}, "Heron Osprey")
    assert special.message == "Ask Ada."
    assert special.suggestion == plain.suggestion and plain.message != "Ask Ada."
    assert findings({"confidential": terms}, "Osprey", ui="fr")[0].message == "Voyez Ada."
    assert findings({"confidential": terms}, "Osprey", ui="ko")[0].message == "Ask Ada."


_OWN_WORDS = {"term": "Osprey", "message": "Ask Ada."}


@pytest.mark.parametrize(
    ("lists", "family"),
    [
        ({"confidential": ["Osprey"]}, "confidential-term"),
        ({"confidential": [_OWN_WORDS]}, "confidential-term"),
        ({"confidential": [{"term": "Osprey", "until": DAY}]}, "confidential-until"),
        ({"confidential": [{"term": "Osprey", "until": DAY}]}, "confidential-term"),
        ({"confidential": [{**_OWN_WORDS, "until": DAY}]}, "confidential-until"),
        ({"forbidden": ["Osprey"]}, "forbidden-phrase"),
        ({"forbidden": [_OWN_WORDS]}, "forbidden-phrase"),
        ({"competitors": ["Osprey"]}, "competitor-named"),
    ],
)
def test_a_list_is_switched_off_or_weighed_as_one(lists: dict[str, Any], family: str) -> None:
    def severities(**more: Any) -> list[str]:
        return [f.severity for f in findings({**lists, **more}, "the Osprey", today=DAY)]

    usual = severities()
    other = "warn" if usual == ["block"] else "block"
    assert len(usual) == 1
    assert severities(off=[family]) == []
    assert severities(severity={family: other}) == [other]
    assert severities(adjust={family: {"severity": other}}) == [other]
    assert severities(adjust={family: {"languages": ["fr"]}}) == []


@pytest.mark.parametrize(
    ("lists", "family"),
    [
        ({"confidential": ["Osprey"]}, "confidential-term"),
        ({"confidential": [{"term": "Osprey", "until": DAY}]}, "confidential-until"),
        ({"forbidden": ["Osprey"]}, "forbidden-phrase"),
        ({"competitors": ["Osprey"]}, "competitor-named"),
    ],
)
def test_a_list_is_reworded_as_one(lists: dict[str, Any], family: str) -> None:
    policy = {**lists, "adjust": {family: {"message": {"en": "Not yet.", "fr": "Pas encore."}}}}
    (usual,) = findings(lists, "Osprey", today=DAY)
    (english,) = findings(policy, "Osprey", today=DAY)
    (french,) = findings(policy, "Osprey", today=DAY, ui="fr")
    assert (english.message, french.message) == ("Not yet.", "Pas encore.")
    assert english.suggestion == usual.suggestion


# --- competitors, forbidden words, products -----------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Loopdesk and we are at the fair", ["competitor-named: Loopdesk"]),
        ("en", "Loopdesk is overpriced garbage", ["competitor-disparaged: Loopdesk"]),
        ("en", "Loopdesk came by. What garbage weather!", ["competitor-named: Loopdesk"]),
        ("fr", "Les gens de Loopdesk seront là", ["competitor-named: Loopdesk"]),
        ("fr", "Loopdesk, quelle arnaque !", ["competitor-disparaged: Loopdesk"]),
        ("ko", "루프데스크와 함께 전시회에 갑니다", ["competitor-named: 루프데스크"]),
        ("ko", "루프데스크는 완전 쓰레기죠", ["competitor-disparaged: 루프데스크"]),
        ("zh", "我们和环桌都在展会", ["competitor-named: 环桌"]),
        ("zh", "環桌就是垃圾", ["competitor-disparaged: 環桌"]),
        ("zh", "别家都很好", []),
    ],
)
def test_a_competitor_is_named_or_run_down_but_not_both(
    language: str, text: str, expected: list[str]
) -> None:
    policy = {"competitors": ["Loopdesk", "루프데스크", "环桌"]}
    assert found(policy, text, language) == expected


def test_who_denies_a_judgement_does_not_run_anybody_down() -> None:
    policy = {"competitors": ["Loopdesk"]}
    assert found(policy, "We would never call Loopdesk garbage.") == []


def test_running_down_blocks_and_naming_only_warns() -> None:
    policy = {"competitors": ["Loopdesk"]}
    (named,) = findings(policy, "Hello Loopdesk")
    (run_down,) = findings(policy, "Loopdesk is trash")
    assert (named.severity, run_down.severity) == ("warn", "block")
    assert named.reason == run_down.reason == "disparagement"


def test_forbidden_words_are_found_with_the_ending_of_the_plural() -> None:
    policy = {"forbidden": ["synergy effect", "시너지", "赋能"]}
    assert found(policy, "Synergy effects") == ["forbidden-phrase: Synergy effects"]
    assert found(policy, "시너지를, 시너지스트", "ko") == ["forbidden-phrase: 시너지"]
    assert found(policy, "賦能大家", "zh") == ["forbidden-phrase: 賦能"]


def test_the_brands_own_names_and_products_are_no_finding() -> None:
    policy = {"brand_names": ["Osk"], "products": ["Osk Two"], "handles": ["@osk"]}
    assert found(policy, "Osk Two by Osk, @osk") == []


# --- what has to stand nearby, and what makes a hit harmless ------------------------------------


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("A cure for colds", True),
        ("For colds: a cure", True),
        ("A cure. Colds are no fun", False),
        ("A cure", False),
        ("A cure for colder days", False),
    ],
)
def test_near_has_to_stand_in_the_same_sentence(text: str, hit: bool) -> None:
    policy = rule(phrases=["cure"], near=["cold", "colds"])
    assert bool(found(policy, text)) is hit


def test_what_was_found_is_not_near_itself() -> None:
    policy = rule(phrases=["cold cure"], near=["cold"])
    assert found(policy, "cold cure") == []
    assert found(policy, "cold cure for a cold") == ["own: cold cure"]


@pytest.mark.parametrize(
    ("cue", "text", "harmless"),
    [
        ("with permission", "photo stolen with permission", True),
        ("with … permission", "photo stolen with her kind permission", True),
        ("with … permission", "photo stolen with permission", True),
        ("with … permission", "photo stolen withal nopermission", False),
        ("ask", "photo stolen, task done", False),
        ("ask", "photo stolen. Ask first", False),
        ("ask", "photo stolen\nask first", False),
        ("Unsplash", "photo stolen, Unsplash에서", True),
        ("환불 정책", "photo stolen 환불정책에 따라", True),
        ("授權", "photo stolen 已授权", True),
        ("d'accord", "photo stolen, d’accord", True),
        ("c++", "photo stolen (C++)", True),
        ("#ad", "photo stolen #ad", True),
        ("#ad", "photo stolen #advice", False),
        ("저작권…허락", "photo stolen 저작권자의 허락", True),
    ],
)
def test_unless_makes_harmless_what_stands_in_its_sentence(
    cue: str, text: str, harmless: bool
) -> None:
    policy = rule(phrases=["photo stolen"], unless=[cue])
    assert (found(policy, text) == []) is harmless


@pytest.mark.parametrize(
    ("language", "text", "hit"),
    [
        ("en", "Buy followers", True),
        ("en", "Never buy followers", False),
        ("en", "We never sleep. Buy followers", True),
        ("fr", "Buy followers : jamais !", False),
        ("ko", "buy followers 하지 마세요", False),
        ("zh", "请勿buy followers", False),
    ],
)
def test_a_sentence_that_forbids_it_is_harmless_where_the_rule_says_so(
    language: str, text: str, hit: bool
) -> None:
    assert bool(found(rule(phrases=["buy followers"], unless_negated=True), text, language)) is hit
    assert found(rule(phrases=["buy followers"]), text, language) != []


def test_a_denial_within_the_words_looked_for_denies_nothing() -> None:
    policy = rule(phrases=["do not distribute"], unless_negated=True)
    assert found(policy, "Do not distribute") == ["own: Do not distribute"]


@pytest.mark.parametrize("key", ["unless", "near"])
def test_many_cues_and_gaps_are_taken(key: str) -> None:
    cues = [f"cue number {number} of them" for number in range(1500)] + ["a…a…a…z"]
    policy = rule(phrases=["sale"], **{key: cues})
    assert found(policy, "sale, cue number 1499 of them " + "a" * 190) == (
        [] if key == "unless" else ["own: sale"]
    )
    assert found(policy, "sale " + "a" * 190) == (["own: sale"] if key == "unless" else [])


def test_expressions_and_patterns_take_exceptions_like_phrases() -> None:
    policy = {
        "rule": [
            {"name": "e", "message": "E.", "regex": [r"\d+ % off"], "unless": ["members"]},
            {"name": "p", "message": "P.", "patterns": [[{"LOWER": "hurry"}]], "near": ["sale"]},
        ]
    }
    assert found(policy, "Hurry, 50 % off") == ["e: 50 % off"]
    assert found(policy, "Hurry, sale! 50 % off for members") == ["p: Hurry"]
