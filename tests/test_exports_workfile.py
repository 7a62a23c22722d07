"""The rows of a run under way: whatever happens to it, it can be gone on with."""

import errno
import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from smclassify.errors import OutputError
from smclassify.exports.writing.stored import unpack_rows
from smclassify.exports.writing.workfile import ENDINGS, WorkFile, clear_remains, unfinished

COLUMNS = ["id", "text"]
RECORD = np.dtype([("start", "<i8"), ("n", "<i4")])
ROWS = [[str(i), f"글 {i}\n{'x' * (i % 7)}"] for i in range(50)]


class StopError(Exception):
    """Something goes wrong in the middle."""


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def opened(path, **options):
    options.setdefault("state", {"input": "abc"})
    return WorkFile(path, COLUMNS, record_bytes=RECORD.itemsize, checkpoint_seconds=0, **options)


def append(work, rows):
    records = np.zeros(len(rows), RECORD)
    records["start"] = work.append(rows)
    records["n"] = [int(row[0]) for row in rows]
    work.record(records)


def interrupted(path, rows, **options):
    work = opened(path, **options)
    with pytest.raises(StopError), work:
        append(work, rows)
        raise StopError
    return work


def content(work):
    records = work.records(RECORD)
    starts = records["start"]
    lines = work.between(starts, np.append(starts, work.size)[1:])
    return unpack_rows(lines), records["n"].tolist()


def test_rows_come_back_in_any_order_with_their_records(tmp_path):
    with opened(tmp_path / "out.csv") as work:
        append(work, ROWS[:20])
        append(work, ROWS[20:])
        assert content(work) == (ROWS, list(range(50)))
        starts = work.records(RECORD)["start"]
        ends = np.append(starts, work.size)[1:]
        for places in (np.arange(50)[::-1], np.array([3, 4, 9]), np.array([0, 49]), np.array([7])):
            found = unpack_rows(work.between(starts[places], ends[places]))
            assert found == [ROWS[place] for place in places]
        assert work.between(starts[:0], ends[:0]) == b""
    assert names(tmp_path) == []


def test_without_rows_there_are_no_records(tmp_path):
    with opened(tmp_path / "out.csv") as work:
        assert content(work) == ([], [])


def test_a_run_can_go_on_where_another_stopped(tmp_path):
    path = tmp_path / "out.csv"
    stopped = interrupted(path, ROWS[:23])
    assert stopped.kept == tmp_path / "out.csv.part"
    assert names(tmp_path) == sorted(f"out.csv.{ending}" for ending in ENDINGS)
    assert unfinished(path)
    with opened(path, resume=True) as work:
        assert work.rows_done == 23
        append(work, ROWS[23:])
        assert content(work) == (ROWS, list(range(50)))
    assert names(tmp_path) == []
    assert not unfinished(path)


def test_small_things_are_remembered(tmp_path):
    path = tmp_path / "out.csv"
    work = opened(path)
    with pytest.raises(StopError), work:
        work.memory["platforms"] = ["", "x"]
        append(work, ROWS[:2])
        raise StopError
    with opened(path, resume=True) as again:
        assert again.memory == {"platforms": ["", "x"]}


@pytest.mark.parametrize("ending", ["part", "part.records"])
def test_what_was_written_after_the_last_note_is_cut_off(tmp_path, ending):
    path = tmp_path / "out.csv"
    interrupted(path, ROWS[:23])
    with (tmp_path / f"out.csv.{ending}").open("ab") as file:
        file.write(b'["24", "half a ro')
    with opened(path, resume=True) as work:
        append(work, ROWS[23:])
        assert content(work) == (ROWS, list(range(50)))


def test_a_killed_run_can_go_on(tmp_path):
    path = tmp_path / "out.csv"
    code = (
        "import os, sys; sys.path.insert(0, sys.argv[2]); import test_exports_workfile as t\n"
        "work = t.opened(sys.argv[1]); t.append(work, t.ROWS[:2]); work.append(t.ROWS[2:9])\n"
        "os._exit(9)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(path), Path(__file__).parent], check=False
    )
    assert run.returncode == 9
    with opened(path, resume=True) as work:
        assert work.rows_done == 2
        append(work, ROWS[2:])
        assert content(work) == (ROWS, list(range(50)))


