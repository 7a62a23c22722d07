"""The registry: versions that never change, what names mean, what is in use, and the way back."""

from __future__ import annotations

import json
import os
import shutil
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smclassify.classifier import find_model, load
from smclassify.errors import ModelError, OutputError
from smclassify.model.manifest import CARD_FILE, MANIFEST_FILE, WEIGHTS_FILE
from smclassify.model.registry import Registry
from smclassify.model.registry_lock import changing
from smclassify.model.registry_state import STATE_FILE, Choice
from smclassify.model.versions import VARIABLE, check_name, user_models


@pytest.fixture
def copy(small_folder):
    """What makes a model: a copy of the small one."""

    def make(folder: Path) -> str:
        shutil.copytree(small_folder, folder)
        return "made"

    return make


@pytest.fixture
def registry(tmp_path, small_folder):
    return Registry(tmp_path / "mine", shipped=lambda: small_folder, patience=0.1)


def visible(root: Path) -> list[str]:
    return sorted(entry.name for entry in root.iterdir() if entry.name[0] != ".")


def hidden(root: Path) -> list[str]:
    return sorted(e.name for e in root.iterdir() if e.name.startswith((".building", ".removed")))


# --- adding -------------------------------------------------------------------------------


def test_an_empty_registry_answers_with_the_shipped_model(registry, small_folder):
    assert registry.names() == []
    assert registry.find("default") == registry.find("shipped") == small_folder
    assert str(registry.in_use()) == "shipped"
    assert registry.log() == ()
    assert not registry.root.exists()  # reading makes nothing


def test_a_first_version_is_what_its_name_means_but_not_in_use(registry, copy, small_folder):
    version, made = registry.add("acme", copy)
    assert (str(version), made) == ("acme@1", "made")
    assert registry.find("acme") == registry.find("acme@1") == version.folder
    assert registry.find("default") == small_folder
    assert registry.names() == ["acme"]


def test_a_later_version_changes_nothing_before_it_is_used(registry, copy):
    first, _ = registry.add("acme", copy)
    second, _ = registry.add("acme", copy)
    assert str(second) == "acme@2"
    assert registry.current("acme") == first
    assert registry.use("acme") == second
    assert registry.current("acme") == registry.in_use() == second
    assert registry.find("default") == second.folder


def test_the_files_of_a_version_are_read_only(registry, copy):
    version, _ = registry.add("acme", copy)
    files = sorted(version.folder.iterdir())
    assert [file.name for file in files] == sorted((CARD_FILE, MANIFEST_FILE, WEIGHTS_FILE))
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o444 for file in files)


def test_what_fails_leaves_nothing(registry, copy):
    def fail(folder):
        copy(folder)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        registry.add("acme", fail)
    assert registry.names() == [] and hidden(registry.root) == []


def test_what_is_no_model_is_not_added(registry, copy):
    def broken(folder):
        copy(folder)
        with (folder / WEIGHTS_FILE).open("ab") as file:
            file.write(b"x")

    def surplus(folder):
        copy(folder)
        (folder / "run.py").write_text("")

    for make, said in ((broken, "Nothing in it was run|SHA-256"), (surplus, "run.py")):
        with pytest.raises(ModelError, match=said):
            registry.add("acme", make)
    assert registry.names() == [] and hidden(registry.root) == []


def test_models_may_be_added_and_used_while_another_is_being_made(registry, copy):
    def slow(folder):
        registry.add("acme", copy)
        registry.use("acme")
        copy(folder)

    version, _ = registry.add("acme", slow)
    assert str(version) == "acme@2"
    assert str(registry.in_use()) == "acme@1"


@pytest.mark.parametrize(
    "name",
    ["", "default", "shipped", "a/b", "..", ".hidden", "a@2", "x" * 65, "con", "NUL.txt", "dot.",
     "é", "a\n", "a\0"],
)  # fmt: skip
def test_names_that_are_none_are_refused(registry, copy, name):
    with pytest.raises(ModelError, match="cannot be a model's name"):
        registry.add(name, copy)
    assert not registry.root.exists()


def test_a_name_that_differs_only_by_case_is_refused(registry, copy):
    registry.add("acme", copy)
    with pytest.raises(ModelError, match="model 'acme' already"):
        registry.add("Acme", copy)


@given(st.text(max_size=80))
def test_no_name_leads_out_of_the_folder(name):
    try:
        check_name(name)
    except ModelError:
        return
    assert Path("/models", name).parts == ("/", "models", name)
    assert name[0] != "." and name.isascii()


# --- finding ------------------------------------------------------------------------------


