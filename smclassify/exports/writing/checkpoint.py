"""How far an interrupted run has come: a small JSON file beside the unfinished result."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from smclassify.errors import OutputError

_VERSION = 2


@dataclass(slots=True)
class Checkpoint:
    """How far a run has come, and what it was.

    Attributes
    ----------
    state : dict of str to str
        What must be the same for a run to go on: the input, the model, the format…
    columns : list of str
        The columns it writes.
    rows : int
        Rows that have been handled.
    size : int
        Bytes of the working file that they take up.
    memory : dict of str to list of str
        Small things that the run has to remember.
    """

    state: dict[str, str]
    columns: list[str]
    rows: int = 0
    size: int = 0
    memory: dict[str, list[str]] = field(default_factory=dict)
    version: int = field(default=_VERSION)

    def save(self, path: Path) -> None:
        """Replace the file in one step.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        temporary = path.with_name(f"{path.name}.tmp")
        try:
            temporary.write_text(json.dumps(asdict(self)), encoding="ascii")
            temporary.replace(path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise

    @classmethod
    def load(cls, path: Path) -> Checkpoint | None:
        """Read the file; ``None`` where there is none.

        Raises
        ------
        OutputError
            If it is damaged or another version's.
        """
        try:
            values = json.loads(path.read_bytes())
            if values.pop("version") != _VERSION:
                raise ValueError("another version's")
            found = cls(**values)
            if min(int(found.rows), int(found.size)) < 0 or not isinstance(found.memory, dict):
                raise ValueError("it holds what it cannot")
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, KeyError, AttributeError, OSError) as error:
            raise OutputError(
                f"how far the last run came cannot be read: {error}.",
                where=str(path),
                hint="Start from the beginning with --force.",
            ) from error
        return found

    def check(self, part: Path, state: Mapping[str, str], columns: list[str]) -> None:
        """Make sure that a run can go on from here.

        Raises
        ------
        OutputError
            If what it writes or from what differs, or the part has lost something.
        """
        if said := self._differences(state, columns):
            raise OutputError(
                f"the unfinished run cannot be resumed: {'; '.join(said)}.",
                where=str(part),
                hint="Run it as it was, or start from the beginning with --force.",
            )
        self.check_size(part, self.size)

    def check_size(self, part: Path, size: int) -> None:
        """Make sure that a file of the unfinished run still has what was noted.

        Raises
        ------
        OutputError
            If it is gone or shorter.
        """
        if not part.exists() or part.stat().st_size < size:
            raise OutputError(
                "the unfinished result is gone, or shorter than it should be.",
                where=str(part),
                hint="Start from the beginning with --force.",
            )

    def _differences(self, state: Mapping[str, str], columns: list[str]) -> list[str]:
        names = [*state, *(name for name in self.state if name not in state)]
        said = [
            f"the {name} was “{self.state.get(name, '')}”, now it is “{state.get(name, '')}”"
            for name in names
            if self.state.get(name) != state.get(name)
        ]
        return [*said, "the columns are others"] if self.columns != columns else said
