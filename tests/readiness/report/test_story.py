"""The report's sentences and small figures where there is little to tell, or much."""

from __future__ import annotations

import re

import msgspec

from readiness.report.charts.faults import FaultMark, above
from readiness.report.charts.frame import Frame, time_axis, value_axis
from readiness.report.charts.series import over_time
from readiness.report.charts.strips import log_axis, strip
from readiness.report.page import report_page
from readiness.report.story import reasons, story
from recordings.phases import Percentiles
from recordings.recording import Recording
from scenarios.calendar.written import clock_text
from tests.fixtures.readiness.pages import Page
from tests.fixtures.readiness.report_runs import ABOUT, CLOCKED, forecasts_of, scenario_of, summary_and_page


def test_a_recording_of_nothing_is_told_in_one_sentence() -> None:
    total = forecasts_of(CLOCKED).total
    summary, _ = summary_and_page(scenario_of(CLOCKED), forecasts_of(CLOCKED), None)
    assert total is not None and summary.forecast is not None
    seen = over_time(Recording.blank(total.form), 50)
    assert list(story(seen, summary.forecast, clock_text)) == ["Nobody asks for anything."]


def test_four_reasons_are_given_and_the_rest_is_counted() -> None:
    summary, _ = summary_and_page(scenario_of(CLOCKED), forecasts_of(CLOCKED), None)
    missed = next(each for each in summary.objectives if each.verdict == "missed")
    asked_for = scenario_of(CLOCKED).objectives
    seven = msgspec.structs.replace(summary, objectives=[missed] * 7)
    given = list(reasons(seven, asked_for))
    assert [name for _, name, _ in given] == ["people get in"] * 4 + ["and 3 more"]
    assert given[-1][2] == "in the table below"


def test_a_run_whose_recordings_are_gone_still_has_its_verdict_and_its_figures() -> None:
    summary, _ = summary_and_page(scenario_of(CLOCKED), forecasts_of(CLOCKED), None)
    page = Page(report_page(summary, scenario_of(CLOCKED), None, None, None, ABOUT))
    assert page.one("h2", id="verdict").text == summary.sentence
    assert "people get in" in page.text
    assert "Requests peak at" not in page.text


def test_the_machine_is_told_as_far_as_it_is_known() -> None:
    about = ABOUT | {"machine": {"cpu_count": 2, "system": "Linux"}}
    text = Page(summary_and_page(scenario_of(CLOCKED), forecasts_of(CLOCKED), None, about)[1]).text
    assert re.search(r"cpu count\W+2\b", text) and re.search(r"system\W+Linux", text)


def test_an_operation_that_nobody_asked_for_has_no_times_and_no_mark() -> None:
    text = CLOCKED.replace("    create: {steps", "    idle: {steps: [{use: desk, time: 1 s}]}\n    create: {steps")
    page = Page(summary_and_page(scenario_of(text), forecasts_of(text), None)[1])
    assert "idle – – – – 0 0 0 –" in page.text
    nothing, some = Percentiles(None, None, None, None), Percentiles(3.0, 9.0, 9.5, 9.9)
    axis = log_axis([some])
    assert "circle" not in strip(axis, [("forecast", nothing)])
    assert strip(axis, [("forecast", nothing), ("measured", some)]).count("<circle") == 1


def test_a_fault_that_began_before_the_chart_has_no_edge_where_it_began() -> None:
    frame = Frame("load", "Requests", "", "per second", time_axis(0.0, 100.0, str, 5), value_axis(10.0))
    drawn = "".join(above(frame, [FaultMark("A", -20.0, 30.0)]))
    assert re.findall(r'<line x1="([\d.]+%)"[^>]* class="fault-edge"', drawn) == ["30%"]
