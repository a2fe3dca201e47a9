"""Which engine simulates a scenario. It is decided here and nowhere else.

Two engines simulate the same launches, to the byte: SimPy's knows everything that a scenario can say, and the compiled
one is many times faster, knows most of it, and needs Numba. Needs neither of the two itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, Literal

from recordings.summary import SimulatedBy
from scenarios.limits.launch_size import requests_expected
from simulations.compiled.coverage import not_covered
from simulations.compiled.machine import cache

if TYPE_CHECKING:
    from scenarios.language.scenario import Scenario

EngineName = Literal["simpy", "compiled"]
EngineChoice = Literal["auto", "simpy", "compiled"]
_FEW_REQUESTS: Final = (
    10_000  # SimPy has simulated some 20,000 before machine code is loaded (1.4 s); tries come on top
)
FEW: Final = "of so few requests it is done before the compiled engine has been loaded"
NO_NUMBA: Final = "Numba is not installed: pip install 'launch-rehearsal[compiled]'"


class EngineError(Exception):
    """The engine that was asked for cannot simulate this scenario here, and why."""


@dataclass(frozen=True)
class ChosenEngine:
    """The engine that simulates a scenario; `because` says why it is not the compiled one, where nobody asked for it.
    `is_ready`: it need not be made first."""

    name: EngineName
    because: str = ""
    is_ready: bool = True

    @property
    def words(self) -> str:
        """One line for people."""
        if self.name == "simpy":
            return f"simulated by SimPy: {self.because}" if self.because else "simulated by SimPy"
        ready = "" if self.is_ready else "; its machine code is made first, once, which takes a minute or two"
        return f"simulated by the compiled engine{ready}"


def engine_for(scenario: Scenario, choice: EngineChoice = "auto", launches: int | None = None) -> ChosenEngine:
    """The engine that simulates a scenario here: the compiled one, unless something hinders it, SimPy was asked for, or
    the `launches` (as many as the scenario says, when None) have few requests.

    Raises `EngineError` where the compiled one was asked for and something hinders it.
    """
    if choice == "simpy":
        return ChosenEngine("simpy")
    why = not_known(scenario) or not_here()
    if choice == "compiled" and why is not None:
        raise EngineError(f"--engine compiled: {why}")
    if choice == "auto" and why is None and is_little(scenario, launches):
        why = FEW
    return ChosenEngine("compiled", is_ready=cache.is_complete()) if why is None else ChosenEngine("simpy", why)


def is_little(scenario: Scenario, launches: int | None = None) -> bool:
    """Whether so many launches (as many as the scenario says, when None) have so few requests that other processes and
    the compiled engine would take longer to load than they take."""
    number = scenario.replications if launches is None else launches
    return number * requests_expected(scenario) < _FEW_REQUESTS


def engine_of(scenario: Scenario) -> SimulatedBy:
    """The engine that `auto` takes for a scenario wherever nothing hinders it: what a summary says, which is the same
    whichever engine has run."""
    why = not_known(scenario)
    return SimulatedBy("compiled" if why is None else "simpy", why)


def not_known(scenario: Scenario) -> str | None:
    """Why the compiled engine cannot simulate a scenario, wherever that is; None where it can."""
    what = not_covered(scenario)
    return None if what is None else f"the compiled engine does not know {what} yet"


def not_here() -> str | None:
    """What the compiled engine lacks here, whatever the scenario; None where it lacks nothing."""
    if not _has_numba():
        return NO_NUMBA
    return cache.why_not_kept()


def make_ready() -> None:
    """Make the machine code of the compiled engine, once, where it is not there yet. Raises `OSError` where it cannot
    be kept."""
    if not cache.is_complete():
        from simulations.compiled.warm import warm  # noqa: PLC0415  # loads Numba

        warm()


def _has_numba() -> bool:
    """Whether Numba is installed, which is not loaded for that."""
    try:
        return find_spec("numba") is not None
    except ValueError:  # somebody has put something else in its place
        return False
