"""Every figure that stands in more than one place reads alike there: in the terminal, the report and `summary.json`.

Held over all catalogue scenarios: two launches of the replay's window stand for the forecast, a third for the replay.
Those that vary another are of the long suite.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from rich.console import Console

from readiness.report.page import report_page
from readiness.summarise import Forecasts, Replayed, summarise
from recordings.audit_result import AuditResult
from recordings.events import Event
from recordings.generator_result import GeneratorResult, Lag
from recordings.summary import Summary, to_json
from rehearse.shown.summary_view import summary_parts
from scenarios.language.reading import read
from scenarios.sources.catalogue import catalogue
from simulations.engines import engine_for
from simulations.launch import simulate_replay
from tests.fixtures.readiness.pages import Page
from tests.fixtures.readiness.shown_tables import plain, rows, terminal_rows
from tests.fixtures.scenarios.families import each_family, is_first

AUDIT = AuditResult(acknowledged=41, lost=2, duplicated=3, stale=4, unknown=5, never_read=6)
GENERATOR = GeneratorResult(Lag(0.1, 7.3, 9.0), 0.9987, valid=True)
EVERY = pytest.mark.parametrize("name", each_family())
FIGURE = re.compile(r"[−+-]?[\d,]+(?:\.\d+)?(?: (?:%|ms|s|min|h|/ s))?|never|longer than|nothing to measure|no spread")


@cache
def run(name: str) -> tuple[Summary, str, str]:
    """Summary, page and terminal of a run of the scenario."""
    scenario = read(name)
    forecasts = Forecasts(scenario, asked=2)
    engine = engine_for(scenario).name  # both give the same bytes
    twin, other = (simulate_replay(scenario, scenario.seed + number, engine=engine) for number in range(2))
    for launch in (twin, other):
        forecasts.add(launch)
    begins_s = float(scenario.period[0])
    events = [Event(begins_s, fault, one.kind, "ended", "scenario", 7) for fault, one in scenario.faults.items()]
    replayed = Replayed(other, twin, AUDIT, GENERATOR, events)
    summary = summarise(name, scenario, scenario.seed, forecasts, replayed)
    page = report_page(summary, scenario, forecasts.total, twin, other, {})
    console = Console(width=400, no_color=True)
    with console.capture() as captured:
        for part in summary_parts(summary):
            console.print(part)
    return summary, page, captured.get()


@EVERY
def test_the_sentence_is_the_same_everywhere(name: str) -> None:
    summary, page, terminal = run(name)
    assert plain(summary.sentence) == plain(Page(page).one("h2", id="verdict").text)
    assert plain(summary.sentence) in plain(terminal)
    assert json.loads(to_json(summary))["sentence"] == summary.sentence


@EVERY
def test_an_objective_has_the_same_figures_in_terminal_and_report(name: str) -> None:
    summary, page, terminal = run(name)
    shown = rows(page, 'class="objectives"')
    by_name = {
        cells[0]: cells[1:]
        for cells in terminal_rows(terminal, "Objective", {each.name for each in summary.objectives})
    }
    assert set(by_name) == {objective.name for objective in summary.objectives}
    _, *in_report = shown.items()
    for objective, (begins, cells) in zip(summary.objectives, in_report, strict=True):
        wanted, forecast, _, measured, verdict = cells
        assert begins.startswith(objective.name)
        limit, in_forecast, in_replay, judged = by_name[objective.name]
        assert limit == wanted
        assert verdict.lower().startswith(judged) and judged == objective.verdict
        mean, _, _ = forecast.partition("by launch")  # of which the terminal has the mean alone
        for report_cell, terminal_cell in ((mean, in_forecast), (measured, in_replay)):
            assert FIGURE.findall(plain(report_cell)) == FIGURE.findall(plain(terminal_cell)), objective.name


@EVERY
def test_what_stands_in_the_first_screen_stands_in_the_terminal(name: str) -> None:
    """Who did not get there and who waited in line; and, further down, what became of referrals and people."""
    _, page, terminal = run(name)
    first = [plain(each.text) for each in Page(page).all("li")]
    whole = plain(Page(page).text)
    people = [line.removeprefix("Forecast: ") for line in terminal.splitlines() if line.startswith("Forecast: ")]
    of_first = [line for line in people if "people who want" in line or "waited in line" in line]
    assert [line for line in of_first if plain(line) not in first] == []
    assert [line for line in people if plain(line) not in whole] == []


@EVERY
def test_the_gap_is_the_same_in_terminal_and_report(name: str) -> None:
    summary, page, terminal = run(name)
    shown = rows(page, "gap-caption")
    told = terminal_rows(terminal, "Forecast against replay", summary.gap)
    assert len(told) == len(summary.gap) > 0
    for operation, requests, completed, p50, p50_gap, p95, p95_gap in told:
        (cells,) = [cells for begins, cells in shown.items() if begins.split(" measured of the ")[0] == operation]
        assert (p50, p50_gap, p95, p95_gap) == (cells[2], cells[3], cells[5], cells[6])
        assert completed == cells[9]
        assert float(requests.replace(",", "")) == summary.gap[operation].completed.measured


def numbers(name: str) -> Any:
    return json.loads(to_json(run(name)[0]))


def twice_told(name: str) -> Iterator[tuple[str, float | None, float | None]]:
    """(what, an objective's value of the forecast, the same figure of the phase) wherever both stand in the summary."""
    found, scenario = numbers(name), read(name)
    for objective in found["objectives"]:
        asked = scenario.objectives[objective["name"]]
        value, phase, of = objective["forecast"]["value"], found["forecast"], objective["of"]
        if asked.during or asked.in_launches or objective["forecast"]["is_open"]:
            continue
        one = of[0] if len(of) == 1 else None
        operation = phase["operations"].get(one)
        if objective["measure"] == "good share" and operation:
            yield objective["name"], value, operation["good_share"]
        elif objective["measure"] == "paper share":
            yield objective["name"], value, phase["paper_share"]
        elif objective["measure"] == "people share" and not asked.among:
            people = operation["people"] if operation else phase["achievements"][one]
            yield objective["name"], value, people["share"]
        elif (match := re.fullmatch(r"(response|time to) (p50|p95|p99)", objective["measure"])) and operation:
            if match[1] == "response" and not objective["forecast"]["never"]:
                shown_ms = operation["response_ms"][match[2]]
                yield objective["name"], value, None if shown_ms is None else shown_ms / 1000
            elif match[1] == "time to" and not asked.among:
                ms = operation["people"]["time_to_ms"][match[2]]
                yield objective["name"], value, None if ms is None else ms / 1000
        elif objective["measure"] == "recovery time" and one and len(found["faults"][one]["times"]) == 1:
            recovered = found["faults"][one]["times"][0]["forecast"]
            yield objective["name"], value, recovered and recovered["mean_s"]


@EVERY
def test_no_figure_of_the_summary_has_two_values(name: str) -> None:
    for what, one, other in twice_told(name):
        assert one == (None if other is None else pytest.approx(other, rel=1e-5, abs=1e-6)), what


def test_figures_are_told_twice_at_all() -> None:
    """What the test before relies on."""
    told = [what for name in catalogue() if is_first(name) for what, *_ in twice_told(name)]
    assert len(told) > 20


@EVERY
def test_writes_and_lags_are_the_same_in_terminal_and_report(name: str) -> None:
    _, page, terminal = run(name)
    audit = rows(page, "audit-caption")
    for what, value in (("acknowledged", 41), ("lost", 2), ("duplicated", 3), ("stale", 4), ("never read", 6)):
        assert audit[what][0] == str(value)
    text = plain(terminal)
    assert "41 writes acknowledged, 2 lost, 3 duplicated, 4 stale" in text and "6 could not be read back" in text
    assert "lag p99 7.3 ms" in text and rows(page, "generator-caption")["lag, 99 %"][0] == "7.3 ms"
    assert "99.87 %" in text and rows(page, "generator-caption")["sent"][0] == "99.87 %"
