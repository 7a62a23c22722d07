"""Phrase and pattern rules, compiled once and run over a whole batch.

Languages that put spaces between words go through spaCy's ``PhraseMatcher`` (plain
phrases) and ``Matcher`` (phrases with a gap, token patterns), attribute ``LOWER``, one
of each a language. Chinese and Korean texts, and phrases written in those scripts
wherever they occur, go through :mod:`smclassify.policy.charsearch`. Token patterns go
through spaCy in every language.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from smclassify.policy.charsearch import CharacterPhrase, Script, fold, has_cjk, script_of
from smclassify.policy.hits import Hit
from smclassify.policy.rules import COMPETITOR, CONFIDENTIAL, FORBIDDEN
from smclassify.policy.scan import texts_with_script, texts_with_word
from smclassify.policy.schema import GAP, Rule
from smclassify.policy.tokensearch import TokenMatchers, words_to_look_for
from smclassify.text.batch import TextBatch
from smclassify.text.pipelines import pipeline_for, tokenize

if TYPE_CHECKING:
    from spacy.tokens import Doc

UNSPACED: Final = frozenset({"ko", "zh", "ja"})
"""Languages whose phrases are found by character: tokens are of no help there."""

_SENTENCE_END: Final = re.compile(r"[.!?…]+(?=[\s\x00]|$)|[。！？；;\n\x00]")
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
"""Half a character, as broken JSON holds; spaCy can't take it."""

_NAMES: Final = frozenset({COMPETITOR, CONFIDENTIAL, FORBIDDEN})


