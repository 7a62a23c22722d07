"""``smclassify models``: what it says, what it asks, and how it ends."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from smclassify.cli.app import cli
from smclassify.model.manifest import MANIFEST_FILE, WEIGHTS_FILE
from smclassify.model.registry import Registry
from smclassify.model.registry_state import STATE_FILE
from smclassify.model.versions import VARIABLE

ROW = {"precision": 0.5, "recall": 0.5, "average_precision": 0.5, "calibration_error": 0.1}
ROW |= {"support": 12, "texts": 40}


def figures(f1: float) -> dict:
    table = {"drafts": {"all": {"spammy": ROW | {"f1": f1}}}}
    return {"held_out": {"title": "On held-out writers", "how": "Held out.", "tables": table}}


@pytest.fixture
def source(small_folder, tmp_path):
    """Makes a model like the small one, with something changed in its manifest."""

    def make(folder: Path, **changed) -> None:
        shutil.copytree(small_folder, folder)
        manifest = json.loads((folder / MANIFEST_FILE).read_text())
        (folder / MANIFEST_FILE).write_text(json.dumps(manifest | changed))

    return make


@pytest.fixture(autouse=True)
def registry(tmp_path, monkeypatch, small_folder, source):
    """Two versions of acme, one of beta, in a folder that only this test knows."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "models"))
    defaults = {"shipped": lambda: small_folder, "patience": 1}
    monkeypatch.setattr(Registry.__init__, "__kwdefaults__", defaults)
    monkeypatch.setattr("smclassify.classifier.shipped_model", lambda: small_folder)
    monkeypatch.chdir(tmp_path)
    found = Registry()
    data = [{"name": "may.csv", "sha256": "a" * 64, "texts": 1200}]
    parent = {"name": "shipped", "weights_sha256": "b" * 64}
    found.add("acme", lambda folder: source(folder, figures=figures(0.7), seed=7))
    found.add(
        "acme",
        lambda folder: source(folder, figures=figures(0.8), data=data, parent=parent, seed=8),
    )
    found.add("beta", source)
    return found


def run(*arguments: object, answer: str | None = None, code: int = 0) -> str:
    done = CliRunner().invoke(cli, ["models", *map(str, arguments)], input=answer)
    assert done.exit_code == code, done.output
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert "Traceback" not in done.output
    return done.output


def listed() -> dict[str, dict]:
    found = json.loads(run("list", "--format", "json"))["models"]
    names = [f"{one['name']}@{one['version']}" if one["version"] else one["name"] for one in found]
    return dict(zip(names, found, strict=True))


def in_use() -> str:
    return next(name for name, one in listed().items() if one["in_use"])


def test_list_says_what_there_is():
    found = listed()
    assert list(found) == ["shipped", "acme@1", "acme@2", "beta@1"]
    assert [name for name, one in found.items() if one["current"]] == [
        "shipped",
        "acme@1",
        "beta@1",
    ]
    assert found["acme@2"]["texts"] == 1200
    assert found["acme@2"]["figures"] == [
        {"task": "drafts", "label": "spammy", "f1": 0.8, "support": 12}
    ]
    text = run("list")
    assert "spammy 0.80 (12)" in text and "in use, current" in text


def test_list_names_the_damaged_among_the_good(registry):
    (registry.find("beta") / MANIFEST_FILE).chmod(0o644)
    (registry.find("beta") / MANIFEST_FILE).write_text("{")
    assert "damaged" in listed()["beta@1"]["problem"]
    assert "spammy 0.80" in run("list")


def test_use_rollback_and_back_again():
    assert "In use: acme@2" in run("use", "acme")
    assert in_use() == "acme@2"
    assert "In use: acme@1" in run("use", "acme@1")
    assert "In use: acme@2." in run("rollback")
    assert "In use: shipped." in run("rollback")
    assert "no use to undo" in run("rollback", code=2)
    run("use", "beta")
    assert "In use: shipped" in run("use", "shipped")
    assert in_use() == "shipped"


def test_keep_default_changes_only_the_name():
    assert "acme now means acme@2" in run("use", "acme", "--keep-default")
    assert in_use() == "shipped" and listed()["acme@2"]["current"]


def test_a_damaged_note_is_said_and_mended_on_demand(registry):
    run("use", "acme")
    (registry.root / STATE_FILE).write_text("{")
    assert "acme@2" in run("list", code=2)
    for call in (("show", "default"), ("use", "acme"), ("rollback",), ("show", "acme")):
        assert "--mend" in run(*call, code=2)
    assert "cannot be read" in run("verify", code=1)
    run("use", "acme@2", "--mend")
    assert in_use() == "acme@2"


