"""The sheet of doubtful labels: written, edited in a spreadsheet program, given back, applied."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from openpyxl import load_workbook

from smclassify.errors import SmclassifyError, TrainingError
from smclassify.labelled import LabelledTexts
from smclassify.labels import DEPARTMENTS, KINDS, Task, heads_of
from smclassify.model.indexing import UNLABELLED
from smclassify.training.fixes import Applied, apply_fixes, read_fixes
from smclassify.training.quality import Doubt, Suspect, questions
from smclassify.training.review import given_value, write_review

COMMENTS = [
    ("c1", "My parcel\nnever came", "complaint", "customer_service", "true"),
    ("c2", '=HYPERLINK("http://evil") you all rock 😀', "praise", "", "false"),
    ("c3", "  Où est la facture ?  ", "question", "billing", "false"),
    ("c4", "배송이 너무 늦어요", "complaint", "customer_service", ""),
]


def put(texts: LabelledTexts, row: int, **values: str) -> None:
    for question in questions(texts.task, texts.own):
        if values.get(question.name):
            question.put(texts.labels, row, question.values.index(values[question.name]))


def empty(task: Task, ids: list[str], contents: list[str], own: tuple[str, ...]) -> LabelledTexts:
    n = len(ids)
    labels = np.full((n, len(heads_of(task, own))), UNLABELLED, np.int64)
    rows = list(range(1, n + 1))
    file = f"{task.value}.xlsx"
    return LabelledTexts(task, ids, contents, ["en"] * n, [file] * n, labels, own=own, rows=rows)


@pytest.fixture
def texts() -> dict[Task, LabelledTexts]:
    """Four comments and two drafts, labels of a company's own on either."""
    comments = empty(Task.COMMENTS, [c[0] for c in COMMENTS], [c[1] for c in COMMENTS], ("vip",))
    for row, (_, _, kind, department, private) in enumerate(COMMENTS):
        put(comments, row, kind=kind, department=department, private_reply=private, vip="false")
    drafts = empty(Task.DRAFTS, ["d1", "d2"], ["BUY NOW", "Hello all"], ("label",))
    put(drafts, 0, spammy="true", self_centered="false", label="true")
    put(drafts, 1, spammy="false", self_centered="false", label="false")
    return {Task.COMMENTS: comments, Task.DRAFTS: drafts}


@pytest.fixture
def found() -> dict[Task, list[Suspect]]:
    """The first comment's kind is suspected, and with it its private reply."""
    worst = Doubt("kind", "complaint", "suggestion", 0.02, 0.1, True)
    also = Doubt("private_reply", "true", "false", 0.2, 0.3, True)
    calm = Doubt("kind", "praise", "praise", 0.9, 0.8, False)
    flag = Doubt("spammy", "true", "false", 0.3, 0.2, True)
    fine = Doubt("spammy", "false", "false", 0.9, 0.9, False)
    return {
        Task.COMMENTS: [Suspect(0, (worst, also)), *(Suspect(row, (calm,)) for row in (1, 2, 3))],
        Task.DRAFTS: [Suspect(0, (flag,)), Suspect(1, (fine,))],
    }


@pytest.fixture
def sheet(tmp_path, texts, found) -> Path:
    path = tmp_path / "review.csv"
    write_review(path, texts, found)
    return path


