"""What makes a run: the engine that simulates it, and what `run.json` says of it."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import version
from typing import Any, Final

from loadtests.safety.refused import RefusedError
from readiness.stress.items import MadeWith
from recordings.run_folder import RunFolder
from scenarios.language.scenario import Scenario
from simulations.engines import ChosenEngine, EngineChoice, EngineError, engine_for

_PARTS: Final = ("launch-rehearsal", "locust", "numpy", "scipy", "simpy", "starlette", "uvicorn", "uvloop")


def engine_of_run(
    scenario: Scenario, choice: EngineChoice = "auto", launches: int | None = None
) -> ChosenEngine | None:
    """The engine that simulates so many `launches` of a run (those that the scenario says, when None); None where the
    scenario does not say what its operations do.

    Raises `RefusedError` when the engine that was asked for cannot simulate it.
    """
    if scenario.service.unsimulated():
        return None
    try:
        return engine_for(scenario, choice, launches)
    except EngineError as error:
        raise RefusedError(str(error)) from None


def made_with(engine: ChosenEngine | None) -> MadeWith:
    """What would simulate a scenario here, for its description; `engine` is None where none can."""
    names = (
        "launch-rehearsal",
        "numpy",
        "scipy",
        "simpy",
        *(["numba"] if engine and engine.name == "compiled" else []),
    )
    machine = {
        "processor": platform.machine(),
        "processors": f"{os.cpu_count() or 1}",
        "system": f"{platform.system()} {platform.release()}",
    }
    words = "" if engine is None else "the compiled engine" if engine.name == "compiled" else "SimPy's engine"
    because = f" ({engine.because})" if engine is not None and engine.because else ""
    return MadeWith(words + because, {"python": platform.python_version(), **_versions(names)}, machine)


def _versions(parts: Sequence[str]) -> dict[str, str]:
    return {part: version(part) for part in parts}


def about_run(
    folder: RunFolder, scenario: str, began: datetime, seed: int, replication: int, engine: ChosenEngine | None
) -> dict[str, Any]:
    """What `run.json` says: when the run of the scenario of that name began, and what made it."""
    made = {"id": folder.path.name, "scenario": scenario, **about_making(began, seed, engine)}
    if engine is not None:
        made["engine"] = {"name": engine.name, "because": engine.because or None}
    return made | ({"replication": replication} if replication else {})


def about_making(began: datetime, seed: int, engine: ChosenEngine | None = None) -> dict[str, Any]:
    """When something that is simulated began, from which seed, and on what machine and by which versions."""
    parts = (*_PARTS, "numba") if engine is not None and engine.name == "compiled" else _PARTS
    return {
        "began_utc": began.isoformat(timespec="seconds"),
        "seed": seed,
        "machine": f"{platform.machine()}, {platform.system()} {platform.release()}",
        "versions": {"python": platform.python_version(), **_versions(parts)},
    }
