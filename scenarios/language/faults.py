"""What goes wrong, when, how strongly and where: the `faults` of a scenario.

A fault is exactly one kind and exactly one way to say when. The kinds are values without behaviour; what each does to
a service is a module of its own name in `simulations/faults`. Where a kind can be aimed, `operations`, `populations`,
`regions` and `share` choose the requests it touches; whether a request is one of the share follows from its key, so
that both clocks touch the same ones.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, model_validator

from scenarios.language.fields import Duration, Moment, Name, Part, PositiveDuration, PositiveRate, Share, Short, Span
from scenarios.language.on_target import OnTarget
from scenarios.language.units import MOMENT_FORM, SPAN_FORM


class Aimed(Part):
    """Which requests: of these operations, populations and regions (none: all), this share."""

    operations: list[Name] = Field(default_factory=list, description="of these operations; none is all")
    populations: list[Name] = Field(default_factory=list, description="of these populations; none is all")
    regions: list[Name] = Field(default_factory=list, description="of these regions; none is all")
    share: Share = Field(default=1.0, description="how many of those requests")


class AtStation(Part):
    """A kind that lies at one station."""

    station: Name = Field(description="which station")


class ServersLost(AtStation):
    """Some of a station's servers are gone; work under way is finished first."""

    servers: int | None = Field(default=None, ge=1, description="how many")
    share: Share | None = Field(default=None, description="or which share of them, rounded up")

    @model_validator(mode="after")
    def _one(self) -> ServersLost:
        if (self.servers is None) == (self.share is None):
            raise ValueError("give exactly one of servers and share")
        return self


class Slowdown(Aimed):
    """Work takes longer: a slow identity provider, hospital system or database, or a slow everything."""

    station: Name | None = Field(default=None, description="work at this station; without it all work")
    factor: float = Field(default=1.0, gt=0, le=1000, description="work takes so many times as long")
    extra: Duration = Field(default=0.0, description="and so much longer")

    @model_validator(mode="after")
    def _does_something(self) -> Slowdown:
        if self.factor == 1.0 and self.extra == 0.0:
            raise ValueError("give `factor`, `extra` or both")
        return self


class Leak(AtStation):
    """Capacity is eaten bit by bit, until a restart at the fault's end gives it back."""

    loses: PositiveRate = Field(description="servers lost by time, such as 4 / h")
    least: int = Field(default=0, ge=0, description="so many servers stay")


class Pause(Part):
    """Everything, or one station, stands still: a collector, a lock. What was under way goes on afterwards."""

    station: Name | None = Field(default=None, description="only this station; without it everything")
    length: PositiveDuration | None = Field(default=None, description="how long each is; without it the whole time")
    every: PositiveDuration | None = Field(default=None, description="again and again, from start to start")

    @model_validator(mode="after")
    def _whole(self) -> Pause:
        if self.every is not None and (self.length is None or self.length >= self.every):
            raise ValueError("`every` needs a `length` that is shorter")
        return self


class Contention(AtStation):
    """Service times grow with the number served at once: 1 + contention·(N − 1) + coherency·N·(N − 1) times as long.

    Source: N. Gunther, *Guerrilla Capacity Planning*, 2007 (the Universal Scalability Law).
    """

    contention: float = Field(default=0.0, ge=0, le=1, description="σ, the share of work that only one can do at once")
    coherency: float = Field(default=0.0, ge=0, le=1, description="κ, what each pair costs to agree")


class ContendedRecord(Aimed):
    """Many want to change one record. Optimistic: who finishes after another's change is refused (409). Pessimistic:
    who comes while another has it is refused (423)."""

    lock: Literal["optimistic", "pessimistic"] = "optimistic"


class CacheFlush(Part):
    """Caches are emptied, and fill again with what is asked."""

    caches: list[Name] = Field(default_factory=list, description="which; none is all")


class Hang(Aimed, AtStation):
    """Calls to a station never come back while the fault lasts, and fail at its end. Who called holds what they hold:
    a share of such calls exhausts a connection pool."""


class DependencyErrors(Aimed, AtStation):
    """A station does its work and answers with an error."""


class DependencyDown(Aimed, AtStation):
    """A station is not there: who calls it fails at once."""


class ErrorAnswers(Aimed):
    """The service answers with an error code."""

    status: int = Field(default=500, ge=400, le=599, description="which HTTP status")
    when: Literal["at_once", "after_work"] = Field(default="at_once", description="instead of the work, or after it")


class WrongAnswers(Aimed):
    """The work is done and the answer's body is of no use."""

    body: Literal["wrong", "truncated"] = Field(default="wrong", description="another body, or half of the right one")


class StaleReads(Aimed):
    """Reads answer with the version before the current one."""


class ConnectionsRefused(Part):
    """Nobody listens: open connections break, new ones are refused."""


class ConnectionsReset(Aimed):
    """Connections are reset as soon as the request is there."""


