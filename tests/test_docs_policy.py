"""The page on the policy names every key, rule, platform and command there is, and no other."""

import re
from pathlib import Path

from smclassify.cli.policy import policy
from smclassify.config import Config
from smclassify.policy.catalogue import catalogue
from smclassify.policy.platforms import platforms
from smclassify.policy.rule import Rule
from smclassify.policy.rules import EMBARGOED, builtin_names
from smclassify.policy.schema import (
    Adjustment,
    Campaign,
    Contacts,
    PlatformSettings,
    Policy,
    Required,
    Term,
    Tone,
)

PAGE = Path(__file__).parents[1].joinpath("docs", "policy.md").read_text("utf-8")


def test_every_rule_key_and_platform_is_in_the_policy_page():
    models = (Config, Policy, Rule, Required, Term, Tone, Contacts, Adjustment, Campaign)
    models += (PlatformSettings,)
    keys = {field.alias or name for m in models for name, field in m.model_fields.items()}
    wanted = keys | builtin_names() | set(platforms())
    named = set(re.findall(r"[\w-]+", " ".join(re.findall(r"`[^`\n]+`", PAGE))))
    assert not wanted - named


def test_the_table_of_built_in_rules_has_each_with_its_severity():
    table = PAGE[PAGE.index("## The built-in rules") : PAGE.index("## What is not done")]
    rows = re.findall(r"^\| (`[^|]+`) \|[^|]+\| (block|warn)\b[^|]*\|$", table, re.MULTILINE)
    pairs = [(name, how) for names, how in rows for name in re.findall(r"`([^`]+)`", names)]
    told = dict(pairs)
    assert len(told) == len(pairs), "a rule stands there twice"
    term = {"term": "a name", "until": "2099-12-31"}
    lists = {"confidential": ["b name", term], "forbidden": ["c name"], "competitors": ["d name"]}
    true = {entry.name: entry.severity for entry in catalogue(Policy.model_validate(lists))}
    true[EMBARGOED] = true.pop(f"{EMBARGOED}-2099-12-31")
    assert told == true
    assert set(told) == builtin_names()


def test_every_command_of_the_policy_is_in_the_page():
    table = PAGE[PAGE.index("## Commands") : PAGE.index("## The keys")]
    assert set(re.findall(r"^\| `(\w+)[^|`]*` \|", table, re.MULTILINE)) == set(policy.commands)
