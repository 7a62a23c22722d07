"""On which line of a policy file a key stands, however it is written and however long the file."""

from __future__ import annotations

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from smclassify.policy.tomlplaces import line_of, lines_of


def test_a_line_is_found_at_the_end_of_a_file_of_a_hundred_thousand() -> None:
    keys = "".join(f'r{n} = "off"\n' for n in range(100_000))
    assert line_of(f"[policy.severity]\n{keys}", ("policy", "severity", "r99999")) == 100_001
    rules = "".join(f'[[policy.rule]]\nname = "r{n}"\n' for n in range(50_000))
    assert line_of(rules, ("policy", "rule", 49_999, "name")) == 100_000


def test_lines_are_not_led_astray_by_what_only_looks_like_a_key() -> None:
    text = (
        'note = """\n[policy]\noff = 1\n""" # off = 2\n[policy]\nlist = [ # [x]\n'
        ' "a = 1", {term = "]", until = 2020-01-01}, # ,\n\n [["b"],\n ["c,", "d"]], ]\n'
        '[[policy.rule]]\n[policy."a.b".\'c d\']\n"e\\u0066" = 1\nafter = 2\n'
    )
    assert isinstance(tomllib.loads(text), dict)
    places = {
        ("note",): 1, ("policy",): 5, ("policy", "off"): 5, ("policy", "list", 0): 7,
        ("policy", "list", 1, "until"): 7, ("policy", "list", 2): 9,
        ("policy", "list", 2, 1, 1): 10, ("policy", "list", 7): 6,
        ("policy", "rule", 0, "name"): 11,
        ("policy", "a.b", "c d", "ef"): 13, ("policy", "a.b", "c d", "after"): 14,
        ("elsewhere",): None,
    }  # fmt: skip
    assert dict(zip(places, lines_of(text, places), strict=True)) == places


@given(
    st.lists(
        st.tuples(
            st.from_regex(r"\A[a-z]{1,5}\Z"),
            st.sampled_from(
                [
                    "1",
                    "1.5",
                    '"]"',
                    "'#'",
                    '"""\n]\n"""',
                    "[1,\n2]",
                    "{ a = [3] }",
                    "[\n\n{b = 1},]",
                ]
            ),
        ),
        unique_by=lambda pair: pair[0],
        max_size=8,
    )
)
def test_whatever_stands_before_a_key_its_line_is_right(pairs: list[tuple[str, str]]) -> None:
    lines, text = [], ""
    for key, value in pairs:
        lines.append(text.count("\n") + 1)
        text += f"{key} = {value}\n"
    assert set(tomllib.loads(text)) == {key for key, _ in pairs}
    assert lines_of(text, [(key,) for key, _ in pairs]) == lines
