"""A company's own labels: their names, and a model that has heads for them."""

from __future__ import annotations

import json
import re
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from own_models import only, with_own

from smclassify.classifier import Classifier, load, own_labels
from smclassify.config import Config, load_config
from smclassify.errors import ConfigError, InputError, ModelError
from smclassify.evaluation.answers import evaluate_texts
from smclassify.evaluation.metrics import ALL, decisions, measure
from smclassify.labelled import from_records
from smclassify.labels import (
    DEPARTMENTS,
    FLAGS,
    HEADS,
    KINDS,
    LANGUAGES,
    PRIVATE_REPLY,
    Task,
    heads_of,
    is_own_label,
)
from smclassify.model.folder import load_model, save_model
from smclassify.model.panel import Panel
from smclassify.text.prepare import prepare
from smclassify.wording import UI_LANGUAGES

DRAFT, COMMENT = "tone_deaf", "recall_topic"
HARD_SELL = "ONLY TODAY!!! BUY NOW and save 50%!!! Click https://shop.example/sale"
ANGRY = "Where is order 5512? Third week without an answer. I want my money back."
GERMAN = "Wo bleibt meine Bestellung? Ich warte seit drei Wochen auf eine Antwort."
ALWAYS, NEVER = {"*": 0.0}, {"*": 1.0}


@pytest.fixture(scope="module")
def model(small_model):
    """The small model; ``tone_deaf`` speaks as ``hard_sell``, ``recall_topic`` as private_reply."""
    drafts = with_own(small_model, Task.DRAFTS, DRAFT, "hard_sell", {"*": 0.3})
    return with_own(drafts, Task.COMMENTS, COMMENT, PRIVATE_REPLY, {"*": 0.3})


@pytest.fixture(scope="module")
def own(model):
    return Classifier(model)


@pytest.fixture(scope="module")
def folder(model, tmp_path_factory):
    folder = tmp_path_factory.mktemp("own") / "acme"
    save_model(model, folder, {"name": "acme"})
    return folder


# --- names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", [DRAFT, COMMENT, "x", "step2", "größe", "리콜", "召回", "शिकायत", "a" * 40]
)
def test_a_label_may_have_a_name_in_any_script(name):
    assert is_own_label(name)


@pytest.mark.parametrize(
    "name",
    [
        "", "Recall", "tone deaf", "tone-deaf", "2nd", "_x", "a" * 41, "x\x1b[31m", "x\u202ey",
        "x\u200by", "a|b", "=x", "ﬁne", "x\n",
    ],
)  # fmt: skip
def test_a_name_that_would_not_fit_a_header_an_option_or_a_terminal_is_refused(name):
    assert not is_own_label(name)


@pytest.mark.parametrize("name", [*HEADS[Task.DRAFTS], *HEADS[Task.COMMENTS], "kind", "department"])
def test_the_guides_names_are_taken(name):
    assert not is_own_label(name)


@pytest.mark.parametrize("name", ["lang", "priority", "reasons", "id", "text", "labels", "flags"])
def test_names_of_our_columns_are_taken(name):
    assert not is_own_label(name)


def test_no_name_gives_the_column_of_anothers_score():
    assert not is_own_label("recall_topic_score")


@pytest.mark.parametrize("slip", ["spamy", "of_policy", "private_repply", "complain"])
def test_a_slip_of_the_guides_names_is_no_label_of_ones_own(slip):
    assert not is_own_label(slip)


@given(st.text(max_size=50))
def test_what_is_allowed_can_be_printed_and_read_back(name):
    if is_own_label(name):
        assert name.isprintable()
        assert not re.search(r"[\s|,;=:.\"'*-]", name)
        assert name.strip().casefold()


def test_own_labels_come_after_the_guides():
    assert heads_of(Task.DRAFTS, (DRAFT,)) == (*HEADS[Task.DRAFTS], DRAFT)
    assert heads_of(Task.COMMENTS) == HEADS[Task.COMMENTS]


# --- the model ----------------------------------------------------------------------------------


def test_the_guides_probabilities_are_what_they_were(model, small_model, drafts, comments):
    for task, texts in ((Task.DRAFTS, drafts), (Task.COMMENTS, comments)):
        batch = prepare(texts)
        more, before = model.probabilities(task, batch), small_model.probabilities(task, batch)
        assert more.shape == (len(texts), len(model.heads(task)))
        np.testing.assert_array_equal(more[:, :-1], before)


