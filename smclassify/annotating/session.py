"""A session of labelling: keys go in, what is to be shown comes out. No terminal, no files.

Every state is a value of its own, so that undo is going back to an earlier one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from smclassify.annotating.keys import (
    BACKSPACE,
    DOWN,
    ENTER,
    ESCAPE,
    LEFT,
    QUIT,
    UP,
    plain_key,
)
from smclassify.annotating.scheme import Question, Scheme

MOST_NOTE: Final = 1_000
"""Characters of a note; a paste by mistake must not fill the sheet."""

Guess = tuple[tuple[str, float], ...]
"""What the model says of a text: names with their probabilities."""


@dataclass(frozen=True, slots=True)
class Item:
    """A text to be labelled, with what is known of it; empty where nothing is."""

    text: str
    id: str = ""
    lang: str = ""
    platform: str = ""
    author: str = ""
    thread: str = ""
    file: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text that is done: its place among the items, the answers, a note."""

    place: int
    answers: Mapping[str, tuple[str, ...]]
    note: str


@dataclass(frozen=True, slots=True)
class State:
    """Where a session stands.

    Attributes
    ----------
    place : int or None
        Of the text shown; None when there is none left.
    upcoming : int
        The next item that was not shown yet.
    skipped : tuple of int
        Items that come again at the end, in this order.
    done : tuple of Labelled
    answers : mapping
        Of the text shown, so far.
    marked : tuple of str
        Chosen so far in a question that Enter ends.
    note : str
        On the text shown.
    """

    place: int | None
    upcoming: int
    skipped: tuple[int, ...] = ()
    done: tuple[Labelled, ...] = ()
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    marked: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Screen:
    """What is to be shown.

    Attributes
    ----------
    item : Item or None
        None when every text is done.
    done, total : int
        Texts of this session.
    left_out : int
        How many of the others were skipped and come again.
    question : Question or None
    answers : mapping
    marked : tuple of str
    note : str
    guess : tuple or None
        None where it is hidden.
    writing, helping : bool
        Whether a note is being written, or the guide's lines are shown.
    page : int
        Of a text too long for the screen, from 0.
    """

    item: Item | None
    done: int
    total: int
    left_out: int
    question: Question | None
    answers: Mapping[str, tuple[str, ...]]
    marked: tuple[str, ...]
    note: str
    guess: Guess | None
    writing: bool
    helping: bool
    page: int


