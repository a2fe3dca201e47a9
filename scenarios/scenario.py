"""A scenario: everything that shall happen, in one immutable value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from scenarios.behaviours import Behaviour
from scenarios.defences import OF_DEMAND, Defence
from scenarios.faults import Fault
from scenarios.fields import Duration, Name, Part, PositiveDuration, Share, Span
from scenarios.nearest import nearest
from scenarios.objectives import Objective
from scenarios.people import Journey, JourneyStep, Population, whole_shares
from scenarios.references import contradictions, named, requirements
from scenarios.safety import AbortRules, Target
from scenarios.service import Service, Step
from scenarios.units import ClockTime

_CLOCKED = "in a period of clock times a moment is a clock time such as 08:00"
_ABSTRACT = "in a period of durations a moment is a duration since the start such as 90 s"
Place = tuple[str | int, ...]
_ROUND_S = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0)


class Replay(Part):
    """Which part of the period a live run replays, one to one."""

    during: Span
    drain: Duration = Field(default=0.0, description="time after the window in which open requests may still end")


class Scenario(Part):
    """The whole scenario. Field by field in docs/scenario-language.md."""

    title: str
    about: str = ""
    extends: str | None = Field(default=None, description="a scenario whose keys hold where this one is silent")
    seed: int = Field(default=1, ge=0, lt=2**63)
    replications: int = Field(default=20, ge=2, le=10_000, description="independent launches that a forecast draws")
    period: Span = Field(description="from when until when sessions start")
    drain: Duration = Field(default=0.0, description="time after the period in which open sessions may still end")
    window: PositiveDuration | None = Field(default=None, description="width of the recording's time windows")
    service: Service
    behaviours: dict[Name, Behaviour] = Field(default_factory=dict)
    journeys: dict[Name, Journey] = Field(min_length=1)
    populations: dict[Name, Population] = Field(min_length=1)
    regions: Annotated[dict[Name, Share], AfterValidator(whole_shares)] = Field(
        default_factory=dict, description="where sessions come from, in shares"
    )
    faults: dict[Name, Fault] = Field(default_factory=dict, description="what goes wrong, and when")
    defences: dict[Name, Defence] = Field(default_factory=dict, description="what protects the service")
    objectives: dict[Name, Objective] = Field(default_factory=dict)
    replay: Replay | None = None
    target: Target = Field(default_factory=Target, description="where a load test may be sent beside loopback")
    abort: AbortRules = Field(default_factory=list, description="when a load test ends by its own rule")
    sources: dict[str, str] = Field(default_factory=dict, description="published figures and where they stand")
    assumptions: list[str] = Field(default_factory=list, description="what was assumed, for the report")

    @model_validator(mode="after")
    def _fits_together(self) -> Scenario:
        """All that is wrong at once; whether the rest fits is asked only once every name is known."""
        unknown: list[PlacedError] = [
            UnknownNameError(place, name, sorted(allowed))
            for place, name, allowed in self._references()
            if name not in allowed
        ]
        if errors := unknown or list(self._misfits()):
            raise MisfitsError(errors)
        return self

    def _misfits(self) -> Iterator[PlacedError]:
        for place, moment in self._moments():
            if isinstance(moment, ClockTime) != self.is_clock:
                yield PlacedError(place, _CLOCKED if self.is_clock else _ABSTRACT)
        if self.window is not None and abs(self._length_s / self.window - round(self._length_s / self.window)) > 1e-6:
            yield PlacedError(("window",), "must divide the period with its drain into equal parts")
        for place, span in self._spans():
            if not (self.period[0] <= span[0] and span[1] <= self.period[1] + self.drain):
                yield PlacedError(place, "lies outside the period")
        for name, objective in self.objectives.items():
            yield from self._of_whom(("objectives", name, "of"), objective)
        for name, fault in self.faults.items():
            if not any((fault.during, fault.at, fault.random)):
                yield PlacedError(("faults", name), "say when: give exactly one of during, at, random")
        missing = [*requirements(self), *contradictions(self)]
        yield from (PlacedError(place, problem) for place, problem in missing)

    def _spans(self) -> Iterator[tuple[Place, tuple[float, float]]]:
        """What has to lie within the period."""
        if self.replay is not None:
            yield ("replay", "during"), self.replay.during
        for name, objective in self.objectives.items():
            if objective.during is not None:
                yield ("objectives", name, "during"), objective.during
        for name, fault in self.faults.items():
            yield from ((("faults", name, "during"), span) for span in fault.during or [])
            yield from ((("faults", name, "at"), (moment, moment)) for moment in fault.at or [])

    @property
    def is_watched(self) -> bool:
        """Whether something may act on the service: a fault, a defence, a cache."""
        acting = any(defence.kind not in OF_DEMAND for defence in self.defences.values())
        return bool(self.faults or acting or self.service.caches)

    @property
    def start_s(self) -> float:
        """When the period begins, in seconds since midnight (0 for an abstract scenario)."""
        return self.period[0]

    @property
    def is_clock(self) -> bool:
        """Whether the period was written in clock times; an abstract scenario has no time of day."""
        return isinstance(self.period[0], ClockTime)

    @property
    def window_s(self) -> float:
        """The recording window: the given one, or a round width that cuts the period (with its drain) in equal parts,
        60 of them at most and 20 at least, or just 60 parts."""
        if self.window is not None:
            return self.window
        length_s = self._length_s
        widths = (width for width in _ROUND_S if length_s / 60 <= width <= length_s / 20)
        return next((width for width in widths if round(length_s / width, 9).is_integer()), length_s / 60)

    @property
    def _length_s(self) -> float:
        return self.period[1] - self.period[0] + self.drain

    def replayed(self) -> tuple[tuple[float, float], float]:
        """What a live run sends: the span in which its sessions start, and the drain after it in seconds."""
        return (self.replay.during, self.replay.drain) if self.replay else (self.period, self.drain)

    def fault_spans(self) -> list[tuple[str, float, float]]:
        """Name, begin and end of every fault whose times are fixed, in order."""
        lasting = [(name, span) for name, fault in self.faults.items() for span in fault.during or []]
        sudden = [(name, (moment, moment)) for name, fault in self.faults.items() for moment in fault.at or []]
        spans = [(name, float(start_s), float(end_s)) for name, (start_s, end_s) in lasting + sudden]
        return sorted(spans, key=lambda one: one[1:])

    def achievements(self) -> list[str]:
        """Every name that a journey's call achieves, in order of first appearance."""
        calls = (call for journey in self.journeys.values() for call in _calls(journey.steps, ()))
        return list(dict.fromkeys(step.achieves for _, step in calls if step.achieves))

    def _of_whom(self, place: Place, objective: Objective) -> Iterator[PlacedError]:
        """Achievements must be named; what is counted for all populations together cannot be asked of some of them."""
        if objective.subject == "achievements" and not objective.of:
            yield PlacedError(place, f"`{objective.measure}` needs `of`: which achievements")
        if objective.subject == "faults" and not {name for name, _, _ in self.fault_spans()} & set(objective.of):
            yield PlacedError(place, f"`{objective.measure}` needs `of`: a fault whose times are fixed")
        carriers = {name for name, people in self.populations.items() if self.journeys[people.journey].carries}
        everyone = {"paper share": carriers, "waiting to retry mean": set(self.populations)}.get(objective.measure)
        if everyone is not None and objective.of and set(objective.of) != everyone:
            who = ", ".join(sorted(everyone)) or "nobody"
            yield PlacedError(
                place, f"{objective.measure} is counted for {who} together; name them all, or leave `of` out"
            )

    def _moments(self) -> Iterator[tuple[Place, float]]:
        """Every moment beside the period's own."""
        if self.replay is not None:
            yield ("replay", "during"), self.replay.during[0]
        for name, objective in self.objectives.items():
            if objective.during is not None:
                yield ("objectives", name, "during"), objective.during[0]
        for name, population in self.populations.items():
            place: Place = ("populations", name, "arrivals")
            arrivals = population.arrivals
            if arrivals.storm is not None:
                yield (*place, "storm", "around"), arrivals.storm.around
            for kind, points in (("stepped", arrivals.stepped), ("curve", arrivals.curve)):
                yield from (((*place, kind), point.at) for point in points or [])
        for name, fault in self.faults.items():
            yield from ((("faults", name, "during"), span[0]) for span in fault.during or [])
            yield from ((("faults", name, "at"), moment) for moment in fault.at or [])

    def _references(self) -> list[tuple[Place, str, set[str]]]:
        stations, operations = set(self.service.stations), set(self.service.operations)
        found: list[tuple[Place, str, set[str]]] = [
            (place, station, stations)
            for name, operation in self.service.operations.items()
            for place, station in _stations(operation.steps, ("service", "operations", name, "steps"))
        ]
        for name, behaviour in self.behaviours.items():
            hedged = behaviour.hedging.operations if behaviour.hedging else []
            where: Place = ("behaviours", name, "hedging", "operations")
            found += [((*where, number), operation, operations) for number, operation in enumerate(hedged)]
        for name, journey in self.journeys.items():
            calls = _calls(journey.steps, ("journeys", name, "steps"))
            found += [((*place, "call"), str(step.call), operations) for place, step in calls]
            if journey.delivered_by:
                achieved = {step.achieves for _, step in calls if step.achieves}
                found.append((("journeys", name, "delivered_by"), journey.delivered_by, achieved))
        for name, population in self.populations.items():
            found.append((("populations", name, "journey"), population.journey, set(self.journeys)))
            if population.behaviour:
                found.append((("populations", name, "behaviour"), population.behaviour, set(self.behaviours)))
        subjects = {
            "operations": operations,
            "stations": stations,
            "populations": set(self.populations),
            "achievements": set(self.achievements()),
            "faults": set(self.faults),
        }
        for name, objective in self.objectives.items():
            place = ("objectives", name, "of")
            found += [(place, subject, subjects[objective.subject]) for subject in objective.of]
        return [*found, *named(self)]


