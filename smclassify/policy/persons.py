"""People in a text, and what is said of them that is nobody else's business.

A name alone is no slip: posts thank, congratulate and quote. What is looked for is a name next
to a case (an order, a debt, a complaint), to an illness, to an order number or to a home
address. Names are told by what stands at them: a title, in Korean and Chinese a family name
and a title behind it. The words are data, ``persons.toml``; nothing here has learned anything.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import Final, NamedTuple

from smclassify.policy.automaton import Encoded, Words
from smclassify.policy.fold import fold, has_cjk
from smclassify.policy.hits import Hit
from smclassify.policy.phrases import fold_batch
from smclassify.policy.scan import texts_with_digits
from smclassify.policy.schema import Policy
from smclassify.text.batch import TextBatch

# --- words --------------------------------------------------------------------------------


@cache
def _lists() -> dict[str, dict[str, list[str]]]:
    text = files("smclassify.policy").joinpath("persons.toml").read_text("utf-8")
    lists: dict[str, dict[str, list[str]]] = tomllib.loads(text)
    return lists


def entries(name: str, *languages: str) -> list[str]:
    """Return a list of the file, of some languages or all."""
    return [
        word
        for language, words in _lists()[name].items()
        if not languages or language in languages
        for word in words
    ]


def any_of(words: Iterable[str]) -> str:
    """Return a regular expression for some words of the file."""
    longest_first = sorted(words, key=len, reverse=True)
    return "|".join(map(_one, longest_first))


def _one(word: str) -> str:
    inside = r"\s+".join(map(re.escape, word.split())).replace(r"\*", r"\w*")
    return inside if has_cjk(word) else rf"(?<!\w){inside}(?!\w)"


@cache
def words(name: str) -> re.Pattern[str]:
    """Return a list of the file, all languages, as a regular expression for folded text."""
    # In Chinese and Korean, letters may stand right beside "DM".
    return re.compile(any_of(map(fold, entries(name))))


# --- where the words stand ----------------------------------------------------------------

_INDEXED: Final = ("case", "health", "numbered", "street", "public", "data", "unpublished")
_LETTER: Final = re.compile(r"[0-9a-z\u00df-\u024f_]")

Marks = dict[int, list[tuple[int, int]]]
"""By text, where words of a list begin and end in it."""


class _Word(NamedTuple):
    whole: bool
    open_ended: bool
    lists: tuple[str, ...]


@cache
def _indexed() -> Words[list[_Word]]:
    lists: dict[str, set[str]] = {}
    for name in _INDEXED:
        for word in entries(name):
            lists.setdefault(fold(word), set()).add(name)
    found: dict[str, list[_Word]] = {}
    for word, names in lists.items():
        text = word.rstrip("*")
        one = _Word(not has_cjk(word), word.endswith("*"), tuple(names))
        found.setdefault(text, []).append(one)
    return Words(found)


def marks_of(batch: TextBatch) -> dict[str, Marks]:
    """Return where the words of each list stand; one pass over a batch, for all rules."""
    known: dict[str, Marks] | None = batch.memo.get(__name__)
    if known is None:
        known = batch.memo[__name__] = _marks(batch)
    return known


def _marks(batch: TextBatch) -> dict[str, Marks]:
    marks: dict[str, Marks] = {name: {} for name in _INDEXED}
    starts: list[int] = batch.starts.tolist()
    folded = fold_batch(batch).text
    for first, last, found in _indexed().find(Encoded.of(folded)):
        for word in found:
            if word.whole and (
                (first and _LETTER.match(folded, first - 1))
                or (not word.open_ended and _LETTER.match(folded, last + 1))
            ):
                continue
            text = bisect_right(starts, last) - 1
            place = first - starts[text], last + 1 - starts[text]
            for name in word.lists:
                marks[name].setdefault(text, []).append(place)
    return marks


class Sentence(NamedTuple):
    """A sentence of a batch.

    Attributes
    ----------
    text, start : int
        Which text, and where it begins in that.
    said : str
        The sentence.
    mark : tuple of int
        Where in it the first word of the list stands that was asked for first.
    """

    text: int
    start: int
    said: str
    mark: tuple[int, int]


def sentences_of(
    batch: TextBatch, *lists: str, within: Iterable[int] | None = None
) -> Iterator[Sentence]:
    """Yield the sentences that hold a word of each of some lists.

    Parameters
    ----------
    batch : TextBatch
    lists : str
        Names of lists of the file.
    within : iterable of int, optional
        Only these texts.
    """
    marks = [marks_of(batch)[name] for name in lists]
    rows = set.intersection(*(set(found) for found in marks))
    for text in sorted(rows if within is None else rows.intersection(within)):
        clean = batch.joined[int(batch.starts[text]) : int(batch.ends[text])]
        for match in _SENTENCE.finditer(clean):
            start, end = match.span()
            inside = [[m for m in found[text] if start <= m[0] < end] for found in marks]
            if all(inside):
                first, last = _first_together(inside[0])
                yield Sentence(text, start, match.group(), (first - start, last - start))


def _first_together(places: list[tuple[int, int]]) -> tuple[int, int]:
    """Return the first place with those that overlap it: "your number" and "account number"."""
    first, last = min(places)
    for start, end in sorted(places):
        if start < last:
            last = max(last, end)
    return first, last


# --- sentences and people -----------------------------------------------------------------

_SENTENCE: Final = re.compile(
    r"(?:[^.!?…。！？\n]|(?<=\bM)\.|(?<=\bMr)\.|(?<=\bMrs)\.|(?<=\bMs)\.|(?<=\bNo)\.|\.(?=\S))+"
)


_CAPITAL: Final = r"[A-ZÀ-ÖØ-Þ]"
_NAME: Final = rf"{_CAPITAL}[\w'’-]+"


_GIVEN: Final = r"(?![的了是在和位这那名个为来去有就都还也不没])[\u4e00-\u9fff]"


@cache
def _people() -> re.Pattern[str]:
    no_name = any_of(word.capitalize() for word in entries("no_name", "en", "fr"))
    korean = any_of(entries("no_name", "ko"))
    return re.compile(
        rf"(?<!\w)(?:(?:{'|'.join(entries('title'))})\.?|M\.)\s+(?:{_CAPITAL}\.\s*)?"
        rf"{_NAME}(?:\s+{_NAME}){{0,2}}"
        rf"|(?<!\w)(?:{'|'.join(entries('role'))})\s+(?!{no_name})(?P<role>{_NAME}\s+(?!{no_name}){_NAME})"
        rf"|(?<!\w)(?:{'|'.join(entries('greeting'))}),?\s+(?!{no_name})"
        rf"(?P<greeted>{_NAME}\s+(?!{no_name}){_NAME})(?=\s*[,!:])"
        rf"|(?<![가-힣])(?!{korean})(?:{'|'.join(entries('family_name', 'ko'))})[가-힣]{{1,2}}?"
        rf"\s?(?:{'|'.join(entries('title_behind', 'ko'))})(?!들|은행)"
        rf"|(?:{'|'.join(entries('family_name', 'zh'))}){_GIVEN}{{0,2}}?"
        rf"(?:{'|'.join(entries('title_behind', 'zh'))})"
    )


@cache
def _aged() -> re.Pattern[str]:
    """A name and an age: "Gilles Pradeau, 54 ans", "황인규(54)", "贺春梅，58岁"."""
    return re.compile(
        rf"(?<!\w){_NAME}\s+{_NAME}(?:,\s|\s?\()\d{{1,2}}(?:\s?ans|\)|,)"
        rf"|(?<![가-힣])(?:{'|'.join(entries('family_name', 'ko'))})[가-힣]{{2}}\s?(?:님|씨)?\s?"
        r"\(\d{2}(?:세)?\)"
        rf"|(?:{'|'.join(entries('family_name', 'zh'))}){_GIVEN}{{1,2}}[，,（(]\s?\d{{1,2}}岁"
    )


def people(sentence: Sentence, *, aged: bool = False) -> Iterator[tuple[int, int]]:
    """Yield where in its text the persons stand that a sentence names."""
    # A Latin name needs its capitals, a Chinese one the simplified family name.
    forms = {sentence.said, fold(sentence.said)} if has_cjk(sentence.said) else {sentence.said}
    for pattern in (_people(), _aged()) if aged else (_people(),):
        for match in chain.from_iterable(map(pattern.finditer, sorted(forms))):
            at = match.lastgroup or 0
            yield sentence.start + match.start(at), sentence.start + match.end(at)


# --- recognisers --------------------------------------------------------------------------


class CustomerNameRecognizer:
    """A customer's name next to a case: an order, a debt, a complaint, an appointment."""

    rule = "customer-name"
    label = "off_policy"
    reason = "privacy"
    severity = "warn"

    def find(self, batch: TextBatch, policy: Policy) -> Iterator[Hit]:
        """Return the names; the company's policy has no say here."""
        for sentence in sentences_of(batch, "case"):
            for start, end in people(sentence):
                yield Hit(self.rule, sentence.text, start, end, score=0.7)


