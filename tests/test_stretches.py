"""Stretches: which words of a text are shown, given what each of its characters gave."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telling import telling_words

from smclassify.model.stretches import stretches
from smclassify.text.prepare import prepare

LEAST, SEED, LONGEST = 1e-9, 0.35, 12


def given_to(batch, *, words):
    """What each position gave: each word's evidence on its first character."""
    by_position = np.zeros(len(batch.codes))
    for index, text in enumerate(batch.texts):
        for word, evidence in words.items():
            if word in text:
                by_position[batch.starts[index] + text.index(word)] += evidence
    return by_position


def shown(text, language="en", *, beside=(), most=3, **words):
    """What is shown of a text, weightiest first."""
    batch = prepare([text, *beside], [language] * (1 + len(beside)))
    told = telling_words(batch, given_to(batch, words=words), most)[0]
    return [batch.texts[0][one.start : one.end] for one in told]


def test_a_stretch_grows_to_neighbours_that_speak_for_the_label_too():
    assert shown("we want our money back now", money=1.0, back=0.2) == ["money back"]


@pytest.mark.parametrize("between", [",", ".", ";", "!", "\n"])
def test_a_stretch_ends_with_its_clause(between):
    assert shown(f"our money{between} back now", money=1.0, back=0.5) == ["money", "back"]


def test_a_dot_within_a_number_or_a_name_ends_nothing():
    assert shown("it took 3.5 weeks", **{"3.5": 1.0, "weeks": 0.5}) == ["3.5 weeks"]
    assert shown("see shop.com now", **{"shop.com": 1.0}) == ["shop.com"]


def test_a_word_that_gave_nothing_is_not_shown_whatever_else_is_in_the_batch():
    words = {"money": 0.1, "back": 0.1}
    beside = [f"back money {n} money back" for n in range(20)]
    alone = shown("our money zzz back", **words)
    assert alone == ["money", "back"]
    assert shown("our money zzz back", beside=beside, **words) == alone


def test_in_chinese_a_stretch_is_of_characters_in_other_languages_of_words():
    assert shown("今天我想退款", "zh", 退=1.0, 款=0.6) == ["退款"]
    assert shown("오늘 배송이 늦어요", "ko", 송=1.0) == ["배송이"]


def test_weak_stretches_are_left_out_and_no_more_are_shown_than_asked_for():
    words = {"one": 1.0, "two": 0.9, "three": 0.8, "four": 0.7, "five": 0.36}
    text = ", ".join(words)
    assert shown(text, **words) == ["one", "two", "three"]
    assert shown(text, most=9, **words) == list(words)
    assert shown(text, most=9, **(words | {"five": 0.2})) == list(words)[:-1]


def test_a_stretch_does_not_go_on_for_ever():
    text = " ".join(f"word{n:02}" for n in range(30))
    words = dict.fromkeys(text.split(), 1.0)
    told = shown(text, most=9, **words)
    assert [len(one.split()) for one in told] == [12, 12, 6]
    assert sorted(told) == told  # none begins before another has ended


def test_nothing_is_shown_of_texts_without_words_or_without_evidence():
    batch = prepare(["", "!!!", "no evidence"], ["en"] * 3)
    assert telling_words(batch, np.zeros(len(batch.codes))) == [[], [], []]
    empty = prepare([])
    assert telling_words(empty, np.zeros(len(empty.codes))) == []


def unspaced(char):
    return "一" <= char <= "鿿" or "ぁ" <= char <= "ヿ"


def by_hand(batch, by_position, index, most):
    """The stretches of one text, as (start, end, weight), grown step by step."""
    text = batch.texts[index]
    give = by_position[batch.starts[index] : batch.ends[index]]
    units, ends = [], []
    begin = None
    for at, char in enumerate(text + "\0"):
        following = (text + "  ")[at + 1]
        dot = char in ".,:" and (following.isspace() or unspaced(following))
        mark = char in "\n!;" or dot
        if begin is not None and (char in " \0" or mark or unspaced(char)):
            units.append((begin, at))
            begin = None
        if unspaced(char):
            units.append((at, at + 1))
        elif not (char in " \0" or mark) and begin is None:
            begin = at
        if mark:
            ends.append(at)
    weights = [float(give[a:b].sum()) for a, b in units]
    bar = max(SEED * max(weights, default=0), LEAST)

    def goes_on(left, right):
        """Whether nothing ends between two units, and both speak for the label."""
        ended = any(units[left][1] <= at < units[right][0] for at in ends)
        return not ended and min(weights[left], weights[right]) >= LEAST

    found, reached = [], 0
    for seed, weight in enumerate(weights):
        if weight < bar or seed < reached:
            continue
        first = last = seed
        while first > reached and goes_on(first - 1, first) and last - first < LONGEST - 1:
            first -= 1
        while last + 1 < len(units) and goes_on(last, last + 1) and last - first < LONGEST - 1:
            last += 1
        reached = last + 1
        total = sum(weights[first:reached])
        found.append((units[first][0], units[last][1], total))
    found.sort(key=lambda one: -one[2])
    return [one for one in found[:most] if one[2] >= found[0][2] / 4]


some_texts = st.lists(
    st.text(st.sampled_from("ab  ..,:!\n一好ぁ3"), max_size=60), min_size=1, max_size=4
)


@settings(max_examples=300, deadline=None)
@given(texts=some_texts, seed=st.integers(0, 10_000), most=st.integers(1, 4))
def test_a_whole_batch_at_once_gives_what_one_text_after_the_other_would(texts, seed, most):
    batch = prepare(texts, ["zh"] * len(texts))
    # Powers of two: their sums are exact, in whatever order, and no two stretches tie.
    rng = np.random.default_rng(seed)
    by_position = rng.choice([-0.5, 0.0, 0.0, 0.5, 1.0], len(batch.codes))
    by_position += np.arange(len(batch.codes)) * 2.0**-30
    by_position[batch.codes == 0] = 0
    for index, told in enumerate(telling_words(batch, by_position, most)):
        expected = by_hand(batch, by_position, index, most)
        assert [(one.start, one.end) for one in told] == [(a, b) for a, b, _ in expected]
        assert [one.weight for one in told] == pytest.approx([weight for *_, weight in expected])


def test_stretches_are_found_again_in_the_texts_as_they_came():
    batch = prepare(["We   want &amp; our ＭＯＮＥＹ  back!!", "nothing"], ["en", "en"])
    found = stretches(batch, given_to(batch, words={"MONEY": 1.0, "want": 0.9, "back": 0.8}))
    spans, nothing = found.in_originals(batch)
    assert [batch.originals[0][a:b] for a, b in spans] == ["want", "ＭＯＮＥＹ  back"]
    assert nothing == []
