"""Options side by side as a board asks for them, launch by launch: broken promises, paper, what is lost or late, and
the longest wait.

Nothing of this is compared with the base: what is has intervals (`experiments.comparing.verdicts`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from experiments.launches.outcome import LaunchOutcome
from readiness.judging.referral_summary import NEVER_PLACES, TWO_WEEK_WAIT
from recordings.followed import ReferralSummary
from recordings.phases import PeopleTimes, PhaseSummary
from scenarios.behaviour.steps import INTENDED
from scenarios.language.outcomes import ELECTRONIC, GONE_MARKS, NOT_RECEIVED
from scenarios.language.scenario import Scenario

_HIGH: Final = "p99"


class ByLaunch(msgspec.Struct, frozen=True):
    """A value a launch. `missed` names the objectives that it surely misses. `referrals` counts all that there were,
    and `on_paper` those that came by another channel, None where none are made; `lost` those that never arrive, None
    where nobody follows them; `two_week_waits` all that are as urgent as that, and `late` those of them that are
    received after the limit or never, None where there are none. `longest_wait_s` is the longest 99th percentile of the
    waits in any queue or waiting room, infinity where somebody never gets so far, `was_longer` whether it was only seen
    to be longer."""

    missed: list[list[str]]
    referrals: list[float | None]
    on_paper: list[float | None]
    lost: list[float | None]
    two_week_waits: list[float | None]
    late: list[float | None]
    longest_wait_s: list[float]
    was_longer: list[bool]


def by_launch(scenario: Scenario, outcomes: Sequence[LaunchOutcome]) -> ByLaunch:
    """Of the launches of one option."""
    waits = [max(_waits(outcome.phase), default=(0.0, False)) for outcome in outcomes]
    return ByLaunch(
        missed=[outcome.missed(scenario) for outcome in outcomes],
        referrals=[_referrals(outcome.phase) for outcome in outcomes],
        on_paper=[_on_paper(outcome.phase) for outcome in outcomes],
        lost=[_lost(outcome.phase) for outcome in outcomes],
        two_week_waits=[_two_week_waits(outcome.phase) for outcome in outcomes],
        late=[_late(outcome.phase) for outcome in outcomes],
        longest_wait_s=[wait for wait, _ in waits],
        was_longer=[is_longer for _, is_longer in waits],
    )


def _followed(phase: PhaseSummary) -> ReferralSummary | None:
    """The referrals that are followed; None where nobody follows them."""
    return None if phase.followed is msgspec.UNSET else phase.followed.referrals


def _referrals(phase: PhaseSummary) -> float | None:
    followed = _followed(phase)
    return phase.referrals.get(INTENDED.name) if followed is None else followed.arose


def _on_paper(phase: PhaseSummary) -> float | None:
    if (followed := _followed(phase)) is None:
        return phase.referrals.get(GONE_MARKS["paper"])
    return math.fsum(number for place, number in followed.places.items() if place not in (*ELECTRONIC, *NOT_RECEIVED))


def _lost(phase: PhaseSummary) -> float | None:
    followed = _followed(phase)
    return None if followed is None else math.fsum(followed.places.get(place, 0.0) for place in NEVER_PLACES)


def _two_week_waits(phase: PhaseSummary) -> float | None:
    followed = _followed(phase)
    urgent = followed.priorities.get(TWO_WEEK_WAIT) if followed is not None else None
    return urgent.arose if urgent is not None else None


def _late(phase: PhaseSummary) -> float | None:
    followed = _followed(phase)
    late = followed.two_week_wait if followed is not None else None
    return late.later + late.never if late is not None else None


def _waits(phase: PhaseSummary) -> Iterator[tuple[float, bool]]:
    """Each in seconds, and whether it was only seen to be longer."""
    lines = [operation.people.in_line_ms for operation in phase.operations.values() if operation.people is not None]
    queues = [station.wait_ms for station in phase.stations.values() if station.wait_ms is not None]
    yield from (found for times in (*lines, *queues) if (found := _wait(times)) is not None)


def _wait(times: PeopleTimes) -> tuple[float, bool] | None:
    if _HIGH in times.never:
        return math.inf, False
    milliseconds = getattr(times, _HIGH)
    return None if milliseconds is None else (milliseconds / 1000, _HIGH in times.longer_than)
