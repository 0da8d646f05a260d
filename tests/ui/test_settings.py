"""Settings survive nonsense, old and new versions, read-only folders, and come back as they were."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from deconv_studio.ui.settings import RECENT, SCHEMA_VERSION, Settings, default_path

quick = hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.json"


def write(file: Path, text: str | bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())


def test_without_a_file_the_defaults_hold_and_nothing_is_reported(file):
    loaded = Settings.load(file)
    assert loaded.model_dump() == Settings().model_dump()
    assert loaded.problems == ()
    assert not file.exists()


def test_home_variable_says_where(monkeypatch, tmp_path):
    monkeypatch.setenv("DECONV_STUDIO_HOME", str(tmp_path / "my home"))
    assert default_path() == tmp_path / "my home" / "settings.json"
    settings = Settings.load()
    settings.theme = "light"
    assert settings.save()
    assert Settings.load().theme == "light"
    monkeypatch.delenv("DECONV_STUDIO_HOME")
    assert default_path().name == "settings.json"
    assert tmp_path not in default_path().parents


def test_what_is_saved_is_loaded(file):
    settings = Settings.load(file)
    settings.set(
        theme="dark", threads=3, memory=2048, window_geometry="01ff", save_metadata="strip", first_run=False
    )
    settings.add_recent_file(file.parent / "ü 50%.png")
    settings.add_recent_model("upscale-x2")
    settings.options = {"upscale": {"scale": 4, "blend": 0.25, "alpha": "bicubic"}}
    assert settings.save()
    again = Settings.load(file)
    assert again.model_dump() == settings.model_dump()
    assert again.problems == ()
    assert [p.name for p in file.parent.iterdir()] == ["settings.json"]


def test_one_bad_value_costs_only_itself_and_the_file_is_kept(file):
    text = json.dumps(
        {"schema_version": 2, "theme": "purple", "threads": -1, "save_quality": 80, "unknown": 1}
    )
    write(file, text)
    loaded = Settings.load(file)
    assert (loaded.theme, loaded.threads, loaded.save_quality) == ("system", None, 80)
    assert len(loaded.problems) == 2
    assert Settings.model_config["strict"]  # else true would be 1 thread
    assert any("theme" in p and "purple" in p for p in loaded.problems)
    assert (file.parent / "settings.json.bad").read_text() == text
    assert loaded.save()
    assert Settings.load(file).problems == ()


def test_bad_entries_of_a_list_fall_one_by_one(file):
    write(file, json.dumps({"recent_files": ["a.png", 3, None, "b.png"], "recent_models": ["m"] * 100}))
    loaded = Settings.load(file)
    assert loaded.recent_files == ["a.png", "b.png"]
    assert len(loaded.recent_models) == RECENT
    assert len(loaded.problems) == 2


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 64,
        b"not json",
        b"[1, 2]",
        b"null",
        b'{"theme": "light"',
        b"\xff\xfe{}",
        b"[" * 20_000,
        b'{"max_pixels": 1e999}',
        b'{"max_pixels": NaN}',
        b'{"options": {"upscale": 3}}',
        b'{"window_geometry": "zz"}',
        b'{"schema_version": "two", "theme": "light"}',
        b'{"schema_version": true}',
        b'{"schema_version": -5}',
        b'{"threads": true, "side_visible": "perhaps"}',
    ],
)
def test_nonsense_is_reported_and_backed_up(file, content):
    write(file, content)
    loaded = Settings.load(file)
    assert loaded.problems
    assert (file.parent / "settings.json.bad").read_bytes() == content
    assert loaded.save()
    assert Settings.load(file).model_dump() == loaded.model_dump()


def test_a_file_far_too_large_is_not_read(file):
    write(file, b" " * (5 * 1024 * 1024))
    assert "too large" in Settings.load(file).problems[0]


def test_version_1_is_migrated(file):
    write(file, json.dumps({"schema_version": 1, "threads": 0, "memory": 0, "theme": "light"}))
    loaded = Settings.load(file)
    assert (loaded.threads, loaded.memory, loaded.theme) == (None, None, "light")
    assert loaded.problems == ()
    assert loaded.save()
    assert json.loads(file.read_text())["schema_version"] == SCHEMA_VERSION


def test_a_newer_version_keeps_what_both_know_and_says_so(file):
    write(file, json.dumps({"schema_version": 99, "theme": "dark", "hologram": True}))
    loaded = Settings.load(file)
    assert loaded.theme == "dark"
    assert "newer" in loaded.problems[0]
    assert "hologram" in (file.parent / "settings.json.bad").read_text()


def test_set_refuses_by_name_and_keeps_the_rest():
    settings = Settings()
    refused = settings.set(theme="green", save_quality=10, nothing=1)
    assert settings.theme == "system"
    assert settings.save_quality == 10
    assert len(refused) == 2
    with pytest.raises(ValueError, match="theme"):
        settings.theme = "green"  # type: ignore[assignment]


def test_recent_files_are_first_come_last_out():
    settings = Settings()
    for number in range(RECENT + 5):
        settings.add_recent_file(f"{number}.png")
    settings.add_recent_file("10.png")
    assert settings.recent_files[0] == "10.png"
    assert len(settings.recent_files) == len(set(settings.recent_files)) == RECENT
    settings.add_recent_file("x" * 5000)
    assert settings.recent_files[0] == "10.png"


def test_a_folder_that_cannot_be_made_or_read_does_not_stop_the_program(tmp_path):
    (tmp_path / "file").write_text("in the way")
    settings = Settings.load(tmp_path / "file" / "settings.json")
    assert settings.theme == "system"
    assert settings.save() is False
    # A folder where the file should be.
    (tmp_path / "settings.json").mkdir()
    settings = Settings.load(tmp_path / "settings.json")
    assert settings.problems
    assert settings.save() is False


def test_a_read_only_folder_does_not_stop_the_program(file, monkeypatch):
    write(file, '{"theme": 7}')

    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    # Modes do not hold back root, under whom tests may run.
    monkeypatch.setattr(Path, "open", refuse)
    settings = Settings.load(file)
    assert settings.problems
    assert settings.save() is False
    assert [p.name for p in file.parent.iterdir()] == ["settings.json"]


def test_a_failed_save_leaves_the_old_file(file, monkeypatch):
    settings = Settings.load(file)
    assert settings.save()
    before = file.read_bytes()

    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    settings.theme = "dark"
    assert settings.save() is False
    assert file.read_bytes() == before
    assert [p.name for p in file.parent.iterdir()] == ["settings.json"]


def test_saving_from_two_threads_leaves_one_whole_file(file):
    settings = Settings.load(file)

    def work(number: int) -> None:
        for step in range(5):
            settings.save_quality = number * 10 + step + 1
            settings.save()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Settings.load(file).problems == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@quick
@given(st.dictionaries(st.sampled_from([*Settings.model_fields, "other"]), JSON, max_size=6))
def test_any_json_loads_to_valid_settings_that_come_back(tmp_path, data):
    file = tmp_path / "settings.json"
    file.write_text(json.dumps(data))
    loaded = Settings.load(file)
    Settings.model_validate(loaded.model_dump())
    assert loaded.save()
    assert Settings.load(file).model_dump() == loaded.model_dump()


@quick
@given(st.binary(max_size=200))
def test_any_bytes_load(tmp_path, data):
    file = tmp_path / "settings.json"
    file.write_bytes(data)
    assert isinstance(Settings.load(file), Settings)
