"""What the parts of the Inspect panel know of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from deconv_studio.tasks.inspect import InspectOptions
    from deconv_studio.ui.inspect.jobs import Drawn, Looked, Style
    from deconv_studio.ui.studio import Studio


class Host(Protocol):
    """The panel, as far as its parts know it.

    Attributes
    ----------
    studio : Studio
    looked : Looked or None
        The network that has seen the picture.
    drawn : Drawn or None
        The unit that was projected back, as it is shown.
    layer : str
    """

    studio: Studio
    looked: Looked | None
    drawn: Drawn | None
    layer: str

    def options(self) -> InspectOptions:
        """What is asked for now."""

    def style_now(self) -> Style:
        """How things are to be drawn."""

    def link_now(self) -> str:
        """The link to the unit at hand."""

    def begin(self, text: str) -> None:
        """Show that something runs."""

    def end(self) -> None:
        """Show that nothing does, where that is so."""

    def show_error(
        self,
        error: Exception | str,
        cause: str,
        buttons: list[tuple[str, Callable[[], object]]] | None = None,
    ) -> None:
        """Show a sentence until its cause has gone."""

    def clear_error(self, cause: str = "") -> None:
        """The cause has gone."""
