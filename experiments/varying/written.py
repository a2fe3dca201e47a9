"""What a question varies as it is written, in a file or on a command line, and what of that does not fit a scenario."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Final

from pydantic import BeforeValidator

from experiments.launches.point import Point
from experiments.varying.points import accepts, changed_point
from experiments.varying.varied import VaryError, varied
from scenarios.quantities.fields import Place, Short
from scenarios.sources.problems import Problem, ScenarioError

_VARY_FORM: Final = "a mapping of keys with their ranges, such as `demand: 0.5..1.5`, or a list of KEY=LOW..HIGH"


def _keyed(found: Any) -> Any:
    """A mapping of keys is the list of what `--vary` would be given."""
    if isinstance(found, dict):
        return [f"{key}={_range_text(said)}" for key, said in found.items()]
    if isinstance(found, str):
        return [found]
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise ValueError(f"found {found!r:.60}; allowed is {_VARY_FORM}")
    return found


def _range_text(said: Any) -> str:
    return ", ".join(map(str, said)) if isinstance(said, list) else str(said)


def _names(found: Any) -> Any:
    return [found] if isinstance(found, str) else found


_MAPPING: Final = {"type": "object", "additionalProperties": {"type": ["string", "number", "array"]}}
Keyed = Annotated[  # KEY=…, each as an option has it
    list[str], BeforeValidator(_keyed), Short({"anyOf": [_MAPPING, {"type": "string"}]})
]
Names = Annotated[list[str], BeforeValidator(_names), Short({"type": "string"})]


def wrong_ranges(point: Point, vary: Sequence[str]) -> Iterator[tuple[Place, str]]:
    """What does not fit the scenario of a point, at the keys of `vary`: in itself, because the scenario does not take
    the ends of a range, or because a key stands twice."""
    keys = [written.partition("=")[0].strip() for written in vary]
    for key, written in zip(keys, vary, strict=True):
        yield from ((("vary", key), message) for message in _wrong_range(point, written))
    for key in dict.fromkeys(keys):
        if keys.count(key) > 1:
            yield ("vary", key), "stands twice; each key varies once"


def _wrong_range(point: Point, written: str) -> Iterator[str]:
    try:
        found = varied(written, lambda setting: accepts(point, setting))
        for value in found.grid(2):
            changed_point(point, [found.setting(value)])
    except VaryError as error:
        yield str(error)
    except ScenarioError as error:
        yield _of_another_key(error.problems[0], written)


def _of_another_key(problem: Problem, written: str) -> str:
    """What is wrong, and at which key if that is not the varied one: what stands elsewhere may not fit its values."""
    is_its_own = not problem.key or problem.key.startswith(written.partition("=")[0].strip())
    return problem.message if is_its_own else f"{problem.key}: {problem.message}"