def test_resuming_where_nothing_was_left_starts_at_the_beginning(tmp_path):
    with opened(tmp_path / "out.csv", resume=True) as work:
        assert work.rows_done == 0


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({"input": "xyz"}, "the input was “abc”, now it is “xyz”"),
        ({"input": "abc", "model": "m2"}, "the model was “”, now it is “m2”"),
        ({}, "the input was “abc”"),
    ],
)
def test_another_run_is_not_gone_on_with_and_the_difference_is_named(tmp_path, state, said):
    path = tmp_path / "out.csv"
    interrupted(path, ROWS[:5])
    before = names(tmp_path)
    with pytest.raises(OutputError, match=said):
        opened(path, resume=True, state=state)
    assert names(tmp_path) == before
    with pytest.raises(OutputError, match="columns are others"):
        WorkFile(path, ["id"], resume=True, state={"input": "abc"})


@pytest.mark.parametrize("ending", ["part", "part.records"])
def test_files_that_lost_something_are_not_gone_on_with(tmp_path, ending):
    path = tmp_path / "out.csv"
    interrupted(path, ROWS[:5])
    os.truncate(tmp_path / f"out.csv.{ending}", 10)
    with pytest.raises(OutputError, match="shorter than it should be"):
        opened(path, resume=True)
    (tmp_path / f"out.csv.{ending}").unlink()
    with pytest.raises(OutputError, match="gone"):
        opened(path, resume=True)


@pytest.mark.parametrize("note", [b"", b"{", b"[]", b"{}", b'{"version": 99}', b"\xff"])
def test_a_damaged_note_is_an_error_of_ours(tmp_path, note):
    path = tmp_path / "out.csv"
    interrupted(path, ROWS[:5])
    (tmp_path / "out.csv.part.json").write_bytes(note)
    with pytest.raises(OutputError, match="cannot be read") as caught:
        opened(path, resume=True)
    assert "--force" in str(caught.value.hint)


def test_a_fresh_run_forgets_the_old_one(tmp_path):
    path = tmp_path / "out.csv"
    interrupted(path, ROWS[:5])
    with pytest.raises(StopError), opened(path):
        raise StopError
    assert names(tmp_path) == []


def test_a_run_that_fails_before_its_first_row_leaves_nothing(tmp_path):
    work = opened(tmp_path / "out.xlsx")
    with pytest.raises(StopError), work:
        raise StopError
    assert names(tmp_path) == []
    assert work.kept is None


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_disk_that_is_full_from_the_start_is_said_so(tmp_path):
    (tmp_path / "out.csv.part").symlink_to("/dev/full")
    work = opened(tmp_path / "out.csv")
    with pytest.raises(OutputError, match="disk is full"), work:
        append(work, ROWS)
    assert names(tmp_path) == []


@pytest.mark.parametrize("ending", [".part", ".records"])
def test_a_disk_that_fills_up_keeps_whole_rows_to_go_on_from(tmp_path, monkeypatch, ending):
    class Full(io.FileIO):
        def write(self, data):
            room = 300 - self.tell()
            if room <= 0:
                raise OSError(errno.ENOSPC, "No space left on device")
            return super().write(bytes(data)[:room])

    real = Path.open

    def opened_full(path, mode="r", **options):
        if path.name.endswith(ending) and "+" in mode:
            return Full(path, mode)
        return real(path, mode, **options)

    path = tmp_path / "out.csv"
    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", opened_full)
        work = opened(path)
        with pytest.raises(OutputError, match="disk is full") as caught, work:
            for start in range(0, 50, 5):
                append(work, ROWS[start : start + 5])
    assert "--resume" in str(caught.value.hint)
    assert 0 < work.rows_done < 50
    with opened(path, resume=True) as again:
        assert again.rows_done == work.rows_done
        append(again, ROWS[again.rows_done :])
        assert content(again) == (ROWS, list(range(50)))


def test_on_standard_output_rows_wait_in_unnamed_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with opened("-") as work:
        append(work, ROWS)
        assert content(work) == (ROWS, list(range(50)))
        assert names(tmp_path) == []
    with pytest.raises(OutputError, match="resumed"):
        opened("-", resume=True)


def test_two_runs_never_write_the_same_files(tmp_path):
    path = tmp_path / "out.csv"
    with opened(path) as work:
        append(work, ROWS[:20])
        for resume in (False, True):
            with pytest.raises(OutputError, match="another run is writing"):
                opened(path, resume=resume)
        clear_remains(path)
        append(work, ROWS[20:])
        assert content(work) == (ROWS, list(range(50)))
    assert names(tmp_path) == []
