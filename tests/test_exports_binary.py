"""Excel workbooks and Parquet files as they are found."""

import datetime
import io
import sys
import zipfile
from itertools import product

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tables import written

from smclassify.errors import InputError, MissingExtraError, OutputError
from smclassify.exports import open_table

SHEET = "xl/worksheets/sheet1.xml"


def read(path, **options):
    with open_table(path, **options) as table:
        rows = [row for batch in table.batches() for row in batch]
        return table, rows


@pytest.fixture
def book(tmp_path):
    def write(*rows, prepare=None):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        if prepare:
            prepare(book)
        path = tmp_path / "a.xlsx"
        book.save(path)
        return path

    return write


def replace_part(path, name, content):
    """Write a workbook again with one part of it replaced."""
    with zipfile.ZipFile(path) as old:
        parts = {part: old.read(part) for part in old.namelist()}
    parts[name] = content
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part, data in parts.items():
            new.writestr(part, data)
    return path


def sheet_xml(rows):
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def test_cells_keep_their_types(book):
    moment = datetime.datetime(2024, 5, 1, 12, 30)
    table, rows = read(book(["id", "text", "at", "ok", "n"], [7, "안녕", moment, True, 1.5]))
    assert (table.format, table.columns) == ("xlsx", ["id", "text", "at", "ok", "n"])
    assert rows[0].cells == [7, "안녕", moment, True, 1.5]


def test_the_first_visible_sheet_is_read_and_named(book):
    def prepare(book):
        book.active.sheet_state = "hidden"
        book.create_sheet("댓글").append(["text"])
        book["댓글"].append(["hello"])

    table, rows = read(book(["secret"], ["x"], prepare=prepare))
    assert (table.sheet, table.sheets) == ("댓글", ["Sheet", "댓글"])
    assert [row.cells for row in rows] == [["hello"]]


def test_empty_rows_are_passed_over_and_empty_cells_filled(book):
    path = book([None], ["id", "text", "lang"], [1, "a"], [None, ""], [2, None, "fr"], [""])
    table, rows = read(path)
    assert table.columns == ["id", "text", "lang"]
    assert [(row.number, row.cells) for row in rows] == [
        (1, [1, "a", None]), (3, [2, None, "fr"]),
    ]  # fmt: skip
    assert (table.blank_rows, table.problems) == (1, [])


def test_cells_beyond_the_header_are_kept_and_listed(book):
    table, rows = read(book(["id", "text"], [1, "a", "more"], [2, "b"]))
    assert (rows[0].cells, list(rows[0].surplus)) == ([1, "a"], ["more"])
    assert [problem.row for problem in table.problems] == [1]


def test_a_header_alone_has_no_rows_and_an_empty_sheet_no_header(book):
    assert read(book(["id", "text"]))[1] == []
    with pytest.raises(InputError, match="no header"):
        open_table(book())


def test_the_size_that_a_sheet_claims_is_not_believed(book):
    path = book(["text"], ["a"])
    with zipfile.ZipFile(path) as archive:
        xml = archive.read(SHEET).replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"')
    assert b"XFD1048576" in xml
    table, rows = read(replace_part(path, SHEET, xml))
    assert (table.columns, [row.cells for row in rows]) == (["text"], [["a"]])


def test_escaped_characters_are_characters(book):
    path = book(["text"], ["a_x000D_b"], ["_x005F_x0041_"], ["_xD83D_"])
    assert [row.cells[0] for row in read(path)[1]][::2] == ["a\rb", "_xD83D_"]


def test_a_date_beyond_the_calendar_is_listed(book):
    def prepare(book):
        book.active["A2"] = 1e10
        book.active["A2"].number_format = "yyyy-mm-dd"

    table, _ = read(book(["at"], prepare=prepare))
    assert "date" in str(table.problems[0])


def test_a_workbook_that_is_cut_off_or_no_workbook(tmp_path, book):
    path = book(["text"], ["a"])
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(InputError, match="no whole Excel workbook"):
        open_table(path)
    other = tmp_path / "other.xlsx"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(InputError, match="no Excel workbook"):
        open_table(other)


@pytest.mark.parametrize(
    ("part", "content"),
    [
        *product(
            ["[Content_Types].xml", "xl/workbook.xml", "xl/styles.xml", SHEET],
            [b"", b"<a>", b"\0\1\2"],
        ),
        *product(["[Content_Types].xml", "xl/workbook.xml", SHEET], [b"<a/>"]),
    ],
)
def test_a_workbook_with_a_broken_part_is_an_error_of_ours(book, part, content):
    path = replace_part(book(["text"], ["a"]), part, content)
    with pytest.raises(InputError) as caught:
        read(path)
    assert caught.value.hint


@pytest.mark.parametrize("part", ["[Content_Types].xml", "xl/workbook.xml", SHEET])
def test_a_workbook_whose_packed_bytes_are_damaged_is_an_error_of_ours(book, part):
    path = book(["text"], ["a"])
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo(part)
    start = entry.header_offset + 30 + len(part)
    data = bytearray(path.read_bytes())
    data[start : start + 4] = b"\0\0\0\0"
    path.write_bytes(data)
    with pytest.raises(InputError, match="cannot be read") as caught:
        read(path)
    assert str(path) in str(caught.value)


