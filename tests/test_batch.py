"""A batch of texts in one array: where each begins, what it was, where a finding belongs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from wild import batches

from smclassify.text.batch import SEPARATOR, TextBatch
from smclassify.text.prepare import prepare


@given(batches)
def test_texts_come_back_as_they_were_except_for_nul(texts: list[str]) -> None:
    batch = TextBatch.from_texts(texts)
    assert batch.texts == [text.replace("\0", " ") for text in texts]
    assert list(batch.originals) == texts
    assert len(batch) == len(texts)
    assert batch.lengths.tolist() == [len(text) for text in texts]


@given(batches)
def test_a_separator_ends_each_text_and_stands_nowhere_else(texts: list[str]) -> None:
    batch = TextBatch.from_texts(texts)
    assert np.flatnonzero(batch.codes == SEPARATOR).tolist() == batch.ends.tolist()
    assert len(batch.codes) == sum(len(text) + 1 for text in texts)
    assert len(batch.joined) == len(batch.codes)


@given(batches)
def test_each_code_point_stands_for_itself_before_normalising(texts: list[str]) -> None:
    batch = TextBatch.from_texts(texts)
    for index, text in enumerate(texts):
        for at in range(len(text)):
            assert batch.original_span(index, at, at + 1) == (at, at + 1)
        assert batch.original_span(index, 0, len(text)) == (0, len(text))


@given(batches)
def test_each_position_knows_its_text(texts: list[str]) -> None:
    batch = TextBatch.from_texts(texts)
    expected = [index for index, text in enumerate(texts) for _ in range(len(text) + 1)]
    assert batch.text_of(np.arange(len(batch.codes))).tolist() == expected


def test_an_empty_batch_is_a_batch() -> None:
    batch = TextBatch.from_texts([])
    assert (len(batch), batch.texts, batch.joined, len(batch.codes)) == (0, [], "", 0)
    assert batch.count_spans("url").tolist() == []


def test_empty_texts_keep_their_place() -> None:
    batch = TextBatch.from_texts(["", "a", "", ""])
    assert batch.texts == ["", "a", "", ""]
    assert batch.text_of(batch.starts).tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("at", [0, 1, 3])
def test_an_empty_span_stays_empty_and_keeps_its_place(at: int) -> None:
    batch = TextBatch.from_texts(["xy", "abc"])
    assert batch.original_span(1, at, at) == (at, at)


def test_an_empty_span_of_an_empty_text_is_its_beginning() -> None:
    assert TextBatch.from_texts(["abc", ""]).original_span(1, 0, 0) == (0, 0)


def test_spans_are_counted_text_by_text() -> None:
    batch = TextBatch.from_texts(["@a @b", "", "none", "@c"])
    batch.spans["mention"] = np.array([[0, 2], [3, 5], [12, 14]])
    assert batch.count_spans("mention").tolist() == [2, 0, 0, 1]


def test_a_kind_nobody_looked_for_counts_as_none() -> None:
    batch = TextBatch.from_texts(["@a", "b"])
    batch.spans["url"] = np.zeros((0, 2), np.int64)
    assert batch.count_spans("url").tolist() == [0, 0]
    assert batch.count_spans("hashtag").tolist() == [0, 0]


def test_a_batch_does_not_change_with_the_list_it_came_from() -> None:
    texts = ["one", "two"]
    batch = TextBatch.from_texts(texts)
    texts.append("three")
    assert list(batch.originals) == ["one", "two"]


@given(batches, st.data())
def test_some_texts_of_a_batch_are_as_if_they_had_come_alone(texts: list[str], data) -> None:
    batch = prepare(texts)
    rows = [index for index in range(len(texts)) if data.draw(st.booleans())]
    some = batch.take(rows)
    alone = prepare([texts[row] for row in rows], [batch.languages[row] for row in rows])
    assert list(some.originals) == list(alone.originals)
    assert (some.texts, some.languages) == (alone.texts, alone.languages)
    for name in ("codes", "starts", "ends", "origin_start", "origin_end", "text_index"):
        assert getattr(some, name).tolist() == getattr(alone, name).tolist(), name
    assert {kind: found.tolist() for kind, found in some.spans.items()} == {
        kind: found.tolist() for kind, found in alone.spans.items()
    }


def test_a_batch_whose_languages_nobody_asked_for_gives_texts_without() -> None:
    some = TextBatch.from_texts(["a", "b", "c"]).take([0, 2])
    assert (some.texts, some.languages) == (["a", "c"], [])