def test_show_says_what_it_is_and_where_it_is_from():
    text = run("show", "acme@2")
    for said in ("acme@2", "Adapted from shipped", "Seed: 8", "may.csv: 1,200 texts", "0.800"):
        assert said in text
    found = json.loads(run("show", "acme@2", "--format", "json"))
    assert found["manifest"]["parent"]["name"] == "shipped"
    assert run("show", "acme").startswith("acme@1 (current)")
    assert run("show", "default").startswith("shipped (in use, current)")


def test_compare_by_what_the_manifests_say():
    text = run("compare", "acme@1", "acme@2")
    for said in ("may.csv", "seed", "0.700 (12)", "0.800 (12)", "--data FILE"):
        assert said in text
    found = json.loads(run("compare", "acme@1", "acme@2", "--format", "json"))
    assert {one["about"] for one in found["different"]} == {"data", "seed"}
    (row,) = found["figures"]
    assert row["f1"] == [0.7, 0.8]
    assert "same model" in run("compare", "beta", "beta@1")


def test_compare_on_texts(tmp_path, labelled_files):
    files = [path for path in labelled_files if path.name.startswith("drafts.en")][:2]
    data = [part for path in files for part in ("--data", path)]
    found = json.loads(run("compare", "acme@1", "beta", "--format", "json", *data))
    (measured,) = found["measured"]
    assert measured["task"] == "drafts"
    assert {row["difference"] for row in measured["labels"]} <= {0.0, None}
    assert measured["overall"]["verdict"] == "can't tell"
    assert "beta@1 against acme@1: can't tell" in run("compare", "acme@1", "beta", *data)


def test_remove_keeps_what_is_needed():
    assert "current version of acme" in run("remove", "acme@1", code=2)
    run("use", "acme")
    assert "is the model in use" in run("remove", "acme", code=2)
    run("remove", "acme@1")
    said = run("remove", "acme@2", "--force")
    assert "In use: shipped" in said
    assert list(listed()) == ["shipped", "beta@1"]


def test_export_and_import(tmp_path):
    assert "SHA-256" in run("export", "acme@2", "-o", "a.zip")
    assert "there already" in run("export", "acme", "-o", "a.zip", code=2)
    first = Path("a.zip").read_bytes()
    run("export", "acme@2", "-o", "a.zip", "--force")
    assert Path("a.zip").read_bytes() == first
    said = run("import", "a.zip", "--name", "theirs", answer="n\n")
    assert "may.csv: 1,200 texts" in said and "Nothing was added" in said
    assert "theirs@1" not in listed()
    assert "say --yes" in run("import", "a.zip", "--name", "theirs", answer="", code=2)
    assert "theirs@1" not in listed()
    assert "Added: theirs@1" in run("import", "a.zip", "--name", "theirs", answer="y\n")
    assert "Added: theirs@2" in run("import", "a.zip", "--name", "theirs", "--yes")
    assert listed()["theirs@1"]["current"] and in_use() == "shipped"


def test_import_of_what_is_hostile_adds_nothing(registry):
    run("export", "acme", "-o", "a.zip")
    Path("a.zip").write_bytes(Path("a.zip").read_bytes()[:-100])
    before = listed()
    assert "no whole zip archive" in run("import", "a.zip", "--yes", "--name", "x", code=2)
    assert "cannot be a model's name" in run("import", "a.zip", "--name", "default", code=2)
    assert "cannot be read" in run("import", "nowhere.zip", code=2)
    assert listed() == before


def test_verify_ends_with_one_when_something_is_wrong(registry):
    assert "acme@2: whole" in run("verify")
    weights = registry.find("acme@2") / WEIGHTS_FILE
    weights.chmod(0o644)
    weights.write_bytes(weights.read_bytes()[:-5])
    found = json.loads(run("verify", "acme", "--format", "json", code=1))
    assert [bool(one["problems"]) for one in found] == [False, True]
    assert "no model" in run("verify", "nosuch", code=2)


@pytest.mark.parametrize(
    "call", [("show", "x@y@z"), ("use", "a/b"), ("remove", ""), ("compare", "acme", "x")]
)
def test_wrong_names_are_said_plainly(call):
    assert "model" in run(*call, code=2)
