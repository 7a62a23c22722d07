"""Normalising: the same words for the same meaning, however they were typed or disguised.

Each step rewrites the whole batch at once and carries the offsets along, so that a span
found afterwards can be shown in the text as the user wrote it. What a step may not do is
harm honest text; where Unicode's NFKC would, it is not applied (see ``characters.py``).
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from smclassify.text import characters, disguise
from smclassify.text.batch import TextBatch
from smclassify.text.scan import Positions, Scan, ranges, runs
from smclassify.text.spans import as_array, find_addresses, find_spans, touching
from smclassify.text.traits import CLASSES, COMBINES, EXPANDS, FOLDS, OTHER, trait_table

Edit = tuple[int, int, str]
"""A replacement: from, to (exclusive), by what."""


class _Draft:
    """A batch while it is being rewritten: what stands there, and what it stands for."""

    def __init__(self, batch: TextBatch) -> None:
        self.scan = Scan(batch.codes, joined=batch.joined)
        self.start = batch.origin_start
        self.end = batch.origin_end

    def fold(self) -> None:
        """Replace every code point by its compatibility form."""
        hot = self.scan.where(FOLDS)
        if len(hot):
            codes, traits = self.scan.codes, self.scan.traits
            codes[hot] = characters.fold_table()[codes[hot]]
            traits[hot] = trait_table()[codes[hot]]
            self.scan = Scan(codes, traits)

    def drop(self, positions: Positions) -> None:
        """Drop some code points."""
        if len(positions):
            keep = np.ones(len(self.start), bool)
            keep[positions] = False
            self._select(keep)

    def _select(self, which: NDArray[np.bool_] | Positions) -> None:
        self.start, self.end = self.start[which], self.end[which]
        self.scan = Scan(self.scan.codes[which], self.scan.traits[which])

    def splice(self, edits: Iterable[Edit]) -> None:
        """Put other text in place of spans; each new character stands for the whole span.

        The spans are in order, apart from each other and not empty.
        """
        edits = list(edits)
        if not edits:
            return
        joined = _spliced(self.scan.joined, edits)
        first = np.array([edit[0] for edit in edits])
        old = np.array([edit[1] for edit in edits]) - first
        new = np.array([len(edit[2]) for edit in edits])
        first = self._make_room(first, old, new)
        room = np.maximum(old, new)
        raw = "".join([edit[2] for edit in edits]).encode("utf-32-le", "surrogatepass")
        at = ranges(first, new)
        self.scan.codes[at] = np.frombuffer(raw, "<u4")
        self.scan.traits[at] = trait_table()[self.scan.codes[at]]
        self.start[at] = np.repeat(self.start[first], new)
        self.end[at] = np.repeat(self.end[first + room - 1], new)
        self.drop(ranges(first + new, room - new))
        self.scan = Scan(self.scan.codes, self.scan.traits, joined)

    def _make_room(
        self, first: Positions, old: NDArray[np.intp], new: NDArray[np.intp]
    ) -> Positions:
        """Widen spans that are to hold more than they do; return where all of them begin then."""
        more = np.maximum(new - old, 0)
        if not more.any():
            return first
        copies = np.ones(len(self.start), np.intp)
        copies[first + old - 1] += more
        self._select(np.repeat(np.arange(len(copies)), copies))
        return first + np.cumsum(more) - more

    def rewrite(
        self, pattern: re.Pattern[str], starts: Positions, by: Callable[[re.Match[str]], str]
    ) -> None:
        """Replace the matches of a pattern that begin at one of some positions."""
        pairs = [(match, by(match)) for match in self.scan.matches(pattern, starts)]
        # What stays as it is keeps its place, letter for letter: "Q&A;" is no entity.
        self.splice((*match.span(), text) for match, text in pairs if text != match[0])


def _spliced(joined: str, edits: Iterable[Edit]) -> str:
    pieces: list[str] = []
    done = 0
    for start, end, text in edits:
        pieces += joined[done:start], text
        done = end
    return "".join([*pieces, joined[done:]])


_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# A character with the marks that belong on it, or conjoining Hangul letters (macOS file names).
_COMPOSED = re.compile(
    "[^\\x00\u0300-\u036f\u1100-\u11ff\u20d0-\u20ff]?[\u0300-\u036f\u20d0-\u20ff]+"
    "|[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?"
    "|[\u3040-\u30ff][\u3099\u309a]"
)
# No letter of any language bears more marks; sorting thousands of them takes NFC for ever.
_MOST_MARKS = 8
_MARKS = re.compile("[\u0300-\u036f\u20d0-\u20ff]")


def _unescape(draft: _Draft) -> None:
    # An entity for NUL must not break the batch apart.
    draft.rewrite(
        _ENTITY,
        draft.scan.where(characters="&"),
        lambda match: html.unescape(match[0]).replace("\0", " "),
    )


def _remove_invisible(draft: _Draft) -> None:
    scan = draft.scan
    hot = scan.where(OTHER)
    hot = hot[scan.has(characters.INVISIBLE, hot)]
    if not len(hot):
        return
    joins = scan.codes[hot] == characters.ZERO_WIDTH_JOINER
    joiners, others = hot[joins], hot[~joins]
    # A joiner after an emoji makes one picture out of two; anywhere else it hides a word.
    hiding = joiners[~scan.has(characters.EMOJI, _previous(joiners, others))]
    draft.drop(np.concatenate([others, hiding]))


def _previous(positions: Positions, dropped: Positions) -> Positions:
    """Return the positions before some positions, past those that are dropped."""
    before = positions - 1
    place = np.searchsorted(dropped, before)
    hit = np.flatnonzero(np.isin(before, dropped))
    first, _ = runs(dropped)
    before[hit] = first[place[hit]] - 1
    return before


def _expand(draft: _Draft) -> None:
    table = characters.expansions()
    scan = draft.scan
    hot = scan.where(EXPANDS).tolist()
    draft.splice((at, at + 1, table[scan.joined[at]]) for at in hot)


def _composed_starts(scan: Scan) -> Positions:
    marks = scan.where(COMBINES)
    if not len(marks):
        return marks
    return np.sort(np.maximum(np.concatenate([marks - 1, marks]), 0))


def _compose(draft: _Draft) -> None:
    """Put letters and their marks together; drop marks that compose to nothing (Zalgo)."""

    def composed(match: re.Match[str]) -> str:
        return _MARKS.sub("", unicodedata.normalize("NFC", match[0][: _MOST_MARKS + 1]))

    draft.rewrite(_COMPOSED, _composed_starts(draft.scan), composed)


def _undisguise(draft: _Draft) -> None:
    """Look-alike letters, leetspeak and spaced-out words; see ``disguise.py``."""
    draft.splice(disguise.find_lookalikes(draft.scan))
    scan = draft.scan
    edits = [*disguise.find_leetspeak(scan), *disguise.find_spaced_out(scan)]
    if not edits:
        return
    # Of two that begin together the longer one: "加 微 信", not only "加 微".
    edits.sort(key=lambda edit: (edit[0], -edit[1]))
    # Inside an address, digits between letters and dots between letters are just that.
    spans = as_array([edit[:2] for edit in edits])
    protected = touching(spans, *find_addresses(scan.only(spans[:, 0])))
    kept: list[Edit] = []
    for edit, inside in zip(edits, protected.tolist(), strict=True):
        if not inside and (not kept or edit[0] >= kept[-1][1]):
            kept.append(edit)
    draft.splice(kept)


def normalize(texts: Sequence[str]) -> TextBatch:
    """Normalise a batch of texts.

    HTML entities are resolved; invisible and bidirectional controls removed; compatibility
    forms folded (NFKC, save where it changes meaning); letters composed; look-alike
    letters, leetspeak and spaced-out letters read as what they are meant to be. Case, white
    space, links, emoji and repeated characters stay: the features see to those.

    Parameters
    ----------
    texts : sequence of str, length n
        Any Unicode, lone surrogates and NUL included.

    Returns
    -------
    TextBatch
        With ``spans`` found; ``languages`` still empty.
    """
    plain = TextBatch.from_texts(texts)
    draft = _Draft(plain)
    _unescape(draft)
    _remove_invisible(draft)
    draft.fold()
    _expand(draft)
    _compose(draft)
    _undisguise(draft)
    scan = draft.scan
    starts = np.concatenate([[0], scan.ends[:-1] + 1]).astype(np.int64)[: len(scan.ends)]
    batch = TextBatch(plain.originals, scan.codes, starts, scan.ends, draft.start, draft.end)
    batch.spans = find_spans(scan)
    batch.joined = scan.joined
    batch.classes = (scan.traits & np.uint32(CLASSES)).astype(np.uint16)
    return batch
