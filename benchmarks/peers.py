"""What a user would pick instead: each peer learns the same texts and gives scores for a label.

A peer is made for one language and one question (a set of names, of which several or
exactly one hold). The peers want `pip install 'smclassify[compare]'`.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from smclassify.labels import PRIVATE_REPLY

Labels = NDArray[np.bool_]
"""Shape (n, n_names): which names hold of which text."""
Scores = NDArray[np.float64]
"""Shape (n, n_names)."""
Scorer = Callable[[Sequence[str]], Scores]
"""A peer that has learned."""


@dataclass(frozen=True)
class Question:
    """What is asked of a text: which of some names hold; exactly one, or any of them."""

    names: tuple[str, ...]
    one_of: bool


class Peer(Protocol):
    """A classifier a user could pick."""

    name: str

    def learn(
        self, texts: Sequence[str], labels: Labels, question: Question, language: str
    ) -> Scorer | None:
        """Learn, and return what scores further texts; None where it has no answer."""


class TfidfPeer:
    """scikit-learn: TF-IDF with logistic regression, on words or on characters."""

    def __init__(self, characters: bool) -> None:
        self.characters = characters
        self.name = f"TF-IDF of {'characters' if characters else 'words'} + logistic regression"

    def learn(
        self, texts: Sequence[str], labels: Labels, question: Question, language: str
    ) -> Scorer | None:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline

        shape = {"analyzer": "char_wb", "ngram_range": (1, 5)} if self.characters else {}
        vectors = {"ngram_range": (1, 2), "sublinear_tf": True, **shape}

        def learned(target: NDArray[np.generic]) -> Any:
            steps = TfidfVectorizer(**vectors), LogisticRegression(C=10, class_weight="balanced")
            return make_pipeline(*steps).fit(list(texts), target)

        if question.one_of:
            model = learned(labels.argmax(axis=1))
            return lambda new: _spread(model.predict_proba(new), model.classes_, labels.shape[1])
        models = [learned(labels[:, column]) for column in range(labels.shape[1])]
        return lambda new: np.column_stack([one.predict_proba(new)[:, 1] for one in models])


def _spread(scores: Scores, classes: NDArray[np.int64], size: int) -> Scores:
    """Give the classes that were never seen a score of nought."""
    full = np.zeros((len(scores), size))
    full[:, classes] = scores
    return full


class FastTextPeer:
    """fastText supervised, with character n-grams of words, its defaults otherwise tuned.

    Parameters
    ----------
    settings
        Other settings of fastText's, in the place of ours.
    """

    name = "fastText"

    def __init__(self, **settings: Any) -> None:
        ours = {"epoch": 50, "lr": 0.5, "wordNgrams": 2, "minn": 1, "maxn": 5, "bucket": 200_000}
        self.settings = ours | settings

    def learn(
        self, texts: Sequence[str], labels: Labels, question: Question, language: str
    ) -> Scorer | None:
        import fasttext

        def learned(target: NDArray[np.int64]) -> Any:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "train.txt"
                lines = [
                    f"__label__{name} {one_line(text)}"
                    for text, name in zip(texts, target, strict=True)
                ]
                path.write_text("\n".join(lines) + "\n", encoding="utf-8")
                return fasttext.train_supervised(
                    str(path), dim=100, thread=1, seed=0, verbose=0, **self.settings
                )

        def scores(model: Any, new: Sequence[str], size: int) -> Scores:
            full = np.zeros((len(new), size))
            for row, text in enumerate(new):
                # One by one, below the wrapper: its predict of a list gives the first
                # probability for every label, and that of a text fails with NumPy 2.
                for value, name in model.f.predict(f"{one_line(text)}\n", size, 0.0, "strict"):
                    full[row, int(name.removeprefix("__label__"))] = value
            return full

        if question.one_of:
            model = learned(labels.argmax(axis=1))
            return lambda new: scores(model, new, labels.shape[1])
        models = [learned(labels[:, k].astype(np.int64)) for k in range(labels.shape[1])]
        return lambda new: np.column_stack([scores(one, new, 2)[:, 1] for one in models])


def one_line(text: str) -> str:
    """Return a text as fastText reads one: its line breaks would end it."""
    return " ".join(text.split())


class TextcatPeer:
    """A spaCy text categorizer (its default ensemble), trained on the same texts."""

    name = "spaCy textcat"
    BATCH = 16

    def __init__(self, epochs: int = 10) -> None:
        self.epochs = epochs

    def learn(
        self, texts: Sequence[str], labels: Labels, question: Question, language: str
    ) -> Scorer | None:
        import spacy
        from spacy.training import Example
        from thinc.api import fix_random_seed

        fix_random_seed(0)
        config = {"nlp": {"tokenizer": {"@tokenizers": "spacy.Tokenizer.v1"}}}
        # spaCy's own tokenizer for Korean wants MeCab; by spaces is what it offers without.
        nlp = spacy.blank(language, config=config if language == "ko" else {})
        pipe: Any = nlp.add_pipe("textcat" if question.one_of else "textcat_multilabel")
        names = [str(column) for column in range(labels.shape[1])]
        for name in names:
            pipe.add_label(name)
        examples = [
            Example.from_dict(
                nlp.make_doc(text),
                {"cats": dict(zip(names, map(float, row), strict=True))},
            )
            for text, row in zip(texts, labels, strict=True)
            if text.strip()
        ]
        optimizer = nlp.initialize(lambda: examples)
        order = random.Random(0)
        for _ in range(self.epochs):
            order.shuffle(examples)
            for start in range(0, len(examples), self.BATCH):
                batch = examples[start : start + self.BATCH]
                nlp.update(batch, sgd=optimizer, drop=0.2)

        def scores(new: Sequence[str]) -> Scores:
            docs = nlp.pipe(list(new), batch_size=64)
            return np.array([[doc.cats[name] for name in names] for doc in docs])

        return scores


class VaderPeer:
    """VADER: the negative comments are those that ask for a private reply. English alone."""

    name = "VADER"

    def learn(
        self, texts: Sequence[str], labels: Labels, question: Question, language: str
    ) -> Scorer | None:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

        if language != "en" or PRIVATE_REPLY not in question.names:
            return None
        analyzer = SentimentIntensityAnalyzer()

        def scores(new: Sequence[str]) -> Scores:
            negative = [-analyzer.polarity_scores(text)["compound"] for text in new]
            full = np.full((len(new), len(question.names)), np.nan)
            full[:, question.names.index(PRIVATE_REPLY)] = negative
            return full

        return scores


PEERS: tuple[Peer, ...] = (
    TfidfPeer(characters=False),
    TfidfPeer(characters=True),
    FastTextPeer(),
    TextcatPeer(),
    VaderPeer(),
)
