"""What has to be said, and when: "#ad" beside a partnership."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from policies import alone

from smclassify.findings import Finding
from smclassify.policy.checker import PolicyChecker
from smclassify.policy.schema import Policy
from smclassify.text.batch import TextBatch


def required(**more: Any) -> dict[str, Any]:
    one = {"name": "say-so", "message": "Say so.", "phrases": ["#ad", "광고"], **more}
    return {"required": [one], "off": ["partnership-undisclosed"]}


def findings(policy: dict[str, Any], *texts: str, language: str = "en") -> list[list[Finding]]:
    batch = TextBatch.from_texts(texts)
    batch.languages = [language] * len(texts)
    checker = PolicyChecker(
        Policy.model_validate(alone(policy, "partnership-undisclosed")),
        recognizers=(),
        today=date(2026, 12, 1),
    )
    return checker.check(batch)


def places(policy: dict[str, Any], *texts: str, language: str = "en") -> list[list[str]]:
    """Return what each finding points at, for each text."""
    found = findings(policy, *texts, language=language)
    return [[text[f.start : f.end] for f in told] for text, told in zip(texts, found, strict=True)]


def test_it_is_asked_where_a_text_speaks_of_it_and_told_at_the_first_place() -> None:
    policy = required(when=["partner", "gift from"])
    texts = ("A gift from our partner, dear partner", "With our partner #ad", "Good morning")
    assert places(policy, *texts) == [["gift from"], [], []]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("#AD our partner", True),
        ("our partner\n\n#ad", True),
        ("파트너와 함께 [광고]", True),
        ("our partner #advice", False),
        ("our partner ad", False),
    ],
)
def test_any_one_of_the_phrases_anywhere_will_do(text: str, said: bool) -> None:
    found = findings(required(when=["partner", "파트너"]), text)[0]
    assert (found == []) is said


def test_what_one_text_says_does_not_hold_for_the_next() -> None:
    assert places(required(when=["partner"]), "#ad", "partner") == [[], ["partner"]]


def test_unless_makes_it_unnecessary() -> None:
    policy = required(when=["partner"], unless=["dance partner"])
    assert places(policy, "my dance partner", "my partner") == [[], ["partner"]]


def test_without_when_every_text_has_to_say_it_and_the_text_as_a_whole_lacks_it() -> None:
    first, second = findings(required(), "Hello", "Hello #ad")
    assert [(f.rule, f.start, f.end) for f in first] == [("say-so", 0, 0)]
    assert second == []


def test_it_may_be_asked_of_some_languages_only() -> None:
    policy = required(languages=["fr"])
    assert findings(policy, "Bonjour", language="fr") != [[]]
    assert findings(policy, "Hello") == [[]]


def test_several_are_each_asked() -> None:
    policy = required(when=["partner"])
    policy["required"].append({"name": "risk", "message": "Risk.", "phrases": ["risk"]})
    (found,) = findings(policy, "our partner")
    assert [f.rule for f in found] == ["risk", "say-so"]


def test_severity_label_and_words_are_those_of_the_policy() -> None:
    policy = required(
        reason="undisclosed",
        severity="block",
        message={"en": "Say so.", "fr": "Dites-le."},
        suggestion="Add #ad.",
    )
    ((finding,),) = findings(policy, "Hello")
    assert (finding.label, finding.reason) == ("off_policy", "undisclosed")
    assert (finding.severity, finding.message, finding.suggestion) == (
        "block", "Say so.", "Add #ad.",
    )  # fmt: skip
    assert findings(required(severity="off"), "Hello") == [[]]


@pytest.mark.parametrize(
    "policy",
    [{"off": ["partnership-undisclosed"]}, {"severity": {"partnership-undisclosed": "off"}}],
)
def test_the_built_in_disclosure_is_asked_until_switched_off(policy: dict[str, Any]) -> None:
    text = "This jacket was gifted by a friend of the house"
    ((finding,),) = findings({}, text)
    assert (finding.rule, text[finding.start : finding.end]) == (
        "partnership-undisclosed",
        "gifted by",
    )
    assert findings({}, f"{text} #ad") == [[]]
    assert findings(policy, text) == [[]]


def test_one_of_the_companys_own_takes_the_place_of_the_built_in_one() -> None:
    policy = required()
    policy = {"required": [{**policy["required"][0], "name": "partnership-undisclosed"}]}
    ((finding,),) = findings(policy, "gifted by a friend")
    assert finding.message == "Say so."
