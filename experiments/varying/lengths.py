"""How long a fault lasts, as a key: `faults.outage.for=10 min`. The language has that key of a fault that begins `at` a
moment; of one with a `during` an experiment leaves the begin where it is, and puts its end so much later."""

from __future__ import annotations

from experiments.launches.point import Point
from scenarios.quantities.units import UnitError, duration
from scenarios.sources.problems import Problem, ScenarioError
from scenarios.text.nearest import unknown_name

_BEFORE, _AFTER = "faults.", ".for"


def is_length(key: str) -> bool:
    """Whether a key is the length of a fault."""
    return key.startswith(_BEFORE) and key.endswith(_AFTER) and len(key) > len(_BEFORE + _AFTER)


def length_of(point: Point, key: str) -> float:
    """How long that fault lasts, in seconds. Raises `ScenarioError` where it has not one span, or there is none."""
    start_s, end_s = _span(point, key)
    return end_s - start_s


def as_written(point: Point, setting: str) -> str:
    """A setting as the language has it: of the length of a fault that of its span, any other as it is. In a period of
    clock times the length is rounded to whole seconds, at least one. Raises `ScenarioError`."""
    key, _, value = setting.partition("=")
    key = key.strip()
    if not is_length(key) or _has_a_length(point, key):
        return setting
    start_s, _ = _span(point, key)
    try:
        length_s = duration(value.strip())
    except UnitError as error:
        raise _mistake(key, str(error)) from None
    scenario = point.scenario
    if not scenario.is_clock:
        return f"{_fault(key)}.during={start_s:.12g} s to {start_s + length_s:.12g} s"
    end_s = max(round(start_s + length_s), int(start_s) + 1)  # clocks show whole seconds
    return f"{_fault(key)}.during={scenario.span_text(start_s, end_s)}"


def _has_a_length(point: Point, key: str) -> bool:
    fault = point.scenario.faults.get(_fault(key).removeprefix(_BEFORE))
    return fault is not None and fault.at is not None


def _fault(key: str) -> str:
    return key.removesuffix(_AFTER)


def _span(point: Point, key: str) -> tuple[float, float]:
    faults, name = point.scenario.faults, _fault(key).removeprefix(_BEFORE)
    if name not in faults:
        raise _mistake(key, unknown_name(name, faults))
    spans = faults[name].spans
    if len(spans) != 1:
        raise _mistake(key, f"it is the length of a fault that is there once, and {name!r} is there {len(spans)} times")
    return spans[0]


def _mistake(key: str, message: str) -> ScenarioError:
    return ScenarioError([Problem(f"--set {key}", None, key, message)])
