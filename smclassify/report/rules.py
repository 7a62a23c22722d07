"""The rules of a policy and what came of their examples, for a terminal and for machines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from smclassify.policy.catalogue import Entry
from smclassify.policy.examples import Tried
from smclassify.report import words
from smclassify.report.clean import one_line

if TYPE_CHECKING:
    from rich.console import RenderableType

_SHOWN = 12
_WIDTH = 100


def rules_view(entries: Sequence[Entry]) -> Iterator[RenderableType]:
    """Yield a table of rules, those of one origin together."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE)
    for column in ("rule", "severity", "speaks for", "languages", "from"):
        table.add_column(column, no_wrap=column == "rule")
    before = ""
    for entry in entries:
        if before not in ("", entry.origin):
            table.add_section()
        before = entry.origin
        languages = " ".join(entry.languages) or "all"
        origin = f"{entry.origin}: {entry.kind}"
        table.add_row(entry.name, entry.severity, _about(entry), languages, origin)
    yield table
    yield words.count(len(entries), "rule") + "."


def rule_view(entry: Entry, where: str) -> Iterator[RenderableType]:
    """Yield all there is to say of a rule; ``where`` is the place it stands, if in a file."""
    yield f"{entry.name} ({entry.kind}, {entry.origin}{', ' + where if where else ''})"
    yield f"  severity    {entry.severity}"
    yield f"  speaks for  {_about(entry)}"
    yield f"  languages   {', '.join(entry.languages) or 'all'}"
    yield f"  says        {one_line(entry.message)}"
    if entry.suggestion:
        yield f"  suggests    {one_line(entry.suggestion)}"
    for key, value in entry.source.items():
        if key not in ("name", "label", "reason", "severity", "languages"):
            yield from _source(key, value)


def _about(entry: Entry) -> str:
    return ", ".join(part for part in (entry.label, entry.reason) if part) or "advice"


def _source(key: str, value: Any) -> Iterator[str]:
    if not isinstance(value, tuple | list):
        yield f"  {key:<11} {value}"
        return
    yield f"  {key}"
    for one in value[:_SHOWN]:
        yield f"    {one_line(str(one), _WIDTH)}"
    if len(value) > _SHOWN:
        yield f"    … and {len(value) - _SHOWN} more"


def tried_record(tried: Sequence[Tried]) -> list[dict[str, Any]]:
    """Return, for each rule and language, how its examples went, as plain JSON values."""
    records = []
    for rule, language in sorted({(one.example.rule, one.example.language) for one in tried}):
        mine = [
            one for one in tried if (one.example.rule, one.example.language) == (rule, language)
        ]
        wrong = [one for one in mine if not one.right]
        records.append(
            {
                "rule": rule,
                "language": language,
                "good": sum(not one.example.bad for one in mine),
                "bad": sum(one.example.bad for one in mine),
                "found_in_good": [one.example.text for one in wrong if not one.example.bad],
                "missed_in_bad": [one.example.text for one in wrong if one.example.bad],
            }
        )
    return records


def tried_view(tried: Sequence[Tried]) -> Iterator[RenderableType]:
    """Yield the examples that went wrong, and a count."""
    for record in tried_record(tried):
        about = f"{record['rule']} ({record['language']})"
        for text in record["found_in_good"]:
            yield f"{about}: found something in a good example: {one_line(text, _WIDTH)}"
        for text in record["missed_in_bad"]:
            yield f"{about}: found nothing in a bad example: {one_line(text, _WIDTH)}"
    wrong = sum(not one.right for one in tried)
    rules = len({one.example.rule for one in tried})
    told = f"{words.count(len(tried), 'example')} of {words.count(rules, 'rule')}"
    yield f"{told}, {wrong} wrong." if wrong else f"{told}, all as they should be."
