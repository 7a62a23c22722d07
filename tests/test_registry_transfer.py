"""Models that travel: three files go out, and of what comes in nothing is believed or run."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import stat
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hostile import Evil, is_real
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smclassify.errors import ModelError
from smclassify.model import archive, transfer
from smclassify.model.files import sha256_of
from smclassify.model.folder import load_model
from smclassify.model.manifest import CARD_FILE, FILES, MANIFEST_FILE, WEIGHTS_FILE
from smclassify.model.registry import Registry
from smclassify.model.registry_verify import problems_of, verify_models
from smclassify.model.transfer import export_model, receive


@pytest.fixture
def registry(tmp_path, small_folder):
    return Registry(tmp_path / "mine", shipped=lambda: small_folder)


@pytest.fixture
def sent(small_folder, tmp_path):
    """Somebody else's folder, to be changed at will."""
    return Path(shutil.copytree(small_folder, tmp_path / "sent"))


def closed(tmp_path: Path) -> Path:
    folder = tmp_path / f"closed{len(list(tmp_path.iterdir()))}"
    folder.mkdir()
    return folder


def packed(path: Path, files: dict[str, bytes] | list[tuple], method=zipfile.ZIP_STORED) -> Path:
    """Write an archive of names or ready entries, and their bytes."""
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, raw in files.items() if isinstance(files, dict) else files:
            archive.writestr(name, raw)
    return path


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES}


def refuse(source: Path, tmp_path: Path, said: str, error=ModelError) -> None:
    """It is refused with a reason that can be printed, and nothing is made beside the closed."""
    room = closed(tmp_path)
    before = set(tmp_path.rglob("*"))
    with pytest.raises(error, match=said) as caught:
        receive(source, room)
    message = str(caught.value)
    assert str(source) in message and len(message) < 1000
    assert message.replace("\n", "").isprintable()
    assert {path for path in set(tmp_path.rglob("*")) - before if room not in path.parents} == set()


# --- out, and in again --------------------------------------------------------------------


def test_a_model_goes_out_and_comes_in_the_same(registry, small_folder, tmp_path):
    digest = export_model(small_folder, tmp_path / "a.zip")
    assert digest == sha256_of(tmp_path / "a.zip") == export_model(small_folder, tmp_path / "b.zip")
    received = receive(tmp_path / "a.zip", closed(tmp_path))
    version, _ = registry.add("theirs", lambda folder: received.write(folder, "theirs"))
    assert str(version) == "theirs@1"
    theirs, ours = load_model(version.folder).manifest, load_model(small_folder).manifest
    assert theirs == ours | {"name": "theirs"}
    assert contents(version.folder)[WEIGHTS_FILE] == contents(small_folder)[WEIGHTS_FILE]
    assert problems_of(version, registry.added_digest(version)) == []


