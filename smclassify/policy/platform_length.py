"""A text's length as each platform counts it, and where it gets too long."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

Count = Literal["characters", "bytes", "utf16", "graphemes", "threads", "x"]

LINK: Final = re.compile(
    r"https?://[!-~]+"
    r"|(?<![\w@./-])(?:[a-z0-9-]{1,63}\.){1,4}"
    r"(?:com|net|org|io|co|app|dev|shop|store|ly|me|info|biz|fr|kr|cn|uk|eu|ca|de|ch|be|tw|hk|jp)"
    r"(?![\w.-]*@)(?![a-z0-9-])(?:[/?#][!-~]*)?",
    re.IGNORECASE,
)
_EMOJI: Final = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}"
    "|[0-9#*]\ufe0f?\u20e3"
    "|(?:[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u27bf\u2934-\u2b55\u3030\u303d"
    "\u3297\u3299]\ufe0f|[\u231a\u231b\u23e9-\u23f3\u2600-\u27bf\u2b50\u2b55\U0001f004-\U0001faff])"
    "[\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"
    "(?:\u200d[\u2190-\u27bf\u2b50\U0001f300-\U0001faff][\ufe0f\U0001f3fb-\U0001f3ff]*)*"
)
_EMOJI_OR_LINK: Final = re.compile(f"(?P<emoji>{_EMOJI.pattern})|(?i:{LINK.pattern})")
_EMOJI_OR_BREAK: Final = re.compile(f"{_EMOJI.pattern}|\r\n")

X_LINK: Final = 23
"""What X counts for any link (twitter-text, ``transformedURLLength``)."""

_X_LIGHT: Final = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
"""Code points that X counts as one; all others count as two (twitter-text ``config/v3.json``)."""

_X_HEAVY: Final = re.compile(
    "[^" + "".join(f"{chr(low)}-{chr(high)}" for low, high in _X_LIGHT) + "]"
)
_LAST_MARK: Final = 0x1FFFF
"""Behind this code point come no marks but the variation selectors."""


@dataclass(frozen=True, slots=True)
class _Measure:
    """A way of counting: what is special in a text and weighs otherwise than the rest.

    The weight of plain text must never fall as the text grows, so that the place where it
    gets too long can be found by halving.
    """

    plain: Callable[[str], int]
    special: re.Pattern[str] | None = None
    weigh: Callable[[re.Match[str]], int] = lambda match: 1


def _x_weight(plain: str) -> int:
    normal = unicodedata.normalize("NFC", plain)
    return len(normal) + len(_X_HEAVY.findall(normal))


def _x_special(match: re.Match[str]) -> int:
    return 2 if match.lastgroup == "emoji" else X_LINK


def _utf8(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@cache
def _extending() -> re.Pattern[str]:
    """Return what joins the character before it: marks, joiners, vowels of Hangul in parts."""
    marks = [
        chr(point)
        for point in range(0x300, _LAST_MARK + 1)
        if unicodedata.category(chr(point)) in ("Mn", "Me", "Mc")
    ]
    return re.compile(
        "[\u200c\u200d\u1160-\u11ff\ud7b0-\ud7fb\U000e0100-\U000e01ef" + "".join(marks) + "]"
    )


def _graphemes(plain: str) -> int:
    return len(plain) if plain.isascii() else len(plain) - len(_extending().findall(plain))


_MEASURES: Final[dict[Count, _Measure]] = {
    "characters": _Measure(len),
    "bytes": _Measure(_utf8),
    "utf16": _Measure(_utf16),
    "graphemes": _Measure(_graphemes, _EMOJI_OR_BREAK),
    "threads": _Measure(len, _EMOJI, lambda match: _utf8(match.group())),
    "x": _Measure(_x_weight, _EMOJI_OR_LINK, _x_special),
}


def measure(text: str, count: Count, limit: int) -> tuple[int, int]:
    """Return a text's length and how much of it fits.

    Parameters
    ----------
    text : str
    count : {"characters", "bytes", "utf16", "graphemes", "threads", "x"}
        Code points; bytes of UTF-8; units of UTF-16; characters as a reader sees them (nearly:
        marks and emoji sequences are taken together); code points, but an emoji as its bytes
        of UTF-8; X's weights.
    limit : int
        The most there may be.

    Returns
    -------
    tuple of int
        The length, and the offset in ``text`` at which the limit is passed: its end where the
        text fits.
    """
    how = _MEASURES[count]
    total, cut = 0, len(text)
    for start, end, special in _pieces(text, how.special):
        piece = text[start:end]
        weight = how.weigh(special) if special else how.plain(piece)
        if total <= limit < total + weight:
            cut = start if special else start + _fitting(piece, limit - total, how.plain)
        total += weight
    return total, cut


def _pieces(
    text: str, special: re.Pattern[str] | None
) -> Iterator[tuple[int, int, re.Match[str] | None]]:
    at = 0
    for match in special.finditer(text) if special else ():
        if at < match.start():
            yield at, match.start(), None
        yield match.start(), match.end(), match
        at = match.end()
    if at < len(text):
        yield at, len(text), None


def _fitting(plain: str, room: int, weigh: Callable[[str], int]) -> int:
    return bisect_right(range(len(plain) + 1), room, key=lambda end: weigh(plain[:end])) - 1


def x_length(text: str) -> int:
    """Return a text's length as X counts it.

    As twitter-text does (https://github.com/twitter/twitter-text, configuration 3): NFC
    form, light code points one, others two, an emoji sequence two, a link 23.
    """
    return measure(text, "x", len(text) * 2 + X_LINK)[0]
