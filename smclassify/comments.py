"""The second job: sort what people write to the brand.

normalise → language → features → heads → kind, private reply, department, crisis, priority
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import chain
from typing import TYPE_CHECKING, Any

from smclassify.labels import CRISIS, DEPARTMENTS, KINDS, PRIVATE_REPLY, Task
from smclassify.wording import DEFAULT_UI_LANGUAGE, phrase

if TYPE_CHECKING:  # the results are read by `smclassify --help` too, which loads no model
    import numpy as np
    from numpy.typing import NDArray

    from smclassify.model.decision import CommentDecisions, Thresholds
    from smclassify.model.panel import Panel
    from smclassify.text.batch import TextBatch


@dataclass(frozen=True, slots=True)
class OwnLabel:
    """What a model says of a label of a company's own.

    Attributes
    ----------
    is_set : bool
        Whether the comment has it.
    score : float
        Its calibrated probability.
    """

    is_set: bool
    score: float

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {"set": self.is_set, "score": round(self.score, 4)}


@dataclass(frozen=True, slots=True)
class CommentResult:
    """What a comment is, and what to do about it.

    Attributes
    ----------
    id : str
        As given, or the place of the comment in its batch, from "1".
    text : str
        The comment as it came.
    lang : str
        Language code, or ``"unknown"``.
    kind : str
        One of :data:`smclassify.labels.KINDS`.
    kind_scores : mapping of str to float
        Probability of each kind; they sum to 1.
    private_reply : bool
        Negative feedback that needs a private reply.
    private_reply_score : float
        Its calibrated probability.
    department : str or None
        Who should answer; None for kinds that nobody has to answer.
    crisis : bool
        Could set off many others.
    crisis_score : float
        Its calibrated probability.
    priority : int
        0 (can wait) to 100 (now).
    reasons : tuple of str
        In words, what speaks for this; the words of the text that carried it in quotes.
    own_labels : mapping of str to OwnLabel
        The company's own labels, where the model has learned some.
    """

    id: str
    text: str
    lang: str
    kind: str
    kind_scores: Mapping[str, float]
    private_reply: bool
    private_reply_score: float
    department: str | None
    crisis: bool
    crisis_score: float
    priority: int
    reasons: tuple[str, ...]
    own_labels: Mapping[str, OwnLabel] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain JSON values."""
        record: dict[str, Any] = {
            "id": self.id,
            "text": self.text,
            "lang": self.lang,
            "kind": self.kind,
            "kind_scores": {kind: round(score, 4) for kind, score in self.kind_scores.items()},
            "private_reply": self.private_reply,
            "private_reply_score": round(self.private_reply_score, 4),
            "department": self.department,
            "crisis": self.crisis,
            "crisis_score": round(self.crisis_score, 4),
            "priority": self.priority,
            "reasons": list(self.reasons),
        }
        if self.own_labels:
            record["own_labels"] = {name: one.to_dict() for name, one in self.own_labels.items()}
        return record


_URGENCY_OF_KIND = {"complaint": 0.4, "question": 0.35, "suggestion": 0.15}
_URGENCY_PRIVATE = 0.75
_URGENCY_CRISIS = 0.9


