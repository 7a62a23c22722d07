"""The policy check: a batch of texts in, a list of findings for each text out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal

from smclassify.findings import Finding
from smclassify.policy.hits import Hit
from smclassify.policy.matching import RuleMatcher
from smclassify.policy.phrases import fold_batch
from smclassify.policy.platforms import check_platform
from smclassify.policy.recognizers import RECOGNIZERS, Recognizer
from smclassify.policy.required import RequirementIndex
from smclassify.policy.rule import Rule, said_in
from smclassify.policy.rules import active_requirements, active_rules, builtin
from smclassify.policy.schema import Policy, Required
from smclassify.text.batch import TextBatch
from smclassify.wording import DEFAULT_UI_LANGUAGE, Words, language_name, words_of

if TYPE_CHECKING:
    from spacy.tokens import Doc


class PolicyChecker:
    """Checks texts against the built-in rules and a company's policy.

    Parameters
    ----------
    policy : Policy, optional
        The company's policy; by default the built-in rules alone.
    pipelines : mapping of str to str, optional
        Trained spaCy pipelines by language, as in the configuration; where they give
        lemmas, phrases are found in any inflection.
    recognizers : sequence of Recognizer, optional
        The recognisers to run.
    ui_language : str, optional
        The language of messages and suggestions.
    today : date, optional
        What embargoes are measured by; the day of the call by default.

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
        ui_language: str = DEFAULT_UI_LANGUAGE,
        today: date | None = None,
    ) -> None:
        self.policy = policy or Policy()
        self._ui_language = ui_language
        severity_of = self.policy.severity_of
        own = {rule.name for rule in self.policy.rules}
        self._matcher = RuleMatcher(
            active_rules(self.policy, today),
            builtin().negation,
            pipelines,
            # They list the inflections they mean.
            as_written={rule.name for rule in builtin().rules} - own,
        )
        self._required = RequirementIndex(active_requirements(self.policy))
        self._recognizers = {one.rule: one for one in recognizers if severity_of(one.rule) != "off"}

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
        for hit in self._all_hits(batch, docs):
            hits[hit.text].append(hit)
        findings = [
            [self._finding(batch, hit) for hit in _without_overlaps(found)] for found in hits
        ]
        for index, platform in enumerate(platforms or ()):
            if platform:
                findings[index] += self._platform_findings(batch, index, platform)
        for found in findings:
            found.sort(key=lambda finding: (finding.start, finding.end, finding.rule))
        return findings

    def _all_hits(self, batch: TextBatch, docs: Sequence[Doc] | None) -> Iterable[Hit]:
        folded = fold_batch(batch)
        yield from self._matcher.find(batch, folded, docs)
        yield from self._required.find(batch, folded)
        for recognizer in self._recognizers.values():
            for hit in recognizer.find(batch, self.policy):
                if self.policy.reads(hit.rule, batch.languages[hit.text]):
                    yield hit

    def _finding(self, batch: TextBatch, hit: Hit) -> Finding:
        about = (
            self._recognizers.get(hit.rule)
            or self._required.requirements.get(hit.rule)
            or self._matcher.rules[hit.rule]
        )
        severity = hit.severity or about.severity  # a phrase rule's is the one in force
        if hit.rule in self._recognizers:
            severity = self.policy.severity_of(hit.rule) or severity
        words = self._words(about, hit)
        start, end = (0, 0) if hit.end == 0 else batch.original_span(hit.text, hit.start, hit.end)
        as_finding: Literal["block", "warn"] = "block" if severity == "block" else "warn"
        return Finding(
            rule=hit.rule,
            source="policy",
            start=start,
            end=end,
            message=words.message,
            suggestion=words.suggestion,
            label=about.label,
            reason=about.reason,
            severity=as_finding,
            score=hit.score,
        )

    def _words(self, about: Rule | Required | Recognizer, hit: Hit) -> Words:
        language = self._ui_language
        if isinstance(about, Rule | Required):
            return Words(said_in(about.message, language), said_in(about.suggestion, language))
        words = self.policy.reworded(hit.rule, words_of(hit.rule, language), language)
        details = dict(hit.details)
        if code := details.get("language"):
            details["language"] = language_name(code, language)
        return words.filled(details)

    def _platform_findings(self, batch: TextBatch, index: int, platform: str) -> list[Finding]:
        return check_platform(
            batch.originals[index],
            platform,
            policy=self.policy,
            language=batch.languages[index] or None,
            ui_language=self._ui_language,
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
