"""Inspect: what a network's layers see in the open picture, and what of the picture reached a unit."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from deconv_studio.ui.inspect import jobs, words
from deconv_studio.ui.inspect.controls import InspectControls
from deconv_studio.ui.inspect.files import InspectFiles
from deconv_studio.ui.inspect.jobs import Source, Style
from deconv_studio.ui.inspect.middle import InspectMiddle
from deconv_studio.ui.inspect.pages import InspectPages
from deconv_studio.ui.inspect.strip import short_name
from deconv_studio.ui.inspect.trials import Trials
from deconv_studio.ui.models import count_text
from deconv_studio.ui.panels.base import Panel
from deconv_studio.ui.widgets import InlineMessage
from deconv_studio.ui.wording import sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from deconv_studio.tasks.inspect import InspectOptions
    from deconv_studio.tasks.looking import LayerFacts, UnitMaps
    from deconv_studio.ui.inspect.cards import Card
    from deconv_studio.ui.studio import Studio

#: Milliseconds a slider has to rest before the views are drawn anew.
DELAY = 25
#: The network to begin with, where none was chosen before.
FIRST = "fruits-vgg"


class InspectPanel(Panel):
    """Network, rule and position on the side; layers, views and units in the middle."""

    name: ClassVar[str] = "inspect"
    title: ClassVar[str] = "Inspect"
    icon: ClassVar[str] = "inspect"
    description: ClassVar[str] = "What a network's layers see, back in pixels"
    order: ClassVar[int] = 60
    task: ClassVar[str] = "inspect"
    with_picture: ClassVar[bool] = True

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        self.networks = jobs.Networks()
        self.files: list[Source] = []
        self.looked: jobs.Looked | None = None
        self.maps: UnitMaps | None = None
        self.drawn: jobs.Drawn | None = None
        self.layer = ""
        self.unit = 0
        self.at: str | tuple[int, ...] = "max"
        self.klass: int | None = None
        self._seen_by: tuple[Any, ...] | None = None
        self._wanted: tuple[str, int | None] = ("", None)
        self._cause = ""
        self._filling = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY)
        self._timer.timeout.connect(self._redraw)
        self._build()
        self._connect()
        self._build_actions()
        studio.models.changed.connect(self.fill_networks)
        studio.document.opened.connect(lambda _picture: self._picture_changed())
        studio.document.closed.connect(self._picture_changed)
        self.fill_networks()
        self._show_state()

    # -- building --------------------------------------------------------------------------------------------

    def _build(self) -> None:
        side = self.controls = InspectControls(self)
        self.message = InlineMessage()
        self.message.setObjectName("panel_message")
        self.column.addStretch(1)
        self.add(self.message, 4)
        self.pages = InspectPages(self)
        self._middle = InspectMiddle(self.pages)
        self.trials = Trials(self, self.pages, self)
        self.outputs = InspectFiles(self, self)
        self._gains = {"back": 3.0, "heat": 1.0}
        # What the panel itself works with, at hand.
        self.network, self.go, self.facts, self.line = side.network, side.go, side.facts, side.line
        self.progress, self.doing, self.stop = side.progress, side.doing, side.stop
        self.rule, self.position, self.gain = side.rule, side.position, side.gain
        self.why, self.what, self.link, self.copy, self.scores = (
            side.why, side.what, side.link, side.copy, side.scores
        )  # fmt: skip
        self.verify_button, self.shuffle_button = side.verify_button, side.shuffle_button
        self.pin_button, self.more = side.pin_button, side.more
        self.side_box, self.ramp, self.signed, self.seed = side.side_box, side.ramp, side.signed, side.seed
        middle, pages = self._middle, self.pages
        self.frame, self.about, self.empty, self.split = (
            middle.frame, middle.about, middle.empty, middle.split
        )  # fmt: skip
        self.search, self.every, self.strip = middle.search, middle.every, middle.strip
        self.picture, self.map, self.view = middle.plates
        self.page, self.stack, self.zoomed = pages.page, pages.stack, pages.zoomed
        self.sort, self.shared, self.units_title, self.grid = (
            pages.sort, pages.shared, pages.units_title, pages.grid
        )  # fmt: skip
        self.nine, self.nine_note, self.hierarchy, self.hierarchy_note = (
            pages.nine, pages.nine_note, pages.hierarchy, pages.hierarchy_note
        )  # fmt: skip
        self.pinned, self.verdict, self.pair = pages.pinned, pages.verdict, pages.pair

    def _connect(self) -> None:
        side, pages = self.controls, self.pages
        self.network.activated.connect(lambda _place: self._network_chosen())
        side.open_file.clicked.connect(self.choose_file)
        self.go.clicked.connect(self.start)
        self.stop.clicked.connect(self.cancel)
        self.rule.currentIndexChanged.connect(lambda _place: self._rule_changed())
        self.position.changed.connect(lambda _value: self._position_changed())
        self.gain.changed.connect(self._gain_changed)
        self.link.returnPressed.connect(lambda: self.go_to(self.link.text()))
        self.copy.clicked.connect(self.copy_link)
        self.scores.chosen.connect(self._class_chosen)
        self.verify_button.clicked.connect(self.verify)
        self.shuffle_button.clicked.connect(lambda: self.shuffle())
        self.pin_button.clicked.connect(self.pin)
        self.side_box.currentIndexChanged.connect(lambda _place: self._size_changed())
        self.ramp.currentIndexChanged.connect(lambda _place: self._ramp_changed())
        self.signed.currentIndexChanged.connect(lambda _place: self._timer.start())
        self.seed.currentIndexChanged.connect(lambda _place: self._show_unit_again())
        self.strip.chosen.connect(self._layer_chosen)
        self.search.textChanged.connect(lambda _text: self._filter())
        self.every.toggled.connect(lambda _on: self._filter())
        for plate in (self.picture, self.map):
            plate.clicked.connect(self._place_clicked)
        self.map.hovered.connect(self._hovered)
        self.zoomed.changed.connect(lambda _value: self._zoom())
        self.sort.currentIndexChanged.connect(lambda _place: self._fill_units())
        self.shared.toggled.connect(lambda _on: self._show_layer(self.layer, self.unit))
        self.grid.chosen.connect(self._unit_chosen)
        self.nine.chosen.connect(lambda card: self._set_place(card.target))
        self.hierarchy.chosen.connect(lambda layer, unit: self._show_layer(layer, unit))
        pages.pinned.chosen.connect(self._pin_chosen)

    def _build_actions(self) -> None:
        menu = QMenu(self)
        self.own_actions: dict[str, QAction] = {}
        for name, text, keys, slot in (
            ("pin", self.tr("Pin this view"), "P", self.pin),
            ("copy_link", self.tr("Copy the link"), "C", self.copy_link),
            ("go_to", self.tr("Go to a link…"), "G", self._focus_link),
            ("", "", "", None),
            ("next_rule", self.tr("Next rule"), "R", self.next_rule),
            ("field", self.tr("Whole picture or field"), "Z", self._toggle_field),
            ("layer_before", self.tr("Layer before"), "Ctrl+Up", lambda: self.strip.step(-1)),
            ("layer_after", self.tr("Layer after"), "Ctrl+Down", lambda: self.strip.step(1)),
            ("", "", "", None),
            ("verify", self.tr("Verify by occlusion"), "V", self.verify),
            ("shuffle", self.tr("Randomise from this layer up"), "X", lambda: self.shuffle()),
            ("", "", "", None),
            ("save", self.tr("Save picture, values and patch…"), "", self.outputs.choose_folder),
            ("export", self.tr("Export the reverse graph…"), "", self.outputs.choose_export),
        ):
            if slot is None:
                menu.addSeparator()
                continue
            action = QAction(text, self)
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(lambda _checked=False, slot=slot: slot())
            menu.addAction(action)
            self._middle.addAction(action)
            self.own_actions[name] = action
        self.below_menu = menu.addMenu(self.tr("Randomise from another layer up"))
        self.below_menu.aboutToShow.connect(lambda: self.trials.fill(self.below_menu))
        self.more.setMenu(menu)

    def middle(self) -> QWidget:
        """Layers, views and units stand in the canvas's place."""
        return self._middle

    # -- networks --------------------------------------------------------------------------------------------

    def sources(self) -> list[Source]:
        """What can be looked into: the catalog's models, and files that were opened."""
        entries = sorted(
            self.studio.models.entries, key=lambda entry: (entry.card.task != "classify", entry.card.id)
        )
        return [*self.files, *(Source(entry.path, entry) for entry in entries)]

    def fill_networks(self) -> None:
        """List what can be looked into; keep what is chosen."""
        self._filling = True
        chosen = self.network.currentData() or self._remembered() or FIRST
        self.network.clear()
        for source in self.sources():
            self.network.addItem(source.name, source.name)
            tip = source.card.title if source.card is not None else str(source.path)
            self.network.setItemData(self.network.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        place = self.network.findData(chosen)
        self.network.setCurrentIndex(max(0, place) if self.network.count() else -1)
        self._filling = False
        self._show_state()
        if self._middle.isVisible():
            self.look_if_allowed()

    def _remembered(self) -> str:
        stored = self.studio.settings.options.get(self.task, {})
        return str(stored.get("model", "")) if isinstance(stored, dict) else ""

    def source(self) -> Source | None:
        """The network that is chosen."""
        name = self.network.currentData()
        return next((each for each in self.sources() if each.name == name), None)

    def _network_chosen(self) -> None:
        self._wanted = ("", None)
        self.start()

    def choose_file(self) -> None:
        """Ask for an .onnx file."""
        dialog = QFileDialog(self, self.tr("Look into a network"), self.studio.settings.last_folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("Networks (*.onnx)")])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda file: self.open_network(Path(file)))
        dialog.open()

    def open_network(self, path: Path) -> None:
        """Look into a file, which need not be among the models."""
        self.networks.forget(path)
        self._seen_by = None
        source = Source(path)
        self.files = [source, *(each for each in self.files if each.name != source.name)]
        self.fill_networks()
        self.network.setCurrentIndex(self.network.findData(source.name))
        self.start()

    def drop_model(self, path: Path) -> bool:
        """Look into a dropped .onnx file."""
        self.open_network(path)
        return True

    # -- looking ---------------------------------------------------------------------------------------------

    def activated(self) -> None:
        """Look at what has changed meanwhile."""
        self._show_state()
        self.look_if_allowed()

    def _picture_changed(self) -> None:
        if self.studio.document.picture is None:
            self.studio.work.supersede("inspect-look")
            self.looked = None
            self._seen_by = None
            self._show_state()
        elif self._middle.isVisible():
            self.look_if_allowed()

    def _request(self) -> tuple[Any, ...] | None:
        source, picture = self.source(), self.studio.document.picture
        if source is None or picture is None:
            return None
        return source.name, str(source.path), id(picture), picture, self.side_box.currentData()

    def look_if_allowed(self) -> None:
        """Look without being asked, if nothing has to be asked first."""
        request, source = self._request(), self.source()
        if request is None or source is None or request == self._seen_by:
            return

        def answered(seen: bool) -> None:
            if seen and self._request() == request:
                self._look()

        self.studio.work.start(jobs.may_look, source, channel="inspect-licence", on_done=answered,
                               on_failed=lambda error: self.show_error(error, "look"))  # fmt: skip

    def start(self) -> None:
        """Let the network see the picture; asks for the licence before a network's first use."""
        source = self.source()
        if source is None or self.studio.document.picture is None:
            self._show_state()
            return
        if source.entry is not None:
            self.studio.with_licence(source.entry, self._look)
        else:
            self._look()

    def _look(self) -> None:
        source, picture, request = self.source(), self.studio.document.picture, self._request()
        if source is None or picture is None:
            return
        self._seen_by = request
        self.clear_error()
        settings = self.studio.settings
        options = dict(settings.options.get(self.task) or {})
        settings.options = {**settings.options, self.task: {**options, "model": source.name}}
        for channel in ("inspect-layer", "inspect-unit", "inspect-page", "inspect-fields"):
            self.studio.work.supersede(channel)
        memory = settings.memory * 2**20 if settings.memory else None
        same = self.looked is not None and self.looked.source.name == source.name
        wanted = self._wanted[0] or (self.layer if same else "")
        self.begin(self.tr("Looking…"))
        self.studio.work.start(
            jobs.look, self.networks, source, picture, self.side_box.currentData() or None, settings.threads,
            memory, wanted, channel="inspect-look", on_done=self._looked, on_failed=self._not_looked,
            on_ended=self.end,
        )  # fmt: skip

    def _not_looked(self, error: Exception) -> None:
        self._seen_by = None
        self.looked = self.drawn = self.maps = None
        self._show_state()
        self.show_error(error, "look")

    def _looked(self, looked: jobs.Looked) -> None:
        same = self.looked is not None and self.looked.source.name == looked.source.name
        self.looked = looked
        scene = looked.scene
        self.studio.ran.emit(looked.source.name, "cpu", self.studio.settings.threads or 0, looked.seconds)
        self.strip.set_layers(scene.layers)
        self._filter()
        self._middle.set_seen(scene.size)
        held = self.window().focusWidget()
        if self._middle.isVisible() and (held is None or not self.isAncestorOf(held)):
            self.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        if not same:
            self.frame.whole()
            self.at = "max"
            self._set_position("max")
        self.picture.set_image(
            looked.picture, self.studio.document.name, f"{scene.size[1]} × {scene.size[0]}"
        )
        self.scores.set_scores(looked.scores)
        classes = {score.unit for score in looked.scores}
        if self.klass not in classes:
            self.klass = looked.scores[0].unit if looked.scores else None
        self._show_state()
        wanted, self._wanted = self._wanted, ("", None)
        unit = wanted[1] if wanted[0] else (self.unit if same and looked.layer == self.layer else None)
        self._show_layer(looked.layer, unit)
        self.studio.work.start(
            jobs.fields, scene, channel="inspect-fields",
            on_done=lambda found: self._fields(looked, found),
            on_failed=lambda error: self.show_error(error, "look"),
        )  # fmt: skip

    def _fields(self, looked: jobs.Looked, found: dict[str, tuple[int, int]]) -> None:
        if self.looked is looked:
            from deconv_studio.tasks.looking import with_fields

            self.strip.set_layers(with_fields(looked.scene.layers, found))

    def _show_state(self) -> None:
        """Say what there is, and what to do where there is nothing."""
        source, picture = self.source(), self.studio.document.picture
        ready = source is not None and picture is not None
        self.go.setEnabled(ready)
        looked = self.looked
        for control in (self.verify_button, self.shuffle_button, self.pin_button, self.copy):
            control.setEnabled(self.drawn is not None and looked is not None)
        self._middle.upper.setCurrentIndex(1 if looked is not None else 0)
        if looked is None:
            self.about.setText("")
            self.facts.setText("" if source is None or source.card is None else source.card.title)
            self.strip.set_layers(())
            self.grid.set_maps(None, [], [])
            self.scores.set_scores([])
            self.units_title.setText("")
            if picture is None:
                self.empty.setText(
                    self.tr("Open a picture (Ctrl+O), or drop one here, to see what a network makes of it.")
                )
            elif source is None:
                self.empty.setText(self.tr("There is no network yet. Drop an .onnx file onto the window."))
            else:
                self.empty.setText(
                    self.tr(
                        "Press Look (Ctrl+Return): the network sees the picture once, then clicks are live."
                    )
                )
            return
        layers = looked.scene.layers
        total = sum(layer.parameters for layer in layers)
        card = looked.source.card
        parts = [card.title] if card is not None else [str(looked.source.path)]
        parts.append(self.tr("{count} parameters").format(count=count_text(total)))
        self.facts.setText(", ".join(parts))
        self.facts.setToolTip("\n".join(parts))

    def _filter(self) -> None:
        self._middle.filter(self.looked, self.layer)

    # -- layers and units ------------------------------------------------------------------------------------

    def facts_of(self, name: str) -> LayerFacts | None:
        """What is known of a layer."""
        layers = self.looked.scene.layers if self.looked is not None else ()
        return next((each for each in layers if each.name == name), None)

    def _layer_chosen(self, name: str) -> None:
        self._show_layer(name, None)

    def _show_layer(self, name: str, unit: int | None) -> None:
        """Show a layer's units; ``unit`` of them, or the strongest."""
        if self.looked is None or not name:
            return
        if name != self.layer:
            self.at = "max"
            self._set_position("max")
        self.layer = name
        if self.strip.current_layer() != name and not self.strip.choose(name):
            self._filter()
        for plate in (self.map, self.view):
            plate.set_faint(True)
        for channel in ("inspect-unit", "inspect-page"):
            self.studio.work.supersede(channel)
        self.studio.work.start(
            jobs.units, self.looked.scene, name, self.shared.isChecked(), channel="inspect-layer",
            on_done=lambda maps: self._units(maps, unit),
            on_failed=lambda error: self.show_error(error, "layer"),
        )  # fmt: skip

    def _units(self, maps: UnitMaps, unit: int | None) -> None:
        if self.looked is None or maps.layer != self.layer:
            return
        self.clear_error("layer")
        self.maps = maps
        self._fill_units()
        if unit is not None and not 0 <= unit < len(maps.peaks):
            from deconv_studio.tasks.errors import OptionsInvalid

            self.show_error(
                OptionsInvalid(
                    f"The layer {maps.layer!r} has no unit {unit}.",
                    f"Its units are 0 to {len(maps.peaks) - 1}.",
                ),
                "link",
            )
            unit = None
        self._show_unit(maps.order("peak")[0] if unit is None else unit)

    def _fill_units(self) -> None:
        if self.maps is None or self.looked is None:
            return
        maps = self.maps
        order = str(self.sort.currentData())
        ramp = "diverging" if maps.signed else str(self.ramp.currentData())
        card = self.looked.source.card
        names: tuple[str, ...] = ()
        if card is not None and len(card.classes) == len(maps.peaks) and len(maps.shape) == 1:
            names = tuple(each.name for each in card.classes)
        self.grid.set_maps(maps, maps.order(order), self.looked.tables[ramp], names)
        self.grid.choose(self.unit)
        sorting = {
            "peak": self.tr("highest peak first"), "mean": self.tr("highest mean first"),
            "index": self.tr("by number"),
        }[order]  # fmt: skip
        self.units_title.setText(
            self.tr("{count} units of {layer}, {sorting}").format(
                count=len(maps.peaks), layer=short_name(maps.layer), sorting=sorting
            )
        )

    def _unit_chosen(self, unit: int) -> None:
        self._show_unit(unit)

    def _show_unit(self, unit: int) -> None:
        """Project a unit back; the newest click wins."""
        if self.looked is None or self.maps is None or self.maps.layer != self.layer:
            return
        if unit != self.unit and self.position.value() == "at":
            # A place on one unit's map says nothing on another's, but scrubbing keeps it to compare.
            self.at = self.at if isinstance(self.at, tuple) else "max"
        self.unit = unit
        self.grid.choose(unit)
        self._show_link()
        self.clear_error("unit")
        for plate in (self.map, self.view):
            plate.set_faint(True)
        self.studio.work.supersede("inspect-page")
        self.studio.work.supersede("inspect-draw")
        options = self.options()
        slow = options.rule == "occlusion"
        if slow:
            self.begin(self.tr("Covering the picture…"))
        self.studio.work.start(
            jobs.reconstruct, self.looked.scene, options, self.style_now(), channel="inspect-unit",
            on_partial=self._map_ready, on_done=self._unit_ready, on_failed=self._unit_refused,
            on_progress=self._progressed if slow else None, on_ended=self.end if slow else None,
        )  # fmt: skip

    def _show_unit_again(self) -> None:
        if not self._filling:
            self._show_unit(self.unit)

    def options(self) -> InspectOptions:
        """What is asked for now, as the task takes it."""
        from deconv_studio.tasks.inspect import InspectOptions

        rule = self.rule.currentData()
        place = self.at if isinstance(self.at, str) else ",".join(map(str, self.at)) or "max"
        unit = self.unit
        if rule == "gradcam":
            unit, place = self.klass or 0, "max"
        return InspectOptions(
            layer=self.layer, unit=str(unit), at=place, rule=rule, seed=self.seed.currentData(), save="png"
        )

    def style_now(self) -> Style:
        """How things are to be drawn."""
        return Style(
            self.gain.value(), str(self.ramp.currentData()), str(self.signed.currentData()),
            self.shared.isChecked(),
        )  # fmt: skip

    def _map_ready(self, answer: tuple[str, int, Any, Any]) -> None:
        layer, unit, image, plane = answer
        self._show_map(layer, unit, image, plane)

    def _show_map(self, layer: str, unit: int, image: Any, plane: Any) -> None:
        peak = float(plane.max())
        name = self.grid.unit_model.name(unit)
        self.map.set_image(
            image,
            self.tr("unit {unit} of {layer}").format(unit=name, layer=short_name(layer)),
            self.tr("peak {peak:.4g}").format(peak=peak),
        )

    def _unit_ready(self, drawn: jobs.Drawn) -> None:
        found = drawn.found
        if self.looked is None or drawn.scene is not self.looked.scene or found.layer != self.layer:
            return
        self.drawn = drawn
        if found.rule == "gradcam":
            self.map.set_image(
                drawn.map,
                self.tr("evidence for {name} in {layer}").format(
                    name=self._class_name(found.unit), layer=short_name(found.layer)
                ),
            )
            self.scores.mark(found.unit)
        else:
            self._show_map(found.layer, found.unit, drawn.map, drawn.plane)
            self.scores.mark(None)
        self._show_view(drawn)
        height, width = drawn.scene.size
        (top, bottom), (left, right) = found.box
        box = QRectF(left / width, top / height, (right - left) / width, (bottom - top) / height)
        spot = self._spot(found.at, drawn.plane.shape) if found.rule != "gradcam" else None
        self.picture.box = box if box.width() < 1 or box.height() < 1 else None
        self.picture.cross = self.map.cross = spot
        self.view.cross = None
        self.picture.update()
        self.map.update()
        self.controls.tell_unit(found)
        self._explain(found.rule)
        self.studio.said.emit(
            self.tr("forward {forward:.0f} ms, reverse {reverse:.0f} ms").format(
                forward=1000 * self.looked.seconds, reverse=1000 * drawn.seconds
            )
        )
        if self.zoomed.value() == "field":
            self._zoom()
        self._show_state()
        self.pages.show_page()

    def _spot(self, at: tuple[int, ...] | None, shape: tuple[int, ...]) -> QPointF | None:
        if at is None or len(at) != 2 or max(shape) < 2:
            return None
        return QPointF((at[1] + 0.5) / shape[1], (at[0] + 0.5) / shape[0])

    def _show_view(self, drawn: jobs.Drawn) -> None:
        found = drawn.found
        name = words.told(next(text for rule, text, _ in words.RULES if rule == found.rule))
        self.view.set_image(drawn.view, name, self.tr("gain × {gain:g}").format(gain=drawn.style.gain))

    def _explain(self, used: str | None = None) -> None:
        self.controls.explain(self.looked, self.layer, used)

    def _unit_refused(self, error: Exception) -> None:
        self.drawn = None
        self.view.set_image(None, self.tr("No reconstruction"))
        self.picture.box = None
        self.picture.update()
        self.what.setText("")
        buttons: list[tuple[str, Callable[[], object]]] = []
        kind = getattr(error, "kind", "")
        deepest = getattr(error, "deepest", None)
        if deepest:
            buttons.append(
                (
                    self.tr("Go to {layer}").format(layer=short_name(deepest)),
                    lambda: self._show_layer(deepest, None),
                )
            )
        if kind == "ZeroSeed":
            buttons.append(
                (self.tr("Use one as seed"), lambda: self.seed.setCurrentIndex(self.seed.findData("one")))
            )
        self.show_error(error, "unit", buttons)
        self._show_state()

    # -- rule, place, style ----------------------------------------------------------------------------------

    def _kind(self) -> str:
        return "heat" if self.rule.currentData() in ("gradcam", "occlusion") else "back"

    def _gain_changed(self, value: float) -> None:
        self._gains[self._kind()] = value
        self._timer.start()

    def _rule_changed(self) -> None:
        self._explain()
        # A heat map fills its range by itself, a reconstruction's strongest value hides the others.
        self.gain.set_value(self._gains[self._kind()])
        self._show_unit(self.unit)

    def next_rule(self) -> None:
        """The next of the rules, and the first after the last."""
        self.rule.setCurrentIndex((self.rule.currentIndex() + 1) % self.rule.count())

    def _set_position(self, value: str) -> None:
        self._filling = True
        self.position.set_value(value)
        self._filling = False

    def _position_changed(self) -> None:
        if self._filling:
            return
        value = self.position.value()
        if value == "at":
            at = self.drawn.found.at if self.drawn is not None else None
            self.at = at if at else "max"
        else:
            self.at = value
        self._show_unit(self.unit)

    def _place_clicked(self, u: float, v: float) -> None:
        if self.drawn is None and self.maps is None:
            return
        shape = self.maps.shape[1:] if self.maps is not None else ()
        if len(shape) != 2:
            return
        height, width = shape
        self._set_place((min(height - 1, int(v * height)), min(width - 1, int(u * width))))

    def _set_place(self, at: tuple[int, ...] | None) -> None:
        if not at:
            return
        self.at = at
        self._set_position("at")
        self._show_unit(self.unit)

    def _hovered(self, u: float, v: float) -> None:
        drawn = self.drawn
        if drawn is None or u < 0 or drawn.plane.ndim != 2:
            return
        height, width = drawn.plane.shape
        y, x = min(height - 1, int(v * height)), min(width - 1, int(u * width))
        self.studio.said.emit(f"({y}, {x})  {float(drawn.plane[y, x]):.5g}")

    def _toggle_field(self) -> None:
        self.zoomed.set_value("whole" if self.zoomed.value() == "field" else "field")

    def _zoom(self) -> None:
        if self.zoomed.value() == "whole" or self.drawn is None:
            self.frame.whole()
            return
        height, width = self.drawn.scene.size
        (top, bottom), (left, right) = self.drawn.found.box
        self.frame.show_box(
            QRectF(left / width, top / height, (right - left) / width, (bottom - top) / height)
        )

    def _redraw(self) -> None:
        drawn = self.drawn
        if drawn is None or self._filling:
            return
        self.studio.work.start(
            jobs.draw, drawn.scene, drawn.found, drawn.plane, self.style_now(), drawn.seconds,
            channel="inspect-draw", on_done=self._redrawn,
            on_failed=lambda error: self.show_error(error, "unit"),
        )  # fmt: skip

    def _redrawn(self, drawn: jobs.Drawn) -> None:
        if self.drawn is None or drawn.found is not self.drawn.found:
            return
        self.drawn = drawn
        self.map.image = drawn.map
        self.map.update()
        self._show_view(drawn)
        if self.page.value() == "nine":
            self.pages.show_page()

    def _ramp_changed(self) -> None:
        if not self._filling:
            self._fill_units()
            self._timer.start()

    def _size_changed(self) -> None:
        if not self._filling:
            self.look_if_allowed()

    # -- pages -----------------------------------------------------------------------------------------------

    def pin(self) -> None:
        """Keep the view at hand among the pinned ones."""
        self.pages.pin()

    def _pin_chosen(self, card: Card) -> None:
        self._filling = True
        rule = self.rule.findData(card.extra["rule"])
        self.rule.blockSignals(True)
        self.rule.setCurrentIndex(rule)
        self.rule.blockSignals(False)
        self._filling = False
        self.go_to(card.target)

    # -- links -----------------------------------------------------------------------------------------------

    def link_now(self) -> str:
        """The link to the unit at hand."""
        from deconv_studio.tasks.looking import write_link

        if self.looked is None or not self.layer:
            return ""
        return write_link(self.looked.source.name, self.layer, self.unit)

    def _show_link(self) -> None:
        if not self.link.hasFocus():
            self.link.setText(self.link_now())
            self.link.setCursorPosition(0)

    def copy_link(self) -> None:
        """Put the link on the clipboard."""
        if self.link_now():
            QGuiApplication.clipboard().setText(self.link_now())
            self.studio.said.emit(self.tr("Copied: {text}").format(text=self.link_now()))

    def _focus_link(self) -> None:
        text = QGuiApplication.clipboard().text().strip()
        if re.fullmatch(r"\S.*:.+:\d+", text) and "\n" not in text:
            self.link.setText(text)
        self.link.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.link.selectAll()

    def go_to(self, link: str) -> None:
        """Go to a unit by its link."""
        from deconv_studio.tasks.errors import OptionsInvalid
        from deconv_studio.tasks.looking import parse_link

        try:
            model, layer, unit = parse_link(link)
        except OptionsInvalid as error:
            self.show_error(error, "link")
            return
        place = self.network.findData(model)
        if place < 0:
            self.show_error(
                self.tr("There is no network {name} here. Install it, or open its file.").format(name=model),
                "link", [(self.tr("Open a file…"), self.choose_file)],
            )  # fmt: skip
            return
        self.clear_error("link")
        self._middle.setFocus()
        if self.looked is not None and self.looked.source.name == model:
            if self.facts_of(layer) is None:
                self.show_error(
                    self.tr("{model} has no layer {layer}.").format(model=model, layer=layer), "link"
                )
                return
            self._show_layer(layer, unit)
            return
        self._wanted = (layer, unit)
        self.network.setCurrentIndex(place)
        self.start()

    # -- tests -----------------------------------------------------------------------------------------------

    def _class_name(self, unit: int) -> str:
        card = self.looked.source.card if self.looked is not None else None
        if card is not None and unit < len(card.classes):
            return str(card.classes[unit].name)
        return self.tr("class {unit}").format(unit=unit)

    def _class_chosen(self, unit: int) -> None:
        if self.looked is None:
            return
        self.klass = unit
        if self.rule.currentData() == "gradcam":
            self._show_unit(self.unit)
        else:
            self._show_layer(self.looked.head, unit)

    # -- files -----------------------------------------------------------------------------------------------

    def verify(self) -> None:
        """Cover what the reconstruction shows, then what it does not."""
        self.trials.verify()

    def shuffle(self, since: str | None = None) -> None:
        """Shuffle the weights from a layer up, and reconstruct again."""
        self.trials.shuffle(since)

    def save_into(self, folder: Path, files: tuple[str, ...] = ("png", "npy", "patch")) -> None:
        """Save what is shown, as picture, as computed, and the patch it is of."""
        self.outputs.save_into(folder, files)

    def export_to(self, path: Path) -> None:
        """Write picture and seed to reconstruction as one ONNX file."""
        self.outputs.export_to(path)

    # -- progress, errors, the window ------------------------------------------------------------------------

    def begin(self, text: str) -> None:
        """Show that something runs, in the place of the network's facts."""
        self.doing.setText(text)
        self.progress.setValue(0)
        self.progress.show()
        self.line.setCurrentIndex(1)

    def _progressed(self, done: float, text: str) -> None:
        self.progress.set_fraction(done)
        self.doing.setText(text)

    def end(self) -> None:
        """Show the facts again, unless something else still runs."""
        busy = any(self.studio.work.find(each) for each in ("inspect-look", "inspect-test"))
        slow = self.studio.work.find("inspect-unit") is not None and self.rule.currentData() == "occlusion"
        if not busy and not slow:
            self.progress.hide()
            self.line.setCurrentIndex(0)

    def cancel(self) -> bool:
        """Stop what runs; what is shown stays."""
        found = False
        for channel in ("inspect-look", "inspect-unit", "inspect-page", "inspect-test"):
            job = self.studio.work.find(channel)
            if job is not None:
                found = True
                job.cancel()
                if channel == "inspect-look":
                    self._seen_by = None
        return found

    def show_error(
        self,
        error: Exception | str,
        cause: str,
        buttons: list[tuple[str, Callable[[], object]]] | None = None,
    ) -> None:
        """Show a sentence in the panel until its cause goes."""
        self._cause = cause
        text = error if isinstance(error, str) else sentence(error)
        self.message.show_message(text, "error", buttons or [])
        QTimer.singleShot(60, self, lambda: self.area.ensureWidgetVisible(self.message))

    def clear_error(self, cause: str = "") -> None:
        """The cause has gone, and so does its sentence; any, if none is named."""
        if self._cause and cause in ("", self._cause):
            self._cause = ""
            self.message.clear()

    def take_parameters(self, parameters: dict[str, object], model_id: str) -> bool:
        """Go to the unit that made a result."""
        unit = str(parameters.get("unit", ""))
        rule = self.rule.findData(parameters.get("rule"))
        if rule >= 0:
            self.rule.setCurrentIndex(rule)
        self._wanted = (str(parameters.get("layer", "")), int(unit) if unit.isdigit() else None)
        place = self.network.findData(model_id)
        if place >= 0:
            self.network.setCurrentIndex(place)
        return True

    def close_down(self) -> None:
        """Stop the timer."""
        self._timer.stop()
