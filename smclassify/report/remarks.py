"""What there is to say about a draft, in the words and the order that every view shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from smclassify.drafts import DraftResult
from smclassify.findings import Finding
from smclassify.report import words
from smclassify.report.clean import one_line

MOST_FINDINGS: Final = 50
"""Findings of one draft that are shown one by one; the rest is counted."""

QUOTED: Final = 60
"""Characters of a place in the text that are quoted."""


@dataclass(frozen=True, slots=True)
class FlagRemark:
    """A flag that is up, and why.

    Attributes
    ----------
    flag : str
        Its name in files and on the command line.
    meaning : str
        What it means, in a few words.
    certainty : str
        The model's probability in words, or that the policy decided.
    reasons : tuple of (str, str)
        Each reason's name and what it means, with its probability in words.
    """

    flag: str
    meaning: str
    certainty: str
    reasons: tuple[tuple[str, str], ...]


def flag_remarks(result: DraftResult) -> list[FlagRemark]:
    """Return a remark for each flag that is up."""
    return [
        FlagRemark(
            flag,
            words.describe(flag) or words.OWN_LABEL,
            _certainty(result, flag),
            tuple(
                (reason.reason, _reason(reason.reason, reason.score))
                for reason in result.reasons
                if reason.label == flag
            ),
        )
        for flag in result.flags
    ]


def _certainty(result: DraftResult, flag: str) -> str:
    score = result.scores.get(flag)
    blocked = any(
        f.source == "policy" and f.label == flag and f.severity == "block" for f in result.findings
    )
    if score is None:
        return "by a rule"
    if blocked:
        return f"by a rule of the policy; from the wording alone: {words.probability(score)}"
    return words.probability(score)


def _reason(reason: str, score: float) -> str:
    meaning = words.describe(reason)
    certainty = words.probability(score)
    return f"{meaning} ({certainty})" if meaning else certainty


def shown_findings(result: DraftResult) -> tuple[list[Finding], int]:
    """Return the findings to show, and how many more there are."""
    return list(result.findings[:MOST_FINDINGS]), max(0, len(result.findings) - MOST_FINDINGS)


@dataclass(frozen=True, slots=True)
class Remark:
    """What is wrong in one way, wherever in the text it is.

    Attributes
    ----------
    message, suggestion, about : str
        As of the findings, on one line.
    quotes : tuple of str
        The places, in the text's own words; empty when it is about the text as a whole.
    places : tuple of int
        Which of the findings these are.
    """

    message: str
    suggestion: str
    about: str
    quotes: tuple[str, ...]
    places: tuple[int, ...]


def remarks(text: str, findings: Sequence[Finding]) -> list[Remark]:
    """Put findings that say the same together, in the order in which they first occur."""
    places: dict[tuple[str, str, str], list[int]] = {}
    for place, finding in enumerate(findings):
        says = (one_line(finding.message), one_line(finding.suggestion), about(finding))
        places.setdefault(says, []).append(place)
    return [
        Remark(*says, quotes=tuple(_quotes(text, findings, which)), places=tuple(which))
        for says, which in places.items()
    ]


def _quotes(text: str, findings: Sequence[Finding], which: Sequence[int]) -> Iterator[str]:
    seen = set()
    for place in which:
        finding = findings[place]
        quote = one_line(text[finding.start : finding.end], QUOTED)
        if quote and quote not in seen:
            seen.add(quote)
            yield quote


def about(finding: Finding) -> str:
    """Return what a finding speaks for: its flag and reason, or that it is only advice."""
    if not finding.label:
        return "advice"
    return f"{finding.label}, {finding.reason}" if finding.reason else finding.label


@dataclass
class DraftCounts:
    """How many drafts there were, and of what sort.

    Attributes
    ----------
    drafts, flagged, advised, clean : int
        All of them; those with a flag; those without one but with a finding; the others.
    flags : Counter of str
        How often each flag is up.
    """

    drafts: int = 0
    flagged: int = 0
    advised: int = 0
    flags: Counter[str] = field(default_factory=Counter)

    @property
    def clean(self) -> int:
        """Drafts about which there is nothing to say."""
        return self.drafts - self.flagged - self.advised

    def add(self, results: Iterable[DraftResult]) -> None:
        """Count some more."""
        for result in results:
            self.drafts += 1
            self.flagged += bool(result.flags)
            self.advised += bool(result.findings and not result.flags)
            self.flags.update(result.flags)

    def sentence(self, *, of_the_set: bool = False) -> str:
        """Return the summary in one line.

        Parameters
        ----------
        of_the_set : bool
            Whether there is something to say about the drafts together, too.
        """
        drafts = words.count(self.drafts, "draft")
        if not self.drafts:
            return "No drafts."
        if self.clean == self.drafts:
            return f"{drafts}, nothing to mend{' in any of them alone' if of_the_set else ''}."
        parts = []
        if self.flagged:
            each = ", ".join(f"{number:,} {flag}" for flag, number in self.flags.most_common())
            parts.append(f"{self.flagged:,} flagged ({each})")
        if self.advised:
            parts.append(f"{self.advised:,} with advice only")
        parts.append(f"{self.clean:,} clean")
        return f"{drafts}: {', '.join(parts)}."
