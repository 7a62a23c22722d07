"""``smclassify triage --inspect``: what is recognised in files, and nothing done with them."""

import gzip
import json
import sys
import zipfile
from pathlib import Path

import pytest
from cli_fake import fake_module
from openpyxl import Workbook
from triage_calls import triage, write_csv

COMMENTS = (
    ["댓글 번호", "작성일", "댓글 내용", "좋아요", "mystery"],
    ["1", "2026-03-02 09:00", "주문이 아직 안 왔어요", "3", "kept"],
    ["2", "2026-03-02 09:05", "예뻐요", "0", ""],
)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def load(*_, **__):
        raise AssertionError("a model was loaded")

    module = fake_module()
    module.load = module.find_model = load
    monkeypatch.setitem(sys.modules, "smclassify.classifier", module)
    return tmp_path


def inspect(*arguments, **settings):
    """Call it, and make sure that no file has come or gone."""
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    result = triage("--inspect", *arguments, **settings)
    assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == before
    assert "Traceback" not in result.output
    return result


def uses(result):
    """Return by the names of columns what the table says of them."""
    lines = [line.split("  ") for line in result.stdout.splitlines()]
    cells = [[cell.strip() for cell in line if cell.strip()] for line in lines]
    return {line[0]: line[1:] for line in cells if len(line) > 1}


class TestShown:
    def test_each_column_with_its_use_and_how_that_is_known(self):
        write_csv("c.csv", *COMMENTS)
        result = inspect("c.csv")
        assert result.exit_code == 0
        found = uses(result)
        assert found["댓글 번호"] == ["its id", "its name", "1"]
        assert found["작성일"] == ["when it was written", "its name", "2026-03-02 09:00"]
        assert found["댓글 내용"] == ["comment", "its name", "주문이 아직 안 왔어요"]
        assert found["좋아요"] == ["likes, shares or views", "its name", "3"]
        assert found["mystery"] == ["kept as it is", "kept"]
        assert "CSV, encoding utf-8, cells between ',', 5 columns" in result.stdout
        assert "100% of those looked at could be read" in result.stdout

    def test_the_users_word_counts(self):
        write_csv("c.csv", *COMMENTS)
        found = uses(inspect("c.csv", "--text-column", "mystery", "--author-column", "댓글 번호"))
        assert found["mystery"][:2] == ["comment", "you said so"]
        assert found["댓글 번호"][:2] == ["who wrote it", "you said so"]
        assert found["댓글 내용"][0] != "comment"

    def test_a_column_told_by_what_is_in_it(self):
        texts = ["the bell arrived broken and nobody answers", "such a nice ride, thank you all!",
                 "is this one available in green as well?"]  # fmt: skip
        write_csv("c.csv", ["a", "b"], *([str(n), text] for n, text in enumerate(texts)))
        assert uses(inspect("c.csv"))["b"][:2] == ["comment", "what is in it"]

    def test_a_known_layout_is_named(self, here):
        item = {"id": "1", "text": "broken", "created_at": "2026-03-02T09:00:00Z",
                "author_id": "7", "conversation_id": "1",
                "public_metrics": {"like_count": 3}}  # fmt: skip
        (here / "x.json").write_text(json.dumps({"data": [item]}), "utf-8")
        result = inspect("x.json")
        assert "layout: X" in result.stdout
        assert uses(result)["text"][:2] == ["comment", "the layout"]

    @pytest.mark.parametrize(
        ("encoding", "delimiter", "shown"),
        [("cp949", ";", "';'"), ("utf-16", "\t", "tabs"), ("utf-8-sig", "|", "'|'")],
    )
    def test_encodings_and_delimiters(self, here, encoding, delimiter, shown):
        text = "\n".join(delimiter.join(row) for row in COMMENTS)
        (here / "c.csv").write_text(text, encoding)
        result = inspect("c.csv")
        assert f"cells between {shown}" in result.stdout
        assert uses(result)["댓글 내용"][0] == "comment"


