"""What may not be on both sides of a split, and splits that keep to it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smclassify.errors import TrainingError
from smclassify.labelled import (
    LabelledTexts,
    connected_groups,
    find_alike,
    from_records,
    split,
    tied_groups,
)
from smclassify.labels import Task

LONG = "My parcel was promised for Tuesday and nobody at your desk knows where it is."
NEARLY = LONG.replace("Tuesday", "Friday")


def comments(*rows: dict[str, str]) -> LabelledTexts:
    filled = [{"text": f"text number {i}", **row} for i, row in enumerate(rows)]
    return from_records(Task.COMMENTS, filled, "c.csv")


# --- ties ---------------------------------------------------------------------------------------


def test_texts_of_one_author_or_thread_belong_together_even_in_a_roundabout_way():
    texts = comments(
        {"author": "@Ana", "thread": "1"},
        {"author": "ben", "thread": "2"},
        {"author": "ana", "thread": "2"},
        {"author": "", "thread": ""},
        {"author": "", "thread": ""},
    )
    assert connected_groups(texts).tolist() == [0, 0, 0, 1, 2]
    assert connected_groups(texts, by=["author"]).tolist() == [0, 1, 0, 2, 3]
    assert connected_groups(texts, by=["thread"]).tolist() == [0, 1, 1, 2, 3]


def test_texts_that_say_the_same_belong_together_whatever_else_ties():
    texts = comments({"text": "Hello  there"}, {"text": "x"}, {"text": "HELLO there "})
    assert connected_groups(texts, by=[]).tolist() == [0, 1, 0]


def test_nearly_the_same_is_together_only_where_that_is_a_tie():
    texts = comments({"text": LONG}, {"text": "something else"}, {"text": NEARLY})
    assert connected_groups(texts).tolist() == [0, 1, 0]
    assert connected_groups(texts, by=["author"]).tolist() == [0, 1, 2]


def test_short_texts_are_not_near_each_other():
    texts = comments({"text": "Thank you!"}, {"text": "Thank you"}, {"text": "😀"}, {"text": "👍"})
    assert connected_groups(texts).tolist() == [0, 1, 2, 3]


def test_who_wrote_more_than_a_third_ties_nothing_and_is_named():
    rows = [{"author": "Our Brand"}] * 20 + [{"author": "ana"}] * 2 + [{}] * 8
    tied = tied_groups(comments(*rows))
    assert tied.too_common == (("author", "our brand"),)
    assert len(set(tied.groups.tolist())) == 20 + 1 + 8


@pytest.mark.parametrize("nobody", ["", "?", "n/a", "unknown", "null"])
def test_nobody_is_no_author(nobody):
    assert connected_groups(comments({"author": nobody}, {"author": nobody})).tolist() == [0, 1]


def test_texts_made_by_one_template_tie_nothing_where_most_are_such():
    rows = [{"text": f"{LONG} My order is number {i}."} for i in range(40)]
    tied = tied_groups(comments(*rows))
    assert tied.too_common == (("near_duplicate", ""),)
    assert len(set(tied.groups.tolist())) == 40


def test_an_unknown_tie_is_refused():
    with pytest.raises(ValueError, match="no such tie: colour"):
        connected_groups(comments({}), by=["colour"])


def test_no_texts_have_no_groups():
    assert connected_groups(comments()).shape == (0,)


names = st.sampled_from(["", "a", "b", "c", "d", "e"])


@given(st.lists(st.tuples(names, names), max_size=40))
def test_nobody_is_ever_in_two_groups(pairs):
    texts = comments(*({"author": author, "thread": thread} for author, thread in pairs))
    tied = tied_groups(texts)
    for tie, values in (("author", texts.authors), ("thread", texts.threads)):
        for value in set(values) - {""}:
            if (tie, value) not in tied.too_common:
                mine = {g for g, v in zip(tied.groups.tolist(), values, strict=True) if v == value}
                assert len(mine) == 1
    seen = list(dict.fromkeys(tied.groups.tolist()))
    assert seen == list(range(len(seen)))


def test_texts_of_the_projects_own_writers_hardly_repeat(corpora):
    for corpus in corpora:
        alike = find_alike(corpus.texts.texts, corpus.batch)
        by_parts = find_alike(corpus.texts.texts)
        assert alike.same.tolist() == by_parts.same.tolist()
        assert alike.near == by_parts.near
        assert len(alike.near) < 0.02 * len(corpus.texts)


# --- splits -------------------------------------------------------------------------------------


def many(n: int = 300) -> tuple[LabelledTexts, list[str]]:
    kinds = ["complaint", "chatter", "chatter", "praise", "chatter"]
    texts = comments(*({"kind": kinds[i % 5], "author": f"a{i // 3}"} for i in range(n)))
    return texts, ["en" if i % 4 else "fr" for i in range(n)]


def test_each_part_gets_its_share_of_every_label_in_every_language():
    texts, languages = many()
    parts = split(
        texts, connected_groups(texts), languages, {"train": 0.7, "dev": 0.1, "test": 0.2}
    )
    for part, share in (("train", 0.7), ("dev", 0.1), ("test", 0.2)):
        assert (parts == part).mean() == pytest.approx(share, abs=0.02)
        for label in ("complaint", "chatter", "praise"):
            for code in ("en", "fr"):
                has = (texts.column(label) == 1) & (np.array(languages) == code)
                assert (parts[has] == part).mean() == pytest.approx(share, abs=0.1), (label, code)


def test_no_group_is_torn_apart_and_the_same_seed_deals_the_same():
    texts, languages = many()
    groups = connected_groups(texts)
    one, same, other = (split(texts, groups, languages, seed=seed) for seed in (1, 1, 2))
    assert one.tolist() == same.tolist() != other.tolist()
    for group in set(groups.tolist()):
        assert len(set(one[groups == group].tolist())) == 1


@pytest.mark.parametrize("shares", [{}, {"train": 0.0, "test": 1.0}, {"train": float("nan")}])
def test_shares_that_are_none_are_refused(shares):
    texts, languages = many(9)
    with pytest.raises(TrainingError, match="share above 0"):
        split(texts, connected_groups(texts), languages, shares)


def test_one_group_cannot_be_split():
    texts = comments({"text": "same"}, {"text": "same"})
    with pytest.raises(TrainingError, match="only 1 group"):
        split(texts, connected_groups(texts), ["en", "en"])
