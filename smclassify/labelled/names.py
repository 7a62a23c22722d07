"""How people write a name in a cell or a header, made comparable; several names in one cell."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Final

_QUOTES: Final = re.compile(r"[\"'’‘“”«»`]")
_GAPS: Final = re.compile(r"[\s_\-–—−]+")
_SEPARATORS: Final = re.compile(r"[|;,/\r\n、；，｜]")
_COMBINING: Final = "Mn"


def fold(name: str) -> str:
    """Return a name without what doesn't count.

    Case, Unicode forms, accents and quotation marks don't; blanks, hyphens and underscores are
    all the same: ``" Réclamation "`` is ``"reclamation"``, ``"Off-Policy"`` ``"off policy"``.
    """
    apart = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", name).casefold())
    bare = "".join(one for one in apart if unicodedata.category(one) != _COMBINING)
    joined = unicodedata.normalize("NFC", _QUOTES.sub("", bare))
    return _GAPS.sub(" ", joined).strip()


def split_names(cell: str) -> list[str]:
    """Return the names in a cell such as ``spammy|off_policy`` or ``["spammy"]``.

    They may be joined by ``|``, ``;``, ``,``, ``/`` or line breaks, or be a list of JSON.
    """
    stripped = cell.strip()
    if (listed := _json_names(stripped)) is not None:
        return listed
    parts = _SEPARATORS.split(stripped.strip("[]"))
    names = (part.strip().strip("\"'").strip() for part in parts)
    return [name for name in names if name]


def _json_names(cell: str) -> list[str] | None:
    if not (cell.startswith("[") and cell.endswith("]")):
        return None
    try:
        items = json.loads(cell)
    except (ValueError, RecursionError):
        return None  # a list of Python's, or of somebody's own
    return [str(item).strip() for item in items if item is not None and str(item).strip()]
