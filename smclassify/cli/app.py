"""The group of all commands. A new one is a module here and a line in :data:`SECTIONS`."""

from __future__ import annotations

from typing import Final

import click

from smclassify import __version__
from smclassify.cli.lazy import LazyGroup

SECTIONS: Final = {
    "Every day": {
        "score": "smclassify.cli.score:score",
        "triage": "smclassify.cli.triage:triage",
    },
    "Your own rules": {
        "policy": "smclassify.cli.policy:policy",
    },
    "Your own model": {
        "annotate": "smclassify.cli.annotate:annotate",
        "train": "smclassify.cli.train:train",
        "evaluate": "smclassify.cli.evaluate:evaluate",
        "models": "smclassify.cli.models:models",
        "data": "smclassify.cli.data:data",
    },
}


@click.group(
    cls=LazyGroup,
    sections=SECTIONS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "-V", "--version", message="smclassify %(version)s")
def cli() -> None:
    """Reads what a brand is about to post, and what people write to it.

    Drafts are checked for being spammy, self-centred or against the policy; comments are
    sorted by who needs an answer in private, from whom, and how soon. In English, French,
    Korean and Chinese, on this machine alone.
    """
