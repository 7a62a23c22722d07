"""smclassify: reads draft posts and incoming comments before they become mistakes.

>>> import smclassify
>>> classifier = smclassify.load()
>>> classifier.score("Opening hours from Monday: 9 to 6.").flags
()
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from smclassify.classifier import Classifier, load
    from smclassify.comments import CommentResult
    from smclassify.config import Config, load_config, load_policy
    from smclassify.drafts import DraftResult, Reason
    from smclassify.errors import SmclassifyError
    from smclassify.findings import Finding

__version__ = "0.1.0"

__all__ = [
    "Classifier",
    "CommentResult",
    "Config",
    "DraftResult",
    "Finding",
    "Reason",
    "SmclassifyError",
    "__version__",
    "load",
    "load_config",
    "load_policy",
]

# Looked up when first asked for: `smclassify --version` must not wait for spaCy.
_PLACES = {
    "Classifier": "smclassify.classifier",
    "load": "smclassify.classifier",
    "CommentResult": "smclassify.comments",
    "Config": "smclassify.config",
    "load_config": "smclassify.config",
    "load_policy": "smclassify.config",
    "DraftResult": "smclassify.drafts",
    "Reason": "smclassify.drafts",
    "SmclassifyError": "smclassify.errors",
    "Finding": "smclassify.findings",
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name in _PLACES:
        return getattr(import_module(_PLACES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