class PlacedError(ValueError):
    """A fault that lies at a known place (its keys from the top) of the scenario."""

    def __init__(self, place: Place, message: str) -> None:
        super().__init__(message)
        self.place = place


class MisfitsError(ValueError):
    """Several of them."""

    def __init__(self, errors: list[PlacedError]) -> None:
        super().__init__("; ".join(map(str, errors)))
        self.errors = errors


class UnknownNameError(PlacedError):
    """A name that the scenario does not define."""

    def __init__(self, place: Place, name: str, allowed: list[str]) -> None:
        super().__init__(place, unknown_name(name, allowed))


def unknown_name(name: str, allowed: Iterable[str]) -> str:
    """What to say of a name that is none of those that are allowed."""
    known = sorted(allowed)
    if not known:
        return f"found {name!r}; the scenario has none to name here"
    return f"found {name!r}; allowed is one of {', '.join(known)}{nearest(name, known)}"


def _stations(steps: list[Step], place: Place) -> list[tuple[Place, str]]:
    found: list[tuple[Place, str]] = []
    for number, step in enumerate(steps):
        here = (*place, number)
        found += [((*here, key), name) for key in ("use", "hold") if (name := getattr(step, key))]
        found += _stations(step.steps, (*here, "steps"))
    return found


def _calls(steps: list[JourneyStep], place: Place) -> list[tuple[Place, JourneyStep]]:
    found: list[tuple[Place, JourneyStep]] = []
    for number, step in enumerate(steps):
        here = (*place, number)
        if step.call is not None:
            found.append((here, step))
            found += _calls(step.otherwise or [], (*here, "otherwise"))
        for which, option in enumerate(step.either or []):
            found += _calls(option.steps, (*here, "either", which, "steps"))
        if step.repeat is not None:
            found += _calls(step.repeat.steps, (*here, "repeat", "steps"))
    return found


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a scenario file, for editors and for `rehearse schema`.

    A file that extends another need not say anything but that, and may take keys away with null; so the schema has each
    part twice, as it stands in a file that extends another (`…-laid-over`) and as it is when whole.
    """
    whole = Scenario.model_json_schema()
    parts = whole.pop("$defs")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_laid_over(whole),
        "if": {"not": {"required": ["extends"]}},
        "then": {"$ref": "#/$defs/Scenario"},
        "$defs": {**parts, "Scenario": whole, **{_LAID.format(name): _laid_over(part) for name, part in parts.items()}},
    }


_LAID = "{}-laid-over"


def _laid_over(schema: Any) -> Any:
    """The schema of a part of a file that extends another: no key is required, any may be null. Lists replace lists, so
    what stands in a list is whole."""
    if isinstance(schema, list):
        return [_laid_over(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {**schema, "$ref": _LAID.format(schema["$ref"])}
    laid = {key: inner if key == "items" else _laid_over(inner) for key, inner in schema.items()}
    for key in ("required", "minProperties"):
        laid.pop(key, None)
    for key in ("properties", "patternProperties"):
        if key in laid:
            laid[key] = {name: _or_null(inner) for name, inner in laid[key].items()}
    if isinstance(laid.get("additionalProperties"), dict):
        laid["additionalProperties"] = _or_null(laid["additionalProperties"])
    return laid


def _or_null(schema: Any) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}
