"""A hit: where in a clean text a rule found something, before anybody reads it."""

from __future__ import annotations

from dataclasses import dataclass


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
        Character offsets in that *clean* text, ``end`` exclusive.
    message, suggestion : str
        What is wrong and what would mend it, when the rule's own words don't say it all.
    severity : str
        Severity of this hit where it differs from the rule's; empty otherwise.
    score : float
        How sure, 0 to 1.
    """

    rule: str
    text: int
    start: int
    end: int
    message: str = ""
    suggestion: str = ""
    severity: str = ""
    score: float = 1.0
