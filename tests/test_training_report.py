"""The report of a training tells what was answered, on a page that is safe and readable."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import confusion_matrix, precision_score, recall_score

from smclassify.evaluation.answers import Answered
from smclassify.evaluation.comparison import Decided, compare_answers
from smclassify.evaluation.metrics import calibration_error, decisions
from smclassify.evaluation.operating import at_threshold
from smclassify.evaluation.paired import Verdict
from smclassify.labelled import LabelledTexts
from smclassify.labelled.findings import Contradiction, LabelCount, Leak, LeakKind, Place, Rule
from smclassify.labelled.findings import Survey as DataSurvey
from smclassify.labels import KIND, KINDS, PRIVATE_REPLY, Task, heads_of
from smclassify.model.panel import Panel
from smclassify.report.training_page import training_json, training_page
from smclassify.text.prepare import prepare
from smclassify.training.summary import CurvePoint, TrainingSummary, summarise
from smclassify.training.summary.curves import Answers, calibration, recall_curve, threshold_table
from smclassify.training.summary.words import LEAST_TEXTS, informative_words

OWN = "회수_문의"
THRESHOLDS = {PRIVATE_REPLY: {"*": 0.37, "en": 0.42}, OWN: {"*": 0.5}}
HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>\u202e'


def answers_near(labels: np.ndarray, noise: float, seed: int) -> np.ndarray:
    """Probabilities that are mostly right, the less the more noise."""
    drawn = np.random.default_rng(seed).normal((labels == 1) * 2.0 - 1.0, noise)
    return (1 / (1 + np.exp(-2 * drawn))).astype(np.float32)


@pytest.fixture(scope="module")
def texts(corpora) -> LabelledTexts:
    """Comments with a label of the company's own, which every fifth text lacks."""
    plain = next(corpus.texts for corpus in corpora if corpus.texts.task is Task.COMMENTS)
    plain = plain.take(range(0, len(plain), 2))
    own = np.random.default_rng(1).integers(0, 2, (len(plain), 1))
    own[::5] = -1
    rows = list(range(1, len(plain) + 1))
    return replace(plain, labels=np.hstack([plain.labels, own]), own=(OWN,), rows=rows)


@pytest.fixture(scope="module")
def summary_of(small_model):
    def make(texts: LabelledTexts, *, redacted: bool = False, better: bool = True, **more):
        languages = [code or "unknown" for code in texts.languages]
        noises = (0.6, 1.6) if better else (1.6, 0.6)
        said = [
            Answered(texts.labels, answers_near(texts.labels, noise, seed), np.array(languages))
            for seed, noise in enumerate(noises)
        ]
        decided = [
            Decided(
                one.probabilities,
                decisions(texts.task, one.probabilities, languages, THRESHOLDS, {}, own=texts.own),
            )
            for one in said
        ]
        groups = [str(row) for row in range(len(texts))]
        comparison = compare_answers(
            texts.task, texts.labels, *decided, languages, groups, texts.own, n_resamples=200
        )
        return summarise(
            texts.task,
            texts,
            languages,
            new=said[0],
            new_thresholds=THRESHOLDS,
            new_priors={},
            model=Panel(small_model),
            current=said[1],
            current_thresholds=THRESHOLDS,
            current_priors={},
            comparison=comparison,
            redacted=redacted,
            **more,
        )

    return make


@pytest.fixture(scope="module")
def task(texts, summary_of):
    points = [CurvePoint(n, {OWN: (0.5 + n / 1e4, 0.4, 0.9)}) for n in (0, 50, 200, 1000)]
    known = texts.column(OWN) >= 0
    scores = answers_near(texts.labels, 0.6, 0)[known, -1]
    chosen = at_threshold(texts.column(OWN)[known], scores, 0.5, prevalence=0.02)
    return summary_of(texts, curve=points, operating={OWN: chosen})


@pytest.fixture(scope="module")
def summary(task):
    return TrainingSummary("acme", 3, "acme@2", (task,), remarks=("Two rows were empty.",))


@pytest.fixture(scope="module")
def page(summary):
    return training_page(summary)


