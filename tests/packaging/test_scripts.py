"""The scripts the manual names do what it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "bench" / "split_classes.py"


def split(*words: object) -> subprocess.CompletedProcess[str]:
    call = [sys.executable, str(SCRIPT), *map(str, words)]
    return subprocess.run(call, capture_output=True, text=True, check=False, timeout=60)


def test_every_so_many_th_picture_of_each_class_is_held_back(tmp_path: Path) -> None:
    for name, count in (("cats", 7), ("dogs", 3)):
        (tmp_path / "all" / name).mkdir(parents=True)
        for number in range(count):
            (tmp_path / "all" / name / f"{number}.png").write_bytes(f"{name}{number}".encode())
    done = split(tmp_path / "all", tmp_path / "out", "--every", 3)
    assert done.returncode == 0, done.stderr
    held = {str(path.relative_to(tmp_path / "out" / "val")) for path in tmp_path.glob("out/val/*/*")}
    assert held == {str(Path("cats", "2.png")), str(Path("cats", "5.png")), str(Path("dogs", "2.png"))}
    assert len(list(tmp_path.glob("out/train/*/*"))) == 7
    assert (tmp_path / "out" / "val" / "dogs" / "2.png").read_bytes() == b"dogs2"
    assert len(list(tmp_path.glob("all/*/*"))) == 10, "the given folder stays as it is"
    again = split(tmp_path / "all", tmp_path / "out")
    assert again.returncode != 0
    assert "is there already" in again.stderr


def test_a_folder_without_classes_is_refused(tmp_path: Path) -> None:
    (tmp_path / "all").mkdir()
    done = split(tmp_path / "all", tmp_path / "out")
    assert done.returncode != 0
    assert "has no class folders" in done.stderr
    assert not (tmp_path / "out").exists()
