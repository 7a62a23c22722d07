"""A text that is being labelled, as a terminal shows it; and how well two people agree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from smclassify.annotating.scheme import Choice, Question
from smclassify.annotating.session import Screen
from smclassify.labels import DESCRIPTIONS, LANGUAGE_NAMES
from smclassify.report.clean import one_line, safe

if TYPE_CHECKING:  # to compare takes scikit-learn, for which nobody should wait who labels
    from smclassify.annotating.agreement import Agreement, Comparison

_FEWEST_LINES: Final = 4
_MARGIN: Final = 2
_FOOT: Final = "u undo  z back  k skip  t note  g guess  h help  x quit"
_SURE: Final = 0.8
"""Kappa from which Landis and Koch, and most journals, call two people's labels reliable."""


def annotating_view(screen: Screen, width: int, height: int) -> list[RenderableType]:
    """Return what the terminal shows: head, text, questions and keys, never higher than it is.

    Parameters
    ----------
    screen : Screen
    width, height : int
        Of the terminal, in columns and lines.
    """
    if screen.item is None:
        return [Text(_finished(screen), style="bold"), Text(), Text("Enter end  u undo")]
    below = _guide(screen) if screen.helping else _asked(screen)
    above = [_head(screen), Text()]
    room = max(height - _lines([*above, *below], width) - 2, _FEWEST_LINES)
    return [*above, *_page(screen, width, room), Text(), *below]


def _lines(parts: list[Text], width: int) -> int:
    console = Console(width=width)
    return sum(len(part.wrap(console, width)) for part in parts)


def _finished(screen: Screen) -> str:
    return "Every text is labelled." if screen.total else "Nothing to label."


def _head(screen: Screen) -> Text:
    item = screen.item
    assert item is not None
    language = LANGUAGE_NAMES.get(item.lang, item.lang)
    clues = (
        f"{screen.done + 1:,} of {screen.total:,}",
        language,
        one_line(item.platform, 20),
        f"id {one_line(item.id, 40)}" if item.id else "",
        f"thread {one_line(item.thread, 40)}" if item.thread else "",
        f"{screen.left_out:,} skipped" if screen.left_out else "",
    )
    return Text(" · ".join(clue for clue in clues if clue), style="dim")


def _page(screen: Screen, width: int, room: int) -> list[Text]:
    """Return the lines of the text that fit, wrapped by what each character takes up."""
    assert screen.item is not None
    console = Console(width=width)
    text = Text(safe(screen.item.text).strip(), overflow="fold")
    lines = list(text.wrap(console, max(width - 2 * _MARGIN, 1), overflow="fold"))
    if len(lines) > room:
        room -= 1
        pages = -(-len(lines) // room)
        page = screen.page % pages
        lines = lines[page * room : (page + 1) * room]
        lines.append(Text(f"— page {page + 1} of {pages}: space turns it —", style="dim"))
    for line in lines:
        line.pad_left(_MARGIN)
    return lines


def _asked(screen: Screen) -> list[Text]:
    parts = [
        Text(f"{name.partition(':')[2] or name}: {', '.join(said) or 'none'}", style="green")
        for name, said in screen.answers.items()
    ]
    if screen.guess is not None:
        said = ", ".join(f"{name} {share:.2f}" for name, share in screen.guess) or "nothing"
        parts.append(Text(f"The model: {said}", style="yellow"))
    if screen.note or screen.writing:
        end = "▏ (Enter ends the note)" if screen.writing else ""
        parts.append(Text(f"Note: {safe(screen.note)}{end}", style="cyan"))
    if screen.question is not None:
        parts.append(_question(screen.question, screen.marked))
    parts.append(Text(_FOOT, style="dim"))
    return parts


def _question(question: Question, marked: tuple[str, ...]) -> Text:
    shown = Text(f"{question.label}?  " if question.label else "", style="bold")
    for choice in question.choices:
        chosen = choice.name in marked
        mark = ("[x] " if chosen else "[ ] ") if question.several else ""
        style = "bold reverse" if chosen else ""
        shown.append(f"{mark}{choice.name} ", style=style)
        shown.append(f"{_keys(choice)}   ", style="not bold cyan")
    if question.several:
        shown.append("Enter ", style="bold")
        shown.append("done" if marked else "none of them")
    return shown


def _keys(choice: Choice) -> str:
    return "/".join(key for key in (choice.letter, choice.digit) if key)


def _guide(screen: Screen) -> list[Text]:
    if screen.question is None:
        return []
    parts = []
    if description := DESCRIPTIONS.get(screen.question.label):
        parts.append(Text(f"{screen.question.label}: {description}"))
    for choice in screen.question.choices:
        line = Text(f"{_keys(choice):>5}  ", style="cyan")
        line.append(choice.name, style="bold")
        line.append(f"  {choice.description}" if choice.description else "")
        parts.append(line)
    parts.append(Text("Any key closes this. All cases: docs/labels.md", style="dim"))
    return parts


# --- two people ---------------------------------------------------------------------------


def agreement_view(found: Comparison, a: str, b: str) -> Iterator[RenderableType]:
    """Yield what two files say of the same texts, label by label.

    Parameters
    ----------
    found : Comparison
    a, b : str
        What the files are called.
    """
    yield Text(f"A: {one_line(a)}, B: {one_line(b)}")
    only = f"{found.only_a:,} only in A, {found.only_b:,} only in B"
    yield Text(f"{found.shared:,} texts are in both files, {only}.")
    if found.mixed:
        yield Text(f"{found.mixed:,} ids stand for different texts: matched by text alone.")
    table = Table(box=box.SIMPLE)
    for heading in ("label", "texts", "A has it", "B has it", "same", "kappa", "95 %", "agreement"):
        table.add_column(heading, justify="left" if heading in ("label", "agreement") else "right")
    for one in found.labels:
        table.add_row(*_row(one))
    yield table
    if found.labels:
        yield Text(_meaning(found))


def _row(one: Agreement) -> tuple[str, ...]:
    kappa = "–" if one.kappa is None else f"{one.kappa:.2f}"
    between = "–" if one.low is None or one.high is None else f"{one.low:.2f} to {one.high:.2f}"
    counts = (f"{one.texts:,}", f"{one.a_has:,}", f"{one.b_has:,}", f"{one.same:.1%}")
    return (one.label, *counts, kappa, between, one.word)


def _meaning(found: Comparison) -> str:
    weak = [one.label for one in found.labels if one.kappa is not None and one.kappa < _SURE - 0.2]
    scale = (
        "Kappa is agreement beyond chance: up to 0.2 slight, 0.4 fair, 0.6 moderate, 0.8 "
        "substantial, above that almost perfect (Landis and Koch 1977)."
    )
    if not weak:
        return scale
    return (
        f"{scale} Talk about {', '.join(weak)} and read docs/labels.md together before anything "
        "is trained on them: a model cannot agree with people more than they do with each other."
    )
