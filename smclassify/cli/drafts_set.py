"""The drafts of one call, checked as a set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smclassify.campaign import CampaignCheck
    from smclassify.config import Config
    from smclassify.drafts import DraftResult

    _Given = str | Sequence[str | None] | None


class DraftSet:
    """Checks drafts against each other as they come, from the second on.

    A draft alone is no set, and has nothing to say of one. What finds likenesses imports half of
    SciPy, which takes longer than to score a draft.

    Parameters
    ----------
    config : Config
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._first: tuple[Sequence[DraftResult], _Given, Sequence[str | None]] | None = None
        self._check: CampaignCheck | None = None

    def add(
        self, results: list[DraftResult], platforms: _Given, times: Sequence[str | None]
    ) -> list[DraftResult]:
        """Take in some drafts; see :meth:`smclassify.campaign.CampaignCheck.add`."""
        if self._check is None and self._first is None and len(results) == 1:
            self._first = (results, platforms, times)
            return results
        if self._check is None:
            self._check = self._begun()
        return self._check.add(results, platforms=platforms, times=times)

    def _begun(self) -> CampaignCheck:
        from smclassify.campaign import CampaignCheck

        check = CampaignCheck(self._config.policy, ui_language=self._config.ui_language)
        if self._first is not None:
            results, platforms, times = self._first
            check.add(results, platforms=platforms, times=times)
        return check

    def remarks(self) -> list[str]:
        """Return what there is to say of the drafts as a whole, a sentence or two each."""
        if self._check is None:
            return []
        return [remark.sentence() for remark in self._check.remarks()]
