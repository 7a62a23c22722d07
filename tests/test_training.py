"""Training: the same data give the same model, and what is measured was never seen."""

from __future__ import annotations

import json
import random
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from sheets import draft, kept, trained, written
from sklearn.metrics import roc_auc_score

from smclassify.errors import TrainingError
from smclassify.evaluation.answers import evaluate_texts
from smclassify.evaluation.metrics import ALL
from smclassify.labelled import from_records, read_labelled
from smclassify.labels import HEADS, Task
from smclassify.model.folder import load_model
from smclassify.model.indexing import UNLABELLED
from smclassify.model.manifest import CARD_FILE, MANIFEST_FILE, WEIGHTS_FILE, read_manifest
from smclassify.model.panel import Panel
from smclassify.text.prepare import prepare
from smclassify.training.fit import Corpus, Settings, fit_space, fit_task
from smclassify.training.public import WeakTexts
from smclassify.training.recipe import make_model

LETTERS = "bcdfghjklmnpqrstvwxz"


@pytest.fixture(scope="module")
def start(small_folder):
    return load_model(small_folder)


@pytest.fixture(scope="module")
def english(labelled_files) -> list[Path]:
    """Every fourth file: enough to learn from, and quick."""
    return [path for path in labelled_files if ".en." in path.name][::4]


@pytest.fixture(scope="module")
def acme(start, english, tmp_path_factory) -> Path:
    """A company's model, of files that say who is to be learned from."""
    folder = tmp_path_factory.mktemp("m") / "acme"
    kept(folder, start, *english, hold_back=0.25)
    return folder


def corpus_of(rows: list[tuple[str, str, bool]]) -> Corpus:
    """A corpus of drafts from (group, text, whether it is spammy)."""
    records = [{"text": text, "lang": "en", "spammy": str(yes)} for _, text, yes in rows]
    texts = from_records(Task.DRAFTS, records, "x")
    texts.groups[:] = [group for group, _, _ in rows]
    return Corpus.prepared(texts)


# --- the same data, the same model ----------------------------------------------------------------


def test_two_trainings_on_the_same_data_in_any_order_give_the_same_bytes(
    acme, start, english, tmp_path
):
    kept(tmp_path / "again", start, *reversed(english), hold_back=0.25)
    for file in (WEIGHTS_FILE, MANIFEST_FILE, CARD_FILE):
        assert (tmp_path / "again" / file).read_bytes() == (acme / file).read_bytes(), file


def test_however_many_heads_are_fitted_at_a_time_the_model_is_the_same(start, tmp_path):
    """Over 300 texts, other processes take part."""
    chance = random.Random(2)
    sheet = [(draft(chance, n % 3 == 0), n % 3 == 0) for n in range(310)]
    path = written(tmp_path / "a.csv", sheet)
    digests = {
        kept(tmp_path / f"m{jobs}", start, path, n_jobs=jobs).manifest["weights_sha256"]
        for jobs in (1, 2)
    }
    assert len(digests) == 1


def test_other_data_give_other_weights(acme, start, english, tmp_path):
    other = kept(tmp_path / "other", start, *english[1:], hold_back=0.25)
    assert other.manifest["weights_sha256"] != read_manifest(acme).weights_sha256


def test_another_seed_may_hold_others_back(acme, start, english, tmp_path):
    other = kept(tmp_path / "other", start, *english, hold_back=0.25, seed=1)
    assert other.manifest["data_sha256"] != read_manifest(acme).data_sha256


def test_the_manifest_names_every_file_with_its_digest_and_texts(acme, english):
    data = read_manifest(acme).data
    assert [one.name for one in data] == [path.name for path in english]
    assert [one.sha256 for one in data] == [sha256(p.read_bytes()).hexdigest() for p in english]
    assert {one.texts for one in data} == {24}


def test_the_card_holds_the_figures_on_texts_held_out_and_held_back(acme, start, english):
    card = (acme / CARD_FILE).read_text(encoding="utf-8")
    figures = json.loads((acme / MANIFEST_FILE).read_text(encoding="utf-8"))["figures"]
    for key, title in (("held_out", "On texts held out"), ("test", "On texts held back")):
        assert figures[key]["title"] == title
        assert title in card
        one = figures[key]["tables"]["drafts"]["all"]["spammy"]
        row = f"| spammy | all | {one['precision']:.2f} | {one['recall']:.2f} | {one['f1']:.2f}"
        assert row in card


def test_the_model_that_is_returned_is_the_one_on_disk(start, english, drafts, tmp_path):
    model, loaded = kept(tmp_path / "m", start, *english), load_model(tmp_path / "m")
    said = [one.probabilities(Task.DRAFTS, prepare(drafts)).tobytes() for one in (model, loaded)]
    assert said[0] == said[1]
    assert loaded.manifest == model.manifest


def test_probabilities_of_a_trained_model_lie_between_0_and_1(acme, small_model, drafts, comments):
    batch = prepare([*drafts, *comments, "", "\ud800", "!" * 10_000])
    for model in (small_model, load_model(acme)):
        for task in Task:
            found = model.probabilities(task, batch)
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


