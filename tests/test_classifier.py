"""The Python API: one text or many, the same answer however they come, and a record to keep."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from records import ODD

from smclassify.classifier import Classifier
from smclassify.comments import CommentResult
from smclassify.config import Config
from smclassify.drafts import DraftResult
from smclassify.errors import InputError
from smclassify.labels import Task
from smclassify.model.model import Model

relaxed = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def as_said(results) -> list[dict]:
    """Results without the ids, which number a batch."""
    return [{**result.to_dict(), "id": ""} for result in results]


def close(one, other) -> bool:
    """Whether two JSON values are the same but for the last digit of a score."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(close(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(close, one, other))
    return one == other or (isinstance(one, float) and one == pytest.approx(other, abs=2e-4))


# --- one or many -----------------------------------------------------------------------------


@pytest.mark.parametrize(("way", "kind"), [("score", DraftResult), ("triage", CommentResult)])
def test_one_text_gives_one_result_and_several_give_a_list(classifier, way, kind):
    ask = getattr(classifier, way)
    assert isinstance(ask("Hello"), kind)
    assert [type(one) for one in ask(["Hello"])] == [kind]
    assert [type(one) for one in ask(("Hello", "there"))] == [kind, kind]
    assert ask([]) == []
    assert ask(text for text in ["Hello"]) == ask(["Hello"])
    assert ask(np.array(["Hello"], object)) == ask(["Hello"])


@pytest.mark.parametrize("way", ["score", "triage"])
def test_results_come_in_the_order_of_the_texts_under_their_names(classifier, way):
    ask = getattr(classifier, way)
    texts = ["first", "second", "third"]
    assert [one.text for one in ask(texts)] == texts
    assert [one.id for one in ask(texts)] == ["1", "2", "3"]
    assert [one.id for one in ask(texts, ids=["a", "b", "a"])] == ["a", "b", "a"]
    assert ask("x", ids=["only"]).id == "only"


def test_numbering_goes_on_from_batch_to_batch(classifier, monkeypatch):
    monkeypatch.setattr("smclassify.classifier.BATCH_TEXTS", 2)
    assert [one.id for one in classifier.triage(["x"] * 5)] == ["1", "2", "3", "4", "5"]
    assert [one.id for one in classifier.score(["x"] * 5, ids=list("abcde"))] == list("abcde")


@pytest.fixture(scope="module", params=["score", "triage"])
def asked_together(request, classifier, drafts, comments):
    """Return a way to ask, texts of all kinds, and what is said of them in one batch."""
    ask = getattr(classifier, request.param)
    texts = [*drafts[::8], *ODD, *comments[::8]]
    return ask, texts, as_said(ask(texts))


@pytest.mark.parametrize(
    "size", [("BATCH_TEXTS", 1), ("BATCH_TEXTS", 7), ("BATCH_CHARACTERS", 400)]
)
def test_how_texts_are_batched_changes_nothing(asked_together, monkeypatch, size):
    ask, texts, together = asked_together
    monkeypatch.setattr(f"smclassify.classifier.{size[0]}", size[1])
    assert close(as_said(ask(texts)), together)
    backwards = as_said(ask(texts[::-1]))[::-1]
    assert close(backwards, together)


@pytest.mark.parametrize("size", [10_000, 7])
def test_columns_say_what_the_results_say(classifier, comments, monkeypatch, size):
    monkeypatch.setattr("smclassify.classifier.BATCH_TEXTS", size)
    texts = [*comments[::4], *ODD]
    asked = {"langs": "en", "thresholds": {"private_reply": 0.2}}
    found = classifier.triage_columns(texts, **asked)
    assert len(found) == len(texts)
    assert found.results() == classifier.triage(texts, **asked)
    assert any(one.private_reply for one in found.results())
    assert [one.id for one in found.results(ids=texts)] == texts


def test_columns_of_nothing_have_no_rows(classifier):
    assert classifier.triage_columns([]).results() == []


def test_platforms_and_languages_stay_with_their_texts_over_batches(classifier, monkeypatch):
    monkeypatch.setattr("smclassify.classifier.BATCH_TEXTS", 2)
    long = "word " * 100
    results = classifier.score(
        [long] * 5, platforms=[None, "x", None, "x", None], langs=["en", "fr", "ko", "zh", None]
    )
    assert [one.lang for one in results][:4] == ["en", "fr", "ko", "zh"]
    norms = [any("280" in finding.message for finding in one.findings) for one in results]
    assert norms == [False, True, False, True, False]


# --- languages and thresholds ----------------------------------------------------------------


def test_a_language_that_is_known_is_not_guessed(classifier):
    assert classifier.score("주문이 아직 안 왔어요").lang == "ko"
    assert classifier.score("주문이 아직 안 왔어요", langs="fr").lang == "fr"
    mixed = classifier.triage(["Bonjour à tous les amis", "你好吗朋友们"], langs=[None, "en"])
    assert [one.lang for one in mixed] == ["fr", "en"]


