"""The registry of kinds: in order, each under one name, each in the module that is called so."""

from __future__ import annotations

import pytest

from scenarios.effects.kinds import DemandKind, ServiceKind
from scenarios.language.registry import DEFENCES, FAULTS, EffectKind, Registry


class SpringTide(ServiceKind):
    """The water comes."""


class NeapTide(ServiceKind):
    """It does not."""


def test_kinds_stand_in_order_of_families_then_rank_then_name() -> None:
    tides = Registry("moon", "sun")
    tides.kind("sun")(NeapTide)
    tides.kind("moon")(SpringTide)
    tides.kind("moon", name="ebb")(NeapTide)
    tides.kind("moon", rank=1, name="flood")(SpringTide)
    assert list(tides) == ["flood", "ebb", "spring_tide", "neap_tide"]
    assert tides["neap_tide"] is NeapTide
    assert tides.family("neap_tide") == "sun"
    tides.remove("ebb")
    assert "ebb" not in tides and len(tides) == 3


def test_a_name_is_taken_once_and_a_family_is_one_of_those_that_there_are() -> None:
    tides = Registry("moon")
    tides.kind("moon")(SpringTide)
    with pytest.raises(ValueError, match="a kind 'spring_tide' already"):
        tides.kind("moon")(SpringTide)
    with pytest.raises(ValueError, match="found family 'sun'; allowed is one of moon"):
        tides.kind("sun")(NeapTide)
    with pytest.raises(KeyError):
        tides.remove("neap_tide")


def test_a_module_of_effects_holds_the_kind_of_its_name() -> None:
    for kind, model in FAULTS.items():
        assert model.__module__ == f"scenarios.effects.faults.{FAULTS.family(kind)}.{kind}"
    for kind, model in DEFENCES.items():
        assert model.__module__ == f"scenarios.effects.defences.{kind}"


@pytest.mark.parametrize("model", [*FAULTS.values(), *DEFENCES.values()], ids=lambda model: model.__name__)
def test_a_kind_says_what_it_is_how_it_is_told_and_what_it_does(model: type[EffectKind]) -> None:
    assert model.__doc__
    assert model.words is not EffectKind.words
    if issubclass(model, DemandKind):
        assert model.of_demand and model.change is not DemandKind.change
    else:
        assert issubclass(model, ServiceKind) and model.begin is not ServiceKind.begin
