"""Training: the same data give the same model, and what is measured was never seen."""

from __future__ import annotations

import json
import random
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from smclassify.errors import TrainingError
from smclassify.evaluation.answers import evaluate_texts
from smclassify.evaluation.metrics import ALL
from smclassify.labelled import from_records, read_labelled
from smclassify.labels import HEADS, Task
from smclassify.model.folder import load_model
from smclassify.model.heads import UNLABELLED
from smclassify.model.manifest import CARD_FILE, MANIFEST_FILE, WEIGHTS_FILE, read_manifest
from smclassify.model.model import Model
from smclassify.model.panel import Panel
from smclassify.text.prepare import prepare
from smclassify.training import fit as fitting
from smclassify.training.company import train_files
from smclassify.training.fit import Corpus, Settings, cross_validate, fit, fit_space, fit_task
from smclassify.training.public import WeakTexts
from smclassify.training.recipe import make_model

LETTERS = "bcdfghjklmnpqrstvwxz"


@pytest.fixture(scope="module")
def english(labelled_files) -> list[Path]:
    """Every fourth file: training, with a measurement, is all that takes long here."""
    return [path for path in labelled_files if ".en." in path.name][::4]


@pytest.fixture(scope="module")
def trained(english, small_settings, tmp_path_factory):
    return train_files(english, tmp_path_factory.mktemp("m") / "acme", "acme", small_settings)


def corpus_of(rows: list[tuple[str, str, bool]]) -> Corpus:
    """A corpus of drafts from (group, text, whether it is spammy)."""
    records = [{"text": text, "lang": "en", "spammy": str(yes)} for _, text, yes in rows]
    texts = from_records(Task.DRAFTS, records, "x")
    texts.groups[:] = [group for group, _, _ in rows]
    return Corpus.prepared(texts)


# --- the same data, the same model ----------------------------------------------------------------


def test_two_trainings_on_the_same_data_give_the_same_bytes(
    trained, english, small_settings, tmp_path
):
    again = train_files(english, tmp_path / "again", "acme", small_settings)
    for file in (WEIGHTS_FILE, MANIFEST_FILE, CARD_FILE):
        assert (again.folder / file).read_bytes() == (trained.folder / file).read_bytes(), file


def test_other_data_give_other_weights(trained, english, small_settings, tmp_path):
    other = train_files(english[1:], tmp_path / "other", "acme", small_settings)
    one, two = other.model.manifest, trained.model.manifest
    assert one["weights_sha256"] != two["weights_sha256"]


def test_the_manifest_names_every_file_with_its_digest_and_texts(trained, english):
    data = read_manifest(trained.folder).data
    assert [one.name for one in data] == [path.name for path in english]
    assert [one.sha256 for one in data] == [sha256(p.read_bytes()).hexdigest() for p in english]
    assert {one.texts for one in data} == {24}
    counts = {task: 24 * sum(p.name.startswith(task.value) for p in english) for task in Task}
    assert trained.counts == counts


def test_the_card_holds_the_figures_on_held_out_writers(trained):
    card = (trained.folder / CARD_FILE).read_text(encoding="utf-8")
    one = trained.held_out[Task.DRAFTS][ALL]["spammy"]
    assert f"| spammy | all | {one.precision:.2f} | {one.recall:.2f} | {one.f1:.2f}" in card
    assert "On held-out writers" in card


def test_the_model_that_is_returned_is_the_one_on_disk(trained, drafts):
    batch = prepare(drafts)
    loaded = load_model(trained.folder)
    assert (
        loaded.probabilities(Task.DRAFTS, batch).tobytes()
        == trained.model.probabilities(Task.DRAFTS, batch).tobytes()
    )
    assert loaded.manifest == trained.model.manifest


def test_probabilities_of_a_trained_model_lie_between_0_and_1(small_model, drafts, comments):
    batch = prepare([*drafts, *comments, "", "\ud800", "!" * 10_000])
    for task in Task:
        found = small_model.probabilities(task, batch)
        assert ((found >= 0) & (found <= 1)).all()


