"""The command ``evaluate``: figures with intervals, labels of other names, and drift."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from smclassify.cli.app import cli

DATA = Path(__file__).parent.parent / "data" / "comments.en.big-brands.jsonl"
CONTRACT = {"precision", "recall", "f1", "average_precision", "support"}


@pytest.fixture
def run(small_folder):
    def call(*arguments: str, code: int = 0):
        result = CliRunner().invoke(cli, ["evaluate", *arguments, "--model", str(small_folder)])
        assert result.exit_code == code, result.output
        return result

    return call


@pytest.fixture(scope="module")
def sheet(tmp_path_factory) -> Path:
    """A company's sheet, with words of its own."""
    path = tmp_path_factory.mktemp("sheet") / "company.csv"
    names = {"complaint": "Beschwerde", "question": "Frage"}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Nachricht", "Kategorie"])
        for line in DATA.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            if record.get("kind") in names:
                writer.writerow([record["text"], names[record["kind"]]])
    return path


def test_text_has_intervals_beside_the_figures(run):
    shown = run(str(DATA)).output
    assert "F1, 95 %" in shown
    assert "private_reply" in shown


def test_json_keeps_its_contract(run):
    figures = json.loads(run(str(DATA), "--format", "json").output)
    assert set(figures["comments"]["all"]["private_reply"]) == CONTRACT


def test_json_has_intervals_where_they_are_asked_for(run):
    record = json.loads(run(str(DATA), "--format", "json", "--intervals").output)["comments"]
    one = record["all"]["private_reply"]
    assert set(one) == CONTRACT | {"f1_low", "f1_high"}
    assert one["f1_low"] <= one["f1"] <= one["f1_high"]
    few = record["all"]["communications"]
    assert few["support"] >= 5 or few["f1_low"] is None


def test_the_page_explains_its_intervals(run, tmp_path):
    run(str(DATA), "-o", str(tmp_path / "figures.html"))
    page = (tmp_path / "figures.html").read_text(encoding="utf-8")
    assert "F1, 95 %" in page
    assert "probability of 95 %" in page


def test_labels_of_other_names_are_mapped(run, sheet):
    named = ["--map", "Beschwerde=complaint", "--map", "Frage=question", "--map", "Kategorie=kind"]
    found = run(str(sheet), *named, "--text-column", "Nachricht", "--format", "json")
    assert json.loads(found.output)["comments"]["all"]["complaint"]["support"] > 20


def test_a_label_the_model_has_not_learned_is_left_out(run, tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(
        "text,private_reply,refund\nWhere is my money?,true,true\nNice!,false,false\n", "utf-8"
    )
    found = json.loads(run(str(path), "--new-label", "refund", "--format", "json").output)
    assert "refund" not in found["comments"]["all"]
    assert "private_reply" in found["comments"]["all"]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ([], "Missing argument"),
        (["--drift", "a.csv", "b.csv", "c.csv"], "takes two files"),
        (["--drift", "a.csv", "b.csv", "-o", "x.html"], "text and json are possible"),
        (["--drift", "a.csv", "b.csv"], "a.csv: there is no such file"),
    ],
)
def test_a_wrong_call_is_refused_in_words(run, arguments, problem):
    assert problem in run(*arguments, code=2).output


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> list[str]:
    """An export without labels, in two halves."""
    folder = tmp_path_factory.mktemp("drift")
    texts = [json.loads(line)["text"] for line in DATA.read_text("utf-8").splitlines()]
    for name, part in (("old", texts[::2]), ("new", texts[1::2])):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["message"], *([text] for text in part)])
    return [str(folder / "old.csv"), str(folder / "new.csv")]


class TestDrift:
    def test_it_ends_with_a_verdict_and_exit_code_0(self, run, files):
        shown = run("--drift", *files).output
        assert "Verdict: nothing to do." in shown
        assert "private_reply" in shown

    def test_json_has_everything(self, run, files):
        found = json.loads(run("--drift", *files, "--format", "json").output)
        assert found["verdict"]["advice"] == "nothing to do"
        assert found["texts"] == {"old": 75, "new": 75}
        assert set(found) >= {"language", "length", "vocabulary", "unseen", "kind", "labels"}
        assert set(found["labels"]) == {"private_reply", "crisis"}

    def test_drafts_are_compared_where_they_are_said_to_be(self, run, files):
        found = json.loads(run("--drift", *files, "--task", "drafts", "--format", "json").output)
        assert set(found["labels"]) == {"spammy", "self_centered", "off_policy"}
        assert found["kind"] is None

    def test_a_result_never_replaces_what_it_is_made_from(self, run, files):
        assert "overwritten" in run("--drift", *files, "-o", files[0], code=2).output
