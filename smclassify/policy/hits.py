"""A hit: where in a clean text a rule found something, before anybody reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Hit:
    """A place in a batch.

    Attributes
    ----------
    rule : str
        Name of the rule.
    text : int
        Which text of the batch.
    start, end : int
        Character offsets in that *clean* text, ``end`` exclusive; both 0 for the text as a
        whole.
    details : mapping of str to str
        What to fill into the rule's words, by the name that stands there in braces.
    severity : str
        Severity of this hit where it differs from the rule's; empty otherwise.
    score : float
        How sure, 0 to 1.
    """

    rule: str
    text: int
    start: int
    end: int
    details: Mapping[str, str] = field(default_factory=dict)
    severity: str = ""
    score: float = 1.0
