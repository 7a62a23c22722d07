"""Platform norms: what a platform asks of a text, whatever the text says.

The figures are data (``platforms.toml``), each with its source and the day it was read.
Norms are checked on the original text, which is what the platform will count.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final, Literal

from smclassify.findings import Finding
from smclassify.policy.schema import Strict

LENGTH_RULE: Final = "platform-length"
HASHTAG_RULE: Final = "platform-hashtags"
LINK_RULE: Final = "platform-link"
TOPIC_RULE: Final = "platform-topic"
CHARACTER_RULE: Final = "platform-character"
PLATFORM_RULES: Final = (LENGTH_RULE, HASHTAG_RULE, LINK_RULE, TOPIC_RULE, CHARACTER_RULE)

_LINK: Final = re.compile(
    r"https?://[!-~]+"
    r"|(?<![\w@./-])(?:[a-z0-9-]{1,63}\.){1,4}"
    r"(?:com|net|org|io|co|app|dev|shop|store|ly|me|info|biz|fr|kr|cn|uk|eu|ca|de|ch|be|tw|hk|jp)"
    r"(?![\w.-]*@)(?![a-z0-9-])(?:[/?#][!-~]*)?",
    re.IGNORECASE,
)
_HASHTAG: Final = re.compile(r"(?<![\w&/#])[#＃](?=\w*[^\W\d_])\w+")
_PAIRED: Final = re.compile(r"[#＃][^#＃\n]{1,140}[#＃]")
_EMOJI: Final = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}"
    "|[0-9#*]\ufe0f?\u20e3"
    "|(?:[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u27bf\u2934-\u2b55\u3030\u303d"
    "\u3297\u3299]\ufe0f|[\u231a\u231b\u23e9-\u23f3\u2600-\u27bf\u2b50\u2b55\U0001f004-\U0001faff])"
    "[\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"
    "(?:\u200d[\u2190-\u27bf\u2b50\U0001f300-\U0001faff][\ufe0f\U0001f3fb-\U0001f3ff]*)*"
)

_SPECIAL: Final = re.compile(f"(?P<emoji>{_EMOJI.pattern})|(?i:{_LINK.pattern})")

X_LINK: Final = 23
"""What X counts for any link (twitter-text, ``transformedURLLength``)."""

_X_LIGHT: Final = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
"""Code points that X counts as one; all others count as two (twitter-text ``config/v3.json``)."""


_X_HEAVY: Final = re.compile(
    "[^" + "".join(f"{chr(low)}-{chr(high)}" for low, high in _X_LIGHT) + "]"
)


class _Sourced(Strict):
    source: str
    read: date


class LengthNorm(_Sourced):
    """The most a post may hold, and how the platform counts."""

    limit: int
    count: Literal["characters", "bytes", "x"]
    field: str


class HashtagNorm(_Sourced):
    """The most hashtags a post may hold."""

    limit: int


class LinkNorm(_Sourced):
    """What becomes of a link in the text."""

    rule: Literal["plain"]


class TopicNorm(_Sourced):
    """How a hashtag is written."""

    rule: Literal["paired"]


class CharacterNorm(_Sourced):
    """Characters the platform doesn't take."""

    characters: str


class Platform(Strict):
    """A platform and its norms; a norm that isn't known is ``None``."""

    name: str
    aliases: tuple[str, ...] = ()
    length: LengthNorm | None = None
    hashtags: HashtagNorm | None = None
    links: LinkNorm | None = None
    topics: TopicNorm | None = None
    forbidden: CharacterNorm | None = None


@cache
def platforms() -> dict[str, Platform]:
    """Return the known platforms by key, read once."""
    text = files("smclassify.policy").joinpath("platforms.toml").read_text("utf-8")
    return {key: Platform.model_validate(value) for key, value in tomllib.loads(text).items()}


@cache
def platform_key(name: str) -> str | None:
    """Return the key of a platform that a user may call by several names, if it is known."""
    wanted = re.sub(r"[\s-]+", "_", name.strip().lower())
    for key, platform in platforms().items():
        if wanted == key or wanted in platform.aliases:
            return key
    return None


def check_platform(text: str, name: str, off: Sequence[str] = ()) -> list[Finding]:
    """Return what a platform would trip over in a text.

    Parameters
    ----------
    text : str
        The original text.
    name : str
        A platform's key or alias. One that isn't known has no norms.
    off : sequence of str
        Norms that are switched off, by rule name.

    Returns
    -------
    list of Finding
        Warnings without a label; offsets in ``text``.
    """
    key = platform_key(name)
    if key is None:
        return []
    return [finding for finding in _findings(text, platforms()[key]) if finding.rule not in off]


