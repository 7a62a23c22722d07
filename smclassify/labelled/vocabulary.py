"""What a value in a cell means: a label, none at all, nothing; as mapped, else by its name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from smclassify.errors import TrainingError
from smclassify.labelled.names import fold, split_names
from smclassify.labelled.options import ReadOptions
from smclassify.labelled.synonyms import synonyms
from smclassify.labels import (
    CRISIS,
    DEPARTMENT,
    DEPARTMENTS,
    FLAG_OF_REASON,
    FLAGS,
    HEADS,
    KIND,
    KINDS,
    PRIVATE_REPLY,
    Task,
    is_own_label,
)

LABELS: Final = "labels"
REASONS: Final = "reasons"
SPLIT: Final = "split"
ANY: Final = "any label"
"""A column that holds labels and has no name that says which."""
IGNORED: Final = ""
GUESSES: Final = "sm_"
"""What the names of a triage's own columns begin with: a model's answers, not a person's."""

ROLE_USES: Final = ("text", "id", "lang", "author", "thread")
_USES: Final = frozenset({LABELS, REASONS, SPLIT, KIND, DEPARTMENT, *ROLE_USES})
_NOT_A_NAME: Final = re.compile(r"\W+")


@dataclass(frozen=True)
class Meaning:
    """What a value means.

    Attributes
    ----------
    labels : tuple of str
        The labels it names.
    clean : bool
        It says that there is no label at all.
    truth : bool or None
        It says true or false, for columns of one label.

    With none of these it says nothing.
    """

    labels: tuple[str, ...] = ()
    clean: bool = False
    truth: bool | None = None


NOTHING: Final = Meaning()
CLEAN: Final = Meaning(clean=True)


class Vocabulary:
    """The labels that may stand in files, and what else their values may mean.

    Raises
    ------
    TrainingError
        If a mapping leads to what is neither a label nor the use of a column.
    """

    def __init__(self, options: ReadOptions) -> None:
        self.own = options.new_labels
        self._words = synonyms()
        self._own = {fold(name): name for name in options.new_labels}
        self._uses: dict[str, str] = {}
        self._meanings: dict[str, Meaning] = {}
        self._originals: dict[str, str] = {}
        self.unused: set[str] = set(options.mapping)
        for old, new in options.mapping.items():
            self._take_in(old, new)

    def _take_in(self, old: str, new: str) -> None:
        key = fold(old) or old.strip()
        other = self._originals.setdefault(key, old)
        use, meaning = self._use_of(new), self._target(new)
        if other != old and (use, meaning) != (self._uses.get(key), self._meanings.get(key)):
            raise TrainingError(
                f"{other!r} and {old!r} are mapped to different things, but capitals and accents "
                "don't tell values apart.",
                where="--map",
            )
        if use is None and meaning is None:
            raise TrainingError(
                f"{old!r} is mapped to {new!r}, which is no label.{self.nearest_words(new)}",
                where="--map",
                hint="Map it to a label, to what a column is for "
                f"({', '.join(sorted(_USES))}), to none (no label at all), or to nothing "
                f'("{old}="). A label of your own needs --new-label as well.',
            )
        if use is not None:
            self._uses[key] = use
        if meaning is not None:
            self._meanings[key] = meaning

    def _use_of(self, new: str) -> str | None:
        """Return what a column mapped to something is for: also a label, as true or false."""
        if fold(new) == "":
            return IGNORED
        if fold(new) in _USES:
            return fold(new)
        return self.label(new)

    def _target(self, new: str) -> Meaning | None:
        key = fold(new)
        if key == "":
            return NOTHING
        if key in ("none", "clean"):
            return CLEAN
        if key in ("true", "false"):
            return Meaning(truth=key == "true")
        names = [self.label(part) for part in split_names(new)]
        labels = tuple(name for name in names if name is not None)
        return Meaning(labels) if labels and len(labels) == len(names) else None

    def label(self, word: str) -> str | None:
        """Return the label that a word is a name of, or ``None``."""
        key = fold(word)
        return self._own.get(key) or self._words.labels.get(key)

    def use(self, header: str) -> str | None:
        """Return what the user says a column is for; empty for nothing, ``None`` if unsaid."""
        key = fold(header)
        if key in self._uses:
            self.unused.discard(self._originals[key])
        return self._uses.get(key)

    def mapped(self, value: str) -> Meaning | None:
        """Return what the user says that a value means, ``None`` if unsaid."""
        key = fold(value) or value.strip()
        if key in self._meanings:
            self.unused.discard(self._originals[key])
        return self._meanings.get(key)

    def meaning(self, value: str) -> Meaning | None:
        """Return what a value of a column of labels means, or ``None`` if nobody knows."""
        if (said := self.mapped(value)) is not None:
            return said
        if (label := self.label(value)) is not None:
            return Meaning((label,))
        if self._words.means("nothing", value) or not fold(value):
            return NOTHING
        return CLEAN if self._words.means("none", value) else None

    # --- what may stand where -----------------------------------------------------------

    def allowed(self, use: str, task: Task) -> tuple[str, ...]:
        """Return the labels that may stand in a column."""
        if use == REASONS:
            return tuple(FLAG_OF_REASON)
        if use in (KIND, DEPARTMENT):
            return (*(KINDS if use == KIND else DEPARTMENTS), *self.own)
        if task is Task.DRAFTS:
            return (*FLAGS, *FLAG_OF_REASON, *self.own)
        return (*KINDS, *DEPARTMENTS, PRIVATE_REPLY, CRISIS, *self.own)

    def nearest(self, value: str, allowed: Sequence[str]) -> str | None:
        """Return the label of some whose name, or a synonym of it, is nearest to a value."""
        words: Mapping[str, str] = {**self._words.labels, **self._own}
        known = [word for word, label in words.items() if label in allowed]
        found = difflib.get_close_matches(fold(value), known, n=1, cutoff=0.7)
        return words[found[0]] if found else None

    def nearest_words(self, value: str) -> str:
        """Say which label is nearest to a value; empty where none is near."""
        every = (*HEADS[Task.DRAFTS], *HEADS[Task.COMMENTS], *self.own)
        near = self.nearest(value, every)
        return f" The nearest is {near}." if near else ""


def as_own_label(value: str) -> str | None:
    """Return a name that a value could have as a label of the company's own, or ``None``."""
    name = _NOT_A_NAME.sub("_", value.strip().lower()).strip("_")[:40]
    return name if is_own_label(name) else None


def task_of_label(label: str) -> Task | None:
    """Return the task that a label of the guide belongs to; ``None`` for an own one."""
    return next((task for task, names in HEADS.items() if label in names), None)
