"""A storm of real words in a month of the project's comments, through the whole command."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks.crisis import NIGHT, STORM, storm_texts
from benchmarks.watch import MONTH, TOPIC, Times, export, stand_out_in, tell
from smclassify.cli.app import cli
from smclassify.labels import KINDS, LANGUAGES
from smclassify.triage.facts import CRISIS, Places
from smclassify.triage.watch.alarms import watch_over
from smclassify.triage.watch.copies import sketches

DATA = Path(__file__).parent.parent / "data"
ROWS = 2_500
QUESTION, COMPLAINT = KINDS.index("question"), KINDS.index("complaint")

Dated = list[tuple[int, str]]


def moment(seconds: int) -> datetime:
    return datetime(1970, 1, 1) + timedelta(seconds=int(seconds))


def a_month() -> Dated:
    """Comments of the project's own corpus, dated at random as comments come."""
    rng = np.random.default_rng(0)
    texts = [
        json.loads(line)["text"]
        for path in sorted(DATA.glob("comments.*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    times = replace(MONTH, a_day=200).times(rng)
    chosen = rng.choice(len(texts), ROWS, replace=False)
    kept = rng.choice(times, ROWS, replace=False)
    return [(int(time), texts[at]) for time, at in zip(kept, chosen, strict=True)]


def a_storm() -> Dated:
    """Forty comments about kettles whose handles come off, on a Saturday night."""
    times = NIGHT.times(np.random.default_rng(1))
    return list(zip(times.tolist(), storm_texts("en")[: len(times)], strict=True))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        path = tmp_path_factory.mktemp("crisis")
        patch.chdir(path)
        yield path


def report_of(folder: Path, name: str, rows: Dated) -> dict[str, Any]:
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["created_time", "comment"])
        writer.writerows((moment(time).isoformat(), text) for time, text in sorted(rows))
    names = [f"{name}.csv", "-o", f"{name}.out.csv", "--report", f"{name}.json"]
    result = CliRunner().invoke(cli, ["triage", *names, "--jobs", "1", "-q"])
    assert result.exit_code == 0, result.output
    watch: dict[str, Any] = json.loads((folder / f"{name}.json").read_text("utf-8"))["survey"][
        "watch"
    ]
    return watch


def test_without_a_storm_nothing_is_named(folder: Path) -> None:
    watch = report_of(folder, "quiet", a_month())
    assert watch["unjudged"] == ""
    assert sum(watch["complaints"]) > ROWS / 4
    assert watch["bursts"] == []


def test_a_storm_is_named_with_start_size_and_theme(folder: Path) -> None:
    storm = a_storm()
    (burst,) = report_of(folder, "storm", a_month() + storm)["bursts"]
    start, end = (datetime.fromisoformat(burst[side]) for side in ("start", "end"))
    assert abs(start - moment(storm[0][0])) <= timedelta(minutes=15)
    assert start < end <= moment(storm[-1][0]) + timedelta(minutes=15)
    assert 25 <= burst["comments"] <= 45
    assert burst["comments"] > 5 * burst["expected"]
    assert burst["words"][0] in ("handle", "kettle")
    told = {row["text"] for row in burst["telling"]}
    assert len(told) == 5
    assert told <= {text for _, text in storm}
    rows = list(csv.DictReader((folder / "storm.out.csv").open(encoding="utf-8-sig", newline="")))
    assert len(rows) == ROWS + len(storm)


def test_every_storm_is_told_in_many_voices() -> None:
    rows = [json.loads(line) for line in STORM.read_text("utf-8").splitlines()]
    assert Counter(row["lang"] for row in rows) == dict.fromkeys(LANGUAGES, 45)
    bands = sketches([row["text"] for row in rows])
    long = bands[bands[:, 0] != 0]
    assert len(np.unique(long[:, 0])) == len(long)


def a_planted_month() -> tuple[Times, Times, np.random.Generator]:
    rng = np.random.default_rng(2)
    return MONTH.times(rng), NIGHT.times(rng), rng


def test_what_is_about_it_is_part_of_it_whatever_its_kind() -> None:
    quiet, planted, rng = a_planted_month()
    facts = export(quiet, planted, rng)
    asked = np.arange(len(quiet), len(facts), 3)  # every third one asks, and doesn't complain
    facts.table["kind"][asked] = QUESTION
    watch, member = watch_over(facts, tell, stand_out_in(facts))
    (burst,) = watch.bursts
    during = [burst.start <= moment(at) <= burst.end for at in facts.table["time"][asked]]
    about = [TOPIC in text for text in facts.texts(asked)]
    assert 8 < sum(about) < len(asked)
    assert (member[asked] == 0).tolist() == [a and b for a, b in zip(about, during, strict=True)]


def test_a_crisis_that_shows_among_the_complaints_is_told_by_them() -> None:
    quiet, planted, rng = a_planted_month()
    facts = export(quiet, planted, rng)
    facts.table["flags"][-20:] = CRISIS  # the gravest of them come late
    (burst,) = watch_over(facts, tell, stand_out_in(facts))[0].bursts
    assert burst.label == "complaint"
    assert burst.comments >= 35
    assert abs(burst.start - moment(planted[0])) <= timedelta(minutes=15)


def test_a_burst_is_held_against_complaints_in_its_own_language() -> None:
    quiet, planted, rng = a_planted_month()
    facts = export(quiet, planted, rng)
    facts.table["lang"] = np.arange(len(facts)) % 4
    facts.table["lang"][-40:] = 2
    seen: list[set[int]] = []

    def stand_out(inside: Places, outside: Places) -> tuple[str, ...]:
        seen.extend({*facts.table["lang"][places].tolist()} for places in (inside, outside))
        return (TOPIC,)

    watch_over(facts, tell, stand_out)
    assert seen == [{2}, {2}]


def test_a_burst_in_a_language_with_hardly_a_complaint_is_held_against_all() -> None:
    quiet, planted, rng = a_planted_month()
    facts = export(quiet, planted, rng)
    facts.table["lang"][-40:] = 3
    outsides: list[int] = []

    def stand_out(inside: Places, outside: Places) -> tuple[str, ...]:
        outsides.append(len(outside))
        return (TOPIC,)

    watch_over(facts, tell, stand_out)
    assert len(outsides) == 1
    assert outsides[0] > 1_000
    assert np.count_nonzero(facts.table["kind"] == COMPLAINT) > 4_000
