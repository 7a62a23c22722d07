"""``smclassify data``: labelled sheets checked, counted, split and cleaned."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from smclassify.cli.app import cli
from smclassify.exports import open_table

GOOD = [
    ("Where is my parcel, it should have come on Monday", "complaint", "true"),
    ("Lovely colours this spring, thank you all", "praise", "false"),
    ("Do you open on Sundays in the old town", "question", "false"),
]


def written(path: Path, rows, header=("text", "kind", "private_reply")) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def many(number: int) -> list[tuple[str, ...]]:
    """Different texts of different authors, every third a complaint, every tenth by anna."""
    words = ["amber", "birch", "cedar", "delta", "ember", "flint"]
    words += ["grove", "heath", "iris", "jade", "karst", "loam"]
    rows = []
    for k in range(number):
        said = " ".join(words[(k * step + k // 12) % 12] for step in (1, 5, 7, 11))
        complaint = k % 3 == 0
        author = "anna" if k % 10 == 0 else f"user{k}"
        text = f"{said} order {k * 7919} {words[k % 12]} {k * k}"
        kind = ("complaint", "true") if complaint else ("praise", "false")
        rows.append((author, text, *kind))
    return rows


AUTHORED = ("author", "text", "kind", "private_reply")


def run(*arguments: object):
    result = CliRunner().invoke(cli, ["data", *map(str, arguments)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def cells_of(path: Path) -> list[list[str]]:
    with open_table(path) as table:
        return [[str(cell or "") for cell in row.cells] for b in table.batches() for row in b]


# --- validate -------------------------------------------------------------------------------


def test_a_good_sheet_has_nothing_to_mend(tmp_path):
    shown = run("validate", written(tmp_path / "good.csv", GOOD))
    assert (shown.exit_code, "Nothing to mend." in shown.stdout) == (0, True)


def test_findings_name_file_and_row(tmp_path):
    rows = [*GOOD, GOOD[0], (GOOD[1][0], "chatter", "false"), ("", "praise", "false"),
            ("The lid of this pot broke off and cut me", "praise", "true")]  # fmt: skip
    shown = run("validate", written(tmp_path / "bad.csv", rows))
    assert shown.exit_code == 1
    for told in (
        "bad.csv, rows 1 and 4",
        "bad.csv, rows 2 and 5: praise, chatter",
        "bad.csv, row 7: private_reply with praise",
        "1 row without a text: 6",
    ):
        assert told in shown.stdout


def test_machines_get_every_finding(tmp_path):
    rows = [*GOOD, *[GOOD[0]] * 30]
    record = json.loads(
        run("validate", written(tmp_path / "a.csv", rows), "--format", "json").stdout
    )
    assert record["to_mend"] is True
    [duplicate] = record["comments"]["duplicates"]
    assert [place["row"] for place in duplicate["places"]] == [1, *range(4, 34)]
    assert record["comments"]["labels"]["complaint"]["en"]["present"] == 31


def test_the_rest_of_a_long_list_is_shown_on_request(tmp_path):
    rows = [
        row
        for k in range(14)
        for row in [(f"Where is order {k * 977}, please", "question", "")] * 2
    ]
    path = written(tmp_path / "a.csv", rows)
    short, whole = run("validate", path).stdout, run("validate", path, "--all").stdout
    assert "… and 4 more" in short
    assert "--all" in short
    assert "rows 27 and 28" not in short
    assert "rows 27 and 28" in whole


def test_unknown_labels_are_told_all_at_once_with_the_ways_out(tmp_path):
    rows = [("Hallo, wo ist mein Paket", "Beschwerdee"), ("Danke euch allen", "Lobb")]
    path = written(tmp_path / "de.csv", rows, ("text", "kind"))
    shown = run("validate", path)
    assert shown.exit_code == 1
    for told in ("Beschwerdee", "Lobb", "--map", "--new-label"):
        assert told in shown.stdout
    refused = json.loads(run("validate", path, "--format", "json").stdout)["not_understood"]
    assert "Lobb" in refused["message"]
    mapped = run("validate", path, "--map", "Beschwerdee=complaint", "--map", "Lobb=praise")
    assert "complaint" in mapped.stdout
    assert "'Beschwerdee': complaint" in mapped.stdout


def test_a_slip_in_a_mapping_is_told(tmp_path):
    path = written(tmp_path / "good.csv", GOOD)
    shown = run("validate", path, "--map", "Bechwerde=complaint")
    assert (shown.exit_code, "Bechwerde" in shown.stdout) == (1, True)


def test_a_label_of_ones_own_is_counted(tmp_path):
    rows = [("Nice", "vip"), ("Hello all", "")]
    path = written(tmp_path / "own.csv", rows, ("text", "labels"))
    shown = run("stats", path, "--new-label", "vip", "--task", "drafts", "--format", "json")
    assert json.loads(shown.stdout)["drafts"]["labels"]["vip"]["en"]["present"] == 1


def test_leaks_of_a_split_are_found(tmp_path):
    rows = [(*GOOD[0], "train", "jo"), (*GOOD[1], "test", "jo"), (*GOOD[0], "test", "ana")]
    header = ("text", "kind", "private_reply", "split", "author")
    shown = run("validate", written(tmp_path / "s.csv", rows, header))
    assert "author jo: s.csv, row 1 | s.csv, row 2" in shown.stdout
    assert "same text: s.csv, row 1 | s.csv, row 3" in shown.stdout


@pytest.mark.parametrize(
    "wrong",
    [["nowhere.csv"], ["--map", "nothing", "x.csv"], ["--new-label", "Spammy!", "x.csv"],
     ["--lang", "no language", "x.csv"], []],
)  # fmt: skip
def test_a_wrong_call_is_told_apart_from_a_wrong_sheet(tmp_path, monkeypatch, wrong):
    monkeypatch.chdir(tmp_path)
    written(tmp_path / "x.csv", GOOD)
    assert run("validate", *wrong).exit_code == 2


def test_what_strangers_write_cannot_drive_the_terminal(tmp_path):
    rows = [("hello there all", "\x1b[31mred"), ("thanks for all", "praise")]
    shown = run("validate", written(tmp_path / "a.csv", rows, ("text", "kind")))
    assert "\x1b" not in shown.stdout + shown.stderr


# --- stats ----------------------------------------------------------------------------------


def test_statistics_count_what_is_there(tmp_path):
    path = written(tmp_path / "m.csv", many(60), AUTHORED)
    record = json.loads(run("stats", path, "--format", "json").stdout)["comments"]
    assert record["authors"] == {"known": 60, "distinct": 55, "most": 6}
    assert record["labels"]["complaint"]
    assert record["agreements"][0]["phi"] == pytest.approx(1.0)
    shown = run("stats", path).stdout
    assert "55 of 60 texts; at most 6 texts of one author" in shown
    assert "complaint, private_reply" in shown


# --- split ----------------------------------------------------------------------------------


def test_a_split_keeps_rows_whole_and_authors_together(tmp_path):
    path = written(tmp_path / "m.csv", many(100), AUTHORED)
    shown = run("split", path, "-o", tmp_path / "parts", "--test", 0.2, "--dev", 0.1)
    assert shown.exit_code == 0, shown.output
    parts = {
        part: cells_of(tmp_path / "parts" / part / "m.csv") for part in ("train", "dev", "test")
    }
    everything = [row for rows in parts.values() for row in rows]
    assert sorted(everything) == sorted(map(list, many(100)))
    assert sum(any(row[0] == "anna" for row in rows) for rows in parts.values()) == 1
    assert {part: len(rows) for part, rows in parts.items()} == pytest.approx(
        {"train": 70, "dev": 10, "test": 20}, abs=4
    )


def test_the_same_seed_gives_the_same_split(tmp_path):
    path = written(tmp_path / "m.csv", many(60), AUTHORED)

    def test_of(folder: str, seed: int) -> bytes:
        run("split", path, "-o", tmp_path / folder, "--seed", seed)
        return (tmp_path / folder / "test" / "m.csv").read_bytes()

    assert test_of("a", 1) == test_of("b", 1)
    assert test_of("c", 2) != test_of("a2", 1)


def test_each_file_keeps_its_format(tmp_path):
    rows = many(60)
    written(tmp_path / "a.csv", rows[:30], AUTHORED)
    with (tmp_path / "b.jsonl").open("w") as file:
        file.writelines(
            json.dumps(dict(zip(AUTHORED, row, strict=True))) + "\n" for row in rows[30:]
        )
    run("split", tmp_path / "a.csv", tmp_path / "b.jsonl", "-o", tmp_path / "parts")
    names = {path.relative_to(tmp_path / "parts").as_posix()
             for path in (tmp_path / "parts").rglob("*.*")}  # fmt: skip
    assert names == {"train/a.csv", "train/b.jsonl", "test/a.csv", "test/b.jsonl"}
    assert len(cells_of(tmp_path / "parts/train/b.jsonl")) >= 20


def test_an_earlier_split_is_replaced_on_request_and_nothing_else_ever(tmp_path):
    path, folder = written(tmp_path / "m.csv", many(60), AUTHORED), tmp_path / "parts"
    assert run("split", path, "-o", folder).exit_code == 0
    again = run("split", path, "-o", folder, "--dev", 0.2)
    assert (again.exit_code, "--force" in again.stderr) == (2, True)
    assert not (folder / "dev").exists()
    assert run("split", path, "-o", folder, "--dev", 0.2, "--force").exit_code == 0
    assert (folder / "dev").exists()
    (folder / "notes.txt").touch()
    assert run("split", path, "-o", folder, "--force").exit_code == 2
    assert run("split", path, "-o", tmp_path, "--force").exit_code == 2
    assert path.is_file()


@pytest.mark.parametrize(
    "shares", [["--test", 0], ["--test", 1], ["--test", 0.6, "--dev", 0.5], ["--test", "nan"]]
)
def test_shares_that_leave_nothing(tmp_path, shares):
    path = written(tmp_path / "m.csv", many(30), AUTHORED)
    assert run("split", path, "-o", tmp_path / "parts", *shares).exit_code == 2
    assert not (tmp_path / "parts").exists()


def test_shares_by_label_are_told(tmp_path):
    path = written(tmp_path / "m.csv", many(100), AUTHORED)
    shown = run("split", path, "-o", tmp_path / "parts", "--format", "json")
    record = json.loads(shown.stdout)["comments"]
    assert sum(record["labels"]["complaint"].values()) == 34
    assert record["labels"]["complaint"]["test"] == pytest.approx(7, abs=2)


# --- dedupe ---------------------------------------------------------------------------------


def test_copies_are_left_out_and_contradictory_ones_put_before_a_person(tmp_path):
    rows = [*GOOD, GOOD[0], (GOOD[1][0], "chatter", "false")]
    path = written(tmp_path / "a.csv", rows)
    out, sheet = tmp_path / "clean.csv", tmp_path / "decide.csv"
    shown = run("dedupe", path, "-o", out, "--contradictions", sheet)
    assert shown.exit_code == 0, shown.output
    assert cells_of(out) == [list(GOOD[0]), list(GOOD[2])]
    assert "2 kept, 3 dropped" in shown.stdout
    assert [row[:2] + row[4:5] for row in cells_of(sheet)] == [
        ["a.csv", "2", "praise"],
        ["a.csv", "5", "chatter"],
    ]


def test_nearly_the_same_is_kept_on_request(tmp_path):
    first = ("Third week without my parcel, order 5512, nobody answers", "complaint", "true")
    path = written(tmp_path / "a.csv", [first, (f"{first[0]}!!", *first[1:]), *GOOD])
    run("dedupe", path, "-o", tmp_path / "near.csv")
    run("dedupe", path, "-o", tmp_path / "exact.csv", "--exact-only")
    assert len(cells_of(tmp_path / "near.csv")) == 4
    assert len(cells_of(tmp_path / "exact.csv")) == 5


def test_the_majority_of_copies_decides(tmp_path):
    other = (GOOD[1][0], "chatter", "false")
    path = written(tmp_path / "a.csv", [other, GOOD[1], GOOD[1], GOOD[0]])
    run("dedupe", path, "-o", tmp_path / "out.csv")
    assert cells_of(tmp_path / "out.csv") == [list(GOOD[1]), list(GOOD[0])]


def test_several_tables_go_to_a_folder(tmp_path):
    paths = [written(tmp_path / name, GOOD) for name in ("a.csv", "b.csv")]
    assert run("dedupe", *paths, "-o", tmp_path / "one.csv").exit_code == 2
    shown = run("dedupe", *paths, "-o", tmp_path / "clean")
    assert shown.exit_code == 0, shown.output
    assert [path.name for path in (tmp_path / "clean").iterdir()] == ["a.csv"]


def test_no_input_and_no_earlier_result_is_overwritten(tmp_path):
    path = written(tmp_path / "a.csv", GOOD)
    before = path.read_bytes()
    assert run("dedupe", path, "-o", path, "--force").exit_code == 2
    assert run("dedupe", path, "-o", tmp_path / "x.csv", "--contradictions", path).exit_code == 2
    assert run("dedupe", path, "-o", tmp_path / "x.csv").exit_code == 0
    assert run("dedupe", path, "-o", tmp_path / "x.csv").exit_code == 2
    assert run("dedupe", path, "-o", tmp_path / "x.csv", "--force").exit_code == 0
    assert path.read_bytes() == before


def test_what_the_columns_were_taken_for_is_shown_and_what_was_left_alone(tmp_path):
    rows = [(*row, "jo") for row in GOOD]
    path = written(tmp_path / "a.csv", rows, ("text", "kind", "private_reply", "Verfasser"))
    shown = run("validate", path)
    assert shown.exit_code == 0
    assert "column 'kind': kind" in shown.output
    assert "left alone: Verfasser" in shown.output


def test_rows_without_any_label_are_told_since_merged_cells_leave_such(tmp_path):
    book = Workbook()
    for row in [("text", "kind"), *(row[:2] for row in GOOD), ("Nobody answers me", None)]:
        book.active.append(row)
    book.active.merge_cells("B4:B5")
    book.save(tmp_path / "merged.xlsx")
    shown = run("validate", tmp_path / "merged.xlsx")
    assert "merged.xlsx: 1 of 4 rows" in shown.output
    assert "unmerge" in shown.output
