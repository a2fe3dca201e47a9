"""The JSON Schema (2020-12) of a scenario file."""

from __future__ import annotations

from typing import Any

from scenarios.language.scenario import Scenario


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a scenario file, for editors and for `rehearse schema`.

    A file that extends another need not say anything but that, and may take keys away with null; so the schema has each
    part twice, as it stands in a file that extends another (`…-laid-over`) and as it is when whole.
    """
    whole = Scenario.model_json_schema()
    parts = whole.pop("$defs")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_laid_over(whole),
        "if": {"not": {"required": ["extends"]}},
        "then": {"$ref": "#/$defs/Scenario"},
        "$defs": {**parts, "Scenario": whole, **{_LAID.format(name): _laid_over(part) for name, part in parts.items()}},
    }


_LAID = "{}-laid-over"


def _laid_over(schema: Any) -> Any:
    """The schema of a part of a file that extends another: no key is required, any may be null. Lists replace lists, so
    what stands in a list is whole."""
    if isinstance(schema, list):
        return [_laid_over(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {**schema, "$ref": _LAID.format(schema["$ref"])}
    laid = {key: inner if key == "items" else _laid_over(inner) for key, inner in schema.items()}
    for key in ("required", "minProperties"):
        laid.pop(key, None)
    for key in ("properties", "patternProperties"):
        if key in laid:
            laid[key] = {name: _or_null(inner) for name, inner in laid[key].items()}
    if isinstance(laid.get("additionalProperties"), dict):
        laid["additionalProperties"] = _or_null(laid["additionalProperties"])
    return laid


def _or_null(schema: Any) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}
