"""STRESS-DES filled in for a scenario: every item of the guideline, in its order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from readiness.stress import data, execution, logic, objectives
from readiness.stress.algorithms import algorithms
from readiness.stress.items import STRESS_TITLES, Described, StressContent, StressItem

_WRITERS: Final[dict[str, Callable[[Described], Iterable[StressContent]]]] = {
    "1.1": objectives.purpose,
    "1.2": objectives.outputs,
    "1.3": objectives.aims,
    "2.1": logic.diagram,
    "2.2": logic.base_logic,
    "2.3": logic.scenario_logic,
    "2.4": algorithms,
    "2.5.1": logic.entities,
    "2.5.2": logic.activities,
    "2.5.3": logic.resources,
    "2.5.4": logic.queues,
    "2.5.5": logic.entry_and_exit,
    "3.1": data.sources,
    "3.2": data.preprocessing,
    "3.3": data.inputs,
    "3.4": data.assumptions,
    "4.1": execution.initialisation,
    "4.2": execution.run_length,
    "4.3": execution.estimation,
    "5.1": execution.software,
    "5.2": execution.sampling,
    "5.3": execution.execution,
    "5.4": execution.system,
    "6.1": execution.sharing,
}


def stress_des(described: Described) -> list[StressItem]:
    """Every item of STRESS-DES for a scenario, each with at least one paragraph, table or diagram."""
    return [StressItem(number, tuple(_WRITERS[number](described))) for number in STRESS_TITLES]
