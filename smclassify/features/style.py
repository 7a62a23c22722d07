"""How a text is written: links, capitals, pronouns, urgency and many counts more.

Where the n-grams know what stands in the training texts, these know what people who read
such texts know: how a plea for likes, an award or an unanswered order is worded in each
language. A linear head weighs them; a user is shown them as reasons.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from smclassify.errors import ModelError
from smclassify.features import lexmatch
from smclassify.features.estimator import Transformer, check_is_fitted
from smclassify.features.lexicons import lexicons
from smclassify.features.surface import MEASURES, SHARES, SPANS, Surface
from smclassify.features.view import feature_view
from smclassify.text.batch import TextBatch

Counts = NDArray[np.float32]

US_OVER_YOU: Final = "us_over_you"
"""Words for the brand against words addressed to the reader, from -1 to 1."""

SMALLEST_SCALE: Final = 0.1
"""A feature that hardly any training text has may not grow without bounds in another."""

_WORDS: Final = {
    "links": ("a link", "links"),
    "mentions": ("a mention", "mentions"),
    "opening_mentions": ("a name it answers to", "names it answers to"),
    "hashtags": ("a hashtag", "hashtags"),
    "prices": ("a price", "prices"),
    "placeholders": ("an unfilled placeholder", "unfilled placeholders"),
    "exclamations": ("an exclamation mark", "exclamation marks"),
    "exclamation_runs": ("a run of exclamation marks", "runs of exclamation marks"),
    "questions": ("a question mark", "question marks"),
    "emoji": ("an emoji", "emoji"),
    "pointers": ("an arrow or pointing finger", "arrows or pointing fingers"),
    "numbers": ("a number", "numbers"),
    "phone_numbers": ("a number like a telephone's", "numbers like a telephone's"),
    "capital_words": ("a word in capitals", "words in capitals"),
    "quotes": ("a quotation mark", "quotation marks"),
    "length": ("one character", "characters"),
    "sentence_length": ("one character a sentence", "characters a sentence"),
}
_SHARE_WORDS: Final = {
    "hashtag_share": "of the text is hashtags",
    "link_share": "of the text is links",
    "capitals_share": "of the letters are capitals",
    "repeated_share": "of the text repeats itself",
}


@cache
def feature_names() -> tuple[str, ...]:
    """Return the names of the features, in the order of the columns."""
    return (*SPANS, *MEASURES, *(lexicon.name for lexicon in lexicons()), US_OVER_YOU)


def describe(name: str, count: float) -> str:
    """Return what a user reads when a feature is shown as a reason.

    Parameters
    ----------
    name : str
        One of :func:`feature_names`.
    count : float
        Its raw value, as in :meth:`StyleCounts.counts`.

    Raises
    ------
    KeyError
        There is no such feature.

    Examples
    --------
    >>> describe("hashtags", 7)
    '7 hashtags'
    >>> describe("second_person", 0)
    'no word addressed to the reader'
    >>> describe("capitals_share", 0.62)
    '62% of the letters are capitals'
    """
    if name in SHARES:
        return f"{count:.0%} {_SHARE_WORDS[name]}"
    if name == US_OVER_YOU:
        more, less = ("the brand", "the reader") if count > 0 else ("the reader", "the brand")
        return f"more about {more} than about {less}" if count else f"as much {more} as {less}"
    one, many, none = _words_of(name)
    number = round(count)
    return none if number == 0 else one if number == 1 else f"{number} {many}"


@cache
def _lexicon_words() -> dict[str, tuple[str, str, str]]:
    return {lexicon.name: (lexicon.one, lexicon.many, lexicon.none) for lexicon in lexicons()}


def _words_of(name: str) -> tuple[str, str, str]:
    if name in _WORDS:
        one, many = _WORDS[name]
        return one, many, f"no {many}"
    return _lexicon_words()[name]


class StyleCounts(Transformer):
    """Counts and shares of style, scaled so that a linear head can weigh them.

    A count enters as ``log1p(count)``, a share as it is; each is divided by its root mean
    square over the training texts (at least :data:`SMALLEST_SCALE`).

    Attributes
    ----------
    scale_ : ndarray of float32, shape (n_features,)
        The divisor of each feature.
    """

    def counts(self, batch: TextBatch) -> Counts:
        """Return the raw values, shape (n, n_features), float32."""
        view = feature_view(batch)
        surface = Surface(batch)
        n = len(batch)
        found = np.zeros((n, len(feature_names())), np.float32)
        column = 0
        for spans_of in SPANS.values():
            found[:, column] = surface.number(spans_of(surface))
            column += 1
        for measure in MEASURES.values():
            found[:, column] = measure(surface, view)
            column += 1
        found[:, column:-1] = lexmatch.count(view, batch.languages)
        we, you = (found[:, feature_names().index(name)] for name in ("we", "second_person"))
        found[:, -1] = (we - you) / (we + you + 1)
        return found

    def occurrences(self, batch: TextBatch, feature: str) -> list[tuple[int, int, int]]:
        """Return where a feature stands, so that it can be underlined.

        Parameters
        ----------
        batch : TextBatch
        feature : str
            One of :func:`feature_names`.

        Returns
        -------
        list of (text, start, end)
            Positions in ``batch.codes``, ``end`` exclusive; empty for a measure of the
            whole text.
        """
        if feature in SPANS:
            spans = SPANS[feature](Surface(batch))
            texts = batch.text_of(spans[:, 0])
            return list(zip(texts.tolist(), *spans.T.tolist(), strict=True))
        names = [lexicon.name for lexicon in lexicons()]
        if feature not in names:
            return []
        hits = lexmatch.find(feature_view(batch), batch.languages)
        ours = hits.lexicon == names.index(feature)
        columns = (hits.text[ours], hits.start[ours], hits.end[ours])
        return list(zip(*(column.tolist() for column in columns), strict=True))

    def fit(self, X: TextBatch | Iterable[TextBatch], y: object = None) -> Self:
        """Learn how large each feature usually is.

        Parameters
        ----------
        X : TextBatch or iterable of TextBatch
            Training texts; several batches keep memory flat.
        y : ignored
        """
        squares, n = np.zeros(len(feature_names())), 0
        for batch in [X] if isinstance(X, TextBatch) else X:
            squares += np.square(_damped(self.counts(batch)), dtype=np.float64).sum(axis=0)
            n += len(batch)
        scale = np.sqrt(squares / max(n, 1))
        self.scale_ = np.maximum(scale, SMALLEST_SCALE).astype(np.float32)
        return self

    def transform(self, X: TextBatch) -> Counts:
        """Return the scaled features, shape (n, n_features), float32.

        Raises
        ------
        ModelError
            The scales come from a version with other features.
        """
        check_is_fitted(self, "scale_")
        if len(self.scale_) != len(feature_names()):
            raise ModelError(
                f"The model knows {len(self.scale_)} style features, "
                f"this version of smclassify {len(feature_names())}.",
                hint="Train the model again with this version, or use the version it came with.",
            )
        return _damped(self.counts(X)) / self.scale_

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:
        """Return the names of the columns."""
        return np.array(feature_names(), object)


@cache
def _are_counts() -> NDArray[np.bool_]:
    return np.array([name not in SHARES and name != US_OVER_YOU for name in feature_names()])


def _damped(counts: Counts) -> Counts:
    """Return the logarithm of counts: the tenth hashtag says less than the second."""
    are_counts = _are_counts()
    counts[:, are_counts] = np.log1p(counts[:, are_counts])
    return counts
