"""JSON Lines files and JSON arrays as they are found."""

import json
import math
import tracemalloc

import pytest

from smclassify.errors import InputError
from smclassify.exports import ABSENT, cell_text, open_table


@pytest.fixture
def file(tmp_path):
    def write(content, name="a.jsonl"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def read(path, **options):
    with open_table(path, **options) as table:
        rows = [row for batch in table.batches() for row in batch]
        return table, rows


def test_a_key_is_a_column_wherever_it_first_appears(file):
    late = '{"text": "late", "stars": 1}\n'
    table, rows = read(file('{"id": 1, "text": "a"}\n' * 5000 + late))
    assert table.columns == ["id", "text", "stars"]
    assert rows[0].cells == [1, "a", ABSENT]
    assert rows[-1].cells == [ABSENT, "late", 1]


def test_absent_is_not_null_and_both_are_no_text(file):
    _, rows = read(file('{"a": null}\n{"b": 1}\n'))
    assert rows[0].cells == [None, ABSENT]
    assert not ABSENT
    assert [cell_text(cell) for cell in rows[0].cells] == ["", ""]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("not json", "not valid JSON"),
        ('{"text": "cut', "not valid JSON"),
        ('{"text": "a"} trailing', "not valid JSON"),
        ("[1, 2]", "is a list"),
        ('"text"', "is a string"),
        ("null", "is null"),
        ("true", "is true or false"),
        ("12", "is a number"),
        ("1" * 5000, "number that is too long"),
        ('{"n": ' + "1" * 5000 + "}", "number that is too long"),
        ('{"a": ' + "[" * 5000 + "]" * 5000 + "}", "nested too deeply"),
        ("[" * 200_000, "nested too deeply"),
    ],
)
def test_a_line_that_is_no_object_is_listed_as_lost(file, line, why):
    table, rows = read(file(f'{{"text": "a"}}\n{line}\n\n{{"text": "b"}}\n'))
    assert [(row.number, row.cells) for row in rows] == [(1, ["a"]), (4, ["b"])]
    (problem,) = table.problems
    assert (problem.row, problem.line, problem.lost) == (2, 2, True)
    assert why in problem.message
    assert (table.problems.lost, table.blank_rows) == (1, 1)


def test_brackets_in_texts_are_not_nesting(file):
    text = "([{" * 1000
    _, rows = read(file(json.dumps({"text": text, "list": [[]] * 1000})))
    assert rows[0].cells == [text, [[]] * 1000]


def test_a_lone_surrogate_is_kept(file):
    table, rows = read(file('{"text": "a\\ud800b"}\n'))
    assert rows[0].cells == ["a\ud800b"]
    assert table.problems == []


def test_nan_and_infinity_are_numbers_as_other_programs_write_them(file):
    _, rows = read(file('{"a": NaN, "b": -Infinity, "c": 1e999}\n'))
    assert math.isnan(rows[0].cells[0])
    assert rows[0].cells[1:] == [-math.inf, math.inf]


def test_nested_values_stay_nested(file):
    _, rows = read(file('{"text": "a", "user": {"name": "b", "tags": [1, "c"]}}\n'))
    assert rows[0].cells[1] == {"name": "b", "tags": [1, "c"]}
    assert cell_text(rows[0].cells[1]) == '{"name": "b", "tags": [1, "c"]}'


def test_a_line_separator_within_a_text_ends_no_line(file):
    _, rows = read(file('{"text": "a\u2028b\x85c\td"}\r\n{"text": "e"}'))
    assert [row.cells for row in rows] == [["a\u2028b\x85c\td"], ["e"]]


def test_damaged_bytes_come_through_as_such(file):
    lines = ['{"text": "배송이 늦어요"}'.encode()] * 5 + [b'{"text": "caf\xe9"}']
    table, rows = read(file(b"\n".join(lines)))
    assert rows[-1].cells == ["caf�"]
    assert [(problem.line, problem.lost) for problem in table.problems] == [(6, False)]


def test_a_file_without_an_object_is_an_error(file):
    for content in ("1\n2\n", "id,text\n1,a\n", '{\n"text": "a"\n}', "[]"):
        with pytest.raises(InputError, match="object"):
            open_table(file(content))


def test_data_used_as_keys_are_no_columns(file):
    content = "".join(f'{{"user{i}": 1}}\n' for i in range(10_001))
    with pytest.raises(InputError, match="different keys"):
        open_table(file(content))


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_an_array_is_read_whatever_the_ending(file, name):
    objects = [{"id": i, "text": f"글 {i} [{{\"'"} for i in range(3000)]
    for indent in (None, 2):
        text = json.dumps(objects, indent=indent, ensure_ascii=False)
        table, rows = read(file(text, name))
        assert table.format == "json"
        assert [row.cells for row in rows] == [list(o.values()) for o in objects]
        assert [row.number for row in rows] == list(range(1, 3001))


def test_objects_one_a_line_are_read_whatever_the_ending(file):
    table, rows = read(file('{"text": "a"}\n{"text": "b"}\n', "a.json"))
    assert table.format == "jsonl"
    assert [row.cells for row in rows] == [["a"], ["b"]]


def test_elements_that_are_no_objects_are_listed(file):
    table, rows = read(file('[{"text": "a"}, 12, null, {"text": "b"}]', "a.json"))
    assert [row.cells for row in rows] == [["a"], ["b"]]
    assert [(problem.row, problem.line, problem.lost) for problem in table.problems] == [
        (2, None, True), (3, None, True),
    ]  # fmt: skip


def test_damage_in_an_array_is_listed_with_its_element(file):
    data = b'[{"text": "' + "배송이 늦어요".encode() * 5 + b'"}, {"text": "caf\xe9"}]'
    table, rows = read(file(data, "a.json"))
    assert rows[1].cells == ["caf�"]
    assert [problem.row for problem in table.problems] == [2]


def test_one_element_may_be_larger_than_any_block(file):
    text = "긴 글 " * 1_000_000
    _, rows = read(file(json.dumps([{"text": text}, {"text": "b"}]), "a.json"))
    assert [row.cells for row in rows] == [[text], ["b"]]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('[{"text": "a"},\n{"text": "b"', 2),
        ('[{"text": "a"},\n{"text" "b"}]', 2),
        ('[{"text": "a"}\n{"text": "b"}]', 2),
        ('[{"text": "a"},\n\n]', 3),
        ('[{"text": "a"}]\n[{"text": "b"}]', 2),
        ('[{"text": "a"}', 1),
        ("[" * 100_000, 1),
        ('[{"a": "' + "x" * 200_000 + '"},\n{oops}' + ' {"b": 1}' * 50_000 + "]", 2),
    ],
)
def test_a_broken_array_is_an_error_that_names_the_line(file, content, line):
    with pytest.raises(InputError, match=r"not valid JSON|too deeply") as caught:
        open_table(file(content, "a.json"))
    assert str(caught.value.where).endswith(f"line {line}")


def test_memory_does_not_grow_with_an_array(file):
    element = json.dumps({"id": 1, "text": "word " * 20})
    path = file("[" + ",\n".join([element] * 40_000) + "]", "a.json")
    tracemalloc.start()
    with open_table(path) as table:
        rows = sum(len(batch) for batch in table.batches(max_rows=500))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rows == 40_000
    assert peak < path.stat().st_size / 3


def test_utf16_is_read_like_any_text(file):
    table, rows = read(file('{"text": "안녕하세요"}\n'.encode("utf-16")))
    assert (table.encoding, rows[0].cells) == ("utf-16", ["안녕하세요"])
