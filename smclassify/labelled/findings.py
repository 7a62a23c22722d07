"""What there is to say of labelled texts before anything is learned: plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from smclassify.labels import Task


@dataclass(frozen=True)
class Place:
    """Where a text stands, so that a person can find it.

    Attributes
    ----------
    file : str
        What its table is called.
    row : int
        Its row, 1 for the first after the header; 0 where there is none.
    id : str
    index : int
        Its place among the texts, from 0; -1 for a row that was passed over.
    """

    file: str
    row: int
    id: str
    index: int

    def __str__(self) -> str:
        return f"{self.file}, row {self.row}" if self.row else f"{self.file}, {self.id}"


@dataclass(frozen=True)
class LabelCount:
    """How many texts in a language have a label, have it not, or don't say."""

    label: str
    language: str
    present: int
    absent: int
    unlabelled: int


@dataclass(frozen=True)
class Duplicate:
    """Texts that say the same (``near`` false), or nearly."""

    places: tuple[Place, ...]
    near: bool


class Rule(StrEnum):
    """Why labels contradict each other."""

    SAME_TEXT = "the same text has different labels"
    NEAR_TEXT = "nearly the same text has different labels"
    REASON_WITHOUT_FLAG = "a reason without its flag"
    REPLY_WITHOUT_COMPLAINT = "a private reply without a complaint"
    DEPARTMENT_WITHOUT_KIND = "a department for a kind that nobody answers"
    SEVERAL_KINDS = "more than one kind"
    SEVERAL_DEPARTMENTS = "more than one department"
    CELLS = "cells of a row that contradict each other"


@dataclass(frozen=True)
class Contradiction:
    """Labels that cannot all be right.

    Attributes
    ----------
    rule : Rule
    detail : str
        Which labels, or what a row's cells say.
    places : tuple of Place
    """

    rule: Rule
    detail: str
    places: tuple[Place, ...]


class LeakKind(StrEnum):
    """By what something of the texts held back is known to those learned from."""

    SAME_TEXT = "same text"
    NEAR_TEXT = "nearly the same text"
    AUTHOR = "author"
    THREAD = "thread"


@dataclass(frozen=True)
class Leak:
    """Texts on both sides of a split that belong together.

    Attributes
    ----------
    kind : LeakKind
    name : str
        The author or thread; empty for texts.
    learned, held_back : tuple of Place
        Those marked ``train``, and those marked ``dev`` or ``test``.
    """

    kind: LeakKind
    name: str
    learned: tuple[Place, ...]
    held_back: tuple[Place, ...]


class Rarity(StrEnum):
    """What too few texts mean for a label."""

    NOT_LEARNED = "not learned"
    WEAK = "weak"


@dataclass(frozen=True)
class RareLabel:
    """A label of which too few texts have it, or have it not."""

    label: str
    present: int
    absent: int
    rarity: Rarity


class Oddity(StrEnum):
    """What is odd about a text."""

    EMPTY = "empty"
    SHORT = "too short to say anything"
    LONG = "longer than what is read"


@dataclass(frozen=True)
class OddText:
    """A text from which little can be learned."""

    oddity: Oddity
    place: Place


@dataclass(frozen=True)
class Survey:
    """What there is to say of the labelled texts of one task.

    Attributes
    ----------
    task : Task
    texts : int
    heads : tuple of str
        Their labels, a company's own last.
    counts : tuple of LabelCount
        Of each label some text says something about, in each language.
    duplicates : tuple of Duplicate
    contradictions : tuple of Contradiction
    leaks : tuple of Leak
    rare : tuple of RareLabel
    unsaid : tuple of str
        Labels no text says anything about.
    new_languages : mapping of str to int
        Languages that the shipped model has not learned -> texts.
    odd_texts : tuple of OddText
    too_common : tuple of (str, str)
        Authors and threads that too many texts share to be held apart, as in
        :class:`~smclassify.labelled.groups.Tied`.
    groups : int or None
        Into how many groups that belong together the texts fall, where that was found out.
    """

    task: Task
    texts: int
    heads: tuple[str, ...]
    counts: tuple[LabelCount, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    leaks: tuple[Leak, ...] = ()
    rare: tuple[RareLabel, ...] = ()
    unsaid: tuple[str, ...] = ()
    new_languages: Mapping[str, int] = field(default_factory=dict)
    odd_texts: tuple[OddText, ...] = ()
    too_common: tuple[tuple[str, str], ...] = ()
    groups: int | None = None

    def count(self, label: str) -> tuple[int, int, int]:
        """Return how many texts have a label, have it not, don't say, over all languages."""
        of_label = [one for one in self.counts if one.label == label]
        return (
            sum(one.present for one in of_label),
            sum(one.absent for one in of_label),
            sum(one.unlabelled for one in of_label),
        )
