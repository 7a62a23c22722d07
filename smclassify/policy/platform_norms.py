"""What platforms ask of a text, as data: ``platforms.toml``, each figure with its source."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import Field

from smclassify.policy.platform_length import Count
from smclassify.policy.rule import Strict

Number = Annotated[int, Field(gt=0)]


class Sourced(Strict):
    """A norm, with the page that says so and the day it was read."""

    source: Annotated[str, Field(pattern=r"^https://[^\s]+$")]
    read: date


class LengthNorm(Sourced):
    """The most a post may hold, and how the platform counts."""

    limit: Number
    count: Count


class Limit(Sourced):
    """The most the platform takes."""

    limit: Number


class Custom(Sourced):
    """The most that is customary there; the platform takes more."""

    usual: Number


class LinkNorm(Sourced):
    """What becomes of a link in the text."""

    rule: Literal["plain", "unwelcome"]


class TopicNorm(Sourced):
    """How a hashtag is written."""

    rule: Literal["paired"]


class MentionForm(Sourced):
    """How a mention is written."""

    rule: Literal["latin", "domain", "picked"]


class CharacterNorm(Sourced):
    """Characters the platform doesn't take."""

    characters: str


class Platform(Strict):
    """A platform and its norms; a norm that isn't known is ``None``.

    Attributes
    ----------
    name : str
        What it is called in English.
    names : dict of str to str
        What it is called in other languages of the user interface.
    aliases : tuple of str
        What else a user may call it.
    field : str
        What the text is there; its names stand in ``wording.toml`` (``platform-field-…``).
    length, hashtags, links, mentions : LengthNorm or Limit, optional
        Hard limits.
    usual_hashtags : Custom, optional
        How many are customary.
    link : LinkNorm, optional
        ``plain``: an address in the text cannot be clicked; ``unwelcome``: leading readers off
        the platform breaks its rules.
    topics : TopicNorm, optional
        ``paired``: a hashtag stands #between two signs#.
    mention : MentionForm, optional
        ``latin``: of Latin letters, digits and ``_`` alone; ``domain``: the whole handle,
        with its domain; ``picked``: only a name chosen from the list becomes one.
    forbidden : CharacterNorm, optional
    """

    name: str
    names: dict[str, str] = Field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    field: str = "post"
    length: LengthNorm | None = None
    hashtags: Limit | None = None
    usual_hashtags: Custom | None = None
    links: Limit | None = None
    link: LinkNorm | None = None
    mentions: Limit | None = None
    mention: MentionForm | None = None
    topics: TopicNorm | None = None
    forbidden: CharacterNorm | None = None

    def called(self, ui_language: str) -> str:
        """Return its name in a language."""
        return self.names.get(ui_language, self.name)


@cache
def platforms() -> dict[str, Platform]:
    """Return the known platforms by key, read once."""
    text = files("smclassify.policy").joinpath("platforms.toml").read_text("utf-8")
    return {key: Platform.model_validate(value) for key, value in tomllib.loads(text).items()}


@cache
def platform_names() -> dict[str, str]:
    """Return the key of each platform by every name it goes by."""
    return {
        name: key
        for key, platform in platforms().items()
        for name in (key, *platform.aliases, *map(_plain, platform.names.values()))
    }


def platform_key(name: str) -> str | None:
    """Return the key of a platform that a user may call by several names, if it is known."""
    return platform_names().get(_plain(name))


def _plain(name: str) -> str:
    return re.sub(r"[\s-]+", "_", name.strip().lower())
