"""Policy files made to do harm: each ends in an error that names the place, soon."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from smclassify.cli.app import cli
from smclassify.config import load_config, load_policy
from smclassify.errors import ConfigError
from smclassify.policy.schema import MOST_PHRASES

LONG = 120
"""Seconds. What hangs takes hours; what doesn't takes a few even on a busy machine."""


@pytest.fixture(autouse=True)
def bounded() -> Iterator[None]:
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < LONG


def refused(folder: Path, text: str | bytes) -> str:
    """Return what is said of a policy file; that it is nothing but an error is checked."""
    path = folder / "p.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    result = CliRunner().invoke(cli, ["policy", "check", "--policy", str(path)])
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr.startswith(f"Error: {path}"), result.stderr
    assert len(result.stderr) < 3_000
    return result.stderr.replace(str(path), "p.toml")


def rule(body: str, name: str = "ours") -> str:
    return f'[[policy.rule]]\nname = "{name}"\nmessage = "m"\n{body}\n'


REGEXES = {
    "a group looked ahead to": ("(?=a)b", "no regular expression that RE2 takes"),
    "a reference back": (r"(a+)\1", "no regular expression that RE2 takes"),
    "a million repetitions": ("(a{1000}){1000}", "no regular expression that RE2 takes"),
    "repetitions of repetitions": ("((a{1,100}){1,100}){1,100}", "no regular expression that RE2"),
    "more than fits": (r"\p{L}{1000}", "too large"),
    "no end": ("(a", "no regular expression that RE2 takes"),
    "the empty text": ("", "at least 1 character"),
    "anything or nothing": (".*", "matches the empty text"),
    "a choice of nothing": ("(a|)", "matches the empty text"),
    "nested to nothing": ("((a*)*)*", "matches the empty text"),
    "a place only": ("^", "matches the empty text"),
    "longer than anybody writes": ("a" * 1001, "at most 1000 characters"),
}


@pytest.mark.parametrize(("regex", "said"), REGEXES.values(), ids=REGEXES)
def test_a_regular_expression_that_cannot_be_meant_is_refused(
    tmp_path: Path, regex: str, said: str
) -> None:
    told = refused(tmp_path, rule(f"regex = ['fine', '{regex}']"))
    assert "line 4, policy.rule[0].regex[1]" in told
    assert said in told


PATTERNS = {
    "an expression": ('{ TEXT = { REGEX = "(a+)+$" } }', "write it under the key regex"),
    "an expression in small letters": ('{ text = { regex = "(a+)+$" } }', "under the key regex"),
    "one of several expressions": (
        '{ LOWER = { REGEX = { IN = ["(a+)+$"] } } }', "write it under the key regex"),
    "an expression for an attribute": ('{ _ = { x = { REGEX = "(a+)+$" } } }', "nobody sets"),
    "an attribute nobody sets": ("{ _ = { x = 1 } }", "nobody sets"),
    "a likeness": ('{ LOWER = { FUZZY9 = "aaaa" } }', "write it under the key regex"),
    "anything any number of times": ('{ LOWER = "a" }, { OP = "*" }', "any number of times"),
    "the same, in small letters": ('{ LOWER = "a" }, { op = "+" }', "any number of times"),
    "many times any number": (
        ", ".join(['{ LOWER = "a", OP = "+" }'] * 3), "12 tokens that may be there or not"),
    "many that may be there": (
        '{ LOWER = "b" }, ' + ", ".join(['{ LOWER = "a", OP = "?" }'] * 11), "11 tokens that may"),
    "a hundred thousand times": ('{ LOWER = "a", OP = "{0,100000}" }', "1 to 50 tokens"),
    "exactly a hundred thousand times": ('{ LOWER = "a", OP = "{100000}" }', "1 to 50 tokens"),
    "a number too long to read": ('{ LOWER = "a", OP = "{0,%s}" }' % ("9" * 500), "pattern 0"),
    "nothing": ("", "1 to 50 tokens"),
    "nothing but what may lack": ('{ LOWER = "a", OP = "?" }', "require a token"),
    "51 tokens": (", ".join(['{ LOWER = "a" }'] * 51), "1 to 50 tokens"),
    "no attribute of spaCy": ('{ COLOUR = "red" }', "no spaCy token pattern"),
    "a number for a word": ("{ LOWER = 3 }", "no spaCy token pattern"),
    "what only trained pipelines know": ('{ POS = "VERB" }', "which only trained pipelines give"),
    "the same, in small letters again": ('{ lemma = "go" }', "which only trained pipelines give"),
}  # fmt: skip


