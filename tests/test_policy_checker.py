"""The policy check as a whole: batches, offsets, order, severities."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc
from spacy.vocab import Vocab

from smclassify.policy.checker import PolicyChecker
from smclassify.policy.schema import Policy
from smclassify.text.batch import TextBatch


@pytest.fixture(scope="module")
def checker() -> PolicyChecker:
    return PolicyChecker()


def batch_of(*texts: str, language: str = "en") -> TextBatch:
    batch = TextBatch.from_texts(texts)
    batch.languages = [language] * len(texts)
    return batch


def test_each_text_gets_its_own_findings_in_order(checker: PolicyChecker) -> None:
    found = checker.check(
        batch_of("Nothing here.", "Hi {name}, tag 3 friends", "", "Credit to the owner [LINK]")
    )
    assert [[f.rule for f in findings] for findings in found] == [
        [],
        ["placeholder", "engagement-tag-friends"],
        [],
        ["copyright-no-permission", "placeholder"],
    ]


def test_an_empty_batch_gives_an_empty_list(checker: PolicyChecker) -> None:
    assert checker.check(batch_of()) == []


def test_a_phrase_does_not_reach_from_one_text_into_the_next(checker: PolicyChecker) -> None:
    assert checker.check(batch_of("credit to", "the owner", "互", "粉")) == [[], [], [], []]


def test_offsets_are_those_of_the_original_text(checker: PolicyChecker) -> None:
    original = "우리\u200b 대\u200b외\u200b비!"
    kept = [at for at, character in enumerate(original) if character != "\u200b"]
    clean = TextBatch.from_texts(["".join(original[at] for at in kept)])
    # what normalising would hand over: clean code points that know where they came from
    batch = TextBatch(
        [original],
        clean.codes,
        clean.starts,
        clean.ends,
        np.array([*kept, len(original)], np.int32),
        np.array([*kept, len(original)], np.int32) + 1,
        languages=["ko"],
    )
    (finding,) = checker.check(batch)[0]
    assert original[finding.start : finding.end] == "대\u200b외\u200b비"


def test_half_a_character_does_no_harm(checker: PolicyChecker) -> None:
    (finding,) = checker.check(batch_of("\ud800 tag 3 friends"), platforms=["youtube"])[0]
    assert (finding.start, finding.end) == (2, 15)


def test_platform_norms_join_the_other_findings(checker: PolicyChecker) -> None:
    found = checker.check(
        batch_of("Hi {name} " + "a" * 300, "Hi {name} " + "a" * 300), platforms=["x", None]
    )
    assert [[f.rule for f in findings] for findings in found] == [
        ["placeholder", "platform-length"],
        ["placeholder"],
    ]


def test_severities_of_the_policy_hold_for_every_kind_of_rule() -> None:
    policy = Policy(
        off=("placeholder", "platform-length"),
        severity={"phone-number": "block", "engagement-exchange": "warn"},
    )
    batch = batch_of("{name} 06 12 34 56 78 f4f " + "a" * 300)
    found = PolicyChecker(policy).check(batch, platforms=["x"])[0]
    assert {(f.rule, f.severity) for f in found} == {
        ("phone-number", "block"),
        ("engagement-exchange", "warn"),
    }


def test_a_finding_says_who_says_what_and_what_would_mend_it(checker: PolicyChecker) -> None:
    (finding,) = checker.check(batch_of("Like if you agree"))[0]
    record = finding.to_dict()
    assert record["source"] == "policy"
    assert (record["label"], record["reason"]) == ("spammy", "engagement_bait")
    assert record["message"] and record["suggestion"]


@pytest.mark.parametrize("wrong", ["languages", "platforms", "docs"])
def test_lists_that_do_not_fit_the_batch_are_refused(checker: PolicyChecker, wrong: str) -> None:
    batch = batch_of("one", "two")
    with pytest.raises(ValueError, match=f"2 texts, but 1 {wrong}"):
        if wrong == "languages":
            batch.languages = ["en"]
            checker.check(batch)
        elif wrong == "platforms":
            checker.check(batch, platforms=["x"])
        else:
            checker.check(batch, docs=[Doc(Vocab())])


_SEEDS = st.sampled_from(
    [
        "{name}",
        "010-1234-5678",
        "互粉",
        "맞팔",
        "tag 3 friends",
        "f4f",
        "[LINK]",
        "a@qq.com",
        "İ",
        "\x00",
        "비번 7722",
        "4111111111111111",
        "credit to the owner",
        "#f4f",
        "【姓名】",
        "{{",
        "%A%",
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.lists(st.one_of(_SEEDS, st.text(max_size=12)), max_size=6), max_size=5),
    st.sampled_from(["en", "fr", "ko", "zh", "unknown"]),
    st.sampled_from([None, "x", "instagram", "youtube", "weibo", "threads"]),
)
def test_whatever_the_text_findings_are_in_place_in_order_and_told_once(
    checker: PolicyChecker, parts: list[list[str]], language: str, platform: str | None
) -> None:
    texts = ["".join(part) for part in parts]
    batch = batch_of(*texts, language=language)
    found = checker.check(batch, platforms=[platform] * len(texts))
    alone = [
        checker.check(batch_of(text, language=language), platforms=[platform])[0] for text in texts
    ]
    assert found == alone
    for text, findings in zip(texts, found, strict=True):
        starts = [finding.start for finding in findings]
        assert starts == sorted(starts)
        reached: dict[str, int] = {}
        for finding in findings:
            assert 0 <= finding.start <= finding.end <= len(text)
            assert finding.start >= reached.get(finding.rule, 0)
            reached[finding.rule] = finding.end
