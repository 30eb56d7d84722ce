import hashlib
import http.server
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lstm_viz.training import downloads, home
from lstm_viz.training.downloads import DownloadError, Source, fetch, place
from tests.training.server import Server, missing, sends, serving

CONTENT = b"a small file, published\n" * 5000


def quiet(_text: str, _done: float | None) -> None:
    pass


good = sends(CONTENT)
truncated = sends(CONTENT[:50_000], length=len(CONTENT))
wrong = sends(b"something else")


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LSTM_VIZ_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def published(url: str, **changes: object) -> Source:
    return Source("file.txt", url, sha256=hashlib.sha256(CONTENT).hexdigest(), **changes)  # type: ignore[arg-type]


def kept(own_home: Path) -> list[str]:
    """What lies in the cache, but for the lock, which may stay."""
    return sorted(path.name for path in (own_home / "downloads").iterdir() if path.suffix != ".lock")


def test_a_file_is_downloaded_checked_and_kept(server: Server, own_home: Path) -> None:
    heard: list[tuple[str, float | None]] = []
    source = published(server.serves("/file.txt", good))
    path = fetch(source, lambda *event: heard.append(event))
    assert path == own_home / "downloads" / "file.txt"
    assert path.read_bytes() == CONTENT
    shares = [done or 0.0 for text, done in heard if text.startswith("Downloading file.txt")]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert fetch(source, quiet) == path
    assert server.asked["/file.txt"] == 1
    assert kept(own_home) == ["file.txt"]


def test_an_md5_serves_as_well(server: Server) -> None:
    url = server.serves("/file.txt", good)
    assert fetch(Source("file.txt", url, md5=hashlib.md5(CONTENT).hexdigest()), quiet).is_file()
    with pytest.raises(DownloadError, match="checksum"):
        fetch(Source("file.txt", url, md5=hashlib.md5(b"").hexdigest()), quiet)


@pytest.mark.parametrize("checked", [True, False])
def test_a_connection_that_breaks_off_is_tried_once_more(
    server: Server, own_home: Path, checked: bool
) -> None:
    url = server.serves("/file.txt", truncated, good)
    source = published(url) if checked else Source("file.txt", url)
    assert fetch(source, quiet).read_bytes() == CONTENT
    server.serves("/other.txt", truncated)
    with pytest.raises(DownloadError, match="broke off before the end"):
        fetch(Source("other.txt", server.address + "/other.txt"), quiet)
    assert server.asked["/other.txt"] == 2
    assert kept(own_home) == ["file.txt"]


def test_a_wrong_checksum_is_tried_once_more_and_then_said(server: Server, own_home: Path) -> None:
    assert fetch(published(server.serves("/file.txt", wrong, good)), quiet).read_bytes() == CONTENT
    source = Source(
        "other.txt", server.serves("/other.txt", wrong), sha256=hashlib.sha256(CONTENT).hexdigest()
    )
    with pytest.raises(DownloadError, match="does not have the checksum") as caught:
        fetch(source, quiet)
    assert str(own_home / "downloads") in str(caught.value)
    assert source.url in str(caught.value)
    assert server.asked["/other.txt"] == 2
    assert kept(own_home) == ["file.txt"]


def test_a_wrong_size_is_noticed_without_a_checksum(server: Server) -> None:
    url = server.serves("/file.txt", wrong)
    with pytest.raises(DownloadError, match="size of the published file"):
        fetch(Source("file.txt", url, bytes=len(CONTENT)), quiet)


PORTAL = sends(b"<!DOCTYPE html><html><body>Please log in.</body></html>")


def grows(path: Path) -> None:
    """A check as for a file that its publisher adds lines to."""
    if b"<html" in path.read_bytes():
        raise ValueError("is a web page")


def test_what_has_no_checksum_is_looked_into(server: Server, own_home: Path) -> None:
    source = Source("file.txt", server.serves("/file.txt", PORTAL, good), check=grows)
    assert fetch(source, quiet).read_bytes() == CONTENT
    other = Source("other.txt", server.serves("/other.txt", PORTAL), check=grows)
    with pytest.raises(DownloadError, match=r"what 127\.0\.0\.1 sent is a web page\. Try again later"):
        fetch(other, quiet)
    assert kept(own_home) == ["file.txt"]


def test_what_a_page_has_left_in_place_of_the_file_is_mended(server: Server) -> None:
    source = Source("file.txt", server.serves("/file.txt", good), check=grows)
    place(source).write_bytes(b"<html>moved</html>")
    assert fetch(source, quiet).read_bytes() == CONTENT
    assert fetch(source, quiet).read_bytes() == CONTENT
    assert server.asked["/file.txt"] == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html>moved</html>", "is a web page"),
        (b"", "is empty"),
        (b"x" * 2_000_000, "is larger than the 1 MB that are allowed"),
    ],
)
def test_what_is_wrong_with_a_copy_put_there_by_hand_is_said(
    server: Server, content: bytes, said: str
) -> None:
    source = Source("file.txt", server.serves("/file.txt", missing), limit=downloads.MEGABYTE, check=grows)
    place(source).write_bytes(content)
    with pytest.raises(DownloadError, match=f"The copy that lies there now is not taken: it {said}"):
        fetch(source, quiet)
    assert place(source).read_bytes() == content, "it may be all that the person has"


def test_a_missing_file_is_asked_for_once_then_its_mirror(server: Server) -> None:
    gone, mirror = server.serves("/gone", missing), server.serves("/mirror", good)
    with pytest.raises(DownloadError, match="404"):
        fetch(published(gone), quiet)
    assert server.asked["/gone"] == 1
    assert fetch(published(gone, mirrors=(mirror,)), quiet).read_bytes() == CONTENT


