"""The command as a process: what it imports, pipes, Ctrl-C, encodings, terminals, exit codes."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from smclassify.exports.writing.guard import unguard

TESTS = Path(__file__).parent
ROOT = TESTS.parent
FAKE = [sys.executable, str(TESTS / "cli_fake.py")]
REAL = [sys.executable, "-m", "smclassify"]
SHIPPED = ROOT / "models" / "default"

posix = pytest.mark.skipif(os.name != "posix", reason="signals and pipes as POSIX has them")
needs_model = pytest.mark.skipif(
    not SHIPPED.is_dir(), reason="the shipped model has not been made (make model)"
)


def environment(**extra):
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "PYTHONIOENCODING")}
    path = os.pathsep.join(filter(None, [str(ROOT), kept.get("PYTHONPATH")]))
    return {**kept, "PYTHONPATH": path, **extra}


def run(command, *arguments, cwd, env=None, **settings):
    return subprocess.run(
        [*command, *map(str, arguments)],
        cwd=cwd, env=environment(**(env or {})), capture_output=True, timeout=120, check=False,
        **settings,
    )  # fmt: skip


def heed_interrupts():
    """A shell's background jobs, and so perhaps the tests, are started deaf to Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(*arguments, cwd, **env):
    return subprocess.Popen(
        [*FAKE, *map(str, arguments)],
        cwd=cwd, env=environment(**env), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, preexec_fn=heed_interrupts,  # noqa: PLW1509 - no threads here
    )  # fmt: skip


def wait_for(condition, process, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end, "it did not come so far"
        time.sleep(0.02)


@pytest.fixture
def comments(tmp_path):
    with (tmp_path / "big.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text"])
        writer.writerows([n, f"{'broken' if n % 3 else 'nice'} {n}"] for n in range(9000))
    return tmp_path


class TestStart:
    @pytest.mark.parametrize(
        "arguments", [["--help"], ["--version"], ["score", "--help"], ["triage", "--help"]]
    )
    def test_help_and_version_import_nothing_heavy(self, tmp_path, arguments):
        code = (
            "import sys\n"
            "from smclassify.cli import main\n"
            f"sys.argv = ['smclassify', *{arguments!r}]\n"
            "try:\n    main()\n"
            "except SystemExit as end:\n    assert end.code == 0, end.code\n"
            "heavy = {'numpy', 'scipy', 'sklearn', 'spacy', 'rich', 'openpyxl', 'pyarrow',"
            " 'jinja2', 'pydantic', 'joblib'} & set(sys.modules)\n"
            "assert not heavy, heavy\n"
        )
        done = run([sys.executable, "-c", code], cwd=tmp_path)
        assert done.returncode == 0, done.stderr.decode()
        assert b"smclassify" in done.stdout

    def test_the_package_runs_as_a_module(self, tmp_path):
        done = run(REAL, "--version", cwd=tmp_path)
        assert done.stdout.decode().startswith("smclassify 0")

    def test_an_unknown_command(self, tmp_path):
        done = run(REAL, "scoer", cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, b"")
        assert b"No such command" in done.stderr


class TestPipes:
    def test_drafts_in_records_out(self, tmp_path):
        drafts = "fine\nBUY NOW 한국\n".encode()
        done = run(FAKE, "score", "-", "--format", "jsonl", cwd=tmp_path, input=drafts)
        records = [json.loads(line) for line in done.stdout.splitlines()]
        assert [record["flags"] for record in records] == [[], ["spammy"]]
        assert (done.returncode, done.stderr) == (1, b"")

    @posix
    def test_jsonl_through_a_pipe_that_fills_slowly(self, tmp_path):
        process = start("score", "-", "--format", "jsonl", cwd=tmp_path)
        for piece in (b'{"id": "a",', b' "text": "x"}\n', b'{"id": "b", "text": "y"}\n'):
            process.stdin.write(piece)
            process.stdin.flush()
            time.sleep(0.1)
        out, err = process.communicate(timeout=60)
        assert [json.loads(line)["id"] for line in out.splitlines()] == ["a", "b"], err

    @posix
    @pytest.mark.parametrize(
        "arguments",
        [
            ["triage", "big.csv", "-o", "-"],
            ["score", "big.csv", "--format", "jsonl"],
            ["score", "big.csv", "--threshold", "off_policy=0"],
        ],
    )
    def test_a_reader_that_leaves_early_is_no_error(self, comments, arguments):
        process = start(*arguments, cwd=comments)
        assert process.stdout.readline()
        process.stdout.close()
        process.stdin.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 141

    @posix
    @pytest.mark.parametrize("drafts", ["-", "BUY NOW"])
    def test_streams_that_were_closed(self, tmp_path, drafts):
        shell = ["sh", "-c", '"$@" <&- >&-', "sh", *FAKE, "score", drafts]
        done = run(shell, cwd=tmp_path)
        assert done.returncode == (2 if drafts == "-" else 1)
        assert b"Traceback" not in done.stderr

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has /dev/full")
    @pytest.mark.parametrize("arguments", [["score", "BUY NOW"], ["triage", "big.csv", "-o", "-"],
                                           ["score", "BUY NOW", "-o", "/dev/full",
                                            "--format", "csv"]])  # fmt: skip
    def test_a_full_disk(self, comments, arguments):
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                [*FAKE, *arguments], cwd=comments, env=environment(), stdout=full,
                stderr=subprocess.PIPE, timeout=60, check=False,
            )  # fmt: skip
        assert done.returncode == 2
        assert b"the disk is full" in done.stderr
        assert b"Traceback" not in done.stderr

    def test_rows_on_standard_output_the_summary_beside_them(self, comments):
        done = run(FAKE, "triage", "big.csv", "-o", "-", cwd=comments)
        assert len(done.stdout.splitlines()) == 9001
        assert b"9,000 comments" in done.stderr

    def test_workers_say_the_same_as_one_process(self, comments):
        alone, workers = (
            run(FAKE, "triage", "big.csv", "-o", "-", "--jobs", jobs, cwd=comments)
            for jobs in (1, 2)
        )
        assert alone.returncode == workers.returncode == 0, workers.stderr.decode()
        assert workers.stdout == alone.stdout
        assert len(workers.stdout.splitlines()) == 9001


