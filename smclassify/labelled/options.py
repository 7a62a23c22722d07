"""How labelled files are to be read: what a user says of their columns, values and labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from smclassify.errors import TrainingError
from smclassify.labels import OWN_LABEL_RULE, Task, is_own_label

_MAP_OPTION: Final = "--map"
_NO_MAPPING: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True)
class ReadOptions:
    """What a user says of labelled files, where the files themselves don't.

    Attributes
    ----------
    text_column : str or None
        Where the texts are.
    label_columns : tuple of str
        Where the labels are; only there are they looked for then.
    mapping : mapping of str to str
        Of ``--map OLD=NEW``: OLD is a value as it stands in a cell, or a column's header; NEW is
        one or more labels (``complaint|private_reply``), what a column is for (``kind``), ``true``
        or ``false``, ``none`` or ``clean`` (no label at all), or empty or ``-`` (says nothing).
    new_labels : tuple of str
        The company's own labels.
    task : Task or None
        What the texts are.
    lang : str or None
        The language of texts whose file doesn't say it.
    format, encoding, delimiter, sheet : str or None
        As of :func:`smclassify.exports.open_table` and :func:`smclassify.exports.find_inputs`.

    Raises
    ------
    TrainingError
        If an own label may not have its name, or is there twice.
    """

    text_column: str | None = None
    label_columns: tuple[str, ...] = ()
    mapping: Mapping[str, str] = field(default_factory=lambda: _NO_MAPPING)
    new_labels: tuple[str, ...] = ()
    task: Task | None = None
    lang: str | None = None
    format: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None

    def __post_init__(self) -> None:
        for place, name in enumerate(self.new_labels):
            if not is_own_label(name):
                small = name.strip().lower()
                way_out = f" Such as: --new-label {small}." if is_own_label(small) else ""
                raise TrainingError(
                    f"{name!r} cannot be a label of your own.",
                    where="--new-label",
                    hint=f"Allowed: {OWN_LABEL_RULE}.{way_out}",
                )
            if name in self.new_labels[:place]:
                raise TrainingError(f"{name!r} is there twice.", where="--new-label")


def parse_mapping(pairs: Iterable[str]) -> dict[str, str]:
    """Return the mapping of pairs such as ``Beschwerde=complaint``; OLD may hold ``=`` itself.

    Raises
    ------
    TrainingError
        If one has no ``=`` or nothing before it, or two say different things of one value.
    """
    mapping: dict[str, str] = {}
    for pair in pairs:
        old, sign, new = pair.rpartition("=")
        if not sign or not old.strip():
            raise TrainingError(
                f"{pair!r} maps nothing.",
                where=_MAP_OPTION,
                hint='Write OLD=NEW, such as "Beschwerde=complaint".',
            )
        if mapping.setdefault(old, new.strip()) != new.strip():
            raise TrainingError(
                f"{old!r} is mapped to {mapping[old]!r} and to {new.strip()!r}.", where=_MAP_OPTION
            )
    return mapping
