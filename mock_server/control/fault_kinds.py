"""Every kind of fault and its parameters, as a page needs them to make a form for one scenario."""

from __future__ import annotations

from typing import Any, Final

from scenarios.descriptions.kinds import kinds_of_faults
from scenarios.language.scenario import Scenario

_TYPES: Final = {"whole number": "integer", "number": "number", "true or false": "boolean", "such as 20 %": "share"}


def fault_kinds(scenario: Scenario) -> dict[str, Any]:
    """By kind: what it is, its family, and each parameter's type, description, default, choices, and whether it is
    needed."""
    names = names_of(scenario)
    return {
        kind: {
            "about": model["about"],
            "family": model["family"],
            "parameters": {name: _parameter(one, names) for name, one in model["parameters"].items()},
        }
        for kind, model in kinds_of_faults().items()
    }


def names_of(scenario: Scenario) -> dict[str, list[str]]:
    """What a fault can be aimed at."""
    service = scenario.service
    return {
        "stations": list(service.stations),
        "operations": list(service.operations),
        "populations": list(scenario.populations),
        "regions": list(scenario.regions),
        "caches": list(service.caches),
    }


def _parameter(parameter: dict[str, Any], names: dict[str, list[str]]) -> dict[str, Any]:
    kind = "list" if parameter["many"] else _TYPES.get(parameter["type"], "text")
    found: dict[str, Any] = {"type": kind, "required": parameter["required"]}
    if parameter["description"]:
        found["description"] = parameter["description"]
    if parameter["default"] not in (None, []):
        found["default"] = f"{parameter['default']:.0%}".replace("%", " %") if kind == "share" else parameter["default"]
    choices = names[parameter["names"]] if "names" in parameter else parameter.get("choices")
    if choices is not None:
        found["choices"] = choices
    return found
