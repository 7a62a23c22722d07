"""Results: the record of the contract, for real texts and for whatever is typed."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from records import ODD, check_comment, check_draft

from smclassify.comments import priorities
from smclassify.labels import FLAGS, KINDS

EVERYTHING = {"spammy": 0.0, "self_centered": 0.0, "off_policy": 0.0}

relaxed = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
texts_of_any_kind = st.lists(st.text(st.characters(), max_size=60), min_size=1, max_size=5)


# --- the record ---------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["score", "triage"])
def test_results_are_frozen(classifier, way):
    result = getattr(classifier, way)("Hello")
    for name in ("text", "lang", "nonsense"):
        with pytest.raises((dataclasses.FrozenInstanceError, TypeError)):
            setattr(result, name, "other")


def test_real_drafts_give_the_record_of_the_contract(classifier, drafts):
    for thresholds in (None, EVERYTHING):
        for result, text in zip(
            classifier.score(drafts, thresholds=thresholds, platforms="x"), drafts, strict=True
        ):
            assert result.text == text
            check_draft(result)


def test_real_comments_give_the_record_of_the_contract(classifier, comments):
    for thresholds in (None, {"private_reply": 0.0, "crisis": 0.0}):
        results = classifier.triage(comments, thresholds=thresholds)
        for result, text in zip(results, comments, strict=True):
            assert result.text == text
            check_comment(result)


@relaxed
@given(texts=texts_of_any_kind)
def test_so_does_whatever_is_typed(classifier, texts):
    for result in classifier.score(texts, thresholds=EVERYTHING):
        assert result.flags == FLAGS
        check_draft(result)
    for result in classifier.triage(texts, thresholds={"private_reply": 0.0, "crisis": 0.0}):
        assert result.private_reply
        check_comment(result)


@pytest.mark.parametrize("text", ODD)
def test_so_does_what_is_hardly_a_text(classifier, text):
    for thresholds in (None, EVERYTHING):
        check_draft(classifier.score(text, thresholds=thresholds, platforms="instagram"))
    check_comment(classifier.triage(text))
    check_comment(classifier.triage(text, thresholds={"private_reply": 0.0}))


def test_a_very_long_text_is_kept_whole_though_only_its_beginning_is_read(classifier):
    text = "word " * 30_000 + "{first_name}"
    result = classifier.score(text, thresholds=EVERYTHING)
    assert result.text == text
    check_draft(result)
    assert not any(finding.rule == "placeholder" for finding in result.findings)


def test_every_flag_of_the_model_comes_with_a_place_or_the_text_as_a_whole(classifier, drafts):
    for result in classifier.score(drafts, thresholds=EVERYTHING):
        found = [finding for finding in result.findings if finding.source == "model"]
        assert {finding.label for finding in result.findings} >= set(FLAGS)
        assert all("model" in sources for sources in result.raised_by.values())
        for finding in found:
            assert finding.score == pytest.approx(result.scores[finding.label])
            assert finding.end > finding.start or (finding.start, finding.end) == (0, 0)


# --- how soon --------------------------------------------------------------------------------


def one_comment(private=0.0, crisis=0.0, **kinds: float) -> int:
    shares = np.array([[kinds.get(kind, 0.0) for kind in KINDS]])
    return int(priorities(np.array([private]), np.array([crisis]), shares)[0])


def test_priorities_by_hand():
    assert one_comment() == 0
    assert one_comment(crisis=1) == 90
    assert one_comment(private=1) == 75
    assert one_comment(complaint=1) == 40
    assert one_comment(question=1) == 35
    assert one_comment(suggestion=1) == 15
    assert one_comment(praise=1) == 0
    assert one_comment(private=1, complaint=1) == 85
    assert one_comment(private=0.5, complaint=0.5, praise=0.5) == 50


@given(*[st.floats(0, 1)] * 4)
def test_more_of_anything_never_means_later(private, crisis, complaint, more):
    base = one_comment(private, crisis, complaint=complaint)
    assert 0 <= base <= 100
    assert one_comment(max(private, more), crisis, complaint=complaint) >= base
    assert one_comment(private, max(crisis, more), complaint=complaint) >= base
    assert one_comment(private, crisis, complaint=max(complaint, more)) >= base


# --- model and policy together ---------------------------------------------------------------


def test_what_both_say_of_the_same_words_is_told_once_and_the_record_says_who(classifier):
    (result,) = classifier.score(
        ["Buy real followers today! {first_name}, grab 10k likes NOW!!!"],
        langs="en",
        thresholds={"spammy": 0.01},
    )
    assert result.raised_by["spammy"] == ("model", "policy")
    said = [(one.rule, one.start, one.end) for one in result.findings]
    assert len(said) == len(set(said))
    by_policy = [one for one in result.findings if one.source == "policy"]
    for one in (finding for finding in result.findings if finding.source == "model"):
        for other in by_policy:
            apart = one.end <= other.start or other.end <= one.start
            assert apart or (one.label, one.reason) != (other.label, other.reason)


def test_the_policy_alone_may_raise_a_flag(classifier):
    result = classifier.score("Hello {first_name}!", thresholds={"spammy": 1.0})
    assert result.raised_by == {"spammy": ("policy",)}
