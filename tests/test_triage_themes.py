"""What comments are about: their words, what sets some apart, and the themes of complaints."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smclassify.labels import KINDS
from smclassify.triage.facts import OURS, Facts, Places, no_facts
from smclassify.triage.survey import Theme, TriagedRow
from smclassify.triage.topics.terms import Terms, likelihood_ratio, stand_out
from smclassify.triage.topics.themes import find_themes
from smclassify.triage.topics.words import BREAK, END, HAN, words_of
from smclassify.triage.watch.copies import sketches


def names(texts: Sequence[str], least: int = 2) -> set[str]:
    terms = Terms(texts, least)
    return {terms.name(column) for column in range(len(terms))}


# --- words -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Flights", "flight"),
        ("commandes", "commande"),
        ("batteries", "battery"),
        ("배송이", "배송은"),
        ("환불하고", "환불해요"),
        ("재미없다", "재미없음"),
        ("don\u2019t", "don't"),
    ],
)
def test_forms_of_a_word_are_the_same_word(one: str, other: str) -> None:
    both = words_of([one, other])
    first, second = both.key[both.kind < BREAK].tolist()
    assert first == second


@pytest.mark.parametrize(("one", "other"), [("bus", "bu"), ("glass", "glas"), ("회의", "회")])
def test_what_only_looks_like_an_ending_stays(one: str, other: str) -> None:
    both = words_of([one, other])
    first, second = both.key[both.kind < BREAK].tolist()
    assert first != second


def test_links_and_mentions_are_no_words() -> None:
    assert words_of(["@nova_cafe see https://example.org/broken/cup now"]).written(0) == [
        "see", "now", "\0",
    ]  # fmt: skip


def test_of_very_long_texts_the_beginning_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smclassify.triage.topics.words.TOGETHER", 1_000)
    found = words_of(["late " * 50, "parcel"])
    assert found.written(0)[-2:] == ["parcel", "\0"]
    assert len(found.form) == 50 + 3
    assert len(words_of(["late " * 50] * 20).form) == 20 * (20 + 1)


def test_chinese_is_cut_into_characters_wherever_it_stands() -> None:
    found = words_of(["iPhone退款!"])
    assert found.written(0) == ["iPhone", "退", "款", "!", "\0"]
    assert found.kind.tolist()[1:] == [HAN, HAN, BREAK, END]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=8))
def test_each_text_ends_once_whatever_is_in_it(texts: list[str]) -> None:
    found = words_of(texts)
    assert int((found.kind == END).sum()) == len(texts)
    assert found.text[found.kind == END].tolist() == list(range(len(texts)))


# --- terms -----------------------------------------------------------------------------------


def test_terms_begin_and_end_with_words_that_say_something() -> None:
    found = names(["The parcel never arrived", "the parcel has never arrived, again"])
    assert "parcel" in found
    assert "never arrived" in found
    assert not found & {"the parcel", "the", "never", "again"}


def test_french_negations_stay_with_their_word() -> None:
    found = names(["L'application ne fonctionne pas", "rien, l'application ne fonctionne pas"])
    assert "application ne fonctionne" not in found
    assert any(name.endswith("fonctionne pas") for name in found)


def test_no_term_reaches_across_punctuation() -> None:
    assert not any(" " in name for name in names(["broken. Refund", "broken. Refund"]))


def test_numbers_alone_are_no_terms() -> None:
    assert names(["2 45 1,000", "2 45 1,000"]) == set()


def test_a_chinese_fragment_gives_way_to_the_phrase_that_carries_it() -> None:
    found = names(["送餐速度很慢", "送餐速度还行", "送餐速度太慢", "这次送餐速度可以"])
    assert "送餐速度" in found
    assert not found & {"餐速", "送餐速", "餐速度", "速度"}


def test_a_word_that_stands_alone_as_well_is_kept() -> None:
    found = names(["客服电话", "客服不理", "客服骂人", "客服电话"])
    assert {"客服", "客服电话"} <= found


def test_a_term_is_shown_as_it_is_written_most_often() -> None:
    assert names(["Refund", "refunds", "refunds", "refunds"]) == {"refunds"}


def test_a_korean_term_is_rather_shown_without_its_particle() -> None:
    assert names(["배송이", "배송이", "배송은", "배송", "배송"]) == {"배송"}


def test_the_matrix_says_which_text_holds_which_term() -> None:
    terms = Terms(["broken mug", "broken plate", "late plate"])
    column = {terms.name(k): k for k in range(len(terms))}
    assert terms.matrix[:, column["broken"]].toarray().ravel().tolist() == [1, 1, 0]
    assert terms.matrix[:, column["plate"]].toarray().ravel().tolist() == [0, 1, 1]


@pytest.mark.parametrize("texts", [[], [""], ["", "\0", "!!!"], ["the of and"]])
def test_texts_that_say_nothing_have_no_terms(texts: list[str]) -> None:
    terms = Terms(texts)
    assert len(terms) == 0
    assert terms.matrix.shape == (len(texts), 0)


# --- what stands out -------------------------------------------------------------------------

SUBJECTS = ["flight", "seat", "meal", "crew", "screen", "blanket", "coffee", "pilot", "ticket"]
OPINIONS = ["was awful", "ruined my trip", "made us angry", "cost too much", "felt dirty"]
BACKGROUND = [f"The {subject} {opinion}" for subject, opinion in product(SUBJECTS, OPINIONS)] * 4


def test_a_burst_is_told_by_the_words_that_others_lack() -> None:
    burst = [f"{subject}: salmonella in the chicken wrap" for subject in SUBJECTS] * 2
    assert set(stand_out(burst, BACKGROUND)) == {"salmonella", "chicken wrap"}


def test_what_tells_the_same_twice_is_told_once() -> None:
    burst = [f"{subject} lost luggage in Lyon" for subject in SUBJECTS] * 2
    told = stand_out(burst, BACKGROUND)
    words = [word for term in told for word in term.split()]
    assert len(words) == len(set(words))


@pytest.mark.parametrize(
    ("inside", "outside", "word"),
    [
        (["배송 지연이 심해요", "또 배송 지연", "배송 지연은 처음"], ["색이 예뻐요"], "배송 지연"),
        (["一直不给退款", "退款呢", "等退款等到现在", "退款失败"], ["面有点咸"], "退款"),
        (["colis jamais reçu", "mon colis ? jamais reçu"], ["la couleur est belle"], "jamais reçu"),
    ],
    ids=["ko", "zh", "fr"],
)  # fmt: skip
def test_what_stands_out_is_told_in_each_language(
    inside: list[str], outside: list[str], word: str
) -> None:
    assert any(word in term for term in stand_out(inside * 5, outside * 9))


def test_nothing_stands_out_of_the_like() -> None:
    assert stand_out(BACKGROUND[::2], BACKGROUND[1::2]) == ()
    assert stand_out([], BACKGROUND) == ()


def test_the_order_of_texts_makes_no_difference_to_what_stands_out() -> None:
    burst = [f"{subject}: salmonella in the chicken wrap" for subject in SUBJECTS] * 2
    assert stand_out(burst, BACKGROUND) == stand_out(burst[::-1], BACKGROUND[::-1])


def test_the_ratio_grows_with_the_evidence_and_is_even_for_equals() -> None:
    inside, outside = np.array([5.0, 50.0, 20.0]), np.array([1.0, 10.0, 20.0])
    few, many, even = likelihood_ratio(inside, 100, outside, 100)
    assert 0 < few < many
    assert even == pytest.approx(0)


# --- themes ----------------------------------------------------------------------------------

OPENINGS = ["Hello team,", "Seriously?", "Third message today:", "For the record,", "Well,", "So,"]
ENDINGS = ["I am done.", "Explain!", "My kids cried.", "Shame.", "Do something", "Who cares, right"]
LATE = ["parcel", "where is my parcel", "parcel in the rain", "parcel? Nowhere", "my parcel!"]
MONEY = ["refund", "no refund", "I want a refund", "refund? Nothing", "refund, finally?"]
PRAISE = ["lovely green tea", "great people", "tea and biscuits", "nice shop window"]
KOREAN = ["배송이 엉망", "배송은 언제", "배송만 느려", "배송", "배송을"]
CHINESE = ["申请退款", "退款被拒绝", "我等退款", "退款", "退款到哪了"]


def filled(patterns: Sequence[str], n: int) -> list[str]:
    """Return comments of a theme: what they are about between words that mean nothing."""
    rng = np.random.default_rng(len(patterns[0]))
    words = [rng.choice(each, n) for each in (OPENINGS, patterns, ENDINGS)]
    return [" ".join(each) for each in zip(*words, strict=True)]


def tell(facts: Facts, place: int) -> TriagedRow:
    text = facts.texts(np.array([place]))[0]
    kept = ("en", "complaint", False, 0.0, None, False, 0, ())
    return TriagedRow(place + 1, "may.csv", place + 2, str(place), text, *kept)


def facts_of(complaints: dict[str, list[str]], praise: Sequence[str] = ()) -> Facts:
    """Return facts of complaints by language, and of English praise."""
    texts = [text for each in complaints.values() for text in each] + list(praise)
    languages = tuple(dict.fromkeys([*complaints, "en"]))
    table = no_facts(len(texts))
    table["copies"] = sketches(texts)
    table["kind"] = KINDS.index("praise")
    place = 0
    for language, each in complaints.items():
        mine = slice(place, place + len(each))
        table["kind"][mine] = KINDS.index("complaint")
        table["lang"][mine] = languages.index(language)
        place = mine.stop
    table["lang"][place:] = languages.index("en")

    def given_texts(places: Places) -> list[str]:
        return [texts[k] for k in places.tolist()]

    return Facts(table, languages=languages, texts=given_texts)


def themes_of(facts: Facts, **options: int) -> tuple[Theme, ...]:
    return find_themes(facts, lambda place: tell(facts, place), **options)


def about(word: str, themes: Sequence[Theme]) -> Theme:
    """Return the one theme that is about a word."""
    (found,) = [theme for theme in themes if word in theme.words]
    return found


def shop() -> Facts:
    return facts_of({"en": filled(LATE, 60) + filled(MONEY, 40)}, filled(PRAISE, 80))


def test_themes_are_what_complaints_are_about_and_praise_is_not() -> None:
    themes = themes_of(shop())
    late, money = about("parcel", themes), about("refund", themes)
    assert (late.comments, money.comments) == (60, 40)
    assert (late.share, money.share) == (pytest.approx(0.6), pytest.approx(0.4))
    assert not any("tea" in word for theme in themes for word in theme.words)


def test_a_new_product_that_no_other_comment_names_has_a_theme() -> None:
    product = filled(["Glidemaster", "the Glidemaster", "Glidemaster, again"], 18)
    complaints = filled(LATE, 150) + filled(MONEY, 150) + product
    themes = themes_of(facts_of({"en": complaints}, filled(PRAISE, 60)))
    assert about("Glidemaster", themes).comments == 18


def test_the_largest_theme_comes_first() -> None:
    sizes = [theme.comments for theme in themes_of(shop())]
    assert sizes == sorted(sizes, reverse=True)


def test_without_anything_but_complaints_there_are_themes_as_well() -> None:
    themes = themes_of(facts_of({"en": filled(LATE, 60) + filled(MONEY, 40)}))
    assert about("refund", themes).comments == 40


def test_each_language_has_themes_of_its_own() -> None:
    complaints = {
        "en": filled(LATE, 90),
        "ko": filled(KOREAN, 40) + filled(["환불", "환불은 언제", "환불을"], 30),
        "zh": filled(CHINESE, 40) + filled(["包装", "包装破了", "这包装"], 30),
    }
    themes = themes_of(facts_of(complaints, filled(PRAISE, 80)))
    assert about("parcel", themes).language == "en"
    assert about("배송", themes).language == "ko"
    assert about("退款", themes).language == "zh"


def test_a_language_of_few_complaints_is_not_left_out_for_a_larger_one() -> None:
    facts = facts_of({"en": filled(LATE, 300) + filled(MONEY, 300), "zh": filled(CHINESE, 24)})
    assert "zh" in {theme.language for theme in themes_of(facts, most=4)}


def test_fewer_than_twenty_complaints_of_a_language_have_no_themes() -> None:
    assert themes_of(facts_of({"en": filled(LATE, 19)}, filled(PRAISE, 40))) == ()
    assert themes_of(facts_of({})) == ()


def test_complaints_that_say_nothing_have_no_themes() -> None:
    assert themes_of(facts_of({"en": ["!!!", "the", ""] * 10})) == ()


def test_our_own_answers_count_nowhere() -> None:
    facts = shop()
    facts.table["flags"][60:100] = OURS
    assert all("refund" not in theme.words for theme in themes_of(facts))


def test_examples_hold_the_theme_and_are_no_copies_of_each_other() -> None:
    copies = ["The courier threw my parcel into the river Loire"] * 30
    facts = facts_of({"en": filled(LATE, 30) + copies + filled(MONEY, 90)}, filled(PRAISE, 80))
    shown = [example.text for example in about("parcel", themes_of(facts)).examples]
    assert 2 <= len(shown) == len(set(shown)) <= 3
    assert all("parcel" in text for text in shown)


@pytest.mark.parametrize("newest_first", [False, True])
def test_a_theme_of_late_grows_and_one_of_old_shrinks(newest_first: bool) -> None:
    facts = shop()
    at = np.arange(100) * 3_600
    facts.table["time"][:100] = at[::-1] if newest_first else at
    themes = themes_of(facts)
    trends = [about(word, themes).trend for word in ("parcel", "refund")]
    assert trends == (["growing", "shrinking"] if newest_first else ["shrinking", "growing"])


def test_a_theme_that_keeps_its_share_is_steady() -> None:
    facts = shop()
    facts.table["time"][:60] = np.arange(60) * 1_000
    facts.table["time"][60:100] = np.arange(40) * 1_500
    late = about("parcel", themes_of(facts))
    assert late.trend == "steady"
    assert late.p_value is not None
    assert late.p_value > 0.5
    assert late.earlier_share == pytest.approx(late.later_share, abs=0.05)


def test_without_times_no_trend_is_told() -> None:
    late = about("parcel", themes_of(shop()))
    assert (late.trend, late.earlier_share, late.later_share, late.p_value) == (
        "unknown", None, None, None,
    )  # fmt: skip


def test_of_many_complaints_a_sample_stands_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smclassify.triage.topics.themes._LEAST_SAMPLE", 100)
    facts = facts_of({"en": filled(LATE, 1_200) + filled(MONEY, 800)}, filled(PRAISE, 300))
    asked: list[int] = []

    def watched(places: Places) -> Sequence[str]:
        asked.append(len(places))
        return facts.texts(places)

    themes = find_themes(
        Facts(facts.table, facts.platforms, facts.languages, watched),
        lambda place: tell(facts, place),
        sample=400,
    )
    assert max(asked) == 400
    assert about("parcel", themes).comments == pytest.approx(1_200, rel=0.15)
    assert about("refund", themes).comments == pytest.approx(800, rel=0.15)


def test_the_same_export_has_the_same_themes() -> None:
    assert themes_of(shop()) == themes_of(shop())
