"""Two people's labels of the same texts: kappa by hand, matching, what is written."""

import csv
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from smclassify.annotating.agreement import Agreement, _interval, compare
from smclassify.annotating.sheets import COLUMNS, read_sheet, write_disagreements
from smclassify.errors import InputError, OutputError
from smclassify.labelled import ReadOptions, from_records
from smclassify.labels import Task


def sheet(rows, task=Task.COMMENTS, group="a.csv"):
    return from_records(task, [{key: str(value) for key, value in row.items()} for row in rows],
                        group)  # fmt: skip


def comments(*said, **more):
    return [
        {"id": f"c{n}", "text": f"text {n}", "private_reply": value, **more}
        for n, value in enumerate(said)
    ]


def of(label, found):
    return next(one for one in found.labels if one.label == label)


class TestKappa:
    def test_an_example_worked_by_hand(self):
        # Both yes 20, A alone 5, B alone 10, both no 15: agreement 0.7, by chance 0.5.
        a = [*["true"] * 25, *["false"] * 25]
        b = [*["true"] * 20, *["false"] * 5, *["true"] * 10, *["false"] * 15]
        one = of("private_reply", compare(sheet(comments(*a)), sheet(comments(*b))))
        assert one.kappa == pytest.approx(0.4)
        assert (one.texts, one.a_has, one.b_has, one.same) == (50, 25, 30, 0.7)
        assert one.low < 0.4 < one.high
        assert one.word == "fair"

    def test_kinds_are_compared_as_names_of_which_one_is_right(self):
        a = sheet([{"text": "1", "kind": "complaint"}, {"text": "2", "kind": "praise"},
                   {"text": "3", "kind": "question"}])  # fmt: skip
        b = sheet([{"text": "1", "kind": "complaint"}, {"text": "2", "kind": "praise"},
                   {"text": "3", "kind": "complaint"}])  # fmt: skip
        found = compare(a, b)
        assert of("kind", found).same == pytest.approx(2 / 3)
        (one,) = found.disagreements
        assert (one.label, one.a_says, one.b_says) == ("kind", "question", "complaint")

    def test_two_who_always_say_no_have_no_kappa(self):
        found = compare(sheet(comments("false", "false")), sheet(comments("false", "false")))
        one = of("private_reply", found)
        assert (one.kappa, one.low, one.high, one.word) == (None, None, None, "cannot be told")
        assert one.same == 1

    def test_labels_that_one_has_not_given_dont_count(self):
        a, b = comments("true", "false", kind="complaint"), comments("true", "false")
        assert [one.label for one in compare(sheet(a), sheet(b)).labels] == ["private_reply"]

    @pytest.mark.parametrize(
        ("kappa", "word"),
        [(-0.1, "poor"), (0.1, "slight"), (0.2, "slight"), (0.3, "fair"), (0.5, "moderate"),
         (0.7, "substantial"), (0.81, "almost perfect"), (1.0, "almost perfect")],
    )  # fmt: skip
    def test_the_words_are_those_of_landis_and_koch(self, kappa, word):
        assert Agreement("x", 9, 1, 1, 0.5, kappa, None, None).word == word

    def test_the_interval_holds_the_truth_about_as_often_as_it_says(self):
        random = np.random.default_rng(0)
        shares = np.array([0.45, 0.1, 0.05, 0.4])  # kappa 0.7
        hits = 0
        for seed in range(200):
            cells = random.choice(4, 150, p=shares)
            low, high = _interval(cells // 2, cells % 2, 2, seed)
            hits += low <= 0.7 <= high
        assert 180 <= hits <= 199

    @given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=5, max_size=60))
    def test_the_interval_is_around_what_scikit_learn_says(self, pairs):
        a, b = np.array(pairs).T
        low, high = _interval(a, b, 3, 0)
        if low is not None:
            kappa = cohen_kappa_score(a, b, labels=range(3))
            assert low - 0.2 <= kappa <= high + 0.2