@pytest.mark.parametrize(("pattern", "said"), PATTERNS.values(), ids=PATTERNS)
def test_a_token_pattern_that_could_hang_or_never_match_is_refused(
    tmp_path: Path, pattern: str, said: str
) -> None:
    told = refused(tmp_path, rule(f"patterns = [[{pattern}]]"))
    assert "line 4, policy.rule[0].patterns" in told
    assert said in told


def test_what_a_trained_pipeline_knows_may_be_asked_where_one_is_named(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    french = '[pipelines]\nfr = "fr_core_news_sm"\n'
    verb = 'patterns = [[{ POS = "VERB" }]]'
    path.write_text(french + rule(verb), "utf-8")
    assert load_config(path).policy.rules[0].name == "ours"
    path.write_text(french + rule(verb + '\nlanguages = ["ko"]'), "utf-8")
    with pytest.raises(ConfigError, match="POS, which only trained pipelines give"):
        load_config(path)


PHRASES = {
    "only punctuation": ("!?…", "words to look for"),
    "only spaces": ("   ", "at least 1 character"),
    "only an emoji": ("🎉", "words to look for"),
    "a gap at the end": ("buy …", "words to look for"),
    "gaps without end": ("a … b … c … d … e", "3 '…' at most, not 4"),
    "longer than a sentence": ("a" * 201, "at most 200 characters"),
}


@pytest.mark.parametrize("key", ["phrases", "unless", "near"])
@pytest.mark.parametrize(("phrase", "said"), PHRASES.values(), ids=PHRASES)
def test_a_phrase_without_words_is_refused(
    tmp_path: Path, key: str, phrase: str, said: str
) -> None:
    more = "" if key == "phrases" else 'phrases = ["y"]\n'
    told = refused(tmp_path, rule(f'{key} = ["x",\n "{phrase}"]\n{more}'))
    assert f"line 5, policy.rule[0].{key}[1]" in told
    assert said in told


@pytest.mark.parametrize("where", ["rule", "required", "brand_names", "confidential", "when"])
def test_more_phrases_than_anybody_has_are_refused(tmp_path: Path, where: str) -> None:
    words = ",".join(f'"w{n}"' for n in range(MOST_PHRASES + 1))
    text = {
        "rule": rule(f"phrases = [{words}]"),
        "required": rule(f"phrases = [{words}]").replace("policy.rule", "policy.required"),
        "when": rule(f'phrases = ["x"]\nwhen = [{words}]').replace(
            "policy.rule", "policy.required"
        ),
    }.get(where, f"[policy]\n{where} = [{words}]")
    told = refused(tmp_path, text)
    assert "line 1, policy" in told
    assert "phrases are too many; a policy may hold 200,000" in told


def test_a_million_phrases_are_refused(tmp_path: Path) -> None:
    words = ",".join(f'"w{n}"' for n in range(1_000_000))
    assert "1,000,000 phrases are too many" in refused(tmp_path, rule(f"phrases = [{words}]"))


def test_more_searches_than_a_text_can_be_given_are_refused(tmp_path: Path) -> None:
    regexes = ",".join(f"'a{n}'" for n in range(10_001))
    told = refused(tmp_path, rule(f"regex = [{regexes}]"))
    assert "10,001 regular expressions are too many; a policy may hold 10,000" in told
    cues = ",".join(f'"w{n}"' for n in range(2_001))
    told = refused(tmp_path, rule(f'phrases = ["x"]\nunless = [{cues}]'))
    assert "line 5, policy.rule[0].unless" in told


NO_TOML = {
    "no value": ("[policy]\nbrand_names =\n", "line 2"),
    "a key twice": ("[policy]\noff = []\noff = []\n", "line 3"),
    "a table twice": ("[policy]\n[policy]\n", "line 2"),
    "a text without end": ('[policy]\nforbidden = ["a]\n', "line 2"),
    "a NUL byte": ("[policy]\n\0\n", "line 2"),
    "only NUL bytes": ("\0" * 1000, "line 1"),
    "a day that isn't one": ("[policy]\nx = 2026-02-30\n", "line 2"),
    "a month that isn't one": ("[policy]\nx = 2026-13-01\n", "line 2"),
    "lists without end": ("x = " + "[" * 100_000, "lists stand within lists"),
    "lists with an end": ("x = " + "[" * 50_000 + "]" * 50_000, "lists stand within lists"),
    "tables without end": ("x = " + "{ a = " * 100_000, "lists stand within lists"),
    "a number without end": ("[policy]\nx = " + "9" * 100_000, "p.toml"),
    "JSON": ('{"policy": {}}', "line 1"),
    "half a character": ("[policy]\nforbidden = ['\\ud800', \"\\ud800\"]", "line 2"),
}


@pytest.mark.parametrize(("text", "said"), NO_TOML.values(), ids=NO_TOML)
def test_what_is_no_toml_is_refused(tmp_path: Path, text: str, said: str) -> None:
    assert said in refused(tmp_path, text)


def test_a_key_of_very_many_parts_is_refused(tmp_path: Path) -> None:
    deep = ".".join("a" * 3_000_000)
    quoted = "'a' . " * 1_000_000 + "b"
    for key in (
        f"\n{deep} = 1",
        f"\n[[ {deep} ]]",
        f"\nx = {{b = 1, {deep} = 1 }}",
        f"\n[{quoted}]",
    ):
        told = refused(tmp_path, f"[policy]{key}\n")
        assert "line 2: a key has more parts than this program reads" in told


def test_a_file_that_is_not_utf_8_names_the_line(tmp_path: Path) -> None:
    told = refused(tmp_path, "[policy]\nforbidden = ['é']\n".encode("cp1252"))
    assert "line 2: the file is not UTF-8" in told
    assert "UTF-8" in refused(tmp_path, "[policy]\n".encode("utf-16"))


def test_a_file_of_30_mb_is_refused_unread(tmp_path: Path) -> None:
    assert "more than 20 MB" in refused(tmp_path, b"[policy]\n" + b"#" * 30_000_000)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="the file cannot be read"):
        load_policy(tmp_path)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="a file without end, as Unix has it")
