"""What else tells the language of a text, on the same texts: texts a second, and how often right.

A set's name tells the language of its texts; those honestly in another count as wrong for all.
Right answers are counted on texts of every set and on as many of fewer than 20 characters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import Final

from benchmarks.speed.measuring import Figures, Measure, Setting, over
from benchmarks.speed.texts import SHORT, Supply, told_by_file
from smclassify.text.batch import TextBatch

PART: Final = "languages"
RIGHT: Final = "how often the language is right"
OURS: Final = "ours, the step alone"
OURS_TOGETHER: Final = "ours, with normalising"
LANGDETECT: Final = "langdetect"
LINGUA: Final = "lingua"
LINGUA_FOUR: Final = "lingua, told that it is one of our four"
PY3LANGID: Final = "py3langid"
NAMES: Final = (OURS, OURS_TOGETHER, LANGDETECT, LINGUA, LINGUA_FOUR, PY3LANGID)
_INSTALL: Final = "not installed: pip install -e '.[compare]'"
_BATCH: Final = 2_000
"""How many texts the program gives its own step at a time."""

_TOLD: Final = 120
"""Texts of each set whose language is asked, and as many short ones."""

Teller = Callable[[Sequence[str]], list[str]]
"""Gives the codes of the languages of texts."""


@dataclass(frozen=True)
class Peer:
    """Something that tells languages, and how many texts take it a second or less."""

    name: str
    tell: Teller
    block: int


def peers(notes: dict[str, str]) -> Iterator[Peer]:
    """Yield what is installed; note what is not."""
    for package, names, made in (
        ("langdetect", (LANGDETECT,), _langdetect),
        ("lingua", (LINGUA, LINGUA_FOUR), _linguas),
        ("py3langid", (PY3LANGID,), _py3langid),
    ):
        if find_spec(package) is None:
            notes.update(dict.fromkeys(names, _INSTALL))
        else:
            yield from made()


def _langdetect() -> Iterator[Peer]:
    from langdetect import DetectorFactory

    from benchmarks.language import ask_langdetect

    DetectorFactory.seed = 0
    yield Peer(LANGDETECT, ask_langdetect, 150)


def _linguas() -> Iterator[Peer]:
    from lingua import Language as Known
    from lingua import LanguageDetector, LanguageDetectorBuilder

    def telling(detector: LanguageDetector) -> Teller:
        def tell(texts: Sequence[str]) -> list[str]:
            found = map(detector.detect_language_of, texts)
            return [one.iso_code_639_1.name.lower() if one else "unknown" for one in found]

        return tell

    of_all = LanguageDetectorBuilder.from_all_languages()
    of_four = LanguageDetectorBuilder.from_languages(
        Known.ENGLISH, Known.FRENCH, Known.KOREAN, Known.CHINESE
    )
    for name, builder, block in ((LINGUA, of_all, 500), (LINGUA_FOUR, of_four, 4_000)):
        yield Peer(name, telling(builder.with_preloaded_language_models().build()), block)


def _py3langid() -> Iterator[Peer]:
    import py3langid

    yield Peer(PY3LANGID, lambda texts: [py3langid.classify(text)[0] for text in texts], 1_000)


def ours(together: bool) -> Callable[[Sequence[str]], Figures]:
    """Return what measures our own step, with normalising or without."""
    from smclassify.text.language import LanguageDetector
    from smclassify.text.normalize import normalize

    detector = LanguageDetector()

    def detect_all(batches: Sequence[TextBatch]) -> None:
        for batch in batches:
            detector.detect(batch)

    def measure(texts: Sequence[str]) -> Figures:
        parts = [texts[at : at + _BATCH] for at in range(0, len(texts), _BATCH)]
        if together:
            return over(texts, lambda _: detect_all(list(map(normalize, parts))))
        batches = list(map(normalize, parts))
        return over(texts, lambda _: detect_all(batches))

    return measure


def _ours_tell(texts: Sequence[str]) -> list[str]:
    from smclassify.text.language import LanguageDetector
    from smclassify.text.normalize import normalize

    return list(LanguageDetector().detect(normalize(texts)).codes)


def measures(setting: Setting, supply: Supply, notes: dict[str, str]) -> list[Measure]:
    """Return what is measured: the speed of each in every round, how often it is right once."""
    everybody = list(peers(notes))
    told = list(told_by_file(setting.folder, max(int(_TOLD * setting.block), 1)))
    found = [
        Measure(RIGHT, name, partial(_right, tell, told), rounds=1)
        for name, tell in [(OURS, _ours_tell), *((one.name, one.tell) for one in everybody)]
    ]
    for group in supply.groups:
        block = max(int(5 * _BATCH * setting.block), 10)
        for name, measure in ((OURS, ours(False)), (OURS_TOGETHER, ours(True))):
            measure(supply.take(name, group, 10))
            work = partial(_fresh, measure, supply, name, group, block)
            found.append(Measure(PART, name, work, group, setting.rounds))
        for one in everybody:
            one.tell(supply.take(one.name, group, 10))
            block = max(int(one.block * setting.block), 10)
            work = partial(_fresh, partial(over, work=one.tell), supply, one.name, group, block)
            found.append(Measure(PART, one.name, work, group, setting.rounds))
    return found


def _fresh(
    measure: Callable[[Sequence[str]], Figures], supply: Supply, name: str, group: str, block: int
) -> Figures:
    return measure(supply.take(name, group, block))


def _right(tell: Teller, told: Sequence[tuple[str, str]]) -> Figures:
    """Return the shares of right answers: of all texts, of short ones."""
    answers = tell([text for _, text in told])
    right = [
        (answer == language, len(text) < SHORT)
        for answer, (language, text) in zip(answers, told, strict=True)
    ]
    short = [hit for hit, is_short in right if is_short]
    figures = {"all": sum(hit for hit, _ in right) / len(right), "n": len(right)}
    return figures | ({"short": sum(short) / len(short), "n short": len(short)} if short else {})
