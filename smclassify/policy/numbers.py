"""Numbers that prove themselves by a check digit: cards, accounts, identity numbers.

What such a number looks like and how it is checked is for Presidio and ``python-stdnum`` to
know (:mod:`smclassify.policy.presidio_numbers`). Here it is decided which texts are worth
asking about, and what a finding weighs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Final

from smclassify.policy.fold import fold
from smclassify.policy.hits import Hit
from smclassify.policy.scan import texts_with_digits
from smclassify.policy.schema import Policy
from smclassify.text.batch import TextBatch

if TYPE_CHECKING:
    from smclassify.policy.presidio_numbers import Found

_WARN: Final = "warn"


def _texts(batch: TextBatch, digits: int, shape: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """Yield the texts with so many digits and something of a shape; Presidio reads the rest."""
    for text in texts_with_digits(batch, digits):
        start, end = int(batch.starts[text]), int(batch.ends[text])
        if shape.search(batch.joined, start, end):
            yield text, batch.joined[start:end]


def _hits(
    rule: str, texts: Iterable[tuple[int, str]], find: Callable[[str], Iterator[Found]]
) -> Iterator[Hit]:
    for text, clean in texts:
        for found in find(clean):
            yield Hit(rule, text, found.start, found.end)


_CARD: Final = re.compile(r"\d(?:[ -]?\d){14}", re.ASCII)


class CardRecognizer:
    """A payment card number: an issuer's prefix, a card's grouping, a right check digit."""

    rule = "card-number"
    label = "off_policy"
    reason = "privacy"
    severity = "block"

    def find(self, batch: TextBatch, policy: Policy) -> Iterator[Hit]:
        """Return the card numbers; the company's policy has no say here."""
        yield from _hits(self.rule, _texts(batch, 15, _CARD), self._cards)

    @staticmethod
    def _cards(text: str) -> Iterator[Found]:
        from smclassify.policy.presidio_numbers import card, found_by

        for found in found_by(card(), text):
            if len(set(re.sub(r"\D", "", text[found.start : found.end]))) > 1:
                yield found


_IBAN: Final = re.compile(r"[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11}", re.ASCII)


class IbanRecognizer:
    """A bank account number with right check digits."""

    rule = "iban"
    label = "off_policy"
    reason = "privacy"
    severity = "warn"

    def find(self, batch: TextBatch, policy: Policy) -> Iterator[Hit]:
        """Return the account numbers; the company's policy has no say here."""
        yield from _hits(self.rule, _texts(batch, 8, _IBAN), self._accounts)

    @staticmethod
    def _accounts(text: str) -> Iterator[Found]:
        from smclassify.policy.presidio_numbers import found_by, iban

        return found_by(iban(), text)


_KOREAN_ID: Final = re.compile(r"\d{6}-?[1-8]\d{6}", re.ASCII)


class KoreanIdRecognizer:
    """A Korean resident (or foreigner) registration number."""

    rule = "korean-resident-number"
    label = "off_policy"
    reason = "privacy"
    severity = "block"

    def find(self, batch: TextBatch, policy: Policy) -> Iterator[Hit]:
        """Return the registration numbers; the company's policy has no say here."""
        for text, clean in _texts(batch, 13, _KOREAN_ID):
            for found in self._numbers(clean):
                # Thirteen digits in a row are too common to go without the check digit.
                if found.proven or "-" in clean[found.start : found.end]:
                    score = 1.0 if found.proven else 0.8
                    yield Hit(self.rule, text, found.start, found.end, score=score)

    @staticmethod
    def _numbers(text: str) -> Iterator[Found]:
        from smclassify.policy.presidio_numbers import found_by, korean

        for recognizer in korean():
            yield from found_by(recognizer, text)


_CHINESE_ID: Final = re.compile(r"\d{6}(?:19|20)\d{9}[\dXx]", re.ASCII)


class ChineseIdRecognizer:
    """A Chinese resident identity number."""

    rule = "chinese-resident-id"
    label = "off_policy"
    reason = "privacy"
    severity = "block"

    def find(self, batch: TextBatch, policy: Policy) -> Iterator[Hit]:
        """Return the identity numbers; the company's policy has no say here."""
        yield from _hits(self.rule, _texts(batch, 17, _CHINESE_ID), self._numbers)

    @staticmethod
    def _numbers(text: str) -> Iterator[Found]:
        from smclassify.policy.presidio_numbers import chinese, found_by

        return found_by(chinese(), text)


_SELF_EVIDENT: Final = re.compile(
    r"(?<![\w-])(?:"
    r"\d{3}-\d\d-\d{4}"  # United States
    r"|[A-Z]{2} \d\d \d\d \d\d [A-D]"  # United Kingdom
    r"|[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[ABab]) ?\d{3} ?\d{3} ?\d{2}"  # France
    r"|[A-Za-z]{6}\d{2}[A-Za-z]\d{2}[A-Za-z]\d{3}[A-Za-z]"  # Italy
    r"|[A-Z]{1,2}\d{6}\([\dA]\)"  # Hong Kong
    r")(?!\w)",
    re.ASCII,
)
_SPOKEN_OF: Final = re.compile(
    r"(?<![a-z])(?:ssn|social security|itin|nino|ni n(?:umber|o)|national insurance|nhs|"
    r"codice fiscale|dni|nif|nie|steuer|idnr|ausweis|personalausweis|rentenversicherung|"
    r"sozialversicherung|svnr|pesel|aadhaa?r|uidai|pan (?:card|no)|nric|fin n|social insurance|"
    r"sin (?:no|num|card)|assurance sociale|national id|id (?:card|number|no)|identity|tax|"
    r"num[eé]ro fiscal|carte d'identit|pi[eè]ce d'identit|hkid)"
    r"|신분증|등록번호|身份证|身分证|证件号|统一编号|居留证"
)
_NUMBER: Final = re.compile(r"\d(?:[ .-]?[0-9A-Z]){6}|\d{6}\([\dA]\)", re.ASCII)
_REACH: Final = 40


class NationalIdRecognizer:
    """A number that a state gives a person: social security, tax, identity card.

    Numbers that nothing else looks like are believed as they stand, the others next to a word
    that says what they are.
    """

    rule = "national-id"
    label = "off_policy"
    reason = "privacy"
    severity = "block"

    def find(self, batch: TextBatch, policy: Policy) -> Iterator[Hit]:
        """Return the numbers, with their country; the company's policy has no say here."""
        for text, clean in _texts(batch, 6, _NUMBER):
            spoken_of = _SPOKEN_OF.search(fold(clean)) is not None
            if spoken_of or _SELF_EVIDENT.search(clean):
                yield from self._numbers(text, clean, spoken_of=spoken_of)

    def _numbers(self, text: int, clean: str, *, spoken_of: bool) -> Iterator[Hit]:
        from smclassify.policy.presidio_numbers import found_by, kinds

        folded = fold(clean)
        for kind in kinds():
            if kind.alone is None and not spoken_of:
                continue
            for found in found_by(kind.recognizer, clean):
                alone = kind.believed(clean[found.start : found.end], proven=found.proven)
                near = folded[max(0, found.start - _REACH) : found.end + _REACH // 2]
                if alone or kind.cues.search(near):
                    yield Hit(
                        self.rule,
                        text,
                        found.start,
                        found.end,
                        details={"country": kind.country},
                        severity="" if found.proven or alone else _WARN,
                        score=1.0 if found.proven else 0.8,
                    )
