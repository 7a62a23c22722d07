"""A triage that is killed, and gone on with, ends as one that was never interrupted."""

import csv
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import killable
import psutil
import pytest
from tables import written

pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGKILL and fork are POSIX's")

HEADER = ["id", "text", "author", "created_at", "likes"]
WORDS = [
    "broken",
    "nice",
    "boycott them",
    "=SUM(A1)",
    "@brand hello",
    "고장났어요",
    "line\nbreak",
    "",
]


def rows(first, number):
    return [
        [str(n), f"{WORDS[n % len(WORDS)]} {n}" if n % 8 != 7 else "", f"u{n % 37}",
         f"2026-05-{n % 28 + 1:02} {n % 24:02}:00", str(n % 90)]
        for n in range(first, first + number)
    ]  # fmt: skip


def exports(folder, number):
    """Write exports of three kinds, of so many rows each; return their names."""
    folder.mkdir()
    names = ["a.csv", "b.jsonl", "c.xlsx"]
    for place, name in enumerate(names):
        written(folder / name, HEADER, rows(place * number, number))
    return names


def contents(folder):
    """Return all that a run has left: names and bytes, but for the seconds that it took."""
    found = {path.name: path.read_bytes() for path in folder.iterdir()}
    if "r.json" in found:
        found["r.json"] = json.loads(found["r.json"])
        assert found["r.json"].pop("seconds") >= 0
    return found


class Run:
    """One call of the program in a folder of its own, and what an uninterrupted one leaves."""

    def __init__(self, base, result, number, *options):
        self.log = base / "log"
        self.inputs = base / "inputs"
        self._folders = iter(base / f"run{n}" for n in range(1000))
        self.files = exports(self.inputs, number)
        self.result = result
        self.call = ["triage", *self.files, "-o", result, "--report", "r.json", "-q", *options]
        folder = self.new_folder()
        ending = killable.run(self.call, folder, self.log)
        self.seconds = ending.seconds
        assert (ending.code, ending.said) == (0, "")
        self.expected = contents(folder)
        assert len(self.expected) >= 5

    def new_folder(self):
        return shutil.copytree(self.inputs, next(self._folders))

    def calls(self):
        """Return what an uninterrupted run calls."""
        return killable.run(self.call, self.new_folder(), self.log, kill_at="*").calls

    def goes_on(self, folder, kill_at=None):
        """Resume; return whether it has ended, be it because the killed run had."""
        ending = killable.run([*self.call, "--resume"], folder, self.log, kill_at)
        if ending.killed:
            return False
        if ending.code == 2 and f"{self.result}: is there already" in ending.said:
            return True
        assert (ending.code, ending.said) == (0, "")
        return True


@pytest.fixture(scope="module", params=["out.csv", "out.jsonl", "out.xlsx"])
def large(request, tmp_path_factory):
    options = ["--sort", "priority"] if request.param == "out.jsonl" else []
    return Run(tmp_path_factory.mktemp("large"), request.param, 500, *options)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return Run(tmp_path_factory.mktemp("small"), "out.csv", 150, "--since", "all.seen")


class TestKill:
    def test_at_random_moments(self, large):
        """Seven moments for each format of result, 21 in all, spread over the whole run."""
        generator = random.Random(large.result)
        for part in range(7):
            folder = large.new_folder()
            moment = (part + generator.random()) / 7 * large.seconds
            killable.run(large.call, folder, large.log, moment)
            assert large.goes_on(folder)
            assert contents(folder) == large.expected, moment

    def test_before_and_after_each_step(self, small):
        """The middle and the last call of everything that changes what is on the disk."""
        calls = small.calls()
        steps = {}
        for call in calls:
            steps.setdefault(call.rpartition(":")[0], []).append(call)
        assert {"judge", "append", "record", "note", "write", "replace out.csv", "report",
                "replace r.json", "seen", "replace all.seen", "unlink out.csv.part.json",
                "unlink out.csv.part.records", "unlink out.csv.part"} <= set(steps)  # fmt: skip
        middle = {f"{found[len(found) // 2]}:before" for found in steps.values()}
        last = {f"{found[-1]}:after" for found in steps.values()}
        for moment in sorted(middle | last):
            folder = small.new_folder()
            ending = killable.run(small.call, folder, small.log, kill_at=moment)
            assert ending.killed, (moment, ending)
            assert small.goes_on(folder), moment
            assert contents(folder) == small.expected, moment

    def test_again_and_again(self, small):
        """Killed at its second batch each time, each run brings one more home."""
        folder = small.new_folder()
        kills = 0
        while not small.goes_on(folder, kill_at="judge:2:before"):
            kills += 1
        assert kills == 2
        for moment in ("write:1:after", "report:1:before", "unlink out.csv.part.json:1:before"):
            folder = small.new_folder()
            for _ in range(3):
                assert not small.goes_on(folder, kill_at=moment)
            assert small.goes_on(folder)
            assert contents(folder) == small.expected

    def test_before_anything_was_noted_nothing_of_it_stays(self, small):
        folder = small.new_folder()
        assert killable.run(small.call, folder, small.log, "note:1:before").killed
        assert killable.run(small.call, folder, small.log).code == 0
        assert contents(folder) == small.expected


