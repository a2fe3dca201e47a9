"""What the terminal says of a run."""

from __future__ import annotations

import re

import msgspec
from rich.console import Console

from readiness.summarise import Forecasts, Replayed, summarise
from recordings.audit_result import AuditResult
from recordings.evidence import Evidence, Verdict
from recordings.generator_result import GeneratorResult, Lag
from recordings.summary import EffectSummary, Recovered, Recovery, Summary
from rehearse.shown.layout import JOINT, laid_out
from rehearse.shown.scenario_view import scenario_parts
from rehearse.shown.summary_view import summary_parts
from scenarios.language.reading import read_text
from simulations.launch import simulate_launch, simulate_replay

TINY = """\
title: A tiny shop
period: 0 s to 30 s
service:
  stations: {till: {servers: 2}}
  operations: {buy: {steps: [{use: till, time: 100 ms}]}}
journeys: {visit: {steps: [{call: buy}]}}
populations: {shoppers: {arrivals: {rate: 2 / s, spacing: even}, journey: visit}}
objectives:
  most days are good: {measure: good share, at_least: 99 %, in_launches: 80 %, during: 10 s to 20 s}
replay: {during: 5 s to 15 s, drain: 1 s}
"""


OTHERWISE = (
    TINY.replace("2 / s", "4 / s").replace("100 ms", "150 ms")
    + "faults: {no till for a while: {during: 10 s to 12.5 s, error_answers: {}}}\n"
)


def told(audit: AuditResult | None = None) -> Summary:
    """A replay that went otherwise than its twin: twice as many came, were served half as slowly again, and in the
    objective's five seconds one in two was sent away."""
    scenario = read_text(TINY)
    forecasts = Forecasts(scenario)
    for replication in range(2):
        forecasts.add(simulate_launch(scenario, 1, replication))
    twin, other = simulate_replay(scenario, 1), simulate_replay(read_text(OTHERWISE), 1)
    replayed = Replayed(other, twin, audit, GeneratorResult(Lag(0.1, 0.4, 0.9), 0.9987, valid=True))
    return summarise("tiny", scenario, 1, forecasts, replayed)


def shown(*parts: object) -> str:
    console = Console(width=200, no_color=True)
    with console.capture() as captured:
        console.print(*parts)
    return captured.get()


def lines_at(width: int, summary: Summary) -> list[str]:
    """As a terminal of this width shows it."""
    console = Console(width=width, no_color=True)
    with console.capture() as captured:
        for part in summary_parts(summary):
            console.print(laid_out(part, console))
    return [line.replace(JOINT, " ").rstrip() for line in captured.get().splitlines()]


def test_the_replay_line_counts_requests() -> None:
    assert "99.87 % of the due requests sent" in shown(*summary_parts(told()))


def test_the_gap_says_by_how_much_the_replay_was_more_and_slower_than_its_forecast() -> None:
    shares = r"buy +40 +\+100.0 % +150 ms +\+50.0 % +150 ms +\+50.0 %"  # 20 requests of 100 ms were forecast
    assert re.search(shares, shown(*summary_parts(told())))


def test_the_replay_line_says_what_could_not_be_read_back() -> None:
    audit = AuditResult(27, 0, 0, 0, never_read=27, was_listed=False)
    assert "27 writes acknowledged, 0 lost, duplicates not looked for, 0 stale, 27 could not be read back." in shown(
        *summary_parts(told(audit))
    )


def test_an_objective_in_launches_reads_as_the_report_has_it() -> None:
    row = next(line for line in shown(*summary_parts(told())).splitlines() if line.startswith("most days are good"))
    assert re.split(r"  +", row.strip())[1] == "at least 99 %, in at least 80 % of launches"
    forecast, replay = re.split(r"  +", row.strip())[2:4]
    assert forecast == "100 % of launches"
    assert replay == "50 %"  # the replay's own share, not of launches, nor its twin's 100 %
    assert "at least 99 %, in at least 80 % of launches  10 s to 20 s" in shown(*scenario_parts(read_text(TINY)))


