"""From notes in arrays to the recorder's lists: the same durations in the same order, counted at the same moments."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from recordings.recorder import Recorder
from simulations.compiled.notes import IN_LINE, PLACES, RESPONSES, SESSIONS, WAITS, WISHES


class NoteTaker:
    """Hands a recorder what a launch has noted, window by window.

    Args: the recorder, and where the cells of each kind of note begin.
    """

    def __init__(self, recorder: Recorder, starts: Any) -> None:
        self._recorder, self._starts = recorder, starts
        self._taken, self._window = 0, 0  # notes, and windows that are closed
        self._cells = self._cells_of(recorder)

    def _cells_of(self, recorder: Recorder) -> list[Any]:
        by_kind = [[]] * len(PLACES)
        by_kind[RESPONSES], by_kind[SESSIONS], by_kind[WAITS] = (
            recorder.responses.cells,
            recorder.sessions.cells,
            recorder.waits.cells,
        )
        by_kind[WISHES], by_kind[IN_LINE] = recorder.wishes.cells, recorder.in_line.cells  # type: ignore[call-overload]
        return by_kind

    def take(self, notes: Any, closed: Any, counted: Any, windows: int) -> None:
        """Take these notes, among which windows up to `windows` were closed: `closed[window]` is how many notes there
        had been by then in all, `counted[window]` the visits of stations so far."""
        first = self._taken
        for window in range(self._window, windows):
            end = int(closed[window])
            self._note(notes[self._taken - first : end - first])
            self._taken = end
            self._recorder.visits(window, counted[window])
            self._recorder.cached(window, np.zeros((counted.shape[1], 2), dtype=np.int64))
        self._window = windows
        self._note(notes[self._taken - first :])
        self._taken = first + len(notes)

    def _note(self, notes: Any) -> None:
        if not len(notes):
            return
        cells = notes["cell"]
        order = np.argsort(cells, kind="stable")
        ordered = cells[order]
        pairs = np.stack([notes["moment_s"][order], notes["value_s"][order]], axis=1)
        bounds = np.flatnonzero(np.diff(ordered, prepend=-1, append=-1))
        for low, high in pairwise(bounds):
            self._list(int(ordered[low])).extend(pairs[low:high].ravel().tolist())

    def _list(self, cell: int) -> list[float]:
        kind = int(np.searchsorted(self._starts[1:], cell, side="right"))
        row, outcome = divmod(cell - int(self._starts[kind]), PLACES[kind])
        found: list[float] = self._cells[kind][row][outcome]
        return found
