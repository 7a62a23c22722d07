"""Near copies among comments: sketches that they share, and the groups they form."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from smclassify.labels import KINDS
from smclassify.triage.facts import OURS, Facts, Places, moment_of, no_facts
from smclassify.triage.survey import TriagedRow
from smclassify.triage.watch import sketches as module
from smclassify.triage.watch.copies import copy_groups, sketches
from smclassify.triage.watch.sketches import likeness

ATTACK = "Nova Coffee fires people for joining a union. Boycott Nova until they are hired again!"
ANGRY = [
    "my parcel went missing somewhere in lyon and nobody answers the phone",
    "the blue mug arrived in four pieces, again, wrapped in a single sheet",
    "charged twice in march and the refund form leads to an empty page",
    "your courier threw the box over our gate into the rain",
    "the app logs me out whenever I open the basket on my tablet",
]


def row_teller(texts: Sequence[str]) -> object:
    def tell(place: int) -> TriagedRow:
        kept = ("en", "complaint", False, 0.0, None, False, 0, ())
        return TriagedRow(place + 1, "may.csv", place + 2, str(place), texts[place], *kept)

    return tell


def facts_of(texts: Sequence[str], kind: str = "complaint") -> Facts:
    table = no_facts(len(texts))
    table["copies"] = sketches(texts)
    table["kind"] = KINDS.index(kind)

    def given_texts(places: Places) -> list[str]:
        return [texts[place] for place in places.tolist()]

    return Facts(table, texts=given_texts)


def groups_of(texts: Sequence[str], kind: str = "complaint", **options: int):  # type: ignore[no-untyped-def]
    return copy_groups(facts_of(texts, kind), row_teller(texts), **options)  # type: ignore[arg-type]


def shared(left: str, right: str) -> int:
    a, b = sketches([left, right])
    return int(((a == b) & (a != 0)).sum())


# --- sketches ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "other",
    [
        ATTACK.upper(),
        "@nova " + ATTACK + " https://example.org/x?y=1",
        ATTACK.replace(" ", "  \n").replace("!", "!!! 😡😡"),
        ATTACK.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)}),
    ],
    ids=["capitals", "mention and link", "spaces and emoji", "full width"],
)
def test_what_makes_no_difference_to_a_reader_makes_none_to_sketches(other: str) -> None:
    assert shared(ATTACK, other) == 4


def test_traditional_and_simplified_chinese_are_the_same() -> None:
    assert shared("這家店的客服態度太差了還不給退款", "这家店的客服态度太差了还不给退款") == 4


def test_an_accented_letter_is_the_same_however_it_is_written() -> None:
    composed, apart = (
        "Colis jam\u00e9s livr\u00e9, et personne",
        "Colis jame\u0301s livre\u0301, et personne",
    )
    assert shared(composed, apart) == 4


@pytest.mark.parametrize(
    "text",
    ["", "Thanks!", "love it", "좋아요", "정말 최고예요", "好评好评", "ha" * 60, "ㅋ" * 80,
     "🎉🎉🎉🎉", "https://example.org/a/very/long/link/indeed", "@somebody_with_a_long_name"],
)  # fmt: skip
def test_a_text_that_says_too_little_has_no_sketch(text: str) -> None:
    assert not sketches([text]).any()


def test_unlike_texts_share_nothing() -> None:
    table = sketches(ANGRY)
    assert (table != 0).all()
    for band in table.T:
        assert len(set(band.tolist())) == len(ANGRY)


def edited(text: str, rng: np.random.Generator, edits: int) -> str:
    letters = list(text)
    for place in rng.choice(len(letters), edits, replace=False):
        letters[place] = rng.choice(list("xqzw"))
    return "".join(letters)


def random_text(rng: np.random.Generator) -> str:
    return "".join(rng.choice(list("abcdefghijklmnop"), 120))


def met(edits: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    rng = np.random.default_rng(5)
    left = [random_text(rng) for _ in range(800)]
    right = [edited(text, rng, edits) for text in left]
    return likeness(left, right), (sketches(left) == sketches(right)).any(axis=1)


def test_texts_that_are_very_alike_nearly_always_meet() -> None:
    alike, together = met(2)
    assert together[alike >= 0.8].mean() > 0.95


def test_texts_that_are_hardly_alike_hardly_ever_meet() -> None:
    alike, together = met(14)
    assert together[alike <= 0.4].mean() < 0.25
    alike, together = met(30)
    assert together[alike <= 0.2].mean() < 0.05


def test_likeness_is_the_share_of_shingles_in_common() -> None:
    # abcdef has the shingles abcde bcdef; abcdeg has abcde bcdeg: one of three in common.
    assert likeness(
        ["abcdef", "abcdef", "", "가나다라"], ["abcdeg", "Abc-def", "", "마바사아"]
    ) == (pytest.approx([1 / 3, 1, 0, 0]))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=12), st.integers(0, 12))
def test_sketches_of_a_text_don_t_depend_on_its_batch(texts: list[str], cut: int) -> None:
    whole = sketches(texts)
    parts = [sketches(texts[:cut]), sketches(texts[cut:])]
    assert (whole == np.concatenate(parts)).all()


def test_sketches_don_t_depend_on_the_size_of_a_portion(monkeypatch: pytest.MonkeyPatch) -> None:
    before = sketches([*ANGRY, "", ATTACK])
    monkeypatch.setattr(module, "PORTION", 50)
    assert (sketches([*ANGRY, "", ATTACK]) == before).all()


def test_lone_surrogates_and_nuls_do_no_harm() -> None:
    assert sketches(["\ud800 \0 \udfff " + ATTACK]).all()
    assert shared(ATTACK.replace(" ", "\0", 1), ATTACK) == 4


# --- groups --------------------------------------------------------------------------------


def test_a_copied_attack_is_one_group_and_the_rest_is_none() -> None:
    variants = [ATTACK, ATTACK.upper(), ATTACK + " #shame", ATTACK.replace("people", "workers")]
    texts = [*ANGRY, *variants, *variants]
    groups, size = groups_of(texts)
    assert [group.comments for group in groups] == [8]
    assert size.tolist() == [0] * len(ANGRY) + [8] * 8
    assert groups[0].example.text == ATTACK
    assert groups[0].kinds == {"complaint": 8}


def test_a_group_tells_of_authors_and_times() -> None:
    facts = facts_of([ATTACK] * 6)
    facts.table["author"] = [7, 7, 8, 0, 9, 9]
    facts.table["time"][:3] = [86_400, 3_600, 60]
    group = copy_groups(facts, row_teller([ATTACK] * 6))[0][0]  # type: ignore[arg-type]
    assert (group.authors, group.comments) == (3, 6)
    assert (group.start, group.end) == (datetime(1970, 1, 1, 0, 1), datetime(1970, 1, 2))


def test_a_mistyped_year_is_not_when_a_group_began_or_ended() -> None:
    facts = facts_of([ATTACK] * 6)
    facts.table["time"] = [0, *range(1_750_000_000, 1_750_000_004), 3_000_000_000]
    group = copy_groups(facts, row_teller([ATTACK] * 6))[0][0]  # type: ignore[arg-type]
    assert (group.start, group.end) == (moment_of(1_750_000_000), moment_of(1_750_000_003))


def test_without_times_and_authors_a_group_says_so() -> None:
    group = groups_of([ATTACK] * 5)[0][0]
    assert (group.authors, group.start, group.end) == (0, None, None)


def test_fewer_than_five_are_no_group() -> None:
    groups, size = groups_of([ATTACK] * 4)
    assert groups == ()
    assert not size.any()


def test_our_own_posts_are_no_copies() -> None:
    facts = facts_of([ATTACK] * 9)
    facts.table["flags"][:5] = OURS
    groups, size = copy_groups(facts, row_teller([ATTACK] * 9))  # type: ignore[arg-type]
    assert groups == ()
    assert not size.any()


@pytest.mark.parametrize("text", ["다시 보고 싶은 영화예요", "Thank you so much, love it"])
def test_short_praise_that_many_happen_to_say_is_no_campaign(text: str) -> None:
    assert groups_of([text] * 9, kind="praise")[0] == ()
    assert [group.comments for group in groups_of([text] * 9, kind="abuse")[0]] == [9]


def test_long_praise_that_is_copied_is_one() -> None:
    text = "Best café in town, ask for Marie at the counter and she will make your day!"
    assert [group.comments for group in groups_of([text] * 9, kind="praise")[0]] == [9]


def test_a_chain_of_small_changes_doesn_t_hold_unlike_texts_together() -> None:
    rng = np.random.default_rng(1)
    chain = [random_text(rng)]
    for step in range(60):
        last = chain[-1]
        at = step * 2 % 120
        chain.append(last[:at] + "zz" + last[at + 2 :])
    _, size = groups_of(chain, least=2)
    groups = groups_of(chain, least=2, most=100)[0]
    assert likeness(chain[:1], chain[-1:])[0] < 0.1
    assert size.max() < 30
    assert sum(group.comments for group in groups) <= len(chain)


def test_the_largest_come_first_and_no_more_than_asked_for() -> None:
    texts = [text for count, text in enumerate(ANGRY, start=5) for _ in range(count)]
    groups, size = groups_of(texts, most=3)
    assert [group.comments for group in groups] == [9, 8, 7]
    assert sorted(set(size.tolist())) == [5, 6, 7, 8, 9]


def test_texts_are_asked_for_in_bounded_portions() -> None:
    texts = [f"{ATTACK} {'abcdefghij'[k % 10] * 3} {'klmnop'[k % 6] * 3}" for k in range(6_000)]
    facts = facts_of(texts)
    most = 0

    def watched(places: Places) -> list[str]:
        nonlocal most
        most = max(most, len(places))
        return [texts[place] for place in places.tolist()]

    watched_facts = Facts(facts.table, texts=watched)
    groups, _ = copy_groups(watched_facts, row_teller(texts))  # type: ignore[arg-type]
    assert groups[0].comments > 5_000
    assert most <= 4_096


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from([*ANGRY, ATTACK, "", "ok"]), max_size=40))
def test_every_row_of_a_group_counts_once(texts: list[str]) -> None:
    groups, size = groups_of(texts, least=2)
    for group in groups:
        assert size[group.example.place - 1] == group.comments
        assert group.comments == texts.count(group.example.text)
        assert texts.index(group.example.text) == group.example.place - 1
    assert sum(group.comments for group in groups) == np.count_nonzero(size)


def test_an_empty_export_has_no_groups() -> None:
    groups, size = groups_of([])
    assert groups == ()
    assert len(size) == 0
