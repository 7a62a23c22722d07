"""Put the figures of the shipped model's card into the README, between its marks.

python -m training.readme_figures
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from smclassify.evaluation.metrics import ALL
from smclassify.labels import CRISIS, DEPARTMENT, FLAGS, KIND, LANGUAGES, PRIVATE_REPLY, Task
from smclassify.model.files import write_text_atomic
from smclassify.model.manifest import MANIFEST_FILE

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
MARKS = re.compile(r"(<!-- figures:begin -->\n).*?(<!-- figures:end -->)", re.DOTALL)
SHOWN = {Task.DRAFTS: FLAGS, Task.COMMENTS: (PRIVATE_REPLY, CRISIS, KIND, DEPARTMENT)}


def _table(tables: dict[str, Any], figure: str) -> list[str]:
    """Return a row a label: the figure for each language, with the support behind all."""
    lines = [
        "| label | English | French | Korean | Chinese | all | texts with it |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for task, labels in SHOWN.items():
        table = tables[task.value]
        for label in labels:
            cells = [
                f"{table[code][label][figure]:.2f}" if table[code][label]["support"] else "–"
                for code in (*LANGUAGES, ALL)
            ]
            support = f"{table[ALL][label]['support']:,}"
            lines.append(f"| `{label}` | {' | '.join(cells)} | {support} |")
    return lines


def with_figures(readme: str) -> str:
    """Return the README with the figures of the manifest between its marks."""
    manifest = json.loads((ROOT / "models" / "default" / MANIFEST_FILE).read_text("utf-8"))
    held_out, samples = manifest["figures"]["held_out"], manifest["figures"]["samples"]
    lines = [
        "F1 on writers the recipe had not seen (each batch of texts answered by a model that was",
        "trained without it), at the thresholds the program ships with; `kind` and `department`",
        "are macro means:",
        "",
        *_table(held_out["tables"], "f1"),
        "",
        "The shipped file itself on the demo's comments and drafts (`samples/`: another writer,",
        "another world, never learned from; few texts, so read the figures loosely):",
        "",
        *_table(samples["tables"], "f1"),
    ]
    text = "\n".join(lines) + "\n"
    return MARKS.sub(lambda match: match[1] + text + match[2], readme)


def main() -> None:
    """Rewrite the README's figures from the manifest."""
    before = README.read_text(encoding="utf-8")
    after = with_figures(before)
    if after != before:
        write_text_atomic(README, after)


if __name__ == "__main__":
    main()
