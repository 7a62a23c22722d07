"""The documents keep their word: what they show is what the program does."""

import doctest
import io
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tomllib
from collections import Counter
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt  # comes with rich

import smclassify
from smclassify.cli.app import cli
from smclassify.config import Config, load_config
from smclassify.exports import Role, find_column
from smclassify.labels import FLAG_OF_REASON, LANGUAGES

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
DATA_CARD = ROOT / "data" / "README.md"
DOCS = [README, *sorted((ROOT / "docs").glob("*.md")), DATA_CARD]
LINKED = [*DOCS, ROOT / "CHANGELOG.md", ROOT / "samples" / "README.md"]
MARKDOWN = MarkdownIt("commonmark").enable("table")
POLICY_COMMANDS = tuple(f"policy {name}" for name in ("init", "check", "test", "explain", "list"))
MODELS_COMMANDS = tuple(
    f"models {name}"
    for name in (
        "list", "show", "compare", "verify", "use", "rollback", "remove", "export", "import",
    )
)  # fmt: skip
DATA_COMMANDS = tuple(f"data {name}" for name in ("validate", "stats", "split", "dedupe", "fetch"))
GROUPS = ("policy", "models", "data")
COMMANDS = (
    "score", "triage", "annotate", "train", "evaluate",
    *POLICY_COMMANDS, *MODELS_COMMANDS, *DATA_COMMANDS,
)  # fmt: skip
SHOWN = re.compile(r"\bsmclassify (?:score|triage|annotate|train|evaluate|policy|models|data) ")
ECHO = '; echo "exit code $?"'


def name_of(path):
    return path.relative_to(ROOT).as_posix()


@dataclass(frozen=True)
class Fence:
    """A fenced example; `file` where a comment before it names the file it is to be put in."""

    doc: Path
    line: int
    language: str
    text: str
    file: str | None

    @property
    def place(self):
        return f"{name_of(self.doc)}, line {self.line}"


def fences(doc):
    file = None
    for token in MARKDOWN.parse(doc.read_text("utf-8")):
        if token.type == "html_block":
            found = re.fullmatch(r"<!-- file: (\S+) -->\s*", token.content)
            file = found[1] if found else None
        elif token.type == "fence":
            yield Fence(doc, token.map[0] + 1, token.info.strip(), token.content, file)
            file = None


ALL_FENCES = [fence for doc in DOCS for fence in fences(doc)]


# --- examples -----------------------------------------------------------------------------


