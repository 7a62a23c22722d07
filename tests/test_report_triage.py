"""The report of a triage: a page for the boss, JSON for machines, a summary on a terminal."""

from __future__ import annotations

import json
import re
from dataclasses import fields, replace
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
import survey_fake as fake
from hypothesis import given, settings
from hypothesis import strategies as st

from smclassify.cli.console import Renderer
from smclassify.report import triage_page as page_module
from smclassify.report.triage_figures import watch_figure
from smclassify.report.triage_page import triage_json, triage_page
from smclassify.report.triage_text import triage_view
from smclassify.report.triage_words import Speech, sentences
from smclassify.triage.survey import Service, Survey, Watch
from smclassify.wording import UI_LANGUAGES

REPORT = Path(page_module.__file__).parent
EXPORTS = {
    "rich": fake.summary(40), "nothing": fake.nothing(), "one row": fake.one_row(),
    "two years": fake.two_years(),
}  # fmt: skip
SECTIONS = ["watch", "answer", "service", "moods", "themes", "counts", "problems", "guide"]
ANY_TEXT = st.text(st.characters(), max_size=40)


class Page(HTMLParser):
    """Tags are closed in order, ids are there once, and what is referred to is there."""

    VOID = frozenset({"meta"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.wanted: set[str] = set()
        self.links: list[str] = []
        self.headings: list[int] = []
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(html)
        assert self.open == []
        assert len(self.ids) == len(set(self.ids))
        assert self.wanted <= set(self.ids)

    def handle_starttag(self, tag, attrs):
        assert tag not in ("script", "link", "img", "iframe", "object")
        named = dict(attrs)
        assert not any(name.startswith("on") or name in ("src", "srcset") for name in named)
        self.attributes.append((tag, named))
        if "id" in named:
            self.ids.append(named["id"])
        self.wanted.update((named.get("aria-labelledby") or "").split())
        if tag == "a":
            self.links.append(named["href"])
            self.wanted.update([named["href"][1:]] if named["href"].startswith("#") else [])
        self.wanted.update(re.findall(r"url\(#(.*?)\)", named.get("style") or ""))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def page_of(summary, language="en"):
    return triage_page(summary, ui_language=language).decode("utf-8")


def with_survey(**changes):
    found = fake.summary(3)
    return replace(found, survey=replace(found.survey, **changes))


# --- the words ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(sentences()))
def test_every_sentence_is_there_in_every_language_and_fills_in_the_same(name):
    def braces(forms):
        return {
            frozenset(re.findall(r"{(\w*)}", form))
            for form in ([forms] if isinstance(forms, str) else forms.values())
        }

    said = sentences()[name]
    assert set(said) == set(UI_LANGUAGES)
    assert len(set.union(*(braces(forms) for forms in said.values()))) == 1
    for language in ("en", "fr"):
        if "{count}" in said["ko"]:
            assert set(said[language]) == {"one", "other"}
    assert all(said[language] != said["en"] for language in ("ko", "zh")) or not re.search(
        "[a-z]", re.sub(r"{\w*}", "", str(said["en"]))
    )


def test_no_sentence_is_left_over():
    sources = [*REPORT.glob("triage_*.py"), *REPORT.glob("templates/triage*.j2")]
    code = " ".join(path.read_text("utf-8") for path in sources)
    built = ("unjudged-", "guide-", "by-", "trend-", "mood-plot-")
    for name in sentences():
        if not name.startswith(built):
            assert re.search(f"[\"']{name}[\"']", code) or name in ("minutes", "hours", "days"), (
                name
            )


class TestFigures:
    def test_in_the_readers_language(self):
        figures = {x: Speech(x).number(12345.6) for x in UI_LANGUAGES}
        assert figures == {"en": "12,346", "fr": "12\xa0346", "ko": "12,346", "zh": "12,346"}
        moments = [Speech(x).moment(datetime(2026, 5, 16, 23, 10)) for x in UI_LANGUAGES]
        assert moments == [
            "May 16, 2026, 23:10", "16 mai 2026, 23:10", "2026년 5월 16일 23:10",
            "2026年5月16日 23:10",
        ]  # fmt: skip

    @given(st.integers(0, 10**6), st.integers(1, 10**6))
    def test_a_share_never_claims_all_or_nothing_unless_it_is_so(self, part, more):
        said = Speech().percent(part, part + more)
        assert said != "100%"
        assert (said == "0%") is (part == 0)

    @pytest.mark.parametrize(
        ("minutes", "said"),
        [(0, "1 minute"), (119, "119 minutes"), (120, "2 hours"), (2879, "48 hours"),
         (2880, "2 days"), (60 * 24 * 400, "400 days")],
    )  # fmt: skip
    def test_lengths_of_time(self, minutes, said):
        assert Speech().length(minutes) == said

    @given(st.integers(1, 100_000))
    def test_a_target_is_never_rounded(self, minutes):
        number, unit = Speech().exact_length(minutes).replace(",", "").split()
        size = {"minute": 1, "hour": 60, "day": 1440}[unit.removesuffix("s")]
        assert int(number) * size == minutes

    def test_languages_beyond_our_own_have_names_and_odd_codes_stay(self):
        assert Speech("fr").language_name("ja") == "japonais"
        assert Speech("ko").language_name("en") == "영어"
        assert Speech().language_name("x-klingon!") == "x-klingon!"

    def test_a_language_that_is_not_spoken_is_refused(self):
        with pytest.raises(ValueError, match="'de'"):
            Speech("de")


# --- the page -----------------------------------------------------------------------------------


class TestPage:
    @pytest.mark.parametrize("language", UI_LANGUAGES)
    @pytest.mark.parametrize("export", EXPORTS)
    def test_is_whole_and_stands_on_its_own(self, export, language):
        html = page_of(EXPORTS[export], language)
        page = Page(html)
        assert html.startswith(f'<!DOCTYPE html>\n<html lang="{language}">')
        assert page.headings[0] == 1
        steps = zip(page.headings, page.headings[1:], strict=False)
        assert all(after <= before + 1 for before, after in steps)
        assert "{" not in page.text
        assert not re.search("None|nan|inf ", page.text)
        assert all(link.startswith(("#", "https://example.org/")) for link in page.links)
        assert "@import" not in html
        assert "url(http" not in html

    def test_sections_stand_in_the_order_of_their_urgency(self):
        ids = Page(page_of(EXPORTS["rich"])).ids
        assert [name for name in ids if name in SECTIONS] == SECTIONS

    def test_sections_with_nothing_to_say_are_absent(self):
        page = Page(page_of(EXPORTS["nothing"]))
        assert [name for name in page.ids if name in SECTIONS] == ["answer", "guide"]
        assert "Nobody waits for a private answer." in page.text

    def test_equal_triages_give_equal_pages(self):
        assert page_of(EXPORTS["rich"]) == page_of(fake.summary(40))

    def test_comments_keep_their_own_language(self):
        page = Page(page_of(EXPORTS["rich"], "fr"))
        spoken = {named.get("lang") for tag, named in page.attributes if tag == "p"}
        assert {"en", "fr", "ko", "zh"} <= spoken

    def test_only_the_first_comments_are_seen_and_the_rest_can_be_opened(self):
        html = page_of(fake.summary(300))
        assert "280 more comments" in html
        assert "The first 300 of 1,480, the most urgent first." in html
        assert html.count('class="comment') >= 300

    def test_plots_have_names_and_the_same_figures_as_a_table(self):
        html = page_of(EXPORTS["rich"])
        page = Page(html)
        plots = [named for tag, named in page.attributes if named.get("class") == "plot"]
        assert len(plots) == 6  # three, each at two widths
        assert all(named["role"] == "img" and named["aria-labelledby"] for named in plots)
        assert html.count("The same figures as a table") == 3
        assert "<td" in html.split("<caption>Spans of 1 hour with complaints")[1]

    def test_heads_of_tables_say_what_they_head(self):
        page = Page(page_of(EXPORTS["rich"]))
        heads = [named.get("scope") for tag, named in page.attributes if tag == "th"]
        assert heads
        assert set(heads) == {"row", "col"}
        tags = [tag for tag, _ in page.attributes]
        assert tags.count("caption") == tags.count("table")


class TestHeadline:
    def test_bursts_first_then_who_waits_and_since_when(self):
        text = Page(page_of(EXPORTS["rich"])).text
        burst = "Burst: 43 complaints from Sat, May 16, 2026, 23:10 on, where 2.1 are usual."
        waits = "77 comments still wait for a private answer. The oldest has waited since May 11"
        assert text.index(burst) < text.index("1 more burst") < text.index(waits)
        assert text.index(waits) < text.index("Crisis watch")

    def test_an_export_without_answers_does_not_pretend_to_know_them(self):
        text = Page(page_of(with_survey(service=Service(open_cases=1480)))).text
        assert "1,480 comments need a private answer; the export doesn't say which" in text
        assert "so how fast we answer can't be told" in text
        assert "still wait" not in text

    def test_a_quiet_time_is_said_to_be_quiet(self):
        text = Page(page_of(with_survey(watch=replace(fake.watch(), bursts=())))).text
        assert "No burst of complaints." in text

    def test_rows_that_were_lost_or_not_judged_are_told(self):
        text = Page(page_of(replace(fake.summary(1), rows_lost=1, rows_unread=1200))).text
        assert "1 row could not be read and is not in the result." in text
        assert "1,200 rows are in the result unjudged" in text


class TestWatch:
    @pytest.mark.parametrize("reason", ["no_times", "days_only", "too_short", "too_few", "new one"])
    @pytest.mark.parametrize("language", UI_LANGUAGES)
    def test_says_why_bursts_could_not_be_looked_for(self, reason, language):
        html = page_of(with_survey(watch=Watch(unjudged=reason)), language)
        known = f"unjudged-{reason}" in sentences()
        said = Speech(language).say(f"unjudged-{reason}" if known else "unjudged-other")
        assert said in Page(html).text
        assert Speech(language).say("no-burst") not in html

    def test_without_a_verdict_the_table_has_no_columns_for_one(self):
        watch = Watch("too_few", datetime(2026, 5, 3), complaints=(1, 0, 2), crises=(0, 0, 1))
        figure = watch_figure(watch, Speech("fr"))
        assert figure is not None
        assert figure.columns == ("Moment", "Réclamations", "Risque de crise")
        assert [row[1:] for row in figure.rows] == [("1", "0"), ("2", "1")]

    def test_a_burst_has_its_number_in_the_plot_its_size_words_and_comments(self):
        html = page_of(EXPORTS["rich"])
        text = Page(html).text
        assert re.search(r'class="mark">1</text>', html)
        assert "43 complaints, where 2.1 are usual (20 times as many). About: “brakes”" in text
        assert "over 100 times as many" in text
        assert text.count("브레이크가 두 번이나 안 잡혔어요") >= 2

    def test_copies_are_one_group_with_one_example(self):
        text = Page(page_of(EXPORTS["rich"])).text
        assert "61 comments that say nearly the same · by 58 authors" in text

    def test_crisis_comments_that_want_an_answer_are_not_shown_twice(self):
        found = fake.summary(10)
        found = replace(found, alarms=(found.to_answer[2], fake.row(702, private_reply=False)))
        html = page_of(found)
        assert html.count("example.org/c/702") == 1
        assert "marked as a possible crisis" in html


class TestService:
    def test_shares_are_of_what_they_say(self):
        text = Page(page_of(EXPORTS["rich"])).text
        assert "840 of 1,241 comments that want an answer have one (68%)." in text
        assert "Of the 780 answers whose delay is known, 430 came within 2 hours (55%)." in text
        assert "Half of them took no longer than 98 minutes, nine in ten no longer than 32" in text

    def test_ages_are_classes_one_after_the_other(self):
        text = Page(page_of(EXPORTS["rich"])).text
        ages = ["up to 2 hours", "2 hours to 1 day", "1 day to 3 days", "longer than 7 days"]
        assert [text.index(age) for age in ages] == sorted(text.index(age) for age in ages)

    def test_what_is_not_known_of_a_group_is_not_a_zero(self):
        html = page_of(EXPORTS["rich"])
        unknown = html.split('<th scope="row">unknown</th>')[1].split("</tr>")[0]
        assert unknown.count("not known") == 3


class TestHostileTexts:
    def test_nothing_of_an_export_is_taken_for_markup(self):
        bad = "</p><script>alert(1)</script><b onclick=x>'\"&{{7*7}}{0}"
        row = fake.row(1, text=bad, author=bad, platform=bad, id=bad, source=bad, time=bad,
                       link="javascript:alert(1)", reasons=(bad,))  # fmt: skip
        found = fake.summary(0, to_answer=(row,), target=bad)
        found = replace(found, survey=replace(
            found.survey,
            platforms={bad: 3},
            watch=replace(fake.watch(), bursts=tuple(
                replace(burst, words=(bad,), telling=(row,)) for burst in fake.watch().bursts
            )),
            themes=tuple(replace(it, words=(bad,), examples=(row,)) for it in fake.themes()),
            service=replace(fake.service(), oldest=(row,)),
        ))  # fmt: skip
        html = page_of(found)
        page = Page(html)
        assert "<script" not in html
        assert not any("javascript" in link for link in page.links)

    @settings(max_examples=25, deadline=None)
    @given(ANY_TEXT, ANY_TEXT, st.sampled_from(UI_LANGUAGES))
    def test_any_text_anywhere(self, text, link, language):
        row = fake.row(1, text=text, author=text, platform=text, id=text, link=link, lang=text[:3])
        found = fake.one_row()
        theme = replace(fake.themes()[0], words=(text,), language=text[:3], examples=(row,))
        survey = Survey(themes=(theme,), platforms={text: 1})
        page = Page(page_of(replace(found, to_answer=(row,), survey=survey), language))
        assert all(link.startswith(("#", "http://", "https://")) for link in page.links)
        triage_json(replace(found, to_answer=(row,), survey=survey)).decode("utf-8")


# --- the style ----------------------------------------------------------------------------------


def colours(scheme):
    """Return the custom properties that a scheme ends up with."""
    found: dict[str, str] = {}
    for name in ("style.css", "triage.css"):
        css = (REPORT / "templates" / name).read_text("utf-8").split("@media print")[0]
        light, dark = re.findall(r":root {(.*?)}", css, re.DOTALL)
        for block in (light, dark) if scheme == "dark" else (light,):
            found.update(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", block))
    return found


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    """Return the ratio of WCAG 2.2."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
class TestContrast:
    def test_of_text(self, scheme):
        found = colours(scheme)
        for ground in ("ground", "card"):
            for ink in ("ink", "quiet", "flag"):
                assert contrast(found[ink], found[ground]) >= 4.5, (ink, ground)
        assert contrast(found["flag"], found["flag-ground"]) >= 4.5

    def test_of_graphics(self, scheme):
        found = colours(scheme)
        for name in ("negative", "neutral", "positive", "kind", "bar", "advice", "ink", "grid"):
            assert contrast(found[name], found["ground"]) >= 3, name


# --- machines and terminals ---------------------------------------------------------------------


class TestJson:
    def test_has_the_summary_and_the_survey_under_their_own_names(self):
        record = json.loads(triage_json(EXPORTS["rich"]))
        names = {field.name for field in fields(EXPORTS["rich"])}
        assert set(record) == names - {"own_labels"}  # there only for models that have some
        assert set(record["survey"]) == {field.name for field in fields(Survey)}
        assert record["survey"]["as_of"] == "2026-05-31T21:40:00"
        assert record["survey"]["watch"]["bursts"][0]["telling"][0]["lang"] == "ko"
        assert record["seconds"] == 3.142

    def test_is_read_by_strict_readers(self):
        def refuse(constant):
            raise AssertionError(constant)

        for found in EXPORTS.values():
            json.loads(triage_json(found), parse_constant=refuse)


def shown(summary, language="en", **how):
    return Renderer(color=False, width=100).text(triage_view(summary, ui_language=language, **how))


class TestTerminal:
    def test_bursts_then_whom_to_answer_then_answers_then_themes(self):
        text = shown(EXPORTS["rich"], shown=3)
        places = [text.index(said) for said in (
            "Crisis watch", "Answer in private (the first 3 of 1,480)", "How we are doing",
            "What complaints are about", "19,303 comments: 1,480 to answer in private",
        )]  # fmt: skip
        assert places == sorted(places)

    @pytest.mark.parametrize("language", UI_LANGUAGES)
    @pytest.mark.parametrize("export", EXPORTS)
    def test_speaks_the_four_languages(self, export, language):
        text = shown(EXPORTS[export], language)
        assert "\x1b" not in text
        assert "{" not in text
        if export == "nothing":
            assert Speech(language).say("head-nobody") in text

    def test_a_theme_takes_one_point(self):
        text = shown(replace(fake.summary(0), alarms=()))
        assert text.count("• “charged twice”") == 1

    def test_crises_that_nobody_need_answer_are_listed_apart(self):
        found = fake.summary(1, alarms=(fake.row(9, private_reply=False, text="arsenic"),))
        text = shown(found)
        assert text.index("Single comments that could become a crisis") < text.index("arsenic")


def test_bars_keep_their_width_beside_their_figures() -> None:
    """A bar that may shrink asks for no room, and then lies on the figure next to it."""
    css = (REPORT / "templates" / "triage.css").read_text("utf-8")
    assert "td.bar svg { max-width: none; }" in css
