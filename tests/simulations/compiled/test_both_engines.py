"""Both engines give the same recording, to the byte, of whatever the compiled one knows."""

from __future__ import annotations

import importlib.util
import signal
from io import BytesIO
from typing import Any

import pytest

from recordings.files import write_recording
from recordings.recording import Recording
from scenarios.behaviour.standstill import StandstillError
from scenarios.language.changing import Changes
from scenarios.language.reading import read, read_text
from scenarios.sources.catalogue import catalogue
from simulations.engines import EngineName, not_known
from simulations.forecast import forecast
from simulations.launch import simulate_launch, simulate_replay
from tests.fixtures.scenarios.families import each_family
from tests.fixtures.scenarios.practice_days import NEWS, OFFLINE, practice_day, written
from tests.fixtures.simulations.small_services import SHOP

pytestmark = pytest.mark.skipif(importlib.util.find_spec("numba") is None, reason="needs the extra `compiled`")

# three shoppers who do something without end, of which the last takes no time
LOOP = """
title: A loop
period: 0 s to 10 s
service:
  stations: {till: {servers: 1, queue: 0}}
  operations:
    buy: {steps: [{use: till, time: 1 s}]}
    nothing: {steps: [{work: 0}]}
journeys:
  visit: {steps: [{repeat: {times: forever, steps: [STEP]}}]}
populations:
  shoppers: {arrivals: {at_once: 3}, journey: visit}
"""
STANDSTILLS = {
    "fails at once": "{call: buy, optional: true}",
    "takes no time": "{call: nothing}",
    "thinks of nothing": "{think: 0}",
    "hardly ever thinks": "{either: [{share: 0.999999999999, steps: []}, {share: 1.0e-12, steps: [{think: 1 s}]}]}",
}


def saved(launch: Recording) -> bytes:
    file = BytesIO()
    write_recording(launch, file)
    return file.getvalue()


@pytest.mark.parametrize("name", each_family())
def test_the_replay_of_a_scenario_of_the_catalogue_is_the_same_by_both(name: str) -> None:
    scenario = read(name)
    if (why := not_known(scenario)) is not None:
        pytest.skip(why)
    by_simpy, compiled = (simulate_replay(scenario, scenario.seed, engine=engine) for engine in ("simpy", "compiled"))
    assert by_simpy.response.counts.sum() > 0
    assert saved(compiled) == saved(by_simpy)


@pytest.mark.long
@pytest.mark.exhaustive
@pytest.mark.parametrize("name", catalogue())
def test_a_launch_of_the_catalogue_is_the_same_by_both(name: str) -> None:
    scenario = read(name)
    if (why := not_known(scenario)) is not None:
        pytest.skip(why)
    assert saved(simulate_launch(scenario, 1, 1, "compiled")) == saved(simulate_launch(scenario, 1, 1, "simpy"))


@pytest.mark.parametrize("demand", ["0.3", "150 %", "3"])
def test_both_have_so_many_times_the_people_come(demand: str) -> None:
    changes = Changes(settings=(f"demand={demand}", "replay=null", "period=0 s to 20 s"))
    scenario = read("first-queue", changes)
    launches = [simulate_launch(scenario, 5, 0, engine) for engine in ("simpy", "compiled")]
    assert saved(launches[0]) == saved(launches[1])
    expected = 18 * 20 * scenario.demand
    assert launches[0].sessions.sum() == pytest.approx(expected, abs=4 * expected**0.5)


def test_the_processes_of_a_forecast_use_the_engine_that_they_are_told() -> None:
    launches = [[saved(launch) for launch in forecast(SHOP, 3, 2, processes, "compiled")] for processes in (1, 2)]
    scenario = read_text(SHOP)
    assert launches == 2 * [[saved(simulate_launch(scenario, 3, number)) for number in range(2)]]


@pytest.mark.parametrize("step", STANDSTILLS)
def test_a_launch_that_would_never_end_is_ended_with_the_same_words(step: str) -> None:
    def words(engine: EngineName) -> str:
        with pytest.raises(StandstillError) as ended:
            simulate_launch(read_text(LOOP.replace("STEP", STANDSTILLS[step])), 1, 0, engine)
        return str(ended.value)

    assert words("compiled") == words("simpy")


def test_the_words_come_out_of_the_processes_of_a_forecast() -> None:
    with pytest.raises(StandstillError, match=r"took 100,000 steps .*put a `think` into what is repeated"):
        list(forecast(LOOP.replace("STEP", STANDSTILLS["takes no time"]), 1, 2, processes=2, engine="compiled"))


def test_a_signal_interrupts_a_launch_in_machine_code() -> None:
    """Of the 3 × 10⁹ thoughts of this one it comes back to Python after a million at the latest."""
    text = LOOP.replace("STEP", "{think: 1 ms}").replace("0 s to 10 s", "0 s to 1000000 s\nwindow: 100000 s")

    def interrupt(_number: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    simulate_launch(read_text(SHOP), 1, 0, "compiled")  # the machine code is there
    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        with pytest.raises(KeyboardInterrupt):
            simulate_launch(read_text(text), 1, 0, "compiled")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_python_calls_each_function_with_one_set_of_types() -> None:
    """A second one would have to be compiled in the middle of a run, for a minute."""
    from simulations.compiled import following, kernel  # noqa: PLC0415  # loads Numba

    day = practice_day(faults=OFFLINE, practices={"number": 10, "news": NEWS})
    for scenario in (read_text(SHOP), read("first-queue"), read_text(written(day))):
        simulate_launch(scenario, 1, 0, "compiled")
        simulate_replay(scenario, 1, engine="compiled")
    called: list[Any] = [kernel.begin_launch, kernel.run_until, kernel.cut, kernel.conclude]
    called += [following.ask, following.leave]
    assert [len(function.signatures) for function in called] == len(called) * [1]
