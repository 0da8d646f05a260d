"""Small files are written whole, with the permissions a person expects."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from deconv_studio.catalog.atomic import write_atomic
from deconv_studio.catalog.errors import FolderNotWritable

pytestmark = pytest.mark.light


@pytest.mark.skipif(os.name == "nt", reason="Windows has no umask")
@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_new_file_follows_the_umask_and_a_replaced_one_keeps_its_mode(
    tmp_path: Path, umask: int, mode: int
) -> None:
    path = tmp_path / "made" / "card.toml"
    before = os.umask(umask)
    try:
        write_atomic(path, b"one")
        assert stat.S_IMODE(path.stat().st_mode) == mode
        path.chmod(0o640)
        write_atomic(path, b"two")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert path.read_bytes() == b"two"
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_that_is_a_file_is_an_error_of_the_room(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FolderNotWritable, match="file cannot be written"):
        write_atomic(tmp_path / "file" / "card.toml", b"one")