class RuleMatcher:
    """Finds where a set of rules hits the texts of a batch.

    Parameters
    ----------
    rules : sequence of Rule
        The rules in force.
    negation : mapping of str to sequence of str
        For each language, the words by which a sentence forbids or denies.
    pipelines : mapping of str to str, optional
        The trained spaCy pipelines that cut the texts, by language; phrases have to be cut
        in the same way. Blank ones by default.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        negation: Mapping[str, Sequence[str]],
        pipelines: Mapping[str, str] | None = None,
    ) -> None:
        self.rules = {rule.name: rule for rule in rules}
        self._pipelines = pipelines
        self._matchers: dict[str, TokenMatchers] = {}
        self._phrases: dict[Script, list[tuple[str, CharacterPhrase]]] = defaultdict(list)
        for rule in rules:
            for phrase in rule.phrases:
                made = CharacterPhrase.compile(phrase, noun=rule.name in _NAMES)
                self._phrases[script_of(phrase)].append((rule.name, made))
        self._words = words_to_look_for(rules)
        self._negated = _any_of(cue for cues in negation.values() for cue in cues)
        self._unless = {rule.name: _any_of(rule.unless) for rule in rules if rule.unless}
        self._needs_tokens = any(
            rule.patterns and (not rule.languages or UNSPACED & set(rule.languages))
            for rule in rules
        )

    def find(self, batch: TextBatch, docs: Sequence[Doc] | None = None) -> Iterator[Hit]:
        """Yield every hit, in no particular order; the same place may come twice.

        Parameters
        ----------
        batch : TextBatch
            The texts, with ``languages`` filled.
        docs : sequence of Doc, optional
            spaCy Docs over ``batch.texts``, index by index. When not given, the few
            texts that hold a word of some rule are tokenised here.
        """
        folded = fold(batch.joined)
        for name, text, start, end in self._everywhere(batch, folded, docs):
            rule = self.rules[name]
            if rule.languages and batch.languages[text] not in rule.languages:
                continue
            if not self._excused(rule, folded, int(batch.starts[text]), start, end):
                yield Hit(name, text, start, end)

    def _everywhere(
        self, batch: TextBatch, folded: str, docs: Sequence[Doc] | None
    ) -> Iterator[tuple[str, int, int, int]]:
        starts: list[int] = batch.starts.tolist()
        for script, phrases in self._phrases.items():
            texts = texts_with_script(batch, script)
            if script is Script.LATIN:
                texts = [text for text in texts if batch.languages[text] in UNSPACED]
            if texts:
                yield from _in_texts(phrases, folded, batch, texts)
        for language, made in self._docs(batch, docs, folded).items():
            matchers = self._matchers_for(language)
            for text, doc in made.items():
                for name, start, end in matchers.find_phrases(doc):
                    yield name, text, start, end
            yield from matchers.find_patterns(made, folded, starts)

    def _docs(
        self, batch: TextBatch, docs: Sequence[Doc] | None, folded: str
    ) -> dict[str, dict[int, Doc]]:
        """Return the Docs worth looking at, by the language of their tokenizer."""
        groups: dict[str, dict[int, Doc]] = defaultdict(dict)
        wanted: Iterable[int] = range(len(batch))
        if docs is None and self._words is not None:
            wanted = texts_with_word(folded, batch.starts.tolist(), self._words)
        for index in wanted:
            language = batch.languages[index]
            if language in UNSPACED and not self._needs_tokens:
                continue
            if docs is None:
                nlp = pipeline_for(language, self._pipelines)
                doc = tokenize(nlp, _LONE_SURROGATE.sub("\ufffd", batch.texts[index]))
            else:
                doc = docs[index]
            groups[doc.lang_][index] = doc
        return groups

    def _matchers_for(self, language: str) -> TokenMatchers:
        if language not in self._matchers:
            self._matchers[language] = TokenMatchers(
                pipeline_for(language, self._pipelines),
                list(self.rules.values()),
                phrases=language not in UNSPACED,
            )
        return self._matchers[language]

    def _excused(self, rule: Rule, folded: str, base: int, start: int, end: int) -> bool:
        unless = self._unless.get(rule.name)
        if unless is None and not rule.unless_negated:
            return False
        start, end = base + start, base + end
        begins, ends = _sentence_around(folded, start, end)
        if unless is not None and unless.search(folded[begins:ends]):
            return True
        if not rule.unless_negated:
            return False
        # Words of the hit itself deny nothing: "do not distribute" is what was looked for.
        rest = folded[begins:start] + "\n" + folded[end:ends]
        return self._negated.search(rest) is not None


def _in_texts(
    phrases: Sequence[tuple[str, CharacterPhrase]],
    folded: str,
    batch: TextBatch,
    texts: Sequence[int],
) -> Iterator[tuple[str, int, int, int]]:
    """Yield the places of phrases in some of the texts, searched as one string."""
    pieces = [folded[int(batch.starts[text]) : int(batch.ends[text]) + 1] for text in texts]
    starts = list(accumulate(map(len, pieces), initial=0))
    joined = "".join(pieces)
    for name, phrase in phrases:
        for start, end in phrase.find(joined):
            number = bisect_right(starts, start) - 1
            yield name, texts[number], start - starts[number], end - starts[number]


def _sentence_around(folded: str, start: int, end: int, reach: int = 200) -> tuple[int, int]:
    """Return where the sentence that a hit stands in begins and ends."""
    low = max(0, start - reach)
    begins = low
    for found in _SENTENCE_END.finditer(folded, low, start):
        begins = found.end()
    after = _SENTENCE_END.search(folded, end, end + reach)
    ends = min(after.start() if after else len(folded), end + reach)
    return begins, ends


def _any_of(cues: Iterable[str]) -> re.Pattern[str]:
    """Compile words to one pattern; Latin ones match whole words only."""
    parts = []
    for cue in cues:
        body = re.escape(fold(cue)).replace("'", "['’]").replace(r"\ ", r"\s+").replace(GAP, ".*")
        before = r"(?<!\w)" if not has_cjk(cue) else ""
        after = r"(?!\w)" if not has_cjk(cue) and cue[-1].isalnum() else ""
        parts.append(before + body + after)
    return re.compile("|".join(parts) if parts else r"(?!)")
