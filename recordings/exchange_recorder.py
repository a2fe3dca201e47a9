"""Records exchanges while they happen: one flat list an operation in the hot path, whole arrays from time to time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np

from recordings.exchanges import EXCHANGE_PARTS, EXCHANGE_VOLUMES, STATUSES, Exchanges
from recordings.recording import Form
from recordings.tally import Tally, add_tally

# moment, place of the ending, whole time, EXCHANGE_PARTS, EXCHANGE_VOLUMES
ROW: Final = 3 + len(EXCHANGE_PARTS) + len(EXCHANGE_VOLUMES)
_FLUSH_AT: Final = ROW << 13
_AT_ONCE: Final = ROW << 10  # numbers that become counts in well under a millisecond
_CONNECT, _TLS = EXCHANGE_PARTS.index("connect"), EXCHANGE_PARTS.index("tls")
_FIRST_STATUS, _LAST_STATUS = int(STATUSES[0]), int(STATUSES[-1])


def ending_of(status: int) -> int:
    """The place of a status code; one that is none is counted beside the nearest that is."""
    if _FIRST_STATUS <= status <= _LAST_STATUS:
        return status - _FIRST_STATUS
    return min(max(status, _FIRST_STATUS), _LAST_STATUS) - _FIRST_STATUS


# the same by status code, for each that three digits can say: a look-up in place of a call
ENDING_PLACES: Final = tuple(ending_of(status) for status in range(1000))


class ExchangeRecorder:
    """Records one worker's exchanges.

    In the hot path a caller does `cells[operation] += (moment_s, ending, took_s, connect_s, tls_s, first_byte_s,
    body_s, bytes_sent, bytes_received, connections)`: the intended start in seconds since midnight, the place of the
    ending (`ending_of`, `cause_places`), durations in seconds, and 1 where a connection was opened. A part that did not
    come to pass is 0.
    """

    def __init__(self, form: Form, causes: Sequence[str]) -> None:
        self.form = form
        self.cells: list[list[float]] = [[] for _ in form.operations]
        self.cause_places = {cause: len(STATUSES) + place for place, cause in enumerate(causes)}
        self._so_far = Exchanges.blank(form, tuple(causes))
        self._endings: list[Tally] = [self._so_far.endings]
        self._parts: list[Tally] = [self._so_far.parts]
        self._cpu_s = np.zeros(form.windows)
        self._cpu_before_s: float | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """How an exchange may end, by the place of the ending."""
        return self._so_far.names

    def cpu(self, moment_s: float, so_far_s: float) -> None:
        """The process has used so much processor time by a moment; what it used since the last call counts there."""
        if self._cpu_before_s is not None:
            window = int(self.form.windows_of(np.array([moment_s]))[0])
            self._cpu_s[window] += so_far_s - self._cpu_before_s
        self._cpu_before_s = so_far_s

    def flush(self, least: int = _FLUSH_AT) -> None:
        """Turn every list of at least `least` numbers into counts."""
        for operation, flat in enumerate(self.cells):
            if flat and len(flat) >= least:
                self._count(operation, np.array(flat).reshape(-1, ROW))
                flat.clear()

    def flushing(self) -> Iterator[None]:
        """The same a little at a time, for who must be on time meanwhile: yields after each piece."""
        for operation, flat in enumerate(self.cells):
            while len(flat) >= _AT_ONCE:
                first = np.array(flat[:_AT_ONCE]).reshape(-1, ROW)
                del flat[:_AT_ONCE]
                self._count(operation, first)
                yield

    def exchanges(self) -> Exchanges:
        """Everything so far, as one worker's."""
        return self.collected()()

    def collected(self) -> Callable[[], Exchanges]:
        """The same in two steps, as a `Recorder` has them."""
        self.flush(0)
        blank, endings, parts = self._so_far, list(self._endings), list(self._parts)
        volumes, cpu_s = blank.volumes.copy(), self._cpu_s[np.newaxis].copy()
        return lambda: Exchanges(self.form, blank.causes, Tally.merged(endings), Tally.merged(parts), volumes, cpu_s)

    def _count(self, operation: int, rows: np.ndarray) -> None:
        windows = self.form.windows_of(rows[:, 0])
        here = np.full(len(rows), operation)
        endings = rows[:, 1].astype(np.int64)
        add_tally(self._endings, Tally.of(self._so_far.endings.shape, (here, endings, windows), rows[:, 2]))
        times = rows[:, 3 : 3 + len(EXCHANGE_PARTS)]
        # a part of no length is there where what it is a part of is: an answer's body may come with its first byte
        is_there = times > 0
        is_there[:, _CONNECT] |= rows[:, -1] > 0
        is_there[:, _TLS + 1 :] |= (endings < len(STATUSES))[:, np.newaxis]
        which, part = np.nonzero(is_there)
        place = (here[which], part, windows[which])
        add_tally(self._parts, Tally.of(self._so_far.parts.shape, place, times[which, part]))
        volumes = rows[:, 3 + len(EXCHANGE_PARTS) :].astype(np.int64)
        for volume in range(len(EXCHANGE_VOLUMES)):
            np.add.at(self._so_far.volumes[operation, volume], windows, volumes[:, volume])
