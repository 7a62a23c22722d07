"""The shipped model beside what a user would pick instead: ``make compare``.

    python -m benchmarks.compare [--data FOLDER] [--only PEER] [--task TASK] [--language LANG]

Every peer learns the very texts that the shipped model's labels come from (the hand-written
worlds to learn from and the annotated public comments), a model for each language and
question, and gets the threshold of each label that is best for it on the dev worlds; ours
answers as it ships. Both are measured on the test worlds, and on the annotated public
texts kept apart. Our own figures are those of the card of the model in models/.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score, precision_recall_curve

from benchmarks.peers import PEERS, Peer, Question
from smclassify.classifier import shipped_model
from smclassify.errors import SmclassifyError
from smclassify.labelled import LabelledTexts
from smclassify.labels import (
    CRISIS,
    DEPARTMENT,
    DEPARTMENTS,
    FLAGS,
    KIND,
    KINDS,
    LANGUAGES,
    PRIVATE_REPLY,
    Task,
)
from smclassify.model.decision import columns
from smclassify.model.files import write_text_atomic
from smclassify.model.manifest import read_manifest
from smclassify.training.recipe import DEV, REAL, TEST, WORLDS, Materials, Recipe
from training.readme_figures import beside_peers

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = {
    Task.DRAFTS: {"flags": Question(FLAGS, False)},
    Task.COMMENTS: {
        "yes or no": Question((PRIVATE_REPLY, CRISIS), False),
        KIND: Question(KINDS, True),
        DEPARTMENT: Question(DEPARTMENTS, True),
    },
}


@dataclass(frozen=True)
class Part:
    """Some texts in one language, with their labels."""

    texts: list[str]
    labels: NDArray[Any]

    @classmethod
    def of(cls, texts: LabelledTexts, language: str) -> Part:
        """Return the part of some texts that is in a language."""
        rows = [row for row, code in enumerate(texts.languages) if code == language]
        return cls([texts.texts[row] for row in rows], texts.labels[rows])

    def asked(self, task: Task, question: Question) -> Part:
        """Return the texts for which the question is answered, with those labels."""
        labels = self.labels[:, columns(task, question.names)]
        known = (labels == 1).any(axis=1) if question.one_of else (labels >= 0).all(axis=1)
        rows = np.flatnonzero(known)
        return Part([self.texts[row] for row in rows], labels[rows] == 1)


def learnable(materials: Materials, task: Task, language: str) -> Part:
    """Return what there is to learn from: hand-written texts and read public ones."""
    own = Part.of(materials.texts[task], language)
    texts, labels = list(own.texts), [own.labels]
    for one in materials.weak.get(task, []):
        if one.language == language and one.read:
            texts += one.texts
            labels.append(one.labels)
    return Part(texts, np.vstack(labels))


def best_threshold(labels: NDArray[np.bool_], scores: NDArray[np.float64]) -> float:
    """Return the threshold of the greatest F1."""
    if not labels.any():
        return 0.5
    precision, recall, thresholds = precision_recall_curve(labels, scores)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    return float(thresholds[min(int(f1.argmax()), len(thresholds) - 1)])


def figures(
    question: Question, labels: NDArray[np.bool_], decided: NDArray[np.bool_], name: str
) -> dict[str, float]:
    """Return F1 of each name of a question, or the mean over those of which one holds."""
    if question.one_of:
        present = [k for k in range(labels.shape[1]) if labels[:, k].any()]
        each = [f1_score(labels[:, k], decided[:, k], zero_division=0) for k in present]
        return {name: round(float(np.mean(each)), 4)}
    return {
        one: round(float(f1_score(labels[:, k], decided[:, k], zero_division=0)), 4)
        for k, one in enumerate(question.names)
        if labels[:, k].any()
    }


def ask(
    peer: Peer, task: Task, name: str, parts: dict[str, Part], language: str
) -> dict[str, dict[str, float]]:
    """Let a peer learn one question in one language, and measure it."""
    question = QUESTIONS[task][name]
    learned = parts["train"].asked(task, question)
    scorer = peer.learn(learned.texts, learned.labels, question, language)
    if scorer is None:
        return {}
    dev = parts[DEV].asked(task, question)
    on_dev = scorer(dev.texts)
    answered = [k for k in range(len(question.names)) if not np.isnan(on_dev[:, k]).any()]
    names = tuple(question.names[k] for k in answered)
    thresholds = [best_threshold(dev.labels[:, k], on_dev[:, k]) for k in answered]
    result = {}
    for where in (WORLDS, REAL):
        if where not in parts:
            continue
        test = parts[where].asked(task, question)
        if not test.texts:
            continue
        scores = scorer(test.texts)[:, answered]
        decided = (
            scores.argmax(axis=1)[:, None] == np.arange(len(answered))
            if question.one_of
            else scores >= np.array(thresholds)
        )
        asked = Question(names, question.one_of)
        result[where] = figures(asked, test.labels[:, answered], decided, name)
    return result


def measure_peer(
    peer: Peer, recipe: Recipe, materials: Materials, tasks: Sequence[Task], codes: Sequence[str]
) -> Iterator[tuple[Any, ...]]:
    """Yield (where, task, language, figures) of a peer."""
    sets = {
        DEV: recipe.worlds(DEV),
        WORLDS: recipe.worlds(TEST),
        REAL: recipe.real(TEST),
    }
    for task in tasks:
        questions = QUESTIONS[task]
        for language in codes:
            parts = {"train": learnable(materials, task, language)}
            parts |= {
                name: Part.of(texts[task], language)
                for name, texts in sets.items()
                if task in texts
            }
            for name in questions:
                answers = ask(peer, task, name, parts, language)
                for where, one in answers.items():
                    yield where, task, language, one


def main() -> int:
    """Measure the peers, keep their figures, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", help="the folder of the public data sets")
    parser.add_argument("--recipe", default=str(ROOT / "training" / "recipe.toml"))
    parser.add_argument("--only", help="measure this peer alone; keep the figures of the others")
    parser.add_argument("--task", choices=[task.value for task in Task], help="this task alone")
    parser.add_argument("--language", choices=LANGUAGES, help="this language alone")
    parser.add_argument("--out", default=str(ROOT / "training" / "peers.json"))
    options = parser.parse_args()
    out = Path(options.out)
    kept: dict[str, Any] = {}
    if (options.only or options.task or options.language) and out.exists():
        kept = json.loads(out.read_text(encoding="utf-8"))
    try:
        recipe = Recipe.read(options.recipe, options.data)
        materials = Materials.of(recipe)
    except SmclassifyError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 2
    tasks = [Task(options.task)] if options.task else list(Task)
    codes = [options.language] if options.language else list(LANGUAGES)
    for peer in PEERS:
        if options.only not in (None, peer.name):
            continue
        for where, task, language, one in measure_peer(peer, recipe, materials, tasks, codes):
            print(f"{peer.name:42} {where:7} {task:9} {language} {one}", flush=True)
            mine = kept.setdefault(where, {}).setdefault(peer.name, {})
            mine.setdefault(task.value, {}).setdefault(language, {}).update(one)
    write_text_atomic(out, json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
    tables = read_manifest(shipped_model()).figures["test"]["tables"]
    print("\n".join(beside_peers({"tables": tables, "peers": kept.get(WORLDS, {})})))
    return 0


if __name__ == "__main__":
    sys.exit(main())
