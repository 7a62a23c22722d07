"""What a valid policy says that cannot be meant, and what looks like it and can."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from smclassify.cli.app import cli
from smclassify.policy.lint import doubts
from smclassify.policy.schema import Policy

TODAY = date(2026, 6, 1)


def rule(name: str = "ours", *, phrases: str = '["miracle cure"]', more: str = "") -> str:
    return f'[[policy.rule]]\nname = "{name}"\nphrases = {phrases}\nmessage = "m"\n{more}\n'


def required(name: str = "ours", *, phrases: str = '["#ad"]', more: str = "") -> str:
    return rule(name, phrases=phrases, more=more).replace("policy.rule", "policy.required")


def kinds(text: str) -> list[str]:
    return [doubt.kind for doubt in doubts(policy_of(text), TODAY)]


def policy_of(text: str) -> Policy:
    return Policy.model_validate(tomllib.loads(text).get("policy", {}))


NOT_MEANT = {
    "a rule that is off": (
        rule() + rule("other", phrases='["b c"]', more='severity = "off"'),
        [(6, "unreachable", "the rule 'other' is off")],
    ),
    "a requirement that is off": (
        required(more='severity = "off"'),
        [(1, "unreachable", "the rule 'ours' is off")],
    ),
    "a rule for a language that is never posted in": (
        '[policy]\nlanguages = ["en"]\n' + rule(more='languages = ["fr", "ko"]'),
        [(3, "unreachable", "reads only fr, ko, and you post only in en")],
    ),
    "a rule that its own excuse always excuses": (
        rule(more='unless = ["cure"]'),
        [(5, "unreachable", "can never find 'miracle cure'")],
    ),
    "an excuse with a gap": (
        rule(phrases='["no miracle at all cure"]', more='unless = ["miracle … cure"]'),
        [(5, "unreachable", "can never find 'no miracle at all cure'")],
    ),
    "an excuse within Korean words": (
        rule(phrases='["특별 할인가"]', more='unless = ["할인"]'),
        [(5, "unreachable", "can never find '특별 할인가'")],
    ),
    "off, and yet with a severity": (
        '[policy]\noff = ["shouting"]\n[policy.severity]\nshouting = "block"\n',
        [(4, "contradiction", "switched off and has the severity 'block'")],
    ),
    "off, and yet adjusted to speak": (
        '[policy]\noff = ["shouting"]\n[policy.adjust.shouting]\nseverity = "warn"\n',
        [(3, "contradiction", "switched off and has the severity 'warn'")],
    ),
    "two severities": (
        '[policy.severity]\nshouting = "warn"\n[policy.adjust.shouting]\nseverity = "block"\n',
        [(3, "contradiction", "'block' here, 'warn' under [policy.severity]")],
    ),
    "a severity for a rule that one's own replaces": (
        '[policy.severity]\nengagement-exchange = "warn"\n' + rule("engagement-exchange"),
        [(2, "unreachable", "takes the built-in one's place")],
    ),
    "words for a rule that one's own replaces": (
        '[policy.adjust.engagement-exchange]\nmessage = "No."\n' + rule("engagement-exchange"),
        [(1, "unreachable", "takes the built-in one's place")],
    ),
    "off, what one's own replaces": (
        '[policy]\noff = [\n  "shouting",\n  "engagement-exchange",\n]\n'
        + rule("engagement-exchange"),
        [(4, "unreachable", "takes the built-in one's place")],
    ),
    "embargoes that are over": (
        "[policy]\nconfidential = [\n"
        '  "Osprey",\n  { term = "Falcon", until = 2026-05-31 },\n]\n'
        'forbidden = [{ term = "Heron", until = 2020-01-01 }]\n',
        [(4, "expired", "'Falcon' was to be kept until 2026-05-31"),
         (6, "expired", "'Heron' was to be kept until 2020-01-01")],
    ),
    "a rule whose day is over": (
        rule(more="until = 2026-05-31"),
        [(1, "expired", "the rule 'ours' held until 2026-05-31")],
    ),
    "one phrase of two severities": (
        rule(more='label = "off_policy"\nseverity = "block"')
        + rule("other", phrases='["Ｍiracle CURE"]', more='label = "off_policy"'),
        [(7, "contradiction",
          "is warn off_policy in 'other' and block off_policy in 'ours'")],
    ),
    "one phrase for two reasons": (
        rule(more='reason = "unsafe_claim"') + rule("other", more='reason = "privacy"'),
        [(6, "contradiction", "privacy in 'other' and warn unsafe_claim in 'ours'")],
    ),
    "forbidding the brand's own name": (
        '[policy]\nbrand_names = ["Cheap Wheels"]\nforbidden = [\n  "fine",\n  "cheap",\n]\n',
        [(5, "contradiction", "'cheap' stands under forbidden, and 'Cheap Wheels' under brand_na")],
    ),
    "a product that is a secret": (
        '[policy]\nproducts = ["Harrier 1"]\nconfidential = ["harrier 1"]\n',
        [(3, "contradiction", "under confidential, and 'Harrier 1' under products")],
    ),
    "a handle that is a competitor": (
        '[policy]\nhandles = ["@pedal works"]\ncompetitors = ["pedal"]\n',
        [(3, "contradiction", "under competitors, and '@pedal works' under handles")],
    ),
    "forbidding what is required": (
        '[policy]\nforbidden = ["paid"]\n' + required(phrases='["#ad", "paid partnership"]'),
        [(2, "contradiction", "'paid' stands under forbidden, and 'paid partnership' under req")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "told"), NOT_MEANT.values(), ids=NOT_MEANT)
def test_what_cannot_be_meant_is_named_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, told: list[tuple[int, str, str]]
) -> None:
    monkeypatch.setattr("smclassify.policy.lint.date", Day)
    path = tmp_path / "ours.toml"
    path.write_text(text, "utf-8")
    result = CliRunner().invoke(cli, ["policy", "check", "--policy", str(path)])
    assert result.exit_code == 1, result.output
    lines = result.stdout.splitlines()
    assert len(lines) == len(told), lines
    for said, (line, kind, words) in zip(lines, told, strict=True):
        assert said.startswith(f"{path}, line {line}, policy."), said
        assert f": {kind}: " in said
        assert words in said


class Day(date):
    """A calendar that stands still."""

    @classmethod
    def today(cls) -> Day:
        return cls(TODAY.year, TODAY.month, TODAY.day)


MEANT = {
    "nothing": "",
    "a rule for a language that is posted in": (
        '[policy]\nlanguages = ["en", "fr"]\n' + rule(more='languages = ["fr", "ko"]')
    ),
    "a rule for a language, posting in any": rule(more='languages = ["ko"]'),
    "an excuse that is no part of the phrase": rule(more='unless = ["no"]'),
    "an excuse that only begins as a word of the phrase": rule(more='unless = ["mira"]'),
    "a severity and the same again": (
        '[policy.severity]\nshouting = "block"\n[policy.adjust.shouting]\nseverity = "block"\n'
    ),
    "off, and off again": (
        '[policy]\noff = ["shouting"]\n[policy.severity]\nshouting = "off"\n'
    ),
    "other words for a rule that has a severity": (
        '[policy.severity]\nshouting = "block"\n[policy.adjust.shouting]\nmessage = "Softly."\n'
    ),
    "a rule that replaces a built-in one": rule("engagement-exchange"),
    "an embargo on its last day": (
        '[policy]\nconfidential = [{ term = "Falcon", until = 2026-06-01 }]\n'
        + rule(more="until = 2026-06-01")
    ),
    "one phrase for the same reason": rule() + rule("other"),
    "one phrase in two languages": (
        rule(more='languages = ["en"]\nreason = "privacy"')
        + rule("other", more='languages = ["fr"]\nreason = "unsafe_claim"')
    ),
    "a brand's name that only begins as a forbidden word": (
        '[policy]\nbrand_names = ["Cheapside"]\nforbidden = ["cheap"]\n'
    ),
    "forbidding more than the brand's name": (
        '[policy]\nbrand_names = ["Wheels"]\nforbidden = ["cheap wheels"]\n'
    ),
}  # fmt: skip


@pytest.mark.parametrize("text", MEANT.values(), ids=MEANT)
def test_what_can_be_meant_is_left_alone(text: str) -> None:
    assert kinds(text) == []


def test_a_doubt_is_told_once_for_a_term_however_many_names_hold_it() -> None:
    assert kinds('[policy]\nbrand_names = ["a b", "b c"]\nforbidden = ["b"]\n') == ["contradiction"]


def test_a_phrase_of_a_rule_that_is_off_contradicts_nothing() -> None:
    off = rule("other", more='severity = "off"\nreason = "privacy"')
    assert kinds(rule(more='reason = "unsafe_claim"') + off) == ["unreachable"]


def test_thousands_of_doubts_are_all_told_each_with_its_line(tmp_path: Path) -> None:
    terms = "".join(f'  {{ term = "secret {n}", until = 2020-01-01 }},\n' for n in range(5_000))
    path = tmp_path / "ours.toml"
    path.write_text(f"[policy]\nconfidential = [\n{terms}]\n", "utf-8")
    result = CliRunner().invoke(cli, ["policy", "check", "--policy", str(path)])
    lines = result.stdout.splitlines()
    assert len(lines) == 5_000
    assert lines[-1].startswith(f"{path}, line 5002, policy.confidential[4999]: expired")


def test_long_lists_against_long_lists_come_to_an_end() -> None:
    names = [f"name number {n}" for n in range(20_000)]
    policy = Policy(
        brand_names=tuple(names),
        forbidden=tuple({"term": f"word number {n}"} for n in range(20_000)),  # type: ignore[arg-type]
    )
    assert doubts(policy, TODAY) == []
    policy = Policy(brand_names=tuple(names), competitors=tuple(f"number {n}" for n in range(99)))
    assert len(doubts(policy, TODAY)) == 99
