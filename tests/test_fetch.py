"""Public sets are fetched whole, the right ones, and go on where a broken connection left them."""

from __future__ import annotations

import errno
import hashlib
import shutil
import socket
import threading
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from smclassify.errors import InputError, MissingExtraError, OutputError
from smclassify.training import fetch
from smclassify.training.fetch import (
    UnreachableError,
    copy_set,
    download_set,
    fetching_into,
    is_here,
)
from smclassify.training.public import CATALOGUE, FOLDER_VARIABLE, public_folder, read_set
from smclassify.training.sources import (
    Source,
    add_to_catalogue,
    is_web_address,
    read_sources,
    shown_address,
)

CONTENT = b"id,text,label,extra\n" + b"".join(b"%06d,some text,ham,\n" % k for k in range(9000))
WRONG = CONTENT.replace(b"ham", b"egg")


def source(**changed) -> Source:
    about = {
        "file": "set.en.csv",
        "source": 'A "set"',
        "licence": "CC BY 4.0",
        "use": "train",
        "page": "https://example.org/set",
        "sha256": hashlib.sha256(CONTENT).hexdigest(),
        "bytes": len(CONTENT),
        "rows": 9000,
    }
    return Source(**about | changed)


class Server(ThreadingHTTPServer):
    """Serves one file, in the ways that servers of the world do."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.content = CONTENT
        self.breaks_after: list[int] = []
        self.ignores_range = False
        self.without_length = False
        self.status = 0
        self.location = ""
        self.headers: dict[str, str] = {}
        self.ranges: list[str | None] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/set.en.csv"

    def handle_error(self, request, client_address) -> None:
        """A client that leaves in the middle is what these tests are about."""


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        server, wanted = self.server, self.headers.get("Range")
        server.ranges.append(wanted)
        if server.location or server.status:
            self.send_response(server.status or 302)
            self.send_header("Location", server.location)
            self.end_headers()
            return
        start = int(wanted[6:-1]) if wanted and not server.ignores_range else 0
        body = server.content[start:]
        if start >= len(server.content):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        if start:
            total = len(server.content)
            self.send_header("Content-Range", f"bytes {start}-{total - 1}/{total}")
        if not server.without_length:
            self.send_header("Content-Length", str(len(body)))
        for name, value in server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        broken = server.breaks_after.pop(0) if server.breaks_after else len(body)
        self.wfile.write(body[:broken])

    def log_message(self, *args) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as one:
        thread = threading.Thread(target=one.serve_forever, args=(0.01,))
        thread.start()
        yield one
        one.shutdown()
        thread.join()


@pytest.fixture
def folder(tmp_path) -> Path:
    path = tmp_path / "public"
    path.mkdir()
    return path


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def part_of(folder: Path) -> Path:
    return folder / ".set.en.csv.part"


# --- what goes well -------------------------------------------------------------------------


def test_a_set_comes_whole_with_an_entry_that_training_reads(server, folder, monkeypatch):
    told: list[int] = []
    download_set(source(), server.address, folder, told.append)
    assert (folder / "set.en.csv").read_bytes() == CONTENT
    assert names(folder) == {"set.en.csv", CATALOGUE}
    assert told[-1] == len(CONTENT)
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    public = read_set(public_folder(), "set.en.csv")
    assert (public.use, public.licence, public.source) == ("train", "CC BY 4.0", 'A "set"')


def test_what_a_broken_connection_left_is_not_asked_for_again(server, folder):
    server.breaks_after = [70_000]
    download_set(source(), server.address, folder)
    assert (folder / "set.en.csv").read_bytes() == CONTENT
    first, second = server.ranges
    assert first is None
    assert second is not None
    assert 0 < int(second[6:-1]) <= 70_000


def test_the_next_call_goes_on_where_one_was_killed(server, folder):
    part_of(folder).write_bytes(CONTENT[:100_000])
    download_set(source(), server.address, folder)
    assert server.ranges == ["bytes=100000-"]
    assert (folder / "set.en.csv").read_bytes() == CONTENT


def test_killed_between_the_last_byte_and_the_name(server, folder):
    part_of(folder).write_bytes(CONTENT)
    download_set(source(), server.address, folder)
    assert server.ranges == []
    assert (folder / "set.en.csv").read_bytes() == CONTENT


def test_a_server_that_ignores_ranges_starts_again(server, folder):
    server.ignores_range = True
    part_of(folder).write_bytes(CONTENT[:100_000])
    download_set(source(), server.address, folder)
    assert (folder / "set.en.csv").read_bytes() == CONTENT


@pytest.mark.parametrize("left", [WRONG[:100_000], WRONG, WRONG + b"more"])
def test_a_beginning_that_doesnt_fit_the_rest_is_thrown_away(server, folder, left):
    part_of(folder).write_bytes(left)
    download_set(source(), server.address, folder)
    assert (folder / "set.en.csv").read_bytes() == CONTENT


def test_a_server_that_doesnt_say_how_much_it_sends(server, folder):
    server.without_length = True
    server.breaks_after = [50_000]
    download_set(source(), server.address, folder)
    assert (folder / "set.en.csv").read_bytes() == CONTENT


def test_a_redirect_within_the_web_is_followed(server, folder):
    with Server() as first:
        threading.Thread(target=first.serve_forever, args=(0.01,)).start()
        first.location = server.address
        download_set(source(), first.address, folder)
        first.shutdown()
    assert (folder / "set.en.csv").read_bytes() == CONTENT


# --- what must not be kept ------------------------------------------------------------------


@pytest.mark.parametrize("content", [WRONG, CONTENT[:-1], CONTENT + b"x", b"<html>log in</html>"])
@pytest.mark.parametrize("without_length", [False, True])
def test_of_another_file_nothing_is_kept(server, folder, content, without_length):
    server.content, server.without_length = content, without_length
    with pytest.raises(InputError, match=r"not the set\.en\.csv that was promised"):
        download_set(source(), server.address, folder)
    assert names(folder) == set()


def test_no_more_is_received_than_was_promised(server, folder, monkeypatch):
    server.without_length, server.content = True, CONTENT * 50
    told: list[int] = []
    with pytest.raises(InputError, match="promised"):
        download_set(source(), server.address, folder, told.append)
    assert max(told) <= len(CONTENT)
    assert names(folder) == set()


def test_a_compressed_answer_is_not_unpacked(server, folder):
    server.headers = {"Content-Encoding": "gzip"}
    with pytest.raises(InputError, match="compressed"):
        download_set(source(), server.address, folder)
    assert names(folder) == set()


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:text/csv,id"])
def test_a_redirect_out_of_the_web_is_refused(server, folder, target):
    server.location = target
    with pytest.raises(InputError, match="no web address"):
        download_set(source(), server.address, folder)
    assert names(folder) == set()


def test_a_circle_of_redirects_ends(server, folder):
    server.location = server.address
    with pytest.raises(InputError, match="circles"):
        download_set(source(), server.address, folder)
    assert len(server.ranges) <= 10


# --- what is said when nothing comes --------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "words"),
    [(404, "no such file"), (403, "give the file away"), (429, "too many"), (503, "503")],
)
def test_a_refusal_is_told_and_the_beginning_kept(server, folder, status, words):
    server.status = status
    part_of(folder).write_bytes(CONTENT[:500])
    with pytest.raises(InputError, match=words):
        download_set(source(), server.address, folder)
    assert part_of(folder).read_bytes() == CONTENT[:500]


def test_without_a_network_the_way_without_one_is_named(folder):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/set.en.csv"
        with pytest.raises(UnreachableError, match=r"cannot be reached[\s\S]*--from"):
            download_set(source(), address, folder)


def test_a_server_that_always_breaks_is_left_and_what_came_is_kept(server, folder):
    server.breaks_after = [40_000] * 4 + [0] * 20
    with pytest.raises(UnreachableError, match="goes on"):
        download_set(source(), server.address, folder)
    left = part_of(folder).read_bytes()
    assert left
    assert CONTENT.startswith(left)


def test_a_server_that_falls_silent_is_left(server, folder, monkeypatch):
    monkeypatch.setattr(fetch, "_SECONDS_OF_SILENCE", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/set.en.csv"
        with pytest.raises(UnreachableError, match="doesn't answer"):
            download_set(source(), address, folder)


def test_a_disk_without_room_is_told_before_anything_is_asked(server, folder, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 9, 1))
    with pytest.raises(OutputError, match="no room"):
        download_set(source(), server.address, folder)
    assert server.ranges == []


def test_a_disk_that_fills_up_meanwhile(server, folder, monkeypatch):
    def full(*_) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OutputError, match="disk is full"):
        download_set(source(), server.address, folder, full)
    assert "set.en.csv" not in names(folder)


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "ftp://host/x", "/etc/passwd", "https://", "http://[x"]
)
def test_only_addresses_of_the_web_are_asked(folder, address):
    with pytest.raises(InputError, match="no address of the web"):
        download_set(source(), address, folder)


def test_without_the_library_the_extra_is_named(folder, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "requests", None)
    with pytest.raises(MissingExtraError, match=r"smclassify\[fetch\]"):
        download_set(source(), "https://example.org/x", folder)


def test_passwords_and_signatures_are_not_shown():
    shown = shown_address("https://me:secret@example.org:8443/sets/x.csv?signature=abc#z")
    assert shown == "https://example.org:8443/sets/x.csv"


# --- from a folder --------------------------------------------------------------------------


def test_a_set_is_copied_from_a_folder(tmp_path, folder):
    (tmp_path / "set.en.csv").write_bytes(CONTENT)
    copy_set(source(), tmp_path, folder)
    assert (folder / "set.en.csv").read_bytes() == CONTENT
    assert is_here(source(), folder)


@pytest.mark.parametrize("content", [WRONG, CONTENT[:-1], CONTENT + b"x", b""])
def test_another_file_is_not_copied(tmp_path, folder, content):
    (tmp_path / "set.en.csv").write_bytes(content)
    with pytest.raises(InputError, match="promised"):
        copy_set(source(), tmp_path, folder)
    assert names(folder) == set()


def test_a_missing_one_is_told_with_its_page(tmp_path, folder):
    with pytest.raises(InputError, match=r"no such file[\s\S]*example\.org/set"):
        copy_set(source(), tmp_path, folder)


# --- the folder they come to ----------------------------------------------------------------


def test_a_file_of_ones_own_is_not_replaced(folder):
    (folder / "set.en.csv").write_text("mine")
    with pytest.raises(OutputError, match="another file of this name"):
        is_here(source(), folder)
    assert (folder / "set.en.csv").read_text() == "mine"


def test_a_catalogue_of_ones_own_keeps_every_word(folder):
    own = '# mine\n["own.csv"]\nuse = "train" # yes\n'
    (folder / CATALOGUE).write_text(own)
    add_to_catalogue(folder, source())
    once = (folder / CATALOGUE).read_text()
    add_to_catalogue(folder, source())
    assert (folder / CATALOGUE).read_text() == once
    assert once.startswith(own)
    assert set(tomllib.loads(once)) == {"own.csv", "set.en.csv"}


def test_a_catalogue_cannot_quietly_allow_learning_from_an_eval_set(folder):
    add_to_catalogue(folder, source())
    with pytest.raises(OutputError, match="describes another"):
        add_to_catalogue(folder, source(use="eval"))


@pytest.mark.parametrize("raw", [b"[not toml", b"\xff\xfe"])
def test_a_damaged_catalogue_is_told_and_left(folder, raw):
    (folder / CATALOGUE).write_bytes(raw)
    with pytest.raises(InputError, match="cannot be read"):
        add_to_catalogue(folder, source())
    assert (folder / CATALOGUE).read_bytes() == raw


def test_two_at_once_are_kept_apart(folder):
    with (
        fetching_into(folder),
        pytest.raises(OutputError, match="Another process"),
        fetching_into(folder),
    ):
        pass
    with fetching_into(folder):
        pass


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError), fetching_into(tmp_path / "file" / "below"):
        pass


# --- the list -------------------------------------------------------------------------------


def test_the_list_has_what_the_data_card_names():
    sets = read_sources().sets
    card = (Path(__file__).parents[1] / "data" / "README.md").read_text(encoding="utf-8")
    table = card.partition("### Where the public sets are")[2]
    assert sets
    for name, one in sets.items():
        row = next(line for line in table.splitlines() if f"`{name}`" in line and "|" in line)
        assert row.rstrip(" |").endswith(one.use)
        assert one.page.startswith("https://")


def test_the_list_agrees_with_the_catalogue_of_the_folder_it_was_made_from():
    folder = Path(__file__).parents[1] / "../shared/data"
    if not (folder / CATALOGUE).is_file():
        pytest.skip("the public sets are not here")
    catalogue = tomllib.loads((folder / CATALOGUE).read_text(encoding="utf-8"))
    keys = ("source", "licence", "use", "rows", "sha256")
    ours = {name: one.model_dump(include=set(keys)) for name, one in read_sources().sets.items()}
    assert ours == catalogue
    for name, one in read_sources().sets.items():
        assert (folder / name).stat().st_size == one.bytes


def test_sets_are_named_with_and_without_their_ending():
    sources = read_sources()
    assert [one.file for one in sources.named(["sms_spam.en", "nsmc_raw.ko.csv"])] == [
        "sms_spam.en.csv",
        "nsmc_raw.ko.csv",
    ]
    assert len(sources.named([])) == len(sources.sets)
    with pytest.raises(InputError, match=r"Did you mean 'sms_spam\.en\.csv'"):
        sources.named(["sms-spam.en"])


def test_a_sets_own_address_comes_before_a_mirrors():
    assert source().address(None) is None
    assert source().address("https://m.org/d/") == "https://m.org/d/set.en.csv"
    assert source(url="https://a.org/x").address("https://m.org") == "https://a.org/x"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("file", "../up.csv"),
        ("file", "/etc/x.csv"),
        ("file", ".hidden"),
        ("url", "file:///etc/passwd"),
        ("page", "javascript:alert(1)"),
        ("sha256", "abc"),
        ("bytes", -1),
        ("bytes", 1 << 40),
        ("use", "anything"),
    ],
)
def test_a_list_that_cannot_be_meant_is_refused(key, value):
    with pytest.raises(ValueError, match=key):
        source(**{key: value})


@pytest.mark.parametrize(
    "text", ["[broken", '["x.csv"]\nuse = "train"', "number = 3", 'mirror = "file:///x"']
)
def test_a_damaged_list_is_an_error_in_words(tmp_path, text):
    path = tmp_path / "sources.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=r"sources\.toml"):
        read_sources(path)


def test_addresses_of_the_web():
    assert is_web_address("HTTPS://example.org/x")
    assert not is_web_address("https:///x")
