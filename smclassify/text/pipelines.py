"""spaCy pipelines: made once a process, blank by default, streamed.

Blank pipelines hold no downloaded weights, so a fresh machine needs nothing but the
package index. A company that has trained pipelines installed names them, language by
language, in its configuration.

A blank pipeline is made of spaCy's parts here, not by ``spacy.blank``: that first imports
whatever the packages installed offer to trained pipelines. presidio-analyzer offers something,
and half a second goes into its import before the first token.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any, Final

import spacy
from spacy.attrs import IDX, IS_SPACE, LOWER
from spacy.language import BaseDefaults, Language
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc
from spacy.util import (
    compile_infix_regex,
    compile_prefix_regex,
    compile_suffix_regex,
    get_lang_class,
)
from spacy.vocab import Vocab, create_vocab

from smclassify.errors import ConfigError
from smclassify.labels import LANGUAGES
from smclassify.text.french import french_defaults

OTHER = "xx"
"""spaCy's multi-language pipeline, for every language that has none of its own here."""

LONGEST_PIECE: Final = 64
"""Code points without white space that spaCy is given at once; see :func:`tokenize`."""

_LONG_PIECE = re.compile(rf"\S{{{LONGEST_PIECE + 1}}}")
_PIECE = re.compile(rf" |\s+|\S{{1,{LONGEST_PIECE}}}")


class Blank:
    """A language's tokenizer and vocabulary, as in spaCy's blank pipeline of it.

    Attributes
    ----------
    lang : str
        The language's code.
    vocab : spacy.vocab.Vocab
    tokenizer : callable
        Makes a Doc of a text: by spaCy's rules, in Korean too (no mecab needed); in Chinese by
        character.
    pipe_names : list of str
        Empty: there are no components.
    """

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.pipe_names: list[str] = []
        defaults = french_defaults() if lang == "fr" else get_lang_class(lang).Defaults
        self.vocab: Vocab = create_vocab(lang, defaults)
        self.tokenizer = _tokenizer(lang, defaults, self.vocab)

    def __call__(self, text: str) -> Doc:
        """Return a text's tokens."""
        return self.tokenizer(text)

    def memory_zone(self) -> AbstractContextManager[object]:
        """Forget, at the end of the block, the words met in it; see ``Language.memory_zone``."""
        zone: AbstractContextManager[object] = self.vocab.memory_zone()
        return zone


def _tokenizer(lang: str, defaults: type[BaseDefaults], vocab: Vocab) -> Callable[[str], Doc]:
    """Return spaCy's tokenizer of a language, as ``spacy.blank`` makes it."""
    if lang == "zh":
        from spacy.lang.zh import ChineseTokenizer

        return ChineseTokenizer(vocab)
    return Tokenizer(
        vocab,
        rules=defaults.tokenizer_exceptions,
        prefix_search=compile_prefix_regex(defaults.prefixes or ()).search,
        suffix_search=compile_suffix_regex(defaults.suffixes or ()).search,
        infix_finditer=compile_infix_regex(defaults.infixes or ()).finditer,
        token_match=defaults.token_match,
        url_match=defaults.url_match,
    )


Pipeline = Language | Blank


@lru_cache(maxsize=32)
def blank_pipeline(language: str) -> Blank:
    """Return the blank pipeline of a language, ``xx`` for any but the four."""
    if language not in (*LANGUAGES, OTHER):
        return blank_pipeline(OTHER)
    return Blank(language)


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


def pipeline_for(language: str, names: Mapping[str, str] | None = None) -> Pipeline:
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


def _stream(nlp: Pipeline, texts: list[str]) -> Iterator[Doc]:
    if isinstance(nlp, Blank) or not nlp.pipe_names:  # the tokenizer is all there is
        return (tokenize(nlp, text) for text in texts)
    # Trained components refuse texts longer than this to save memory; no draft ever is.
    return nlp.pipe(
        tokenize(nlp, text)
        if len(text) <= nlp.max_length
        else tokenize(blank_pipeline(OTHER), text)
        for text in texts
    )


def tokenize(nlp: Pipeline, text: str) -> Doc:
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


def token_attributes(nlp: Pipeline, text: str) -> Any:
    """Return ``(LOWER, IDX)`` of each token of a text that is no white space, shape (t, 2)."""
    table = nlp.tokenizer(text).to_array([LOWER, IDX, IS_SPACE])
    return table[table[:, 2] == 0, :2]