def test_a_forecast_its_interval_and_the_bad_launches_stand_below_each_other() -> None:
    objective = told().objectives[0]
    forecast = Evidence(Verdict.MISSED, 0.475, 0.472, 0.478, 20, values=[0.475] * 20, missed_in=20)
    several = msgspec.structs.replace(objective, name="two\nlines", unit="share", forecast=forecast)
    summary = msgspec.structs.replace(told(), objectives=[several])
    rows = [re.split(r"  +", line.strip()) for line in lines_at(120, summary)]
    first = next(number for number, row in enumerate(rows) if row[0] == "two\\x0alines")
    assert rows[first][1:3] == ["at least 99 %", "47.5 %"]
    assert [row[0] for row in rows[first + 1 : first + 3]] == ["47.2 % to 47.8 %", "bad in 20 of 20 launches"]
    assert any(line.startswith("  Forecast: 47.5 %, 47.2 % to 47.8 %, bad") for line in lines_at(46, summary))


def test_no_name_is_cut_in_a_narrow_terminal() -> None:
    assert [line for width in (40, 50, 60, 80) for line in lines_at(width, told()) if "…" in line] == []


FAULTY = (
    TINY
    + """\
faults:
  the till is slow: {during: [6 s to 8 s, 10 s to 11 s], slowdown: {station: till, factor: 5}}
defences:
  few wait: {queue_limit: {station: till, at_most: 9}}
"""
)


def test_a_scenario_shows_its_faults_and_defences() -> None:
    text = shown(*scenario_parts(read_text(FAULTY)))
    assert re.search(r"the till is slow +6 s to 8 s and 10 s to 11 s +slowdown at till: 5 times as long", text)
    assert re.search(r"few wait +queue of till: at most 9 wait", text)


def test_a_run_shows_what_faults_and_defences_did() -> None:
    both = Recovered(9.0, launches=4, unseen=1, took_s=[1.0, 2.0, 3.0, None])
    times = [
        Recovery(6.0, 8.0, Recovered(4.0), Recovered(2.0), Recovered(3.0)),
        Recovery(10.0, 11.0, both, Recovered(0.0), None),
    ]
    faults = {"the till is slow": EffectSummary("slowdown", 12.5, 3.0, None, times)}
    defences = {"few wait": EffectSummary("queue_limit", 4.0, 0.0)}
    text = shown(*summary_parts(msgspec.structs.replace(told(), faults=faults, defences=defences)))
    assert re.search(r"the till is slow +slowdown +forecast +12.5 +4 s, longer than 9 s \(not seen in 1 of 4\)", text)
    assert re.search(r"forecast of the replay +3 +2 s, at once", text)
    assert re.search(r"  replay +– +3 s \(gap \+50.0 %\), nothing to measure", text)
    assert "Defence few wait (queue_limit): forecast 4, forecast of the replay 0" in text


def test_of_many_times_only_the_longest_recovery_is_shown() -> None:
    times = [Recovery(0.0, 1.0, Recovered(float(took_s))) for took_s in range(5)] + [Recovery(0.0, 1.0)]
    faults = {"often": EffectSummary("pause", 1.0, 1.0, None, times)}
    text = shown(*summary_parts(msgspec.structs.replace(told(), faults=faults)))
    assert "at most 4 s of 6 times" in text
    unseen = {"often": EffectSummary("pause", 1.0, 1.0, None, [*times, Recovery(0.0, 1.0, Recovered(3.0, unseen=1))])}
    assert "longer than 3 s" in shown(*summary_parts(msgspec.structs.replace(told(), faults=unseen)))


def test_a_run_without_faults_and_defences_says_nothing_of_them() -> None:
    text = shown(*summary_parts(told()))
    assert "Fault" not in text
    assert "Defence" not in text