def by_heart_sheet(path: Path, *columns: str) -> Path:
    """The same as a sheet, in which an author writes two texts with the same invented word."""
    rows = [
        (text, yes, f"{group}{n // 2}") for n, (group, text, yes) in enumerate(learned_by_heart())
    ]
    return written(path, [row[: len(columns)] for row in rows], *columns)


@pytest.mark.parametrize("from_scratch", [False, True])
def test_what_is_known_of_an_author_does_not_flatter_the_figures(start, tmp_path, from_scratch):
    path = by_heart_sheet(tmp_path / "a.csv", "text", "spammy", "author")
    training, _ = trained(start, path, from_scratch=from_scratch)
    learned = training.learned[Task.DRAFTS]
    held_out = learned.evaluated.table()[ALL]["spammy"]
    seen = evaluate_texts(Panel(training.model, start), learned.texts)[ALL]["spammy"]
    if from_scratch:  # what can be learned by heart is; a model that knows better stays as it is
        assert seen.average_precision > held_out.average_precision + 0.2
    assert held_out.average_precision < 0.65
    assert held_out.texts == seen.texts == 240


def test_a_label_learned_by_heart_from_duplicates_is_not_rewarded(start, tmp_path):
    """Nearly the same text, five times, always with the same label; labels are drawn by lot."""
    chance = random.Random(4)
    sheet = []
    for _ in range(40):
        text, yes = draft(chance, False), str(chance.random() < 0.5)
        sheet += [(f"{text}{end}", yes) for end in ("", "!", " !!", ".", " ...")]
    training, _ = trained(start, written(tmp_path / "a.csv", sheet), hold_back=0.2)
    learned = training.learned[Task.DRAFTS]
    groups = learned.looked.tied.groups
    assert len(set(groups.tolist())) == 40
    assert not set(groups[learned.rows("train")]) & set(groups[learned.rows("test")])
    truth = learned.texts.labels[:, 0] == 1
    said = learned.evaluated.answered.probabilities[:, 0]
    assert roc_auc_score(truth, said) == pytest.approx(0.5, abs=0.2)


def test_figures_on_texts_held_out_are_those_of_texts_held_back(start, tmp_path):
    """Both say how good the model is on texts that it has not seen, and nearly agree."""
    chance = random.Random(6)
    sheet = [(draft(chance, n % 2 == 0), n % 2 == 0) for n in range(240)]
    training, _ = trained(start, written(tmp_path / "a.csv", sheet), hold_back=0.4)
    learned = training.learned[Task.DRAFTS]
    found = []
    for part in ("train", "test"):
        rows = learned.rows(part)
        truth = learned.texts.labels[rows, 0] == 1
        found.append(roc_auc_score(truth, learned.evaluated.answered.probabilities[rows, 0]))
    assert min(found) > 0.85
    assert found[0] == pytest.approx(found[1], abs=0.1)


# --- what companies bring -------------------------------------------------------------------------


def some_rows(spammy: int, clean: int) -> list[tuple[str, str]]:
    rows = [(f"Buy now and win {k} prizes", "spammy") for k in range(spammy)]
    return rows + [(f"We open at {k} on Sunday", "") for k in range(clean)]


def various_rows(number: int, seed: int = 0) -> list[tuple[str, str]]:
    chance = random.Random(seed)
    return [(draft(chance, n % 2 == 0), "" if n % 2 else "spammy") for n in range(number)]


@pytest.mark.parametrize("files", [1, 2])
def test_a_file_or_two_are_enough(start, tmp_path, files):
    paths = [
        written(tmp_path / f"{n}.csv", various_rows(100 // files, n), "text", "labels")
        for n in range(files)
    ]
    learned = trained(start, *paths)[0].learned[Task.DRAFTS]
    figures = learned.evaluated.table()[ALL]["spammy"]
    assert figures.texts == 100
    assert figures.average_precision > 0.75


def test_languages_are_found_out_where_the_file_does_not_say(start, tmp_path):
    french = ("Bonjour à tous nous serons ouverts dimanche prochain", "")
    english = [(f"{text} and this is what we have", label) for text, label in various_rows(30)]
    path = written(tmp_path / "b.csv", [*english, french], "text", "labels")
    learned = trained(start, path)[0].learned[Task.DRAFTS]
    assert {"en", "fr", ALL} <= learned.evaluated.table().keys()


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "There are no labelled texts|no texts|holds no"),
        (some_rows(4, 20), "No label of the drafts has 5 texts"),
        (some_rows(20, 4), "No label of the drafts has 5 texts"),
        ([("Buy now", "spammy")] * 9 + [("buy NOW ", "")] * 9, "All texts belong together"),
    ],
)
def test_files_that_teach_nothing_are_refused_and_leave_no_folder(start, tmp_path, rows, said):
    file = written(tmp_path / "a.csv", rows, "text", "labels")
    with pytest.raises(TrainingError, match=said):
        kept(tmp_path / "m", start, file)
    assert list(tmp_path.iterdir()) == [file]


def test_a_failed_training_leaves_the_old_model(acme, start, tmp_path):
    before = (acme / WEIGHTS_FILE).read_bytes()
    file = written(tmp_path / "a.csv", some_rows(2, 2), "text", "labels")
    with pytest.raises(TrainingError):
        kept(acme, start, file)
    assert (acme / WEIGHTS_FILE).read_bytes() == before


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
