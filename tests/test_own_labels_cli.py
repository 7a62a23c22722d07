"""A company's own labels in the files that the commands write."""

from __future__ import annotations

import csv
import io
import json
from functools import partial
from pathlib import Path

import openpyxl
import pytest
from cli_fake import columns_of
from click.testing import CliRunner
from own_models import with_own
from triage_calls import read, write_csv

from smclassify.classifier import Classifier
from smclassify.cli.app import cli
from smclassify.labels import FLAGS, PRIVATE_REPLY, Task
from smclassify.model.folder import save_model
from smclassify.report.triage_page import triage_json, triage_page
from smclassify.report.triage_text import triage_view
from smclassify.triage.facts import FACT
from smclassify.triage.job import triage_tables
from smclassify.triage.judge import Work, judge, unread
from smclassify.triage.types import COLUMNS, TriageInterrupted, TriageOptions, own_columns
from smclassify.triage.workers import Alone
from smclassify.wording import UI_LANGUAGES

DRAFT, COMMENT, QUIET = "tone_deaf", "recall_topic", "never_there"
SET, SCORE = f"sm_{COMMENT}", f"sm_{COMMENT}_score"
TEXTS = [
    "Where is order 5512? Third week without an answer. I want my money back.",
    "Love it ❤️",
    "The charger got so hot that it melted. When do you recall it?",
    "What time do you open on Sunday?",
]


@pytest.fixture(scope="module")
def model(small_model):
    drafts = with_own(small_model, Task.DRAFTS, DRAFT, "hard_sell", {"*": 0.0})
    comments = with_own(drafts, Task.COMMENTS, COMMENT, PRIVATE_REPLY)
    return with_own(comments, Task.COMMENTS, QUIET, PRIVATE_REPLY, {"*": 1.0})


@pytest.fixture(scope="module")
def folder(model, tmp_path_factory):
    folder = tmp_path_factory.mktemp("own") / "acme"
    save_model(model, folder, {"name": "acme"})
    return folder


@pytest.fixture(scope="module")
def own(model):
    return Classifier(model)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_csv("in.csv", ["id", "text"], *([f"c{n}", text] for n, text in enumerate(TEXTS)))
    return tmp_path


def call(*arguments):
    return CliRunner().invoke(cli, [*map(str, arguments)], env={"LC_ALL": "C"})


def run(classifier, target="out.csv", source="in.csv", labels=(COMMENT, QUIET), **options):
    options = TriageOptions(own_labels=labels, **options)
    readers = Alone(partial(judge, classifier))
    return triage_tables(readers, [source], str(target), options=options)


# --- triage -------------------------------------------------------------------------------------


def test_each_own_label_has_two_columns_after_ours(own, here):
    summary = run(own)
    rows = read("out.csv")
    assert list(rows[0]) == ["id", "text", *COLUMNS, *own_columns((COMMENT, QUIET))]
    for row, said in zip(rows, own.triage(TEXTS), strict=True):
        label = said.own_labels[COMMENT]
        assert row[SET] == ("true" if label.is_set else "false")
        assert float(row[SCORE]) == pytest.approx(label.score, abs=1e-4)
        assert (f"your own label {COMMENT}" in row["sm_reasons"]) == label.is_set
        assert row[f"sm_{QUIET}"] == "false"
    assert summary.own_labels == {COMMENT: sum(row[SET] == "true" for row in rows), QUIET: 0}
    assert summary.own_labels[COMMENT]


def test_without_own_labels_nothing_is_different(own, classifier, here):
    run(own, "with.csv")
    run(classifier, "without.csv", labels=())
    with_own_labels, without = read("with.csv"), read("without.csv")
    assert list(without[0]) == ["id", "text", *COLUMNS]
    kept = [column for column in without[0] if column != "sm_reasons"]
    assert [[row[k] for k in kept] for row in with_own_labels] == [
        [row[k] for k in kept] for row in without
    ]


