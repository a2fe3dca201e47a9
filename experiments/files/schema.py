"""The JSON Schema (2020-12) of an experiment's file, for editors and for `rehearse schema`."""

from __future__ import annotations

from typing import Any

from experiments.files.questions import QUESTIONS
from experiments.files.reading import whole_model


def experiment_schema() -> dict[str, Any]:
    """The JSON Schema of an experiment's file: which keys it takes depends on its question."""
    parts: dict[str, Any] = {}
    for question in QUESTIONS:
        whole = whole_model(question).model_json_schema()
        parts |= whole.pop("$defs", {})
        whole["properties"]["question"] = {"const": question}
        parts[question] = {**whole, "title": f"Experiment: {question}"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Experiment",
        "type": "object",
        "properties": {"question": {"enum": list(QUESTIONS), "description": "what is asked of the scenario"}},
        "required": ["question"],
        "allOf": [_if_asked(question) for question in QUESTIONS],
        "$defs": parts,
    }


def _if_asked(question: str) -> dict[str, Any]:
    """With this question, the keys that it takes."""
    is_asked = {"properties": {"question": {"const": question}}, "required": ["question"]}
    return {"if": is_asked, "then": {"$ref": f"#/$defs/{question}"}}
