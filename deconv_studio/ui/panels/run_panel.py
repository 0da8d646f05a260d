"""What panels that run something share: the button, its estimate, progress and cancel, and the message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from deconv_studio.ui.panels.base import Panel
from deconv_studio.ui.status import seconds_text
from deconv_studio.ui.widgets import ElidedLabel, InlineMessage, PrimaryButton, ThinProgress

if TYPE_CHECKING:
    from collections.abc import Callable

    from deconv_studio.ui.studio import Studio
    from deconv_studio.ui.work import Job


class RunPanel(Panel):
    """A panel with one main action that takes time. Its message stands at the foot of the side, in sight
    wherever the controls are scrolled to."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        self._job: Job | None = None
        self._left: Any = None
        self._cause = ""
        #: What stays above the message when that comes.
        self.last_button: QWidget | None = None
        self.model = QComboBox()
        self.model.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.model.setMinimumContentsLength(12)
        self.message = InlineMessage()
        self.message.setObjectName("panel_message")
        self._foot = QWidget()
        foot = QVBoxLayout(self._foot)
        foot.setContentsMargins(16, 4, 16, 12)
        foot.addWidget(self.message)
        self._foot.hide()
        self.message.installEventFilter(self)
        outer = self.layout()
        assert outer is not None
        outer.addWidget(self._foot)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Give the foot room while there is a message."""
        if watched is self.message and event.type() in (
            QEvent.Type.ShowToParent,
            QEvent.Type.HideToParent,
        ):
            self._foot.setVisible(event.type() == QEvent.Type.ShowToParent)
            if event.type() == QEvent.Type.ShowToParent:
                QTimer.singleShot(0, self, self._keep_in_sight)
        return super().eventFilter(watched, event)

    def _keep_in_sight(self) -> None:
        """Scroll so that the message hides none of the buttons its way out may name."""
        layout = self.layout()
        if self.last_button is not None and layout is not None:
            layout.activate()
            self.area.ensureWidgetVisible(self.last_button, 0, 8)

    def add_run(self, estimate: QLabel, estimate_name: str, verb: str, stop_tip: str, above: int = 4) -> None:
        """Put the estimate, the main button, and the line with progress and cancel under the controls.

        Parameters
        ----------
        estimate : QLabel
            Shows what the run would come to; its accessible name is ``estimate_name``.
        verb : str
            The main button's words.
        stop_tip : str
            What cancelling leaves.
        """
        self.estimate = estimate
        estimate.setProperty("role", "secondary")
        estimate.setAccessibleName(estimate_name)
        self.add(estimate, above)
        keys = QKeySequence("Ctrl+Return").toString(QKeySequence.SequenceFormat.NativeText)
        self.go = PrimaryButton(verb, keys)
        self.go.setAccessibleName(verb)
        self.go.clicked.connect(self.start)
        self.add(self.go, 4)
        self.progress = ThinProgress()
        self.add(self.progress, 4)
        line = QWidget()
        line.setFixedHeight(32)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 2, 0, 0)
        row.setSpacing(8)
        self.doing = ElidedLabel("")
        self.doing.setProperty("role", "secondary")
        self.doing.setAccessibleName(self.tr("What is being done"))
        self.stop = QPushButton(self.tr("Cancel"))
        self.stop.setAccessibleName(self.tr("Cancel"))
        self.stop.setToolTip(stop_tip)
        self.stop.clicked.connect(self.cancel)
        row.addWidget(self.doing, 1)
        row.addWidget(self.stop)
        self.add(line)
        self.last_button = self.go
        for widget in (self.progress, self.stop):
            policy = widget.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            widget.setSizePolicy(policy)
            widget.hide()

    @property
    def is_running(self) -> bool:
        """Whether it runs now."""
        return self._job is not None

    def engine(self) -> dict[str, Any]:
        """Provider, threads and memory in bytes, as the settings say."""
        settings = self.studio.settings
        return {
            "provider": settings.provider,
            "threads": settings.threads,
            "memory": settings.memory * 2**20 if settings.memory else None,
        }

    def run_job(self, function: Callable[..., Any], *args: Any, **how: Any) -> None:
        """Start the run in the background; ``how`` goes to :meth:`~deconv_studio.ui.work.Work.start`."""
        from deconv_studio.engine.control import TimeLeft

        self._left = TimeLeft()
        self.progress.setValue(0)
        self.doing.setText(self.tr("Loading the model…"))
        self._job = self.studio.work.start(
            function, *args, on_progress=self._progressed, on_ended=self._ended, **how
        )
        self.progress.show()
        self.stop.show()
        self.stop.setEnabled(True)
        # On a low screen the line may lie below what is scrolled to; who started must see how to stop.
        self.area.ensureWidgetVisible(self.stop, 0, 8)

    def cancel(self) -> bool:
        """Stop the run; what is finished stays."""
        if self._job is None:
            return False
        self.doing.setText(self.tr("Stopping…"))
        self.stop.setEnabled(False)
        self._job.cancel()
        return True

    def _progressed(self, done: float, text: str) -> None:
        self.progress.setValue(round(done * 1000))
        left = self._left.update(done) if self._left is not None else None
        parts = [text] if text else []
        if left is not None and left >= 0.5:
            parts.append(self.tr("{time} left").format(time=seconds_text(round(left) if left > 1 else left)))
        self.doing.setText(", ".join(parts))

    def _ended(self) -> None:
        """The run has ended, in whatever way."""
        self._job = None
        self._left = None
        self.progress.hide()
        self.stop.hide()
        self.doing.setText("")

    def show_error(
        self, text: str, cause: str, buttons: list[tuple[str, Callable[[], object]]] | None = None
    ) -> None:
        """Show a sentence in the panel; it stays until :meth:`clear_error` of the same cause."""
        self._cause = cause
        self.message.show_message(text, "error", buttons or [])

    def clear_error(self, cause: str) -> None:
        """The cause has gone, and so does its sentence."""
        if self._cause == cause:
            self._cause = ""
            self.message.clear()
