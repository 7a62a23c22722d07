"""Rows of labelled files are written again with every cell, and never over what is not ours."""

from __future__ import annotations

import csv
import json
import os
import zipfile
from pathlib import Path, PurePath

import openpyxl
import pytest

from smclassify.errors import InputError, OutputError
from smclassify.exports import InputName, open_table
from smclassify.labelled import ReadOptions
from smclassify.training.parts import (
    Piece,
    check_folder,
    file_names,
    pieces_of,
    tables_of,
    write_pieces,
    write_rows,
)

PLAIN = ReadOptions()
HEADER = ["n°", "text", "text", "labels"]
ROWS = [
    ["001", "=SUM(A1)", "", "spammy"],
    ["002", "@brand, “hello”\nthere", "x", ""],
    ["", "", "", ""],
    ["004", "안녕하세요", "ü", "off_policy"],
]


def cells_of(path: Path) -> list[list[str]]:
    with open_table(path) as table:
        rows = [row for batch in table.batches() for row in batch]
    return [[str(cell or "") for cell in row.cells] for row in rows]


@pytest.fixture
def sheet(tmp_path) -> Path:
    path = tmp_path / "texts.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *ROWS])
    return path


def test_cells_come_back_as_they_are_even_those_a_spreadsheet_would_run(sheet, tmp_path):
    target = tmp_path / "some.csv"
    write_rows(InputName.of(sheet), {1, 2, 4}, target, "csv", PLAIN)
    assert cells_of(target) == [ROWS[0], ROWS[1], ROWS[3]]
    with open_table(target) as table:
        assert table.columns == HEADER


@pytest.mark.parametrize("format", ["csv", "tsv", "xlsx", "jsonl"])
def test_any_format_can_become_any_other(sheet, tmp_path, format):
    target = tmp_path / f"some.{format}"
    write_rows(InputName.of(sheet), {4}, target, format, PLAIN)
    assert cells_of(target) == [ROWS[3]]


@pytest.mark.parametrize("encoding", ["cp949", "utf-8-sig", "utf-8"])
def test_what_excel_could_read_it_can_read_again(tmp_path, encoding):
    path, target = tmp_path / "ko.csv", tmp_path / "out.csv"
    text = "배송이 너무 늦어요 정말 실망했습니다"
    lines = ["text,labels", *(f"{text} {k},spammy" for k in range(30))]
    path.write_bytes("\n".join(lines).encode(encoding))
    write_rows(InputName.of(path), {2}, target, "csv", PLAIN)
    marked = target.read_bytes().startswith(b"\xef\xbb\xbf")
    assert marked == (encoding != "utf-8")
    assert cells_of(target) == [[f"{text} 1", "spammy"]]


def test_json_objects_become_lines(tmp_path):
    path = tmp_path / "texts.json"
    path.write_text(json.dumps([{"text": "a", "n": {"k": 1}}, {"text": "b", "n": None}]))
    [name] = file_names([InputName.of(path)], PLAIN)
    assert name == "texts.jsonl"
    write_rows(InputName.of(path), {1}, tmp_path / name, "jsonl", PLAIN)
    assert json.loads((tmp_path / name).read_text()) == {"text": "a", "n": {"k": 1}}


def test_sheets_and_members_get_names_of_their_own_that_stay_in_the_folder(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Mai ♥"
    book.create_sheet("June").append(["text", "labels"])
    book.active.append(["text", "labels"])
    book.save(tmp_path / "book.xlsx")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("a/texts.csv", "text,labels\nhello,spammy\n")
        archive.writestr("b/texts.csv", "text,labels\nhello,spammy\n")
    tables = tables_of([tmp_path / "book.xlsx", tmp_path / "all.zip"], PLAIN)
    names = file_names(list(tables.values()), PLAIN)
    assert names == ["book-Mai_.xlsx", "book-June.xlsx", "texts.csv", "texts-2.csv"]
    assert all(PurePath(name).name == name for name in names)


def test_dots_in_a_name_stay(tmp_path):
    (tmp_path / "may.v2.csv").write_text("text,labels\nhello,spammy\n")
    assert file_names([InputName.of(tmp_path / "may.v2.csv")], PLAIN) == ["may.v2.csv"]


def test_pieces_are_there_together(sheet, tmp_path):
    folder = tmp_path / "out"
    pieces = pieces_of(
        tables_of([sheet], PLAIN),
        {"train": {"texts.csv": [1, 4]}, "test": {"texts.csv": [2]}, "dev": {"texts.csv": []}},
        PLAIN,
    )
    write_pieces(pieces, folder, PLAIN)
    assert cells_of(folder / "train" / "texts.csv") == [ROWS[0], ROWS[3]]
    assert cells_of(folder / "test" / "texts.csv") == [ROWS[1]]
    assert sorted(path.name for path in folder.iterdir()) == ["test", "train"]


def test_what_fails_half_way_leaves_the_folder_as_it_was(sheet, tmp_path):
    folder = tmp_path / "out"
    good = Piece(InputName.of(sheet), [1], PurePath("train/texts.csv"))
    write_pieces([good], folder, PLAIN)
    lost = Piece(InputName.of(tmp_path / "gone.csv"), [1], PurePath("test/gone.csv"))
    with pytest.raises(InputError):
        write_pieces([Piece(good.source, [2], good.target), lost], folder, PLAIN)
    assert cells_of(folder / "train" / "texts.csv") == [ROWS[0]]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "texts.csv"]


def test_a_folder_with_other_things_is_never_replaced(tmp_path):
    check_folder(tmp_path / "new", ["train"], force=False)
    (tmp_path / "train").mkdir()
    with pytest.raises(OutputError, match="--force"):
        check_folder(tmp_path, ["train"], force=False)
    check_folder(tmp_path, ["train"], force=True)
    (tmp_path / "thesis.docx").touch()
    with pytest.raises(OutputError, match=r"thesis\.docx"):
        check_folder(tmp_path, ["train"], force=True)


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot be a folder"):
        check_folder(tmp_path / "file", [], force=True)


def test_what_can_be_read_only_once_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    reader = os.open(tmp_path / "pipe.csv", os.O_RDWR | os.O_NONBLOCK)
    try:
        os.write(reader, b"text,labels\nhello,spammy\n")
        with pytest.raises(InputError, match="only once"):
            tables_of([tmp_path / "pipe.csv"], PLAIN)
    finally:
        os.close(reader)
