"""Trying rules on their examples: texts to be left alone, and texts to be found.

A company's rule carries its examples (``good``, ``bad``). Those of the built-in rules are
data beside them: ``examples/LANGUAGE.toml``, native texts of each language.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from smclassify.labels import LANGUAGES, UNKNOWN_LANGUAGE
from smclassify.policy.brand import LanguageCheck
from smclassify.policy.checker import PolicyChecker
from smclassify.policy.platforms import LANGUAGE_RULE
from smclassify.policy.rules import TERM_RULES, family_of
from smclassify.policy.schema import Policy
from smclassify.text.prepare import prepare

_OF_LANGUAGES: Final = (LanguageCheck.rule, LANGUAGE_RULE)

SETTING: Final = "policy"
"""The table of an example file that holds the lists its rules need."""


@dataclass(frozen=True, slots=True)
class Example:
    """One example of a rule.

    Attributes
    ----------
    rule : str
        The rule it is for.
    language : str
        Its language; ``"unknown"`` where a company's rule holds for several.
    text : str
        The example.
    bad : bool
        Whether the rule should find something in it.
    platform : str
        Where it is meant to appear; empty for anywhere.
    """

    rule: str
    language: str
    text: str
    bad: bool
    platform: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of an example."""

    example: Example
    found: bool

    @property
    def right(self) -> bool:
        """Whether the rule did as the example asks."""
        return self.found == self.example.bad


@cache
def _file(language: str) -> dict[str, Any]:
    path = files("smclassify.policy").joinpath("examples", f"{language}.toml")
    return tomllib.loads(path.read_text("utf-8"))


def builtin_examples(rules: Iterable[str] | None = None) -> list[Example]:
    """Return the examples of the built-in rules, or of some of them, in all languages."""
    wanted = None if rules is None else set(rules)
    return [
        Example(rule, language, text, kind == "bad", table.get("platform", ""))
        for language in LANGUAGES
        for rule, table in _file(language).items()
        if rule != SETTING and (wanted is None or rule in wanted)
        for kind in ("good", "bad")
        for text in table.get(kind, ())
    ]


def example_policy(language: str) -> Policy:
    """Return the policy that a language's built-in examples were written for."""
    return Policy.model_validate(_file(language).get(SETTING, {}))


def own_examples(policy: Policy) -> list[Example]:
    """Return the examples that a company's own rules carry."""
    return [
        Example(rule.name, rule.languages[0] if rule.languages else UNKNOWN_LANGUAGE, text, bad)
        for rule in (*policy.rules, *policy.required)
        for texts, bad in ((rule.good, False), (rule.bad, True))
        for text in texts
    ]


def try_builtin(
    examples: Sequence[Example], pipelines: Mapping[str, str] | None = None
) -> Iterator[Tried]:
    """Try examples of built-in rules, each language with the policy it was written for."""
    for language in LANGUAGES:
        mine = [example for example in examples if example.language == language]
        if mine:
            checker = PolicyChecker(example_policy(language), pipelines=pipelines)
            yield from try_examples(checker, mine)


def try_examples(checker: PolicyChecker, examples: Sequence[Example]) -> list[Tried]:
    """Try each example with its own rule; what other rules say of it doesn't count."""
    known = [None if _to_be_told(one) else one.language for one in examples]
    batch = prepare([example.text for example in examples], known)
    findings = checker.check(batch, platforms=[example.platform or None for example in examples])
    return [
        Tried(example, any(_is_of(one.rule, example.rule) for one in found))
        for example, found in zip(examples, findings, strict=True)
    ]


def _to_be_told(example: Example) -> bool:
    """Return whether the language has to be told from the text, as it is for a user's draft."""
    return example.language == UNKNOWN_LANGUAGE or example.rule in _OF_LANGUAGES


def _is_of(rule: str, wanted: str) -> bool:
    # A list of terms stands for one rule for each day of an embargo and each own wording.
    return rule == wanted or (wanted in TERM_RULES and family_of(rule) == wanted)
