"""The Workbench panel: what it shows is what ONNX Runtime computes, whatever is slid, painted or chosen."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QComboBox, QPushButton, QSpinBox, QToolButton

from deconv_studio.tasks.workbench import Geometry
from deconv_studio.ui import theme
from deconv_studio.ui.panels.workbench import LIMITS, PRESETS
from deconv_studio.ui.window import MainWindow
from deconv_studio.ui.workbench import ramp
from tests.ui.rig import WAIT, home, idle, make_window, open_picture, picture, window

__all__ = ["home", "make_window", "window"]


@pytest.fixture
def bench(qtbot: Any, window: MainWindow) -> Any:
    """The panel at the front, its first numbers shown."""
    window.show_panel("workbench")
    panel: Any = window.panel("workbench")
    settled(qtbot, window, panel)
    return panel


def settled(qtbot: Any, window: MainWindow, panel: Any) -> None:
    """Wait until the numbers of what is set are shown."""
    qtbot.waitUntil(lambda: not panel._timer.isActive() and not window.studio.work.running(), timeout=WAIT)
    idle(qtbot, window)


def put(qtbot: Any, window: MainWindow, panel: Any, **sizes: int) -> None:
    """Slide sizes."""
    for name, value in sizes.items():
        panel.rows[name].slider.setValue(value)
    settled(qtbot, window, panel)


def transposed(values: np.ndarray, weight: np.ndarray, g: Geometry) -> np.ndarray:
    """ConvTranspose by ONNX Runtime."""
    node = helper.make_node(
        "ConvTranspose", ["x", "w"], ["y"], kernel_shape=[g.kernel] * 2, strides=[g.stride] * 2,
        pads=[g.padding] * 4, output_padding=[g.output_padding] * 2, dilations=[g.dilation] * 2,
    )  # fmt: skip
    graph = helper.make_graph(
        [node],
        "layer",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, None, None])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [onnx.numpy_helper.from_array(weight[None, None].astype(np.float32), "w")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": values[None, None].astype(np.float32)})[0][0, 0]


def agrees(panel: Any) -> None:
    """The output shown is ONNX Runtime's for the input and the kernel shown, by the sizes of the sliders."""
    g = panel.geometry_now()
    expected = transposed(panel.input_editor.values, panel.kernel_editor.values, g)
    for shown in (panel.equivalents.output.values, panel.equivalents.sub_pixel.values):
        assert shown == pytest.approx(expected, abs=1e-5)
    assert panel.formula.text().endswith(f"= {expected.shape[0]}")
    assert f"becomes {expected.shape[0]} × {expected.shape[0]}" in panel.state.text()


def read(text: str) -> float:
    """The number at the end of a label."""
    return float(text.split("=")[1].replace("−", "-"))


