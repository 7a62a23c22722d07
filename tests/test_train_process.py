"""Trainings in processes of their own, at the same time or killed: the models stay good ones."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

import pytest
from forked import ended
from sheets import rows, written
from train_calls import started

from smclassify.model.folder import load_model
from smclassify.model.registry import Registry
from smclassify.model.registry_verify import problems_of, verify_models
from smclassify.triage.seen import Seen

KILLS = 8


@pytest.fixture
def registry(tmp_path, small_folder) -> Registry:
    return Registry(tmp_path / "mine", shipped=lambda: small_folder)


@pytest.fixture(scope="module")
def sheets(tmp_path_factory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("sheets")
    return written(folder / "a.csv", rows(60)), written(folder / "b.csv", rows(60, 1))


def training(sheet: Path, *more: str) -> tuple[object, ...]:
    return ("train", sheet, "--name", "acme", "--jobs", "1", *more)


def check(registry: Registry) -> None:
    """Everything in it is whole, and nothing in it is anything else."""
    assert [problems for _, problems in verify_models(registry) if problems] == []
    for version in registry.versions("acme"):
        assert problems_of(version, registry.added_digest(version)) == []
    load_model(registry.find("default"))


def test_two_trainings_and_a_use_at_the_same_time_leave_good_models(
    registry, sheets, small_folder, tmp_path
):
    registry.add("acme", lambda folder: shutil.copytree(small_folder, folder))
    commands = [
        [training(sheets[0], "--promote-if-better")],
        [training(sheets[1])],
        [("models", "use", "acme@1"), ("models", "use", "shipped"), ("models", "use", "acme@1")],
    ]
    logs = [tmp_path / f"{place}.log" for place in range(len(commands))]
    processes = [
        started(registry.root, small_folder, some, log)
        for some, log in zip(commands, logs, strict=True)
    ]
    while any(process.is_alive() for process in processes):
        load_model(registry.find("default"))  # whoever reads meanwhile never meets half of anything
    codes = [ended(process) for process in processes]
    assert codes == [0] * 3, [log.read_text("utf-8") for log in logs]
    check(registry)
    versions = registry.versions("acme")
    assert [one.number for one in versions] == [1, 2, 3]
    assert [len(Seen.load(one.learned)) for one in versions[1:]] == [60, 60]
    assert str(registry.in_use()) in ("acme@1", "acme@2", "acme@3")
    digests = {one.manifest().data_sha256 for one in versions[1:]}
    assert len(digests) == 2  # each is of one sheet, and of another


def test_a_training_that_is_killed_leaves_the_old_model_in_use(
    registry, sheets, small_folder, tmp_path
):
    """At moments spread over all of its accesses to the folder of the models."""
    log = tmp_path / "log"
    assert ended(started(registry.root, small_folder, [training(sheets[0])], log)) == 0
    registry.use("acme", 1)
    good = shutil.copytree(registry.root, tmp_path / "good")
    command = [training(sheets[1], "--promote-if-better", "--against", "shipped")]
    assert ended(started(registry.root, small_folder, command, log, 0)) == 0
    assert str(registry.in_use()) == "acme@2"
    accesses = log.read_text("utf-8").count("access ")
    assert accesses > KILLS
    outcomes = set()
    for place in range(KILLS):
        shutil.rmtree(registry.root)
        shutil.copytree(good, registry.root)
        kill_at = 1 + place * (accesses - 1) // (KILLS - 1)
        process = started(registry.root, small_folder, command, log, kill_at)
        assert ended(process) == -signal.SIGKILL, log.read_text("utf-8")
        found = str(registry.in_use()), len(registry.versions("acme"))
        assert found in {("acme@1", 1), ("acme@1", 2), ("acme@2", 2)}
        outcomes.add(found)
        check(registry)
        registry.use("shipped")
        registry.use("acme", 1)
    assert {("acme@1", 1), ("acme@1", 2)} <= outcomes
