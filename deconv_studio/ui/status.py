"""The line at the bottom: the provider that really runs, the model and its time; the pixel under the cursor;
memory."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

#: Milliseconds between two looks at the memory used.
MEMORY_INTERVAL = 2000

PROVIDER_NAMES = {
    "cpu": "CPU",
    "cuda": "CUDA",
    "openvino": "OpenVINO",
    "directml": "DirectML",
    "coreml": "Core ML",
}


def seconds_text(seconds: float) -> str:
    """A duration in few signs: ``0.3 s``, ``8.7 s``, ``2 min 5 s``, ``1 h 4 min``."""
    if seconds < 0.095:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def bytes_text(count: float) -> str:
    """A size in few signs: ``310 MB``, ``1.4 GB`` (powers of 1000)."""
    for unit, size in (("TB", 1e12), ("GB", 1e9)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    if count >= 1e6:
        return f"{count / 1e6:.0f} MB"
    if count >= 1e3:
        return f"{count / 1e3:.0f} kB"
    return f"{count:.0f} B"


class StatusBar(QWidget):
    """One calm line. Every part keeps its place; what is not known is left out."""

    doctor_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status_bar")
        self.setProperty("area", "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.provider = QPushButton(self.tr("Provider not known yet"))
        self.provider.setObjectName("status_provider")
        self.provider.setFlat(True)
        self.provider.setCursor(Qt.CursorShape.PointingHandCursor)
        self.provider.setAccessibleName(self.tr("Execution provider; opens the doctor"))
        self.provider.setToolTip(self.tr("What networks run on. A click checks this installation."))
        self.provider.clicked.connect(self.doctor_wanted)
        self.model = self._label(self.tr("Model and its time"))
        self.said = self._label(self.tr("Message"))
        self.said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.pixel = self._label(self.tr("Position and colour under the cursor"))
        self.pixel.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.pixel.setTextFormat(Qt.TextFormat.PlainText)
        self.memory = self._label(self.tr("Memory used"))
        self.memory.setToolTip(self.tr("Memory this program uses"))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(self.provider)
        self._model_line = _line()
        row.addWidget(self._model_line)
        row.addWidget(self.model)
        row.addWidget(self.said, 1)
        row.addWidget(self.pixel)
        row.addWidget(_line())
        row.addWidget(self.memory)
        self._model_line.hide()
        self.setFixedHeight(26)
        self._timer = QTimer(self)
        self._timer.setInterval(MEMORY_INTERVAL)
        self._timer.timeout.connect(self._measure)
        self._process: Any = None
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.timeout.connect(lambda: self.said.setText(""))

    def _label(self, name: str) -> QLabel:
        label = QLabel()
        label.setAccessibleName(name)
        label.setProperty("role", "secondary")
        return label

    def begin(self) -> None:
        """Start to look at the memory; called once the window stands, because psutil takes a moment to
        load."""
        self._measure()
        self._timer.start()

    def close_down(self) -> None:
        """Stop the timers."""
        self._timer.stop()
        self._quiet.stop()

    def _measure(self) -> None:
        import psutil

        if self._process is None:
            self._process = psutil.Process()
        self.memory.setText(bytes_text(self._process.memory_info().rss))

    def set_provider(self, name: str, version: str, threads: int) -> None:
        """Show what networks really run on."""
        text = PROVIDER_NAMES.get(name, name)
        if version:
            text += f" (ONNX Runtime {version})"
        if threads:
            text += ", " + self.tr("%n thread(s)", "", threads).replace("(s)", "" if threads == 1 else "s")
        self.provider.setText(text)

    def set_model(self, model_id: str, seconds: float) -> None:
        """Show the model that ran last and how long it took."""
        self.model.setText(f"{model_id}  {seconds_text(seconds)}")
        self._model_line.show()

    def set_pixel(self, text: str) -> None:
        """Show position and colour under the cursor; empty when it is not on the picture."""
        self.pixel.setText(text)

    def say(self, text: str) -> None:
        """Show a sentence for a few seconds."""
        self.said.setText(text)
        self.said.setToolTip(text)
        self._quiet.start(6000)


def _line() -> QFrame:
    line = QFrame()
    line.setProperty("area", "line")
    line.setFixedSize(1, 14)
    return line
