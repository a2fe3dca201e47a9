"""What a scenario says of people, and of the software they use, when an answer is late or bad.

The precautions of the software (circuit breaker, retry budget, adaptive throttling, hedging) do their work in
`scenarios.behaviour.guards`; what is written here is how they are written down.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from scenarios.quantities.fields import Name, Part, PositiveDuration, Share, whole_or
from scenarios.quantities.times import AnyTime, PositiveTime

Whose = Literal["population", "session"]
_WHOSE = "population: one for all its sessions; session: each has its own, and learns only from its own calls"


class BackOff(Part):
    """How long a person or a program waits before it tries again."""

    first: PositiveDuration
    factor: float = Field(default=1.0, ge=1, le=10, description="each further wait is this much longer")
    longest: PositiveDuration | None = None
    jitter: Literal["none", "full", "equal", "exponential", "decorrelated"] = Field(
        default="none",
        description="none: just so long; full: uniform from 0; equal: uniform from its half; exponential: that mean;"
        " decorrelated: uniform from `first` to three times the wait before",
    )

    @model_validator(mode="after")
    def _grows_once(self) -> BackOff:
        if self.jitter == "decorrelated" and self.factor != 1:
            raise ValueError("`jitter: decorrelated` grows of itself; leave `factor` out")
        return self


class CircuitBreaker(Part):
    """Stops sending when too many of the last calls failed, and tries a few before it goes on."""

    failures: Share = Field(default=0.5, gt=0, description="opens when this share of the calls `within` failed")
    of_at_least: int = Field(default=20, ge=1, description="but not for fewer calls than these")
    within: PositiveDuration = Field(default=10.0, description="how far back calls count")
    opens_for: PositiveDuration = Field(default=30.0, description="how long nothing is sent before it is tried again")
    trial_calls: int = Field(default=1, ge=1, description="calls that are then let through; all must succeed")
    stops: Literal["everything", "retries"] = Field(
        default="everything",
        description="retries: first tries are always sent, and so always show when retries may be sent again",
    )
    for_each: Whose = Field(default="population", description=_WHOSE)

    @model_validator(mode="after")
    def _tries_on_its_own(self) -> CircuitBreaker:
        if self.stops == "retries" and (given := self.model_fields_set & {"opens_for", "trial_calls"}):
            raise ValueError(f"`stops: retries` needs no trials; leave `{sorted(given)[0]}` out")
        return self


class RetryBudget(Part):
    """A token bucket: each first try earns a part of a retry, each retry spends a whole one."""

    per_request: float = Field(default=0.1, ge=0, le=10, description="retries that each first try earns")
    burst: float = Field(default=10.0, ge=1, description="the most that are kept; the bucket begins full")
    for_each: Whose = Field(default="population", description=_WHOSE)


class AdaptiveThrottling(Part):
    """Holds back as many calls as the service turns away: the more it refuses, the fewer it is sent."""

    k: float = Field(default=2.0, ge=1, description="how many calls are sent for each that is accepted")
    over: PositiveDuration = Field(default=120.0, description="how far back calls count")
    for_each: Whose = Field(default="population", description=_WHOSE)


class Hedging(Part):
    """A second request when there was no answer for so long; the first good answer is taken."""

    after: PositiveDuration = Field(description="without an answer for so long, another is sent")
    most: int = Field(default=1, ge=1, le=10, description="further requests of one call, each `after` the one before")
    operations: list[Name] = Field(default_factory=list, description="calls that are hedged; without it all of them")


class ComesBack(Part):
    """Who gives up and tries again later, in a new session with draws of its own."""

    share: Share = Field(description="of those who give up")
    after: AnyTime = Field(description="how long after giving up; where the calendar is closed, when it opens next")
    times: int = Field(default=1, ge=1, le=1000, description="how often one person does so at most")


class Behaviour(Part):
    """What the people of a population, and the software they use, do when an answer is late or bad."""

    timeout: PositiveTime | None = Field(
        default=None, description="how long one try waits, drawn for each person; without it, for ever"
    )
    retries: Annotated[int | Literal["unlimited"], whole_or("unlimited", least=0)] = Field(
        default=0, description="further tries after the first"
    )
    back_off: BackOff | None = Field(default=None, description="needed where there are retries")
    honours_retry_after: bool = Field(
        default=False, description="waits at least as long as a failed answer said (Retry-After)"
    )
    patience: PositiveTime | None = Field(
        default=None,
        description="no further try begins when this much time has passed since the first, drawn for each person",
    )
    gives_up_to: Literal["paper", "later", "nothing"] = Field(
        default="nothing", description="what becomes of the referral of a person who gives up"
    )
    comes_back: ComesBack | None = Field(
        default=None, description="who gives up and tries again later; without it nobody does"
    )
    circuit_breaker: CircuitBreaker | None = None
    retry_budget: RetryBudget | None = None
    adaptive_throttling: AdaptiveThrottling | None = None
    hedging: Hedging | None = None

    @model_validator(mode="after")
    def _whole(self) -> Behaviour:
        if self.retries != 0 and self.back_off is None:
            raise ValueError("`retries` needs `back_off`, if only `back_off: {first: 1 s}`")
        if self.retries == 0 and (self.retry_budget is not None or self.honours_retry_after):
            raise ValueError("`retry_budget` and `honours_retry_after` need `retries`")
        return self

    @property
    def is_guarded(self) -> bool:
        """Whether something may hold its calls back."""
        return any((self.circuit_breaker, self.retry_budget, self.adaptive_throttling))