@relaxed
@given(threshold=st.floats(0, 1))
def test_an_own_threshold_decides(classifier, threshold):
    result = classifier.score("See you on Sunday", thresholds={"spammy": threshold})
    assert not any(finding.source == "policy" for finding in result.findings)
    assert ("spammy" in result.flags) == (result.scores["spammy"] >= threshold)


def test_the_callers_thresholds_come_before_the_configurations_and_those_before_the_models(
    small_model,
):
    text = "See you on Sunday"
    for value, up in ((0.0, True), (1.0, False)):
        own = Classifier(small_model, config=Config(thresholds={"spammy": value, "crisis": value}))
        assert ("spammy" in own.score(text).flags) == up
        assert own.triage(text).crisis == up
        other = 1 - value
        assert ("spammy" in own.score(text, thresholds={"spammy": other}).flags) != up
        assert own.triage(text, thresholds={"crisis": other}).crisis != up
    tuned = small_model.tasks[Task.DRAFTS].thresholds["spammy"]
    result = Classifier(small_model).score(text, langs="xx")
    assert ("spammy" in result.flags) == (result.scores["spammy"] >= tuned["*"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"ids": ["a"]}, "There are 2 texts, but 1 ids"),
        ({"langs": ["en"] * 3}, "There are 2 texts, but 3 langs"),
        ({"thresholds": {"spamy": 0.5}}, "no threshold for 'spamy'"),
        ({"thresholds": {"canned": 0.5}}, "no threshold for 'canned'"),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_texts_is_said_in_words(classifier, options, said):
    for ask in (classifier.score, classifier.triage):
        with pytest.raises(InputError, match=said):
            ask(["one", "two"], **options)


def test_platforms_that_do_not_fit_the_texts_are_said_in_words(classifier):
    with pytest.raises(InputError, match="2 texts, but 1 platforms"):
        classifier.score(["one", "two"], platforms=["x"])


def test_a_threshold_of_the_other_task_or_out_of_range_is_refused(classifier):
    with pytest.raises(InputError, match=r"'crisis' of drafts.\nPossible: spammy, self_centered"):
        classifier.score("x", thresholds={"crisis": 0.5})
    with pytest.raises(InputError, match="'spammy' of comments"):
        classifier.triage("x", thresholds={"spammy": 0.5})
    for value in (-0.1, 1.1, float("nan")):
        with pytest.raises(InputError, match="from 0 to 1"):
            classifier.score("x", thresholds={"spammy": value})


@pytest.mark.parametrize("missing", [None, float("nan"), 3, b"bytes", ["text"]])
def test_what_is_no_text_is_named_with_its_place(classifier, missing):
    for ask in (classifier.score, classifier.triage):
        with pytest.raises(InputError, match="Text 2 is not a string but "):
            ask(["fine", missing])


# --- the policy's word -----------------------------------------------------------------------


def with_rule(model: Model, severity: str, **rule: str) -> Classifier:
    rules = [{"name": "heron", "phrases": ["project heron"], "message": "Secret.",
              "severity": severity, **rule}]  # fmt: skip
    return Classifier(model, config=Config.model_validate({"policy": {"rule": rules}}))


TEXT = "You will hear more of Project Heron on Sunday"
NEVER = {"spammy": 1.0, "self_centered": 1.0, "off_policy": 1.0}


def test_a_block_of_the_policy_raises_its_flag_whatever_the_model_says(small_model):
    blocking = with_rule(small_model, "block", reason="confidentiality")
    result = blocking.score(TEXT, thresholds=NEVER)
    assert result.flags == ("off_policy",)
    assert [(one.label, one.reason, one.score) for one in result.reasons] == [
        ("off_policy", "confidentiality", 1.0)
    ]
    [finding] = result.findings
    assert (finding.rule, finding.source, finding.severity) == ("heron", "policy", "block")
    assert TEXT[finding.start : finding.end] == "Project Heron"
    assert blocking.score("See you on Sunday", thresholds=NEVER).flags == ()


def test_a_block_without_a_reason_raises_its_flag_too(small_model):
    result = with_rule(small_model, "block", label="spammy").score(TEXT, thresholds=NEVER)
    assert (result.flags, result.reasons) == (("spammy",), ())


def test_a_warning_of_the_policy_is_shown_and_raises_nothing(small_model):
    warning = with_rule(small_model, "warn", reason="confidentiality")
    result = warning.score(TEXT, thresholds=NEVER)
    assert (result.flags, result.reasons) == ((), ())
    assert [finding.severity for finding in result.findings] == ["warn"]


def test_policy_and_model_are_both_heard(small_model):
    both = with_rule(small_model, "block", reason="confidentiality")
    result = both.score(TEXT, thresholds=NEVER | {"off_policy": 0.0})
    assert result.flags == ("off_policy",)
    assert {finding.source for finding in result.findings} == {"model", "policy"}
    assert result.reasons[0].reason == "confidentiality"
    assert len({one.reason for one in result.reasons}) == len(result.reasons)
