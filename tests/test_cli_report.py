"""What every view of a text has in common: safe characters, marked pieces, figures in words."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smclassify.cli.console import Renderer, in_encoding, wants_color
from smclassify.findings import Finding
from smclassify.report import words
from smclassify.report.clean import one_line, safe
from smclassify.report.segments import GAP, LONG, segments

ANY_TEXT = st.text(st.characters(), max_size=60)
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def finding(start, end, label="spammy"):
    return Finding("rule", "policy", start, end, "Wrong.", label=label)


class TestSafe:
    @given(ANY_TEXT)
    def test_every_character_stays_in_its_place(self, text):
        assert len(safe(text)) == len(text)

    @given(ANY_TEXT)
    def test_nothing_is_left_that_drives_a_terminal(self, text):
        for char in safe(text).replace("\n", ""):
            assert unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp")
            assert char not in BIDI

    @pytest.mark.parametrize("text", ["plain", "한국어 中文 é", "👩‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ❤️", "a\nb"])
    def test_ordinary_text_is_not_touched(self, text):
        assert safe(text) == text

    def test_escapes_can_be_seen(self):
        assert safe("\x1b[2J\x07") == "␛[2J␇"

    def test_one_line_is_cut_with_an_ellipsis(self):
        assert one_line("a\r\nb\tc  d", 6) == "a b c…"
        assert one_line("a\r\nb") == "a b"


class TestSegments:
    @given(ANY_TEXT, st.lists(st.tuples(st.integers(0, 70), st.integers(0, 70)), max_size=6))
    def test_together_they_are_the_text_and_know_their_findings(self, text, spans):
        found = [finding(*span) for span in spans]
        pieces = segments(text, found)
        assert "".join(piece.text for piece in pieces) == safe(text)
        at = 0
        for piece in pieces:
            middle = range(at, at + len(piece.text))
            expected = tuple(
                place
                for place, (start, end) in enumerate(spans)
                if any(start <= offset < end for offset in middle)
            )
            assert piece.findings == expected
            at += len(piece.text)

    @given(ANY_TEXT, st.lists(st.tuples(st.integers(0, 70), st.integers(0, 70)), max_size=6))
    def test_marks_open_and_close_in_turn(self, text, spans):
        depth = 0
        for piece in segments(text, [finding(*span) for span in spans]):
            depth += piece.opens
            assert depth == bool(piece.findings)
            depth -= piece.closes
        assert depth == 0

    def test_of_a_long_text_every_find_is_shown_and_the_rest_is_not(self):
        text = "a" * 5000 + "XY" + "b" * 5000
        shown = "".join(piece.text for piece in segments(text, [finding(5000, 5002)]))
        assert "XY" in shown
        assert GAP in shown
        assert len(shown) < LONG

    def test_a_find_as_long_as_the_text_shows_its_ends(self):
        text = "a" * 300 + "b" * 10_000
        pieces = segments(text, [finding(300, 10_300)])
        assert sum(len(piece.text) for piece in pieces) < 2 * LONG
        assert any(piece.findings for piece in pieces)


class TestWords:
    @given(st.floats(0, 1))
    def test_a_probability_never_pretends(self, score):
        said = words.probability(score)
        assert ("100%" in said) is False
        assert ("0%" in said.split()[-1:]) is (score == 0.0)

    @pytest.mark.parametrize(
        ("score", "said"),
        [(1.0, "certainly"), (0.9991, "almost certainly, over 99%"),
         (0.97, "almost certainly, 97%"), (0.5, "perhaps, 50%"), (0.001, "faintly, under 1%")],
    )  # fmt: skip
    def test_examples(self, score, said):
        assert words.probability(score) == said

    def test_counts(self):
        assert words.count(1, "draft") == "1 draft"
        assert words.count(1200, "reply", "replies") == "1,200 replies"


class Stream:
    def __init__(self, terminal):
        self.terminal = terminal

    def isatty(self):
        return self.terminal


class TestColour:
    @pytest.mark.parametrize(
        ("choice", "no_color", "term", "terminal", "expected"),
        [
            (None, None, "xterm", True, True),
            (None, None, "xterm", False, False),
            (None, "1", "xterm", True, False),
            (None, "", "xterm", True, True),
            (None, None, "dumb", True, False),
            (True, "1", "dumb", False, True),
            (False, None, "xterm", True, False),
        ],
    )
    def test_who_decides(self, monkeypatch, choice, no_color, term, terminal, expected):
        monkeypatch.setenv("TERM", term)
        monkeypatch.delenv("NO_COLOR", raising=False)
        if no_color is not None:
            monkeypatch.setenv("NO_COLOR", no_color)
        assert wants_color(choice, Stream(terminal)) is expected


class TestEncoding:
    @given(ANY_TEXT, st.sampled_from(["ascii", "cp1252", "cp949", "utf-8"]))
    def test_no_text_is_too_much_for_an_encoding(self, text, encoding):
        in_encoding(text, encoding).decode(encoding)

    def test_typography_becomes_ascii(self):
        assert in_encoding("“a” → é…", "ascii") == b'"a" -> \\xe9...'

    @given(ANY_TEXT)
    def test_a_renderer_without_colour_writes_no_escapes(self, text):
        from rich.text import Text

        assert "\x1b" not in Renderer(color=False, width=40).text([Text(safe(text))])
