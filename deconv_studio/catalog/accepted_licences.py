"""Which licences the user has been shown, so that each is shown before a model's first use and not again."""

from __future__ import annotations

import hashlib
import json
import threading
from datetime import UTC, datetime
from pathlib import Path

from deconv_studio.catalog import folders
from deconv_studio.catalog.atomic import write_atomic
from deconv_studio.catalog.card import Card

_lock = threading.Lock()


def _file() -> Path:
    return folders.user_folder() / "licences-seen.json"


def licence_key(card: Card) -> str:
    """What was shown: the model and its terms, so that changed terms are shown again."""
    terms = [card.weights.licence, card.data.name, card.data.licence, card.research_only]
    digest = hashlib.sha256(json.dumps(terms, ensure_ascii=True).encode()).hexdigest()
    return f"{card.id}:{digest[:16]}"


def _read() -> dict[str, str]:
    # A damaged file only means that licences are shown once more, so nothing in it is an error.
    try:
        content = json.loads(_file().read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    seen = content.get("seen") if isinstance(content, dict) else None
    if not isinstance(seen, dict):
        return {}
    return {key: value for key, value in seen.items() if isinstance(value, str)}


def licence_seen(card: Card) -> bool:
    """Whether the licence of this model, as it is today, was shown to the user."""
    with _lock:
        return licence_key(card) in _read()


def mark_licence_seen(card: Card) -> None:
    """Remember that the licence of this model was shown.

    Raises
    ------
    FolderNotWritable
    """
    with _lock:
        seen = _read()
        seen[licence_key(card)] = datetime.now(UTC).isoformat(timespec="seconds")
        text = json.dumps({"version": 1, "seen": seen}, indent=1, sort_keys=True)
        write_atomic(_file(), text.encode("utf-8"))