class TestEndings:
    """What else ends a run: it says so in words, and can be gone on with."""

    FIRST_HALF = ("part:3", "sync:2", "note:2", "replace out.csv.part.json:3")
    SECOND_HALF = ("replace out.csv:1", "replace r.json:1", "replace all.seen:1")

    @pytest.mark.parametrize("moment", [*FIRST_HALF, *SECOND_HALF])
    def test_a_full_disk(self, small, moment):
        self.ended(small, f"{moment}:full", 2, r"disk is full|No space left")

    @pytest.mark.parametrize("moment", ["replace out.csv:1", "replace r.json:1"])
    def test_a_folder_that_may_not_be_written(self, small, moment):
        self.ended(small, f"{moment}:denied", 2, "may not write here|Permission denied")

    @pytest.mark.parametrize(
        "moment", ["judge:3", "note:2", "outcome:1", "replace out.csv:1", "report:1", "seen:1"]
    )
    def test_ctrl_c(self, small, moment):
        self.ended(small, f"{moment}:ctrl-c", 130, r"Stopped after \d+ rows\..*--resume")

    def ended(self, small, moment, code, words):
        folder = small.new_folder()
        ending = killable.run(small.call, folder, small.log, moment)
        assert ending.code == code, ending.said
        assert re.search(words, ending.said)
        assert "Traceback" not in ending.said
        if not moment.startswith((*self.SECOND_HALF[1:], "report", "seen")):
            assert not (folder / "out.csv").exists()
        assert small.goes_on(folder)
        assert contents(folder) == small.expected

    def test_an_input_that_vanished_or_changed(self, small):
        folder = small.new_folder()
        assert killable.run(small.call, folder, small.log, "judge:3:before").killed
        path = folder / "b.jsonl"
        for data, said in ((None, "there is no such file"), (b'{"text": "x"}\n', "the input was")):
            path.unlink()
            if data is not None:
                path.write_bytes(data)
            ending = killable.run([*small.call, "--resume"], folder, small.log)
            assert (ending.code, said in ending.said) == (2, True), ending.said
            assert "Traceback" not in ending.said
            path.write_bytes((small.inputs / "b.jsonl").read_bytes())
        assert small.goes_on(folder)
        assert contents(folder) == small.expected

    def test_an_unfinished_run_is_neither_overwritten_nor_forgotten(self, small):
        folder = small.new_folder()
        assert killable.run(small.call, folder, small.log, "judge:3:before").killed
        ending = killable.run(small.call, folder, small.log)
        assert (ending.code, "--resume" in ending.said) == (2, True)
        assert killable.run([*small.call, "--force"], folder, small.log).code == 0
        assert contents(folder) == small.expected


@pytest.mark.parametrize("seconds", [0.0, 1.0])
def test_no_worker_outlives_a_killed_run(tmp_path, seconds):
    """Killed while its workers begin, and while they read."""
    names = exports(tmp_path / "in", 300)
    here = Path(__file__).parent
    environment = {**os.environ, "PYTHONPATH": str(here.parent), "FAKE_SECONDS_A_BATCH": "0.3"}
    call = [sys.executable, here / "cli_fake.py", "triage", *names, "-o", "out.csv", "--jobs", "2"]
    process = subprocess.Popen(call, cwd=tmp_path / "in", env=environment, stderr=subprocess.PIPE)
    family = wait_for_workers(process.pid)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(seconds)
    process.kill()
    _, said = process.communicate(timeout=30)
    _, alive = psutil.wait_procs(family, timeout=30)
    assert alive == []
    assert b"Traceback" not in said


def wait_for_workers(pid):
    """Return the processes that one has started, once there are some."""
    end = time.monotonic() + 60
    while not (found := psutil.Process(pid).children(recursive=True)):
        assert time.monotonic() < end, "no worker was started"
    return found


def test_a_run_with_workers_is_gone_on_with_by_one_without(small, tmp_path):
    """How many processes read is no part of what a run is."""
    folder = small.new_folder()
    assert killable.run(small.call, folder, small.log, "judge:3:before").killed
    here = Path(__file__).parent
    done = subprocess.run(
        [sys.executable, here / "cli_fake.py", *small.call, "--resume", "--jobs", "2"],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(here.parent)}, capture_output=True,
        timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    with (folder / "out.csv").open(encoding="utf-8", newline="") as file:
        got = list(csv.reader(file))
    with_report = contents(folder)
    assert with_report["out.csv"] == small.expected["out.csv"]
    assert len(got) == 451
