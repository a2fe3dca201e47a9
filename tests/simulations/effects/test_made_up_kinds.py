"""A kind is one module: registered, it is in the language, in the simulation, in the wording and in the lists."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from pydantic import Field
from typer.testing import CliRunner

from mock_server.control.fault_kinds import fault_kinds
from readiness.wording.effects import defence_words, fault_words
from rehearse.cli import app
from scenarios.effects.effect import Effect, Only
from scenarios.effects.kinds import Aimed, AtStation, ServiceKind
from scenarios.language.outcomes import BUSY, ERROR, GOOD
from scenarios.language.reading import read_text
from scenarios.language.registry import DEFENCES, FAULTS, Misfit, Surroundings
from scenarios.sources.problems import ScenarioError
from simulations.launch import simulate_launch
from tests.fixtures.scenarios.made_up_kinds import registered
from tests.fixtures.scenarios.small_scenarios import SHOP

WITH_FAULT = SHOP + "faults:\n  goblins: {during: 20 s to 60 s, gremlins: {station: STATION, share: 50 %, tries: 2}}\n"
WITH_DEFENCE = SHOP + "defences:\n  a doorman: {doorman: {turns_away: fetch}}\n"


class Gremlins(Aimed, AtStation, ServiceKind):
    """Small creatures spoil the work of a station."""

    tries: int = Field(default=1, ge=1, description="how often each tries")

    def words(self) -> str:
        return f"gremlins at {self.station}: {self.tries} tries each"

    def requirements(self, scenario: Surroundings) -> Iterator[Misfit]:
        if scenario.service.stations[self.station].servers < self.tries:
            yield ("tries",), "there are not so many servers to try at"

    def begin(self, effect: Effect) -> None:
        effect.fail_work(ERROR)


class Doorman(ServiceKind):
    """One operation is turned away."""

    turns_away: str

    def words(self) -> str:
        return f"a doorman turns {self.turns_away} away"

    def begin(self, effect: Effect) -> None:
        effect.refuse("defence", BUSY, ("status", 503), Only(operations=frozenset({self.turns_away})))


@pytest.fixture
def gremlins() -> Iterator[None]:
    with registered(FAULTS, "capacity", Gremlins, "gremlins"):
        yield


@pytest.fixture
def doorman() -> Iterator[None]:
    with registered(DEFENCES, "admission", Doorman, "doorman"):
        yield


def listed(what: str) -> str:
    return CliRunner().invoke(app, ["list", what]).output


@pytest.mark.usefixtures("gremlins")
def test_a_fault_of_one_module_is_everywhere() -> None:
    scenario = read_text(WITH_FAULT.replace("STATION", "till"))
    recording = simulate_launch(scenario, 1, 0)
    failed = recording.response.numbers()[:, ERROR]
    assert 0 < recording.hits.sum() == failed.sum() < recording.response.numbers()[:, GOOD].sum()
    assert np.flatnonzero(recording.hits[0]).min() >= 20 / scenario.window_s
    assert fault_words(scenario.faults["goblins"]) == "gremlins at till: 2 tries each (50 % of requests)"
    assert "gremlins\n  Small creatures spoil the work of a station.\n    station" in listed("faults")
    described = fault_kinds(scenario)["gremlins"]
    assert described["family"] == "capacity"
    assert described["parameters"]["station"]["choices"] == ["till", "store"]


@pytest.mark.usefixtures("gremlins")
@pytest.mark.parametrize(
    ("station", "key", "message"),
    [
        ("tyll", "station", "found 'tyll'; allowed is one of store, till (nearest: till)"),
        ("store", "tries", "there are not so many servers to try at"),
    ],
)
def test_it_is_checked_like_any_other(station: str, key: str, message: str) -> None:
    with pytest.raises(ScenarioError) as error:
        read_text(WITH_FAULT.replace("STATION", station))
    (problem,) = error.value.problems
    assert problem.key == f"faults.goblins.gremlins.{key}"
    assert problem.message.startswith(message[:30])


@pytest.mark.usefixtures("doorman")
def test_a_defence_of_one_module_is_everywhere() -> None:
    scenario = read_text(WITH_DEFENCE)
    assert scenario.is_watched
    recording = simulate_launch(scenario, 1, 0)
    assert recording.hits.sum() == recording.response.numbers()[:, BUSY].sum() > 0
    assert defence_words(scenario.defences["a doorman"]) == "a doorman turns fetch away"
    assert "doorman\n  One operation is turned away.\n    turns_away" in listed("defences")


def test_taken_out_again_nobody_knows_them() -> None:
    for text in (WITH_FAULT.replace("STATION", "till"), WITH_DEFENCE):
        with pytest.raises(ScenarioError, match="no such key"):
            read_text(text)
    assert "gremlins" not in listed("faults")
    assert "doorman" not in listed("defences")