def test_rows_sorted_filtered_and_longer_than_the_header_keep_their_own_cells(own, here):
    Path("wide.csv").write_text(
        "id,text\n" + "".join(f'c{n},"{text}",beyond{n}\n' for n, text in enumerate(TEXTS)), "utf-8"
    )
    run(own, "plain.csv", "wide.csv")
    run(own, "sorted.csv", "wide.csv", sort="priority", only=PRIVATE_REPLY)
    (header, *plain), (_, *chosen) = (
        list(csv.reader(io.StringIO(Path(name).read_text("utf-8-sig"))))
        for name in ("plain.csv", "sorted.csv")
    )
    assert 0 < len(chosen) < len(plain)
    assert all(line in plain for line in chosen)
    assert {line[header.index(SET)] for line in plain} <= {"true", "false"}
    assert [line[-1] for line in plain] == [f"beyond{n}" for n in range(len(TEXTS))]


def test_jsonl_and_workbooks_have_true_values(own, here):
    run(own, "out.jsonl")
    for line in Path("out.jsonl").read_text("utf-8").splitlines():
        record = json.loads(line)
        assert isinstance(record[SET], bool)
        assert isinstance(record[SCORE], float)
    run(own, "out.xlsx")
    header, first, *_ = openpyxl.load_workbook("out.xlsx").active.values
    assert isinstance(first[header.index(SET)], bool)


def test_a_second_triage_replaces_the_columns_of_the_first(own, here):
    run(own, "first.csv")
    run(own, "second.csv", "first.csv")
    assert Path("second.csv").read_bytes() == Path("first.csv").read_bytes()


def test_nothing_is_set_in_what_our_own_account_wrote(own, here):
    write_csv("ours.csv", ["text", "author"], [TEXTS[0], "jo"], [TEXTS[0], "pedalworks"])
    always = {COMMENT: 0.0}
    summary = run(own, "out.csv", "ours.csv", accounts=("pedalworks",), thresholds=always)
    theirs, ours = read("out.csv")
    assert (theirs[SET], ours[SET]) == ("true", "false")
    assert theirs[SCORE] == ours[SCORE]
    assert summary.own_labels[COMMENT] == 1


def test_rows_that_nobody_could_read_have_empty_cells(own, here):
    options = TriageOptions(own_labels=(COMMENT,))
    summary = triage_tables(Alone(unread), ["in.csv"], "out.csv", options=options)
    assert summary.rows_unread == len(TEXTS)
    assert {(row[SET], row[SCORE], row["sm_kind"]) for row in read("out.csv")} == {("", "", "")}


def test_a_run_that_is_gone_on_with_gives_the_bytes_of_one_that_was_not_interrupted(own, here):
    rows = [[str(n), TEXTS[n % len(TEXTS)]] for n in range(5000)]
    write_csv("many.csv", ["id", "text"], *rows)
    known = dict(zip(TEXTS, own.triage(TEXTS), strict=True))

    class Quick:
        """Gives the results of texts read before; stops at its second batch if told to."""

        def __init__(self, stops):
            self.left = 1 if stops else 10**6

        def triage_columns(self, texts, **_):
            self.left -= 1
            if self.left < 0:
                raise KeyboardInterrupt
            return columns_of([known[text] for text in texts])

    expected = run(Quick(False), "whole.csv", "many.csv")
    with pytest.raises(TriageInterrupted) as stopped:
        run(Quick(True), "parts.csv", "many.csv")
    assert 0 < stopped.value.rows < len(rows)
    summary = run(Quick(False), "parts.csv", "many.csv", resume=True)
    assert Path("parts.csv").read_bytes() == Path("whole.csv").read_bytes()
    assert summary.own_labels == expected.own_labels


def test_masking_leaves_nothing_in_the_reasons_of_an_own_label(own, here):
    from smclassify.triage.masking.redact import Redactor

    write_csv("in.csv", ["text"], ["Refund me now, my mail is jane.doe@mail.example, three weeks!"])
    readers = Alone(partial(judge, own, masker=Redactor()))
    options = TriageOptions(redact=True, own_labels=(COMMENT,), thresholds={COMMENT: 0.0})
    triage_tables(readers, ["in.csv"], "out.csv", options=options)
    (row,) = read("out.csv")
    assert row[SET] == "true"
    assert "jane.doe" not in Path("out.csv").read_text("utf-8-sig")