def records(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def edited(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def change(path: Path, id_: str, **cells: str) -> Path:
    """Change cells of one row of a sheet."""
    rows = records(path)
    next(row for row in rows if row["id"] == id_).update(cells)
    return edited(path, rows)


def value(texts: dict[Task, LabelledTexts], id_: str, label: str) -> str:
    own = next(one for one in texts.values() if id_ in one.ids)
    question = next(one for one in questions(own.task, own.own) if one.name == label)
    return given_value(own, own.ids.index(id_), question)


def applied(texts: dict[Task, LabelledTexts], path: Path) -> Applied:
    return apply_fixes(texts, read_fixes(path))


def untouched(outcome: Applied, texts: dict[Task, LabelledTexts]) -> bool:
    same = (np.array_equal(outcome.texts[task].labels, one.labels) for task, one in texts.items())
    return outcome.changed == {} and outcome.dropped == 0 and all(same)


# --- the sheet ----------------------------------------------------------------------------------


def test_the_sheet_has_the_most_doubtful_text_first_and_says_why(sheet):
    first, second, *rest = records(sheet)
    assert (first["rank"], first["id"], first["suspected"]) == ("1", "c1", "true")
    assert (first["label"], first["given"], first["suggested"]) == (
        "kind", "complaint", "suggestion",
    )  # fmt: skip
    assert first["probability"] == "0.02"
    assert first["also"] == "private_reply: true → false"
    assert (first["file"], first["row"]) == ("comments.xlsx", "1")
    assert second["id"] == "d1"
    assert len(rest) == 4


def test_label_cells_hold_what_was_given_and_nothing_else_is_suggested_where_the_model_agrees(
    sheet,
):
    row = next(row for row in records(sheet) if row["id"] == "c3")
    cells = [row[name] for name in ("kind", "department", "private_reply", "vip", "verdict")]
    assert cells == ["question", "billing", "false", "false", ""]
    assert row["suggested"] == ""


def test_labels_nobody_uses_have_no_column(sheet):
    assert not {"crisis", "off_policy"} & set(records(sheet)[0])


def test_an_own_label_named_like_a_column_of_the_sheet_stands_apart(sheet):
    row = next(row for row in records(sheet) if row["id"] == "d1")
    assert (row["label"], row["label (label)"]) == ("spammy", "true")


def test_what_a_spreadsheet_would_run_is_made_harmless(sheet):
    assert all(not row["text"].startswith("=") for row in records(sheet))


def test_an_ending_that_is_no_table_is_refused(tmp_path, texts, found):
    with pytest.raises(SmclassifyError, match="pdf"):
        write_review(tmp_path / "review.pdf", texts, found)


# --- there and back -----------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["csv", "tsv", "xlsx", "jsonl"])
def test_a_sheet_given_back_as_it_is_changes_nothing(tmp_path, texts, found, ending):
    path = tmp_path / f"review.{ending}"
    write_review(path, texts, found)
    outcome = applied(texts, path)
    assert untouched(outcome, texts)
    assert outcome.ignored == []


def test_a_workbook_edited_and_saved_is_read_back(tmp_path, texts, found):
    path = tmp_path / "review.xlsx"
    write_review(path, texts, found)
    book = load_workbook(path)
    page = book.active
    at = {cell.value: cell.column for cell in page[1]}
    page.cell(2, at["kind"]).value = " Praise "
    page.cell(2, at["private_reply"]).value = False
    book.save(path)
    outcome = applied(texts, path)
    assert outcome.changed == {"kind": 1, "private_reply": 1}
    assert value(outcome.texts, "c1", "kind") == "praise"
    assert value(outcome.texts, "c1", "private_reply") == "false"


def test_what_spreadsheet_programs_do_to_cells_changes_nothing(sheet, texts):
    rows = records(sheet)
    for row in rows:
        row["text"] = row["text"].replace("\n", "\r\n").strip() + " "
        row["row"] += ".0"
        row["id"] = "1.23E+05"
        for label in ("private_reply", "vip", "spammy"):
            row[label] = {"true": "VRAI", "false": "FALSE"}.get(row[label], row[label])
    outcome = applied(texts, edited(sheet, rows))
    assert untouched(outcome, texts)
    assert outcome.ignored == []


def test_the_order_of_rows_and_columns_and_missing_rows_do_not_matter(sheet, texts):
    rows = [dict(reversed(row.items())) for row in reversed(records(sheet))][:3]
    outcome = applied(texts, edited(sheet, rows))
    assert untouched(outcome, texts)


# --- what is applied ----------------------------------------------------------------------------


def test_a_changed_cell_changes_that_label_alone(sheet, texts):
    outcome = applied(texts, change(sheet, "c3", kind="suggestion", vip="yes"))
    assert outcome.changed == {"kind": 1, "vip": 1}
    changed = (outcome.texts[Task.COMMENTS].labels != texts[Task.COMMENTS].labels).any(axis=1)
    assert changed.tolist() == [False, False, True, False]
    assert value(outcome.texts, "c3", "department") == "billing"


def test_the_texts_given_are_left_as_they_were(sheet, texts):
    before = texts[Task.COMMENTS].labels.copy()
    applied(texts, change(sheet, "c3", kind="suggestion"))
    assert np.array_equal(texts[Task.COMMENTS].labels, before)


def test_an_emptied_cell_says_that_nothing_is_known(sheet, texts):
    outcome = applied(texts, change(sheet, "c1", kind="", private_reply=""))
    assert value(outcome.texts, "c1", "kind") == ""
    assert value(outcome.texts, "c1", "private_reply") == ""
    assert value(outcome.texts, "c1", "department") == "customer_service"


def test_a_label_that_was_missing_can_be_filled_in(sheet, texts):
    outcome = applied(texts, change(sheet, "c4", private_reply="oui"))
    assert value(outcome.texts, "c4", "private_reply") == "true"


def test_a_kind_without_a_department_loses_it(sheet, texts):
    outcome = applied(texts, change(sheet, "c1", kind="chatter"))
    assert value(outcome.texts, "c1", "department") == ""


def test_a_flag_taken_away_takes_its_reasons_along_and_a_new_one_has_none_known(sheet, texts):
    drafts = texts[Task.DRAFTS]
    hard_sell = drafts.heads.index("hard_sell")
    drafts.labels[:, hard_sell] = [1, 0]
    outcome = applied(texts, change(change(sheet, "d1", spammy="false"), "d2", spammy="true"))
    assert outcome.texts[Task.DRAFTS].labels[:, hard_sell].tolist() == [0, UNLABELLED]


@pytest.mark.parametrize("word", ["drop", "DROP ", "supprimer", "삭제", "删除"])
def test_drop_takes_the_text_out(sheet, texts, word):
    outcome = applied(texts, change(sheet, "c2", verdict=word))
    assert outcome.dropped == 1
    assert outcome.texts[Task.COMMENTS].ids == ["c1", "c3", "c4"]
    assert outcome.texts[Task.COMMENTS].rows == [1, 3, 4]


def test_fix_beside_unchanged_cells_takes_the_suggestion(sheet, texts):
    outcome = applied(texts, change(sheet, "c1", verdict="fix"))
    assert outcome.changed == {"kind": 1}
    assert value(outcome.texts, "c1", "kind") == "suggestion"


def test_fix_beside_a_changed_cell_takes_the_cell(sheet, texts):
    outcome = applied(texts, change(sheet, "c1", verdict="fix", kind="abuse"))
    assert value(outcome.texts, "c1", "kind") == "abuse"


def test_applying_twice_is_applying_once(sheet, texts):
    path = change(sheet, "c1", kind="abuse")
    once = applied(texts, path)
    twice = applied(once.texts, path)
    assert untouched(twice, once.texts)


# --- what is not applied ------------------------------------------------------------------------


def test_a_row_whose_text_is_another_by_now_is_told_and_left(sheet, texts):
    outcome = applied(texts, change(sheet, "c1", text="Something else", kind="abuse"))
    assert untouched(outcome, texts)
    assert outcome.ignored == ["row 1: its text is not the one of that row any more."]


def test_a_row_of_another_file_is_told_and_left(sheet, texts):
    outcome = applied(texts, change(sheet, "c1", file="other.csv", kind="abuse"))
    assert untouched(outcome, texts)
    assert "other.csv" in outcome.ignored[0]


def test_a_text_that_has_moved_is_found_by_its_id(sheet, texts):
    moved = texts[Task.COMMENTS].take([3, 2, 1, 0])
    moved.rows[:] = [1, 2, 3, 4]
    outcome = applied(texts | {Task.COMMENTS: moved}, change(sheet, "c1", kind="abuse"))
    assert value(outcome.texts, "c1", "kind") == "abuse"
    assert outcome.ignored == []


def test_a_label_that_has_changed_since_is_not_overwritten(sheet, texts):
    put(texts[Task.COMMENTS], 0, kind="praise")
    outcome = applied(texts, change(sheet, "c1", kind="abuse"))
    assert value(outcome.texts, "c1", "kind") == "praise"
    assert "was complaint" in outcome.ignored[0]
    assert "now is praise" in outcome.ignored[0]


def test_a_label_that_has_changed_since_stays_when_its_cell_was_not_touched(sheet, texts):
    put(texts[Task.COMMENTS], 0, kind="praise")
    assert untouched(applied(texts, sheet), texts)


def test_a_second_row_about_the_same_text_is_told_and_left(sheet, texts):
    rows = records(sheet)
    outcome = applied(texts, edited(sheet, [*rows, rows[0] | {"kind": "abuse"}]))
    assert untouched(outcome, texts)
    assert outcome.ignored == ["row 7: row 1 is about the same text."]


# --- what is wrong ------------------------------------------------------------------------------


def test_every_wrong_cell_is_told_at_once_with_its_place(sheet, texts):
    change(sheet, "c1", kind="moaning")
    change(sheet, "c2", private_reply="perhaps")
    change(sheet, "c3", verdict="maybe")
    with pytest.raises(TrainingError) as caught:
        applied(texts, sheet)
    said = str(caught.value)
    assert "row 1, kind: " in said
    assert "moaning" in said
    assert "private_reply: " in said
    assert "Write true or false." in said
    assert "verdict: 'maybe'" in said
    assert "--map" not in said
    assert caught.value.where == str(sheet)


def test_keep_beside_a_changed_cell_is_asked_about(sheet, texts):
    with pytest.raises(TrainingError, match="keep, but kind was changed"):
        applied(texts, change(sheet, "c1", kind="abuse", verdict="keep"))


def test_fix_without_anything_to_fix_is_asked_about(sheet, texts):
    with pytest.raises(TrainingError, match="none is suggested"):
        applied(texts, change(sheet, "c2", verdict="fix"))


def test_many_wrong_cells_are_counted(sheet, texts):
    row = records(sheet)[0]
    many = empty(Task.COMMENTS, [f"m{n}" for n in range(15)], [f"t{n}" for n in range(15)], ())
    rows = [
        row | {"id": f"m{n}", "row": str(n + 1), "text": f"t{n}", "kind": "moaning", "before": ""}
        for n in range(15)
    ]
    with pytest.raises(TrainingError, match="and 5 more"):
        applied({Task.COMMENTS: many}, edited(sheet, rows))


@pytest.mark.parametrize("content", ["id,kind\n1,praise\n", "text\nhello\n"])
def test_a_file_that_is_no_such_sheet_is_refused(tmp_path, content):
    path = tmp_path / "other.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(TrainingError, match="no reviewed sheet"):
        read_fixes(path)


def test_the_vocabulary_of_the_sheet_is_that_of_the_guide(tmp_path, texts, found):
    path = tmp_path / "review.jsonl"
    write_review(path, texts, found)
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert {row["kind"] for row in rows if row["kind"]} <= set(KINDS)
    assert {row["department"] for row in rows if row["department"]} <= set(DEPARTMENTS)
    assert {row["private_reply"] for row in rows} <= {True, False, None}


def test_the_companys_own_words_may_stand_in_the_sheet(sheet, texts):
    """As may those that a German spreadsheet program makes of true and false."""
    change(sheet, "c1", kind="Frage", private_reply="FALSCH", verdict="korrigieren")
    outcome = apply_fixes(texts, read_fixes(sheet), {"Frage": "question"})
    assert outcome.changed == {"kind": 1, "private_reply": 1}
    assert value(outcome.texts, "c1", "kind") == "question"
    assert value(outcome.texts, "c1", "private_reply") == "false"