def test_without_a_connection_the_message_says_where_to_put_a_copy(own_home: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        source = published(f"http://127.0.0.1:{free.getsockname()[1]}/file.txt")
        with pytest.raises(DownloadError, match="no connection to the internet") as caught:
            fetch(source, quiet)
        assert f"under the name file.txt, into the folder {own_home / 'downloads'}" in str(caught.value)
        place(source).write_bytes(CONTENT)
        assert fetch(source, quiet).read_bytes() == CONTENT


def test_a_server_that_falls_silent_is_tried_once_more(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "READ_TIMEOUT", 0.2)
    never = threading.Event()
    silent = sends(CONTENT, pause=never)
    assert fetch(published(server.serves("/file.txt", silent, good)), quiet).read_bytes() == CONTENT
    with pytest.raises(DownloadError, match="fell silent before the end"):
        fetch(Source("other.txt", server.serves("/other.txt", silent)), quiet)
    assert server.asked["/other.txt"] == 2
    never.set()


def test_a_run_that_waits_for_another_one_can_be_stopped(server: Server) -> None:
    class StoppedError(Exception):
        pass

    heard: list[str] = []

    def stop(text: str, _done: float | None) -> None:
        heard.append(text)
        if len(heard) == 2:
            raise StoppedError

    go_on = threading.Event()
    source = published(server.serves("/file.txt", sends(CONTENT, pause=go_on)))
    first = threading.Thread(target=fetch, args=(source, quiet))
    first.start()
    while not server.asked["/file.txt"]:
        time.sleep(0.01)
    with pytest.raises(StoppedError):
        fetch(source, stop)
    go_on.set()
    first.join()


def test_a_damaged_file_is_mended_and_stays_where_that_fails(server: Server) -> None:
    source = published(server.serves("/file.txt", missing, good))
    place(source).write_bytes(CONTENT[:1000])
    with pytest.raises(DownloadError, match="404"):
        fetch(source, quiet)
    assert place(source).read_bytes() == CONTENT[:1000]
    assert fetch(source, quiet).read_bytes() == CONTENT


@pytest.mark.parametrize("announced", [True, False])
def test_what_is_too_large_is_not_taken(server: Server, own_home: Path, announced: bool) -> None:
    def endless(request: http.server.BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        request.wfile.write(CONTENT)

    url = server.serves("/file.txt", good if announced else endless)
    with pytest.raises(DownloadError, match=r"larger than the 0\.1 MB"):
        fetch(published(url, limit=100_000), quiet)
    assert kept(own_home) == []


def test_a_run_that_is_stopped_leaves_nothing_and_the_next_one_can_go(server: Server, own_home: Path) -> None:
    class StoppedError(Exception):
        pass

    def stop(text: str, _done: float | None) -> None:
        if text.startswith("Downloading"):
            raise StoppedError

    source = published(server.serves("/file.txt", good))
    with pytest.raises(StoppedError):
        fetch(source, stop)
    assert kept(own_home) == []
    assert fetch(source, quiet).is_file()


def test_what_a_killed_run_left_is_cleared_away(server: Server, own_home: Path) -> None:
    source = published(server.serves("/file.txt", good))
    remains = place(source).with_name(".file.txt.part")
    remains.mkdir()
    (remains / "half").write_bytes(CONTENT[:7])
    assert fetch(source, quiet).read_bytes() == CONTENT
    assert kept(own_home) == ["file.txt"]


def test_two_runs_download_once(server: Server) -> None:
    go_on = threading.Event()
    source = published(server.serves("/file.txt", sends(CONTENT, pause=go_on)))
    heard: list[str] = []

    def second(text: str, _done: float | None) -> None:
        heard.append(text)
        if text.startswith("Waiting"):
            go_on.set()

    first = threading.Thread(target=fetch, args=(source, quiet))
    first.start()
    while not server.asked["/file.txt"]:
        time.sleep(0.01)
    assert fetch(source, second).read_bytes() == CONTENT
    first.join()
    assert heard[0].startswith("Waiting for another run")
    assert server.asked["/file.txt"] == 1


def test_the_home_folder_is_the_users_own_unless_another_is_named(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert home.home() == own_home
    assert not own_home.exists()
    assert home.folder("a", "b") == own_home / "a" / "b"
    assert (own_home / "a" / "b").is_dir()
    monkeypatch.delenv("LSTM_VIZ_HOME")
    assert home.home().is_absolute()
    assert home.home().name == "lstm-viz"


def test_a_home_that_cannot_be_used_is_said(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own_home.write_text("a file where the folder should be")
    with pytest.raises(home.HomeError, match="LSTM_VIZ_HOME"):
        home.folder("downloads")
    own_home.unlink()
    # The test may run as root, who may write anywhere.
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(home.HomeError, match="cannot be written into"):
        home.folder()


@pytest.mark.parametrize(
    "trouble", [OSError(28, "No space left on device"), OSError("no space left, in a word")]
)
def test_a_full_disk_is_said(server: Server, monkeypatch: pytest.MonkeyPatch, trouble: OSError) -> None:
    def full(*_: object) -> None:
        raise trouble

    monkeypatch.setattr(downloads._ProgressWriter, "write", full)
    with pytest.raises(DownloadError, match=r"(?i)no space left"):
        fetch(published(server.serves("/file.txt", good)), quiet)
