"""The rules of a policy, compiled once and run over a whole batch.

Phrases go through :mod:`smclassify.policy.phrases`, token patterns through spaCy's
``Matcher`` (:mod:`smclassify.policy.patterns`), regular expressions through RE2
(:mod:`smclassify.policy.regexes`).
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

import re2

from smclassify.policy.expression import Expression
from smclassify.policy.fold import fold, has_cjk, whole_characters
from smclassify.policy.hits import Hit
from smclassify.policy.patterns import TokenMatchers, has_lemmas, words_to_look_for
from smclassify.policy.phrases import WORD, Folded, Phrase, PhraseIndex
from smclassify.policy.regexes import RegexIndex
from smclassify.policy.rule import GAP, Rule
from smclassify.policy.scan import texts_with_word
from smclassify.text.batch import TextBatch
from smclassify.text.pipelines import make_docs, pipeline_for

if TYPE_CHECKING:
    from spacy.tokens import Doc

_SENTENCE_END: Final = re.compile(r"[.!?…]+(?=[\s\x00]|$)|[。！？；;\n\x00]")
_IN_WORD: Final = re.compile(f"[{WORD}]")
_OUTSIDE: Final = f"[^{WORD}]"
_CUES_TOGETHER: Final = 100
_ROOMY: Final = re2.Options()
_ROOMY.max_mem = 1 << 26


class RuleMatcher:
    """Finds where a set of rules hits the texts of a batch.

    Parameters
    ----------
    rules : sequence of Rule
        The rules in force.
    negation : mapping of str to sequence of str
        For each language, the words by which a sentence in it forbids or denies.
    pipelines : mapping of str to str, optional
        Trained spaCy pipelines by language. Blank ones by default.
    as_written : collection of str
        Names of rules whose phrases aren't looked for in other inflections, whatever the
        pipelines know.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        negation: Mapping[str, Sequence[str]],
        pipelines: Mapping[str, str] | None = None,
        as_written: Collection[str] = (),
    ) -> None:
        self.rules = {rule.name: rule for rule in rules}
        self._pipelines = pipelines
        self._as_written = as_written
        self._matchers: dict[str, TokenMatchers] = {}
        self._phrases = PhraseIndex(
            Phrase.compile(phrase, rule.name, noun=rule.noun)
            for rule in rules
            for phrase in rule.phrases
        )
        self._regexes = RegexIndex([(rule.name, one) for rule in rules for one in rule.regexes])
        self._patterned = any(rule.patterns for rule in rules)
        self._words = words_to_look_for(rules)
        self._negated = {language: _Cues(cues) for language, cues in negation.items()}
        self._negated_anyhow = _Cues(cue for cues in negation.values() for cue in cues)
        self._unless = {rule.name: _Cues(rule.unless) for rule in rules if rule.unless}
        self._near = {rule.name: _Cues(rule.near) for rule in rules if rule.near}

    def find(
        self, batch: TextBatch, folded: Folded, docs: Sequence[Doc] | None = None
    ) -> Iterator[Hit]:
        """Yield every hit, in no particular order; the same place may come twice.

        Parameters
        ----------
        batch : TextBatch
            The texts, with ``languages`` filled.
        folded : Folded
            What :func:`smclassify.policy.phrases.fold_batch` gives for the batch.
        docs : sequence of Doc, optional
            spaCy Docs over ``batch.texts``, index by index. When not given, the few
            texts that hold a word of some token pattern are tokenised here.
        """
        for name, text, start, end in self._everywhere(batch, folded, docs):
            rule = self.rules[name]
            if rule.languages and batch.languages[text] not in rule.languages:
                continue
            base = int(batch.starts[text])
            place = slice(base + start, base + end)
            if not self._excused(rule, folded.text, place, batch.languages[text]):
                yield Hit(name, text, start, end)

    def _everywhere(
        self, batch: TextBatch, folded: Folded, docs: Sequence[Doc] | None
    ) -> Iterator[tuple[str, int, int, int]]:
        yield from self._phrases.find(batch, folded)
        yield from self._regexes.find(batch)
        starts: list[int] = batch.starts.tolist()
        for language, made in self._docs(batch, docs, folded.text).items():
            yield from self._matchers_for(language).find(made, folded.text, starts)

    def _docs(
        self, batch: TextBatch, docs: Sequence[Doc] | None, folded: str
    ) -> dict[str, dict[int, Doc]]:
        """Return the Docs worth looking at, by language."""
        lemmas = {code for code in self._pipelines or () if self._lemmas(code)}
        worth: set[int] = {i for i, code in enumerate(batch.languages) if code in lemmas}
        if self._patterned and self._words is None:
            worth = set(range(len(batch)))
        elif self._patterned and self._words is not None:
            worth |= set(texts_with_word(folded, batch.starts.tolist(), self._words))
        wanted = sorted(worth)
        if docs is None:
            texts = [whole_characters(batch.texts[index]) for index in wanted]
            languages = [batch.languages[index] for index in wanted]
            given = dict(zip(wanted, make_docs(texts, languages, self._pipelines), strict=True))
        else:
            given = {index: docs[index] for index in wanted}
        groups: dict[str, dict[int, Doc]] = defaultdict(dict)
        for index, doc in given.items():
            groups[batch.languages[index]][index] = doc
        return groups

    def _lemmas(self, language: str) -> bool:
        return has_lemmas(pipeline_for(language, self._pipelines))

    def _matchers_for(self, language: str) -> TokenMatchers:
        if language not in self._matchers:
            nlp = pipeline_for(language, self._pipelines)
            self._matchers[language] = TokenMatchers(
                nlp, list(self.rules.values()), self._as_written
            )
        return self._matchers[language]

    def _excused(self, rule: Rule, folded: str, place: slice, language: str) -> bool:
        """Return whether the words around a hit make it harmless."""
        unless, near = self._unless.get(rule.name), self._near.get(rule.name)
        if unless is None and near is None and not rule.unless_negated:
            return False
        start, end = place.start, place.stop
        begins, ends = _sentence_around(folded, start, end)
        if unless is not None and unless.stand_in(folded[begins:ends]):
            return True
        # Words of the hit itself deny nothing: "do not distribute" is what was looked for.
        rest = folded[begins:start] + "\n" + folded[end:ends]
        if near is not None and not near.stand_in(rest):
            return True
        negated = self._negated.get(language, self._negated_anyhow)
        return rule.unless_negated and negated.stand_in(rest)


