"""``smclassify policy``: write, check, try and read a company's policy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import click

from smclassify.cli.console import print_json, print_view
from smclassify.cli.options import (
    MODEL,
    OUTPUT,
    SectionedCommand,
    all_of,
    color_option,
    option,
    ui_language_option,
)

if TYPE_CHECKING:
    from smclassify.policy.catalogue import Entry
    from smclassify.policyfile import PolicyFile

_policy_options = all_of(
    option(MODEL, "--policy", metavar="FILE",
           help="The file with the [policy] table. By default smclassify.toml in this folder."),
    ui_language_option,
)  # fmt: skip

_FAILED: Final = 1


@click.group()
def policy() -> None:
    """Write, check, try and read your social media policy.

    The policy stands under [policy] in smclassify.toml, or in a file of its own.
    """


@policy.command(
    cls=SectionedCommand,
    examples=("smclassify policy init", "smclassify policy init our-policy.toml"),
)
@click.argument("file", default="smclassify.toml")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def init(file: str, force: bool) -> None:
    """Write a starting file with every key explained, all of them switched off."""
    from smclassify.cli.console import open_output, refuse_existing
    from smclassify.policyfile import starting_file

    refuse_existing(file, force=force, hint="Name another file, or write over it by --force.")
    with open_output(file) as write:
        write(starting_file().encode())
    click.echo(f"Written: {file}. Edit it, then run: smclassify policy check --policy {file}")


@policy.command(
    cls=SectionedCommand,
    examples=("smclassify policy check", "smclassify policy check --policy our-policy.toml"),
)
@_policy_options
def check(policy: str | None, ui_lang: str | None) -> None:
    """Check that a policy is well formed and makes sense.

    Names rules that can never speak, that contradict each other, and embargoes that are over.
    Exit code 0: nothing to say. 1: something in it cannot be meant. 2: the file is wrong.
    """
    from smclassify.policy.lint import doubts, replaced

    read = _read(policy)
    found = doubts(read.policy)
    for doubt, place in zip(found, read.places(doubt.key for doubt in found), strict=True):
        click.echo(f"{place}: {doubt.kind}: {doubt.message}")
    for name in replaced(read.policy):
        click.echo(f"Note: your rule {name!r} takes the place of the built-in one.", err=True)
    if found:
        raise SystemExit(_FAILED)
    click.echo(f"{read.path or 'The built-in policy'}: nothing to mend.")


@policy.command(
    cls=SectionedCommand,
    examples=(
        "smclassify policy test",
        "smclassify policy test refund-promise",
        "smclassify policy test --builtin",
    ),
)
@click.argument("rules", nargs=-1, metavar="[RULE]...")
@option(MODEL, "--builtin", is_flag=True, help="Try the examples of the built-in rules too.")
@_policy_options
@option(OUTPUT, "--format", "format_", type=click.Choice(("text", "json")), default="text")
def test(
    rules: tuple[str, ...], builtin: bool, policy: str | None, ui_lang: str | None, format_: str
) -> None:
    """Try rules on their examples: good ones are to be left alone, bad ones to be found.

    Without RULE, all rules of your own. Exit code 0: every example did as it should. 1: one
    didn't. 2: the file is wrong, or there is no such rule.
    """
    from smclassify.policy.checker import PolicyChecker
    from smclassify.policy.examples import builtin_examples, own_examples, try_builtin, try_examples
    from smclassify.report.rules import tried_record, tried_view

    read = _read(policy)
    if rules:
        _check_known(rules, _entries(read, ui_lang))
    own = [one for one in own_examples(read.policy) if not rules or one.rule in rules]
    tried = try_examples(PolicyChecker(read.policy, pipelines=read.pipelines), own)
    if builtin or rules:
        tried += try_builtin(builtin_examples(rules or None))
    if format_ == "json":
        print_json(tried_record(tried))
    else:
        print_view(tried_view(tried), color=None)
    if not all(one.right for one in tried):
        raise SystemExit(_FAILED)


@policy.command(
    cls=SectionedCommand,
    examples=(
        "smclassify policy explain copyright-found-online",
        "smclassify policy explain phone-number --ui-lang fr",
    ),
)
@click.argument("rule")
@_policy_options
def explain(rule: str, policy: str | None, ui_lang: str | None) -> None:
    """Show a rule: what it looks for, what it says, and where it comes from."""
    from smclassify.policy.catalogue import BUILT_IN
    from smclassify.report.rules import rule_view

    read = _read(policy)
    entries = _entries(read, ui_lang)
    _check_known((rule,), entries)
    for entry in entries:
        if entry.name == rule:
            where = read.where_rule(rule) if entry.origin != BUILT_IN else ""
            print_view(rule_view(entry, where), color=None)


@policy.command(
    "list",
    cls=SectionedCommand,
    examples=("smclassify policy list", "smclassify policy list --format json | jq '.[].name'"),
)
@_policy_options
@option(OUTPUT, "--format", "format_", type=click.Choice(("text", "json")), default="text")
@color_option
def list_(policy: str | None, ui_lang: str | None, format_: str, color: bool | None) -> None:
    """List all rules, with their severity and where they come from."""
    entries = _entries(_read(policy), ui_lang)
    if format_ == "json":
        records = [entry.to_dict() for entry in entries]
        print_json(records)
        return
    from smclassify.report.rules import rules_view

    print_view(rules_view(entries), color)


def _read(path: str | None) -> PolicyFile:
    from smclassify.policyfile import PolicyFile

    return PolicyFile.read(path)


def _entries(read: PolicyFile, ui_language: str | None) -> list[Entry]:
    from smclassify.cli.setup import locale_language
    from smclassify.policy.catalogue import catalogue

    return catalogue(read.policy, ui_language or locale_language())


def _check_known(names: tuple[str, ...], entries: Iterable[Entry]) -> None:
    from smclassify.errors import InputError
    from smclassify.policy.tomlfile import nearest

    known = {entry.name for entry in entries}
    for name in names:
        if name not in known:
            close = nearest(name, known)
            raise InputError(
                f"There is no rule {name!r}." + (f" Did you mean {close!r}?" if close else ""),
                hint="smclassify policy list names them all.",
            )
