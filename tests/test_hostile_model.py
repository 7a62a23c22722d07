"""Damaged, foreign and hostile model folders: refused with a word about why, and nothing run.

Each folder here is a good one with one thing changed, so that nothing but that one thing can
be the reason for the refusal.
"""

from __future__ import annotations

import json
import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hostile import Evil, is_real

from smclassify.classifier import load
from smclassify.errors import ModelError
from smclassify.model.files import sha256_of
from smclassify.model.folder import load_model
from smclassify.model.manifest import MANIFEST_FILE, MAX_MANIFEST_BYTES, WEIGHTS_FILE
from smclassify.model.weights import load_weights, save_weights


@pytest.fixture
def folder(small_folder, tmp_path) -> Path:
    return Path(shutil.copytree(small_folder, tmp_path / "models" / "small"))


def everything(root: Path) -> set[tuple[str, int, int]]:
    """Every entry below a folder, with its inode and the time of its last change."""
    entries = [os.lstat(path) for path in sorted(root.rglob("*"))]
    names = [str(path) for path in sorted(root.rglob("*"))]
    return {(n, e.st_ino, e.st_mtime_ns) for n, e in zip(names, entries, strict=True)}


def refuse(folder: Path, file: str, said: str | None = None) -> str:
    """Load a folder; the error names the file, can be printed, and nothing was created."""
    before = everything(folder.parent.parent)
    messages = []
    for way in (load_model, load):
        with pytest.raises(ModelError, match=said) as caught:
            way(folder)
        messages.append(str(caught.value))
    assert everything(folder.parent.parent) == before
    assert file in messages[0]
    assert str(folder) in messages[0]
    assert len(messages[0]) < 1000
    assert messages[0].replace("\n", "").isprintable()
    assert messages[0] == messages[1]
    return messages[0]


# --- the manifest -----------------------------------------------------------------------------


def rewritten(folder: Path, change: Callable[[dict], object]) -> None:
    path = folder / MANIFEST_FILE
    manifest = json.loads(path.read_text(encoding="utf-8"))
    change(manifest)
    path.write_text(json.dumps(manifest), encoding="utf-8")


def setting(*keys: str, value: object) -> Callable[[dict], None]:
    def change(manifest: dict) -> None:
        for key in keys[:-1]:
            manifest = manifest[key]
        manifest[keys[-1]] = value

    return change


def test_the_good_folder_is_not_refused(folder):
    rewritten(folder, lambda manifest: None)
    assert load_model(folder).tasks


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "damaged"),
        (b"\0" * 100, "damaged"),
        (b"not JSON at all", "damaged"),
        (b"\xff\xfe{}", "damaged"),
        (b'{"format": "smclassify-model/1", ', "damaged"),
        (b'{"format": "smclassify-model/1", "x": NaN}', "NaN is no JSON number"),
        (b'{"format": "smclassify-model/1", "x": -Infinity}', "no JSON number"),
        (b'{"format": "smclassify-model/1", "x": ' + b"9" * 5000 + b"}", "damaged"),
        (b"[" * 200_000, "damaged"),
        (b'{"a":' * 100_000, "damaged"),
        (b"null", "format None"),
        (b"[]", "format None"),
        (b"3", "format None"),
        (b'"smclassify-model/1"', "format None"),
        (b"{}", "format None"),
        (b'{"format": 1}', "format 1"),
        (b'{"format": "smclassify-model/2"}', "smclassify-model/2.*reads 'smclassify-model/1'"),
        (b'{"format": ["smclassify-model/1"]}', "the format"),
        (b'{"format": "' + b"x" * 100_000 + b'"}', "the format"),
        (b'{"format": "\\u001b[2J\\u202e"}', "the format"),
        (b'{"format": "smclassify-model/1"}', "not valid at name: Field required"),
    ],
)
def test_a_manifest_that_is_none_is_refused(folder, raw, said):
    (folder / MANIFEST_FILE).write_bytes(raw)
    refuse(folder, MANIFEST_FILE, said)