@pytest.fixture
def workplace(tmp_path, monkeypatch):
    """A folder like the project's, from which nothing can reach the network."""
    shutil.copytree(ROOT / "samples", tmp_path / "samples")
    (tmp_path / "data").symlink_to(ROOT / "data")
    program = tmp_path / "bin" / "smclassify"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m smclassify "$@"\n')
    program.chmod(0o755)
    package = Path(smclassify.__file__).parent.parent
    monkeypatch.setenv("PYTHONPATH", str(package))
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("SMCLASSIFY_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")  # messages are in English by default
    monkeypatch.chdir(tmp_path)

    def refuse(*_):
        raise AssertionError("the program must not use the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    return tmp_path


def expanded(word):
    return sorted(map(str, Path().glob(word))) if word.endswith("*") else [word]


def run(command):
    """Run a command line; in this process, unless it needs a shell. Return output and exit code."""
    command, echo, _ = command.partition(ECHO)
    words = shlex.split(command)
    if words[0] != "smclassify" or set(words) & {"|", "<", ">"}:
        done = subprocess.run(
            ["sh", "-c", command], capture_output=True, encoding="utf-8", timeout=120, check=False
        )
        output, code = done.stdout + done.stderr, done.returncode
    else:
        done = CliRunner().invoke(cli, [part for word in words[1:] for part in expanded(word)])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        output, code = done.output, done.exit_code
    return output + (f"exit code {code}\n" if echo else ""), code


def commands(text):
    """Split a console example into (command, the output that is shown)."""
    parts = re.split(r"^\$ ", text, flags=re.MULTILINE)
    assert not parts[0].strip(), "output before the first command"
    return [(part.partition("\n")[0], part.partition("\n")[2]) for part in parts[1:]]


def matches(shown, output):
    """Compare up to white space; `...` stands for anything."""
    pieces = [re.escape(" ".join(piece.split())) for piece in shown.split("...")]
    pattern = r"\s*.*?\s*".join(pieces)
    return re.fullmatch(pattern, " ".join(output.split()), re.DOTALL) is not None


def check_console(fence):
    for command, shown in commands(fence.text):
        output, code = run(command)
        told = f"{fence.place}: {command}\n{output}"
        fails = ECHO in command or shown.startswith("Error:")
        assert code in ((0, 1, 2) if fails else (0, 1)), told
        assert "Traceback" not in output, told
        if shown:
            assert matches(shown, output), told


def check_python(fence, names):
    example = doctest.DocTestParser().get_doctest(
        fence.text, names, fence.place, name_of(fence.doc), fence.line
    )
    assert example.examples, f"{fence.place}: no >>> in it"
    said = io.StringIO()
    result = doctest.DocTestRunner().run(example, out=said.write, clear_globs=False)
    assert not result.failed, said.getvalue()
    names.update(example.globs)


@pytest.mark.parametrize("doc", DOCS, ids=name_of)
def test_examples_show_what_the_program_does(doc, workplace):
    names = {}
    for fence in fences(doc):
        if fence.file:
            Path(fence.file).write_text(fence.text, "utf-8")
        elif fence.language == "console":
            check_console(fence)
        elif fence.language == "python":
            check_python(fence, names)


def test_the_examples_are_many_and_say_what_they_are():
    languages = Counter(fence.language for fence in ALL_FENCES)
    assert languages["console"] >= 10 and languages["python"] >= 8
    assert "" not in {f.language for f in ALL_FENCES if "smclassify" in f.text and ">>>" in f.text}


def test_commands_that_are_only_shown_could_be_run():
    shown = [
        line.partition("smclassify ")[2]
        for fence in ALL_FENCES
        if fence.language in ("sh", "yaml")
        for line in fence.text.splitlines()
        if SHOWN.search(line)
    ]
    assert shown
    for line in shown:
        name, *arguments = shlex.split(line)
        if name in GROUPS:
            name = f"{name} {arguments.pop(0)}"
        command_of(name).make_context(name, arguments)  # refuses what the command doesn't know


def test_the_configurations_shown_are_valid(tmp_path):
    shown = [fence for fence in ALL_FENCES if fence.language == "toml"]
    configurations = [fence for fence in shown if fence.file == "smclassify.toml"]
    assert len(configurations) >= 2
    for fence in shown:
        assert tomllib.loads(fence.text), fence.place
    for fence in configurations:
        path = tmp_path / fence.file
        path.write_text(fence.text, "utf-8")
        assert load_config(path) != Config(), fence.place


# --- nothing is left out ------------------------------------------------------------------


def command_of(name):
    """Return a command by its name, such as "score" or "policy check"."""
    command = cli
    for part in name.split():
        command = command.get_command(click.Context(command), part)
    return command


def everything():
    return "\n".join(doc.read_text("utf-8") for doc in DOCS)


def options_of(name):
    command = command_of(name)
    options = [one for one in command.params if isinstance(one, click.Option)]
    return {text for one in options for text in (*one.opts, *one.secondary_opts)}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_mentioned(name):
    text = everything()
    missing = [o for o in options_of(name) if not re.search(rf"(?<![\w-]){o}(?![\w-])", text)]
    assert not missing


def test_no_option_is_made_up():
    known = {"--help", "--version"}.union(*(options_of(name) for name in COMMANDS))
    known |= {"--quick", "--minilm"}  # of benchmarks.speed
    code = " ".join(re.findall(r"`[^`]*`|^.*smclassify .*$", everything(), re.MULTILINE))
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", code)) <= known


def test_the_column_names_shown_are_recognised():
    text = (ROOT / "docs" / "files.md").read_text("utf-8")
    rows = re.findall(r"^\| (\w+) \| (`[^|]+`) \|", text[text.index("## Columns") :], re.MULTILINE)
    rows = [(role, names) for role, names in rows if role in list(Role)]
    assert len(rows) >= 6
    for role, names in rows:
        for name in re.findall(r"`([^`]+)`", names):
            assert find_column(["x", name], Role(role)) == 1, (role, name)


def test_the_design_names_every_room_and_dependency():
    text = (ROOT / "docs" / "design.md").read_text("utf-8")
    rooms = [path.name for path in (ROOT / "smclassify").iterdir() if path.name[0] not in "_."]
    assert [room for room in rooms if room not in text and room != "py.typed"] == []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = chain(project["dependencies"], *project["optional-dependencies"].values())
    names = {re.match(r"[\w-]+", one)[0] for one in wanted}
    section = text[text.index("## Dependencies") : text.index("## What the field's advice asks")]
    assert not {name for name in names if name not in section}


# --- nothing is made up -------------------------------------------------------------------


def slug(heading):
    """What GitHub calls a heading in an address."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def headings(path):
    tokens = MARKDOWN.parse(path.read_text("utf-8"))
    pairs = pairwise(tokens)
    return {slug(inline.content) for opening, inline in pairs if opening.type == "heading_open"}


@pytest.mark.parametrize("doc", LINKED, ids=name_of)
def test_every_link_into_the_project_leads_somewhere(doc):
    inline = [t for t in MARKDOWN.parse(doc.read_text("utf-8")) if t.type == "inline"]
    links = [c.attrs["href"] for t in inline for c in t.children if c.type == "link_open"]
    for link in links:
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (doc.parent / path) if path else doc
        assert target.exists(), link
        if anchor:
            assert anchor in headings(target), link


def test_every_make_target_exists():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:`|^)make ([a-z]+)", everything(), re.MULTILINE)) <= targets


def test_the_readme_has_one_place_for_the_figures():
    before, begin, rest = README.read_text("utf-8").partition("<!-- figures:begin -->")
    inside, end, after = rest.partition("<!-- figures:end -->")
    assert begin and end and "figures:" not in before + inside + after


def test_the_changes_name_this_version():
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert re.search(rf"^## {re.escape(smclassify.__version__)}\b", changes, re.MULTILINE)


def test_the_data_card_counts_what_is_there():
    data_card = pytest.importorskip("training.data_card")
    card = DATA_CARD.read_text("utf-8")
    assert data_card.with_tables(card) == card
    counts, sizes = data_card.counted()
    assert f"{sum(sizes.values()):,} hand-written texts" in card
    assert all(counts[reason, language] for reason in FLAG_OF_REASON for language in LANGUAGES)
    assert f"the {data_card.learned():,} texts it has learned from" in (
        ROOT / "CHANGELOG.md"
    ).read_text("utf-8")
