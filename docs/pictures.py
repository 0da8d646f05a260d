"""Drives the real window on the bundled samples; writes the manual's pictures, light and dark, in two sizes.

Run as ``python docs/pictures.py [FOLDER]``; without a folder they go to ``docs/pictures``. Needs no display.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SIZES = ((1280, 800), (1920, 1080))
SCHEMES = ("dark", "light")
#: Seconds a step may take: a network on a slow machine.
PATIENCE = 180.0

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication, QDialog, QWidget  # noqa: E402

from deconv_studio import catalog  # noqa: E402
from deconv_studio.catalog import folders  # noqa: E402
from deconv_studio.ui import app, theme  # noqa: E402
from deconv_studio.ui.settings import Settings  # noqa: E402
from deconv_studio.ui.window import MainWindow  # noqa: E402


class Stage:
    """One window, and what a person would do with it."""

    def __init__(self, application: QApplication, out: Path) -> None:
        self.application = application
        self.out = out
        settings = Settings.load()
        settings.provider = "cpu"
        self.window: MainWindow = app.make_window(settings)
        self.window.show()
        self.window.begin([])
        self.wait(lambda: self.window.studio.models.ready)

    def wait(self, ready: Callable[[], bool] = lambda: True) -> None:
        """Let the window work until ``ready`` and until nothing runs any more."""
        end = time.monotonic() + PATIENCE
        calm = 0
        while calm < 15:
            self.application.processEvents()
            time.sleep(0.02)
            canvas = self.window.canvas
            # A panel may show something else in the canvas's place.
            drawn = canvas.settled or not canvas.isVisible()
            done = ready() and not self.window.studio.work.running() and drawn
            calm = calm + 1 if done else 0
            if time.monotonic() > end:
                raise TimeoutError("the window did not come to rest")

    def take(self, name: str, widget: QWidget | None = None) -> None:
        """Write what is seen in every scheme and size; ``widget`` alone, once a scheme, if given."""
        for scheme in SCHEMES:
            theme.apply(self.application, scheme)
            for width, height in SIZES if widget is None else SIZES[:1]:
                self.window.resize(width, height)
                self.wait()
                size = "" if widget is not None else f"-{width}x{height}"
                self.save(widget or self.window, f"{name}-{scheme}{size}.png")

    def save(self, widget: QWidget, name: str) -> None:
        """Write one picture with at most 256 colours: a tenth of the size, and no one sees it in a manual."""
        from io import BytesIO

        from PIL import Image
        from PySide6.QtCore import QBuffer, QIODevice

        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        widget.grab().save(buffer, "PNG")
        with Image.open(BytesIO(bytes(buffer.data().data()))) as picture:
            whole = picture.convert("RGB")
        palette = whole.quantize(256, method=Image.Quantize.MEDIANCUT)
        small = whole.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)
        small.save(self.out / name, optimize=True)
        sys.stdout.write(f"{self.out / name}\n")

    def dialog(self) -> QDialog:
        """Wait for the dialog that is open."""
        self.wait(lambda: any(each.isVisible() for each in self.window.findChildren(QDialog)))
        return next(each for each in self.window.findChildren(QDialog) if each.isVisible())

    def open(self, path: Path) -> None:
        """Open a picture and wait until it is sharp."""
        self.window.open_paths([path])
        self.wait(lambda: self.window.studio.document.path == path)

    def enlarge(self) -> None:
        """Press the main button and wait for the result."""
        before = len(self.window.studio.history.entries)
        self.window.do_start()
        self.wait(lambda: len(self.window.studio.history.entries) > before)

    def close(self) -> None:
        """Close without a question."""
        self.window._sure = True
        self.window.close()
        self.application.processEvents()


def restore_pictures(stage: Stage, samples: Path) -> None:
    """Take noise out of a photograph that was given some, and compare."""
    import numpy as np
    from PIL import Image

    window = stage.window
    with Image.open(samples / "wine.jpg") as picture:
        clean = np.asarray(picture.convert("RGB")).astype(np.float32)
    noise = np.random.default_rng(1).standard_normal(clean.shape, np.float32) * 25
    noisy = samples / "wine at night.png"
    Image.fromarray(np.rint(np.clip(clean + noise, 0, 255)).astype(np.uint8)).save(noisy)
    window.show_panel("restore")
    stage.open(noisy)
    panel: Any = window.panel("restore")
    stage.wait(panel.go.isEnabled)
    stage.enlarge()
    window.set_compare("split")
    stage.take("restore")


def draw_plate(path: Path) -> None:
    """Draw a brushed metal plate with a crack and a hole: pictures of real ones may not be given away."""
    import cv2
    import numpy as np
    from PIL import Image, ImageDraw

    height, width, finer = 280, 320, 4
    rng = np.random.default_rng(3)

    def grain(along: float, strength: float) -> np.ndarray:
        noise = cv2.GaussianBlur(rng.standard_normal((height, width)), (0, 0), sigmaX=0.6, sigmaY=along)
        return strength * noise / noise.std()

    down, across = np.mgrid[0:height, 0:width] / height
    light = 92 + 26 * np.exp(-(((across - 0.4) / 0.35) ** 2)) + 10 * np.cos(2 * down + across)
    plate = light * (1 + grain(14, 0.055) + grain(0.7, 0.02))
    steps = np.array((212, 60)) + np.cumsum(rng.normal((-1.5, 5), (4, 0.5), (16, 2)), axis=0)
    spoilt = Image.new("L", (width * finer, height * finer))
    pen = ImageDraw.Draw(spoilt)
    pen.line([tuple(step) for step in steps * finer], fill=255, width=2 * finer, joint="curve")
    pen.ellipse([finer * side for side in (88, 178, 101, 188)], fill=255)
    cover = np.asarray(spoilt.resize((width, height), Image.Resampling.BOX)) / 255
    Image.fromarray(np.clip(plate * (1 - 0.72 * cover), 0, 255).astype(np.uint8)).save(path)


def anomaly_pictures(stage: Stage, samples: Path) -> None:
    """Find what is wrong with a plate."""
    draw_plate(samples / "plate.png")
    stage.window.show_panel("anomaly")
    stage.open(samples / "plate.png")
    panel: Any = stage.window.panel("anomaly")
    panel.model.setCurrentIndex(panel.model.findData("tile-anomaly"))
    panel._model_chosen(0)
    stage.wait(panel.go.isEnabled)
    stage.enlarge()
    panel.opacity.set_value(45)
    stage.take("anomaly")


def sample_pictures(stage: Stage) -> None:
    """Make fruits, keep some, and switch off units that draw one's colour."""
    stage.window.show_panel("sample")
    panel: Any = stage.window.panel("sample")
    panel.model.setCurrentIndex(panel.model.findData("fruits-gan"))
    panel._model_chosen()
    grid, keeping = panel.browser.grid, panel.keeping
    stage.wait(lambda: grid.has(0) and not grid.missing(1))
    grid.choose_all((0, 1, 2, 3, 4, 5))
    panel.keep_chosen()
    stage.wait(lambda: len(keeping.kept) == 6)
    for mark, rows in (("A", (0, 1)), ("B", (2, 3))):
        keeping.tray.choose_all(rows)
        keeping.mark(mark)
    keeping.tray.choose_all(())
    grid.choose(15)
    stage.take("sample")
    panel.inspector.mode.set_value("paint")
    stage.wait(lambda: bool(panel.painting.units) and not panel.painting.page.grid.missing(1))
    panel.painting.page.grid.choose_all((1, 6, 7, 10))
    panel.inspector.paint.everywhere.click()
    stage.take("sample-paint")


