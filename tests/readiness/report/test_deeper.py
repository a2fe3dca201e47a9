"""The deeper parts of the report: over time, by cause, step by step, and launch by launch."""

from __future__ import annotations

import math
from functools import cache

import msgspec
import pytest

from readiness.judging.bounds import UNKNOWN, Bounds
from readiness.judging.evidence import of_launches
from readiness.report.deeper import in_order_of_filling
from readiness.report.faults import Run
from readiness.report.launches import chosen_launches, launch_strip, launches_words
from readiness.report.page import moments
from readiness.report.story import bad_launches
from readiness.report.waiting import slowest_words, step_times
from recordings.phases import StationSummary
from recordings.summary import Summary
from tests.fixtures.readiness.pages import Page
from tests.fixtures.readiness.report_runs import CLOCKED, forecasts_of, replayed_of, scenario_of, summary_and_page


@cache
def both() -> tuple[Summary, Page]:
    summary, html = summary_and_page(scenario_of(CLOCKED), forecasts_of(CLOCKED), replayed_of(CLOCKED))
    return summary, Page(html)


def titles() -> set[str]:
    return {each.text for each in both()[1].all("title")}


@pytest.mark.parametrize("phase", ["forecast", "measured"])
def test_response_times_are_drawn_over_time_of_all_and_of_what_is_asked_for(phase: str) -> None:
    assert {f"Response times of {of} over time, {phase}" for of in ("All operations", "create", "log-on")} <= titles()


def test_every_cause_of_failure_has_a_panel_of_its_own_with_its_number() -> None:
    summary, page = both()
    assert summary.forecast is not None
    failed = {name for each in summary.forecast.operations.values() for name in each.failed}
    assert len(failed) >= 2
    panels = [
        each for each in page.all("svg") if each.attributes.get("aria-labelledby", "").startswith("forecast-failed-")
    ]
    assert {each.attributes["aria-labelledby"].split()[0] for each in panels} == {
        f"forecast-failed-{name}-title" for name in failed
    }


def test_the_worst_launch_is_the_one_with_the_worst_value_and_is_named() -> None:
    summary, page = both()
    chosen = chosen_launches(summary)
    assert chosen is not None
    assert chosen.objective.forecast is not None
    values = chosen.objective.forecast.values
    assert chosen.objective.name == "people get in"  # which every launch misses
    assert values[chosen.worst - 1] == min(value for value in values if value is not None)
    assert values[chosen.typical - 1] == sorted(value for value in values if value is not None)[1]
    assert f"launch {chosen.worst} the worst" in page.text
    assert page.one("title", id="launches-title").text == "Good answers a second in a typical launch and in the worst"


def test_launches_that_are_all_alike_have_no_worst() -> None:
    summary, _ = both()
    alike = [
        msgspec.structs.replace(each, forecast=msgspec.structs.replace(each.forecast, values=[1.0, 1.0, 1.0]))
        for each in summary.objectives
        if each.forecast
    ]
    assert chosen_launches(msgspec.structs.replace(summary, objectives=alike)) is None
    assert launch_strip(alike[0]) == launches_words(alike[0]) == ""


def test_a_launch_that_never_comes_to_an_end_is_the_worst() -> None:
    """Of four launches two take 2 s and 3 s, one is seen for 60 s, and one never gets there."""
    summary, _ = both()
    objective = next(each for each in summary.objectives if each.name == "creating is quick")
    found = [Bounds(3.0, 3.0), Bounds(math.inf, math.inf), Bounds(60.0, math.inf), Bounds(2.0, 2.0)]
    evidence = of_launches(scenario_of(CLOCKED).objectives[objective.name], found)
    assert (evidence.never_in, evidence.longer_in) == ([2], [3])
    objective = msgspec.structs.replace(objective, forecast=evidence)
    chosen = chosen_launches(msgspec.structs.replace(summary, objectives=[objective]))
    assert chosen is not None
    assert (chosen.typical, chosen.worst, chosen.values) == (1, 2, ("3 s", "never"))
    assert launches_words(objective) == "by launch 2 s to never, median 3 s"
    assert str(launch_strip(objective)).count("<circle") == 3
    unseen = msgspec.structs.replace(
        objective, forecast=of_launches(scenario_of(CLOCKED).objectives[objective.name], [found[0], UNKNOWN, found[2]])
    )
    assert launches_words(unseen) == "by launch 3 s to longer than 60 s, median 3 s"
    assert unseen.forecast is not None
    assert bad_launches(unseen.forecast) == "bad in none of 2 launches; nothing to measure in 1"