def test_an_archive_holds_three_files_and_nothing_of_this_machine(small_folder, tmp_path):
    export_model(small_folder, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as made:
        assert [part.filename for part in made.infolist()] == list(FILES)
        assert {part.date_time for part in made.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {stat.S_IMODE(part.external_attr >> 16) for part in made.infolist()} == {0o644}


def test_a_damaged_model_is_not_exported(sent, tmp_path):
    (sent / WEIGHTS_FILE).write_bytes(b"")
    with pytest.raises(ModelError):
        export_model(sent, tmp_path / "a.zip")
    assert not (tmp_path / "a.zip").exists()


def test_what_somebody_packed_by_hand_is_taken_too(sent, tmp_path):
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        source = packed(tmp_path / "hand.zip", contents(sent), method)
        assert receive(source, closed(tmp_path)).manifest.name == "small"
    assert receive(sent, closed(tmp_path)).manifest.name == "small"


def test_the_card_is_not_copied_but_written(sent, tmp_path):
    (sent / CARD_FILE).write_text("# Buy now! [here](https://evil.example)")
    received = receive(sent, closed(tmp_path))
    received.write(tmp_path / "new", "new")
    assert (tmp_path / "new" / CARD_FILE).read_text().startswith("# Model card: new")
    assert "evil" not in (tmp_path / "new" / CARD_FILE).read_text()


# --- hostile contents ---------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("as_archive", [False, True])
def test_pickles_that_run_code_run_nothing(sent, tmp_path, name, as_archive):
    marker, attack = tmp_path / "pwned", tmp_path / "attack"
    attack.write_bytes(pickle.dumps({"drafts.coef": Evil(marker)}, protocol=4))
    assert is_real(attack, marker)
    shutil.copy(attack, sent / name)
    manifest = json.loads((sent / MANIFEST_FILE).read_bytes()) if name == WEIGHTS_FILE else None
    if manifest:
        manifest["weights_sha256"] = sha256_of(attack)
        (sent / MANIFEST_FILE).write_text(json.dumps(manifest))
    source = packed(tmp_path / "a.zip", contents(sent)) if as_archive else sent
    if name == CARD_FILE:  # not even read
        receive(source, closed(tmp_path)).write(tmp_path / "new", "new")
        assert (tmp_path / "new" / CARD_FILE).read_text().startswith("# Model card")
    else:
        refuse(source, tmp_path, "nothing in it was run")
    assert not marker.exists()


def _figures(**changed):
    row = {"precision": 0.5, "recall": 0.5, "f1": 0.5, "average_precision": 0.5}
    row |= {"calibration_error": 0.1, "support": 5, "texts": 10} | changed
    table = {"drafts": {"all": {"spammy": row}}}
    return {"test": {"title": "t", "how": "h", "tables": table}}


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("weights_sha256", "0" * 64, "SHA-256 differs"),
        ("columns", {"char": 1, "word": 1}, "not those the model needs"),
        ("columns", {"char": 10**9, "word": 1}, "not those the model needs"),
        ("versions", {"numpy": "rm -rf /"}, "library versions"),
        ("figures", {"test": "splendid"}, "figures make no sense at test"),
        ("figures", _figures(f1="very good"), "figures make no sense"),
        ("figures", _figures(f1=1.5), "figures make no sense"),
        ("figures", _figures(support=11), "figures make no sense"),
        ("figures", _figures(texts=-1), "figures make no sense"),
        ("data", [{"name": "a", "sha256": "0" * 64, "texts": -3}], "number of texts"),
        ("data", [{"name": "a", "sha256": "no", "texts": 3}], "number of texts"),
        ("description", "\x1b[2Jowned", "cannot be shown"),
        ("description", "\u202etxt.exe", "cannot be shown"),
        ("licence", "x" * 50_000, "far too long"),
        ("settings", {"C": "\x07"}, "cannot be shown"),
        ("parent", {"name": "acme", "version": 0, "weights_sha256": "0" * 64}, "parent.version"),
        ("parent", {"name": "acme", "weights_sha256": "x"}, "parent.weights"),
        ("data_sha256", "x", "data_sha256"),
        ("name", "../../etc", "name"),
        ("seed", -1, "seed"),
        ("seed", 10**400, "seed"),
        ("surplus", 1, "Extra inputs"),
    ],
)
def test_a_manifest_that_lies_is_refused(sent, tmp_path, key, value, said):
    manifest = json.loads((sent / MANIFEST_FILE).read_text())
    (sent / MANIFEST_FILE).write_text(json.dumps(manifest | {key: value}))
    refuse(sent, tmp_path, said)
    refuse(packed(tmp_path / "a.zip", contents(sent)), tmp_path, said)


def test_figures_that_are_some_are_not_refused(sent, tmp_path):
    manifest = json.loads((sent / MANIFEST_FILE).read_text())
    (sent / MANIFEST_FILE).write_text(json.dumps(manifest | {"figures": _figures()}))
    assert receive(sent, closed(tmp_path)).manifest.figures == _figures()


def test_a_number_too_large_for_one_is_refused(sent, tmp_path):
    text = (sent / MANIFEST_FILE).read_text().replace('"settings": {}', '"settings": {"C": 1e999}')
    (sent / MANIFEST_FILE).write_text(text)
    refuse(sent, tmp_path, "number that is none")


