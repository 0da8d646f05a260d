"""Control: progress, cancellation and time left."""

from __future__ import annotations

import threading
import time

import pytest

from deconv_studio.engine.control import Cancelled, Control, TimeLeft
from deconv_studio.engine.errors import EngineError

pytestmark = pytest.mark.light


def test_progress_is_clipped_and_mapped_through_children() -> None:
    seen: list[tuple[float, str]] = []
    control = Control(on_progress=lambda done, text: seen.append((round(done, 6), text)))
    control.progress(-1.0, "a")
    control.progress(float("nan"), "b")
    control.progress(7.0, "c")
    half = control.child(0.5, 1.0)
    half.progress(0.5, "d")
    half.child(0.0, 0.5).progress(1.0, "e")
    assert seen == [(0.0, "a"), (0.0, "b"), (1.0, "c"), (0.75, "d"), (0.75, "e")]


def test_a_cancel_reaches_children_and_parents() -> None:
    control = Control()
    child = control.child(0, 1)
    child.cancel()
    assert control.cancelled
    with pytest.raises(Cancelled):
        control.child(0, 1).raise_if_cancelled()
    assert not issubclass(Cancelled, EngineError)


def test_callbacks_run_once_only_inside_the_block_and_at_once_if_it_is_late() -> None:
    control, calls = Control(), []
    with control.on_cancel(lambda: calls.append("outer")):
        with control.on_cancel(lambda: calls.append("inner")):
            pass
        control.cancel()
        control.cancel()
    assert calls == ["outer"]
    with control.on_cancel(lambda: calls.append("late")):
        assert calls == ["outer", "late"]


def test_one_failing_callback_does_not_keep_the_cancel_from_the_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    control, calls = Control(), []

    def fail() -> None:
        raise RuntimeError("broken")

    with control.on_cancel(fail), control.on_cancel(lambda: calls.append(1)):
        control.cancel()
    assert calls == [1] and control.cancelled
    assert "callback failed" in caplog.text


def test_after_the_block_a_callback_never_runs() -> None:
    """The block's end waits for a callback that runs on another thread."""
    control = Control()
    inside, finished = threading.Event(), []

    def slow() -> None:
        inside.set()
        time.sleep(0.05)
        finished.append(1)

    thread = threading.Thread(target=control.cancel)
    with control.on_cancel(slow):
        thread.start()
        assert inside.wait(5)
    assert finished == [1]
    thread.join()


def test_wait_does_not_sleep_through_a_cancel() -> None:
    control = Control()
    control.wait(0.001)
    timer = threading.Timer(0.02, control.cancel)
    timer.start()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        control.wait(20)
    assert time.monotonic() - started < 10
    timer.join()


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_time_left_of_even_work_is_right() -> None:
    clock = Clock()
    left = TimeLeft(clock=clock)
    assert left.update(0.0) is None
    for step in range(1, 10):
        clock.now += 2.0
        found = left.update(step / 10)
        assert found == pytest.approx(2.0 * (10 - step), rel=0.01)
    clock.now += 2.0
    assert left.update(1.0) == 0.0


def test_time_left_is_smooth_but_follows() -> None:
    clock = Clock()
    left = TimeLeft(half_life=4.0, clock=clock)
    done = 0.0
    for step in range(100):
        clock.now += 0.5 if step % 2 else 1.5  # tiles of unequal cost, one a second on average
        done += 0.005
        value = left.update(done)
    assert value == pytest.approx(100.0, rel=0.25)
    for _ in range(40):
        clock.now += 4.0  # four times slower from here on
        done += 0.005
        value = left.update(done)
    assert value == pytest.approx((1.0 - done) / 0.005 * 4.0, rel=0.2)


def test_time_left_begins_again_when_the_work_does() -> None:
    clock = Clock()
    left = TimeLeft(clock=clock)
    clock.now += 1
    left.update(0.9)
    clock.now += 1
    assert left.update(0.1) is None
    clock.now += 1
    assert left.update(0.2) == pytest.approx(8.0, rel=0.01)
