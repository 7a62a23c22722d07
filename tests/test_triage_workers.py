"""Batches read side by side: the same verdicts in the same order, whatever befalls a worker."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import psutil
import pytest
from cli_fake import FakeClassifier
from tables import written

from smclassify.errors import InputError, ModelError
from smclassify.exports import Table
from smclassify.triage.facts import UNREAD
from smclassify.triage.job import triage_tables
from smclassify.triage.judge import Work, judge
from smclassify.triage.types import TriageOptions
from smclassify.triage.workers import CRASHED, Alone, Workers

HERE = Path(__file__).parent
posix = pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")

DIES, DIES_ONCE, NO_MEMORY, NO_TEXT = "dies", "dies once", "no memory", "no text"


def read(folder, work):
    """Read a batch, unless one of its texts says what goes wrong."""
    if DIES in work.texts:
        os._exit(3)
    if DIES_ONCE in work.texts and not (folder / DIES_ONCE).exists():
        (folder / DIES_ONCE).touch()
        os._exit(3)
    if NO_MEMORY in work.texts:
        raise MemoryError
    if NO_TEXT in work.texts:
        raise InputError("holds no text.", where="a.csv", hint="Name another.")
    return judge(FakeClassifier(), work)


def make_reader(folder):
    return partial(read, folder)


def make_none():
    raise ModelError("the weights are damaged.", where="models/default", hint="Get them anew.")


def make_dead():
    os._exit(3)


def batches(*texts):
    """Return a batch of three comments for each text, which is one of them."""
    return [
        (number, Work([f"broken {number}", text, "boycott"])) for number, text in enumerate(texts)
    ]


def plain(verdicts):
    return [(key, one.table.tobytes(), one.langs, one.reasons, one.cells) for key, one in verdicts]


def read_by_two(works, folder):
    with Workers(partial(make_reader, folder), 2) as workers:
        return list(workers.each(iter(works))), workers.crashes


def test_the_verdicts_and_their_order_are_those_of_one_process(tmp_path):
    works = batches(*(f"nice {n}" for n in range(20)), "")
    found, crashes = read_by_two(works, tmp_path)
    assert plain(found) == plain(Alone(make_reader(tmp_path)).each(iter(works)))
    assert crashes == 0


def test_a_batch_over_which_a_worker_dies_is_tried_once_more(tmp_path):
    works = batches("a", "b", DIES_ONCE, "d", "e")
    found, crashes = read_by_two(works, tmp_path)
    assert plain(found) == plain(Alone(make_reader(tmp_path)).each(iter(works)))
    assert crashes == 1


def is_unread(verdicts):
    return bool((verdicts.table["flags"] & UNREAD).all())


def test_rows_over_which_every_worker_dies_are_given_back_unread(tmp_path):
    texts = ["a", DIES, "c", "d", DIES]
    found, _ = read_by_two(batches(*texts), tmp_path)
    assert [key for key, _ in found] == list(range(5))
    assert [is_unread(one) for _, one in found] == [text == DIES for text in texts]
    good = [one for one in batches(*texts) if DIES not in one[1].texts]
    expected = plain(Alone(make_reader(tmp_path)).each(iter(good)))
    assert plain(one for one in found if not is_unread(one[1])) == expected


@pytest.mark.parametrize("text", [NO_MEMORY, NO_TEXT])
def test_an_exception_in_a_worker_is_raised_as_it_is(tmp_path, text):
    with pytest.raises((MemoryError, InputError)) as caught:
        read_by_two(batches("a", text), tmp_path)
    if text == NO_TEXT:
        assert str(caught.value) == "a.csv: holds no text.\nName another."


def test_a_model_that_cannot_be_loaded_is_one_clear_error(capfd):
    with Workers(make_none, 2) as workers, pytest.raises(ModelError) as caught:
        list(workers.each(iter(batches("a", "b", "c", "d", "e"))))
    assert str(caught.value) == "models/default: the weights are damaged.\nGet them anew."
    assert capfd.readouterr().err == ""


def test_workers_that_die_before_they_read_are_one_clear_error_too():
    with Workers(make_dead, 2) as workers, pytest.raises(ModelError, match="--jobs"):
        list(workers.each(iter(batches("a", "b", "c"))))


class TestTable:
    """A whole triage by workers."""

    @pytest.fixture
    def comments(self, tmp_path, monkeypatch):
        monkeypatch.setattr(Table.batches, "__defaults__", (10, 2_000_000))
        texts = [f"{'broken' if n % 3 else '고장'} {n}" for n in range(80)]
        written(tmp_path / "a.csv", ["id", "text"], [[str(n), t] for n, t in enumerate(texts)])
        return tmp_path

    def triaged(self, folder, name, readers, **options):
        return triage_tables(
            readers, [str(folder / "a.csv")], str(folder / name),
            options=TriageOptions(themed=False, **options),
        )  # fmt: skip

    def test_the_result_is_that_of_one_process(self, comments):
        with Workers(partial(make_reader, comments), 2) as workers:
            two = self.triaged(comments, "two.csv", workers)
        one = self.triaged(comments, "one.csv", Alone(make_reader(comments)))
        assert (comments / "two.csv").read_bytes() == (comments / "one.csv").read_bytes()
        assert two.after(0).to_dict() == {**one.after(0).to_dict(), "target": two.target}

    def test_after_an_exception_the_run_can_be_gone_on_with(self, comments):
        def fails(work):
            if "broken 50" in work.texts:
                raise InputError("is odd.")
            return read(comments, work)

        with pytest.raises(InputError, match=r"is odd\.\n.*--resume"):
            self.triaged(comments, "out.csv", Alone(fails))
        assert not (comments / "out.csv").exists()
        asked = []

        def counts(work):
            asked.extend(work.texts)
            return read(comments, work)

        summary = self.triaged(comments, "out.csv", Alone(counts), resume=True)
        assert (summary.rows, asked[0], len(asked)) == (80, "broken 50", 30)


PROGRAM = """
import os, sys
sys.path[:0] = {paths!r}
import cli_fake
from smclassify.exports import Table