def test_facts_are_no_larger_for_it(own):
    assert judge(own, Work(TEXTS)).table.dtype == FACT
    assert FACT.itemsize == 133


def test_a_classifier_without_own_labels_gives_verdicts_without(classifier):
    assert not judge(classifier, Work(TEXTS)).own


@pytest.mark.parametrize("language", UI_LANGUAGES)
def test_reports_count_them(own, here, language):
    from rich.console import Console

    summary = run(own)
    name = COMMENT.replace("_", " ")
    assert json.loads(triage_json(summary))["own_labels"] == summary.own_labels
    assert name in triage_page(summary, ui_language=language).decode("utf-8")
    console = Console(file=io.StringIO(), width=120)
    console.print(*triage_view(summary, ui_language=language))
    assert name in console.file.getvalue()


def test_reports_without_own_labels_don_t_speak_of_them(classifier, here):
    summary = run(classifier, labels=())
    assert "own_labels" not in json.loads(triage_json(summary))
    assert "Your own labels" not in triage_page(summary).decode("utf-8")


# --- the commands -------------------------------------------------------------------------------


def test_the_command_finds_the_labels_of_the_model_also_with_workers(folder, here):
    done = call("triage", "in.csv", "-o", "out.csv", "--model", folder, "--jobs", 2)
    assert done.exit_code == 0, done.output
    assert list(read("out.csv")[0])[-4:] == list(own_columns((COMMENT, QUIET)))
    low = ("--threshold", f"{QUIET}=0.0")
    call("triage", "in.csv", "-o", "low.csv", "--model", folder, *low)
    assert {row[f"sm_{QUIET}"] for row in read("low.csv")} == {"true"}


@pytest.mark.parametrize("command", ["score", "triage"])
def test_a_threshold_for_a_label_the_model_lacks_is_told_before_anything_is_read(
    folder, here, command
):
    out = () if command == "score" else ("-o", "out.csv")
    refused = call(command, "in.csv", *out, "--model", folder, "--threshold", "recall_topik=0.5")
    assert refused.exit_code == 2
    assert "'recall_topik'" in refused.output
    assert {"score": DRAFT, "triage": COMMENT}[command] in refused.output
    assert sorted(path.name for path in here.iterdir()) == ["in.csv"]


def test_a_threshold_for_what_cannot_be_a_label_is_a_wrong_call(folder, here):
    for wrong in ("spamy=0.5", "Tone=0.5", f"{DRAFT}=2", f"{DRAFT}=", "=0.5"):
        refused = call("score", "x", "--model", folder, "--threshold", wrong)
        assert refused.exit_code == 2
        assert "Invalid value for '--threshold'" in refused.output


def scored(folder, *more):
    return call("score", "ONLY TODAY!!! BUY NOW!!!", "--model", folder, *more)


def test_scored_drafts_have_the_flag_in_every_format(folder, here):
    done = scored(folder, "--format", "jsonl")
    assert done.exit_code == 1
    assert DRAFT in json.loads(done.stdout)["flags"]
    (row,) = csv.DictReader(io.StringIO(scored(folder, "--format", "csv").stdout))
    assert list(row) == ["id", "text", "lang", "flags", *FLAGS, DRAFT, "reasons", "findings"]
    assert DRAFT in row["flags"].split("|")
    assert 0 <= float(row[DRAFT]) <= 1
    for format in ("text", "html"):
        said = scored(folder, "--format", format).stdout
        assert "a label of your own" in said
        assert "Your own label “tone_deaf”." in said


def test_their_thresholds_can_be_given(folder, here):
    done = scored(folder, "--format", "jsonl", "--threshold", f"{DRAFT}=1")
    assert DRAFT not in json.loads(done.stdout)["flags"]
