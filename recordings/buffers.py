"""Where durations and moments wait in plain lists until they become counts, many at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from recordings.histogram import FloatArray, IntArray
from recordings.recording import SPAN, Form
from recordings.tally import GroupSums, Tally, add_tally

FLUSH_AT = 1 << 15
_AT_ONCE = 1 << 12  # numbers that become counts in well under a millisecond
_MOMENTS_AT = 1 << 12
_CUT = "cut"
_MOST_SKIPS = 32


class Rows(dict[int, list[list[float]]]):
    """Lists by row and outcome, made when a row is first asked for: most of many rows never are."""

    def __init__(self, outcomes: int) -> None:
        super().__init__()
        self._outcomes = outcomes

    def __missing__(self, row: int) -> list[list[float]]:
        made = self[row] = [[] for _ in range(self._outcomes)]
        return made


class Buffer:
    """Durations on their way into a tally: `cells[row][outcome]` is a flat list of moment, duration, moment, …

    In the hot path a caller does `cells[row][outcome] += (moment_s, duration_s)`: one line, no call. Durations of one
    row, outcome and window are added up in the order in which they came, whenever lists become counts.
    """

    def __init__(self, form: Form, shape: tuple[int, int, int]) -> None:
        self.form, self.shape = form, shape
        self.tallies: list[Tally] = [Tally.empty(shape)]
        self._sums = GroupSums()
        self.cells = self._made()
        self._skips = 0

    def flush(self, least: int) -> None:
        """Turn every list of at least `least` numbers into counts, all of them in one go. Of many lists that are far
        from it not every call looks at each: it is called for every window, and windows are alike."""
        if least and self._skips > 0:
            self._skips -= 1
            return
        lists = [(row, outcome, pairs) for row, outcomes in self._rows() for outcome, pairs in enumerate(outcomes)]
        due = [each for each in lists if len(each[2]) >= max(least, 1)]
        if not due:
            longest = max((len(pairs) for _, _, pairs in lists), default=0)
            self._skips = min(least // (2 * longest + 1), _MOST_SKIPS) - 1
            return
        sizes = [len(pairs) // 2 for _, _, pairs in due]
        rows, outcomes = (np.repeat([each[axis] for each in due], sizes) for axis in (0, 1))
        self._count(rows, outcomes, np.concatenate([pairs for _, _, pairs in due]).reshape(-1, 2))
        for _, _, pairs in due:
            pairs.clear()

    def flushing(self) -> Iterator[None]:
        """Turn what has become long into counts, and yield after each piece: somebody has something else to do."""
        for row, outcomes in list(self._rows()):
            for outcome, pairs in enumerate(outcomes):
                while len(pairs) >= _AT_ONCE:
                    first = np.array(pairs[:_AT_ONCE]).reshape(-1, 2)
                    del pairs[:_AT_ONCE]
                    self._count(np.full(len(first), row), np.full(len(first), outcome), first)
                    yield

    def add(self, tally: Tally) -> None:
        """Durations that were counted elsewhere."""
        add_tally(self.tallies, tally)

    def counted(self) -> Callable[[], Tally]:
        """What gives back everything that has been counted up to now: putting it together takes longer, and may be done
        in another thread."""
        parts, sums, shape = list(self.tallies), self._sums.copy(), self.shape
        return lambda: Tally.merged([*parts, sums.tally(shape)])

    def _made(self) -> list[list[list[float]]]:
        return [[[] for _ in range(self.shape[1])] for _ in range(self.shape[0])]

    def _rows(self) -> Iterable[tuple[int, list[list[float]]]]:
        return enumerate(self.cells)

    def _count(self, rows: IntArray, outcomes: IntArray, pairs: FloatArray) -> None:
        windows = self.form.windows_of(pairs[:, 0])
        add_tally(self.tallies, Tally.of(self.shape, (rows, outcomes, windows), pairs[:, 1], self._sums))


class WishBuffer(Buffer):
    """Of many populations with many goals each, most of which nobody has."""

    cells: Rows  # type: ignore[assignment]

    def __init__(self, form: Form) -> None:
        super().__init__(form, form.wishes)

    def _made(self) -> Rows:  # type: ignore[override]
        return Rows(self.shape[1])

    def _rows(self) -> Iterable[tuple[int, list[list[float]]]]:
        return self.cells.items()


class SessionBuffer(Buffer):
    """Sessions on their way into a tally, which also knows when the first of each population began and the last ended,
    `spans` of shape (populations, SPAN); those that ended as `cut` were open at the end."""

    def __init__(self, form: Form) -> None:
        super().__init__(form, (len(form.populations), len(form.endings), form.windows))
        self.spans = np.tile([np.inf, -np.inf, 0.0], (len(form.populations), 1)).reshape(-1, len(SPAN))
        self._cut = form.endings.index(_CUT) if _CUT in form.endings else -1

    def add_spans(self, spans: FloatArray) -> None:
        """When sessions that were counted elsewhere began and ended, in the same shape."""
        self.spans[:, 0] = np.minimum(self.spans[:, 0], spans[:, 0])
        self.spans[:, 1] = np.maximum(self.spans[:, 1], spans[:, 1])
        self.spans[:, 2] += spans[:, 2]

    def _count(self, rows: IntArray, outcomes: IntArray, pairs: FloatArray) -> None:
        np.minimum.at(self.spans[:, 0], rows, pairs[:, 0])
        np.maximum.at(self.spans[:, 1], rows, pairs.sum(axis=1))
        np.add.at(self.spans[:, 2], rows, outcomes == self._cut)
        super()._count(rows, outcomes, pairs)


class MomentCounter:
    """Moments of some names on their way into counts: in the hot path a caller appends to `lists[place]`."""

    def __init__(self, form: Form, names: int) -> None:
        self.form = form
        self.lists: list[list[float]] = [[] for _ in range(names)]
        self._counts = np.zeros((names, form.windows), dtype=np.int64)

    def flush(self, least: int = _MOMENTS_AT) -> None:
        """Turn every list of at least `least` moments into counts."""
        for row, moments_s in enumerate(self.lists):
            if moments_s and len(moments_s) >= least:
                np.add.at(self._counts[row], self.form.windows_of(np.array(moments_s)), 1)
                moments_s.clear()

    def add(self, counts: IntArray) -> None:
        """Moments that were counted elsewhere, shape (names, windows)."""
        self._counts += counts

    def counts(self) -> IntArray:
        """How many moments of each name are in each window, shape (names, windows)."""
        self.flush(1)
        return self._counts.copy()
