"""What makes a run: the engine that simulates it, and what `run.json` says of it."""

from __future__ import annotations

import platform
from datetime import datetime
from importlib.metadata import version
from typing import Any, Final

from loadtests.safety.refused import RefusedError
from recordings.run_folder import RunFolder
from scenarios.language.scenario import Scenario
from simulations.engines import ChosenEngine, EngineChoice, EngineError, engine_for

_PARTS: Final = ("locust", "numpy", "scipy", "simpy", "starlette", "uvicorn", "uvloop")


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


def about_run(
    folder: RunFolder, scenario: str, began: datetime, seed: int, replication: int, engine: ChosenEngine | None
) -> dict[str, Any]:
    """What `run.json` says: when the run of the scenario of that name began, and what made it."""
    parts = (*_PARTS, "numba") if engine is not None and engine.name == "compiled" else _PARTS
    made = {
        "id": folder.path.name,
        "scenario": scenario,
        "began_utc": began.isoformat(timespec="seconds"),
        "seed": seed,
        "machine": f"{platform.machine()}, {platform.system()} {platform.release()}",
        "versions": {"python": platform.python_version(), **{part: version(part) for part in parts}},
    }
    if engine is not None:
        made["engine"] = {"name": engine.name, "because": engine.because or None}
    return made | ({"replication": replication} if replication else {})
