"""Labelling by keys: what is asked, what the keys do, what is shown. No terminal, no files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from smclassify.annotating.keys import OTHER, plain_key, split_keys
from smclassify.annotating.scheme import ASKABLE, COMMANDS, Scheme
from smclassify.annotating.session import Item, Session
from smclassify.cli.console import Renderer
from smclassify.errors import InputError
from smclassify.labels import DEPARTMENTS, KINDS, REASONS, Task
from smclassify.report.annotating_text import annotating_view

COMMENTS = Scheme.of(Task.COMMENTS)
DRAFTS = Scheme.of(Task.DRAFTS)
ITEMS = [Item(f"text {number}", id=str(number)) for number in range(4)]


def session(scheme=COMMENTS, items=ITEMS, **settings):
    return Session(items, scheme, **settings)


def press(to, keys):
    for key in split_keys(keys):
        to.press(key)
    return to


def cells(of):
    return [of._scheme.cells(one.answers) for one in of.done]


def seen(of, width=80, height=24):
    return Renderer(color=False, width=width).text(annotating_view(of.screen(), width, height))


class TestWhatIsAskedOfAComment:
    def test_a_complaint_is_asked_for_everything(self):
        (one,) = cells(press(session(), "cybc\r"))
        assert one == {
            "kind": "complaint", "private_reply": True, "department": "billing", "crisis": True,
        }  # fmt: skip

    def test_only_a_complaint_can_need_a_private_reply(self):
        (one,) = cells(press(session(), "qs\r"))
        assert (one["kind"], one["private_reply"], one["department"]) == (
            "question", False, "sales",
        )  # fmt: skip

    @pytest.mark.parametrize("kind", ["praise", "spam", "abuse", "chatter"])
    def test_these_kinds_are_handed_to_nobody(self, kind):
        (one,) = cells(press(session(), f"{KINDS.index(kind) + 1}\r"))
        assert (one["kind"], one["department"]) == (kind, "")

    def test_any_of_the_labels_can_be_asked_alone(self):
        alone = session(Scheme.of(Task.COMMENTS, ["private_reply"]))
        assert cells(press(alone, "y2")) == [{"private_reply": True}, {"private_reply": False}]

    def test_a_yes_or_no_label_that_is_alone_takes_one_key(self):
        alone = session(Scheme.of(Task.COMMENTS, ["crisis"]))
        assert cells(press(alone, "yn")) == [{"crisis": True}, {"crisis": False}]

    def test_a_department_that_is_alone_can_be_none(self):
        alone = session(Scheme.of(Task.COMMENTS, ["department"]))
        assert cells(press(alone, "np")) == [{"department": ""}, {"department": "production"}]

    def test_labels_are_asked_in_the_order_of_the_guide_however_they_are_named(self):
        scheme = Scheme.of(Task.COMMENTS, ["private_reply", "kind"])
        assert scheme.columns == ("kind", "private_reply")
        assert cells(press(session(scheme), "cyp")) == [
            {"kind": "complaint", "private_reply": True},
            {"kind": "praise", "private_reply": False},
        ]


class TestWhatIsAskedOfADraft:
    def test_flags_are_switched_and_enter_ends(self):
        assert cells(press(session(DRAFTS), "so\r\r")) == [
            {"labels": "spammy|off_policy"}, {"labels": ""},
        ]  # fmt: skip

    def test_a_flag_pressed_twice_is_off_again(self):
        assert cells(press(session(DRAFTS), "scs\r")) == [{"labels": "self_centered"}]

    def test_reasons_are_asked_for_each_flag_that_is_up(self):
        scheme = Scheme.of(Task.DRAFTS, ["spammy", "self_centered", "off_policy", "reasons"])
        (one,) = cells(press(session(scheme), "os\r1\r2\r"))
        assert one == {
            "labels": "spammy|off_policy",
            "reasons": f"{REASONS['spammy'][0]}|{REASONS['off_policy'][1]}",
        }

    def test_reasons_without_flags_would_teach_that_none_applies(self):
        with pytest.raises(InputError, match="along with all flags"):
            Scheme.of(Task.DRAFTS, ["spammy", "reasons"])

    def test_some_of_the_flags_get_a_column_each_since_an_empty_list_would_mean_clean(self):
        scheme = Scheme.of(Task.DRAFTS, ["spammy", "off_policy"])
        assert cells(press(session(scheme), "o\r")) == [{"spammy": False, "off_policy": True}]


class TestLabelsOfOnesOwn:
    def test_they_are_asked_for_beside_the_guides(self):
        scheme = Scheme.of(Task.DRAFTS, own=["tone_deaf"])
        assert cells(press(session(scheme), "s4\r")) == [{"labels": "spammy", "tone_deaf": True}]

    def test_they_can_be_asked_for_alone(self):
        scheme = Scheme.of(Task.COMMENTS, ["recall_topic"], ["recall_topic"])
        assert cells(press(session(scheme), "yn")) == [
            {"recall_topic": True}, {"recall_topic": False},
        ]  # fmt: skip

    def test_a_name_in_another_script_is_chosen_by_its_digit(self):
        scheme = Scheme.of(Task.DRAFTS, own=["무례함"])
        assert cells(press(session(scheme), "4\r")) == [{"labels": "", "무례함": True}]

    @pytest.mark.parametrize("name", ["spammy", "Tone", "tone deaf", "", "\x1b[2J", "note", "row"])
    def test_a_name_that_would_be_taken_for_something_else_is_refused(self, name):
        with pytest.raises(InputError, match="cannot be the name"):
            Scheme.of(Task.DRAFTS, own=[name])

    def test_an_unknown_label_is_refused_with_the_way_out(self):
        with pytest.raises(InputError, match="--new-label tone_deaf"):
            Scheme.of(Task.DRAFTS, ["tone_deaf"])
        with pytest.raises(InputError, match="--task drafts"):
            Scheme.of(Task.COMMENTS, ["spammy"])


class TestKeys:
    @pytest.mark.parametrize("scheme", [COMMENTS, Scheme.of(Task.DRAFTS, own=["uzktgxh", "a1"])])
    def test_no_two_choices_share_a_key_and_none_has_a_commands(self, scheme):
        questions = [scheme.question({})]
        questions += [scheme._question(f"reasons:{flag}", {}) for flag in REASONS]
        for question in questions:
            keys = [key for c in question.choices for key in (c.letter, c.digit) if key]
            assert len(set(keys)) == len(keys)
            assert not set(keys) & COMMANDS
            assert all(choice.letter or choice.digit for choice in question.choices)

    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("C", "c"),
            ("ｃ", "c"),  # full-width, of a Chinese input method
            ("１", "1"),
            ("ㅊ", "c"),  # the same key on a Korean keyboard
            ("ㅛ", "y"),
            ("&", "1"),  # the digits' row of AZERTY, without Shift
            ("é", "2"),
            ("à", "0"),
        ],
    )
    def test_keys_count_whatever_the_layout_makes_of_them(self, typed, meant):
        assert plain_key(typed) == meant

    def test_what_arrives_together_is_told_apart(self):
        assert split_keys("c1\r\x1b[Dé\x7f\x1b[15~") == [
            "c", "1", "enter", "left", "é", "backspace", OTHER,
        ]  # fmt: skip

    def test_a_function_key_labels_nothing(self):
        # ESC O A and the like end in a letter that is a label's key.
        assert not press(session(), "\x1bOA\x1b[1;5C\x1b[24~").screen().answers

    @given(st.text())
    def test_nothing_that_is_typed_breaks_a_session(self, typed):
        one = session()
        press(one, typed)
        assert seen(one)


class TestGoingBack:
    def test_undo_takes_back_the_last_answer(self):
        one = press(session(), "cu")
        assert one.question.name == "kind"

    def test_undo_goes_over_the_border_of_a_text_and_several_times(self):
        one = press(session(), "p\rr\r")
        assert len(one.done) == 2
        press(one, "uu")
        assert (len(one.done), one.screen().item.id) == (1, "1")
        press(one, "uuuuu")
        assert (len(one.done), one.screen().item.id) == (0, "0")

    def test_back_goes_to_the_beginning_of_the_text_and_then_to_the_one_before(self):
        one = press(session(), "p\rcy")
        press(one, "z")
        assert (one.screen().item.id, one.question.name) == ("1", "kind")
        press(one, "z")
        assert (one.screen().item.id, one.question.name, one.done) == ("0", "kind", ())

    def test_the_arrow_and_the_backspace_do_so_too(self):
        one = press(session(), "p\r\x1b[D")
        assert one.screen().item.id == "0"
        assert press(session(), "c\x7f").question.name == "kind"

    def test_at_the_beginning_there_is_nothing_to_take_back(self):
        assert press(session(), "uz").screen().item.id == "0"

    @given(st.text("cqpyn1\rktuz", max_size=40))
    def test_undoing_everything_ends_where_it_began(self, keys):
        one = session()
        first = one.state
        press(one, keys + "\r" + "u" * 50)
        assert one.state == first


class TestSkipping:
    def test_skipped_texts_come_again_at_the_end_in_their_order(self):
        one = press(session(), "kkp\rp\r")
        assert one.screen().item.id == "0"
        press(one, "p\r")
        assert one.screen().item.id == "1"

    def test_the_last_one_left_can_be_skipped_for_ever(self):
        one = press(session(items=ITEMS[:1]), "kkk")
        assert one.screen().item.id == "0"

    def test_a_skip_can_be_taken_back(self):
        assert press(session(), "ku").screen().item.id == "0"


class TestTheEnd:
    def test_after_the_last_text_it_waits_so_that_the_last_can_be_taken_back(self):
        one = press(session(items=ITEMS[:1]), "p\r")
        assert "Every text is labelled" in seen(one)
        assert not one.ended
        press(one, "u")
        assert one.screen().item.id == "0"
        assert press(one, "\r\r").ended

    @pytest.mark.parametrize("key", ["x", "\x03", "\x04"])
    def test_it_can_be_left_at_any_time(self, key):
        assert press(session(), f"c{key}").ended

    def test_no_texts_are_no_session(self):
        assert "Nothing to label" in seen(session(items=[]))


class TestNotes:
    def test_a_note_takes_any_characters_and_goes_with_the_text(self):
        one = press(session(), "tcux 반말?\x7f!\rp\r")
        assert one.done[0].note == "cux 반말!"
        assert one.screen().note == ""

    def test_undo_takes_a_note_away(self):
        assert press(session(), "tabc\ru").screen().note == ""


class TestWhatIsShown:
    def test_the_text_where_it_is_from_and_the_keys(self):
        item = Item("Où est ma commande ?", id="17", lang="fr", platform="instagram", thread="p1")
        shown = seen(session(items=[item]))
        assert "1 of 1 · French · instagram · id 17 · thread p1" in shown
        assert "Où est ma commande ?" in shown
        assert "complaint c/1" in shown
        assert "u undo" in shown

    def test_the_guess_is_hidden_unless_it_is_asked_for(self):
        def guess(place):
            return (("complaint", 0.812),)

        hidden = session(guess=guess)
        assert "0.81" not in seen(hidden)
        assert "The model: complaint 0.81" in seen(press(hidden, "g"))
        assert "0.81" in seen(session(guess=guess, show_guess=True))

    def test_the_guide_is_one_key_away(self):
        one = press(session(), "?")
        assert "a bad experience with us" in seen(one)
        press(one, "c")  # closes it, and labels nothing
        assert one.question.name == "kind"

    @pytest.mark.parametrize("height", [10, 24, 60])
    @pytest.mark.parametrize("width", [40, 80])
    def test_a_long_text_is_turned_page_by_page_and_never_higher_than_the_screen(
        self, width, height
    ):
        words = [f"w{number}" for number in range(400)]
        one = session(items=[Item(" ".join(words))])
        pages = [seen(one, width, height)]
        while "w399" not in pages[-1]:
            assert pages[-1].count("\n") <= max(height, 14)
            pages.append(seen(press(one, " "), width, height))
        assert set(words) <= {word for page in pages for word in page.split()}
        assert seen(press(one, " "), width, height) == pages[0]

    @given(st.text(st.sampled_from("a 한中🇰🇷👨‍👩‍👧é\t\n"), max_size=300))
    def test_lines_are_wrapped_by_what_characters_take_up(self, text):
        shown = seen(session(items=[Item("x" + text)]), 40)
        assert max(cell_len(line) for line in shown.splitlines()) <= 40

    def test_a_text_cannot_drive_the_terminal(self):
        shown = seen(session(items=[Item("\x1b[2J\x07evil\u202etxt", id="\x1b]0;x\x07")]))
        assert "\x1b" not in shown
        assert "\x07" not in shown
        assert "\u202e" not in shown


def test_every_label_of_the_guide_can_be_asked_for():
    assert set(ASKABLE[Task.COMMENTS]) == {"kind", "private_reply", "department", "crisis"}
    assert {c.name for c in COMMENTS.question({}).choices} == set(KINDS)
    asked = COMMENTS.question({"kind": ("question",)})
    assert [choice.name for choice in asked.choices] == list(DEPARTMENTS)
