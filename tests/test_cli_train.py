"""``smclassify train``: what it says, what it writes, and what it refuses."""

from __future__ import annotations

import csv
import json
import random
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from sheets import rows, words, written

from smclassify.cli.app import cli
from smclassify.model.folder import load_model
from smclassify.model.manifest import FILES, MANIFEST_FILE
from smclassify.model.registry import Registry
from smclassify.model.versions import VARIABLE
from smclassify.triage.seen import Seen

ONE_JOB = ("--jobs", "1")


@pytest.fixture(autouse=True)
def registry(tmp_path, monkeypatch, small_folder) -> Registry:
    """Models of its own for each test, where the small one is the shipped one."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "models"))
    defaults = {"shipped": lambda: small_folder, "patience": 1}
    monkeypatch.setattr(Registry.__init__, "__kwdefaults__", defaults)
    monkeypatch.setattr("smclassify.classifier.shipped_model", lambda: small_folder)
    monkeypatch.chdir(tmp_path)
    return Registry()


@pytest.fixture
def sheet(tmp_path) -> Path:
    return written(tmp_path / "company.csv", rows(60))


def run(*arguments: object, code: int = 0) -> str:
    done = CliRunner().invoke(cli, ["train", *map(str, arguments)])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == code, done.output
    assert "Traceback" not in done.output
    return done.output


def train(*arguments: object, code: int = 0) -> str:
    return run(*arguments, *ONE_JOB, code=code)


def refused(*arguments: object) -> str:
    """Run what must be refused, and make sure that it leaves nothing behind."""
    before = {path: path.stat().st_mtime_ns for path in Path().rglob("*")}
    said = train(*arguments, code=2)
    assert {path: path.stat().st_mtime_ns for path in Path().rglob("*")} == before
    return said


# --- a model is made ------------------------------------------------------------------------------


def test_a_first_model_is_trained_kept_and_held_against_the_one_in_use(sheet, registry):
    said = train(sheet, "--name", "acme")
    assert "company.csv" in said
    assert "Learned from 60 drafts. On texts held out:" in said
    assert "Against the model in use (shipped):" in said
    assert "better" in said
    assert "The model is acme@1, trained and kept." in said
    assert "smclassify models use acme@1" in said
    assert str(registry.in_use()) == "shipped"
    (version,) = registry.versions("acme")
    assert len(Seen.load(version.learned)) == 60
    assert load_model(version.folder).manifest["name"] == "acme"


def test_texts_that_a_first_version_has_learned_from_say_nothing_of_the_second(sheet, tmp_path):
    train(sheet, "--name", "acme")
    more = written(tmp_path / "more.csv", rows(40, 9))
    said = train(sheet, more, "--name", "acme", "--against", "acme")
    assert "acme@1 has learned from 60 of these texts" in said
    assert "The model is acme@2" in said
    said = train(sheet, "--name", "acme", "--against", "acme@2")
    assert "The model in use has learned from all of these texts" in said


def test_a_model_that_nobody_knows_the_texts_of_is_told_to_be_one(sheet, registry):
    train(sheet, "--name", "acme")
    (version,) = registry.versions("acme")
    version.learned.unlink()
    assert "nobody knows which texts acme@1 has learned from" in train(
        sheet, "--name", "acme", "--against", "acme"
    )


def test_a_model_whose_texts_are_not_kept_is_known_by_the_files_it_learned_from(sheet, registry):
    train(sheet, "--name", "acme")
    (version,) = registry.versions("acme")
    version.learned.unlink()
    said = train(sheet, "--name", "acme", "--against", "acme")
    assert f"acme@1 has learned from {sheet}: of those texts it knows" in " ".join(said.split())


def test_a_better_model_is_taken_into_use_if_asked_for(sheet, registry):
    said = train(sheet, "--name", "acme", "--promote-if-better")
    assert "in use from now on. The way back: smclassify models rollback" in said
    assert str(registry.in_use()) == "acme@1"
    said = train(sheet, "--name", "acme", "--promote-if-better")
    assert "It is not taken into use, since it is not shown to be better." in said
    assert str(registry.in_use()) == "acme@1"


def test_a_folder_of_its_own_is_no_part_of_the_registry(sheet, registry, tmp_path):
    assert "--model acme" in train(sheet, "--name", "acme", "--out", "acme")
    assert registry.names() == []
    assert {path.name for path in (tmp_path / "acme").iterdir()} == set(FILES)
    once = (tmp_path / "acme" / MANIFEST_FILE).read_bytes()
    assert "There is something of this name already" in refused(
        sheet, "--name", "acme", "--out", "acme"
    )
    train(sheet, "--name", "acme", "--out", "acme", "--force", "--seed", "1")
    assert (tmp_path / "acme" / MANIFEST_FILE).read_bytes() != once


def test_a_target_says_what_is_to_be_expected(sheet):
    said = train(sheet, "--name", "acme", "--target", "spammy:recall=0.9")
    assert "spammy: from 0." in said
    assert "in 1,000 texts like these expect" in said
    said = train(sheet, "--name", "acme", "--target", "spammy:precision=0.999")
    assert "precision=0.999 is out of reach of these texts." in " ".join(said.split())


def test_a_label_of_ones_own_is_learned(tmp_path, registry):
    path = written(tmp_path / "a.csv", rows(60), "text", "seasonal")
    said = train(path, "--name", "acme", "--new-label", "seasonal", "--task", "drafts")
    assert "seasonal" in said
    assert load_model(registry.versions("acme")[0].folder).tasks["drafts"].own == ("seasonal",)


def test_other_words_for_labels_are_understood(tmp_path):
    chance = random.Random(0)
    sheet = [
        (f"{words(chance, 6)} {word}", kind)
        for word, kind in [("mesrab", "Beschwerde"), ("telfin", "Lob")] * 15
    ]
    path = written(tmp_path / "a.csv", sheet, "Text", "Kategorie")
    said = train(
        path, "--name", "acme", "--map", "Kategorie=kind", "--map", "Beschwerde=complaint",
        "--map", "Lob=praise",
    )  # fmt: skip
    assert "Learned from 30 comments" in said


# --- before anything is learned -------------------------------------------------------------------


def test_a_dry_run_says_what_there_is_to_say_of_the_texts_and_keeps_nothing(sheet, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    said = train(sheet, "--dry-run")
    assert "spammy" in said and "30" in said
    assert "Learned from" not in said
    assert sorted(tmp_path.rglob("*")) == before


def test_doubts_about_the_texts_are_told_before_the_work(tmp_path):
    sheet = rows(40)
    text, yes = sheet[0]
    opposite = {"true": "false", "false": "true"}[yes]
    path = written(tmp_path / "a.csv", [*sheet, (text, yes), (text, opposite)])
    said = train(path, "--dry-run")
    assert "The same text has different labels" in said
    assert "rows 1, 41 and 42: spammy" in said


# --- sheets and reports ---------------------------------------------------------------------------


def test_doubtful_labels_come_as_a_sheet_that_is_given_back(sheet, tmp_path):
    pytest.importorskip("cleanlab")
    said = train(sheet, "--dry-run", "--review", "doubtful.csv")
    assert "doubtful.csv: 60 texts, the most doubtful labels first" in said
    assert "No model was kept (--dry-run)." in said
    with (tmp_path / "doubtful.csv").open(encoding="utf-8-sig", newline="") as file:
        reviewed = list(csv.DictReader(file))
    assert len(reviewed) == 60
    turned = "false" if reviewed[0]["spammy"].lower() == "true" else "true"
    reviewed[0]["spammy"] = turned
    with (tmp_path / "reviewed.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(reviewed[0]))
        writer.writeheader()
        writer.writerows(reviewed)
    said = train(sheet, "--fix", "reviewed.csv", "--dry-run")
    assert "Labels changed by the reviewed sheet: spammy 1." in said


def test_without_the_library_for_it_a_review_is_refused_before_the_work(sheet, monkeypatch):
    monkeypatch.setitem(sys.modules, "cleanlab", None)
    said = refused(sheet, "--dry-run", "--review", "doubtful.csv")
    assert "pip install 'smclassify[review]'" in said


def test_a_report_is_a_page_or_the_same_for_machines(sheet, tmp_path):
    train(sheet, "--name", "acme", "--report", "acme.html")
    page = (tmp_path / "acme.html").read_text(encoding="utf-8")
    assert "<html" in page and "acme" in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    train(sheet, "--dry-run", "--name", "acme", "--report", "acme.json")
    told = json.loads((tmp_path / "acme.json").read_text(encoding="utf-8"))
    assert told["name"] == "acme"


def test_personal_data_in_a_report_is_masked_if_asked_for(tmp_path):
    sheet = [(f"{text} jane.doe@example.com", yes) for text, yes in rows(60)]
    path = written(tmp_path / "a.csv", sheet)
    for option, there in (([], True), (["--redact"], False)):
        train(path, "--dry-run", "--report", "a.json", "--force", *option)
        said = Path("a.json").read_text(encoding="utf-8")
        assert ("jane.doe@example.com" in said) is there


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["my model", "../m", "a/b", "é", "x" * 65, "shipped", "default"])
def test_a_name_that_is_none_is_refused_before_any_work(name):
    assert "cannot be a model's name" in refused("not-even-read.csv", "--name", name)


def test_a_name_is_needed_unless_nothing_is_kept(sheet):
    assert "Missing option '--name'" in refused(sheet)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--report", "report.pdf"], "format cannot be told"),
        (["--review", "sheet.html"], "format cannot be told"),
        (["--review", "company.csv", "--force"], "one of the inputs"),
        (["--report", "no/such/folder/a.html"], "folder that it should stand in is not there"),
        (["--out", "company.csv", "--force"], "There is a file where the model folder should be"),
        (["--out", "precious", "--force"], "The folder holds what is no part of a model"),
        (["--out", "m", "--promote-if-better"], "works on your models"),
        (["--against", "nobody"], "no model 'nobody'"),
        (["--target", "spammy:recall=2"], "a share between 0 and 1"),
        (["--target", "canned:recall=0.9"], "has no threshold"),
        (["--test", "nowhere.csv"], "nowhere.csv"),
        (["--fix", "nowhere.csv"], "nowhere.csv"),
        (["--fix", "company.csv"], "no reviewed sheet"),
        (["--map", "nothing"], "nothing"),
    ],
)
def test_what_cannot_be_done_is_refused_and_leaves_everything_as_it_was(
    sheet, tmp_path, arguments, said
):
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "photo.jpg").write_bytes(b"\xff")
    assert said in " ".join(refused(sheet, "--name", "acme", *arguments).split())


@pytest.mark.parametrize(
    ("sheet", "header", "said"),
    [
        ([("a text",), ("another one",)], ("text",), "no labels"),
        ([("a text", "maybe")] * 12, ("text", "spammy"), "maybe"),
        ([("Buy now", "true")] * 9 + [("buy NOW", "false")] * 9, (), "All texts belong together"),
        ([(f"Text {n} of it", "true") for n in range(20)], (), "No label of the drafts has 5"),
        ([], (), ""),
    ],
)
def test_sheets_that_teach_nothing_are_refused_in_words(tmp_path, sheet, header, said):
    path = written(tmp_path / "a.csv", sheet, *header)
    assert said in refused(path, "--name", "acme")


def test_a_file_that_is_not_there_is_refused():
    assert "nowhere.xlsx" in refused("nowhere.xlsx", "--name", "acme")
