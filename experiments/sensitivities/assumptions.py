"""What a scenario assumes in numbers: every key that says how much, how many or how long, by the language's types.

An assumption is one number, or several that are one thing: a service or think time with its median and its 95th
percentile, the rates of one population's curve, what is written once in a file and meant in several places (an anchor
of YAML). All of these are multiplied by the same factor.

Which of them somebody measured a scenario does not say key by key, so none is taken for certain. Left out is what is no
assumption of the launch or cannot be more or less by itself: seeds, windows, the period and moments; objectives; shares
that add up to 100 %; phases and shapes of distributions; what was measured or recorded and stands in a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from experiments.launches.launches import refuse_too_large
from experiments.launches.point import Point
from experiments.sensitivities.leaves import Found, Leaf, found_in
from experiments.varying.points import changed_point
from scenarios.language.changing import value_of
from scenarios.language.scenario import Scenario
from scenarios.quantities.fields import Place
from scenarios.sources.keys import at
from scenarios.sources.problems import ScenarioError, dotted
from scenarios.text.phrases import several

_SECTIONS: Final[Sequence[tuple[str, ...]]] = (
    ("service", "stations"),
    ("service", "operations"),
    ("service", "caches"),
    *((name,) for name in ("behaviours", "journeys", "populations", "practices", "fallback", "faults", "defences")),
    ("supply",),
)
_ONLY: Final[dict[tuple[str, ...], str]] = {("service", "operations"): "steps"}  # the rest is how they are sent
_SHOWN: Final = 3  # numbers of one assumption that are shown each


@dataclass(frozen=True)
class Assumption:
    """Something that is assumed: `name` is what people call it, `key` where it stands first, `places` in how many
    places it is meant, `leaves` are its numbers, all of them multiplied as one. Assumptions of one `group` are of the
    same sort, and more of each means the same."""

    name: str
    key: str
    leaves: tuple[Leaf, ...]
    shown: int
    places: int = 1
    group: str = ""

    def settings(self, factor: Decimal) -> list[str]:
        """The changes that multiply it by a factor."""
        return [f"{dotted(leaf.place)}={leaf.times(factor)}" for leaf in self.leaves]

    def text(self, factor: Decimal = Decimal(1)) -> str:
        """What it is when multiplied, in words: `median 720 ms, p95 1800 ms`."""
        leaves = self.leaves[: self.shown]
        if len(leaves) > _SHOWN:
            return f"{factor:f} ×"
        if len(leaves) == 1:
            return leaves[0].words(factor)
        return ", ".join(f"{leaf.place[-1]} {leaf.words(factor)}" for leaf in leaves)

    def is_changed_by(self, factor: Decimal) -> bool:
        """Whether it is another when multiplied: a share of 100 % is not by more."""
        return self.settings(factor) != self.settings(Decimal(1))

    def point(self, point: Point, factor: Decimal) -> Point:
        """The point with it multiplied. Raises `ScenarioError` where the scenario does not take that."""
        return changed_point(point, self.settings(factor), f"{self.name} {self.text(factor)}")


def assumptions_of(point: Point) -> list[Assumption]:
    """Everything that the point's scenario assumes in numbers, demand first."""
    demand = Leaf(("demand",), Decimal(repr(point.scenario.demand)))
    found = [Assumption("demand of everybody", "demand", (demand,), 1, group="demand of everybody")]
    by_owner: dict[Any, list[Found]] = {}
    for each in _everything(point):
        by_owner.setdefault((each.owner, each.place[-1]), []).append(each)
    data = {section[0]: value_of(point.text, section[0]) for section in _SECTIONS}
    found += [_assumption(data, same) for same in by_owner.values()]
    return [*found, *_lengths(point)]


def _everything(point: Point) -> Iterator[Found]:
    model: Any
    for section in _SECTIONS:
        only = _ONLY.get(section)
        data, model = value_of(point.text, section[0]), Scenario.model_fields[section[0]].annotation
        for name in section[1:]:
            data, model = (data or {}).get(name), model.model_fields[name].annotation
        for each in found_in(data, model, section):
            if only is None or each.place[len(section) + 1] == only:
                yield each


def _assumption(data: dict[str, Any], same: Sequence[Found]) -> Assumption:
    first = same[0]
    name, group = _name(data, first.place)
    if len(same) > 1:
        name += f" and in {several(len(same) - 1, 'other place')}"
    leaves = tuple(leaf for each in same for leaf in each.leaves)
    return Assumption(name, dotted(first.place), leaves, len(first.leaves), len(same), group or name)


def _name(data: dict[str, Any], place: Place) -> tuple[str, str]:
    """What people call what stands at a place, and the group that it is of; an empty one is it alone."""
    section, *rest = place
    if section == "service":
        return _service_name(data, place)
    if section == "journeys" and place[-1] == "think":
        return f"think time of {rest[0]}, step {_step(place)}", f"think times of {rest[0]}"
    if section == "populations" and rest[1] == "arrivals":
        last = "" if len(place) <= 4 or rest[-1] in ("people", "per_day", "rate", "mean") else f", {rest[-1]}"
        return f"arrivals of {rest[0]}{last}", ""
    words = ": ".join(filter(None, [_in_words(rest[:1]), _in_words(rest[1:])]))
    group = f"{section} of {rest[0]} {rest[1]}" if section in ("fallback", "practices") and len(rest) > 2 else ""
    return words, group


def _in_words(keys: Sequence[str | int]) -> str:
    """Keys as people say them; what the key before has said is not said again: `servers_lost.servers`."""
    said: list[str] = []
    for key in (str(key).replace("_", " ") for key in keys):
        if not said or key not in said[-1].split():
            said.append(key)
    return " ".join(said)


def _service_name(data: dict[str, Any], place: Place) -> tuple[str, str]:
    _, part, name, *rest = place
    if part == "stations":
        return f"{rest[-1]} of {name}", ""
    if part == "caches":
        return f"{rest[-1]} of cache {name}", ""
    if rest[-1] == "time":
        station = at(data, place[:-1])["use"]
        return f"time at {station} of {name}", f"times at {station}"
    if rest[-1] == "work":
        return f"work of {name}", "work at no station"
    return f"{rest[-1]} of {name}, step {_step(place)}", ""


def _step(place: Place) -> str:
    return ".".join(str(part + 1) for part in place if isinstance(part, int))


def _lengths(point: Point) -> Iterator[Assumption]:
    """How long each fault lasts that has one span."""
    for name, fault in point.scenario.faults.items():
        if fault.during is not None and len(fault.during) == 1:
            start_s, end_s = fault.during[0]
            leaf = Leaf(("faults", name, "for"), Decimal(f"{end_s - start_s:.9g}"), "s")
            said = f"{name}: how long it lasts"
            yield Assumption(said, dotted(leaf.place), (leaf,), 1, group=said)


def can_be(
    assumption: Assumption, point: Point, factor: Decimal, refuse: Callable[[Point], None] = refuse_too_large
) -> str:
    """Why the scenario does not take it multiplied by a factor, or `refuse` its launches; nothing where it does."""
    try:
        refuse(assumption.point(point, factor))
    except ScenarioError as error:
        return error.problems[0].message
    return ""
