"""Files as people really have them, or worse: a right answer or a clear error, no traceback."""

from __future__ import annotations

import csv
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from smclassify.cli.app import cli

COMPLAINT = "My order never arrived and nobody answers my emails"
KOREAN = "주문한 지 3주째인데 배송도 안 오고 전화도 안 받네요"
CHINESE = "快递三天没动静，客服也不回，钱什么时候退"
SHIPPED = Path(__file__).parent.parent / "models" / "default"

pytestmark = pytest.mark.skipif(not SHIPPED.is_dir(), reason="the model is not made: make model")


def run(*arguments: object) -> Result:
    """Run the real program with the shipped model, in this process: its start takes seconds."""
    done = CliRunner().invoke(cli, [*map(str, arguments)])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def triaged(path: Path) -> list[dict[str, str]]:
    """Triage a file that must be handled, and return the rows."""
    out = path.with_name("out.csv")
    done = run("triage", path, "-o", out, "-q")
    assert done.exit_code == 0, done.stderr
    limit = csv.field_size_limit(1 << 30)
    try:
        with out.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    finally:
        csv.field_size_limit(limit)  # the program, in this process too, has to raise it itself


def refused(path: Path) -> str:
    """Triage a file that must be refused, and return what the user is told."""
    out = path.with_name("out.csv") if path.name != "out.csv" else path.with_name("other.csv")
    done = run("triage", path, "-o", out)
    assert done.exit_code == 2
    assert done.stderr.startswith("Error: ")
    assert not out.exists()
    return done.stderr


@pytest.fixture
def comments(tmp_path: Path) -> Path:
    return tmp_path / "comments.csv"


def test_an_empty_file_is_an_error_that_says_so(comments: Path) -> None:
    comments.write_bytes(b"")
    assert "empty" in refused(comments)


def test_one_empty_cell_comes_back_as_one_row(comments: Path) -> None:
    comments.write_text('text\n""\n', encoding="utf-8")
    (row,) = triaged(comments)
    assert row["text"] == ""
    assert row["sm_private_reply"] == "false"


def test_nul_bytes_in_a_cell_come_back_as_they_were(comments: Path) -> None:
    comments.write_bytes(f"text\nmy or\0der never came\n{COMPLAINT}\n".encode())
    assert [row["text"] for row in triaged(comments)] == ["my or\0der never came", COMPLAINT]


def test_a_comment_of_five_megabytes_is_handled(comments: Path) -> None:
    long = (COMPLAINT + ". ") * (5_000_000 // len(COMPLAINT))
    comments.write_text(f"text\n{long}\nthanks\n", encoding="utf-8")
    first, second = triaged(comments)
    assert first["text"] == long
    assert first["sm_kind"] == "complaint"
    assert second["sm_kind"] == "praise"


def test_invalid_utf8_costs_no_row(comments: Path) -> None:
    comments.write_bytes(f"text\ncaf\xe9 fermé\n{COMPLAINT}\n".encode() + b"broken \xff\xfe here\n")
    rows = triaged(comments)
    assert len(rows) == 3
    assert rows[1]["text"] == COMPLAINT


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8-sig", COMPLAINT),
        ("utf-16", KOREAN),
        ("utf-16", COMPLAINT),
        ("cp949", KOREAN),
        ("gb18030", CHINESE),
    ],
)
def test_other_encodings_are_recognised(comments: Path, encoding: str, text: str) -> None:
    comments.write_text(f"id,text\n1,{text.replace(',', ' ')}\n" * 1, encoding=encoding)
    (row,) = triaged(comments)
    assert row["text"] == text.replace(",", " ")
    assert row["sm_lang"] == ("ko" if text is KOREAN else "zh" if text is CHINESE else "en")


def test_a_header_without_a_text_column_is_an_error_that_names_the_columns(comments: Path) -> None:
    comments.write_text("id,date\n1,2025-01-01\n2,2025-01-02\n", encoding="utf-8")
    message = refused(comments)
    assert "id" in message
    assert "--text-column" in message


def test_ragged_rows_come_back_whole(comments: Path) -> None:
    comments.write_text("id,text\n1\n2,ok,surplus,cells\n3,fine\n", encoding="utf-8")
    out = comments.with_name("out.csv")
    assert run("triage", comments, "-o", out, "-q").exit_code == 0
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))[1:]
    assert [row[0] for row in rows] == ["1", "2", "3"]
    assert rows[1][-2:] == ["surplus", "cells"]


def test_lone_surrogates_in_json_are_no_obstacle(tmp_path: Path) -> None:
    source = tmp_path / "comments.jsonl"
    source.write_text('{"text": "broken \\ud800 half"}\n', encoding="utf-8")
    out = tmp_path / "out.jsonl"
    assert run("triage", source, "-o", out, "-q").exit_code == 0
    (record,) = map(json.loads, out.read_text(encoding="utf-8").splitlines())
    assert record["text"] == "broken \ud800 half"


@pytest.mark.parametrize(
    "text", ["لم يصل طلبي بعد", "הזמנה לא הגיעה", "😀" * 10_000, "\u202eevil\u202c", "!" * 200_000]
)
def test_odd_texts_get_an_answer(comments: Path, text: str) -> None:
    comments.write_text(f"text\n{text}\n", encoding="utf-8")
    (row,) = triaged(comments)
    assert row["text"] == text
    assert row["sm_kind"]


def test_a_directory_is_an_error(tmp_path: Path) -> None:
    folder = tmp_path / "comments.csv"
    folder.mkdir()
    assert "folder" in refused(folder) or "directory" in refused(folder)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_an_error(comments: Path) -> None:
    comments.write_text(f"text\n{COMPLAINT}\n", encoding="utf-8")
    comments.chmod(0)
    assert "read" in refused(comments)


def test_a_full_disk_is_an_error_and_leaves_no_half_result(comments: Path) -> None:
    comments.write_text("text\n" + f"{COMPLAINT}\n" * 3000, encoding="utf-8")
    out = comments.with_name("out.csv")

    def almost_full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))

    done = subprocess.run(
        [sys.executable, "-m", "smclassify", "triage", comments, "-o", out],
        capture_output=True, encoding="utf-8", timeout=300, check=False,
        preexec_fn=almost_full,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == 2
    assert done.stderr.startswith("Error: ")
    assert not out.exists()


def test_nasty_drafts_are_scored_or_refused_just_the_same(tmp_path: Path) -> None:
    nasty = tmp_path / "draft.txt"
    nasty.write_bytes(b"BUY \0 now!!! \xff\xfe \xf0\x9f\x98\x80" * 10)
    assert run("score", nasty).exit_code in (0, 1)
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    assert run("score", empty).exit_code in (0, 2)
    assert run("score", tmp_path).exit_code == 2
    assert run("score", tmp_path / "missing.csv").exit_code == 2
