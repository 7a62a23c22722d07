"""The rules that apply: the built-in ones, the brand's terms, the company's own.

Built-in phrase rules are data (``builtin/``) of the same shape as a company's own rules, so
that anybody who can read the one can write the other.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final, TypeVar

from smclassify.policy.platforms import PLATFORM_RULES
from smclassify.policy.recognizers import RECOGNIZERS
from smclassify.policy.rule import TRUSTED, BaseRule, Rule, Severity, Strict
from smclassify.policy.schema import Policy, Required, Term
from smclassify.wording import UI_LANGUAGES, words_of

_Kind = TypeVar("_Kind", bound=BaseRule)

COMPETITOR: Final = "competitor-named"
DISPARAGED: Final = "competitor-disparaged"
CONFIDENTIAL: Final = "confidential-term"
EMBARGOED: Final = "confidential-until"
FORBIDDEN: Final = "forbidden-phrase"
TERM_RULES: Final = (COMPETITOR, DISPARAGED, CONFIDENTIAL, EMBARGOED, FORBIDDEN)
"""The rules that a company's lists of terms stand for."""

SAME_TEXT: Final = "same-text"
SAME_TEMPLATE: Final = "same-template"
MANY_LINKS: Final = "many-links"
MANY_OFFERS: Final = "many-offers"
MUCH_ABOUT_US: Final = "much-about-us"
POSTING_GAP: Final = "posting-gap"
REPEATS: Final[Mapping[str, Severity]] = MappingProxyType(
    {SAME_TEXT: "block", SAME_TEMPLATE: "warn"}
)
"""The rules on drafts that repeat others of their set, with their usual severities."""

CAMPAIGN_RULES: Final = (*REPEATS, MANY_LINKS, MANY_OFFERS, MUCH_ABOUT_US, POSTING_GAP)
"""The rules on a set of drafts; :mod:`smclassify.campaign` has them."""


class Builtin(Strict):
    """What the files of ``builtin/`` hold.

    Attributes
    ----------
    rules : tuple of Rule
        The built-in phrase rules.
    required : tuple of Required
        What has to be said where something else is.
    negation : dict of str to tuple of str
        For each language, what makes a sentence forbid or deny.
    judgement : dict of str to tuple of str
        For each language, what makes a sentence run somebody down.
    """

    rules: tuple[Rule, ...]
    required: tuple[Required, ...] = ()
    negation: dict[str, tuple[str, ...]]
    judgement: dict[str, tuple[str, ...]]


@cache
def builtin() -> Builtin:
    """Return the built-in phrase rules, read once.

    What is particular to a language stands in a file of its own; here the parts of a rule
    come together, and its words are one sentence for each language.
    """
    common = _toml("rules")
    by_language = {language: _toml(language) for language in UI_LANGUAGES}
    return Builtin.model_validate(
        {
            "rules": [_joined(rule, by_language) for rule in common["rules"]],
            "required": [_joined(one, by_language) for one in common["required"]],
            "negation": {code: parts["negation"] for code, parts in by_language.items()},
            "judgement": {code: parts["judgement"] for code, parts in by_language.items()},
        },
        context=TRUSTED,
    )


def _toml(name: str) -> dict[str, Any]:
    path = files("smclassify.policy").joinpath("builtin", f"{name}.toml")
    return tomllib.loads(path.read_text("utf-8"))


