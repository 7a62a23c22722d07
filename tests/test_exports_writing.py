"""Writing results so that nothing half-written is taken for whole, and runs can go on."""

import datetime
import errno
import io
import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from smclassify.errors import OutputError
from smclassify.exports import ABSENT, SURPLUS, OutputClosedError, RowSink, open_table, spooled

COLUMNS = ["id", "text", "sm_priority"]
ROWS = [[str(i), f"글 {i}", (i * 37) % 11] for i in range(50)]
FORMATS = ["csv", "tsv", "jsonl", "xlsx", "parquet"]


class StopError(Exception):
    """Something goes wrong in the middle."""


def read(path):
    with open_table(path) as table:
        return [[str(cell) for cell in row.cells] for batch in table.batches() for row in batch]


def as_text(rows):
    return [[str(cell) for cell in row] for row in rows]


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def interrupted(path, rows, **options):
    """Write some rows, fail, and return the sink."""
    options.setdefault("state", {"input": "abc"})
    sink = RowSink(path, COLUMNS, checkpoint_seconds=0, **options)
    with pytest.raises(StopError), sink:
        sink.append(rows)
        raise StopError
    return sink


@pytest.mark.parametrize("format", FORMATS)
def test_what_is_written_is_read_again_and_nothing_else_is_left(tmp_path, format):
    path = tmp_path / f"out.{format}"
    with RowSink(path, COLUMNS) as sink:
        sink.append(ROWS[:20])
        sink.append(ROWS[20:])
        assert not path.exists()
    assert (sink.rows_done, sink.rows_out) == (50, 50)
    assert names(tmp_path) == [path.name]
    assert read(path) == as_text(ROWS)


@pytest.mark.parametrize("format", FORMATS)
def test_no_rows_make_a_file_with_a_header(tmp_path, format):
    path = tmp_path / f"out.{format}"
    with RowSink(path, COLUMNS):
        pass
    assert names(tmp_path) == [path.name]
    if format != "jsonl":
        with open_table(path) as table:
            assert (table.columns, list(table.batches())) == (COLUMNS, [])


def test_the_format_may_be_named_where_the_ending_says_nothing(tmp_path):
    with RowSink(tmp_path / "out.txt", ["a"], format="jsonl") as sink:
        sink.append([["1"]])
    assert (tmp_path / "out.txt").read_text() == '{"a": "1"}\n'


def test_an_old_result_stays_until_the_new_one_is_whole(tmp_path):
    path = tmp_path / "out.csv"
    path.write_text("old")
    interrupted(path, ROWS[:5])
    assert path.read_text() == "old"
    with RowSink(path, COLUMNS) as sink:
        sink.append(ROWS)
    assert read(path) == as_text(ROWS)


# --- resuming ---------------------------------------------------------------------------


@pytest.mark.parametrize("sort", [None, ("sm_priority", True)])
@pytest.mark.parametrize("format", FORMATS)
def test_a_resumed_run_gives_the_same_result_as_one_in_one_go(tmp_path, format, sort):
    whole, path = tmp_path / f"whole.{format}", tmp_path / f"out.{format}"
    with RowSink(whole, COLUMNS, sort=sort) as sink:
        sink.append(ROWS)
    first = interrupted(path, ROWS[:23], sort=sort)
    assert first.kept_part == tmp_path / f"out.{format}.part"
    assert not path.exists()
    with RowSink(path, COLUMNS, resume=True, state={"input": "abc"}, sort=sort) as sink:
        assert (sink.rows_done, sink.rows_out) == (23, 23)
        sink.append(ROWS[23:])
    assert read(path) == read(whole)
    if format in ("csv", "tsv", "jsonl"):
        assert path.read_bytes() == whole.read_bytes()
    assert names(tmp_path) == sorted([path.name, whole.name])


def test_what_was_written_after_the_last_note_is_cut_off(tmp_path):
    path = tmp_path / "out.csv"
    interrupted(path, ROWS[:23])
    with (tmp_path / "out.csv.part").open("ab") as part:
        part.write(b'24,"half a ro')
    with RowSink(path, COLUMNS, resume=True, state={"input": "abc"}) as sink:
        sink.append(ROWS[sink.rows_done :])
    assert read(path) == as_text(ROWS)


