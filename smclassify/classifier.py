"""The classifier: a model and a configuration, ready to read texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from smclassify.comments import CommentColumns, CommentResult, triage_batch
from smclassify.config import Config
from smclassify.drafts import DraftResult, score_batch
from smclassify.errors import InputError
from smclassify.labels import Task, own_labels_of
from smclassify.model.decision import Thresholds, checked_thresholds
from smclassify.model.figures import learned_in
from smclassify.model.manifest import read_manifest
from smclassify.model.registry_reading import Models
from smclassify.model.versions import DEFAULT, shipped_model, user_models

# What reads texts is imported with the first model: the process that only hands texts to workers
# and asks what a model knows would wait a second for spaCy, for nothing.
if TYPE_CHECKING:
    from smclassify.model.model import Model
    from smclassify.policy.checker import PolicyChecker
    from smclassify.text.batch import TextBatch

__all__ = (
    "DEFAULT",
    "Classifier",
    "find_model",
    "learned_languages",
    "load",
    "own_labels",
    "shipped_model",
    "user_models",
)

BATCH_TEXTS = 2_000
BATCH_CHARACTERS = 500_000


def find_model(name_or_path: str | Path) -> Path:
    """Return the folder of a model.

    Parameters
    ----------
    name_or_path : str or path
        ``"default"`` (the model in use), ``"shipped"``, a name given to ``train`` (its current
        version), a version such as ``"acme@2"``, or a folder.

    Raises
    ------
    ModelError
        If there is none.
    """
    return Models(user_models(), shipped=shipped_model).find(name_or_path)


def load(name_or_path: str | Path = DEFAULT, *, config: Config | None = None) -> Classifier:
    """Load a classifier.

    Parameters
    ----------
    name_or_path : str or path, default "default"
        The model in use, ``"shipped"``, the name of a trained one, one of its versions
        (``"acme@2"``), or a model folder.
    config : Config, optional
        The company's configuration; see :func:`smclassify.config.load_config`.

    Raises
    ------
    ModelError
        If there is no such model, or it is damaged or hostile; nothing in it is run.
    """
    from smclassify.model.folder import load_model
    from smclassify.model.panel import Panel

    model = load_model(find_model(name_or_path))
    fallback = None if Panel.is_complete(model) else load_model(shipped_model())
    return Classifier(model, config=config, fallback=fallback)


def own_labels(name_or_path: str | Path, task: Task) -> tuple[str, ...]:
    """Return the labels of a company's own that a model has for a task; only its manifest is read.

    Raises
    ------
    ModelError
        If there is no such model, or its manifest is damaged.
    """
    entry = read_manifest(find_model(name_or_path)).tasks.get(task)
    return () if entry is None else own_labels_of(entry.heads)


def learned_languages(name_or_path: str | Path, task: Task) -> set[str]:
    """Return the codes of the languages that a model has learned a task in.

    Only its manifest is read; see :func:`smclassify.model.figures.learned_in`.

    Raises
    ------
    ModelError
        If there is no such model, or its manifest is damaged.
    """
    return learned_in(read_manifest(find_model(name_or_path)), task)


class Classifier:
    """Scores drafts and triages comments.

    Parameters
    ----------
    model : Model
    config : Config, optional
        Defaults to a configuration with the built-in policy and nothing else.
    fallback : Model, optional
        Answers for the labels that ``model`` has not learned.
    """

    def __init__(
        self, model: Model, *, config: Config | None = None, fallback: Model | None = None
    ) -> None:
        from smclassify.model.panel import Panel

        self.panel = Panel(model, fallback)
        self.config = config or Config()

    def own_labels(self, task: Task) -> tuple[str, ...]:
        """Return the labels of a company's own that the model has learned for a task."""
        return self.panel.own(task)

    @cached_property
    def checker(self) -> PolicyChecker:
        """The company's policy, compiled on first use."""
        from smclassify.policy.checker import PolicyChecker

        return PolicyChecker(
            self.config.policy,
            pipelines=self.config.pipelines,
            ui_language=self.config.ui_language,
        )

    @overload
    def score(  # type: ignore[overload-overlap]  # a str is a sequence of str
        self,
        texts: str,
        *,
        ids: Sequence[str] | None = None,
        platforms: str | Sequence[str | None] | None = None,
        langs: str | Sequence[str | None] | None = None,
        thresholds: Mapping[str, float] | None = None,
    ) -> DraftResult: ...
    @overload
    def score(
        self,
        texts: Sequence[str],
        *,
        ids: Sequence[str] | None = None,
        platforms: str | Sequence[str | None] | None = None,
        langs: str | Sequence[str | None] | None = None,
        thresholds: Mapping[str, float] | None = None,
    ) -> list[DraftResult]: ...
    def score(
        self,
        texts: str | Sequence[str],
        *,
        ids: Sequence[str] | None = None,
        platforms: str | Sequence[str | None] | None = None,
        langs: str | Sequence[str | None] | None = None,
        thresholds: Mapping[str, float] | None = None,
    ) -> DraftResult | list[DraftResult]:
        """Score drafts before they are published.

        Parameters
        ----------
        texts : str or sequence of str, length n
            One text gives one result, several give a list.
        ids : sequence of str, length n, optional
            Names of the drafts, "1", "2", … by default.
        platforms : str or sequence of str or None, optional
            Where they are to be published; brings in that platform's norms.
        langs : str or sequence of str or None, optional
            Their languages, where known; the others are detected.
        thresholds : mapping of str to float, optional
            Own thresholds of labels, over those of the model and the configuration.

        Raises
        ------
        InputError
            If a text is no string, there are more or fewer of something than texts, or a
            threshold is for no label of drafts or not between 0 and 1.
        """
        many = _checked_texts(texts)
        in_force = self._thresholds(Task.DRAFTS, thresholds)
        where = _spread(platforms, len(many), "platforms")
        language = self.config.ui_language
        results: list[DraftResult] = []
        for part, batch, names in _batches(many, ids, langs):
            findings = self.checker.check(batch, platforms=where[part])
            results += score_batch(
                self.panel, batch, names, findings, in_force, ui_language=language
            )
        return results[0] if isinstance(texts, str) else results

    @overload
    def triage(  # type: ignore[overload-overlap]  # a str is a sequence of str
        self,
        texts: str,
        *,
        ids: Sequence[str] | None = None,
        langs: str | Sequence[str | None] | None = None,
        thresholds: Mapping[str, float] | None = None,
    ) -> CommentResult: ...
    @overload
    def triage(
        self,
        texts: Sequence[str],
        *,
        ids: Sequence[str] | None = None,
        langs: str | Sequence[str | None] | None = None,
        thresholds: Mapping[str, float] | None = None,
    ) -> list[CommentResult]: ...
    def triage(
        self,
        texts: str | Sequence[str],
        *,
        ids: Sequence[str] | None = None,
        langs: str | Sequence[str | None] | None = None,
        thresholds: Mapping[str, float] | None = None,
    ) -> CommentResult | list[CommentResult]:
        """Say of comments what they are, who should answer, and how soon.

        Parameters
        ----------
        texts, ids, langs, thresholds
            As for :meth:`score`.

        Raises
        ------
        InputError
            As for :meth:`score`.
        """
        many = _checked_texts(texts)
        in_force = self._thresholds(Task.COMMENTS, thresholds)
        language = self.config.ui_language
        results: list[CommentResult] = []
        for _, batch, names in _batches(many, ids, langs):
            found = triage_batch(self.panel, batch, in_force, ui_language=language)
            results += found.results(names)
        return results[0] if isinstance(texts, str) else results

    def triage_columns(
        self,
        texts: Sequence[str],
        *,
        langs: str | Sequence[str | None] | None = None,
        thresholds: Mapping[str, float] | None = None,
    ) -> CommentColumns:
        """Say of comments what :meth:`triage` says, as columns: for a great many of them.

        Parameters
        ----------
        texts, langs, thresholds
            As for :meth:`score`.

        Raises
        ------
        InputError
            As for :meth:`score`.
        """
        many = _checked_texts(texts)
        in_force = self._thresholds(Task.COMMENTS, thresholds)
        language = self.config.ui_language
        return CommentColumns.joined(
            [
                triage_batch(self.panel, batch, in_force, ui_language=language)
                for _, batch, _ in _batches(many, None, langs)
            ]
        )

    def _thresholds(self, task: Task, thresholds: Mapping[str, float] | None) -> Thresholds:
        """Return the thresholds in force: the caller's over the configuration's and the model's."""
        asked = checked_thresholds(task, thresholds, self.own_labels(task))
        return self.panel.thresholds(task, self.config.thresholds, asked)


