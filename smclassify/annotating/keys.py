"""What a terminal sends, told apart into keys that are the same on every keyboard.

A label is chosen by a Latin letter or a digit. What another layout or an input method makes of
those keys is read as the key that was meant: full-width letters (Chinese and Japanese input),
the jamo of the Korean layout "dubeolsik" (KS X 5002), and what the digits' row of a French
AZERTY keyboard gives without Shift.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

ENTER: Final = "enter"
BACKSPACE: Final = "backspace"
ESCAPE: Final = "escape"
QUIT: Final = "quit"
LEFT: Final = "left"
UP: Final = "up"
DOWN: Final = "down"
OTHER: Final = "other"
"""A key that means nothing here, such as F5."""

_SINGLE: Final = {
    "\r": ENTER,
    "\n": ENTER,
    "\x08": BACKSPACE,
    "\x7f": BACKSPACE,
    "\x03": QUIT,  # Ctrl-C, where the terminal gives it as a character
    "\x04": QUIT,  # Ctrl-D
}
# ECMA-48 (5.4): a control sequence ends with a character from @ to ~; SS3 takes one more.
_SEQUENCE: Final = re.compile("\x1b(?:\\[[0-?]*[ -/]*[@-~]|O.|\x1b)?")
_ARROWS: Final = {"A": UP, "B": DOWN, "D": LEFT}
_PAGES: Final = {"\x1b[5~": UP, "\x1b[6~": DOWN}

# The letters of dubeolsik, and their doubled forms that Shift gives.
_JAMO: Final = dict(
    zip(
        "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ",
        "qwertyuiopasdfghjklzxcvbnm",
        strict=True,
    )
) | dict(zip("ㅃㅉㄸㄲㅆㅒㅖ", "qwertop", strict=True))
_AZERTY: Final = dict(zip("&é\"'(-è_çà", "1234567890", strict=True))


def split_keys(received: str) -> list[str]:
    r"""Return the keys in what a terminal has sent: characters, or names of special keys.

    >>> split_keys("c1\r\x1b[D")
    ['c', '1', 'enter', 'left']
    """
    keys = []
    place = 0
    while place < len(received):
        if (found := _SEQUENCE.match(received, place)) is not None:
            keys.append(_special(found[0]))
            place = found.end()
        else:
            keys.append(_SINGLE.get(received[place], received[place]))
            place += 1
    return keys


def _special(sequence: str) -> str:
    if sequence in ("\x1b", "\x1b\x1b"):
        return ESCAPE
    return _PAGES.get(sequence) or _ARROWS.get(sequence[-1], OTHER)


def plain_key(key: str) -> str:
    """Return the lower-case letter or digit that a key stands for; other keys as they are."""
    if len(key) != 1:
        return key
    if key in _AZERTY:
        return _AZERTY[key]
    # The compatibility form first: NFKC would make another jamo of it.
    return _JAMO.get(key) or unicodedata.normalize("NFKC", key).lower()