@posix
class TestCtrlC:
    def test_a_triage_can_be_resumed_to_the_same_result(self, comments):
        whole = run(FAKE, "triage", "big.csv", "-o", "whole.csv", cwd=comments)
        assert whole.returncode == 0
        arguments = ["triage", "big.csv", "-o", "out.csv"]
        process = start(*arguments, cwd=comments, FAKE_SECONDS_A_BATCH="0.4")
        wait_for((comments / "out.csv.part.json").exists, process)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 130
        assert out == b""
        assert b"--resume" in err
        assert b"Traceback" not in err
        assert not (comments / "out.csv").exists()
        done = run(FAKE, *arguments, "--resume", "--report", "r.json", cwd=comments)
        assert done.returncode == 0, done.stderr
        assert (comments / "out.csv").read_bytes() == (comments / "whole.csv").read_bytes()
        report = json.loads((comments / "r.json").read_text("utf-8"))
        assert (report["rows"], report["private_replies"]) == (9000, 6000)
        assert sorted(path.name for path in comments.iterdir()) == [
            "big.csv", "out.csv", "r.json", "whole.csv",
        ]  # fmt: skip

    def test_a_kill_can_be_resumed_too(self, comments):
        run(FAKE, "triage", "big.csv", "-o", "whole.csv", cwd=comments)
        process = start("triage", "big.csv", "-o", "out.csv", cwd=comments,
                        FAKE_SECONDS_A_BATCH="0.8")  # fmt: skip
        wait_for((comments / "out.csv.part.json").exists, process)
        process.kill()
        process.communicate()
        done = run(FAKE, "triage", "big.csv", "-o", "out.csv", "--resume", cwd=comments)
        assert done.returncode == 0, done.stderr
        assert b"9,000 comments: 6,000 to answer" in done.stdout
        assert (comments / "out.csv").read_bytes() == (comments / "whole.csv").read_bytes()

    @pytest.mark.parametrize("command", ["score", "triage"])
    def test_a_polite_kill_cleans_up_or_can_be_resumed(self, comments, command):
        process = start(command, "big.csv", "-o", "out.jsonl", cwd=comments,
                        FAKE_SECONDS_A_BATCH="0.4")  # fmt: skip
        wait_for(lambda: any("out.jsonl." in path.name for path in comments.iterdir()), process)
        time.sleep(1)
        process.terminate()
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out, err) == (143, b"", b"")
        if command == "score":
            assert [path.name for path in comments.iterdir()] == ["big.csv"]
        else:
            done = run(FAKE, command, "big.csv", "-o", "out.jsonl", "--resume", cwd=comments)
            assert b"9,000 comments" in done.stdout

    def test_scoring_leaves_nothing_behind(self, comments):
        process = start("score", "big.csv", "-o", "out.jsonl", cwd=comments,
                        FAKE_SECONDS_A_BATCH="0.4")  # fmt: skip
        wait_for(lambda: list(comments.glob(".out.jsonl*")), process)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        assert process.returncode == 130
        assert err.decode().strip() == "Stopped."
        assert [path.name for path in comments.iterdir()] == ["big.csv"]


