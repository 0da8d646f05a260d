"""Errors in the window's words: where a room's way out names an option of the command line, the window names
its own control."""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtCore import QCoreApplication

from deconv_studio.ui.actions import QT_TRANSLATE_NOOP

#: Ways out by an error's kind, where the window has another one than the command line.
WAYS_OUT = {
    "CallWrong": "",
    "FolderFailed": QT_TRANSLATE_NOOP(
        "Wording", "Choose another folder for the results, or make room on the disk."
    ),
    "HashMismatch": QT_TRANSLATE_NOOP("Wording", "Add the model again with Ctrl+M, or choose another one."),
    "JournalMismatch": QT_TRANSLATE_NOOP(
        "Wording", "Start anew instead of going on, or choose another folder for the results."
    ),
    "ModelMissing": QT_TRANSLATE_NOOP("Wording", "Add it with Ctrl+M, or choose another model."),
    "ModelUnfit": QT_TRANSLATE_NOOP("Wording", "Choose another model, or other options."),
    "NameTooLong": QT_TRANSLATE_NOOP("Wording", "Rename the input, or leave it out."),
    "OptionsInvalid": QT_TRANSLATE_NOOP("Wording", "Change that option in the panel."),
    "OutOfMemory": QT_TRANSLATE_NOOP(
        "Wording",
        "Close other programs, set a smaller tile, or less memory for networks in the preferences (Ctrl+,).",
    ),
    "OutputCollision": QT_TRANSLATE_NOOP(
        "Wording", "Choose another name for results that are there, or another format."
    ),
    "OutputExists": QT_TRANSLATE_NOOP(
        "Wording", "Choose on the right what to do with results that are there, or another folder."
    ),
    "OutputIsInput": QT_TRANSLATE_NOOP(
        "Wording", "Choose another folder for the results, or that what is there is replaced."
    ),
    "PackMissing": QT_TRANSLATE_NOOP(
        "Wording", "Choose another model; the manual says how packs are installed."
    ),
    "ProviderFailed": QT_TRANSLATE_NOOP(
        "Wording",
        "Choose another provider in the preferences (Ctrl+,); the doctor (F12) shows what is wrong.",
    ),
    "ProviderMissing": QT_TRANSLATE_NOOP(
        "Wording",
        "Choose another provider in the preferences (Ctrl+,); the doctor (F12) shows what is wrong.",
    ),
    "ProviderUnknown": QT_TRANSLATE_NOOP("Wording", "Choose another provider in the preferences (Ctrl+,)."),
    "TooManyPixels": QT_TRANSLATE_NOOP(
        "Wording", "Raise the limit in the preferences (Ctrl+,), if you trust the file and have the memory."
    ),
}

#: Options of the command line that messages name, and the control that stands for each in the window.
CONTROLS = {
    "--data": QT_TRANSLATE_NOOP("Wording", "the folder"),
    "--exists": QT_TRANSLATE_NOOP("Wording", "“If a result is there already”"),
    "--format": QT_TRANSLATE_NOOP("Wording", "“Format”"),
    "--max-pixels": QT_TRANSLATE_NOOP("Wording", "the limit on pixels"),
    "--memory": QT_TRANSLATE_NOOP("Wording", "the memory for networks"),
    "--model": QT_TRANSLATE_NOOP("Wording", "“Model”"),
    "--out": QT_TRANSLATE_NOOP("Wording", "“To”"),
    "--provider": QT_TRANSLATE_NOOP("Wording", "the provider"),
    "--resume": QT_TRANSLATE_NOOP("Wording", "“Go on”"),
    "--tile": QT_TRANSLATE_NOOP("Wording", "“Tile”"),
}

_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
#: Commands a person can only give in a terminal.
_COMMAND = re.compile(r"`?deconv-studio [a-z]")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Wording", text) if text else ""


def _controls(text: str) -> str:
    return _OPTION.sub(lambda found: _tr(CONTROLS.get(found[0], "")) or found[0], text)


def way_out(kind: str, hint: str) -> str:
    """The window's way out of an error.

    Parameters
    ----------
    kind, hint : str
        As the error has them.

    Returns
    -------
    str
        A sentence; the room's own where it holds for the window too, "" where there is none in the window.
    """
    if not _OPTION.search(hint) and not _COMMAND.search(hint):
        return hint
    if "pip install" in hint:
        # To be given in a terminal, by whomever it is read.
        return hint
    if kind in WAYS_OUT:
        return _tr(WAYS_OUT[kind])
    told = _controls(hint)
    return "" if _OPTION.search(told) or _COMMAND.search(told) else told


def sentence(error: Any) -> str:
    """What an error says in the window: what happened, and the way out.

    Parameters
    ----------
    error : Exception or batch.Failure
        With `kind`, `message` and `hint` where a room foresaw it.
    """
    kind, message = getattr(error, "kind", None), getattr(error, "message", None)
    if not isinstance(kind, str) or not isinstance(message, str):
        return str(error) or type(error).__name__
    return f"{_controls(message)} {way_out(kind, str(getattr(error, 'hint', '')))}".strip()
