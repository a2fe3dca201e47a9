"""Sends readings on in a thread of its own: a receiver that is slow, full or gone costs the replay nothing.

Where they go is what the option names, and nowhere else: its address is looked up once, no proxy, redirect or other
setting of the environment is heeded (`loadtests.http.direct`). What cannot be sent is tried again with what comes after
it; what waits for too long is dropped, and how much was is said at the end.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import httpx

from loadtests.http.direct import direct_client
from loadtests.safety.refused import RefusedError
from loadtests.safety.targets import place
from rehearse.live.metrics import Reading

PushBody = Callable[[Sequence[Reading]], bytes]
EVERY_S: Final = 5.0
FINISH_WITHIN_S: Final = 10.0
_TIMEOUT_S: Final = 4.0
_MOST_WAITING: Final = 600  # ten minutes of readings


class Pusher:
    """Sends what `add` gets to `url`, as `body` makes it."""

    def __init__(
        self,
        url: str,
        body: PushBody,
        headers: Mapping[str, str],
        note: Callable[[str], None],
        every_s: float = EVERY_S,
        finish_within_s: float = FINISH_WITHIN_S,
    ) -> None:
        """Raises `RefusedError` when the URL is none or its host has no address."""
        found = place(url)
        if not found.addresses:
            raise RefusedError(f"cannot send metrics to {found.name}: no address is known for it")
        self._host, self._url, self._body, self._headers, self._note = found, url, body, dict(headers), note
        self._every_s, self._finish_within_s = every_s, finish_within_s
        self._waiting: list[Reading] = []
        self._lock, self._over = threading.Lock(), threading.Event()
        self._dropped, self._trouble = 0, ""
        self._thread = threading.Thread(target=self._run, daemon=True, name="metrics")
        self._thread.start()

    def add(self, reading: Reading) -> None:
        """One more reading is to be sent."""
        with self._lock:
            self._waiting.append(reading)
            self._drop(len(self._waiting) - _MOST_WAITING)

    def close(self) -> None:
        """Send what is left, within a bounded time, and say what was lost."""
        self._over.set()
        self._thread.join(self._finish_within_s)
        with self._lock:
            self._drop(len(self._waiting))
        if self._dropped:
            self._note(f"{self._dropped} readings of metrics were not taken by {self._host.name}: {self._trouble}")

    def _drop(self, number: int) -> None:
        if number > 0:
            del self._waiting[:number]
            self._dropped += number

    def _run(self) -> None:
        with direct_client(self._host, _TIMEOUT_S) as http:
            while not self._over.wait(self._every_s):
                self._send(http)
            until_s = time.monotonic() + self._finish_within_s - _TIMEOUT_S
            while not self._send(http) and time.monotonic() < until_s:
                time.sleep(0.5)

    def _send(self, http: Any) -> bool:
        """Whether everything that waited has gone, or was refused for good."""
        with self._lock:
            taken, self._waiting = self._waiting, []
        if not taken:
            return True
        try:
            status = http.post(self._url, content=self._body(taken), headers=self._headers).status_code
            trouble = "" if status < 300 else f"answered {status}"
            is_lost = 300 <= status < 500 and status != 429  # it will not be taken another time either
        except httpx.HTTPError as error:
            trouble, is_lost = f"{type(error).__name__}: {error}", False
        if trouble and not self._trouble:
            self._note(f"metrics cannot be sent to {self._host.name}: {trouble}; the replay goes on")
        self._trouble = trouble or self._trouble
        with self._lock:
            if is_lost:
                self._dropped += len(taken)
            elif trouble:
                self._waiting = taken + self._waiting
                self._drop(len(self._waiting) - _MOST_WAITING)
        return is_lost or not trouble
