"""Choose public texts to annotate: those to learn from by uncertainty, those to measure on by lot.

    python -m training.choose_texts OUT [--data ../shared/data]

Writes OUT/{comments,drafts}.LANG.{train,measure}.jsonl, one text a line with its set, id and
text, for annotators; only ids and labels go into data/annotations/. Texts to learn from come
from sets whose use is "train": two thirds are those that the shipped model is least sure of
(entropy of its kinds; where the set's own label contradicts its answer, that counts as
much as the greatest doubt), one third by lot. Texts to measure on come by lot from sets
whose use is "eval"; for French and Korean, which have none, from a part of their "train"
sets that the id keeps apart, so that no text is ever on both sides.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

import numpy as np

import smclassify
from smclassify.labels import KINDS
from smclassify.text.prepare import prepare
from smclassify.training.public import public_folder
from smclassify.training.rows import read_rows

# set -> how many comments to learn from
TRAIN = {
    "en": {"youtube_spam.en.csv": 220, "davidson_offensive.en.csv": 330, "sms_spam.en.csv": 70},
    "fr": {"mlma_hate.fr.csv": 620},
    "ko": {"nsmc_raw.ko.csv": 320, "kmhas_hate.ko.csv": 180, "beep_hate.ko.csv": 120},
    "zh": {"cold_offensive.zh.csv": 620},
}
# set -> how many comments to measure on
MEASURE = {
    "en": {"airline_tweets.en.csv": 300, "tweeteval_offensive.en.csv": 120},
    "fr": {"mlma_hate.fr.csv": 420},
    "ko": {"nsmc_raw.ko.csv": 220, "kmhas_hate.ko.csv": 120, "beep_hate.ko.csv": 80},
    "zh": {
        "waimai_reviews.zh.csv": 150,
        "hotel_reviews.zh.csv": 110,
        "shopping_reviews.zh.csv": 160,
    },
}
POSTS = {"corporate_messaging.en.csv": 420}
# What a set's own label leads one to expect; another answer is a disagreement.
EXPECTED = {
    "youtube_spam.en.csv": {"spam": {"spam"}, "ham": set(KINDS) - {"spam"}},
    "sms_spam.en.csv": {"spam": {"spam"}, "ham": set(KINDS) - {"spam"}},
    "davidson_offensive.en.csv": {"hate": {"abuse"}, "neither": set(KINDS) - {"abuse"}},
    "nsmc_raw.ko.csv": {"negative": {"complaint"}, "positive": {"praise"}},
    "beep_hate.ko.csv": {"hate": {"abuse"}, "none": set(KINDS) - {"abuse"}},
    "kmhas_hate.ko.csv": {"8": set(KINDS) - {"abuse"}},
    "cold_offensive.zh.csv": {"offensive": {"abuse"}, "not_offensive": set(KINDS) - {"abuse"}},
}
POOL = 6_000
SEED = 0


def is_kept_apart(identifier: str) -> bool:
    """Tell whether a text of a "train" set is kept for measuring: one in five, by its hash."""
    return int(identifier, 16) % 5 == 0


def _read(path: Path, language: str) -> list[dict[str, str]]:
    """Return the texts of a set that are in its language and say anything at all."""
    rows = read_rows(path)
    random.Random(SEED).shuffle(rows)
    rows = rows[: 2 * POOL]
    batch = prepare([row["text"] for row in rows], [None] * len(rows))
    return [
        row
        for row, found in zip(rows, batch.languages, strict=True)
        if found in (language, "unknown") and row["text"].strip()
    ][:POOL]


def _by_doubt(rows: list[dict[str, str]], name: str, most: int) -> list[dict[str, str]]:
    """Return the rows the shipped model is least sure of, then rows by lot."""
    results = smclassify.load("shipped").triage([row["text"] for row in rows])
    scores = np.array([[one.kind_scores[kind] for kind in KINDS] for one in results])
    share = scores / scores.sum(axis=1, keepdims=True)
    doubt = -(share * np.log(share + 1e-12)).sum(axis=1) / np.log(len(KINDS))
    expected = EXPECTED.get(name, {})
    contradicted = np.array(
        [
            one.kind not in expected.get(row["label"], KINDS)
            for one, row in zip(results, rows, strict=True)
        ]
    )
    order = np.argsort(-np.where(contradicted, (1 + doubt) / 2, doubt), kind="stable")
    least_sure = order[: 2 * most // 3].tolist()
    taken = set(least_sure)
    by_lot = [index for index in range(len(rows)) if index not in taken]
    return [rows[index] for index in [*least_sure, *by_lot[: most - len(least_sure)]]]


def _write(path: Path, rows: list[tuple[str, dict[str, str]]]) -> None:
    random.Random(SEED).shuffle(rows)
    with path.open("w", encoding="utf-8") as file:
        for name, row in rows:
            one = {"set": name, "id": row["id"], "text": row["text"]}
            file.write(json.dumps(one, ensure_ascii=False) + "\n")


def main() -> None:
    """Write the files for the annotators."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--data")
    options = parser.parse_args()
    folder = public_folder(options.data)
    options.out.mkdir(parents=True, exist_ok=True)
    for language, quotas in TRAIN.items():
        chosen = []
        for name, most in quotas.items():
            rows = [row for row in _read(folder / name, language) if not is_kept_apart(row["id"])]
            chosen += [(name, row) for row in _by_doubt(rows, name, most)]
        _write(options.out / f"comments.{language}.train.jsonl", chosen)
    for task, sets in (("comments", MEASURE), ("drafts", {"en": POSTS})):
        for language, quotas in sets.items():
            chosen = []
            for name, most in quotas.items():
                rows = _read(folder / name, language)
                if name in TRAIN[language]:
                    rows = [row for row in rows if is_kept_apart(row["id"])]
                chosen += [(name, row) for row in rows[:most]]
            _write(options.out / f"{task}.{language}.measure.jsonl", chosen)


if __name__ == "__main__":
    main()
