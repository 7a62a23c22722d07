"""Presidio's recognisers of numbers, and those it lacks in the same form.

Presidio (https://microsoft.github.io/presidio/) brings the shape of a number and, where the
number has them, its check digits; ``python-stdnum`` brings the check digits of the others.
Neither needs a trained model or a connection here: the recognisers are asked one by one.

Importing Presidio takes a while. So this module is imported inside functions, and only once
a text holds a number that is worth asking about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

import regex
from presidio_analyzer import Pattern, PatternRecognizer
from presidio_analyzer.predefined_recognizers import (
    CaSinRecognizer,
    CreditCardRecognizer,
    DeIdCardRecognizer,
    DeSocialSecurityRecognizer,
    DeTaxIdRecognizer,
    EsNieRecognizer,
    EsNifRecognizer,
    IbanRecognizer,
    InAadhaarRecognizer,
    InPanRecognizer,
    ItFiscalCodeRecognizer,
    KrFrnRecognizer,
    KrRrnRecognizer,
    NhsRecognizer,
    PlPeselRecognizer,
    SgFinRecognizer,
    UkNinoRecognizer,
    UsItinRecognizer,
    UsSsnRecognizer,
)
from stdnum.cn import ric
from stdnum.exceptions import ValidationError
from stdnum.fr import nir
from stdnum.kr import rrn


@dataclass(frozen=True, slots=True)
class Found:
    """A number that a recogniser vouches for.

    Attributes
    ----------
    start, end : int
        Where it is in the text.
    proven : bool
        Whether its check digits say so, not its shape alone.
    """

    start: int
    end: int
    proven: bool


def found_by(recognizer: PatternRecognizer, text: str) -> Iterator[Found]:
    """Yield what one of Presidio's recognisers finds in a text, where it stands alone."""
    for result in recognizer.analyze(text, recognizer.supported_entities, None) or ():
        if not _GLUED_BEFORE.search(text[max(0, result.start - 2) : result.start]) and not (
            _GLUED_BEHIND.match(text, result.end)
        ):
            yield Found(result.start, result.end, result.score >= 1.0)


_GLUED_BEFORE: Final = re.compile(r"(?:[\w+#/=@-]|\d[.,])$", re.ASCII)
_GLUED_BEHIND: Final = re.compile(r"[\w*@-]|[.,/:]\d", re.ASCII)
"""What makes a number a part of something longer: a link, a code, a price."""


def _beside_any_letter(recognizer: PatternRecognizer) -> PatternRecognizer:
    """Let Chinese and Korean letters stand right beside a number, as they do."""
    recognizer.global_regex_flags |= regex.ASCII
    return recognizer


# --- cards and accounts -------------------------------------------------------------------

_CARD: Final = (
    r"(?<![\w.,+#/-])(?:"
    r"(?:4\d{3}|5[1-5]\d{2}|2[2-7]\d{2}|6011|6[245]\d{2}|35\d{2})([ -]?)\d{4}\1\d{4}\1\d{4}"
    r"|3[47]\d{2}([ -]?)\d{6}\2\d{5}"
    r"|62\d{15,17}"
    r")(?![\d*]|[-.,/ ]?\d)(?![A-Za-z_])"
)
"""An issuer's prefix and a card's grouping: Presidio's own pattern takes any 12 digits."""


@cache
def card() -> PatternRecognizer:
    """Return the recogniser of payment cards."""
    shape = Pattern("an issuer's prefix and grouping", _CARD, 0.3)
    return _beside_any_letter(CreditCardRecognizer(patterns=[shape]))


@cache
def iban() -> PatternRecognizer:
    """Return the recogniser of bank accounts."""
    return _beside_any_letter(IbanRecognizer())


# --- Korea and China ----------------------------------------------------------------------


def _born(number: str) -> bool:
    try:
        return bool(rrn.get_birth_date(number, allow_future=False))
    except ValidationError:
        return False


class _KoreanResident(KrRrnRecognizer):
    """Presidio's, with the day of birth checked as well."""

    def validate_result(self, pattern_text: str) -> bool | None:
        return super().validate_result(pattern_text) if _born(pattern_text) else False


class _KoreanForeigner(KrFrnRecognizer):
    """Presidio's, with the day of birth checked as well."""

    def validate_result(self, pattern_text: str) -> bool | None:
        return super().validate_result(pattern_text) if _born(pattern_text) else False


class _ChineseResident(PatternRecognizer):
    """The resident identity card of China (GB 11643-1999); check digit by ``stdnum.cn.ric``.

    Its table of places isn't asked: cards keep the code of a place that is no more.
    """

    PATTERNS: Final = [
        Pattern(
            "province, place, day of birth, serial number, check digit",
            r"(?<![A-Za-z0-9_.])(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[123])\d{4}"
            r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]",
            0.5,
        )
    ]

    def __init__(self) -> None:
        super().__init__("CN_RIC", supported_language="zh", patterns=self.PATTERNS)

    def validate_result(self, pattern_text: str) -> bool:
        number = ric.compact(pattern_text)
        try:
            born = ric.get_birth_date(number)
        except ValidationError:
            return False
        return bool(born < date.today() and number[-1].upper() == ric.calc_check_digit(number))


@cache
def korean() -> tuple[PatternRecognizer, ...]:
    """Return the recognisers of Korean residents' and foreigners' registration numbers."""
    return _beside_any_letter(_KoreanResident()), _beside_any_letter(_KoreanForeigner())


@cache
def chinese() -> PatternRecognizer:
    """Return the recogniser of Chinese resident identity numbers."""
    return _beside_any_letter(_ChineseResident())


# --- other countries ----------------------------------------------------------------------


