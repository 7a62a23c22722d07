"""What the model makes of real public texts whose own labels say something about ours.

    python -m benchmarks.real_texts [--data ../shared/data] [--sample 2000] [--model shipped]

Nobody has labelled these texts by our guide, so this is no measure of precision and recall;
it tells how far the model's answers agree with labels of another kind: whether what a set
calls negative is called a complaint and what it calls positive praise, and how many posts of
real companies are flagged. Only sets whose use is "eval", on which nothing is trained.
"""

from __future__ import annotations

import argparse
import csv
import sys
from itertools import islice
from pathlib import Path

import numpy as np
from sklearn.metrics import average_precision_score

import smclassify
from smclassify.errors import SmclassifyError
from smclassify.training.public import public_folder

SENTIMENT = (
    "airline_tweets.en.csv",
    "waimai_reviews.zh.csv",
    "hotel_reviews.zh.csv",
    "shopping_reviews.zh.csv",
)
POSTS = "corporate_messaging.en.csv"


def read(path: Path, most: int) -> list[dict[str, str]]:
    """Return the first rows of a set; they are in the order of a hash."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(islice(csv.DictReader(file), most))


def sentiment(classifier: smclassify.Classifier, path: Path, most: int) -> None:
    """Print how negative and positive texts of a set are answered."""
    rows = [row for row in read(path, most) if row["label"] in ("negative", "positive")]
    results = classifier.triage([row["text"] for row in rows])
    negative = np.array([row["label"] == "negative" for row in rows])
    kinds = np.array([result.kind for result in results])
    private = np.array([result.private_reply for result in results])
    complaint = np.array([result.kind_scores["complaint"] for result in results])
    shares = {
        "complaint": np.mean(kinds[negative] == "complaint"),
        "private reply": np.mean(private[negative]),
        "praise": np.mean(kinds[~negative] == "praise"),
        "complaint after all": np.mean(kinds[~negative] == "complaint"),
        "private reply after all": np.mean(private[~negative]),
    }
    named = [f"{share:.0%} {name}" for name, share in shares.items()]
    precision = average_precision_score(negative, complaint)
    print(
        f"{path.name:26} {len(rows):6,} texts | negative: {', '.join(named[:2])}"
        f" | positive: {', '.join(named[2:])}"
        f" | average precision of negative by complaint {precision:.3f} ({negative.mean():.2f} are)"
    )


def posts(classifier: smclassify.Classifier, path: Path, most: int) -> None:
    """Print how many posts of companies are flagged."""
    results = classifier.score([row["text"] for row in read(path, most)])
    flagged = {flag: np.mean([flag in one.flags for one in results]) for flag in results[0].scores}
    shown = ", ".join(f"{flag} {share:.0%}" for flag, share in flagged.items())
    print(f"{path.name:26} {len(results):6,} posts | flagged: {shown}")


def main() -> int:
    """Print a line for each set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", help="the folder of the public data sets")
    parser.add_argument("--sample", type=int, default=2000)
    parser.add_argument("--model", default="shipped")
    options = parser.parse_args()
    try:
        folder = public_folder(options.data)
        classifier = smclassify.load(options.model)
    except SmclassifyError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 2
    for name in SENTIMENT:
        sentiment(classifier, folder / name, options.sample)
    posts(classifier, folder / POSTS, options.sample)
    return 0


if __name__ == "__main__":
    sys.exit(main())