def test_a_killed_run_can_go_on(tmp_path):
    path = tmp_path / "out.csv"
    code = (
        "import os, sys; from smclassify.exports import RowSink\n"
        "sink = RowSink(sys.argv[1], ['a'], checkpoint_seconds=0)\n"
        "sink.append([['1'], ['2']]); os._exit(9)"
    )
    run = subprocess.run([sys.executable, "-c", code, str(path)], check=False)
    assert run.returncode == 9
    with RowSink(path, ["a"], resume=True) as sink:
        assert sink.rows_done == 2
        sink.append([["3"]])
    assert read(path) == [["1"], ["2"], ["3"]]


def test_input_rows_are_counted_though_not_all_are_written(tmp_path):
    path = tmp_path / "out.csv"
    with pytest.raises(StopError), RowSink(path, COLUMNS, checkpoint_seconds=0) as sink:
        sink.append(ROWS[:2], rows_in=10)
        sink.append([], rows_in=10)
        raise StopError
    with RowSink(path, COLUMNS, resume=True) as sink:
        assert (sink.rows_done, sink.rows_out) == (20, 2)
    assert read(path) == as_text(ROWS[:2])


def test_resuming_where_nothing_was_left_starts_at_the_beginning(tmp_path):
    with RowSink(tmp_path / "out.csv", COLUMNS, resume=True) as sink:
        assert sink.rows_done == 0
        sink.append(ROWS)
    assert read(tmp_path / "out.csv") == as_text(ROWS)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"state": {"input": "xyz"}}, "the input was “abc”, now it is “xyz”"),
        ({"state": {"input": "abc", "model": "m2"}}, "the model was “”, now it is “m2”"),
        ({"state": None}, "the input was “abc”"),
        ({"sort": ("sm_priority", True)}, "the sorting was “none”"),
        ({"format": "jsonl"}, "the output format was “csv”"),
    ],
)
def test_another_run_is_not_gone_on_with_and_the_difference_is_named(tmp_path, changed, said):
    path = tmp_path / "out.csv"
    interrupted(path, ROWS[:5])
    before = names(tmp_path)
    with pytest.raises(OutputError, match=said):
        RowSink(path, COLUMNS, resume=True, **{"state": {"input": "abc"}, **changed})
    assert names(tmp_path) == before
    with pytest.raises(OutputError, match="columns are others"):
        RowSink(path, ["id"], resume=True, state={"input": "abc"})


def test_a_part_that_lost_something_is_not_gone_on_with(tmp_path):
    path = tmp_path / "out.csv"
    interrupted(path, ROWS[:5])
    os.truncate(tmp_path / "out.csv.part", 10)
    with pytest.raises(OutputError, match="shorter than it should be"):
        RowSink(path, COLUMNS, resume=True, state={"input": "abc"})


@pytest.mark.parametrize("note", [b"", b"{", b"[]", b"{}", b'{"version": 99}', b"\xff"])
def test_a_damaged_note_is_an_error_of_ours(tmp_path, note):
    path = tmp_path / "out.csv"
    interrupted(path, ROWS[:5])
    (tmp_path / "out.csv.part.json").write_bytes(note)
    with pytest.raises(OutputError, match="cannot be read") as caught:
        RowSink(path, COLUMNS, resume=True, state={"input": "abc"})
    assert "without --resume" in str(caught.value.hint)


def test_a_fresh_run_forgets_the_old_part(tmp_path):
    path = tmp_path / "out.csv"
    interrupted(path, ROWS[:5])
    with pytest.raises(StopError), RowSink(path, COLUMNS):
        raise StopError
    assert names(tmp_path) == []


def test_a_run_that_fails_before_its_first_row_leaves_nothing(tmp_path):
    with pytest.raises(StopError), RowSink(tmp_path / "out.xlsx", COLUMNS) as sink:
        raise StopError
    assert names(tmp_path) == []
    assert sink.kept_part is None


# --- sorting ----------------------------------------------------------------------------


