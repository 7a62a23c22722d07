"""What a new process imports before it answers: nobody waits for what isn't needed."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = {"numpy", "scipy", "sklearn", "spacy", "pandas", "rich", "pydantic", "joblib", "jinja2"}
PRELUDE = """
import sys
from smclassify.cli import main
sys.argv = ["smclassify", *sys.argv[1:]]
try:
    main()
except SystemExit as end:
    assert end.code in (0, 1), end.code
print("", *sorted(sys.modules), file=sys.stderr)
"""

needs_model = pytest.mark.skipif(
    not (ROOT / "models" / "default").is_dir(), reason="the shipped model has not been made"
)


def imported(*arguments: str, cwd: Path) -> set[str]:
    """Run a command in a process of its own, and return the modules it has imported."""
    done = subprocess.run(
        [sys.executable, "-c", PRELUDE, *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize(
    "command",
    [
        "--version", "--help", "score --help", "triage --help", "policy --help",
        "policy check --help", "annotate --help", "train --help", "evaluate --help",
        "models --help", "models list --help", "data --help", "data fetch --help",
    ],
)  # fmt: skip
def test_help_imports_nothing_heavy(tmp_path: Path, command: str) -> None:
    assert not HEAVY & imported(*command.split(), cwd=tmp_path)


@needs_model
@pytest.mark.parametrize(
    ("language", "draft"),
    [
        ("en", "Our new kettle is here."),
        ("fr", "Notre nouvelle bouilloire est là, c'est l'été."),
        ("ko", "새 주전자가 나왔어요."),
        ("zh", "新水壶到了。"),
    ],
)
def test_a_first_draft_imports_no_other_language(tmp_path: Path, language: str, draft: str) -> None:
    modules = imported("score", draft, "--model", "shipped", cwd=tmp_path)
    others = {"en", "fr", "ko", "zh"} - {language}
    assert not {f"spacy.lang.{other}" for other in others} & modules


@needs_model
def test_a_first_draft_imports_no_recogniser_of_numbers_and_no_check_of_sets(
    tmp_path: Path,
) -> None:
    modules = imported("score", "Our new kettle is here.", "--model", "shipped", cwd=tmp_path)
    unneeded = {"presidio_analyzer", "phonenumbers", "detect_secrets", "datasketch", "openpyxl"}
    assert not unneeded & modules


@needs_model
def test_a_first_draft_imports_no_library_of_training(tmp_path: Path) -> None:
    modules = imported("score", "Our new kettle is here.", "--model", "shipped", cwd=tmp_path)
    assert not {"sklearn", "pandas", "scipy.stats", "scipy.optimize", "joblib"} & modules


@needs_model
def test_a_triage_imports_no_policy_check(tmp_path: Path) -> None:
    with (tmp_path / "in.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["comment"], ["broken again"], ["lovely"]])
    modules = imported("triage", "in.csv", "-o", "out.csv", "--jobs", "1", cwd=tmp_path)
    assert not {"presidio_analyzer", "phonenumbers", "datasketch"} & modules


@pytest.mark.parametrize("said", [None, "3"])
def test_a_command_takes_one_thread_a_process_unless_told_otherwise(
    tmp_path: Path, said: str | None
) -> None:
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    environment = {name: value for name, value in os.environ.items() if name not in names}
    if said is not None:
        environment |= dict.fromkeys(names, said)
    program = "import os\n" + PRELUDE + f"print(*map(os.environ.get, {names}), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", program, "--version"],
        cwd=tmp_path,
        env=environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.splitlines()[-1].split() == [said or "1"] * 2
