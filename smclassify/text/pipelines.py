"""spaCy pipelines: made once a process, blank by default, streamed.

Blank pipelines hold no downloaded weights, so a fresh machine needs nothing but the
package index. A company that has trained pipelines installed names them, language by
language, in its configuration.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import spacy
from spacy.attrs import IDX, IS_SPACE, LOWER
from spacy.language import Language
from spacy.tokens import Doc

from smclassify.errors import ConfigError
from smclassify.labels import LANGUAGES

OTHER = "xx"
"""spaCy's multi-language pipeline, for every language that has none of its own here."""

LONGEST_PIECE: Final = 64
"""Code points without white space that spaCy is given at once; see :func:`tokenize`."""

_LONG_PIECE = re.compile(rf"\S{{{LONGEST_PIECE + 1}}}")
_PIECE = re.compile(rf" |\s+|\S{{1,{LONGEST_PIECE}}}")

# Korean by spaCy's rules, without mecab; Chinese by character (spaCy's default).
_KOREAN = {"nlp": {"tokenizer": {"@tokenizers": "spacy.Tokenizer.v1"}}}


@lru_cache(maxsize=32)
def blank_pipeline(language: str) -> Language:
    """Return the blank spaCy pipeline of a language, ``xx`` for any but the four."""
    if language not in LANGUAGES:
        return spacy.blank(OTHER) if language == OTHER else blank_pipeline(OTHER)
    return spacy.blank(language, config=_KOREAN if language == "ko" else {})


@lru_cache(maxsize=32)
def named_pipeline(name: str) -> Language:
    """Return a trained spaCy pipeline that the company has installed.

    Raises
    ------
    ConfigError
        If spaCy finds no such package or folder.
    """
    try:
        return spacy.load(name)
    except (OSError, ValueError, ImportError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ConfigError(
            f"spaCy cannot load the pipeline {name!r}: {reason}",
            where="[pipelines]",
            hint=f"Install it (python -m spacy download {name}), or take the line out.",
        ) from error


def pipeline_for(language: str, names: Mapping[str, str] | None = None) -> Language:
    """Return the pipeline of a language: the company's own if it names one, else blank."""
    name = (names or {}).get(language)
    return named_pipeline(name) if name else blank_pipeline(language)


def make_docs(
    texts: Sequence[str],
    languages: Sequence[str],
    names: Mapping[str, str] | None = None,
) -> list[Doc]:
    """Run each text through its language's pipeline, language by language, as a stream.

    Parameters
    ----------
    texts : sequence of str, length n
        Clean texts.
    languages : sequence of str, length n
        Their languages.
    names : mapping of str to str, optional
        Trained pipelines by language.

    Returns
    -------
    list of Doc, length n
        In the order of ``texts``.
    """
    docs: dict[int, Doc] = {}
    for language in sorted(set(languages)):
        members = [index for index, code in enumerate(languages) if code == language]
        nlp = pipeline_for(language, names)
        stream = _stream(nlp, [texts[index] for index in members])
        docs.update(zip(members, stream, strict=True))
    return [docs[index] for index in range(len(texts))]


def _stream(nlp: Language, texts: list[str]) -> Iterator[Doc]:
    if not nlp.pipe_names:  # blank: the tokenizer is all there is
        return (tokenize(nlp, text) for text in texts)
    # Trained components refuse texts longer than this to save memory; no draft ever is.
    return nlp.pipe(
        tokenize(nlp, text)
        if len(text) <= nlp.max_length
        else tokenize(blank_pipeline(OTHER), text)
        for text in texts
    )


def tokenize(nlp: Language, text: str) -> Doc:
    """Tokenise one text, in time proportional to its length whatever is in it.

    spaCy's tokenizer strips the punctuation around a piece one mark at a time, copying the
    rest: 20,000 exclamation marks take it half a minute. Pieces longer than
    :data:`LONGEST_PIECE` are therefore cut before it sees them.
    """
    if _LONG_PIECE.search(text) is None:
        return nlp.tokenizer(text)
    words: list[str] = []
    spaces: list[bool] = []
    for piece in _PIECE.findall(text):
        if piece == " " and words and not spaces[-1]:
            spaces[-1] = True
        elif piece.isspace():
            words.append(piece)
            spaces.append(False)
        else:
            tokens = nlp.tokenizer(piece)
            words.extend(token.text for token in tokens)
            spaces.extend([False] * len(tokens))
    return Doc(nlp.vocab, words=words, spaces=spaces)


def token_attributes(nlp: Language, text: str) -> Any:
    """Return ``(LOWER, IDX)`` of each token of a text that is no white space, shape (t, 2)."""
    table = nlp.tokenizer(text).to_array([LOWER, IDX, IS_SPACE])
    return table[table[:, 2] == 0, :2]