class Elements(HTMLParser):
    """All elements of a page: name and attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]

    def values(self, attribute: str) -> list[str]:
        return [a[attribute] for _, a in self.found if a.get(attribute) is not None]


# --- what is told -----------------------------------------------------------------------------


def test_every_label_has_its_figures_in_every_language(task, texts):
    found = {(row.label, row.language) for row in task.figures}
    for language in ("all", "en", "fr", "ko", "zh"):
        assert {(label, language) for label in (*texts.heads, KIND)} <= found


def test_figures_are_those_of_scikit_learn(task, texts):
    known = texts.column(OWN) >= 0
    decided = answers_near(texts.labels, 0.6, 0)[known, -1] >= 0.5
    row = next(one for one in task.figures if (one.label, one.language) == (OWN, "all"))
    assert row.precision == round(precision_score(texts.column(OWN)[known], decided), 4)
    assert row.recall == round(recall_score(texts.column(OWN)[known], decided), 4)
    assert row.f1_range[0] <= row.f1 <= row.f1_range[1]
    assert row.texts == known.sum() and row.current_f1 < row.f1


def test_kinds_are_crossed_as_scikit_learn_does(task, texts):
    probabilities = answers_near(texts.labels, 0.6, 0)
    languages = [code or "unknown" for code in texts.languages]
    decided = decisions(task.task, probabilities, languages, THRESHOLDS, {}, own=texts.own)
    kinds = range(len(KINDS))
    given = (texts.labels[:, kinds] == 1).argmax(axis=1)
    said = decided[:, kinds].argmax(axis=1)
    found = next(one for one in task.confusions if one.name == KIND)
    assert np.array(found.counts).tolist() == confusion_matrix(given, said, labels=kinds).tolist()


def test_what_nobody_labelled_is_counted_nowhere(task, texts):
    label = next(one for one in task.decided if one.label == OWN)
    known = int((texts.column(OWN) >= 0).sum())
    crossed = next(one for one in task.confusions if one.name == OWN)
    assert label.texts == known == sum(map(sum, crossed.counts))
    assert label.texts == sum(one.texts for one in label.calibration)


@given(
    labels=arrays(np.int64, 40, elements=st.integers(0, 1)),
    scores=arrays(np.float64, 40, elements=st.floats(0, 1, width=32)),
    chosen=st.floats(0.01, 0.99),
)
def test_curves_and_tables_of_any_answers_hold_together(labels, scores, chosen):
    said = Answers(labels, scores, scores >= chosen, np.arange(40))
    bins = calibration(said)
    gaps = sum(one.texts * abs(one.observed - one.predicted) for one in bins) / 40
    assert gaps == pytest.approx(calibration_error(labels, scores), abs=1e-3)
    for one in bins:
        assert one.observed_range[0] <= one.observed <= one.observed_range[1] + 1e-9
    rows = threshold_table(said, chosen)
    assert sum(row.is_chosen for row in rows) == 1
    assert all(a.alarms_per_1000 >= b.alarms_per_1000 for a, b in pairwise(rows))
    curve = recall_curve(said)
    assert list(curve.recall) == sorted(curve.recall, reverse=True)
    assert bool(curve.recall) == bool(labels.any())


def test_alarms_are_told_for_the_share_that_the_user_expects(task):
    label = next(one for one in task.decided if one.label == OWN)
    chosen = next(row for row in label.table if row.is_chosen)
    assert chosen.misses_per_1000 + chosen.alarms_per_1000 - chosen.false_alarms_per_1000 == (
        pytest.approx(20, abs=0.2)
    )


# --- words ------------------------------------------------------------------------------------


def test_a_words_weight_is_what_it_gave_in_the_texts_that_have_it(small_model):
    texts = ["A refund, please", "Refund me, no refund no peace", "where is my refund?", "thanks"]
    panel = Panel(small_model)
    batch = prepare(texts, ["en"] * 4)
    given_by = panel.explain(Task.COMMENTS, ["billing"], batch)["billing"].by_position
    places = [match.start() for match in re.finditer("refund", batch.joined.lower())]
    total = sum(given_by[at : at + len("refund")].sum() for at in places)
    [found] = informative_words(panel, Task.COMMENTS, texts, ["en"] * 4, ["billing"])
    word = next(one for one in (*found.speaks_for, *found.speaks_against) if one.word == "refund")
    assert word.texts == 3
    assert word.weight == pytest.approx(total / 3, abs=1e-4)


def test_words_are_in_texts_enough_and_speak_for_or_against(task):
    assert {one.language for one in task.words} == {"en", "fr", "ko", "zh"}
    for one in task.words:
        assert all(w.weight > 0 and w.texts >= LEAST_TEXTS for w in one.speaks_for)
        assert all(w.weight < 0 and w.texts >= LEAST_TEXTS for w in one.speaks_against)


def test_chinese_words_are_two_characters(task):
    words = [w.word for one in task.words if one.language == "zh" for w in one.speaks_for]
    assert words and {len(word) for word in words} == {2}


def test_a_label_that_the_model_has_not_learned_has_no_words(task):
    assert OWN not in {one.label for one in task.words}


# --- mistakes ---------------------------------------------------------------------------------


def test_mistakes_are_wrong_and_the_surest_come_first(task, texts):
    row_of = {text_id: row for row, text_id in enumerate(texts.ids)}
    by_label: dict[str, list[float]] = {}
    for one in task.mistakes:
        row = row_of[one.id]
        assert (one.text, one.file, one.row) == (texts.texts[row], texts.groups[row], row + 1)
        assert one.given != one.answered
        if one.label == KIND:
            assert texts.labels[row, KINDS.index(one.given)] == 1
        else:
            assert texts.column(one.label)[row] == int(one.given == "yes")
        by_label.setdefault(one.label, []).append(one.probability)
    assert {KIND, OWN} <= set(by_label)
    assert all(sure == sorted(sure, reverse=True) for sure in by_label.values())


def test_personal_data_is_masked_in_all_that_is_shown(texts, summary_of):
    text = "Jane Roe here, write to jane.roe@mail.example or call 07700 900123, Zebedee quibbles"
    many = texts.take(range(60))
    mine = replace(many, texts=[text] * 60, ids=["Jane Roe"] * 60, authors=["Jane Roe"] * 60)
    place = Place("f.csv", 1, "Jane Roe", 0)
    leaks = (Leak(LeakKind.AUTHOR, "Jane Roe", (place,), (place,)),)
    survey = DataSurvey(Task.COMMENTS, 60, mine.heads, leaks=leaks)
    task = summary_of(mine, redacted=True)
    assert task.mistakes
    whole = TrainingSummary("acme", 1, "", (task,), survey={Task.COMMENTS: survey})
    for told in (training_page(whole), training_json(whole)):
        for personal in ("Jane", "Roe", "jane.roe", "900123"):
            assert personal not in told
        assert "[e-mail]" in told


# --- the page ---------------------------------------------------------------------------------


def test_the_page_needs_nothing_but_itself(page):
    found = Elements(page)
    assert not found.named("script") and not found.named("link") and not found.named("img")
    assert not re.search(r"url\((?!#)|@import|https?:", page)
    assert not [value for value in found.values("href") if not value.startswith("#")]


def test_what_the_page_refers_to_is_there_once(page):
    found = Elements(page)
    ids = Counter(found.values("id"))
    assert max(ids.values()) == 1
    referred = [href[1:] for href in found.values("href")] + found.values("for")
    referred += [word for value in found.values("aria-labelledby") for word in value.split()]
    assert set(referred) <= set(ids)


def test_every_plot_is_told_in_words_and_as_a_table(page):
    plots = re.findall(r'<svg class="plot".*?</svg>', page, re.DOTALL)
    assert len(plots) == 7  # a curve and a calibration of three labels, one learning curve
    assert all("<title" in plot and "<desc" in plot for plot in plots)
    assert page.count("<figure>") == page.count("The figures as a table") == len(plots)


def test_every_region_that_scrolls_has_a_name_and_can_be_reached_by_key(page):
    regions = [a for a in Elements(page).named("div") if "scroll" in (a.get("class") or "")]
    assert regions and all(a["tabindex"] == "0" and a["aria-label"] for a in regions)


def test_the_chosen_threshold_is_the_one_that_is_set(page):
    inputs = Elements(page).named("input")
    names = Counter(a["name"] for a in inputs)
    checked = [a for a in inputs if "checked" in a]
    assert len(names) == 3 and {a["name"] for a in checked} == set(names)
    assert len(checked) == 3
    assert "Flagged from 0.37 on, as the model does" in page


def test_a_label_of_the_companys_own_is_told_like_any_other(page):
    assert f'<h4 id="comments-3-title">{OWN}</h4>' in page
    assert "Of 1,000 texts of which 2.0% have the label" in page


def test_nothing_from_the_texts_is_run(texts, summary_of):
    mine = texts.take(range(40))
    mine = replace(mine, texts=[HOSTILE] * 40, ids=[HOSTILE] * 40, groups=[HOSTILE] * 40)
    place = Place(HOSTILE, 1, HOSTILE, 0)
    contradiction = Contradiction(Rule.SAME_TEXT, HOSTILE, (place,))
    survey = DataSurvey(
        Task.COMMENTS,
        40,
        mine.heads,
        counts=(LabelCount(PRIVATE_REPLY, HOSTILE, 1, 2, 3),),
        contradictions=(contradiction,),
    )
    told = training_page(
        TrainingSummary(
            HOSTILE, 1, HOSTILE, (summary_of(mine),), {Task.COMMENTS: survey}, remarks=(HOSTILE,)
        )
    )
    assert HOSTILE[:8] not in told and "<img" not in told and "\u202e" not in told
    assert told.count("&lt;script&gt;") > 3


def test_equal_trainings_give_equal_pages(texts, summary_of):
    one, other = (summary_of(texts.take(range(80)), redacted=True) for _ in range(2))
    assert training_page(TrainingSummary("a", 1, "", (one,))) == training_page(
        TrainingSummary("a", 1, "", (other,))
    )


# --- the headline -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("better", "words", "advice"),
    [
        (True, "Comments: better than the model in use (acme@2)", "Take it into use:"),
        (False, "Comments: worse than the model in use (acme@2)", "Keep the model in use"),
    ],
)
def test_the_headline_says_what_the_comparison_found(texts, summary_of, better, words, advice):
    told = training_page(
        TrainingSummary("acme", 3, "acme@2", (summary_of(texts.take(range(200)), better=better),))
    )
    head = told[told.index("<h1>") : told.index("<nav")]
    assert words in head and advice in head
    assert '<code class="command">smclassify models use acme@3</code>' in head


def test_a_model_that_is_worse_at_one_task_is_not_recommended(task):
    comparison = task.comparison
    worse = replace(comparison.overall, verdict=Verdict.WORSE)
    drafts = replace(task, task=Task.DRAFTS, comparison=replace(comparison, overall=worse))
    told = training_page(TrainingSummary("acme", 3, "shipped", (task, drafts)))
    assert "Keep the model in use" in told and "Take it into use" not in told


def test_texts_that_cannot_tell_are_said_to_be_so(texts, summary_of):
    few = summary_of(texts.take(range(3)))
    told = training_page(TrainingSummary("acme", 1, "shipped", (few,)))
    assert "no label has texts enough to be judged" in told
    assert "Keep the model in use unless" in told


def test_without_a_model_to_compare_with_the_page_says_so(texts, small_model):
    mine = texts.take(range(30))
    said = Answered(mine.labels, answers_near(mine.labels, 1, 0), np.array(mine.languages))
    alone = summarise(
        Task.COMMENTS,
        mine,
        mine.languages,
        new=said,
        new_thresholds={},
        new_priors={},
        model=Panel(small_model),
    )
    told = training_page(TrainingSummary("acme", 1, "", (alone,)))
    assert "Nothing was compared" in told and "without a model to compare with" in told


# --- few texts, and none ----------------------------------------------------------------------


def test_answers_that_say_nothing_and_labels_that_nobody_has_leave_a_page(texts, small_model):
    mine = texts.take(range(12))
    labels = np.where(mine.labels == 1, 0, mine.labels)
    silent = np.full(labels.shape, np.nan, np.float32)
    half = silent.copy()
    half[:, heads_of(Task.COMMENTS).index(PRIVATE_REPLY)] = 0.5
    for probabilities in (silent, half):
        told = summarise(
            Task.COMMENTS,
            replace(mine, labels=labels),
            mine.languages,
            new=Answered(labels, probabilities, np.array(mine.languages)),
            new_thresholds={PRIVATE_REPLY: {"*": 0.9}},
            new_priors={},
            model=Panel(small_model),
        )
        whole = TrainingSummary("acme", 1, "", (told,))
        assert "nan" not in training_page(whole).lower().replace("finance", "")
        json.loads(training_json(whole), parse_constant=pytest.fail)


def test_the_twin_for_machines_holds_what_the_page_is_made_of(summary, task):
    record = json.loads(training_json(summary), parse_constant=pytest.fail)
    assert (record["name"], record["version"], record["parent"]) == ("acme", 3, "acme@2")
    [told] = record["tasks"]
    assert told["task"] == "comments" and told["comparison"]["overall"]["verdict"] == "better"
    assert len(told["figures"]) == len(task.figures)
    assert told["decided"][0]["table"][0]["threshold"] == 0.05
    assert told["learning"][-1]["texts"] == 1000
