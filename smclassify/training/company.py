"""Training on a company's own labelled files: ``smclassify train``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from smclassify.errors import TrainingError
from smclassify.labelled import read_labelled
from smclassify.model.folder import save_model
from smclassify.model.manifest import is_name
from smclassify.training.fit import Corpus, Settings, cross_validate, fit
from smclassify.training.outcome import Trained, counted_files, measurement

_HOW = (
    "The recipe's answers on writers it has not seen: each text is answered by a model whose "
    "n-grams, heads, calibration and thresholds were all fitted without any text of the same fold "
    "(whole batches). The saved file itself has then learned from all of them."
)


def train_files(
    paths: Sequence[str | Path],
    folder: str | Path,
    name: str,
    settings: Settings | None = None,
    text_column: str | None = None,
) -> Trained:
    """Train a model on labelled files, measure it on held-out texts, and save it.

    Parameters
    ----------
    paths : sequence of path
        See :mod:`smclassify.labelled`.
    folder : path
        The model folder to write.
    name : str
        The model's name.
    settings : Settings, optional
    text_column : str, optional
        Where the texts are, if the files' headers don't tell.

    Raises
    ------
    TrainingError
        If the files have no labels, or none from which anything can be learned, or the name
        is not one.
    """
    if not is_name(name):
        raise TrainingError(
            f"{name!r} cannot be a model's name.",
            hint="Use up to 64 letters, digits, dots, dashes and underscores; begin with a "
            "letter or a digit.",
        )
    files = [Path(path) for path in paths]
    texts = read_labelled(files, text_column)
    settings = settings or Settings()
    corpora = [Corpus.prepared(one) for one in texts.values() if len(one)]
    if not corpora:
        raise TrainingError("There are no texts in the files.")
    model = fit(corpora, {}, settings)
    held_out = cross_validate(corpora, {}, settings)
    about = {
        "name": name,
        "description": "Trained on a company's own labelled texts.",
        "licence": "its owner's",
        "settings": {"features": settings.features, "heads": settings.heads},
        "data": counted_files(files, texts),
        "figures": {"held_out": measurement("On held-out writers", _HOW, held_out)},
    }
    counts = {task: len(one) for task, one in texts.items()}
    return Trained(save_model(model, folder, about), Path(folder), held_out, counts)