def _joined(rule: dict[str, Any], by_language: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """Return a rule with what each language adds: lists one after another, words side by side."""
    joined: dict[str, Any] = {**rule, "message": {}, "suggestion": {}}
    for language, parts in by_language.items():
        for key, value in parts.get(rule["name"], {}).items():
            if isinstance(value, list):
                joined[key] = [*joined.get(key, []), *value]
            else:
                joined[key] = {**joined[key], language: value}
    return joined


def builtin_names() -> frozenset[str]:
    """Return the names of all built-in rules a company may switch off."""
    phrase_rules = {rule.name for rule in builtin().rules}
    phrase_rules |= {one.name for one in builtin().required}
    recognised = {recognizer.rule for recognizer in RECOGNIZERS}
    return frozenset(phrase_rules | recognised | {*TERM_RULES, *PLATFORM_RULES, *CAMPAIGN_RULES})


def active_rules(policy: Policy, today: date | None = None) -> tuple[Rule, ...]:
    """Return the phrase rules in force, with the severities in force.

    A company's rule replaces a built-in rule of the same name.

    Parameters
    ----------
    policy : Policy
    today : date, optional
        What embargoes are measured by; the day of the call by default.
    """
    day = today or date.today()
    own = {rule.name for rule in policy.rules}
    offered = [adjusted(rule, policy) for rule in builtin().rules if rule.name not in own]
    offered += [adjusted(rule, policy) for rule in term_rules(policy)]
    return tuple(
        rule
        for rule in (*offered, *policy.rules)
        if rule.severity != "off" and (rule.until is None or day <= rule.until)
    )


def active_requirements(policy: Policy) -> tuple[Required, ...]:
    """Return what has to be said, built in and by the company, with the severities in force."""
    own = {one.name for one in policy.required}
    offered = [adjusted(one, policy) for one in builtin().required if one.name not in own]
    return tuple(one for one in (*offered, *policy.required) if one.severity != "off")


def adjusted(rule: _Kind, policy: Policy) -> _Kind:
    """Return a built-in rule as the company wants it."""
    update: dict[str, Any] = {}
    for name in reversed(_families(rule.name)):
        if severity := policy.severity_of(name):
            update["severity"] = severity
        if languages := policy.languages_of(name):
            update["languages"] = languages
    if adjustment := policy.adjust.get(rule.name):
        for key in ("message", "suggestion"):
            if wanted := getattr(adjustment, key):
                update[key] = wanted
    return rule.model_copy(update=update) if update else rule


def family_of(name: str) -> str:
    """Return the name of the list that a rule was made for: its own without day and number."""
    return re.sub(r"(?:-\d+)+$", "", name)


def _families(name: str) -> list[str]:
    """Return a rule's name and those of the lists it belongs to, the narrowest first.

    A list of terms makes a rule for each day of an embargo and each term with words of its own.
    """
    names = list(dict.fromkeys((name, family_of(name))))
    return [*names, CONFIDENTIAL] if EMBARGOED in names else names


def term_rules(policy: Policy) -> tuple[Rule, ...]:
    """Return the rules that a company's lists of terms stand for."""
    rules = _confidential(policy)
    said = _worded(FORBIDDEN, policy)
    rules += _grouped(FORBIDDEN, policy.forbidden, said, label="off_policy")
    if policy.competitors:
        judgement = tuple(cue for cues in builtin().judgement.values() for cue in cues)
        common: dict[str, Any] = {
            "reason": "disparagement",
            "phrases": policy.competitors,
            "noun": True,
        }
        rules.append(
            Rule(name=COMPETITOR, unless=judgement, **common, **_worded(COMPETITOR, policy))
        )
        rules.append(
            Rule(
                name=DISPARAGED,
                near=judgement,
                unless_negated=True,
                severity="block",
                **common,
                **_worded(DISPARAGED, policy),
            )
        )
    return tuple(rules)


def _confidential(policy: Policy) -> list[Rule]:
    for_ever = [term for term in policy.confidential if term.until is None]
    said = _worded(CONFIDENTIAL, policy)
    rules = _grouped(CONFIDENTIAL, for_ever, said, reason="confidentiality")
    for until in sorted({term.until for term in policy.confidential if term.until is not None}):
        mine = [term for term in policy.confidential if term.until == until]
        name = f"{EMBARGOED}-{until:%Y-%m-%d}"
        said = _worded(EMBARGOED, policy, {"date": f"{until:%Y-%m-%d}"})
        rules += _grouped(name, mine, said, reason="confidentiality", until=until)
    return rules


def _grouped(name: str, terms: Iterable[Term], said: Mapping[str, Any], **more: Any) -> list[Rule]:
    """Return one rule for all terms without words of their own, and one for each other.

    ``said`` is the usual message and suggestion, language by language; what a term doesn't
    say itself is said so.
    """
    rules: list[Rule] = []
    plain = tuple(term.term for term in terms if not term.message and not term.suggestion)
    common: dict[str, Any] = {"noun": True, "severity": "block", **more}
    if plain:
        rules.append(Rule(name=name, phrases=plain, **common, **said))
    special = [term for term in terms if term.message or term.suggestion]
    for number, term in enumerate(special, 1):
        own = {key: getattr(term, key) or said[key] for key in ("message", "suggestion")}
        rules.append(Rule(name=f"{name}-{number}", phrases=(term.term,), **common, **own))
    return rules


def _worded(name: str, policy: Policy, details: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return a list's message and suggestion in every language, as the company wants them."""
    said: dict[str, dict[str, str]] = {"message": {}, "suggestion": {}}
    for language in UI_LANGUAGES:
        words = policy.reworded(name, words_of(name, language), language).filled(details or {})
        said["message"][language], said["suggestion"][language] = words
    return said
