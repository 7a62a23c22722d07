"""Text from users, made safe to show: what could drive a terminal or turn a line round."""

from __future__ import annotations

import re
from typing import Final

REPLACEMENT: Final = "�"

_SPACES: Final = "\t\x85\u2028\u2029\xa0\u202f"
_CONTROL_PICTURES: Final = 0x2400

# Bidirectional controls can show a line in another order than it is written in
# (https://trojansource.codes); lone surrogates cannot be written at all.
_UNSAFE: Final = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xa0\u061c\u200e\u200f\u2028-\u202f\u2066-\u206f\ud800-\udfff]"
)


def safe(text: str) -> str:
    r"""Return a text without terminal controls, bidirectional controls and lone surrogates.

    Every character becomes exactly one character, so offsets into the text stay valid. Line
    feeds stay; tabs and odd spaces become spaces; an escape becomes ``␛``, which is seen.

    Parameters
    ----------
    text : str
        Anything.

    Returns
    -------
    str
        As many characters, all of them printable or ``\n``.
    """
    return _UNSAFE.sub(_shown, text)


def one_line(text: str, limit: int | None = None) -> str:
    """Return a text made safe, on one line, cut to so many characters."""
    line = " ".join(safe(text).split())
    return line if limit is None or len(line) <= limit else f"{line[: limit - 1].rstrip()}…"


def _shown(match: re.Match[str]) -> str:
    char = match[0]
    if char in _SPACES:
        return " "
    if char == "\r":
        # Before a line feed it is the other half of a line's end.
        after = match.string[match.end() : match.end() + 1]
        return " " if after == "\n" else "\n"
    if char < " ":
        return chr(_CONTROL_PICTURES + ord(char))
    return "␡" if char == "\x7f" else REPLACEMENT
