"""A finding: one thing wrong with a draft, where it is, and what would mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Source = Literal["model", "policy"]
Severity = Literal["block", "warn"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a text.

    Attributes
    ----------
    rule : str
        Name of the policy rule, or of the model's reason, that found it.
    source : {"model", "policy"}
        Who says so.
    start, end : int
        Character offsets in the original text, ``end`` exclusive. ``0, 0`` when the
        finding is about the text as a whole.
    message : str
        What is wrong, one sentence.
    suggestion : str
        What would mend it, one sentence.
    label : str
        The flag it speaks for, such as ``"off_policy"``; empty for a platform norm that
        speaks for none.
    reason : str
        The reason of that flag, such as ``"privacy"``; empty when there is none.
    severity : {"block", "warn"}
        A ``block`` sets its label's flag; a ``warn`` is only shown.
    score : float
        How sure, from 0 to 1. A probability for the model, 1.0 for a plain rule.
    """

    rule: str
    source: Source
    start: int
    end: int
    message: str
    suggestion: str = ""
    label: str = ""
    reason: str = ""
    severity: Severity = "warn"
    score: float = 1.0

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as plain JSON values."""
        return {
            "rule": self.rule,
            "source": self.source,
            "start": self.start,
            "end": self.end,
            "message": self.message,
            "suggestion": self.suggestion,
            "label": self.label,
            "reason": self.reason,
            "severity": self.severity,
            "score": round(self.score, 4),
        }
