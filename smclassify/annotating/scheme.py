"""What is asked of a text, in which order, and the cells that the answers make.

The questions follow the label guide (``docs/labels.md``): only a complaint can need a private
reply, only some kinds have a department, a reason speaks for its flag.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from smclassify.errors import InputError
from smclassify.labels import (
    CRISIS,
    DEPARTMENT,
    DEPARTMENTS,
    DESCRIPTIONS,
    FLAGS,
    KIND,
    KINDS,
    KINDS_WITH_DEPARTMENT,
    OWN_LABEL_RULE,
    PRIVATE_REPLY,
    Task,
    is_own_label,
)
from smclassify.labels import (
    REASONS as REASONS_OF,
)

LABELS: Final = "labels"
REASONS: Final = "reasons"
# These two stand in smclassify.labelled as well, which takes scikit-learn along: nobody should
# wait for that before the first text. A test makes sure that they agree.

Answers = Mapping[str, tuple[str, ...]]
"""question -> the names that were chosen."""

ASKABLE: Final = {
    Task.DRAFTS: (*FLAGS, REASONS),
    Task.COMMENTS: (KIND, PRIVATE_REPLY, DEPARTMENT, CRISIS),
}
"""What ``--labels`` can name, besides a company's own."""

BEFORE: Final = ("id", "text", "lang")
AFTER: Final = ("author", "thread", "annotator", "file", "row", "note")
"""The result's columns on both sides of the labels."""

YES, NO, NONE = "yes", "no", "none"
COMMANDS: Final = frozenset("uzktgxh")
"""Letters that are no label's, whatever is asked: see :mod:`smclassify.annotating.session`."""

_UNASKED: Final = {Task.DRAFTS: (*FLAGS,), Task.COMMENTS: ASKABLE[Task.COMMENTS]}
_COMPLAINT: Final = "complaint"
_MARKS: Final = "marks"
"""The question for all yes-or-no labels that are asked together."""

# Letters that people remember; the others get the first letter of their name that is free.
_LETTERS: Final = (
    dict(zip(FLAGS, "sco", strict=True))
    | dict(zip(KINDS, "cqpsmar", strict=True))
    | dict(zip(DEPARTMENTS, "cbspm", strict=True))
    | {YES: "y", NO: "n", NONE: "n"}
)
_FREE: Final = "".join(sorted(set("abcdefghijklmnopqrstuvwxyz") - COMMANDS))
_DIGITS: Final = "123456789"


