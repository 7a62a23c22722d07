"""What a user may name as inputs, and what is made of it: files, folders, archives, workbooks."""

import gzip
import hashlib
import io
import os
import shutil
import struct
import sys
import tempfile
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smclassify.errors import InputError
from smclassify.exports import InputName, find_inputs, open_table
from smclassify.exports.reading import unpacking

CSV = b"id,text\n1,hello\n"
ROWS = [["1", "hello"]]


def rows_of(name, **options):
    with open_table(name, **options) as table:
        return [row.cells for batch in table.batches() for row in batch]


def names_of(found):
    return [str(name) for name in found.inputs]


def skipped_in(found):
    return {Path(skipped.name).name: skipped.reason for skipped in found.skipped}


def write_zip(path, members, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return Path(path)


def write_book(path, sheets, hidden=()):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        if title in hidden:
            sheet.sheet_state = "hidden"
    book.save(path)
    return path


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder that we stand in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


# --- Files, folders, patterns -----------------------------------------------------------


def test_files_are_taken_in_the_order_they_are_named(folder):
    for name in ("b.csv", "a.csv"):
        Path(name).write_bytes(CSV)
    assert find_inputs(["b.csv", "a.csv"]).inputs == (InputName("b.csv"), InputName("a.csv"))


def test_a_folder_stands_for_what_can_be_read_in_it_and_below(folder):
    read = ["e/a.jsonl.gz", "e/b.csv", "e/sub/c.tsv"]
    hidden = ["e/.hidden.csv", "e/.git/d.csv"]
    work = ["e/b.csv.part", "e/b.csv.part.json", "e/x.csv.tmp", "e/~$march.xlsx"]
    for name in (*read, *hidden, *work, "e/notes.pdf", "e/old.xls", "e/b.7z"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(CSV)
    found = find_inputs(["e"])
    assert [Path(name.path) for name in found.inputs] == [Path(name) for name in read]
    reasons = skipped_in(found)
    assert set(reasons) == {Path(name).name for name in work} | {"notes.pdf", "old.xls", "b.7z"}
    assert "unpack it" in reasons["b.7z"]
    assert "save it as" in reasons["old.xls"]
    assert "work file" in reasons["b.csv.part.json"]


def test_a_folder_with_a_given_format_is_read_for_that_format(folder):
    for name in ("a.txt", "b.tsv", "c.csv", "d.jsonl", "e.xlsx"):
        Path(name).write_bytes(CSV)
    found = find_inputs([str(folder)], input_format="tsv")
    assert [Path(name.path).name for name in found.inputs] == ["a.txt", "b.tsv", "c.csv"]
    assert set(skipped_in(found)) == {"d.jsonl", "e.xlsx"}


@pytest.mark.parametrize("name", ["nothing", "nothing/*"])
def test_a_folder_or_pattern_without_a_table_is_refused(folder, name):
    Path("nothing").mkdir()
    for inside in (".a.csv", "a.csv.part"):
        Path("nothing", inside).write_bytes(CSV)
    with pytest.raises(InputError, match="holds no file that can be read") as caught:
        find_inputs([name])
    assert ".csv" in caught.value.hint


def test_a_pattern_stands_for_the_files_it_matches(folder):
    for name in ("b.csv", "a.csv", "c.jsonl", "a.csv.part.json", "sub/d.csv"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_bytes(CSV)
    assert names_of(find_inputs(["*.csv"])) == ["a.csv", "b.csv"]
    assert names_of(find_inputs([str(folder / "?.csv")])) == [
        str(folder / "a.csv"), str(folder / "b.csv"),
    ]  # fmt: skip
    assert set(skipped_in(find_inputs(["*"]))) == {"a.csv.part.json"}
    assert sorted(names_of(find_inputs(["**"]))) == sorted(
        ["a.csv", "b.csv", "c.jsonl", str(Path("sub/d.csv"))]
    )


def test_a_pattern_that_matches_nothing_is_refused(folder):
    with pytest.raises(InputError, match=r"\*\.csv: matches no file"):
        find_inputs(["*.csv"])


@pytest.mark.skipif(os.name == "nt", reason="no such names on Windows")
def test_a_file_whose_name_looks_like_a_pattern_is_that_file(folder):
    for name in ("a[1].csv", "a1.csv", "b*.csv", "b2.csv"):
        Path(name).write_bytes(CSV)
    assert names_of(find_inputs(["a[1].csv", "b*.csv"])) == ["a[1].csv", "b*.csv"]


@pytest.mark.parametrize("name", ["gone.csv", "gone/a.csv", "a\0.csv", "a\0*.csv", "", "x" * 5000])
def test_a_name_of_nothing_is_refused(folder, name):
    with pytest.raises(InputError):
        find_inputs([name])
    with pytest.raises(InputError):
        find_inputs([])


@pytest.mark.parametrize(
    "names",
    [
        ["a.csv", "a.csv"],
        ["a.csv", "./a.csv"],
        [".", "a.csv"],
        ["a.csv", "."],
        ["*.csv", "a.csv"],
        ["a.csv", "link.csv"],
        ["-", "-"],
    ],
)
def test_what_is_named_twice_is_refused(folder, names):
    Path("a.csv").write_bytes(CSV)
    if "link.csv" in names:
        Path("link.csv").symlink_to("a.csv")
    with pytest.raises(InputError, match="named twice"):
        find_inputs(names)


def test_links_in_a_folder_are_followed_to_files_but_count_once(folder):
    Path("e").mkdir()
    Path("e/a.csv").write_bytes(CSV)
    Path("e/b.csv").symlink_to("a.csv")
    Path("e/gone.csv").symlink_to("nowhere.csv")
    Path("e/up").symlink_to("..", target_is_directory=True)
    found = find_inputs(["e"])
    assert names_of(found) == [str(Path("e/a.csv"))]
    reasons = skipped_in(found)
    assert "the same file as" in reasons["b.csv"]
    assert reasons["gone.csv"] == "is a link to nothing"
    assert reasons["up"] == "is a link to a folder"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_pipes_and_standard_input_are_not_touched_before_they_are_read(folder):
    os.mkfifo("pipe.csv")
    Path("a.csv").write_bytes(CSV)
    found = find_inputs(["-", "pipe.csv", "a.csv"])
    assert names_of(found) == ["standard input", "pipe.csv", "a.csv"]
    assert [name.once for name in found.inputs] == [True, True, False]
    assert skipped_in(find_inputs(["."])) == {"pipe.csv": "is no ordinary file"}


def test_a_file_that_vanishes_after_it_was_found_is_an_error_of_ours(folder):
    Path("a.csv").write_bytes(CSV)
    write_zip("b.zip", {"b.csv": CSV, "c.csv": CSV})
    a, b, c = find_inputs(["a.csv", "b.zip"]).inputs
    Path("a.csv").unlink()
    with pytest.raises(InputError, match="no such file"):
        open_table(a)
    write_zip("b.zip", {"c.csv": CSV})
    with pytest.raises(InputError, match=r"b\.zip: b\.csv: is not in the archive"):
        open_table(b)
    Path("b.zip").write_bytes(CSV)
    with pytest.raises(InputError, match="no zip archive any more"):
        open_table(c)


def test_a_name_is_shown_without_what_a_terminal_would_run():
    assert str(InputName("a\x1b[2J\udce9.zip", "b\n\u202e.csv", "\x07")) == (
        "a�[2J�.zip: b��.csv, sheet “�”"
    )
    assert str(InputName("댓글 모음 👩‍👩‍👧.csv")) == "댓글 모음 👩‍👩‍👧.csv"


# --- gzip -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "format"),
    [
        ("a.csv.gz", b"text,id\nhello,1\n", "csv"),
        ("a.tsv.GZ", b"text\tid\nhello\t1\n", "tsv"),
        ("a.jsonl.gz", b'{"text": "hello", "id": "1"}\n', "jsonl"),
        ("a.json.gz", b'[{"text": "hello", "id": "1"}]', "json"),
        ("a.gz", b"text,id\nhello,1\n", "csv"),
        ("export", b'[{"text": "hello", "id": "1"}]', "json"),
    ],
)
def test_what_is_in_a_gzip_file_is_read_by_its_inner_ending(folder, name, data, format):
    Path(name).write_bytes(gzip.compress(data))
    assert find_inputs([name]).inputs == (InputName(name),)
    with open_table(name) as table:
        assert (table.name, table.format) == (name, format)
        assert [row.cells for batch in table.batches() for row in batch] == [["hello", "1"]]
        assert table.digest() == hashlib.sha256(data).hexdigest()


def test_gzip_and_zip_come_through_standard_input(monkeypatch, tmp_path):
    packed = write_zip(tmp_path / "a.zip", {"a.csv": CSV}).read_bytes()
    for data in (gzip.compress(CSV), packed):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        assert rows_of("-") == ROWS


def big_csv(rows=30_000):
    return "id,text\n0,déjà vu\n".encode() + b"".join(
        b"%d,%s\n" % (i, hashlib.sha256(b"%d" % i).hexdigest().encode()) for i in range(1, rows)
    )


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_a_gzip_file_that_is_cut_off_says_so_wherever_that_shows(folder, name):
    data = big_csv()
    if name == "a.jsonl":
        data = b"".join(b'{"text": "%s"}\n' % line for line in data.splitlines())
    packed = gzip.compress(data)
    Path(f"{name}.gz").write_bytes(packed[: len(packed) * 3 // 4])
    with pytest.raises(InputError, match=r"is cut off: it ends after [\d,]+ bytes"):
        rows_of(f"{name}.gz")
    Path(f"{name}.gz").write_bytes(packed[:30])
    with pytest.raises(InputError, match="is cut off"):
        open_table(f"{name}.gz")


def test_the_rows_before_the_damage_come_out(folder):
    packed = bytearray(gzip.compress(big_csv()))
    packed[-6] ^= 0xFF  # in the checksum
    Path("a.csv.gz").write_bytes(packed)
    done = 0
    with open_table("a.csv.gz") as table, pytest.raises(InputError, match="damaged after"):
        for batch in table.batches():
            done += len(batch)
    assert done > 25_000


def test_an_empty_gzip_file_is_empty(folder):
    Path("a.csv.gz").write_bytes(gzip.compress(b""))
    with pytest.raises(InputError, match="is empty"):
        open_table("a.csv.gz")


def test_only_one_wrapping_is_taken_off(folder):
    Path("a.csv.gz").write_bytes(gzip.compress(gzip.compress(CSV)))
    with pytest.raises(InputError, match="it is a gzip file"):
        open_table("a.csv.gz")
    Path("b.tar.gz").write_bytes(gzip.compress(b"a.csv".ljust(257, b"\0") + b"ustar\x0000" * 40))
    with pytest.raises(InputError, match="tar archive"):
        open_table("b.tar.gz")


def test_a_csv_file_that_is_gzip_inside_says_what_to_do(folder):
    Path("a.csv").write_bytes(gzip.compress(CSV))
    with pytest.raises(InputError, match=r"add \.gz"):
        open_table("a.csv")


# --- zip --------------------------------------------------------------------------------


def test_each_table_in_a_zip_archive_is_an_input(folder):
    write_zip("march.zip", {
        "comments.csv": CSV, "sub/": b"", "sub/deep/posts.jsonl": b'{"text": "hi"}\n',
        "__MACOSX/._comments.csv": b"x", ".DS_Store": b"x", "sub/.a.csv": CSV,
        "readme.html": b"<p>", "inner.zip": b"PK", "older.csv.gz": b"",
    })  # fmt: skip
    found = find_inputs(["march.zip"])
    assert names_of(found) == ["march.zip: comments.csv", "march.zip: sub/deep/posts.jsonl"]
    assert rows_of(found.inputs[0]) == ROWS
    assert rows_of(found.inputs[1]) == [["hi"]]
    reasons = {skipped.name: skipped.reason for skipped in found.skipped}
    assert set(reasons) == {
        "march.zip: readme.html", "march.zip: inner.zip", "march.zip: older.csv.gz",
    }  # fmt: skip
    assert "unpack it" in reasons["march.zip: inner.zip"]


def test_a_member_knows_its_name_encoding_and_digest(folder):
    data = "id;text\n1;안녕하세요 반갑습니다\n".encode("cp949")
    write_zip("a.zip", {"b.csv": data})
    with open_table("a.zip") as table:
        assert (table.name, table.encoding) == ("a.zip: b.csv", "cp949")
        assert table.digest() == hashlib.sha256(data).hexdigest()
        assert table.sample()[0].cells == ["1", "안녕하세요 반갑습니다"]


def test_opened_as_a_whole_a_zip_archive_must_hold_one_table(folder):
    write_zip("two.zip", {"a.csv": CSV, "b.csv": CSV})
    with pytest.raises(InputError, match=r"holds 2 tables.*a\.csv, b\.csv"):
        open_table("two.zip")
    write_zip("many.zip", {f"{i}.csv": CSV for i in range(9)})
    with pytest.raises(InputError, match="and 4 more"):
        open_table("many.zip")
    write_zip("none.zip", {"a.png": b"x", "b.png": b"x"})
    for read in (open_table, lambda name: find_inputs([name])):
        with pytest.raises(InputError, match="holds no file that can be read"):
            read("none.zip")


def test_the_only_file_in_an_archive_needs_no_ending(folder):
    write_zip("a.zip", {"export": CSV, ".DS_Store": b"x"})
    assert rows_of(find_inputs(["a.zip"]).inputs[0]) == rows_of("a.zip") == ROWS


def test_an_archive_without_a_table_in_a_folder_is_passed_over(folder):
    write_zip("photos.zip", {"a.png": b"x", "b.png": b"x"})
    Path("a.csv").write_bytes(CSV)
    found = find_inputs(["."])
    assert [Path(name.path).name for name in found.inputs] == ["a.csv"]
    assert skipped_in(found)["photos.zip"] == "holds no file that can be read"


@pytest.mark.parametrize("member", ["../../etc/passwd.csv", "/etc/passwd.csv", "C:\\x\\y.csv"])
def test_a_path_in_an_archive_is_only_a_name(folder, member):
    write_zip("a.zip", {member: CSV})
    (name,) = find_inputs(["a.zip"]).inputs
    assert str(name) == f"a.zip: {member}"
    assert rows_of(name) == ROWS
    assert [path.name for path in folder.iterdir()] == ["a.zip"]


@pytest.mark.parametrize(
    ("encoding", "member"),
    [("cp949", "댓글 내용.csv"), ("gbk", "我的评论.csv"), ("utf-8", "댓글.csv")],
)
def test_names_in_the_encoding_of_their_country_are_read(folder, encoding, member):
    raw = member.encode(encoding)
    placeholder = "x" * (len(raw) - 4) + ".csv"
    data = write_zip("a.zip", {placeholder: CSV, "b.csv": CSV}).read_bytes()
    Path("a.zip").write_bytes(data.replace(placeholder.encode(), raw))
    found = find_inputs(["a.zip"])
    assert sorted(names_of(found)) == sorted([f"a.zip: {member}", "a.zip: b.csv"])
    assert all(rows_of(name) == ROWS for name in found.inputs)


@settings(max_examples=60)
@given(st.binary(min_size=1, max_size=12))
def test_names_of_any_bytes_do_no_harm(raw):
    with tempfile.TemporaryDirectory() as place:
        path = Path(place, "a.zip")
        placeholder = ("x" * len(raw) + ".csv").encode()
        data = write_zip(path, {placeholder.decode(): CSV}).read_bytes()
        path.write_bytes(data.replace(placeholder, raw + b".csv"))
        try:
            found = find_inputs([str(path)])
        except InputError:
            return  # such as a name that is hidden
        assert [rows_of(name) for name in found.inputs] == [ROWS]


def test_of_two_files_of_one_name_the_later_counts(folder):
    with zipfile.ZipFile("a.zip", "w") as archive:
        archive.writestr("a.csv", b"text\nold\n")
        with pytest.warns(UserWarning):
            archive.writestr("a.csv", CSV)
    found = find_inputs(["a.zip"])
    assert [rows_of(name) for name in found.inputs] == [ROWS]
    assert "later file" in found.skipped[0].reason


def test_a_link_in_an_archive_is_passed_over(folder):
    info = zipfile.ZipInfo("link.csv")
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile("a.zip", "w") as archive:
        archive.writestr(info, "/etc/passwd")
        archive.writestr("a.csv", CSV)
    found = find_inputs(["a.zip"])
    assert (names_of(found), found.skipped[0].reason) == (["a.zip: a.csv"], "is a link")


def test_a_protected_archive_is_refused_in_words(folder):
    data = bytearray(write_zip("a.zip", {"a.csv": CSV}).read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    Path("a.zip").write_bytes(data)
    for read in (open_table, lambda name: find_inputs([name])):
        with pytest.raises(InputError, match="protected by a password"):
            read("a.zip")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_uncommon_ways_of_packing_are_refused(folder, method):
    write_zip("a.zip", {"a.csv": CSV}, method)
    with pytest.raises(InputError, match="packed by a method"):
        find_inputs(["a.zip"])
    write_book("b.xlsx", {"a": [["text"]]})
    with zipfile.ZipFile("b.xlsx") as book:
        parts = {name: book.read(name) for name in book.namelist()}
    write_zip("b.xlsx", parts, method)
    with pytest.raises(InputError, match="packed in a way"):
        open_table("b.xlsx")


def test_damage_in_an_archive_is_an_error_of_ours(folder):
    data = write_zip("a.zip", {"a.csv": big_csv()}).read_bytes()
    Path("a.zip").write_bytes(data[: len(data) // 2])
    with pytest.raises(InputError, match="no whole zip archive"):
        find_inputs(["a.zip"])
    middle = len(data) // 2
    Path("a.zip").write_bytes(data[:middle] + bytes(40) + data[middle + 40 :])
    with pytest.raises(InputError, match=r"a\.zip: a\.csv: is damaged after [\d,]+ bytes"):
        rows_of("a.zip")
    Path("a.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    with pytest.raises(InputError, match="empty zip"):
        find_inputs(["a.zip"])


@settings(max_examples=150)
@given(st.data())
def test_no_damage_to_an_archive_gives_anything_but_rows_or_an_error_of_ours(data):
    kind = data.draw(st.sampled_from(["a.zip", "a.csv.gz"]))
    with tempfile.TemporaryDirectory() as place:
        path = Path(place, kind)
        if kind == "a.zip":
            write_zip(path, {"a.csv": CSV, "sub/b.csv": CSV * 50})
        else:
            path.write_bytes(gzip.compress(CSV * 50))
        packed = bytearray(path.read_bytes())
        for _ in range(data.draw(st.integers(1, 4))):
            at = data.draw(st.integers(0, len(packed) - 1))
            packed[at] = data.draw(st.integers(0, 255))
        path.write_bytes(packed[: data.draw(st.integers(1, len(packed)))])
        try:
            for name in find_inputs([str(path)]).inputs:
                rows_of(name)
        except InputError as error:
            assert error.where


@settings(max_examples=100)
@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-8")))
def test_packed_or_not_a_file_has_the_same_rows(data):
    with tempfile.TemporaryDirectory() as place:
        plain, packed, archive = (Path(place, name) for name in ("a.csv", "a.csv.gz", "a.zip"))
        plain.write_bytes(data)
        packed.write_bytes(gzip.compress(data))
        write_zip(archive, {"a.csv": data})

        def outcome(path):
            try:
                with open_table(path) as table:
                    rows = [row for batch in table.batches() for row in batch]
                    return table.columns, rows, table.digest(), list(table.problems)
            except InputError as error:
                return error.message

        assert outcome(plain) == outcome(packed) == outcome(archive)


# --- Bombs ------------------------------------------------------------------------------


@pytest.fixture
def small_limits(monkeypatch):
    monkeypatch.setattr(unpacking, "MOST_UNPACKED", 100_000)
    monkeypatch.setattr(unpacking, "MOST_SPOOLED", 150_000)


@pytest.mark.parametrize("kind", ["gz", "zip"])
def test_what_unpacks_to_far_more_than_went_in_is_refused(folder, small_limits, kind):
    bomb = b"id,text\n" + b"1,a\n" * 500_000
    if kind == "gz":
        Path("a.gz").write_bytes(gzip.compress(bomb))
    else:
        write_zip("a.zip", {"a.csv": bomb})
    with pytest.raises(InputError, match="unpacks to more than"):
        rows_of(f"a.{kind}")


def test_a_large_archive_that_shrank_as_exports_do_is_read(folder, small_limits):
    Path("a.csv.gz").write_bytes(gzip.compress(big_csv()))
    assert len(rows_of("a.csv.gz")) == 30_000


def test_the_count_begins_again_with_each_reading(folder, small_limits):
    Path("a.csv.gz").write_bytes(gzip.compress(b"text\n" + b"a\n" * 30_000))
    with open_table("a.csv.gz") as table:
        assert [sum(map(len, table.batches())) for _ in range(3)] == [30_000] * 3


@pytest.mark.parametrize("name", ["a.parquet", "a.xlsx"])
def test_a_packed_workbook_or_parquet_file_may_not_fill_the_disk(folder, small_limits, name):
    data = {"a.parquet": b"PAR1", "a.xlsx": b"PK\x03\x04"}[name] + os.urandom(200_000)
    write_zip("a.zip", {name: data})
    with pytest.raises(InputError, match="unpacks to more than 150,000 bytes"):
        open_table(InputName("a.zip", name))


def test_a_size_that_an_archive_makes_up_is_not_believed(folder, small_limits):
    data = bytearray(write_zip("a.zip", {"a.csv": b"1,a\n" * 500_000}).read_bytes())
    at = data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 20, 2**31)  # the packed size, in the directory
    Path("a.zip").write_bytes(data)
    with pytest.raises(InputError):
        rows_of("a.zip")


# --- Workbooks --------------------------------------------------------------------------

FRENCH = [["text"], ["bonjour"]]
ENGLISH = [["text"], ["hello"]]


def test_each_visible_sheet_with_a_header_is_an_input(folder):
    sheets = {"FR": FRENCH, "blank": [], "notes": FRENCH, "EN": ENGLISH}
    write_book("may.xlsx", sheets, hidden=["notes"])
    found = find_inputs(["may.xlsx"])
    assert names_of(found) == ["may.xlsx, sheet “FR”", "may.xlsx, sheet “EN”"]
    assert [rows_of(name) for name in found.inputs] == [[["bonjour"]], [["hello"]]]
    assert {skipped.name: skipped.reason for skipped in found.skipped} == {
        "may.xlsx, sheet “blank”": "is empty", "may.xlsx, sheet “notes”": "is hidden",
    }  # fmt: skip


def test_the_sheet_is_not_said_where_there_is_no_choice(folder):
    write_book("may.xlsx", {"FR": FRENCH, "Sheet2": [], "Sheet3": [["", " "]]})
    found = find_inputs(["may.xlsx"])
    assert names_of(found) == ["may.xlsx"]
    assert len(found.skipped) == 2
    write_book("june.xlsx", {"notes": FRENCH, "EN": ENGLISH}, hidden=["notes"])
    (june,) = find_inputs(["june.xlsx"]).inputs
    assert (str(june), rows_of(june)) == ("june.xlsx", [["hello"]])


def test_an_empty_sheet_before_the_full_one_is_not_read_for_it(folder):
    write_book("may.xlsx", {"cover": [], "EN": ENGLISH})
    assert [rows_of(name) for name in find_inputs(["may.xlsx"]).inputs] == [[["hello"]]]


def test_a_workbook_of_empty_sheets_is_empty(folder):
    write_book("may.xlsx", {"a": [], "b": [[" "]]})
    with pytest.raises(InputError, match="no sheet has a header"):
        find_inputs(["may.xlsx"])


def test_one_sheet_may_be_picked_by_name_even_a_hidden_one(folder):
    write_book("may.xlsx", {"FR": FRENCH, "EN": ENGLISH}, hidden=["EN"])
    Path("a.csv").write_bytes(CSV)
    found = find_inputs(["may.xlsx", "a.csv"], sheet=" en ")
    assert names_of(found) == ["may.xlsx, sheet “EN”", "a.csv"]
    assert rows_of(found.inputs[0]) == [["hello"]]
    assert found.skipped == ()


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are(folder):
    write_book("may.xlsx", {"FR": FRENCH, "EN": ENGLISH})
    Path("a.csv").write_bytes(CSV)
    for read in (
        lambda: find_inputs(["may.xlsx"], sheet="KO"),
        lambda: open_table(InputName("may.xlsx", sheet="KO")),
    ):
        with pytest.raises(InputError, match=r"no sheet “KO”") as caught:
            read()
        assert "FR, EN" in caught.value.hint
    with pytest.raises(InputError, match="no Excel workbook"):
        find_inputs(["a.csv"], sheet="KO")
    with pytest.raises(InputError, match="no Excel workbook"):
        open_table(InputName("a.csv", sheet="KO"))


def test_the_sheets_of_one_workbook_have_digests_of_their_own(folder):
    write_book("may.xlsx", {"FR": FRENCH, "EN": ENGLISH})
    digests = set()
    for name in (*find_inputs(["may.xlsx"]).inputs, "may.xlsx"):
        with open_table(name) as table:
            digests.add(table.digest())
    assert len(digests) == 3
    assert hashlib.sha256(Path("may.xlsx").read_bytes()).hexdigest() in digests


@pytest.mark.parametrize("packing", ["gz", "zip"])
def test_workbooks_and_parquet_files_are_read_out_of_their_wrapping(folder, packing):
    write_book("a.xlsx", {"FR": FRENCH, "EN": ENGLISH})
    pq.write_table(pa.table({"text": ["hello"]}), "b.parquet")
    if packing == "gz":
        for name in ("a.xlsx", "b.parquet"):
            Path(f"{name}.gz").write_bytes(gzip.compress(Path(name).read_bytes()))
        found = find_inputs(["a.xlsx.gz", "b.parquet.gz"])
        assert names_of(found)[0] == "a.xlsx.gz, sheet “FR”"
    else:
        write_zip("c.zip", {name: Path(name).read_bytes() for name in ("a.xlsx", "b.parquet")})
        found = find_inputs(["c.zip"])
        assert names_of(found)[0] == "c.zip: a.xlsx, sheet “FR”"
    assert [rows_of(name) for name in found.inputs] == [[["bonjour"]], [["hello"]], [["hello"]]]


def test_a_workbook_by_another_name_is_still_a_workbook(folder):
    write_book("a.xlsx", {"FR": FRENCH, "EN": ENGLISH})
    for name in ("export", "b.zip"):
        shutil.copy("a.xlsx", name)
        assert names_of(find_inputs([name])) == [f"{name}, sheet “FR”", f"{name}, sheet “EN”"]


def test_an_open_document_is_called_what_it_is(folder):
    write_zip("a.ods", {"mimetype": b"application/vnd.oasis", "content.xml": b"<a/>"})
    with pytest.raises(InputError, match="OpenDocument"):
        find_inputs(["a.ods"])


# --- Broken disks -----------------------------------------------------------------------


def test_a_disk_that_fails_in_the_middle_is_an_error_of_ours(folder):
    class Failing(io.BytesIO):
        def read(self, size=-1):
            if self.tell() >= 1000:
                raise OSError(5, "Input/output error")
            return super().read(min(size, 1000))

    stream = unpacking.GuardedStream(Failing(CSV * 500), "a.csv")
    assert len(stream.read(1000)) == 1000
    with pytest.raises(InputError, match="after 1,000 bytes: Input/output error"):
        stream.read(1000)
    assert stream.seek(0) == 0
    assert stream.read(3) == CSV[:3]


def test_tweets_of_an_x_archive_are_read_and_its_other_scripts_are_not(folder):
    tweets = b'window.YTD.tweets.part0 = [{"tweet": {"id_str": "1", "full_text": "hi"}}]'
    files = {"data/tweets.js": tweets, "data/account.js": b"window.YTD.account.part0 = []"}
    write_zip("twitter.zip", files)
    (name,) = find_inputs(["twitter.zip"]).inputs
    with open_table(name) as table:
        assert table.layout is not None
        assert len(table.sample()) == 1
