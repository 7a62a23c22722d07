"""Writing results so that nothing half-written is taken for whole, and runs can go on."""

import datetime
import errno
import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from tables import written

from smclassify.errors import OutputError
from smclassify.exports import ABSENT, SURPLUS, OutputClosedError, open_table, write_table
from smclassify.exports.writing import workbook

COLUMNS = ["id", "text", "sm_priority"]
ROWS = [[str(i), f"글 {i}", (i * 37) % 11] for i in range(50)]
FORMATS = ["csv", "tsv", "jsonl", "xlsx", "parquet"]


def read(path):
    with open_table(path) as table:
        return [[str(cell) for cell in row.cells] for batch in table.batches() for row in batch]


def as_text(rows):
    return [[str(cell) for cell in row] for row in rows]


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("format", FORMATS)
def test_what_is_written_is_read_again_and_nothing_else_is_left(tmp_path, format):
    path = tmp_path / f"out.{format}"
    written(path, COLUMNS, ROWS)
    assert names(tmp_path) == [path.name]
    assert read(path) == as_text(ROWS)


@pytest.mark.parametrize("format", FORMATS)
def test_no_rows_make_a_file_with_a_header(tmp_path, format):
    path = tmp_path / f"out.{format}"
    written(path, COLUMNS, [])
    assert names(tmp_path) == [path.name]
    if format != "jsonl":
        with open_table(path) as table:
            assert (table.columns, list(table.batches())) == (COLUMNS, [])


def test_the_format_may_be_named_where_the_ending_says_nothing(tmp_path):
    written(tmp_path / "out.txt", ["a"], [["1"]], format="jsonl")
    assert (tmp_path / "out.txt").read_text() == '{"a": "1"}\n'