def test_every_launch_stands_beside_its_mean() -> None:
    summary, page = both()
    objective = summary.objectives[0]
    assert objective.forecast is not None
    strip = launch_strip(objective)
    assert strip.count("<circle") == len(objective.forecast.values) == 3
    assert strip.count('class="limit"') == 0  # 99 % is so far off that all dots would be in one place
    near = msgspec.structs.replace(objective.forecast, values=[0.97, 0.98, 0.995])
    assert launch_strip(msgspec.structs.replace(objective, forecast=near)).count('class="limit"') == 1
    assert launches_words(objective).startswith("by launch ")
    assert launches_words(objective).replace("\N{NO-BREAK SPACE}", " ") in page.text


def test_what_an_operation_waits_for_is_told_step_by_step() -> None:
    scenario, total = scenario_of(CLOCKED), forecasts_of(CLOCKED).total
    assert total is not None
    found = step_times(Run(both()[0], scenario, {"forecast": total}), moments(scenario))
    assert [(each.names, [step.words for step in each.steps]) for each in found] == [
        (["log-on"], ["desk"]),
        (["create"], ["desk, held meanwhile", "archive"]),
    ]
    (log_on,), create = found[0].steps, found[1].steps
    assert log_on.work_s == 0.5
    assert log_on.wait_s and log_on.worst_s and log_on.wait_s < log_on.worst_s
    assert create[0].wait_s == pytest.approx(log_on.wait_s, rel=0.2)  # both wait at the desk, at other moments
    assert create[1].wait_s == 0.0  # nobody waits in the archive
    whole = found[0].whole
    assert whole.wait_s and found[0].recorded_s == pytest.approx(whole.work_s + whole.wait_s, rel=0.2)
    assert found[0].recorded_s and found[0].recorded_worst_s and found[0].recorded_worst_s > found[0].recorded_s
    text = both()[1].text
    assert "Where an operation’s time goes" in text
    why = slowest_words(found)
    assert why.startswith(f"The longest wait is that of log-on, {found[0].worst}: ") or "create" in why
    assert "for desk" in why and "archive" not in why
    assert why in text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Wait against work at desk" in titles()


def test_stations_stand_in_the_order_in_which_they_fill_up() -> None:
    phase = both()[0].forecast
    assert phase is not None
    station = StationSummary(1, 1.0, 0.0, 0.0, 0.0, 0.0)
    full = {"never": None, "later": 90.0, "first": 30.0, "nearly": None}
    stations = {name: msgspec.structs.replace(station, full_from_s=at_s) for name, at_s in full.items()}
    made_up = msgspec.structs.replace(phase, stations=stations, fullest=["nearly", "later", "never", "first"])
    assert in_order_of_filling(made_up) == ["first", "later", "nearly", "never"]
    heads = [each.text for each in both()[1].all("th") if each.text in {"full from", "wait, median", "wait, 99 %"}]
    assert heads[:3] == ["full from", "wait, median", "wait, 99 %"]


def test_forecast_and_replay_say_by_how_much_their_lines_differ() -> None:
    text = both()[1].text
    assert text.count("The lines differ by at most") + text.count("The lines do not differ") == 3


def test_a_report_with_everything_stays_small() -> None:
    _, html = summary_and_page(scenario_of(CLOCKED), forecasts_of(CLOCKED), replayed_of(CLOCKED))
    assert len(html.encode()) < 500_000