@dataclass(frozen=True, slots=True)
class Choice:
    """A name that can be chosen, by a letter or a digit (empty where there is none left)."""

    name: str
    letter: str
    digit: str

    @property
    def description(self) -> str:
        """The guide's line on it; empty for what is no name of the guide."""
        return DESCRIPTIONS.get(self.name, "")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked at one time.

    Attributes
    ----------
    name : str
        Its key among the answers.
    label : str
        The label or column that it is about; empty for several.
    choices : tuple of Choice
    several : bool
        Whether any number can be chosen, until Enter ends it; else one key answers.
    """

    name: str
    label: str
    choices: tuple[Choice, ...]
    several: bool = False

    def chosen(self, key: str) -> str | None:
        """Return the name that a key chooses, if it chooses one."""
        for choice in self.choices:
            if key and key in (choice.letter, choice.digit):
                return choice.name
        return None


@dataclass(frozen=True, slots=True)
class Scheme:
    """What is asked of each text.

    Attributes
    ----------
    task : Task
    asked : tuple of str
        The guide's labels and columns, in the order of :data:`ASKABLE`.
    own : tuple of str
        A company's own labels.
    """

    task: Task
    asked: tuple[str, ...]
    own: tuple[str, ...] = ()

    @classmethod
    def of(cls, task: Task, wanted: Sequence[str] = (), own: Sequence[str] = ()) -> Scheme:
        """Return the scheme for some labels; all of the guide's but reasons by default.

        Raises
        ------
        InputError
            If a label is not the task's, or a label of a company's own has a name that it
            may not have.
        """
        for name in own:
            if not is_own_label(name) or name in (*BEFORE, *AFTER, _MARKS):
                raise InputError(
                    f"{name!r} cannot be the name of a label of your own.",
                    hint=f"Possible: {OWN_LABEL_RULE}.",
                )
        possible = (*ASKABLE[task], *own)
        for name in wanted:
            if name not in possible:
                raise _unknown(name, task, possible)
        asked = tuple(name for name in ASKABLE[task] if name in (wanted or _UNASKED[task]))
        if REASONS in asked and not set(FLAGS) <= set(asked):
            # An empty cell of reasons says of every reason that it doesn't apply.
            hint = f"Name {', '.join(FLAGS)} too, or leave {REASONS} out."
            raise InputError("Reasons can only be asked along with all flags.", hint=hint)
        return cls(task, asked, tuple(dict.fromkeys(own)))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the answers go into."""
        if self.task is Task.COMMENTS:
            return (*self.asked, *self.own)
        if set(FLAGS) <= set(self.asked):
            return (LABELS, *(name for name in self.asked if name == REASONS), *self.own)
        return (*self.asked, *self.own)

    @property
    def _marks(self) -> tuple[str, ...]:
        """The yes-or-no labels that are asked together."""
        of_task = FLAGS if self.task is Task.DRAFTS else (CRISIS,)
        return (*(name for name in of_task if name in self.asked), *self.own)

    def question(self, answers: Answers) -> Question | None:
        """Return what is to be asked next; None when a text is done."""
        for name in self._names(answers):
            if name not in answers:
                return self._question(name, answers)
        return None

    def _names(self, answers: Answers) -> list[str]:
        """Return the questions that these answers call for, in their order."""
        if self.task is Task.DRAFTS:
            flags = answers.get(_MARKS, ()) if REASONS in self.asked else ()
            return [_MARKS, *(f"{REASONS}:{flag}" for flag in FLAGS if flag in flags)]
        names = [KIND] if KIND in self.asked else []
        kind = "".join(answers.get(KIND, ()))
        if PRIVATE_REPLY in self.asked and kind in ("", _COMPLAINT):
            names.append(PRIVATE_REPLY)
        if DEPARTMENT in self.asked and (not kind or kind in KINDS_WITH_DEPARTMENT):
            names.append(DEPARTMENT)
        return [*names, _MARKS] if self._marks else names

    def _question(self, name: str, answers: Answers) -> Question:
        if name == KIND:
            return Question(name, KIND, _choices(KINDS))
        if name == PRIVATE_REPLY:
            return Question(name, PRIVATE_REPLY, _choices((YES, NO)))
        if name == DEPARTMENT:
            without = () if KIND in answers else (NONE,)
            return Question(name, DEPARTMENT, _choices((*DEPARTMENTS, *without)))
        if name == _MARKS:
            return self._marks_question()
        flag = name.partition(":")[2]
        return Question(name, flag, _choices(REASONS_OF[flag]), several=True)

    def _marks_question(self) -> Question:
        if len(self._marks) == 1 and self._is_alone:
            return Question(_MARKS, self._marks[0], _choices((YES, NO)))
        return Question(_MARKS, "", _choices(self._marks), several=True)

    @property
    def _is_alone(self) -> bool:
        """Whether nothing else is asked, so that one key can answer without Enter."""
        return len((*self.asked, *self.own)) == 1

    def cells(self, answers: Answers) -> dict[str, object]:
        """Return the cells of a text that is done, by column."""
        marks = answers.get(_MARKS, ())
        marks = self._marks if marks == (YES,) and self._is_alone else marks
        cells: dict[str, object] = {name: name in marks for name in self._marks}
        if self.task is Task.DRAFTS:
            cells[LABELS] = "|".join(flag for flag in FLAGS if flag in marks)
            cells[REASONS] = "|".join(
                reason for flag in FLAGS for reason in answers.get(f"{REASONS}:{flag}", ())
            )
        else:
            department = "".join(answers.get(DEPARTMENT, ()))
            cells[KIND] = "".join(answers.get(KIND, ()))
            cells[PRIVATE_REPLY] = answers.get(PRIVATE_REPLY) == (YES,)
            cells[DEPARTMENT] = "" if department == NONE else department
        return {column: cells[column] for column in self.columns}


def _choices(names: Sequence[str]) -> tuple[Choice, ...]:
    """Give each name a letter and, to the first nine, a digit."""
    letters = {name: _LETTERS[name] for name in names if name in _LETTERS}
    for name in names:
        if name not in letters:
            free = [letter for letter in (*name, *_FREE) if letter in _FREE]
            taken = set(letters.values())
            letters[name] = next((letter for letter in free if letter not in taken), "")
    digits = dict(zip(names, _DIGITS, strict=False))
    return tuple(Choice(name, letters[name], digits.get(name, "")) for name in names)


def _unknown(name: str, task: Task, possible: Sequence[str]) -> InputError:
    others = [other for other in Task if other is not task and name in ASKABLE[other]]
    hint = f"Possible for {task.value}: {', '.join(possible)}."
    if others:
        hint = f"It is one of {others[0].value}: add --task {others[0].value}."
    elif is_own_label(name):
        hint += f" If it is a label of your own, add --new-label {name}."
    return InputError(f"There is no label {name!r} to ask for.", where="--labels", hint=hint)
