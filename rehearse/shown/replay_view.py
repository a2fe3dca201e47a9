"""A replay while it runs, for a terminal: how its requests ended in the last seconds, how long they took, and which
faults are active. Words and colours are those of the report.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from math import ceil
from typing import Final

from rich.text import Text

from scenarios.descriptions.outcomes import IN_LINE_WORDS, OUTCOME_LOOKS, PERCENTILE_WORDS
from scenarios.language.outcomes import IN_LINE, OUTCOMES, WAITED_FOR
from scenarios.protocol.process_messages import RESPONSE_BOUNDS_S, ReplayRequests
from scenarios.protocol.visible_text import visible_line
from scenarios.quantities.units import duration_text

_LAST_S: Final = 10.0
_SQUARE: Final = "■ "


class ReplayView:
    """What has come of the requests of the last ten seconds. `faults` says which faults are active, by name."""

    def __init__(self, faults: Callable[[], Sequence[str]] = tuple) -> None:
        self._faults = faults
        self._readings: deque[ReplayRequests] = deque()

    def take(self, reading: ReplayRequests) -> None:
        """The load test has counted so far."""
        self._readings.append(reading)
        while len(self._readings) > 2 and reading.at_epoch_s - self._readings[1].at_epoch_s >= _LAST_S:
            self._readings.popleft()

    def lines(self) -> list[Text]:
        """A line each for outcomes, response times and faults, as far as there are any."""
        if len(self._readings) < 2:
            return _fault_lines(self._faults())
        first, last = self._readings[0], self._readings[-1]
        counts, buckets = _counts(last), _waited(last)
        counts.subtract(_counts(first))
        buckets.subtract(_waited(first))
        seconds = last.at_epoch_s - first.at_epoch_s
        return [_outcome_line(counts, seconds), *_response_lines(buckets), *_fault_lines(self._faults())]


def _counts(reading: ReplayRequests) -> Counter[str]:
    """How many have ended, by outcome."""
    found: Counter[str] = Counter()
    for tally in reading.requests:
        found[tally.outcome] += tally.count
    return found


def _waited(reading: ReplayRequests) -> Counter[int]:
    """How many of those whose response time counts, by the place of its bound."""
    found: Counter[int] = Counter()
    for tally in reading.requests:
        if tally.outcome in WAITED_FOR:
            found.update(dict(enumerate(tally.buckets)))
    return found


def _outcome_line(counts: Counter[str], seconds: float) -> Text:
    """`last 10 s, a second: ■ 231 answered well, ■ 2.5 timed out`."""
    line = Text(f"last {seconds:.0f} s, a second: ")
    named = [(look.words, look.dark, counts[name]) for name, look in OUTCOME_LOOKS.items() if counts[name]]
    if in_line := counts[OUTCOMES[IN_LINE]]:
        named.append((IN_LINE_WORDS, "default", in_line))
    for place, (words, colour, count) in enumerate(named):
        line.append(", " if place else "").append(_SQUARE, colour).append(f"{_rate(count / seconds)} {words}")
    return line if named else line.append("nothing has ended")


def _rate(per_s: float) -> str:
    return f"{per_s:,.0f}" if per_s >= 10 else f"{per_s:.1f}"


def _response_lines(buckets: Counter[int]) -> list[Text]:
    """`response time: median within 200 ms, 95 % within 1.5 s, 99 % within 3 s`; none of nothing."""
    total = buckets.total()
    if not total:
        return []
    ranks = {words: ceil(int(name[1:]) / 100 * total) for name, words in PERCENTILE_WORDS.items()}
    within = (f"{words} {_within(buckets, rank)}" for words, rank in ranks.items())
    return [Text(f"response time: {', '.join(within)}")]


def _within(buckets: Counter[int], rank: int) -> str:
    """Within what bound the request of a rank was answered."""
    reached = 0
    for place, bound_s in enumerate(RESPONSE_BOUNDS_S):
        reached += buckets[place]
        if reached >= rank:
            return f"within {duration_text(bound_s)}"
    return f"after more than {duration_text(RESPONSE_BOUNDS_S[-1])}"


def _fault_lines(names: Sequence[str]) -> list[Text]:
    """`2 faults active: identity is slow, hospitals hang`; none of none."""
    if not names:
        return []
    many = "1 fault" if len(names) == 1 else f"{len(names)} faults"
    return [Text(f"{many} active: {', '.join(map(visible_line, names))}", style="yellow")]