def _findings(text: str, platform: Platform) -> Iterator[Finding]:
    if platform.length is not None:
        yield from _length(text, platform.name, platform.length)
    if platform.hashtags is not None:
        yield from _hashtags(text, platform.name, platform.hashtags)
    if platform.links is not None and (link := _LINK.search(text)):
        yield _warn(
            LINK_RULE,
            link.span(),
            f"A link in the text of a {platform.name} post cannot be clicked.",
            "Put the link in the profile or a story, and say where it is.",
        )
    if platform.topics is not None:
        yield from _topics(text, platform.name)
    if platform.forbidden is not None:
        yield from _characters(text, platform.name, platform.forbidden)


def _warn(rule: str, span: tuple[int, int], message: str, suggestion: str) -> Finding:
    return Finding(rule, "policy", *span, message=message, suggestion=suggestion)


def _length(text: str, name: str, norm: LengthNorm) -> Iterator[Finding]:
    if norm.count == "x":
        length, cut = _x_length(text, norm.limit)
        unit = (
            "characters as X counts them (Chinese and Korean letters and emoji as two, links as 23)"
        )
    elif norm.count == "bytes":
        length, cut = _byte_length(text, norm.limit)
        unit = "bytes"
    else:
        length, cut = len(text), norm.limit
        unit = "characters"
    if length > norm.limit:
        yield _warn(
            LENGTH_RULE,
            (cut, len(text)),
            f"The {norm.field} has {length} {unit}; {name} takes {norm.limit}.",
            f"Shorten it by {length - norm.limit}.",
        )


def x_length(text: str) -> int:
    """Return a text's length as X counts it.

    As twitter-text does (https://github.com/twitter/twitter-text, configuration 3): NFC
    form, light code points one, others two, an emoji sequence two, a link 23.
    """
    return _x_length(text, len(text) * 2 + X_LINK)[0]


def _x_length(text: str, limit: int) -> tuple[int, int]:
    """Return the weighted length and the offset at which the limit is passed."""
    total, cut, at = 0, len(text), 0
    for special in (*_SPECIAL.finditer(text), None):
        start = special.start() if special else len(text)
        weight = _x_weight(text[at:start])
        if total <= limit < total + weight:
            cut = at + _x_fitting(text[at:start], limit - total)
        total += weight
        if special:
            weight = 2 if special.lastgroup == "emoji" else X_LINK
            if total <= limit < total + weight:
                cut = start
            total += weight
            at = special.end()
    return total, cut


def _x_weight(plain: str) -> int:
    normal = unicodedata.normalize("NFC", plain)
    return len(normal) + len(_X_HEAVY.findall(normal))


def _x_fitting(plain: str, room: int) -> int:
    """Return how many code points of a text without links and emoji fit in."""
    # The weight never falls as the text grows, so the place can be found by halving.
    return bisect_right(range(len(plain) + 1), room, key=lambda end: _x_weight(plain[:end])) - 1


def _byte_length(text: str, limit: int) -> tuple[int, int]:
    raw = text.encode("utf-8", "replace")
    return len(raw), len(raw[:limit].decode("utf-8", "ignore"))


def _hashtags(text: str, name: str, norm: HashtagNorm) -> Iterator[Finding]:
    tags = list(_HASHTAG.finditer(text))
    if len(tags) > norm.limit:
        allowed = "one hashtag" if norm.limit == 1 else f"{norm.limit} hashtags"
        yield _warn(
            HASHTAG_RULE,
            (tags[norm.limit].start(), tags[-1].end()),
            f"There are {len(tags)} hashtags; {name} takes {allowed}.",
            "Keep the ones that say most precisely what the post is about.",
        )


def _topics(text: str, name: str) -> Iterator[Finding]:
    unpaired = _PAIRED.sub(lambda found: " " * len(found.group()), text)
    if tag := _HASHTAG.search(unpaired):
        yield _warn(
            TOPIC_RULE,
            tag.span(),
            f"{name} reads {tag.group()} as plain text: a topic stands between two # signs.",
            f"Write {tag.group()}#.",
        )


def _characters(text: str, name: str, norm: CharacterNorm) -> Iterator[Finding]:
    for at, character in enumerate(text):
        if character in norm.characters:
            yield _warn(
                CHARACTER_RULE,
                (at, at + 1),
                f"{name} doesn't take the character {character} here.",
                "Write it in words or leave it out.",
            )
            return