class HealthDataRecognizer:
    """A named person's health."""

    rule = "health-data"
    label = "off_policy"
    reason = "privacy"
    severity = "warn"

    def find(self, batch: TextBatch, policy: Policy) -> Iterator[Hit]:
        """Return the names and what is said of them; the company's policy has no say here."""
        for sentence in sentences_of(batch, "health"):
            if words("health_elsewhere").search(fold(sentence.said)):
                continue
            first, last = (sentence.start + place for place in sentence.mark)
            for start, end in people(sentence, aged=True):
                span = min(start, first), max(end, last)
                yield Hit(self.rule, sentence.text, *span, score=0.7)


@cache
def _order_number() -> re.Pattern[str]:
    return re.compile(
        rf"(?:{any_of(entries('numbered'))})"
        r"(?:\s+(?:number|no\.?|n°|nº|numéro|ref(?:erence)?|ending(?: in)?|finissant par))?"
        r"\s*[:#(n°]*\s*(?P<number>(?=[a-z0-9-]*[0-9]{3})[a-z0-9][a-z0-9-]{3,24})(?![a-z0-9%])"
    )


class OrderNumberRecognizer:
    """An order, account or booking number next to a person's name."""

    rule = "order-number"
    label = "off_policy"
    reason = "privacy"
    severity = "warn"

    def find(self, batch: TextBatch, policy: Policy) -> Iterator[Hit]:
        """Return the numbers; the company's policy has no say here."""
        numbered = texts_with_digits(batch, 3)
        for sentence in sentences_of(batch, "numbered", within=numbered):
            for match in _order_number().finditer(fold(sentence.said)):
                if any(people(sentence)):
                    first, last = (sentence.start + place for place in match.span("number"))
                    yield Hit(self.rule, sentence.text, first, last, score=0.8)


