"""Bring the tables of the data card, and the totals in the changelog, up to date with data/.

python -m training.data_card
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from smclassify.labels import DEPARTMENTS, FLAG_OF_REASON, FLAGS, KINDS, LANGUAGES
from smclassify.model.files import write_text_atomic

ROOT = Path(__file__).resolve().parent.parent
CARD = ROOT / "data" / "README.md"
CHANGELOG = ROOT / "CHANGELOG.md"
LABELS = (*FLAGS, *FLAG_OF_REASON, *KINDS, *DEPARTMENTS, "private_reply", "crisis")
CLEAN = "none of them"
FILES_HEAD = "| file | texts |\n|---|---:|\n"


def _names(text: dict[str, Any]) -> list[str]:
    """Return what a text counts under."""
    if "labels" in text:
        return ["drafts", *([*text["labels"], *text["reasons"]] or [CLEAN])]
    yes = [name for name in ("private_reply", "crisis") if text[name]]
    return ["comments", *filter(None, (text["kind"], text["department"])), *yes]


def _counted() -> tuple[Counter[tuple[str, str]], dict[str, int]]:
    counts: Counter[tuple[str, str]] = Counter()
    sizes = {}
    for path in sorted((ROOT / "data").glob("*.jsonl")):
        texts = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        sizes[path.name] = len(texts)
        counts.update((name, text["lang"]) for text in texts for name in _names(text))
    return counts, sizes


def main() -> None:
    """Rewrite the card's tables and totals; its prose stays."""
    counts, sizes = _counted()
    card = CARD.read_text("utf-8")
    for name in ("drafts", "comments", CLEAN, *LABELS):
        shown = f"`{name}`" if name in LABELS else name
        each = [counts[name, language] for language in LANGUAGES]
        cells = " | ".join(f"{count:,}" for count in [*each, sum(each)])
        row = re.compile(rf"^\| {re.escape(shown)} \| [\d,]+ \|.*$", re.MULTILINE)
        card = row.sub(f"| {shown} | {cells} |", card)
    head, _, rest = card.partition(FILES_HEAD)
    files = "".join(f"| `{name}` | {size} |\n" for name, size in sizes.items())
    card = head + FILES_HEAD + re.sub(r"\A(\|.*\n)+", files, rest)
    total = sum(sizes.values())
    drafts = sum(counts["drafts", language] for language in LANGUAGES)
    what = f"{total:,} texts that the shipped model learns from: {drafts:,} drafts and"
    card = re.sub(
        r"[\d,]+ texts that the shipped model learns from: [\d,]+ drafts and [\d,]+ comments",
        f"{what} {total - drafts:,} comments",
        card,
    )
    write_text_atomic(CARD, card)
    changes = CHANGELOG.read_text("utf-8")
    learned = f"the {total:,} texts it has learned from"
    changes = re.sub(r"the [\d,]+ texts it has learned from", learned, changes)
    write_text_atomic(CHANGELOG, changes)


if __name__ == "__main__":
    main()
