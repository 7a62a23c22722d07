"""Public data: learned from only where its licence and its catalogue say so."""

from __future__ import annotations

import csv
from hashlib import sha256
from pathlib import Path

import pytest

from smclassify.errors import InputError, ModelError, TrainingError
from smclassify.labels import HEADS, Task
from smclassify.model.indexing import UNLABELLED
from smclassify.training.public import CATALOGUE, FOLDER_VARIABLE, public_folder, read_weak

ENTRY = {
    "file": "spam.en.csv",
    "language": "en",
    "task": "comments",
    "per_label": 2,
    "weight": 0.2,
    "labels": {"spam": {"spam": 1, "private_reply": 0}, "ham": {"spam": 0}},
}


@pytest.fixture
def folder(tmp_path) -> Path:
    with (tmp_path / "spam.en.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text", "label", "extra"])
        writer.writerow([1, "win, now", "spam", ""])
        writer.writerow([2, "no label of ours", "other", ""])
        writer.writerows([[k, f"hello {k}\nthere", "ham", ""] for k in range(3, 8)])
    catalogue(tmp_path)
    return tmp_path


def catalogue(folder: Path, **changed: str) -> None:
    digest = sha256((folder / "spam.en.csv").read_bytes()).hexdigest()
    about = {"source": "S", "licence": "CC BY 4.0", "use": "train", "sha256": digest} | changed
    lines = [f'{key} = "{value}"' for key, value in about.items() if value]
    (folder / CATALOGUE).write_text("\n".join(['["spam.en.csv"]', *lines]), encoding="utf-8")


def test_a_sets_labels_become_ours_and_the_rest_is_unlabelled(folder):
    weak = read_weak(folder, ENTRY)
    assert weak.texts == ["win, now", "hello 3\nthere", "hello 4\nthere"]
    heads = HEADS[Task.COMMENTS]
    known = [
        {name: value for name, value in zip(heads, row, strict=True) if value != UNLABELLED}
        for row in weak.labels.tolist()
    ]
    assert known == [{"spam": 1, "private_reply": 0}, {"spam": 0}, {"spam": 0}]


def test_what_it_is_and_how_much_it_counts_comes_along(folder):
    weak = read_weak(folder, ENTRY)
    assert (weak.name, weak.language, weak.weight) == ("spam.en.csv", "en", 0.2)
    assert (weak.licence, weak.source) == ("CC BY 4.0", "S")
    assert weak.sha256 == sha256((folder / "spam.en.csv").read_bytes()).hexdigest()


def test_so_many_texts_of_each_label_are_taken_from_the_beginning(folder):
    assert len(read_weak(folder, ENTRY | {"per_label": 1}).texts) == 2
    assert len(read_weak(folder, ENTRY | {"per_label": 99}).texts) == 6
    assert read_weak(folder, ENTRY | {"per_label": 0}).labels.shape == (
        0,
        len(HEADS[Task.COMMENTS]),
    )


@pytest.mark.parametrize("use", ["eval", "none", "TRAIN"])
def test_nothing_trains_on_a_set_that_is_for_measuring(folder, use):
    catalogue(folder, use=use)
    with pytest.raises(TrainingError, match=rf"SOURCES\.toml: Nothing trains on .*'{use}'"):
        read_weak(folder, ENTRY)


def test_nothing_trains_on_a_set_that_is_not_in_the_catalogue(folder):
    with pytest.raises(TrainingError, match="not known"):
        read_weak(folder, ENTRY | {"file": "other.csv"})


@pytest.mark.parametrize("digest", ["0" * 64, ""])
def test_a_file_that_is_not_the_catalogues_is_refused(folder, digest):
    catalogue(folder, sha256=digest)
    with pytest.raises(TrainingError, match=r"spam\.en\.csv: .*SHA-256 differs"):
        read_weak(folder, ENTRY)


def test_a_file_that_was_changed_is_refused(folder):
    with (folder / "spam.en.csv").open("a") as file:
        file.write("9,more,spam,\n")
    with pytest.raises(TrainingError, match="SHA-256 differs"):
        read_weak(folder, ENTRY)


def test_a_file_that_is_missing_is_named(folder):
    (folder / "spam.en.csv").unlink()
    with pytest.raises(ModelError, match=r"spam\.en\.csv"):
        read_weak(folder, ENTRY)


@pytest.mark.parametrize("raw", [b"no = = toml", b"\xff\xfe"])
def test_a_damaged_catalogue_is_named(folder, raw):
    (folder / CATALOGUE).write_bytes(raw)
    with pytest.raises(InputError, match=r"SOURCES\.toml: The catalogue cannot be read"):
        read_weak(folder, ENTRY)


def test_a_missing_folder_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    with pytest.raises(InputError) as caught:
        public_folder(tmp_path / "nowhere")
    for words in ("nowhere", FOLDER_VARIABLE, CATALOGUE, "data/README.md"):
        assert words in str(caught.value)


def test_the_folder_is_the_one_named_or_else_the_environments(folder, tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    assert public_folder() == folder
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "elsewhere"))
    assert public_folder(folder) == folder
    with pytest.raises(InputError, match="elsewhere"):
        public_folder()
