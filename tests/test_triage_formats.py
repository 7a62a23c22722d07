"""Whatever the cells hold, they come back: from every kind of file, in every kind of result."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sys
import zipfile

import pytest
from cli_fake import FakeClassifier, fake_module
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from triage_calls import read, run, triage, write_csv

from smclassify.errors import OutputError
from smclassify.exports import OUTPUT_FORMATS, Role, cell_text, open_table
from smclassify.exports.writing.guard import is_risky, unguard
from smclassify.triage.job import triage_tables
from smclassify.triage.judge import judge, unread
from smclassify.triage.types import COLUMNS, TriageOptions
from smclassify.triage.workers import CRASHED


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "smclassify.classifier", fake_module())
    monkeypatch.setattr("os.fsync", lambda _: None)  # nothing here is about power cuts
    return tmp_path


# --- every cell comes back ----------------------------------------------------------------------

FORMULAS = ("=1+1", "+82 10", "-5", "-5 %", "@brand", "\t=x", "'=x", "''@x", "＝A1", "\r\n", "=",
            "'", "a;=b", "a;'=b", "x\n@y", " =cmd|'/c calc'!A0", '"=x"', "0012", "1e5", "TRUE",
            "#REF!", "_x0041_")  # fmt: skip
CELLS = (
    st.sampled_from(FORMULAS)
    | st.text("ab,\"'\n \t;=+-@한é0.", max_size=8)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
)
NAMES = st.lists(
    st.sampled_from(["=1", "@b", "'c", "-d", "메모", "a;=b", 'q"', "sheet"]),
    max_size=3,
    unique=True,
)


@st.composite
def tables(draw):
    """A header and rows; the first column is the text, the last keeps a row from being blank."""
    columns = ["text", *draw(NAMES), "n"]
    cells = st.lists(CELLS, min_size=len(columns) - 1, max_size=len(columns) - 1)
    return columns, [[*row, "0"] for row in draw(st.lists(cells, min_size=1, max_size=12))]


def triaged(folder, columns, rows, ending, **options):
    """Write a table as CSV, triage it, and return the path of the result."""
    source, target = folder / "in.csv", folder / f"out.{ending}"
    write_csv(source, columns, *rows)
    run([str(source)], target, force=True, columns={Role.TEXT: "text"}, encoding="utf-8",
        delimiter=",", **options)  # fmt: skip
    return target


def own_cells(path):
    """Return header and cells of a result without what the triage added."""
    delimiter = {".csv": ",", ".tsv": "\t"}.get(path.suffix)
    told = {"encoding": "utf-8", "delimiter": delimiter} if delimiter else {}
    with open_table(path, **told) as table:
        rows = [
            [cell_text(cell) for cell in row.cells] for batch in table.batches() for row in batch
        ]
        header = table.columns
    assert header[-len(COLUMNS) :] == list(COLUMNS)
    return [line[: -len(COLUMNS)] for line in (header, *rows)]


@pytest.mark.parametrize("ending", OUTPUT_FORMATS)
@given(table=tables())
@settings(max_examples=30)
def test_every_original_cell_comes_back(tmp_path_factory, ending, table):
    columns, rows = table
    found = own_cells(triaged(tmp_path_factory.mktemp("cells"), columns, rows, ending))
    if ending in ("csv", "tsv"):
        assert not any(
            is_risky(cell) and not cell.startswith("'") for line in found for cell in line
        )
        found = [[unguard(cell) for cell in line] for line in found]
    assert found == [columns, *rows]


@given(table=tables())
@settings(max_examples=30)
def test_raw_cells_are_the_very_bytes(tmp_path_factory, table):
    folder = tmp_path_factory.mktemp("raw")
    target = triaged(folder, *table, "csv", guarded=False)
    lines = csv.reader(io.StringIO(target.read_bytes().decode("utf-8"), newline=""))
    own = io.StringIO(newline="")
    csv.writer(own).writerows(line[: -len(COLUMNS)] for line in lines)
    assert own.getvalue().encode("utf-8") == (folder / "in.csv").read_bytes()


@given(table=tables(), files=st.integers(2, 3))
@settings(max_examples=30)
def test_rows_of_several_files_stand_one_after_the_other(tmp_path_factory, table, files):
    columns, rows = table
    folder = tmp_path_factory.mktemp("several")
    sources = [folder / f"{number}.csv" for number in range(files)]
    for source in sources:
        write_csv(source, columns, *rows)
    summary = run(list(map(str, sources)), folder / "out.jsonl", columns={Role.TEXT: "text"},
                  encoding="utf-8", delimiter=",")  # fmt: skip
    assert own_cells(folder / "out.jsonl") == [columns, *rows * files]
    assert summary.rows == summary.rows_written == files * len(rows)


def test_guarding_is_on_unless_raw_cells_are_asked_for(here):
    write_csv("c.csv", ["id", "text"], ["1", "=HYPERLINK(1)"], ["2", "@pedalworks it is broken"])
    for ending in ("csv", "tsv"):
        triage("c.csv", "-o", f"out.{ending}")
        assert "'=HYPERLINK(1)" in (here / f"out.{ending}").read_text("utf-8")
        assert "'@pedalworks it is" in (here / f"out.{ending}").read_text("utf-8")
        triage("c.csv", "-o", f"raw.{ending}", "--raw-cells")
        assert "'" not in (here / f"raw.{ending}").read_text("utf-8")
    triage("c.csv", "-o", "out.jsonl")
    assert json.loads((here / "out.jsonl").read_text("utf-8").split("\n")[0])["text"][0] == "="


def test_our_own_columns_keep_their_types_where_the_format_has_types():
    write_csv("c.csv", ["id", "text"], ["1", "broken"])
    for ending in ("jsonl", "xlsx", "parquet"):
        triage("c.csv", "-o", f"out.{ending}")
        with open_table(f"out.{ending}") as table:
            ((row,),) = table.batches()
        cells = dict(zip(table.columns, row.cells, strict=True))
        kinds = [type(cells[f"sm_{name}"]) for name in ("private_reply", "crisis", "priority")]
        assert kinds == [bool, bool, int]
        assert cells["sm_private_reply_score"] == 0.9


# --- several tables in one result ---------------------------------------------------------------


def workbook(path, **sheets):
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)


class TestSeveralTables:
    MAY, JUNE = ([["id", "text"], ["m1", "broken"], ["m2", "nice"]],
                 [["id", "comment", "stars"], ["j1", "broken too", 1]])  # fmt: skip

    def check(self, *sources, ids=("m1", "m2", "j1")):
        result = triage(*sources, "-o", "out.csv")
        assert result.exit_code == 0, result.stderr
        got = read("out.csv")
        assert [row["id"] for row in got] == list(ids)
        kinds = {row["id"]: row["sm_kind"] for row in got}
        assert (kinds["m1"], kinds["m2"], kinds["j1"]) == ("complaint", "chatter", "complaint")
        assert {row["id"]: row["stars"] for row in got}["j1"] == "1"
        return result

    def test_sheets_of_a_workbook(self):
        workbook("book.xlsx", May=self.MAY, June=self.JUNE)
        self.check("book.xlsx")

    def test_one_sheet_where_one_is_named(self):
        workbook("book.xlsx", May=self.MAY, June=self.JUNE)
        assert triage("book.xlsx", "-o", "out.csv", "--sheet", "june").exit_code == 0
        assert [row["id"] for row in read("out.csv")] == ["j1"]

    def test_the_tables_in_a_zip(self, here):
        write_csv("a.csv", *self.MAY)
        write_csv("b.tsv.csv", *self.JUNE)
        with zipfile.ZipFile("all.zip", "w") as archive:
            for name in ("a.csv", "b.tsv.csv"):
                archive.write(name)
            archive.writestr("readme.pdf", "nothing")
        result = self.check("all.zip")
        assert "readme.pdf" in result.stderr

    def test_the_files_of_a_folder_and_what_was_passed_over(self, here):
        (here / "in").mkdir()
        write_csv("in/a.csv", *self.MAY)
        workbook("in/b.xlsx", Sheet=self.JUNE)
        (here / "in" / "photo.png").write_bytes(b"no table")
        result = self.check("in")
        assert "photo.png" in result.stderr

    def test_all_of_them_at_once_and_a_pattern(self, here):
        write_csv("a.csv", *self.MAY)
        workbook("b.xlsx", One=self.JUNE, Two=[["id", "text"], ["t", "nice"]])
        (here / "c.jsonl").write_text('{"id": "c", "text": "broken"}\n', "utf-8")
        self.check("a.csv", "b.xlsx", "*.jsonl", ids=("m1", "m2", "j1", "t", "c"))

    def test_a_result_in_the_folder_that_is_read_is_refused(self, here):
        (here / "in").mkdir()
        write_csv("in/a.csv", *self.MAY)
        shutil.copy("in/a.csv", "in/out.csv")
        result = triage("in", "-o", "in/out.csv", "--force")
        assert result.exit_code == 2
        assert "is one of the inputs" in result.stderr


# --- rows that no worker could read -------------------------------------------------------------


class FailsOn:
    """Readers of which none survives a batch with a certain word."""

    helpers = None

    def __init__(self, word):
        self.word = word

    def each(self, works):
        for key, work in works:
            dies = any(self.word in text for text in work.texts)
            yield key, unread(work) if dies else judge(FakeClassifier(), work)

    def close(self):
        pass


class TestUnread:
    @pytest.fixture
    def sources(self):
        write_csv("bad.csv", ["id", "text"], ["x1", "deadly"], ["x2", "broken"])
        write_csv("good.csv", ["id", "text"], ["g1", "nice"], ["g2", "broken"], ["g3", ""])
        return ["bad.csv", "good.csv"]

    def triage(self, sources, target, **options):
        return triage_tables(FailsOn("deadly"), sources, target, options=TriageOptions(**options))

    @pytest.mark.parametrize("ending", OUTPUT_FORMATS)
    def test_they_come_back_without_our_columns(self, sources, ending):
        self.triage(sources, f"out.{ending}")
        with open_table(f"out.{ending}") as table:
            (rows,) = table.batches()
        texts = [[cell_text(cell) for cell in row.cells] for row in rows]
        assert [row[0] for row in texts] == ["x1", "x2", "g1", "g2", "g3"]
        assert [set(row[2:]) for row in texts[:2]] == [{""}, {""}]
        assert texts[3][3] == "complaint"

    def test_they_are_listed_with_the_reason(self, sources):
        summary = self.triage(sources, "out.csv")
        assert (summary.rows, summary.rows_written, summary.rows_unread) == (5, 5, 2)
        assert [str(one) for one in summary.problems if one.lost] == [
            f"bad.csv: row 1: {CRASHED}",
            f"bad.csv: row 2: {CRASHED}",
        ]
        assert summary.kinds == {"chatter": 1, "complaint": 1}

    def test_sorted_by_priority_they_stand_last(self, sources):
        self.triage(sources, "out.csv", sort="priority")
        assert [row["id"] for row in read("out.csv")] == ["g2", "g1", "g3", "x1", "x2"]


def test_a_format_that_the_target_cannot_have_is_refused(here):
    write_csv("c.csv", ["id", "text"], ["1", "x"])
    with pytest.raises(OutputError, match=r"cannot be written as “\.doc”"):
        run(["c.csv"], "out.doc")
    assert [path.name for path in here.iterdir()] == ["c.csv"]


@pytest.mark.parametrize(
    ("name", "data", "marked"),
    [
        ("a.csv", "id,text\n1,déçu\n".encode(), False),
        ("a.csv", "id,text\n1,déçu\n".encode("utf-8-sig"), True),
        ("a.csv", "id;text\n1;déçu par le café, à côté\n".encode("cp1252"), True),
        ("a.csv", "id,text\n1,배송이 너무 늦어요\n".encode("cp949"), True),
        ("a.tsv", "id\ttext\n1\tdéçu\n".encode("utf-16"), True),
        ("a.jsonl", '{"id": "1", "text": "déçu"}\n'.encode(), False),
    ],
)
def test_a_result_for_those_who_work_with_excel_has_the_mark_it_needs(here, name, data, marked):
    (here / name).write_bytes(data)
    run([name], "out.csv")
    assert (here / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf") is marked