def cell(view: Any, row: int, column: int) -> QPoint:
    """The middle of a cell."""
    box = view.box()
    side = box.width() // view.values.shape[1]
    return QPoint(box.left() + column * side + side // 2, box.top() + row * side + side // 2)


@pytest.mark.parametrize("place", range(len(PRESETS)))
def test_presets_show_what_onnx_runtime_computes(
    qtbot: Any, window: MainWindow, bench: Any, place: int
) -> None:
    bench.preset.setCurrentIndex(place + 1)
    bench.preset.activated.emit(place + 1)
    settled(qtbot, window, bench)
    assert bench.geometry_now() == PRESETS[place].geometry
    assert bench.why.text() == PRESETS[place].why
    agrees(bench)
    counts = bench.overlap.counts.values
    g = bench.geometry_now()
    ones = transposed(np.ones((g.size,) * 2), np.ones((g.kernel,) * 2), g)
    assert np.array_equal(counts, np.rint(ones))
    assert bench.overlap.verdict.text() == (
        "✓ Even overlap" if g.kernel % g.stride == 0 else "✕ Uneven overlap"
    )
    assert f"{g.kernel} mod {g.stride} = {g.kernel % g.stride}" in bench.overlap.reason.text()


def test_every_slider_and_box_changes_the_numbers(qtbot: Any, window: MainWindow, bench: Any) -> None:
    for name, value in {
        "size": 7, "kernel": 5, "stride": 3, "padding": 2, "dilation": 2, "output_padding": 2,
    }.items():  # fmt: skip
        row = bench.rows[name]
        row.box.setValue(value)
        assert row.slider.value() == value
        settled(qtbot, window, bench)
        agrees(bench)
    assert bench.preset.currentIndex() == 0
    row = bench.rows["size"]
    row.slider.setFocus()
    qtbot.keyClick(row.slider, Qt.Key.Key_Left)
    settled(qtbot, window, bench)
    assert row.value() == 6 and bench.equivalents.output.values.shape[0] == bench.study.output.shape[0]
    agrees(bench)


def test_the_largest_and_smallest_sizes_are_drawn(qtbot: Any, window: MainWindow, bench: Any) -> None:
    put(qtbot, window, bench, size=32, kernel=16, stride=6, padding=15, output_padding=5, dilation=4)
    agrees(bench)
    for page in bench.pages:
        bench.page.set_value(page)
        assert not window.grab().isNull()
    assert "too large" in bench.adjoint.too_large.text() or bench.study.adjoint.whole is None
    put(qtbot, window, bench, output_padding=0, padding=0, dilation=1, kernel=1, stride=1, size=1)
    agrees(bench)
    for page in bench.pages:
        bench.page.set_value(page)
        assert not window.grab().isNull()
    assert all(LIMITS[name][0] == row.slider.minimum() for name, row in bench.rows.items())


def test_what_cannot_be_is_said_in_a_sentence_and_goes_with_its_cause(
    qtbot: Any, window: MainWindow, bench: Any
) -> None:
    before = bench.equivalents.output.values
    places = [row.geometry() for row in bench.rows.values()]
    put(qtbot, window, bench, padding=15)
    assert bench.state.text().startswith("✕ Padding 15 leaves nothing of the output.")
    assert "Use less padding" in bench.state.text()
    assert "= −" in bench.formula.text()
    assert bench.equivalents.output.values is before and bench.equivalents.output.faint
    assert [row.geometry() for row in bench.rows.values()] == places, "a message moves nothing"
    put(qtbot, window, bench, padding=1, output_padding=5)
    assert "Output padding 5 is not smaller than the stride" in bench.state.text()
    put(qtbot, window, bench, output_padding=0)
    assert not bench.equivalents.output.faint
    agrees(bench)


def test_painting_with_the_mouse_changes_the_output_and_is_undone(
    qtbot: Any, window: MainWindow, bench: Any
) -> None:
    bench.brush.set_value(-0.5)
    old = bench.input_editor.values.copy()
    editor = bench.input_editor
    qtbot.mousePress(editor, Qt.MouseButton.LeftButton, pos=cell(editor, 0, 0))
    qtbot.mouseMove(editor, cell(editor, 0, 1))
    qtbot.mouseRelease(editor, Qt.MouseButton.LeftButton, pos=cell(editor, 0, 1))
    settled(qtbot, window, bench)
    assert editor.values[0, 0] == -0.5
    assert bench.input.currentData() == "painted"
    agrees(bench)
    assert bench.equivalents.output.values[0, 0] < 0
    qtbot.mouseClick(bench.kernel_editor, Qt.MouseButton.RightButton, pos=cell(bench.kernel_editor, 1, 2))
    settled(qtbot, window, bench)
    assert bench.kernel_editor.values[1, 2] == 0 and bench.kernel.currentData() == "painted"
    agrees(bench)
    window.do_undo()
    window.do_undo()
    settled(qtbot, window, bench)
    assert np.array_equal(bench.input_editor.values, old) and bench.kernel_editor.values[1, 2] != 0
    agrees(bench)
    window.do_redo()
    settled(qtbot, window, bench)
    assert bench.input_editor.values[0, 0] == -0.5


def test_painting_by_keyboard(qtbot: Any, window: MainWindow, bench: Any) -> None:
    editor = bench.kernel_editor
    before = float(editor.values[1, 1])
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Plus):
        qtbot.keyClick(editor, key)
    settled(qtbot, window, bench)
    assert editor.values[1, 1] == pytest.approx(before + 0.1, abs=0.005)
    qtbot.keyClick(editor, Qt.Key.Key_Delete)
    qtbot.keyClick(editor, Qt.Key.Key_Right)
    qtbot.keyClick(editor, Qt.Key.Key_Space)
    settled(qtbot, window, bench)
    assert editor.values[1, 1] == 0 and editor.values[1, 2] == 1
    agrees(bench)


