"""What a user would pick instead, made ready: each has learned the same texts and scores others.

What they learn is a sample of the project's own comments, all languages together; what the table
says of their precision is therefore the least they can do. ``make compare`` lets them learn all
that the shipped model has learned, a model for each language, at their best thresholds.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers import (
    FastTextPeer,
    Labels,
    Peer,
    Question,
    Scores,
    TextcatPeer,
    VaderPeer,
    one_line,
)
from benchmarks.speed.limits import spacy_tokenizers
from benchmarks.speed.measuring import GROUPS
from smclassify.labels import HEADS, Task

OBVIOUS: Final = "the obvious stack, text by text"
OBVIOUS_BATCH: Final = "the obvious stack, in batches"
TFIDF: Final = "TF-IDF of characters alone, one for all labels"
FASTTEXT_EACH: Final = "fastText, one model a label"
FASTTEXT_WORDS: Final = "fastText of words alone, one model a label"
FASTTEXT_ALL: Final = "fastText, one model for all labels"
TEXTCAT: Final = "spaCy textcat"
VADER: Final = "VADER"
MINILM: Final = "MiniLM sentence embeddings, a linear head"
MINILM_FLOOR: Final = "MiniLM's matrix products alone"

LABELS: Final = HEADS[Task.COMMENTS]
_QUESTION: Final = Question(LABELS, one_of=False)
_INSTALL: Final = "not installed: pip install -e '.[compare]'"
_TEXTCAT_LEARNS: Final = 600
_EPOCHS: Final = 15
"""Of fastText's models for one label each: enough for their speed, and soon over."""

_ENCODED: Final = 2_000
_LARGEST_BATCH: Final = 32


@dataclass(frozen=True)
class Stack:
    """Something that answers instead of us.

    Attributes
    ----------
    name : str
    scores : callable
        Gives scores of shape (n, n_labels) to texts, NaN for what it doesn't answer; None if
        it gives none.
    block : int
        How many texts take it a second or less.
    groups : tuple of str
        The groups of texts that it is made for.
    scored : bool
        Whether there is anything to say of how good its scores are.
    judged : callable or None
        Gives the scores where ``scores`` does more than that.
    """

    name: str
    scores: Callable[[Sequence[str]], Scores]
    block: int
    groups: tuple[str, ...] = GROUPS
    scored: bool = True
    judged: Callable[[Sequence[str]], Scores] | None = None


def stacks(
    texts: Sequence[str], labels: Labels, minilm: Path | None, notes: dict[str, str]
) -> Iterator[Stack]:
    """Yield the stacks, each made ready when it is asked for.

    Parameters
    ----------
    texts : sequence of str, length n
        What they learn.
    labels : ndarray of bool, shape (n, n_labels)
        As :data:`LABELS`.
    minilm : Path or None
        A folder with a sentence encoder.
    notes : dict
        Told what is not there, and why.
    """
    yield from _scikit_learn(texts, labels, notes)
    if find_spec("fasttext") is None:
        notes.update(dict.fromkeys((FASTTEXT_EACH, FASTTEXT_WORDS, FASTTEXT_ALL), _INSTALL))
    else:
        yield _learned(FastTextPeer(epoch=_EPOCHS), FASTTEXT_EACH, (texts, labels), 1_000)
        # fastText's own defaults: no n-grams at all, the fastest that it can be.
        words = FastTextPeer(epoch=_EPOCHS, wordNgrams=1, minn=0, maxn=0)
        yield _learned(words, FASTTEXT_WORDS, (texts, labels), 2_000)
        yield fasttext_for_all(texts, labels)
    some = slice(_TEXTCAT_LEARNS)
    yield _learned(TextcatPeer(epochs=2), TEXTCAT, (texts[some], labels[some]), 500, language="xx")
    if find_spec("vaderSentiment") is None:
        notes[VADER] = _INSTALL
    else:
        yield _learned(VaderPeer(), VADER, (texts, labels), 1_000, language="en", groups=("en",))
    yield from _minilm(texts, labels, minilm, notes)


def _learned(
    peer: Peer,
    name: str,
    learned: tuple[Sequence[str], Labels],
    block: int,
    *,
    language: str = "",
    groups: tuple[str, ...] = GROUPS,
) -> Stack:
    scorer = peer.learn(*learned, _QUESTION, language)
    if scorer is None:
        raise ValueError(f"{name} has no answer to what every comment is asked")
    return Stack(name, scorer, block, groups)


