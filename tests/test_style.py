"""Style features: what is counted, in which language, and how a user is told of it."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from smclassify.errors import ModelError
from smclassify.features import lexmatch
from smclassify.features.lexicons import ANY, all_entries, lexicons, spellings
from smclassify.features.style import SMALLEST_SCALE, StyleCounts, describe, feature_names
from smclassify.features.surface import MEASURES, SHARES, SPANS, repeats
from smclassify.features.view import feature_view
from smclassify.labels import LANGUAGES
from smclassify.text.batch import TextBatch
from smclassify.text.normalize import normalize


def batch_of(*texts: str, languages: list[str] | None = None) -> TextBatch:
    batch = normalize(texts)
    batch.languages = languages or []
    return batch


def count(text: str, feature: str, language: str = "") -> float:
    batch = batch_of(text, languages=[language] if language else None)
    return float(StyleCounts().counts(batch)[0, feature_names().index(feature)])


def found(text: str, feature: str, language: str = "") -> list[str]:
    """Return the stretches of the normalised text that a feature stands at."""
    batch = batch_of(text, languages=[language] if language else None)
    spans = StyleCounts().occurrences(batch, feature)
    return [batch.joined[start:end] for _, start, end in spans]


class TestLexiconFile:
    def test_every_lexicon_speaks_all_languages_or_says_that_it_speaks_in_every_one(self):
        for lexicon in lexicons():
            assert set(lexicon.words) in ({ANY}, set(LANGUAGES)), lexicon.name

    def test_every_entry_is_written_as_features_see_it(self):
        for lexicon in lexicons():
            for entry in (entry for words in lexicon.words.values() for entry in words):
                word = spellings(entry)[0]
                assert word == word.strip().lower(), f"{lexicon.name}: {entry!r}"
                assert 0 < len(word) <= lexmatch.LONGEST, f"{lexicon.name}: {entry!r}"

    def test_no_entry_is_only_digits_since_all_numbers_look_alike(self):
        words = [w for x in lexicons() for ws in x.words.values() for w in ws]
        assert [word for word in words if spellings(word)[0].isdigit()] == []

    def test_no_entry_stands_twice(self):
        for lexicon in lexicons():
            for language, words in lexicon.words.items():
                assert len(set(words)) == len(words), f"{lexicon.name} {language}"

    def test_every_entry_is_found_where_it_stands_alone(self):
        # Those that only hide others are found by what they hide; see TestMatching.
        checked = 0
        everything = all_entries()
        for index, lexicon in enumerate(lexicons()):
            entries = [entry for entry in everything if entry.lexicon == index and entry.counts]
            hiding = {e.text for e in everything if e.lexicon == index and not e.counts}
            texts = [entry.text for entry in entries if entry.text not in hiding]
            batch = TextBatch.from_texts(texts)
            counts = lexmatch.count(feature_view(batch), [])[:, index]
            missing = [text for text, n in zip(texts, counts, strict=True) if n == 0]
            assert missing == [], lexicon.name
            checked += len(texts)
        assert checked > 9000


class TestMatching:
    @pytest.mark.parametrize(
        ("text", "feature", "language", "expected"),
        [
            ("Buy now, then click here!", "buy_calls", "en", ["Buy now", "click here"]),
            ("MANUFACTURED for buyers", "buy_calls", "en", []),
            ("You're late and so are yours", "second_person", "en", ["You", "yours"]),
            ("We didn't and I can't", "negation", "en", ["n't", "n't"]),
            ("Dernière chance, dépêchez-vous !", "urgency", "fr", ["Dernière chance", "dépêch"]),
            ("derniere chance", "urgency", "fr", ["derniere chance"]),
            ("J'attends ma commande, jsuis saoulée", "i", "fr", ["J'", "ma", "jsuis"]),
            ("마감 임박! 서두르세요", "urgency", "ko", ["마감 임박", "서두르"]),
            ("여러분께 드려요, 너무 좋아서요", "second_person", "ko", ["여러분"]),
            ("너는 몰라", "second_person", "ko", ["너는"]),
            ("dm주세요", "private_channel", "ko", ["dm주"]),
            ("手慢无，仅限今天", "urgency", "zh", ["手慢无", "仅限今天"]),
            ("限時搶購，手慢無", "urgency", "zh", ["限時", "手慢無"]),
            ("加v领取", "buy_calls", "zh", ["加v", "领取"]),
            ("谢啦老板", "thanks", "zh", ["谢啦"]),
            ("ㅋㅋㅋㅋㅋ", "laughter", "ko", ["ㅋㅋㅋ"]),
        ],
    )
    def test_words_are_found_as_each_language_writes_them(self, text, feature, language, expected):
        assert found(text, feature, language) == expected

    def test_an_entry_speaks_in_its_own_language_only(self):
        assert found("merci", "thanks", "fr") == ["merci"]
        assert found("merci", "thanks", "en") == []

    @pytest.mark.parametrize("language", ["", "unknown"])
    def test_in_an_unknown_language_all_entries_speak(self, language):
        assert found("merci, thanks, 谢谢", "thanks", language) == ["merci", "thanks", "谢谢"]

    def test_in_a_language_without_lexicons_only_emoji_and_laughs_speak(self):
        assert found("merci", "thanks", "de") == []
        assert found("haha 😂", "laughter", "de") == ["haha", "😂"]

    def test_overlapping_words_of_one_lexicon_count_once(self):
        assert found("亲测有效", "pretence", "zh") == ["亲测有效"]
        assert found("最后一天最后机会", "urgency", "zh") == ["最后一天", "最后机会"]
        assert count("ㅋㅋㅋ", "laughter", "ko") == 1

    @pytest.mark.parametrize(
        ("text", "feature", "language"),
        [
            ("本产品不保本", "claims", "zh"),
            ("results are not guaranteed", "claims", "en"),
            ("我们都在", "i", "zh"),
            ("안녕하세요", "second_person", "ko"),
            ("tell us more", "we", "en"),
        ],
    )
    def test_a_word_within_its_opposite_does_not_count(self, text, feature, language):
        assert found(text, feature, language) == []

    def test_no_word_reaches_from_one_text_into_the_next(self):
        counts = StyleCounts().counts(batch_of("buy", "now", languages=["en", "en"]))
        column = counts[:, feature_names().index("urgency")]
        assert column.tolist() == [0, 0]
        assert found("手慢", "urgency", "zh") == []

    def test_words_in_a_link_do_not_count(self):
        assert count("https://shop.example/buy-now", "buy_calls", "en") == 0


class TestSurface:
    @pytest.mark.parametrize(
        ("text", "feature", "expected"),
        [
            ("see https://a.example/x and www.b.example", "links", 2),
            ("#one #two #three", "hashtags", 3),
            ("BUY it NOW, ok", "capital_words", 2),
            ("Hi!!! Really?! Yes!", "exclamation_runs", 2),
            ("Hi!!! Really?! Yes!", "exclamations", 5),
            ("Hi!!! Really?! Yes!", "questions", 1),
            ("call 010-1234-5678 or 1588", "phone_numbers", 1),
            ("call 010-1234-5678 or 1588", "numbers", 4),
            ("Dear {first_name}, hello", "placeholders", 1),
            ("👨‍👩‍👧 🇰🇷 👍🏽", "emoji", 3),
            ("👉👉 link below", "pointers", 2),
            ("@anna thanks @ben", "opening_mentions", 1),
            ("thanks @ben", "opening_mentions", 0),
            ("回复 @团子麻麻：您好", "opening_mentions", 1),
            ("« Oui » dit-elle", "quotes", 2),
        ],
    )
    def test_things_are_counted(self, text, feature, expected):
        assert count(text, feature) == expected

    @pytest.mark.parametrize(
        ("text", "feature", "expected"),
        [
            ("ABcd", "capitals_share", 0.5),
            ("가나다 AB 中文", "capitals_share", 1.0),
            ("https://A.example/BCD ab", "capitals_share", 0.0),
            ("#abcd efgh", "hashtag_share", 0.5),
            ("abc abc", "repeated_share", 0.5),
            ("the quick brown", "repeated_share", 0.0),
            ("12345", "length", 5),
            ("One two. Three four.", "sentence_length", 10),
        ],
    )
    def test_texts_are_measured(self, text, feature, expected):
        assert count(text, feature) == pytest.approx(expected)

    def test_us_over_you_tells_who_the_text_is_about(self):
        assert count("We are proud of our award", "us_over_you", "en") > 0
        assert count("You and your garden", "us_over_you", "en") < 0
        assert count("Rain on Tuesday", "us_over_you", "en") == 0


class TestRepeats:
    @given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), max_size=200))
    def test_all_but_one_of_equal_keys_in_a_text_are_repeats(self, pairs):
        text = np.array([pair[0] for pair in pairs], np.int32)
        keys = np.array([pair[1] << 40 for pair in pairs], np.uint64)
        found = repeats(keys, text)
        assert len(set(found.tolist())) == len(found)
        left = Counter(pairs) - Counter(pairs[index] for index in found.tolist())
        assert left == Counter(set(pairs))

    def test_crowded_keys_are_told_apart(self):
        keys = np.tile(np.arange(5_000, dtype=np.uint64), 2)
        assert sorted(repeats(keys, np.zeros(10_000, np.int32)) % 5_000) == list(range(5_000))
        assert len(repeats(keys, np.repeat(np.arange(2, dtype=np.int32), 5_000))) == 0


class TestDescribe:
    @pytest.mark.parametrize(
        ("name", "value", "sentence"),
        [
            ("hashtags", 7, "7 hashtags"),
            ("links", 1, "a link"),
            ("placeholders", 1, "an unfilled placeholder"),
            ("second_person", 0, "no word addressed to the reader"),
            ("superlatives", 3, "3 superlatives"),
            ("capitals_share", 0.62, "62% of the letters are capitals"),
            ("us_over_you", 0.5, "more about the brand than about the reader"),
            ("us_over_you", -0.5, "more about the reader than about the brand"),
        ],
    )
    def test_a_count_is_said_in_words(self, name, value, sentence):
        assert describe(name, value) == sentence

    def test_every_feature_can_be_said(self):
        for name in feature_names():
            sentences = {describe(name, value) for value in (0, 1, 4)}
            assert len(sentences) == (2 if name == "us_over_you" else 3), name

    def test_an_unknown_name_is_refused(self):
        with pytest.raises(KeyError, match="charm"):
            describe("charm", 1)


TEXTS = ("Buy now!!! 50% off", "How was your day?", "Nous sommes fiers", "안녕하세요", "我们")


class TestStyleCounts:
    def test_columns_are_named(self):
        style = StyleCounts().fit(batch_of(*TEXTS))
        names = style.get_feature_names_out()
        assert len(set(names)) == len(names) == style.transform(batch_of("x")).shape[1]
        assert {*SPANS, *MEASURES, *(lexicon.name for lexicon in lexicons())} < set(names)

    def test_a_feature_has_a_root_mean_square_of_one_over_the_training_texts(self):
        batch = batch_of(*TEXTS)
        style = StyleCounts().fit(batch)
        squares = np.square(style.transform(batch)).mean(axis=0)
        scaled = style.scale_ > SMALLEST_SCALE
        assert scaled.sum() > 10
        np.testing.assert_allclose(squares[scaled], 1, rtol=1e-4)
        assert (squares <= 1 + 1e-4).all()

    def test_fitting_several_batches_is_fitting_their_sum(self):
        whole = StyleCounts().fit(batch_of(*TEXTS))
        parts = StyleCounts().fit(batch_of(*part) for part in (TEXTS[:2], TEXTS[2:]))
        np.testing.assert_allclose(whole.scale_, parts.scale_, rtol=1e-6)

    def test_a_text_is_scored_the_same_in_any_company(self):
        style = StyleCounts().fit(batch_of(*TEXTS))
        together = style.transform(batch_of(*TEXTS))
        alone = np.vstack([style.transform(batch_of(text)) for text in TEXTS])
        np.testing.assert_array_equal(together, alone)

    def test_it_behaves_as_a_scikit_learn_transformer(self):
        style = clone(StyleCounts().fit(batch_of(*TEXTS)))
        with pytest.raises(NotFittedError):
            style.transform(batch_of("x"))

    def test_a_model_with_other_features_is_refused_with_advice(self):
        style = StyleCounts().fit(batch_of(*TEXTS))
        style.scale_ = style.scale_[:-1]
        with pytest.raises(ModelError, match="Train the model again"):
            style.transform(batch_of("x"))

    def test_a_measure_of_the_whole_text_stands_nowhere(self):
        assert StyleCounts().occurrences(batch_of("WOW"), "capitals_share") == []

    def test_an_empty_batch_gives_an_empty_matrix(self):
        style = StyleCounts().fit(batch_of(*TEXTS))
        assert style.transform(batch_of()).shape == (0, len(feature_names()))

    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.text(), min_size=1, max_size=6), st.sampled_from([*LANGUAGES, "de", ""]))
    def test_any_text_gives_finite_counts_that_occurrences_agree_with(self, texts, language):
        batch = batch_of(*texts, languages=[language] * len(texts))
        style = StyleCounts()
        counts = style.counts(batch)
        assert np.isfinite(counts).all()
        shares = [feature_names().index(name) for name in SHARES]
        assert (counts[:, shares] >= 0).all()
        assert (counts[:, shares] <= 1).all()
        for name in ("emoji", "quotes", "second_person", "laughter", "capital_words"):
            spans = style.occurrences(batch, name)
            assert all(batch.starts[t] <= s < e <= batch.ends[t] for t, s, e in spans)
            per_text = np.bincount([t for t, _, _ in spans], minlength=len(texts))
            column = counts[:, feature_names().index(name)]
            np.testing.assert_array_equal(per_text, column)
