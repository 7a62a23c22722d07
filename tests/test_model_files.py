"""Files and folders are either the old ones or the new ones, whenever a kill comes."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from smclassify.errors import ModelError, OutputError
from smclassify.model import files
from smclassify.model.files import (
    recover_folder,
    replace_folder,
    replacing,
    sha256_of,
    temporary_beside,
    write_text_atomic,
)

ROOT = Path(files.__file__).parents[2]


class TestSha256:
    @pytest.mark.parametrize("raw", [b"", b"abc", bytes(3_000_000)])
    def test_it_is_the_digest_of_the_bytes(self, tmp_path, raw):
        (tmp_path / "f").write_bytes(raw)
        assert sha256_of(tmp_path / "f") == hashlib.sha256(raw).hexdigest()

    def test_a_known_value(self, tmp_path):
        (tmp_path / "f").write_bytes(b"abc")
        known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        assert sha256_of(str(tmp_path / "f")) == known

    def test_a_file_that_cannot_be_read_is_named(self, tmp_path):
        for path in (tmp_path / "missing", tmp_path):
            with pytest.raises(ModelError, match="cannot be read") as caught:
                sha256_of(path)
            assert caught.value.where == str(path)


class TestWriteText:
    def test_text_is_written_as_it_is(self, tmp_path):
        path = tmp_path / "card.md"
        text = "été 한국어 中文 🙂\r\nsecond\n"
        write_text_atomic(path, text)
        assert path.read_bytes() == text.encode()

    def test_an_old_file_is_replaced(self, tmp_path):
        path = tmp_path / "card.md"
        path.write_text("a much longer text than the new one")
        write_text_atomic(str(path), "new")
        assert path.read_text() == "new"
        assert list(tmp_path.iterdir()) == [path]

    def test_half_a_surrogate_pair_is_refused_and_the_old_file_kept(self, tmp_path):
        path = tmp_path / "card.md"
        path.write_text("old")
        with pytest.raises(OutputError, match="Character 3 of the text"):
            write_text_atomic(path, "abc\ud800")
        assert path.read_text() == "old"

    def test_others_may_read_it_as_the_umask_says(self, tmp_path):
        old = os.umask(0o022)
        try:
            write_text_atomic(tmp_path / "card.md", "x")
        finally:
            os.umask(old)
        assert stat.S_IMODE((tmp_path / "card.md").stat().st_mode) == 0o644

    def test_a_folder_in_its_place_is_an_error_and_stays(self, tmp_path):
        (tmp_path / "card.md").mkdir()
        with pytest.raises(OutputError, match="could not be written"):
            write_text_atomic(tmp_path / "card.md", "x")
        assert [path.name for path in tmp_path.iterdir()] == ["card.md"]

    def test_a_missing_folder_is_an_error(self, tmp_path):
        with pytest.raises(OutputError, match="Check that the folder exists"):
            write_text_atomic(tmp_path / "nowhere" / "card.md", "x")

    @pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
    def test_an_interruption_leaves_the_old_file_and_nothing_else(self, tmp_path, error):
        path = tmp_path / "card.md"
        path.write_text("old")
        with pytest.raises(error), replacing(path) as file:
            file.write(b"half of the ne")
            raise error
        assert path.read_text() == "old"
        assert list(tmp_path.iterdir()) == [path]

    def test_the_old_file_stands_until_the_new_one_is_whole(self, tmp_path):
        path = tmp_path / "card.md"
        path.write_text("old")
        with replacing(path) as file:
            file.write(b"new")
            file.flush()
            assert path.read_text() == "old"
        assert path.read_text() == "new"


def test_temporary_names_are_hidden_siblings_and_never_the_same(tmp_path):
    names = {temporary_beside(tmp_path / "model") for _ in range(100)}
    assert len(names) == 100
    assert all(name.parent == tmp_path and name.name.startswith(".model.") for name in names)


def folder(path: Path, text: str, count: int = 3) -> Path:
    path.mkdir()
    for i in range(count):
        (path / f"file{i}").write_text(text)
    return path


def texts(path: Path) -> list[str]:
    return [file.read_text() for file in sorted(path.iterdir())]


@pytest.fixture(params=["in one step", "by two renames"])
def way(request, monkeypatch):
    """Both ways, since the first is there on Linux only, and not on every file system."""
    if request.param == "by two renames":
        monkeypatch.setattr(files, "_exchange", lambda one, other: False)
    return request.param


class TestReplaceFolder:
    def test_where_none_was_the_new_one_is_put(self, tmp_path, way):
        replace_folder(folder(tmp_path / ".tmp", "new"), tmp_path / "model")
        assert texts(tmp_path / "model") == ["new"] * 3
        assert [path.name for path in tmp_path.iterdir()] == ["model"]

    def test_the_old_one_makes_way_and_is_deleted(self, tmp_path, way):
        folder(tmp_path / "model", "old", count=9)
        replace_folder(str(folder(tmp_path / ".tmp", "new")), str(tmp_path / "model"))
        assert texts(tmp_path / "model") == ["new"] * 3
        assert [path.name for path in tmp_path.iterdir()] == ["model"]

    def test_relative_paths_mean_the_working_folder(self, tmp_path, way, monkeypatch):
        monkeypatch.chdir(tmp_path)
        folder(tmp_path / "model", "old")
        folder(tmp_path / ".tmp", "new")
        replace_folder(".tmp", tmp_path / "model")
        assert texts(tmp_path / "model") == ["new"] * 3

    def test_a_link_is_replaced_and_its_target_left_alone(self, tmp_path, way):
        (tmp_path / "elsewhere").mkdir()
        target = folder(tmp_path / "elsewhere" / "shared", "shared")
        (tmp_path / "model").symlink_to(target)
        replace_folder(folder(tmp_path / ".tmp", "new"), tmp_path / "model")
        assert not (tmp_path / "model").is_symlink()
        assert texts(tmp_path / "model") == ["new"] * 3
        assert texts(target) == ["shared"] * 3

    def test_a_file_is_not_replaced(self, tmp_path, way):
        (tmp_path / "model").write_text("precious")
        new = folder(tmp_path / ".tmp", "new")
        with pytest.raises(OutputError, match="There is a file"):
            replace_folder(new, tmp_path / "model")
        assert (tmp_path / "model").read_text() == "precious"
        assert texts(new) == ["new"] * 3

    def test_a_new_folder_that_is_not_there_leaves_the_old_one(self, tmp_path, way):
        folder(tmp_path / "model", "old")
        with pytest.raises(OutputError, match="could not be written"):
            replace_folder(tmp_path / ".tmp", tmp_path / "model")
        assert texts(tmp_path / "model") == ["old"] * 3
        assert [path.name for path in tmp_path.iterdir()] == ["model"]

    def test_folders_of_other_parents_are_refused(self, tmp_path):
        (tmp_path / "other").mkdir()
        new = folder(tmp_path / "other" / ".tmp", "new")
        with pytest.raises(ValueError, match="same folder"):
            replace_folder(new, tmp_path / "model")

    def test_an_old_one_that_cannot_be_deleted_is_named(self, tmp_path, way, monkeypatch):
        folder(tmp_path / "model", "old")

        def in_use(path):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(files.shutil, "rmtree", in_use)
        with pytest.raises(OutputError, match="new folder is in place") as caught:
            replace_folder(folder(tmp_path / ".tmp", "new"), tmp_path / "model")
        assert texts(tmp_path / "model") == ["new"] * 3
        assert texts(Path(caught.value.where)) == ["old"] * 3

    @pytest.mark.skipif(not sys.platform.startswith("linux"), reason="renameat2 is Linux's")
    def test_on_linux_no_moment_is_without_a_folder(self, tmp_path, monkeypatch):
        def never(tmp, final):
            raise AssertionError("the folder was moved away first")

        monkeypatch.setattr(files, "_step_aside", never)
        folder(tmp_path / "model", "old")
        replace_folder(folder(tmp_path / ".tmp", "new"), tmp_path / "model")
        assert texts(tmp_path / "model") == ["new"] * 3


class TestRecoverFolder:
    def test_a_kill_between_the_two_renames_loses_nothing(self, tmp_path):
        folder(tmp_path / "model", "old")
        folder(tmp_path / ".tmp", "new")
        program = (
            "import os, sys\nfrom pathlib import Path\nfrom smclassify.model import files\n"
            "files._exchange = lambda one, other: False\n"
            "rename = Path.rename\n"
            "def rename_and_die(self, target):\n    rename(self, target)\n    os._exit(9)\n"
            "Path.rename = rename_and_die\n"
            "files.replace_folder('.tmp', 'model')\n"
        )
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=tmp_path, env=environment, check=False
        )
        assert done.returncode == 9
        assert not (tmp_path / "model").exists()
        recover_folder(tmp_path / "model")
        assert texts(tmp_path / "model") == ["old"] * 3

    def test_an_error_between_the_two_renames_puts_the_old_one_back(self, tmp_path, monkeypatch):
        monkeypatch.setattr(files, "_exchange", lambda one, other: False)
        folder(tmp_path / "model", "old")
        new = folder(tmp_path / ".tmp", "new")
        rename = Path.rename

        def rename_unless_new(self, target):
            if self == new:
                raise PermissionError(13, "Permission denied")
            return rename(self, target)

        monkeypatch.setattr(Path, "rename", rename_unless_new)
        with pytest.raises(OutputError, match="Permission denied"):
            replace_folder(new, tmp_path / "model")
        assert texts(tmp_path / "model") == ["old"] * 3
        assert texts(new) == ["new"] * 3

    def test_a_predecessor_beside_a_finished_folder_is_deleted(self, tmp_path):
        folder(tmp_path / "model", "new")
        folder(tmp_path / ".model.old", "old")
        recover_folder(tmp_path / "model")
        assert [path.name for path in tmp_path.iterdir()] == ["model"]

    def test_the_next_replacement_recovers_by_itself(self, tmp_path, way):
        folder(tmp_path / ".model.old", "old")
        replace_folder(folder(tmp_path / ".tmp", "new"), tmp_path / "model")
        assert texts(tmp_path / "model") == ["new"] * 3
        assert [path.name for path in tmp_path.iterdir()] == ["model"]

    def test_where_nothing_was_left_undone_nothing_happens(self, tmp_path):
        recover_folder(tmp_path / "model")
        assert list(tmp_path.iterdir()) == []
        folder(tmp_path / "model", "old")
        recover_folder(str(tmp_path / "model"))
        assert texts(tmp_path / "model") == ["old"] * 3


REPLACE_FOR_EVER = """
import itertools
from smclassify.model.files import replace_folder, temporary_beside
for number in itertools.count():
    new = temporary_beside("model")
    new.mkdir()
    for i in range(5):
        (new / f"file{i}").write_text(str(number))
    replace_folder(new, "model")
    print(number, flush=True)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="renameat2 is Linux's")
def test_a_process_killed_at_any_moment_leaves_one_whole_folder(tmp_path):
    chance = random.Random(7)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    for _ in range(4):
        with subprocess.Popen(
            [sys.executable, "-c", REPLACE_FOR_EVER],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
        ) as process:
            for _ in range(3):
                assert process.stdout.readline()
            time.sleep(chance.random() / 50)
            process.send_signal(signal.SIGKILL)
        found = texts(tmp_path / "model")
        assert len(found) == 5
        assert len(set(found)) == 1
