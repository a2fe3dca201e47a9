"""What a scenario file holds, key by key. Whether its parts fit together is asked in `fitting`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated

from pydantic import AfterValidator, Field

from scenarios.language.behaviours import Behaviour
from scenarios.language.data import DataFeed
from scenarios.language.defences import Defence
from scenarios.language.faults import Fault
from scenarios.language.fields import Duration, Name, Part, PositiveDuration, Share, Span
from scenarios.language.objectives import Objective
from scenarios.language.people import Journey, Population, calls_in, whole_shares
from scenarios.language.requests import ValueKey
from scenarios.language.safety import AbortRules, Target
from scenarios.language.service import ServiceSpecification
from scenarios.language.supply import SlotSupply, who_books
from scenarios.language.units import ClockTime

_ROUND_S = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0)


class Replay(Part):
    """Which part of the period a live run replays, one to one."""

    during: Span
    drain: Duration = Field(default=0.0, description="time after the window in which open requests may still end")
    repeated_for: PositiveDuration | None = Field(
        default=None, description="the window is sent again and again for so long, each time with draws of its own"
    )


class Contents(Part):
    """The keys of a scenario. Field by field in docs/scenario-language.md."""

    title: str
    about: str = ""
    extends: str | None = Field(default=None, description="a scenario whose keys hold where this one is silent")
    seed: int = Field(default=1, ge=0, lt=2**63)
    replications: int = Field(default=20, ge=2, le=10_000, description="independent launches that a forecast draws")
    period: Span = Field(description="from when until when sessions start")
    drain: Duration = Field(default=0.0, description="time after the period in which open sessions may still end")
    window: PositiveDuration | None = Field(default=None, description="width of the recording's time windows")
    demand: float = Field(
        default=1.0, gt=0, le=1000, description="how many times over everybody comes: all arrivals are multiplied by it"
    )
    service: ServiceSpecification
    behaviours: dict[Name, Behaviour] = Field(default_factory=dict)
    journeys: dict[Name, Journey] = Field(min_length=1)
    populations: dict[Name, Population] = Field(min_length=1)
    regions: Annotated[dict[Name, Share], AfterValidator(whole_shares)] = Field(
        default_factory=dict, description="where sessions come from, in shares"
    )
    faults: dict[Name, Fault] = Field(default_factory=dict, description="what goes wrong, and when")
    defences: dict[Name, Defence] = Field(default_factory=dict, description="what protects the service")
    supply: SlotSupply | None = Field(default=None, description="the appointment slots that there are, by specialty")
    objectives: dict[Name, Objective] = Field(default_factory=dict)
    replay: Replay | None = None
    data: dict[ValueKey, DataFeed] = Field(default_factory=dict, description="files with a row for each session")
    target: Target = Field(default_factory=Target, description="where a load test may be sent beside loopback")
    abort: AbortRules = Field(default_factory=list, description="when a load test ends by its own rule")
    sources: dict[str, str] = Field(default_factory=dict, description="published figures and where they stand")
    assumptions: list[str] = Field(default_factory=list, description="what was assumed, for the report")

    @property
    def is_watched(self) -> bool:
        """Whether something may act on the service: a fault, a defence, a cache, the supply of appointment slots."""
        acting = any(not defence.settings.of_demand for defence in self.defences.values())
        return bool(self.faults or acting or self.service.caches or self.supply)

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
        length_s = self.length_s
        widths = (width for width in _ROUND_S if length_s / 60 <= width <= length_s / 20)
        return next((width for width in widths if round(length_s / width, 9).is_integer()), length_s / 60)

    @property
    def length_s(self) -> float:
        """The period and its drain together."""
        return self.period[1] - self.period[0] + self.drain

    def replayed(self) -> tuple[tuple[float, float], float]:
        """What a live run sends: the span in which its sessions start, and the drain after it in seconds. A window that
        is repeated lasts for as long as it is."""
        if self.replay is None:
            return self.period, self.drain
        start_s, end_s = self.replay.during
        repeated_for = self.replay.repeated_for
        return (start_s, end_s if repeated_for is None else start_s + repeated_for), self.replay.drain

    def repetition_s(self) -> float | None:
        """How long one repetition of the replay window is; None where it is sent once."""
        if self.replay is None or self.replay.repeated_for is None:
            return None
        return self.replay.during[1] - self.replay.during[0]

    def fault_spans(self) -> list[tuple[str, float, float]]:
        """Name, begin and end of every fault whose times are fixed, in order."""
        lasting = [(name, span) for name, fault in self.faults.items() for span in fault.during or []]
        sudden = [(name, (moment, moment)) for name, fault in self.faults.items() for moment in fault.at or []]
        spans = [(name, float(start_s), float(end_s)) for name, (start_s, end_s) in lasting + sudden]
        return sorted(spans, key=lambda one: one[1:])

    def bookers(self) -> list[tuple[str, str, int]]:
        """Who may take whose slots: (specialty, priority, within how many days; 0 for those who take any)."""
        return who_books(self)

    def achievements(self) -> list[str]:
        """Every name that a journey's call achieves, in order of first appearance."""
        return list(dict.fromkeys(_achieved(self.journeys.values())))

    def meant(self, objective: Objective) -> Objective:
        """The objective with the operations that its groups and tags stand for."""
        joint = set(objective.of) - set(self.service.operations) if objective.subject == "operations" else set()
        of = self.service.operations_of(objective.of) if joint else objective.of
        return objective.model_copy(update={"of": of}) if joint else objective

    def carriers(self) -> dict[str, Journey]:
        """The populations whose sessions carry a referral, with their journeys."""
        journeys = {name: self.journeys[people.journey] for name, people in self.populations.items()}
        return {name: journey for name, journey in journeys.items() if journey.carries}

    def other_achievements(self) -> frozenset[str]:
        """Those of journeys that carry no referral alone: a clerk who accepts a referral accepts somebody else's."""
        carried = set(_achieved(journey for journey in self.journeys.values() if journey.carries))
        return frozenset(self.achievements()) - carried


def _achieved(journeys: Iterable[Journey]) -> Iterator[str]:
    calls = (call for journey in journeys for call in calls_in(journey.steps))
    return (step.achieves for _, step in calls if step.achieves)
