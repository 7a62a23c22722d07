"""All rules in one list, wherever they come from, for people who want to see what is on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, Literal

from smclassify.policy.platforms import PLATFORM_RULES
from smclassify.policy.recognizers import RECOGNIZERS
from smclassify.policy.rule import BaseRule, Rule, Severity, said_in
from smclassify.policy.rules import (
    CAMPAIGN_RULES,
    REPEATS,
    TERM_RULES,
    adjusted,
    builtin,
    family_of,
    term_rules,
)
from smclassify.policy.schema import Policy, Term
from smclassify.wording import words_of

Origin = Literal["built in", "your lists", "your rules"]
BUILT_IN: Final = "built in"
LISTED: Final = "your lists"
_EMPTY: Final = {"phrases": ["(your list is empty, so nothing is looked for)"]}
_EVERY_LIST: Final = Policy(
    competitors=("x",),
    confidential=(Term(term="x"), Term(term="x", until=date.max)),
    forbidden=(Term(term="x"),),
)
"""A policy without an empty list, to tell what the rules of the lists are like."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule as a person sees it.

    Attributes
    ----------
    name, label, reason : str
    severity : {"block", "warn", "off"}
        As in force.
    origin : {"built in", "your lists", "your rules"}
        Where it comes from.
    kind : str
        How it looks: ``"phrases"``, ``"recogniser"``, ``"required"``, ``"platform norm"``,
        ``"set of drafts"``.
    languages : tuple of str
        Empty: every language.
    message, suggestion : str
        In the language of the user interface.
    source : dict
        What it is made of, as one would write it in a policy file.
    """

    name: str
    label: str
    reason: str
    severity: Severity
    origin: Origin
    kind: str
    languages: tuple[str, ...] = ()
    message: str = ""
    suggestion: str = ""
    source: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the entry as plain JSON values."""
        return {
            "name": self.name,
            "label": self.label,
            "reason": self.reason,
            "severity": self.severity,
            "origin": self.origin,
            "kind": self.kind,
            "languages": list(self.languages),
            "message": self.message,
            "suggestion": self.suggestion,
        }


def catalogue(policy: Policy, ui_language: str = "en") -> list[Entry]:
    """Return every rule there is under a policy, also those that are off, by origin and name."""
    return [
        *_own(policy, ui_language),
        *_builtin_phrases(policy, ui_language),
        *_recognised(policy, ui_language),
        *_on_a_set(policy, ui_language),
    ]


def _own(policy: Policy, language: str) -> Iterator[Entry]:
    for rule in policy.rules:
        yield _entry(rule, "phrases", "your rules", rule.severity, language)
    for one in policy.required:
        yield _entry(one, "required", "your rules", one.severity, language)
    there = term_rules(policy)
    for rule in (adjusted(one, policy) for one in there):
        yield _entry(rule, "phrases", LISTED, rule.severity, language)
    listed = {family_of(one.name) for one in there}
    usual = {family_of(one.name): one for one in term_rules(_EVERY_LIST)}
    for name in (name for name in TERM_RULES if name not in listed):
        like = usual[name]
        bare = Entry(name, like.label, like.reason, like.severity, LISTED, "phrases", source=_EMPTY)
        yield _as_wanted(bare, policy, language)


def _builtin_phrases(policy: Policy, language: str) -> Iterator[Entry]:
    own = {rule.name for rule in (*policy.rules, *policy.required)}
    for rule in (*builtin().rules, *builtin().required):
        if rule.name not in own:
            wanted = adjusted(rule, policy)
            kind = "phrases" if isinstance(rule, Rule) else "required"
            yield _entry(wanted, kind, BUILT_IN, wanted.severity, language)


def _entry(rule: BaseRule, kind: str, origin: Origin, severity: Severity, language: str) -> Entry:
    source = rule.model_dump(
        exclude_defaults=True, by_alias=True, exclude={"message", "suggestion"}
    )
    return Entry(
        rule.name,
        rule.label,
        rule.reason,
        severity,
        origin,
        kind,
        rule.languages,
        said_in(rule.message, language),
        said_in(rule.suggestion, language),
        source,
    )


def _recognised(policy: Policy, language: str) -> Iterator[Entry]:
    for one in RECOGNIZERS:
        about = {"finds": (type(one).__doc__ or "").strip().splitlines()[0]}
        usual: Any = one.severity
        bare = Entry(one.rule, one.label, one.reason, usual, BUILT_IN, "recogniser", source=about)
        yield _as_wanted(bare, policy, language)
    for name in PLATFORM_RULES:
        yield _as_wanted(Entry(name, "", "", "warn", BUILT_IN, "platform norm"), policy, language)


def _on_a_set(policy: Policy, language: str) -> Iterator[Entry]:
    for name in CAMPAIGN_RULES:
        usual = REPEATS.get(name)
        label, reason = ("spammy", "canned") if usual else ("", "")
        bare = Entry(name, label, reason, usual or "warn", BUILT_IN, "set of drafts")
        yield _as_wanted(bare, policy, language)


def _as_wanted(entry: Entry, policy: Policy, language: str) -> Entry:
    """Return the entry of a rule whose words stand in the catalogue of words, adjusted."""
    words = policy.reworded(entry.name, words_of(entry.name, language), language)
    return replace(
        entry,
        severity=policy.severity_of(entry.name) or entry.severity,
        languages=policy.languages_of(entry.name),
        message=words.message,
        suggestion=words.suggestion,
    )
