"""What a scenario says of practices: how many there are, their habit, what they hear, and how they work off a backlog.

A practice is where clinicians and receptionists work. Its people share one habit, one backlog and what they have heard;
`scenarios.practices` does what is written here.
"""

from __future__ import annotations

from pydantic import Field, model_validator

from scenarios.language.fields import Duration, Moment, Name, Part, PositiveDuration, PositiveRate, Share, Span
from scenarios.language.times import AnyTime, Time


class Training(Part):
    """Practices whose people were trained begin with another habit."""

    share: Share = Field(description="of all practices")
    start: Share = Field(description="their probability of trying the system at the beginning")


class Mandate(Part):
    """From a moment on a habit does not fall below a floor: a rule, a payment, a penalty."""

    start: Moment = Field(description="from when on")
    floor: Share = Field(description="the least probability of trying the system")
    share: Share = Field(default=1.0, description="of all practices, to which it applies")


class Habit(Part):
    """The probability with which a practice tries the system next time, and how it learns: each failed try takes it
    `failure` of the way down to its floor, each good one `success` of the way up to 100 % (linear operator model:
    R. R. Bush and F. Mosteller, *Stochastic Models for Learning*, 1955)."""

    start: Share = Field(default=1.0, description="at the beginning, in the mean of all practices")
    spread: Share = Field(
        default=0.0, description="practices differ by so much at most, evenly, upwards and downwards, within 0 to 100 %"
    )
    failure: Share = Field(default=0.0, description="how far a failed try takes it down to its floor")
    success: Share = Field(default=0.0, description="how far a good try takes it up to 100 %")
    floor: Share = Field(default=0.0, description="it does not fall below this")
    training: Training | None = None
    mandates: dict[Name, Mandate] = Field(default_factory=dict)


class NewsSource(Part):
    """One way by which practices hear that the service is down, and that it is back."""

    faults: list[Name] = Field(default_factory=list, description="of these faults it tells, whose times are known")
    neighbours: bool = Field(default=False, description="or it is a message from a neighbour whose own try has failed")
    reaches: Share = Field(description="of the practices, which hear of it in this way")
    after: AnyTime = Field(default=Time(constant=0.0), description="how long after it has happened they hear of it")
    before: Duration = Field(default=0.0, description="it is announced so long before the fault begins")
    down: list[Span] = Field(default_factory=list, description="when it tells nothing: a status page that is down too")

    @model_validator(mode="after")
    def _tells_of_something(self) -> NewsSource:
        if bool(self.faults) == self.neighbours:
            raise ValueError("give exactly one of `faults` and `neighbours: true`")
        if self.neighbours and (self.before or self.down):
            raise ValueError("`before` and `down` go with `faults`")
        return self


class Response(Part):
    """What people do who have heard that the service is down, in shares."""

    wait: Share = Field(default=0.0, description="keep it until they hear that the service is back")
    try_anyway: Share = Field(default=0.0, description="try as if they had heard nothing")
    paper: Share = Field(default=0.0, description="use no system: a referral goes by another channel at once")

    @model_validator(mode="after")
    def _adds_up(self) -> Response:
        if abs(self.wait + self.try_anyway + self.paper - 1) > 1e-9:
            raise ValueError("wait, try_anyway and paper must add up to 100 %")
        return self

    @property
    def shares(self) -> dict[str, float]:
        """By what is done."""
        return {"wait": self.wait, "try_anyway": self.try_anyway, "paper": self.paper}


class News(Part):
    """Who hears of an outage when, and what they do."""

    sources: dict[Name, NewsSource] = Field(min_length=1)
    response: Response
    believed_for: PositiveDuration = Field(
        default=14_400.0, description="who hears no more believes it for so long, and then tries again"
    )


class Practices(Part):
    """The practices of a scenario."""

    number: int = Field(ge=1, le=1_000_000)
    habit: Habit = Habit()
    neighbours: int = Field(default=8, ge=1, le=1000, description="practices that tell each other, themselves included")
    works_off: PositiveRate = Field(
        default=12 / 3600, description="how quickly one practice works off what it has held"
    )
    tries_again: PositiveDuration = Field(
        default=3600.0, description="how long after a failed try a practice tries what it holds again, unless told"
    )
    news: News | None = None
