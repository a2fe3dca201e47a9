"""`summary.json`: a run in figures, for programs. `rehearse schema summary` prints its JSON Schema.

Counts of a forecast are means over its launches. Durations are milliseconds, rounded to a microsecond; anything that
could not be measured is null. The same scenario, seed and versions give the same bytes.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from recordings.events import Event
from recordings.evidence import Evidence, Verdict
from recordings.followed import FollowedSummary
from recordings.phases import PHASES, PhaseName, PhaseSummary, ReplaySummary

Agreement = Literal["inside", "outside", "undecided"]


class ObjectiveSummary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One objective. `value`, `low` and `high` are the forecast's where there is one, else the replay's; `verdict` is
    the weaker of both.

    `unit`, `comparison` and `limit` are the value's, which may be a share of launches; those of the measure itself, in
    which a replay is measured, are `measure_unit`, `measure_comparison` and `measure_limit`. `among` names the
    populations, priorities or roles that it is kept to; everybody where it names none. `later_than_s`: from when
    on a referral is late.
    """

    name: str
    measure: str
    of: list[str]
    verdict: Verdict
    value: float | None
    unit: str
    comparison: str
    limit: float
    low: float | None
    high: float | None
    during: str | None = None
    among: list[str] = []
    measure_unit: str = "count"
    measure_comparison: str = "at most"
    measure_limit: float | None = None
    later_than_s: float | None = None
    forecast: Evidence | None = None
    forecast_of_window: Evidence | None = None
    measured: Evidence | None = None


class ExpectationSummary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A published figure beside the forecast's. `published` is as it was written, `published_low` and
    `published_high` are its range; a single value has that of all that rounds to it.

    `value`, `low` and `high` are the mean of the launches and its 95 % interval, in `unit`; null where there is nothing
    to measure or, as `never` says in how many launches, where a time is never. `verdict` is *inside* when the whole
    interval lies within the published range, *outside* when it lies beside it, else *undecided*. A
    recording may end before a value is known: then `is_open`, and the value may become more, at most `up_to`, or
    without an end where that is null.

    `values` has each launch's own; `inside_in` says how many of them surely lie within the range, of `replications`.
    `never_in` and `longer_in` number the launches, from 1 on, in which a value was never, or had no upper bound.
    `tuned` names the values of the scenario that were tuned to meet the figure.
    """

    name: str
    measure: str
    of: list[str]
    verdict: Agreement
    unit: str
    published: str
    published_low: float
    published_high: float
    source: str
    value: float | None
    low: float | None = None
    high: float | None = None
    replications: int = 0
    values: list[float | None] = []
    inside_in: int = 0
    never: int = 0
    is_open: bool = False
    up_to: float | None = None
    tuned: list[str] = []
    among: list[str] = []
    during: str | None = None
    later_than_s: float | None = None
    never_in: list[int] = []
    longer_in: list[int] = []


class MissingFigure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A published figure that the model cannot reproduce, and why."""

    name: str
    published: str
    source: str
    because: str


class Difference(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A figure forecast for the replay's window, measured in it, and (measured − forecast) / forecast."""

    forecast: float | None
    measured: float | None
    relative: float | None


class Gap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far forecast and replay of the same sessions are apart for one operation. Response times in milliseconds."""

    completed: Difference
    p50: Difference
    p95: Difference


class Recovered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Seconds from a fault's end until the service had recovered: the mean of the `launches` in which that could be
    measured. In `unseen` of them the recording ended before that; they count as long as was seen, so that the truth is
    longer. `took_s` has each launch's own, null where it was not seen."""

    mean_s: float
    launches: int = 1
    unseen: int = 0
    took_s: list[float | None] = []


class Recovery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One time that a fault was there, and the recovery from it in each phase; null where there is nothing to measure:
    the fault lies outside of the recording, or no request was answered well before it."""

    start_s: float
    end_s: float
    forecast: Recovered | None = None
    forecast_of_window: Recovered | None = None
    measured: Recovered | None = None


class EffectSummary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fault or a defence of the scenario: its kind, how often it touched something (requests mostly; the mean of the
    launches), and for a fault of fixed times each time it was there."""

    kind: str
    forecast: float | None = None
    forecast_of_window: float | None = None
    measured: float | None = None
    times: list[Recovery] = []


class ReplayTarget(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a replay was measured on: a mock server made of the same model, or a service by its address."""

    kind: Literal["mock of the same model", "named target"]
    url: str | None = None


class SimulatedBy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The engine that `--engine auto` takes for a scenario, and why that is not the compiled one. It follows from the
    scenario alone: both engines give the same figures, and which of them ran is said in `run.json`."""

    engine: Literal["compiled", "simpy"]
    because: str | None = None


class Summary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A run in figures. `stay_away`: people by population whose time to come lies outside the period, in the mean
    of the launches. `interrupted`: it ended before all that was asked for had been done. `aborted`: the rule of its
    own that ended the replay, and when. `target`: what the replay was measured on; null without one. `expectations`:
    published figures beside those of the forecast; `not_reproduced`: those that the model cannot have. `simulated_by`:
    the engine for the scenario; null where nothing was simulated. `changed`: what was changed of the scenario of that
    name before it was run, each in words. `warm_up_s`: so much at the beginning of each phase is in no figure but of
    objectives with a `during`; left out where the scenario states no warm-up."""

    format: int
    scenario: str
    title: str
    seed: int
    verdict: str
    sentence: str
    objectives: list[ObjectiveSummary]
    forecast: PhaseSummary | None
    forecast_of_window: PhaseSummary | None
    measured: ReplaySummary | None
    gap: dict[str, Gap]
    faults: dict[str, EffectSummary] = {}
    defences: dict[str, EffectSummary] = {}
    events: list[Event] = []
    stay_away: dict[str, float] = {}
    interrupted: bool = False
    aborted: str | None = None
    target: ReplayTarget | None = None
    expectations: list[ExpectationSummary] = []
    not_reproduced: list[MissingFigure] = []
    simulated_by: SimulatedBy | None = None
    changed: list[str] = []
    warm_up_s: float | msgspec.UnsetType = msgspec.UNSET

    @property
    def phases(self) -> dict[PhaseName, PhaseSummary]:
        """The phases that this run has, in order."""
        every: dict[PhaseName, PhaseSummary | None] = {name: getattr(self, name) for name in PHASES}
        return {name: phase for name, phase in every.items() if phase is not None}

    @property
    def followed(self) -> dict[PhaseName, FollowedSummary]:
        """What became of people, patients and staff in each phase that followed them."""
        found = {name: phase.followed for name, phase in self.phases.items()}
        return {name: each for name, each in found.items() if each is not msgspec.UNSET}


def to_json(summary: Summary) -> bytes:
    """The bytes of `summary.json`."""
    return msgspec.json.format(msgspec.json.encode(summary), indent=2) + b"\n"


def from_json(data: bytes) -> Summary:
    """The summary in such bytes. Raises `msgspec.DecodeError` when they are no JSON, `msgspec.ValidationError` (one of
    those) when they are no summary."""
    return msgspec.json.decode(data, type=Summary)


def summary_schema() -> dict[str, Any]:
    """The JSON Schema of `summary.json`."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(Summary)}
