"""The classifier: a model and a configuration, ready to read texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar, overload

from smclassify.comments import CommentResult, triage_batch
from smclassify.config import Config
from smclassify.drafts import DraftResult, score_batch
from smclassify.errors import InputError, ModelError
from smclassify.labels import Task
from smclassify.model.decision import DECIDED_LABELS
from smclassify.model.folder import load_model
from smclassify.model.manifest import is_name
from smclassify.model.model import Model
from smclassify.model.panel import Panel
from smclassify.policy.checker import PolicyChecker
from smclassify.text.batch import TextBatch
from smclassify.text.prepare import parts, prepare

DEFAULT = "default"
BATCH_TEXTS = 2_000
BATCH_CHARACTERS = 500_000

_Result = TypeVar("_Result")


def shipped_model() -> Path:
    """Return the folder of the model that comes with the program."""
    package = Path(__file__).parent
    for folder in (package / "_models" / DEFAULT, package.parent / "models" / DEFAULT):
        if folder.is_dir():
            return folder
    raise ModelError(
        "The shipped model is missing.",
        where=str(package),
        hint="Install smclassify again, or make the model with: make model",
    )


def user_models() -> Path:
    """Return the folder that a user's own models are kept in."""
    import platformdirs

    return Path(platformdirs.user_data_dir("smclassify", appauthor=False)) / "models"


def find_model(name_or_path: str | Path) -> Path:
    """Return the folder of a model: ``"default"``, a name given to ``train``, or a path.

    Raises
    ------
    ModelError
        If there is none.
    """
    name = str(name_or_path)
    if name == DEFAULT:
        return shipped_model()
    own = user_models() / name
    try:
        if is_name(name) and own.is_dir():
            return own
        if name and Path(name).is_dir():
            return Path(name)
    except OSError as error:  # a name that is too long, or a folder that is closed to us
        raise ModelError(f"There is no model {name[:100]!r}: {error.strerror or error}.") from error
    raise ModelError(
        f"There is no model {name[:100]!r}.",
        hint=f"Name 'default', a folder, or a model trained with --name (kept in {user_models()}).",
    )


def load(name_or_path: str | Path = DEFAULT, *, config: Config | None = None) -> Classifier:
    """Load a classifier.

    Parameters
    ----------
    name_or_path : str or path, default "default"
        The shipped model, the name of a trained one, or a model folder.
    config : Config, optional
        The company's configuration; see :func:`smclassify.config.load_config`.

    Raises
    ------
    ModelError
        If there is no such model, or it is damaged or hostile; nothing in it is run.
    """
    model = load_model(find_model(name_or_path))
    fallback = None if Panel.is_complete(model) else load_model(shipped_model())
    return Classifier(model, config=config, fallback=fallback)


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
        self.panel = Panel(model, fallback)
        self.config = config or Config()

    @cached_property
    def checker(self) -> PolicyChecker:
        """The company's policy, compiled on first use."""
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
        own = _checked_thresholds(Task.DRAFTS, thresholds)
        in_force = self.panel.thresholds(Task.DRAFTS, self.config.thresholds, own)
        where = _spread(platforms, len(many), "platforms")

        def job(part: slice, batch: TextBatch, names: Sequence[str]) -> list[DraftResult]:
            findings = self.checker.check(batch, platforms=where[part])
            return score_batch(
                self.panel, batch, names, findings, in_force, ui_language=self.config.ui_language
            )

        results = _in_batches(many, ids, langs, job)
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
        own = _checked_thresholds(Task.COMMENTS, thresholds)
        in_force = self.panel.thresholds(Task.COMMENTS, self.config.thresholds, own)

        def job(part: slice, batch: TextBatch, names: Sequence[str]) -> list[CommentResult]:
            return triage_batch(
                self.panel, batch, names, in_force, ui_language=self.config.ui_language
            )

        results = _in_batches(many, ids, langs, job)
        return results[0] if isinstance(texts, str) else results


def _in_batches(
    texts: Sequence[str],
    ids: Sequence[str] | None,
    langs: str | Sequence[str | None] | None,
    job: Callable[[slice, TextBatch, Sequence[str]], list[_Result]],
) -> list[_Result]:
    languages = _spread(langs, len(texts), "langs")
    _check_number(ids, len(texts), "ids")
    results: list[_Result] = []
    for part in parts(texts, BATCH_TEXTS, BATCH_CHARACTERS):
        batch = prepare(texts[part], languages[part])
        numbers = range(part.start + 1, part.stop + 1)
        names = ids[part] if ids is not None else [str(number) for number in numbers]
        results += job(part, batch, names)
    return results


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


def _checked_thresholds(task: Task, thresholds: Mapping[str, float] | None) -> Mapping[str, float]:
    known = DECIDED_LABELS[task]
    for label, value in (thresholds or {}).items():
        if label not in known:
            raise InputError(
                f"There is no threshold for {label!r} of {task.value}.",
                hint=f"Possible: {', '.join(known)}.",
            )
        if not 0 <= value <= 1:
            raise InputError(
                f"The threshold of {label!r} is {value!r}: it is a number from 0 to 1."
            )
    return thresholds or {}
