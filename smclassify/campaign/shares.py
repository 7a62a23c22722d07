"""How many of a set's posts hold a link or an offer, or speak of nothing but the company."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.campaign.rulebook import Rulebook
from smclassify.drafts import DraftResult
from smclassify.features.lexicons import lexicons
from smclassify.features.lexmatch import count
from smclassify.features.view import FeatureView
from smclassify.policy.rules import MANY_LINKS, MANY_OFFERS, MUCH_ABOUT_US
from smclassify.policy.schema import Campaign
from smclassify.text.batch import TextBatch

LEAST_POSTS: Final = 6
"""Posts from which on a share of them says something."""

_OFFERS: Final = "offers"
_HARD_SELL: Final = "hard_sell"
_SELF_CENTERED: Final = "self_centered"


class Shares:
    """Counts posts, and those among them that there should not be too many of."""

    def __init__(self, rules: Rulebook) -> None:
        self._rules = rules
        self._posts = dict.fromkeys((MANY_LINKS, MANY_OFFERS, MUCH_ABOUT_US), 0)
        self._those = dict(self._posts)

    def add(self, results: Sequence[DraftResult], batch: TextBatch, view: FeatureView) -> None:
        """Count some more posts, laid out as a batch."""
        has = {
            MANY_LINKS: batch.count_spans("url") > 0,
            MANY_OFFERS: _offers(results, batch, view),
            MUCH_ABOUT_US: np.array([_SELF_CENTERED in result.flags for result in results]),
        }
        for rule, those in has.items():
            counted = np.array([self._rules.reads(rule, result.lang) for result in results])
            self._posts[rule] += int(counted.sum())
            self._those[rule] += int((counted & those).sum())

    def beyond(self, target: Campaign) -> Iterator[tuple[str, dict[str, str]]]:
        """Yield the rules whose target is missed, with the figures of each."""
        limits = {
            MANY_LINKS: target.links,
            MANY_OFFERS: target.offers,
            MUCH_ABOUT_US: target.self_centered,
        }
        for rule, limit in limits.items():
            posts, those = self._posts[rule], self._those[rule]
            if posts < LEAST_POSTS or those <= limit * posts:
                continue
            share, most = f"{those / posts:.0%}", f"{limit:.0%}"
            if share == most:
                share, most = f"{those / posts:.2%}", f"{limit:.2%}"
            yield (
                rule,
                {
                    "count": f"{those:,}",
                    "posts": f"{posts:,}",
                    "share": share.rstrip("%"),
                    "limit": most.rstrip("%"),
                },
            )


def _offers(
    results: Sequence[DraftResult], batch: TextBatch, view: FeatureView
) -> NDArray[np.bool_]:
    """Return which posts make an offer: the model says so, or two words, or one and a price."""
    column = [lexicon.name for lexicon in lexicons()].index(_OFFERS)
    words = count(view, batch.languages)[:, column]
    prices = batch.count_spans("price")
    sold = [any(reason.reason == _HARD_SELL for reason in one.reasons) for one in results]
    return np.array(sold, bool) | (words > 1) | ((words > 0) & (prices > 0))
