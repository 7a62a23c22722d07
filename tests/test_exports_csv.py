"""CSV and TSV files as they are found."""

import tracemalloc

import pytest

from smclassify.exports import Problems, open_table
from smclassify.exports.table import Problem


@pytest.fixture
def csv_file(tmp_path):
    def write(content, name="a.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


def read(path, **options):
    with open_table(path, **options) as table:
        rows = [row for batch in table.batches() for row in batch]
        return table, rows


def cells(path, **options):
    return [row.cells for row in read(path, **options)[1]]


def test_a_plain_file(csv_file):
    table, rows = read(csv_file("id,text\r\n1,hello\r\n2,there\r\n"))
    assert (table.format, table.encoding, table.columns) == ("csv", "utf-8", ["id", "text"])
    assert [(row.number, row.cells) for row in rows] == [(1, ["1", "hello"]), (2, ["2", "there"])]
    assert table.problems == []


def test_a_header_alone_has_no_rows(csv_file):
    for content in ("id,text", "id,text\n", "text\n"):
        table, rows = read(csv_file(content))
        assert rows == [] and "text" in table.columns and table.problems == []


def test_the_header_stays_as_it_came(csv_file):
    table, rows = read(csv_file("text,,text,\n1,2,3,4\n"))
    assert table.columns == ["text", "", "text", ""]
    assert rows[0].cells == ["1", "2", "3", "4"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_though_the_texts_are_full_of_others(csv_file, delimiter):
    texts = ["one, two; three", "a | b, c", "no; really, no", "plain", "x,y,z,z,z"] * 20
    texts = [text.replace(delimiter, " ") for text in texts]
    content = "".join(f"{i}{delimiter}{text}{delimiter}fr\n" for i, text in enumerate(texts))
    path = csv_file(f"id{delimiter}text{delimiter}lang\n{content}")
    assert [row[1] for row in cells(path)] == texts


def test_commas_in_a_file_with_one_column_are_text(csv_file):
    path = csv_file("text\nhello, you\nwell, well, well\nnothing\n")
    assert cells(path) == [["hello, you"], ["well, well, well"], ["nothing"]]


def test_a_decimal_comma_is_no_delimiter(csv_file):
    path = csv_file("id;text;prix\n1;trop cher;2,50\n2;bien;3,10\n")
    assert cells(path) == [["1", "trop cher", "2,50"], ["2", "bien", "3,10"]]


def test_excels_own_line_about_the_delimiter_is_no_header(csv_file):
    table, rows = read(csv_file("sep=;\r\nid;text\r\n1;a,b\r\n2\r\n"))
    assert table.columns == ["id", "text"]
    assert rows[0].cells == ["1", "a,b"]
    assert [(problem.row, problem.line) for problem in table.problems] == [(2, 4)]


def test_the_users_delimiter_goes_before_ours(csv_file):
    path = csv_file("id,text;more\n1,a;b\n")
    assert cells(path, delimiter="semicolon") == [["1,a", "b"]]
    assert cells(csv_file("id^text\n1^a\n"), delimiter="^") == [["1", "a"]]


def test_quoted_cells_hold_delimiters_quotes_and_line_ends(csv_file):
    path = csv_file('id,text\r\n1,"a, ""b""\r\nc\nd"\r\n2,e\r\n')
    assert cells(path) == [["1", 'a, "b"\r\nc\nd'], ["2", "e"]]


def test_backslashes_may_guard_the_quotes(csv_file):
    lines = "".join(f'{i},"he said \\"no, never\\" twice","x"\n' for i in range(9))
    path = csv_file(f"id,text,z\n{lines}")
    assert cells(path)[0] == ["0", 'he said "no, never" twice', "x"]


def test_quotes_that_quote_nothing_are_text(csv_file):
    texts = ['"unclosed', '"so" he said', 'and "then', '"another one', "plain"] * 5
    path = csv_file("".join(["id\ttext\n", *[f"{i}\t{t}\n" for i, t in enumerate(texts)]]), "a.tsv")
    assert [row[1] for row in cells(path)] == texts


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_ends_a_row_and_nothing_else_does(csv_file, end):
    text = "a\u2028b\x0bc\x0cd\x85e\x1cf"
    path = csv_file(end.join(["id,text", f"1,{text}", "2,x"]))
    assert cells(path) == [["1", text], ["2", "x"]]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rows_across_the_blocks_of_reading_are_whole(csv_file, end):
    rows = [[str(i), "가나다" * (i % 50)] for i in range(5000)]
    content = end.join(["id,text", *[",".join(row) for row in rows], ""])
    assert cells(csv_file(content)) == rows


def test_blank_lines_are_passed_over_and_counted_but_empty_cells_are_rows(csv_file):
    table, rows = read(csv_file("\n\nid,text\n1,a\n\n   \n,\n2,b\n\n"))
    assert [(row.number, row.cells) for row in rows] == [
        (1, ["1", "a"]), (4, ["", ""]), (5, ["2", "b"]),
    ]  # fmt: skip
    assert (table.blank_rows, table.problems) == (3, [])


def test_short_rows_are_filled_and_listed(csv_file):
    table, rows = read(csv_file("id,text,lang\n1,a,en\n2,b\n3,c,fr\n"))
    assert rows[1].cells == ["2", "b", ""]
    assert [str(problem) for problem in table.problems] == [
        "row 2, line 3: has 2 cells where the header has 3; the missing ones are left empty"
    ]
    assert table.problems.lost == 0


def test_long_rows_keep_their_surplus_and_are_listed(csv_file):
    good = "".join(f"{i},fine,en\n" for i in range(10))
    table, rows = read(csv_file(f"id,text,lang\n{good}2,well, well,en\n"))
    assert rows[-1].cells == ["2", "well", " well"]
    assert list(rows[-1].surplus) == ["en"]
    assert [(problem.row, problem.line) for problem in table.problems] == [(11, 12)]


def test_a_delimiter_at_the_end_of_every_row_is_no_problem(csv_file):
    table, rows = read(csv_file("id,text\n1,a,\n2,b,\n"))
    assert [(row.cells, list(row.surplus)) for row in rows] == [
        (["1", "a"], [""]), (["2", "b"], [""]),
    ]  # fmt: skip
    assert table.problems == []


def test_the_line_of_a_problem_counts_line_ends_within_cells(csv_file):
    table, _ = read(csv_file('id,text\n1,"a\nb\r\nc"\n\n2\n'))
    assert [(problem.row, problem.line) for problem in table.problems] == [(3, 6)]


def test_a_quotation_that_is_never_closed_is_listed_and_loses_nothing(csv_file):
    good = "".join(f'{i},"fine, really"\n' for i in range(300))
    table, rows = read(csv_file(f'id,text\n{good}7,"open\n8,more\n'))
    assert rows[-1].cells == ["7", "open\n8,more\n"]
    assert len(rows) == 301
    assert "near line 302" in str(table.problems[0])


@pytest.mark.parametrize(
    ("content", "columns", "count"),
    [
        ('id,"text', ["id", '"text'], 0),
        ('id,"text\n1,a\n2,b\n', ["id", '"text'], 2),
        ('"id,text\n1,a\n', ['"id', "text"], 1),
    ],
)
def test_a_quotation_left_open_in_the_header_swallows_nothing(csv_file, content, columns, count):
    table, rows = read(csv_file(content))
    assert (table.columns, len(rows)) == (columns, count)


def test_damaged_bytes_come_through_as_such_and_their_rows_are_listed(csv_file):
    lines = [f"{i},배송이 늦어요".encode() for i in range(1, 200)]
    lines[99] = b"100,caf\xe9 \xff\xfe"
    table, rows = read(csv_file(b"id,text\n" + b"\n".join(lines)))
    assert table.encoding == "utf-8"
    assert rows[99].cells == ["100", "caf� ��"]
    assert [row.cells[1] for row in rows].count("배송이 늦어요") == 198
    assert [(problem.row, problem.line, problem.lost) for problem in table.problems] == [
        (100, 101, False)
    ]


def test_a_replacement_character_that_was_there_is_no_damage(csv_file):
    table, rows = read(csv_file("id,text\n1,caf�\n"))
    assert rows[0].cells == ["1", "caf�"]
    assert table.problems == []


def test_a_nul_is_a_character_like_others(csv_file):
    path = csv_file("id,text\n" + "1,plain words\n" * 9 + "2,a\0b\n")
    assert cells(path)[-1] == ["2", "a\0b"]


def test_a_cell_of_five_megabytes(csv_file):
    huge = "긴 글, " * 1_000_000
    path = csv_file(f'id,text\n1,"{huge}"\n2,short\n')
    assert cells(path) == [["1", huge], ["2", "short"]]


def test_batches_have_no_more_rows_than_asked_for_and_end_early_for_long_texts(csv_file):
    path = csv_file("id,text\n" + "".join(f"{i},{'x' * 1000}\n" for i in range(1000)))
    with open_table(path) as table:
        assert [len(batch) for batch in table.batches(max_rows=300)] == [300, 300, 300, 100]
        sizes = [sum(len(row.cells[1]) for row in b) for b in table.batches(max_chars=200_000)]
        assert sum(sizes) == 1_000_000
        assert max(sizes) < 200_000 + 2 * 65_536
        assert [len(b) for b in table.batches(max_rows=1)] == [1] * 1000


def test_memory_does_not_grow_with_the_file(csv_file):
    path = csv_file("id,text\n" + "".join(f"{i},{'word ' * 20}\n" for i in range(60_000)))
    tracemalloc.start()
    with open_table(path) as table:
        rows = sum(len(batch) for batch in table.batches(max_rows=500))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rows == 60_000
    assert peak < path.stat().st_size / 3


def test_tsv_is_cut_at_tabs_only(csv_file):
    table, rows = read(csv_file("text,id\tlang\nhello, you\ten\n", "a.tsv"))
    assert table.columns == ["text,id", "lang"]
    assert rows[0].cells == ["hello, you", "en"]


def test_a_second_reading_starts_with_no_problems(csv_file):
    with open_table(csv_file("id,text\n1\n")) as table:
        for _ in range(2):
            assert len(list(table.batches())) == 1
            assert len(table.problems) == 1


def test_complaints_do_not_fill_the_memory():
    problems = Problems()
    for i in range(Problems.LIMIT + 5):
        problems.add(Problem("bad", i, lost=True))
    assert len(problems) == Problems.LIMIT
    assert (problems.total, problems.lost) == (Problems.LIMIT + 5, Problems.LIMIT + 5)


def test_under_a_title_the_table_is_not_torn_to_pieces(csv_file):
    body = "".join(f'{i};"a, b\nand c";2026-05-0{i}\n' for i in range(1, 9))
    table, rows = read(csv_file(f"Comments of May\n\nid;comment;date\n{body}"))
    assert table.dialect.delimiter == ";" and table.columns == ["Comments of May"]
    assert rows[-1].cells == ["8"] and list(rows[-1].surplus) == ["a, b\nand c", "2026-05-08"]
