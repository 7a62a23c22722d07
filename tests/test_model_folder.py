"""The model folder: what is saved is what is loaded, whole or not at all."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

import smclassify
from smclassify.errors import ModelError, OutputError
from smclassify.labels import HEADS, Task
from smclassify.model.card import model_card
from smclassify.model.files import sha256_of
from smclassify.model.folder import load_model, save_model
from smclassify.model.manifest import CARD_FILE, MANIFEST_FILE, WEIGHTS_FILE, is_name, read_manifest
from smclassify.text.prepare import prepare

ABOUT = {"name": "small"}
HEAD_ARRAYS = ("coef", "intercept", "slope", "offset")


def contents(folder: Path) -> dict[str, str]:
    """Every file below a folder, with the digest of what is in it."""
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def folder(small_folder, tmp_path) -> Path:
    """A model folder that may be changed, alone in its parent."""
    return Path(shutil.copytree(small_folder, tmp_path / "models" / "small"))


# --- what is saved is what is loaded -----------------------------------------------------------


@pytest.mark.parametrize("task", Task)
def test_a_loaded_model_answers_as_the_one_that_was_saved(
    small_model, small_folder, drafts, comments, task
):
    batch = prepare([*drafts, *comments, "", "\ud800"])
    saved = small_model.probabilities(task, batch)
    assert load_model(small_folder).probabilities(task, batch).tobytes() == saved.tobytes()


def test_thresholds_priors_and_heads_come_back(small_model, small_folder):
    loaded = load_model(small_folder)
    assert loaded.tasks.keys() == small_model.tasks.keys()
    for task, heads in small_model.tasks.items():
        assert loaded.tasks[task].names == heads.names
        assert loaded.tasks[task].thresholds == heads.thresholds
        assert loaded.tasks[task].priors == heads.priors


def test_weights_are_mapped_into_memory_not_read(small_folder):
    model = load_model(small_folder)
    arrays = [getattr(heads, name) for heads in model.tasks.values() for name in HEAD_ARRAYS]
    space = model.space
    arrays += [space.char_.column_, space.char_.idf_, space.word_.column_, space.word_.idf_]
    for array in [*arrays, space.style_.scale_]:
        assert isinstance(array, np.memmap)
        assert not array.flags.writeable
        assert Path(array.filename) == small_folder / WEIGHTS_FILE


def test_the_same_model_is_saved_in_the_same_bytes(small_model, folder, tmp_path):
    again = tmp_path / "again"
    save_model(small_model, again, ABOUT | {"licence": "none"})
    assert contents(again) == contents(folder)
    save_model(load_model(folder), again, ABOUT | {"licence": "none"})
    assert contents(again) == contents(folder)


def test_the_manifest_says_what_made_the_model(folder):
    manifest = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
    assert manifest["versions"]["smclassify"] == smclassify.__version__
    assert manifest["weights_sha256"] == sha256_of(folder / WEIGHTS_FILE)
    assert manifest["tasks"]["drafts"]["heads"] == list(HEADS[Task.DRAFTS])
    assert load_model(folder).manifest == manifest


def test_a_model_of_one_task_alone_can_be_saved(small_model, tmp_path):
    from smclassify.model.model import Model

    drafts_only = Model(small_model.space, {Task.DRAFTS: small_model.tasks[Task.DRAFTS]}, {})
    save_model(drafts_only, tmp_path / "m", ABOUT)
    loaded = load_model(tmp_path / "m")
    assert loaded.tasks.keys() == {Task.DRAFTS}
    assert np.isnan(loaded.probabilities(Task.COMMENTS, prepare(["hello"]))).all()


def test_missing_parents_are_made(small_model, tmp_path):
    save_model(small_model, tmp_path / "a" / "b" / "m", ABOUT)
    assert load_model(tmp_path / "a" / "b" / "m").tasks


# --- the card ------------------------------------------------------------------------------


def test_the_card_names_data_figures_and_thresholds(small_model, tmp_path):
    one = {
        "precision": 0.5, "recall": 0.25, "f1": 0.3333, "average_precision": 0.7,
        "calibration_error": 0.0421, "support": 12, "texts": 40,
    }  # fmt: skip
    figures = {"x": {"title": "T", "how": "So.", "tables": {"drafts": {"fr": {"spammy": one}}}}}
    data = [{"name": "a.jsonl", "sha256": "0" * 64, "texts": 1234, "licence": "L", "source": "S"}]
    save_model(small_model, tmp_path / "m", ABOUT | {"figures": figures, "data": data})
    card = (tmp_path / "m" / CARD_FILE).read_text(encoding="utf-8")
    assert card == model_card(read_manifest(tmp_path / "m"))
    assert "| a.jsonl | 1,234 | L | S |" in card
    assert "| spammy | French | 0.50 | 0.25 | 0.33 | 0.70 | 0.042 | 12 | 40 |" in card
    common = small_model.tasks[Task.DRAFTS].thresholds["off_policy"]["*"]
    assert f"| off_policy | * {common:.2f}" in card
    tables = [line for line in card.splitlines() if line.startswith("| label | language")]
    [rule] = [line for line in card.splitlines() if line.startswith("|---|---|---:")]
    assert tables[0].count("|") == rule.count("|")


# --- never half of it ---------------------------------------------------------------------------


def assert_untouched(folder: Path, before: dict[str, str], answers: bytes) -> None:
    assert contents(folder) == before
    batch = prepare(["Hello there"])
    assert load_model(folder).probabilities(Task.DRAFTS, batch).tobytes() == answers


@pytest.fixture
def before(folder):
    answers = load_model(folder).probabilities(Task.DRAFTS, prepare(["Hello there"]))
    return contents(folder), answers.tobytes()


def other(model):
    """A model whose folder would differ in every file."""
    from dataclasses import replace

    tasks = {task: replace(heads, coef=heads.coef + 1) for task, heads in model.tasks.items()}
    return replace(model, tasks=tasks)


@pytest.mark.parametrize("nth", [1, 2, 3])
@pytest.mark.parametrize("problem", [OSError(errno.ENOSPC, "No space left"), KeyboardInterrupt()])
def test_a_full_disk_or_an_interrupt_leaves_the_old_model(
    small_model, folder, before, monkeypatch, nth, problem
):
    """At the first, second or third file that reaches the disk."""
    done, real = [], os.fsync

    def failing(number):
        done.append(number)
        if len(done) == nth:
            raise problem
        real(number)

    monkeypatch.setattr(os, "fsync", failing)
    expected = OutputError if isinstance(problem, OSError) else KeyboardInterrupt
    with pytest.raises(expected):
        save_model(other(small_model), folder, ABOUT)
    monkeypatch.undo()
    assert len(done) == nth
    assert_untouched(folder, *before)
    assert list(folder.parent.iterdir()) == [folder]  # and nothing is left lying about


def test_a_folder_that_cannot_be_put_in_place_leaves_the_old_model(
    small_model, folder, before, monkeypatch
):
    def failing(*_):
        raise OSError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("smclassify.model.files._exchange", lambda *_: False)
    monkeypatch.setattr(os, "rename", failing)
    with pytest.raises(OutputError, match="untouched"):
        save_model(other(small_model), folder, ABOUT)
    monkeypatch.undo()
    assert_untouched(folder, *before)
    assert list(folder.parent.iterdir()) == [folder]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a process to kill")
@pytest.mark.parametrize("moment", ["fsync", "rename", "discard"])
def test_a_kill_leaves_the_old_model_or_the_new_one(small_model, folder, before, tmp_path, moment):
    """Nothing gets to tidy up: the process is gone in the middle of it."""
    save_model(other(small_model), tmp_path / "new", ABOUT)
    child = os.fork()
    if child == 0:
        from smclassify.model import files

        def kill(*_):
            os.kill(os.getpid(), signal.SIGKILL)

        if moment == "fsync":
            os.fsync = kill
        elif moment == "rename":
            files.replace_folder.__globals__["_exchange"] = kill
        else:
            files.replace_folder.__globals__["_discard"] = kill
        save_model(other(small_model), folder, ABOUT)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    if moment == "discard":
        assert contents(folder) == contents(tmp_path / "new")
        load_model(folder)
    else:
        assert_untouched(folder, *before)


def test_a_model_that_was_left_aside_by_a_kill_is_found_again(folder, before):
    folder.rename(folder.with_name(f".{folder.name}.old"))
    load_model(folder)
    assert_untouched(folder, *before)


def test_a_model_can_be_saved_over_the_folder_it_is_mapped_from(folder, before):
    model = load_model(folder)
    save_model(model, folder, ABOUT | {"description": "again"})
    batch = prepare(["Hello there"])
    assert model.probabilities(Task.DRAFTS, batch).tobytes() == before[1]
    assert load_model(folder).probabilities(Task.DRAFTS, batch).tobytes() == before[1]
    assert load_model(folder).manifest["description"] == "again"


def test_a_file_where_the_folder_should_be_is_left_alone(small_model, tmp_path):
    file = tmp_path / "m"
    file.write_text("mine")
    with pytest.raises(OutputError, match="file where the model folder"):
        save_model(small_model, file, ABOUT)
    assert file.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [file]


def test_a_folder_below_a_file_cannot_be_made(small_model, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="cannot be made"):
        save_model(small_model, tmp_path / "file" / "m", ABOUT)


# --- what is no model ---------------------------------------------------------------------------


def test_a_missing_folder_is_said_to_be_none(tmp_path):
    with pytest.raises(ModelError, match=r"nowhere: There is no manifest\.json"):
        load_model(tmp_path / "nowhere")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b", "\ud800", ""])
def test_a_path_that_no_system_takes_is_a_model_error(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelError):
        load_model(name)


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b", "../a", "a\\b", "-x", ".hidden", "é", "a b", "x" * 65, "a\n"]
)
def test_names_that_could_be_paths_or_options_are_no_models_names(name):
    assert not is_name(name)


@pytest.mark.parametrize("name", ["acme", "Acme-2025.v1", "a", "x" * 64, "2_b"])
def test_plain_names_are(name):
    assert is_name(name)
