"""What a scenario says of the service: stations, and operations as nested steps over them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from scenarios.language.requests import Expectation, Extraction, HttpRequestSpecification, ValueKey
from scenarios.quantities.fields import Duration, Name, Part, Place, PositiveDuration, Share, Short
from scenarios.quantities.times import AnyTime
from scenarios.quantities.units import DURATION_FORM


class StationSpecification(Part):
    """A pool of servers with one queue: worker threads, database connections, an identity provider."""

    servers: int = Field(ge=1, le=1_000_000, description="how many requests it serves at once")
    queue: int | None = Field(
        default=None, ge=0, description="how many may wait; without it the queue is unbounded, 0 is a loss system"
    )
    max_wait: PositiveDuration | None = Field(
        default=None, description="a request that has waited this long leaves the queue unserved"
    )


class ServiceStep(Part):
    """One step of an operation: exactly one of `use`, `hold` or `work`."""

    use: Name | None = Field(default=None, description="station: wait for a server, take `time`, free the server")
    hold: Name | None = Field(default=None, description="station: wait for a server and keep it during `steps`")
    work: AnyTime | None = Field(default=None, description="time taken while holding what is held already")
    time: AnyTime | None = Field(default=None, description="how long `use` takes")
    times: int = Field(default=1, ge=1, le=1000, description="the step is repeated this often")
    steps: list[ServiceStep] = Field(default_factory=list, description="what happens while `hold` is held")

    @model_validator(mode="after")
    def _whole(self) -> ServiceStep:
        given = [key for key in ("use", "hold", "work") if getattr(self, key) is not None]
        if len(given) != 1:
            raise ValueError(f"a step is exactly one of use, hold or work; found {given or 'none'}")
        if (self.use is None) != (self.time is None):
            raise ValueError("`time` goes with `use`, and `use` needs it")
        if (self.hold is None) != (not self.steps):
            raise ValueError("`steps` goes with `hold`, and `hold` needs them")
        return self


class OperationSpecification(Part):
    """One kind of request: what the service does to answer it."""

    api: Annotated[str, Field(pattern=r"^A\d{3}$")] | None = Field(
        default=None,
        description="the e-RS API call that it is over HTTP, such as A011; without it and `http` a plain call",
    )
    action: Literal["book", "defer"] | None = Field(
        default=None, description="which of the two an A016 is: book a slot, or defer to the provider"
    )
    http: HttpRequestSpecification | None = Field(default=None, description="its request, where it is no e-RS call")
    expect: Expectation | None = Field(default=None, description="with `http`: what a good answer is")
    extract: dict[ValueKey, Extraction] = Field(
        default_factory=dict, description="with `http`: values that later requests of the session may use, by name"
    )
    group: Name | None = Field(default=None, description="a name for several operations together: `of: group NAME`")
    tags: list[Name] = Field(default_factory=list, description="more such names: `of: tag NAME`")
    steps: list[ServiceStep] = Field(
        default_factory=list, description="what the service does; with `http` it may be left out, and is not simulated"
    )

    @model_validator(mode="after")
    def _whole(self) -> OperationSpecification:
        if self.http is None and not self.steps:
            raise ValueError("give `steps`, or `http` for an operation of a service that is only loaded")
        if self.http is not None and self.api is not None:
            raise ValueError("give `api` or `http`: an e-RS call has its request already")
        if self.http is None and (self.expect is not None or self.extract):
            raise ValueError("`expect` and `extract` go with `http`")
        if self.http is not None and self.http.verb == "HEAD" and self._reads_bodies():
            raise ValueError("an answer to HEAD has no body, and `expect` or `extract` looks into one")
        return self

    def _reads_bodies(self) -> bool:
        """Whether what a good answer is, or what is taken from it, depends on its body."""
        looked_into = [one.regex or one.json_path for one in self.extract.values()]
        if self.expect is not None:
            looked_into += [self.expect.body, *self.expect.json_values]
        return any(looked_into)

    @property
    def within_s(self) -> float | None:
        """After how many seconds a good answer is late, where it says so."""
        return self.expect.within if self.expect else None


class Durability(Part):
    """What an acknowledged write outlives. `group` is the promise of a careful service and the default."""

    promise: Literal["sync", "group", "async", "none"] = Field(
        default="group",
        description="sync: one commit on the disk for each write; group: waiting writes share one; async: answered"
        " before that, on the disk within the window; none: kept until the service ends",
    )
    window: PositiveDuration = Field(default=0.3, description="of async: how long an answered write may be in danger")


def _named_or_async(found: Any) -> Any:
    if isinstance(found, str):
        return {"promise": found}
    if isinstance(found, dict) and found.keys() == {"async"}:
        return {"promise": "async", "window": found["async"]}
    return found


_ASYNC_FORM = {
    "type": "object",
    "properties": {"async": {"type": "string", "description": "the window: " + DURATION_FORM}},
    "required": ["async"],
    "additionalProperties": False,
}
AnyDurability = Annotated[
    Durability,
    BeforeValidator(_named_or_async),
    Short({"anyOf": [{"type": "string", "enum": ["sync", "group", "async", "none"]}, _ASYNC_FORM]}),
]


class Slots(Part):
    """The appointment slots that the mock server offers."""

    without: Share = Field(default=0.0, description="share of the services that have no slots at all")
    at_start: int | None = Field(
        default=None, ge=0, le=100_000, description="slots of each other service; without it they never run out"
    )
    every: PositiveDuration | None = Field(default=None, description="how often each releases one slot more")


class CacheSpecification(Part):
    """A cache in front of a station: a hit spares it the visit and all that would be done there. It neither waits for
    a server nor is refused one, and takes `hit_time`.

    Each visit wants one of `entries` equally likely things. A miss brings its thing in when the station has done its
    work well, so after n visits that did not overlap the cache hits with probability
    `hit_limit`·(1 − (1 − 1/entries)^n), which is about `hit_limit`·(1 − e^(−n/entries)).
    """

    station: Name
    operations: list[Name] = Field(default_factory=list, description="whose visits to the station; none is all")
    entries: int = Field(ge=1, description="how many things fill it")
    hit_limit: Share = Field(default=0.9, description="the hit rate of the full cache")
    hit_time: Duration = Field(default=0.0, description="how long a hit takes")
    starts: Literal["warm", "cold"] = Field(default="warm", description="as the period begins")


# e-RS calls that change something; a service that is read-only refuses them
WRITES = frozenset(
    {"A011", "A012", "A013", "A014", "A016", "A020", "A021", "A022", "A026", "A027", "A028"}
    | {"A031", "A032", "A034", "A036", "A044"}
)


class ServiceSpecification(Part):
    """Stations and operations, and what becomes of what was acknowledged when the service dies."""

    stations: dict[Name, StationSpecification] = Field(default_factory=dict)
    operations: dict[Name, OperationSpecification] = Field(min_length=1)
    caches: dict[Name, CacheSpecification] = Field(default_factory=dict)
    log_on: list[Name] = Field(
        default_factory=list,
        description="the operations that begin a session, in order: done again by a user whose session was lost",
    )
    durability: AnyDurability = Durability()
    slots: Slots = Slots()

    def unsimulated(self) -> list[str]:
        """The operations of which nobody has said what the service does: their scenario is loaded, not simulated."""
        return [name for name, operation in self.operations.items() if not operation.steps]

    def joint_names(self) -> dict[str, list[str]]:
        """`group shop` and `tag write`, each with its operations in their order."""
        found: dict[str, list[str]] = {}
        for name, operation in self.operations.items():
            joint = [f"group {operation.group}"] if operation.group else []
            for one in (*joint, *(f"tag {tag}" for tag in dict.fromkeys(operation.tags))):
                found.setdefault(one, []).append(name)
        return found

    def operations_of(self, names: list[str]) -> list[str]:
        """The operations that are meant by names of operations, groups and tags, each once."""
        joint = self.joint_names()
        meant = (one for name in names for one in ([name] if name in self.operations else joint.get(name, [name])))
        return list(dict.fromkeys(meant))


def stations_in(steps: list[ServiceStep], place: Place) -> list[tuple[Place, str]]:
    """Every station that the steps name, however deep, with its place; `place` is that of the steps themselves."""
    found: list[tuple[Place, str]] = []
    for number, step in enumerate(steps):
        here = (*place, number)
        found += [((*here, key), name) for key in ("use", "hold") if (name := getattr(step, key))]
        found += stations_in(step.steps, (*here, "steps"))
    return found
