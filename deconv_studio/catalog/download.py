"""Fetching one file whose content is known beforehand."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from deconv_studio.catalog.atomic import not_writable
from deconv_studio.catalog.card import file_sha256
from deconv_studio.catalog.errors import DownloadFailed, HashMismatch

_CHUNK = 1 << 16


class SupportsControl(Protocol):
    """What a long call is given: the engine's Control is one."""

    def progress(self, done: float, text: str) -> None:
        """Tell how far the work is, from 0 to 1."""

    def raise_if_cancelled(self) -> None:
        """Raise, whatever it likes, if the work is not wanted any more."""


class _Bar:
    """What pooch takes for a progress bar; told of each chunk, it is also where a download is stopped."""

    def __init__(self, name: str, control: SupportsControl | None, limit: int | None) -> None:
        self.total = 0
        self._name = name
        self._control = control
        self._limit = limit
        self._done = 0

    def update(self, count: int) -> None:
        self._done += count
        size = max(self.total, self._done - _CHUNK)
        if self._limit is not None and size > self._limit:
            raise DownloadFailed(
                f"{self._name} is larger than the {self._limit / 2**20:,.0f} MiB it may have.",
                "Check the address.",
            )
        if self._control is not None:
            self._control.raise_if_cancelled()
            done = min(1.0, self._done / self.total) if self.total else 0.0
            self._control.progress(done, f"Downloading {self._name}")

    def reset(self) -> None:
        self._done = 0

    def close(self) -> None:
        """Nothing is held open."""


def fetch_file(
    url: str,
    sha256: str,
    target: Path,
    *,
    control: SupportsControl | None = None,
    max_bytes: int | None = None,
    timeout: float = 15.0,
) -> Path:
    """Fetch a file into `target`: whole and verified, or not at all.

    Parameters
    ----------
    url : str
        http or https.
    sha256 : str
        Hexadecimal digits; a `target` that has this content already is kept and nothing is fetched.
    target : Path
    control : optional
        Told of the progress; may stop the download by raising, which leaves nothing behind.
    max_bytes : int, optional
        Largest size taken.
    timeout : float
        Seconds without an answer after which the download fails.

    Returns
    -------
    Path
        `target`.

    Raises
    ------
    DownloadFailed
    HashMismatch
        If what came is something else; it is deleted.
    FolderNotWritable
    """
    import requests
    from pooch import HTTPDownloader

    target = Path(target)
    sha256 = sha256.lower()
    if urlsplit(url).scheme not in ("http", "https"):
        raise DownloadFailed(f"{url} is no web address.", "Give an address that begins with https://.")
    if target.is_file() and file_sha256(target) == sha256:
        return target
    part = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if control is not None:
            control.raise_if_cancelled()
        fetch = HTTPDownloader(
            progressbar=_Bar(target.name, control, max_bytes), chunk_size=_CHUNK, timeout=timeout
        )
        fetch(url, str(part), None)
        found = file_sha256(part)
        if found != sha256:
            raise HashMismatch(target, sha256, found, "Nothing was kept; try again later or another address.")
        part.replace(target)
    except requests.HTTPError as error:
        status = error.response.status_code if error.response is not None else "an error"
        raise DownloadFailed(
            f"{url} could not be fetched: the server answered {status}.", "Check the address."
        ) from error
    except requests.RequestException as error:
        raise DownloadFailed(
            f"{url} could not be fetched: {type(error).__name__}.", "Check the connection and try again."
        ) from error
    except OSError as error:
        raise not_writable(target.parent, error) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return target
