"""The phases of a run in figures: the forecast, the forecast of the replay's window, and the replay itself.

`readiness.judging.phases` makes them from recordings; `summary.json`, the terminal and the report show them as they
are. Every figure of a forecast is the mean over its launches of the launch's own, shares and percentiles too, so that
an objective's value and the same figure in a table are one.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from recordings.audit_result import AuditResult
from recordings.followed import FollowedSummary
from recordings.generator_result import GeneratorResult
from recordings.server_result import ServerResult

PhaseName = Literal["forecast", "forecast_of_window", "measured"]
PHASES: Final[tuple[PhaseName, ...]] = ("forecast", "forecast_of_window", "measured")


class Percentiles(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Response times from the intended start, in milliseconds; `of_share` of all requests were not turned away, and the
    percentiles speak of those only; null where nothing was asked. `longer_than` names those that are no more than what
    was seen: they lie among requests that timed out or were open at the end."""

    p50: float | None
    p95: float | None
    p99: float | None
    max: float | None
    longer_than: list[str] = []
    of_share: float | None = None


class PeopleTimes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Times over everybody, in milliseconds, null of nobody; those that `never` names are never, and null, too; those
    that `longer_than` names were only seen to be longer, for somebody was still trying when the recording ended."""

    p50: float | None
    p95: float | None
    p99: float | None
    never: list[str] = []
    longer_than: list[str] = []


class PeopleSummary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who wanted something, each person once: wanted = got there + gave up + still trying at the end. `share` of them
    got there, null of nobody. `time_to_ms` is from the first intention to the good end, who does not get there being
    never; `in_line_ms` the time in waiting rooms, who was in none being 0, and `in_line` how many were."""

    wanted: float
    got_there: float
    gave_up: float
    still_trying: float
    share: float | None
    time_to_ms: PeopleTimes
    in_line: float
    in_line_ms: PeopleTimes


class OperationSummary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Requests of one operation. offered = started + not started + held back + not let in; started = completed + timed
    out + refused + unfinished; completed requests were answered, well or badly; `failed` counts every request that was
    not good, by reason. `in_line` is how often somebody was told to wait in line, which ends no request and is in none
    of these.

    Three figures of load: `offered` is what people intended, tries again included, whether or not it was sent; `sent`
    what was put on the wire, sent = started + in line + hedges; `received` what reached the service, received = sent -
    refused. `people` has those who wanted it. `good_share` is good / offered, null where nothing was offered.
    """

    offered: float
    started: float
    completed: float
    good: float
    failed: dict[str, float]
    response_ms: Percentiles
    in_line: float = 0.0
    good_share: float | None = None
    sent: float = 0.0
    received: float = 0.0
    people: PeopleSummary | None = None


class SessionSummary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sessions of one population by how they ended. `time_ms` is from arrival to the good end, who gives up or is cut
    being never; `makespan_s` from the first arrival to the end of the last session, null where nobody came or where one
    was open at the end. `first_call` is what its journey begins with, and `people` those who wanted that, each once,
    however often they came back for it: who got in, and who never did."""

    started: float
    finished: float
    gave_up: float
    cut: float
    time_ms: PeopleTimes | None = None
    makespan_s: float | None = None
    first_call: str | None = None
    people: PeopleSummary | None = None


class StationSummary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A station's load: share of busy servers, of those that it has then, mean and at its height (the busiest window),
    mean and highest queue, who was turned away and who left the queue unserved. `arrivals_max` is the highest rate of
    arrivals a second in any window, `wait_ms` the wait over all who were served or left, who did not wait being 0,
    `full_from_s` the moment at which the first window begins in which nearly all servers are busy, if there is one.
    `hit_share` is how many of those who asked its caches it was spared; null without any."""

    servers: int
    busy_share: float
    queue_mean: float
    queue_max: float
    refused: float
    left: float
    busy_share_max: float = 0.0
    arrivals_max: float = 0.0
    wait_ms: PeopleTimes | None = None
    full_from_s: float | None = None
    hit_share: float | None = None


class SpecialtySummary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A specialty's appointment slots: how many bookings took one, how many were refused for want of one, and the share
    that found one, null where nobody asked. How many could be had at the start, at the least and at the end, and when
    there were none for the first time, are null where it never came to that, and of a replay: no client sees them."""

    taken: float
    refused: float
    slot_share: float | None
    free_at_start: float | None = None
    free_min: float | None = None
    free_at_end: float | None = None
    none_from_s: float | None = None


class AppointmentSummary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The appointments of patients of one priority: bookings that took a slot and that were refused, and the whole days
    from a booking to its appointment. `in_time_share` is how many of all bookings have one `within_days`, where the
    priority has such a limit. A replay has no days: no client sees them."""

    taken: float
    refused: float
    mean_days: float | None = None
    p50_days: float | None = None
    p95_days: float | None = None
    max_days: float | None = None
    within_days: float | None = None
    in_time_share: float | None = None


class PhaseSummary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a forecast or a replay saw. `span` is when its sessions start, `launches` how many were simulated, `hedged`
    how many requests were sent beside another of the same call, `good_share` the share of all offered requests that
    were answered well, `paper_share` that of intended referrals that went on paper.

    `groups` has the requests of several operations together, by `group NAME` and `tag NAME`, without people.
    `achievements` has who wanted each; `fullest` the stations by the busiest window of each, the fullest first: the
    second is the next to fill up when the first is made larger. `slots` by specialty and `appointments` by priority are
    of a scenario that says what appointment slots there are. `followed` has people, patients and staff; it is left
    out where the scenario has no practices.
    """

    span: str
    launches: int
    operations: dict[str, OperationSummary]
    sessions: dict[str, SessionSummary]
    stations: dict[str, StationSummary]
    referrals: dict[str, float]
    hedged: float = 0.0
    good_share: float | None = None
    paper_share: float | None = None
    achievements: dict[str, PeopleSummary] = {}
    fullest: list[str] = []
    groups: dict[str, OperationSummary] = {}
    slots: dict[str, SpecialtySummary] = {}
    appointments: dict[str, AppointmentSummary] = {}
    followed: FollowedSummary | msgspec.UnsetType = msgspec.UNSET


class PartTimes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long a part of an exchange took, in milliseconds, null where there was none."""

    p50: float | None
    p95: float | None
    p99: float | None
    max: float | None


class ExchangeSummary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What went over the wire for one operation, tries again and hedges included.

    `endings` says how often each status code and each cause of no answer occurred. `connect_ms` and `tls_ms` are of the
    `connections` that were opened for it, `first_byte_ms` is from the end of sending to the first byte of the answer,
    `body_ms` from there to its last.
    """

    endings: dict[str, int]
    connect_ms: PartTimes
    tls_ms: PartTimes
    first_byte_ms: PartTimes
    body_ms: PartTimes
    bytes_sent: int
    bytes_received: int
    connections: int


class ReplaySummary(PhaseSummary, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A replay over HTTP. Its `stations` are empty: a client cannot see them. `server` is how the mock kept its time;
    null where the target is not ours to know. `exchanges` has what went over the wire, by operation, and
    `processor_share_max` how busy the busiest worker was with its one processor in its busiest window. `reasons` says
    of described operations, by operation and in words, why how many answers were not good, the most frequent first."""

    audit: AuditResult | None
    generator: GeneratorResult
    server: ServerResult | None = None
    exchanges: dict[str, ExchangeSummary] = {}
    processor_share_max: float | None = None
    reasons: dict[str, dict[str, int]] = {}
