"""What has to stand in a text that speaks of something, such as "#ad" beside a partnership."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from smclassify.policy.hits import Hit
from smclassify.policy.phrases import Folded, Phrase, PhraseIndex
from smclassify.policy.schema import Required
from smclassify.text.batch import TextBatch

_WHOLE: Final = (0, 0)


class RequirementIndex:
    """All that a policy requires, looked for together.

    Parameters
    ----------
    requirements : sequence of Required
    """

    def __init__(self, requirements: Sequence[Required]) -> None:
        self.requirements = {one.name: one for one in requirements}
        self._when = _index((one.name, one.when) for one in requirements)
        self._enough = _index((one.name, (*one.phrases, *one.unless)) for one in requirements)

    def find(self, batch: TextBatch, folded: Folded) -> Iterator[Hit]:
        """Yield what lacks: where the text speaks of it, or the text as a whole."""
        if not self.requirements:
            return
        has = {(name, text) for name, text, _, _ in self._enough.find(batch, folded)}
        places: dict[tuple[str, int], tuple[int, int]] = {}
        for name, text, start, end in self._when.find(batch, folded):
            place = places.get((name, text), (start, end))
            places[name, text] = min(place, (start, end))
        for one in self.requirements.values():
            if not one.when:
                places.update(((one.name, text), _WHOLE) for text in range(len(batch)))
        for (name, text), (start, end) in places.items():
            languages = self.requirements[name].languages
            permitted = not languages or batch.languages[text] in languages
            if permitted and (name, text) not in has:
                yield Hit(name, text, start, end)


def _index(phrases: Iterable[tuple[str, Sequence[str]]]) -> PhraseIndex:
    return PhraseIndex(Phrase.compile(one, name) for name, many in phrases for one in many)
