"""Training from the window: a child process that speaks JSON lines, its run's folder, and the model it makes.

The child is the program's own verb ``train`` (and then ``export``), so that PyTorch never comes into the
window's process. It stops with a checkpoint when its standard input ends, which it does on a cancel, when the
window closes, and when the window's process is killed: nothing runs on for nobody.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import site
import subprocess
import sys
import tempfile
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from deconv_studio.catalog import Card
    from deconv_studio.engine.control import Control
    from deconv_studio.ui.studio import Studio
    from deconv_studio.ui.work import Job

log = logging.getLogger(__name__)

ORDER_FILE = "order.json"
#: Seconds a child has for its last checkpoint after a cancel; then it is killed, and the one before stays.
GRACE = 15.0
#: Minutes between checkpoints: what a killed computer loses.
CHECKPOINT_MINUTES = 1.0
#: Bytes of the child's messages that are looked at for why it failed.
TAIL = 4000


def _tr(text: str) -> str:
    return QCoreApplication.translate("Training", text)


class TrainingFailed(Exception):  # noqa: N818 - named for what happened
    """A training that did not end with a model.

    Attributes
    ----------
    kind, message, hint : str
        As every error of the program has them.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        self.message = message
        self.hint = hint
        super().__init__(message, hint)

    @property
    def kind(self) -> str:
        """The name of the cause, for machines."""
        return type(self).__name__

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class TrainingUnavailable(TrainingFailed):
    """The libraries of training are not installed; `command` gets them."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        self.command = install_command()
        super().__init__(
            _tr("Training needs {names}, which the light install leaves out.").format(
                names=", ".join(missing)
            ),
            _tr("Get it with: {command}").format(command=self.command),
        )


def install_command() -> str:
    """The command that installs what training needs into the Python that runs the window."""
    python = f'"{sys.executable}"' if " " in sys.executable else sys.executable
    checkout = package_folder().parent
    if (checkout / "pyproject.toml").is_file():
        return f'{python} -m pip install "{checkout}[train]"'
    return f'{python} -m pip install "deconv-studio[train]"'


def check_available() -> None:
    """Look whether training can run here, without importing any of it.

    Raises
    ------
    TrainingUnavailable
    """
    from deconv_studio import learning

    gone = learning.missing()
    if gone:
        raise TrainingUnavailable(gone)


# -- orders and their folders --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Order:
    """What is to be trained.

    Attributes
    ----------
    name : str
        Id of the model to make, and name of the run's folder.
    recipe : str
        A recipe's name or file.
    data : str
        The folder of pictures.
    settings : tuple of str
        Changes to the recipe, ``key=value``.
    title : str
        The model's title; the recipe's if empty.
    """

    name: str
    recipe: str
    data: str
    settings: tuple[str, ...] = ()
    title: str = ""

    @property
    def folder(self) -> Path:
        """Where its checkpoints are."""
        return runs_folder() / self.name

    @property
    def has_checkpoint(self) -> bool:
        """Whether there is something to go on from."""
        return any(self.folder.glob("step-*"))

    @property
    def has_weights(self) -> bool:
        """Whether a model can be made of what was learned so far."""
        return (self.folder / "best").is_dir()

    def save(self) -> None:
        """Write it into its folder, so that a later session can go on with the run.

        Raises
        ------
        TrainingFailed
            If the folder cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part = self.folder / f".{ORDER_FILE}.part"
            part.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")
            part.replace(self.folder / ORDER_FILE)
        except OSError as error:
            raise TrainingFailed(
                _tr("{folder} cannot be written: {reason}.").format(
                    folder=self.folder, reason=error.strerror or error
                ),
                _tr("Make room on the disk, or allow writing there."),
            ) from error

    def drop(self) -> None:
        """Delete its folder with every checkpoint."""
        shutil.rmtree(self.folder, ignore_errors=True)


def runs_folder() -> Path:
    """Folder with one folder for each training that was not finished."""
    from deconv_studio.catalog import folders

    return folders.user_folder() / "runs"


def unfinished() -> list[Order]:
    """Trainings with a checkpoint to go on from, by name; folders that are none are left alone."""
    found = []
    for file in sorted(runs_folder().glob(f"*/{ORDER_FILE}")):
        try:
            values = json.loads(file.read_text(encoding="utf-8"))
            order = Order(**{**values, "settings": tuple(values.get("settings", ()))})
        except (OSError, ValueError, TypeError, AttributeError) as error:
            log.warning("A training's order cannot be read: %s: %s", file, error)
            continue
        if order.name == file.parent.name and order.has_checkpoint:
            found.append(order)
    return found


