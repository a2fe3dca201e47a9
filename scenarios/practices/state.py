"""What a launch carries over from one moment to a window that begins there, as one JSON text.

A live replay of a Wednesday cannot perform the Monday. Whoever starts it has simulated the launch up to its window, and
hands on what came of that: habits, what practices have heard, what they hold, who will come back; and which appointment
slots are left. Sessions under way at that moment are left out, as the service's own queues are: a window begins with an
empty service.
"""

from __future__ import annotations

from typing import Any

import msgspec


class WaitingState(msgspec.Struct, array_like=True):
    """Somebody who is held, or away: who they are, since when, until when a referral is held (None: for as long as
    it takes), how often it was tried, and when they come back (None: when their practice gets round to it)."""

    population: str
    number: int
    key: int
    arose_s: float
    deadline_s: float | None
    tries: int
    due_s: float | None = None


class PracticesState(msgspec.Struct):
    """By practice: habits, and until when it believes that the service is down (None: it does not). Of those that have
    one, by number: messages sent, and until when no other is; and of backlogs, until when a failed try, and the rate of
    working off, keep the practice from looking (None: nothing does). `under_way` are messages that neighbours have not
    heard yet: when, which practice, and whether the service is down."""

    habits: list[float]
    down_until_s: list[float | None]
    messages: dict[int, tuple[int, float | None]]
    backlogs: dict[int, tuple[float | None, float | None]]
    under_way: list[tuple[float, int, bool]] = []


class PeopleState(msgspec.Struct):
    """What practices and people carry over. `at_s` is the moment; `practices` is None where a scenario has none. Of
    those that are `forgotten` nobody thinks any more."""

    at_s: float
    practices: PracticesState | None
    held: list[WaitingState]
    away: list[WaitingState]
    forgotten: list[WaitingState] = []


class WindowStart(msgspec.Struct, forbid_unknown_fields=True):
    """All that is carried over: `people`, None where nobody is followed; and `slots`, the state of the book of
    appointment slots (`simulations.service.slots.SlotBook.state`), None where the scenario says nothing of them."""

    people: PeopleState | None = None
    slots: dict[str, Any] | None = None


def state_text(state: WindowStart) -> str:
    """The state as JSON."""
    return msgspec.json.encode(state).decode()


def state_of(text: str) -> WindowStart:
    """What `state_text` made. Raises `msgspec.DecodeError`."""
    return msgspec.json.decode(text, type=WindowStart)


def known(moment_s: float) -> float | None:
    """A moment, or None for one that never comes or never was."""
    return moment_s if abs(moment_s) < float("inf") else None
