"""What is wrong with a scenario file, in messages that a person can act on.

Every problem says in which file and line it lies, at which key, what was found, what is allowed and which valid name
is nearest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeGuard, get_args, get_origin

from pydantic import BaseModel

from scenarios.language.fields import Place
from scenarios.language.nearest import nearest
from scenarios.language.units import shown


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a scenario file."""

    file: str
    line: int | None
    key: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.key}: {self.message}" if self.key else f"{where}: {self.message}"


class ScenarioError(Exception):
    """A scenario that cannot be used; `problems` has at least one."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def dotted(place: Place) -> str:
    """A place as a person writes it: `service.stations.app`."""
    return ".".join(str(part) for part in place)


def message(detail: Any, cause: Any, place: Place, top: type[BaseModel]) -> str:
    """What Pydantic found at a place of the model `top`, in the language's words; `cause` is the exception behind
    it."""
    found, kind = detail.get("input"), detail["type"]
    if isinstance(cause, ValueError):
        return str(cause)
    if kind == "extra_forbidden":
        allowed = _allowed_keys(place, top)
        return f"no such key; allowed is one of {', '.join(allowed)}{nearest(str(place[-1]), allowed)}"
    if kind == "missing":
        return "is missing"
    if kind == "string_pattern_mismatch":
        return f"found {shown(found)}; allowed is text of the form {detail['ctx']['pattern']}"
    if kind in _WANTED:
        return f"found {shown(found)}; allowed is {_WANTED[kind]}"
    choices = detail.get("ctx", {}).get("expected", "")
    near = nearest(str(found), [choice.strip("'") for choice in choices.replace(" or ", ", ").split(", ")])
    return f"found {shown(found)}; {detail['msg'][0].lower()}{detail['msg'][1:]}{near if choices else ''}"


_WANTED = {
    "model_type": "a mapping of keys",
    "dict_type": "a mapping of names",
    "list_type": "a list",
    "string_type": "text; a number that is meant as text stands in quotes",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number of fewer digits",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
}


def _allowed_keys(place: Place, top: type[BaseModel]) -> list[str]:
    """The keys that the model at the parent of `place` knows: follow the fields' types down from the top."""
    here: Any = top
    for part in place[:-1]:
        if _is_model(here):
            here = _container(here.model_fields[str(part)].annotation) if part in here.model_fields else None
        else:
            here = _container(get_args(here)[-1]) if get_args(here) else None
    return [field.alias or name for name, field in here.model_fields.items()] if _is_model(here) else []


def _container(annotation: Any) -> Any:
    """The model, mapping or list within an annotation such as `Annotated[X, …] | None`."""
    if _is_model(annotation) or get_origin(annotation) in (dict, list):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _container(inner)) is not None), None)


def _is_model(annotation: Any) -> TypeGuard[type[BaseModel]]:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