class Dying(cli_fake.FakeClassifier):
    def triage(self, texts, **more):
        for text in texts:
            if text == "dies":
                os._exit(3)
            if text == "no memory":
                raise MemoryError
        return super().triage(texts, **more)

if __name__ in ("__main__", "__mp_main__"):
    Table.batches.__defaults__ = (10, 2_000_000)
    module = cli_fake.fake_module()
    module.load = lambda name, config=None: Dying(config)
    sys.modules["smclassify.classifier"] = module
if __name__ == "__main__":
    from smclassify.cli import main
    main()
"""


class TestCommand:
    def started(self, folder, texts, *options, program=None, **settings):
        written(folder / "a.csv", ["id", "text"], [[str(n), t] for n, t in enumerate(texts)])
        if program is None:
            program = folder / "dying.py"
            program.write_text(PROGRAM.format(paths=[str(HERE.parent), str(HERE)]), "utf-8")
        return subprocess.Popen(
            [sys.executable, program, "triage", "a.csv", "-o", "out.csv", "-q", *options],
            cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(HERE.parent)}, **settings,
        )  # fmt: skip

    def test_rows_that_no_worker_survives_are_listed_and_all_others_judged(self, tmp_path):
        texts = [f"broken {n}" for n in range(50)]
        texts[25] = "dies"
        process = self.started(tmp_path, texts, "--jobs", "2", "--report", "r.json")
        _, said = process.communicate(timeout=120)
        assert process.returncode == 2
        assert "Traceback" not in said.decode()
        assert f"a.csv: row 22: {CRASHED}" in said.decode()
        with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [row["text"] for row in rows] == texts
        for number, row in enumerate(rows):
            ours = [row[name] for name in row if name.startswith("sm_")]
            if 20 <= number < 30:
                assert ours == [""] * 8
            else:
                assert row["sm_kind"] == "complaint"
        assert json.loads((tmp_path / "r.json").read_bytes())["rows_unread"] == 10

    @pytest.mark.parametrize("jobs", ["1", "2"])
    def test_too_little_memory_is_said_in_words(self, tmp_path, jobs):
        texts = [*(f"nice {n}" for n in range(30)), "no memory"]
        process = self.started(tmp_path, texts, "--jobs", jobs)
        _, said = process.communicate(timeout=120)
        assert process.returncode == 2
        assert said.startswith(b"Error: ")
        assert b"memory" in said
        assert b"--resume" in said
        assert b"Traceback" not in said
        assert (tmp_path / "out.csv.part.json").exists()

    @posix
    @pytest.mark.parametrize("progress", ["workers begin", "workers read"])
    def test_ctrl_c_stops_all_and_is_told_once(self, tmp_path, progress):
        """Ctrl-C reaches every process of a terminal at the same moment."""
        texts = [f"nice {n}" for n in range(9000)]
        fake = HERE / "cli_fake.py"
        with pytest.MonkeyPatch.context() as context:
            context.setenv("FAKE_SECONDS_A_BATCH", "0.8")
            process = self.started(
                tmp_path, texts, "--jobs", "2", program=fake, start_new_session=True,
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )  # fmt: skip
        family = psutil.Process(process.pid)
        end = time.monotonic() + 60
        note = tmp_path / "out.csv.part.json"
        while not (note.exists() if progress == "workers read" else len(family.children()) > 1):
            assert time.monotonic() < end, "it did not come so far"
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=60)
        assert process.returncode == 130
        assert b"Traceback" not in said
        assert said.count(b"Stopped") == 1
        assert (b"--resume" in said) == (progress == "workers read")
