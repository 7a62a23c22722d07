"""The built-in phrase rules: what they catch, and what they leave alone."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from smclassify.labels import FLAG_OF_REASON, LANGUAGES
from smclassify.policy.charsearch import has_cjk
from smclassify.policy.checker import PolicyChecker
from smclassify.policy.rules import active_rules, builtin, builtin_names
from smclassify.policy.schema import Policy
from smclassify.text.batch import TextBatch


@pytest.fixture(scope="module")
def checker() -> PolicyChecker:
    return PolicyChecker()


def rules_found(checker: PolicyChecker, text: str, language: str) -> set[str]:
    batch = TextBatch.from_texts([text])
    batch.languages = [language]
    return {finding.rule for finding in checker.check(batch)[0]}


CAUGHT = [
    ("copyright-found-online", "en", "Love this photo found on the internet 🌅"),
    ("copyright-found-online", "en", "Grabbed this one off Google, what a view"),
    ("copyright-found-online", "fr", "Photo trouvée sur internet, on adore !"),
    ("copyright-found-online", "ko", "퍼온 사진인데 너무 예쁘죠?"),
    ("copyright-found-online", "ko", "퍼온사진입니다"),
    ("copyright-found-online", "zh", "今日份好心情～网图侵删"),
    ("copyright-found-online", "zh", "今日份好心情～網圖侵刪"),
    ("copyright-no-permission", "en", "Credit to the owner 🙏"),
    ("copyright-no-permission", "en", "No copyright infringement intended!"),
    ("copyright-no-permission", "fr", "Aucune idée de qui l’a prise mais quelle photo"),
    ("copyright-no-permission", "ko", "문제시 삭제하겠습니다"),
    ("copyright-no-permission", "zh", "配乐没买版权，先放出来"),
    ("copyright-watermark-removed", "en", "We cropped out the watermark, looks neat"),
    ("copyright-watermark-removed", "ko", "워터마크는 제가 잘라냈어요"),
    ("copyright-watermark-removed", "zh", "水印我P掉了哈哈"),
    ("confidentiality-marking", "en", "Slide 4 says INTERNAL USE ONLY, but look at this"),
    ("confidentiality-marking", "fr", "Document à usage interne uniquement"),
    ("confidentiality-marking", "zh", "PPT上印着“严禁外传”"),
    ("confidentiality-hint", "ko", "총회 공고 전까지 대외비라고 하던데"),
    ("confidentiality-hint", "zh", "这份内部资料先给大家看看"),
    ("confidentiality-hint", "fr", "L’annonce est encore sous embargo"),
    ("undisclosed-instruction", "en", "Post it from your own account and leave #ad off"),
    (
        "undisclosed-instruction",
        "fr",
        "À publier depuis le profil de Léa, sans dire qu'on est du salon",
    ),
    ("undisclosed-instruction", "ko", "광고 표시는 빼 주세요"),
    ("undisclosed-instruction", "zh", "文案在这，大家用小号发"),
    ("undisclosed-denial", "ko", "#내돈내산 솔직 후기"),
    ("undisclosed-denial", "zh", "真的不是广告，姐妹们冲"),
    ("fake-growth-trade", "en", "Buy followers from us, delivery in a week"),
    ("fake-growth-trade", "fr", "Achetez des abonnés dès 9 €"),
    ("fake-growth-trade", "ko", "인스타 팔로워 판매합니다"),
    ("fake-growth-trade", "zh", "专业刷好评，量大从优"),
    ("fake-growth-reward", "zh", "五星好评返现5元"),
    ("fake-growth-reward", "ko", "리뷰 이벤트 진행 중! 쿠키 드려요"),
    ("engagement-exchange", "en", "Follow for follow, anyone? #f4f"),
    ("engagement-exchange", "ko", "선팔하면 맞팔 가요"),
    ("engagement-exchange", "zh", "互粉互赞，秒回"),
    ("engagement-tag-friends", "en", "To win, tag three friends below"),
    ("engagement-tag-friends", "en", "TAG 5 best friends"),
    ("engagement-tag-friends", "fr", "Tague 3 copines en commentaire"),
    ("engagement-tag-friends", "ko", "댓글에 친구 3명 소환!"),
    ("engagement-tag-friends", "zh", "转发并@三位好友"),
    ("engagement-like-if", "en", "Like if you agree!"),
    ("engagement-like-if", "fr", "Partage si tu aimes ton chat"),
    ("engagement-like-if", "zh", "集满58个赞送礼"),
]


@pytest.mark.parametrize(("rule", "language", "text"), CAUGHT)
def test_what_a_careful_colleague_would_stop_is_caught(
    checker: PolicyChecker, rule: str, language: str, text: str
) -> None:
    assert rule in rules_found(checker, text, language)


LEFT_ALONE = [
    # speaking against it
    ("en", "Please don't use a photo found on the internet. Ask the photographer first."),
    ("en", "We never buy followers, and we tell our clients why."),
    ("en", "We don't do follow for follow, or like for like."),
    ("en", "Stop cropping: somebody removed the watermark without asking."),
    ("fr", "On n'utilise jamais une photo trouvée sur internet."),
    ("fr", "Pourquoi il ne faut pas acheter des abonnés"),
    ("ko", "퍼온 사진은 올리지 마세요. 작가님이 슬퍼해요."),
    ("ko", "리뷰 대행은 불법입니다. 보시면 신고해 주세요."),
    ("zh", "请勿刷单，谨防骗局"),
    ("zh", "我们从不刷好评，每一条都是真实评价"),
    # doing it properly
    ("en", "Photo by Nadia Kross, used with her kind permission. See her work at nadiakross.com"),
    ("en", "Your photos are kept safe, and your data stays confidential."),
    ("fr", "Photo : Léa Martin, avec son accord. Merci Léa !"),
    ("ko", "사진은 김작가님께 허락을 받고 올립니다."),
    ("zh", "图片由摄影师阿宁授权使用"),
    # the same words in another sense
    ("en", "What would you like if you could choose one flavour?"),
    ("en", "Price tag: 5 dollars. Bring your friends!"),
    ("fr", "Sirop à usage interne, deux gouttes le matin"),
    ("fr", "Le client est roi, tag ou pas tag"),
    ("ko", "친구와 함께 오시면 두 분 다 10% 할인"),
    ("zh", "回族自治区和汉族的民族关系"),
    ("zh", "欢迎带三位好友一起来喝茶"),
    ("en", "Here's how we follow up on your feedback"),
]


@pytest.mark.parametrize(("language", "text"), LEFT_ALONE)
def test_talking_about_it_or_doing_it_properly_is_left_alone(
    checker: PolicyChecker, language: str, text: str
) -> None:
    assert rules_found(checker, text, language) == set()


def test_a_phrase_is_found_whatever_the_language_of_the_text(checker: PolicyChecker) -> None:
    assert "engagement-exchange" in rules_found(checker, "Bienvenue ! 맞팔 해요", "fr")
    assert "confidentiality-marking" in rules_found(checker, "표지에 Internal Use Only라고", "ko")
    assert "engagement-exchange" in rules_found(checker, "互粉", "unknown")
    assert "fake-growth-trade" in rules_found(checker, "buy followers", "unknown")


def test_a_denial_in_another_sentence_does_not_excuse(checker: PolicyChecker) -> None:
    text = "We never sleep! Buy followers from us."
    assert "fake-growth-trade" in rules_found(checker, text, "en")


def test_every_builtin_rule_speaks_for_a_reason_and_says_what_would_mend_it() -> None:
    for rule in builtin().rules:
        assert rule.reason in FLAG_OF_REASON, rule.name
        assert rule.label == FLAG_OF_REASON[rule.reason], rule.name
        assert rule.message.endswith(".") and rule.suggestion.endswith("."), rule.name


def test_every_builtin_rule_is_caught_at_least_once_in_these_tests() -> None:
    assert {rule.name for rule in builtin().rules} == {rule for rule, _, _ in CAUGHT}


def test_no_phrase_stands_twice_in_a_rule() -> None:
    def doubles(words: Iterable[str]) -> set[str]:
        words = list(words)
        return {word for word in words if words.count(word) > 1}

    assert {
        rule.name: doubles(rule.phrases) for rule in builtin().rules if doubles(rule.phrases)
    } == {}


def test_denial_has_words_in_every_language() -> None:
    assert set(builtin().negation) == set(LANGUAGES)
    assert all(has_cjk(cue) for language in ("ko", "zh") for cue in builtin().negation[language])


def test_a_company_switches_a_builtin_rule_off_or_weighs_it_otherwise() -> None:
    off = active_rules(Policy(off=("engagement-exchange",)))
    assert "engagement-exchange" not in {rule.name for rule in off}
    weighed = active_rules(Policy(severity={"confidentiality-hint": "block"}))
    assert {rule.severity for rule in weighed if rule.name == "confidentiality-hint"} == {"block"}


def test_a_company_rule_takes_the_place_of_the_builtin_one_of_its_name() -> None:
    own = {"name": "engagement-exchange", "phrases": ["swap likes"], "message": "No swapping."}
    rules = active_rules(Policy.model_validate({"rule": [own]}))
    named = [rule for rule in rules if rule.name == "engagement-exchange"]
    assert [rule.message for rule in named] == ["No swapping."]


def test_recognisers_and_norms_can_be_named_like_any_builtin_rule() -> None:
    assert {"phone-number", "placeholder", "platform-length", "competitor-named"} <= builtin_names()
