"""The benchmark of speed: what it measures, how it counts, and what it makes of it."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.speed import limits, peers, processes, stacks, steps, whole
from benchmarks.speed.__main__ import main
from benchmarks.speed.measuring import Measure, Results, Setting, in_rounds
from benchmarks.speed.table import Section, as_markdown, as_text
from benchmarks.speed.targets import targets
from benchmarks.speed.texts import Supply, told_by_file

SETS = {
    "reviews.en.csv": ["My parcel is late and nobody answers me, {}.", "Lovely shop, thanks! {}"],
    "avis.fr.csv": ["Ma commande {} n'est jamais arrivée, c'est honteux.", "Merci beaucoup ! {}"],
    "pyeong.ko.csv": ["배송이 너무 늦어요 {} 환불해 주세요", "정말 좋아요 {}"],
    "pinglun.zh.csv": ["快递太慢了，{} 没人回复我", "很喜欢，{} 谢谢"],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Public sets of four languages, made up."""
    path = tmp_path_factory.mktemp("public")
    (path / "SOURCES.toml").touch()
    for name, texts in SETS.items():
        with (path / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("id", "text", "label", "extra"))
            writer.writerows((n, texts[n % 2].format(n), "", "") for n in range(40))
    return path


@pytest.fixture
def setting(folder, tmp_path) -> Setting:
    small = Setting.quick(folder, tmp_path)
    return replace(small, pair=60, by_language=40, steps=60)


# --- the whole run ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ran(folder, tmp_path_factory):
    """The output, the Markdown and the figures of a run of the parts that are soon over."""
    out = tmp_path_factory.mktemp("out")
    sizes = Setting.quick
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            Setting,
            "quick",
            lambda *where: replace(sizes(*where), pair=60, by_language=40, steps=60),
        )
        said: list[str] = []
        patch.setattr("builtins.print", lambda *words, **_: said.append(" ".join(map(str, words))))
        assert main([
            "--quick", "--data", str(folder), "--only", "steps", "limits",
            "--json", str(out / "deep" / "bench.json"), "--markdown", str(out / "bench.md"),
        ]) == 0  # fmt: skip
    figures = json.loads((out / "deep" / "bench.json").read_text(encoding="utf-8"))
    return "\n".join(said), (out / "bench.md").read_text(encoding="utf-8"), figures


def test_one_table_is_printed_and_the_same_is_written_as_markdown(ran):
    said, markdown, _ = ran
    assert "Targets\n" in said
    assert "**Targets**" in markdown
    for name in (limits.COPY, limits.TOKENIZER, "normalise", "writing CSV", "the whole"):
        assert name in said
        assert f"| {name} |" in markdown


def test_every_figure_of_every_round_is_in_the_json(ran):
    _, _, figures = ran
    assert figures["machine"]["spacy"]
    assert figures["sizes"]["pair"] == 60
    copies = [one for one in figures["measured"] if one["name"] == limits.COPY]
    assert [one["texts"] for one in copies] == ["en", "fr", "ko", "zh", "mixed"]
    assert all(one["runs"][0]["cpu"] >= 0 for one in copies)


@pytest.mark.parametrize("part", [steps.TRIAGE, steps.SCORE])
def test_every_step_is_a_call_that_the_program_makes(ran, part):
    # A call that has moved would silently count for "the rest".
    _, _, figures = ran
    [mixed] = [one for one in figures["measured"] if (one["part"], one["texts"]) == (part, "mixed")]
    run = mixed["runs"][0]
    assert set(run) == {name for name, _ in steps.STEPS[part]} | {steps.REST, "cpu", "texts"}
    named = sum(value for name, value in run.items() if name not in {"cpu", "texts"})
    assert named == pytest.approx(run["cpu"])


def test_what_was_not_measured_is_said_and_not_passed(ran):
    _, _, figures = ran
    verdicts = {one["name"]: one for one in figures["targets"]}
    assert verdicts["two workers beside one"]["met"] is None
    assert verdicts["two workers beside one"]["measured"] == "not measured"


def test_without_the_public_sets_it_says_how_to_get_them(tmp_path, capsys):
    assert main(["--quick", "--data", str(tmp_path), "--json", str(tmp_path / "b.json")]) == 2
    assert "smclassify data fetch" in capsys.readouterr().err


# --- in turn ------------------------------------------------------------------------------


def test_measurements_come_in_turn_as_often_as_each_is_wanted():
    made = [
        Measure("part", name, lambda: {"cpu": 1.0}, rounds=n) for name, n in (("a", 3), ("b", 2))
    ]
    assert [one.name for one, _ in in_rounds(made)] == ["a", "b", "a", "b", "a"]


def test_of_several_rounds_the_median_counts():
    results, measure = Results(), Measure("part", "a", dict)
    for cpu in (5.0, 1.0, 2.0):
        results.add(measure, {"cpu": cpu, "texts": 1000})
    assert results.median("part", "a", "cpu") == 2.0
    assert results.per_text("part", "a") == pytest.approx(2000)
    assert results.median("part", "a", "cpu", "fr") is None


# --- the watch ----------------------------------------------------------------------------


def burn() -> int:
    return sum(range(300_000))