@pytest.mark.parametrize("format", FORMATS)
def test_an_old_result_stays_where_the_new_one_cannot_be_made(tmp_path, monkeypatch, format):
    def fail(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / f"out.{format}"
    path.write_text("old")
    with monkeypatch.context() as patched:
        patched.setattr("smclassify.exports.writing.writer.sync_file", fail)
        with pytest.raises(OutputError, match="disk is full"):
            written(path, COLUMNS, ROWS)
    assert path.read_text() == "old"
    assert names(tmp_path) == [path.name]
    written(path, COLUMNS, ROWS)
    assert read(path) == as_text(ROWS)


def test_what_fails_while_the_rows_are_given_leaves_nothing(tmp_path):
    def rows():
        yield ["1", "a", 1]
        raise MemoryError

    with pytest.raises(MemoryError):
        write_table(tmp_path / "out.csv", COLUMNS, rows, format="csv")
    assert names(tmp_path) == []


# --- what cannot be written -------------------------------------------------------------


def test_targets_where_nothing_can_be(tmp_path):
    (tmp_path / "file").write_text("x")
    for target, message in [
        (tmp_path, "no ending|folder"),
        (tmp_path / "gone" / "out.csv", "there is no folder"),
        (tmp_path / "file" / "out.csv", "there is no folder"),
        (tmp_path / "out", "no ending"),
        (tmp_path / "out.docx", "docx"),
        (tmp_path / "out.json", "json"),
    ]:
        with pytest.raises(OutputError, match=message):
            written(target, COLUMNS, ROWS)
    (tmp_path / "dir.csv").mkdir()
    with pytest.raises(OutputError, match="is a folder"):
        written(tmp_path / "dir.csv", COLUMNS, ROWS)
    assert names(tmp_path) == ["dir.csv", "file"]


# --- standard output --------------------------------------------------------------------


def run_with_stdout(code, stdout):
    return subprocess.run(
        [sys.executable, "-c", code], stdout=stdout, stderr=subprocess.PIPE, check=False
    )


def test_standard_output_gets_the_rows(capfdbinary):
    written("-", COLUMNS, [["1", "é", 3]])
    assert capfdbinary.readouterr().out == "id,text,sm_priority\r\n1,é,3\r\n".encode()
    written("-", COLUMNS, [["2", "b", 4]], format="jsonl")
    assert json.loads(capfdbinary.readouterr().out) == {"id": "2", "text": "b", "sm_priority": 4}


CLOSED = """
import sys
from itertools import repeat
from smclassify.exports import OutputClosedError, write_table
try:
    write_table("-", ["a"], lambda: repeat(["x" * 1000]), format="csv")
except OutputClosedError:
    sys.exit(7)
"""


def test_a_reader_who_leaves_is_no_accident():
    read_end, write_end = os.pipe()
    os.close(read_end)
    run = run_with_stdout(CLOSED, write_end)
    os.close(write_end)
    assert (run.returncode, run.stderr) == (7, b"")
    assert issubclass(OutputClosedError, OutputError)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_standard_output_onto_a_full_disk_is_an_error_of_ours():
    with Path("/dev/full").open("wb") as full:
        run = run_with_stdout(CLOSED, full)
    assert run.returncode == 1
    assert b"OutputError: standard output: the disk is full." in run.stderr


# --- cells ------------------------------------------------------------------------------


def test_csv_has_the_mark_only_where_it_is_asked_for(tmp_path):
    for bom in (True, False):
        written(tmp_path / "out.csv", ["a"], [["é"]], bom=bom)
        data = (tmp_path / "out.csv").read_bytes()
        assert data == (b"\xef\xbb\xbf" if bom else b"") + "a\r\né\r\n".encode()


def test_values_of_every_type_read_alike_in_every_text_format(tmp_path):
    moment = datetime.datetime(2024, 5, 1, 12, 30)
    row = [True, False, None, ABSENT, 1.5, moment, moment.date(), [1, "é"], {"a": None}, b"\xff"]
    columns = [f"c{i}" for i in range(len(row))]
    said = ["true", "false", "", "", "1.5", "2024-05-01 12:30:00", "2024-05-01", '[1, "é"]',
            '{"a": null}', "/w=="]  # fmt: skip
    written(tmp_path / "out.csv", columns, [row])
    assert read(tmp_path / "out.csv") == [said]
    written(tmp_path / "out.jsonl", columns, [row])
    found = json.loads((tmp_path / "out.jsonl").read_text())
    assert "c3" not in found
    assert [found[f"c{i}"] for i in (0, 2, 4, 5, 7, 8)] == [
        True, None, 1.5, said[5], [1, "é"], {"a": None},
    ]  # fmt: skip


def test_types_survive_the_working_file_of_workbooks_and_parquet(tmp_path):
    moment = datetime.datetime(2024, 5, 1, 12, 30)
    row = [True, 7, 1.5, moment, moment.date(), b"\xff", datetime.timedelta(hours=3), moment.time()]
    columns = [f"c{i}" for i in range(len(row))]
    written(tmp_path / "out.parquet", columns, [row, [None] * len(row), [ABSENT] * len(row)])
    with open_table(tmp_path / "out.parquet") as table:
        assert [r.cells for r in table.sample()] == [row, [None] * len(row), [None] * len(row)]
    written(tmp_path / "out.xlsx", columns, [row])
    with open_table(tmp_path / "out.xlsx") as table:
        (found,) = table.sample()
    assert found.cells[:4] == row[:4]


def test_columns_of_mixed_types_become_text_in_parquet(tmp_path):
    written(
        tmp_path / "out.parquet",
        ["a", "b", "c", "d"],
        [[1, 2**70, Decimal("1.50"), {"x": 1}], ["x", 1, None, [2]]],
    )
    table = pq.read_table(tmp_path / "out.parquet")
    assert table.to_pylist() == [
        {"a": "1", "b": str(2**70), "c": "1.50", "d": '{"x": 1}'},
        {"a": "x", "b": "1", "c": None, "d": "[2]"},
    ]


@pytest.mark.parametrize("format", FORMATS)
def test_surplus_cells_and_twin_columns_are_kept(tmp_path, format):
    path = tmp_path / f"out.{format}"
    written(path, ["a", "a", ""], [["1", "2", "3"], ["4", "5", "6", "7", "8"]])
    with open_table(path) as table:
        rows = table.sample()
    if format in ("jsonl", "parquet"):
        assert table.columns == ["a", "a_2", "column_3", SURPLUS]
        assert rows[1].cells[:3] == ["4", "5", "6"]
        assert rows[1].cells[3] in (["7", "8"], '["7", "8"]')
    else:
        assert table.columns == ["a", "a", ""][: len(table.columns)]
        assert [*rows[1].cells, *rows[1].surplus] == ["4", "5", "6", "7", "8"]


def test_nan_is_null_in_json_and_infinity_a_string(tmp_path):
    written(
        tmp_path / "out.jsonl",
        ["a", "b", "c"],
        [[float("nan"), float("-inf"), {"x": float("nan")}]],
    )
    text = (tmp_path / "out.jsonl").read_text()
    assert json.loads(text, parse_constant=pytest.fail) == {
        "a": None,
        "b": "-inf",
        "c": {"x": None},
    }


@pytest.mark.parametrize("format", FORMATS)
def test_half_a_character_is_valid_json_and_listed_elsewhere(tmp_path, format):
    path = tmp_path / f"out.{format}"
    problems = written(path, ["a"], [["sound"], ["x\ud800y"], ["sound"]])
    if format == "jsonl":
        assert (path.read_bytes().splitlines()[1], problems) == (b'{"a": "x\\ud800y"}', [])
    else:
        assert read(path) == [["sound"], ["x\ufffdy"], ["sound"]]
        assert [problem.row for problem in problems] == [2]


# --- workbooks --------------------------------------------------------------------------


HOSTILE = ["=1+1", "=cmd|'/c calc'!A1", "+1", "-1", "@x", "#N/A", "#REF!", "00123", "1e5", "TRUE"]


def test_strings_are_strings_and_never_formulas(tmp_path):
    written(tmp_path / "out.xlsx", ["=a"], [[text] for text in HOSTILE])
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    cells = [sheet.cell(row, 1) for row in range(1, len(HOSTILE) + 2)]
    assert [(cell.value, cell.data_type) for cell in cells] == [
        (text, "s") for text in ["=a", *HOSTILE]
    ]


def test_characters_that_xml_cannot_hold_come_back(tmp_path):
    texts = ["a\0b\x07\x1f", "line\r\nline\rline\n", " blanks ", "_x0041_", "\ufffe\uffff", "\t"]
    problems = written(tmp_path / "out.xlsx", ["a"], [[text] for text in texts])
    assert read(tmp_path / "out.xlsx") == [[text] for text in texts]
    assert problems == []
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert sheet["A2"].value == "a_x0000_b_x0007__x001F_"


@pytest.mark.parametrize("char", ["x", "글", "😀"])
def test_texts_too_long_for_excel_are_cut_and_listed(tmp_path, char):
    units = len(char.encode("utf-16-le")) // 2
    fits = char * (workbook.MAX_SHEET_TEXT // units)
    problems = written(tmp_path / "out.xlsx", ["a"], [[fits], [fits + char]])
    assert read(tmp_path / "out.xlsx") == [[fits], [fits]]
    assert [problem.row for problem in problems] == [2]


def test_numbers_that_excel_would_round_are_strings(tmp_path):
    moment = datetime.datetime(2024, 5, 1, tzinfo=datetime.UTC)
    row = [1765432109876543210, 12, float("inf"), moment]
    written(tmp_path / "out.xlsx", ["a", "b", "c", "d"], [row])
    with open_table(tmp_path / "out.xlsx") as table:
        assert table.sample()[0].cells == [
            "1765432109876543210", 12, "inf", "2024-05-01 00:00:00+00:00",
        ]  # fmt: skip


def test_the_header_stands_still_and_has_a_filter(tmp_path):
    written(tmp_path / "out.xlsx", COLUMNS, ROWS)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:C51")


def test_what_is_more_than_a_sheet_holds_goes_on_in_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "SHEET_ROWS", 21)
    written(tmp_path / "out.xlsx", COLUMNS, ROWS)
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert [sheet.max_row for sheet in book.worksheets] == [21, 21, 11]
    assert {tuple(next(sheet.values)) for sheet in book.worksheets} == {tuple(COLUMNS)}
    assert book.worksheets[2].auto_filter.ref == "A1:C11"


def test_more_columns_than_a_sheet_has_are_an_error(tmp_path):
    with pytest.raises(OutputError, match="columns"):
        written(tmp_path / "out.xlsx", [f"c{i}" for i in range(16_385)], [])
