"""The sheet of labels: what is written when, what is gone on with, what is refused."""

import csv
import json
import os

import pytest

from smclassify import labelled
from smclassify.annotating.result import ResultFile
from smclassify.annotating.scheme import LABELS, REASONS, Scheme
from smclassify.annotating.session import Item, Session
from smclassify.errors import InputError, OutputError
from smclassify.labelled import ReadOptions, read_labelled
from smclassify.labels import Task

COMMENTS = Scheme.of(Task.COMMENTS)
ITEMS = [
    Item("Where is my order?", "7", "en", "instagram", "Jo", "p1", "c.csv", 1),
    Item('=HYPERLINK("http://x")', "", "en", "", "", "", "c.csv", 2),
    Item("@brand 还没收到\n“货”", "9", "zh", "", "", "", "c.csv", 3),
]


def label(path, keys, scheme=COMMENTS, items=ITEMS, annotator=""):
    """Label as the command does: the sheet is saved after every text."""
    with ResultFile(path, scheme, annotator) as result:
        one = Session([it for it in items if it.text not in result.texts], scheme)
        for key in keys:
            before = one.done
            one.press("enter" if key == "\r" else key)
            if one.done != before:
                result.save(one._items, one.done)


def rows(path):
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t" if path.suffix == ".tsv" else ","))


def test_a_row_says_which_text_what_it_is_and_who_said_so(tmp_path):
    path = tmp_path / "labels.csv"
    label(path, [*"cyc", *"thm", "\r", "c", "\r"], annotator="Ana")
    (row,) = rows(path)
    assert row == {
        "id": "7", "text": "Where is my order?", "lang": "en", "kind": "complaint",
        "private_reply": "true", "department": "customer_service", "crisis": "true",
        "author": "Jo", "thread": "p1", "annotator": "Ana", "file": "c.csv", "row": "1",
        "note": "hm",
    }  # fmt: skip


def test_the_sheet_grows_with_every_text_and_shrinks_with_undo(tmp_path):
    path = tmp_path / "labels.csv"
    label(path, "p\r")
    assert len(rows(path)) == 1
    label(path, "p\rr\r")
    assert len(rows(path)) == 3
    path.unlink()
    label(path, "p\rp\ru")
    assert len(rows(path)) == 1


@pytest.mark.parametrize("ending", ["csv", "tsv", "jsonl"])
def test_a_session_that_is_gone_on_with_makes_the_bytes_of_one_without_a_break(tmp_path, ending):
    broken, whole = tmp_path / f"broken.{ending}", tmp_path / f"whole.{ending}"
    for keys in ("p\r", "cyb\r", "r\r"):
        label(broken, keys)
    label(whole, "p\rcyb\rr\r")
    assert broken.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize("ending", ["csv", "tsv", "jsonl"])
def test_training_and_measuring_read_it_as_it_is(tmp_path, ending):
    path = tmp_path / f"labels.{ending}"
    label(path, "cyb\rqs\rr\r")
    (texts,) = read_labelled([path]).values()
    assert texts.task is Task.COMMENTS
    assert texts.column("complaint").tolist() == [1, 0, 0]
    assert texts.column("private_reply").tolist() == [1, 0, 0]
    assert texts.column("billing").tolist() == [1, 0, -1]
    assert texts.column("crisis").tolist() == [0, 0, 0]
    assert (texts.languages[2], texts.threads[0], texts.authors[0]) == ("zh", "p1", "Jo")


def test_drafts_with_reasons_and_a_label_of_ones_own_are_read_too(tmp_path):
    wanted = ["spammy", "self_centered", "off_policy", "reasons"]
    scheme = Scheme.of(Task.DRAFTS, wanted, ["tone_deaf"])
    path = tmp_path / "labels.csv"
    label(path, "s\r1\r\r4\r", scheme)
    (texts,) = read_labelled([path], ReadOptions(new_labels=("tone_deaf",))).values()
    assert texts.column("spammy").tolist() == [1, 0, 0]
    assert texts.column("link_dump").tolist() == [1, 0, 0]
    assert texts.column("brag").tolist() == [0, 0, 0]
    assert texts.column("tone_deaf").tolist() == [0, 0, 1]


