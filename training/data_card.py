"""Bring the tables of the data card, and the totals in the changelog, up to date with data/.

    python -m training.data_card

What stands between ``<!-- NAME:begin -->`` and ``<!-- NAME:end -->`` in data/README.md is
written anew; the prose around it stays.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from smclassify.labels import (
    CRISIS,
    DEPARTMENT,
    DEPARTMENTS,
    FLAG_OF_REASON,
    FLAGS,
    KIND,
    KINDS,
    LANGUAGE_NAMES,
    LANGUAGES,
    PRIVATE_REPLY,
)
from smclassify.model.files import write_text_atomic
from smclassify.training.annotations import SET
from smclassify.training.rows import read_rows
from training.agreement import ASKED, by_batch, by_language

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
CARD = DATA / "README.md"
CHANGELOG = ROOT / "CHANGELOG.md"
RECIPE = ROOT / "training" / "recipe.toml"
CLEAN = "none of them"
SHORT = {KIND: "kind", PRIVATE_REPLY: "private", CRISIS: "crisis", DEPARTMENT: "dept"}

Counts = Counter[tuple[str, str]]
"""(what, language) -> texts"""


def splits() -> dict[str, str]:
    """Return the split of each batch that is kept apart: ``dev`` or ``test``."""
    worlds = tomllib.loads(RECIPE.read_text("utf-8"))["worlds"]
    return {name: split for split, names in worlds.items() for name in names}


def _names(text: dict[str, Any]) -> list[str]:
    """Return what a text counts under."""
    if "labels" in text:
        return ["drafts", *([*text["labels"], *text["reasons"]] or [CLEAN])]
    yes = [name for name in (PRIVATE_REPLY, CRISIS) if text[name]]
    return ["comments", *filter(None, (text[KIND], text[DEPARTMENT])), *yes]


def counted() -> tuple[Counts, dict[str, int]]:
    """Return how many texts there are of each thing and language, and in each batch."""
    counts: Counts = Counter()
    sizes = {}
    kept = splits()
    for path in sorted(DATA.glob("*.jsonl")):
        texts = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        sizes[path.name] = len(texts)
        counts.update((name, text["lang"]) for text in texts for name in _names(text))
        split = kept.get(path.name, "train")
        task = path.name.split(".")[0]
        counts.update((f"{task}, {split}", text["lang"]) for text in texts)
    return counts, sizes


def _table(head: str, names: dict[str, str], counts: Counts) -> Iterator[str]:
    """Yield a table with a row a name and a column a language."""
    languages = " | ".join(LANGUAGE_NAMES[code] for code in LANGUAGES)
    yield f"| {head} | {languages} | all |"
    yield f"|---|{'---:|' * (len(LANGUAGES) + 1)}"
    for name, shown in names.items():
        each = [counts[name, language] for language in LANGUAGES]
        yield f"| {shown} | {' | '.join(f'{count:,}' for count in [*each, sum(each)])} |"
    yield ""


def _coded(names: tuple[str, ...]) -> dict[str, str]:
    return {name: f"`{name}`" for name in names}


def _sizes(counts: Counts) -> Iterator[str]:
    parts = ("", ", train", ", dev", ", test")
    totals = {f"{task}{part}": f"{task}{part}" for task in ("drafts", "comments") for part in parts}
    yield from _table("", totals, counts)
    yield "### Drafts"
    yield ""
    yield from _table("flag", {**_coded(FLAGS), CLEAN: CLEAN}, counts)
    yield from _table("reason", _coded(tuple(FLAG_OF_REASON)), counts)
    yield "### Comments"
    yield ""
    labels = (*KINDS, PRIVATE_REPLY, CRISIS, *DEPARTMENTS)
    yield from _table("label", _coded(labels), counts)


def _files(sizes: dict[str, int]) -> Iterator[str]:
    """Yield a row a batch: its size, its split, and the agreement of the second reader."""
    kept, agreed = splits(), by_batch()
    for task, asked in ASKED.items():
        names = " | ".join(SHORT.get(label, label) for label in asked)
        yield f"| {task} | texts | split | read twice | {names} |"
        yield f"|---|---:|---|---:|{'---:|' * len(asked)}"
        for name, size in sizes.items():
            if name.startswith(task):
                row = agreed.get(name, {})
                twice = max((count for _, count in row.values()), default=0)
                cells = [f"{row[one][0]:.2f}" if one in row else "–" for one in asked]
                split = kept.get(name, "train")
                yield f"| `{name}` | {size} | {split} | {twice} | {' | '.join(cells)} |"
        yield ""


def _agreement() -> Iterator[str]:
    pooled = by_language()
    yield "| label | " + " | ".join(LANGUAGE_NAMES[code] for code in LANGUAGES) + " |"
    yield f"|---|{'---:|' * len(LANGUAGES)}"
    for label in (*FLAGS, KIND, PRIVATE_REPLY, CRISIS, DEPARTMENT):
        cells = []
        for code in LANGUAGES:
            value, size = pooled.get((code, label), (float("nan"), 0))
            cells.append(f"{value:.2f} ({size:,})" if size else "–")
        yield f"| `{label}` | {' | '.join(cells)} |"


def annotated() -> dict[str, Counter[str]]:
    """Return, for each file of annotations, how many texts of each set it labels."""
    return {
        path.name: Counter(row[SET] for row in read_rows(path))
        for path in sorted((DATA / "annotations").glob("*.csv"))
    }


def _annotations() -> Iterator[str]:
    yield "| file | texts | of |"
    yield "|---|---:|---|"
    for name, sets in annotated().items():
        of = ", ".join(f"`{one}` {count}" for one, count in sorted(sets.items()))
        yield f"| `{name}` | {sum(sets.values())} | {of} |"


def _between(card: str, name: str, lines: Iterator[str]) -> str:
    begin, end = f"<!-- {name}:begin -->\n", f"<!-- {name}:end -->"
    text = "\n".join(lines).rstrip("\n") + "\n"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    return pattern.sub(lambda _: begin + text + end, card)


def with_tables(card: str) -> str:
    """Return the card with its tables as the data is now."""
    counts, sizes = counted()
    for name, lines in (
        ("sizes", _sizes(counts)),
        ("files", _files(sizes)),
        ("agreement", _agreement()),
        ("annotations", _annotations()),
    ):
        card = _between(card, name, lines)
    drafts, comments = (
        sum(counts[task, code] for code in LANGUAGES) for task in ("drafts", "comments")
    )
    what = (
        f"{sum(sizes.values()):,} hand-written texts: {drafts:,} drafts and {comments:,} comments"
    )
    return re.sub(
        r"[\d,]+ hand-written texts: [\d,]+ drafts and [\d,]+ comments", what, card, count=1
    )


def learned() -> int:
    """Return how many hand-written texts the model learns from."""
    kept, (_, sizes) = splits(), counted()
    return sum(size for name, size in sizes.items() if name not in kept)


def main() -> None:
    """Rewrite the card's tables and the changelog's total."""
    write_text_atomic(CARD, with_tables(CARD.read_text("utf-8")))
    told = f"the {learned():,} texts it has learned from"
    changes = CHANGELOG.read_text("utf-8")
    changes = re.sub(r"the [\d,]+ texts it has learned from", told, changes)
    write_text_atomic(CHANGELOG, changes)


if __name__ == "__main__":
    main()
