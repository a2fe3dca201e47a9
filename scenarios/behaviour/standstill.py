"""Sessions that go on without end while no time passes: the launch they are in would never end.

`scenarios.limits` finds most of them before anything runs. What is left (a loop that a fault or a breaker has made one
of no time) is found here: somebody who does more than anybody can in a millisecond is stopped, and with them the
launch.
"""

from __future__ import annotations

from typing import Any, Final, Protocol

STEPS_MOST_AT_ONCE: Final = 100_000
AT_ONCE_S: Final = 0.001


class StandstillError(Exception):
    """A launch that would never end, with what to do about it."""


def standstill(population: str, last: str, moment_s: float | None = None) -> StandstillError:
    """What is to be said of a session of `population` that does not get on, `last` being its last step."""
    moment = "" if moment_s is None else f", {moment_s:,.10g} s after midnight or the start"
    return StandstillError(
        f"populations.{population}: somebody took {STEPS_MOST_AT_ONCE:,} steps within {AT_ONCE_S * 1000:g} ms{moment},"
        f" the last of them {last}: the launch would never end; put a `think` into what is repeated, or a wait before"
        " the next try"
    )


class GoingOn(Protocol):
    """As much of a session as tells whether it gets on."""

    steps: int
    steps_since_s: float

    @property
    def now_s(self) -> float: ...
    @property
    def context(self) -> Any: ...


def gets_on(session: GoingOn, last: str) -> None:
    """Begin to count anew where time has passed. Raises `StandstillError` where none has."""
    if session.now_s - session.steps_since_s < AT_ONCE_S:
        raise standstill(session.context.plan.population, last, session.now_s)
    session.steps, session.steps_since_s = 0, session.now_s