def test_the_sweep_steps_plays_to_its_end_and_explains_each_step(
    qtbot: Any, window: MainWindow, bench: Any
) -> None:
    sweep = bench.sweep
    assert sweep.view.steps() == bench.study.output.size
    sweep.go(bench.study.output.shape[0] * 4 + 5)
    assert sweep.view.place() == (4, 5)
    # The products are those of the gather: they add up to the output that ONNX Runtime gives.
    expected = transposed(bench.study.values, bench.study.weight, bench.geometry_now())
    assert sum(a * b for a, b in sweep.view.products()) == pytest.approx(expected[4, 5], abs=1e-5)
    assert sweep.sentence.text().startswith("Output (5, 6) = ")
    sweep.forward.click()
    assert sweep.view.place() == (4, 6)
    sweep.back.click()
    sweep.back.click()
    assert sweep.view.place() == (4, 4)
    sweep.speed.setValue(4)
    sweep.go(sweep.view.steps() - 4)
    window.do_start()
    assert sweep.is_playing and sweep.play.text() == "Pause"
    qtbot.waitUntil(lambda: not sweep.is_playing, timeout=WAIT)
    assert sweep.view.step == sweep.view.steps() - 1 and sweep.play.text() == "Play"
    window.do_start()
    assert sweep.is_playing and sweep.view.step == 0
    window.do_cancel()
    assert not sweep.is_playing


def test_the_stamps_add_up_to_the_output(qtbot: Any, window: MainWindow, bench: Any) -> None:
    sweep = bench.sweep
    sweep.mode.set_value("scatter")
    g = bench.geometry_now()
    assert sweep.view.steps() == g.size**2
    sweep.go(7)
    some = bench.study.values.copy()
    some.ravel()[8:] = 0
    assert sweep.view.partial_output() == pytest.approx(transposed(some, bench.study.weight, g), abs=1e-5)
    assert "Input (2, 3)" in sweep.sentence.text()
    sweep.go(g.size**2 - 1)
    assert sweep.view.partial_output() == pytest.approx(bench.study.output)


def test_a_click_on_an_output_goes_there(qtbot: Any, window: MainWindow, bench: Any) -> None:
    view = bench.sweep.view
    _, right, side = view._boxes()
    qtbot.mouseClick(
        view, Qt.MouseButton.LeftButton, pos=QPoint(right.left() + 3 * side + 2, right.top() + side + 2)
    )
    assert view.place() == (1, 3)


def test_nothing_plays_unseen(qtbot: Any, window: MainWindow, bench: Any) -> None:
    window.do_start()
    assert bench.sweep.is_playing
    bench.page.set_value("adjoint")
    assert not bench.sweep.is_playing
    window.do_start()
    assert bench.page.value() == "sweep" and bench.sweep.is_playing
    window.show_panel("enlarge")
    assert not bench.sweep.is_playing


def test_both_inner_products_are_shown_and_equal(qtbot: Any, window: MainWindow, bench: Any) -> None:
    for _ in range(2):
        x, y = bench.adjoint.views[0].values, bench.adjoint.views[2].values
        back = transposed(y, bench.study.weight, bench.geometry_now())
        assert read(bench.adjoint.right.text()) == pytest.approx((x * back).sum(), abs=1e-4)
        assert read(bench.adjoint.left.text()) == pytest.approx(read(bench.adjoint.right.text()), abs=1e-10)
        bench.adjoint.again.click()
        settled(qtbot, window, bench)
        assert not np.array_equal(bench.adjoint.views[0].values, x)
    bench.adjoint.which.set_value("whole")
    matrix = bench.adjoint.backward.values
    y = bench.adjoint.views[2].values
    assert matrix @ y.ravel() == pytest.approx(bench.study.output.ravel())
    put(qtbot, window, bench, stride=1, dilation=2, output_padding=1)
    assert "no transposes of each other" in bench.adjoint.verdict.text()


