"""How a labelled file was understood, for whoever wants to see it before anything is learned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from smclassify.labelled.texts import LabelledTexts
from smclassify.labels import Task

NO_TEXT: Final = "without a text"
"""Why a row was passed over."""
UNSAID: Final = "nobody has said"
"""What a value was taken for that says nothing."""


@dataclass(frozen=True)
class Remark:
    """Something odd in a row; it was read nevertheless.

    Attributes
    ----------
    row : int
        From 1, as in :attr:`smclassify.exports.Row.number`.
    message : str
        What is odd, and what was made of it.
    """

    row: int
    message: str


@dataclass(frozen=True)
class Understood:
    """How one table was understood.

    Attributes
    ----------
    name : str
        What its texts' :attr:`LabelledTexts.groups` call it.
    path : str
        The file it stands in; ``"-"`` for standard input.
    task : Task
    columns : mapping of str to str
        Header -> what the column is for: ``text``, ``kind``, ``any label``, or a label whose
        column holds true or false.
    values : mapping of str to tuple of str
        Each value that is no label's own name -> what it was taken for: labels, ``true`` or
        ``false``, :data:`UNSAID`; none where it says that there is no label.
    rows : int
        Rows with a text.
    unlabelled : int
        How many of them say nothing about any label.
    skipped : mapping of str to tuple of int
        Why rows were passed over -> their numbers.
    remarks : tuple of Remark
    left_alone : tuple of str
        Headers of the columns that nothing was read from.
    """

    name: str
    path: str
    task: Task
    columns: Mapping[str, str]
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rows: int = 0
    unlabelled: int = 0
    skipped: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()
    left_alone: tuple[str, ...] = ()


@dataclass(frozen=True)
class LabelledFiles:
    """What was read from labelled files.

    Attributes
    ----------
    texts : mapping of Task to LabelledTexts
    understood : tuple of Understood
        One a table, in the order they were read.
    passed_over : tuple of str
        Files and sheets without labels in a folder, an archive or a workbook, and why.
    unused : tuple of str
        What was mapped and stands nowhere: a typing error?
    """

    texts: Mapping[Task, LabelledTexts]
    understood: tuple[Understood, ...] = ()
    passed_over: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "texts", MappingProxyType(dict(self.texts)))
