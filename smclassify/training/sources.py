"""What public sets there are to fetch, and the catalogue beside those that have been fetched."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import quote, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from smclassify.errors import InputError, OutputError
from smclassify.model.files import write_text_atomic
from smclassify.training.public import CATALOGUE, LEARNABLE

SOURCES_FILE: Final = "sources.toml"
MIRROR_VARIABLE: Final = "SMCLASSIFY_PUBLIC_MIRROR"
_SCHEMES: Final = ("http", "https")
_LARGEST: Final = 1 << 30
_PREFACE: Final = (
    "# Public sets got by `smclassify data fetch`. Nothing trains on a set whose use is eval.\n"
)


def is_web_address(address: str) -> bool:
    """Tell whether an address is one of the web's: http or https, with a host."""
    try:
        parts = urlsplit(address)
        return parts.scheme.lower() in _SCHEMES and bool(parts.hostname)
    except ValueError:  # brackets that don't close
        return False


def shown_address(address: str) -> str:
    """Return an address without what may be secret in it: a password, a signed query."""
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=host, query="", fragment="").geturl()


def _web_address(address: str) -> str:
    if not is_web_address(address):
        raise ValueError("should be an address that begins with https:// or http://")
    return address


_Address = Annotated[str, AfterValidator(_web_address)]


class Source(BaseModel):
    """A public set as it can be fetched.

    Attributes
    ----------
    file : str
        Its name, without any folder.
    source : str
        What it is, in words.
    licence : str
    use : str
        ``"train"``, or ``"eval"``: may be measured on alone.
    page : str
        Where what it was made from is published.
    url : str or None
        Where this very file is, if that is known.
    sha256 : str
    bytes, rows : int
        Its size; rows without the header.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str = Field(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._-]*$", max_length=100)
    source: str
    licence: str = Field(min_length=1)
    use: Literal["train", "eval"]
    page: _Address
    url: _Address | None = None
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    bytes: int = Field(gt=0, le=_LARGEST)
    rows: int = Field(gt=0)

    @property
    def learnable(self) -> bool:
        """Whether a model may learn from it."""
        return self.use == LEARNABLE

    def address(self, mirror: str | None) -> str | None:
        """Return where to get it: its own address, else a mirror's; None without either."""
        if self.url or not mirror:
            return self.url
        return f"{mirror.rstrip('/')}/{quote(self.file)}"


class Sources(BaseModel):
    """All public sets there are to fetch.

    Attributes
    ----------
    mirror : str or None
        A folder of the web that holds those without an address of their own.
    sets : dict of str to Source
        By name of the file.
    """

    model_config = ConfigDict(frozen=True)

    mirror: _Address | None = None
    sets: dict[str, Source]

    def named(self, names: Iterable[str]) -> list[Source]:
        """Return the sets of these names, without their ``.csv`` too; all where there is none.

        Raises
        ------
        InputError
            If there is no set of a name.
        """
        return [self._one(name) for name in dict.fromkeys(names)] or list(self.sets.values())

    def _one(self, name: str) -> Source:
        for file in (name, f"{name}.csv"):
            if file in self.sets:
                return self.sets[file]
        near = get_close_matches(name, self.sets, n=1)
        raise InputError(
            f"There is no public set {name[:100]!r}."
            + (f" Did you mean {near[0]!r}?" if near else ""),
            hint="smclassify data fetch --list names them all.",
        )


def sources_path() -> Path:
    """Return the file that says what can be fetched: an installation's own, else the checkout's.

    Raises
    ------
    InputError
        If it is missing.
    """
    package = Path(__file__).parent
    for folder in (package, package.parents[1] / "training"):
        if (folder / SOURCES_FILE).is_file():
            return folder / SOURCES_FILE
    raise InputError(
        f"The list of public sets ({SOURCES_FILE}) is missing.",
        where=str(package),
        hint="Install smclassify again.",
    )


def read_sources(path: Path | None = None) -> Sources:
    """Read what can be fetched.

    Raises
    ------
    InputError
        If the list is missing, damaged, or says something that cannot be.
    """
    path = path or sources_path()
    entries = _read_toml(path)
    mirror = entries.pop("mirror", None)
    sets = {
        name: {**one, "file": name} if isinstance(one, dict) else one
        for name, one in entries.items()
    }
    try:
        return TypeAdapter(Sources).validate_python({"mirror": mirror, "sets": sets})
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"] if part != "sets")
        raise InputError(f"{key}: {first['msg']}.", where=str(path)) from error


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"The list of sets cannot be read: {error}.", where=str(path)) from error


def add_to_catalogue(folder: Path, source: Source) -> None:
    """Write a set that is in a folder into the folder's catalogue, unless it is there.

    What stands in the catalogue stays as it is, a user's own sets and remarks too.

    Raises
    ------
    InputError
        If the catalogue is damaged.
    OutputError
        If it describes another file of this name, or cannot be written.
    """
    path = folder / CATALOGUE
    entry = _read_toml(path).get(source.file) if path.is_file() else None
    if entry is None:
        text = path.read_text(encoding="utf-8") if path.is_file() else _PREFACE
        write_text_atomic(path, f"{text.rstrip()}\n\n{_entry(source)}")
    elif not _same(entry, source):
        raise OutputError(
            f"The catalogue there describes another {source.file}.",
            where=str(path),
            hint="Take its entry out of the catalogue, or use another folder with --to.",
        )


def _same(entry: object, source: Source) -> bool:
    """Whether an entry means this file, and allows no more than its source does."""
    if not isinstance(entry, Mapping):
        return False
    return (entry.get("sha256"), entry.get("use")) == (source.sha256, source.use)


def _entry(source: Source) -> str:
    # A JSON string is a TOML string, escapes and all, but for one control character (DEL).
    about = source.model_dump(exclude={"file", "url"})
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in about.items()]
    return "\n".join([f"[{json.dumps(source.file)}]", *lines, ""])
