"""What is wrong with a scenario file, in messages that a person can act on.

Every problem says in which file and line it lies, at which key, what was found, what is allowed and which valid name
is nearest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from scenarios.quantities.fields import NAME_PATTERN, Place
from scenarios.quantities.units import shown
from scenarios.sources.models import container_at, known_keys
from scenarios.text.nearest import nearest


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a scenario file."""

    file: str
    line: int | None
    key: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        key = "" if where == f"--set {self.key}" else self.key
        return ": ".join(filter(None, (where, key, self.message)))


class ScenarioError(Exception):
    """A scenario that cannot be used; `problems` has at least one."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def dotted(place: Place) -> str:
    """A place as a person writes it: `service.stations.app`."""
    return ".".join(str(part) for part in place)


def of_options(place: Place, message: str) -> Problem:
    """One thing wrong with the options of a command, whose names are the keys: `("vary", "demand")` is a value of
    `--vary`."""
    option, *rest = (str(part) for part in place) if place else ("",)
    named = f"--{option.replace('_', '-')}" if option else "the command"
    return Problem(" ".join([named, *rest]), None, "", message)


def message(detail: Any, cause: Any, place: Place, top: type[BaseModel]) -> str:
    """What Pydantic found at a place of the model `top`, in the language's words; `cause` is the exception behind
    it."""
    found, kind = detail.get("input"), detail["type"]
    if isinstance(cause, ValueError):
        return str(cause)
    if kind in ("extra_forbidden", "invalid_key"):
        return no_such_key(str(place[-1]), known_keys(container_at(place[:-1], top)))
    if kind == "missing":
        return "is missing"
    context = detail.get("ctx", {})
    wanted = _NAME_FORM if context.get("pattern") == NAME_PATTERN else _WANTED.get(kind, "").format(**context)
    if wanted:
        return f"found {shown(found)}; allowed is {wanted}"
    choices = context.get("expected", "")
    if choices:
        near = nearest(str(found), [choice.strip("'") for choice in choices.replace(" or ", ", ").split(", ")])
        return f"found {shown(found)}; allowed is {choices}{near}"
    return f"found {shown(found)}; {detail['msg'][0].lower()}{detail['msg'][1:]}"


def no_such_key(key: str, allowed: list[str]) -> str:
    """What to say of a key that is none of those that a model has."""
    named = f"; allowed is one of {', '.join(allowed)}{nearest(key, allowed)}" if allowed else ""
    return f"no such key{named}{_cut_by_a_comma(key)}"


def _cut_by_a_comma(key: str) -> str:
    """A hint where `{timeout: 1,5 s}` has become a timeout of 1 and a key `5 s`."""
    if not re.fullmatch(r"[0-9][0-9.]*\s*[a-zA-Zµ%/ ]*", key):
        return ""
    return "; a comma within {…} begins the next key: write 1.5 or 1000 without one, or put the value in quotes"


_NAME_FORM = "a name: letters, digits, '.', '_', '-' and spaces, with a letter or digit first and no space at the end"
_WANTED = {
    "model_type": "a mapping of keys",
    "dict_type": "a mapping of names",
    "list_type": "a list",
    "string_pattern_mismatch": "text of the form {pattern}",
    "greater_than": "more than {gt}",
    "greater_than_equal": "{ge} or more",
    "less_than": "less than {lt}",
    "less_than_equal": "at most {le}",
    "too_short": "one with at least {min_length} in it, and this has {actual_length}",
    "too_long": "one with at most {max_length} in it, and this has {actual_length}",
    "string_too_long": "text of at most {max_length} characters",
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
