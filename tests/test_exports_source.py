"""What may be named as an input, and what is said about what may not."""

import io
import os
import sys
import threading

import openpyxl
import pytest

from smclassify.errors import InputError
from smclassify.exports import open_table, read_drafts_file

needs_rights = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything"
)


def rows_of(table):
    return [row.cells for batch in table.batches() for row in batch]


def set_stdin(monkeypatch, data):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_a_missing_file_is_named(tmp_path):
    path = tmp_path / "gone.csv"
    with pytest.raises(InputError, match="no such file") as caught:
        open_table(path)
    assert caught.value.where == str(path)


def test_a_folder_is_no_table(tmp_path):
    with pytest.raises(InputError, match="folder"):
        open_table(tmp_path)


def test_a_nul_in_the_name_is_an_error_of_ours():
    with pytest.raises(InputError, match="cannot be read"):
        open_table("a\0b.csv")


@needs_rights
def test_a_file_that_may_not_be_read(tmp_path):
    path = tmp_path / "secret.csv"
    path.write_text("text\nhello\n")
    path.chmod(0)
    with pytest.raises(InputError, match="may not read"):
        open_table(path)


@pytest.mark.parametrize(
    "name", ["a.csv", "a.tsv", "a.xlsx", "a.jsonl", "a.json", "a.parquet", "a"]
)
def test_an_empty_file_is_empty_whatever_its_ending(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"")
    with pytest.raises(InputError, match="is empty"):
        open_table(path)


@pytest.mark.parametrize("data", [b"\n\n\n", b"  \r\n", b"\xef\xbb\xbf", b"\xff\xfe", b"sep=;\r\n"])
def test_a_csv_file_of_nothing_but_blanks_or_a_mark_is_empty(tmp_path, data):
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    with pytest.raises(InputError, match="is empty"):
        open_table(path)


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (b"%PDF-1.7\n", "PDF"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel"),
        (b"PK\x03\x04", "Excel workbook"),
        (b"PAR1", "Parquet"),
    ],
)
def test_a_csv_file_that_is_something_else_is_called_what_it_is(tmp_path, head, what):
    path = tmp_path / "export.csv"
    path.write_bytes(head + b"x" * 100)
    with pytest.raises(InputError, match=f"no csv file.*{what}"):
        open_table(path)


@pytest.mark.parametrize("name", ["junk.csv", "junk.jsonl", "junk.dat"])
def test_binary_junk_is_no_text(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(bytes(range(256)) * 40)
    with pytest.raises(InputError, match="not text"):
        open_table(path)


@pytest.mark.parametrize("claimed", ["xlsx", "parquet"])
def test_text_that_claims_to_be_binary_is_found_out(tmp_path, claimed):
    path = tmp_path / f"a.{claimed}"
    path.write_text("id,text\n1,hello\n")
    with pytest.raises(InputError, match=f"no {claimed} file"):
        open_table(path)


def test_an_unknown_format_or_encoding_or_delimiter_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,text\n1,hello\n")
    with pytest.raises(InputError, match="not a format"):
        open_table(path, format="ods")
    for encoding in ("klingon", "rot13", "base64", "a\0b"):
        with pytest.raises(InputError, match="not an encoding"):
            open_table(path, encoding=encoding)
    for delimiter in ("", "ab", '"', "\n", "\0"):
        with pytest.raises(InputError, match="cannot be a delimiter"):
            open_table(path, delimiter=delimiter)


@pytest.mark.parametrize(
    ("content", "format"),
    [
        (b"id,text\n1,hello\n", "csv"),
        (b"id\ttext\n1\thello, you\n", "tsv"),
        (b'{"id": "1", "text": "hello"}\n', "jsonl"),
        (b' [ {"id": "1", "text": "hello"}]', "json"),
        (b"[draft],text\n1,hello\n", "csv"),
    ],
)
def test_without_an_ending_the_content_tells(tmp_path, content, format):
    path = tmp_path / "export"
    path.write_bytes(content)
    with open_table(path) as table:
        assert table.format == format
        assert rows_of(table)[0][0] == "1"


def test_standard_input_is_read_like_a_file(monkeypatch):
    set_stdin(monkeypatch, "id;text\n1;안녕하세요 반갑습니다\n".encode("cp949"))
    with open_table("-") as table:
        assert (table.name, table.encoding) == ("standard input", "cp949")
        assert rows_of(table) == [["1", "안녕하세요 반갑습니다"]]


def test_a_workbook_comes_through_standard_input(monkeypatch):
    book = openpyxl.Workbook()
    book.active.append(["text"])
    book.active.append(["hello"])
    data = io.BytesIO()
    book.save(data)
    set_stdin(monkeypatch, data.getvalue())
    with open_table("-") as table:
        assert table.format == "xlsx"
        assert rows_of(table) == [["hello"]]


def test_empty_standard_input_is_empty(monkeypatch):
    set_stdin(monkeypatch, b"")
    with pytest.raises(InputError, match="standard input: is empty"):
        open_table("-")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_is_read_once_and_can_still_be_reread(tmp_path):
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"id,text\n1,hello\n",))
    writer.start()
    with open_table(pipe) as table:
        writer.join()
        assert rows_of(table) == rows_of(table) == [["1", "hello"]]


def test_the_digest_is_that_of_the_bytes(tmp_path):
    one, two = tmp_path / "1.csv", tmp_path / "2.csv"
    one.write_text("text\nhello\n")
    two.write_text("text\nhellO\n")
    with open_table(one) as a, open_table(two) as b, open_table(one) as again:
        assert rows_of(a) == [["hello"]]
        assert a.digest() == again.digest() != b.digest()
        assert rows_of(a) == [["hello"]]


def test_reading_can_go_on_after_rows_that_were_done(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("text\n" + "".join(f"t{i}\n" for i in range(25)))
    with open_table(path) as table:
        rest = [row.number for batch in table.batches(max_rows=4, skip=10) for row in batch]
        assert rest == list(range(11, 26))
        assert list(table.batches(skip=25)) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_a_draft_file_is_one_draft_word_for_word(tmp_path, encoding):
    text = "신제품 소식이에요.\r\n\r\n어떤 색이 좋으세요?\n"
    path = tmp_path / "draft.md"
    path.write_bytes(text.encode(encoding))
    draft = read_drafts_file(path)
    assert (draft.text, draft.problems) == (text, ())


def test_damage_in_a_draft_is_shown_and_listed(tmp_path):
    path = tmp_path / "draft.txt"
    path.write_bytes("Bonjour à tous, voilà l'été\ncaf".encode() + b"\xe9 \n")
    draft = read_drafts_file(path)
    assert draft.text.endswith("caf� \n")
    assert [problem.line for problem in draft.problems] == [2]


@pytest.mark.parametrize("data", [b"", b" \n\t\n", b"\xef\xbb\xbf\n"])
def test_a_draft_file_without_a_word_is_refused(tmp_path, data):
    path = tmp_path / "draft.txt"
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"empty|no text"):
        read_drafts_file(path)


def test_a_novel_or_a_picture_is_no_draft(tmp_path):
    novel, picture = tmp_path / "novel.txt", tmp_path / "picture.txt"
    novel.write_bytes(b"word " * 4_000_000)
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    with pytest.raises(InputError, match="too long"):
        read_drafts_file(novel)
    with pytest.raises(InputError, match="picture"):
        read_drafts_file(picture)
