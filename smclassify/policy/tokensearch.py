"""Finding phrases and token patterns with spaCy, one set of matchers a language.

Plain phrases go through ``PhraseMatcher``, phrases with a gap and token patterns through
``Matcher``, both on ``LOWER``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from spacy.matcher import Matcher, PhraseMatcher

from smclassify.policy.charsearch import fold, has_cjk
from smclassify.policy.scan import texts_with_word
from smclassify.policy.schema import GAP, Rule

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

_GAP_TOKENS: Final = {"IS_PUNCT": False, "IS_SPACE": False, "OP": "{0,4}"}
_Anchors = tuple[list[str], ...]


class TokenMatchers:
    """The spaCy matchers of one pipeline language."""

    def __init__(self, nlp: Language, rules: Sequence[Rule], *, phrases: bool) -> None:
        self.plain = PhraseMatcher(nlp.vocab, attr="LOWER")
        self.names: dict[int, str] = {}
        self.patterns: list[tuple[str, Matcher, list[_Anchors] | None]] = []
        for rule in rules:
            self.names[nlp.vocab.strings.add(rule.name)] = rule.name
            wanted = [p for p in rule.phrases if phrases and not has_cjk(p)]
            spellings = [spelling for phrase in wanted for spelling in _spellings(phrase)]
            plain = [nlp.make_doc(phrase) for phrase in spellings if GAP not in phrase]
            if plain:
                self.plain.add(rule.name, plain)
            token_patterns: list[list[dict[str, Any]]] = [
                _gap_pattern(nlp, phrase) for phrase in spellings if GAP in phrase
            ]
            token_patterns += [[dict(token) for token in pattern] for pattern in rule.patterns]
            if token_patterns:
                matcher = Matcher(nlp.vocab)
                matcher.add(rule.name, token_patterns)
                self.patterns.append((rule.name, matcher, _anchors(token_patterns)))

    def find_phrases(self, doc: Doc) -> Iterator[tuple[str, int, int]]:
        """Yield where plain phrases stand in a text."""
        if len(self.plain):
            yield from self._places(doc, self.plain)

    def _places(self, doc: Doc, matcher: PhraseMatcher | Matcher) -> Iterator[tuple[str, int, int]]:
        for key, start, end in matcher(doc):
            last = doc[end - 1]
            yield self.names[key], doc[start].idx, last.idx + len(last)

    def find_patterns(
        self, docs: Mapping[int, Doc], folded: str, starts: list[int]
    ) -> Iterator[tuple[str, int, int, int]]:
        """Yield where patterns match, trying only texts that hold a word of the pattern."""
        for _, matcher, anchors in self.patterns:
            texts = set(docs)
            if anchors is not None:
                texts &= set().union(*(_holding(folded, starts, words) for words in anchors))
            for text in sorted(texts):
                for name, start, end in self._places(docs[text], matcher):
                    yield name, text, start, end


def _holding(folded: str, starts: list[int], anchors: _Anchors) -> set[int]:
    found = [set(texts_with_word(folded, starts, words)) for words in anchors]
    return set.intersection(*found)


def _anchors(patterns: Iterable[Sequence[Mapping[str, Any]]]) -> list[_Anchors] | None:
    """Return, for each pattern, sets of words of which a match holds one each.

    ``None`` if a pattern has no such words. A spaCy ``Matcher`` costs hundreds of times
    what looking for a word in a string does, so the words are looked for first.
    """
    anchors: list[_Anchors] = []
    for pattern in patterns:
        choices = [words for token in pattern if (words := _literals(token))]
        if not choices:
            return None
        choices.sort(key=lambda words: min(map(len, words)), reverse=True)
        anchors.append(tuple(choices[:2]))
    return anchors


def words_to_look_for(rules: Iterable[Rule]) -> frozenset[str] | None:
    """Return words of which a text holds one if spaCy can find anything in it.

    ``None`` if that cannot be told, because a pattern names no word.
    """
    words: set[str] = set()
    for rule in rules:
        for phrase in rule.phrases:
            if not has_cjk(phrase):
                words.add(max(re.findall(r"\w+", fold(phrase)), key=len))
        anchors = _anchors(rule.patterns)
        if anchors is None:
            return None
        words.update(word for choices in anchors for word in choices[0])
    return frozenset(words)


def _literals(token: Mapping[str, Any]) -> list[str]:
    if token.get("OP", "1") not in ("1", "+"):
        return []
    lower = token.get("LOWER")
    if isinstance(lower, str):
        return [lower]
    if isinstance(lower, Mapping) and set(lower) == {"IN"}:
        return [word for word in lower["IN"] if isinstance(word, str)]
    return []


def _spellings(phrase: str) -> set[str]:
    """Return a phrase with either apostrophe."""
    return {phrase.replace("’", "'"), phrase.replace("'", "’")}


def _gap_pattern(nlp: Language, phrase: str) -> list[dict[str, Any]]:
    pattern: list[dict[str, Any]] = []
    for part in phrase.split(GAP):
        if pattern:
            pattern.append(dict(_GAP_TOKENS))
        pattern += [{"LOWER": token.lower_} for token in nlp.make_doc(part.strip())]
    return pattern