class _FrenchNir(PatternRecognizer):
    """The French social security number; its key by ``stdnum.fr.nir``."""

    PATTERNS: Final = [
        Pattern(
            "sex, year, month, place, serial number, key",
            r"(?<!\d[ .])[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?"
            r"\d{2}(?! ?\d)",
            0.5,
        )
    ]

    def __init__(self) -> None:
        super().__init__("FR_NIR", supported_language="fr", patterns=self.PATTERNS)

    def validate_result(self, pattern_text: str) -> bool:
        return bool(nir.is_valid(pattern_text))


class _TaiwaneseId(PatternRecognizer):
    """The national identification number of Taiwan; no library has its check digit."""

    PATTERNS: Final = [Pattern("letter, sex, digits", r"(?<!\w)[A-Z][1289]\d{8}(?!\w)", 0.5)]
    _LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVXYWZIO"

    def __init__(self) -> None:
        super().__init__("TW_ID", supported_language="zh", patterns=self.PATTERNS)

    def validate_result(self, pattern_text: str) -> bool:
        place = self._LETTERS.index(pattern_text[0].upper()) + 10
        digits = [place // 10, place % 10, *map(int, pattern_text[1:])]
        weights = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)
        return sum(a * b for a, b in zip(digits, weights, strict=True)) % 10 == 0


class _HongKongId(PatternRecognizer):
    """The identity card of Hong Kong; no library has its check digit."""

    PATTERNS: Final = [
        Pattern("letters, digits, check digit", r"(?<!\w)[A-Z]{1,2}\d{6}\(?[\dA]\)?(?!\w)", 0.5)
    ]

    def __init__(self) -> None:
        super().__init__("HK_ID", supported_language="zh", patterns=self.PATTERNS)

    def validate_result(self, pattern_text: str) -> bool:
        number = re.sub(r"[()]", "", pattern_text.upper())
        values = [int(character, 36) for character in number]
        padded = values if len(values) == 9 else [36, *values]
        return sum(a * b for a, b in zip(padded, range(9, 0, -1), strict=True)) % 11 == 0


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of national number, and when to believe that one is meant.

    Attributes
    ----------
    country : str
        ISO 3166 code.
    recognizer : PatternRecognizer
    alone : re.Pattern or None
        Written like this, a number needs no word beside it to be believed.
    cues : re.Pattern
        Words of which one has to stand beside any other, in folded text.
    """

    country: str
    recognizer: PatternRecognizer
    alone: re.Pattern[str] | None
    cues: re.Pattern[str]

    def believed(self, number: str, *, proven: bool) -> bool:
        """Return whether a number needs no word beside it; of any shape only a proven one."""
        if self.alone is None:
            return False
        shaped = self.alone.match(number) is not None
        return shaped and (proven or self.alone.pattern != _ANY_SHAPE)


_ANY_SHAPE: Final = "."
_ANY_ID: Final = (
    r"national id|id (?:card|number|no)|identity (?:card|number)|tax(?:payer)? (?:id|number)|"
    r"num[eé]ro fiscal|carte d'identit[eé]|pi[eè]ce d'identit[eé]|신분증|등록번호|"
    r"身份证|身分证|证件号"
)


def _kind(country: str, recognizer: PatternRecognizer, cues: str, alone: str = "") -> Kind:
    shape = re.compile(alone) if alone else None
    words = re.compile(rf"(?<![a-z])(?:{cues}|{_ANY_ID})(?![a-z])")
    return Kind(country, _beside_any_letter(recognizer), shape, words)


@cache
def kinds() -> tuple[Kind, ...]:
    """Return the kinds of national numbers, beside the Korean and Chinese ones."""
    return (
        _kind("FR", _FrenchNir(), r"s[eé]curit[eé] sociale|s[eé]cu|nir", _ANY_SHAPE),
        _kind("US", UsSsnRecognizer(), r"ssn|social security", r"\d{3}-\d\d-\d{4}$"),
        _kind("US", UsItinRecognizer(), r"itin", r"\d{3}-\d\d-\d{4}$"),
        _kind("GB", UkNinoRecognizer(), r"nino|ni n(?:umber|o)|national insurance", _NINO),
        _kind("GB", NhsRecognizer(), r"nhs"),
        _kind("IT", ItFiscalCodeRecognizer(), r"codice fiscale", _ANY_SHAPE),
        _kind("ES", EsNifRecognizer(), r"dni|nif"),
        _kind("ES", EsNieRecognizer(), r"nie"),
        _kind("DE", DeTaxIdRecognizer(), r"steuer-?id\w*|steuernummer|idnr"),
        _kind("DE", DeIdCardRecognizer(), r"(?:personal)?ausweis\w*"),
        _kind("DE", DeSocialSecurityRecognizer(), r"(?:renten|sozial)versicherung\w*|svnr"),
        _kind("PL", PlPeselRecognizer(), r"pesel"),
        _kind("IN", InAadhaarRecognizer(), r"aadhaa?r|uidai"),
        _kind("IN", InPanRecognizer(patterns=InPanRecognizer.PATTERNS[:1]), r"pan(?: card| no)"),
        _kind("SG", SgFinRecognizer(patterns=SgFinRecognizer.PATTERNS[1:]), r"nric|fin (?:no|num)"),
        _kind(
            "CA", CaSinRecognizer(), r"social insurance|sin (?:no|num\w*|card)|assurance sociale"
        ),
        _kind("TW", _TaiwaneseId(), r"统一编号|居留证"),
        _kind("HK", _HongKongId(), r"hkid", r"[A-Z]{1,2}\d{6}\([\dA]\)$"),
    )


_NINO: Final = r"[A-Z]{2} \d\d \d\d \d\d [A-D]$"
