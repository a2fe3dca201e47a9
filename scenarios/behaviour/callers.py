"""Who sends a request, as far as the service can tell: population, region, practice, how urgent the work is, and from
which specialty it wants an appointment.

All of it follows from the session's key and number, so both clocks agree on it without saying so to each other. Over
HTTP it travels in one header (`scenarios.protocol.requests`), for a mock server cannot know otherwise whose network is
gone or whose work is urgent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any, Final, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from scenarios.behaviour.draws import K, Keys, mix, name_key, unit
from scenarios.language.outcomes import PRIORITIES
from scenarios.language.supply import SlotSupply, specialties_for

PRACTICES: Final = 200  # where a scenario does not say how many
ROUTINE: Final = len(PRIORITIES) - 1
REGION_KEY: Final = name_key("region")
PRIORITY_KEY: Final = name_key("priority")
SPECIALTY_KEY: Final = name_key("specialty")
_PRACTICE: Final = name_key("practice")


class Caller(NamedTuple):
    """One caller. `region` is empty where the scenario has no regions, `specialty` where it says nothing of the supply
    of slots; `priority` is a place in PRIORITIES."""

    population: str = ""
    region: str = ""
    practice: int = 0
    priority: int = ROUTINE
    specialty: str = ""


NOBODY: Final = Caller()  # a request that says nothing of who sent it


class People(Protocol):
    """As much of a population as its callers depend on."""

    @property
    def priorities(self) -> Mapping[Any, float]: ...


class CallersScenario(Protocol):
    """As much of a scenario as its callers depend on."""

    @property
    def regions(self) -> Mapping[str, float]: ...
    @property
    def populations(self) -> Mapping[str, People]: ...
    @property
    def supply(self) -> SlotSupply | None: ...
    @property
    def followed_practices(self) -> int: ...


def caller_of(scenario: CallersScenario, population: str, key: int, number: int) -> Caller:
    """The caller of the session with this key, which stands at place `number` of the whole schedule."""
    found = drawn(scenario.populations[population].priorities, mix(key, PRIORITY_KEY))
    priority = PRIORITIES.index(found) if found else ROUTINE
    return Caller(
        population=population,
        region=region_of(scenario.regions, key),
        practice=practice_at(practices, key) if (practices := scenario.followed_practices) else practice_of(number),
        priority=priority,
        specialty="" if scenario.supply is None else specialty_of(scenario.supply, PRIORITIES[priority], key),
    )


def specialty_of(supply: SlotSupply, priority: str, key: int) -> str:
    """The specialty from which the session with this key wants an appointment, the same however often it asks."""
    return drawn(specialties_for(supply, priority), mix(key, SPECIALTY_KEY))


def region_of(regions: Mapping[str, float], key: int) -> str:
    """The region of the session with this key."""
    return drawn(regions, mix(key, REGION_KEY))


def practice_of(number: int) -> int:
    """The practice (or provider) at which the session works that stands at place `number` of the schedule."""
    return number % PRACTICES


def practice_of_each(numbers: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """The same for the sessions that stand at these places."""
    return numbers % PRACTICES


def practice_at(practices: int, key: K) -> K:
    """The practice, of so many, at which the session with this key works (or those with these keys)."""
    return mix(key, _PRACTICE) % practices


def drawn(shares: Mapping[str, float], key: int) -> str:
    """One of the names, as often as its share says; nothing of nothing."""
    u = unit(key)
    reached = zip(accumulate(shares.values()), shares, strict=True)
    return next((name for limit, name in reached if u < limit), next(reversed(list(shares)), ""))


def drawn_places(shares: Sequence[float], keys: Keys) -> npt.NDArray[np.intp]:
    """The same as `drawn` for many keys: the place of each name that is drawn, 0 of nothing."""
    if not shares:
        return np.zeros(len(keys), dtype=np.intp)
    limits = np.array(list(accumulate(shares)))
    found: npt.NDArray[np.intp] = np.minimum(np.searchsorted(limits, unit(keys), side="right"), len(shares) - 1)
    return found