def _batches(
    texts: Sequence[str], ids: Sequence[str] | None, langs: str | Sequence[str | None] | None
) -> Iterator[tuple[slice, TextBatch, Sequence[str]]]:
    """Yield texts in batches, where they are, and their names; an empty one of no texts."""
    from smclassify.text.prepare import parts, prepare

    languages = _spread(langs, len(texts), "langs")
    _check_number(ids, len(texts), "ids")
    for part in list(parts(texts, BATCH_TEXTS, BATCH_CHARACTERS)) or [slice(0, 0)]:
        numbers = range(part.start + 1, part.stop + 1)
        names = ids[part] if ids is not None else [str(number) for number in numbers]
        yield part, prepare(texts[part], languages[part]), names


def _spread(value: str | Sequence[str | None] | None, n: int, what: str) -> Sequence[str | None]:
    if value is None or isinstance(value, str):
        return [value] * n
    _check_number(value, n, what)
    return value


def _check_number(values: Sequence[Any] | None, n: int, what: str) -> None:
    if values is not None and len(values) != n:
        raise InputError(
            f"There are {n} texts, but {len(values)} {what}.", hint="Give one for each text."
        )


def _checked_texts(texts: str | Sequence[str]) -> list[str]:
    many = [texts] if isinstance(texts, str) else list(texts)
    for number, text in enumerate(many, 1):
        if not isinstance(text, str):
            raise InputError(
                f"Text {number} is not a string but {type(text).__name__}: {text!r:.40}.",
                hint='Give "" for a text that is missing.',
            )
    return many
