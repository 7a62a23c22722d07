"""Workbooks as a manager opens them: safe, coloured, as wide and as tall as is pleasant."""

import datetime
import re
import zipfile
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tables import written

from smclassify.exports import open_table
from smclassify.exports.writing import workbook
from smclassify.exports.writing.workbook import Look

LOOKS = {"score": Look("score", strong=70, soft=40), "flag": Look("flag")}
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def made(path, columns, rows, **style):
    style.setdefault("guarded", True)
    problems = written(path, columns, rows, **style)
    return openpyxl.load_workbook(path), problems


def part(path, name):
    with zipfile.ZipFile(path) as parts:
        return parts.read(name)


def cells_read(path):
    with open_table(path) as table:
        return [[*row.cells, *row.surplus] for row in table.sample()]


# --- safe -------------------------------------------------------------------------------


RUN = ["=1+1", "+82 10", "-x", "@brand hello", "＝1", "'=1", "'tis", " =1", "\t=1", "=cmd|'/c'!A1"]


def test_what_would_be_run_after_an_edit_has_the_mark_and_its_own_value(tmp_path):
    book, _ = made(tmp_path / "o.xlsx", ["=a"], [[text] for text in RUN])
    cells = [row[0] for row in book.active.rows]
    assert [(c.value, c.data_type) for c in cells] == [(text, "s") for text in ["=a", *RUN]]
    assert all(cell.quotePrefix for cell in cells)
    assert b'quotePrefix="1"' in part(tmp_path / "o.xlsx", "xl/styles.xml")
    assert b"<f>" not in part(tmp_path / "o.xlsx", "xl/worksheets/sheet1.xml")


def test_ordinary_texts_and_numbers_have_no_mark(tmp_path):
    book, _ = made(tmp_path / "o.xlsx", ["a"], [["hello"], ["-5"], [-5], ["a;=1"]])
    assert not any(row[0].quotePrefix for row in book.active.rows)


def test_nothing_has_the_mark_where_it_is_not_wanted(tmp_path):
    book, _ = made(tmp_path / "o.xlsx", ["=a"], [["=1"]], guarded=False)
    assert [row[0].data_type for row in book.active.rows] == ["s", "s"]
    assert not any(row[0].quotePrefix for row in book.active.rows)


HOSTILE = [
    "=HYPERLINK(1)",
    "</t></is></c></row></sheetData><x>",
    "]]>&lt;&amp;",
    '"<!--',
    "_x0041_",
    "\0\x1f\r\n",
    "&#x3D;1",
    "#REF!",
    "{0}%s",
    " ",
]


def test_hostile_header_and_cells_are_but_texts(tmp_path):
    path = tmp_path / "o.xlsx"
    written(path, HOSTILE, [HOSTILE], guarded=True, looks=dict.fromkeys(HOSTILE, Look("flag")))
    with open_table(path) as table:
        assert table.columns == HOSTILE
        assert [row.cells for row in table.sample()] == [HOSTILE]


WILD = st.sampled_from("=+-@'<>&;_x0041_\r\n\t\0 a글😀") | st.characters(exclude_categories="C")
CELLS = st.one_of(
    st.text(WILD),
    st.booleans(),
    st.integers(-(10**14), 10**14),
    st.floats(allow_nan=False, allow_infinity=False),
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(CELLS, CELLS, st.just("end")), min_size=1, max_size=4), st.booleans())
def test_wild_cells_come_back(tmp_path, rows, guarded):
    written(tmp_path / "o.xlsx", ["a", "b", "c"], rows, guarded=guarded)
    empty = [[None if cell == "" else cell for cell in row] for row in rows]
    found = cells_read(tmp_path / "o.xlsx")
    assert found == empty
    assert [[isinstance(c, bool) for c in row] for row in found] == [
        [isinstance(c, bool) for c in row] for row in empty
    ]


def test_times_are_times_and_those_before_excels_first_day_are_texts(tmp_path):
    moment = datetime.datetime(2024, 5, 1, 12, 30, 15)
    row = [moment, moment.date(), moment.time(), datetime.timedelta(hours=30), moment.replace(1850)]
    book, _ = made(tmp_path / "o.xlsx", list("abcde"), [row])
    cells = [cell.value for cell in list(book.active.rows)[1]]
    assert cells == [moment, datetime.datetime(2024, 5, 1), *row[2:4], "1850-05-01 12:30:15"]
    assert book.active["B2"].number_format == "yyyy-mm-dd"