def test_what_is_not_there_is_said_with_what_is(registry, copy):
    registry.add("acme", copy)
    with pytest.raises(ModelError, match=r"no version 7 of acme\. There is: acme@1"):
        registry.find("acme@7")
    for name in ("acne", "acme@", "acme@x", "acme@0", "acme@-1", "@1", ""):
        with pytest.raises(ModelError, match="no model"):
            registry.find(name)


def test_a_folder_is_found_and_a_name_goes_before_it(registry, copy, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    copy(tmp_path / "acme")
    assert registry.find("acme") == Path("acme")
    version, _ = registry.add("acme", copy)
    assert registry.find("acme") == version.folder
    assert registry.find("./acme") == Path("acme")


def test_a_folder_made_before_there_were_versions_is_version_one(registry, copy):
    copy(registry.root / "acme")
    assert [str(one) for one in registry.versions("acme")] == ["acme@1"]
    assert registry.find("acme") == registry.find("acme@1") == registry.root / "acme"
    second, _ = registry.add("acme", copy)
    assert str(second) == "acme@2"
    assert registry.find("acme") == registry.root / "acme"
    registry.use("acme")
    registry.remove("acme", 1)
    assert [str(one) for one in registry.versions("acme")] == ["acme@2"]
    assert visible(registry.root / "acme") == ["versions"]


def test_the_models_folder_can_be_named(monkeypatch, tmp_path, small_folder):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "elsewhere"))
    assert user_models() == tmp_path / "elsewhere" == Registry().root
    monkeypatch.delenv(VARIABLE)
    assert user_models().name == "models"


def test_load_follows_what_is_in_use(monkeypatch, tmp_path, copy, small_folder):
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    monkeypatch.setattr("smclassify.classifier.shipped_model", lambda: small_folder)
    registry = Registry()
    version, _ = registry.add("acme", copy)
    assert find_model("default") == find_model("shipped") == small_folder
    registry.use("acme")
    assert find_model("default") == find_model("acme@1") == version.folder
    assert load().score("Buy now!").id == "1"


# --- using, and the way back ------------------------------------------------------------------


@pytest.fixture
def three(registry, copy):
    for name in ("acme", "acme", "beta"):
        registry.add(name, copy)
    return registry


def meanings(registry: Registry) -> tuple[str, ...]:
    named = [str(registry.current(name)) for name in registry.names()]
    return (str(registry.in_use()), *named)


def test_a_name_can_be_given_a_meaning_without_being_in_use(three):
    three.use("acme", default=False)
    assert meanings(three) == ("shipped", "acme@2", "beta@1")
    three.use("beta")
    three.use("acme", 1, default=False)
    assert meanings(three) == ("beta@1", "acme@1", "beta@1")


def test_rollback_undoes_one_use_after_the_other(three):
    seen = [meanings(three)]
    for name, version, default in (
        ("acme", 2, True), ("beta", None, True), ("acme", 1, False), ("shipped", None, True),
    ):  # fmt: skip
        three.use(name, version, default=default)
        seen.append(meanings(three))
    while len(seen) > 1:
        assert meanings(three) == seen.pop()
        assert three.rollback().undone
    assert meanings(three) == seen.pop() == ("shipped", "acme@1", "beta@1")
    with pytest.raises(ModelError, match="no use to undo"):
        three.rollback()
    assert len(three.log()) == 4


def test_a_use_after_a_rollback_can_be_undone_too(three):
    three.use("acme")
    three.rollback()
    three.use("beta")
    assert meanings(three)[0] == "beta@1"
    three.rollback()
    assert meanings(three)[0] == "shipped"
    assert [str(use.chosen) for use in three.log()] == ["acme@2", "beta@1"]


def test_rollback_to_what_has_been_removed_is_refused_and_changes_nothing(three):
    three.use("acme", 1)
    three.use("acme", 2)
    three.remove("acme", 1)
    with pytest.raises(ModelError, match="no version 1 of acme"):
        three.rollback()
    assert meanings(three)[0] == "acme@2"
    three.use("shipped")
    assert three.rollback().chosen is None


def test_a_damaged_model_is_not_taken_into_use(three):
    weights = three.find("acme@2") / WEIGHTS_FILE
    weights.chmod(0o644)
    weights.write_bytes(weights.read_bytes()[:-1])
    with pytest.raises(ModelError):
        three.use("acme")
    assert meanings(three) == ("shipped", "acme@1", "beta@1")


def test_shipped_means_one_thing(three):
    for wrong in ({"version": 2}, {"default": False}):
        with pytest.raises(ModelError, match="shipped model has no versions"):
            three.use("shipped", **wrong)


