"""A pytest plugin: a test that is skipped because a package is missing fails the run.

Loaded with ``PYTHONPATH=.ci pytest -p no_missing``; other skips are listed by ``-rs`` and stay skips.
"""

from __future__ import annotations

import re

import pytest

MISSING = re.compile(
    r"could not import|No module named|not installed|is missing|not available|needs the extra", re.IGNORECASE
)


class NoMissing:
    """Collects the skips that name a missing package."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        """Keep a report's place and reason if it is such a skip."""
        if report.skipped and not hasattr(report, "wasxfail"):
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            if MISSING.search(reason):
                self.found.append(f"{report.nodeid}: {reason}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Look at a test's outcome."""
        self.note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Look at a module that was skipped as a whole."""
        self.note(report)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Turn a green run red."""
        if self.found and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say which they were."""
        for line in self.found:
            terminalreporter.write_line(f"A PACKAGE IS MISSING, which fails this run: {line}", red=True)


def pytest_configure(config: pytest.Config) -> None:
    """Register the collector."""
    config.pluginmanager.register(NoMissing(), "no-missing-collector")
