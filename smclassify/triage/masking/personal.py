"""Personal data in the cells of an export: where it stands, and what to write in its place.

A draft is checked for somebody's data that slipped in, and the policy's recognisers are careful
not to cry wolf there. Here it is the other way round: whatever looks like personal data is
masked. So what the recognisers find is only a part; the rest is told by its shape
(:mod:`smclassify.triage.masking.shapes`) or by the word before it (``personal.toml`` and
:mod:`smclassify.triage.masking.announced`).
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

import ahocorasick

from smclassify.policy.credentials import PasswordRecognizer, SecretKeyRecognizer
from smclassify.policy.fold import decoded, fold_codes, has_cjk
from smclassify.policy.numbers import (
    CardRecognizer,
    ChineseIdRecognizer,
    IbanRecognizer,
    KoreanIdRecognizer,
    NationalIdRecognizer,
)
from smclassify.policy.persons import (
    HealthDataRecognizer,
    Sentence,
    entries,
    people,
)
from smclassify.policy.schema import Policy
from smclassify.text.batch import TextBatch
from smclassify.text.normalize import normalize
from smclassify.text.prepare import parts
from smclassify.triage.cellfacts import account_key
from smclassify.triage.masking.announced import AFTER
from smclassify.triage.masking.shapes import ANYWHERE, MENTION, NUMBERED, PROFILE

NAME: Final = "[name]"
ACCOUNT: Final = "[account]"
MASKS: Final = {
    "phone": "[phone]",
    "number": "[number]",
    "card": "[card]",
    "id": "[id number]",
    "code": "[secret]",
    "password": "[secret]",
    "account": ACCOUNT,
    "birth": "[date of birth]",
    "address": "[address]",
    "name": NAME,
    "self": NAME,
}
"""What is written in place of what follows a word of ``personal.toml``."""

_OF_NUMBERS: Final = (
    (CardRecognizer(), "[card]"),
    (IbanRecognizer(), "[bank account]"),
    (KoreanIdRecognizer(), "[id number]"),
    (ChineseIdRecognizer(), "[id number]"),
    (NationalIdRecognizer(), "[id number]"),
)
_OF_WORDS: Final = (
    (SecretKeyRecognizer(), "[secret]"),
    (PasswordRecognizer(), "[secret]"),
    (HealthDataRecognizer(), "[health]"),
)

_NO_POLICY: Final = Policy()
_MOST_TEXTS: Final = 20_000
_MOST_CHARACTERS: Final = 2_000_000
_HARMLESS: Final = re.compile(
    r".{0,3}|\d{0,6}|1[6-9]\d{15,}"
    r"|\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?)?",
    re.ASCII,
)
"""Cells not worth a look, of which exports are full: times, counts, posts' long numbers."""

_LETTER: Final = re.compile(r"[0-9a-z\u00df-\u024f_]")


class Found(NamedTuple):
    """Personal data: where it is in a text as it came, and what to write in its place."""

    start: int
    end: int
    mask: str


class _Place(NamedTuple):
    """The same in a batch's clean texts, from the beginning of all of them."""

    start: int
    end: int
    mask: str


def find_personal(
    texts: Sequence[str], keep: frozenset[str] = frozenset()
) -> list[tuple[Found, ...]]:
    """Find the personal data in texts; each text for itself, whatever stands beside it.

    Parameters
    ----------
    texts : sequence of str, length n
    keep : frozenset of str
        Accounts that are nobody's private ones, as :func:`.cellfacts.account_key` writes them.

    Returns
    -------
    list of tuple of Found, length n
        In order; none overlap.
    """
    found: list[tuple[Found, ...]] = [()] * len(texts)
    worth = [place for place, text in enumerate(texts) if not _HARMLESS.fullmatch(text)]
    read = [texts[place] for place in worth]
    for part in parts(read, _MOST_TEXTS, _MOST_CHARACTERS):
        for place, one in zip(worth[part], _find_in(normalize(read[part]), keep), strict=True):
            found[place] = one
    return found


def _find_in(batch: TextBatch, keep: frozenset[str]) -> list[tuple[Found, ...]]:
    of_text: list[list[Found]] = [[] for _ in range(len(batch))]
    starts: list[int] = batch.starts.tolist()
    for place in _places(batch, starts, keep):
        text = bisect_right(starts, place.start) - 1
        base = starts[text]
        span = batch.original_span(text, place.start - base, place.end - base)
        of_text[text].append(Found(*span, place.mask))
    return [joined(found) if found else () for found in of_text]


