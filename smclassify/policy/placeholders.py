"""The recogniser of placeholders that nobody filled in; the text room finds them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from smclassify.policy.hits import Hit
from smclassify.policy.schema import Contacts
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
    message = "A placeholder was never filled in."
    suggestion = "Put in what belongs there, and read the text once as its reader will."

    def find(self, batch: TextBatch, contacts: Contacts) -> Iterator[Hit]:
        """Return the placeholders; contacts have no say here."""
        spans = _spans(batch)
        texts = batch.text_of(spans[:, 0])
        for text, (start, end) in zip(texts.tolist(), spans.tolist(), strict=True):
            base = int(batch.starts[text])
            message = f"The placeholder {batch.joined[start:end]} was never filled in."
            yield Hit(self.rule, text, start - base, end - base, message=message)


def _spans(batch: TextBatch) -> NDArray[np.int64]:
    """Return what normalising found; a batch that was not normalised is searched now."""
    found = batch.spans.get("placeholder")
    return as_array(find_placeholders(Scan(batch.codes))) if found is None else found
