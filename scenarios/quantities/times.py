"""Durations drawn at random, and moments that were recorded, as a scenario writes them down."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, model_validator

from scenarios.quantities import units
from scenarios.quantities.fields import Duration, Part, PositiveDuration, Share, Short, chosen_key

_SCV_MOST = 100.0  # a tail beyond that is no service time


def _either(*pairs: tuple[str, str]) -> ConfigDict:
    """In the JSON Schema: one of these pairs of keys is needed."""
    return ConfigDict(json_schema_extra={"anyOf": [{"required": list(pair)} for pair in pairs]})


def _chosen_pair(part: Part, *pairs: tuple[str, str]) -> tuple[str, str]:
    """The one pair of keys that was given. Raises `ValueError`."""
    given = {name for name in type(part).model_fields if getattr(part, name) is not None}
    for pair in pairs:
        if given == set(pair):
            return pair
    choices = ", or ".join(" and ".join(pair) for pair in pairs)
    raise ValueError(f"give {choices}; found {', '.join(sorted(given)) or 'none'}")


class LognormalTime(Part):
    """Lognormal by the median and the 95th percentile, or by mean and standard deviation."""

    model_config = _either(("median", "p95"), ("mean", "sd"))
    median: PositiveDuration | None = None
    p95: PositiveDuration | None = None
    mean: PositiveDuration | None = None
    sd: PositiveDuration | None = None

    @model_validator(mode="after")
    def _whole(self) -> LognormalTime:
        _chosen_pair(self, ("median", "p95"), ("mean", "sd"))
        if self.median is not None and self.p95 is not None and self.p95 <= self.median:
            raise ValueError("p95 must be larger than median")
        if self.mean is not None and self.sd is not None and self.sd**2 > _SCV_MOST * self.mean**2:
            raise ValueError("sd must be at most ten times the mean")
        return self


class GammaTime(Part):
    """Gamma by its mean and squared coefficient of variation (variance / mean²), or by mean and standard deviation."""

    model_config = _either(("mean", "scv"), ("mean", "sd"))
    mean: PositiveDuration
    scv: float | None = Field(default=None, gt=0, le=_SCV_MOST)
    sd: PositiveDuration | None = None

    @model_validator(mode="after")
    def _whole(self) -> GammaTime:
        _chosen_pair(self, ("mean", "scv"), ("mean", "sd"))
        if self.sd is not None and self.sd**2 > _SCV_MOST * self.mean**2:
            raise ValueError("sd must be at most ten times the mean")
        return self


class ErlangTime(Part):
    """The sum of so many exponential phases of one length."""

    mean: PositiveDuration
    phases: int = Field(ge=1, le=10_000, description="1 is exponential; the more, the more even")


class WeibullTime(Part):
    """Weibull by its mean and its shape."""

    mean: PositiveDuration
    shape: float = Field(ge=0.2, le=100, description="1 is exponential; less has a longer tail, more is more even")


class NormalTime(Part):
    """Normal, cut off at 0: as given where the mean is a few standard deviations above 0."""

    mean: PositiveDuration
    sd: PositiveDuration

    @model_validator(mode="after")
    def _above_zero(self) -> NormalTime:
        if self.sd > self.mean:
            raise ValueError("sd must not be larger than mean: more than a sixth of it would lie below 0")
        return self


class UniformTime(Part):
    """Equally likely between two bounds."""

    low: Duration
    high: PositiveDuration

    @model_validator(mode="after")
    def _ordered(self) -> UniformTime:
        if self.high < self.low:
            raise ValueError("high must not be smaller than low")
        return self


class MixturePart(Part):
    """One sort of what is mixed."""

    share: Share
    time: AnyTime


def _whole_mixture(parts: list[MixturePart]) -> list[MixturePart]:
    if abs(sum(part.share for part in parts) - 1) > 1e-9:
        raise ValueError("the shares of `mixture` must add up to 100 %")
    return parts


class FittedTime(Part):
    """A distribution fitted to a file of measured values; `found` is kept by a run, and then the file is not asked."""

    file: str = Field(min_length=1, description="beside the scenario: numbers, one a line, or a column of a CSV file")
    column: str | None = Field(default=None, min_length=1, description="the column's heading; without it the first")
    unit: Literal["us", "ms", "s", "min", "h"] = Field(default="ms", description="in which the values are")
    family: Literal["best", "exponential", "lognormal", "gamma", "weibull", "empirical"] = Field(
        default="best",
        description="best: the nearest of exponential, lognormal, gamma and weibull; empirical: the values themselves",
    )
    found: AnyTime | None = Field(default=None, description="what the file gave, written down by a run")


class RecordedFile(Part):
    """What a file of arrivals was when the scenario was read."""

    path: str
    sha256: str
    arrivals: int = Field(ge=1)


class Recorded(Part):
    """Sessions start when a file says that others started."""

    file: str = Field(min_length=1, description="beside the scenario: moments, as CSV or Parquet")
    column: str | None = Field(default=None, min_length=1, description="the column's heading; not needed where alone")
    unit: Literal["us", "ms", "s", "min", "h"] = Field(default="s", description="of moments that are numbers")
    begins: str | None = Field(default=None, description="the file's moment when the period begins; else its first")
    compress: float = Field(default=1.0, gt=0, le=1e9, description="time passes so many times as fast")
    found: RecordedFile | None = Field(default=None, description="what the file was, written down by a run")


class Time(Part):
    """A duration drawn at random: exactly one of these. A bare duration such as `20 ms` is `constant`."""

    constant: Duration | None = None
    exponential: PositiveDuration | None = None
    erlang: ErlangTime | None = None
    lognormal: LognormalTime | None = None
    gamma: GammaTime | None = None
    weibull: WeibullTime | None = None
    normal: NormalTime | None = None
    uniform: UniformTime | None = None
    empirical: Annotated[list[Duration], Field(min_length=1)] | None = None
    mixture: Annotated[list[MixturePart], Field(min_length=1), AfterValidator(_whole_mixture)] | None = None
    fitted: FittedTime | None = None

    @model_validator(mode="after")
    def _one(self) -> Time:
        chosen_key(self)
        return self

    @property
    def is_zero(self) -> bool:
        """Whether it never takes any time."""
        if self.mixture is not None:
            return all(part.time.is_zero for part in self.mixture if part.share > 0)
        if self.fitted is not None:
            return self.fitted.found is not None and self.fitted.found.is_zero
        return self.constant == 0 or (self.empirical is not None and not any(self.empirical))


def _bare_is_constant(found: Any) -> Any:
    if isinstance(found, str | int | float):
        units.duration(found)  # what is no duration is told here, where it stands
        return {"constant": found}
    return found


AnyTime = Annotated[
    Time,
    BeforeValidator(_bare_is_constant),
    Short({"type": ["string", "number"], "description": "always the same: " + units.DURATION_FORM}),
]


def _not_zero(time: Time) -> Time:
    if time.is_zero:
        raise units.UnitError(0, "more than 0")
    return time


PositiveTime = Annotated[AnyTime, AfterValidator(_not_zero)]

for _part in (MixturePart, FittedTime, Time):
    _part.model_rebuild()