class Session:
    """One person labelling a list of texts, one after another.

    Keys that choose a label are those of the question (:class:`.scheme.Question`). The others,
    the same at all times: ``u`` or Backspace takes back the last key that counted, over the
    border of a text if need be; ``z`` or the left arrow goes back to the beginning of this
    text, and from there to the one before; ``k`` skips; ``t`` writes a note; ``g`` shows or
    hides the guess; ``h`` or ``?`` the guide's lines; space or the arrows turn the page of a
    long text; ``x`` ends the session.

    Parameters
    ----------
    items : sequence of Item
        In the order in which they are to be shown.
    scheme : Scheme
        What is asked.
    guess : callable, optional
        Gives the model's guess for the place of an item.
    show_guess : bool
        Whether it is shown from the beginning.

    Attributes
    ----------
    state : State
    ended : bool
        Whether the person wants to stop.
    """

    def __init__(
        self,
        items: Sequence[Item],
        scheme: Scheme,
        *,
        guess: Callable[[int], Guess] | None = None,
        show_guess: bool = False,
    ) -> None:
        self._items = items
        self._scheme = scheme
        self._guess = guess
        self._shows_guess = show_guess
        self._history: list[State] = []
        self._writing = self._helping = False
        self._page = 0
        self.state = State(0 if items else None, min(1, len(items)))
        self.ended = False

    @property
    def done(self) -> tuple[Labelled, ...]:
        """The texts labelled so far."""
        return self.state.done

    @property
    def question(self) -> Question | None:
        """What is asked at this moment."""
        if self.state.place is None:
            return None
        return self._scheme.question(self.state.answers)

    def screen(self) -> Screen:
        """Return what is to be shown."""
        state, place = self.state, self.state.place
        shows = self._shows_guess and self._guess is not None and place is not None
        return Screen(
            item=None if place is None else self._items[place],
            done=len(state.done),
            total=len(self._items),
            left_out=len(state.skipped),
            question=self.question,
            answers=state.answers,
            marked=state.marked,
            note=state.note,
            guess=self._guess(place) if shows and self._guess and place is not None else None,
            writing=self._writing,
            helping=self._helping,
            page=self._page,
        )

    def press(self, key: str) -> None:
        """Take a key, as :func:`smclassify.annotating.keys.split_keys` names it."""
        if key == QUIT:
            self.ended = True
        elif self._writing:
            self._write(key)
        elif self._helping:
            self._helping = False
        else:
            self._act(key if len(key) > 1 else plain_key(key))

    def _act(self, key: str) -> None:
        question = self.question
        name = question.chosen(key) if question else None
        if question is not None and name is not None:
            self._choose(question, name)
        elif key == ENTER and question is None:
            self.ended = True
        elif key == ENTER and question is not None and question.several:
            order = [choice.name for choice in question.choices]
            self._answer(question, tuple(sorted(self.state.marked, key=order.index)))
        elif key in self._COMMANDS:
            self._COMMANDS[key](self)

    def _choose(self, question: Question, name: str) -> None:
        if not question.several:
            self._answer(question, (name,))
            return
        marked = self.state.marked
        others = tuple(one for one in marked if one != name)
        self._move(replace(self.state, marked=others if name in marked else (*marked, name)))

    def _answer(self, question: Question, names: tuple[str, ...]) -> None:
        state = self.state
        answers = MappingProxyType({**state.answers, question.name: names})
        if state.place is None or self._scheme.question(answers) is not None:
            self._move(replace(state, answers=answers, marked=()))
            return
        done = (*state.done, Labelled(state.place, answers, state.note.strip()))
        self._move(self._next(replace(state, done=done)))

    def _next(self, state: State) -> State:
        """Return the state in which the next text is shown: a new one, else a skipped one."""
        place: int | None = None
        upcoming, skipped = state.upcoming, state.skipped
        if upcoming < len(self._items):
            place, upcoming = upcoming, upcoming + 1
        elif skipped:
            place, skipped = skipped[0], skipped[1:]
        return State(place, upcoming, skipped, state.done)

    def _move(self, state: State) -> None:
        """Go on to a state, so that undo can come back from it."""
        if state.place != self.state.place:
            self._page = 0
        self._history.append(self.state)
        self.state = state

    # --- commands -------------------------------------------------------------------------

    def _undo(self) -> None:
        if self._history:
            self.state = self._history.pop()
            self._page = 0

    def _back(self) -> None:
        """Go to the beginning of this text, and from there to that of the one before."""
        if not self._history:
            return
        shown = self._turn(self.state)
        target = shown if self._turn(self._history[-1]) == shown else self._turn(self._history[-1])
        while self._history and self._turn(self._history[-1]) == target:
            self._undo()

    @staticmethod
    def _turn(state: State) -> tuple[int | None, int, tuple[int, ...]]:
        """Return what tells a text's turn from any other, also if it was skipped before."""
        return state.place, state.upcoming, state.skipped

    def _skip(self) -> None:
        state = self.state
        if state.place is not None:
            self._move(self._next(replace(state, skipped=(*state.skipped, state.place))))

    def _start_note(self) -> None:
        self._writing = self.state.place is not None
        if self._writing:
            self._move(replace(self.state))

    def _write(self, key: str) -> None:
        note = self.state.note
        if key in (ENTER, ESCAPE):
            self._writing = False
        elif key == BACKSPACE:
            self.state = replace(self.state, note=note[:-1])
        elif len(key) == 1 and key.isprintable() and len(note) < MOST_NOTE:
            self.state = replace(self.state, note=note + key)

    def _toggle_guess(self) -> None:
        self._shows_guess = not self._shows_guess

    def _help(self) -> None:
        self._helping = self.state.place is not None

    def _later_page(self) -> None:
        self._page += 1

    def _earlier_page(self) -> None:
        self._page = max(self._page - 1, 0)

    def _end(self) -> None:
        self.ended = True

    _COMMANDS: Final = MappingProxyType(
        {
            "u": _undo, BACKSPACE: _undo,
            "z": _back, LEFT: _back,
            "k": _skip,
            "t": _start_note,
            "g": _toggle_guess,
            "h": _help, "?": _help,
            " ": _later_page, DOWN: _later_page, UP: _earlier_page,
            "x": _end,
        }
    )  # fmt: skip
