"""A table as the triage sees it: which cell is what, what a row is known by, whose it is."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from triage_calls import write_csv

from smclassify.errors import InputError
from smclassify.exports import InputName, Role, Row
from smclassify.exports.columns.times import NO_TIME
from smclassify.exports.writing.guard import guard
from smclassify.triage.cellfacts import account_key, name_of_id
from smclassify.triage.facts import ANSWERED, CRISIS, NO_DEPARTMENT, OURS, PRIVATE, no_facts
from smclassify.triage.inputs import TriageTable, rows_of_result
from smclassify.triage.types import TriageOptions


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def table_of(header, *rows, name="c.csv", **options) -> TriageTable:
    write_csv(name, header, *rows)
    return TriageTable.of(InputName(name), TriageOptions(**options))


def rows_in(table: TriageTable) -> list[Row]:
    return [row for batch in table.batches() for row in batch]


def told(header, *rows, judged_as=PRIVATE, **options) -> np.ndarray:
    """Return the facts of rows, all of which the classifier took for something."""
    table = table_of(header, *rows, **options)
    facts = no_facts(len(rows))
    facts["flags"], facts["department"] = judged_as, 1
    table.tell(rows_in(table), facts)
    return facts


# --- names --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["@Pedal", "pedal", " PEDAL ", "ｐｅｄａｌ"])
def test_an_account_is_the_same_however_it_is_written(name: str) -> None:
    assert account_key(name) == "pedal"


@pytest.mark.parametrize("nobody", ["", " ", "0", "null", "None", "NaN", "undefined"])
def test_some_ids_name_nothing(nobody: str) -> None:
    assert name_of_id(nobody) == ""


def test_an_id_that_went_through_a_spreadsheet_is_the_same() -> None:
    assert name_of_id("12.0") == name_of_id(" 12 ") == "12"
    assert name_of_id("'-12x") == name_of_id("-12x") == "-12x"


# --- cells --------------------------------------------------------------------------------------


def test_texts_and_platforms_of_rows() -> None:
    table = table_of(["id", "comment", "platform"], ["1", " it is\nbroken ", "X "], ["2", "", ""])
    rows = rows_in(table)
    assert table.texts(rows) == [" it is\nbroken ", ""]
    assert table.platforms(rows) == ["x", ""]


def test_where_nothing_says_the_platform_there_is_none() -> None:
    table = table_of(["id", "comment"], ["1", "broken"])
    assert table.platforms(rows_in(table)) == [""]


def test_a_known_layout_tells_its_platform(here: Path) -> None:
    item = {"id": "1", "text": "broken", "created_at": "2026-03-02T09:00:00Z", "author_id": "7",
            "conversation_id": "1", "public_metrics": {"like_count": 3}}  # fmt: skip
    (here / "x.json").write_text(json.dumps({"data": [item]}), "utf-8")
    table = TriageTable.of(InputName("x.json"), TriageOptions())
    assert table.platforms(rows_in(table)) == ["x"]


def test_what_other_cells_say_of_a_row() -> None:
    header = ["id", "author", "date", "text", "post id", "parent id", "likes", "rating",
              "reply date"]  # fmt: skip
    facts = told(
        header,
        ["1", "joe", "2026-03-02 09:00", "broken", "p", "", "1500", "2", "2026-03-02 10:00"],
        ["2", "joe", "", "broken", "p", "1", "", "", ""],
    )
    assert facts["number"].tolist() == [1, 2]
    assert facts["reply_time"][0] - facts["time"][0] == 3600
    assert facts["time"][1] == facts["reply_time"][1] == NO_TIME
    assert facts["parent"].tolist() == [0, facts["id"][0]]
    assert facts["thread"][0] == facts["thread"][1] != 0
    assert facts["author"][0] == facts["author"][1] != 0
    assert facts["reach"][0] == 1500
    assert np.isnan(facts["reach"][1])
    assert facts["rating"][0] == pytest.approx(0.4)
    assert np.isnan(facts["rating"][1])


def test_the_same_name_on_two_platforms_is_two_authors() -> None:
    facts = told(["author", "platform", "text"], ["joe", "x", "a"], ["joe", "naver", "a"],
                 ["@Joe", "X", "a"], ["", "x", "a"])  # fmt: skip
    assert facts["author"][0] == facts["author"][2] != facts["author"][1]
    assert facts["author"][3] == 0


@pytest.mark.parametrize(
    ("header", "answered", "open_"),
    [
        (["id", "text", "reply"], "We wrote to you.", "  "),
        (["id", "text", "status"], "Solved", "Pending"),
        (["id", "text", "답변 여부"], "답변 완료", "미답변"),
        (["id", "text", "是否已回复"], "是", "否"),
    ],
)
def test_a_reply_or_a_status_says_that_a_row_is_answered(
    header: list[str], answered: str, open_: str
) -> None:
    facts = told(header, ["1", "broken", answered], ["2", "broken", open_], ["3", "broken", ""])
    assert ((facts["flags"] & ANSWERED) != 0).tolist() == [True, False, False]


def test_our_own_rows_are_no_cases() -> None:
    facts = told(["author", "text"], ["@Pedal", "broken"], ["joe", "broken"],
                 judged_as=PRIVATE | CRISIS, accounts=("pedal",))  # fmt: skip
    assert facts["flags"].tolist() == [OURS, PRIVATE | CRISIS]
    assert facts["department"].tolist() == [NO_DEPARTMENT, 1]


# --- what a row is known by ---------------------------------------------------------------------


def identities(*rows, header=("id", "author", "date", "text", "likes")) -> list[int]:
    table = table_of(header, *rows)
    return table.identities(rows_in(table))


def test_a_row_is_known_by_its_id_whatever_else_has_changed() -> None:
    one, other = identities(["1", "joe", "2026-03-02", "broken", "0"],
                            ["1", "joe s.", "2026-03-03", "broken!", "9"])  # fmt: skip
    assert one == other


def test_without_an_id_by_text_author_and_time_but_not_by_its_likes() -> None:
    same = ["", "joe", "2026-03-02 09:00", "broken", "0"]
    first, again, *others = identities(
        same, [*same[:4], "12"], ["", "ann", *same[2:]], [*same[:2], "2026-03-02 09:01", *same[3:]],
        [*same[:3], "broken!", "0"],
    )  # fmt: skip
    assert first == again
    assert len({first, *others}) == 4


def test_an_id_is_never_taken_for_a_text() -> None:
    by_id, by_text = identities(["broken", "", "", "x"], ["", "", "", "broken"],
                                header=("id", "author", "date", "text"))  # fmt: skip
    assert by_id != by_text


@given(st.lists(st.text("=+-@'ab \t;한", max_size=6), min_size=1, max_size=6))
def test_a_row_is_known_again_from_a_guarded_result(texts: list[str]) -> None:
    rows = [["joe", f"{text} and more", str(n)] for n, text in enumerate(texts)]
    options = {"encoding": "utf-8", "delimiter": ",", "columns": {Role.TEXT: "text"}}
    header = ["author", "text", "n"]
    before = table_of(header, *rows, **options)
    write_csv("result.csv", header, *([guard(cell) for cell in row] for row in rows))
    after = TriageTable.of(InputName("result.csv"), TriageOptions(**options))
    known = before.identities(rows_in(before))
    assert after.identities(rows_in(after)) == known


def test_the_rows_of_an_earlier_result_are_known_whatever_its_format() -> None:
    header, row = ["id", "text", "sm_kind"], ["7", "@pedal is broken", "complaint"]
    table = table_of(header[:2], row[:2])
    write_csv("result.csv", header, [row[0], guard(row[1]), row[2]])
    Path("result.jsonl").write_text(json.dumps(dict(zip(header, row, strict=True))), "utf-8")
    known = table.identities(rows_in(table))
    for result in ("result.csv", "result.jsonl"):
        assert list(rows_of_result(result, TriageOptions(input_format="csv"))) == known


# --- what can be wrong --------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "\0", "/", "a" * 5000])
def test_an_unknown_time_zone_is_said_in_words(zone: str) -> None:
    with pytest.raises(InputError, match="there is no time zone") as caught:
        table_of(["date", "text"], ["2026-03-02", "broken"], timezone=zone)
    assert "Asia/Seoul" in str(caught.value)


def test_no_column_of_a_name_is_said_with_the_file_and_the_option() -> None:
    with pytest.raises(InputError, match=r"c\.csv: there is no column “body”(?s:.*)--text-column"):
        table_of(["id", "text"], ["1", "broken"], columns={Role.TEXT: "body"})


def test_one_column_for_two_uses_is_refused() -> None:
    with pytest.raises(InputError, match=r"wanted for two uses: --text-column and --author-column"):
        table_of(["id", "text"], ["1", "x"], columns={Role.TEXT: "text", Role.AUTHOR: "Text"})


def test_a_table_whose_columns_have_changed_is_not_read_on() -> None:
    table = table_of(["id", "text"], ["1", "broken"])
    write_csv("c.csv", ["id", "other", "text"], ["1", "", "broken"])
    with pytest.raises(InputError, match="has changed since it was first looked at"):
        rows_in(table)


def test_a_table_that_has_gone_is_said_in_words() -> None:
    table = table_of(["id", "text"], ["1", "broken"])
    Path("c.csv").unlink()
    with pytest.raises(InputError, match="there is no such file"):
        rows_in(table)


def test_reading_again_counts_its_problems_anew(here: Path) -> None:
    (here / "d.jsonl").write_text('{"text": "a"}\n{broken\n\n{"text": "b"}\n', "utf-8")
    table = TriageTable.of(InputName("d.jsonl"), TriageOptions())
    for _ in range(2):
        assert len(rows_in(table)) == 2
        assert (table.problems.lost, table.problems.total) == (1, 1)


def test_a_byte_tells_one_table_from_another() -> None:
    one, other = (table_of(["text"], [text]) for text in ("broken", "Broken"))
    assert one.digest != other.digest
    assert one.digest == table_of(["text"], ["broken"], name="d.csv").digest