def test_a_truncated_manifest_is_refused_wherever_it_ends(folder):
    path = folder / MANIFEST_FILE
    whole = path.read_bytes()
    for size in range(0, len(whole) - 2, len(whole) // 20):
        path.write_bytes(whole[:size])
        refuse(folder, MANIFEST_FILE, "damaged")


def test_a_huge_manifest_is_not_even_read(folder, monkeypatch):
    with (folder / MANIFEST_FILE).open("ab") as file:
        file.truncate(MAX_MANIFEST_BYTES + 1)
    monkeypatch.setattr(Path, "read_text", None)
    refuse(folder, MANIFEST_FILE, "too large")


NESTED: list = []
for _ in range(400):
    NESTED = [NESTED]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (setting("name", value=3), "name"),
        (setting("name", value="../../etc/cron.d/x"), "name"),
        (setting("name", value="a/b"), "name"),
        (setting("name", value="..\\x"), "name"),
        (setting("name", value="a\n"), "name"),
        (setting("name", value=""), "name"),
        (setting("weights_sha256", value="abc"), "weights_sha256"),
        (setting("weights_sha256", value=None), "weights_sha256"),
        (setting("versions", value=["1.0"]), "versions"),
        (setting("features", value={}), r"features\.char_high"),
        (setting("features", "char_bits", value=60), r"features\.char_bits"),
        (setting("features", "char_high", value=10**9), r"features\.char_high"),
        (setting("features", "char_high", value="many"), r"features\.char_high"),
        (setting("features", "word_weight", value=1e300), r"features\.word_weight"),
        (setting("features", "style_weight", value=-1), r"features\.style_weight"),
        (setting("features", "__class__", value="os.system"), r"features\.__class__"),
        (setting("style", value="links"), "style"),
        (setting("columns", value={"char": "x", "word": 1}), r"columns\.char"),
        (setting("columns", value={"char": 1}), "columns make no sense"),
        (setting("columns", "char", value=-1), "columns make no sense"),
        (setting("columns", "surplus", value=1), "columns make no sense"),
        (setting("tasks", value=[]), "tasks"),
        (setting("tasks", "letters", value={"heads": [], "thresholds": {}}), "tasks"),
        (setting("tasks", "drafts", "heads", value=["spammy", "spammy"]), "doubled"),
        (setting("tasks", "drafts", "heads", value=["Nice"]), "unknown"),
        (setting("tasks", "drafts", "heads", value=["nice\x1b]0;owned\x07"]), "unknown"),
        (setting("tasks", "drafts", "heads", value=["x" * 100_000]), "unknown"),
        (setting("tasks", "drafts", "thresholds", value={"spammy": {"*": 1.5}}), "spammy"),
        (setting("tasks", "drafts", "thresholds", value={"spammy": {"*": "high"}}), "spammy"),
        (setting("tasks", "drafts", "thresholds", value={"spammy": 0.5}), "spammy"),
        (setting("tasks", "drafts", "thresholds", value={"crisis": {"*": 0.5}}), "no head"),
        (setting("tasks", "comments", "priors", value={"praise": -1}), "praise"),
        (setting("figures", value={"deep": NESTED}), "damaged"),
        (setting("settings", value={"deep": NESTED}), "damaged"),
        (setting("\x1b]0;owned\x07", value=1), "Extra inputs"),
        (setting("x" * 100_000, value=1), "Extra inputs"),
        (setting("style", value=["links"]), "other style features|not those"),
    ],
)
def test_a_manifest_that_makes_no_sense_is_refused(folder, change, said):
    rewritten(folder, change)
    message = refuse(folder, "small", said)
    assert MANIFEST_FILE in message or WEIGHTS_FILE in message


def test_style_features_of_another_version_are_refused(folder):
    def swap(manifest: dict) -> None:
        manifest["style"][:2] = manifest["style"][1::-1]

    rewritten(folder, swap)
    refuse(folder, MANIFEST_FILE, "other style features")


# --- the weights ------------------------------------------------------------------------------


def resaved(folder: Path, change: Callable[[dict], object]) -> None:
    """Change the arrays and give the manifest their digest, as an attacker would."""
    path = folder / WEIGHTS_FILE
    arrays = {name: np.array(array) for name, array in load_weights(path, mmap=False).items()}
    change(arrays)
    digest = save_weights(path, arrays)
    rewritten(folder, setting("weights_sha256", value=digest))


def at_first(name: str, value: float) -> Callable[[dict], None]:
    def change(arrays: dict) -> None:
        arrays[name].flat[0] = value

    return change


def test_resaving_alone_is_not_refused(folder):
    resaved(folder, lambda arrays: None)
    assert load_model(folder).tasks


@pytest.mark.parametrize("block", ["char", "word"])
def test_a_column_table_that_points_outside_the_weights_is_refused(folder, block):
    width = load_model(folder).manifest["columns"][block]
    for outside in (width, 2**31 - 1, -2, -(2**31)):
        resaved(folder, at_first(f"{block}.column", outside))
        refuse(folder, WEIGHTS_FILE, "points outside the weights")
    resaved(folder, at_first(f"{block}.column", width - 1))
    assert load_model(folder).tasks


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 3e38])
@pytest.mark.parametrize(
    "name", ["drafts.coef", "comments.slope", "drafts.intercept", "comments.offset", "char.idf",
             "word.idf", "style.scale"],
)  # fmt: skip
def test_numbers_that_would_make_probabilities_nan_are_refused(folder, name, value):
    resaved(folder, at_first(name, value))
    assert name in refuse(folder, WEIGHTS_FILE, "cannot be those of a model")


def test_a_style_scale_of_zero_is_refused(folder):
    resaved(folder, at_first("style.scale", 0.0))
    refuse(folder, WEIGHTS_FILE, r"style\.scale")


