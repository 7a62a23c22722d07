"""What is asked for, or let out, in public: personal data in the comments, figures not yet out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from smclassify.policy.fold import fold
from smclassify.policy.hits import Hit
from smclassify.policy.persons import marks_of, sentences_of, words
from smclassify.policy.scan import texts_with_digits
from smclassify.policy.schema import Policy
from smclassify.text.batch import TextBatch


class AskRecognizer:
    """Asking people for personal data where everybody can read the answer."""

    rule = "asks-personal-data"
    label = "off_policy"
    reason = "privacy"
    severity = "warn"

    def find(self, batch: TextBatch, policy: Policy) -> Iterator[Hit]:
        """Return what is asked for; what is asked for in private is none."""
        for sentence in sentences_of(batch, "data", "public"):
            folded = fold(sentence.said)
            if not words("ask").search(folded) or words("forbidding").search(folded):
                continue
            if words("private").search(folded) and not words("no_private").search(folded):
                continue
            first, last = (sentence.start + place for place in sentence.mark)
            yield Hit(self.rule, sentence.text, first, last, score=0.7)


_NUMBER: Final = r"\d(?:[\d.,]|[ \u00a0](?=\d{3}))*"
_FIGURE: Final = re.compile(
    r"[$€£¥₩]\s?NUMBER(?:\s?(?:k|m|bn|million|billion)\b)?"
    r"|(?<!\d)(?!100\s?[%％])NUMBER\s?"
    r"(?:%|％|percent|per cent|million|millions|milliards?|billion|bn|m€|k€|€|£|euros?"
    r"|억|만\s?원|천\s?원|원|퍼센트|[亿億]|[万萬]|元|[块塊]|人民[币幣])".replace("NUMBER", _NUMBER),
    re.IGNORECASE,
)
_REACH: Final = 120


class InternalFiguresRecognizer:
    """A figure next to words that say it isn't out yet."""

    rule = "internal-figures"
    label = "off_policy"
    reason = "confidentiality"
    severity = "warn"

    def find(self, batch: TextBatch, policy: Policy) -> Iterator[Hit]:
        """Return the figures; the company's policy has no say here."""
        numbered = set(texts_with_digits(batch, 1))
        for text, places in marks_of(batch)["unpublished"].items():
            if text not in numbered:
                continue
            base, end = int(batch.starts[text]), int(batch.ends[text])
            for first, last in places:
                near = max(base, base + first - _REACH), min(end, base + last + _REACH)
                figure = _FIGURE.search(batch.joined, *near)
                if figure is not None:
                    span = figure.start() - base, figure.end() - base
                    yield Hit(self.rule, text, *span, score=0.7)
                    break
