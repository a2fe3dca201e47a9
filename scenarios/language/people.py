"""What a scenario says of the people: populations and their journeys. When they come is `arrivals`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from scenarios.language.arrivals import AnyArrivals
from scenarios.language.data import LocustCode, PythonCode
from scenarios.language.outcomes import RESERVED_MARKS
from scenarios.quantities import units
from scenarios.quantities.fields import Name, Part, Place, Share, Short, whole_or
from scenarios.quantities.times import AnyTime, PositiveTime, Time


class Option(Part):
    """One way that an `either` may go."""

    share: Share
    steps: list[JourneyStep] = Field(default_factory=list)


class Repeat(Part):
    """Steps done again and again."""

    times: Annotated[int | Literal["forever"], whole_or("forever", least=1)] = Field(
        description="how often; forever ends with the run"
    )
    steps: list[JourneyStep] = Field(min_length=1)

    @model_validator(mode="after")
    def _takes_time(self) -> Repeat:
        if self.times == "forever" and not _may_take_time(self.steps):
            raise ValueError("steps that are repeated forever need a call or a think among them")
        return self


def _may_take_time(steps: list[JourneyStep]) -> bool:
    return any(
        step.call is not None
        or step.think is not None
        or (step.repeat is not None and _may_take_time(step.repeat.steps))
        or any(option.share > 0 and _may_take_time(option.steps) for option in step.either or [])
        for step in steps
    )


class JourneyStep(Part):
    """One step of a journey: exactly one of `call`, `think`, `either` or `repeat`."""

    call: Name | None = Field(default=None, description="an operation of the service")
    think: AnyTime | None = Field(default=None, description="think time")
    either: Annotated[list[Option], Field(min_length=1)] | None = Field(
        default=None, description="one of several ways; the shares add up to 100 %"
    )
    repeat: Repeat | None = None
    timeout: PositiveTime | None = Field(default=None, description="for this call, in place of the behaviour's")
    achieves: Name | None = Field(default=None, description="with `call`: what is counted when it succeeds")
    optional: bool = Field(default=False, description="with `call`: the session goes on when it has failed")
    otherwise: Annotated[list[JourneyStep], Field(min_length=1)] | None = Field(
        default=None, description="with `call`: what is done in its place when it has failed; the session goes on"
    )

    @model_validator(mode="after")
    def _whole(self) -> JourneyStep:
        kinds = ("call", "think", "either", "repeat")
        given = [key for key in kinds if getattr(self, key) is not None]
        if len(given) != 1:
            raise ValueError(f"a step is exactly one of {', '.join(kinds)}; found {given or 'none'}")
        if self.achieves in RESERVED_MARKS:
            raise ValueError(f"`achieves` cannot be {self.achieves!r}: it is counted of itself")
        if self.call is None and (self.timeout or self.achieves or self.optional or self.otherwise):
            raise ValueError("`timeout`, `achieves`, `optional` and `otherwise` go with `call`")
        if self.optional and self.otherwise:
            raise ValueError("give `optional` or `otherwise`: either lets the session go on")
        if self.either and abs(sum(option.share for option in self.either) - 1) > 1e-9:
            raise ValueError("the shares of `either` must add up to 100 %")
        return self


class Journey(Part):
    """What one session does, step by step; or in Python, where `steps` are the calls that its code may make."""

    carries: Literal["referral"] | None = Field(default=None, description="a referral is at stake in each session")
    delivered_by: Name | None = Field(
        default=None, description="the achievement after which the referral is safe even if the session fails later"
    )
    python: PythonCode | None = Field(default=None, description="a function that performs the session")
    locust: LocustCode | None = Field(default=None, description="a Locust user that performs the session")
    steps: list[JourneyStep] = Field(min_length=1)

    @model_validator(mode="after")
    def _whole(self) -> Journey:
        if (self.carries is None) != (self.delivered_by is None):
            raise ValueError("`carries` and `delivered_by` go together")
        if self.python and self.locust:
            raise ValueError("give `python` or `locust`: one of them performs the session")
        if (self.python or self.locust) and not _each_once(self.steps):
            raise ValueError("with `python` or `locust`, `steps` are the calls that may be made: each once, alone")
        if self.locust and (self.carries or any(step.optional for step in self.steps)):
            raise ValueError("`carries` and `optional` do not go with `locust`: its code goes on as it likes")
        return self


def _each_once(steps: list[JourneyStep]) -> bool:
    """Whether the steps are calls of different operations and nothing else."""
    calls = [step.call for step in steps if step.call is not None and step.otherwise is None]
    return len(calls) == len(steps) == len(set(calls))


def whole_shares(shares: dict[str, float]) -> dict[str, float]:
    """Shares as given, when they add up; none at all will do. Raises `ValueError`."""
    if shares and abs(sum(shares.values()) - 1) > 1e-9:
        raise ValueError("the shares must add up to 100 %")
    return shares


class Network(Part):
    """The way between the people and the service, each way drawn for each request."""

    there: AnyTime = Time(constant=0.0)
    back: AnyTime = Time(constant=0.0)


def _bare_is_each_way(found: Any) -> Any:
    return {"there": found, "back": found} if isinstance(found, str | int | float) else found


AnyNetwork = Annotated[
    Network,
    BeforeValidator(_bare_is_each_way),
    Short({"type": ["string", "number"], "description": "as long each way: " + units.DURATION_FORM}),
]


class Population(Part):
    """A group of people who arrive, follow a journey and behave alike."""

    arrivals: AnyArrivals
    journey: Name
    behaviour: Name | None = Field(default=None, description="without it: waits for ever and never retries")
    network: AnyNetwork | None = Field(default=None, description="how long a request is on its way, and the answer")
    role: Literal["clinician", "receptionist", "provider"] = Field(
        default="clinician", description="as whom they log on over HTTP"
    )
    priorities: Annotated[dict[Literal["two_week_wait", "urgent", "routine"], Share], AfterValidator(whole_shares)] = (
        Field(default_factory=dict, description="how urgent their work is, in shares; without it all is routine")
    )


def first_call(steps: list[JourneyStep]) -> str:
    """The operation that a session of these steps calls first, where it takes the first of several ways; nothing where
    it calls none."""
    return next((str(step.call) for _, step in calls_in(steps)), "")


def calls_in(steps: list[JourneyStep], place: Place = ()) -> list[tuple[Place, JourneyStep]]:
    """Every step that is a call, however deep, with its place; `place` is that of the steps themselves."""
    found: list[tuple[Place, JourneyStep]] = []
    for number, step in enumerate(steps):
        here = (*place, number)
        if step.call is not None:
            found.append((here, step))
            found += calls_in(step.otherwise or [], (*here, "otherwise"))
        for which, option in enumerate(step.either or []):
            found += calls_in(option.steps, (*here, "either", which, "steps"))
        if step.repeat is not None:
            found += calls_in(step.repeat.steps, (*here, "repeat", "steps"))
    return found
