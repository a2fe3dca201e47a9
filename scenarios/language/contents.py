"""What a scenario file holds, key by key. Whether its parts fit together is asked in `fitting`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr, WithJsonSchema, WrapValidator

from scenarios.calendar.calendar import Calendar
from scenarios.calendar.local_time import zone_of
from scenarios.calendar.opening import OPENING_FORM, Opening, read_opening, without_overlap
from scenarios.calendar.periods import window_of_days
from scenarios.calendar.written import read_date
from scenarios.language.behaviours import Behaviour
from scenarios.language.data import DataFeed
from scenarios.language.defences import Defence
from scenarios.language.expectations import NotReproduced, PublishedFigure
from scenarios.language.fallback import Fallback
from scenarios.language.faults import Fault
from scenarios.language.objectives import Measured, Objective
from scenarios.language.outcomes import ELECTRONIC, NOT_RECEIVED, PLACE_WORDS
from scenarios.language.people import Journey, Population, calls_in, whole_shares
from scenarios.language.practices import Practices
from scenarios.language.requests import ValueKey
from scenarios.language.safety import AbortRules, Target
from scenarios.language.service import ServiceSpecification
from scenarios.language.supply import SlotSupply, who_books
from scenarios.quantities.fields import Duration, Multiple, Name, Part, Place, PositiveDuration, Share, Short, Span
from scenarios.quantities.units import NAMELESS, ClockTime, UnitError, duration_text
from scenarios.sources.variants import Variants

_Asked = TypeVar("_Asked", bound=Measured)
_ROUND_S = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0)


def _text(found: Any, form: str) -> str:
    if not isinstance(found, str):
        raise UnitError(found, form)
    return found


def _opening(found: Any, _inner: Any) -> Opening:
    return read_opening(_text(found, OPENING_FORM))


def _holiday(found: Any, _inner: Any) -> date:
    return read_date(_text(found, "a date such as 2015-05-25"))


def _zone(found: Any) -> str:
    return zone_of(_text(found, "a time zone such as Europe/London")).key


def _openings(given: list[Opening]) -> list[Opening]:
    return list(without_overlap(given))


def _once(given: list[date]) -> list[date]:
    """Dates as given. Raises `ValueError` where one stands twice."""
    twice = next((day for place, day in enumerate(given) if day in given[:place]), None)
    if twice is not None:
        raise ValueError(f"{twice} stands twice")
    return given


class CalendarRules(Part):
    """What is to be known of the days beside which they are, which the period says."""

    zone: Annotated[str, BeforeValidator(_zone)] | None = Field(
        default=None, description="the time zone of all clock times, such as Europe/London; goes with a period of dates"
    )
    open: (
        Annotated[
            list[
                Annotated[
                    Opening, WrapValidator(_opening), WithJsonSchema({"type": "string", "description": OPENING_FORM})
                ]
            ],
            Field(min_length=1),
            AfterValidator(_openings),
            BeforeValidator(lambda found: [found] if isinstance(found, str) else found),
            Short({"type": "string", "description": OPENING_FORM}),
        ]
        | None
    ) = Field(default=None, description="when practices work; always, where nothing is said")
    holidays: Annotated[
        list[Annotated[date, WrapValidator(_holiday), WithJsonSchema({"type": "string", "format": "date"})]],
        AfterValidator(_once),
    ] = Field(default_factory=list, description="dates that are as Sundays; those outside the period may stand here")


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
    calendar_rules: CalendarRules | None = Field(
        default=None,
        alias="calendar",
        description="time zone, opening hours and holidays, of a period that names days",
    )
    period: Span = Field(description="from when until when sessions start")
    drain: Duration = Field(default=0.0, description="time after the period in which open sessions may still end")
    warm_up: PositiveDuration | None = Field(default=None, description="how much at the beginning is not judged")
    window: PositiveDuration | None = Field(default=None, description="width of the recording's time windows")
    demand: Multiple = Field(
        default=1.0, description="how many times over everybody comes: all arrivals are multiplied by it"
    )
    service: ServiceSpecification
    behaviours: dict[Name, Behaviour] = Field(default_factory=dict)
    journeys: dict[Name, Journey] = Field(min_length=1)
    populations: dict[Name, Population] = Field(min_length=1)
    regions: Annotated[dict[Name, Share], AfterValidator(whole_shares)] = Field(
        default_factory=dict, description="where sessions come from, in shares"
    )
    practices: Practices | None = Field(
        default=None, description="where clinicians and receptionists work; without it each is alone"
    )
    fallback: Fallback | None = Field(
        default=None, description="what becomes of a referral that does not leave electronically"
    )
    faults: dict[Name, Fault] = Field(default_factory=dict, description="what goes wrong, and when")
    defences: dict[Name, Defence] = Field(default_factory=dict, description="what protects the service")
    supply: SlotSupply | None = Field(default=None, description="the appointment slots that there are, by specialty")
    objectives: dict[Name, Objective] = Field(default_factory=dict)
    expect: dict[Name, PublishedFigure] = Field(
        default_factory=dict, description="published figures with which the outcomes are compared"
    )
    not_reproduced: dict[Name, NotReproduced] = Field(
        default_factory=dict, description="published figures that the model cannot reproduce, and why"
    )
    replay: Replay | None = None
    data: dict[ValueKey, DataFeed] = Field(default_factory=dict, description="files with a row for each session")
    target: Target = Field(default_factory=Target, description="where a load test may be sent beside loopback")
    abort: AbortRules = Field(default_factory=list, description="when a load test ends by its own rule")
    sources: dict[str, str] = Field(default_factory=dict, description="published figures and where they stand")
    assumptions: list[str] = Field(default_factory=list, description="what was assumed, for the report")
    variants: Variants = Field(default_factory=dict, description="sets of changes that can be asked for by name")
    changed: list[str] = Field(default_factory=list, description="what was changed of it, written by the program")

    _calendar: Calendar = PrivateAttr(default=NAMELESS)

    @property
    def calendar(self) -> Calendar:
        """The period's days; nameless ones where it names none."""
        return self._calendar

    @property
    def is_watched(self) -> bool:
        """Whether something may act on the service: a fault, a defence, a cache, the supply of appointment slots."""
        acting = any(not defence.settings.of_demand for defence in self.defences.values())
        return bool(self.faults or acting or self.service.caches or self.supply)

    @property
    def start_s(self) -> float:
        """When the period begins, in seconds since the first midnight (0 for an abstract scenario)."""
        return self.period[0]

    @property
    def is_clock(self) -> bool:
        """Whether the period was written in clock times; an abstract scenario has no time of day."""
        return isinstance(self.period[0], ClockTime)

    def moment_text(self, seconds: float) -> str:
        """A moment as it would be written: `08:00`, `Wed 08:00` in a period of days, `90 s` in an abstract scenario."""
        return self.calendar.text(seconds) if self.is_clock else duration_text(seconds)

    def span_text(self, start_s: float, end_s: float) -> str:
        """From when until when, as it would be written: `Wed 08:00 to 15:42`, `0 s to 90 s`."""
        if self.is_clock:
            return self.calendar.span_text(start_s, end_s)
        return f"{duration_text(start_s)} to {duration_text(end_s)}"

    @property
    def window_s(self) -> float:
        """The recording window: the given one, or a round width that cuts the period (with its drain) in equal parts,
        60 of them at most and 20 at least, or just 60 parts; of a period of days half an hour or so."""
        if self.window is not None:
            return self.window
        if self.calendar.spans_days:
            return window_of_days(self.period[0], self.length_s)
        return _round_window(self.length_s)

    @property
    def replay_window_s(self) -> float:
        """The window of a live run that is not short: the recording's, or a narrower one where that is for days."""
        if self.window is not None or not self.calendar.spans_days:
            return self.window_s
        (start_s, end_s), drain_s = self.replayed()
        return min(self.window_s, _round_window(end_s - start_s + drain_s))

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
        spans = [
            (name, float(start_s), float(end_s)) for name, one in self.faults.items() for start_s, end_s in one.spans
        ]
        return sorted(spans, key=lambda one: one[1:])

    def bookers(self) -> list[tuple[str, str, int]]:
        """Who may take whose slots: (specialty, priority, within how many days; 0 for those who take any)."""
        return who_books(self)

    def achievements(self) -> list[str]:
        """Every name that a journey's call achieves, in order of first appearance."""
        return list(dict.fromkeys(_achieved(self.journeys.values())))

    def measured(self) -> Iterator[tuple[Place, Measured]]:
        """All that is measured, and where it stands."""
        yield from ((("objectives", name), objective) for name, objective in self.objectives.items())
        yield from ((("expect", name), expectation) for name, expectation in self.expect.items())

    def meant(self, asked: _Asked) -> _Asked:
        """The same with the operations that its groups and tags stand for, and the places that their words do."""
        if asked.subject == "operations":
            joint = set(asked.of) - set(self.service.operations)
            return asked.model_copy(update={"of": self.service.operations_of(asked.of)}) if joint else asked
        words = self.places_in_words() if asked.subject == "places" else {}
        if not words.keys() & set(asked.of):
            return asked
        places = dict.fromkeys(place for name in asked.of for place in words.get(name, (name,)))
        return asked.model_copy(update={"of": list(places)})

    @property
    def is_followed(self) -> bool:
        """Whether people and referrals are followed beyond one session: who comes back, what practices do."""
        return self.practices is not None or any(one.comes_back for one in self.behaviours.values())

    @property
    def followed_practices(self) -> int:
        """How many practices are followed; 0 where none are."""
        return self.practices.number if self.practices is not None else 0

    def referral_places(self) -> tuple[str, ...]:
        """Where a referral may be, each in exactly one place; none where nobody follows them."""
        if self.practices is None or not self.carriers():
            return ()
        return (*ELECTRONIC, *(self.fallback.channels if self.fallback else ()), *NOT_RECEIVED)

    def places_in_words(self) -> dict[str, tuple[str, ...]]:
        """The words for several places of referrals together."""
        every = self.referral_places()
        channels = tuple(place for place in every if place not in (*ELECTRONIC, *NOT_RECEIVED))
        words = zip(PLACE_WORDS, (ELECTRONIC, channels, NOT_RECEIVED), strict=True)
        return {word: places for word, places in words if places and every}

    def carriers(self) -> dict[str, Journey]:
        """The populations whose sessions carry a referral, with their journeys."""
        journeys = {name: self.journeys[people.journey] for name, people in self.populations.items()}
        return {name: journey for name, journey in journeys.items() if journey.carries}

    def other_achievements(self) -> frozenset[str]:
        """Those of journeys that carry no referral alone: a clerk who accepts a referral accepts somebody else's."""
        carried = set(_achieved(journey for journey in self.journeys.values() if journey.carries))
        return frozenset(self.achievements()) - carried


def _round_window(length_s: float) -> float:
    """A round width of which 20 to 60 are so long, or else a sixtieth."""
    widths = (width for width in _ROUND_S if length_s / 60 <= width <= length_s / 20)
    return next((width for width in widths if round(length_s / width, 9).is_integer()), length_s / 60)


def _achieved(journeys: Iterable[Journey]) -> Iterator[str]:
    calls = (call for journey in journeys for call in calls_in(journey.steps))
    return (step.achieves for _, step in calls if step.achieves)