def test_a_step_within_a_step_counts_for_the_outer_one():
    watch = steps.Stopwatch()
    inner = watch.timed("inner", burn)
    outer = watch.timed("outer", inner)
    assert outer() == burn()
    assert set(watch.spent) == {"outer"}
    inner()
    assert set(watch.spent) == {"outer", "inner"}


def test_what_is_done_between_two_pieces_of_a_generator_does_not_count_for_it():
    watch = steps.Stopwatch()

    def pieces():
        yield 1
        yield burn()

    working = watch.timed("working", burn)
    assert [working() for _ in watch.timed("reading", pieces)()] == [burn()] * 2
    assert set(watch.spent) == {"reading", "working"}


# --- processes ----------------------------------------------------------------------------


def test_of_a_process_the_time_and_memory_with_its_children_are_told():
    child = "x = bytearray(50_000_000); import time; [sum(range(10**6)) for _ in range(12)]"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    ran = processes.run((sys.executable, "-c", parent), look_every=0.02)
    assert ran.peak > 40_000_000
    assert ran.cpu > 0.02
    assert ran.seconds > 0


def test_a_process_that_fails_ends_the_run_with_what_it_said():
    with pytest.raises(SystemExit, match=r"ended with 1: .*nothing works"):
        processes.run((sys.executable, "-c", "raise SystemExit('nothing works')"))
    processes.run((sys.executable, "-c", "raise SystemExit(3)"), accepted=(0, 3))


# --- texts --------------------------------------------------------------------------------


def test_whoever_asks_for_texts_goes_on_where_he_stopped(folder):
    supply = Supply(folder)
    first, second = supply.take("one", "fr", 30), supply.take("one", "fr", 30)
    assert supply.take("another", "fr", 30) == first
    assert second[:10] == [SETS["avis.fr.csv"][n % 2].format(n) for n in range(30, 40)]
    assert second[10:] == first[:20]  # from the beginning again
    assert supply.groups == ["en", "fr", "ko", "zh", "mixed"]


def test_short_texts_are_asked_beside_the_first_ones(folder):
    told = list(told_by_file(folder, 4))
    assert [text for language, text in told if language == "ko"][4:] == [
        SETS["pyeong.ko.csv"][1].format(n) for n in (5, 7, 9, 11)
    ]


# --- what comes back ----------------------------------------------------------------------


def test_a_row_that_came_back_changed_ends_the_run(tmp_path):
    before, after = tmp_path / "in.csv", tmp_path / "out.csv"
    before.write_text("id,text\n1,=2+3\n2,hello\n", encoding="utf-8")
    after.write_text("id,text,sm_lang\n1,'=2+3,en\n2,hello,en\n", encoding="utf-8")
    whole.check_rows(before, after)
    after.write_text("id,text,sm_lang\n1,'=2+3,en\n2,hallo,en\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="row 2 came back changed"):
        whole.check_rows(before, after)


def test_average_precision_counts_known_labels_that_have_scores():
    labels = np.zeros((40, len(stacks.LABELS)), np.int64)
    labels[:20, 0] = labels[:20, 1] = labels[:3, 2] = 1
    labels[20:, 3], labels[:15, 3] = -1, 1
    scores = labels.astype(float)
    scores[:, 1] = np.nan
    assert peers.precisions(labels, scores) == {stacks.LABELS[0]: 1.0, stacks.LABELS[3]: 1.0}


# --- targets ------------------------------------------------------------------------------


def measured(**figures: tuple[str, str, dict[str, float]]) -> Results:
    results = Results()
    for part, name, one in figures.values():
        results.add(Measure(part, name, dict), one)
    return results


@pytest.mark.parametrize(("cpu", "met"), [(0.2, True), (0.3, False)])
def test_a_target_is_met_by_its_ratio(setting, cpu, met):
    triage = whole.triage_name(setting.pair, 1)
    results = measured(
        ours=(whole.TRIAGE, triage, {"cpu": cpu, "texts": 60, "seconds": 1.0, "peak": 1.0}),
        theirs=(limits.PART, limits.TOKENIZER, {"cpu": 0.1, "texts": 60}),
    )
    [target] = [one for one in targets(setting, results, []) if limits.TOKENIZER in one.name]
    assert target.ratio == pytest.approx(cpu / 0.1)
    assert target.met is met


def test_a_peer_that_is_not_installed_is_named_with_the_reason(setting):
    results = Results(notes={stacks.FASTTEXT_EACH: "not installed: pip install it"})
    [target] = [one for one in targets(setting, results, []) if "fastText, one" in one.name]
    assert (target.met, target.measured) == (None, "not installed: pip install it")


def test_importing_spacy_for_the_help_is_no_success(setting):
    verdict = targets(setting, Results(), ["spacy"])[-1]
    assert verdict.met is False
    assert targets(setting, Results(), [])[-1].met is True


# --- the table ----------------------------------------------------------------------------


def test_columns_stand_below_each_other():
    part = Section("Sizes", ("what", "µs", "met"), [("a", "1,000.0", "yes"), ("longer", "2", "NO")])
    assert as_text([part]) == (
        "\nSizes\n  what         µs  met\n  a       1,000.0  yes\n  longer        2  NO"
    )
    assert "|---|---:|---|" in as_markdown([part])
    assert "| longer | 2 | NO |" in as_markdown([part])
