"""The survey of labelled texts: what a person should know, and could mend, before training."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.errors import TrainingError
from smclassify.labelled.alike import Alike, find_alike
from smclassify.labelled.contradictions import PlaceOf, contradictions
from smclassify.labelled.findings import (
    Duplicate,
    LabelCount,
    Leak,
    LeakKind,
    Oddity,
    OddText,
    Place,
    RareLabel,
    Rarity,
    Survey,
)
from smclassify.labelled.groups import AUTHOR, THREAD, Tied, tie_key, tied_groups
from smclassify.labelled.texts import TRAIN, LabelledTexts
from smclassify.labelled.understood import NO_TEXT, Understood
from smclassify.labels import LANGUAGES, Task
from smclassify.model.indexing import UNLABELLED
from smclassify.text.batch import TextBatch
from smclassify.text.prepare import MAX_CHARACTERS

FEWEST: Final = 5
"""A label needs so many texts that have it, and so many that have it not, to be learned."""
ENOUGH_TO_MOVE: Final = 25
"""A yes-or-no label that a model has learned already stays as it is unless so many texts have
it; one that it has not is learned from fewer, but hardly well."""

_SAYS_SOMETHING: Final = frozenset({"So", "Lo"})
"""What a single character may be and still be a comment: an emoji, or a word of Chinese."""


def survey(
    texts: LabelledTexts,
    languages: Sequence[str],
    groups: Tied | None = None,
    *,
    batch: TextBatch | None = None,
    alike: Alike | None = None,
    understood: Sequence[Understood] = (),
) -> Survey:
    """Look labelled texts over.

    Parameters
    ----------
    texts : LabelledTexts
    languages : sequence of str, length n
        What language each is in.
    groups : Tied, optional
        Which belong together, where :func:`~smclassify.labelled.groups.tied_groups` has found
        it already.
    batch : TextBatch, optional
        The same texts, prepared.
    alike : Alike, optional
        Which say the same, where :func:`~smclassify.labelled.alike.find_alike` has found it.
    understood : sequence of Understood
        How their files were understood; what was odd in a row is among the contradictions.
    """
    alike = alike or find_alike(texts.texts, batch)
    tied = groups or tied_groups(texts, batch, alike=alike)
    counts = tuple(_counts(texts, np.array(languages, dtype=np.str_)))
    place = _placer(texts)
    spoken = Counter(languages)
    return Survey(
        texts.task,
        len(texts),
        texts.heads,
        counts,
        tuple(_duplicates(alike, place)),
        contradictions(texts, alike, place, understood),
        tuple(_leaks(texts, alike, tied, place)),
        tuple(_rare(texts)),
        tuple(label for label in texts.heads if (texts.column(label) == UNLABELLED).all()),
        {code: spoken[code] for code in sorted(spoken) if code not in LANGUAGES},
        (*_odd(texts, place), *_empty(texts.task, understood)),
        tied.too_common,
        len(np.unique(tied.groups)),
    )


def _placer(texts: LabelledTexts) -> PlaceOf:
    def place(index: int) -> Place:
        return Place(texts.groups[index], texts.rows[index], texts.ids[index], index)

    return place


def _counts(texts: LabelledTexts, languages: NDArray[np.str_]) -> Iterator[LabelCount]:
    masks = {str(code): languages == code for code in np.unique(languages)}
    for label in texts.heads:
        column = texts.column(label)
        if (column == UNLABELLED).all():
            continue
        for code, mask in masks.items():
            present, absent, unsaid = (
                int((column[mask] == value).sum()) for value in (1, 0, UNLABELLED)
            )
            yield LabelCount(label, code, present, absent, unsaid)


def _duplicates(alike: Alike, place: PlaceOf) -> Iterator[Duplicate]:
    for group in alike.copies():
        yield Duplicate(tuple(map(place, group)), near=False)
    for pair in alike.near:
        yield Duplicate(tuple(map(place, pair)), near=True)


def _leaks(texts: LabelledTexts, alike: Alike, tied: Tied, place: PlaceOf) -> Iterator[Leak]:
    """Yield what is on both sides of the split that the file says, if it says one."""
    learned = {index for index, split in enumerate(texts.splits) if split == TRAIN}
    held = {index for index, split in enumerate(texts.splits) if split not in ("", TRAIN)}
    if not learned or not held:
        return

    def leak(kind: LeakKind, name: str, group: Sequence[int]) -> Iterator[Leak]:
        sides = [[index for index in group if index in side] for side in (learned, held)]
        if all(sides):
            yield Leak(kind, name, *(tuple(map(place, side)) for side in sides))

    for group in alike.copies():
        yield from leak(LeakKind.SAME_TEXT, "", group)
    for pair in alike.near:
        yield from leak(LeakKind.NEAR_TEXT, "", pair)
    for tie, kind, names in (
        (AUTHOR, LeakKind.AUTHOR, texts.authors),
        (THREAD, LeakKind.THREAD, texts.threads),
    ):
        members: dict[str, list[int]] = {}
        for index, name in enumerate(names):
            members.setdefault(tie_key(name), []).append(index)
        for key, group in members.items():
            if key and (tie, key) not in tied.too_common:
                yield from leak(kind, names[group[0]], group)


def learnable(texts: LabelledTexts) -> NDArray[np.bool_]:
    """Return which labels have texts enough on both sides to be learned, shape (n_heads,).

    Raises
    ------
    TrainingError
        If none has.
    """
    sides = [(texts.labels == side).sum(axis=0) >= FEWEST for side in (0, 1)]
    enough: NDArray[np.bool_] = sides[0] & sides[1]
    if not enough.any():
        raise TrainingError(
            f"No label of the {texts.task.value} has {FEWEST} texts that have it and {FEWEST} that "
            "have it not.",
            hint="Label more texts, clean ones too.",
        )
    return enough


def _rare(texts: LabelledTexts) -> Iterator[RareLabel]:
    for label in texts.heads:
        column = texts.column(label)
        present, absent = int((column == 1).sum()), int((column == 0).sum())
        fewer = min(present, absent)
        if present + absent and fewer < ENOUGH_TO_MOVE:
            rarity = Rarity.NOT_LEARNED if fewer < FEWEST else Rarity.WEAK
            yield RareLabel(label, present, absent, rarity)


def _odd(texts: LabelledTexts, place: PlaceOf) -> Iterator[OddText]:
    for index, text in enumerate(texts.texts):
        if not text.strip():
            yield OddText(Oddity.EMPTY, place(index))
        elif len(text) > MAX_CHARACTERS:
            yield OddText(Oddity.LONG, place(index))
        elif len(bare := text.strip()) == 1 and unicodedata.category(bare) not in _SAYS_SOMETHING:
            yield OddText(Oddity.SHORT, place(index))


def _empty(task: Task, understood: Sequence[Understood]) -> Iterator[OddText]:
    """Yield the rows that were passed over, since there is no text in them."""
    for one in understood:
        if one.task is task:
            for row in one.skipped.get(NO_TEXT, ()):
                yield OddText(Oddity.EMPTY, Place(one.name, row, "", -1))
