"""A set of drafts: what repeats, how many are of one sort, and when nothing is said."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smclassify.campaign import CampaignCheck
from smclassify.campaign.silences import Calendar
from smclassify.drafts import DraftResult, Reason
from smclassify.features.likeness import LikenessIndex, signatures
from smclassify.features.view import feature_view
from smclassify.policy.catalogue import catalogue
from smclassify.policy.rules import CAMPAIGN_RULES, builtin_names
from smclassify.policy.schema import Policy
from smclassify.text.batch import TextBatch
from smclassify.wording import UI_LANGUAGES, words_of

POST = "Which of our five helmets would you take to the mountains this autumn, and why that one?"
ALIKE = POST.replace("helmets", "saddles").replace("autumn", "winter")
LONG = f"{POST} Tell us below, and on Friday we ride up with the one most of you have chosen."
KOREAN = "이번 가을에 산에 간다면 헬멧 다섯 개 중에서 어떤 것을 고르시겠어요? 이유도 알려 주세요."
CHINESE = "这个秋天去爬山，五款头盔里你会选哪一款？欢迎在评论区告诉我们你的理由和故事。"


def draft(name, text, *, lang="en", flags=(), reasons=()):
    return DraftResult(name, text, lang, tuple(flags), {}, tuple(reasons), ())


def drafts(*texts):
    return [draft(str(number), text) for number, text in enumerate(texts, 1)]


def rules(results):
    return [[finding.rule for finding in result.findings] for result in results]


def policy(**keys):
    return Policy.model_validate(keys)


def checked(*texts, policy=None, **more):
    return CampaignCheck(policy).add(drafts(*texts), **more)


class TestTheSameText:
    def test_the_second_one_is_flagged_and_names_the_first(self):
        first, other, again = checked(POST, KOREAN, POST)
        assert (first.flags, first.findings, other.findings) == ((), (), ())
        assert again.flags == ("spammy",)
        assert again.reasons == (Reason("spammy", "canned", 1.0),)
        (finding,) = again.findings
        assert (finding.rule, finding.severity, finding.label, finding.reason) == (
            "same-text", "block", "spammy", "canned",
        )  # fmt: skip
        assert "stands in 1." in finding.message
        assert (finding.start, finding.end, finding.source) == (0, 0, "policy")

    def test_it_is_found_across_batches_at_once(self):
        check = CampaignCheck()
        assert rules(check.add([draft("a", POST)])) == [[]]
        assert rules(check.add([draft("b", POST)])) == [["same-text"]]

    @pytest.mark.parametrize(
        ("text", "other"),
        [
            (POST, f"  {POST.upper()}\n"),
            (POST, POST.replace(" ", "\n\n")),
            (CHINESE, CHINESE.replace("这个", "這個").replace("欢", "歡")),
            (KOREAN, KOREAN.replace("?", "？")),
        ],
    )
    def test_case_width_script_and_white_space_make_no_other_text(self, text, other):
        assert rules(checked(text, other)) == [[], ["same-text"]]

    def test_short_texts_may_come_back(self):
        assert rules(checked(*["Happy new year!"] * 3, *["x" * 19] * 2)) == [[]] * 5

    def test_several_platforms_are_named(self):
        results = checked(POST, POST, POST, platforms=["x", "instagram", None])
        assert "X, Instagram (see 1)" in results[1].findings[0].message
        assert "stands in 1, 2." in results[2].findings[0].message
        again = checked(POST, POST, platforms="x")[1]
        assert "stands in 1." in again.findings[0].message

    def test_of_many_the_first_are_named_and_the_others_counted(self):
        assert "1, 2, 3 (+6)." in checked(*[POST] * 10)[-1].findings[0].message

    def test_what_a_draft_had_already_stays(self):
        mine = Reason("off_policy", "privacy", 0.9)
        before = draft("b", POST, flags=["off_policy"], reasons=[mine])
        _, after = CampaignCheck().add([draft("a", POST), before])
        assert after.flags == ("spammy", "off_policy")
        assert after.reasons == (Reason("spammy", "canned", 1.0), mine)

    def test_what_is_given_must_be_as_long(self):
        with pytest.raises(ValueError, match="2 results, but 1 times"):
            checked(POST, POST, times=["2026-01-01"])


class TestTemplates:
    def test_a_few_swapped_words_are_a_warning(self):
        first, alike = checked(LONG, LONG.replace("helmets", "saddles"))
        assert first.findings == ()
        (finding,) = alike.findings
        assert (finding.rule, finding.severity, alike.flags) == ("same-template", "warn", ())
        assert "1, with some words changed" in finding.message
        assert 0.8 <= finding.score < 1

    def test_other_names_numbers_and_links_are_the_same_template(self):
        text = "@{0} Thanks for asking, Friday's train {1} runs again. All times: https://a.example/{1}"
        results = checked(text.format("mia", "4471"), text.format("leo", "9032"))
        assert rules(results) == [[], ["same-template"]]

    def test_links_alone_are_not_compared(self):
        links = [f"https://tarrowmere.example/spring/{number}" for number in range(9)]
        assert rules(checked(*links)) == [[]] * 9

    def test_the_policy_says_how_alike(self):
        strict = policy(campaign={"similar": 0.9})
        assert rules(checked(POST, ALIKE, policy=strict)) == [[], []]
        assert rules(checked(POST, ALIKE)) == [[], ["same-template"]]

    def test_a_thousand_copies_stay_cheap_and_each_is_found(self):
        texts = [f"{POST} Tell {name:04d}x. {POST}" for name in range(1000)]
        assert rules(checked(*texts))[1:] == [["same-template"]] * 999


class TestThePolicy:
    @pytest.mark.parametrize(
        "keys", [{"off": ["same-text"]}, {"severity": {"same-text": "off"}},
                 {"adjust": {"same-text": {"severity": "off"}}},
                 {"adjust": {"same-text": {"languages": ["fr"]}}}],
    )  # fmt: skip
    def test_a_rule_can_be_switched_off(self, keys):
        assert rules(checked(POST, POST, policy=policy(**keys))) == [[], []]

    def test_a_rule_can_be_weighed_and_worded_otherwise(self):
        other = policy(severity={"same-text": "warn"},
                       adjust={"same-text": {"message": "Again, as in {drafts}!"}})  # fmt: skip
        (finding,) = checked(POST, POST, policy=other)[1].findings
        assert (finding.severity, finding.message) == ("warn", "Again, as in 1!")
        blocking = policy(severity={"same-template": "block"}, campaign={"similar": 0.5})
        assert checked(POST, ALIKE, policy=blocking)[1].flags == ("spammy",)

    def test_its_rules_are_known_and_listed(self):
        assert set(CAMPAIGN_RULES) <= builtin_names()
        listed = {entry.name: entry for entry in catalogue(policy(off=["many-links"]))}
        assert set(CAMPAIGN_RULES) <= set(listed)
        assert (listed["same-text"].severity, listed["many-links"].severity) == ("block", "off")

    @pytest.mark.parametrize("language", UI_LANGUAGES)
    def test_it_speaks_the_languages_of_its_users(self, language):
        check = CampaignCheck(ui_language=language)
        again = check.add([draft("a", POST), draft("b", POST)])[1].findings[0]
        assert again.message == words_of("same-text", language).message.replace("{drafts}", "a")
        for rule in (*CAMPAIGN_RULES, "same-text-elsewhere"):
            assert all(words_of(rule, language))


class TestTheWholeSet:
    def said(self, results, keys=None, **more):
        check = CampaignCheck(policy(**(keys or {})))
        check.add(results, **more)
        return {remark.rule: remark.sentence() for remark in check.remarks()}

    def test_too_many_links(self):
        linked = drafts(*[f"{'abcdefgh'[n] * 5} see tarrowmere.example/{n}" for n in range(4)])
        said = self.said([*linked, *drafts("no link", "me@tarrowmere.example")])
        assert said == {"many-links": said["many-links"]}
        assert "4 of 6 (67%), where at most 50%" in said["many-links"]
        assert self.said(linked) == {}, "a share of four posts says nothing"
        assert self.said(linked * 2, {"campaign": {"links": 1.0}}) == {}
        assert self.said(linked * 2, {"off": ["many-links"]}) == {}

    def test_too_many_offers(self):
        sold = draft("a", "Now!", reasons=[Reason("spammy", "hard_sell", 0.9)])
        coupon = draft("b", "할인 쿠폰 받아 가세요", lang="ko")
        others = drafts("Helmets: 20% discount", "Feel free to ask", "Win!", "Hi")
        said = self.said([sold, coupon, *others])
        assert "3 of 6 (50%)" in said["many-offers"]

    def test_too_much_about_oneself(self):
        proud = [draft(str(n), "We won.", flags=["self_centered"]) for n in range(4)]
        assert "4 of 8 (50%)" in self.said(proud + drafts(*"abcd"))["much-about-us"]

    def test_a_share_just_beyond_the_target_is_told_from_it(self):
        proud = [draft(str(n), "We won.", flags=["self_centered"]) for n in range(688)]
        said = self.said(proud + drafts(*["a"] * 1312))["much-about-us"]
        assert "(34.40%), where at most 34.00%" in said

    def test_silences(self):
        days = ["2026-03-01", "", "2026-03-20", None, "2026-04-02", "2026-03-05"]
        said = self.said(drafts(*"abcdef"), times=days)
        assert (
            "more than 7 days: 2, the longest from 2026-03-05 to 2026-03-20 (15 days)"
            in (said["posting-gap"])
        )
        assert self.said(drafts(*"abcdef"), {"campaign": {"gap_days": 15}}, times=days) == {}

    def test_nothing_is_said_of_nothing(self):
        check = CampaignCheck()
        assert (check.add([]), check.remarks()) == ([], [])


class TestDates:
    @pytest.mark.parametrize(
        "written",
        [
            "2026-03-04", "2026-03-04T10:00:00Z", "2026/3/4 10:00", "2026. 3. 4. 오전 10:00",
            "2026年3月4日 10:00", "2026년 3월 4일", "20260304", "04.03.2026", "4.3.2026 10:00",
            "4 mars 2026", "4 Mar 2026", "March 4, 2026", "Wed Mar 04 10:00:00 +0000 2026",
            "4th March 2026", "1772582400", "1772582400000", date(2026, 3, 4),
            datetime(2026, 3, 4, 10),
        ],
    )  # fmt: skip
    def test_usual_ways_of_writing_them(self, written):
        calendar = Calendar()
        calendar.add(written)
        assert calendar.days() == [date(2026, 3, 4)]

    @pytest.mark.parametrize(
        ("texts", "months"),
        [
            (["3/4/2026"], []),
            (["3/4/2026", "25/4/2026"], [4, 4]),
            (["3/4/2026", "4/25/2026"], [3, 4]),
        ],
    )
    def test_the_others_tell_the_day_from_the_month(self, texts, months):
        calendar = Calendar()
        for text in texts:
            calendar.add(text)
        assert [day.month for day in calendar.days()] == months

    @given(st.text(max_size=80) | st.from_regex(r"[\d/.: -]{4,20}"))
    def test_whatever_stands_there_is_a_date_or_passed_over(self, text):
        calendar = Calendar()
        calendar.add(text)
        assert len(calendar.days()) <= 1


class TestLikeness:
    def test_the_estimate_is_near_the_share_of_ngrams_in_common(self):
        one, other = signatures(feature_view(TextBatch.from_texts([LONG, LONG[:-20]])))
        assert one.jaccard(other) == pytest.approx(0.85, abs=0.15)

    def test_a_text_without_ngrams_is_like_nothing(self):
        one, other = signatures(feature_view(TextBatch.from_texts([POST, ""])))
        assert one.jaccard(other) == 0

    def test_the_index_finds_what_every_pair_compared_would(self):
        texts = [f"{POST} {number} {'and so on ' * (number % 7)}" for number in range(60)]
        made = signatures(feature_view(TextBatch.from_texts(texts)))
        index, found = LikenessIndex(0.8), set()
        for later, signature in enumerate(made):
            found |= {(later, earlier) for earlier, _ in index.add(signature)}
        alike = [
            (later, earlier)
            for later in range(60)
            for earlier in range(later)
            if made[later].jaccard(made[earlier]) >= 0.8
        ]
        assert len(index) == 60
        assert found <= set(alike)
        assert {later for later, _ in alike} == {later for later, _ in found}

    def test_only_the_newest_texts_are_remembered(self):
        made = signatures(feature_view(TextBatch.from_texts([POST, KOREAN, CHINESE, POST])))
        forgetful = LikenessIndex(0.8, remembered=2)
        assert [len(forgetful.add(signature)) for signature in made] == [0, 0, 0, 0]
        lasting = LikenessIndex(0.8, remembered=3)
        assert [len(lasting.add(signature)) for signature in made] == [0, 0, 0, 1]


WORDS = st.lists(
    st.sampled_from(["harbour", "자전거", "山", "müde", "tea", "99", "lantern", "고양이", "秋天"]),
    min_size=1,
)
TEXTS = st.lists(WORDS.map(" ".join) | st.text(max_size=60), max_size=12)


class TestWhateverTheDrafts:
    @settings(max_examples=60, deadline=None)
    @given(TEXTS, st.lists(st.integers(1, 4)))
    def test_nothing_is_lost_and_batches_make_no_difference(self, texts, sizes):
        given_all = drafts(*texts)
        at_once = CampaignCheck().add(given_all)
        check, told, rest = CampaignCheck(), [], given_all
        for size in [*sizes, len(texts)]:
            told += check.add(rest[:size])
            rest = rest[size:]
        assert [(r.id, r.text) for r in told] == [(r.id, r.text) for r in given_all]
        assert told == at_once

    @settings(max_examples=60, deadline=None)
    @given(TEXTS, st.text(min_size=25, max_size=60).filter(lambda t: len(" ".join(t.split())) > 20))
    def test_equal_texts_are_always_found(self, texts, text):
        *_, last = checked(text, *texts, text)
        assert [finding.rule for finding in last.findings] == ["same-text"]

    @settings(max_examples=30, deadline=None)
    @given(st.permutations([POST, KOREAN, CHINESE, "Tea at four in the harbour, bring a cup."]))
    def test_the_order_of_unrelated_drafts_makes_no_difference(self, texts):
        assert rules(checked(*texts)) == [[]] * 4
