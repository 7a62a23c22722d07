"""Daily runs over growing exports: only new rows are handled, none twice and none lost."""

import csv
import errno
import os

import killable
import numpy as np
import pytest
from cli_fake import FakeClassifier
from hypothesis import given
from hypothesis import strategies as st
from tables import written

from smclassify.errors import InputError, OutputError
from smclassify.exports import Role, Table
from smclassify.triage.job import triage_tables
from smclassify.triage.judge import judge
from smclassify.triage.seen import Seen
from smclassify.triage.types import TriageOptions
from smclassify.triage.workers import Alone

IDENTITY = st.integers(1, 2**64 - 1)
HEADER = ["id", "text", "author", "created_at", "likes"]
TEXTS = [
    "broken one", "@brand hello", "'@quoted already", "=1+1", "-5 %", "line\nbreak", "고장",
    "; =cmd", "''=twice", "", "  padded  ", "0012",
]  # fmt: skip


def rows(first, last, likes="1"):
    return [
        [f"i{n}", TEXTS[n % len(TEXTS)], f"@u{n}", f"2026-05-{n % 28 + 1:02} 10:00", likes]
        for n in range(first, last)
    ]


def triaged(folder, source, target, **options):
    """Triage a file; return the summary and which rows were asked about."""
    asked = []

    def reads(work):
        asked.extend(work.texts)
        return judge(FakeClassifier(), work)

    summary = triage_tables(
        Alone(reads), [str(folder / source)], str(folder / target),
        options=TriageOptions(themed=False, **options),
    )  # fmt: skip
    return summary, asked


def ids(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row["id"] for row in csv.DictReader(file)]


@pytest.fixture
def daily(tmp_path):
    """An export of today and one of tomorrow, which holds today's rows between others."""
    written(tmp_path / "today.csv", HEADER, rows(10, 40))
    written(tmp_path / "tomorrow.csv", HEADER, rows(0, 60, likes="250"))
    return tmp_path


def since(folder, name):
    return {"since": str(folder / name)}


class TestResult:
    @pytest.mark.parametrize("result", ["first.csv", "first.tsv", "first.xlsx", "first.jsonl"])
    def test_only_rows_that_an_earlier_result_lacks_are_handled(self, daily, result):
        """Whatever its format and its guards; a like more makes no new row."""
        triaged(daily, "today.csv", result)
        summary, _ = triaged(daily, "tomorrow.csv", "new.csv", **since(daily, result))
        assert ids(daily / "new.csv") == [f"i{n}" for n in (*range(10), *range(40, 60))]
        assert (summary.rows, summary.rows_known) == (30, 30)

    @pytest.mark.parametrize("result", ["first.csv", "first.xlsx", "first.jsonl"])
    def test_rows_without_ids_are_known_by_text_author_and_time(self, tmp_path, result):
        header = HEADER[1:]
        old = [row[1:] for row in rows(10, 40)]
        twin = [*old[0][:2], "2026-05-30 11:00", "1"]
        written(tmp_path / "today.csv", header, old)
        written(tmp_path / "tomorrow.csv", header, [*old, twin, ["new", "x", "2026-06-01", "0"]])
        triaged(tmp_path, "today.csv", result)
        summary, asked = triaged(tmp_path, "tomorrow.csv", "new.csv", **since(tmp_path, result))
        assert asked == [old[0][0], "new"]
        assert summary.rows_known == 30

    def test_columns_are_told_for_both(self, tmp_path):
        """What the user says that columns are for goes for the earlier result too."""
        columns = {Role.TEXT: "b", Role.ID: "a"}
        written(tmp_path / "today.csv", ["a", "b"], [["1", "x"], ["2", "y"]])
        written(tmp_path / "tomorrow.csv", ["a", "b"], [["2", "y!"], ["3", "x"]])
        triaged(tmp_path, "today.csv", "first.csv", columns=columns)
        _, asked = triaged(
            tmp_path, "tomorrow.csv", "new.csv", columns=columns, **since(tmp_path, "first.csv")
        )
        assert asked == ["x"]

    def test_a_result_is_not_overwritten_by_what_it_lacks(self, daily):
        triaged(daily, "today.csv", "first.csv")
        with pytest.raises(OutputError):
            triaged(daily, "tomorrow.csv", "first.csv", force=True, **since(daily, "first.csv"))
        assert len(ids(daily / "first.csv")) == 30

    def test_a_result_that_is_not_there(self, daily):
        with pytest.raises(InputError, match="there is no such file"):
            triaged(daily, "today.csv", "new.csv", **since(daily, "gone.csv"))


