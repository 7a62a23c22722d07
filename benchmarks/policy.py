"""What the built-in policy rules are worth: examples, precision, false alarms, speed.

    python -m benchmarks.policy [--data ../shared/data] [--sample 2000] [--json FILE]

1. Each rule on its own examples (smclassify/policy/examples/).
2. Each rule on the project's own drafts: hits in drafts that have its reason (or, for a rule
   without one, its flag), and in drafts that are clean. The rules' writers had read the guide,
   and not the dev and test worlds.
3. Each rule on real comments and company posts: findings per 1,000.
4. The flags of the test worlds by the model alone and with the rules: precision, recall, F1.
5. The time to score drafts with 2,000 rules of 20,000 phrases, beside that of the built-in
   rules alone, alternating in one run.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import smclassify
from benchmarks.real_texts import read
from smclassify.config import Config
from smclassify.errors import SmclassifyError
from smclassify.findings import Finding
from smclassify.labelled import LabelledTexts, read_labelled
from smclassify.labels import FLAG_OF_REASON, FLAGS, HEADS, LANGUAGES, Task
from smclassify.policy.checker import PolicyChecker
from smclassify.policy.examples import builtin_examples, try_builtin
from smclassify.policy.schema import Policy
from smclassify.report.rules import tried_record
from smclassify.text.prepare import prepare
from smclassify.training.public import public_folder
from smclassify.training.recipe import TEST, Recipe

ROOT = Path(__file__).resolve().parent.parent
_BATCH = 2_000
REASON_NAMES = tuple(FLAG_OF_REASON)


def findings_of(
    checker: PolicyChecker, texts: Sequence[str], languages: Sequence[str | None]
) -> Iterator[list[Finding]]:
    """Yield the findings of each text."""
    for start in range(0, len(texts), _BATCH):
        part = slice(start, start + _BATCH)
        yield from checker.check(prepare(texts[part], languages[part]))


def examples() -> dict[str, Any]:
    """Return how many examples each rule has and how many went wrong."""
    records = tried_record(list(try_builtin(builtin_examples())))
    wrong = [one for one in records if one["found_in_good"] or one["missed_in_bad"]]
    counted = sum(one["good"] + one["bad"] for one in records)
    rules = len({one["rule"] for one in records})
    print(f"Examples: {counted:,} of {rules} rules in {len(LANGUAGES)} languages, wrong: {wrong}")
    return {"examples": counted, "rules": rules, "wrong": wrong}


def own_drafts(checker: PolicyChecker, texts: LabelledTexts) -> dict[str, Any]:
    """Count drafts that a rule finds something in, and how far each reason is covered.

    Returns
    -------
    dict
        ``rules``: for each rule, drafts found that have its reason, only its flag, another
        flag, or none; ``reasons``: for each reason and language the precision and recall of
        all its rules together, with the number of drafts that have it.
    """
    heads = HEADS[Task.DRAFTS]
    rules: dict[str, Counter[str]] = defaultdict(Counter)
    reasons: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    languages = list(texts.languages)
    for row, found in enumerate(findings_of(checker, texts.texts, languages)):
        has = {head for head, value in zip(heads, texts.labels[row], strict=True) if value == 1}
        for rule, finding in {one.rule: one for one in found}.items():
            rules[rule][_kind_of(finding, has)] += 1
        told = {one.reason for one in found if one.reason}
        for reason in REASON_NAMES:
            counts = reasons[reason, languages[row] or ""]
            counts["found"] += reason in told
            counts["there"] += reason in has
            counts["right"] += reason in told and reason in has
    return {
        "rules": {rule: dict(one) for rule, one in rules.items()},
        "reasons": {
            f"{reason} {language}": {
                "precision": round(one["right"] / max(one["found"], 1), 3),
                "recall": round(one["right"] / max(one["there"], 1), 3),
                "found": one["found"],
                "support": one["there"],
            }
            for (reason, language), one in sorted(reasons.items())
        },
    }


def _kind_of(finding: Finding, has: set[str]) -> str:
    if finding.reason in has or (not finding.reason and finding.label in has):
        return "right"
    if not has & set(FLAGS):
        return "clean"
    return "flagged" if finding.label in has else "other"


def false_alarms(checker: PolicyChecker, folder: Path, most: int) -> dict[str, dict[str, float]]:
    """Return, for each public set, findings per 1,000 texts by rule."""
    result = {}
    for path in sorted(folder.glob("*.csv")):
        texts = [row["text"] for row in read(path, most)]
        found = findings_of(checker, texts, [path.stem.rsplit(".", 1)[-1]] * len(texts))
        counts = Counter(rule for many in found for rule in {one.rule for one in many})
        result[path.name] = {
            rule: round(1000 * count / len(texts), 2) for rule, count in counts.most_common()
        }
    return result


def added(classifier: smclassify.Classifier, texts: LabelledTexts) -> dict[str, Any]:
    """Return precision, recall and F1 of each flag, by language, without and with the rules."""
    languages = list(texts.languages)
    results = classifier.score(list(texts.texts), langs=languages)
    in_force = classifier.panel.thresholds(Task.DRAFTS)
    rows: dict[str, Any] = {}
    for flag in FLAGS:
        column = HEADS[Task.DRAFTS].index(flag)
        for language in (*LANGUAGES, "all"):
            mine = [i for i, code in enumerate(languages) if language in (code, "all")]
            truth = [bool(texts.labels[i, column] == 1) for i in mine]
            cut = in_force[flag]
            model = [
                bool(results[i].scores[flag] >= cut.get(languages[i] or "*", cut["*"]))
                for i in mine
            ]
            both = [flag in results[i].flags for i in mine]
            rows[f"{flag} {language}"] = {
                "model": _prf(truth, model),
                "with rules": _prf(truth, both),
            }
    return rows


def _prf(truth: Sequence[bool], said: Sequence[bool]) -> tuple[float, float, float]:
    hits = sum(bool(t and s) for t, s in zip(truth, said, strict=True))
    precision, recall = hits / max(sum(said), 1), hits / max(sum(truth), 1)
    f1 = 2 * hits / max(sum(said) + sum(truth), 1)
    return round(precision, 3), round(recall, 3), round(f1, 3)


def big_policy(texts: Sequence[str], rules: int = 2_000, phrases: int = 10) -> Policy:
    """Return a policy of many rules whose phrases are words of real drafts, put together."""
    rng = random.Random(0)
    words = [word for text in texts for word in text.split() if word.isalnum() and len(word) > 3]
    return Policy.model_validate(
        {
            "rule": [
                {
                    "name": f"rule-{number}",
                    "message": "One of many.",
                    "phrases": [" ".join(rng.sample(words, 2))[:200] for _ in range(phrases)],
                }
                for number in range(rules)
            ]
        }
    )


def speed(texts: Sequence[str], rounds: int = 3) -> dict[str, float]:
    """Return seconds per round with the built-in policy and with a big one beside it."""
    plain = smclassify.load("shipped")
    big = smclassify.load("shipped", config=Config(policy=big_policy(texts)))
    times: dict[str, list[float]] = {"built in": [], "2,000 rules": []}
    for _ in range(rounds + 1):
        for name, classifier in (("built in", plain), ("2,000 rules", big)):
            begun = perf_counter()
            classifier.score(list(texts))
            times[name].append(perf_counter() - begun)
    mine = {name: median(seconds[1:]) for name, seconds in times.items()}  # the first warms up
    print(f"{len(texts):,} drafts: {mine}, ratio {mine['2,000 rules'] / mine['built in']:.2f}")
    return mine


def main() -> int:
    """Measure and print; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", help="the folder of the public sets")
    parser.add_argument("--sample", type=int, default=2_000, help="texts of each public set")
    parser.add_argument("--json", help="write everything there")
    options = parser.parse_args()
    result: dict[str, Any] = {"examples": examples()}
    checker = PolicyChecker()
    drafts = read_labelled(sorted((ROOT / "data").glob("drafts.*.jsonl")))[Task.DRAFTS]
    result["own"] = own_drafts(checker, drafts)
    print(f"\nOwn drafts ({len(drafts):,}): right reason, right flag, other flag, clean")
    for rule, one in sorted(result["own"]["rules"].items()):
        shown = [one.get(kind, 0) for kind in ("right", "flagged", "other", "clean")]
        precision = (shown[0] + shown[1]) / sum(shown)
        print(f"  {rule:32} {'  '.join(f'{count:5}' for count in shown)}   {precision:.2f}")
    print("\nAll rules of a reason together: precision, recall, found, drafts that have it")
    for name, one in result["own"]["reasons"].items():
        print(f"  {name:22} {'  '.join(f'{value:6}' for value in one.values())}")
    try:
        folder = public_folder(options.data)
        result["real"] = false_alarms(checker, folder, options.sample)
        for name, rates in result["real"].items():
            print(f"\n{name}, findings per 1,000: {sum(rates.values()):.1f}  {rates}")
        worlds = Recipe.read(ROOT / "training" / "recipe.toml", options.data).worlds(TEST)
    except SmclassifyError as error:
        print(f"Left out: {error}", file=sys.stderr)
        worlds = {}
    if Task.DRAFTS in worlds:
        result["added"] = added(smclassify.load("shipped"), worlds[Task.DRAFTS])
        print("\nTest worlds, precision / recall / F1: the model alone, with the rules")
        for name, one in result["added"].items():
            print(f"  {name:20} {one['model']}  {one['with rules']}")
    result["speed"] = speed(drafts.texts[:10_000])
    if options.json:
        Path(options.json).write_text(json.dumps(result, indent=2, ensure_ascii=False), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
