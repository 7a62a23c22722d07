"""The survey of labelled texts: what is found in them, and where a person finds it again."""

from __future__ import annotations

import pytest

from smclassify.labelled import (
    LabelledTexts,
    ReadOptions,
    dedupe,
    from_records,
    read_labelled_files,
    survey,
)
from smclassify.labelled.findings import LeakKind, Oddity, Rarity, Rule
from smclassify.labels import Task

LONG = "My parcel was promised for Tuesday and nobody at your desk knows where it is."
NEARLY = LONG.replace("Tuesday", "Friday")


def comments(*rows: dict[str, str]) -> LabelledTexts:
    filled = [{"text": f"text number {i}", **row} for i, row in enumerate(rows)]
    return from_records(Task.COMMENTS, filled, "c.csv")


def drafts(*rows: dict[str, str]) -> LabelledTexts:
    filled = [{"text": f"text number {i}", **row} for i, row in enumerate(rows)]
    return from_records(Task.DRAFTS, filled, "d.csv")


def surveyed(texts: LabelledTexts, **more):
    return survey(texts, more.pop("languages", ["en"] * len(texts)), **more)


def rules(texts: LabelledTexts) -> list[tuple[Rule, list[str]]]:
    return [(one.rule, list(map(str, one.places))) for one in surveyed(texts).contradictions]


# --- counts -------------------------------------------------------------------------------------


def test_labels_are_counted_in_each_language():
    texts = comments({"kind": "complaint"}, {"kind": "praise"}, {"kind": ""}, {"kind": "complaint"})
    found = surveyed(texts, languages=["en", "fr", "fr", "en"])
    counts = {(one.label, one.language): one for one in found.counts}
    complaint = counts["complaint", "fr"]
    assert (complaint.present, complaint.absent, complaint.unlabelled) == (0, 1, 1)
    assert found.count("complaint") == (2, 1, 1)
    assert "crisis" in found.unsaid
    assert ("crisis", "en") not in counts


@pytest.mark.parametrize(
    ("present", "absent", "rarity"),
    [(4, 60, Rarity.NOT_LEARNED), (60, 4, Rarity.NOT_LEARNED), (0, 60, Rarity.NOT_LEARNED),
     (5, 60, Rarity.WEAK), (24, 60, Rarity.WEAK), (25, 60, None)],
)  # fmt: skip
def test_a_label_needs_texts_on_both_sides(present, absent, rarity):
    texts = comments(*[{"crisis": "yes"}] * present, *[{"crisis": "no"}] * absent)
    rare = {one.label: one.rarity for one in surveyed(texts).rare}
    assert rare.get("crisis") == rarity


def test_languages_that_the_shipped_model_has_not_learned_are_counted():
    found = surveyed(comments({}, {}, {}), languages=["de", "en", "de"])
    assert found.new_languages == {"de": 2}


# --- duplicates and contradictions ----------------------------------------------------------------


def test_duplicates_are_named_with_their_rows():
    texts = comments({"text": "Hello"}, {"text": LONG}, {"text": " hello"}, {"text": NEARLY})
    found = [(one.near, list(map(str, one.places))) for one in surveyed(texts).duplicates]
    assert found == [
        (False, ["c.csv, row 1", "c.csv, row 3"]),
        (True, ["c.csv, row 2", "c.csv, row 4"]),
    ]


def test_equal_texts_with_different_labels_contradict_each_other():
    texts = comments(
        {"text": "Hm", "kind": "praise"},
        {"text": "hm", "kind": "complaint"},
        {"text": LONG, "private_reply": "yes"},
        {"text": NEARLY, "private_reply": "no"},
        {"text": "Oh", "kind": "praise"},
        {"text": "Oh", "kind": ""},
    )
    assert rules(texts) == [
        (Rule.SAME_TEXT, ["c.csv, row 1", "c.csv, row 2"]),
        (Rule.NEAR_TEXT, ["c.csv, row 3", "c.csv, row 4"]),
    ]
    assert surveyed(texts).contradictions[0].detail == "complaint, praise"


def test_what_the_guide_rules_out_is_found():
    assert rules(drafts({"labels": "spammy", "reasons": "brag"})) == [
        (Rule.REASON_WITHOUT_FLAG, ["d.csv, row 1"])
    ]
    assert rules(drafts({"labels": "spammy", "reasons": "canned"})) == []
    replied = comments({"kind": "praise", "private_reply": "yes"}, {"private_reply": "yes"})
    assert rules(replied) == [(Rule.REPLY_WITHOUT_COMPLAINT, ["c.csv, row 1"])]


