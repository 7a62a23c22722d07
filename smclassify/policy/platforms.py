"""Platform norms: what a platform asks of a text, whatever the text says.

The figures are data (``platforms.toml``), each with its source and the day it was read. A
company's own norms (``[policy.platforms.NAME]``) go before them. Norms are checked on the
original text, which is what the platform will count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from smclassify.findings import Finding
from smclassify.labels import UNKNOWN_LANGUAGE
from smclassify.policy.platform_length import LINK, measure, x_length
from smclassify.policy.platform_norms import Platform, platform_key, platform_names, platforms
from smclassify.policy.schema import PlatformSettings, Policy
from smclassify.wording import DEFAULT_UI_LANGUAGE, language_name, words_of

__all__ = [
    "PLATFORM_RULES",
    "Platform",
    "check_platform",
    "platform_key",
    "platform_names",
    "platforms",
    "x_length",
]

LENGTH_RULE: Final = "platform-length"
HASHTAG_RULE: Final = "platform-hashtags"
USUAL_HASHTAG_RULE: Final = "platform-hashtags-usual"
LINK_RULE: Final = "platform-link"
MENTION_RULE: Final = "platform-mention"
TOPIC_RULE: Final = "platform-topic"
CHARACTER_RULE: Final = "platform-character"
LANGUAGE_RULE: Final = "platform-language"
PLATFORM_RULES: Final = (
    LENGTH_RULE,
    HASHTAG_RULE,
    USUAL_HASHTAG_RULE,
    LINK_RULE,
    MENTION_RULE,
    TOPIC_RULE,
    CHARACTER_RULE,
    LANGUAGE_RULE,
)

_TAG: Final = r"[#＃](?=\w*[^\W\d_])\w+"
_HASHTAGS: Final = re.compile(rf"(?<![\w&/#＃])(?:{_TAG})+")
"""Hashtags written without a space between them are several."""

_HASHTAG: Final = re.compile(_TAG)
_PAIRED: Final = re.compile(r"[#＃][^#＃\n]{1,140}[#＃]")
_MENTION: Final = re.compile(r"(?<![0-9A-Za-z_@＠/.])[@＠]\w+(?:[.-]\w+)*")
_MENTION_FORMS: Final = {
    # twitter-text: validMentionOrList, endMentionMatch
    "latin": re.compile(r"[@＠][a-zA-Z0-9_]{1,20}+(?![@＠À-ÖØ-öø-ɏ])"),
    # docs.bsky.app, "Links, mentions, and rich text"
    "domain": re.compile(r"@(?:[a-zA-Z0-9-]{1,63}\.)+[a-zA-Z][a-zA-Z0-9-]*"),
}

Span = tuple[int, int]
_WHOLE: Final = (0, 0)


@dataclass(frozen=True, slots=True)
class _Slip:
    """A norm that isn't kept; ``words`` names what is said where that isn't the rule's name."""

    rule: str
    span: Span
    details: dict[str, str]
    words: str = ""


def check_platform(
    text: str,
    name: str,
    *,
    policy: Policy | None = None,
    language: str | None = None,
    ui_language: str = DEFAULT_UI_LANGUAGE,
) -> list[Finding]:
    """Return what a platform would trip over in a text.

    Parameters
    ----------
    text : str
        The original text.
    name : str
        A platform's key or another name of it. One that isn't known has no norms.
    policy : Policy, optional
        The company's policy: its own norms, and what it wants otherwise of these rules.
    language : str, optional
        The text's language, for a policy that says in which the page is written.
    ui_language : str, optional
        The language of messages and suggestions.

    Returns
    -------
    list of Finding
        Warnings without a label; offsets in ``text``.
    """
    key = platform_key(name)
    if key is None:
        return []
    policy = policy or Policy()
    platform, own = platforms()[key], _own(policy, key)
    slips = list(_slips(text, platform, own, ui_language))
    slips += _language(platform, own, policy, language, ui_language)
    return [
        _finding(slip, policy, ui_language) for slip in slips if _wanted(slip, policy, language)
    ]


def _own(policy: Policy, key: str) -> PlatformSettings:
    for name, settings in policy.platforms.items():
        if platform_key(name) == key:
            return settings
    return PlatformSettings()


def _wanted(slip: _Slip, policy: Policy, language: str | None) -> bool:
    return policy.severity_of(slip.rule) != "off" and (
        language is None or policy.reads(slip.rule, language)
    )


def _finding(slip: _Slip, policy: Policy, ui_language: str) -> Finding:
    usual = words_of(slip.words or slip.rule, ui_language).filled(slip.details)
    message, suggestion = policy.reworded(slip.rule, usual, ui_language)
    return Finding(slip.rule, "policy", *slip.span, message=message, suggestion=suggestion)


def _slips(text: str, platform: Platform, own: PlatformSettings, ui: str) -> Iterator[_Slip]:
    called = {"platform": platform.called(ui)}
    yield from _length(text, platform, own, ui)
    yield from _hashtags(text, platform, own, called)
    yield from _links(text, platform, own, ui)
    yield from _mentions(text, platform, called)
    if platform.topics is not None:
        yield from _topics(text, called)
    if platform.forbidden is not None:
        yield from _characters(text, platform.forbidden.characters, called)