@pytest.mark.parametrize(
    "change",
    [
        lambda arrays: arrays.pop("drafts.coef"),
        lambda arrays: arrays.update(surplus=np.zeros(3)),
        lambda arrays: arrays.update({"char.idf": arrays["char.idf"].astype("f8")}),
        lambda arrays: arrays.update({"char.idf": arrays["char.idf"][:-1]}),
        lambda arrays: arrays.update({"char.column": arrays["char.column"].astype("i8")}),
        lambda arrays: arrays.update({"drafts.coef": arrays["drafts.coef"].T}),
        lambda arrays: arrays.update({"drafts.coef": arrays["drafts.coef"][:, :-1]}),
        lambda arrays: arrays.update({"drafts.coef": arrays["drafts.coef"].ravel()}),
        lambda arrays: arrays.clear(),
    ],
)
def test_other_arrays_than_the_manifest_promises_are_refused(folder, change):
    resaved(folder, change)
    refuse(folder, WEIGHTS_FILE, "not those the model needs")


def test_truncated_weights_are_refused_wherever_they_end(folder):
    path = folder / WEIGHTS_FILE
    whole = path.read_bytes()
    for size in (0, 1, 100, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        refuse(folder, WEIGHTS_FILE)


def test_a_single_changed_byte_is_noticed(folder):
    path = folder / WEIGHTS_FILE
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    refuse(folder, WEIGHTS_FILE, "SHA-256 differs")


def test_the_weights_of_another_model_are_refused(folder):
    other = folder.parent / "other"
    shutil.copytree(folder, other)
    resaved(other, at_first("drafts.intercept", 0.25))
    shutil.copy(other / WEIGHTS_FILE, folder / WEIGHTS_FILE)
    refuse(folder, WEIGHTS_FILE, "SHA-256 differs")
    assert load_model(other).tasks


# --- things in place of files -------------------------------------------------------------------


@pytest.mark.parametrize("file", [MANIFEST_FILE, WEIGHTS_FILE])
def test_a_pickle_that_would_run_runs_nothing(folder, tmp_path, file):
    """First it is shown that the attack works on whoever unpickles."""
    marker = tmp_path / "pwned"
    attack = tmp_path / "attack"
    for protocol in (0, 2, 4, 5):
        raw = pickle.dumps({"drafts.coef": Evil(marker)}, protocol=protocol)
        attack.write_bytes(raw)
        assert is_real(attack, marker)
        (folder / file).write_bytes(raw)
        if file == WEIGHTS_FILE:
            digest = sha256_of(attack)
            rewritten(folder, setting("weights_sha256", value=digest))
        refuse(folder, file)
        assert not marker.exists()


@pytest.mark.parametrize("file", [MANIFEST_FILE, WEIGHTS_FILE])
def test_a_missing_file_is_named(folder, file):
    (folder / file).unlink()
    refuse(folder, file)


@pytest.mark.parametrize("file", [MANIFEST_FILE, WEIGHTS_FILE])
def test_a_folder_in_place_of_a_file_is_refused(folder, file):
    (folder / file).unlink()
    (folder / file).mkdir()
    refuse(folder, file)


@pytest.mark.parametrize("file", [MANIFEST_FILE, WEIGHTS_FILE])
@pytest.mark.parametrize("target", ["/dev/zero", "/dev/null", "/etc/passwd", "/nowhere", "itself"])
def test_a_link_to_what_is_no_such_file_is_refused(folder, file, target):
    (folder / file).unlink()
    (folder / file).symlink_to(folder / file if target == "itself" else target)
    refuse(folder, file)


@pytest.mark.parametrize("file", [MANIFEST_FILE, WEIGHTS_FILE])
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_refused_and_not_waited_for(folder, file):
    (folder / file).unlink()
    os.mkfifo(folder / file)
    refuse(folder, file)


def test_a_link_to_the_very_file_is_as_good_as_the_file(folder, tmp_path):
    """As model stores keep them: nothing in it can run, so where it lies is no matter."""
    for file in (MANIFEST_FILE, WEIGHTS_FILE):
        (folder / file).rename(tmp_path / file)
        (folder / file).symlink_to(tmp_path / file)
    assert load_model(folder).tasks


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    file = tmp_path / "model"
    file.write_bytes(b"x")
    with pytest.raises(ModelError, match=r"model: There is no manifest\.json"):
        load_model(file)


@pytest.mark.parametrize(
    "name", ["", "nosuchmodel", "../nosuch", "x" * 5000, "a\0b", "\ud800", "~"]
)
def test_a_name_that_stands_for_no_model_is_refused(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("smclassify.classifier.user_models", lambda: tmp_path / "mine")
    (tmp_path / "mine").mkdir()
    with pytest.raises(ModelError, match="no model") as caught:
        load(name)
    assert len(str(caught.value)) < 1000
    assert list(tmp_path.iterdir()) == [tmp_path / "mine"]