# --- hostile archives ---------------------------------------------------------------------


def entry(name: str, kind: int = stat.S_IFREG) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    made.external_attr = (kind | 0o644) << 16
    return made


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("../evil.py", "is a path"),
        ("..\\evil.py", "is a path"),
        ("/etc/cron.d/evil", "is a path"),
        ("C:evil", "is a path"),
        ("model/weights.joblib", "is a path"),
        ("..", "is a path"),
        ("evil.py", "a model has weights.joblib, manifest.json, README.md and nothing else"),
        ("MANIFEST.JSON", "is there twice"),
        ("Readme.md", "is there twice"),
        ("\x1b[2J", "and nothing else"),
    ],
)
def test_other_names_are_refused(sent, tmp_path, name, said):
    parts = [*contents(sent).items(), (entry(name), b"x")]
    refuse(packed(tmp_path / "a.zip", parts), tmp_path, said)


@pytest.mark.parametrize(
    "kind", [stat.S_IFLNK, stat.S_IFDIR, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK]
)
def test_links_devices_and_folders_are_refused(sent, tmp_path, kind):
    parts = [(entry(WEIGHTS_FILE, kind), b"/etc/passwd"), *list(contents(sent).items())[1:]]
    refuse(packed(tmp_path / "a.zip", parts), tmp_path, "link, a device or a folder")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused(sent, tmp_path):
    parts = [*contents(sent).items(), (MANIFEST_FILE, b"{}")]
    refuse(packed(tmp_path / "a.zip", parts), tmp_path, "is there twice")


def test_other_ways_of_packing_are_refused(sent, tmp_path):
    source = packed(tmp_path / "a.zip", contents(sent), zipfile.ZIP_BZIP2)
    refuse(source, tmp_path, "packed in a way")


def test_encrypted_files_are_refused(sent, tmp_path):
    raw = bytearray(packed(tmp_path / "a.zip", contents(sent)).read_bytes())
    listed = raw.rindex(b"PK\x01\x02")
    raw[listed + 8] |= 1  # the flag of the specification, 4.4.4
    (tmp_path / "a.zip").write_bytes(raw)
    refuse(tmp_path / "a.zip", tmp_path, "is encrypted")


def test_a_bomb_is_stopped_by_what_comes_out_of_it(sent, tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "HARMLESS", 1_000_000)
    parts = contents(sent) | {WEIGHTS_FILE: bytes(20_000_000)}
    source = packed(tmp_path / "a.zip", parts, zipfile.ZIP_DEFLATED)
    assert source.stat().st_size < 200_000
    refuse(source, tmp_path, "zip bomb")
    written = [path.stat().st_size for path in tmp_path.glob("closed*/*")]
    assert max(written) < 3_000_000


def test_a_bomb_that_lies_of_its_size_is_stopped_too(sent, tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "HARMLESS", 1_000_000)
    parts = contents(sent) | {WEIGHTS_FILE: bytes(20_000_000)}
    raw = packed(tmp_path / "a.zip", parts, zipfile.ZIP_DEFLATED).read_bytes()
    for claimed in (10, 2**31):
        lie = raw.replace(struct.pack("<L", 20_000_000), struct.pack("<L", claimed))
        (tmp_path / "a.zip").write_bytes(lie)
        refuse(tmp_path / "a.zip", tmp_path, "zip bomb|damaged|cannot be|is not one")


def test_files_larger_than_any_model_s_are_refused(sent, tmp_path, monkeypatch):
    monkeypatch.setitem(transfer._LIMITS, WEIGHTS_FILE, 1000)
    refuse(sent, tmp_path, "larger than any model's")
    refuse(packed(tmp_path / "a.zip", contents(sent)), tmp_path, "larger than any model's")


def test_a_list_of_files_without_end_is_not_read(sent, tmp_path):
    parts = [(f"{number:0200}", b"") for number in range(500)]
    refuse(packed(tmp_path / "a.zip", parts), tmp_path, "far more files")


