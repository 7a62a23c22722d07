"""The classifier that a command's options ask for."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smclassify.classifier import Classifier
    from smclassify.config import Config


def load_classifier(
    model: str, config: str | None, policy: str | None, ui_language: str | None = None
) -> Classifier:
    """Read the configuration and load the model.

    The language of messages is the option's, else the configuration's, else the locale's.

    Raises
    ------
    ConfigError
        If the configuration or the policy is missing or not valid.
    ModelError
        If there is no such model, or it is damaged.
    """
    from smclassify.classifier import load

    return load(model, config=settings_of(config, policy, ui_language))


def settings_of(config: str | None, policy: str | None, ui_language: str | None = None) -> Config:
    """Read the configuration, and put into it what the options say otherwise.

    Raises
    ------
    ConfigError
        If the configuration or the policy is missing or not valid.
    """
    from smclassify.config import load_config, load_policy

    settings = load_config(config)
    if policy is not None:
        settings = settings.model_copy(update={"policy": load_policy(policy, settings.pipelines)})
    said = "ui_language" in settings.model_fields_set
    chosen = ui_language or (settings.ui_language if said else locale_language())
    return settings.model_copy(update={"ui_language": chosen})


def locale_language() -> str:
    """Return the language of the user's locale, or English where the program doesn't speak it."""
    from smclassify.wording import DEFAULT_UI_LANGUAGE, UI_LANGUAGES

    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            language = value[:2].lower()
            return language if language in UI_LANGUAGES else DEFAULT_UI_LANGUAGE
    return DEFAULT_UI_LANGUAGE


def judge_of(model: str, settings: Config) -> str:
    """Return what tells this model with this configuration from any other."""
    from smclassify import __version__
    from smclassify.classifier import find_model
    from smclassify.model.manifest import MANIFEST_FILE

    digest = hashlib.sha256(__version__.encode())
    # By content and not by name, whose meaning may change. The manifest holds the digest of the
    # weights; the shipped model answers for the labels that a company's has not learned.
    for one in (model, "shipped"):
        digest.update((find_model(one) / MANIFEST_FILE).read_bytes())
    digest.update(settings.model_dump_json().encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]