# -- the child -----------------------------------------------------------------------------------------------


def package_folder() -> Path:
    """The folder of the package."""
    return Path(__file__).resolve().parents[1]


def program() -> list[str]:
    """The command that starts this program's command line in a process of its own."""
    return [sys.executable, "-m", "deconv_studio"]


def environment() -> dict[str, str]:
    """The child's environment: UTF-8, and in a checkout that is not installed the way to the package."""
    values = {**os.environ, "PYTHONUTF8": "1"}
    home = str(package_folder().parent)
    installed = [*site.getsitepackages(), site.getusersitepackages()]
    if home not in installed:
        values["PYTHONPATH"] = os.pathsep.join(filter(None, [home, values.get("PYTHONPATH", "")]))
    return values


def run_child(
    control: Control, arguments: list[str], heard: Callable[[dict[str, Any]], object], folder: Path
) -> int:
    """Run a verb of this program and hand on its JSON lines; on a pool thread.

    Parameters
    ----------
    control : Control
        Cancelling it ends the child's input; a child that does not stop within `GRACE` seconds is killed.
    arguments : list of str
    heard : callable
        Gets each JSON line as a dict, on this thread.
    folder : Path
        The child's working folder.

    Returns
    -------
    int
        The exit status, 0.

    Raises
    ------
    TrainingFailed
        If the child ends with another status; with what it said last.
    Cancelled
    """
    hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    with tempfile.TemporaryFile() as said:
        try:
            process = subprocess.Popen(
                [*program(), *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                cwd=folder,
                env=environment(),
                creationflags=hidden,
            )
        except OSError as error:
            raise TrainingFailed(
                _tr("{program} cannot be started: {reason}.").format(
                    program=program()[0], reason=error.strerror or error
                ),
                _tr("Install the program again."),
            ) from error
        assert process.stdin is not None and process.stdout is not None  # both are pipes
        killer = threading.Timer(GRACE, process.kill)
        killer.daemon = True

        def stop(stdin: IO[bytes] = process.stdin) -> None:
            stdin.close()
            killer.start()

        try:
            with control.on_cancel(stop):
                for event in _events(process.stdout):
                    heard(event)
                status = process.wait()
        finally:
            killer.cancel()
            if process.poll() is None:
                # Only where something here failed: the child must not outlive who listens to it.
                process.kill()
                process.wait()
            process.stdout.close()
            process.stdin.close()
        control.raise_if_cancelled()
        if status:
            raise TrainingFailed(_last_words(said, status))
        return status


def _events(stream: IO[bytes]) -> Iterator[dict[str, Any]]:
    for line in stream:
        try:
            event = json.loads(line)
        except ValueError:
            log.warning("A training said what is no JSON: %r", line[:200])
            continue
        if isinstance(event, dict):
            yield event


def _last_words(said: IO[bytes], status: int) -> str:
    """The last line of what a child wrote to its standard error."""
    said.seek(max(0, said.seek(0, os.SEEK_END) - TAIL))
    text = said.read().decode("utf-8", "replace")
    log.error("A training ended with status %s: %s", status, text)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if status < 0 or not lines:
        return _tr("The training ended unexpectedly (status {status}).").format(status=status) + (
            " " + _tr("Perhaps memory ran out: close other programs and go on with it.") if status < 0 else ""
        )
    return lines[-1]


@dataclass(frozen=True)
class Trained:
    """A training that ended with a model in the user's folder."""

    model_id: str
    notices: tuple[str, ...]


def train(control: Control, order: Order, resume: bool = False, finish: bool = False) -> Trained:
    """Train, export, and add the model to the user's; on a pool thread.

    Parameters
    ----------
    control : Control
        Gets each event of the child as a partial result, and ``{"event": "export"}`` before the export.
    order : Order
    resume : bool
        Go on from the run's checkpoint; else what is there of a former run of that name is deleted.
    finish : bool
        Train no further, but make the model of what the run has learned.

    Raises
    ------
    TrainingFailed
        Among them TrainingUnavailable.
    CatalogError
        If the name is taken, or the models' folder cannot be written.
    Cancelled
        The checkpoint stays.
    """
    from deconv_studio import catalog

    check_available()
    _check_name(order.name)
    if not finish:
        if not resume:
            order.drop()
        order.save()
        _learn(control, order)
    control.partial({"event": "export"})
    said: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(dir=order.folder) as place:
        made = Path(place) / "model"
        run_child(
            control,
            ["export", str(order.folder), "--out", str(made), "--json"],
            said.update,
            order.folder,
        )
        card = catalog.Card.from_toml(made / "card.toml")
        entry = catalog.Catalog().add(made / card.file, _named(card, order))
    catalog.mark_licence_seen(entry.card)  # the person's own
    order.drop()
    return Trained(entry.card.id, tuple(said.get("notices", ())))


def _learn(control: Control, order: Order) -> None:
    threads = max(1, (os.cpu_count() or 2) - 1)
    settings = (*order.settings, f"fit.threads={threads}", f"fit.checkpoint_minutes={CHECKPOINT_MINUTES}")
    run_child(
        control,
        ["train", order.recipe, "--data", order.data, "--out", str(order.folder), "--json", "--attended"]
        + [part for each in settings for part in ("--set", each)]
        + (["--resume"] if order.has_checkpoint else []),
        control.partial,
        order.folder,
    )


def _named(card: Card, order: Order) -> Card:
    # A person's own folder has no list of authors and licences, which the export would ask for.
    data = {"name": Path(order.data).name or order.data, "licence": "own pictures"}
    return card.replace(id=order.name, title=order.title or card.title, data=data)


def _check_name(name: str) -> None:
    """Look whether a model may be called this, before an hour is spent on it."""
    from deconv_studio import catalog

    if any(entry.card.id == name for entry in catalog.Catalog().cards()):
        raise TrainingFailed(
            _tr("There is a model {name} already.").format(name=name), _tr("Choose another name.")
        )


# -- in the window -------------------------------------------------------------------------------------------


class Trainer(QObject):
    """The one training of a window; every panel that trains shares it, see :func:`trainer_of`."""

    #: A training has begun or ended in whatever way.
    changed = Signal()
    #: An event of the child: a dict with ``event``.
    heard = Signal(object)
    #: A `Trained`; the list of models has it already.
    finished = Signal(object)
    #: An error with `kind`, `message`, `hint`.
    failed = Signal(object)
    #: Stopped by the user; the checkpoint stays.
    stopped = Signal()

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.setObjectName("trainer")
        self._studio = studio
        self._job: Job | None = None
        self._was_stopped = False
        #: What is trained, or was last.
        self.order: Order | None = None
        #: Step, loss and measures of each measurement of this training.
        self.curve: list[dict[str, Any]] = []

    @property
    def is_running(self) -> bool:
        """Whether a training runs."""
        return self._job is not None

    def start(self, order: Order, resume: bool = False, finish: bool = False) -> None:
        """Begin in the background, as :func:`train` says; while one runs this does nothing."""
        if self._job is not None:
            return
        self.order = order
        self._was_stopped = False
        if not (resume or finish):
            self.curve = []
        self._job = self._studio.work.start(
            train,
            order,
            resume,
            finish,
            title=_tr("training of {name} (its checkpoint stays)").format(name=order.name),
            channel="training",
            on_partial=self._partial,
            on_done=self._done,
            on_failed=self.failed.emit,
            on_cancelled=self._cancelled,
            on_ended=self._ended,
        )
        self.changed.emit()

    def cancel(self) -> None:
        """Ask it to stop with a checkpoint."""
        if self._job is not None:
            self._job.cancel()

    def _partial(self, event: dict[str, Any]) -> None:
        if event.get("event") == "epoch":
            self.curve.append(event)
        self.heard.emit(event)

    def _done(self, trained: Trained) -> None:
        self._studio.models.refresh(lambda: self.finished.emit(trained))

    def _cancelled(self) -> None:
        self._was_stopped = True

    def _ended(self) -> None:
        self._job = None
        self.changed.emit()
        if self._was_stopped:
            self.stopped.emit()


def trainer_of(studio: Studio) -> Trainer:
    """The window's trainer, made at its first use."""
    found = studio.findChild(Trainer, "trainer")
    return found if found is not None else Trainer(studio)