def test_some_flags_leave_the_others_unlabelled(tmp_path):
    path = tmp_path / "labels.csv"
    label(path, "yn", Scheme.of(Task.DRAFTS, ["spammy"]))
    (texts,) = read_labelled([path]).values()
    assert texts.column("spammy").tolist() == [1, 0]
    assert texts.column("off_policy").tolist() == [-1, -1]


def test_a_strangers_formula_is_harmless_in_it_and_known_again(tmp_path):
    path = tmp_path / "labels.csv"
    label(path, "p\rp\r")
    assert rows(path)[1]["text"].startswith("'=")
    with ResultFile(path, COMMENTS) as result:
        assert result.texts == [ITEMS[0].text, ITEMS[1].text]


def test_columns_that_somebody_has_added_stay(tmp_path):
    path = tmp_path / "labels.csv"
    label(path, "p\r")
    header, row = path.read_text("utf-8").splitlines()
    path.write_text(f"{header},checked\n{row},by Ben\n", "utf-8")
    label(path, "p\r")
    assert [row["checked"] for row in rows(path)] == ["by Ben", ""]


def test_columns_are_called_as_training_calls_them():
    assert (LABELS, REASONS) == (labelled.LABELS, labelled.REASONS)


class TestRefused:
    def test_a_sheet_of_other_labels(self, tmp_path):
        path = tmp_path / "labels.csv"
        label(path, "p\r")
        before = path.read_bytes()
        for other in (Scheme.of(Task.DRAFTS), Scheme.of(Task.COMMENTS, ["kind"])):
            with (
                pytest.raises(InputError, match="other columns of labels: kind"),
                ResultFile(path, other),
            ):
                pass
        assert path.read_bytes() == before

    def test_a_file_that_is_no_sheet_of_labels(self, tmp_path):
        path = tmp_path / "comments.csv"
        path.write_text("id,comment\n1,hm\n", "utf-8")
        with pytest.raises(InputError, match="none of ours"), ResultFile(path, COMMENTS):
            pass

    @pytest.mark.parametrize("name", ["labels.xlsx", "labels.parquet", "labels", "labels.doc"])
    def test_formats_that_labels_cannot_be_added_to(self, tmp_path, name):
        with pytest.raises(OutputError):
            ResultFile(tmp_path / name, COMMENTS)

    def test_a_sheet_that_another_session_is_writing(self, tmp_path):
        path = tmp_path / "labels.csv"
        with (
            ResultFile(path, COMMENTS),
            pytest.raises(OutputError, match="another run"),
            ResultFile(path, COMMENTS),
        ):
            pass
        assert not list(tmp_path.iterdir())  # neither a sheet nor a lock stays behind

    def test_a_sheet_that_was_changed_meanwhile_is_left_as_it_is(self, tmp_path):
        path = tmp_path / "labels.csv"
        label(path, "p\r")
        with ResultFile(path, COMMENTS) as result:
            one = Session(ITEMS[1:], COMMENTS)
            path.write_text("mine now", "utf-8")
            for key in ("p", "enter"):
                one.press(key)
            with pytest.raises(OutputError, match="changed by another program"):
                result.save(ITEMS[1:], one.done)
        assert path.read_text("utf-8") == "mine now"

    def test_a_sheet_that_cannot_be_replaced_keeps_what_is_in_it(self, tmp_path, monkeypatch):
        path = tmp_path / "labels.csv"
        label(path, "p\r")
        before = path.read_bytes()

        def full(*_):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(OutputError, match="disk is full"):
            label(path, "p\r")
        assert path.read_bytes() == before
        assert [one.name for one in tmp_path.iterdir()] == ["labels.csv"]
