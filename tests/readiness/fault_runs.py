"""A small run with faults, defences and a retry storm, all simulated, for what people see of them."""

from functools import cache
from typing import Any

from report_runs import GENERATOR, forecasts_of, scenario_of, told

from readiness.summarise import Replayed
from recordings.summary import Event, Summary
from simulations.launch import simulate_replay

STORM = """
title: A storm that outlives its cause
period: 08:00 to 08:02
drain: 4 s
window: 1 s
replay: {during: 08:00:10 to 08:01, drain: 2 s}
service:
  log_on: [serve]
  stations: {server: {servers: 6}}
  operations: {serve: {steps: [{use: server, time: 100 ms}]}}
behaviours: {impatient: {timeout: 1 s, retries: 1, back_off: {first: 1 ms}}}
journeys: {visit: {steps: [{call: serve}]}}
populations: {clients: {arrivals: 56 / s, journey: visit, behaviour: impatient}}
faults:
  the servers are gone: {during: 08:00:20 to 08:00:30, servers_lost: {station: server, share: 100 %}}
  a slow while: {during: [08:00:15 to 08:00:25, 08:01:30 to 08:01:40], slowdown: {station: server, factor: 1.01}}
  all are logged off: {at: 08:00:32, session_loss: {}}
  now and then: {random: {to_fail: 30 s, to_repair: 1 s}, slowdown: {extra: 1 us, share: 20 %, operations: [serve]}}
defences:
  few wait: {queue_limit: {station: server, at_most: 500}}
objectives:
  it comes back: {measure: recovery time, of: the servers are gone, at_most: 5 s}
"""
ALONE = STORM[: STORM.index("  a slow while")] + STORM[STORM.index("objectives:") :]  # one fault and no defence
EVENTS = [
    Event(28820.0, "the servers are gone", "servers_lost", "began", "scenario"),
    Event(28830.0, "the servers are gone", "servers_lost", "ended", "scenario", 1),
    Event(28840.0, "a hand at it", "offline", "began", "by hand"),
    Event(28845.0, "a hand at it", "offline", "ended", "by hand", 23, "the page is <b>up</b>"),
    Event(28860.0, "few wait", "queue_limit", "stands", "scenario", 512),
]


def replayed_storm(text: str, events: list[Event]) -> Replayed:
    scenario = scenario_of(text)
    twin, other = (simulate_replay(scenario, seed) for seed in (scenario.seed, scenario.seed + 1))
    return Replayed(other, twin, None, GENERATOR, events)


@cache
def storm(text: str = STORM, more_events: int = 0) -> tuple[Summary, str]:
    """Summary and page of forecast and replay."""
    events: list[Any] = EVENTS + [EVENTS[0]] * more_events
    return told(scenario_of(text), forecasts_of(text), replayed_storm(text, events))