# --- what is held out was not seen ----------------------------------------------------------------


def learned_by_heart() -> list[tuple[str, str, bool]]:
    """Texts that tell their label only to who has seen their writer.

    Each text has an invented word that its writer uses once more, in a text with the same
    label, and nobody else does; the labels are drawn by lot.
    """
    chance = random.Random(5)
    rows = []
    for group in "abcd":
        for _ in range(30):
            word, yes = "".join(chance.choices(LETTERS, k=12)), chance.random() < 0.5
            rows += [(group, f"the {word} is here", yes), (group, f"here is the {word}", yes)]
    return rows


BY_HEART = Settings({"char_high": 5, "min_df": 2, "char_bits": 18, "word_bits": 14})


def test_figures_on_held_out_writers_do_not_leak():
    corpus = corpus_of(learned_by_heart())
    seen = evaluate_texts(Panel(fit([corpus], {}, BY_HEART)), corpus.texts)[ALL]["spammy"]
    held_out = cross_validate([corpus], {}, BY_HEART)[Task.DRAFTS][ALL]["spammy"]
    assert seen.average_precision > 0.99
    assert held_out.average_precision < 0.65
    assert held_out.texts == seen.texts == 240


def test_held_out_probabilities_do_not_leak():
    corpus = corpus_of(learned_by_heart())
    space = fit_space([corpus], BY_HEART)
    learned, held_out = fit_task(space, corpus, [], BY_HEART)
    spammy = corpus.texts.labels[:, 0] == 1
    seen = learned.probabilities(space.transform(corpus.batch), corpus.batch.languages)[:, 0]
    assert roc_auc_score(spammy, seen) > 0.99
    assert roc_auc_score(spammy, held_out[:, 0]) == pytest.approx(0.5, abs=0.15)
    # Thresholds are tuned on those alone: by lot, the best F1 flags nearly everything.
    assert (held_out[:, 0] >= learned.thresholds["spammy"]["*"]).mean() > 0.8


def every_fourth(corpus: Corpus) -> list[str]:
    """Return every fourth writer of the English and Korean texts."""
    languages = np.array(corpus.batch.languages)
    return sorted(set(np.array(corpus.texts.groups)[np.isin(languages, ["en", "ko"])]))[::4]


def test_every_text_is_answered_once_by_a_model_that_saw_no_text_of_its_fold(
    corpora, small_settings, monkeypatch
):
    learned: list[set[str]] = []
    answered: list[tuple[Task, set[str]]] = []

    def spying(rest, weak, settings):
        learned.append({text for corpus in rest for text in corpus.texts.texts})
        return fit(rest, weak, settings)

    real = Model.probabilities

    def asked(self, task, batch):
        answered.append((task, set(batch.originals)))
        assert not learned[-1] & set(batch.originals)
        return real(self, task, batch)

    monkeypatch.setattr(fitting, "fit", spying)
    monkeypatch.setattr(Model, "probabilities", asked)
    some = [corpus.rows(np.isin(corpus.texts.groups, every_fourth(corpus))) for corpus in corpora]
    tables = cross_validate(some, {}, small_settings)
    for corpus in some:
        mine = [texts for task, texts in answered if task is corpus.texts.task]
        assert sum(map(len, mine)) == len(corpus.texts)
        assert set().union(*mine) == set(corpus.texts.texts)
        assert tables[corpus.texts.task][ALL]
    assert len(learned) == len({int(fold) for corpus in some for fold in corpus.folds})


# --- what companies bring ------------------------------------------------------------------------


