"""The policy check: a batch of texts in, a list of findings for each text out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from smclassify.findings import Finding
from smclassify.policy.hits import Hit
from smclassify.policy.matching import RuleMatcher
from smclassify.policy.platforms import PLATFORM_RULES, check_platform
from smclassify.policy.recognizers import RECOGNIZERS, Recognizer
from smclassify.policy.rules import active_rules, builtin
from smclassify.policy.schema import Policy, Rule
from smclassify.text.batch import TextBatch

if TYPE_CHECKING:
    from spacy.tokens import Doc


class PolicyChecker:
    """Checks texts against the built-in rules and a company's policy.

    Parameters
    ----------
    policy : Policy, optional
        The company's policy; by default the built-in rules alone.
    pipelines : mapping of str to str, optional
        Trained spaCy pipelines by language, as in the configuration, where they made the
        Docs; the rules' phrases are cut by the same tokenizers.
    recognizers : sequence of Recognizer, optional
        The recognisers to run.

    Examples
    --------
    >>> batch = TextBatch.from_texts(["Hello {first_name}!"])
    >>> batch.languages = ["en"]
    >>> PolicyChecker().check(batch)[0][0].rule
    'placeholder'
    """

    def __init__(
        self,
        policy: Policy | None = None,
        *,
        pipelines: Mapping[str, str] | None = None,
        recognizers: Sequence[Recognizer] = RECOGNIZERS,
    ) -> None:
        self.policy = policy or Policy()
        weights = {**self.policy.severity, **dict.fromkeys(self.policy.off, "off")}
        self._severities = weights
        self._matcher = RuleMatcher(active_rules(self.policy), builtin().negation, pipelines)
        self._recognizers = {
            recognizer.rule: recognizer
            for recognizer in recognizers
            if weights.get(recognizer.rule) != "off"
        }
        self._platforms_off = [rule for rule in PLATFORM_RULES if weights.get(rule) == "off"]

    def check(
        self,
        batch: TextBatch,
        docs: Sequence[Doc] | None = None,
        platforms: Sequence[str | None] | None = None,
    ) -> list[list[Finding]]:
        """Return each text's findings.

        Parameters
        ----------
        batch : TextBatch
            n texts, with ``languages`` filled.
        docs : sequence of Doc, length n, optional
            spaCy Docs over ``batch.texts``. When not given, texts that may need one get one.
        platforms : sequence of str or None, length n, optional
            Where each text is meant to appear; ``None`` and unknown names have no norms.

        Returns
        -------
        list of list of Finding
            Sorted by where they begin in the original text; no two findings of one rule
            overlap.

        Raises
        ------
        ValueError
            ``batch.languages``, ``docs`` or ``platforms`` is not as long as the batch.
        """
        n = len(batch)
        for name, given in (
            ("languages", batch.languages),
            ("docs", docs),
            ("platforms", platforms),
        ):
            if given is not None and len(given) != n:
                raise ValueError(f"{n} texts, but {len(given)} {name}")
        hits: list[list[Hit]] = [[] for _ in range(n)]
        for hit in self._matcher.find(batch, docs):
            hits[hit.text].append(hit)
        for recognizer in self._recognizers.values():
            for hit in recognizer.find(batch, self.policy.contacts):
                hits[hit.text].append(hit)
        findings = [
            [self._finding(batch, hit) for hit in _without_overlaps(found)] for found in hits
        ]
        for index, platform in enumerate(platforms or ()):
            if platform:
                found = check_platform(batch.originals[index], platform, self._platforms_off)
                findings[index] += found
        for found in findings:
            found.sort(key=lambda finding: (finding.start, finding.end, finding.rule))
        return findings

    def _finding(self, batch: TextBatch, hit: Hit) -> Finding:
        about: Rule | Recognizer
        about = self._recognizers.get(hit.rule) or self._matcher.rules[hit.rule]
        severity = self._severities.get(hit.rule) or hit.severity or about.severity
        start, end = batch.original_span(hit.text, hit.start, hit.end)
        as_finding: Literal["block", "warn"] = "block" if severity == "block" else "warn"
        return Finding(
            rule=hit.rule,
            source="policy",
            start=start,
            end=end,
            message=hit.message or about.message,
            suggestion=hit.suggestion or about.suggestion,
            label=about.label,
            reason=about.reason,
            severity=as_finding,
            score=hit.score,
        )


def _without_overlaps(hits: Iterable[Hit]) -> list[Hit]:
    """Keep, of a rule's hits that overlap, the one that begins first and is longest."""
    kept: list[Hit] = []
    reached: dict[str, int] = {}
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if hit.start >= reached.get(hit.rule, 0):
            kept.append(hit)
            reached[hit.rule] = hit.end
    return kept
