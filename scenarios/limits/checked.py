"""Scenarios that are read to be run: besides being right they must end, and fit into a machine.

What is too large is told where it stands, with an estimate; `--no-limits` lifts these limits. A loop that may go round
while no time passes is refused all the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from scenarios.behaviour.distributions import distribution_of
from scenarios.language.behaviours import BackOff, Behaviour
from scenarios.language.reading import PlacedScenario, read_placed
from scenarios.language.scenario import Scenario
from scenarios.limits.idle_loops import busy_loops, idle_loops
from scenarios.limits.journey_load import pieces_of
from scenarios.limits.launch_size import LaunchSize, size_of
from scenarios.quantities.fields import Place
from scenarios.sources.changes import NO_CHANGES, Changes
from scenarios.sources.problems import Problem, ScenarioError

SESSIONS_MOST: Final = 20_000_000
REQUESTS_MOST: Final = 50_000_000
PIECES_MOST: Final = 500_000_000
MEMORY_MOST_BYTES: Final = 4 * 2**30
STEPS_MOST: Final = 500_000_000
_WORK_MOST: Final = 100_000  # of one request, whose program is written out piece by piece
TIMES_MOST: Final = 1_000_000  # a fault, a timer or a loop without end, in one launch
TRIES_MOST: Final = 1_000_000  # of one call that keeps failing
DAYS_MOST: Final = 3653
_UNSAID: Final = (
    "has no `steps`, so nobody knows what the service does and how long it takes: `rehearse load` sends it, but to"
    " simulate it say which `stations` there are and what it does there, as `steps: [{use: app, time: 20 ms}]`"
)
_UNSIMULATED: Final = (
    "a Locust user cannot be simulated, for its code waits for real answers: `rehearse load` performs it; for a"
    " forecast write the journey as `steps`, or as a `python` function"
)
_LIFT: Final = "; `--no-limits` lifts this"


def read_checked(
    name: str, changes: Changes = NO_CHANGES, *, limited: bool = True, simulated: bool = False
) -> Scenario:
    """The scenario of that catalogue name or file, with the changes, if it can be run, and where it is to be
    `simulated`, if that can be. Raises `ScenarioError`."""
    placed = read_placed(name, changes)
    if simulated and (unsaid := list(_unsimulated(placed.scenario))):
        raise ScenarioError([_problem(placed, *one) for one in unsaid])
    return checked(placed, limited=limited)


def checked(placed: PlacedScenario, *, limited: bool = True) -> Scenario:
    """The scenario, if it ends and (where it is `limited`) fits. Raises `ScenarioError`."""
    if wrong := hindrances(placed.scenario, limited=limited):
        raise ScenarioError([_problem(placed, *one) for one in wrong])
    return placed.scenario


def hindrances(scenario: Scenario, *, limited: bool = True) -> list[tuple[Place, str]]:
    """Why a scenario cannot be launched, and at which of its keys: it does not end, or (where it is `limited`) does not
    fit."""
    wrong = list(idle_loops(scenario))
    if limited and not wrong:
        wrong = list(_too_large(scenario))
    return list(dict.fromkeys(wrong))


def wrong_variants(placed: PlacedScenario, *, limited: bool = True) -> list[Problem]:
    """What is wrong with the variants of a scenario that is right itself."""
    problems: list[Problem] = []
    for name in placed.scenario.variants:
        try:
            checked(placed.variant(name), limited=limited)
        except ScenarioError as error:
            problems += of_variant(name, error).problems
    return list(dict.fromkeys(problems))


def of_variant(name: str, error: ScenarioError) -> ScenarioError:
    """The same, told of the variant of that name."""
    return ScenarioError([replace(one, message=f"{one.message} (variant {name})") for one in error.problems])


def _unsimulated(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    """What is loaded only: users of Locust, and operations of which nobody has said what the service does."""
    users = [name for name, journey in scenario.journeys.items() if journey.locust is not None]
    yield from ((("journeys", name, "locust"), _UNSIMULATED) for name in users)
    if not users:
        yield from ((("service", "operations", name), _UNSAID) for name in scenario.service.unsimulated())


def _problem(placed: PlacedScenario, place: Place, message: str) -> Problem:
    return placed.problem(place, message)


def _too_large(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    if scenario.length_s > DAYS_MOST * 86400:
        days = scenario.length_s / 86400
        yield ("period",), f"lasts {days:,.0f} days with its drain; allowed are {DAYS_MOST:,}{_LIFT}"
        return
    yield from _too_much_work(scenario)
    yield from _too_often(scenario)
    yield from _too_many_tries(scenario)
    yield from ((place, f"{found}{_LIFT}") for place, found in busy_loops(scenario, TIMES_MOST))
    size = size_of(scenario)
    yield from _too_many(scenario, size)
    if size.memory_bytes > MEMORY_MOST_BYTES and sum(size.sessions.values()) <= SESSIONS_MOST:
        place = "window" if scenario.window is not None else "period"
        yield (
            (place,),
            (
                f"a launch comes to about {size.windows:,.0f} windows, for which it needs about"
                f" {_bytes(size.memory_bytes)} of memory; allowed are {_bytes(MEMORY_MOST_BYTES)}{_LIFT}"
            ),
        )


def _too_many(scenario: Scenario, size: LaunchSize) -> Iterator[tuple[Place, str]]:
    """Told where the most come from."""
    sessions, requests = sum(size.sessions.values()), sum(size.requests.values())
    if sessions > SESSIONS_MOST:
        most = max(size.sessions, key=lambda name: size.sessions[name])
        yield _arrivals_of(scenario, most), _too_many_words(scenario, size, sessions, requests)
    elif requests > REQUESTS_MOST or size.pieces > PIECES_MOST:
        most = max(size.requests, key=lambda name: size.requests[name])
        place = ("journeys", scenario.populations[most].journey)
        yield place, _too_many_words(scenario, size, sessions, requests)

    elif size.steps > STEPS_MOST:
        names = ", ".join(sorted({people.journey for people in scenario.populations.values()}))
        found = f"a launch comes to about {_number(size.steps)} steps of {names}; allowed are {STEPS_MOST:,}{_LIFT}"
        yield ("journeys",), found


def _too_many_words(scenario: Scenario, size: LaunchSize, sessions: float, requests: float) -> str:
    return (
        f"a launch comes to about {_number(sessions)} sessions, {_number(requests)} requests and"
        f" {_number(size.pieces)} pieces of work, and needs about {_bytes(size.memory_bytes)} of memory; allowed are"
        f" {SESSIONS_MOST:,} sessions, {REQUESTS_MOST:,} requests and {PIECES_MOST:,} pieces of work{_LIFT}"
    )


def _arrivals_of(scenario: Scenario, population: str) -> Place:
    arrivals = scenario.populations[population].arrivals
    kind = next(name for name in type(arrivals).model_fields if getattr(arrivals, name) is not None)
    return ("populations", population, "arrivals", *(("rate",) if kind == "constant" else (kind,)))


def _too_much_work(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    for name, operation in scenario.service.operations.items():
        if (pieces := pieces_of(operation.steps)) > _WORK_MOST:
            found = f"a request does {_number(pieces)} pieces of work; allowed are {_WORK_MOST:,}{_LIFT}"
            yield ("service", "operations", name, "steps"), found


def _too_often(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    """Faults of drawn times, and whatever looks or happens again and again."""
    for name, fault in scenario.faults.items():
        if fault.random is not None:
            yield from _often(scenario, ("faults", name, "random"), fault.random.to_fail + fault.random.to_repair)
    for section, effects in (("faults", scenario.faults), ("defences", scenario.defences)):
        for name, effect in effects.items():
            for key, seconds in effect.settings.intervals():
                yield from _often(scenario, (section, name, effect.kind, key), seconds)


def _often(scenario: Scenario, place: Place, every_s: float) -> Iterator[tuple[Place, str]]:
    times = scenario.length_s / every_s
    if times > TIMES_MOST:
        yield place, f"happens about {_number(times)} times in a launch; allowed are {TIMES_MOST:,}{_LIFT}"


def _too_many_tries(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    for name, behaviour in scenario.behaviours.items():
        tries = _tries(behaviour, scenario.length_s)
        if tries > TRIES_MOST:
            found = (
                f"a call that keeps failing is tried about {_number(tries)} times; allowed are {TRIES_MOST:,}{_LIFT}"
            )
            yield ("behaviours", name, "back_off"), found


def _tries(behaviour: Behaviour, length_s: float) -> float:
    """How often one call is tried that fails at once each time."""
    most = math.inf if behaviour.retries == "unlimited" else float(min(behaviour.retries, 10**30))
    patience_s = math.inf if behaviour.patience is None else distribution_of(behaviour.patience).mean_s
    policy, left_s, tries = behaviour.back_off, min(patience_s, length_s), 0
    if policy is None:
        return 1.0
    wait_s, longest_s = policy.first * _JITTER.get(policy.jitter, 1.0), policy.longest or math.inf
    while tries < most and wait_s < longest_s and wait_s < left_s and _grows(policy) > 1:
        left_s, wait_s, tries = left_s - wait_s, wait_s * _grows(policy), tries + 1
    return 1.0 + min(most, tries + left_s / min(wait_s, longest_s))


def _grows(policy: BackOff) -> float:
    return 2.0 if policy.jitter == "decorrelated" else policy.factor  # from `first` to three times the last


_JITTER: Final = {"full": 0.5, "equal": 0.75}  # the mean wait, of the wait without jitter


def _number(value: float) -> str:
    return f"{value:,.0f}" if value < 1e15 else "endlessly many" if math.isinf(value) else f"{value:.1e}"


def _bytes(value: float) -> str:
    for unit in ("MiB", "GiB", "TiB"):
        value /= 2**20 if unit == "MiB" else 2**10
        if value < 1024:
            break
    return f"{value:,.3g} {unit}" if value < 1e6 else f"{value:.1e} {unit}"
