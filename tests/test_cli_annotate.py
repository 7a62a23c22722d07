"""``smclassify annotate``: on a real (pseudo) terminal, and what it says where there is none."""

import csv
import json
import os
import re
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from smclassify.cli.app import cli

ROOT = Path(__file__).parent.parent
posix = pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals as POSIX has them")

COMMENTS = (
    "id,comment\n"
    '1,"Three weeks and still no parcel, order 5512."\n'
    "2,Lovely colours!\n"
    "3,배송이 너무 늦어요\n"
)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "comments.csv").write_text(COMMENTS, "utf-8")
    return tmp_path


def annotate(*arguments):
    return CliRunner().invoke(cli, ["annotate", *map(str, arguments)])


def rows(path):
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


class Terminal:
    """A person at a terminal: sees what is drawn, presses keys."""

    def __init__(self, *arguments, **environment):
        import pty

        self._person, program = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "smclassify", "annotate", *map(str, arguments)],
            stdin=program, stdout=program, stderr=subprocess.PIPE, start_new_session=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color",
                 "COLUMNS": "80", "LINES": "24", **environment},
        )  # fmt: skip
        os.close(program)
        self.shown = ""

    def wait_for(self, words):
        """Read what is drawn until it holds some words; what came before them is forgotten."""
        end = time.monotonic() + 60
        while words not in self.shown:
            assert time.monotonic() < end, self.shown
            if select.select([self._person], [], [], 1)[0]:
                self.shown += os.read(self._person, 65_536).decode("utf-8", "replace")
            assert self.process.poll() is None or words in self.shown, self.process.stderr.read()
        self.shown = self.shown.partition(words)[2]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def press(self, keys):
        os.write(self._person, keys.encode())

    def end(self):
        """Wait for the end; return the exit code and what was said to the margin."""
        end = time.monotonic() + 60
        while self.process.poll() is None:
            assert time.monotonic() < end, self.shown
            if select.select([self._person], [], [], 0.05)[0]:
                try:
                    self.shown += os.read(self._person, 65_536).decode("utf-8", "replace")
                except OSError:  # Linux says so when the other side is closed
                    break
        said = self.process.communicate(timeout=60)[1].decode()
        return self.process.returncode, said


@posix
class TestOnATerminal:
    def test_ctrl_c_keeps_what_is_done_and_the_same_call_goes_on(self):
        call = ("comments.csv", "-o", "labels.csv", "--order", "file", "--annotator")
        with Terminal(*call, "Ana") as one:
            one.wait_for("1 of 3")
            one.press("cyc\r")  # typed ahead: four keys at once
            one.wait_for("2 of 3")
            assert [row["kind"] for row in rows("labels.csv")] == ["complaint"]
            one.press("c")
            one.wait_for("private_reply?")
            one.press("\x03")
            code, said = one.end()
            assert (code, "1 text labelled now" in said) == (0, True)
            # The person's own screen is back, and nothing of the keys is on it.
            assert "\x1b[?1049l" in one.shown
            assert "cyc" not in one.shown
        with Terminal(*call, "Ben") as one:
            one.wait_for("1 of 2")
            one.press("p\r")
            one.wait_for("2 of 2")
            one.press("cnc\r")
            one.wait_for("Every text is labelled")
            one.press("\r")
            assert one.end()[0] == 0
        assert [(row["id"], row["kind"], row["annotator"]) for row in rows("labels.csv")] == [
            ("1", "complaint", "Ana"), ("2", "praise", "Ben"), ("3", "complaint", "Ben"),
        ]  # fmt: skip
        assert rows("labels.csv")[2]["lang"] == "ko"
        with Terminal(*call, "Ana") as one:
            code, said = one.end()
            assert (code, "Every text is labelled" in said) == (0, True)

    def test_a_kill_loses_nothing_that_was_labelled(self, here):
        Path("labels.csv").write_text("", "utf-8")  # begun once and never filled
        with Terminal("comments.csv", "-o", "labels.csv", "--order", "random") as one:
            one.wait_for("1 of 3")
            one.press("p\rp\r")
            one.wait_for("3 of 3")
            one.process.kill()
            one.end()
        assert [row["kind"] for row in rows("labels.csv")] == ["praise", "praise"]

    def test_the_model_orders_and_its_guess_can_be_shown(self, small_folder):
        call = ("comments.csv", "-o", "labels.csv", "--model", small_folder, "--limit", "2")
        with Terminal(*call) as one:
            one.wait_for("1 of 2")
            assert "The model" not in one.shown
            one.press("g")
            one.wait_for("The model: ")
            one.press("x")
            assert one.end()[0] == 0
        assert not Path("labels.csv").exists()


class TestWithoutATerminal:
    def test_it_says_that_somebody_has_to_press_keys(self):
        result = annotate("comments.csv", "-o", "labels.csv")
        assert result.exit_code == 2
        assert "needs a terminal" in result.stderr

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["comments.csv"], "Missing option '-o'"),
            (["comments.csv", "-o", "l.csv", "--labels", "spammy"], "--task drafts"),
            (["comments.csv", "-o", "l.csv", "--new-label", "Tone Deaf"], "label of your own"),
            (["comments.csv", "--compare"], "takes two sheets"),
            (["nowhere.csv", "comments.csv", "--compare"], "nowhere.csv"),
        ],
    )
    def test_wrong_calls_are_told_in_words(self, arguments, words):
        result = annotate(*arguments)
        assert result.exit_code == 2
        assert words in result.stderr
        assert "Traceback" not in result.output


class TestCompare:
    @pytest.fixture
    def sheets(self, here):
        for name, said in (("ana", "true,true,false,false"), ("ben", "true,false,false,false")):
            lines = [f"text {n},{value}\n" for n, value in enumerate(said.split(","))]
            (here / f"{name}.csv").write_text("text,private_reply\n" + "".join(lines), "utf-8")
        return "ana.csv", "ben.csv"

    def test_figures_are_shown_and_disagreements_written(self, sheets):
        result = annotate("--compare", *sheets, "-o", "d.csv")
        assert result.exit_code == 0, result.output
        assert re.search(r"private_reply +4 +2 +1 +75\.0% +0\.50", result.stdout)
        assert "Landis and Koch" in result.stdout
        (row,) = rows("d.csv")
        assert (row["text"], row["a_says"], row["b_says"], row["decided"]) == (
            "text 1", "yes", "no", "",
        )  # fmt: skip

    def test_figures_for_machines(self, sheets):
        record = json.loads(annotate("--compare", *sheets, "--format", "json").stdout)
        assert record["shared"] == 4
        assert record["labels"][0]["kappa"] == pytest.approx(0.5)

    def test_a_sheet_is_not_overwritten(self, sheets):
        result = annotate("--compare", *sheets, "-o", "ben.csv")
        assert result.exit_code == 2
        assert "one of the inputs" in result.stderr