def main(arguments: list[str]) -> int:
    """Write every picture."""
    out = Path(arguments[0]) if arguments else HERE / "pictures"
    out.mkdir(parents=True, exist_ok=True)
    # A user's own settings and licences have no place in a manual, nor has the manual in his.
    # The folder is named the same on every machine, because it shows in the pictures.
    home = Path(tempfile.gettempdir()) / "studio"
    home.mkdir()
    os.environ[folders.HOME_VARIABLE] = str(home)
    samples = home / "photos"
    try:
        shutil.copytree(catalog.resources_folder() / "samples", samples)
        application = app.make_application()
        stage = Stage(application, out)
        window = stage.window
        stage.wait(lambda: len(window.start_page._sample_buttons) > 0)
        stage.take("start")
        stage.open(samples / "seeding.jpg")
        window.do_start()
        stage.take("licence", stage.dialog())
        for entry in catalog.Catalog().cards():
            catalog.mark_licence_seen(entry.card)
        stage.dialog().reject()
        stage.enlarge()
        stage.take("enlarge")
        window.set_compare("difference")
        stage.take("difference")
        window.do_save_as()
        stage.take("save", stage.dialog())
        stage.dialog().reject()
        stage.open(samples / "rosette.png")
        stage.enlarge()
        window.set_compare("two_up")
        window.do_histogram(True)
        window.do_strip_results(True)
        stage.take("compare")
        window.do_histogram(False)
        folder = home / "holiday"
        (folder / "mountains").mkdir(parents=True)
        for name in ("sunset.jpg", "life.jpg", "brushes.jpg"):
            shutil.copy(samples / name, folder / name)
        shutil.copy(samples / "picos-de-europa.jpg", folder / "mountains")
        whole = (samples / "friends.jpg").read_bytes()
        (folder / "cut-off.jpg").write_bytes(whole[: len(whole) // 3])
        (folder / "notes.txt").write_text("Not a picture.", encoding="utf-8")
        window.show_panel("folders")
        panel = window.panel("folders")
        panel.drop_folder(folder)
        panel.recurse.setChecked(True)  # type: ignore[attr-defined]
        stage.wait(panel.go.isEnabled)  # type: ignore[attr-defined]
        window.do_start()
        stage.wait(lambda: panel._started and not panel.is_running)  # type: ignore[attr-defined]
        stage.take("folders")
        window.show_panel("segment")
        stage.open(Path(shutil.copy(HERE / "material" / "nuclei.png", samples)))
        mask: Any = window.panel("segment")
        mask.model.setCurrentIndex(mask.model.findData("nuclei"))
        mask._model_chosen(0)
        stage.enlarge()
        stage.take("segment")
        mask.view.set_value("outlines")
        mask.edit.set_open(True)
        stage.take("segment-outlines")
        restore_pictures(stage, samples)
        anomaly_pictures(stage, samples)
        sample_pictures(stage)
        window.show_panel("workbench")
        bench: Any = window.panel("workbench")
        stage.wait(lambda: bench.study is not None)
        stage.take("workbench")
        bench.choose_preset("box")
        bench.page.set_value("overlap")
        stage.take("workbench-overlap")
        window.show_panel("inspect")
        stage.open(samples / "friends.jpg")
        lens: Any = window.panel("inspect")
        stage.wait(lambda: lens.drawn is not None)
        lens.go_to("fruits-vgg:relu_3:28")
        stage.wait(lambda: lens.drawn is not None and lens.drawn.found.layer == "relu_3")
        stage.take("inspect")
        lens.page.set_value("hierarchy")
        stage.wait(lambda: len(lens.hierarchy.row_model.rows) > 0)
        stage.take("inspect-hierarchy")
        window.do_palette()
        stage.take("palette", stage.dialog())
        stage.close()
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