@pytest.mark.parametrize("format", FORMATS)
def test_sorting_is_stable_and_puts_what_is_no_number_last(tmp_path, format):
    path = tmp_path / f"out.{format}"
    keys = [5, "", 7.5, "x", "7.5", -1, None, 5]
    with RowSink(path, ["n", "key"], sort=("key", True)) as sink:
        sink.append([[f"r{i}", key] for i, key in enumerate(keys)])
    assert [row[0] for row in read(path)] == ["r2", "r4", "r0", "r7", "r5", "r1", "r3", "r6"]
    with RowSink(path, ["n", "key"], sort=("key", False)) as sink:
        sink.append([[f"r{i}", key] for i, key in enumerate(keys)])
    assert [row[0] for row in read(path)] == ["r5", "r0", "r7", "r2", "r4", "r1", "r3", "r6"]


def test_sorting_by_what_is_no_column_is_refused(tmp_path):
    with pytest.raises(OutputError, match="sm_priority"):
        RowSink(tmp_path / "out.csv", ["a"], sort=("sm_priority", True))
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
            RowSink(target, COLUMNS)
    (tmp_path / "dir.csv").mkdir()
    with pytest.raises(OutputError, match="is a folder"):
        RowSink(tmp_path / "dir.csv", COLUMNS)
    assert names(tmp_path) == ["dir.csv", "file"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_disk_that_is_full_from_the_start_is_said_so(tmp_path):
    (tmp_path / "out.csv.part").symlink_to("/dev/full")
    with pytest.raises(OutputError, match="disk is full"):
        RowSink(tmp_path / "out.csv", COLUMNS)
    assert names(tmp_path) == []


@pytest.fixture
def full_after(monkeypatch):
    """Make the disk full after so many bytes of a part."""

    def install(limit):
        real = Path.open

        class Full(io.FileIO):
            def write(self, data):
                room = limit - self.tell()
                if room <= 0:
                    raise OSError(errno.ENOSPC, "No space left on device")
                return super().write(bytes(data)[:room])

        def opened(path, mode="r", **options):
            if path.name.endswith(".part") and "+" in mode:
                return Full(path, mode)
            return real(path, mode, **options)

        monkeypatch.setattr(Path, "open", opened)

    return install


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_a_disk_that_fills_up_keeps_whole_rows_to_go_on_from(tmp_path, full_after, format):
    path = tmp_path / f"out.{format}"
    with pytest.MonkeyPatch.context():
        full_after(300)
        sink = RowSink(path, COLUMNS, checkpoint_seconds=0)
        with pytest.raises(OutputError, match="disk is full") as caught, sink:
            for start in range(0, 50, 5):
                sink.append(ROWS[start : start + 5])
    assert "--resume" in str(caught.value.hint)
    assert 0 < sink.rows_done < 50
    assert sink.kept_part is not None
    full_after(10**9)
    with RowSink(path, COLUMNS, resume=True) as again:
        assert again.rows_done == sink.rows_done
        again.append(ROWS[again.rows_done :])
    assert read(path) == as_text(ROWS)


@pytest.mark.parametrize("format", ["xlsx", "parquet"])
def test_a_failure_while_the_result_is_made_keeps_the_part(tmp_path, monkeypatch, format):
    def fail(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / f"out.{format}"
    monkeypatch.setattr("smclassify.exports.sink.sync_file", fail)
    with pytest.raises(OutputError, match="disk is full"), RowSink(path, COLUMNS) as sink:
        sink.append(ROWS)
    assert names(tmp_path) == [f"{path.name}.part", f"{path.name}.part.json"]
    monkeypatch.undo()
    with RowSink(path, COLUMNS, resume=True) as sink:
        assert sink.rows_done == 50
    assert read(path) == as_text(ROWS)


def test_a_target_that_cannot_be_replaced_keeps_the_part(tmp_path):
    path = tmp_path / "out.csv"
    with pytest.raises(OutputError, match="cannot be written"), RowSink(path, COLUMNS) as sink:
        sink.append(ROWS)
        path.mkdir()
    assert sink.kept_part == tmp_path / "out.csv.part"
    path.rmdir()
    with RowSink(path, COLUMNS, resume=True):
        pass
    assert read(path) == as_text(ROWS)


# --- standard output --------------------------------------------------------------------


def run_with_stdout(code, stdout):
    return subprocess.run(
        [sys.executable, "-c", code], stdout=stdout, stderr=subprocess.PIPE, check=False
    )


def test_standard_output_gets_rows_at_once_and_sorted_ones_at_the_end(capfdbinary):
    with RowSink("-", COLUMNS) as sink:
        sink.append([["1", "é", 3]])
        assert capfdbinary.readouterr().out == "id,text,sm_priority\r\n1,é,3\r\n".encode()
    with RowSink("-", COLUMNS, format="jsonl", sort=("sm_priority", True)) as sink:
        sink.append([["1", "a", 3], ["2", "b", 4]])
    lines = capfdbinary.readouterr().out.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["2", "1"]


def test_standard_output_cannot_be_resumed():
    with pytest.raises(OutputError, match="resumed"):
        RowSink("-", COLUMNS, resume=True)


CLOSED = """
import sys
from smclassify.exports import OutputClosedError, RowSink
try:
    with RowSink("-", ["a"]) as sink:
        while True:
            sink.append([["x" * 1000]] * 100)
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
        with RowSink(tmp_path / "out.csv", ["a"], bom=bom) as sink:
            sink.append([["é"]])
        data = (tmp_path / "out.csv").read_bytes()
        assert data == (b"\xef\xbb\xbf" if bom else b"") + "a\r\né\r\n".encode()


def test_values_of_every_type_read_alike_in_every_text_format(tmp_path):
    moment = datetime.datetime(2024, 5, 1, 12, 30)
    row = [True, False, None, ABSENT, 1.5, moment, moment.date(), [1, "é"], {"a": None}, b"\xff"]
    columns = [f"c{i}" for i in range(len(row))]
    said = ["true", "false", "", "", "1.5", "2024-05-01 12:30:00", "2024-05-01", '[1, "é"]',
            '{"a": null}', "/w=="]  # fmt: skip
    with RowSink(tmp_path / "out.csv", columns) as sink:
        sink.append([row])
    assert read(tmp_path / "out.csv") == [said]
    with RowSink(tmp_path / "out.jsonl", columns) as sink:
        sink.append([row])
    written = json.loads((tmp_path / "out.jsonl").read_text())
    assert "c3" not in written
    assert [written[f"c{i}"] for i in (0, 2, 4, 5, 7, 8)] == [
        True, None, 1.5, said[5], [1, "é"], {"a": None},
    ]  # fmt: skip


def test_types_survive_the_working_file_of_workbooks_and_parquet(tmp_path):
    moment = datetime.datetime(2024, 5, 1, 12, 30)
    row = [True, 7, 1.5, moment, moment.date(), b"\xff", datetime.timedelta(hours=3), moment.time()]
    columns = [f"c{i}" for i in range(len(row))]
    with RowSink(tmp_path / "out.parquet", columns) as sink:
        sink.append([row, [None] * len(row), [ABSENT] * len(row)])
    with open_table(tmp_path / "out.parquet") as table:
        assert [r.cells for r in table.sample()] == [row, [None] * len(row), [None] * len(row)]
    with RowSink(tmp_path / "out.xlsx", columns) as sink:
        sink.append([row])
    with open_table(tmp_path / "out.xlsx") as table:
        (found,) = table.sample()
    assert found.cells[:4] == row[:4]


def test_columns_of_mixed_types_become_text_in_parquet(tmp_path):
    with RowSink(tmp_path / "out.parquet", ["a", "b", "c", "d"]) as sink:
        sink.append([[1, 2**70, Decimal("1.50"), {"x": 1}], ["x", 1, None, [2]]])
    table = pq.read_table(tmp_path / "out.parquet")
    assert table.to_pylist() == [
        {"a": "1", "b": str(2**70), "c": "1.50", "d": '{"x": 1}'},
        {"a": "x", "b": "1", "c": None, "d": "[2]"},
    ]


@pytest.mark.parametrize("format", FORMATS)
def test_surplus_cells_and_twin_columns_are_kept(tmp_path, format):
    path = tmp_path / f"out.{format}"
    with RowSink(path, ["a", "a", ""]) as sink:
        sink.append([["1", "2", "3"], ["4", "5", "6", "7", "8"]])
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
    with RowSink(tmp_path / "out.jsonl", ["a", "b", "c"]) as sink:
        sink.append([[float("nan"), float("-inf"), {"x": float("nan")}]])
    text = (tmp_path / "out.jsonl").read_text()
    assert json.loads(text, parse_constant=pytest.fail) == {
        "a": None,
        "b": "-inf",
        "c": {"x": None},
    }


@pytest.mark.parametrize("format", FORMATS)
def test_half_a_character_is_valid_json_and_listed_elsewhere(tmp_path, format):
    path = tmp_path / f"out.{format}"
    with RowSink(path, ["a"]) as sink:
        sink.append([["sound"], ["x\ud800y"], ["sound"]])
    if format == "jsonl":
        assert (path.read_bytes().splitlines()[1], sink.problems) == (b'{"a": "x\\ud800y"}', [])
    else:
        assert read(path) == [["sound"], ["x\ufffdy"], ["sound"]]
        assert [problem.row for problem in sink.problems] == [2]


# --- workbooks --------------------------------------------------------------------------


HOSTILE = ["=1+1", "=cmd|'/c calc'!A1", "+1", "-1", "@x", "#N/A", "#REF!", "00123", "1e5", "TRUE"]


def test_strings_are_strings_and_never_formulas(tmp_path):
    with RowSink(tmp_path / "out.xlsx", ["=a"]) as sink:
        sink.append([[text] for text in HOSTILE])
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    cells = [sheet.cell(row, 1) for row in range(1, len(HOSTILE) + 2)]
    assert [(cell.value, cell.data_type) for cell in cells] == [
        (text, "s") for text in ["=a", *HOSTILE]
    ]


def test_characters_that_xml_cannot_hold_come_back(tmp_path):
    texts = ["a\0b\x07\x1f", "line\r\nline\rline\n", " blanks ", "_x0041_", "\ufffe\uffff", "\t"]
    with RowSink(tmp_path / "out.xlsx", ["a"]) as sink:
        sink.append([[text] for text in texts])
    assert read(tmp_path / "out.xlsx") == [[text] for text in texts]
    assert sink.problems == []
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert sheet["A2"].value == "a_x0000_b_x0007__x001F_"


@pytest.mark.parametrize("char", ["x", "글", "😀"])
def test_texts_too_long_for_excel_are_cut_and_listed(tmp_path, char):
    units = len(char.encode("utf-16-le")) // 2
    fits = char * (spooled.MAX_SHEET_TEXT // units)
    with RowSink(tmp_path / "out.xlsx", ["a"]) as sink:
        sink.append([[fits], [fits + char]])
    assert read(tmp_path / "out.xlsx") == [[fits], [fits]]
    assert [problem.row for problem in sink.problems] == [2]


def test_numbers_that_excel_would_round_are_strings(tmp_path):
    moment = datetime.datetime(2024, 5, 1, tzinfo=datetime.UTC)
    row = [1765432109876543210, 12, float("inf"), moment]
    with RowSink(tmp_path / "out.xlsx", ["a", "b", "c", "d"]) as sink:
        sink.append([row])
    with open_table(tmp_path / "out.xlsx") as table:
        assert table.sample()[0].cells == [
            "1765432109876543210", 12, "inf", "2024-05-01 00:00:00+00:00",
        ]  # fmt: skip


def test_the_header_stands_still_and_has_a_filter(tmp_path):
    with RowSink(tmp_path / "out.xlsx", COLUMNS) as sink:
        sink.append(ROWS)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:C51")


def test_what_is_more_than_a_sheet_holds_goes_on_in_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr(spooled, "SHEET_ROWS", 21)
    with RowSink(tmp_path / "out.xlsx", COLUMNS) as sink:
        sink.append(ROWS)
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert [sheet.max_row for sheet in book.worksheets] == [21, 21, 11]
    assert {tuple(next(sheet.values)) for sheet in book.worksheets} == {tuple(COLUMNS)}
    assert book.worksheets[2].auto_filter.ref == "A1:C11"


def test_more_columns_than_a_sheet_has_are_an_error(tmp_path):
    with pytest.raises(OutputError, match="columns"):
        RowSink(tmp_path / "out.xlsx", [f"c{i}" for i in range(16_385)])
