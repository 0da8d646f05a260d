"""Leaves the heavy networks out unless they are asked for."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(config, items):
    if config.getoption("--slow", default=False) or "slow" in (config.getoption("-m") or ""):
        return
    for item in items:
        if "tests/lens" in item.path.as_posix() and item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.skip(reason="heavy network: run with --slow or -m slow"))
