"""The second half of a triage shared among workers: the same bytes, whatever befalls them."""

import csv
import json
import os
from functools import partial

import pytest
from cli_fake import FakeClassifier

from smclassify.triage.job import triage_tables
from smclassify.triage.judge import judge
from smclassify.triage.types import TriageOptions
from smclassify.triage.workers import Alone, Workers

TEXTS = ("broken again", "nice", "=boycott", "", 'what; a "day"', "half \ud83d of it", "好 refund")


def make_judge():
    return partial(judge, FakeClassifier())


def dies(parent):
    """Return who did it; in any other process than the parent, die."""
    if os.getpid() != parent:
        os._exit(3)
    return parent


def write_export(path, rows=4500):
    """Write an export of several blocks, in which a few rows are longer than the header."""
    with path.open("w", encoding="utf-8", errors="surrogatepass", newline="") as file:
        for number in range(rows):
            text = f"{TEXTS[number % len(TEXTS)]} {number % 11}"
            row = {"id": f"c{number}", "text": text, "likes": number % 2000 * 3}
            file.write(json.dumps(row) + "\n")
    return path


def write_ragged(path):
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["id", "text"])
        for number in range(2500):
            table.writerow([number, f"broken {number}", *["=more"] * (number % 1000 == 7)])
    return path


def result(readers, source, target, **options):
    problems = triage_tables(
        readers, [str(source)], str(target), options=TriageOptions(**options)
    ).problems
    said = [str(problem).replace(str(target), "out") for problem in problems]
    return target.read_bytes(), said


@pytest.fixture(scope="module")
def workers():
    with Workers(make_judge, 2) as both:
        both.close = lambda: None  # for one run after the other
        yield both


@pytest.mark.parametrize("ending", ["csv", "tsv", "jsonl", "xlsx"])
@pytest.mark.parametrize("options", [{}, {"sort": "priority"}, {"only": "private_reply"}])
def test_workers_write_what_one_process_writes(tmp_path, workers, ending, options):
    source = write_export(tmp_path / "in.jsonl", 4500 if ending != "xlsx" else 50)
    alone = result(Alone(make_judge()), source, tmp_path / f"alone.{ending}", **options)
    shared = result(workers, source, tmp_path / f"shared.{ending}", **options)
    assert shared == alone if ending != "xlsx" else shared[1] == alone[1]
    assert alone[1] or ending == "jsonl" or options.get("only")  # half a character is told of


def test_rows_longer_than_the_header_keep_their_place(tmp_path, workers):
    source = write_ragged(tmp_path / "in.csv")
    alone = result(Alone(make_judge()), source, tmp_path / "alone.csv")
    assert result(workers, source, tmp_path / "shared.csv") == alone
    ends = [line for line in alone[0].splitlines() if line.endswith(b",'=more")]
    assert [line.split(b",")[0] for line in ends] == [b"7", b"1007", b"2007"]


def test_themes_found_by_a_worker_are_those_found_here(tmp_path, workers):
    source = tmp_path / "in.csv"
    about = ("the delivery was late", "refund never came", "the app crashes", "nice")
    rows = [f"{number},broken: {about[number % 4]} {number % 7}" for number in range(400)]
    source.write_text("\n".join(["id,text", *rows]), encoding="utf-8")
    themes = [
        triage_tables(
            readers,
            [str(source)],
            str(tmp_path / f"{name}.csv"),
            options=TriageOptions(themed=True),
        ).survey.themes
        for name, readers in (("alone", Alone(make_judge())), ("shared", workers))
    ]
    assert themes[0] == themes[1]
    assert themes[0] and all(theme.examples for theme in themes[0])


def test_what_a_worker_dies_over_is_done_here():
    me = os.getpid()
    with Workers(make_judge, 2) as workers:
        waits = workers.begin(partial(dies, me))
        assert waits() == me
        # The others died with it, and nobody has to know.
        assert list(workers.every(partial(dies, me) for _ in range(9))) == [me] * 9
        assert workers.crashes == 1


def test_results_come_in_the_order_of_the_tasks():
    with Workers(make_judge, 2) as workers:
        assert list(workers.every(partial(pow, n, 2) for n in range(50))) == [
            n * n for n in range(50)
        ]


def test_one_process_has_no_helpers():
    assert Alone(make_judge()).helpers is None