class TestEncodings:
    @pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp949", "utf-8"])
    def test_no_console_is_too_old(self, tmp_path, encoding):
        drafts = ["한국어 BUY NOW é 中文", "\U0001f600 BUY NOW"]
        done = run(FAKE, "score", *drafts, cwd=tmp_path, env={"PYTHONIOENCODING": encoding})
        assert (done.returncode, done.stderr) == (1, b"")
        assert ">>BUY NOW<<" in done.stdout.decode(encoding)

    def test_errors_are_shown_there_as_well(self, tmp_path):
        done = run(FAKE, "score", "글.csv", cwd=tmp_path, env={"PYTHONIOENCODING": "cp1252"})
        assert done.returncode == 2
        assert done.stderr.startswith(b"Error: \\uae00.csv: there is no such file")

    def test_files_are_utf8_whatever_the_console(self, tmp_path):
        run(FAKE, "score", "한국어 BUY NOW", "-o", "out.txt", cwd=tmp_path,
            env={"PYTHONIOENCODING": "ascii"})  # fmt: skip
        assert "한국어 >>BUY NOW<<" in (tmp_path / "out.txt").read_text("utf-8")


@posix
class TestTerminal:
    """On a pseudo-terminal, where colours and the progress line belong."""

    def on_terminal(self, cwd, *arguments, **env):
        import pty

        master, slave = pty.openpty()
        process = subprocess.Popen(
            [*FAKE, *arguments], cwd=cwd, env=environment(TERM="xterm", **env),
            stdin=subprocess.DEVNULL, stdout=slave, stderr=slave,
        )  # fmt: skip
        os.close(slave)
        seen = b""
        try:
            while block := os.read(master, 65536):
                seen += block
        except OSError:  # how Linux says that the other end was closed
            pass
        os.close(master)
        return process.wait(60), seen.decode()

    def test_colours(self, tmp_path):
        code, seen = self.on_terminal(tmp_path, "score", "BUY NOW")
        assert code == 1
        assert "\x1b[1;4;31mBUY NOW" in seen

    def test_no_color_is_respected(self, tmp_path):
        _, seen = self.on_terminal(tmp_path, "score", "BUY NOW", NO_COLOR="1")
        assert "\x1b" not in seen
        assert ">>BUY NOW<<" in seen

    def test_long_work_shows_how_far_it_is(self, comments):
        code, seen = self.on_terminal(comments, "triage", "big.csv", "-o", "out.csv", "--quiet",
                                      FAKE_SECONDS_A_BATCH="0.9")  # fmt: skip
        assert code == 0
        assert "Reading comments" in seen
        assert "rows" in seen

    def test_short_work_does_not(self, comments):
        _, seen = self.on_terminal(comments, "triage", "big.csv", "-o", "out.csv", "--quiet")
        assert seen == ""


@needs_model
class TestShippedModel:
    def test_the_sample_drafts(self, tmp_path):
        files = [ROOT / "samples" / "drafts.csv", *sorted((ROOT / "samples" / "drafts").iterdir())]
        done = run(REAL, "score", *files, "--format", "jsonl", cwd=tmp_path)
        assert done.returncode == 1, done.stderr.decode()
        records = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(records) == 32
        for record in records:
            for finding in record["findings"]:
                assert 0 <= finding["start"] <= finding["end"] <= len(record["text"])
        shown = run(REAL, "score", *files, cwd=tmp_path)
        assert "32 drafts:" in shown.stdout.decode()

    def test_the_sample_comments(self, tmp_path):
        source = ROOT / "samples" / "comments.csv"
        done = run(REAL, "triage", source, "-o", "out.csv", "--report", "r.html", cwd=tmp_path)
        assert done.returncode == 0, done.stderr.decode()
        with source.open(encoding="utf-8", newline="") as file:
            given = list(csv.DictReader(file))
        with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
            got = list(csv.DictReader(file))
        assert [{k: unguard(row[k]) for k in given[0]} for row in got] == given
        assert any(row["sm_private_reply"] == "true" for row in got)
        assert {row["sm_private_reply"] for row in got} == {"true", "false"}
        assert (tmp_path / "r.html").read_text("utf-8").startswith("<!DOCTYPE html>")

    def test_a_config_and_an_odd_draft(self, tmp_path):
        (tmp_path / "smclassify.toml").write_text(
            '[policy]\nconfidential = ["Project Heron"]\n', "utf-8"
        )
        done = run(REAL, "score", "Ask us about Project Heron", "\udc80", cwd=tmp_path)
        assert done.returncode == 1, done.stderr.decode()
        assert b">>Project Heron<<" in done.stdout
        assert b"Traceback" not in done.stderr