def _scikit_learn(texts: Sequence[str], labels: Labels, notes: dict[str, str]) -> Iterator[Stack]:
    """Yield scikit-learn's classifiers, alone and with what usually stands around them."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 5))
    X = vectors.fit_transform(texts)
    heads = [LogisticRegression(C=10).fit(X, labels[:, k]) for k in range(len(LABELS))]
    # A pipeline a label, as scikit-learn's own pages show it: each makes its own n-grams of a
    # text. Fitted on the same texts all would be the same, so the vectoriser is fitted once.
    pipelines = [make_pipeline(vectors, head) for head in heads]

    def alone(new: Sequence[str]) -> Scores:
        features = vectors.transform(new)
        return _positive([head.predict_proba(features) for head in heads])

    def every_label(new: Sequence[str]) -> Scores:
        return _positive([pipeline.predict_proba(new) for pipeline in pipelines])

    yield Stack(TFIDF, alone, 1_000)
    if find_spec("langdetect") is None:
        notes.update(dict.fromkeys((OBVIOUS, OBVIOUS_BATCH), "not installed: langdetect"))
        return
    clean = _cleaner()

    def one_by_one(new: Sequence[str]) -> Scores:
        return np.vstack([every_label([clean(one)]) for one in new])

    yield Stack(OBVIOUS, one_by_one, 40, scored=False)
    yield Stack(OBVIOUS_BATCH, lambda new: every_label([clean(one) for one in new]), 60)


def _positive(scores: Sequence[NDArray[np.float64]]) -> Scores:
    return np.column_stack([each[:, 1] for each in scores])


def _cleaner() -> Callable[[str], str]:
    """Return what tells a text's language by langdetect and puts its tokens in lower case."""
    import spacy
    from langdetect import DetectorFactory, LangDetectException, detect

    DetectorFactory.seed = 0
    tokenizers = spacy_tokenizers()
    other = spacy.blank("xx").tokenizer

    def clean(text: str) -> str:
        try:
            language = detect(text)[:2]
        except LangDetectException:  # its way to say that there are no letters
            language = ""
        return " ".join(token.lower_ for token in tokenizers.get(language, other)(text))

    return clean


def fasttext_for_all(texts: Sequence[str], labels: Labels) -> Stack:
    """Return one fastText model that has learned all labels side by side (one against all)."""
    import fasttext

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "train.txt"
        lines = [
            " ".join([*(f"__label__{k}" for k in np.flatnonzero(row)), one_line(text)])
            for text, row in zip(texts, labels, strict=True)
            if row.any()
        ]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        model = fasttext.train_supervised(
            str(path), loss="ova", thread=1, seed=0, verbose=0, **FastTextPeer().settings
        )

    def scores(new: Sequence[str]) -> Scores:
        full = np.zeros((len(new), len(LABELS)))
        for row, text in enumerate(new):
            # Below its wrapper, as in benchmarks/peers.py.
            for value, name in model.f.predict(f"{one_line(text)}\n", len(LABELS), 0.0, "strict"):
                full[row, int(name.removeprefix("__label__"))] = value
        return full

    return Stack(FASTTEXT_ALL, scores, 3_000)


def _minilm(
    texts: Sequence[str], labels: Labels, folder: Path | None, notes: dict[str, str]
) -> Iterator[Stack]:
    """Yield the sentence encoder in a folder; without one, the least that it would take."""
    if folder is not None and find_spec("sentence_transformers") is not None:
        yield _encoder(folder, texts, labels)
        return
    notes[MINILM] = (
        "not installed: pip install sentence-transformers"
        if folder
        else "not measured: its weights are on no package index (--minilm FOLDER)"
    )
    yield Stack(MINILM_FLOOR, matrix_products(), 150, scored=False)


def _encoder(folder: Path, texts: Sequence[str], labels: Labels) -> Stack:
    from sentence_transformers import SentenceTransformer
    from sklearn.linear_model import LogisticRegression

    encoder = SentenceTransformer(str(folder), device="cpu")
    some = slice(_ENCODED)
    X = encoder.encode(list(texts[some]))
    heads = [LogisticRegression(C=10).fit(X, labels[some, k]) for k in range(len(LABELS))]

    def scores(new: Sequence[str]) -> Scores:
        vectors = encoder.encode(list(new), batch_size=_LARGEST_BATCH)
        return _positive([head.predict_proba(vectors) for head in heads])

    return Stack(MINILM, scores, 300)


def matrix_products(
    layers: int = 6, width: int = 384, inner: int = 1536
) -> Callable[[Sequence[str]], Scores]:
    """Return what multiplies the matrices of a MiniLM-L6 for texts, with weights drawn by lot.

    Less than the encoder does: neither word pieces nor attention, norms or activations, no
    padding, a token for each spaCy token where word pieces are smaller. The sizes are those of
    Wang et al. (2020), "MiniLM: Deep Self-Attention Distillation".
    """
    import spacy

    tokenizer = spacy.blank("xx").tokenizer
    rng = np.random.default_rng(0)
    shapes = [(width, width)] * 4 + [(width, inner), (inner, width)]
    weights = [rng.standard_normal(shape, np.float32) / 100 for shape in shapes]

    def multiply(new: Sequence[str]) -> Scores:
        for start in range(0, len(new), _LARGEST_BATCH):
            tokens = sum(len(tokenizer(text)) + 2 for text in new[start : start + _LARGEST_BATCH])
            states = np.ones((tokens, width), np.float32)
            for _ in range(layers):
                for matrix in weights[:4]:
                    np.matmul(states, matrix)
                np.matmul(np.matmul(states, weights[4]), weights[5])
        return np.full((len(new), len(LABELS)), np.nan)

    return multiply
