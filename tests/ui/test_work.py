"""Background work: off the window's thread, newest first, cancelled to the bottom, waited for on closing."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QThread

from deconv_studio.engine.control import Cancelled, Control
from deconv_studio.ui.work import Work

WAIT = 5000


@pytest.fixture
def work(qapp: Any) -> Iterator[Work]:
    made = Work()
    yield made
    made.close()
    made.deleteLater()


def test_the_function_runs_on_a_pool_thread_and_answers_on_the_windows(qtbot: Any, work: Work) -> None:
    seen: dict[str, Any] = {}

    def function(control: Control) -> int:
        seen["worked on"] = threading.current_thread()
        return 42

    def done(value: int) -> None:
        seen["answer"] = (value, QThread.currentThread() is work.thread())

    work.start(function, on_done=done)
    qtbot.waitUntil(lambda: "answer" in seen, timeout=WAIT)
    assert seen["worked on"] is not threading.main_thread()
    assert seen["answer"] == (42, True)
    qtbot.waitUntil(lambda: not work.running(), timeout=WAIT)


def test_of_one_channel_only_the_newest_answers(qtbot: Any, work: Work) -> None:
    answers: list[str] = []
    release = threading.Event()

    def slow(control: Control) -> str:
        # Deaf to its cancel, like a decoder: its answer comes late and has to be dropped all the same.
        release.wait(5)
        return "old"

    first = work.start(
        slow, channel="one", on_done=answers.append, on_cancelled=lambda: answers.append("told")
    )
    work.start(lambda control: "new", channel="one", on_done=answers.append)
    qtbot.waitUntil(lambda: answers == ["new"], timeout=WAIT)
    assert first.is_cancelled
    release.set()
    qtbot.waitUntil(lambda: not work.running(), timeout=WAIT)
    assert answers == ["new"]


def test_channels_do_not_disturb_each_other(qtbot: Any, work: Work) -> None:
    answers: list[str] = []
    work.start(lambda control: "a", channel="a", on_done=answers.append)
    work.start(lambda control: "b", channel="b", on_done=answers.append)
    qtbot.waitUntil(lambda: sorted(answers) == ["a", "b"], timeout=WAIT)


def test_a_cancel_reaches_the_control_at_once(qtbot: Any, work: Work) -> None:
    told, running = threading.Event(), threading.Event()
    cancelled: list[bool] = []

    def function(control: Control) -> None:
        with control.on_cancel(told.set):
            running.set()
            control.wait(10)

    job = work.start(function, on_cancelled=lambda: cancelled.append(True))
    assert running.wait(5)
    job.cancel()
    assert told.is_set(), "cancel() itself tells the control, it does not wait for the event loop"
    qtbot.waitUntil(lambda: cancelled == [True], timeout=WAIT)


def test_a_cancel_before_the_start_prevents_it(qtbot: Any, work: Work) -> None:
    ran: list[int] = []
    gate = threading.Event()
    for _ in range(8):
        work.start(lambda control: gate.wait(5))
    job = work.start(lambda control: ran.append(1))
    job.cancel()
    gate.set()
    qtbot.waitUntil(lambda: not work.running(), timeout=WAIT)
    assert ran == []


def test_a_result_that_comes_after_the_cancel_is_dropped(qtbot: Any, work: Work) -> None:
    answers: list[str] = []
    running, release = threading.Event(), threading.Event()

    def function(control: Control) -> str:
        running.set()
        release.wait(5)
        return "late"

    job = work.start(function, on_done=answers.append, on_cancelled=lambda: answers.append("cancelled"))
    assert running.wait(5)
    job.cancel()
    release.set()
    qtbot.waitUntil(lambda: answers == ["cancelled"], timeout=WAIT)


def test_progress_is_throttled_and_the_end_is_told(qtbot: Any, work: Work) -> None:
    heard: list[float] = []

    def function(control: Control) -> None:
        for step in range(5001):
            control.progress(step / 5000, "step")

    work.start(function, on_progress=lambda done, text: heard.append(done))
    qtbot.waitUntil(lambda: bool(heard) and heard[-1] == 1.0, timeout=WAIT)
    assert len(heard) < 1000
    assert heard == sorted(heard)


def test_a_failure_is_handed_over_with_its_kind(qtbot: Any, work: Work) -> None:
    failures: list[Exception] = []

    class TypedError(Exception):
        kind = "Typed"

    def function(control: Control) -> None:
        raise TypedError("no")

    work.start(function, on_failed=failures.append)
    qtbot.waitUntil(lambda: len(failures) == 1, timeout=WAIT)
    assert isinstance(failures[0], TypedError)


def test_an_unforeseen_failure_is_logged_too(qtbot: Any, work: Work, expect_said: Any) -> None:
    expect_said("the title failed")
    failures: list[Exception] = []
    work.start(lambda control: 1 / 0, title="the title", on_failed=failures.append)
    qtbot.waitUntil(lambda: len(failures) == 1, timeout=WAIT)
    assert isinstance(failures[0], ZeroDivisionError)


def test_closing_cancels_and_waits(qtbot: Any, work: Work) -> None:
    ended = threading.Event()
    running = threading.Event()

    def function(control: Control) -> None:
        running.set()
        try:
            control.wait(20)
        except Cancelled:
            time.sleep(0.1)
            ended.set()
            raise

    work.start(function)
    assert running.wait(5)
    started = time.monotonic()
    work.close()
    assert ended.is_set(), "close() came back before the thread had ended"
    assert time.monotonic() - started < 10
    with pytest.raises(RuntimeError, match="closing"):
        work.start(lambda control: None)


def test_titles_tell_what_a_person_would_miss(qtbot: Any, work: Work) -> None:
    gate = threading.Event()
    work.start(lambda control: gate.wait(5), title="Enlarging")
    work.start(lambda control: gate.wait(5))
    assert [job.title for job in work.running(titled=True)] == ["Enlarging"]
    assert len(work.running()) == 2
    gate.set()
    qtbot.waitUntil(lambda: not work.running(), timeout=WAIT)


def test_after_closing_no_slot_is_called(qtbot: Any, work: Work) -> None:
    told: list[str] = []
    begun = threading.Event()

    def function(control: Control) -> None:
        begun.set()
        while True:
            control.raise_if_cancelled()
            time.sleep(0.005)

    job = work.start(
        function,
        on_done=lambda _: told.append("done"),
        on_cancelled=lambda: told.append("cancelled"),
        on_ended=lambda: told.append("ended"),
    )
    assert begun.wait(5)
    work.close()
    qtbot.waitUntil(lambda: job.finished, timeout=WAIT)
    assert told == []
