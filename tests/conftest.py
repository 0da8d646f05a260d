"""What all tests share: the slow ones on request, the light ones alone, and no skip unseen on CI."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="run the soak tests too")
    parser.addoption("--light", action="store_true", help="collect only files with light tests")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """With ``--light``, never import a test file (or its conftest) that may need torch or Qt."""
    if not config.getoption("--light"):
        return None
    if collection_path.is_dir():
        files = list(collection_path.rglob("test_*.py"))
    else:
        files = [collection_path] if collection_path.name.startswith("test_") else []
    if not files:
        return None
    return True if not any("mark.light" in file.read_text(encoding="utf-8") for file in files) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--slow") or "slow" in config.getoption("markexpr"):
        return
    slow = [item for item in items if item.get_closest_marker("slow")]
    if slow:
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in slow]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A test skipped on CI is a test nobody knows the result of."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if skipped and os.environ.get("CI") and session.exitstatus == 0:
        reporter.write_line(f"{len(skipped)} skipped: on CI nothing may be.", red=True)
        for report in skipped:
            reporter.write_line(f"  {report.nodeid}: {report.longrepr}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """Take away what a call in this process did to the program's logger."""
    logger = logging.getLogger("deconv_studio")
    before = (list(logger.handlers), logger.level, logger.propagate)
    yield
    for handler in logger.handlers:
        if handler not in before[0]:
            handler.close()
    logger.handlers[:] = before[0]
    logger.setLevel(before[1])
    logger.propagate = before[2]