def _length(text: str, platform: Platform, own: PlatformSettings, ui: str) -> Iterator[_Slip]:
    norm = platform.length
    limit = own.length or (norm.limit if norm else None)
    if limit is None:
        return
    count = norm.count if norm else "characters"
    length, cut = measure(text, count, limit)
    if length > limit:
        unit, how = words_of(f"platform-unit-{count}", ui)
        details = {
            "field": words_of(f"platform-field-{platform.field}", ui).message,
            "platform": platform.called(ui),
            "length": str(length),
            "limit": str(limit),
            "excess": str(length - limit),
            "unit": unit,
            "how": how,
        }
        words = "platform-length-own" if own.length else ""
        yield _Slip(LENGTH_RULE, (cut, len(text)), details, words)


def _beyond(spans: Sequence[Span], limit: int) -> Span:
    return spans[limit][0], spans[-1][1]


def _hashtags(
    text: str, platform: Platform, own: PlatformSettings, called: dict[str, str]
) -> Iterator[_Slip]:
    paired = platform.topics is not None
    tags = [match.span() for match in _PAIRED.finditer(text)] if paired else _single_tags(text)
    hard = platform.hashtags.limit if platform.hashtags else None
    usual = platform.usual_hashtags.usual if platform.usual_hashtags else None
    for rule, limit, words in (
        (HASHTAG_RULE, own.hashtags, "platform-hashtags-own"),
        (HASHTAG_RULE, hard, ""),
        (USUAL_HASHTAG_RULE, usual, ""),
    ):
        if limit is not None and len(tags) > limit:
            details = {"count": str(len(tags)), "limit": str(limit), **called}
            yield _Slip(rule, _beyond(tags, limit), details, words)
            return
        if own.hashtags is not None:
            return


def _single_tags(text: str) -> list[Span]:
    return [
        match.span()
        for several in _HASHTAGS.finditer(text)
        for match in _HASHTAG.finditer(text, *several.span())
    ]


def _links(text: str, platform: Platform, own: PlatformSettings, ui: str) -> Iterator[_Slip]:
    found = {match.group(): match.span() for match in reversed(list(LINK.finditer(text)))}
    spans = sorted(found.values())  # where each address stands first
    if not spans:
        return
    details = {
        "platform": platform.called(ui),
        "place": words_of(f"platform-field-{platform.field}", ui).suggestion,
        "count": str(len(spans)),
    }
    if own.links is not None:
        if len(spans) > own.links:
            details["limit"] = str(own.links)
            yield _Slip(LINK_RULE, _beyond(spans, own.links), details, "platform-link-own")
    elif platform.link is not None:
        words = "" if platform.link.rule == "plain" else f"platform-link-{platform.link.rule}"
        yield _Slip(LINK_RULE, spans[0], details, words)
    elif platform.links is not None and len(spans) > platform.links.limit:
        details["limit"] = str(platform.links.limit)
        span = _beyond(spans, platform.links.limit)
        yield _Slip(LINK_RULE, span, details, "platform-link-limit")


def _mentions(text: str, platform: Platform, called: dict[str, str]) -> Iterator[_Slip]:
    mentions = list(_MENTION.finditer(text))
    if platform.mentions is not None and len(mentions) > (limit := platform.mentions.limit):
        details = {"count": str(len(mentions)), "limit": str(limit), **called}
        span = _beyond([match.span() for match in mentions], limit)
        yield _Slip(MENTION_RULE, span, details)
    if platform.mention is not None:
        form = platform.mention.rule
        right = _MENTION_FORMS.get(form)
        for match in mentions:
            if right is None or not right.match(text, match.start(), match.end()):
                details = {"mention": match.group(), **called}
                yield _Slip(MENTION_RULE, match.span(), details, f"platform-mention-{form}")
                return


def _topics(text: str, called: dict[str, str]) -> Iterator[_Slip]:
    unpaired = _PAIRED.sub(lambda found: " " * len(found.group()), text)
    if match := _HASHTAGS.search(unpaired):
        yield _Slip(TOPIC_RULE, match.span(), {"tag": match.group(), **called})


def _characters(text: str, refused: str, called: dict[str, str]) -> Iterator[_Slip]:
    for at, character in enumerate(text):
        if character in refused:
            yield _Slip(CHARACTER_RULE, (at, at + 1), {"character": character, **called})
            return


def _language(
    platform: Platform, own: PlatformSettings, policy: Policy, language: str | None, ui: str
) -> Iterator[_Slip]:
    if not own.languages or language in (None, UNKNOWN_LANGUAGE, *own.languages):
        return
    if policy.languages and language not in policy.languages:
        return  # not permitted anywhere: that is said already
    details = {
        "platform": platform.called(ui),
        "language": language_name(language or "", ui),
        "languages": ", ".join(language_name(code, ui) for code in own.languages),
    }
    yield _Slip(LANGUAGE_RULE, _WHOLE, details)
