"""The first job: read a draft before it is published.

normalise → language → features → heads → flags, reasons, findings
                     → policy ───────────┘
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from smclassify.findings import Finding, Source
from smclassify.labels import FLAGS, Task
from smclassify.wording import DEFAULT_UI_LANGUAGE

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
        The flags that are up, in the order of :data:`smclassify.labels.FLAGS`, then those of
        the company's own; empty for a draft that is fine to publish.
    scores : mapping of str to float
        Calibrated probability of each flag.
    reasons : tuple of Reason
        Most probable first, only of flags that are up.
    findings : tuple of Finding
        Where in the text, by the model and by the policy, in the order of the text; what
        both say of the same words is there once, by the policy.
    raised_by : mapping of str to tuple of str
        For each flag that is up, who raised it: ``"model"``, ``"policy"`` or both.
    """

    id: str
    text: str
    lang: str
    flags: tuple[str, ...]
    scores: Mapping[str, float]
    reasons: tuple[Reason, ...]
    findings: tuple[Finding, ...]
    raised_by: Mapping[str, tuple[Source, ...]] = field(default_factory=dict)

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
            "raised_by": {flag: list(sources) for flag, sources in self.raised_by.items()},
        }


def score_batch(
    panel: Panel,
    batch: TextBatch,
    ids: Sequence[str],
    policy_findings: Sequence[Sequence[Finding]],
    thresholds: Thresholds,
    *,
    ui_language: str = DEFAULT_UI_LANGUAGE,
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
    ui_language : str
        The language of what the model's findings say.
    """
    from smclassify.model.decision import columns, is_flagged, likely_reasons
    from smclassify.model.remarks import remarks

    probabilities = panel.probabilities(Task.DRAFTS, batch)
    languages = batch.languages
    raised: list[list[str]] = [[] for _ in range(len(batch))]
    found: list[list[Finding]] = [[] for _ in range(len(batch))]
    reasons: list[list[Reason]] = [[] for _ in range(len(batch))]
    own = panel.own(Task.DRAFTS)
    scored = (*FLAGS, *own)
    for flag in scored:
        by_model = is_flagged(probabilities, Task.DRAFTS, flag, languages, thresholds, own=own)
        flagged = by_model.nonzero()[0].tolist()
        likely = likely_reasons(probabilities[flagged], flag)
        for index, named, remark in zip(
            flagged,
            likely,
            remarks(
                panel,
                batch,
                flag,
                flagged,
                reasons=likely,
                probabilities=probabilities,
                ui_language=ui_language,
            ),
            strict=True,
        ):
            found[index] += remark
            raised[index].append(flag)
            reasons[index] += [Reason(flag, name, score) for name, score in named]
    scores = probabilities[:, columns(Task.DRAFTS, scored, own)].astype(float).tolist()
    return [
        with_findings(
            DraftResult(
                id=ids[index],
                text=batch.originals[index],
                lang=languages[index],
                flags=tuple(raised[index]),
                scores=dict(zip(scored, scores[index], strict=True)),
                reasons=tuple(reasons[index]),
                findings=tuple(found[index]),
                raised_by=dict.fromkeys(raised[index], ("model",)),
            ),
            policy_findings[index],
        )
        for index in range(len(batch))
    ]


def with_findings(result: DraftResult, findings: Sequence[Finding]) -> DraftResult:
    """Return what there is to say about a draft after more findings; a ``block`` raises its flag.

    Parameters
    ----------
    result : DraftResult
    findings : sequence of Finding
        Of the policy. They come before those of the same place that are there already.
    """
    if not (findings or result.findings or result.flags):
        return result  # most drafts
    flags: list[str] = []
    reasons: list[Reason] = []
    raised_by: dict[str, tuple[Source, ...]] = {}
    for flag in dict.fromkeys((*FLAGS, *result.flags)):
        blocking = [one for one in findings if one.label == flag and one.severity == "block"]
        if flag in result.flags or blocking:
            flags.append(flag)
            before = result.raised_by.get(flag, ())
            more: tuple[Source, ...] = ("policy",) if blocking and "policy" not in before else ()
            raised_by[flag] = (*before, *more)
            told = {one.reason: one.score for one in result.reasons if one.label == flag}
            told |= {one.reason: one.score for one in blocking if one.reason}
            reasons += [Reason(flag, name, score) for name, score in told.items()]
    unsaid = [one for one in result.findings if not any(_repeats(one, other) for other in findings)]
    everything = sorted((*findings, *unsaid), key=lambda one: (one.start, one.end))
    return replace(
        result,
        flags=tuple(flags),
        reasons=tuple(sorted(reasons, key=lambda reason: -reason.score)),
        findings=tuple(everything),
        raised_by=raised_by,
    )


def _repeats(one: Finding, other: Finding) -> bool:
    """Return whether a finding of the model only says what one of the policy says better."""
    same = (one.label, one.reason) == (other.label, other.reason)
    if one.source != "model" or not same:
        return False
    whole = one.end == 0
    return whole or (one.start < other.end and other.start < one.end)
