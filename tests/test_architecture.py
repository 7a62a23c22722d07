"""The walls between the rooms: lower ones know nothing of higher ones, and there are no circles."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "smclassify"

# From the ground up. Rooms on one floor may not know each other either.
FLOORS = (
    {"labels", "errors", "findings", "__init__"},
    {"wording"},
    {"text", "exports"},
    {"features", "policy"},
    {"model", "config"},
    {"labelled", "drafts", "comments", "policyfile"},
    {"classifier", "campaign", "triage", "evaluation"},
    {"training", "annotating"},
    {"report"},
    {"cli"},
    {"__main__"},
)
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}


def room_of(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        for name in names:
            if name == "smclassify":
                rooms.add("__init__")
            elif name.startswith("smclassify."):
                rooms.add(name.split(".")[1])
    return rooms


MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "_models" not in path.parts)


def test_every_room_has_its_floor() -> None:
    assert {room_of(path) for path in MODULES} == set(FLOOR_OF)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_room_knows_only_rooms_below(path: Path) -> None:
    room = room_of(path)
    if path == PACKAGE / "__init__.py":
        return  # the door: it opens on whatever a caller asks for
    for other in imported_rooms(path) - {room}:
        assert FLOOR_OF[other] < FLOOR_OF[room], f"{room} must not know {other}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_can_be_read_in_one_go(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 330
