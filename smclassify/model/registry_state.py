"""What a registry remembers: which model is in use, what each name means, and how it came to that.

One small JSON file, replaced in one step. Where it says nothing of a name, the oldest version
is the name's current one: so a first version is current as soon as it stands there, no later one
is without somebody's word, and a file that is lost promotes nothing.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from smclassify.errors import ModelError
from smclassify.model.files import write_text_atomic

STATE_FILE: Final = ".registry.json"

_FORMAT: Final = "smclassify-registry/1"
_MOST_BYTES: Final = 4_000_000
_MOST_USES: Final = 1_000

Number = Annotated[int, Field(ge=1)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Choice(_Strict):
    """One version of a name."""

    name: Name
    version: Number

    def __str__(self) -> str:
        return f"{self.name}@{self.version}"


class Use(_Strict):
    """One time that somebody said which model to use, and what was so before."""

    at: AwareDatetime
    chosen: Choice | None
    """None stands for the shipped model."""
    default: bool
    """Whether it became the model in use, too, and not just what its name means."""
    in_use_before: Choice | None
    current_before: Number | None
    undone: AwareDatetime | None = None


class State(_Strict):
    """What ``.registry.json`` holds."""

    format: Literal["smclassify-registry/1"] = _FORMAT
    in_use: Choice | None = None
    """None stands for the shipped model."""
    current: dict[Name, Number] = {}
    last: dict[Name, Number] = {}
    """The highest number a name ever had: numbers of removed versions are not given again."""
    manifests: dict[Name, dict[Number, Digest]] = {}
    """The SHA-256 of each version's manifest when it was added, which holds the weights'."""
    uses: tuple[Use, ...] = ()


def now() -> datetime:
    """Return the time, to the second, in UTC."""
    return datetime.now(UTC).replace(microsecond=0)


def read_state(root: Path) -> State:
    """Read a registry's state; that of an empty one where there is none.

    Raises
    ------
    ModelError
        If it is damaged or from a later version of the program. Going on with the shipped model
        would change what people read without a word.
    """
    path = root / STATE_FILE
    try:
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return State()
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error
    if len(raw) > _MOST_BYTES:
        raise _unreadable(path, "it is far too large")
    try:
        content = json.loads(raw)
        found = content.get("format") if isinstance(content, dict) else None
        if isinstance(found, str) and found != _FORMAT:
            raise _unreadable(path, f"it is in the format {found[:40]!a}, not {_FORMAT!r}")
        return State.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        key = ascii(".".join(str(part) for part in first["loc"])).strip("'")[:80]
        raise _unreadable(path, f"at {key or 'its top'}: {first['msg'][:200]}") from error
    except (ValueError, RecursionError) as error:
        raise _unreadable(path, str(error)[:200]) from error


def write_state(root: Path, state: State) -> None:
    """Write a registry's state in one step.

    Raises
    ------
    OutputError
        If it cannot be written; what was there before is then untouched.
    """
    kept = state.model_copy(update={"uses": state.uses[-_MOST_USES:]})
    write_text_atomic(root / STATE_FILE, kept.model_dump_json(indent=1) + "\n")


def set_aside(root: Path) -> Path:
    """Rename a damaged state, so that a new one can be begun; return its new path."""
    path = root / STATE_FILE
    aside = root / f"{STATE_FILE}.damaged-{now():%Y%m%d-%H%M%S}"
    path.replace(aside)
    return aside


def _unreadable(path: Path, reason: str) -> ModelError:
    return ModelError(
        f"The note of which models are in use cannot be read: {reason}.",
        where=str(path),
        hint="Your models are still there, and --model shipped or --model NAME@VERSION works as "
        "ever. To begin a new note, say which model to use: smclassify models use NAME@VERSION "
        "--mend, or models use shipped --mend. Each other name then means its oldest version.",
    )
