"""Downloads: whole and verified or not at all, with progress and a cancel, from a server on this machine."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from deconv_studio.catalog.download import fetch_file
from deconv_studio.catalog.errors import DownloadFailed, FolderNotWritable, HashMismatch

pytestmark = pytest.mark.light

CONTENT = bytes(range(256)) * 2000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Handler(BaseHTTPRequestHandler):
    """Serves one file, cut or without its length if the path asks for that."""

    requests = 0

    def do_GET(self) -> None:
        type(self).requests += 1
        if self.path == "/missing":
            self.send_error(404)
            return
        self.send_response(200)
        if self.path != "/no-length":
            self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        try:
            self.wfile.write(CONTENT[:1000] if self.path == "/cut" else CONTENT)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the test hung up, as it should

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    Handler.requests = 0
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


class StoppedError(Exception):
    """What the control raises."""


class Control:
    def __init__(self, stop_at: float = 2.0) -> None:
        self.done: list[float] = []
        self.stop_at = stop_at

    def progress(self, done: float, text: str) -> None:
        assert "m.onnx" in text
        self.done.append(done)

    def raise_if_cancelled(self) -> None:
        if self.done and self.done[-1] >= self.stop_at:
            raise StoppedError


def _only(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_file_is_fetched_verified_and_not_fetched_again(server: str, tmp_path: Path) -> None:
    target, control = tmp_path / "new" / "m.onnx", Control()
    assert fetch_file(f"{server}/m", SHA256.upper(), target, control=control) == target
    assert target.read_bytes() == CONTENT
    assert control.done[-1] == 1.0 and any(0 < part < 1 for part in control.done)
    assert _only(target.parent) == ["m.onnx"]
    fetch_file(f"{server}/m", SHA256, target)
    assert Handler.requests == 1


def test_a_server_that_does_not_tell_the_length_is_fine(server: str, tmp_path: Path) -> None:
    fetch_file(f"{server}/no-length", SHA256, tmp_path / "m.onnx", control=Control())
    assert (tmp_path / "m.onnx").read_bytes() == CONTENT


def test_other_content_is_refused_and_the_old_file_kept(server: str, tmp_path: Path) -> None:
    (tmp_path / "m.onnx").write_bytes(b"old")
    with pytest.raises(HashMismatch) as caught:
        fetch_file(f"{server}/m", "0" * 64, tmp_path / "m.onnx")
    assert caught.value.found == SHA256
    assert _only(tmp_path) == ["m.onnx"]
    assert (tmp_path / "m.onnx").read_bytes() == b"old"


def test_a_cancel_leaves_nothing(server: str, tmp_path: Path) -> None:
    with pytest.raises(StoppedError):
        fetch_file(f"{server}/m", SHA256, tmp_path / "m.onnx", control=Control(stop_at=0.2))
    assert _only(tmp_path) == []


@pytest.mark.parametrize(("path", "named"), [("missing", "404"), ("cut", "could not be fetched")])
def test_what_the_server_does_wrong_is_said(server: str, tmp_path: Path, path: str, named: str) -> None:
    with pytest.raises(DownloadFailed, match=named):
        fetch_file(f"{server}/{path}", SHA256, tmp_path / "m.onnx")
    assert _only(tmp_path) == []


@pytest.mark.parametrize("path", ["m", "no-length"])
def test_a_file_over_the_limit_is_not_taken(server: str, tmp_path: Path, path: str) -> None:
    with pytest.raises(DownloadFailed, match="larger"):
        fetch_file(f"{server}/{path}", SHA256, tmp_path / "m.onnx", max_bytes=100_000)
    assert _only(tmp_path) == []


def test_no_server_is_a_typed_error(tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed, match="connection"):
        fetch_file("http://127.0.0.1:9/m", SHA256, tmp_path / "m.onnx", timeout=5)


@pytest.mark.parametrize("url", ["file:///etc/hostname", "ftp://example.org/m", "m.onnx", ""])
def test_only_web_addresses_are_taken(tmp_path: Path, url: str) -> None:
    with pytest.raises(DownloadFailed, match="web address"):
        fetch_file(url, SHA256, tmp_path / "m.onnx")


def test_a_folder_that_takes_no_file_is_a_typed_error(server: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(FolderNotWritable):
        fetch_file(f"{server}/m", SHA256, tmp_path / "file" / "m.onnx")