def test_fusion_numbers_are_least_squares(qtbot: Any, window: MainWindow, bench: Any) -> None:
    put(qtbot, window, bench, size=12)
    bench.fusion.noise.set_value(0.3)
    settled(qtbot, window, bench)
    pictures = {view.title: view.values for view in bench.fusion.views}
    picture_, up, skip = pictures["Picture"], pictures["Up: Kᵀ K x"], pictures["Skip: x + noise"]
    columns = np.stack([up.ravel(), skip.ravel(), np.ones(144)], axis=1)
    best = np.linalg.lstsq(columns, picture_.ravel(), rcond=None)[0]
    error = np.sqrt(((columns @ best - picture_.ravel()) ** 2).mean())
    shown = re.search(r"RMS error ([\d.]+)", bench.fusion.views[7].note)
    assert shown is not None and float(shown[1]) == pytest.approx(error, abs=6e-4)
    put(qtbot, window, bench, size=2, padding=0, output_padding=0, kernel=9)
    assert "does not fit" in bench.fusion.summary.text()


def test_the_opened_picture_is_an_input(qtbot: Any, window: MainWindow, bench: Any, tmp_path: Path) -> None:
    place = bench.input.findData("picture")
    assert not bench.input.model().item(place).isEnabled()
    open_picture(qtbot, window, picture(tmp_path / "a.png", 40, 30))
    window.show_panel("workbench")
    assert bench.input.model().item(place).isEnabled()
    bench.input.setCurrentIndex(place)
    bench.input.activated.emit(place)
    put(qtbot, window, bench, size=16)
    assert bench.input_editor.values.shape == (16, 16) and np.ptp(bench.input_editor.values) > 0
    # Bright is much in a photo, in the light theme too; the kernel has the theme's colours.
    assert bench.equivalents.output.scheme == bench.sweep.view.scheme == "dark"
    assert bench.kernel_editor.scheme is None
    agrees(bench)
    window.do_close()
    settled(qtbot, window, bench)
    assert bench.input.currentData() == "painted"
    assert bench.equivalents.output.scheme is None
    agrees(bench)


@pytest.mark.parametrize("kernel", ["bilinear", "nearest", "gaussian", "box", "random"])
def test_kernels_to_choose(qtbot: Any, window: MainWindow, bench: Any, kernel: str) -> None:
    place = bench.kernel.findData(kernel)
    bench.kernel.setCurrentIndex(place)
    bench.kernel.activated.emit(place)
    settled(qtbot, window, bench)
    agrees(bench)


