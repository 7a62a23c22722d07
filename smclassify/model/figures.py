"""The figures that a manifest claims, and whether what it says can be so at all.

A manifest is somebody's word. The weights are held against it when a model is loaded; this is
for all else, before it is shown or written into a card.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from smclassify.errors import ModelError
from smclassify.labels import (
    CRISIS,
    DEPARTMENT,
    FLAGS,
    KIND,
    LANGUAGES,
    PRIVATE_REPLY,
    Task,
    own_labels_of,
)
from smclassify.model.manifest import Manifest

ALL: Final = "all"
"""The line of a table over all languages together."""

_HELD_OUT: Final = "held_out"

FIRST: Final = ("test", _HELD_OUT)
"""The measurements that speak for a model, the most telling first."""

ENOUGH_TEXTS: Final = 20
"""Fewer texts of a language teach little, and may only have been taken for it."""

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0, le=10**9)]

_LONGEST: Final = 20_000
_VERSION: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+!_-]{0,39}")
_UNSHOWN: Final = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class _Open(BaseModel):
    """What is known is checked; what a later version adds may stand beside it."""

    model_config = ConfigDict(extra="allow", frozen=True, allow_inf_nan=False)


class Row(_Open):
    """How good the answers on one label in one language are."""

    precision: Share
    recall: Share
    f1: Share
    average_precision: Share
    calibration_error: Share
    support: Count
    texts: Count

    @model_validator(mode="after")
    def _possible(self) -> Row:
        if self.support > self.texts:
            raise ValueError("more texts have the label than there are texts")
        return self


class Measurement(_Open):
    """One measurement: task -> language -> label -> figures."""

    title: str
    how: str
    tables: dict[Task, dict[str, dict[str, Row]]]
    peers: dict[str, dict[str, dict[str, dict[str, Share]]]] = {}


@dataclass(frozen=True)
class Headline:
    """The F1 of a label that is decided yes or no, of kind or department, over all languages."""

    task: Task
    label: str
    f1: float
    support: int


def measurements(manifest: Manifest) -> dict[str, Measurement]:
    """Return the figures of a manifest, checked, those that speak for the model first.

    Raises
    ------
    ModelError
        If they are no figures.
    """
    order = {name: at for at, name in enumerate(FIRST)}
    names = sorted(manifest.figures, key=lambda name: order.get(name, len(order)))
    read = {}
    for name in names:
        try:
            read[name] = Measurement.model_validate(manifest.figures[name])
        except ValidationError as error:
            first = error.errors()[0]
            key = ascii(".".join(str(part) for part in (name, *first["loc"]))).strip("'")[:80]
            raise ModelError(
                f"The manifest's figures make no sense at {key}: {first['msg'][:200]}."
            ) from error
    return read


def headlines(manifest: Manifest) -> list[Headline]:
    """Return F1 and support of what is decided, from the first measurement.

    Of kinds and departments the macro means.

    Raises
    ------
    ModelError
        If the figures are none.
    """
    found = []
    for measurement in list(measurements(manifest).values())[:1]:
        for task, table in measurement.tables.items():
            rows = table.get(ALL, {})
            guide = FLAGS if task is Task.DRAFTS else (PRIVATE_REPLY, CRISIS, KIND, DEPARTMENT)
            heads = manifest.tasks[task].heads if task in manifest.tasks else ()
            labels = (*guide, *own_labels_of(heads))
            found += [
                Headline(task, label, rows[label].f1, rows[label].support)
                for label in labels
                if label in rows and rows[label].support
            ]
    return found


def check_claims(manifest: Manifest) -> None:
    """Make sure that what a manifest says can be so, and can be shown.

    Raises
    ------
    ModelError
        If not.
    """
    bits = {"char": manifest.features.char_bits, "word": manifest.features.word_bits}
    for block, most in bits.items():
        if manifest.columns.get(block, 0) > 1 << most:
            raise ModelError(
                f"The manifest claims more {block} columns than its features can have."
            )
    for entry in manifest.data:
        if not 0 <= entry.texts <= 10**9 or not _DIGEST.fullmatch(entry.sha256):
            raise ModelError("The manifest's data are no files with a number of texts each.")
    for library, version in manifest.versions.items():
        if not _VERSION.fullmatch(library) or not _VERSION.fullmatch(version):
            raise ModelError("The manifest's library versions are none.")
    for value in _leaves(manifest.model_dump()):
        _check_leaf(value)
    measurements(manifest)


def _leaves(value: Any) -> Iterator[Any]:
    """Yield all keys and values that are no containers; the manifest has bounded their depth."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield key
            yield from _leaves(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _leaves(inner)
    else:
        yield value


def _check_leaf(value: Any) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise ModelError("The manifest holds a number that is none.")
    if isinstance(value, str):
        if len(value) > _LONGEST:
            raise ModelError("The manifest holds a text that is far too long.")
        # Controls drive the terminal of whoever reads them; some turn a line round.
        if _UNSHOWN.search(value):
            raise ModelError("The manifest holds characters that cannot be shown.")


def learned_in(manifest: Manifest, task: Task) -> set[str]:
    """Return the codes of the languages that a model has learned a task in.

    By the texts that were held out, and the shipped model's languages where it began with that.
    """
    begun_with = () if manifest.settings.get("from_scratch") else LANGUAGES
    measured = measurements(manifest).get(_HELD_OUT)
    tables = {} if measured is None else measured.tables.get(task, {})
    taught = {
        code
        for code, rows in tables.items()
        if code != ALL and max((row.texts for row in rows.values()), default=0) >= ENOUGH_TEXTS
    }
    return taught.union(begun_with)
