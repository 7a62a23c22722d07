"""Fetching public sets: over the network or from a folder, and only what the digest vouches for.

A file takes its name when all of it is there and its SHA-256 is the one that was promised.
Until then it is a hidden ``.part`` file, from whose end the next attempt goes on
(HTTP range requests, RFC 9110, section 14).
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from smclassify.errors import InputError, MissingExtraError, OutputError, SmclassifyError
from smclassify.exports.writing.target import cannot_write
from smclassify.model.files import replacing, sha256_of
from smclassify.training.sources import Source, add_to_catalogue, is_web_address, shown_address

if TYPE_CHECKING:
    from requests import Response, Session

_SECONDS_TO_CONNECT: Final = 10.0
_SECONDS_OF_SILENCE: Final = 30.0
_REDIRECTS: Final = 5
_ATTEMPTS: Final = 4
_CHUNK: Final = 1 << 13  # of a broken connection's last one nothing is known
_LOCK: Final = ".fetch.lock"
_CONTENT_RANGE: Final = re.compile(r"bytes (\d+)-\d+/(\d+)\Z")

_STATUS: Final = {
    401: "this server wants a password.",
    403: "this server doesn't give the file away.",
    404: "there is no such file (404).",
    410: "the file is there no more (410).",
    429: "this server has had too many requests; try again later.",
}

Progress = Callable[[int], None]
"""Told how many bytes of a file are here."""


class AnotherFileError(InputError):
    """A file that is not the one that was promised; nothing of it may be kept."""


class UnreachableError(InputError):
    """A server that cannot be reached, or has fallen silent: the next file would fare no better."""


@contextmanager
def fetching_into(folder: Path) -> Iterator[None]:
    """Keep a folder, made if need be, to ourselves.

    Raises
    ------
    OutputError
        If it cannot be made or written to, or another process is fetching into it.
    """
    import filelock

    lock = filelock.FileLock(folder / _LOCK, timeout=0)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except filelock.Timeout as error:
        raise OutputError(
            "Another process is fetching into this folder.",
            where=str(folder),
            hint="Wait until that has ended.",
        ) from error
    except OSError as error:
        raise cannot_write(folder, error, None) from error
    try:
        yield
    finally:
        lock.release()


def holds(folder: Path, source: Source) -> bool:
    """Tell whether the right file of a set is in a folder."""
    path = folder / source.file
    return path.is_file() and sha256_of(path) == source.sha256


def is_here(source: Source, folder: Path) -> bool:
    """Tell whether a set is in a folder already.

    Raises
    ------
    OutputError
        If there is another file of its name.
    """
    if holds(folder, source):
        return True
    if not (folder / source.file).exists():
        return False
    raise OutputError(
        "There is another file of this name; it is left as it is.",
        where=str(folder / source.file),
        hint="Move it away, or fetch into another folder with --to.",
    )


def copy_set(source: Source, origin: Path, folder: Path) -> None:
    """Copy a set from a folder at hand, and write it into the catalogue.

    Raises
    ------
    InputError
        If it is not there, or is another file.
    OutputError
        If it cannot be written.
    """
    path = origin / source.file
    if not path.is_file():
        raise InputError(
            "There is no such file.", where=str(path), hint=f"It is published at {source.page}"
        )
    digest = hashlib.sha256()
    with path.open("rb") as file, replacing(folder / source.file) as copy:
        while (chunk := file.read(_CHUNK)) and copy.tell() <= source.bytes:
            digest.update(chunk)
            copy.write(chunk)
        if digest.hexdigest() != source.sha256:
            raise _another_file(source, str(path))
    add_to_catalogue(folder, source)


def download_set(
    source: Source, address: str, folder: Path, progress: Progress = lambda _: None
) -> None:
    """Download a set, or the rest of it, and write it into the catalogue.

    Raises
    ------
    UnreachableError
        If the server cannot be reached or falls silent. What has come is kept for next time.
    InputError
        If the server has no such file, or another one, of which nothing is kept.
    OutputError
        If there is no room, or it cannot be written.
    MissingExtraError
        If the library is not installed.
    """
    if not is_web_address(address):
        raise InputError(
            "This is no address of the web.", hint="It should begin with https:// or http://."
        )
    part = folder / f".{source.file}.part"
    try:
        _check_room(source, part, folder)
        with _session() as session:
            resumed = _size(part) > 0
            _receive_all(session, address, part, source, progress)
            if resumed and sha256_of(part) != source.sha256:
                # Its beginning may be what another server, or another day, has sent.
                part.unlink()
                _receive_all(session, address, part, source, progress)
        if sha256_of(part) != source.sha256:
            part.unlink()
            raise _another_file(source, shown_address(address))
        part.replace(folder / source.file)
    except OSError as error:
        raise cannot_write(folder / source.file, error, None) from error
    add_to_catalogue(folder, source)


def _another_file(source: Source, where: str) -> AnotherFileError:
    return AnotherFileError(
        f"This is not the {source.file} that was promised (its size or SHA-256 differs); "
        "nothing of it was kept.",
        where=where,
        hint=f"Get it from somewhere else. What it was made from is at {source.page}",
    )


def _check_room(source: Source, part: Path, folder: Path) -> None:
    if shutil.disk_usage(folder).free < source.bytes - _size(part):
        raise OutputError(
            f"{source.file} needs {source.bytes:,} bytes, and this disk has no room for them.",
            where=str(folder),
            hint="Make room, or use another folder with --to.",
        )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _session() -> Session:
    """Return a session that speaks http and https and nothing else, not even when redirected."""
    try:
        import requests
    except ImportError as error:
        raise MissingExtraError("Downloads", "fetch") from error
    session = requests.Session()
    session.max_redirects = _REDIRECTS
    # Compressed on its way a file has no ranges, and may be a bomb.
    session.headers["Accept-Encoding"] = "identity"
    return session


def _receive_all(
    session: Session, address: str, part: Path, source: Source, progress: Progress
) -> None:
    """Receive what is missing of a file, in as many goes as it takes while each brings some."""
    import requests

    if _size(part) > source.bytes:
        part.unlink()
    failure: Exception | None = None
    for _ in range(_ATTEMPTS):
        before = _size(part)
        if before == source.bytes:
            return
        failure = None
        try:
            _receive(session, address, part, source, progress)
        except requests.RequestException as error:
            failure = error
        if _size(part) <= before:
            break
    if failure is not None:
        raise _unreachable(failure, address) from failure
    if _size(part) < source.bytes:
        raise UnreachableError(
            "The server ended the transfer too soon.",
            where=shown_address(address),
            hint="The same call goes on from there.",
        )


def _receive(
    session: Session, address: str, part: Path, source: Source, progress: Progress
) -> None:
    """Ask for a file, or for the rest of one, and append what comes."""
    have = _size(part)
    timeouts = (_SECONDS_TO_CONNECT, _SECONDS_OF_SILENCE)
    headers = {"Range": f"bytes={have}-"} if have else {}
    with session.get(address, headers=headers, stream=True, timeout=timeouts) as response:
        try:
            start = _start(response, have, source)
        except AnotherFileError:
            part.unlink(missing_ok=True)
            raise
        with part.open("r+b" if start else "wb") as file:
            file.seek(start)
            for chunk in response.iter_content(_CHUNK):
                start += len(chunk)
                if start > source.bytes:
                    break
                file.write(chunk)
                progress(start)
    if start > source.bytes:
        part.unlink()
        raise _another_file(source, shown_address(address))


def _start(response: Response, have: int, source: Source) -> int:
    """Return the place in the file at which an answer's bytes begin.

    Raises
    ------
    InputError
        If the answer is no file, or one of another size.
    """
    where = shown_address(response.url)
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise InputError("The server sends the file compressed, unasked.", where=where)
    if response.status_code == 200:  # from the beginning, whatever was asked for
        length = response.headers.get("Content-Length", str(source.bytes))
        if length != str(source.bytes):
            raise _another_file(source, where)
        return 0
    found = _CONTENT_RANGE.match(response.headers.get("Content-Range", ""))
    if response.status_code == 206 and found:
        if (int(found[1]), int(found[2])) != (have, source.bytes):
            raise _another_file(source, where)
        return have
    if response.status_code == 416:  # the file ends before what we have of ours
        raise _another_file(source, where)
    told = _STATUS.get(response.status_code, f"the server answers with {response.status_code}.")
    raise InputError(f"{source.file}: {told}", where=where, hint="Try another mirror, or later.")


def _unreachable(error: Exception, address: str) -> SmclassifyError:
    """Say in plain words why a server gave nothing."""
    import requests

    where = shown_address(address)
    if isinstance(error, requests.Timeout):
        message = "The server doesn't answer."
    elif isinstance(error, requests.exceptions.SSLError):
        message = "The server cannot prove that it is the one (its certificate is not valid)."
    elif isinstance(error, requests.TooManyRedirects):
        message = "The server sends us round in circles."
    elif isinstance(error, requests.exceptions.InvalidSchema | requests.exceptions.InvalidURL):
        return InputError(
            "The server sends us to something that is no web address; we don't follow.",
            where=where,
            hint="Try another mirror.",
        )
    elif isinstance(error, requests.ConnectionError | requests.exceptions.ChunkedEncodingError):
        message = "The server cannot be reached, or the connection broke."
    else:
        message = f"Nothing came from there: {type(error).__name__}."
    return UnreachableError(
        message,
        where=where,
        hint="Check the network and the address; the same call goes on from where this one "
        "ended. Without a network: --from FOLDER.",
    )
