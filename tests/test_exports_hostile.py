"""Files that somebody broke: an error of ours or rows, never anything else."""

import io
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tables import written

from smclassify.errors import InputError, SmclassifyError
from smclassify.exports import FORMATS, Problems, open_table
from smclassify.exports.reading import decoding, dialect

FUZZ = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
COLUMNS = ["id", "text", "lang"]
ROWS = [[str(i), f'글 "{i}", été; a|b', "ko"] for i in range(30)]


def sound_files(folder):
    files = {}
    for format in ("csv", "tsv", "jsonl", "xlsx", "parquet"):
        path = folder / f"a.{format}"
        written(path, COLUMNS, ROWS)
        files[format] = path.read_bytes()
    files["json"] = b"[" + files["jsonl"].strip().replace(b"\n", b",\n") + b"]"
    return files


def read_whatever(path, **options):
    """Read a file to its end; return how many rows and problems it had."""
    with open_table(path, **options) as table:
        rows = [row for batch in table.batches(max_rows=7) for row in batch]
        assert all(len(row.cells) == len(table.columns) for row in rows)
        assert isinstance(table.problems, Problems)
        return rows, table.problems


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return sound_files(tmp_path_factory.mktemp("sound"))


@FUZZ
@given(data=st.data(), format=st.sampled_from(FORMATS))
def test_a_file_with_bytes_changed_cut_or_put_in(tmp_path, files, data, format):
    content = bytearray(files[format])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, max(len(content) - 1, 0)))
        length = data.draw(st.integers(0, 12))
        content[at : at + length] = data.draw(st.binary(max_size=12))
    path = tmp_path / f"b.{format}"
    path.write_bytes(content)
    try:
        read_whatever(path)
    except SmclassifyError as error:
        assert error.where
        assert error.message


@FUZZ
@given(
    content=st.binary(max_size=400), format=st.sampled_from(["csv", "tsv", "jsonl", "json", None])
)
def test_any_bytes_at_all(tmp_path, content, format):
    path = tmp_path / "b"
    path.write_bytes(content)
    try:
        read_whatever(path, format=format)
    except SmclassifyError as error:
        assert error.where


@FUZZ
@given(text=st.text(st.sampled_from('[]{},:"\\ntrue1.5e-\n \ud800a'), max_size=60))
def test_any_json_like_text(tmp_path, text):
    path = tmp_path / "b.json"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        rows, _ = read_whatever(path, encoding="utf-8")
    except SmclassifyError:
        return
    assert all(not row.surplus for row in rows)


@FUZZ
@given(part=st.integers(0, 8), at=st.integers(0, 400), new=st.binary(min_size=1, max_size=8))
def test_a_workbook_whose_parts_were_tampered_with(tmp_path, files, part, at, new):
    with zipfile.ZipFile(io.BytesIO(files["xlsx"])) as old:
        parts = {name: bytearray(old.read(name)) for name in old.namelist()}
    name = sorted(parts)[part % len(parts)]
    parts[name][at : at + len(new)] = new
    path = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, bytes(content))
    try:
        read_whatever(path)
    except SmclassifyError as error:
        assert error.where


@pytest.mark.parametrize("format", ["csv", "jsonl"])
def test_a_file_without_line_ends_does_not_fill_the_memory(tmp_path, monkeypatch, format):
    monkeypatch.setattr(decoding, "MAX_CELL", 1_000_000)
    path = tmp_path / f"a.{format}"
    path.write_text("x" * 2_000_000)
    with pytest.raises(InputError, match="has a line of more than"):
        open_table(path)


def test_a_quotation_that_swallows_gigabytes_is_an_error_that_names_the_line(tmp_path, monkeypatch):
    monkeypatch.setattr(dialect, "MAX_CELL", 200_000)
    path = tmp_path / "a.csv"
    rows = "".join(f'{i},"fine"\n' for i in range(20_000))
    path.write_text(f'id,text\n{rows}7,"open\n' + "8,more\n" * 100_000)
    with pytest.raises(InputError, match="cannot be cut into cells") as caught:
        read_whatever(path)
    assert "line " in str(caught.value.where)


def test_a_parquet_file_of_lists_and_dictionaries(tmp_path):
    words = pa.array(["a", None, "b"]).dictionary_encode()
    pq.write_table(pa.table({"w": words, "l": [[1], None, []]}), tmp_path / "a.parquet")
    rows, _ = read_whatever(tmp_path / "a.parquet")
    assert [row.cells for row in rows] == [["a", [1]], [None, None], ["b", []]]
