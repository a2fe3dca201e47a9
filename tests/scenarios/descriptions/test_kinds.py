"""What `rehearse list faults` and the forms know of a kind is read off its model."""

from __future__ import annotations

from typing import Any

from scenarios.descriptions.kinds import kinds_of_defences, kinds_of_faults
from scenarios.language.registry import DEFENCES, FAULTS


def parameter(kind: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = (kinds_of_faults() | kinds_of_defences())[kind]["parameters"][name]
    return found


def test_every_kind_is_described_in_the_order_of_its_registry() -> None:
    assert list(kinds_of_faults()) == list(FAULTS)
    assert list(kinds_of_defences()) == list(DEFENCES)


def test_a_kind_says_what_it_does_in_one_line_and_its_family() -> None:
    cut = kinds_of_faults()["region_cut"]
    assert (cut["about"], cut["family"]) == ("A region's network is gone.", "supply")
    assert "\n" not in kinds_of_faults()["no_slots"]["about"]


def test_a_parameter_that_must_be_given_has_no_default() -> None:
    assert parameter("region_cut", "region")["required"] is True
    factor = parameter("slowdown", "factor")
    assert (factor["required"], factor["default"], factor["type"]) == (False, 1.0, "number")
    assert factor["description"] == "work takes so many times as long"


def test_one_of_a_few_words_is_offered_as_a_choice() -> None:
    how = parameter("region_cut", "how")
    assert (how["type"], how["choices"]) == ("one of refused, silent", ["refused", "silent"])


def test_a_quantity_is_shown_by_examples() -> None:
    assert parameter("staggered_log_on", "over")["type"] == "such as 250 ms, 3 s"
    assert parameter("slowdown", "extra")["type"].startswith("such as 250 ms")


def test_a_name_of_the_scenario_says_of_what() -> None:
    station, operations = parameter("slowdown", "station"), parameter("slowdown", "operations")
    assert (station["names"], station["many"], station["type"]) == ("stations", False, "text")
    assert (operations["names"], operations["many"], operations["type"]) == ("operations", True, "text")
    assert "names" not in parameter("slowdown", "factor")


def test_numbers_by_name_and_whole_numbers_are_said_so() -> None:
    assert parameter("phased_rollout", "from_day")["type"] == "names with a number each"
    assert parameter("phased_rollout", "day")["type"] == "whole number"
