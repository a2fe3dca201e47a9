"""What the terminal says of a run."""

from __future__ import annotations

import re

from rich.console import Console

from readiness.summarise import Forecasts, Replayed, summarise
from recordings.summary import Audit, Generator, Lag, Summary
from rehearse import showing
from scenarios.reading import read_text
from simulations.launch import simulate_launch, simulate_replay

TINY = """\
title: A tiny shop
period: 0 s to 30 s
service:
  stations: {till: {servers: 2}}
  operations: {buy: {steps: [{use: till, time: 100 ms}]}}
journeys: {visit: {steps: [{call: buy}]}}
populations: {shoppers: {arrivals: {rate: 2 / s}, journey: visit}}
objectives:
  most days are good: {measure: good share, at_least: 99 %, in_launches: 80 %, during: 10 s to 20 s}
replay: {during: 5 s to 15 s}
"""


def told(audit: Audit | None = None) -> Summary:
    scenario = read_text(TINY)
    forecasts = Forecasts(scenario)
    for replication in range(2):
        forecasts.add(simulate_launch(scenario, 1, replication))
    twin = simulate_replay(scenario, 1)
    replayed = Replayed(twin, twin, audit, Generator(Lag(0.1, 0.4, 0.9), 0.9987, valid=True))
    return summarise("tiny", scenario, 1, forecasts, replayed)


def shown(*parts: object) -> str:
    console = Console(width=200, no_color=True)
    with console.capture() as captured:
        console.print(*parts)
    return captured.get()


def test_the_replay_line_counts_requests() -> None:
    assert "99.87 % of the due requests sent" in shown(*showing.summary(told()))


def test_the_replay_line_says_what_could_not_be_read_back() -> None:
    audit = Audit(27, 0, 0, 0, never_read=27, was_listed=False)
    assert "27 writes acknowledged, 0 lost, duplicates not looked for, 0 stale, 27 could not be read back." in shown(
        *showing.summary(told(audit))
    )


def test_an_objective_in_launches_reads_as_the_report_has_it() -> None:
    row = next(line for line in shown(*showing.summary(told())).splitlines() if line.startswith("most days are good"))
    assert re.split(r"  +", row.strip())[1] == "at least 99 %, in at least 80 % of launches"
    assert re.split(r"  +", row.strip())[4] == "100 %"  # the replay's own share, not of launches
    assert "at least 99 %, in at least 80 % of launches  10 s to 20 s" in shown(*showing.scenario(read_text(TINY)))
