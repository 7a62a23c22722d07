"""How well two people agree: Cohen's kappa for each label, and where they don't.

Kappa is the agreement beyond what two people would have by chance who use each name as often as
these do (Cohen 1960, "A coefficient of agreement for nominal scales"). The words for it are those
of Landis and Koch (1977, "The measurement of observer agreement for categorical data"); they are
a convention and no law.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import cohen_kappa_score

from smclassify.annotating.candidates import text_key
from smclassify.errors import InputError
from smclassify.exports.writing.guard import unguard
from smclassify.labelled import LabelledTexts
from smclassify.labels import DEPARTMENT, DEPARTMENTS, FLAG_OF_REASON, KIND, KINDS, Task
from smclassify.model.indexing import UNLABELLED

RESAMPLES: Final = 2_000
_WORDS: Final = (
    (0.0, "poor"),
    (0.2, "slight"),
    (0.4, "fair"),
    (0.6, "moderate"),
    (0.8, "substantial"),
    (1.0, "almost perfect"),
)
_ONE_OF: Final = {KIND: KINDS, DEPARTMENT: DEPARTMENTS}
_YES_NO: Final = ("no", "yes")


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well two people agree on a label.

    Attributes
    ----------
    label : str
        A yes-or-no label, or a column of which one name is right.
    texts : int
        That both have labelled.
    a_has, b_has : int
        How many texts have it, by each; for a column the texts.
    same : float
        The share of texts of which both say the same.
    kappa : float or None
        None where both always say the same one thing.
    low, high : float or None
        Its 95 % interval, by a bootstrap over the texts.
    """

    label: str
    texts: int
    a_has: int
    b_has: int
    same: float
    kappa: float | None
    low: float | None
    high: float | None

    @property
    def word(self) -> str:
        """What Landis and Koch call such a kappa."""
        if self.kappa is None:
            return "cannot be told"
        return next((word for most, word in _WORDS if self.kappa <= most + 1e-12), _WORDS[-1][1])

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {**asdict(self), "word": self.word}


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A text of which two people say different things."""

    id: str
    text: str
    label: str
    a_says: str
    b_says: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two people's labels held against each other.

    Attributes
    ----------
    task : Task
    shared : int
        Texts that both have labelled.
    only_a, only_b : int
        Texts that one of them has not.
    mixed : int
        Ids that stand for different texts in the two files, where there are so many of them
        that texts were matched by what they say alone.
    labels : tuple of Agreement
        In the order of the guide; those that both have labelled.
    disagreements : tuple of Disagreement
        In the order of the first file.
    """

    task: Task
    shared: int
    only_a: int
    only_b: int
    mixed: int
    labels: tuple[Agreement, ...]
    disagreements: tuple[Disagreement, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as plain JSON values; the texts stay out."""
        return {
            "task": self.task.value,
            "shared": self.shared,
            "only_a": self.only_a,
            "only_b": self.only_b,
            "mixed": self.mixed,
            "labels": [one.to_dict() for one in self.labels],
            "disagreements": len(self.disagreements),
        }


def compare(a: LabelledTexts, b: LabelledTexts, seed: int = 0) -> Comparison:
    """Hold two people's labels of the same texts against each other.

    Texts are matched by id, else by the text. Where most of the ids that both files have stand
    for different texts, ids count for nothing. Of a text that a file has more than once, its
    last labels count.

    Raises
    ------
    InputError
        If the two are of different tasks, or have no text in common.
    """
    if a.task is not b.task:
        raise InputError(f"One file has labels of {a.task.value}, the other of {b.task.value}.")
    pairs, mixed = _pairs(a, b)
    if not pairs:
        hint = "Both must hold the same texts, or the same ids for them."
        raise InputError("The two files have no text in common.", hint=hint)
    left, right = a.take([one for one, _ in pairs]), b.take([other for _, other in pairs])
    found, differing = [], []
    for place, label in enumerate(_labels(a, b)):
        said, names = _said(left, label), _said(right, label)
        both = (said[0] != UNLABELLED) & (names[0] != UNLABELLED)
        if both.any():
            found.append(_agreement(label, said[0][both], names[0][both], said[1], seed))
            differing += [
                (row, place, _differing(left, row, label, said, names))
                for row in np.flatnonzero(both & (said[0] != names[0])).tolist()
            ]
    return Comparison(
        a.task,
        len(pairs),
        len(set(map(_key, a.texts))) - len(pairs),
        len(set(map(_key, b.texts))) - len(pairs),
        mixed,
        tuple(found),
        tuple(one for _, _, one in sorted(differing, key=lambda it: it[:2])),
    )


def _pairs(a: LabelledTexts, b: LabelledTexts) -> tuple[list[tuple[int, int]], int]:
    """Return the rows of the same texts, and how many ids stand for different ones."""
    keys_a, keys_b = [_key(text) for text in a.texts], [_key(text) for text in b.texts]
    by_text = {key: row for row, key in enumerate(keys_b)}  # of several, the last
    ids_a, ids_b = _own_ids(a), _own_ids(b)
    common = [(ids_a[name], ids_b[name]) for name in ids_a.keys() & ids_b.keys()]
    mixed = sum(keys_a[one] != keys_b[other] for one, other in common)
    # Ids such as 1, 2, 3 of two exports mean nothing; those of one export survive an edited text.
    by_id = dict(common) if 2 * mixed <= len(common) else {}
    matched: dict[int, int] = {}
    for row, key in enumerate(keys_a):
        match = by_id.get(row, by_text.get(key))
        if match is not None:
            matched[match] = row
    return sorted((row, match) for match, row in matched.items()), 0 if by_id else mixed


def _key(text: str) -> str:
    return text_key(unguard(text))


def _own_ids(texts: LabelledTexts) -> dict[str, int]:
    """Return the row of each id that stands once; made of file and row where a file has none."""
    counts = Counter(texts.ids)
    return {
        name: row
        for row, name in enumerate(texts.ids)
        if counts[name] == 1 and not name.startswith(f"{texts.groups[row]}:")
    }


def _labels(a: LabelledTexts, b: LabelledTexts) -> Iterator[str]:
    own = [name for name in a.own if name in b.own]
    if a.task is Task.COMMENTS:
        grouped = {name for names in _ONE_OF.values() for name in names}
        yield from _ONE_OF
        yield from (name for name in a.heads if name not in grouped and name not in a.own)
    else:
        flags = [name for name in a.heads if name not in FLAG_OF_REASON and name not in a.own]
        yield from flags
        yield from (name for name in a.heads if name in FLAG_OF_REASON)
    yield from own


def _said(texts: LabelledTexts, label: str) -> tuple[NDArray[np.int64], Sequence[str]]:
    """Return what each text was said to be, shape (n,), and the names that stand for."""
    if label not in _ONE_OF:
        return texts.column(label), _YES_NO
    names = _ONE_OF[label]
    block = np.stack([texts.column(name) for name in names], axis=1)
    return np.where((block == 1).any(axis=1), (block == 1).argmax(axis=1), UNLABELLED), names


def _differing(
    texts: LabelledTexts,
    row: int,
    label: str,
    a: tuple[NDArray[np.int64], Sequence[str]],
    b: tuple[NDArray[np.int64], Sequence[str]],
) -> Disagreement:
    return Disagreement(
        texts.ids[row], texts.texts[row], label, a[1][int(a[0][row])], b[1][int(b[0][row])]
    )


def _agreement(
    label: str, a: NDArray[np.int64], b: NDArray[np.int64], names: Sequence[str], seed: int
) -> Agreement:
    low, high = _interval(a, b, len(names), seed)
    said = len(set(a.tolist()) | set(b.tolist()))
    one_of = label in _ONE_OF
    return Agreement(
        label,
        len(a),
        len(a) if one_of else int((a == 1).sum()),
        len(b) if one_of else int((b == 1).sum()),
        float((a == b).mean()),
        float(cohen_kappa_score(a, b, labels=range(len(names)))) if said > 1 else None,
        low,
        high,
    )


def _interval(
    a: NDArray[np.int64], b: NDArray[np.int64], k: int, seed: int
) -> tuple[float | None, float | None]:
    """Return the 95 % percentile interval of kappa (Efron and Tibshirani 1993, chapter 13).

    Kappa depends on the table of both alone, so tables are drawn instead of texts. Draws in
    which both say the same one thing have no kappa and are left out.
    """
    table = np.bincount(a * k + b, minlength=k * k)
    drawn = np.random.default_rng(seed).multinomial(len(a), table / len(a), RESAMPLES)
    shares = (drawn / len(a)).reshape(-1, k, k)
    same = np.trace(shares, axis1=1, axis2=2)
    chance = (shares.sum(axis=1) * shares.sum(axis=2)).sum(axis=1)
    told = chance < 1 - 1e-12
    if told.mean() < 0.95:  # an interval of what is left would be of something else
        return None, None
    low, high = np.percentile((same[told] - chance[told]) / (1 - chance[told]), [2.5, 97.5])
    return float(low), float(high)