class TestMemory:
    def test_each_row_of_a_growing_export_is_handled_once(self, tmp_path):
        handled = []
        for day, (first, last) in enumerate([(0, 20), (5, 33), (5, 33), (0, 50)]):
            written(tmp_path / "all.csv", HEADER, rows(first, last, likes=str(day)))
            triaged(tmp_path, "all.csv", "new.csv", force=True, **since(tmp_path, "all.seen"))
            handled += ids(tmp_path / "new.csv")
        assert handled == [f"i{n}" for n in range(50)]

    def test_a_row_that_an_export_has_twice_comes_back_twice(self, tmp_path):
        written(tmp_path / "a.csv", HEADER, rows(0, 3) * 2)
        triaged(tmp_path, "a.csv", "new.csv", **since(tmp_path, "a.seen"))
        assert len(ids(tmp_path / "new.csv")) == 6

    def test_nothing_is_remembered_of_a_result_that_was_not_written(self, daily, monkeypatch):
        def full(*_, **__):
            raise OSError(errno.ENOSPC, "No space left on device")

        with monkeypatch.context() as broken:
            broken.setattr("smclassify.exports.writing.writer.sync_file", full)
            with pytest.raises(OutputError, match="the disk is full"):
                triaged(daily, "today.csv", "new.csv", **since(daily, "a.seen"))
        assert not (daily / "a.seen").exists()
        assert not (daily / "new.csv").exists()
        triaged(daily, "today.csv", "new.csv", resume=True, **since(daily, "a.seen"))
        assert len(ids(daily / "new.csv")) == 30
        assert len(Seen.load(daily / "a.seen")) == 30

    def test_killed_between_result_and_memory_then_gone_on_with(self, daily):
        """Whether its rows are in the memory already or not, the result has them."""
        written(daily / "before.csv", HEADER, rows(0, 20))
        call = ["triage", "tomorrow.csv", "-o", "new.csv", "-q", "--since", "a.seen"]
        log = daily / "log"
        for number, moment in enumerate(["seen:1:before", "seen:1:after"]):
            folder = daily / str(number)
            folder.mkdir()
            for name in ("before.csv", "tomorrow.csv"):
                (folder / name).write_bytes((daily / name).read_bytes())
            triaged(folder, "before.csv", "first.csv", **since(folder, "a.seen"))
            assert killable.run(call, folder, log, moment).killed
            ending = killable.run([*call, "--resume"], folder, log)
            assert (ending.code, ending.said) == (0, "")
            assert ids(folder / "new.csv") == [f"i{n}" for n in range(20, 60)]
            assert len(Seen.load(folder / "a.seen")) == 60
            assert sorted(path.name for path in folder.iterdir()) == [
                "a.seen", "before.csv", "first.csv", "new.csv", "tomorrow.csv",
            ]  # fmt: skip

    def test_a_run_is_not_gone_on_with_once_others_are_remembered(self, daily, monkeypatch):
        monkeypatch.setattr(Table.batches, "__defaults__", (10, 2_000_000))
        triaged(daily, "today.csv", "first.csv", **since(daily, "a.seen"))
        call = ["triage", "tomorrow.csv", "-o", "new.csv", "-q", "--since", "a.seen"]
        assert killable.run(call, daily, daily / "log", "outcome:1:before").killed
        Seen([1, 2, 3]).save(daily / "a.seen")
        ending = killable.run([*call, "--resume"], daily, daily / "log")
        assert ending.code == 2
        assert "the rows known from before was" in ending.said
        assert "Traceback" not in ending.said


class TestFile:
    @given(st.lists(IDENTITY), st.lists(IDENTITY))
    def test_rows_are_known_that_were_seen_and_no_others(self, old, asked):
        known = Seen(old)
        expected = [one not in set(old) for one in asked + old]
        assert known.unknown(asked + old).tolist() == expected

    @given(st.sets(IDENTITY), st.sets(IDENTITY))
    def test_rows_are_added_and_taken_away(self, some, others):
        new = np.array(sorted(others - some), "<u8")
        both = Seen(some).and_also(new)
        assert both.digest() == Seen(some | others).digest()
        assert both.without(new).digest() == Seen(some).digest()

    def test_what_was_saved_is_loaded(self, tmp_path):
        Seen([5, 2**64 - 1]).save(tmp_path / "a.seen")
        assert Seen.load(tmp_path / "a.seen").digest() == Seen([2**64 - 1, 5]).digest()
        assert not len(Seen.load(tmp_path / "new.seen"))

    @pytest.mark.parametrize("cut", [0, 10, 40, -16, -8, -1])
    def test_a_file_that_lost_its_end_is_refused(self, tmp_path, cut):
        path = tmp_path / "a.seen"
        Seen(range(1, 9)).save(path)
        path.write_bytes(path.read_bytes()[:cut])
        with pytest.raises(InputError, match=r"a\.seen: .*"):
            Seen.load(path)

    def test_a_file_with_a_wrong_bit_is_refused(self, tmp_path):
        path = tmp_path / "a.seen"
        Seen(range(1, 9)).save(path)
        data = bytearray(path.read_bytes())
        data[-3] ^= 4
        path.write_bytes(data)
        with pytest.raises(InputError, match="is damaged"):
            Seen.load(path)

    @pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read all")
    def test_a_file_that_may_not_be_read(self, tmp_path):
        path = tmp_path / "a.seen"
        Seen([1]).save(path)
        path.chmod(0)
        with pytest.raises(InputError, match="cannot be read"):
            Seen.load(path)

    def test_a_folder_of_that_name_is_refused_before_any_work(self, daily):
        (daily / "a.seen").mkdir()
        with pytest.raises(InputError, match="cannot be read"):
            triaged(daily, "today.csv", "new.csv", **since(daily, "a.seen"))

    def test_a_full_disk_leaves_what_was_there(self, tmp_path, monkeypatch):
        path = tmp_path / "a.seen"
        Seen([1]).save(path)

        def full(_):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr("os.fsync", full)
        with pytest.raises(OutputError, match="No space left"):
            Seen([1, 2]).save(path)
        assert len(Seen.load(path)) == 1
        assert [one.name for one in tmp_path.iterdir()] == ["a.seen"]
