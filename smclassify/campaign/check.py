"""The check of a set: batches of results in, the same with findings out, remarks at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import Final

import numpy as np

from smclassify.campaign.rulebook import Rulebook
from smclassify.campaign.shares import Shares
from smclassify.campaign.silences import Calendar
from smclassify.drafts import DraftResult, with_findings
from smclassify.features.likeness import LikenessIndex, signatures
from smclassify.features.view import FeatureView, feature_view
from smclassify.findings import Finding
from smclassify.policy.fold import fold_codes
from smclassify.policy.platforms import platform_key
from smclassify.policy.platforms import platforms as known_platforms
from smclassify.policy.rules import POSTING_GAP, SAME_TEMPLATE, SAME_TEXT
from smclassify.policy.schema import Policy
from smclassify.text.batch import TextBatch
from smclassify.text.prepare import MAX_CHARACTERS, parts
from smclassify.text.scan import Scan
from smclassify.text.spans import find_spans
from smclassify.wording import DEFAULT_UI_LANGUAGE

SHORTEST: Final = 20
"""Characters from which on texts are compared: "Happy new year!" may well come back."""

_AROUND: Final = 3
"""Characters that a view puts around each text."""

_ELSEWHERE: Final = "same-text-elsewhere"
_NAMED: Final = 3
_LONGEST_NAME: Final = 60
_MOST_PLATFORMS: Final = 20
_BATCH_TEXTS: Final = 500
_BATCH_CHARACTERS: Final = 500_000


@dataclass(frozen=True, slots=True)
class SetRemark:
    """What there is to say about a set of drafts as a whole.

    Attributes
    ----------
    rule : str
        The built-in rule that says so.
    message, suggestion : str
        What is wrong, and what would mend it; one sentence each.
    """

    rule: str
    message: str
    suggestion: str

    def sentence(self) -> str:
        """Return message and suggestion in one line."""
        return f"{self.message} {self.suggestion}".strip()

    def to_dict(self) -> dict[str, str]:
        """Return the remark as plain JSON values."""
        return {"rule": self.rule, "message": self.message, "suggestion": self.suggestion}


class _Same:
    """The drafts with one text: how many, the first few, and where they are to appear."""

    __slots__ = ("count", "names", "platforms")

    def __init__(self, name: str, platform: str | None) -> None:
        self.count = 0
        self.names: list[str] = []
        self.platforms: dict[str, None] = {}
        self.add(name, platform)

    def add(self, name: str, platform: str | None) -> None:
        self.count += 1
        if len(self.names) < _NAMED:
            self.names.append(name)
        if platform and len(self.platforms) < _MOST_PLATFORMS:
            self.platforms[platform] = None


class CampaignCheck:
    """Checks the drafts of a set against each other, as they come.

    The second of two equal texts gets the finding at once. Of a draft only its name, the
    digest and the MinHash signature of its text are kept.

    Parameters
    ----------
    policy : Policy, optional
        What is asked of a set (``[policy.campaign]``), and which rules are off or weighed
        otherwise; by default the built-in values.
    ui_language : str, optional
        The language of messages and suggestions.

    Examples
    --------
    >>> text = "Which of our five helmets would you take to the mountains?"
    >>> check = CampaignCheck()
    >>> first, again = check.add([DraftResult(n, text, "en", (), {}, (), ()) for n in ("a", "b")])
    >>> first.flags, again.flags, again.findings[0].rule
    ((), ('spammy',), 'same-text')
    >>> check.remarks()
    []
    """

    def __init__(
        self, policy: Policy | None = None, *, ui_language: str = DEFAULT_UI_LANGUAGE
    ) -> None:
        policy = policy or Policy()
        self._target = policy.campaign
        self._rules = Rulebook(policy, ui_language)
        self._shares = Shares(self._rules)
        self._calendar = Calendar()
        self._index = LikenessIndex(policy.campaign.similar)
        # Of the texts that were new, by their number in the index.
        self._names: list[str] = []
        self._platforms: list[str | None] = []
        self._number: dict[bytes, int] = {}
        self._same: dict[int, _Same] = {}  # of those that came again

    def add(
        self,
        results: Sequence[DraftResult],
        *,
        platforms: str | Sequence[str | None] | None = None,
        times: Sequence[date | str | None] | None = None,
    ) -> list[DraftResult]:
        """Take in some drafts, and return them with what the earlier ones say about them.

        Parameters
        ----------
        results : sequence of DraftResult, length n
        platforms : str or sequence of str or None, optional
            Where they are to be published.
        times : sequence of date, str or None, optional
            When; texts are read as dates in the usual ways of writing them.

        Returns
        -------
        list of DraftResult, length n
            In the same order; a ``block`` raises its flag.

        Raises
        ------
        ValueError
            If there are more or fewer platforms or times than results.
        """
        if platforms is None or isinstance(platforms, str):
            platforms = [platforms] * len(results)
        for name, given in (("platforms", platforms), ("times", times)):
            if given is not None and len(given) != len(results):
                raise ValueError(f"{len(results)} results, but {len(given)} {name}")
        for time in times or ():
            self._calendar.add(time)
        return [
            result
            for part in parts([result.text for result in results], _BATCH_TEXTS, _BATCH_CHARACTERS)
            for result in self._added(results[part], platforms[part])
        ]

    def remarks(self) -> list[SetRemark]:
        """Return what there is to say about all the drafts so far as a whole."""
        found = list(self._shares.beyond(self._target))
        if gaps := self._calendar.silences(self._target.gap_days):
            longest = max(gaps, key=lambda gap: gap.days)
            details = {
                "count": f"{len(gaps):,}",
                "limit": f"{self._target.gap_days}",
                "start": f"{longest.start}",
                "end": f"{longest.end}",
                "days": f"{longest.days}",
            }
            found.append((POSTING_GAP, details))
        return [
            SetRemark(rule, *self._rules.words(rule, details))
            for rule, details in found
            if self._rules.severity(rule) != "off"
        ]

    def _added(
        self, results: Sequence[DraftResult], platforms: Sequence[str | None]
    ) -> list[DraftResult]:
        batch = _laid_out(results)
        view = feature_view(batch)
        self._shares.add(results, batch, view)
        found: dict[int, Finding] = {}
        new = []
        folded = fold_codes(batch.codes)
        for row in np.flatnonzero(batch.lengths >= SHORTEST).tolist():
            text = folded[batch.starts[row] : batch.ends[row]]
            digest = blake2b(text.tobytes(), digest_size=12).digest()
            number = self._number.setdefault(digest, len(self._names))
            name, platform = _short(results[row].id), _platform(platforms[row])
            if number == len(self._names):
                self._names.append(name)
                self._platforms.append(platform)
                new.append(row)
            elif finding := self._repeated(results[row], number, name, platform):
                found[row] = finding
        found |= self._like_others(results, new, view)
        return [
            with_findings(result, [found[row]]) if row in found else result
            for row, result in enumerate(results)
        ]

    def _repeated(
        self, result: DraftResult, number: int, name: str, platform: str | None
    ) -> Finding | None:
        """Return what to say of a text that was there before."""
        if number not in self._same:
            self._same[number] = _Same(self._names[number], self._platforms[number])
        same = self._same[number]
        details = {"drafts": _listed(same.names, same.count)}
        same.add(name, platform)
        worded_as = SAME_TEXT
        if platform and len(same.platforms) > 1:
            worded_as = _ELSEWHERE
            details["platforms"] = ", ".join(same.platforms)
        severity = self._rules.severity(SAME_TEXT)
        if severity == "off" or not self._rules.reads(SAME_TEXT, result.lang):
            return None
        words = self._rules.words(SAME_TEXT, details, worded_as=worded_as)
        return _canned(SAME_TEXT, *words, blocks=severity == "block", score=1.0)

    def _like_others(
        self, results: Sequence[DraftResult], rows: Sequence[int], view: FeatureView
    ) -> dict[int, Finding]:
        """Return what to say of new texts that are like earlier ones, by row."""
        severity = self._rules.severity(SAME_TEMPLATE)
        if severity == "off" or not rows:
            return {}
        made = signatures(view)
        # Of some nothing is left but a link, which is one character to the n-grams.
        lengths = np.bincount(view.text, minlength=view.n_texts) - _AROUND
        found = {}
        for row in rows:
            alike = self._index.add(made[row])
            read = self._rules.reads(SAME_TEMPLATE, results[row].lang)
            if not alike or lengths[row] < SHORTEST or not read:
                continue
            names = [self._names[other] for other, _ in alike]
            words = self._rules.words(SAME_TEMPLATE, {"drafts": _listed(names, len(names))})
            sure = max(likeness for _, likeness in alike)
            found[row] = _canned(SAME_TEMPLATE, *words, blocks=severity == "block", score=sure)
        return found


def _canned(rule: str, message: str, suggestion: str, *, blocks: bool, score: float) -> Finding:
    return Finding(
        rule,
        "policy",
        0,
        0,
        message,
        suggestion,
        label="spammy",
        reason="canned",
        severity="block" if blocks else "warn",
        score=score,
    )


def _laid_out(results: Sequence[DraftResult]) -> TextBatch:
    """Return the texts as a batch, white space evened out, nothing else normalised."""
    texts = [" ".join(result.text[:MAX_CHARACTERS].split()) for result in results]
    batch = TextBatch.from_texts(texts)
    batch.spans = find_spans(Scan(batch.codes))
    batch.languages = [result.lang for result in results]
    return batch


def _platform(name: str | None) -> str | None:
    key = platform_key(name) if name else None
    return known_platforms()[key].name if key else name


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _listed(names: Sequence[str], count: int) -> str:
    """Return the first few names, and how many more there are, in no language."""
    more = f" (+{count - _NAMED:,})" if count > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
