"""The kinds of faults and defences, told by their models: for `rehearse list faults`, and for forms that start one."""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel

from scenarios.language import defences, faults
from scenarios.language.problems import part_of
from scenarios.language.references import FIELDS

_WORDS: Final = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}


def kinds_of_faults() -> dict[str, dict[str, Any]]:
    """By kind: `about`, what it does, and `parameters` (see `_parameter`)."""
    return {kind: _told(faults.Fault, kind) for kind in faults.KINDS}


def kinds_of_defences() -> dict[str, dict[str, Any]]:
    """The same of defences."""
    return {kind: _told(defences.Defence, kind) for kind in defences.KINDS}


def _told(whole: type[BaseModel], kind: str) -> dict[str, Any]:
    model = part_of(whole, kind)
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
    told: dict[str, Any] = {
        "type": _type(inner),
        "description": part.get("description", inner.get("description", "")),
        "default": part.get("default"),
        "required": required,
        "many": is_list,
    }
    if "enum" in inner:
        told["choices"] = inner["enum"]
    if name in FIELDS:
        told["names"] = FIELDS[name]
    return told


def _type(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return "one of " + ", ".join(schema["enum"])
    if "examples" in schema:
        return "such as " + ", ".join(schema["examples"])
    if schema.get("type") == "object":
        return "names with a number each"
    kind = schema.get("type", "text")
    return _WORDS.get(kind if isinstance(kind, str) else kind[0], "text")