class TestMatching:
    def test_order_and_blanks_dont_matter(self):
        a = sheet([{"text": "one", "private_reply": "true"}, {"text": "two", "private_reply": ""}])
        b = sheet([{"text": " two", "private_reply": ""}, {"text": "one", "private_reply": "true"},
                   {"text": "three", "private_reply": ""}])  # fmt: skip
        found = compare(a, b)
        assert (found.shared, found.only_a, found.only_b) == (2, 0, 1)
        assert not found.disagreements

    def test_an_edited_text_is_known_by_its_id(self):
        a, b = comments("true", "true", "false"), comments("true", "true", "false")
        b[0]["text"] = "text zero, edited"
        assert compare(sheet(a), sheet(b)).shared == 3

    def test_ids_that_are_mere_numbers_of_other_texts_match_nothing(self):
        a = comments("true", "true", "false")
        b = [{**row, "id": f"c{2 - n}"} for n, row in enumerate(comments("true", "true", "false"))]
        found = compare(sheet(a), sheet(b))
        assert (found.shared, found.mixed, found.disagreements) == (3, 2, ())

    def test_places_in_files_of_the_same_name_are_no_ids(self):
        a = [{"text": "x", "private_reply": "true"}, {"text": "y", "private_reply": "false"}]
        found = compare(sheet(a), sheet(a[::-1]))
        assert (found.shared, found.disagreements) == (2, ())

    def test_the_last_labels_of_a_text_count(self):
        twice = [*comments("false"), *comments("true")]
        twice[0]["id"] = "before"
        assert not compare(sheet(twice), sheet(comments("true"))).disagreements

    def test_nothing_in_common_and_two_tasks_are_refused(self):
        with pytest.raises(InputError, match="no text in common"):
            compare(sheet(comments("true")), sheet([{"text": "?", "private_reply": "true"}]))
        with pytest.raises(InputError, match=r"comments.*drafts"):
            compare(sheet(comments("true")), sheet([{"text": "?", "labels": ""}], Task.DRAFTS))


class TestSheets:
    def test_disagreements_leave_room_for_a_decision(self, tmp_path):
        found = compare(sheet(comments("true", "true")), sheet(comments("true", "false")))
        write_disagreements(str(tmp_path / "d.csv"), found)
        with (tmp_path / "d.csv").open(encoding="utf-8-sig", newline="") as file:
            header, row = csv.reader(file)
        assert tuple(header) == COLUMNS
        assert row == ["c1", "text 1", "private_reply", "yes", "no", ""]

    def test_decisions_made_in_it_are_not_overwritten(self, tmp_path):
        found = compare(sheet(comments("true")), sheet(comments("true")))
        (tmp_path / "d.csv").write_text("mine", "utf-8")
        with pytest.raises(OutputError, match="there already"):
            write_disagreements(str(tmp_path / "d.csv"), found)
        assert (tmp_path / "d.csv").read_text("utf-8") == "mine"

    def test_labels_of_ones_own_are_read_and_compared(self, tmp_path):
        for name, said in (("a", "true"), ("b", "false")):
            (tmp_path / f"{name}.csv").write_text(
                f"text,labels,tone_deaf\nhm,spammy,{said}\nso,,false\n", "utf-8"
            )
        options = ReadOptions(new_labels=("tone_deaf",))
        a, b = (read_sheet(str(tmp_path / f"{name}.csv"), options) for name in "ab")
        found = compare(a, b)
        assert of("tone_deaf", found).same == 0.5
        assert of("spammy", found).kappa == 1

    def test_the_record_has_figures_and_no_texts(self):
        record = compare(
            sheet(comments("true", "true")), sheet(comments("true", "false"))
        ).to_dict()
        assert "text 1" not in json.dumps(record)
        assert record["labels"][0]["label"] == "private_reply"
