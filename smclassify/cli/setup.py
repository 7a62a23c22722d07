"""The classifier that a command's options ask for."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smclassify.classifier import Classifier


def load_classifier(model: str, config: str | None, policy: str | None) -> Classifier:
    """Read the configuration and load the model.

    Raises
    ------
    ConfigError
        If the configuration or the policy is missing or not valid.
    ModelError
        If there is no such model, or it is damaged.
    """
    from smclassify.classifier import load
    from smclassify.config import load_config, load_policy

    settings = load_config(config)
    if policy is not None:
        settings = settings.model_copy(update={"policy": load_policy(policy)})
    return load(model, config=settings)


def judge_of(model: str, classifier: Classifier) -> str:
    """Return what tells this model with this configuration from any other."""
    from smclassify import __version__
    from smclassify.classifier import find_model
    from smclassify.model.manifest import MANIFEST_FILE

    digest = hashlib.sha256(__version__.encode())
    # The manifest holds the digest of the weights.
    digest.update((find_model(model) / MANIFEST_FILE).read_bytes())
    digest.update(classifier.config.model_dump_json().encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]
