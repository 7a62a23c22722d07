"""Nothing that a triage reads is replaced or removed by what it writes."""

import shutil
import sys
from pathlib import Path

import pytest
from cli_fake import FakeClassifier, fake_module
from triage_calls import run, triage, write_csv

from smclassify.errors import InputError, OutputError
from smclassify.triage.seen import Seen

ENDINGS = ["part", "part.records", "part.json", "part.json.tmp", "tmp"]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "smclassify.classifier", fake_module())
    write_csv("c.csv", ["id", "text"], ["1", "it is broken"], ["2", "nice colours"])
    return tmp_path


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_input_by_the_name_of_a_work_file_stays(ending):
    name = f"out.csv.{ending}"
    shutil.copy("c.csv", name)
    with pytest.raises(OutputError, match="one of the inputs"):
        run([name], input_format="csv", force=True)
    assert Path(name).read_bytes() == Path("c.csv").read_bytes()


@pytest.mark.parametrize("named", ["in", "in/r.json", "x/../in/r.json", "link.json"])
def test_a_report_never_takes_the_place_of_an_input(named, here):
    for folder in ("in", "x"):
        Path(folder).mkdir()
    Path("in/r.json").write_text('[{"id": 1, "text": "it is broken"}]')
    Path("link.json").symlink_to(here / "in/r.json")
    before = Path("in/r.json").read_bytes()
    result = triage(named, "-o", "out.csv", "--report", "in/r.json", "--force")
    assert result.exit_code == 2
    assert Path("in/r.json").read_bytes() == before


def test_a_memory_without_a_folder_is_refused_before_any_work():
    with pytest.raises(OutputError, match="no folder"):
        run(["c.csv"], since="nowhere/c.seen")
    assert not Path("out.csv").exists()


@pytest.mark.parametrize("letters", [240, 300])
@pytest.mark.parametrize("option", ["-o", "--report"])
def test_a_name_that_is_too_long_is_said_in_words(letters, option):
    name = "a" * letters + (".csv" if option == "-o" else ".json")
    rest = ["-o", "out.csv"] if option == "--report" else []
    result = triage("c.csv", *rest, option, name)
    assert result.exit_code in (0, 2)
    assert result.exit_code == 0 or "Error: " in result.output
    assert result.exit_code == 0 or isinstance(result.exception, SystemExit)


@pytest.mark.parametrize("change", ["it grows", "it is cut", "it is another"])
def test_an_input_that_changes_while_it_is_read_is_said_so(change):
    write_csv("big.csv", ["id", "text"], *([str(n), f"broken {n}"] for n in range(5000)))
    whole = Path("big.csv").read_bytes()
    data = {"it grows": whole + b"5000,half", "it is cut": whole[:-20_000]}

    class Changing(FakeClassifier):
        def triage(self, *given, **options):
            Path("big.csv").write_bytes(data.get(change, whole.replace(b"broken", b"lovely")))
            return super().triage(*given, **options)

    with pytest.raises(InputError, match="changed"):
        run(["big.csv"], classifier=Changing())
    assert not Path("out.csv").exists()


def test_two_runs_with_one_memory_both_are_remembered():
    class Slow(FakeClassifier):
        def triage(self, *given, **options):
            Seen([7]).save("c.seen")
            return super().triage(*given, **options)

    run(["c.csv"], since="c.seen", classifier=Slow())
    assert len(Seen.load("c.seen")) == 3
