"""The vocabulary: tasks, labels, reasons, kinds, departments.

The only place where a label name is written. What each label means is in
``docs/labels.md``; the one-line descriptions here are what a user is shown.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Task(StrEnum):
    """What a text is: written by the brand, or written to it."""

    DRAFTS = "drafts"
    COMMENTS = "comments"


LANGUAGES: Final = ("en", "fr", "ko", "zh")
"""The languages the shipped model has learned."""

UNKNOWN_LANGUAGE: Final = "unknown"
"""The honest answer for a text whose language cannot be told."""

LANGUAGE_NAMES: Final = MappingProxyType(
    {"en": "English", "fr": "French", "ko": "Korean", "zh": "Chinese", UNKNOWN_LANGUAGE: "unknown"}
)

# --- drafts -----------------------------------------------------------------------------

FLAGS: Final = ("spammy", "self_centered", "off_policy")

REASONS: Final = MappingProxyType(
    {
        "spammy": (
            "link_dump",
            "hard_sell",
            "hashtag_stuffing",
            "engagement_bait",
            "canned",
            "fake_growth",
        ),
        "self_centered": ("brag", "company_news", "product_monologue", "no_conversation"),
        "off_policy": (
            "copyright",
            "privacy",
            "confidentiality",
            "brand_voice",
            "discrimination",
            "obscene",
            "disparagement",
            "undisclosed",
            "unsafe_claim",
        ),
    }
)
"""The reasons of each flag, in the order of the label guide."""

FLAG_OF_REASON: Final = MappingProxyType(
    {reason: flag for flag, reasons in REASONS.items() for reason in reasons}
)

# --- comments ---------------------------------------------------------------------------

KINDS: Final = (
    "complaint",
    "question",
    "praise",
    "suggestion",
    "spam",
    "abuse",
    "chatter",
)

DEPARTMENTS: Final = ("customer_service", "billing", "sales", "production", "communications")

KINDS_WITH_DEPARTMENT: Final = frozenset({"complaint", "question", "suggestion"})
"""Only these kinds of comment are handed to a department."""

PRIVATE_REPLY: Final = "private_reply"
CRISIS: Final = "crisis"
KIND: Final = "kind"
DEPARTMENT: Final = "department"

# --- what a person is shown ---------------------------------------------------------------

DESCRIPTIONS: Final = MappingProxyType(
    {
        "spammy": "it pushes, it doesn't talk",
        "self_centered": "everything is about us",
        "off_policy": "it breaks the social media policy",
        "link_dump": "a link with nothing said that would make a reader want it",
        "hard_sell": "promotion alone: shouting, superlatives, false urgency",
        "hashtag_stuffing": "a wall of hashtags or mentions",
        "engagement_bait": "begging for likes, shares, tags or follows",
        "canned": "automated or mass text, an unfilled placeholder",
        "fake_growth": "buying or selling followers, likes, reviews or ranking",
        "brag": "awards, rankings, growth, told for their own sake",
        "company_news": "internal news with nothing in it for the reader",
        "product_monologue": "features recited with no reader in sight",
        "no_conversation": "talks at people and leaves nothing to answer",
        "copyright": "somebody else's text, music or picture without credit or permission",
        "privacy": "personal data shown or asked for in public",
        "confidentiality": "something that is not public yet, or a secret",
        "brand_voice": "rude, sarcastic, blaming or vulgar",
        "discrimination": "sexist, racist or degrading to a group",
        "obscene": "sexual content, profanity or gore",
        "disparagement": "runs down a competitor",
        "undisclosed": "a false name, or praise that was paid for and doesn't say so",
        "unsafe_claim": "a medical, financial or legal promise, or a tragedy used to sell",
        "complaint": "a bad experience with us",
        "question": "wants information",
        "praise": "happy, thanks or recommends",
        "suggestion": "proposes something",
        "spam": "advertising or a scam by somebody else",
        "abuse": "insults, threats or hate with no case in it",
        "chatter": "everything else",
        "private_reply": "unhappy, with a case of their own: answer in private",
        "crisis": "could set off many others",
        "customer_service": "delivery, returns, service, staff, account access",
        "billing": "charges, refunds, invoices, subscriptions",
        "sales": "prices, availability, offers, orders to be placed",
        "production": "defects, quality, safety, features, recipes, sizes",
        "communications": "the brand's conduct, advertising, ethics, press",
    }
)

# --- heads ------------------------------------------------------------------------------

HEADS: Final = MappingProxyType(
    {
        Task.DRAFTS: (*FLAGS, *FLAG_OF_REASON),
        Task.COMMENTS: (*KINDS, PRIVATE_REPLY, CRISIS, *DEPARTMENTS),
    }
)
"""What the model has one classifier for each: every name above that a text can have or not."""


def heads_of(task: Task, own: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the heads of a task in the order of their columns: the guide's, then a company's own.

    Parameters
    ----------
    task : Task
    own : sequence of str
        Labels of a company's own, as :func:`is_own_label` allows them.
    """
    return (*HEADS[task], *own)


OWN_LABEL_RULE: Final = (
    "1 to 40 lower-case letters, digits and underscores, a letter first; no name of ours, "
    "nor nearly one; not ending in _score"
)
"""What :func:`is_own_label` asks, for messages."""

_MOST_IN_A_NAME: Final = 40
_TAKEN: Final = frozenset(
    {
        *DESCRIPTIONS,
        *(KIND, DEPARTMENT, *LANGUAGE_NAMES),
        # Columns of a triage (without their sm_), of scored drafts and of labelled texts.
        *("lang", "language", "priority", "reasons", "reason", "surplus"),
        *("id", "text", "label", "labels", "flags", "findings", "messages"),
        *("author", "thread", "time", "platform", "split", "group", "source"),
    }
)
_ALIKE: Final = 0.9
"""Of :mod:`difflib`: ``spamy`` is as near to ``spammy``, ``crises`` is not to ``crisis``."""
_IN_A_NAME: Final = frozenset({"Ll", "Lo", "Lm", "Mn", "Mc", "Nd"})
"""Unicode's categories of letters without capitals, of their marks, and of digits."""


def is_own_label(name: str) -> bool:
    """Return whether a label of a company's own may have this name.

    1 to 40 lower-case letters of any script, digits and underscores, beginning with a letter:
    it stands in headers, options and on terminals. Neither a name of the guide nor of a
    column of ours; nor one that is a slip of the guide's, such as ``spamy``; nor ending in
    ``_score``, which is the column of another label's score.
    """
    return (
        0 < len(name) <= _MOST_IN_A_NAME
        and unicodedata.category(name[0])[0] == "L"
        and all(char == "_" or unicodedata.category(char) in _IN_A_NAME for char in name)
        and name == unicodedata.normalize("NFKC", name.lower())
        and name not in _TAKEN
        and not name.endswith("_score")
        and not get_close_matches(name, DESCRIPTIONS, n=1, cutoff=_ALIKE)
    )


def own_labels_of(names: Iterable[str]) -> tuple[str, ...]:
    """Return those heads that are a company's own, in their order."""
    return tuple(name for name in names if name not in DESCRIPTIONS)