@pytest.mark.parametrize("name", [MANIFEST_FILE, WEIGHTS_FILE])
def test_what_is_missing_is_named(sent, tmp_path, name):
    parts = contents(sent)
    del parts[name]
    refuse(packed(tmp_path / "a.zip", parts), tmp_path, f"{name} is missing")
    (sent / name).unlink()
    refuse(sent, tmp_path, f"{name} is missing")


@pytest.fixture
def good_archive(sent, tmp_path) -> bytes:
    return packed(tmp_path / "good.zip", contents(sent), zipfile.ZIP_DEFLATED).read_bytes()


@settings(suppress_health_check=list(HealthCheck), max_examples=30)
@given(place=st.floats(0, 1), change=st.binary(min_size=1, max_size=8), cut=st.booleans())
def test_a_damaged_archive_is_refused_or_is_the_same_model(
    sent, good_archive, tmp_path_factory, place, change, cut
):
    folder = tmp_path_factory.mktemp("damaged")
    raw = bytearray(good_archive)
    at = int(place * (len(raw) - 1))
    raw = raw[:at] if cut else raw[:at] + change + raw[at + len(change) :]
    (folder / "a.zip").write_bytes(raw)
    (folder / "closed").mkdir()
    try:
        received = receive(folder / "a.zip", folder / "closed")
    except ModelError as error:
        assert str(error).replace("\n", "").isprintable()
    else:  # the change was in the card, or in what nobody reads
        assert received.manifest.weights_sha256 == sha256_of(sent / WEIGHTS_FILE)


# --- hostile folders ----------------------------------------------------------------------


@pytest.mark.parametrize("target", ["/etc/passwd", "/dev/zero", "itself", "the file"])
def test_links_in_a_folder_are_refused(sent, tmp_path, target):
    (sent / WEIGHTS_FILE).rename(tmp_path / "elsewhere")
    places = {"itself": sent / WEIGHTS_FILE, "the file": tmp_path / "elsewhere"}
    (sent / WEIGHTS_FILE).symlink_to(places.get(target, target))
    refuse(sent, tmp_path, "is a link")


def test_pipes_and_other_files_in_a_folder_are_refused(sent, tmp_path):
    (sent / WEIGHTS_FILE).unlink()
    os.mkfifo(sent / WEIGHTS_FILE)
    refuse(sent, tmp_path, "no plain file")
    (sent / "setup.py").write_text("")
    refuse(sent, tmp_path, "setup.py")


def test_what_is_nothing_is_refused(tmp_path):
    (tmp_path / "text.zip").write_text("no archive at all, only words")
    os.mkfifo(tmp_path / "pipe.zip")
    for name, said in (
        ("text.zip", "no whole zip"),
        ("pipe.zip", "no plain file"),
        ("no", "No such file"),
    ):
        refuse(tmp_path / name, tmp_path, said)


# --- verify -------------------------------------------------------------------------------


def test_verify_names_what_is_wrong_with_which(registry, sent):
    for _ in range(4):
        registry.add("acme", lambda folder: shutil.copytree(sent, folder))
    one, two, three, four = (registry.find(f"acme@{number}") for number in range(1, 5))
    (one / "notes.txt").write_text("")
    (two / CARD_FILE).unlink()
    (three / WEIGHTS_FILE).chmod(0o644)
    raw = np.fromfile(three / WEIGHTS_FILE, np.uint8)
    raw[len(raw) // 2] ^= 1
    raw.tofile(three / WEIGHTS_FILE)
    (four / MANIFEST_FILE).chmod(0o644)
    text = (four / MANIFEST_FILE).read_text().replace('"licence": "none"', '"licence": "MIT"')
    (four / MANIFEST_FILE).write_text(text)
    found = dict(verify_models(registry))
    assert found["what is in use"] == found["shipped"] == []
    for name, said in (
        ("acme@1", "notes.txt"),
        ("acme@2", "README.md is missing"),
        ("acme@3", "SHA-256 differs"),
        ("acme@4", "has been changed since"),
    ):
        (problem,) = found[name]
        assert said in problem
    assert [name for name, _ in verify_models(registry, ["acme@1"])] == ["acme@1"]
    assert len(verify_models(registry, ["acme"])) == 4
