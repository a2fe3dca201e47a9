"""How many requests go out in which second: what a schedule asks for of itself, and what has been sent.

A rate ceiling is held against both. It never slows anything down, for what is sent would no longer be the schedule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from loadtests.schedule.due_sessions import prepared_blocks
from recordings.axes import replayed
from scenarios.behaviour.schedule import Schedule, replayed_schedule
from scenarios.behaviour.steps import Answer, Call, Pause, Session
from scenarios.behaviour.user import behave
from scenarios.language.outcomes import GOOD
from scenarios.language.scenario import Scenario

_CALLS_MOST: Final = 10_000  # of one session that never pauses
_AT_ONCE: Final[Answer] = (GOOD, 0.0, 0.0)


@dataclass(frozen=True)
class Outlook:
    """What a replay will send of itself, when every request is answered at once and well: no retry, no wait."""

    peak_per_s: int
    peak_at: str
    seconds: float


def outlook(scenario: Scenario, seed: int, replication: int = 0) -> Outlook:
    """The busiest whole second of a replay, from its schedule."""
    recorded = replayed(scenario)
    whole = replayed_schedule(scenario, seed, replication)
    calls = Counter(int(at_s - recorded.span[0]) for at_s in _call_times(whole, recorded.end_s))
    second, peak = max(calls.items(), key=lambda each: each[1], default=(0, 0))
    return Outlook(peak, scenario.moment_text(recorded.span[0] + second), recorded.end_s - recorded.span[0])


@dataclass
class Sendings:
    """Requests of one process by whole second since the start. `exceeded` is called when a second holds too many."""

    ceiling: float | None = None
    exceeded: Callable[[], None] = lambda: None
    began_s: float = 0.0
    _before: dict[int, int] = field(default_factory=dict)  # the seconds that are over
    _second: int = 0
    _sent: int = 0  # in the present one

    def __post_init__(self) -> None:
        self._one_too_many = 0 if self.ceiling is None else int(self.ceiling) + 1

    def note(self, reading_s: float) -> None:
        """One request is sent now, when `perf_counter` shows this."""
        second = int(reading_s - self.began_s)
        if second != self._second:
            self._turn(second)
        self._sent += 1
        if self._sent == self._one_too_many:
            self.exceeded()

    def latest(self, seconds: int = 5) -> list[tuple[int, int]]:
        """The last few seconds and how many requests each holds; older ones are forgotten."""
        if not self._sent:
            return []
        for second in sorted(self._before)[: max(0, len(self._before) + 1 - seconds)]:
            del self._before[second]
        return [*sorted(self._before.items()), (self._second, self._sent)]

    def _turn(self, second: int) -> None:
        """Another second begins."""
        if self._sent:
            self._before[self._second] = self._sent
        self._second, self._sent = second, 0


def _call_times(whole: Schedule, end_s: float) -> Iterable[float]:
    for block in prepared_blocks(whole):
        for start_s, (population, row) in zip(block.start_s, block.order, strict=True):
            yield from _calls(behave(whole.plans[population], block.draws[population], row), start_s, end_s)


def _calls(session: Session, now_s: float, end_s: float) -> Iterable[float]:
    """When a session calls, if every answer takes no time."""
    return islice(_called(session, now_s, end_s), _CALLS_MOST)


def _called(session: Session, now_s: float, end_s: float) -> Iterable[float]:
    answer: Answer | None = None
    try:
        while now_s < end_s:
            step = session.send(answer)
            answer = None
            if isinstance(step, Call):
                yield now_s
                answer = _AT_ONCE
            elif isinstance(step, Pause):
                now_s += step.seconds
    except StopIteration:
        return