def joined(found: Iterable[Found]) -> tuple[Found, ...]:
    """Put together what overlaps: the mask is that of the one that reaches furthest from its start.

    Parameters
    ----------
    found : iterable of Found
        In any order.
    """
    whole: list[Found] = []
    longest = 0
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        length = one.end - one.start
        if whole and one.start < whole[-1].end:
            last = whole[-1]
            mask = one.mask if length > longest else last.mask
            whole[-1] = Found(last.start, max(last.end, one.end), mask)
            longest = max(longest, length)
        else:
            whole.append(one)
            longest = length
    return tuple(whole)


def _places(batch: TextBatch, starts: list[int], keep: frozenset[str]) -> Iterator[_Place]:
    for shape in ANYWHERE:
        for match in shape.matches(batch):
            yield _Place(*match.span(shape.group), shape.mask)
    yield from _accounts(batch, keep)
    titled: set[int] = set()
    for kind, last in _cues(batch):
        text = bisect_right(starts, last - 1) - 1
        if kind == _TITLE:
            titled.add(text)
        elif value := AFTER[kind].match(batch.joined, last, int(batch.ends[text])):
            yield _Place(*value.span("value"), MASKS[kind])
    for text in sorted(titled):
        said = batch.joined[starts[text] : int(batch.ends[text])]
        for first, last in people(Sentence(text, starts[text], said, (0, 0)), aged=True):
            yield _Place(first, last, NAME)
    for words, mask in _OF_WORDS:
        for hit in words.find(batch, _NO_POLICY):
            base = starts[hit.text]
            yield _Place(base + hit.start, base + hit.end, mask)
    yield from _numbers(batch, starts)


def _numbers(batch: TextBatch, starts: list[int]) -> Iterator[_Place]:
    rows = sorted({bisect_right(starts, at.start()) - 1 for at in NUMBERED.matches(batch)})
    some = batch.take(rows)
    for numbers, mask in _OF_NUMBERS:
        for hit in numbers.find(some, _NO_POLICY):
            base = starts[rows[hit.text]]
            yield _Place(base + hit.start, base + hit.end, mask)


# --- accounts -----------------------------------------------------------------------------


def _accounts(batch: TextBatch, keep: frozenset[str]) -> Iterator[_Place]:
    for shape in (MENTION, PROFILE):
        for match in shape.matches(batch):
            if not is_kept(match["value"], keep):
                yield _Place(*match.span("value"), shape.mask)


_ENDS_HERE: Final = re.compile(r"[a-z0-9_.\-]+")


def is_kept(name: str, keep: frozenset[str]) -> bool:
    """Return whether an account is one of those that are kept.

    Korean and Chinese words may stand right behind a name in Latin letters: "@roveo야".
    """
    key = account_key(name)
    if key in keep:
        return True
    latin = _ENDS_HERE.match(key)
    return latin is not None and latin.end() < len(key) and latin[0] in keep


# --- words before personal data -------------------------------------------------------------

_TITLE: Final = "title"


class _Cue(NamedTuple):
    length: int
    whole: bool
    kind: str


@cache
def _automaton() -> ahocorasick.Automaton:
    text = files("smclassify.triage.masking").joinpath("personal.toml").read_text("utf-8")
    lists: dict[str, dict[str, list[str]]] = tomllib.loads(text)
    words = [(word, kind) for kind, by in lists.items() for some in by.values() for word in some]
    for name in ("title", "title_behind", "role", "greeting"):
        words += [(word.lower(), _TITLE) for word in entries(name)]
    # An age in brackets, "M. Roche" and "54 ans" name people too.
    words += [(word, _TITLE) for word in ("m.", "ans", "岁", "세)", "),", ")")]
    cues: dict[str, set[_Cue]] = {}
    for word, kind in words:
        whole = word[0].isalpha() and not has_cjk(word)
        cues.setdefault(word, set()).add(_Cue(len(word), whole, kind))
    automaton = ahocorasick.Automaton()
    for word, some in cues.items():
        automaton.add_word(word, sorted(some))
    automaton.make_automaton()
    return automaton


def _cues(batch: TextBatch) -> Iterator[tuple[str, int]]:
    """Yield what each such word announces, and where in the batch it ends."""
    folded = decoded(fold_codes(batch.codes))
    for last, cues in _automaton().iter(folded):
        for cue in cues:
            first = last + 1 - cue.length
            glued = cue.whole and (
                (first > 0 and _LETTER.match(folded, first - 1))
                or (cue.kind != _TITLE and _LETTER.match(folded, last + 1))
            )
            if not glued:
                yield cue.kind, last + 1
