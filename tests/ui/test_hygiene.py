"""The watch over the window's tests sees what it is there to see."""

from __future__ import annotations

import logging
import threading

from PySide6.QtCore import QTimer, QVariantAnimation, qWarning
from PySide6.QtWidgets import QWidget


def test_a_running_timer_is_seen_until_it_stops(qapp, watch):
    timer = QTimer()
    timer.setObjectName("forgotten")
    timer.start(60_000)
    assert watch.left_behind() == ["QTimer 'forgotten' still running"]
    timer.stop()
    assert watch.left_behind() == []


def test_a_running_animation_is_seen(qapp, watch):
    animation = QVariantAnimation()
    animation.setStartValue(0.0)
    animation.setEndValue(1.0)
    animation.setDuration(60_000)
    animation.start()
    assert watch.left_behind() == ["QVariantAnimation '' still running"]
    animation.stop()


def test_a_window_is_seen_until_it_is_deleted(qapp, watch):
    from shiboken6 import delete

    window = QWidget()
    window.setObjectName("forgotten")
    assert watch.left_behind() == ["window QWidget 'forgotten'"]
    delete(window)
    assert watch.left_behind() == []


def test_a_thread_is_seen(watch):
    end = threading.Event()
    thread = threading.Thread(target=end.wait, name="forgotten")
    thread.start()
    assert watch.left_behind() == ["thread forgotten"]
    end.set()
    thread.join()


def test_log_errors_and_qt_warnings_are_seen_but_expected_ones_pass(qapp, watch, expect_said):
    logging.getLogger("deconv_studio.ui").error("broken")
    qWarning("crooked")
    logging.getLogger("deconv_studio.ui").warning("only a warning")
    assert len(watch.unexpected()) == 2
    expect_said("broken")
    expect_said("crooked")
    assert watch.unexpected() == []
