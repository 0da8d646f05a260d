"""The main window: opening by every way, moving through folders and pages, saving, dialogs, closing."""

from __future__ import annotations

import struct
import threading
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QScrollBar,
    QWidget,
)

from deconv_studio import batch, imaging
from deconv_studio.ui.sheets import Palette
from deconv_studio.ui.window import MainWindow
from tests.enlargers import nearest
from tests.ui.rig import (
    WAIT,
    dialogs,
    enlarge,
    heavy_calls,
    home,
    idle,
    make_window,
    open_picture,
    picture,
    the_dialog,
    window,
)

__all__ = ["heavy_calls", "home", "make_window", "window"]


def drop(window: MainWindow, data: QMimeData) -> None:
    """Drop on the middle of the window."""
    place = QPoint(window.width() // 2, window.height() // 2)
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(place, Qt.DropAction.CopyAction, data, buttons, keys)
    window.dragEnterEvent(enter)
    assert enter.isAccepted()
    window.dropEvent(QDropEvent(QPointF(place), Qt.DropAction.CopyAction, data, buttons, keys))


def files(*paths: Path) -> QMimeData:
    """Paths as a file manager hands them over."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


# -- opening -------------------------------------------------------------------------------------------------


def test_the_command_lines_picture_is_opened(make_window: Callable[..., MainWindow], tmp_path: Path) -> None:
    window = make_window([picture(tmp_path / "a.png", 30, 20)])
    assert window.top.name.text() == "a.png"
    assert window.top.info.text() == "30 × 20, 8-bit RGB, sRGB"
    assert window.middle.currentWidget() is window.canvas
    assert window.windowTitle() == "a.png - Deconv Studio"


@pytest.mark.parametrize("name", ["ü 日本 50%.png", "a & b.png", "x" * 120 + ".png", "no-suffix"])
def test_names_of_all_kinds(qtbot: Any, window: MainWindow, tmp_path: Path, name: str) -> None:
    path = picture(tmp_path / "plain.png").rename(tmp_path / name)
    open_picture(qtbot, window, path)
    assert window.top.name.text() == name
    assert window.studio.settings.recent_files[0] == str(path)


def test_a_dropped_picture_opens(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png")
    with qtbot.waitSignal(window.studio.document.opened, timeout=WAIT):
        drop(window, files(path))
    assert window.studio.document.path == path
    idle(qtbot, window)


def test_several_dropped_pictures_are_gone_through(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    paths = [picture(tmp_path / folder / "p.png") for folder in ("one", "two", "three")]
    with qtbot.waitSignal(window.studio.document.opened, timeout=WAIT):
        drop(window, files(*paths))
    idle(qtbot, window)
    assert window.studio.document.neighbours == paths
    window.do_next()
    qtbot.waitUntil(lambda: window.studio.document.path == paths[1], timeout=WAIT)
    idle(qtbot, window)


def test_a_dropped_folder_opens_its_first_picture(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    for name in ("p10.png", "p2.png", "notes.txt"):
        (picture if name.endswith("png") else Path.touch)(tmp_path / "f" / name)
    with qtbot.waitSignal(window.studio.document.opened, timeout=WAIT):
        drop(window, files(tmp_path / "f"))
    idle(qtbot, window)
    assert [path.name for path in window.studio.document.neighbours] == ["p2.png", "p10.png"]
    assert window.studio.document.name == "p2.png"


def test_an_empty_folder_says_so(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    drop(window, files(tmp_path / "empty"))
    qtbot.waitUntil(window.message.isVisible, timeout=WAIT)
    assert "no pictures in empty" in window.message.text()
    idle(qtbot, window)


def test_a_dropped_model_is_looked_at_and_added(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    path = nearest(3, channels=3).save(tmp_path / "mine", "three.onnx")
    drop(window, files(path))
    dialog = the_dialog(qtbot, window, "model_dialog")
    qtbot.waitUntil(dialog.add.isEnabled, timeout=60_000)
    assert "3 times as large" in dialog.found.text()
    dialog.licence.setText("CC0-1.0")
    dialog.add.click()
    qtbot.waitUntil(lambda: window.studio.models.get("three") is not None, timeout=WAIT)
    idle(qtbot, window)
    card = window.studio.models.get("three").card  # type: ignore[union-attr]
    assert (card.output.scale, card.weights.licence) == (3, "CC0-1.0")


def test_a_dropped_file_that_is_no_model_is_told(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    bad = tmp_path / "bad.onnx"
    bad.write_bytes(b"no network at all")
    drop(window, files(bad))
    dialog = the_dialog(qtbot, window, "model_dialog")
    qtbot.waitUntil(lambda: "bad.onnx" in dialog.found.text(), timeout=60_000)
    assert not dialog.add.isEnabled()
    dialog.reject()
    idle(qtbot, window)


def test_a_dropped_image_opens(qtbot: Any, window: MainWindow) -> None:
    image = QImage(7, 5, QImage.Format.Format_RGB32)
    image.fill(QColor(10, 200, 30))
    data = QMimeData()
    data.setImageData(image)
    with qtbot.waitSignal(window.studio.document.opened, timeout=WAIT):
        drop(window, data)
    opened = window.studio.document.picture
    assert opened is not None and opened.pixels.shape == (5, 7, 3)
    assert tuple(opened.pixels[2, 3]) == (10, 200, 30)
    idle(qtbot, window)


def test_a_results_parameters_come_back(
    qtbot: Any, make_window: Callable[..., MainWindow], tmp_path: Path
) -> None:
    first = make_window([picture(tmp_path / "a.png")])
    side: Any = first.panel("enlarge")
    side.scale.set_value(4)
    side.blend.setValue(45)
    enlarge(qtbot, first)
    kept = first.studio.history.current
    assert kept is not None
    first.save_to(tmp_path / "result.png", kept, kept.picture, "PNG", 90, "keep", overwrite=False)
    idle(qtbot, first)
    side.scale.set_value(2)
    side.blend.setValue(0)
    with qtbot.waitSignal(first.studio.document.opened, timeout=WAIT):
        drop(first, files(tmp_path / "result.png"))
    idle(qtbot, first)
    assert side.values()["scale"] == 4 and side.values()["blend"] == 0.45
    assert side.model_id() == "upscale-x4"
    assert "upscale-x4" in first.message.text() and first.message.kind == "info"


def test_copy_and_paste_stay_in_memory(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    open_picture(qtbot, window, picture(tmp_path / "a.png", 11, 6, channels=4))
    original = window.studio.document.picture
    window.do_copy()
    idle(qtbot, window)
    window.do_close()
    assert window.middle.currentWidget() is window.start_page
    with qtbot.waitSignal(window.studio.document.opened, timeout=WAIT):
        window.do_paste()
    pasted = window.studio.document.picture
    assert original is not None and pasted is not None
    assert pasted.pixels.shape == original.pixels.shape
    solid = original.pixels[..., 3] > 200
    difference = np.abs(pasted.pixels.astype(int) - original.pixels.astype(int))[solid]
    assert difference.max() <= 2
    assert window.studio.document.path is None
    idle(qtbot, window)
    enlarge(qtbot, window)


def test_paste_with_an_empty_clipboard_says_so(qtbot: Any, window: MainWindow) -> None:
    QGuiApplication.clipboard().clear()
    window.do_paste()
    assert "no picture on the clipboard" in window.message.text()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"hello, I am text" * 20, "picture"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, ""),
        (b"\0" * 128 + b"DICM" + b"\0" * 64, "DICOM"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 64, "HEIC"),
    ],
)
def test_broken_and_foreign_files_are_told_in_a_sentence(
    qtbot: Any, window: MainWindow, tmp_path: Path, content: bytes, words: str
) -> None:
    good, bad = picture(tmp_path / "good.png"), tmp_path / "bad.png"
    bad.write_bytes(content)
    open_picture(qtbot, window, good)
    window.open_paths([bad])
    qtbot.waitUntil(window.message.isVisible, timeout=WAIT)
    assert window.message.kind == "error"
    assert "bad.png" in window.message.text() and words in window.message.text()
    assert window.studio.document.path == good, "the open picture stays"
    idle(qtbot, window)
    window.open_paths([good])
    qtbot.waitUntil(lambda: not window.message.isVisible(), timeout=WAIT)
    idle(qtbot, window)


def test_a_missing_file_is_told(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    window.open_paths([tmp_path / "gone.png"])
    qtbot.waitUntil(window.message.isVisible, timeout=WAIT)
    assert "gone.png" in window.message.text()
    idle(qtbot, window)


def test_too_many_pixels_can_be_opened_anyway(
    qtbot: Any, make_window: Callable[..., MainWindow], tmp_path: Path
) -> None:
    window = make_window(max_pixels=100)
    window.open_paths([picture(tmp_path / "big.png", 20, 12)])
    qtbot.waitUntil(window.message.isVisible, timeout=WAIT)
    assert window.studio.document.picture is None
    (button,) = window.message.buttons()
    assert button.text() == "Open anyway"
    with qtbot.waitSignal(window.studio.document.opened, timeout=WAIT):
        button.click()
    idle(qtbot, window)
    assert not window.message.isVisible()


def test_a_header_that_claims_a_huge_picture_is_not_decoded(
    qtbot: Any, window: MainWindow, tmp_path: Path
) -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    bomb = tmp_path / "bomb.png"
    header = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    bomb.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"x") + chunk(b"IEND", b"")
    )
    window.open_paths([bomb])
    qtbot.waitUntil(window.message.isVisible, timeout=WAIT)
    assert [button.text() for button in window.message.buttons()] == ["Open anyway"]
    idle(qtbot, window)


def test_the_newest_request_to_open_wins(
    qtbot: Any, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, quick = picture(tmp_path / "slow.png"), picture(tmp_path / "quick.png")
    release = threading.Event()
    real = imaging.read

    def read(source: Any, **kwargs: Any) -> Any:
        if Path(source).name == "slow.png":
            release.wait(10)
        return real(source, **kwargs)

    monkeypatch.setattr(imaging, "read", read)
    window.studio.document.open(slow)
    window.studio.document.open(quick)
    qtbot.waitUntil(lambda: window.studio.document.path == quick, timeout=WAIT)
    release.set()
    idle(qtbot, window)
    assert window.studio.document.path == quick


# -- folder, pages, view -------------------------------------------------------------------------------------


def test_keys_go_through_the_folder(
    qtbot: Any, make_window: Callable[..., MainWindow], tmp_path: Path
) -> None:
    for name in "abc":
        picture(tmp_path / f"{name}.png")
    window = make_window([tmp_path / "b.png"])
    window.canvas.setFocus()
    for key, name in (
        (Qt.Key.Key_Right, "c.png"), (Qt.Key.Key_Left, "b.png"),
        (Qt.Key.Key_PageUp, "a.png"), (Qt.Key.Key_PageDown, "b.png"),
    ):  # fmt: skip
        qtbot.keyClick(window.canvas, key)
        qtbot.waitUntil(lambda name=name: window.studio.document.name == name, timeout=WAIT)
        idle(qtbot, window)
    assert window.strip.isVisible()
    assert window.strip._model.rowCount() == 3


def test_arrow_keys_belong_to_the_slider_that_has_the_focus(
    qtbot: Any, make_window: Callable[..., MainWindow], tmp_path: Path
) -> None:
    for name in "ab":
        picture(tmp_path / f"{name}.png")
    window = make_window([tmp_path / "a.png"])
    slider = window.panel("enlarge").blend  # type: ignore[attr-defined]
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert slider.value() == 1
    assert window.studio.document.name == "a.png"
    idle(qtbot, window)


def test_the_page_chooser_of_a_tiff(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    import tifffile

    path = tmp_path / "pages.tif"
    with tifffile.TiffWriter(path) as writer:
        for value in (10, 20, 30):
            writer.write(np.full((6, 8, 3), value, np.uint8), photometric="rgb")
    open_picture(qtbot, window, path)
    assert window.top.page.isVisible() and window.top.page.count() == 3
    window.top.page.activated.emit(2)
    qtbot.waitUntil(lambda: window.studio.document.picture.page == 2, timeout=WAIT)  # type: ignore[union-attr]
    assert window.studio.document.picture.pixels[0, 0, 0] == 30  # type: ignore[union-attr]
    idle(qtbot, window)
    window.do_previous_page()
    qtbot.waitUntil(lambda: window.studio.document.picture.page == 1, timeout=WAIT)  # type: ignore[union-attr]
    idle(qtbot, window)
    open_picture(qtbot, window, picture(tmp_path / "one.png"))
    assert not window.top.page.isVisible()


def test_view_switches(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    open_picture(qtbot, window, picture(tmp_path / "a.png"))
    actions = window.actions_table
    for name, widget in (("strip", window.strip_box), ("side", window.side)):
        assert widget.isVisible()
        actions[name].trigger()
        assert not widget.isVisible()
        actions[name].trigger()
        assert widget.isVisible()
    actions["histogram"].trigger()
    assert window.canvas.histogram_visible
    actions["full_screen"].trigger()
    assert not window.rail.isVisible() and not window.top.isVisible() and not window.side.isVisible()
    qtbot.keyClick(window.canvas, Qt.Key.Key_Escape)
    assert window.rail.isVisible() and window.top.isVisible() and window.side.isVisible()


@pytest.mark.parametrize("name", ["split", "hold", "difference", "two_up"])
def test_compare_modes_agree_everywhere(qtbot: Any, window: MainWindow, tmp_path: Path, name: str) -> None:
    open_picture(qtbot, window, picture(tmp_path / "a.png"))
    enlarge(qtbot, window)
    side: Any = window.panel("enlarge")
    window.actions_table[name].trigger()
    assert window.canvas.compare_mode.replace("2-up", "two_up") == name
    assert side.compare.value() == name
    assert [each for each in ("split", "hold", "difference", "two_up")
            if window.actions_table[each].isChecked()] == [name]  # fmt: skip
    side.compare.segment("split").click()
    assert window.canvas.compare_mode == "split"


def test_the_pixel_under_the_cursor_is_told(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    open_picture(qtbot, window, picture(tmp_path / "a.png", 20, 12))
    pixels = window.studio.document.picture.pixels  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: window.canvas.settled, timeout=WAIT)
    middle = window.canvas.rect().center()
    qtbot.mouseMove(window.canvas, middle)
    qtbot.waitUntil(lambda: window.status.pixel.text() != "", timeout=WAIT)
    words = window.status.pixel.text().split()
    x, y = int(words[1]), int(words[3])
    assert [int(words[i]) for i in (5, 7, 9)] == [int(v) for v in pixels[y, x]]
    window.do_copy_colour()
    assert QGuiApplication.clipboard().text() == "#" + "".join(f"{v:02x}" for v in pixels[y, x])


# -- saving --------------------------------------------------------------------------------------------------


def test_save_as_offers_what_can_hold_the_picture(
    qtbot: Any, window: MainWindow, tmp_path: Path, heavy_calls: list[tuple[str, str]]
) -> None:
    open_picture(qtbot, window, picture(tmp_path / "a.png", channels=4))
    enlarge(qtbot, window)
    window.do_save_as()
    dialog = the_dialog(qtbot, window, "save_dialog")
    offered = [dialog.format.itemData(i) for i in range(dialog.format.count())]
    assert "PNG" in offered and "JPEG" not in offered, "JPEG has no alpha"
    assert dialog.path() == tmp_path / "a-upscale-x2.png"
    dialog.name.setText("out.webp")
    dialog.format.setCurrentIndex(dialog.format.findData("TIFF"))
    assert dialog.path() == tmp_path / "out.tif"
    assert "40 × 24" in dialog.note.text()
    dialog.accept()
    qtbot.waitUntil(lambda: (tmp_path / "out.tif").exists(), timeout=WAIT)
    idle(qtbot, window)
    assert imaging.read(tmp_path / "out.tif").pixels.shape == (24, 40, 4)
    assert window.studio.history.unsaved() == []


def test_a_save_that_fails_is_told_and_leaves_nothing(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    open_picture(qtbot, window, picture(tmp_path / "a.png"))
    enlarge(qtbot, window)
    kept = window.studio.history.current
    assert kept is not None
    window.save_to(tmp_path / "no" / "such" / "o.png", kept, kept.picture, "PNG", 90, "keep", overwrite=True)
    qtbot.waitUntil(window.message.isVisible, timeout=WAIT)
    idle(qtbot, window)
    assert "o.png" in window.message.text() or "no" in window.message.text()
    assert not list(tmp_path.rglob("*.part"))
    assert window.studio.history.unsaved() == [kept]


def test_nothing_is_saved_beside_the_programs_own_samples(
    qtbot: Any, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from deconv_studio.ui import window as module

    own, pictures = tmp_path / "program", tmp_path / "pictures"
    pictures.mkdir()
    monkeypatch.setattr(module.catalog, "resources_folder", lambda: own)
    monkeypatch.setattr(module, "own_folder", lambda: pictures)
    open_picture(qtbot, window, picture(own / "samples" / "a.png"))
    shown = window.studio.document.picture
    assert shown is not None
    assert window._suggestion(None, shown) == pictures / "a.png"
    assert window.studio.settings.last_folder == ""
    open_picture(qtbot, window, picture(tmp_path / "mine" / "b.png"))
    assert window._suggestion(None, shown).parent == tmp_path / "mine"
    open_picture(qtbot, window, own / "samples" / "a.png")
    assert window._suggestion(None, shown) == tmp_path / "mine" / "a.png"


def test_saving_over_a_file_is_spoken_of_first(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    there = picture(tmp_path / "there.png", 7, 5)
    before = there.read_bytes()
    open_picture(qtbot, window, picture(tmp_path / "a.png"))
    window.do_save_as()
    dialog = the_dialog(qtbot, window, "save_dialog")
    dialog.name.setText("there")
    dialog.accept()  # faster than the folder answers
    qtbot.waitUntil(lambda: dialog.save_button.text() == "Replace", timeout=WAIT)
    assert dialog.isVisible() and there.read_bytes() == before
    assert "will be replaced" in dialog.note.text()
    dialog.accept()
    qtbot.waitUntil(lambda: there.read_bytes() != before, timeout=WAIT)
    idle(qtbot, window)


def test_the_save_dialog_asks_the_folder_on_a_pool_thread(
    qtbot: Any, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from deconv_studio.ui import dialogs as module

    asked: list[tuple[str, str]] = []

    def there(control: Any, path: Path) -> bool:
        asked.append((path.stem, threading.current_thread().name))
        return False

    monkeypatch.setattr(module, "_is_there", there)
    open_picture(qtbot, window, picture(tmp_path / "a.png"))
    window.do_save_as()
    dialog = the_dialog(qtbot, window, "save_dialog")
    for length in range(1, 9):
        dialog.name.setText("new name"[:length])
    qtbot.waitUntil(lambda: bool(asked) and asked[-1][0] == "new name", timeout=WAIT)
    assert len(asked) <= 2, "typing does not ask for every letter"
    assert all(thread.startswith("deconv-work") for _, thread in asked)
    dialog.reject()


# -- closing -------------------------------------------------------------------------------------------------


def test_closing_while_something_runs_asks_once_and_stops_it(
    qtbot: Any, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_picture(qtbot, window, picture(tmp_path / "a.png"))
    stopped, running = threading.Event(), threading.Event()

    def work(picture: Any, task: Any, options: Any, model: Any, control: Any) -> Any:
        with control.on_cancel(stopped.set):
            running.set()
            control.wait(30)

    monkeypatch.setattr(batch, "work", work)
    window.do_start()
    qtbot.waitUntil(running.is_set, timeout=WAIT)
    window.close()
    window.close()
    dialog = the_dialog(qtbot, window, "closing_dialog")
    assert len(dialogs(window)) == 1
    assert window.isVisible() and not stopped.is_set()
    dialog.reject()
    assert window.isVisible() and not stopped.is_set()
    window.close()
    the_dialog(qtbot, window, "closing_dialog").accept()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=WAIT)
    assert stopped.is_set()
    assert not [t for t in threading.enumerate() if t.name.startswith("deconv-work") and t.is_alive()]


def test_closing_while_a_large_result_is_written_stops_the_writing(
    qtbot: Any, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_picture(qtbot, window, picture(tmp_path / "a.png"))
    original, writing = imaging.write, threading.Event()

    def endless(given: Any, path: Path, *, check: Any, **rest: Any) -> Path:
        def slow() -> None:
            writing.set()
            for _ in range(3000):
                check()
                time.sleep(0.01)

        return original(given, path, check=slow, **rest)

    monkeypatch.setattr(imaging, "write", endless)
    out = tmp_path / "out"
    out.mkdir()
    window.save_to(out / "big.png", None, window.studio.document.picture, "PNG", 90, "keep", overwrite=False)
    qtbot.waitUntil(writing.is_set, timeout=WAIT)
    window.close()
    dialog = the_dialog(qtbot, window, "closing_dialog")
    assert window.isVisible()
    started = time.monotonic()
    dialog.accept()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=WAIT)
    assert time.monotonic() - started < 20, "the writing was waited for"
    assert list(out.iterdir()) == []


def test_closing_asks_about_unsaved_results_and_can_save_them_all(
    qtbot: Any, window: MainWindow, tmp_path: Path
) -> None:
    open_picture(qtbot, window, picture(tmp_path / "a.png"))
    enlarge(qtbot, window)
    enlarge(qtbot, window)
    window.close()
    dialog = the_dialog(qtbot, window, "closing_dialog")
    assert dialog.list.count() == 2 and window.isVisible()
    dialog.reject()
    out = tmp_path / "saved"
    out.mkdir()
    window.save_all(out)
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=WAIT)
    assert sorted(path.name for path in out.iterdir()) == ["a-upscale-x2-2.png", "a-upscale-x2.png"]


def test_closing_with_nothing_to_lose_does_not_ask(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    open_picture(qtbot, window, picture(tmp_path / "a.png"))
    window.close()
    assert not window.isVisible()
    assert (tmp_path / "home" / "settings.json").is_file()


# -- actions, names, dialogs ---------------------------------------------------------------------------------


def test_every_action_has_words_a_key_and_a_menu(window: MainWindow) -> None:
    keys: dict[str, str] = {}
    for name, action in window.actions_table.all().items():
        assert action.text(), name
        assert action.shortcuts(), f"{name} has no key"
        assert window.actions_table.menu_title(action), f"{name} is in no menu"
        for key in action.shortcuts():
            assert key.toString(), f"{name} has a key Qt does not know"
            assert key.toString() not in keys, f"{name} and {keys.get(key.toString())} share {key.toString()}"
            keys[key.toString()] = name


def test_every_control_has_an_accessible_name(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    open_picture(qtbot, window, picture(tmp_path / "a.png"))
    for name in window._entries:
        window.show_panel(name)
    window.do_preferences()
    the_dialog(qtbot, window, "preferences_dialog")
    window.do_diagnostics()
    kinds = (QAbstractButton, QComboBox, QLineEdit, QAbstractSlider, QAbstractSpinBox, QAbstractItemView)
    nameless = []
    for widget in window.findChildren(QWidget):
        if not isinstance(widget, kinds) or isinstance(widget, QScrollBar):
            continue
        if widget.objectName().startswith("qt_") or _part_of_another(widget):
            continue
        if not (widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text())):
            nameless.append(
                f"{type(widget).__name__} {widget.objectName()} in {type(widget.parent()).__name__}"
            )
    assert nameless == []


def _part_of_another(widget: QWidget) -> bool:
    # The field in a spin box, the list in a combo box: their owner speaks for them.
    parent = widget.parent()
    while parent is not None:
        if isinstance(parent, QAbstractSpinBox | QComboBox) or "QComboBoxPrivate" in type(parent).__name__:
            return True
        if parent.metaObject().className() in ("QComboBoxPrivateContainer", "QTableView", "QPlainTextEdit"):
            return True
        parent = parent.parent()
    return False


def test_the_palette_finds_and_runs(qtbot: Any, window: MainWindow) -> None:
    window.do_palette()
    palette = window.findChild(Palette)
    assert palette is not None
    qtbot.keyClicks(palette.field, "key")
    rows = palette.list.model()
    assert any("Keys" in str(rows.index(row, 0).data()) for row in range(rows.rowCount()))
    palette.field.setText("about deconv")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    the_dialog(qtbot, window, "about_dialog").close()


@pytest.mark.parametrize("name", ["shortcuts", "about", "diagnostics", "preferences", "doctor"])
def test_dialogs_open_and_close(qtbot: Any, window: MainWindow, name: str) -> None:
    window.actions_table[name].trigger()
    wanted = {"shortcuts": "shortcuts"}.get(name, f"{name}_dialog")
    dialog = the_dialog(qtbot, window, wanted)
    idle(qtbot, window)
    if name == "doctor":
        assert "CPU: works" in dialog.text.toPlainText()
        assert "upscale-x2" in dialog.text.toPlainText()
    if name == "diagnostics":
        dialog.copy()
        assert "onnxruntime" in QGuiApplication.clipboard().text()
    dialog.close()
    qtbot.waitUntil(lambda: dialogs(window) == [], timeout=WAIT)


def test_preferences_take_effect(qtbot: Any, window: MainWindow) -> None:
    window.do_preferences()
    dialog = the_dialog(qtbot, window, "preferences_dialog")
    dialog.max_pixels.setValue(7)
    dialog.theme.setCurrentIndex(dialog.theme.findData("light"))
    dialog.memory.setValue(0)
    dialog.threads.setValue(2)
    settings = window.studio.settings
    assert window.studio.document.max_pixels == 7_000_000
    assert (settings.theme, settings.memory, settings.threads) == ("light", None, 2)
    dialog.close()
    idle(qtbot, window)


@pytest.mark.parametrize("size", [(1024, 700), (800, 560), (1920, 1080)])
def test_it_fits_its_size(qtbot: Any, window: MainWindow, tmp_path: Path, size: tuple[int, int]) -> None:
    open_picture(qtbot, window, picture(tmp_path / "a.png"))
    window.resize(*size)
    qtbot.waitUntil(lambda: (window.width(), window.height()) == size, timeout=WAIT)
    side: Any = window.panel("enlarge")
    assert window.canvas.width() >= 300
    bottom = side.go.mapTo(window, QPoint(0, side.go.height())).y()
    assert bottom <= window.height() - window.status.height(), "the main button is in sight"
    right = window.top.buttons["save_as"].mapTo(window, QPoint(window.top.buttons["save_as"].width(), 0)).x()
    assert right <= window.width()


def test_the_geometry_comes_back(qtbot: Any, make_window: Callable[..., MainWindow]) -> None:
    first = make_window()
    first.resize(940, 640)
    first.show_panel("folders")
    first.close()
    second = make_window()
    assert (second.current_panel.name if second.current_panel else "") == "folders"


def test_a_window_without_a_display_says_so_in_a_sentence() -> None:
    from deconv_studio.ui.app import StartFailed, check_display

    with pytest.raises(StartFailed, match="no display"):
        check_display({})
    check_display({"QT_QPA_PLATFORM": "offscreen"})
