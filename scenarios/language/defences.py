"""What protects the service: the `defences` of a scenario.

A defence is exactly one kind. Those of the service are values without behaviour, which `simulations/defences` gives it,
one module a kind; the last two change who comes when, and are read where sessions are drawn
(`scenarios/behaviour/schedule.py`). The client's own defences (breakers, budgets, throttling, hedging) belong to a
population's `behaviours`.
"""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field, model_validator

from scenarios.language.faults import AtStation
from scenarios.language.fields import Name, Part, PositiveDuration, PositiveRate, Share, chosen_key


class Discipline(AtStation):
    """Who of those that wait is served next.

    adaptive_lifo: the last first once `from_queue` wait, else the first. codel: whoever has waited longer than `target`
    is turned away if the queue has not been empty within `interval`, longer than `interval` if it has. Source of both:
    B. Maurer, *Fail at Scale*, ACM Queue 13(8), 2015; Nichols and Jacobson, *Controlling Queue Delay*, 2012.
    priority: two-week waits first, then urgent work, then routine; each in order of arrival.
    """

    order: Literal["fifo", "lifo", "adaptive_lifo", "codel", "priority"]
    from_queue: int = Field(default=1, ge=1, description="of adaptive_lifo")
    target: PositiveDuration = Field(default=0.005, description="of codel")
    interval: PositiveDuration = Field(default=0.1, description="of codel")


class QueueLimit(AtStation):
    """A bounded queue: more are turned away at once."""

    at_most: int = Field(ge=0, description="how many may wait")
    max_wait: PositiveDuration | None = Field(default=None, description="and how long each")


class DropAbandoned(Part):
    """Work that nobody waits for any more is dropped.

    client_gone: as soon as the client has left, wherever the request is; deadline_passed: when its turn comes, if
    it is then older than its client's patience.
    """

    when: Literal["client_gone", "deadline_passed"] = "client_gone"
    stations: list[Name] = Field(default_factory=list, description="at which stations' queues; none is all")


class RateLimit(Part):
    """A token bucket for each practice, for each population's application, or for everyone together (429 above it)."""

    per: Literal["practice", "application", "everyone"]
    rate: PositiveRate
    burst: int = Field(default=10, ge=1, description="how many at once after a rest")
    operations: list[Name] = Field(default_factory=list, description="of these operations; none is all")


class Shedding(AtStation):
    """Some operations are turned away while a station's queue is long."""

    queue_above: int = Field(ge=0, description="while more than this many wait at the station")
    operations: list[Name] = Field(default_factory=list, description="these operations; none is all")
    spares: list[Literal["two_week_wait", "urgent", "routine"]] = Field(
        default_factory=list, description="but not for work of these priorities"
    )
    share: Share = Field(default=1.0, description="how many of them")


class WaitingRoom(Part):
    """Who comes faster than `admits` is given a place in the queue and asked to come back when it is their turn."""

    operations: list[Name] = Field(min_length=1, description="the door: usually the log-on")
    admits: PositiveRate


class Bulkhead(Part):
    """Of these operations together no more than so many are under way at once; others are turned away."""

    operations: list[Name] = Field(min_length=1)
    at_most: int = Field(ge=1)


class Autoscaling(AtStation):
    """Servers are added while the station is busy and taken away while it is idle, each change after a delay."""

    busy_above: Share = Field(default=0.8, description="add when the mean share of busy servers is higher")
    busy_below: Share = Field(default=0.3, description="take away when it is lower")
    adds: int = Field(default=1, ge=1, description="how many servers a step")
    at_most: int = Field(ge=1)
    looks_every: PositiveDuration = Field(default=30.0)
    delay: PositiveDuration = Field(default=120.0, description="how long a new server takes to be ready")

    @model_validator(mode="after")
    def _ordered(self) -> Autoscaling:
        if self.busy_below >= self.busy_above:
            raise ValueError("busy_below must be smaller than busy_above")
        return self


class StaggeredLogOn(Part):
    """People are told when to log on: each session starts later, by a draw that spreads them evenly over `over`."""

    over: PositiveDuration
    populations: list[Name] = Field(default_factory=list, description="whose; none is all")


class PhasedRollout(Part):
    """Not everybody comes on day one: the regions whose day is later stay away (and a share of those that come)."""

    day: int = Field(default=1, ge=1, description="which day of the rollout this launch is")
    from_day: dict[Name, int] = Field(default_factory=dict, description="by region; without a day it comes on day 1")
    share: Share = Field(default=1.0, description="how many sessions of the regions that come")


class Defence(Part):
    """One defence: exactly one of these."""

    discipline: Discipline | None = None
    queue_limit: QueueLimit | None = None
    drop_abandoned: DropAbandoned | None = None
    rate_limit: RateLimit | None = None
    shedding: Shedding | None = None
    waiting_room: WaitingRoom | None = None
    bulkhead: Bulkhead | None = None
    autoscaling: Autoscaling | None = None
    staggered_log_on: StaggeredLogOn | None = None
    phased_rollout: PhasedRollout | None = None

    @model_validator(mode="after")
    def _one(self) -> Defence:
        chosen_key(self)
        return self

    @property
    def kind(self) -> str:
        """Which kind it is."""
        return chosen_key(self)


KINDS: Final = tuple(Defence.model_fields)
OF_DEMAND: Final = frozenset({"staggered_log_on", "phased_rollout"})  # who comes when, not what the service does
