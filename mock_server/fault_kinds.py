"""Every kind of fault and its parameters, as a page needs them to make a form."""

from __future__ import annotations

from typing import Any, Final

from scenarios.faults import KINDS, Fault
from scenarios.reading import part_of
from scenarios.scenario import Scenario

_MANY: Final = {"operations": "operations", "populations": "populations", "regions": "regions", "caches": "caches"}
_ONE: Final = {"station": "stations", "region": "regions"}


def fault_kinds(scenario: Scenario) -> dict[str, Any]:
    """By kind: what it is, and each parameter's type, description, default, choices, and whether it is needed."""
    names = names_of(scenario)
    return {kind: _kind(part_of(Fault, kind).model_json_schema(), names) for kind in KINDS}


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


def _kind(schema: dict[str, Any], names: dict[str, list[str]]) -> dict[str, Any]:
    needed = schema.get("required", ())
    fields = schema.get("properties", {})
    return {
        "about": " ".join(schema.get("description", "").split()),
        "parameters": {name: _parameter(name, told, name in needed, names) for name, told in fields.items()},
    }


def _parameter(name: str, told: dict[str, Any], is_needed: bool, names: dict[str, list[str]]) -> dict[str, Any]:
    kinds = [kind for kind in told.get("anyOf", [told]) if kind.get("type") != "null"]
    form = kinds[0]
    found: dict[str, Any] = {"type": _type(form), "required": is_needed}
    if about := told.get("description") or form.get("description"):
        found["description"] = about
    if told.get("default") is not None:
        found["default"] = told["default"]
    choices = names[_MANY[name]] if name in _MANY else names[_ONE[name]] if name in _ONE else form.get("enum")
    if choices is not None:
        found["choices"] = choices
    return found


def _type(form: dict[str, Any]) -> str:
    held = form.get("type", "string")
    if held == "array":
        return "list"
    return "text" if isinstance(held, list) or held == "string" else str(held)
