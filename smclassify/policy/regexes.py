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

from smclassify.policy.fold import whole_characters
from smclassify.policy.rule import REGEX_OPTIONS
from smclassify.text.batch import TextBatch

_POTENTIAL: Final = True
_MOST_TOGETHER: Final = 1000
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
        for start in range(0, len(expressions), _MOST_TOGETHER):
            self._add(expressions[start : start + _MOST_TOGETHER])

    def _add(self, expressions: Sequence[tuple[str, str]]) -> None:
        """Make a filter of some expressions, or of each half where RE2 hasn't room for all."""
        made = re2.Filter()
        for _, expression in expressions:
            made.Add(expression, REGEX_OPTIONS)
        compiled = [(rule, re2.compile(one, REGEX_OPTIONS)) for rule, one in expressions]
        try:
            made.Compile()
        except re2.error:
            if len(expressions) == 1:
                self._always += compiled
                return
            half = len(expressions) // 2
            self._add(expressions[:half])
            self._add(expressions[half:])
            return
        self._filtered.append((made, compiled))

    def find(self, batch: TextBatch) -> Iterator[tuple[str, int, int, int]]:
        """Yield (rule, text, start, end) of every match that isn't empty."""
        if not self._always and not self._filtered:
            return
        for index, text in enumerate(batch.texts):
            clean = whole_characters(text)
            for rule, expression in self._worth_trying(clean):
                for match in islice(expression.finditer(clean), _MOST_HITS):
                    if match.end() > match.start():
                        yield rule, index, match.start(), match.end()

    def _worth_trying(self, text: str) -> Iterator[_Expression]:
        yield from self._always
        for made, compiled in self._filtered:
            for number in made.Match(text, _POTENTIAL) or ():
                yield compiled[number]
