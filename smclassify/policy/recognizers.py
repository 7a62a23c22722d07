"""The recognisers: small classes that each know one kind of thing in a text.

After Presidio's analyzer (https://microsoft.github.io/presidio/analyzer/): each
recogniser stands in a registry, and says what it found, where, how sure it is and why.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, runtime_checkable

from smclassify.policy.contacts import EmailRecognizer, PhoneRecognizer
from smclassify.policy.credentials import PasswordRecognizer, SecretKeyRecognizer
from smclassify.policy.hits import Hit
from smclassify.policy.numbers import (
    CardRecognizer,
    ChineseIdRecognizer,
    IbanRecognizer,
    KoreanIdRecognizer,
)
from smclassify.policy.placeholders import PlaceholderRecognizer
from smclassify.policy.schema import Contacts
from smclassify.text.batch import TextBatch


@runtime_checkable
class Recognizer(Protocol):
    """Finds one kind of thing in all texts of a batch at once.

    Attributes
    ----------
    rule : str
        Name under which its findings appear and under which it can be switched off.
    label, reason : str
        What its findings speak for.
    severity : str
        ``"block"`` or ``"warn"``; a hit may bring its own.
    message, suggestion : str
        What is wrong, and what would mend it.
    """

    rule: str
    label: str
    reason: str
    severity: str
    message: str
    suggestion: str

    def find(self, batch: TextBatch, contacts: Contacts) -> Iterable[Hit]:
        """Return the hits; the brand's own contacts are none."""
        ...


RECOGNIZERS: tuple[Recognizer, ...] = (
    EmailRecognizer(),
    PhoneRecognizer(),
    CardRecognizer(),
    IbanRecognizer(),
    KoreanIdRecognizer(),
    ChineseIdRecognizer(),
    SecretKeyRecognizer(),
    PasswordRecognizer(),
    PlaceholderRecognizer(),
)
"""The built-in recognisers."""