class NoAnswer(Aimed):
    """Requests are accepted and never answered; at the fault's end their connections are reset."""


class SlowAnswers(Aimed):
    """Answers dribble out so slowly that the last byte comes this much later."""

    takes: PositiveDuration


class CutAnswers(Aimed):
    """The work is done and the connection is reset in mid-answer."""


class Crash(Part):
    """The process dies with everything under way, and comes back at the fault's end: sessions gone, caches cold."""


class SessionLoss(Part):
    """All log-on sessions are lost at once: everyone must log on again."""


class LostWrites(Aimed):
    """Writes are acknowledged and not kept."""


class DoubledWrites(Aimed):
    """Creates are done twice."""


class Failover(AtStation):
    """A database fails over: calls under way fail, new ones wait for a connection, at most `connect_timeout`."""

    connect_timeout: PositiveDuration = Field(default=30.0)


class Offline(Part):
    """The service is taken offline completely, with a maintenance page."""

    status_page: Literal["stands", "fails"] = Field(default="stands", description="whether the status page goes too")


class ReadOnly(Part):
    """Changes are refused, reads go on."""

    operations: list[Name] = Field(
        default_factory=list, description="which operations are changes; none: those whose API call is one"
    )


class NoSlots(Aimed):
    """There are no appointment slots. Bookings are refused; where all are, searches show none either.

    Without `operations`, bookings are those whose API call is A016 and whose action is book.
    """


class RegionCut(Part):
    """A region's network is gone."""

    region: Name
    how: Literal["refused", "silent"] = Field(default="refused", description="refused at once, or never answered")


class RandomTimes(Part):
    """Drawn times: it is well for an exponential time of mean `to_fail`, then ill for one of mean `to_repair`."""

    to_fail: PositiveDuration
    to_repair: PositiveDuration


def _list(found: Any) -> Any:
    return found if isinstance(found, list) or found is None else [found]


Spans = Annotated[
    list[Span],
    Field(min_length=1),
    BeforeValidator(_list),
    Short({"type": "string", "description": SPAN_FORM}),
]
Moments = Annotated[
    list[Moment],
    Field(min_length=1),
    BeforeValidator(_list),
    Short({"type": ["string", "number"], "description": MOMENT_FORM}),
]
WHEN: Final = ("during", "at", "random")
AT_ONCE: Final = frozenset({"cache_flush", "session_loss"})  # happens at a moment and does not last


class Fault(Part):
    """One thing that goes wrong: exactly one kind, and exactly one of `during`, `at` and `random`."""

    during: Spans | None = Field(default=None, description="from when until when; one span or several")
    at: Moments | None = Field(default=None, description="for kinds that happen at once: when; one moment or several")
    random: RandomTimes | None = Field(default=None, description="drawn anew in each launch")
    on_target: OnTarget | None = Field(default=None, description="how to make it on a target that is not the mock")

    servers_lost: ServersLost | None = None
    slowdown: Slowdown | None = None
    leak: Leak | None = None
    pause: Pause | None = None
    contention: Contention | None = None
    contended_record: ContendedRecord | None = None
    cache_flush: CacheFlush | None = None
    hang: Hang | None = None
    dependency_errors: DependencyErrors | None = None
    dependency_down: DependencyDown | None = None
    error_answers: ErrorAnswers | None = None
    wrong_answers: WrongAnswers | None = None
    stale_reads: StaleReads | None = None
    connections_refused: ConnectionsRefused | None = None
    connections_reset: ConnectionsReset | None = None
    no_answer: NoAnswer | None = None
    slow_answers: SlowAnswers | None = None
    cut_answers: CutAnswers | None = None
    crash: Crash | None = None
    session_loss: SessionLoss | None = None
    lost_writes: LostWrites | None = None
    doubled_writes: DoubledWrites | None = None
    failover: Failover | None = None
    offline: Offline | None = None
    read_only: ReadOnly | None = None
    no_slots: NoSlots | None = None
    region_cut: RegionCut | None = None

    @model_validator(mode="after")
    def _whole(self) -> Fault:
        given = [name for name in KINDS if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one kind, one of {', '.join(KINDS)}; found {given or 'none'}")
        times = [name for name in WHEN if getattr(self, name) is not None]
        if len(times) > 1:
            raise ValueError(f"give exactly one of {', '.join(WHEN)}; found {times}")
        if self.at is not None and self.kind not in AT_ONCE:
            raise ValueError(f"`at` goes with {', '.join(sorted(AT_ONCE))}; {self.kind} lasts: give `during`")
        return self

    @property
    def kind(self) -> str:
        """Which kind it is."""
        return next(name for name in KINDS if getattr(self, name) is not None)

    @property
    def settings(self) -> Any:
        """The kind's own values."""
        return getattr(self, self.kind)


KINDS: Final = tuple(name for name in Fault.model_fields if name not in (*WHEN, "on_target"))
