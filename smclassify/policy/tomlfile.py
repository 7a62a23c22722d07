"""Reading a TOML file and saying, in a user's words, what is wrong with it.

Where a key stands is found by parsing the file again, a line more each time, until the
key appears: slow on purpose and only in the case of an error, but right for every way
TOML has of writing a key.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from smclassify.errors import ConfigError

KeyPath = tuple[str | int, ...]

_SHOWN = 8
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
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"the file cannot be read: {error.strerror or error}",
            where=str(path),
            hint="Check the name, and that you may read it.",
        ) from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            "the file is not UTF-8 text",
            where=f"{path}, line {line}",
            hint="Save it as UTF-8 in your editor.",
        ) from error
    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
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
            out += ("." if out else "") + (step if plain else f'"{step}"')
    return out


def value_at(data: Any, path: Sequence[str | int]) -> Any:
    """Return the value at a key, or a private marker when there is none."""
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return _MISSING
    return data


def line_of(text: str, path: Sequence[str | int]) -> int | None:
    """Return the line (from 1) on which a key, or what encloses it, is written."""
    lines = text.splitlines()
    for length in range(len(path), 0, -1):
        if line := _line_of(lines, tuple(path[:length])):
            return line
    return None


def _line_of(lines: list[str], path: KeyPath) -> int | None:
    complete = 0
    for number in range(1, len(lines) + 1):
        try:
            data = tomllib.loads("\n".join(lines[:number]))
        except tomllib.TOMLDecodeError:
            continue  # in the middle of a value: the next line may complete it
        value = value_at(data, path)
        if value is _MISSING:
            complete = number
            continue
        statement = range(complete, number)
        if isinstance(value, str) and isinstance(path[-1], int):
            for at in statement:
                if value and value in lines[at]:
                    return at + 1
        for at in statement:
            if lines[at].strip() and not lines[at].lstrip().startswith("#"):
                return at + 1
        return number
    return None


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that looks most like this one, if any comes near."""
    found = get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def config_error(
    error: ValidationError, model: type[BaseModel], path: Path, text: str, data: dict[str, Any]
) -> ConfigError:
    """Turn what pydantic found into an error that names file, key, line and expectation."""
    problems = error.errors(include_url=False, include_context=False)
    places: list[str] = []
    notes: list[str] = []
    for problem in problems[:_SHOWN]:
        key = _as_written(problem["loc"], data)
        line = line_of(text, key)
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
        return (
            f"unknown key {str(key[-1])!r}; did you mean {close!r}?"
            if close
            else f"unknown key {str(key[-1])!r}; expected one of {', '.join(known)}"
        )
    if kind == "missing":
        return f"the key {str(key[-1])!r} is missing"
    text = message.removeprefix("Value error, ")
    text = text.replace("Input should be", "expected").replace("String should", "the text should")
    note = f"{text[:1].lower()}{text[1:]}"
    if found is not _MISSING and not isinstance(found, dict | list) and "; found " not in note:
        note += f"; found {found!r}"
        if isinstance(found, str) and (close := nearest(found, re.findall(r"'([^']+)'", text))):
            note += f", did you mean {close!r}?"
    return note


def _known_keys(model: type[BaseModel], path: Sequence[str | int]) -> set[str]:
    for step in path:
        if isinstance(step, int):
            continue
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        model = _model_within(fields[step].annotation) or model
    return {field.alias or name for name, field in model.model_fields.items()}


def _model_within(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in get_args(annotation):
        if (model := _model_within(part)) is not None:
            return model
    return None
