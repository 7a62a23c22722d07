"""The recogniser of placeholders that nobody filled in; the text room finds them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from smclassify.policy.hits import Hit
from smclassify.policy.schema import Policy
from smclassify.text.batch import TextBatch
from smclassify.text.placeholders import find_placeholders
from smclassify.text.scan import Scan
from smclassify.text.spans import as_array


class PlaceholderRecognizer:
    """A placeholder that was never filled in."""

    rule = "placeholder"
    label = "spammy"
    reason = "canned"
    severity = "block"

    def find(self, batch: TextBatch, policy: Policy) -> Iterator[Hit]:
        """Return the placeholders; the company's policy has no say here."""
        spans = _spans(batch)
        texts = batch.text_of(spans[:, 0])
        for text, (start, end) in zip(texts.tolist(), spans.tolist(), strict=True):
            base = int(batch.starts[text])
            found = {"placeholder": batch.joined[start:end]}
            yield Hit(self.rule, text, start - base, end - base, details=found)


def _spans(batch: TextBatch) -> NDArray[np.int64]:
    """Return what normalising found; a batch that was not normalised is searched now."""
    found = batch.spans.get("placeholder")
    return as_array(find_placeholders(Scan(batch.codes))) if found is None else found
