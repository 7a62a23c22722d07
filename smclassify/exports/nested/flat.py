"""Nested JSON objects as flat rows with dotted column names, and Meta's broken letters mended."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final

Record = dict[str, Any]

LONGEST_NAME: Final = 200
"""Characters. An object under a longer name stays whole, so that names cannot fill the memory."""

LEVELS_MENDED: Final = 50
"""How deep letters are put together; Meta's downloads have about ten levels."""


def flatten(record: Record, whole: Collection[str] = ()) -> Record:
    r"""Return a nested object as one flat one: ``{"a": {"b": 1}}`` becomes ``{"a.b": 1}``.

    Nothing is lost: lists stay as they are, so do empty objects, and a dot or a backslash in
    a key is written as ``\.`` or ``\\``, so that every name leads back to its place.

    Parameters
    ----------
    record : dict
        The object.
    whole : collection of str
        Keys, at any depth, whose values stay objects: those that are rows of their own kind
        (the tweet in a retweet) or data used as keys.
    """
    flat: Record = {}
    _spread(record, "", flat, whole)
    return flat


def _spread(record: Record, prefix: str, flat: Record, whole: Collection[str]) -> None:
    for key, value in record.items():
        name = prefix + (_escaped(key) if "." in key or "\\" in key else key)
        if type(value) is dict and value and len(name) <= LONGEST_NAME and key not in whole:
            _spread(value, name + ".", flat, whole)
        else:
            flat[name] = value


def dotted(path: Iterable[str]) -> str:
    """Return the name that :func:`flatten` gives to what stands at a path."""
    return ".".join(map(_escaped, path))


def _escaped(key: str) -> str:
    return key.replace("\\", "\\\\").replace(".", "\\.")


def put_together(value: Any, levels: int = LEVELS_MENDED) -> tuple[Any, bool]:
    r"""Return a value with its letters put together again, and whether there were any to mend.

    Meta's downloads write each byte of a letter's UTF-8 as a letter of its own: ``é`` as
    ``\u00c3\u00a9``. A text that is not made like that all through stays as it is, and so
    does what is nested deeper than so many levels.
    """
    if levels == 0:
        return value, False
    if isinstance(value, str):
        return _whole_letters(value)
    if isinstance(value, list):
        items = [put_together(item, levels - 1) for item in value]
        return [item for item, _ in items], any(mended for _, mended in items)
    if isinstance(value, dict):
        pairs = [
            (_whole_letters(key), put_together(item, levels - 1)) for key, item in value.items()
        ]
        mended = any(key[1] or item[1] for key, item in pairs)
        # Two keys may not become one: then they stay as they are.
        if len({key[0] for key, _ in pairs}) < len(value):
            return dict(zip(value, (item[0] for _, item in pairs), strict=True)), mended
        return {key[0]: item[0] for key, item in pairs}, mended
    return value, False


def _whole_letters(text: str) -> tuple[str, bool]:
    if text.isascii():
        return text, False
    try:
        return text.encode("latin-1").decode("utf-8"), True
    except UnicodeError:
        return text, False
