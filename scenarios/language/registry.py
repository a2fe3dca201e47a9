"""The kinds of faults and defences that there are: each registers itself, and whatever lists kinds asks here.

A kind is one module of `scenarios/effects`: the model of its parameters with its wording, what it needs of the rest of
the scenario, and what it does. `FAULTS` and `DEFENCES` know them by name, in order of their families.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from inspect import get_annotations
from math import inf
from typing import Any, ClassVar, Final, Protocol, TypeVar

from pydantic.fields import FieldInfo

from scenarios.language.service import ServiceSpecification
from scenarios.quantities.fields import Part, Place

Misfit = tuple[Place, str]  # where in the kind's own values, and what to do about it


class Surroundings(Protocol):
    """As much of a scenario as a kind asks about."""

    @property
    def service(self) -> ServiceSpecification: ...
    @property
    def defences(self) -> Mapping[str, Any]: ...


class EffectKind(Part):
    """One kind of fault or defence: a value of its parameters. Its docstring is what `rehearse list` says of it."""

    at_once: ClassVar[bool] = False  # happens at a moment and does not last
    ends_process: ClassVar[bool] = False  # in the process's next life it is over
    of_demand: ClassVar[bool] = False  # changes who comes when, not what the service does

    def words(self) -> str:
        """What it does, with its values, in one phrase: `slowdown at identity: 5 times as long`."""
        raise NotImplementedError

    def intervals(self) -> Iterator[tuple[str, float]]:
        """What happens again and again while it is on: the key that says how often, and the seconds in between."""
        yield from ()

    def requirements(self, scenario: Surroundings) -> Iterator[Misfit]:
        """What the scenario lacks for it to mean anything."""
        yield from ()

    def contradictions(self, scenario: Surroundings, name: str) -> Iterator[Misfit]:
        """Why it, under its name, cannot do anything in a whole scenario, or cannot be together with another."""
        yield from ()


_Model = TypeVar("_Model", bound=type[EffectKind])


@dataclass(frozen=True)
class Registration:
    """A kind as it was registered."""

    model: type[EffectKind]
    family: str
    rank: float


class Registry(Mapping[str, type[EffectKind]]):
    """Kinds by name: family by family, in each by rank and then by name."""

    def __init__(self, *families: str) -> None:
        self.families = families
        self._entries: dict[str, Registration] = {}

    def kind(self, family: str, rank: float = inf, name: str = "") -> Callable[[_Model], _Model]:
        """Register the decorated class, by its own name in small letters where `name` is not given.

        Raises `ValueError` when the name is taken or the family is none of those that there are.
        """

        def register(model: _Model) -> _Model:
            self._add(name or _name_of(model), Registration(model, family, rank))
            return model

        return register

    def _add(self, name: str, entry: Registration) -> None:
        if name in self._entries:
            raise ValueError(f"there is a kind {name!r} already")
        if entry.family not in self.families:
            raise ValueError(f"found family {entry.family!r}; allowed is one of {', '.join(self.families)}")
        entries = {**self._entries, name: entry}
        self._entries = dict(sorted(entries.items(), key=lambda one: self._order(*one)))

    def _order(self, name: str, entry: Registration) -> tuple[int, float, str]:
        return self.families.index(entry.family), entry.rank, name

    def remove(self, name: str) -> None:
        """Take a kind out again. Raises `KeyError` when it is not there."""
        del self._entries[name]

    def family(self, name: str) -> str:
        """The family of a kind. Raises `KeyError` when it is not there."""
        return self._entries[name].family

    def __getitem__(self, name: str) -> type[EffectKind]:
        return self._entries[name].model

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def _name_of(model: type[EffectKind]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", model.__name__).lower()


def know_kinds(whole: type[Part], registry: Registry) -> None:
    """Give a part that is 'exactly one kind' a field for each kind that is registered now, after its own fields."""
    fields = whole.model_fields
    own = get_annotations(whole)
    for name in [name for name in fields if name not in own]:
        del fields[name]
    for name, kind in registry.items():
        fields[name] = FieldInfo.from_annotated_attribute(kind | None, None)  # type: ignore[arg-type]
    whole.model_rebuild(force=True)


FAULTS: Final = Registry("capacity", "dependency", "answers", "connections", "state", "service", "supply")
DEFENCES: Final = Registry("queues", "admission", "capacity", "demand")