def test_an_own_label_has_its_own_column(model, drafts, comments):
    batch = prepare(drafts)
    said = model.probabilities(Task.DRAFTS, batch)
    hard_sell = HEADS[Task.DRAFTS].index("hard_sell")
    np.testing.assert_array_equal(said[:, -1], said[:, hard_sell])
    assert model.own(Task.COMMENTS) == (COMMENT,)


def test_a_model_that_knows_own_labels_alone_has_the_guides_from_the_other(model, small_model):
    panel = Panel(only(model, Task.DRAFTS, DRAFT), small_model)
    batch = prepare([HARD_SELL, "See you on Sunday!"])
    np.testing.assert_array_equal(
        panel.probabilities(Task.DRAFTS, batch), model.probabilities(Task.DRAFTS, batch)
    )
    assert panel.own(Task.DRAFTS) == (DRAFT,)
    assert panel.own(Task.COMMENTS) == ()
    assert panel.heads(Task.COMMENTS) == HEADS[Task.COMMENTS]
    assert set(panel.explain(Task.DRAFTS, [DRAFT, "spammy"], batch)) == {DRAFT, "spammy"}


def test_what_only_the_fallback_has_of_its_own_is_not_asked(model, small_model):
    panel = Panel(only(small_model, Task.DRAFTS, "spammy"), model)
    assert panel.own(Task.DRAFTS) == ()
    assert panel.probabilities(Task.DRAFTS, prepare(["x"])).shape == (1, len(HEADS[Task.DRAFTS]))


def test_own_labels_don_t_make_a_model_incomplete(model):
    assert Panel.is_complete(model)
    assert not Panel.is_complete(only(model, Task.DRAFTS, DRAFT))


# --- the model folder ---------------------------------------------------------------------------


def test_a_folder_gives_back_the_labels_with_their_thresholds(model, folder, comments):
    back = load_model(folder)
    batch = prepare(comments)
    for task in Task:
        assert back.tasks[task].names == model.tasks[task].names
        assert back.tasks[task].thresholds == model.tasks[task].thresholds
    np.testing.assert_array_equal(
        back.probabilities(Task.COMMENTS, batch), model.probabilities(Task.COMMENTS, batch)
    )


def test_the_manifest_alone_says_which_labels_there_are(folder, small_folder):
    assert own_labels(folder, Task.DRAFTS) == (DRAFT,)
    assert own_labels(folder, Task.COMMENTS) == (COMMENT,)
    assert own_labels(small_folder, Task.COMMENTS) == ()


def test_the_card_lists_them(folder, small_folder):
    card = (folder / "README.md").read_text("utf-8")
    assert f"- drafts: `{DRAFT}`" in card
    assert f"- comments: `{COMMENT}`" in card
    assert f"| {DRAFT} | * 0.30 |" in card
    assert "Labels of its own" not in (small_folder / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", ["Tone", "lang", "x_score", "spamy", "kind", "x\x1b]0;owned\x07"])
