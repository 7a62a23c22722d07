"""Many processes change a registry at once, or are killed in the middle: it stays a good one."""

from __future__ import annotations

import shutil
import signal

import pytest
from forked import ended
from registry_calls import started

from smclassify.model.folder import load_model
from smclassify.model.registry import Registry
from smclassify.model.registry_verify import problems_of


@pytest.fixture
def registry(tmp_path, small_folder):
    return Registry(tmp_path / "mine", shipped=lambda: small_folder)


def check(registry: Registry, versions: int | None = None) -> None:
    """Everything in it is whole, and nothing in it is anything else."""
    there = [one for name in registry.names() for one in registry.versions(name)]
    assert [problems_of(one, registry.added_digest(one)) for one in there] == [[]] * len(there)
    assert versions in (None, len(there))
    load_model(registry.find("default"))
    for name in registry.names():
        load_model(registry.find(name))


def test_trainings_and_uses_at_the_same_time_leave_a_good_registry(registry, small_folder):
    for name in ("acme", "beta"):
        registry.add(name, lambda folder: shutil.copytree(small_folder, folder))
    changes = [
        [("add", "acme"), ("use", "acme"), ("add", "acme")],
        [("add", "acme"), ("add", "beta"), ("use", "beta")],
        [("use", "acme", 1), ("use", "shipped"), ("add", "acme"), ("use", "beta", 1)],
        [("add", "beta"), ("use", "acme", 1), ("use", "acme")],
    ]
    processes = [started(registry.root, small_folder, some) for some in changes]
    while any(process.is_alive() for process in processes):
        load_model(registry.find("default"))  # a reader never meets half of anything
        assert len(registry.versions("acme")) >= 1
    assert [ended(process) for process in processes] == [0] * len(processes)
    check(registry, 2 + 6)
    assert [one.number for one in registry.versions("acme")] == [1, 2, 3, 4, 5]
    assert [one.number for one in registry.versions("beta")] == [1, 2, 3]
    assert len(registry.log()) == 7
    befores = [use.in_use_before for use in registry.log()]
    assert befores == [None, *(use.chosen for use in registry.log()[:-1])]  # one after the other


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        (("add", "acme"), ("acme@1", 2), ("acme@1", 3)),
        (("use", "acme"), ("acme@1", 2), ("acme@2", 2)),
        (("rollback",), ("acme@1", 2), ("shipped", 2)),
        (("remove", "acme", 2), ("acme@1", 2), ("acme@1", 1)),
    ],
)
def test_whoever_is_killed_has_changed_all_or_nothing(
    registry, small_folder, tmp_path, change, before, after
):
    """Before each access to the disk, of every third from the first on."""
    for _ in range(2):
        registry.add("acme", lambda folder: shutil.copytree(small_folder, folder))
    registry.use("acme", 1)
    good, log = shutil.copytree(registry.root, tmp_path / "good"), tmp_path / "log"
    assert ended(started(registry.root, small_folder, [change], None, log)) == 0
    assert (str(registry.in_use()), len(registry.versions("acme"))) == after
    accesses = int(log.read_text())
    assert accesses >= 8
    for kill_at in range(1, accesses + 1, 3):
        shutil.rmtree(registry.root)
        shutil.copytree(good, registry.root)
        assert ended(started(registry.root, small_folder, [change], kill_at)) == -signal.SIGKILL
        found = str(registry.in_use()), len(registry.versions("acme"))
        assert found in (before, after)
        check(registry)
        registry.use("shipped")
        left = [path.name for path in registry.root.iterdir() if path.name[0] == "."]
        assert set(left) == {".lock", ".lock-holder", ".registry.json"}, kill_at
