"""Explanation: exact to the last digit, and pointing at places that are really there."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from telling import telling_words

from smclassify.features.style import feature_names
from smclassify.labels import CRISIS, FLAGS, HEADS, PRIVATE_REPLY, Task
from smclassify.model.explain import Contributions, Explainer
from smclassify.model.panel import Panel
from smclassify.model.remarks import quoted_words
from smclassify.text.prepare import prepare

ALL_HEADS = [(task, head) for task in Task for head in HEADS[task]]

# What people paste: any Unicode, and what the steps before take apart and put together.
pieces = st.one_of(
    st.text(max_size=30),
    st.text(st.characters(), max_size=10),
    st.sampled_from(
        [
            "https://a.example/x?y=1", "@brand", "#sale", "BUY NOW!!!!!!", "{first_name}", "&amp;",
            "f r e e", "fr33 m0ney", "аpple", "ＦＲＥＥ", "㈜회사", "주문이 안 와요",
            "我的订单", "𝗪𝗶𝗻",
            "c'est nul", "👨‍👩‍👧", "é", "\u200b", "\u202e", "\ud800", "\0", "\r\n",
            "aaaaaaa", "0000000",
            "a@b.example", "訂單", "１２３", "ﬁn",
        ]
    ),
)  # fmt: skip
wild_texts = st.lists(st.lists(pieces, max_size=6).map("".join), min_size=1, max_size=4)
LANGUAGES = st.sampled_from(["en", "fr", "ko", "zh", "ja", "unknown"])


def explained(model, task, head, batch) -> tuple[Contributions, np.ndarray]:
    """What the explanation says, and the sums of the head itself."""
    heads = model.tasks[task]
    column = heads.names.index(head)
    explainer = Explainer(model.space, batch)
    carried = explainer.contributions(heads.coef[:, column], heads.intercept[column])
    return carried, heads.sums(model.space.transform(batch))[:, column]


@pytest.mark.parametrize(("task", "head"), ALL_HEADS)
def test_what_carried_a_label_adds_up_to_its_sum(small_model, drafts, comments, task, head):
    batch = prepare([*drafts[::4], *comments[::4], "", " ", "\ud800", "zzzz" * 500])
    carried, sums = explained(small_model, task, head, batch)
    assert carried.totals(batch) == pytest.approx(sums, abs=1e-4)
    assert np.ptp(sums) > 0.1  # the texts differ, so the sums that agree mean something


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts=wild_texts, of=st.sampled_from(ALL_HEADS), language=st.none() | LANGUAGES)
def test_it_adds_up_for_whatever_is_typed(small_model, texts, of, language):
    batch = prepare(texts, [language] * len(texts))
    carried, sums = explained(small_model, *of, batch)
    assert carried.totals(batch) == pytest.approx(sums, abs=1e-4)


def test_it_adds_up_text_by_text_as_it_does_for_the_batch(small_model, drafts):
    batch = prepare(drafts)
    together, _ = explained(small_model, Task.DRAFTS, "spammy", batch)
    for index in range(0, len(drafts), 7):
        alone = prepare([drafts[index]], [batch.languages[index]])
        one, _ = explained(small_model, Task.DRAFTS, "spammy", alone)
        here = together.by_position[batch.starts[index] : batch.ends[index]]
        assert one.by_position[: alone.ends[0]] == pytest.approx(here, abs=1e-6)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts=wild_texts, of=st.sampled_from(ALL_HEADS))
def test_telling_words_lie_in_the_text_and_in_its_original(small_model, texts, of):
    batch = prepare(texts)
    carried, _ = explained(small_model, *of, batch)
    for index, stretches in enumerate(telling_words(batch, carried.by_position)):
        assert len(stretches) <= 3
        weights = [one.weight for one in stretches]
        assert weights == sorted(weights, reverse=True)
        for one in stretches:
            assert 0 <= one.start < one.end <= len(batch.texts[index])
            assert batch.texts[index][one.start : one.end].strip()
            start, end = batch.original_span(index, one.start, one.end)
            assert 0 <= start < end <= len(texts[index])
            assert one.weight > 0
        ordered = sorted(stretches, key=lambda one: one.start)
        for before, after in pairwise(ordered):
            assert before.end <= after.start


def weights_of(space, batch, index: int, word: str) -> np.ndarray:
    """The weights of a head that knows one n-gram alone: one that stands in that word only."""
    found = space.char_.occurrences(batch)
    start = batch.starts[index] + batch.texts[index].index(word)
    inside = (found.begin >= start) & (found.end <= start + len(word))
    outside = set(found.bucket[~inside].tolist())
    [column, *_] = [one for one in found.bucket[inside].tolist() if one not in outside]
    weights = np.zeros(space.n_features_, np.float32)
    weights[column] = 1.0
    return weights


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Why not share this with everybody you know?", "share"),
        ("Merci de nous laisser votre avis sur la page.", "laisser"),
        ("오늘은 비가 와서 배송이 늦어요", "배송이"),
    ],
)
def test_the_word_that_holds_the_evidence_is_the_one_shown(small_model, text, word):
    batch = prepare([text, "x"])
    weights = weights_of(small_model.space, batch, 0, word)
    carried = Explainer(small_model.space, batch).contributions(weights, 0.0)
    [[one], nothing] = telling_words(batch, carried.by_position)
    assert text[one.start : one.end] == word
    assert nothing == []


def test_in_chinese_the_characters_are_shown_not_the_whole_sentence(small_model):
    text = "今天店里很安静我想退款谢谢你们"
    batch = prepare([text], ["zh"])
    weights = weights_of(small_model.space, batch, 0, "退款")
    carried = Explainer(small_model.space, batch).contributions(weights, 0.0)
    [[one]] = telling_words(batch, carried.by_position)
    assert text[one.start : one.end] in "退款"


def test_evidence_against_a_label_is_not_shown(small_model):
    batch = prepare(["Why not share this with everybody you know?"])
    weights = -weights_of(small_model.space, batch, 0, "share")
    carried = Explainer(small_model.space, batch).contributions(weights, 0.0)
    assert telling_words(batch, carried.by_position) == [[]]


def test_quoted_words_stand_in_the_comment_as_it_was_written(small_model, comments):
    batch = prepare(comments)
    rows = list(range(0, len(comments), 3))
    asked = {PRIVATE_REPLY: rows}
    quotes = quoted_words(Panel(small_model), batch, Task.COMMENTS, asked)[PRIVATE_REPLY]
    assert len(quotes) == len(rows)
    assert any(quotes)
    for row, quote in zip(rows, quotes, strict=True):
        plain = " ".join(comments[row].split())
        for words in quote.strip("“”").split("”, “"):
            assert words in plain


def test_nothing_is_explained_where_nothing_is_asked(small_model):
    panel = Panel(small_model)
    asked = {PRIVATE_REPLY: []}
    assert quoted_words(panel, prepare(["x"]), Task.COMMENTS, asked) == asked


def test_labels_are_explained_together_as_they_are_one_by_one(small_model, comments):
    panel, batch = Panel(small_model), prepare(comments)
    rows_of = {PRIVATE_REPLY: [0, 2, 5], CRISIS: [2, 3, 40]}
    together = quoted_words(panel, batch, Task.COMMENTS, rows_of)
    for label, rows in rows_of.items():
        one_by_one = [
            quoted_words(panel, prepare([comments[row]]), Task.COMMENTS, {label: [0]})[label][0]
            for row in rows
        ]
        assert together[label] == one_by_one


def test_what_is_known_of_a_batch_serves_for_some_of_its_texts(small_model, comments, monkeypatch):
    panel, batch = Panel(small_model), prepare(comments)
    rows = list(range(0, len(comments), 3))
    asked = {PRIVATE_REPLY: rows}
    expected = quoted_words(panel, prepare(comments), Task.COMMENTS, asked)
    panel.probabilities(Task.COMMENTS, batch)
    monkeypatch.setattr(type(small_model.space), "transform", None)
    assert quoted_words(panel, batch, Task.COMMENTS, asked) == expected


def test_each_text_can_be_asked_about_a_label_of_its_own(small_model, drafts):
    panel, batch = Panel(small_model), prepare(drafts[:40])
    heads = [("", "spammy", "brag", "canned")[row % 4] for row in range(len(batch))]
    words, style = panel.explain_each(Task.DRAFTS, heads, batch)
    carried = panel.explain(Task.DRAFTS, set(heads) - {""}, batch)
    for row, head in enumerate(heads):
        place = slice(batch.starts[row], batch.ends[row])
        if head:
            assert words[place] == pytest.approx(carried[head].by_position[place], abs=1e-9)
            assert style[row] == pytest.approx(carried[head].by_style[row])
        else:
            assert words[place] == pytest.approx(0, abs=1e-9)
            assert not style[row].any()
    assert np.abs(words).max() > 0.01


def test_style_evidence_is_named_after_the_features(small_model):
    panel = Panel(small_model)
    batch = prepare(["Hello #one #two #three"])
    carried = panel.explain(Task.DRAFTS, [FLAGS[0]], batch)[FLAGS[0]]
    names = list(feature_names())
    assert carried.by_style.shape == (1, len(names))
    assert carried.by_style[0, names.index("hashtags")] != 0