# --- pleasant ---------------------------------------------------------------------------


def rules_of(sheet):
    return {
        str(cells.sqref): [rule.formula for rule in cells.rules]
        for cells in sheet.conditional_formatting
    }


def test_columns_are_coloured_by_their_looks(tmp_path):
    book, _ = made(tmp_path / "o.xlsx", ["x", "score", "flag"], [["a", 90, True]] * 3, looks=LOOKS)
    assert rules_of(book.active) == {
        "B2:B4": [["AND(ISNUMBER(B2),B2>=70)"], ["AND(ISNUMBER(B2),B2>=40)"]],
        "C2:C4": [["AND(ISLOGICAL(C2),C2)"]],
    }


def contrast(one, other):
    """Return the contrast of two colours (WCAG 2.2, relative luminance)."""

    def luminance(colour):
        parts = [int(colour[-6:][i : i + 2], 16) / 255 for i in (0, 2, 4)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_every_text_stands_out_from_its_ground(tmp_path):
    book, _ = made(tmp_path / "o.xlsx", ["score", "flag"], [[90, True]], looks=LOOKS)
    head = book.active["A1"]
    pairs = [(head.font.color.rgb, head.fill.fgColor.rgb)]
    for cells in book.active.conditional_formatting:
        pairs += [(r.dxf.font.color.rgb, r.dxf.fill.bgColor.rgb) for r in cells.rules]
    assert len(pairs) == 4
    assert all(contrast(text, ground) >= 4.5 for text, ground in pairs)


LONG = "a long comment of some words " * 4


def test_columns_are_as_wide_as_their_texts_within_bounds(tmp_path):
    rows = [["1", "한국어 댓글입니다", LONG]]
    book, _ = made(tmp_path / "o.xlsx", ["n", "ko", "text"], rows)
    widths = [book.active.column_dimensions[letter].width for letter in "ABC"]
    assert widths == [8, 18, 60]


def test_columns_of_which_the_first_cells_are_empty_are_wide_too(tmp_path):
    rows = [["x", None]] * 500 + [[None, LONG]]
    book, _ = made(tmp_path / "o.xlsx", ["of one export", "of another"], rows)
    assert book.active.column_dimensions["B"].width == 60


def test_links_take_no_more_room_than_is_read_of_them(tmp_path):
    book, _ = made(tmp_path / "o.xlsx", ["link"], [["https://example.org/" + "x" * 80]])
    assert book.active.column_dimensions["A"].width == 31
    assert not book.active["A2"].alignment.wrap_text


def test_texts_are_no_scores_and_numbers_no_flags(tmp_path):
    # Excel holds any text greater than any number, and any number but zero for true.
    book, _ = made(tmp_path / "o.xlsx", ["score", "flag"], [["n/a", 7]], looks=LOOKS)
    formulas = [formula for rules in rules_of(book.active).values() for (formula,) in rules]
    assert [formula.split("(")[1] for formula in formulas] == ["ISNUMBER", "ISNUMBER", "ISLOGICAL"]


def test_nothing_but_the_workbook_is_left(tmp_path):
    written(tmp_path / "o.xlsx", ["a"], [["x"]])
    assert [path.name for path in tmp_path.iterdir()] == ["o.xlsx"]


def test_long_texts_are_wrapped_and_all_cells_begin_at_the_top(tmp_path):
    book, _ = made(tmp_path / "o.xlsx", ["n", "text"], [[1, LONG], ["x", "@" + LONG]])
    for row in list(book.active.rows)[1:]:
        assert [cell.alignment.vertical for cell in row] == ["top", "top"]
        assert [bool(cell.alignment.wrap_text) for cell in row] == [False, True]


@pytest.mark.parametrize("text", ["word " * 600, "긴 글 " * 300, "line\n" * 40 + LONG])
def test_rows_with_very_long_texts_stay_low_and_others_fit_themselves(tmp_path, text):
    book, _ = made(tmp_path / "o.xlsx", ["text"], [[LONG], [text], ["short"]])
    heights = [book.active.row_dimensions[row].height for row in (2, 3, 4)]
    assert heights == [None, 120, None]


# --- large, small and odd ---------------------------------------------------------------


def test_every_sheet_has_header_filter_widths_and_colours(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "SHEET_ROWS", 3)
    rows = [[i, i % 2 == 0] for i in range(5)]
    book, _ = made(tmp_path / "o.xlsx", ["score", "flag"], rows, looks=LOOKS)
    first, second, third = book.worksheets
    assert [sheet.title for sheet in book.worksheets] == ["Sheet1", "Sheet1 (2)", "Sheet1 (3)"]
    assert [cell for sheet in book for cell in list(sheet.values)[1:]] == list(map(tuple, rows))
    for sheet, last in ((first, 3), (second, 3), (third, 2)):
        assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", f"A1:B{last}")
        ends = ("A2", "B2") if last == 2 else (f"A2:A{last}", f"B2:B{last}")
        assert set(rules_of(sheet)) == set(ends)
        assert sheet.column_dimensions["A"].width == first.column_dimensions["A"].width


def test_no_rows_and_no_columns_make_a_workbook_that_opens(tmp_path):
    book, _ = made(tmp_path / "o.xlsx", ["score"], [], looks=LOOKS)
    assert (list(book.active.values), rules_of(book.active)) == ([("score",)], {})
    book, _ = made(tmp_path / "o.xlsx", [], [], looks=LOOKS)
    assert list(book.active.values) == []
    book, _ = made(tmp_path / "o.xlsx", [], [["a", 1]])
    assert list(book.active.values)[-1] == ("a", 1)


def test_twin_columns_and_ragged_rows_keep_their_cells(tmp_path):
    rows = [[1, 2], [3], [4, 5, "more", None, "last"]]
    book, _ = made(tmp_path / "o.xlsx", ["score", "score"], rows, looks=LOOKS)
    assert set(rules_of(book.active)) == {"A2:A4", "B2:B4"}
    assert [[c.value for c in row if c.value is not None] for row in book.active.rows][1:] == [
        [1, 2], [3], [4, 5, "more", "last"],
    ]  # fmt: skip


def test_a_row_longer_than_any_sheet_is_cut_and_listed(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "SHEET_COLUMNS", 5)
    book, problems = made(tmp_path / "o.xlsx", ["a"], [["x"], ["y"] * 6, ["z"] * 5])
    assert book.active.max_column == 5
    assert [problem.row for problem in problems] == [2]


def test_the_parts_are_well_formed_and_have_the_order_that_excel_asks_for(tmp_path):
    path = tmp_path / "o.xlsx"
    written(path, ["score", "text"], [[80, LONG], [None, "x"]], guarded=True, looks=LOOKS)
    with zipfile.ZipFile(path) as parts:
        assert parts.testzip() is None
        sheet = ElementTree.fromstring(parts.read("xl/worksheets/sheet1.xml"))
    order = [child.tag.removeprefix(MAIN) for child in sheet]
    wanted = ["sheetPr", "sheetViews", "sheetFormatPr", "cols", "sheetData", "autoFilter",
              "conditionalFormatting", "pageMargins"]  # fmt: skip
    assert [tag for tag in order if tag in wanted] == wanted
    assert set(order) <= {*wanted, "dimension"}
    rows = sheet.find(f"{MAIN}sheetData")
    assert [row.get("r") for row in rows] == ["1", "2", "3"]
    assert [cell.get("r") for row in rows for cell in row] == ["A1", "B1", "A2", "B2", "B3"]
    styles = ElementTree.fromstring(part(path, "xl/styles.xml"))
    count = len(styles.find(f"{MAIN}cellXfs"))
    assert all(int(cell.get("s")) < count for cell in rows.iter(f"{MAIN}c"))
    data = part(path, "xl/worksheets/sheet1.xml").decode()
    used = {int(number) for number in re.findall(r'dxfId="(\d+)"', data)}
    assert used == set(range(len(styles.find(f"{MAIN}dxfs"))))
