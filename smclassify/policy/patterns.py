"""Finding spaCy token patterns, and phrases by their lemmas where a pipeline has lemmas."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from spacy.matcher import Matcher

from smclassify.policy.fold import fold, has_cjk
from smclassify.policy.rule import GAP, Rule
from smclassify.text.pipelines import Blank, Pipeline

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_GAP_TOKENS: Final = {"IS_PUNCT": False, "IS_SPACE": False, "OP": "{0,4}"}
_Anchors = tuple[list[str], ...]
_Pattern = list[dict[str, Any]]
LEMMATIZERS: Final = frozenset({"lemmatizer", "trainable_lemmatizer"})


def has_lemmas(nlp: Pipeline) -> bool:
    """Return whether a pipeline gives its tokens lemmas; blank ones don't."""
    return bool(LEMMATIZERS & set(nlp.pipe_names))


class TokenMatchers:
    """The spaCy matchers of one pipeline.

    Parameters
    ----------
    nlp : Pipeline
    rules : sequence of Rule
        Their token patterns are looked for and, where the pipeline has lemmas, their phrases
        in any inflection.
    as_written : collection of str
        Names of rules of which this isn't done.
    """

    def __init__(
        self, nlp: Pipeline, rules: Sequence[Rule], as_written: Collection[str] = ()
    ) -> None:
        self.names: dict[int, str] = {}
        self.patterns: list[tuple[Matcher, list[_Anchors] | None]] = []
        inflected = _inflected(nlp, [rule for rule in rules if rule.name not in as_written])
        for rule in rules:
            patterns = [[dict(token) for token in pattern] for pattern in rule.patterns]
            anchors = _anchors(patterns)
            if rule.name in inflected:
                patterns += inflected[rule.name]
                anchors = None
            if patterns:
                self.names[nlp.vocab.strings.add(rule.name)] = rule.name
                matcher = Matcher(nlp.vocab)
                matcher.add(rule.name, patterns)
                self.patterns.append((matcher, anchors))

    def find(
        self, docs: Mapping[int, Doc], folded: str, starts: list[int]
    ) -> Iterator[tuple[str, int, int, int]]:
        """Yield where patterns match, trying only texts that hold a word of the pattern."""
        ends = [*starts[1:], len(folded)]
        for text in sorted(docs):
            doc, said = docs[text], folded[starts[text] : ends[text]]
            for matcher, anchors in self.patterns:
                if anchors is not None and not any(_holds(said, words) for words in anchors):
                    continue
                for key, start, end in matcher(doc):
                    last = doc[end - 1]
                    yield self.names[key], text, doc[start].idx, last.idx + len(last)


def _holds(said: str, anchors: _Anchors) -> bool:
    """Return whether a text holds a word of each set."""
    return all(any(word in said for word in words) for words in anchors)


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
    """Return words of which a text holds one if a token pattern can match it.

    ``None`` if that cannot be told, because a pattern names no word.
    """
    words: set[str] = set()
    for rule in rules:
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
        return [fold(lower)]
    if isinstance(lower, Mapping) and set(lower) == {"IN"}:
        return [fold(word) for word in lower["IN"] if isinstance(word, str)]
    return []


def _inflected(nlp: Pipeline, rules: Iterable[Rule]) -> dict[str, list[_Pattern]]:
    """Return, for each rule, its phrases as patterns of lemmas; empty for a pipeline without."""
    if isinstance(nlp, Blank) or not has_lemmas(nlp):
        return {}
    phrases = [
        (rule.name, [part.strip() for part in phrase.split(GAP)])
        for rule in rules
        for phrase in rule.phrases
        if not has_cjk(phrase)
    ]
    # All of them at once: a call for each would take trained components minutes.
    docs = nlp.pipe(part for _, parts in phrases for part in parts)
    made: dict[str, list[_Pattern]] = {}
    for name, parts in phrases:
        pattern: _Pattern = []
        for _ in parts:
            if pattern:
                pattern.append(dict(_GAP_TOKENS))
            pattern += [_lemma(token) for token in next(docs) if not token.is_space]
        made.setdefault(name, []).append(pattern)
    return made


def _lemma(token: Token) -> dict[str, Any]:
    # What the lemmatizer doesn't know has no lemma, and would be found everywhere.
    return {"LEMMA": token.lemma_} if token.lemma_ else {"LOWER": token.lower_}