class TestKindsOfFile:
    def test_the_sheets_of_a_workbook(self):
        book = Workbook()
        for title in ("May", "June"):
            sheet = book.create_sheet(title)
            for row in COMMENTS:
                sheet.append(row)
        book.save("c.xlsx")
        result = inspect("c.xlsx")
        assert result.exit_code == 0
        assert "sheet “May”" in result.stdout
        assert "sheet “June”" in result.stdout
        one = inspect("c.xlsx", "--sheet", "june")
        assert "sheet “May”" not in one.stdout

    def test_json_lines_parquet_and_compressed_files(self, here):
        lines = [dict(zip(COMMENTS[0], row, strict=True)) for row in COMMENTS[1:]]
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (here / "c.jsonl").write_text(text, "utf-8")
        (here / "d.jsonl.gz").write_bytes(gzip.compress(text.encode()))
        with zipfile.ZipFile("e.zip", "w") as archive:
            archive.writestr("inside.jsonl", text)
        result = inspect("c.jsonl", "d.jsonl.gz", "e.zip")
        assert result.exit_code == 0
        assert result.stdout.count("주문이 아직 안 왔어요") == 3
        assert "inside.jsonl" in result.stdout

    def test_parquet(self):
        arrow = pytest.importorskip("pyarrow")
        parquet = pytest.importorskip("pyarrow.parquet")
        parquet.write_table(arrow.table({"id": [1, 2], "text": ["broken", "nice"]}), "c.parquet")
        result = inspect("c.parquet")
        assert "PARQUET" in result.stdout
        assert uses(result)["text"][0] == "comment"

    def test_a_folder_and_what_is_passed_over_in_it(self, here):
        (here / "in").mkdir()
        write_csv("in/c.csv", *COMMENTS)
        (here / "in" / "photo.png").write_bytes(b"no table")
        result = inspect("in")
        assert result.exit_code == 0
        assert "c.csv" in result.stdout
        assert "photo.png" in result.stderr

    def test_a_sheet_without_comments_is_passed_over(self):
        book = Workbook()
        for row in COMMENTS:
            book.active.append(row)
        notes = book.create_sheet("Figures")
        for number in ("Total", 12, 13):
            notes.append([number])
        book.save("c.xlsx")
        result = inspect("c.xlsx")
        assert result.exit_code == 0
        assert uses(result)["댓글 내용"][0] == "comment"
        assert "“Figures”: passed over: no column reads like text" in result.stderr

    def test_a_title_above_the_header_is_named_and_not_passed_over(self, here):
        (here / "in").mkdir()
        write_csv("in/c.csv", *COMMENTS)
        book = Workbook()
        for row in (["Comments of May"], [], *COMMENTS):
            book.active.append(row)
        book.save("in/titled.xlsx")
        result = inspect("in")
        assert result.exit_code == 2
        assert "If this is a title and the header is further down" in result.stderr

    def test_how_much_more_was_odd(self):
        write_csv("c.csv", *COMMENTS, *(["3", "2026-03-02 09:05", "late"] for _ in range(12)))
        assert "… and 7 more" in inspect("c.csv").stdout

    def test_standard_input(self):
        result = inspect("-", input="id,text\n1,broken\n")
        assert result.exit_code == 0
        assert uses(result)["text"][0] == "comment"

    def test_a_result_is_not_asked_for_and_not_written(self):
        write_csv("c.csv", *COMMENTS)
        assert inspect("c.csv", "-o", "out.csv", "--report", "r.html").exit_code == 0

    def test_nothing_in_a_file_drives_the_terminal(self, here):
        record = {"id \x1b[2J": "1", "text": "\x1b[31mred\x07 [bold]x[/bold]"}
        (here / "c.jsonl").write_text(json.dumps(record), "utf-8")
        result = inspect("c.jsonl")
        assert result.exit_code == 0
        assert not {"\x1b", "\x07"} & set(result.stdout)
        assert "[bold]x[/bold]" in result.stdout


class TestWrong:
    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["nosuch.csv"], "there is no such file"),
            (["no*.csv"], "matches no file"),
            (["numbers.csv"], "numbers.csv: no column looks like the text"),
            (["c.csv", "--text-column", "body"], "c.csv: there is no column “body”"),
            (["c.csv", "--timezone", "Mars"], "there is no time zone “Mars”"),
            (["c.csv", "--encoding", "klingon"], "is not an encoding"),
            (["c.csv", "--sheet", "May"], "no Excel workbook"),
            (["broken.xlsx"], "broken.xlsx"),
            (["empty.csv"], "empty.csv"),
        ],
    )
    def test_it_is_said_in_words_with_exit_code_2(self, here, arguments, said):
        write_csv("c.csv", *COMMENTS)
        write_csv("numbers.csv", ["a", "b"], ["1", "2"], ["3", "4"])
        (here / "broken.xlsx").write_bytes(b"PK\x03\x04 no workbook")
        (here / "empty.csv").write_bytes(b"")
        result = inspect(*arguments)
        assert result.exit_code == 2
        assert said in result.stderr

    def test_no_file_at_all(self):
        assert inspect().exit_code == 2