def test_the_log_says_when_and_what_was_before(three):
    three.use("acme")
    (use,) = three.log()
    assert use.chosen == Choice(name="acme", version=2)
    assert (use.in_use_before, use.current_before, use.undone) == (None, 1, None)
    assert use.at.utcoffset().total_seconds() == 0


# --- removing -----------------------------------------------------------------------------


def test_what_is_current_or_in_use_is_not_removed(three):
    three.use("acme")
    three.use("acme", 1, default=False)
    for version, said in ((1, "current version"), (2, "in use"), (None, "in use")):
        with pytest.raises(ModelError, match=said):
            three.remove("acme", version)
    assert len(three.versions("acme")) == 2


def test_removing_by_force_says_what_is_so_then(three):
    three.use("acme")
    after = three.remove("acme", 2, force=True)
    assert (after.in_use, after.current["acme"]) == (None, 1)
    assert meanings(three) == ("shipped", "acme@1", "beta@1")
    three.remove("acme", force=True)
    assert three.names() == ["beta"] and visible(three.root) == ["beta"]


def test_a_number_is_never_given_twice(three, copy):
    three.remove("acme", 2)
    assert str(three.add("acme", copy)[0]) == "acme@3"
    three.remove("acme", force=True)
    assert str(three.add("acme", copy)[0]) == "acme@4"
    assert str(three.current("acme")) == "acme@4"


# --- what can go wrong --------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"in_use": 3}', b'{"uses": [{}]}',
     b'{"format": "smclassify-registry/9"}', b'{"current": {"../x": 1}}', b'{"x": 1}',
     b'{"current": {"acme": 0}}'],
)  # fmt: skip
def test_a_damaged_note_is_said_and_never_passed_over(three, raw):
    three.use("acme")
    (three.root / STATE_FILE).write_bytes(raw)
    for ask in (three.in_use, three.rollback, three.log, lambda: three.find("acme")):
        with pytest.raises(ModelError, match=r"(?s)models are in use cannot be read.*--mend") as e:
            ask()
        assert str(e.value).replace("\n", "").isprintable() and len(str(e.value)) < 1000
    assert three.find("acme@2").is_dir() and three.find("shipped").is_dir()
    three.use("beta", mend=True)
    assert meanings(three) == ("beta@1", "acme@1", "beta@1")
    kept = list(three.root.glob(f"{STATE_FILE}.damaged-*"))
    assert [path.read_bytes() for path in kept] == [raw]


def test_mending_what_is_whole_loses_nothing(three):
    three.use("acme", default=False)
    three.use("beta", mend=True)
    assert meanings(three) == ("beta@1", "acme@2", "beta@1")


def test_a_version_deleted_by_hand_is_missed_and_not_replaced(three):
    three.use("acme")
    shutil.rmtree(three.find("acme"))
    for ask in (three.in_use, lambda: three.find("acme")):
        with pytest.raises(ModelError, match=r"no version 2 of acme\. There is: acme@1"):
            ask()
    three.use("acme")
    assert meanings(three)[0] == "acme@1"


def test_who_waits_in_vain_is_told_for_whom(three):
    state = (three.root / STATE_FILE).read_bytes()
    with (
        changing(three.root, "importing acme"),
        pytest.raises(ModelError, match=rf"process {os.getpid()}, importing acme.*\(taking acme"),
    ):
        _in_thread(lambda: three.use("acme"))
    assert (three.root / STATE_FILE).read_bytes() == state


def _in_thread(ask):
    """Call in another thread: one that holds a lock and waits for it is another mistake."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(ask).result()


def test_a_folder_that_cannot_be_made_is_said(copy, small_folder):
    registry = Registry(os.devnull + "/models", shipped=lambda: small_folder)
    assert registry.find("default") == small_folder
    with pytest.raises(OutputError, match="cannot be changed"):
        registry.add("acme", copy)


def test_leftovers_of_the_killed_are_cleaned_up(three):
    for name in (".building-0123", ".building-4567", ".removed-89ab"):
        (three.root / name).mkdir()
        (three.root / name / "weights").write_bytes(b"half")
    (three.root / ".building-4567.lock").touch()
    half = three.root / f".{STATE_FILE}.1-abcd.tmp"
    half.touch()
    three.use("acme")
    assert hidden(three.root) == [] and not half.exists()


def test_the_note_is_plain_json(three):
    three.use("acme")
    note = json.loads((three.root / STATE_FILE).read_text())
    assert note["in_use"] == {"name": "acme", "version": 2}
    assert note["last"] == {"acme": 2, "beta": 1}


def test_the_shipped_model_cannot_be_removed(tmp_path):
    with pytest.raises(ModelError, match="shipped model cannot be removed"):
        Registry(tmp_path).remove("shipped")