def test_a_file_without_end_is_refused() -> None:
    with pytest.raises(ConfigError, match="more than 20 MB"):
        load_policy(os.path.realpath("/dev/zero"))


WRONG = {
    "a policy that is a text": ('policy = "x"', "line 1, policy"),
    "a list that is a text": ('[policy]\nforbidden = "cheap"', "line 2, policy.forbidden"),
    "a rule that is a text": ('[policy]\nrule = ["x"]', "line 2, policy.rule[0]"),
    "one rule, not a list of them": ('[policy.rule]\nname = "a"', "line 1, policy.rule"),
    "a phrase that is a number": (rule("phrases = ['a', 3]"), "line 4, policy.rule[0].phrases[1]"),
    "a phrase that is a list": (rule("phrases = [['a']]"), "line 4, policy.rule[0].phrases[0]"),
    "a pattern that is a text": (rule("patterns = ['a']"), "line 4, policy.rule[0].patterns[0]"),
    "a severity that is none": (
        rule("phrases = ['a']\nseverity = 'shout'"), "line 5, policy.rule[0].severity"),
    "a day that is a text": (
        rule("phrases = ['a']\nuntil = 'next spring'"), "line 5, policy.rule[0].until"),
    "a term's day that isn't one": (
        '[policy]\nconfidential = [\n{ term = "a", until = "2026-02-30" }]',
        "line 3, policy.confidential[0]"),
    "a share beyond all": ("[policy.campaign]\nlinks = 1e999", "line 2, policy.campaign.links"),
    "a share that is no number": ("[policy.campaign]\nlinks = nan", "policy.campaign.links"),
    "a name with spaces": (rule("phrases = ['a']", "my rule"), "line 2, policy.rule[0].name"),
    "a platform nobody knows": (
        "[policy.platforms.myspac]\nlength = 3", "line 1, policy.platforms.myspac"),
    "a rule to switch off that isn't there": (
        "[policy]\noff = ['phone-numbr']", "line 2, policy.off[0]"),
    "a rule named twice": (rule("phrases = ['a']") * 2, "two rules are named 'ours'"),
    "a requirement named twice": (
        rule("phrases = ['a']").replace("policy.rule", "policy.required") * 2,
        "two rules are named 'ours'"),
    "a rule and a requirement of one name": (
        rule("phrases = ['a']") + rule("phrases = ['a']").replace("policy.rule", "policy.required"),
        "a rule and a requirement are both named 'ours'"),
    "an unknown key at the top": ("brand = 1\n[policy]", "line 1, brand"),
    "an unknown key of the policy": ("[policy]\nbrand = 1", "line 2, policy.brand"),
    "an unknown key of a rule": (
        rule("phrases = ['a']\nregexp = []"), "line 5, policy.rule[0].regexp: unknown key"),
    "an unknown key of a requirement": (
        rule("phrases = ['a']\nunles = []").replace("policy.rule", "policy.required"),
        "line 5, policy.required[0].unles: unknown key 'unles'; did you mean 'unless'?"),
    "an unknown key of a term": (
        "[policy]\nforbidden = ['x',\n{ term = 'a', untl = 3 }]",
        "line 3, policy.forbidden[1].untl: unknown key 'untl'; did you mean 'until'?"),
    "an unknown key of the tone": (
        "[policy.tone]\nen = 'you'", "line 2, policy.tone.en: unknown key"),
    "an unknown key of the contacts": (
        "[policy.contacts]\nmail = []", "line 2, policy.contacts.mail: unknown key"),
    "an unknown key of a platform": (
        "[policy.platforms.x]\nlink = 1",
        "line 2, policy.platforms.x.link: unknown key 'link'; did you mean 'links'?"),
    "an unknown key of an adjustment": (
        "[policy.adjust.shouting]\nmesage = 'm'",
        "line 2, policy.adjust.shouting.mesage: unknown key 'mesage'; did you mean 'message'?"),
    "an unknown key of the campaign": (
        "[policy.campaign]\nlink = 1", "line 2, policy.campaign.link: unknown key"),
    "a key as long as a book": (f"[policy]\n{'k' * 1_000_000} = 1", "line 2, policy.kkk"),
    "a value as long as a book": (
        rule(f"phrases = ['a']\nseverity = '{'v' * 1_000_000}'"), "line 5"),
    "a rule's name as long as a book": (
        f"[policy]\noff = ['{'n' * 1_000_000}']", "line 2, policy.off[0]"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "said"), WRONG.values(), ids=WRONG)
def test_what_cannot_stand_there_is_refused_with_its_line_and_key(
    tmp_path: Path, text: str, said: str
) -> None:
    assert said in refused(tmp_path, text)


def test_of_very_many_mistakes_the_first_are_told(tmp_path: Path) -> None:
    told = refused(tmp_path, "[policy]\n" + "".join(f"key{n} = 1\n" for n in range(50_000)))
    assert "50000 things are wrong" in told
    assert "line 2, policy.key0" in told
    assert "and 49992 more" in told