def test_a_manifest_with_a_name_that_is_not_allowed_is_refused(folder, tmp_path, name):
    import shutil

    copy = tmp_path / "acme"
    shutil.copytree(folder, copy)
    manifest = json.loads((copy / "manifest.json").read_text("utf-8"))
    manifest["tasks"]["drafts"]["heads"][-1] = name
    (copy / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(ModelError, match="unknown or doubled") as caught:
        load(copy)
    assert str(caught.value).replace("\n", "").isprintable()


# --- drafts -------------------------------------------------------------------------------------


def test_a_flag_of_ones_own_goes_up_and_says_where(own):
    result = own.score(HARD_SELL, thresholds={DRAFT: 0.0, "off_policy": 1.0})
    assert result.flags[-1] == DRAFT
    assert list(result.scores) == [*FLAGS, DRAFT]
    assert result.raised_by[DRAFT] == ("model",)
    found = [one for one in result.findings if one.label == DRAFT]
    assert found
    for one in found:
        assert (one.rule, one.reason, one.source) == (DRAFT, "", "model")
        assert one.message.startswith("Your own label “tone_deaf”.")
        assert one.score == result.scores[DRAFT]
        assert 0 <= one.start <= one.end <= len(HARD_SELL)
    assert any(one.end > one.start for one in found)
    assert not any(reason.label == DRAFT for reason in result.reasons)


def test_the_record_has_it_like_any_flag(own):
    record = own.score(HARD_SELL, thresholds={DRAFT: 0.0}).to_dict()
    assert json.loads(json.dumps(record)) == record
    assert DRAFT in record["flags"]
    assert record["scores"].keys() == {*FLAGS, DRAFT}


def test_it_is_down_below_its_threshold_and_still_scored(own):
    result = own.score(HARD_SELL, thresholds={DRAFT: 1.0})
    assert DRAFT not in result.flags
    assert 0 < result.scores[DRAFT] < 1


def test_the_guides_answers_are_the_same_with_and_without_it(own, classifier, drafts):
    for more, before in zip(own.score(drafts), classifier.score(drafts), strict=True):
        assert [flag for flag in more.flags if flag != DRAFT] == list(before.flags)
        assert [one for one in more.findings if one.label != DRAFT] == list(before.findings)
        assert {**more.scores, DRAFT: 0} == {**before.scores, DRAFT: 0}


@pytest.mark.parametrize("language", UI_LANGUAGES)
def test_it_is_told_in_the_language_of_the_user(model, language):
    speaking = Classifier(model, config=Config(ui_language=language))
    found = speaking.score(HARD_SELL, thresholds={DRAFT: 0.0}).findings
    assert {DRAFT in one.message for one in found if one.label == DRAFT} == {True}


# --- comments -----------------------------------------------------------------------------------


def test_a_comment_says_which_own_labels_it_has_and_why(own):
    result = own.triage(ANGRY, thresholds={COMMENT: 0.0})
    assert result.own_labels[COMMENT].is_set
    assert result.own_labels[COMMENT].score == pytest.approx(result.private_reply_score)
    assert result.reasons[-1].startswith(f"your own label {COMMENT}")
    record = result.to_dict()
    assert record["own_labels"][COMMENT]["set"] is True
    assert json.loads(json.dumps(record)) == record


def test_one_that_is_not_set_gives_no_reason(own):
    result = own.triage(ANGRY, thresholds={COMMENT: 1.0})
    assert not result.own_labels[COMMENT].is_set
    assert not any(COMMENT in reason for reason in result.reasons)


def test_a_model_without_own_labels_says_nothing_of_them(classifier):
    result = classifier.triage(ANGRY)
    assert result.own_labels == {}
    assert "own_labels" not in result.to_dict()


# --- thresholds ---------------------------------------------------------------------------------


def test_the_thresholds_are_the_models_under_the_configurations_under_the_callers(model):
    def is_up(config=None, asked=None):
        return DRAFT in Classifier(model, config=config).score(HARD_SELL, thresholds=asked).flags

    score = Classifier(model).score(HARD_SELL).scores[DRAFT]
    assert is_up() == (score >= 0.3)
    assert is_up(Config(thresholds={DRAFT: 0.0}))
    assert not is_up(Config(thresholds={DRAFT: 0.0}), {DRAFT: 1.0})


def test_without_a_tuned_threshold_it_is_one_half(small_model, drafts):
    untuned = Classifier(with_own(small_model, Task.DRAFTS, DRAFT, "spammy"))
    for result in untuned.score(drafts):
        assert (DRAFT in result.flags) == (result.scores[DRAFT] >= 0.5)


def test_a_threshold_for_a_label_that_the_model_lacks_is_refused(own, classifier):
    with pytest.raises(InputError, match="no threshold for 'tone_def'") as caught:
        own.score("x", thresholds={"tone_def": 0.5})
    assert DRAFT in caught.value.hint
    with pytest.raises(InputError, match="no threshold for 'tone_deaf'"):
        classifier.score("x", thresholds={DRAFT: 0.5})
    with pytest.raises(InputError, match="no threshold for 'tone_deaf' of comments"):
        own.triage("x", thresholds={DRAFT: 0.5})


def test_a_configuration_may_serve_models_that_lack_a_label(classifier, tmp_path):
    path = tmp_path / "smclassify.toml"
    path.write_text(f"[thresholds]\n{DRAFT} = 0.4\nspammy = 0.6\n", "utf-8")
    config = load_config(path)
    assert config.thresholds == {DRAFT: 0.4, "spammy": 0.6}
    assert list(Classifier(classifier.panel.model, config=config).score("x").scores) == [*FLAGS]


@pytest.mark.parametrize("name", ["spamy", "Tone", "canned", '"tone deaf"'])
def test_a_configuration_with_a_label_that_cannot_be_is_refused(tmp_path, name):
    path = tmp_path / "smclassify.toml"
    path.write_text(f"[thresholds]\n{name} = 0.4\n", "utf-8")
    with pytest.raises(ConfigError, match="line 2"):
        load_config(path)


# --- measuring ----------------------------------------------------------------------------------


def test_own_labels_are_decided_by_their_thresholds_by_language():
    task, n = Task.COMMENTS, len(HEADS[Task.COMMENTS])
    probabilities = np.full((3, n + 1), 0.2, np.float32)
    probabilities[:, -1] = [0.35, 0.35, 0.9]
    thresholds = {COMMENT: {"*": 0.5, "de": 0.3}}
    decided = decisions(task, probabilities, ["de", "en", "en"], thresholds, {}, own=(COMMENT,))
    assert decided[:, -1].tolist() == [True, False, True]
    assert decided.shape == probabilities.shape


@pytest.mark.parametrize("task", list(Task))
def test_figures_have_a_row_for_each_own_label_that_somebody_has_labelled(task):
    own, n = ("first", "second"), len(HEADS[task])
    labels = np.full((4, n + 2), -1)
    labels[:, n] = [1, 1, 0, 0]
    probabilities = np.full((4, n + 2), 0.1, np.float32)
    probabilities[:, n] = [0.9, 0.2, 0.8, 0.1]
    languages = ["en", "en", "de", "de"]
    decided = decisions(task, probabilities, languages, {}, {}, own=own)
    table = measure(task, labels, probabilities, decided, languages, own=own)
    assert set(table[ALL]) == {"first"}
    assert (table[ALL]["first"].precision, table[ALL]["first"].recall) == (0.5, 0.5)
    assert table["de"]["first"].support == 0
    whole = measure(task, np.ones_like(labels), probabilities, decided, languages, own=own)
    assert list(whole[ALL])[n : n + 2] == list(own)


def test_a_model_is_measured_on_its_own_labels(model):
    records = [
        {"text": text, "lang": lang, "private_reply": said, COMMENT: said, "unlearned": said}
        for text, lang in ((ANGRY, "en"), (GERMAN, "de"), ("Love it ❤️", "en"))
        for said in ("true", "false")
    ]
    texts = from_records(Task.COMMENTS, records, "sheet", (COMMENT, "unlearned"))
    table = evaluate_texts(Panel(model), texts)
    assert set(table) == {"en", "de", ALL}
    for rows in table.values():
        assert set(rows) == {PRIVATE_REPLY, COMMENT}
        assert rows[COMMENT].support == rows[PRIVATE_REPLY].support
        assert rows[COMMENT].average_precision == rows[PRIVATE_REPLY].average_precision


# --- other languages ----------------------------------------------------------------------------


def test_a_language_beyond_the_four_goes_all_the_way(model, small_model):
    assert "de" not in LANGUAGES
    german = with_own(small_model, Task.COMMENTS, COMMENT, PRIVATE_REPLY, {"*": 1.0, "de": 0.0})
    german = with_own(german, Task.DRAFTS, DRAFT, "hard_sell", {"*": 1.0, "de": 0.0})
    classifier = Classifier(german)
    for langs in ("de", "DE-at", None):
        comment = classifier.triage(GERMAN, langs=langs)
        assert comment.lang == "de"
        assert comment.own_labels[COMMENT].is_set
        assert comment.kind in KINDS
        assert comment.department in (None, *DEPARTMENTS)
        assert DRAFT in classifier.score(GERMAN, langs=langs).flags
    assert not classifier.triage(ANGRY, langs="en").own_labels[COMMENT].is_set


def test_a_languages_own_threshold_counts_for_the_guides_labels_too(small_model):
    from dataclasses import replace

    heads = small_model.tasks[Task.COMMENTS]
    tuned = {**heads.thresholds, PRIVATE_REPLY: {"*": 1.0, "de": 0.0}}
    tasks = {**small_model.tasks, Task.COMMENTS: replace(heads, thresholds=tuned)}
    triage = partial(Classifier(replace(small_model, tasks=tasks)).triage, GERMAN)
    assert triage(langs="de").private_reply
    assert not triage(langs="nl").private_reply
