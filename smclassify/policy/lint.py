"""What in a valid policy cannot be meant: rules that never speak, or that contradict."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Final, Literal

import ahocorasick

from smclassify.policy.fold import fold
from smclassify.policy.matching import contains_any
from smclassify.policy.rule import GAP, Rule
from smclassify.policy.rules import builtin
from smclassify.policy.schema import Policy, Term

KeyPath = tuple[str | int, ...]

_PATIENCE: Final = 50_000


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something in a policy that cannot be meant.

    Attributes
    ----------
    kind : {"unreachable", "contradiction", "expired"}
    key : tuple of str or int
        Where it stands in the file, below ``policy``.
    message : str
        What is the matter, one sentence.
    """

    kind: Literal["unreachable", "contradiction", "expired"]
    key: KeyPath
    message: str


def doubts(policy: Policy, today: date | None = None) -> list[Doubt]:
    """Return what in a policy can never take effect, or says two things at once.

    Parameters
    ----------
    policy : Policy
    today : date, optional
        What embargoes are measured by; the day of the call by default.
    """
    day = today or date.today()
    return list(
        chain(
            _never_speaks(policy),
            _switched_twice(policy),
            _expired(policy, day),
            _same_phrase(policy),
            _forbidden_but_needed(policy),
        )
    )


def _never_speaks(policy: Policy) -> Iterator[Doubt]:
    for number, rule in enumerate(policy.rules):
        key: KeyPath = ("rule", number)
        if rule.severity == "off":
            yield Doubt("unreachable", key, f"the rule {rule.name!r} is off")
            continue
        if policy.languages and rule.languages and not set(rule.languages) & set(policy.languages):
            yield Doubt(
                "unreachable",
                key,
                f"the rule {rule.name!r} reads only {', '.join(rule.languages)}, "
                f"and you post only in {', '.join(policy.languages)}",
            )
        if excused := _always_excused(rule):
            yield Doubt(
                "unreachable",
                (*key, "unless"),
                f"the rule {rule.name!r} can never find {excused!r}: its own words are "
                "among those that make it harmless",
            )
    for number, one in enumerate(policy.required):
        if one.severity == "off":
            yield Doubt("unreachable", ("required", number), f"the rule {one.name!r} is off")


def _always_excused(rule: Rule) -> str:
    texts = next(_holding(rule.phrases, rule.unless), None)
    return rule.phrases[texts[0]] if texts else ""


def _holding(texts: Sequence[str], cues: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield (text, cue) where a text holds a cue, of long lists in good time.

    The first words of the cues are looked for all at once, and only what is found is looked
    at closely; of lists made to keep this busy, not to the end.
    """
    by_head: dict[str, list[int]] = defaultdict(list)
    for number, cue in enumerate(cues):
        by_head[_squeezed(cue.split(GAP)[0])].append(number)
    if not by_head:
        return
    automaton = ahocorasick.Automaton()
    for head, numbers in by_head.items():
        automaton.add_word(head, numbers)
    automaton.make_automaton()
    patience = _PATIENCE
    for text, written in enumerate(texts):
        seen: set[int] = set()
        for _, numbers in automaton.iter(_squeezed(written)):
            for cue in numbers:
                if cue in seen:
                    continue
                seen.add(cue)
                patience -= 1
                if contains_any((cues[cue],), written):
                    yield text, cue
                if not patience:
                    return


def _squeezed(text: str) -> str:
    return "".join(fold(text).split())


def _switched_twice(policy: Policy) -> Iterator[Doubt]:
    own = {rule.name for rule in (*policy.rules, *policy.required)}
    adjusted = {name: one.severity for name, one in policy.adjust.items() if one.severity}
    for name in policy.off:
        if policy.severity.get(name, "off") != "off":
            yield Doubt(
                "contradiction",
                ("severity", name),
                f"{name!r} is switched off and has the severity {policy.severity[name]!r}",
            )
        if adjusted.get(name, "off") != "off":
            yield Doubt(
                "contradiction",
                ("adjust", name),
                f"{name!r} is switched off and has the severity {adjusted[name]!r}",
            )
    for name, severity in adjusted.items():
        if policy.severity.get(name, severity) != severity:
            yield Doubt(
                "contradiction",
                ("adjust", name),
                f"{name!r} has two severities: {severity!r} here, "
                f"{policy.severity[name]!r} under [policy.severity]",
            )
    keys: list[KeyPath] = [("off", number) for number in range(len(policy.off))]
    keys += [("severity", name) for name in policy.severity]
    keys += [("adjust", name) for name in policy.adjust]
    for key in keys:
        name = policy.off[key[1]] if isinstance(key[1], int) else key[1]
        if name in own:
            yield Doubt(
                "unreachable",
                key,
                f"you have a rule {name!r} of your own, which takes the built-in one's place",
            )


def _expired(policy: Policy, day: date) -> Iterator[Doubt]:
    for table in ("confidential", "forbidden"):
        terms: tuple[Term, ...] = getattr(policy, table)
        for number, term in enumerate(terms):
            if term.until is not None and term.until < day:
                yield Doubt(
                    "expired",
                    (table, number),
                    f"{term.term!r} was to be kept until {term.until}, and is no longer looked for",
                )
    for number, rule in enumerate(policy.rules):
        if rule.until is not None and rule.until < day:
            yield Doubt(
                "expired",
                ("rule", number),
                f"the rule {rule.name!r} held until {rule.until}, and finds nothing any more",
            )


def _same_phrase(policy: Policy) -> Iterator[Doubt]:
    """Find phrases of two rules that disagree on what they mean."""
    seen: dict[str, list[tuple[int, Rule]]] = defaultdict(list)
    for number, rule in enumerate(policy.rules):
        if rule.severity != "off":
            for phrase in {fold(phrase) for phrase in rule.phrases}:
                seen[phrase].append((number, rule))
    for phrase, rules in seen.items():
        (_, first), *others = rules
        for number, other in others:
            overlap = not first.languages or not other.languages
            overlap = overlap or bool(set(first.languages) & set(other.languages))
            if overlap and (first.severity, first.reason) != (other.severity, other.reason):
                yield Doubt(
                    "contradiction",
                    ("rule", number),
                    f"{phrase!r} is {_meaning(other)} in {other.name!r} "
                    f"and {_meaning(first)} in {first.name!r}",
                )


def _meaning(rule: Rule) -> str:
    return f"{rule.severity} {rule.reason or rule.label}".rstrip()


def _forbidden_but_needed(policy: Policy) -> Iterator[Doubt]:
    needed = {
        "brand_names": policy.brand_names,
        "products": policy.products,
        "handles": policy.handles,
        "required": tuple(phrase for one in policy.required for phrase in one.phrases),
    }
    lists = {
        "confidential": [term.term for term in policy.confidential],
        "forbidden": [term.term for term in policy.forbidden],
        "competitors": list(policy.competitors),
    }
    for table, terms in lists.items():
        for other, phrases in needed.items():
            told: set[int] = set()
            for phrase, number in _holding(phrases, terms):
                if number not in told:
                    told.add(number)
                    yield Doubt(
                        "contradiction",
                        (table, number),
                        f"{terms[number]!r} stands under {table}, and {phrases[phrase]!r} "
                        f"under {other}",
                    )


def replaced(policy: Policy) -> list[str]:
    """Return the names of built-in rules that the company's own take the place of."""
    names = {rule.name for rule in builtin().rules} | {one.name for one in builtin().required}
    return [rule.name for rule in (*policy.rules, *policy.required) if rule.name in names]