def csv_of(path: Path, rows: list[tuple[str, str]], column: str = "labels") -> Path:
    lines = [f"text,{column}", *(f"{text},{label}" for text, label in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def some_rows(spammy: int, clean: int) -> list[tuple[str, str]]:
    rows = [(f"Buy now and win {k} prizes", "spammy") for k in range(spammy)]
    return rows + [(f"We open at {k} on Sunday", "") for k in range(clean)]


def test_two_files_are_enough(small_settings, tmp_path):
    """When one is held out, only one is left, and that is then held out from itself."""
    files = [csv_of(tmp_path / name, some_rows(20, 20)) for name in ("a.csv", "b.csv")]
    figures = train_files(files, tmp_path / "m", "m", small_settings).held_out[Task.DRAFTS]
    assert figures[ALL]["spammy"].texts == 80
    assert figures[ALL]["spammy"].f1 > 0.9


def test_one_file_is_enough(small_settings, tmp_path):
    file = csv_of(tmp_path / "a.csv", some_rows(20, 20))
    figures = train_files([file], tmp_path / "m", "m", small_settings).held_out[Task.DRAFTS]
    assert figures[ALL]["spammy"].texts == 40
    assert figures[ALL]["spammy"].f1 > 0.9


def test_a_label_with_few_examples_is_measured_where_it_could_be_learned(small_settings, tmp_path):
    """With a fold held out, too few may be left: no answer is no error, and not a wrong one."""
    files = [
        csv_of(tmp_path / "a.csv", some_rows(6, 20)),
        csv_of(tmp_path / "b.csv", some_rows(1, 20)),
    ]
    trained = train_files(files, tmp_path / "m", "m", small_settings)
    assert trained.model.tasks[Task.DRAFTS].names == ("spammy",)
    for row in trained.held_out.get(Task.DRAFTS, {}).values():
        assert all(np.isfinite(figures.f1) for figures in row.values())


def test_languages_are_found_out_where_the_file_does_not_say(small_settings, tmp_path):
    rows = some_rows(10, 10)
    french = ("Bonjour à tous nous serons ouverts dimanche prochain", "")
    files = [csv_of(tmp_path / "a.csv", rows), csv_of(tmp_path / "b.csv", [*rows, french])]
    trained = train_files(files, tmp_path / "m", "m", small_settings)
    assert {"en", "fr", ALL} <= trained.held_out[Task.DRAFTS].keys()


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "There are no texts in the files"),
        (some_rows(4, 20), "No label of the drafts has 5 texts"),
        (some_rows(20, 4), "No label of the drafts has 5 texts"),
        ([("Buy now", "spammy")] * 9 + [("buy NOW ", "")] * 9, "only one group"),
    ],
)
def test_files_that_teach_nothing_are_refused_and_leave_no_folder(
    small_settings, tmp_path, rows, said
):
    file = csv_of(tmp_path / "a.csv", rows)
    with pytest.raises(TrainingError, match=said):
        train_files([file], tmp_path / "m", "m", small_settings)
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("name", ["", "my model", "../m", "a/b", "é", "x" * 65])
def test_a_name_that_is_none_is_refused_before_any_work(tmp_path, name):
    with pytest.raises(TrainingError, match="cannot be a model's name"):
        train_files([tmp_path / "not-even-read.csv"], tmp_path / "m", name)


def test_a_failed_training_leaves_the_old_model(trained, small_settings, tmp_path):
    before = (trained.folder / WEIGHTS_FILE).read_bytes()
    file = csv_of(tmp_path / "a.csv", some_rows(2, 2))
    with pytest.raises(TrainingError):
        train_files([file], trained.folder, "acme", small_settings)
    assert (trained.folder / WEIGHTS_FILE).read_bytes() == before


# --- the corpus ----------------------------------------------------------------------------------


def test_rows_of_a_corpus_keep_what_belongs_together(corpora):
    corpus = corpora[0]
    mask = np.arange(len(corpus.texts)) % 3 == 1
    some = corpus.rows(mask)
    assert some.texts.texts == corpus.texts.texts[1::3]
    assert some.batch.originals == corpus.texts.texts[1::3]
    assert some.batch.languages == corpus.batch.languages[1::3]
    assert some.folds.tolist() == corpus.folds[1::3].tolist()
    assert (some.texts.labels == corpus.texts.labels[1::3]).all()


