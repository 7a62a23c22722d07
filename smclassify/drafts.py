"""The first job: read a draft before it is published.

normalise → language → features → heads → flags, reasons, findings
                     → policy ───────────┘
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smclassify.findings import Finding
from smclassify.labels import FLAGS, Task

if TYPE_CHECKING:  # the results are read by `smclassify --help` too, which loads no model
    from smclassify.model.decision import Thresholds
    from smclassify.model.panel import Panel
    from smclassify.text.batch import TextBatch


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a flag is up: one of its reasons, with its probability."""

    label: str
    reason: str
    score: float

    def to_dict(self) -> dict[str, Any]:
        """Return the reason as plain JSON values."""
        return {"label": self.label, "reason": self.reason, "score": round(self.score, 4)}


@dataclass(frozen=True, slots=True)
class DraftResult:
    """What there is to say about a draft.

    Attributes
    ----------
    id : str
        As given, or the place of the draft in its batch, from "1".
    text : str
        The draft as it came.
    lang : str
        Language code, or ``"unknown"``.
    flags : tuple of str
        The flags that are up, in the order of :data:`smclassify.labels.FLAGS`; empty for a
        draft that is fine to publish.
    scores : mapping of str to float
        Calibrated probability of each flag.
    reasons : tuple of Reason
        Most probable first, only of flags that are up.
    findings : tuple of Finding
        Where in the text, by the model and by the policy, in the order of the text.
    """

    id: str
    text: str
    lang: str
    flags: tuple[str, ...]
    scores: Mapping[str, float]
    reasons: tuple[Reason, ...]
    findings: tuple[Finding, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the record of DESIGN's contract, plain JSON values."""
        return {
            "id": self.id,
            "text": self.text,
            "lang": self.lang,
            "flags": list(self.flags),
            "scores": {label: round(score, 4) for label, score in self.scores.items()},
            "reasons": [reason.to_dict() for reason in self.reasons],
            "findings": [finding.to_dict() for finding in self.findings],
        }


def score_batch(
    panel: Panel,
    batch: TextBatch,
    ids: Sequence[str],
    policy_findings: Sequence[Sequence[Finding]],
    thresholds: Thresholds,
) -> list[DraftResult]:
    """Score a batch of drafts.

    Parameters
    ----------
    panel : Panel
    batch : TextBatch
        n texts.
    ids : sequence of str, length n
    policy_findings : sequence of sequence of Finding, length n
        What the policy says of each; a ``block`` raises its flag.
    thresholds : mapping
        label -> language or ``"*"`` -> probability.
    """
    from smclassify.model.decision import columns, is_flagged, likely_reasons
    from smclassify.model.remarks import remarks

    probabilities = panel.probabilities(Task.DRAFTS, batch)
    languages = batch.languages
    raised: list[list[str]] = [[] for _ in range(len(batch))]
    found: list[list[Finding]] = [list(findings) for findings in policy_findings]
    reasons: list[list[Reason]] = [[] for _ in range(len(batch))]
    for flag in FLAGS:
        by_model = is_flagged(probabilities, Task.DRAFTS, flag, languages, thresholds)
        likely = likely_reasons(probabilities, flag)
        flagged = by_model.nonzero()[0].tolist()
        for index, remark in zip(
            flagged,
            remarks(panel, batch, flag, flagged, reasons=likely, probabilities=probabilities),
            strict=True,
        ):
            found[index] += remark
        for index, findings in enumerate(policy_findings):
            blocking = [one for one in findings if one.label == flag and one.severity == "block"]
            if by_model[index] or blocking:
                raised[index].append(flag)
                told = dict(likely[index]) if by_model[index] else {}
                told |= {one.reason: one.score for one in blocking if one.reason}
                reasons[index] += [Reason(flag, name, score) for name, score in told.items()]
    scores = probabilities[:, columns(Task.DRAFTS, FLAGS)].astype(float).tolist()
    return [
        DraftResult(
            id=ids[index],
            text=batch.originals[index],
            lang=languages[index],
            flags=tuple(raised[index]),
            scores=dict(zip(FLAGS, scores[index], strict=True)),
            reasons=tuple(sorted(reasons[index], key=lambda reason: -reason.score)),
            findings=tuple(sorted(found[index], key=lambda one: (one.start, one.end))),
        )
        for index in range(len(batch))
    ]
