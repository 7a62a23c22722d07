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
from functools import cache

import numpy as np
from numpy.typing import NDArray

from smclassify.text import characters, disguise
from smclassify.text.batch import SEPARATOR, TextBatch
from smclassify.text.scan import Scan, shifted
from smclassify.text.spans import cover, find_addresses, find_spans

Edit = tuple[int, int, str]
"""A replacement: from, to (exclusive), by what."""


class _Draft:
    """A batch while it is being rewritten."""

    def __init__(self, batch: TextBatch) -> None:
        self.codes = batch.codes
        self.start = batch.origin_start
        self.end = batch.origin_end
        self._scan: Scan | None = None

    @property
    def scan(self) -> Scan:
        if self._scan is None:
            self._scan = Scan(self.codes)
        return self._scan

    def map(self, table: NDArray[np.uint32]) -> None:
        """Replace every code point by its entry in a table."""
        self.codes = table[self.codes]
        self._scan = None

    def keep(self, mask: NDArray[np.bool_]) -> None:
        """Drop the code points outside the mask."""
        if not mask.all():
            self.codes, self.start, self.end = self.codes[mask], self.start[mask], self.end[mask]
            self._scan = None

    def splice(self, edits: Iterable[Edit]) -> None:
        """Put other text in place of spans; each new character stands for the whole span."""
        edits = list(edits)
        if not edits:
            return
        first = np.array([edit[0] for edit in edits], np.int64)
        last = np.array([edit[1] for edit in edits], np.int64)
        lengths = np.array([len(edit[2]) for edit in edits], np.int64)
        raw = "".join([edit[2] for edit in edits]).encode("utf-32-le", "surrogatepass")
        stay = ~cover(len(self.codes), np.column_stack([first, last]))
        removed_before = np.concatenate([[0], np.cumsum(last - first)[:-1]])
        at = np.repeat(first - removed_before, lengths)
        new_start = np.repeat(self.start[first], lengths)
        new_end = np.repeat(self.end[last - 1], lengths)
        self.codes = np.insert(self.codes[stay], at, np.frombuffer(raw, "<u4"))
        self.start = np.insert(self.start[stay], at, new_start)
        self.end = np.insert(self.end[stay], at, new_end)
        self._scan = None

    def rewrite(
        self,
        pattern: re.Pattern[str],
        hot: NDArray[np.bool_],
        by: Callable[[re.Match[str]], str],
    ) -> None:
        """Replace the matches of a pattern, in the texts that hold a hot code point."""
        matches = self.scan.matches(pattern, hot)
        pairs = ((match, by(match)) for match in matches)
        # What stays as it is keeps its place, letter for letter: "Q&A;" is no entity.
        self.splice((*match.span(), text) for match, text in pairs if text != match[0])


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
_COMPOSABLE = np.array([0x0300, 0x0370, 0x1100, 0x1200, 0x20D0, 0x2100, 0x3099, 0x309B])


def _unescape(draft: _Draft) -> None:
    # An entity for NUL must not break the batch apart.
    draft.rewrite(
        _ENTITY,
        draft.codes == ord("&"),
        lambda match: html.unescape(match[0]).replace("\0", " "),
    )


def _remove_invisible(draft: _Draft) -> None:
    invisible = characters.class_table()[draft.codes] & characters.INVISIBLE > 0
    if not invisible.any():
        return
    joiner = draft.codes == characters.ZERO_WIDTH_JOINER
    draft.keep(~invisible | joiner)
    # A joiner after an emoji makes one picture out of two; anywhere else it hides a word.
    emoji = characters.class_table()[draft.codes] & characters.EMOJI > 0
    draft.keep((draft.codes != characters.ZERO_WIDTH_JOINER) | shifted(emoji, -1))


def _compose(draft: _Draft) -> None:
    """Put letters and their marks together; drop marks that compose to nothing (Zalgo)."""
    marked = np.searchsorted(_COMPOSABLE, draft.codes, side="right") % 2 == 1

    def composed(match: re.Match[str]) -> str:
        return _MARKS.sub("", unicodedata.normalize("NFC", match[0][: _MOST_MARKS + 1]))

    draft.rewrite(_COMPOSED, marked, composed)


def _expand(draft: _Draft) -> None:
    table = characters.expansions()
    pattern = _any_of(tuple(table))
    hot = (draft.codes >= 0x2100) & (draft.codes < 0xFB07)
    if hot.any():
        draft.rewrite(pattern, hot & draft.scan.has("".join(table)), lambda match: table[match[0]])


@cache
def _any_of(characters_: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(f"[{''.join(characters_)}]")


def _undisguise(draft: _Draft) -> None:
    """Look-alike letters, leetspeak and spaced-out words; see ``disguise.py``."""
    draft.splice(disguise.find_lookalikes(draft.scan))
    edits = [*disguise.find_leetspeak(draft.scan), *disguise.find_spaced_out(draft.scan)]
    if not edits:
        return
    # Inside an address, digits between letters and dots between letters are just that.
    protected = cover(len(draft.codes), *find_addresses(draft.scan))
    kept: list[Edit] = []
    # Of two that begin together the longer one: "加 微 信", not only "加 微".
    for edit in sorted(edits, key=lambda edit: (edit[0], -edit[1])):
        apart = not kept or edit[0] >= kept[-1][1]
        if apart and not protected[edit[0] : edit[1]].any():
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
    draft.map(characters.fold_table())
    _expand(draft)
    _compose(draft)
    _undisguise(draft)
    ends = np.flatnonzero(draft.codes == SEPARATOR)
    starts = np.concatenate([[0], ends[:-1] + 1]).astype(np.int64)[: len(ends)]
    batch = TextBatch(plain.originals, draft.codes, starts, ends, draft.start, draft.end)
    batch.spans = find_spans(draft.scan)
    batch.joined = draft.scan.joined
    return batch
