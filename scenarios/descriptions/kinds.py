"""The kinds of faults and defences, described by their models: for `rehearse list faults`, and for forms."""

from __future__ import annotations

from typing import Any, Final

from scenarios.language.references import FIELDS
from scenarios.language.registry import DEFENCES, FAULTS, EffectKind, Registry

_WORDS: Final = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}


def kinds_of_faults() -> dict[str, dict[str, Any]]:
    """By kind: `about`, what it does, its `family`, and `parameters` (see `_parameter`)."""
    return _described(FAULTS)


def kinds_of_defences() -> dict[str, dict[str, Any]]:
    """The same of defences."""
    return _described(DEFENCES)


def _described(registry: Registry) -> dict[str, dict[str, Any]]:
    return {kind: _description(model) | {"family": registry.family(kind)} for kind, model in registry.items()}


def _description(model: type[EffectKind]) -> dict[str, Any]:
    schema = model.model_json_schema()
    needed = schema.get("required", [])
    return {
        "about": " ".join((model.__doc__ or "").split()),
        "parameters": {
            name: _parameter(name, part, schema.get("$defs", {}), name in needed)
            for name, part in schema.get("properties", {}).items()
        },
    }


def _parameter(name: str, part: dict[str, Any], parts: dict[str, Any], required: bool) -> dict[str, Any]:
    """`type` in words, `description`, `default`, `required`; `choices` where it is one of some words, `names` where it
    names the scenario's own stations, operations, populations, regions or caches; `many` where it is a list."""
    schema = next((one for one in part.get("anyOf", []) if one.get("type") != "null"), part)
    schema = parts.get(schema.get("$ref", "").rpartition("/")[2], schema)
    is_list = schema.get("type") == "array"
    inner = schema.get("items", {}) if is_list else schema
    found: dict[str, Any] = {
        "type": _type(inner),
        "description": part.get("description", inner.get("description", "")),
        "default": part.get("default"),
        "required": required,
        "many": is_list,
    }
    if "enum" in inner:
        found["choices"] = inner["enum"]
    if name in FIELDS:
        found["names"] = FIELDS[name]
    return found


def _type(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return "one of " + ", ".join(schema["enum"])
    if "examples" in schema:
        return "such as " + ", ".join(schema["examples"])
    if schema.get("type") == "object":
        return "names with a number each"
    kind = schema.get("type", "text")
    return _WORDS.get(kind if isinstance(kind, str) else kind[0], "text")
