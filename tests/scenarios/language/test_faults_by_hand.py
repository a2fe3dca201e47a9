"""A fault that somebody describes while a scenario runs is read as one of the file, and refused in the same words."""

from __future__ import annotations

from typing import Any

import pytest

from scenarios.language.reading import read_fault
from scenarios.sources.problems import ScenarioError
from tests.fixtures.scenarios.small_scenarios import changed, shop, told

SMALL = told(shop())


def refusal(found: Any, name: str | None = None) -> str:
    """What is said of a fault that the shop cannot have."""
    with pytest.raises(ScenarioError) as refused:
        read_fault(found, SMALL, name)
    return str(refused.value)


def test_a_fault_that_fits_the_scenario_is_read() -> None:
    fault = read_fault({"slowdown": {"station": "till", "factor": 3}}, SMALL)
    assert (fault.kind, fault.settings.words()) == ("slowdown", "slowdown at till: 3 times as long")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ("slowdown", "fault: found 'slowdown'; allowed is a mapping of keys"),
        ({}, "fault: give exactly one kind, one of servers_lost, slowdown, "),
        ({"hang": {"station": "till"}, "pause": {}}, "found ['pause', 'hang']"),
        ({"slowdown": {"factr": 2}}, "fault: slowdown.factr: no such key; allowed is one of "),
        ({"slowdown": {"factor": 0}}, "fault: slowdown.factor: found 0; allowed is more than 0"),
        ({"slowdown": {}}, "fault: slowdown: give `factor`, `extra` or both"),
        (
            {"servers_lost": {"station": "till", "servers": 3}},
            "servers_lost.servers: found 3; the station has 2 servers",
        ),
        ({"session_loss": {}}, "fault: session_loss: "),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place_in_the_fault(found: Any, said: str) -> None:
    assert said in refusal(found)


@pytest.mark.parametrize(
    "found",
    [
        {"slowdown": {"factor": 2}, "during": "5 s to 9 s"},
        {"pause": {}, "random": {"to_fail": "9 s", "to_repair": "1 s"}},
        {"cache_flush": {}, "at": "5 s"},
    ],
)
def test_it_begins_now_so_a_time_is_for_the_file(found: Any) -> None:
    assert refusal(found) == f"fault: {list(found)[1]}: is for a scenario's file; by hand it begins now"


def test_a_name_that_the_scenario_lacks_is_answered_with_those_that_it_has() -> None:
    said = refusal({"slowdown": {"station": "tills", "factor": 2, "regions": ["north"]}})
    assert "slowdown.station: found 'tills'; allowed is one of store, till; did you mean 'till'?" in said
    assert "slowdown.regions: found 'north'; the scenario has none to name here" in said


def test_a_name_of_odd_letters_is_refused() -> None:
    said = refusal({"slowdown": {"factor": 2}}, "<b>")
    assert said.startswith("fault: name: found '<b>'; allowed is a name: letters, digits")


def test_other_faults_of_the_scenario_are_not_looked_at() -> None:
    fine = {"a": {"during": "1 s to 2 s", "hang": {"station": "till"}}}
    fault = read_fault({"slowdown": {"factor": 2}}, told(changed(shop(), "faults", fine)))
    assert fault.settings.words() == "slowdown: 2 times as long"
