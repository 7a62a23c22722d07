"""The classifier that a command's options ask for."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pathlib import Path

    from smclassify.classifier import Classifier
    from smclassify.config import Config
    from smclassify.labels import Task


def model_folder(model: str) -> Path:
    """Return the folder of the model that an option names.

    Whatever a run asks of its model it asks of this folder: what a name means can change while
    the run goes on.

    Raises
    ------
    ModelError
        If there is no such model.
    """
    from smclassify.classifier import find_model

    return find_model(model).absolute()


def note_unlearned(model: Path, task: Task, lang: str | None) -> None:
    """Say so if a model has not learned the language that an option names.

    Raises
    ------
    ModelError
        If its manifest is damaged.
    """
    from smclassify.classifier import learned_languages

    if lang is not None and lang not in learned_languages(model, task):
        click.echo(
            f"Note: this model has not learned {lang}. What it says of such {task.value} is a "
            "guess.",
            err=True,
        )


def load_classifier(
    model: str | Path, config: str | None, policy: str | None, ui_language: str | None = None
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


def judge_of(model: Path, settings: Config) -> str:
    """Return what tells the model in a folder, with this configuration, from any other."""
    from smclassify import __version__
    from smclassify.classifier import find_model
    from smclassify.model.manifest import MANIFEST_FILE

    digest = hashlib.sha256(__version__.encode())
    # By content and not by name, whose meaning may change. The manifest holds the digest of the
    # weights; the shipped model answers for the labels that a company's has not learned.
    for folder in (model, find_model("shipped")):
        digest.update((folder / MANIFEST_FILE).read_bytes())
    digest.update(settings.model_dump_json().encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]
