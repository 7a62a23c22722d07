"""Drift: chance is not called a change, and what matters is told with what to do about it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon

from smclassify.errors import InputError, TrainingError
from smclassify.evaluation.chance import (
    Samples,
    jensen_shannon,
    population_stability,
    tenths,
)
from smclassify.evaluation.drift import find_drift
from smclassify.evaluation.drift_advice import Advice
from smclassify.evaluation.drift_labels import card_figures, chance_of_fall
from smclassify.evaluation.drift_sets import read_drift_sets
from smclassify.evaluation.drift_words import unseen_share
from smclassify.features.space import FeatureSpace
from smclassify.labelled import ReadOptions
from smclassify.labels import Task
from smclassify.model.model import Model
from smclassify.report.drift import drift_view, verdict
from smclassify.text.prepare import prepare

DATA = Path(__file__).parent.parent / "data"


def comments_of(language: str) -> list[dict[str, object]]:
    """The project's comments of a language, shuffled, so that any part is like any other."""
    lines = [
        json.loads(line)
        for path in sorted(DATA.glob(f"comments.{language}.*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    np.random.default_rng(0).shuffle(lines)
    return lines


@pytest.fixture(scope="module")
def english() -> list[dict[str, object]]:
    return comments_of("en")


@pytest.fixture(scope="module")
def french() -> list[dict[str, object]]:
    return comments_of("fr")


@pytest.fixture
def drifted(tmp_path, classifier):
    """Compare two lists of records as the small model sees them."""

    def compare(old, new, *, labelled=False, **options):
        files = []
        for name, records in (("old", old), ("new", new)):
            path = tmp_path / f"{name}.csv"
            columns = ["text", "kind", "private_reply"] if labelled else ["text"]
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, columns, extrasaction="ignore")
                writer.writeheader()
                writer.writerows(records)
            files.append(str(path))
        sets = read_drift_sets(*files, ReadOptions(**options), classifier.panel)
        return find_drift(classifier.panel, *sets)

    return compare


class TestWhole:
    def test_two_halves_of_one_set_are_nothing_to_do(self, drifted, english):
        found = drifted(english[:400], english[400:800])
        assert (found.advice, found.notes) == (Advice.NOTHING, ())
        assert found.reasons == (
            "Nothing has changed by more than chance, or by enough to matter.",
        )
        assert (found.to_label, found.counts) == (0, (400, 400))

    def test_other_languages_are_to_be_looked_at(self, drifted, english, french):
        found = drifted(english[:400], english[400:600] + french[:200])
        assert found.advice is Advice.LOOK
        assert found.reasons[0] == "The languages are mixed differently."
        assert found.languages["fr"][1] == pytest.approx(0.5, abs=0.03)
        assert found.cramers_v > 0.4
        # Another mix of languages is not called other words.
        assert not found.words["en"].changed

    def test_a_language_nobody_learned_asks_for_labels(self, drifted, english):
        spanish = [
            {"text": f"Muy buenas tardes, ¿a qué hora abren mañana la tienda número {at}?"}
            for at in range(120)
        ]
        found = drifted(english[:300], english[300:480] + spanish, lang=None)
        assert found.advice is Advice.RETRAIN
        assert any("languages the model has not learned" in one for one in found.reasons)
        assert 200 <= found.to_label <= 2_000
        assert verdict(found) == f"label {found.to_label:,} of the new texts and retrain"

    def test_new_words_are_told_and_other_texts_are_another_kind(self, drifted, english):
        other = [
            {"text": f"zork {word} quux grue xyzzy plugh {number} frotz"}
            for number, word in enumerate(["blorb", "gnusto"] * 100)
        ]
        found = drifted(english[:300], other, lang="en")
        assert found.words["en"].changed
        assert "The words are those of another kind of text (English)." in found.reasons
        assert dict(found.new_words)["xyzzy"] == 200

    def test_links_and_names_are_no_new_words(self, drifted, english):
        linked = [{"text": f"{one['text']} https://brandnew.example @somebody"}
                  for one in english[300:600]]  # fmt: skip
        found = drifted(english[:300], linked)
        assert not {word for word, _ in found.new_words if "brandnew" in word or "some" in word}

    def test_more_alarms_are_told(self, drifted, english):
        angry = [one for one in english if one.get("private_reply")]
        calm = [one for one in english if not one.get("private_reply")]
        found = drifted(calm[:300], calm[300:500] + angry[:100])
        (label,) = (one for one in found.labels if one.label == "private_reply")
        assert label.alarms.changed
        assert label.alarms_new > 2 * label.alarms_old
        assert any(one.startswith("private_reply: ") for one in found.reasons)

    def test_the_same_files_give_the_same_answer(self, drifted, english):
        first, again = (drifted(english[:200], english[200:400]).to_dict() for _ in range(2))
        assert first == again
        assert json.loads(json.dumps(first))["verdict"]["advice"] == "nothing to do"

    def test_it_is_shown(self, drifted, english, french):
        shown = [str(one) for one in drift_view(drifted(english[:200], french[:200]))]
        assert shown[2].startswith("Verdict: ")


class TestLabelled:
    def test_a_fall_is_measured_and_asks_for_labels(self, drifted, english):
        labelled = [one for one in english if "private_reply" in one and "kind" in one]
        wrong = [
            {**one, "private_reply": not one["private_reply"], "kind": ""}
            for one in labelled[400:800]
        ]
        found = drifted(labelled[:400], wrong, labelled=True)
        (label,) = (one for one in found.labels if one.label == "private_reply")
        assert label.fell
        assert label.measured_new.f1 < label.measured_old.f1
        assert found.advice is Advice.RETRAIN
        assert found.reasons[0].startswith("private_reply: F1 has fallen from 0.")

    def test_figures_that_hold_go_before_what_is_only_different(self, drifted, english):
        labelled = [one for one in english if "private_reply" in one and "kind" in one]
        found = drifted(labelled[:400], labelled[400:800], labelled=True)
        assert found.advice is Advice.NOTHING
        assert found.reasons[0].startswith("By the new labels, F1 has not fallen")
        (label,) = (one for one in found.labels if one.label == "private_reply")
        assert label.fell is False
        assert label.measured_new.f1_range.low < label.measured_new.f1

    def test_labels_that_are_not_ours_are_passed_over_with_a_note(self, drifted, english):
        rated = [{**one, "kind": "terrible", "private_reply": ""} for one in english[:300]]
        found = drifted(rated[:150], rated[150:], labelled=True)
        assert all(one.measured_new is None for one in found.labels)
        assert len(found.notes) == 2
        assert "were not used" in found.notes[0]

    def test_but_whoever_explains_labels_wants_them_used(self, drifted, english):
        rated = [{**one, "kind": "terrible", "private_reply": ""} for one in english[:100]]
        with pytest.raises(TrainingError, match="terrible"):
            drifted(rated, rated, labelled=True, mapping={"awful": "complaint"})

    def test_the_card_stands_in_for_old_labels(self):
        row = {"precision": 0.8, "recall": 0.9, "f1": 0.85, "support": 40}
        few = {**row, "support": 3}
        manifest = {
            "figures": {
                "test": {"tables": {"comments": {"all": {"crisis": row, "private_reply": few}}}},
                "real": {"tables": {"comments": {"all": {"crisis": {**row, "f1": 0.5}}}}},
            }
        }
        found = card_figures(manifest, Task.COMMENTS)
        assert {label: one.f1 for label, one in found.items()} == {"crisis": 0.5}
        assert card_figures({}, Task.DRAFTS) == {}


def test_too_few_texts_are_refused_in_words(drifted, english):
    with pytest.raises(InputError, match="10 texts in it; with fewer than 50"):
        drifted(english[:100], english[100:110])


def test_what_a_model_never_met_has_no_column():
    known = prepare(["The parcel is late again", "Wann kommt mein Paket"] * 3, ["en"] * 6)
    model = Model(FeatureSpace(min_df=2).fit(known), {}, {})
    share = unseen_share(model, prepare(["The parcel is late again", "Zyx qvw jkq!", ""]))
    assert share[0] == share[2] == 0
    assert share[1] > 0.8


def test_a_fall_that_chance_gives_is_none():
    rng = np.random.default_rng(0)

    def counts(n, right):
        has = rng.random(n) < 0.3
        said = has & (rng.random(n) < right)
        return np.column_stack([has & said, said, has]).astype(np.float32)

    none = [chance_of_fall(counts(200, 0.8), counts(200, 0.8), 400, seed) for seed in range(100)]
    assert np.mean(np.array(none) <= 0.05) <= 0.12
    assert chance_of_fall(counts(200, 0.95), counts(200, 0.5)) <= 0.01
    assert chance_of_fall(counts(200, 0.5), counts(200, 0.95)) >= 0.99


def test_population_stability_by_hand():
    old, new = np.array([49.5, 49.5]), np.array([24.5, 74.5])
    expected = (0.25 - 0.5) * np.log(0.25 / 0.5) + (0.75 - 0.5) * np.log(0.75 / 0.5)
    assert population_stability(old, new) == pytest.approx(expected, rel=0.02)
    assert population_stability(old, old) == 0


def test_jensen_shannon_is_scipys_squared():
    rng = np.random.default_rng(0)
    old, new = rng.integers(0, 20, (2, 50)).astype(float)
    assert jensen_shannon(old, new) == pytest.approx(jensenshannon(old, new, base=2) ** 2)
    assert jensen_shannon(np.array([1.0, 0]), np.array([0, 1.0])) == 1


def test_a_small_sample_may_differ_more_by_chance():
    rng = np.random.default_rng(0)
    bands = []
    for n in (100, 2_000):
        bins = rng.integers(10, size=n)
        change = Samples(n, n).change(bins, bins, population_stability, 0.1)
        assert not change.changed
        bands.append(change.chance)
    assert bands[0] > 5 * bands[1]


def test_what_never_was_may_come_by_chance_once_but_not_often():
    old = np.zeros(200, bool)
    samples = Samples(200, 200)
    assert not samples.change_of_rates(old, np.arange(200) < 1, 0.0).changed
    assert samples.change_of_rates(old, np.arange(200) < 12, 0.0).changed


def test_tenths_are_those_of_the_old_values():
    below, above = tenths(np.arange(100), np.array([-5, 50, 500]))
    assert np.bincount(below).tolist() == [10] * 10
    assert above.tolist() == [0, 5, 9]
    assert tenths(np.zeros(20), np.ones(5))[0].max() == 0
