"""What a person is told when the model raises a flag: what is wrong, and what would mend it."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final, NamedTuple


class Advice(NamedTuple):
    """A message and a suggestion, one sentence each."""

    message: str
    suggestion: str


ADVICE: Final = MappingProxyType(
    {
        "link_dump": Advice(
            "A link, and nothing that would make a reader want it.",
            "Say in one sentence what the reader finds there and why it is worth the click.",
        ),
        "hard_sell": Advice(
            "This sounds like promotion alone: pressure, superlatives, urgency.",
            "Say once and plainly what is offered, for whom, until when, and leave out the "
            "pressure.",
        ),
        "hashtag_stuffing": Advice(
            "A wall of hashtags or mentions.",
            "Keep the two or three that fit, and drop the others.",
        ),
        "engagement_bait": Advice(
            "This asks for likes, shares, tags or follows for their own sake.",
            "Ask something people would like to answer, or leave the request out.",
        ),
        "canned": Advice(
            "This reads like an automated or mass text.",
            "Fill in what is missing, or write to the person: name what happened and the next "
            "step.",
        ),
        "fake_growth": Advice(
            "This deals in followers, likes, reviews or ranking.",
            "Don't publish it: bought reach breaks the platforms' rules and readers' trust.",
        ),
        "brag": Advice(
            "The post praises the company and leaves the reader nothing.",
            "Say what it changes for the reader, or thank those who made it possible by what "
            "they did.",
        ),
        "company_news": Advice(
            "Company news told for the company's own sake.",
            "Lead with what changes for the reader; leave out what only matters inside.",
        ),
        "product_monologue": Advice(
            "Features are recited with no reader in sight.",
            "Show one thing a reader can do with it, or ask how they would use it.",
        ),
        "no_conversation": Advice(
            "The post talks at people and leaves nothing to answer.",
            "Address the reader and give them something to use, enjoy or answer.",
        ),
        "copyright": Advice(
            "Somebody else's text, music or picture seems to be used without credit or permission.",
            "Ask the owner and credit them, or use your own material.",
        ),
        "privacy": Advice(
            "Personal data seems to be shown, or asked for in public.",
            "Take it out, and ask the person to continue in a private message.",
        ),
        "confidentiality": Advice(
            "This may not be public yet, or may be a secret.",
            "Ask whoever is responsible before publishing, or leave it out.",
        ),
        "brand_voice": Advice(
            "The tone is rude, sarcastic, blaming or vulgar.",
            "Say what went wrong, what you do about it, and where to reach you; leave the jab out.",
        ),
        "discrimination": Advice(
            "This may degrade or stereotype a group of people.",
            "Leave out the remark about the group; no joke is worth it.",
        ),
        "obscene": Advice(
            "Sexual content, profanity or gore.",
            "Say it without.",
        ),
        "disparagement": Advice(
            "This runs down a competitor.",
            "Say what you do well, and leave the others out.",
        ),
        "undisclosed": Advice(
            "Praise under a false name, or paid praise that doesn't say so.",
            "Say who is speaking, and mark advertising as such.",
        ),
        "unsafe_claim": Advice(
            "A medical, financial or legal promise, or a tragedy used to sell.",
            "Say only what can be proved, with its limits.",
        ),
        "spammy": Advice(
            "This pushes instead of talking.",
            "Say plainly what a reader needs to know, once.",
        ),
        "self_centered": Advice(
            "Everything here is about the company.",
            "Give the reader something to use, learn, enjoy or answer.",
        ),
        "off_policy": Advice(
            "This may break the social media policy.",
            "Have a careful colleague read it before it goes out.",
        ),
    }
)
"""By reason, and by flag for a model that has learned no reasons."""