def test_a_models_kernels_are_looked_at(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    from deconv_studio import catalog
    from tests.enlargers import install
    from tests.tiny_networks import fsrcnn_like

    install(fsrcnn_like(2), tmp_path / "more", "own-deconv")
    for entry in catalog.Catalog().cards():
        catalog.mark_licence_seen(entry.card)
    window.studio.models.refresh()
    window.show_panel("workbench")
    bench: Any = window.panel("workbench")
    settled(qtbot, window, bench)
    bench.model.setCurrentIndex(bench.model.findData("own-deconv"))
    place = bench.kernel.findData("learned")
    bench.kernel.setCurrentIndex(place)
    bench.kernel.activated.emit(place)
    settled(qtbot, window, bench)
    file = window.studio.models.get("own-deconv").path  # type: ignore[union-attr]
    model = onnx.load(file)
    node = [each for each in model.graph.node if each.op_type == "ConvTranspose"][-1]
    weight = next(onnx.numpy_helper.to_array(t) for t in model.graph.initializer if t.name == node.input[1])
    kernels = weight.reshape(-1, *weight.shape[2:])
    assert bench.from_model.isVisibleTo(bench)
    assert bench.channel.maximum() == len(kernels)
    assert bench.kernel_editor.values == pytest.approx(kernels[bench.channel.value() - 1])
    agrees(bench)
    bench.channel.setValue(1)
    settled(qtbot, window, bench)
    assert bench.kernel_editor.values == pytest.approx(kernels[0])
    put(qtbot, window, bench, kernel=2)
    assert bench.kernel.currentData() == "painted"
    agrees(bench)


def test_a_layer_too_large_to_draw_is_said_and_not_cut(qtbot: Any, window: MainWindow, bench: Any) -> None:
    from deconv_studio.tasks.workbench import Learned

    before = bench.geometry_now()
    large = Learned("score", Geometry(5, 64, 32), np.ones((1, 64, 64)), 0)
    bench._model_read((large,))
    assert bench.state.text().startswith("✕ Kernel 64") and bench.geometry_now() == before


def test_what_was_on_the_bench_is_there_at_the_next_start(
    qtbot: Any, window: MainWindow, bench: Any, make_window: Any
) -> None:
    put(qtbot, window, bench, size=7, kernel=5, stride=3)
    for combo, key in ((bench.input, "edge"), (bench.kernel, "gaussian")):
        combo.setCurrentIndex(combo.findData(key))
        combo.activated.emit(combo.currentIndex())
    settled(qtbot, window, bench)
    geometry = bench.geometry_now()
    window.studio.settings.save()
    again = make_window()
    again.show_panel("workbench")
    panel: Any = again.panel("workbench")
    settled(qtbot, again, panel)
    assert panel.geometry_now() == geometry
    assert (panel.input.currentData(), panel.kernel.currentData()) == ("edge", "gaussian")
    agrees(panel)


@pytest.mark.parametrize(
    "kept", [{"size": "large", "kernel": 99, "preset": 77, "input": 3}, {"stride": None}]
)
def test_nonsense_in_the_settings_leaves_the_controls_alone(
    qtbot: Any, make_window: Any, kept: dict[str, Any]
) -> None:
    window = make_window(options={"workbench": kept})
    window.show_panel("workbench")
    panel: Any = window.panel("workbench")
    settled(qtbot, window, panel)
    assert panel.study is not None
    agrees(panel)


def untrained(path: Path, kernel: int = 3) -> Path:
    """A network of one transposed convolution with equal weights."""
    node = helper.make_node("ConvTranspose", ["x", "w"], ["y"], strides=[2, 2], name="up")
    graph = helper.make_graph(
        [node],
        "net",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, "H", "W"])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [onnx.numpy_helper.from_array(np.ones((1, 1, kernel, kernel), np.float32), "w")],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    return path


def test_a_files_checkerboard_is_found_and_its_layer_named(
    qtbot: Any, window: MainWindow, bench: Any, tmp_path: Path
) -> None:
    bench.page.set_value("checkerboard")
    page = bench.checkerboard
    page.take_file(untrained(tmp_path / "bad.onnx"))
    settled(qtbot, window, bench)
    assert page.verdict.text() == "✕ Checkerboard"
    assert "The layer y of bad.onnx" in page.reason.text()
    texts = [page.grid.itemAt(place).widget().text() for place in range(page.grid.count())]
    assert "ConvTranspose, ×2" in texts and "← brings it in" in texts
    # One layer with equal weights has the score that the bench measures of the same layer.
    rng = np.random.default_rng(0).random((1, 1, 48, 48), np.float32)
    made = transposed(rng[0, 0], np.ones((3, 3)), Geometry(48, 3, 2, 0))[:96, :96]
    energy = np.abs(np.fft.fft2(made)) ** 2
    energy[0, 0] = 0
    share = energy[::48, ::48].sum() / energy.sum()
    assert f"{100 * share:.0f} %" in texts
    assert page.spectrum.stride == 2 and page.cut.values is not None


