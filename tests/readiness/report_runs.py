"""Small runs for the report's tests, all simulated: another launch stands for what a replay would measure."""

from functools import cache
from typing import Any

from readiness.report import report
from readiness.summarise import Forecasts, Replayed, summarise
from recordings.summary import Audit, Generator, Lag, Summary
from scenarios.reading import read_text
from scenarios.scenario import Scenario
from simulations.launch import simulate_launch, simulate_replay

CLOCKED = """
title: A tiny surgery
period: 08:00 to 08:05
drain: 20 s
window: 5 s
replay: {during: 08:01 to 08:02, drain: 10 s}
service:
  stations:
    desk: {servers: 2, queue: 10}
    archive: {servers: 50}
  operations:
    log-on: {steps: [{use: desk, time: {exponential: 500 ms}}]}
    create: {steps: [{hold: desk, steps: [{use: archive, time: 30 ms}]}]}
behaviours:
  hasty: {timeout: 3 s, retries: 1, back_off: {first: 2 s}, gives_up_to: paper}
journeys:
  refer:
    carries: referral
    delivered_by: created
    steps: [{call: log-on}, {call: create, achieves: created}]
populations:
  surgeries: {arrivals: {rate: 5 / s}, journey: refer, behaviour: hasty}
objectives:
  people get in: {measure: good share, of: log-on, at_least: 99 %}
  creating is quick: {measure: response p95, of: create, at_most: 60 s}
  waits stay short in most launches: {measure: wait p95, of: desk, at_most: 1 h, in_launches: 50 %}
sources: {surgeries: "five a second (nobody, 2015)"}
assumptions: [The desk never sleeps.]
"""
ABSTRACT = """
title: A queue without a clock
period: 0 s to 90 s
service:
  stations: {server: {servers: 1}}
  operations: {serve: {steps: [{use: server, time: 100 ms}]}}
journeys: {visit: {steps: [{call: serve}]}}
populations: {customers: {arrivals: {rate: 2 / s}, journey: visit}}
"""
ABOUT = {
    "id": "20150615-080000-tiny",
    "began_utc": "2015-06-15T08:00:00+00:00",
    "versions": {"python": "3.11"},
}
GENERATOR = Generator(Lag(0.2, 1.5, 4.0), send_ratio=1.0, valid=True)
AUDIT = Audit(acknowledged=40, lost=0, duplicated=0, stale=0, unknown=2)


@cache
def scenario_of(text: str) -> Scenario:
    return read_text(text)


@cache
def forecasts_of(text: str) -> Forecasts:
    scenario = scenario_of(text)
    forecasts = Forecasts(scenario)
    for replication in range(3):
        forecasts.add(simulate_launch(scenario, scenario.seed, replication))
    return forecasts


def replayed_of(text: str, audit: Audit | None = AUDIT, generator: Generator = GENERATOR) -> Replayed:
    scenario = scenario_of(text)
    twin, other = (simulate_replay(scenario, seed) for seed in (scenario.seed, scenario.seed + 1))
    return Replayed(other, twin, audit, generator)


def told(
    scenario: Scenario,
    forecasts: Forecasts | None,
    replayed: Replayed | None,
    about: dict[str, Any] | None = None,
) -> tuple[Summary, str]:
    """The summary of a run and its page."""
    summary = summarise("tiny", scenario, scenario.seed, forecasts, replayed)
    page = report(
        summary,
        scenario,
        forecasts.total if forecasts else None,
        replayed.twin if replayed else None,
        replayed.measured if replayed else None,
        ABOUT if about is None else about,
    )
    return summary, page
