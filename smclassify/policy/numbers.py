"""Numbers that prove themselves by a check digit: cards, accounts, identity numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from smclassify.policy.hits import Hit
from smclassify.policy.scan import scan, texts_with_digits
from smclassify.policy.schema import Contacts
from smclassify.text.batch import TextBatch

# --- check digits -------------------------------------------------------------------------


def luhn(digits: str) -> bool:
    """Check a card number (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def iban_ok(iban: str) -> bool:
    """Check an IBAN's length and its check digits (ISO 13616, mod 97)."""
    if len(iban) != _IBAN_LENGTHS.get(iban[:2]):
        return False
    turned = iban[4:] + iban[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1


def korean_id_ok(digits: str) -> bool:
    """Check the check digit of a Korean resident registration number of 13 digits.

    Numbers given out since October 2020 end in chance digits and may fail this.
    """
    weights = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
    total = sum(int(digit) * weight for digit, weight in zip(digits[:12], weights, strict=True))
    return (11 - total % 11) % 10 == int(digits[12])


def chinese_id_ok(number: str) -> bool:
    """Check the check digit of a Chinese resident identity number (GB 11643-1999)."""
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(number[:17]))
    return "10X98765432"[total % 11] == number[17].upper()


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        return date(year, month, day) <= date.today()
    except ValueError:
        return False


# Length of an IBAN by country: the SWIFT IBAN registry (ISO 13616).
_IBAN_LENGTHS: Final = {
    **dict.fromkeys(("NO",), 15),
    **dict.fromkeys(("BE",), 16),
    **dict.fromkeys(("DK", "FI", "NL"), 18),
    **dict.fromkeys(("SI",), 19),
    **dict.fromkeys(("AT", "EE", "LT", "LU"), 20),
    **dict.fromkeys(("CH", "HR", "LI", "LV"), 21),
    **dict.fromkeys(("BG", "DE", "GB", "IE"), 22),
    **dict.fromkeys(("AE",), 23),
    **dict.fromkeys(("AD", "CZ", "ES", "MD", "RO", "SE", "SK", "TN"), 24),
    **dict.fromkeys(("PT",), 25),
    **dict.fromkeys(("IS", "TR"), 26),
    **dict.fromkeys(("FR", "GR", "IT", "MC"), 27),
    **dict.fromkeys(("CY", "HU", "MA", "PL", "SN", "CI"), 28),
    **dict.fromkeys(("MT",), 31),
}

# --- recognisers --------------------------------------------------------------------------

_CARD: Final = re.compile(
    r"(?<![\w.,+#/-])(?:"
    r"(?:4\d{3}|5[1-5]\d{2}|2[2-7]\d{2}|6011|6[245]\d{2}|35\d{2})([ -]?)\d{4}\1\d{4}\1\d{4}"
    r"|3[47]\d{2}([ -]?)\d{6}\2\d{5}"
    r"|62\d{15,17}"
    r")(?![\d*]|[-.,/ ]?\d)(?![A-Za-z_])",
    re.ASCII,  # Chinese and Korean letters may stand right beside a number
)


class CardRecognizer:
    """A payment card number: an issuer's prefix, a card's grouping, a right check digit."""

    rule = "card-number"
    label = "off_policy"
    reason = "privacy"
    severity = "block"
    message = "This is a payment card number."
    suggestion = "Take it out; ask for the last four digits in a private message if you must."

    def find(self, batch: TextBatch, contacts: Contacts) -> Iterator[Hit]:
        """Return the card numbers; contacts have no say here."""
        for text, base, match in scan(batch, _CARD, texts_with_digits(batch, 15)):
            digits = re.sub(r"\D", "", match.group())
            if luhn(digits) and len(set(digits)) > 1:
                yield Hit(self.rule, text, match.start() - base, match.end() - base)


_IBAN: Final = re.compile(
    r"(?<![\w])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?(?!\w)", re.ASCII
)


class IbanRecognizer:
    """A bank account number with right check digits."""

    rule = "iban"
    label = "off_policy"
    reason = "privacy"
    severity = "warn"
    message = "This is a bank account number (IBAN)."
    suggestion = "Take it out unless the account is yours and meant to be public."

    def find(self, batch: TextBatch, contacts: Contacts) -> Iterator[Hit]:
        """Return the account numbers; contacts have no say here."""
        for text, base, match in scan(batch, _IBAN, texts_with_digits(batch, 8)):
            if iban_ok(re.sub(r"[ -]", "", match.group())):
                yield Hit(self.rule, text, match.start() - base, match.end() - base)


_KOREAN_ID: Final = re.compile(
    r"(?<![\w.+-])(\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([ ]?-[ ]?|)([1-8])\d{6}(?![\w*-])",
    re.ASCII,
)
_CENTURY: Final = {"1": 1900, "2": 1900, "3": 2000, "4": 2000, "5": 1900, "6": 1900, "7": 2000}


class KoreanIdRecognizer:
    """A Korean resident (or foreigner) registration number."""

    rule = "korean-resident-number"
    label = "off_policy"
    reason = "privacy"
    severity = "block"
    message = "This is a Korean resident registration number."
    suggestion = "Take it out; nobody's registration number belongs in public."

    def find(self, batch: TextBatch, contacts: Contacts) -> Iterator[Hit]:
        """Return the registration numbers; contacts have no say here."""
        for text, base, match in scan(batch, _KOREAN_ID, texts_with_digits(batch, 13)):
            year, month, day, hyphen, sex = match.groups()
            if not _is_date(_CENTURY.get(sex, 2000) + int(year), int(month), int(day)):
                continue
            proven = korean_id_ok(re.sub(r"\D", "", match.group()))
            # Thirteen digits in a row are too common to go without the check digit.
            if proven or hyphen:
                score = 1.0 if proven else 0.8
                yield Hit(self.rule, text, match.start() - base, match.end() - base, score=score)


_CHINESE_ID: Final = re.compile(
    r"(?<![A-Za-z0-9_.+-])(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[123])\d{4}"
    r"((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![A-Za-z0-9_*-])"
)


class ChineseIdRecognizer:
    """A Chinese resident identity number."""

    rule = "chinese-resident-id"
    label = "off_policy"
    reason = "privacy"
    severity = "block"
    message = "This is a Chinese resident identity number."
    suggestion = "Take it out; nobody's identity number belongs in public."

    def find(self, batch: TextBatch, contacts: Contacts) -> Iterator[Hit]:
        """Return the identity numbers; contacts have no say here."""
        for text, base, match in scan(batch, _CHINESE_ID, texts_with_digits(batch, 17)):
            year, month, day = (int(part) for part in match.groups())
            if _is_date(year, month, day) and chinese_id_ok(match.group()):
                yield Hit(self.rule, text, match.start() - base, match.end() - base)
