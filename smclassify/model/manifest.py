"""The manifest: what a model folder says of itself, checked before anything is believed."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from smclassify.errors import ModelError
from smclassify.labels import HEADS, Task, is_own_label

FORMAT: Final = "smclassify-model/1"
"""Raised when a folder written before can no longer be read, or the other way round."""

MANIFEST_FILE: Final = "manifest.json"
WEIGHTS_FILE: Final = "weights.joblib"
CARD_FILE: Final = "README.md"
FILES: Final = (WEIGHTS_FILE, MANIFEST_FILE, CARD_FILE)
"""All that a model folder consists of."""

MAX_MANIFEST_BYTES: Final = 4_000_000

MAX_SEED: Final = 2**63 - 1
"""So that a manifest's seed can be shown, and is a number for whatever reads the manifest."""

_NAME: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
_DIGEST: Final = r"^[0-9a-f]{64}$"

Probability = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0, le=1000)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class FeatureSettings(_Strict):
    """Parameters of :class:`smclassify.features.space.FeatureSpace`."""

    char_high: Annotated[int, Field(ge=1, le=8)]
    word_high: Annotated[int, Field(ge=1, le=5)]
    min_df: Annotated[int, Field(ge=1)]
    char_bits: Annotated[int, Field(ge=8, le=24)]
    word_bits: Annotated[int, Field(ge=8, le=24)]
    word_weight: Weight
    style_weight: Weight
    language_weight: Weight


class TaskEntry(_Strict):
    """The heads of one task, in the order of their columns, and their thresholds."""

    heads: tuple[str, ...]
    thresholds: dict[str, dict[str, Probability]]
    priors: dict[str, Probability] = {}


class DataEntry(_Strict):
    """A file the model has learned from."""

    name: str
    sha256: str
    texts: int
    licence: str = ""
    source: str = ""


class Parent(_Strict):
    """The model that this one was adapted from."""

    name: Annotated[str, Field(max_length=200)]
    version: Annotated[int, Field(ge=1)] | None = None
    """None for a model that is no version of a name, such as the shipped one."""
    weights_sha256: Annotated[str, Field(pattern=_DIGEST)]


class Manifest(_Strict):
    """What ``manifest.json`` holds."""

    format: Literal["smclassify-model/1"]
    name: Annotated[str, Field(pattern=_NAME)]
    description: str = ""
    licence: str = ""
    weights_sha256: Annotated[str, Field(pattern=_DIGEST)]
    versions: dict[str, str]
    settings: dict[str, Any] = {}
    features: FeatureSettings
    style: tuple[str, ...]
    columns: dict[str, int]
    tasks: dict[Task, TaskEntry]
    data: tuple[DataEntry, ...] = ()
    data_sha256: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""
    """Of all the labelled texts learned from, as they were after reading; never the texts."""
    seed: Annotated[int, Field(ge=0, le=MAX_SEED)] | None = None
    parent: Parent | None = None
    figures: dict[str, Any] = {}

    @model_validator(mode="after")
    def _known_heads(self) -> Manifest:
        for task, entry in self.tasks.items():
            unknown = [
                name for name in entry.heads if name not in HEADS[task] and not is_own_label(name)
            ]
            if unknown or len(set(entry.heads)) != len(entry.heads):
                raise ValueError(f"tasks.{task.value}.heads: unknown or doubled: {unknown!a:.80}")
            if not set(entry.thresholds) <= set(entry.heads):
                raise ValueError(f"tasks.{task.value}.thresholds: for labels it has no head for")
        return self


def is_name(name: str) -> bool:
    """Return whether a model may be called so: a plain file name on every system."""
    return re.fullmatch(_NAME, name) is not None


def read_manifest(folder: Path) -> Manifest:
    """Read and check the manifest of a model folder.

    Raises
    ------
    ModelError
        If there is none, or it is damaged, from another version, or makes no sense.
    """
    path = folder / MANIFEST_FILE
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            # A pipe would wait for ever, a device never end.
            raise ModelError("The manifest is no file.", where=str(path), hint=_HINT)
        if status.st_size > MAX_MANIFEST_BYTES:
            raise ModelError("The manifest is too large to be one.", where=str(path), hint=_HINT)
        raw = json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_constant)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ModelError(
            f"There is no {MANIFEST_FILE} in it, so it is not a model folder.",
            where=str(folder),
            hint="Name a folder that `smclassify train` has made, or 'default'.",
        ) from error
    except OSError as error:
        raise ModelError(
            f"The manifest cannot be read: {error.strerror or error}.", where=str(path)
        ) from error
    except (ValueError, RecursionError) as error:
        raise ModelError(
            f"The manifest is damaged: {error}.", where=str(path), hint=_HINT
        ) from error
    version = raw.get("format") if isinstance(raw, dict) else None
    if version != FORMAT:
        raise ModelError(
            f"The model is in the format {ascii(version)[:80]}; this version of smclassify reads "
            f"{FORMAT!r}.",
            where=str(path),
            hint="Use the version that made it, or train it anew.",
        )
    try:
        manifest = Manifest.model_validate(raw)
        # What pydantic reads may yet be nested too deeply for it to write.
        manifest.model_dump(mode="json")
    except ValidationError as error:
        first = error.errors()[0]
        # The keys are the file's: they may hold anything, terminal codes too.
        key = ascii(".".join(str(part) for part in first["loc"])).strip("'")[:80]
        raise ModelError(
            f"The manifest is not valid at {key or 'its top'}: {first['msg'][:200]}.",
            where=str(path),
            hint=_HINT,
        ) from error
    except (ValueError, RecursionError) as error:
        raise ModelError(
            f"The manifest is damaged: {error}.", where=str(path), hint=_HINT
        ) from error
    return manifest


_HINT = "Get the model again from where it came from, or train it anew. Nothing in it was run."


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")