_ADDRESS: Final = re.compile(
    rf"(?<![\w.,-])\d{{1,4}}[A-Za-z]?,?\s+(?:{_NAME}\s+){{1,3}}"
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Close|Crescent|Court|Terrace|Way|Gardens|Grove)\b"
    r"|(?<![\w.,-])\d{1,4}(?:\s?(?:bis|ter))?,?\s+(?:rue|avenue|boulevard|bd|allée|chemin|impasse|"
    rf"quai|route|square)\s+(?:de\s+la\s+|de\s+l['’]|d['’]|des?\s+|du\s+)?{_NAME}"
    r"|[가-힣]{1,8}(?:로|길)\s?\d{1,4}(?:번길|길)?\s?\d{0,4}(?:-\d{1,4})?,?\s?"
    r"(?:[가-힣]{2,10}\s?)?(?:\d{1,4}동\s?)?\d{1,4}호"
    r"|\d{2,4}동\s?\d{3,4}호"
    r"|\d{1,4}(?:号楼?|號樓?|栋|棟|幢|座)\s?(?:[\d一二三四五六七八九十]{1,3}单元)?\s?\d{3,4}(?:室|号|號|户)?"
    r"|\d{1,3}[栋棟幢-]\d{1,2}-\d{3,4}"
)


class PostalAddressRecognizer:
    """Where a person lives: an address next to a name, or to words for a home or a parcel."""

    rule = "postal-address"
    label = "off_policy"
    reason = "privacy"
    severity = "warn"

    def find(self, batch: TextBatch, policy: Policy) -> Iterator[Hit]:
        """Return the addresses; the company's policy has no say here."""
        numbered = texts_with_digits(batch, 1)
        for sentence in sentences_of(batch, "street", within=numbered):
            for match in _ADDRESS.finditer(sentence.said):
                home = words("home").search(fold(sentence.said))
                if home or any(people(sentence, aged=True)):
                    first, last = (sentence.start + place for place in match.span())
                    yield Hit(self.rule, sentence.text, first, last, score=0.7)
