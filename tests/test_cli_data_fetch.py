"""``smclassify data fetch``: licences first, then files, and plain words where there are none."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from smclassify.cli.app import cli
from smclassify.training import sources
from smclassify.training.public import CATALOGUE, FOLDER_VARIABLE, public_folder, read_set
from smclassify.training.sources import MIRROR_VARIABLE

CONTENTS = {
    "learn.en.csv": b"id,text,label,extra\n1,hello,ham,\n",
    "measure.zh.csv": "id,text,label,extra\n2,你好,1,\n".encode(),
}


@pytest.fixture(autouse=True)
def listed(tmp_path, monkeypatch) -> Path:
    """A list of two sets, one of which may only be measured on."""
    entries = []
    for (name, raw), use in zip(CONTENTS.items(), ("train", "eval"), strict=True):
        entries.append(
            f'["{name}"]\nsource = "A set"\nlicence = "CC BY 4.0"\nuse = "{use}"\nrows = 1\n'
            f'page = "https://example.org/{name}"\nbytes = {len(raw)}\n'
            f'sha256 = "{hashlib.sha256(raw).hexdigest()}"\n'
        )
    path = tmp_path / "sources.toml"
    path.write_text("\n".join(entries))
    monkeypatch.setattr(sources, "sources_path", lambda: path)
    monkeypatch.delenv(MIRROR_VARIABLE, raising=False)
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "public"))
    return path


@pytest.fixture
def stick(tmp_path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    for name, raw in CONTENTS.items():
        (folder / name).write_bytes(raw)
    return folder


def run(*arguments: object, answer: str | None = None):
    return CliRunner().invoke(cli, ["data", "fetch", *map(str, arguments)], input=answer)


def test_the_list_shows_licence_use_and_page_and_fetches_nothing(tmp_path):
    shown = run("--list")
    assert shown.exit_code == 0
    for words in ("learn.en.csv", "CC BY 4.0", "eval", "https://example.org/measure.zh.csv"):
        assert words in shown.stdout
    assert not (tmp_path / "public").exists()


def test_the_list_for_machines_says_what_is_here(stick):
    run("learn.en", "--from", stick, "--yes")
    record = json.loads(run("--list", "--format", "json").stdout)
    assert [(one["file"], one["here"]) for one in record] == [
        ("learn.en.csv", True),
        ("measure.zh.csv", False),
    ]


def test_sets_come_from_a_folder_to_where_training_finds_them(stick):
    shown = run("--from", stick, "--yes")
    assert shown.exit_code == 0, shown.stderr
    assert "nothing trains on it" in shown.stderr
    assert read_set(public_folder(), "measure.zh.csv").use == "eval"
    again = run("--from", stick, "--yes")
    assert again.stdout.count("here already") == 2


def test_the_licences_are_shown_before_anybody_is_asked_for_them(tmp_path, stick):
    shown = run("--from", stick, answer="y\n")
    assert shown.exit_code == 0
    assert shown.stderr.index("CC BY 4.0") < shown.stderr.index("accept")


@pytest.mark.parametrize("answer", ["n\n", "\n", ""])
def test_without_a_yes_nothing_is_fetched(tmp_path, stick, answer):
    shown = run("--from", stick, answer=answer)
    assert shown.exit_code == 2
    assert "--yes" in shown.stderr
    assert not (tmp_path / "public").exists()


def test_without_an_address_it_says_what_to_do():
    shown = run("--yes")
    assert shown.exit_code == 2
    for words in ("learn.en.csv", "--mirror", "--from", "--list", "docs/data.md"):
        assert words in shown.stderr


@pytest.mark.parametrize("mirror", ["file:///data", "/data", "example.org"])
def test_a_mirror_is_an_address_of_the_web(mirror):
    shown = run("--yes", "--mirror", mirror)
    assert shown.exit_code == 2
    assert "no address of the web" in shown.stderr


def test_one_wrong_file_doesnt_keep_the_others_away(tmp_path, stick):
    (stick / "learn.en.csv").write_bytes(b"something else")
    shown = run("--from", stick, "--yes")
    assert shown.exit_code == 2
    assert "learn.en.csv" in shown.stderr
    assert "1 of 2" in shown.stdout
    assert (tmp_path / "public" / "measure.zh.csv").is_file()
    assert not (tmp_path / "public" / "learn.en.csv").exists()
    assert "learn.en.csv" not in (tmp_path / "public" / CATALOGUE).read_text()


def test_names_and_folders_that_are_not_there(tmp_path):
    assert "Did you mean 'learn.en.csv'" in run("lern.en").stderr
    shown = run("--from", tmp_path / "nowhere", "--yes")
    assert (shown.exit_code, "no such folder" in shown.stderr) == (2, True)
