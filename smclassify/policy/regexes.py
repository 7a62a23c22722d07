"""Finding regular expressions, in time proportional to the text.

RE2 (https://github.com/google/re2) takes no look-around and no back-references, and in
return no expression can hang it. Its filter tells, from the words that an expression cannot
match without, which few of many expressions are worth trying on a text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final

import re2

from smclassify.policy.fold import has_cjk, whole_characters
from smclassify.policy.rule import REGEX_OPTIONS
from smclassify.text.batch import TextBatch

_POTENTIAL: Final = True
_MOST_TOGETHER: Final = 200
"""Expressions in one filter. It is an automaton with a state for all that a text has held so far:
with many words that seldom come together, such as those of four languages, it has to make new
states all the time, which took four times as long as all else about the expressions."""

_MOST_HITS: Final = 1000
"""Of one expression in one text; looking for more could take time with the text's square."""

_Expression = tuple[str, Any]


class RegexIndex:
    """The regular expressions of all rules.

    Parameters
    ----------
    expressions : sequence of (rule, expression)
    """

    def __init__(self, expressions: Sequence[tuple[str, str]]) -> None:
        self._always: list[_Expression] = []
        self._filtered: list[tuple[re2.Filter, list[_Expression]]] = []
        latin = [one for one in expressions if not has_cjk(one[1])]
        for group in (latin, [one for one in expressions if has_cjk(one[1])]):
            for start in range(0, len(group), _MOST_TOGETHER):
                self._add(group[start : start + _MOST_TOGETHER])

    def _add(self, expressions: Sequence[tuple[str, str]]) -> None:
        """Make a filter of some expressions, or of each half where RE2 hasn't room for all."""
        made = re2.Filter()
        for _, expression in expressions:
            made.Add(expression, REGEX_OPTIONS)
        try:
            made.Compile()
        except re2.error:
            if len(expressions) == 1:
                self._always += [
                    (rule, re2.compile(one, REGEX_OPTIONS)) for rule, one in expressions
                ]
                return
            half = len(expressions) // 2
            self._add(expressions[:half])
            self._add(expressions[half:])
            return
        # The filter has compiled them already.
        compiled = [(rule, made.re(number)) for number, (rule, _) in enumerate(expressions)]
        self._filtered.append((made, compiled))

    def find(self, batch: TextBatch) -> Iterator[tuple[str, int, int, int]]:
        """Yield (rule, text, start, end) of every match that isn't empty."""
        if not self._always and not self._filtered:
            return
        joined = whole_characters(batch.joined)
        edges = zip(batch.starts.tolist(), batch.ends.tolist(), strict=True)
        for index, (begin, stop) in enumerate(edges):
            clean = joined[begin:stop]
            for rule, expression in self._worth_trying(clean):
                for match in islice(expression.finditer(clean), _MOST_HITS):
                    start, end = match.span()
                    if end > start:
                        yield rule, index, start, end

    def _worth_trying(self, text: str) -> list[_Expression]:
        worth = [*self._always]
        encoded = text.encode()  # once: the filters read bytes
        for made, compiled in self._filtered:
            worth += [compiled[number] for number in made.Match(encoded, _POTENTIAL) or ()]
        return worth