def priorities(
    private: NDArray[np.float32], crisis: NDArray[np.float32], kinds: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return how soon each comment wants an answer, 0 to 100, shape (n,).

    The chance that at least one thing asks for an answer, each weighed by how urgent it is
    (a noisy or): a likely crisis 90, a private reply 75, a complaint 40, a question 35, a
    suggestion 15.

    Parameters
    ----------
    private, crisis : ndarray of float, shape (n,)
        Probabilities.
    kinds : ndarray of float, shape (n, n_kinds)
        Probabilities, in the order of :data:`smclassify.labels.KINDS`.
    """
    calm = (1 - _URGENCY_PRIVATE * private) * (1 - _URGENCY_CRISIS * crisis)
    for kind, urgency in _URGENCY_OF_KIND.items():
        calm = calm * (1 - urgency * kinds[:, KINDS.index(kind)])
    return (100 * (1 - calm)).round().astype(int)


@dataclass(frozen=True, slots=True)
class CommentColumns:
    """What n comments are, as columns: what :class:`CommentResult` says one by one.

    Attributes
    ----------
    texts : list of str, length n
    langs : list of str, length n
    kind : ndarray of int64, shape (n,)
        Index in :data:`smclassify.labels.KINDS`.
    kind_scores : ndarray of float64, shape (n, n_kinds)
    private_reply, crisis : ndarray of bool, shape (n,)
    private_reply_score, crisis_score : ndarray of float32, shape (n,)
    department : ndarray of int64, shape (n,)
        Index in :data:`smclassify.labels.DEPARTMENTS`, -1 for none.
    priority : ndarray of int64, shape (n,)
    reasons : list of tuple of str, length n
    own_labels : list of mapping of str to OwnLabel, length n
        Empty where the model has learned none.
    """

    texts: list[str]
    langs: list[str]
    kind: NDArray[np.int64]
    kind_scores: NDArray[np.float64]
    private_reply: NDArray[np.bool_]
    private_reply_score: NDArray[np.float32]
    department: NDArray[np.int64]
    crisis: NDArray[np.bool_]
    crisis_score: NDArray[np.float32]
    priority: NDArray[np.int64]
    reasons: list[tuple[str, ...]]
    own_labels: list[dict[str, OwnLabel]]

    def __len__(self) -> int:
        return len(self.texts)

    @staticmethod
    def joined(parts: Sequence[CommentColumns]) -> CommentColumns:
        """Return the columns of several batches, at least one, as those of one."""
        import numpy as np

        if len(parts) == 1:
            return parts[0]
        columns: dict[str, Any] = {}
        for column in fields(CommentColumns):
            of_parts = [getattr(part, column.name) for part in parts]
            are_lists = isinstance(of_parts[0], list)
            joined = chain.from_iterable(of_parts)
            columns[column.name] = list(joined) if are_lists else np.concatenate(of_parts)
        return CommentColumns(**columns)

    def results(self, ids: Sequence[str] | None = None) -> list[CommentResult]:
        """Return a result a comment.

        Parameters
        ----------
        ids : sequence of str, length n, optional
            Their places, from "1", by default.
        """
        names = [str(place) for place in range(1, len(self) + 1)] if ids is None else ids
        departments = (*DEPARTMENTS, None)  # the last for -1
        columns = zip(
            names,
            self.texts,
            self.langs,
            [KINDS[kind] for kind in self.kind.tolist()],
            [dict(zip(KINDS, scores, strict=True)) for scores in self.kind_scores.tolist()],
            self.private_reply.tolist(),
            self.private_reply_score.tolist(),
            [departments[place] for place in self.department.tolist()],
            self.crisis.tolist(),
            self.crisis_score.tolist(),
            self.priority.tolist(),
            self.reasons,
            self.own_labels or [{} for _ in self.texts],
            strict=True,
        )
        return [CommentResult(*row) for row in columns]


def triage_batch(
    panel: Panel,
    batch: TextBatch,
    thresholds: Thresholds,
    *,
    ui_language: str = DEFAULT_UI_LANGUAGE,
) -> CommentColumns:
    """Triage a batch of comments.

    Parameters
    ----------
    panel : Panel
    batch : TextBatch
    thresholds : mapping
        label -> language or ``"*"`` -> probability.
    ui_language : str
        Of the reasons.
    """
    from smclassify.model.decision import columns, decide_comments

    probabilities = panel.probabilities(Task.COMMENTS, batch)
    priors = panel.priors(Task.COMMENTS)
    decided = decide_comments(probabilities, batch.languages, thresholds, priors)
    private, crisis = probabilities[:, columns(Task.COMMENTS, (PRIVATE_REPLY, CRISIS))].T
    own = _own_labels(panel, batch, probabilities, thresholds)
    return CommentColumns(
        texts=list(batch.originals),
        langs=batch.languages,
        kind=decided.kind,
        kind_scores=decided.kind_scores,
        private_reply=decided.private_reply,
        private_reply_score=private,
        department=decided.department,
        crisis=decided.crisis,
        crisis_score=crisis,
        priority=priorities(private, crisis, decided.kind_scores),
        reasons=_reasons(panel, batch, decided, own, ui_language),
        own_labels=own,
    )


def _own_labels(
    panel: Panel, batch: TextBatch, probabilities: NDArray[np.float32], thresholds: Thresholds
) -> list[dict[str, OwnLabel]]:
    """Return what the model says of the company's own labels, for each comment."""
    from smclassify.model.decision import columns, is_flagged

    own = panel.own(Task.COMMENTS)
    said: list[dict[str, OwnLabel]] = [{} for _ in range(len(batch))] if own else []
    for label in own:
        has_it = is_flagged(
            probabilities, Task.COMMENTS, label, batch.languages, thresholds, own=own
        ).tolist()
        scores = probabilities[:, columns(Task.COMMENTS, [label], own)[0]].astype(float).tolist()
        for of_text, is_set, score in zip(said, has_it, scores, strict=True):
            of_text[label] = OwnLabel(is_set, score)
    return said


def _reasons(
    panel: Panel,
    batch: TextBatch,
    decided: CommentDecisions,
    own: Sequence[Mapping[str, OwnLabel]],
    language: str,
) -> list[tuple[str, ...]]:
    """Say in words what each comment is; where somebody has to act, which of its words say so."""
    from smclassify.model.remarks import quoted_words

    rows_of = {
        PRIVATE_REPLY: decided.private_reply.nonzero()[0].tolist(),
        CRISIS: decided.crisis.nonzero()[0].tolist(),
    }
    for label in panel.own(Task.COMMENTS):
        rows_of[label] = [row for row, labels in enumerate(own) if labels[label].is_set]
    quotes = quoted_words(panel, batch, Task.COMMENTS, rows_of)

    def quoting(label: str, reason: str) -> Iterator[tuple[int, str]]:
        for row, words in zip(rows_of[label], quotes[label], strict=True):
            said = phrase("reason-words", language, reason=reason, words=words)
            yield row, said if words else reason

    of_kind = [(phrase(f"reason-{kind}", language),) for kind in KINDS]
    reasons: list[tuple[str, ...]] = [of_kind[kind] for kind in decided.kind.tolist()]
    for row, said in quoting(PRIVATE_REPLY, phrase(f"reason-{PRIVATE_REPLY}", language)):
        reasons[row] = (said,)
    for row, said in quoting(CRISIS, phrase(f"reason-{CRISIS}", language)):
        reasons[row] = (said, *reasons[row])
    for label in panel.own(Task.COMMENTS):
        for row, said in quoting(label, phrase("reason-own-label", language, label=label)):
            reasons[row] = (*reasons[row], said)
    return reasons
