"""Reading a TOML file and saying, in a user's words, what is wrong with it.

Where a key stands is for :mod:`smclassify.policy.tomlplaces` to find.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, get_args

from pydantic import BaseModel, ValidationError

from smclassify.errors import ConfigError
from smclassify.policy.tomlplaces import KeyPath, line_of, lines_of

__all__ = (
    "KeyPath", "config_error", "dotted", "line_of", "lines_of", "nearest", "read_toml",
    "shortened", "value_at",
)  # fmt: skip

MOST_BYTES: Final = 20_000_000
_PART: Final = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+"""
_DEEP_KEY: Final = re.compile(
    rf"(?:^|[{{,])[ \t\[]*+{_PART}(?:\.[ \t]*+{_PART}){{50,}}+", re.MULTILINE
)
"""What the standard library takes the cube of the number of parts to read."""

_SHOWN = 8
_LONGEST = 80
_MISSING = object()


def read_toml(path: Path) -> tuple[str, dict[str, Any]]:
    """Read a TOML file.

    Returns
    -------
    tuple of str and dict
        The text of the file, and what it says.

    Raises
    ------
    ConfigError
        The file cannot be read, is not UTF-8 or is not TOML; the line is named.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ConfigError(
            f"the file cannot be read: {error.strerror or error}",
            where=str(path),
            hint="Check the name, and that you may read it.",
        ) from error
    if len(raw) > MOST_BYTES:
        raise ConfigError(
            f"the file has more than {MOST_BYTES / 1e6:.0f} MB, too much for a configuration",
            where=str(path),
            hint="Check that this is the file you meant.",
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            "the file is not UTF-8 text",
            where=f"{path}, line {line}",
            hint="Save it as UTF-8 in your editor.",
        ) from error
    if deep := _DEEP_KEY.search(text):
        raise ConfigError(
            "a key has more parts than this program reads",
            where=f"{path}, line {text.count(chr(10), 0, deep.end()) + 1}",
            hint="Check that this is the file you meant.",
        )
    try:
        return text, tomllib.loads(text)
    except RecursionError as error:
        raise ConfigError(
            "this is not a configuration: lists stand within lists without end",
            where=str(path),
            hint="Check that this is the file you meant.",
        ) from error
    except ValueError as error:  # also a number of more digits than Python reads
        found = re.search(r"\(at line (\d+), column \d+\)", str(error))
        line = int(found.group(1)) if found else text.count("\n") + 1
        what = re.sub(r"\s*\(at .*\)$", "", str(error))
        raise ConfigError(
            f"this is not valid TOML: {what[:1].lower()}{what[1:]}",
            where=f"{path}, line {line}",
            hint="Texts stand in quotes, lists in [brackets]; see https://toml.io.",
        ) from error


def dotted(path: Sequence[str | int]) -> str:
    """Write a key as a user knows it, such as ``policy.rule[2].severity``."""
    out = ""
    for step in path:
        if isinstance(step, int):
            out += f"[{step}]"
        else:
            plain = re.fullmatch(r"[A-Za-z0-9_-]+", step) is not None
            short = shortened(step)
            out += ("." if out else "") + (short if plain else f'"{short}"')
    return out


def shortened(text: str) -> str:
    """Cut what would fill a screen."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def value_at(data: Any, path: Sequence[str | int]) -> Any:
    """Return the value at a key, or a private marker when there is none."""
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return _MISSING
    return data


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that looks most like this one, if any comes near."""
    found = get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def config_error(
    error: ValidationError, model: type[BaseModel], path: Path, text: str, data: dict[str, Any]
) -> ConfigError:
    """Turn what pydantic found into an error that names file, key, line and expectation."""
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    places: list[str] = []
    notes: list[str] = []
    keys = [_as_written(problem["loc"], data) for problem in problems[:_SHOWN]]
    lines = lines_of(text, keys)
    for problem, key, line in zip(problems, keys, lines, strict=False):
        places.append(f"line {line}, {dotted(key)}" if line else dotted(key))
        notes.append(_explain(problem["type"], problem["msg"], key, model, data))
    hint = "Correct the file and try again."
    if len(problems) == 1:
        return ConfigError(notes[0], where=f"{path}, {places[0]}", hint=hint)
    listed = "".join(f"\n  {at}: {note}" for at, note in zip(places, notes, strict=True))
    more = len(problems) - len(places)
    listed += f"\n  and {more} more" if more else ""
    return ConfigError(f"{len(problems)} things are wrong:{listed}", where=str(path), hint=hint)


def _as_written(loc: Sequence[str | int], data: Any) -> KeyPath:
    """Drop what pydantic adds to a location and the file doesn't hold."""
    path: list[str | int] = []
    for step in loc:
        if step == "[key]":
            break
        path.append(step)
    return tuple(path)


def _explain(
    kind: str, message: str, key: KeyPath, model: type[BaseModel], data: dict[str, Any]
) -> str:
    found = value_at(data, key)
    if kind == "extra_forbidden":
        known = sorted(_known_keys(model, key[:-1]))
        close = nearest(str(key[-1]), known)
        unknown = f"unknown key {shortened(str(key[-1]))!r}"
        if close:
            return f"{unknown}; did you mean {close!r}?"
        return f"{unknown}; expected one of {', '.join(known)}"
    if kind == "missing":
        return f"the key {str(key[-1])!r} is missing"
    text = message.removeprefix("Value error, ")
    text = text.replace("Input should be", "expected").replace("String should", "the text should")
    note = f"{text[:1].lower()}{text[1:]}"
    if found is not _MISSING and not isinstance(found, dict | list) and "; found " not in note:
        note += f"; found {shortened(repr(found))}"
        if isinstance(found, str) and (close := nearest(found, re.findall(r"'([^']+)'", text))):
            note += f", did you mean {close!r}?"
    return note


def _known_keys(model: type[BaseModel], path: Sequence[str | int]) -> set[str]:
    for step in path:
        if isinstance(step, int):
            continue
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        if step in fields:  # else a name that the user has chosen, such as a rule's
            model = _model_within(fields[step].annotation) or model
    return {field.alias or name for name, field in model.model_fields.items()}


def _model_within(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in get_args(annotation):
        if (model := _model_within(part)) is not None:
            return model
    return None