def test_without_a_fold_two_are_left_to_calibrate_on():
    corpus = corpus_of(
        [(group, f"text {k} of {group}", k % 2) for group in "ab" for k in range(30)]
    )
    rest = corpus.without(int(corpus.folds[0]))
    assert set(rest.texts.groups) == {"b"}
    assert len(set(rest.folds.tolist())) > 1


# --- public texts ---------------------------------------------------------------------------------


def weak_texts(texts: list[str], label: str, value: int, weight: float = 0.5) -> WeakTexts:
    labels = np.full((len(texts), len(HEADS[Task.DRAFTS])), UNLABELLED)
    labels[:, HEADS[Task.DRAFTS].index(label)] = value
    return WeakTexts("w.csv", "en", texts, labels, weight, "0" * 64, "L", "S")


def test_public_texts_are_learned_from_but_not_measured_on():
    rows = [(group, text, bool(label)) for group in "ab" for text, label in some_rows(8, 8)]
    corpus = corpus_of(rows)
    settings = Settings({"char_bits": 14, "word_bits": 12, "min_df": 1})
    lottery = [f"Hello from the farm number {k}" for k in range(40)]
    space = fit_space([corpus], settings)
    question = prepare(["Hello from the farm number 77"], ["en"])

    def probability(weak: list[WeakTexts]) -> float:
        learned, held_out = fit_task(space, corpus, weak, settings)
        assert len(held_out) == len(rows)
        X = space.transform(question)
        return float(learned.probabilities(X, ["en"])[0, learned.names.index("spammy")])

    said_spam = probability([weak_texts(lottery, "spammy", 1)])
    said_clean = probability([weak_texts(lottery, "spammy", 0)])
    little = probability([weak_texts(lottery, "spammy", 1, weight=0.001)])
    assert said_spam > probability([]) > said_clean
    assert said_spam > little


def test_a_recipe_makes_a_model_with_its_card(english, tmp_path):
    (tmp_path / "data").mkdir()
    for path in english:
        (tmp_path / "data" / path.name).write_bytes(path.read_bytes())
    public = tmp_path / "public"
    public.mkdir()
    raw = b"id,text,label,extra\n" + b"".join(b"%d,win %d now,spam,\n" % (k, k) for k in range(9))
    (public / "w.csv").write_bytes(raw)
    digest = sha256(raw).hexdigest()
    (public / "SOURCES.toml").write_text(
        f'["w.csv"]\nuse = "train"\nlicence = "L"\nsource = "S"\nsha256 = "{digest}"\n'
    )
    recipe = tmp_path / "training" / "recipe.toml"
    recipe.parent.mkdir()
    recipe.write_text(
        'name = "mini"\ndescription = "D"\nlicence = "CC"\ndata = ["data/*.jsonl"]\n'
        "[features]\nchar_high = 3\nchar_bits = 12\nword_bits = 11\n[heads]\nC = 3.0\n"
        '[[public]]\nfile = "w.csv"\nlanguage = "en"\ntask = "comments"\nper_label = 5\n'
        "weight = 0.2\nlabels.spam = { spam = 1 }\n"
    )
    made = make_model(recipe, tmp_path / "models" / "mini", public)
    manifest = json.loads((made.folder / MANIFEST_FILE).read_text(encoding="utf-8"))
    assert (manifest["name"], manifest["licence"], manifest["settings"]["heads"]) == (
        "mini", "CC", {"C": 3.0},
    )  # fmt: skip
    assert manifest["data"][-1] == {
        "name": "w.csv", "sha256": digest, "texts": 5, "licence": "L", "source": "S",
    }  # fmt: skip
    assert load_model(made.folder).space.char_bits == 12
    assert made.counts[Task.DRAFTS] == len(read_labelled(english)[Task.DRAFTS])


def test_a_recipe_without_its_data_is_refused(tmp_path):
    recipe = tmp_path / "training" / "recipe.toml"
    recipe.parent.mkdir()
    recipe.write_text('data = ["data/*.jsonl"]')
    with pytest.raises(TrainingError, match=r"data is not there: data/\*\.jsonl"):
        make_model(recipe, tmp_path / "m")