def test_what_was_odd_in_a_row_is_among_the_contradictions(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text("text,kind,department\nHm,praise|spam,\n,praise,\nOh,praise,sales\n")
    files = read_labelled_files([path], ReadOptions(lang="en"))
    texts = files.texts[Task.COMMENTS]
    found = surveyed(texts, understood=files.understood)
    assert [(one.rule, str(one.places[0])) for one in found.contradictions] == [
        (Rule.CELLS, "c.csv, row 1"),
        (Rule.CELLS, "c.csv, row 3"),
    ]
    assert [(one.oddity, str(one.place)) for one in found.odd_texts] == [
        (Oddity.EMPTY, "c.csv, row 2")
    ]


# --- leaks --------------------------------------------------------------------------------------


def test_what_is_on_both_sides_of_the_split_of_a_file_is_a_leak():
    texts = comments(
        {"text": LONG, "split": "train", "author": "ana"},
        {"text": NEARLY, "split": "test", "author": "ben"},
        {"text": "Hm", "split": "train", "thread": "9"},
        {"text": "hm", "split": "dev", "thread": "8"},
        {"text": "Oh", "split": "test", "author": "Ana"},
        {"text": "Ah", "split": "test", "thread": "9"},
        {"text": "Eh", "split": "", "thread": "9"},
    )
    found = {one.kind: one for one in surveyed(texts).leaks}
    assert found.keys() == set(LeakKind)
    author = found[LeakKind.AUTHOR]
    assert (author.name, str(author.learned[0]), str(author.held_back[0])) == (
        "ana", "c.csv, row 1", "c.csv, row 5",
    )  # fmt: skip


def test_without_a_split_nothing_leaks():
    assert surveyed(comments({"text": "Hm"}, {"text": "Hm"})).leaks == ()
    one_side = comments({"text": "Hm", "split": "train"}, {"text": "Hm", "split": "train"})
    assert surveyed(one_side).leaks == ()


# --- odd texts ----------------------------------------------------------------------------------


def test_texts_of_one_letter_or_far_too_many_are_odd_but_an_emoji_is_a_comment():
    texts = comments({"text": "k"}, {"text": "👍"}, {"text": "赞"}, {"text": "ab " * 40_000})
    found = {str(one.place): one.oddity for one in surveyed(texts).odd_texts}
    assert found == {"c.csv, row 1": Oddity.SHORT, "c.csv, row 4": Oddity.LONG}


def test_nothing_is_said_of_no_texts():
    found = surveyed(comments())
    assert (found.texts, found.counts, found.rare, found.groups) == (0, (), (), 0)


# --- which copies are kept ------------------------------------------------------------------------


def test_of_copies_that_agree_the_one_that_says_most_is_kept():
    texts = comments(
        {"text": "Hm", "kind": "complaint"},
        {"text": "hm", "kind": "complaint", "private_reply": "yes"},
        {"text": "Oh"},
    )
    assert dedupe(texts).keep == [1, 2]


def test_of_copies_that_contradict_each_other_the_majority_stays():
    texts = comments(
        {"text": "Hm", "kind": "praise"},
        {"text": "Hm", "kind": "complaint"},
        {"text": "Hm", "kind": "complaint"},
    )
    found = dedupe(texts)
    assert found.keep == [1]
    assert [(one.index, one.kept) for one in found.dropped] == [(0, 1), (2, 1)]


def test_where_no_labels_have_most_copies_none_is_preferred():
    texts = comments({"text": "Hm", "kind": "praise"}, {"text": "Hm", "kind": "complaint"}, {})
    found = dedupe(texts)
    assert found.keep == [2]
    assert {one.kept for one in found.dropped} == {None}


def test_nearly_equal_texts_are_only_dropped_with_the_same_labels():
    same = comments({"text": LONG, "kind": "complaint"}, {"text": NEARLY, "kind": "complaint"})
    other = comments({"text": LONG, "kind": "complaint"}, {"text": NEARLY, "kind": "question"})
    assert dedupe(same).keep == [0]
    assert dedupe(same, near=False).keep == [0, 1]
    assert dedupe(other).keep == [0, 1]