def test_an_even_network_is_not_accused_and_a_broken_one_refused(
    qtbot: Any, window: MainWindow, bench: Any, tmp_path: Path
) -> None:
    page = bench.checkerboard
    page.take_file(untrained(tmp_path / "good.onnx", 2))
    settled(qtbot, window, bench)
    assert page.verdict.text() == "✓ No checkerboard"
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"no network")
    page.take_file(broken)
    settled(qtbot, window, bench)
    assert page.verdict.text() == "Not looked over" and "broken.onnx" in page.message.text()
    assert page.grid.count() == 0 and page.cut.values is None
    place = page.model.findData("upscale-x2")
    page.model.setCurrentIndex(place)
    page.model.activated.emit(place)
    settled(qtbot, window, bench)
    assert "upscale-x2" in page.reason.text() and page.message.isHidden()


def test_the_code_lines_make_the_same_layer(qtbot: Any, window: MainWindow, bench: Any) -> None:
    put(qtbot, window, bench, kernel=5, stride=3, padding=1, output_padding=2)
    bench.copy_code("torch")
    line = QGuiApplication.clipboard().text()
    torch = pytest.importorskip("torch")
    layer = eval(line, {"torch": torch})
    layer.weight.data[:] = torch.from_numpy(bench.study.weight)
    made = layer(torch.from_numpy(bench.study.values)[None, None].float()).detach().numpy()[0, 0]
    assert made == pytest.approx(bench.study.output, abs=1e-5)
    bench.copy_code("onnx")
    node = eval(QGuiApplication.clipboard().text(), {"onnx": onnx})
    found = {each.name: helper.get_attribute_value(each) for each in node.attribute}
    assert node.op_type == "ConvTranspose"
    assert found["kernel_shape"] == [5, 5] and found["strides"] == [3, 3] and found["pads"] == [1] * 4
    assert found["output_padding"] == [2, 2]


def test_every_control_has_a_name_and_the_wheel_only_scrolls(
    qtbot: Any, window: MainWindow, bench: Any
) -> None:
    kinds = (QAbstractSlider, QComboBox, QPushButton, QSpinBox, QToolButton)
    for root in (bench, bench.middle()):
        for kind in kinds:
            for control in root.findChildren(kind):
                if control.objectName().startswith("qt_") or "ScrollBar" in type(control).__name__:
                    continue
                named = control.accessibleName() or getattr(control, "text", str)()
                assert named, f"{control!r} has no name"
    row = bench.rows["kernel"]
    bench.preset.setFocus()
    before = row.value()
    event = QWheelEvent(
        row.slider.rect().center().toPointF(), row.slider.mapToGlobal(QPoint(2, 2)).toPointF(), QPoint(0, 0),
        QPoint(0, 120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
        False,
    )  # fmt: skip
    assert event.type() == QEvent.Type.Wheel
    QGuiApplication.sendEvent(row.slider, event)
    assert row.value() == before


@pytest.mark.parametrize("size", [(1024, 700), (1280, 800), (1920, 1080)])
def test_the_sweep_fits_without_scrolling(
    qtbot: Any, window: MainWindow, bench: Any, size: tuple[int, int]
) -> None:
    window.resize(*size)
    settled(qtbot, window, bench)
    for place, name in enumerate(bench.pages):
        bench.page.set_value(name)
        settled(qtbot, window, bench)
        area = bench.stack.widget(place)
        assert area.horizontalScrollBar().maximum() == 0
        assert area.widget().width() <= area.viewport().width()
        if name == "sweep":
            assert area.verticalScrollBar().maximum() == 0


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_numbers_can_be_read_on_their_colours(scheme: str) -> None:
    for step in range(-ramp.STEPS, ramp.STEPS + 1):
        ground = ramp.colour(step / ramp.STEPS, scheme)
        assert theme.contrast(ramp.ink(ground).name(), ground.name()) >= 4.5
    lightness = [ramp._to_oklab("#%02x%02x%02x" % each)[0] for each in ramp.colours(scheme)]  # noqa: UP031
    above = np.diff(lightness[ramp.STEPS :])
    assert (above > -0.002).all() if scheme == "dark" else (above < 0.002).all(), "one direction only"