def test_a_broken_cell_in_the_middle_is_an_error_of_ours(book):
    rows = "<row><c t='inlineStr'><is><t>text</t></is></c></row>"
    path = replace_part(
        book(["text"]), SHEET, sheet_xml(rows + "<row><c t='s'><v>99</v></c></row>")
    )
    with pytest.raises(InputError, match="cannot be read"):
        read(path)


def test_entities_that_multiply_are_refused(book):
    bomb = b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 1000 + b'">'
    for i in range(98, 106):
        bomb += b'<!ENTITY %c "%s">' % (i + 1, b"&%c;" % i * 20)
    xml = sheet_xml("<row><c t='inlineStr'><is><t>&j;</t></is></c></row>")
    path = replace_part(book(["text"]), SHEET, bomb + b"]>" + xml)
    with pytest.raises(InputError):
        read(path)


@pytest.mark.parametrize(
    ("part", "filling"),
    [
        (SHEET, "<row/>" * 3_500_000),
        (SHEET, "<row>" + "<c/>" * 5_000_000 + "</row>"),
        ("xl/sharedStrings.xml", "<x/>" * 5_000_000),
        ("xl/styles.xml", "<x/>" * 5_000_000),
    ],
)
def test_a_part_that_unpacks_to_a_flood_of_nothing_is_refused(book, part, filling):
    path = replace_part(book(["text"]), part, sheet_xml(filling))
    assert path.stat().st_size < 200_000
    with pytest.raises(InputError, match="no workbook that Excel could open"):
        open_table(path)


def test_a_row_number_beyond_any_sheet_is_refused(book):
    rows = "<row r='1'><c t='inlineStr'><is><t>text</t></is></c></row><row r='999999999'><c/></row>"
    path = replace_part(book(["text"]), SHEET, sheet_xml(rows))
    with pytest.raises(InputError, match="more than 1,048,576 rows"):
        read(path)


def test_large_honest_parts_are_read(tmp_path):
    path = tmp_path / "a.xlsx"
    text = "매우 긴 이야기 " * 800
    written(path, ["text"], [[f"{i} {text}"] for i in range(1200)])
    with zipfile.ZipFile(path) as archive:
        assert archive.getinfo(SHEET).file_size > 16 * 1024 * 1024
    assert len(read(path)[1]) == 1200


# --- Parquet ----------------------------------------------------------------------------


def write_parquet(path, **columns):
    pq.write_table(pa.table(columns), path)
    return path


def test_parquet_cells_keep_their_types(tmp_path):
    moment = datetime.datetime(2024, 5, 1, 12, 30)
    path = write_parquet(
        tmp_path / "a.parquet",
        id=[1, None],
        text=["안녕", "b"],
        at=[moment, None],
        tags=[["x"], []],
    )
    table, rows = read(path)
    assert (table.format, table.columns) == ("parquet", ["id", "text", "at", "tags"])
    assert [row.cells for row in rows] == [[1, "안녕", moment, ["x"]], [None, "b", None, []]]


def test_parquet_is_read_a_little_at_a_time(tmp_path):
    path = write_parquet(tmp_path / "a.parquet", text=[f"t{i}" for i in range(3000)])
    with open_table(path) as table:
        assert [len(b) for b in table.batches(max_rows=700)] == [700, 700, 700, 700, 200]
        assert [b[0].number for b in table.batches(max_rows=1000, skip=1500)] == [1501, 2001]


def test_times_that_python_has_no_type_for_are_text(tmp_path):
    at = pa.array([1_700_000_000_123_456_789], pa.timestamp("ns"))
    path = write_parquet(tmp_path / "a.parquet", at=at)
    assert "123456789" in str(read(path)[1][0].cells[0])


def test_damaged_parquet_is_an_error_of_ours(tmp_path):
    path = write_parquet(tmp_path / "a.parquet", text=["hello there"] * 1000)
    data = path.read_bytes()
    path.write_bytes(data[:-20])
    with pytest.raises(InputError, match="cannot be read"):
        open_table(path)
    path.write_bytes(data[:20] + b"\xff" * 40 + data[60:])
    with pytest.raises(InputError, match="cannot be read"):
        read(path)


def test_without_pyarrow_the_extra_is_named(tmp_path, monkeypatch):
    path = write_parquet(tmp_path / "a.parquet", text=["a"])
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"smclassify\[parquet\]"):
        open_table(path)
    with pytest.raises(MissingExtraError, match=r"smclassify\[parquet\]"):
        written(tmp_path / "b.parquet", ["text"], [])
    assert not list(tmp_path.glob("b.*"))


def test_a_workbook_needs_a_file_and_no_pipe(monkeypatch):
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO()))
    with pytest.raises(OutputError, match="xlsx"):
        written("-", ["text"], [], format="xlsx")
