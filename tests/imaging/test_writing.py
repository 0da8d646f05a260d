"""Writing is all or nothing, repeats byte for byte, and takes little memory."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import textwrap

import numpy as np
import pytest

from deconv_studio import imaging
from deconv_studio.imaging import png, writer

from . import make

pytestmark = pytest.mark.light

SUFFIXES = [".png", ".jpg", ".webp", ".tif", ".bmp", ".avif"]


def picture(channels: int = 3, dtype: str = "uint8") -> imaging.Picture:
    return imaging.Picture(make.pixels(20, 30, channels, dtype))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_one_file_and_nothing_else_appears(tmp_path, suffix):
    path = tmp_path / f"ü 日本 50% it's{suffix}"
    assert imaging.write(picture(), path) == path
    assert [item.name for item in tmp_path.iterdir()] == [path.name]
    first = path.read_bytes()
    assert imaging.write(picture(), path, overwrite=True).read_bytes() == first
    assert imaging.read(path).source == path
    assert imaging.write(picture(), str(tmp_path / f"again{suffix.upper()}")).exists()


def test_the_format_can_be_given(tmp_path):
    path = imaging.write(picture(), tmp_path / "no suffix at all", format="png")
    assert imaging.sniff(path) == "PNG"
    with pytest.raises(imaging.CannotHold, match="suffix"):
        imaging.write(picture(), tmp_path / "photo.xyz")
    with pytest.raises(imaging.CannotHold):
        imaging.write(picture(), tmp_path / "photo.png", format="XCF")
    with pytest.raises(ValueError, match="quality"):
        imaging.write(picture(), tmp_path / "photo.jpg", quality=101)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_writing_can_be_ended_between_two_pieces(tmp_path, suffix):
    class EndedError(Exception):
        pass

    asked = []

    def check():
        asked.append(None)
        if len(asked) > allowed[0]:
            raise EndedError

    allowed = [10**9]
    checked = imaging.write(picture(), tmp_path / f"checked{suffix}", check=check)
    plain = imaging.write(picture(), tmp_path / f"plain{suffix}")
    assert checked.read_bytes() == plain.read_bytes()
    pieces = len(asked)
    assert pieces >= 3
    for count in range(pieces):
        allowed[0] = count
        asked.clear()
        with pytest.raises(EndedError):
            imaging.write(picture(), tmp_path / f"ended{suffix}", check=check)
    assert sorted(item.name for item in tmp_path.iterdir()) == sorted([checked.name, plain.name])


def test_an_existing_file_is_kept_unless_told(tmp_path):
    path = tmp_path / "photo.png"
    path.write_bytes(b"precious")
    with pytest.raises(imaging.OutputExists):
        imaging.write(picture(), path)
    assert path.read_bytes() == b"precious"
    imaging.write(picture(), path, overwrite=True)
    assert imaging.read(path).width == 30


def test_a_file_that_appears_meanwhile_is_kept(tmp_path, monkeypatch):
    path = tmp_path / "photo.png"
    honest = png.write_stream

    def slow(*args, **options):
        honest(*args, **options)
        path.write_bytes(b"precious")

    monkeypatch.setattr(writer.png, "write_stream", slow)
    with pytest.raises(imaging.OutputExists):
        imaging.write(picture(), path)
    assert path.read_bytes() == b"precious"
    assert [item.name for item in tmp_path.iterdir()] == ["photo.png"]


def test_a_system_without_hard_links_can_write(tmp_path, monkeypatch):
    def none(*_args: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(writer.os, "link", none)
    assert imaging.read(imaging.write(picture(), tmp_path / "photo.png")).width == 30
    assert [item.name for item in tmp_path.iterdir()] == ["photo.png"]


@pytest.mark.parametrize("suffix", [".png", ".tif", ".jpg"])
@pytest.mark.parametrize(
    ("raised", "seen"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), imaging.WriteFailed),
        (OSError(errno.EIO, "Input/output error"), imaging.WriteFailed),
        (PermissionError(errno.EACCES, "Permission denied"), imaging.NotPermitted),
        (KeyboardInterrupt(), KeyboardInterrupt),
        (MemoryError(), MemoryError),
    ],
)
def test_nothing_half_written_is_left(tmp_path, monkeypatch, suffix, raised, seen):
    path = tmp_path / f"photo{suffix}"
    path.write_bytes(b"the old one")

    def broken(_handle: int) -> None:
        raise raised

    monkeypatch.setattr(writer.os, "fsync", broken)
    with pytest.raises(seen) as caught:
        imaging.write(picture(), path, overwrite=True)
    assert path.read_bytes() == b"the old one"
    assert [item.name for item in tmp_path.iterdir()] == [path.name]
    if seen is imaging.WriteFailed:
        assert str(path) in caught.value.message and "space" in caught.value.hint


@pytest.mark.parametrize("suffix", [".png", ".tif", ".jpg", ".webp"])
def test_a_full_disk_in_the_middle(tmp_path, suffix):
    # A limit on the size of files makes the system itself refuse the write half-way.
    code = f"""
        import resource, signal, sys
        import numpy as np
        from deconv_studio import imaging
        noise = np.random.default_rng(0).integers(0, 256, (400, 400, 3), dtype=np.uint8)
        imaging.encode(imaging.Picture(noise[:8, :8]), imaging.format_for_suffix("{suffix}"))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
        try:
            imaging.write(imaging.Picture(noise), sys.argv[1], overwrite=True)
        except imaging.WriteFailed as error:
            print(error.kind)
    """
    path = tmp_path / f"photo{suffix}"
    path.write_bytes(b"the old one")
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code), path], capture_output=True, text=True)
    assert (done.stdout.strip(), done.returncode) == ("WriteFailed", 0), done.stderr
    assert path.read_bytes() == b"the old one"
    assert [item.name for item in tmp_path.iterdir()] == [path.name]


def test_folders_that_cannot_take_a_file(tmp_path, monkeypatch):
    with pytest.raises(imaging.FileMissing, match="folder"):
        imaging.write(picture(), tmp_path / "nowhere" / "photo.png")
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(imaging.ImagingError):
        imaging.write(picture(), tmp_path / "file" / "photo.png")
    locked = tmp_path / "locked"
    locked.mkdir()
    locked.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        if not os.access(locked, os.W_OK):
            with pytest.raises(imaging.NotPermitted):
                imaging.write(picture(), locked / "photo.png")
    finally:
        locked.chmod(stat.S_IRWXU)
    long = tmp_path / ("x" * 300 + ".png")
    with pytest.raises(imaging.ImagingError):
        imaging.write(picture(), long)


def test_a_name_as_long_as_the_system_takes(tmp_path):
    # `.NAME.part` is longer than NAME; the output's own name decides what is possible.
    path = tmp_path / ("日" * 83 + ".png")
    assert len(path.name.encode()) == 253
    assert imaging.read(imaging.write(picture(), path)).width == 30
    assert [item.name for item in tmp_path.iterdir()] == [path.name]


def test_refusals_come_before_any_file_is_touched(tmp_path):
    with pytest.raises(imaging.CannotHold):
        imaging.write(picture(4), tmp_path / "photo.jpg")
    with pytest.raises(imaging.CannotHold):
        imaging.write(picture(3, "float32"), tmp_path / "photo.png")
    assert list(tmp_path.iterdir()) == []


def test_new_files_follow_the_umask(tmp_path):
    before = os.umask(0o027)
    try:
        path = imaging.write(picture(), tmp_path / "photo.png")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


class WatchedArray(np.ndarray):
    """Counts the bytes of the largest part of it that was made contiguous or sliced."""

    largest = 0

    def __getitem__(self, key):
        part = super().__getitem__(key)
        if isinstance(part, np.ndarray) and part.size < self.size:
            WatchedArray.largest = max(WatchedArray.largest, part.nbytes)
        return part


def test_png_takes_a_few_rows_of_a_memory_map_at_a_time(tmp_path):
    array = np.memmap(tmp_path / "raw", np.uint8, "w+", shape=(6000, 1000, 3))
    array[:] = 7
    watched = array.view(WatchedArray)
    WatchedArray.largest = 0
    pieces: list[int] = []
    png.write_stream(lambda piece: pieces.append(len(piece)), watched)
    assert 0 < WatchedArray.largest <= png._STRIP_BYTES + 2 * 3001
    assert max(pieces) <= (1 << 20) + 12


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_writing_a_memory_map_takes_little_memory_of_ones_own(tmp_path, suffix):
    if not sys.platform.startswith("linux"):
        return
    code = """
        import sys, threading, time
        import numpy as np
        from deconv_studio import imaging
        def own():
            lines = open("/proc/self/status")
            return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))
        array = np.memmap(sys.argv[1], np.uint8, "w+", shape=(8000, 5000, 3))
        for top in range(0, 8000, 500):
            array[top : top + 500] = np.arange(500 * 5000 * 3, dtype=np.uint32).reshape(500, 5000, 3) >> 7
        imaging.encode(imaging.Picture(array[:64, :64]), imaging.format_for_suffix(sys.argv[2][-4:]))
        before, most, done = own(), 0, threading.Event()
        def watch():
            global most
            while not done.wait(0.005):
                most = max(most, own())
        watcher = threading.Thread(target=watch)
        watcher.start()
        imaging.write(imaging.Picture(array), sys.argv[2])
        done.set()
        watcher.join()
        print((most - before) // 1024)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), tmp_path / "raw", tmp_path / f"out{suffix}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    # The picture is 114 MiB; its strips in flight are a few.
    assert int(done.stdout) < 90


def test_reading_a_png_takes_little_more_than_its_pixels(tmp_path):
    if not sys.platform.startswith("linux"):
        return
    array = np.tile(make.pixels(500, 1000, 3), (10, 5, 1))
    path = imaging.write(imaging.Picture(array), tmp_path / "photo.png")
    code = """
        import resource, sys
        from deconv_studio import imaging
        from deconv_studio.imaging import png, source
        source.MAP_FROM = 1
        imaging.read(imaging.encode(imaging.Picture(__import__("numpy").zeros((9, 9, 3), "uint8")), "PNG"))
        def peak():
            lines = open("/proc/self/status")
            return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
        before = peak()
        imaging.read(sys.argv[1])
        print((peak() - before) // 1024)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), path], capture_output=True, text=True, check=True
    )
    pixels, file = array.nbytes >> 20, path.stat().st_size >> 20
    assert int(done.stdout) < pixels + file + 40


def test_overwriting_keeps_the_permissions(tmp_path):
    path = tmp_path / "photo.png"
    path.write_bytes(b"old")
    path.chmod(0o604)
    imaging.write(picture(), path, overwrite=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o604


def test_a_link_where_the_part_goes_is_not_followed(tmp_path):
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    path = tmp_path / "photo.png"
    imaging.part_path(path).symlink_to(victim)
    imaging.write(picture(), path)
    assert victim.read_bytes() == b"precious"
    assert sorted(item.name for item in tmp_path.iterdir()) == ["photo.png", "victim"]
    imaging.part_path(path).mkdir()
    with pytest.raises(imaging.ImagingError):
        imaging.write(picture(), path, overwrite=True)
    assert imaging.read(path).width == 30


def test_a_part_left_by_a_crash_is_replaced(tmp_path):
    path = tmp_path / "photo.png"
    imaging.part_path(path).write_bytes(b"half")
    imaging.write(picture(), path)
    assert [item.name for item in tmp_path.iterdir()] == ["photo.png"]
