"""The rules of a set as a company wants them: on or off, how grave, in which words."""

from __future__ import annotations

from collections.abc import Mapping

from smclassify.policy.rule import Severity
from smclassify.policy.rules import REPEATS
from smclassify.policy.schema import Policy
from smclassify.wording import Words, words_of


class Rulebook:
    """The built-in rules of a set under a policy.

    Parameters
    ----------
    policy : Policy
    ui_language : str
        The language of messages and suggestions.
    """

    def __init__(self, policy: Policy, ui_language: str) -> None:
        self._policy = policy
        self._ui_language = ui_language
        self._replaced = {rule.name for rule in (*policy.rules, *policy.required)}

    def severity(self, rule: str) -> Severity:
        """Return a rule's severity; off, if one of the company's own has taken its name."""
        if rule in self._replaced:
            return "off"
        return self._policy.severity_of(rule) or REPEATS.get(rule, "warn")

    def reads(self, rule: str, language: str) -> bool:
        """Return whether a rule looks at texts in a language."""
        return self._policy.reads(rule, language)

    def words(self, rule: str, details: Mapping[str, str], *, worded_as: str = "") -> Words:
        """Return what a rule says, with the details filled in."""
        usual = words_of(worded_as or rule, self._ui_language)
        return self._policy.reworded(rule, usual, self._ui_language).filled(details)
