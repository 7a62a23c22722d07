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
            each = [table.get(code, {}).get(label) for code in (*LANGUAGES, ALL)]
            cells = [f"{one[figure]:.2f}" if one and one["support"] else "–" for one in each]
            support = f"{table[ALL][label]['support']:,}"
            lines.append(f"| `{label}` | {' | '.join(cells)} | {support} |")
    return lines


def beside_peers(measurement: dict[str, Any]) -> list[str]:
    """Return a row a classifier: the mean over the languages of F1 on each label."""
    labels = [(task, label) for task, names in SHOWN.items() for label in names]
    lines = [
        f"| | {' | '.join(f'`{label}`' for _, label in labels)} |",
        f"|---|{'---:|' * len(labels)}",
    ]
    ours = {
        task: {
            code: {label: one["f1"] for label, one in rows.items()} for code, rows in table.items()
        }
        for task, table in measurement["tables"].items()
    }
    for name, figures in {"**smclassify**": ours, **measurement["peers"]}.items():
        cells = []
        for task, label in labels:
            by_language = figures.get(task.value, {})
            each = [by_language.get(code, {}).get(label) for code in LANGUAGES]
            known = [value for value in each if value is not None]
            only = "" if len(known) == len(LANGUAGES) else " (English)"
            cells.append(f"{sum(known) / len(known):.2f}{only}" if known else "–")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def with_figures(readme: str) -> str:
    """Return the README with the figures of the manifest between its marks."""
    manifest = json.loads((ROOT / "models" / "default" / MANIFEST_FILE).read_text("utf-8"))
    test, real = manifest["figures"]["test"], manifest["figures"]["real"]
    lines = [
        "F1 of the shipped file on the test worlds: hand-written texts by writers of whom it has",
        "learned nothing, at the thresholds it ships with (`kind` and `department`: macro means):",
        "",
        *_table(test["tables"], "f1"),
        "",
        "On the same texts, beside classifiers that a user would pick instead and that learned",
        "from the same texts, each with the threshold that was best for it on other texts; means",
        "over the languages (`make compare`; by language in the",
        "[model card](models/default/README.md#how-good-it-is)):",
        "",
        *beside_peers(test),
        "",
        "On real public texts that nothing was learned from, drawn by lot and labelled by our",
        "guide (airline and other tweets, French tweets, Korean film reviews and news comments,",
        "Chinese reviews, posts of large companies), it is much weaker; where a label is hardly",
        "there, the figure says little:",
        "",
        *_table(real["tables"], "f1"),
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
