"""Whole columns at once, and the same bytes as cell by cell."""

import csv
import datetime
import io
import json
import random
from decimal import Decimal

import pytest

from smclassify.exports import ABSENT, Problems, cell_text
from smclassify.exports.cells import json_text
from smclassify.exports.writing.encoders import make_encoder
from smclassify.exports.writing.fields import csv_fields, json_fields
from smclassify.exports.writing.guard import guard, is_suspect

PIECES = (
    *"=+-@＝＋'\"|,;\t\r\n\0\x1f \xa0\u3000{[(", "a", "Ä", "한", "好", "😀",
    "-5", "1,5 %", "=A1", ";=(", "%s",
)  # fmt: skip
VALUES = (
    None, True, False, 0, -3, 10**20, 0.1, -2.5e-7, float("nan"), float("-inf"), Decimal("-1.50"),
    datetime.datetime(2026, 1, 5, 7, 30), b"\0=", ["=1", "a"], [1, None], {"a": "=b"}, [],
)  # fmt: skip


def texts(seed, n):
    """Return texts in which all that is special stands beside all else."""
    chance = random.Random(seed)
    return ["".join(chance.choices(PIECES, k=chance.randrange(5))) for _ in range(n)]


def written(rows, delimiter):
    """Return rows as Python's own module writes them."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def guarded(cell):
    return cell_text(cell) if isinstance(cell, bool | int | float) else guard(cell_text(cell))


def columns_of(seed, n=40):
    """Return columns of texts, of texts with nothing special, and of values of all types."""
    chance = random.Random(seed)
    plain = [f"user{number}" for number in range(n)]
    mixed = chance.choices([*VALUES, *texts(seed, 5)], k=n)
    return [texts(seed, n), plain, mixed, [""] * n, texts(seed + 1, n)]


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize(("format", "delimiter"), [("csv", ","), ("tsv", "\t")])
@pytest.mark.parametrize("is_guarded", [True, False])
def test_columns_are_quoted_and_guarded_as_each_cell_would_be(seed, format, delimiter, is_guarded):
    columns = columns_of(seed)
    encoder = make_encoder(format, list("abcde"), Problems(), bom=False, guarded=is_guarded)
    rows = list(zip(*columns, strict=True))
    cells = [[guarded(c) if is_guarded else cell_text(c) for c in row] for row in rows]
    expected = written(cells, delimiter).encode()
    assert encoder.columns(columns, 1) == expected
    assert encoder.rows(rows, 1) == expected


@pytest.mark.parametrize("is_guarded", [True, False])
def test_a_single_column_keeps_its_empty_rows(is_guarded):
    encoder = make_encoder("csv", ["a"], Problems(), bom=False, guarded=is_guarded)
    assert encoder.columns([["x", "", "y"]], 1) == b'x\r\n""\r\ny\r\n'


def test_rows_that_are_longer_than_others_stay_so():
    encoder = make_encoder("csv", ["a", "b"], Problems(), bom=False, guarded=True)
    assert encoder.rows([["1", "=2"], ["3", "4", "=5"]], 1) == b"1,'=2\r\n3,4,'=5\r\n"


@pytest.mark.parametrize("format", ["csv", "jsonl"])
def test_half_a_character_is_told_of_with_the_row_it_stands_in(format):
    problems = Problems()
    encoder = make_encoder(format, ["a", "b"], problems, bom=False)
    data = encoder.columns([["x", "y\ud83d"], ["1", "2"]], 7)
    if format == "csv":
        assert data.decode() == "x,1\r\ny�,2\r\n"
        assert [problem.row for problem in problems] == [8]
    else:
        assert json.loads(data.splitlines()[1]) == {"a": "y\ud83d", "b": "2"}


@pytest.mark.parametrize("seed", range(30))
def test_lines_of_json_are_those_of_each_row(seed):
    columns = columns_of(seed)
    names = ["id", "%s", 'a "b"', "", "é"]
    encoder = make_encoder("jsonl", names, Problems(), bom=False)
    keys = ["id", "%s", 'a "b"', "column_4", "é"]
    lines = [json_text(dict(zip(keys, row, strict=True))) for row in zip(*columns, strict=True)]
    assert encoder.columns(columns, 1).decode() == "".join(f"{line}\n" for line in lines)


def test_in_lines_of_json_absent_cells_are_left_out_and_surplus_is_a_list():
    encoder = make_encoder("jsonl", ["a", "b"], Problems(), bom=False)
    assert encoder.columns([["1", "2"], [ABSENT, "x"]], 1) == b'{"a": "1"}\n{"a": "2", "b": "x"}\n'
    assert encoder.columns([["1"], ["2"], ["3"]], 1) == (
        b'{"a": "1", "b": "2", "sm_surplus": ["3"]}\n'
    )


@pytest.mark.parametrize("seed", range(30))
def test_what_must_be_guarded_is_never_overlooked_among_others(seed):
    for cell in texts(seed, 300):
        if guard(cell) != cell:
            among = ["plain", cell, "", "plain; and more", "5"]
            assert is_suspect("|" + "|".join(among), "|"), cell
            assert csv_fields(among, ",", guarded=True)[0] == "plain"


def test_most_columns_need_not_be_looked_at_cell_by_cell():
    for cells in (["2026-01-05T00:00:14", ""], ["user7", "한국"], ["happy; thanks", "a|b"]):
        assert not is_suspect("|" + "|".join(cells), "|")
        assert csv_fields(cells, ",", guarded=True) is cells


@pytest.mark.parametrize("cell", VALUES)
def test_a_cell_alone_is_the_same_json_as_among_others(cell):
    assert json_fields([cell]) == [json_text(cell)]
    assert json_fields([cell, "a"]) == [json_text(cell), '"a"']
