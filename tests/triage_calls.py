"""Calling a triage with the fake classifier, and reading what it wrote."""

from __future__ import annotations

import csv
import io
from functools import partial
from pathlib import Path

from cli_fake import FakeClassifier
from click.testing import CliRunner, Result

from smclassify.cli.app import cli
from smclassify.triage.job import triage_tables
from smclassify.triage.judge import judge
from smclassify.triage.types import TriageOptions, TriageSummary
from smclassify.triage.workers import Alone


def triage(*arguments: object, **settings) -> Result:
    """Call the command; ``smclassify.classifier`` has to be the fake one."""
    return CliRunner().invoke(cli, ["triage", *map(str, arguments)], **settings)


def run(sources, target="out.csv", classifier=None, **options) -> TriageSummary:
    """Call the job itself."""
    readers = Alone(partial(judge, classifier or FakeClassifier()))
    return triage_tables(readers, sources, str(target), options=TriageOptions(**options))


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def read(path) -> list[dict[str, str]]:
    return rows_of(Path(path).read_bytes().decode("utf-8-sig"))


def write_csv(path, *rows) -> None:
    """Write rows, the header first."""
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
