"""The Inspect panel on the real window: layers, units, clicks of which the newest wins, links, pins."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import helper
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication

from deconv_studio import imaging
from deconv_studio.lens.reconstruct import Lens
from deconv_studio.tasks.inspect import InspectOptions, Inspector
from deconv_studio.tasks.looking import Scene
from deconv_studio.ui.inspect import colours, jobs
from deconv_studio.ui.inspect.strip import short_name
from deconv_studio.ui.window import MainWindow
from tests.lens.graphs import network, small_classifier
from tests.ui.rig import WAIT, home, idle, make_window, open_picture, picture, window

__all__ = ["home", "make_window", "window"]


@pytest.fixture
def net(tmp_path: Path) -> Path:
    path = tmp_path / "nets" / "small.onnx"
    path.parent.mkdir()
    path.write_bytes(small_classifier().SerializeToString())
    return path


@pytest.fixture
def panel(qtbot: Any, window: MainWindow, net: Path, tmp_path: Path) -> Any:
    """The panel, looking at a picture with a small classifier."""
    window.show_panel("inspect")
    open_picture(qtbot, window, picture(tmp_path / "photos" / "a.png", 33, 33))
    panel: Any = window.panel("inspect")
    panel.open_network(net)
    idle(qtbot, window)
    assert panel.drawn is not None, panel.message.text()
    return panel


def go(qtbot: Any, window: MainWindow, panel: Any, layer: str, unit: int) -> None:
    panel._show_layer(layer, unit)
    idle(qtbot, window)
    assert (panel.layer, panel.unit) == (layer, unit)


def test_a_network_is_looked_into(qtbot: Any, window: MainWindow, panel: Any, net: Path) -> None:
    scene = panel.looked.scene
    assert [each.name for each in panel.strip.layer_model.layers] == [each.name for each in scene.layers]
    assert panel.strip.layer_model.layers[0].field == (5, 5)
    go(qtbot, window, panel, "relu3", 1)
    options = InspectOptions(layer="relu3", unit="1")
    expected = Inspector(net).run(window.studio.document.picture, options)
    assert np.array_equal(panel.drawn.found.values, expected.values)
    assert panel.grid.current_unit() == 1
    assert panel.grid.unit_model.rowCount() == 6
    activation = scene.lens.activation(scene.look, "relu3")[0, 1]
    assert np.array_equal(panel.drawn.plane, activation)
    assert f"{expected.seed_value:.4g}" in panel.what.text()
    height, width = activation.shape
    y, x = expected.at
    assert panel.picture.cross == QPointF((x + 0.5) / width, (y + 0.5) / height)
    (top, _), (_, right) = expected.box
    assert panel.picture.box.top() == pytest.approx(top / 33)
    assert panel.picture.box.right() == pytest.approx(right / 33)
    assert window.status.model.text().startswith("small.onnx")


def test_the_newest_click_wins_and_forward_runs_once(
    qtbot: Any, window: MainWindow, panel: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    go(qtbot, window, panel, "relu2", 0)
    looks: list[int] = []
    look = Lens.look
    monkeypatch.setattr(Lens, "look", lambda *args, **kwargs: (looks.append(1), look(*args, **kwargs))[1])
    hold = threading.Event()
    inspect = Scene.inspect
    asked: list[str] = []

    def slow(scene: Scene, options: InspectOptions, control: Any = None) -> Any:
        asked.append(options.unit)
        if options.unit == "1":
            hold.wait(10)
        return inspect(scene, options, control)

    monkeypatch.setattr(Scene, "inspect", slow)
    shown: list[int] = []
    ready = panel._show_view
    monkeypatch.setattr(panel, "_show_view", lambda drawn: (shown.append(drawn.found.unit), ready(drawn))[1])
    panel.seed.setCurrentIndex(panel.seed.findData("one"))
    idle(qtbot, window)
    shown.clear()
    before = panel.view.image
    panel._show_unit(1)
    qtbot.waitUntil(lambda: "1" in asked, timeout=WAIT)
    # Nothing goes blank while the new one is on its way.
    assert panel.view.image is before and panel.view.faint
    for unit in (2, 3, 4):
        panel._show_unit(unit)
    hold.set()
    idle(qtbot, window)
    assert shown == [4]
    assert panel.drawn.found.unit == 4
    assert not panel.view.faint
    assert looks == []


def test_nothing_is_computed_on_the_windows_thread(
    qtbot: Any, window: MainWindow, net: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[tuple[str, str]] = []
    path = picture(tmp_path / "photos" / "a.png", 33, 33)

    def watch(owner: Any, name: str) -> None:
        original = getattr(owner, name)

        def watched(*args: Any, **kwargs: Any) -> Any:
            threads.append((name, threading.current_thread().name))
            return original(*args, **kwargs)

        monkeypatch.setattr(owner, name, watched)

    for owner, names in (
        (Lens, ("__init__", "look", "reconstruct_many", "activation")),
        (Scene, ("maps", "inspect", "nine", "verify", "shuffle", "scores", "fields", "plane")),
        (colours, ("image", "map_image", "signed_image", "heat_image", "qt_table")),
        (imaging, ("resize_bicubic", "shrink", "to_srgb", "write")),
    ):
        for name in names:
            watch(owner, name)
    window.show_panel("inspect")
    open_picture(qtbot, window, path)
    panel: Any = window.panel("inspect")
    panel.open_network(net)
    idle(qtbot, window)
    for page in ("nine", "hierarchy", "units"):
        panel.page.set_value(page)
        idle(qtbot, window)
    panel.pin()
    panel.gain.set_value(8.0)
    qtbot.waitUntil(lambda: panel.drawn.style.gain == 8.0, timeout=WAIT)
    for rule in ("gradcam", "occlusion", "gradient"):
        panel.rule.setCurrentIndex(panel.rule.findData(rule))
        idle(qtbot, window)
    panel.verify()
    idle(qtbot, window)
    panel.shuffle()
    idle(qtbot, window)
    called = {name for name, _ in threads}
    assert {"look", "maps", "inspect", "nine", "verify", "shuffle", "signed_image", "heat_image"} <= called
    here = threading.main_thread().name
    assert [name for name, thread in threads if thread == here] == []


def test_arrows_move_among_units_and_layers_and_never_leave(
    qtbot: Any, window: MainWindow, panel: Any, tmp_path: Path
) -> None:
    picture(tmp_path / "photos" / "b.png", 33, 33)
    picture(tmp_path / "photos" / "0.png", 33, 33)
    path = window.studio.document.path
    go(qtbot, window, panel, "relu2", 0)
    panel.sort.setCurrentIndex(panel.sort.findData("index"))
    panel.grid.setFocus()
    qtbot.keyClick(panel.grid, Qt.Key.Key_Right)
    assert panel.unit == 1
    qtbot.keyClick(panel.grid, Qt.Key.Key_Left)
    qtbot.keyClick(panel.grid, Qt.Key.Key_Left)
    assert panel.unit == 0
    idle(qtbot, window)
    assert panel.drawn.found.unit == 0
    names = [
        panel.strip.filter.index(row, 0).data(int(Qt.ItemDataRole.UserRole)).name
        for row in range(panel.strip.filter.rowCount())
    ]
    panel.strip.setFocus()
    qtbot.keyClick(panel.strip, Qt.Key.Key_Right)
    idle(qtbot, window)
    assert panel.layer == names[names.index("relu2") + 1] == panel.drawn.found.layer
    for _ in names:
        qtbot.keyClick(panel.strip, Qt.Key.Key_Left)
    idle(qtbot, window)
    assert panel.layer == names[0]
    assert window.studio.document.path == path
    panel.own_actions["layer_after"].trigger()
    idle(qtbot, window)
    assert panel.layer == names[1]


def test_single_keys_belong_to_the_views_not_to_fields(qtbot: Any, window: MainWindow, panel: Any) -> None:
    window.activateWindow()
    panel.grid.setFocus()
    before = panel.rule.currentData()
    qtbot.keyClick(panel.grid, Qt.Key.Key_R)
    assert panel.rule.currentData() != before
    idle(qtbot, window)
    qtbot.keyClick(panel.grid, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: len(panel.pinned.card_model.cards) == 1, timeout=WAIT)
    panel.search.setFocus()
    qtbot.keyClicks(panel.search, "pr")
    assert panel.search.text() == "pr"
    assert len(panel.pinned.card_model.cards) == 1


def test_the_strip_is_filtered(qtbot: Any, window: MainWindow, panel: Any) -> None:
    every = len(panel.looked.scene.layers)
    main = sum(each.main for each in panel.looked.scene.layers)
    assert panel.strip.filter.rowCount() == main < every
    panel.every.setChecked(True)
    assert panel.strip.filter.rowCount() == every
    panel.search.setText("MaxPool")
    assert panel.strip.filter.rowCount() == 2
    panel.search.setText("nothing like it")
    assert panel.strip.filter.rowCount() == 0
    assert "nothing like it" in panel.about.text()
    panel.search.clear()
    assert panel.strip.current_layer() == panel.layer


def test_a_click_on_the_map_moves_the_seed(qtbot: Any, window: MainWindow, panel: Any) -> None:
    go(qtbot, window, panel, "relu2", 0)
    panel.seed.setCurrentIndex(panel.seed.findData("one"))
    idle(qtbot, window)
    height, width = panel.drawn.plane.shape
    area = panel.map._area()
    spot = QPoint(
        int(area.left() + 2.5 / width * area.width()), int(area.top() + 1.5 / height * area.height())
    )
    qtbot.mouseClick(panel.map, Qt.MouseButton.LeftButton, pos=spot)
    idle(qtbot, window)
    assert panel.drawn.found.at == (1, 2)
    assert panel.position.value() == "at"
    panel.position.set_value("all")
    idle(qtbot, window)
    assert panel.drawn.found.at is None
    panel.position.set_value("max")
    idle(qtbot, window)
    assert panel.drawn.found.at == panel.maps.places[0]


def test_all_views_zoom_together(qtbot: Any, window: MainWindow, panel: Any) -> None:
    go(qtbot, window, panel, "relu1", 0)
    panel.zoomed.set_value("field")
    (top, bottom), _ = panel.drawn.found.box
    assert panel.frame.zoom == pytest.approx(33 / (1.1 * 5), rel=0.3)
    place = panel.picture.place(QPointF(panel.picture._area().center()))
    assert top / 33 - 0.1 < place.y() < bottom / 33 + 0.1
    assert panel.map._shown() == panel.view._shown() == panel.picture._shown()
    qtbot.mouseDClick(panel.view, Qt.MouseButton.LeftButton, pos=QPoint(60, 80))
    assert panel.frame.zoom == 1.0


def test_links_are_copied_and_gone_to(qtbot: Any, window: MainWindow, panel: Any) -> None:
    go(qtbot, window, panel, "relu3", 2)
    panel.copy_link()
    assert QGuiApplication.clipboard().text() == "small.onnx:relu3:2"
    go(qtbot, window, panel, "relu1", 5)
    panel.link.setText("small.onnx:relu3:2")
    qtbot.keyClick(panel.link, Qt.Key.Key_Return)
    idle(qtbot, window)
    assert (panel.layer, panel.unit) == ("relu3", 2)
    for link, part in (
        ("nonsense", "no link"),
        ("other:relu3:2", "no network other"),
        ("small.onnx:relu9:2", "no layer relu9"),
        ("small.onnx:relu3:99", "no unit 99"),
    ):
        panel.go_to(link)
        idle(qtbot, window)
        assert part in panel.message.text() and panel.message.isVisible()
    panel.go_to("small.onnx:relu3:4")
    idle(qtbot, window)
    assert (panel.layer, panel.unit) == ("relu3", 4)
    assert not panel.message.isVisible()


def test_nine_seeds_hierarchy_and_pins(qtbot: Any, window: MainWindow, panel: Any) -> None:
    go(qtbot, window, panel, "relu3", 1)
    panel.page.set_value("nine")
    idle(qtbot, window)
    cards = panel.nine.card_model.cards
    assert 1 < len(cards) <= 9
    panel.nine.chosen.emit(cards[1])
    idle(qtbot, window)
    assert panel.drawn.found.at == cards[1].target
    panel.page.set_value("hierarchy")
    idle(qtbot, window)
    rows = panel.hierarchy.row_model.rows
    depth = [each.name for each in panel.looked.scene.layers]
    assert [depth.index(row[0]) for row in rows] == sorted((depth.index(r[0]) for r in rows), reverse=True)
    panel.pin()
    qtbot.waitUntil(lambda: len(panel.pinned.card_model.cards) == 1, timeout=WAIT)
    layer, unit = rows[-1][2][0].target
    panel.hierarchy.chosen.emit(layer, unit)
    idle(qtbot, window)
    assert (panel.layer, panel.unit) == (layer, unit)
    # Fewer layers lie below; the rows of the longer way have gone.
    assert len(panel.hierarchy.row_model.rows) < len(rows) or not panel.hierarchy.row_model.rows
    panel.pinned.chosen.emit(panel.pinned.card_model.cards[0])
    idle(qtbot, window)
    assert (panel.layer, panel.unit) == ("relu3", 1)
    panel.pinned.setCurrentIndex(panel.pinned.card_model.index(0))
    qtbot.keyClick(panel.pinned, Qt.Key.Key_Delete)
    assert panel.pinned.card_model.cards == []


def test_verdicts_stand_on_their_page(qtbot: Any, window: MainWindow, panel: Any) -> None:
    go(qtbot, window, panel, "relu2", panel.looked.scene.maps("relu2").order("peak")[0])
    panel.verify()
    idle(qtbot, window)
    verdict = panel.looked.scene.verify(panel.options())
    assert f"{100 * verdict.shown:.0f} %" in panel.verdict.text()
    assert panel.page.value() == "tests"
    panel.shuffle()
    idle(qtbot, window)
    assert f"{panel.looked.scene.shuffle(panel.options()).likeness:.2f}" in panel.verdict.text()
    assert len(panel.pair.card_model.cards) == 2
    panel.rule.setCurrentIndex(panel.rule.findData("occlusion"))
    idle(qtbot, window)
    panel.verify()
    idle(qtbot, window)
    assert "no projection" in panel.message.text()


def test_an_operator_without_a_way_back_is_named_with_the_way_out(
    qtbot: Any, window: MainWindow, panel: Any, tmp_path: Path
) -> None:
    weight = np.random.default_rng(0).normal(size=(4, 3, 3, 3)).astype(np.float32)
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["first"], pads=[1] * 4),
        helper.make_node("Erf", ["first"], ["second"], name="strange"),
        helper.make_node("Sin", ["second"], ["y"], name="wave"),
    ]
    path = tmp_path / "odd.onnx"
    path.write_bytes(network(nodes, (1, 3, 33, 33), {"w": weight}).SerializeToString())
    panel.open_network(path)
    idle(qtbot, window)
    barred = [each for each in panel.looked.scene.layers if not each.reversible]
    assert barred
    panel._show_layer(barred[-1].name, None)
    idle(qtbot, window)
    assert panel.maps.layer == barred[-1].name
    assert panel.map.image is not None and panel.view.image is None
    assert "cannot be read backwards" in panel.message.text()
    panel.message.buttons()[0].click()
    idle(qtbot, window)
    assert panel.drawn is not None and not panel.message.isVisible()
    assert panel.facts_of(panel.layer).reversible


def test_a_unit_that_is_off_offers_another_seed(qtbot: Any, window: MainWindow, panel: Any) -> None:
    maps = panel.looked.scene.maps("relu3")
    plane = panel.looked.scene.plane("relu3", 1)
    off = tuple(int(i) for i in np.argwhere(plane == 0)[0])
    assert maps.peaks[1] > 0
    go(qtbot, window, panel, "relu3", 1)
    panel._set_place(off)
    idle(qtbot, window)
    assert "zero" in panel.message.text()
    panel.message.buttons()[0].click()
    idle(qtbot, window)
    assert panel.seed.currentData() == "one"
    assert panel.drawn.found.at == off
    assert not panel.message.isVisible()


def test_a_file_that_is_no_network_is_refused_in_the_panel(
    qtbot: Any, window: MainWindow, panel: Any, tmp_path: Path
) -> None:
    path = tmp_path / "broken.onnx"
    path.write_bytes(b"not a network")
    panel.open_network(path)
    idle(qtbot, window)
    assert "broken.onnx" in panel.message.text()
    assert panel.looked is None
    panel.network.setCurrentIndex(panel.network.findData("small.onnx"))
    panel.start()
    idle(qtbot, window)
    assert panel.looked is not None and not panel.message.isVisible()


def test_what_is_shown_is_saved_and_exported(
    qtbot: Any, window: MainWindow, panel: Any, tmp_path: Path
) -> None:
    go(qtbot, window, panel, "relu3", 1)
    found = panel.drawn.found
    out = tmp_path / "out"
    out.mkdir()
    for _ in range(2):
        panel.save_into(out)
        idle(qtbot, window)
    names = sorted(each.name for each in out.iterdir())
    assert len(names) == 6
    assert np.array_equal(np.load(out / f"a.{found.suffix}.npy"), found.values)
    assert np.array_equal(imaging.read(out / f"a.{found.suffix}.patch.png").pixels, found.patch.pixels)
    panel.export_to(tmp_path / "small.recon.onnx")
    idle(qtbot, window)
    import onnxruntime

    session = onnxruntime.InferenceSession(tmp_path / "small.recon.onnx", providers=["CPUExecutionProvider"])
    look = panel.looked.scene.look
    seed = np.zeros(look.values["relu3"].shape, np.float32)
    seed[(0, 1, *found.at)] = found.seed_value
    back = session.run(None, {"image": look.picture, "seed": seed})[0][0]
    assert back == pytest.approx(found.values, abs=1e-5)


def test_a_dropped_network_goes_to_the_panel_and_pictures_stay_in_it(
    qtbot: Any, window: MainWindow, net: Path, tmp_path: Path
) -> None:
    window.show_panel("inspect")
    panel: Any = window.panel("inspect")
    assert window.middle.currentWidget() is window.start_page
    open_picture(qtbot, window, picture(tmp_path / "photos" / "a.png", 33, 33))
    assert window.middle.currentWidget() is panel.middle()
    window.open_paths([net])
    qtbot.waitUntil(lambda: panel.looked is not None, timeout=WAIT)
    idle(qtbot, window)
    assert panel.network.currentText() == "small.onnx"
    first = panel.looked
    go(qtbot, window, panel, "relu3", 3)
    open_picture(qtbot, window, picture(tmp_path / "photos" / "b.png", 34, 34))
    qtbot.waitUntil(lambda: panel.looked is not first, timeout=WAIT)
    idle(qtbot, window)
    # The same unit on the next picture.
    assert window.current_panel is panel
    assert (panel.layer, panel.unit) == ("relu3", 3)
    window.do_close()
    assert panel.looked is None
    assert window.middle.currentWidget() is window.start_page


def test_grad_cam_is_of_a_class(qtbot: Any, window: MainWindow, panel: Any) -> None:
    panel.rule.setCurrentIndex(panel.rule.findData("gradcam"))
    panel._show_layer("relu3", None)
    idle(qtbot, window)
    top = panel.looked.scores[0].unit
    assert panel.drawn.found.rule == "gradcam" and panel.drawn.found.unit == top == panel.scores.marked
    other = panel.looked.scores[1].unit
    panel.scores.chosen.emit(other)
    idle(qtbot, window)
    assert panel.drawn.found.unit == other and panel.layer == "relu3"
    panel.page.set_value("nine")
    assert panel.nine_note.isVisible()
    panel.rule.setCurrentIndex(panel.rule.findData("auto"))
    idle(qtbot, window)
    assert not panel.nine_note.isVisible()
    panel.scores.chosen.emit(other)
    idle(qtbot, window)
    assert (panel.layer, panel.unit) == ("y", other)


def test_ramps_rise_and_grey_is_zero() -> None:
    import cv2

    for name in colours.RAMPS:
        lab = cv2.cvtColor(
            (colours.table(name)[None] / np.float32(255)).astype(np.float32), cv2.COLOR_RGB2LAB
        )
        lightness = lab[0, :, 0]
        assert (np.diff(lightness) > -0.6).all() and lightness[-1] - lightness[0] > 60, name
    diverging = colours.table("diverging")
    assert np.ptp(diverging[128].astype(int)) <= 2 and abs(int(diverging[128, 0]) - 128) <= 1
    values = np.zeros((3, 2, 2), np.float32)
    values[0, 0, 0], values[1, 1, 1] = 2.0, -1.0
    image = colours.signed_image(values, 1.0, "pixels")
    assert image.pixelColor(1, 0).getRgb()[:3] == (128, 128, 128)
    assert image.pixelColor(0, 0).red() == 255
    assert image.pixelColor(1, 1).green() == round(128 - 63.5)
    assert colours.signed_image(values, 2.0, "pixels").pixelColor(1, 1).green() == 1


def test_names_of_exporters_are_shortened() -> None:
    assert short_name("/features/features.11/Relu_output_0") == "features.11/Relu"
    assert short_name("/layer1/layer1.0/conv2/Conv_output_0") == "conv2/Conv"
    assert short_name("relu_3") == "relu_3"
    assert short_name("/") == "/"


def test_a_file_is_opened_once(net: Path) -> None:
    networks = jobs.Networks()
    source = jobs.Source(net)
    assert networks.inspector(source, 1, None) is networks.inspector(source, 1, None)
    networks.forget(net)
    again: Callable[[], Any] = lambda: networks.inspector(source, 1, None)  # noqa: E731
    assert again() is again()