def _sentence_around(folded: str, start: int, end: int, reach: int = 200) -> tuple[int, int]:
    """Return where the sentence that a hit stands in begins and ends."""
    low = max(0, start - reach)
    begins = low
    for found in _SENTENCE_END.finditer(folded, low, start):
        begins = found.end()
    after = _SENTENCE_END.search(folded, end, end + reach)
    ends = min(after.start() if after else len(folded), end + reach)
    return begins, ends


def contains_any(cues: Iterable[str], text: str) -> bool:
    """Return whether a text holds one of some words or phrases."""
    return _Cues(cues).stand_in(fold(text))


class _Cues:
    """Words or phrases of which one has to stand somewhere; Latin ones match whole words only."""

    def __init__(self, cues: Iterable[str]) -> None:
        self._cues = tuple(cues)

    @cached_property
    def _expressions(self) -> list[Expression]:
        parts = [_cue(fold(unicodedata.normalize("NFC", cue))) for cue in self._cues]
        return [
            Expression("|".join(parts[at : at + _CUES_TOGETHER]), _ROOMY)
            for at in range(0, len(parts), _CUES_TOGETHER)
        ]

    def stand_in(self, folded: str) -> bool:
        """Return whether one of them stands in a folded text."""
        whole = whole_characters(folded)
        return any(one.compiled.search(whole) is not None for one in self._expressions)


def _cue(cue: str) -> str:
    """Return a cue as an expression of RE2, which no number of gaps can hang."""
    blank = r"\s*" if has_cjk(cue) else r"\s+"
    whole, before = "", ""
    for part in (" ".join(piece.split()) for piece in cue.split(GAP)):
        edge_before = bool(_IN_WORD.match(before[-1:]))
        edge_after = bool(_IN_WORD.match(part[:1]))
        if not whole:
            whole = f"(?:^|{_OUTSIDE})" if edge_after else ""
        elif edge_before and edge_after:
            whole += f"{_OUTSIDE}(?:.*{_OUTSIDE})?"
        elif edge_before or edge_after:
            whole += f"(?:{_OUTSIDE}.*)?" if edge_before else f"(?:.*{_OUTSIDE})?"
        else:
            whole += ".*"
        whole += blank.join(map(re2.escape, part.split()))
        before = part
    return whole + (f"(?:{_OUTSIDE}|$)" if _IN_WORD.match(before[-1:]) else "")
