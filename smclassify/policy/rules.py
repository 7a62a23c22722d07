"""The rules that apply: the built-in ones, the brand's terms, the company's own.

Built-in phrase rules are data (``builtin.toml``) of the very same shape as a company's
own rules, so that anybody who can read the one can write the other.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Final

from smclassify.policy.platforms import PLATFORM_RULES
from smclassify.policy.recognizers import RECOGNIZERS
from smclassify.policy.schema import Policy, Rule, Strict

COMPETITOR: Final = "competitor-named"
CONFIDENTIAL: Final = "confidential-term"
FORBIDDEN: Final = "forbidden-phrase"


class Builtin(Strict):
    """What ``builtin.toml`` holds.

    Attributes
    ----------
    rules : tuple of Rule
        The built-in phrase rules.
    negation : dict of str to tuple of str
        For each language, what makes a sentence forbid or deny.
    """

    rules: tuple[Rule, ...]
    negation: dict[str, tuple[str, ...]]


@cache
def builtin() -> Builtin:
    """Return the built-in phrase rules, read once."""
    text = files("smclassify.policy").joinpath("builtin.toml").read_text("utf-8")
    return Builtin.model_validate(tomllib.loads(text))


def builtin_names() -> frozenset[str]:
    """Return the names of all built-in rules a company may switch off."""
    phrase_rules = {rule.name for rule in builtin().rules}
    recognised = {recognizer.rule for recognizer in RECOGNIZERS}
    return frozenset(phrase_rules | recognised | {COMPETITOR, *PLATFORM_RULES})


def term_rules(policy: Policy) -> tuple[Rule, ...]:
    """Return the rules that a company's lists of terms stand for."""
    rules = []
    if policy.confidential:
        rules.append(
            Rule(
                name=CONFIDENTIAL,
                reason="confidentiality",
                phrases=policy.confidential,
                severity="block",
                message="Your policy lists this term as confidential.",
                suggestion="Take it out, or wait until it is public.",
            )
        )
    if policy.forbidden:
        rules.append(
            Rule(
                name=FORBIDDEN,
                label="off_policy",
                phrases=policy.forbidden,
                severity="block",
                message="Your policy forbids this phrase.",
                suggestion="Say it in other words.",
            )
        )
    if policy.competitors:
        rules.append(
            Rule(
                name=COMPETITOR,
                reason="disparagement",
                phrases=policy.competitors,
                severity="warn",
                message="This names a competitor.",
                suggestion="Speak of what you do well, and leave the competitor out of it.",
            )
        )
    return tuple(rules)


def active_rules(policy: Policy) -> tuple[Rule, ...]:
    """Return the phrase rules in force, with the severities in force.

    A company's rule replaces a built-in rule of the same name.
    """
    own = {rule.name for rule in policy.rules}
    off = set(policy.off)
    offered = [
        rule for rule in (*builtin().rules, *term_rules(policy)) if rule.name not in own | off
    ]
    weighed = [
        rule.model_copy(update={"severity": policy.severity.get(rule.name, rule.severity)})
        for rule in offered
    ]
    return tuple(rule for rule in (*weighed, *policy.rules) if rule.severity != "off")
