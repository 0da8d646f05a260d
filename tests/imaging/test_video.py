"""MP4: written by whichever encoder is there, and refused with the command to get one where none is."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from deconv_studio import imaging
from deconv_studio.imaging import video
from deconv_studio.imaging.animation import write_animation

pytestmark = pytest.mark.light

FRAMES = [np.full((5, 7, 1), level, np.uint8) for level in (0, 90, 255)]


def only(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Let only these encoders be found."""
    real = importlib.util.find_spec

    def find(name: str) -> Any:
        if name in ("av", "imageio_ffmpeg"):
            return SimpleNamespace() if name in names else None
        return real(name)

    monkeypatch.setattr(importlib.util, "find_spec", find)


def test_without_an_encoder_the_command_to_get_one_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch)
    with pytest.raises(imaging.EncoderMissing, match=r"pip install av") as caught:
        write_animation(FRAMES, tmp_path / "walk.mp4")
    assert caught.value.kind == "EncoderMissing"
    assert not list(tmp_path.iterdir())


class FakeFfmpeg:
    """Stands for imageio_ffmpeg: keeps what it is sent, and writes it where it is told."""

    def __init__(self, fails: bool = False) -> None:
        self.sent: list[np.ndarray] = []
        self.given: dict[str, Any] = {}
        self.fails = fails

    def write_frames(self, path: str, size: tuple[int, int], **given: Any) -> Any:
        self.given = {"size": size, **given}
        yield
        try:
            while True:
                frame = yield
                if self.fails:
                    raise OSError("pipe broken")
                self.sent.append(frame)
        finally:
            Path(path).write_bytes(b"video")


def test_frames_reach_the_encoder_large_and_even(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, "imageio_ffmpeg")
    fake = FakeFfmpeg()
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", fake)  # type: ignore[arg-type]
    path = write_animation(FRAMES, tmp_path / "walk.mp4", milliseconds=40)
    assert path.read_bytes() == b"video"
    assert fake.given["fps"] == 25
    assert fake.given["size"] == (364, 260)  # 7 x 5, 52 times
    assert [int(frame[0, 0, 0]) for frame in fake.sent[-2:]] == [90, 255]
    assert fake.sent[-1].shape == (260, 364, 3)
    with pytest.raises(imaging.OutputExists):
        write_animation(FRAMES, path)
    fake.fails = True
    with pytest.raises(imaging.WriteFailed, match="pipe broken"):
        write_animation(FRAMES, tmp_path / "other.mp4")
    assert [file.name for file in tmp_path.iterdir()] == ["walk.mp4"]


@pytest.mark.parametrize("shape", [(300, 301, 3), (31, 64, 1)])
def test_frames_get_even_sides_and_three_channels(shape: tuple[int, int, int]) -> None:
    made = video._prepared(np.arange(np.prod(shape), dtype=np.uint64).astype(np.uint8).reshape(shape))
    assert made.shape[0] % 2 == made.shape[1] % 2 == 0
    assert min(made.shape[:2]) >= video.LEAST_SIDE and made.shape[2] == 3


if video.encoder() == "av":

    def test_a_real_video_is_opened_again(tmp_path: Path) -> None:
        av = importlib.import_module("av")
        path = write_animation(FRAMES, tmp_path / "walk.mp4", milliseconds=50)
        with av.open(str(path)) as opened:
            found = [frame.to_ndarray(format="gray") for frame in opened.decode(video=0)]
            assert float(opened.streams.video[0].average_rate) == 20
        assert [round(float(frame.mean()) / 255, 1) for frame in found] == [0.0, 0.4, 1.0]
