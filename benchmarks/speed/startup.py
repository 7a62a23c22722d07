"""How long a new process takes to answer, beside what importing spaCy alone takes."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from typing import Final

from benchmarks.speed import processes
from benchmarks.speed.measuring import Figures, Measure, Setting

PART: Final = "start-up"
SPACY: Final = 'python -c "import spacy"'
VERSION: Final = "smclassify --version"
HELP: Final = "smclassify --help"
FIRST_DRAFT: Final = 'smclassify score "one draft"'

HEAVY: Final = ("spacy", "sklearn")
"""What neither the version nor the help needs."""

_DRAFT: Final = "ONLY TODAY!!! Buy now, last chance, link in bio"
_COMMENT: Final = "My parcel is three weeks late and nobody answers."
# What the entry point does, and then what that has imported.
_IMPORTED: Final = """
import sys
from smclassify.cli import main
sys.argv = ["smclassify", sys.argv[1]]
try:
    main()
except SystemExit:
    pass
print("\\n" + " ".join(sys.modules))
"""


def measures(setting: Setting) -> list[Measure]:
    """Return what is measured: commands in turn, each so often that the median is steady."""
    comments, result = setting.scratch / "comment.csv", setting.scratch / "comment.out.csv"
    with comments.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["comment"], [_COMMENT]])
    python = sys.executable
    commands: dict[str, Sequence[str]] = {
        "python -c pass": (python, "-c", "pass"),
        SPACY: (python, "-c", "import spacy"),
        "import smclassify": (python, "-c", "import smclassify"),
        VERSION: (*processes.OURS, "--version"),
        HELP: (*processes.OURS, "--help"),
        FIRST_DRAFT: (*processes.OURS, "score", _DRAFT, "--model", "shipped"),
        "smclassify triage of one comment": (
            *processes.OURS, "triage", str(comments), "-o", str(result), "--force", "-q",
            "--model", "shipped",
        ),
    }  # fmt: skip
    if setting.startups > 1:  # the files come into the system's memory
        for command in commands.values():
            processes.run(command, accepted=(0, 1))
    return [
        Measure(PART, name, partial(_start, command), rounds=setting.startups)
        for name, command in commands.items()
    ]


def _start(command: Sequence[str]) -> Figures:
    ran = processes.run(command, accepted=(0, 1))
    return {"seconds": ran.seconds, "cpu": ran.cpu, "texts": 1}


def imported(option: str) -> list[str]:
    """Return which of the heavy packages ``smclassify`` imports for ``--version`` or ``--help``."""
    said = subprocess.run(
        (sys.executable, "-c", _IMPORTED, option), capture_output=True, text=True, check=True
    ).stdout
    modules = said.splitlines()[-1].split()
    return [name for name in HEAVY if name in modules]
