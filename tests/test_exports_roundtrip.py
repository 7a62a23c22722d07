"""Whatever is in a table comes back from what was written."""

import json
import string

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tables import written

from smclassify.exports import open_table
from smclassify.exports.cells import cell_text, cell_texts, pack, pack_all, unique_names, unpack

NASTY = ",;|\t\"'\\\r\n \0\x0b\x0c\x1c\x85\u2028\ufeff=+-@_x0041_#가的é😀"
CHARACTERS = st.one_of(
    st.sampled_from(NASTY),
    st.characters(exclude_categories=["Cs"]),
    st.sampled_from(string.ascii_letters),
)
TEXTS = st.text(CHARACTERS, max_size=12)
WILD = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@st.composite
def tables(draw, cells, min_rows=0, names=TEXTS):
    columns = draw(st.lists(names, min_size=1, max_size=5))
    row = st.lists(cells, min_size=len(columns), max_size=len(columns))
    return columns, draw(st.lists(row, min_size=min_rows, max_size=8))


def round_trip(path, columns, rows, **options):
    problems = written(path, columns, rows)
    with open_table(path, **options) as table:
        found = [row for batch in table.batches() for row in batch]
    assert problems == table.problems == []
    assert [row.number for row in found] == list(range(1, len(rows) + 1))
    assert not any(row.surplus for row in found)
    return table.columns, [row.cells for row in found]


@WILD
@given(tables(TEXTS))
def test_csv(tmp_path, table):
    columns, rows = table
    if not any(name.strip() for name in columns):
        columns = ["a", *columns[1:]]  # a header of blanks is no header
    assert round_trip(tmp_path / "a.csv", columns, rows, encoding="utf-8", delimiter=",") == (
        columns, rows,
    )  # fmt: skip


@WILD
@given(tables(st.text(st.characters(codec="utf-8"), max_size=12), names=st.just("text")))
def test_csv_with_nothing_said_about_it(tmp_path, table):
    columns, rows = ["id", *table[0]], [[str(i), *row] for i, row in enumerate(table[1], 1)]
    if sum(ord(c) < 9 or 13 < ord(c) < 27 for row in rows for cell in row for c in cell) > 0:
        return  # a short file full of control characters is taken for no text
    assert round_trip(tmp_path / "a.csv", columns, rows) == (columns, rows)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)  # fmt: skip


@WILD
@given(tables(VALUES | st.text(max_size=12), min_rows=1))
def test_jsonl(tmp_path, table):
    columns, rows = table
    found = round_trip(tmp_path / "a.jsonl", columns, rows, encoding="utf-8")
    assert found == (unique_names(columns), rows)


@WILD
@given(st.lists(VALUES | st.datetimes() | st.dates() | st.binary() | st.decimals(allow_nan=False)))
def test_the_working_file(cells):
    line = pack(cells)
    assert line.count(b"\n") == 1
    assert unpack(line) == cells
    assert [type(cell) for cell in unpack(line)] == [type(cell) for cell in cells]


ROWS = st.lists(st.lists(st.text())) | st.lists(st.lists(VALUES | st.datetimes() | st.text()))


@given(ROWS)
def test_rows_packed_together_are_as_each_by_itself(rows):
    data, sizes = pack_all(rows)
    assert data == b"".join(map(pack, rows))
    assert sizes == [len(pack(row)) for row in rows]


@given(st.lists(st.text() | st.none() | st.booleans() | st.integers() | st.floats()))
def test_a_row_of_plain_values_is_a_line_of_json(cells):
    assert pack(cells) == json.dumps(cells, separators=(",", ":")).encode() + b"\n"


@given(st.lists(st.text()) | st.lists(VALUES | st.dates()))
def test_cells_are_shown_together_as_each_by_itself(cells):
    assert cell_texts(cells) == list(map(cell_text, cells))


@given(st.lists(st.sampled_from(["", "a", "a_2", "column_1", "column_2", "column_1_2", "b"])))
def test_names_are_unique_and_those_that_were_stay(columns):
    names = unique_names(columns)
    assert len(set(names)) == len(columns)
    assert all(names[columns.index(column)] == column for column in columns if column)


XML_TEXTS = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from("_x0D\r\n\0=#"), max_size=12
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(XML_TEXTS, min_size=1, max_size=8))
def test_strings_in_a_workbook(tmp_path, texts):
    rows = [[str(i), text] for i, text in enumerate(texts)]
    found = round_trip(tmp_path / "a.xlsx", ["id", "text"], rows)
    assert found == (["id", "text"], [[row[0], row[1] or None] for row in rows])
