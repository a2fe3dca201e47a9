"""What the report tells its readers, and that it needs nobody's help to tell it."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from readiness.exports.markdown import markdown
from readiness.report.charts.frame import element, time_axis, value_axis
from readiness.report.charts.series import longest, over_time
from readiness.report.charts.strips import log_axis
from readiness.report.made import began
from readiness.report.page import moments
from readiness.report.story import limit_words, measure_words
from recordings.audit_result import AuditResult
from recordings.evidence import Verdict
from recordings.generator_result import GeneratorResult, Lag
from recordings.phases import Percentiles
from recordings.recording import Recording
from recordings.summary import ReplayTarget, Summary
from rehearse.shown.summary_view import summary_parts
from scenarios.descriptions.outcomes import ENDING_WORDS
from scenarios.language.objectives import MEASURES, Objective
from scenarios.language.outcomes import ENDS as ALL_ENDS
from scenarios.language.reading import read_text
from tests.fixtures.readiness.pages import Page
from tests.fixtures.readiness.report_runs import (
    ABSTRACT,
    CLOCKED,
    GENERATOR,
    forecasts_of,
    replayed_of,
    scenario_of,
    summary_and_page,
)
from tests.fixtures.scenarios.small_scenarios import SHOP

Run = Callable[[], tuple[Summary, str]]
RUNS: dict[str, Run] = {
    "both": lambda: summary_and_page(scenario_of(CLOCKED), forecasts_of(CLOCKED), replayed_of(CLOCKED)),
    "forecast only": lambda: summary_and_page(scenario_of(CLOCKED), forecasts_of(CLOCKED), None),
    "replay only": lambda: summary_and_page(scenario_of(CLOCKED), None, replayed_of(CLOCKED)),
    "stopped": lambda: summary_and_page(
        scenario_of(CLOCKED), forecasts_of(CLOCKED), replace(replayed_of(CLOCKED), aborted="it had to, at 08:01:07")
    ),
    "abstract": lambda: summary_and_page(scenario_of(ABSTRACT), forecasts_of(ABSTRACT), replayed_of(ABSTRACT)),
    "about nothing": lambda: summary_and_page(scenario_of(ABSTRACT), forecasts_of(ABSTRACT), None, about={}),
}
RUNS = {name: cache(run) for name, run in RUNS.items()}  # nobody changes what was made
every_run = pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)


@every_run
def test_the_verdict_comes_first(run: Run) -> None:
    summary, html = run()
    page = Page(html)
    assert page.one("h2", id="verdict").text == summary.sentence
    assert page.one("h1").text == summary.title
    assert page.all("h2")[0].attributes["id"] == "verdict"


@every_run
def test_every_objective_stands_with_its_verdict_in_words(run: Run) -> None:
    summary, html = run()
    page = Page(html)
    rows = [row.text for row in page.all("tr", role="row")[1:]]
    assert len(rows) == len(summary.objectives)
    for objective, row in zip(summary.objectives, rows, strict=True):
        assert row.startswith(objective.name)
        assert row.lower().count(objective.verdict) >= 1
    if not rows:
        assert "states no objectives" in page.text


@every_run
def test_every_operation_station_and_population_is_there(run: Run) -> None:
    summary, html = run()
    heads = {head.text for head in Page(html).all("th", scope="row")}
    phase = summary.forecast or summary.forecast_of_window
    assert phase is not None
    assert {*phase.operations, *phase.stations, *phase.sessions} <= heads


@every_run
def test_nothing_is_loaded_and_no_script_runs(run: Run) -> None:
    page = Page(run()[1])
    assert not page.all("script")
    for each in page.elements:
        assert not any(name.startswith("on") for name in each.attributes)
        for name in ("src", "href", "xlink:href", "data", "action"):
            assert re.match(r"#|data:,|$", each.attributes.get(name, "")), each
    assert "url(" not in page.one("style").text
    assert "@import" not in page.one("style").text


@every_run
def test_the_page_is_well_formed_and_its_links_lead_somewhere(run: Run) -> None:
    page = Page(run()[1])
    ids = [each.attributes["id"] for each in page.elements if "id" in each.attributes]
    assert len(ids) == len(set(ids))
    for each in page.elements:
        links = [each.attributes.get("href", "").removeprefix("#")] if each.tag in ("a", "use") else []
        assert {*links, *each.attributes.get("aria-labelledby", "").split()} <= set(ids)


@every_run
def test_a_screen_reader_finds_its_way(run: Run) -> None:
    page = Page(run()[1])
    for svg in page.all("svg"):
        inner = "preserveaspectratio" in svg.attributes
        assert inner or svg.attributes.get("aria-hidden") == "true" or svg.attributes.get("role") == "img"
    named = page.all("svg", role="img")
    assert named
    assert len([each for each in page.all("title") if each.text]) == len(named) + 1
    assert all(each.text for each in page.all("desc"))
    assert len(page.all("caption")) + len(page.all("table", role="table")) == len(page.all("table"))
    assert all("scope" in head.attributes for head in page.all("th"))


def test_a_forecast_alone_says_nothing_of_a_replay() -> None:
    _, html = RUNS["forecast only"]()
    page = Page(html)
    assert not {"replay", "audit", "generator"} & {each.attributes.get("id") for each in page.elements}
    assert "Measured" not in page.text


def test_a_replay_alone_shows_the_stations_of_its_forecast() -> None:
    _, html = RUNS["replay only"]()
    page = Page(html)
    assert not page.all("h2", id="period")
    assert page.all("title", id="twin-0-busy-title")
    assert "Every acknowledged write survived" in page.text


def test_the_gap_is_a_figure() -> None:
    summary, html = RUNS["both"]()
    gap = summary.gap["log-on"].completed.relative
    assert gap is not None
    assert f"{gap * 100:+.1f} %".replace("-", "−") in Page(html).text


def test_lost_writes_and_missed_objectives_are_the_reasons() -> None:
    broken = AuditResult(acknowledged=40, lost=3, duplicated=0, stale=1)
    summary, html = summary_and_page(scenario_of(CLOCKED), forecasts_of(CLOCKED), replayed_of(CLOCKED, audit=broken))
    reasons = Page(html).one("ul", class_="reasons").text
    assert summary.verdict == Verdict.MISSED
    assert "3 lost, 0 duplicated, 1 stale of 40" in reasons
    assert "people get in" in reasons
    assert "at least 99 % wanted" in reasons
    met = [each.name for each in summary.objectives if each.verdict == Verdict.MET]
    assert met and not any(name in reasons for name in met)


def test_an_invalid_replay_says_why_and_gives_no_reasons() -> None:
    late = GeneratorResult(Lag(90.0, 400.0, 900.0), send_ratio=0.8, valid=False, why=["80 % were sent"])
    summary, html = summary_and_page(scenario_of(CLOCKED), None, replayed_of(CLOCKED, audit=None, generator=late))
    page = Page(html)
    assert summary.verdict == "invalid"
    assert "80 % were sent" in page.one("h2", id="verdict").text
    assert "No audit was made" in page.text
    assert not page.all("ul", class_="reasons")


def test_what_else_there_was_about_the_load_generator_is_said_wherever_its_figures_are() -> None:
    late = GeneratorResult(Lag(1.0, 2.0, 3.0), send_ratio=1.0, valid=True, notes=["worker 2 came late"])
    summary, html = summary_and_page(scenario_of(CLOCKED), None, replayed_of(CLOCKED, generator=late))
    assert "worker 2 came late" in Page(html).text
    assert "- worker 2 came late" in markdown(summary).splitlines()
    assert "worker 2 came late" in list(map(str, summary_parts(summary)))


def test_a_replay_that_recorded_nothing_still_makes_a_page() -> None:
    replayed = replayed_of(CLOCKED)
    summary, _ = summary_and_page(scenario_of(CLOCKED), None, replayed)
    nothing = Recording.blank(replayed.measured.form)
    seen = over_time(nothing, 50)
    assert not seen.offered.any()
    assert summary.measured is not None


def test_text_of_a_scenario_is_only_ever_text() -> None:
    hostile = '<script>alert("x")</script>'
    scenario = scenario_of(CLOCKED).model_copy(
        update={"title": hostile, "about": hostile, "assumptions": [hostile], "sources": {hostile: hostile}}
    )
    about = {"id": hostile, "began_utc": hostile, "versions": {hostile: hostile}, "machine": hostile}
    late = GeneratorResult(GENERATOR.lag_ms, 0.5, False, why=[hostile])
    _, html = summary_and_page(scenario, forecasts_of(CLOCKED), replayed_of(CLOCKED, generator=late), about)
    page = Page(html)
    assert not page.all("script")
    assert page.one("h1").text == hostile
    assert "<script" not in html


def test_clock_times_where_there_is_a_clock_and_seconds_where_there_is_none() -> None:
    clocked, abstract = Page(RUNS["both"]()[1]), Page(RUNS["abstract"]()[1])
    assert "08:02" in {each.text for each in clocked.all("text")}
    assert "replayed: 08:01 to 08:02" in clocked.text
    assert "60 s" in {each.text for each in abstract.all("text")}
    assert moments(scenario_of(ABSTRACT))(45) == "45 s"


def test_the_story_tells_what_fills_up_and_who_gives_up() -> None:
    text = Page(RUNS["forecast only"]()[1]).text
    assert "Requests peak at" in text
    assert "The station desk (2 servers) is full from 08:00" in text
    assert re.search(r"[\d,]+ of [\d,]+ referrals go on paper \([\d.]+ %\)", text)


def test_quiet_stations_are_told_as_quiet() -> None:
    text = Page(RUNS["about nothing"]()[1]).text
    assert "No station fills up: server comes closest" in text
    assert "All requests get a good answer" in text or "Of all requests, 9" in text


def test_how_to_repeat_it() -> None:
    summary, html = RUNS["both"]()
    assert summary.forecast is not None
    again = f"--seed {summary.seed} --replications {summary.forecast.launches}"
    assert Page(html).one("pre").text == f"rehearse run scenario.yaml {again}"


@pytest.mark.parametrize("measure", MEASURES)
def test_every_measure_is_asked_in_words(measure: str) -> None:
    kind = MEASURES[measure][1]
    limits: dict[str, str | int] = {
        "duration": "3 s",
        "working time": "1 h",
        "share": "5 %",
        "rate": "4 / s",
        "count": 7,
    }
    limit = limits[kind]
    asked = {"measure": measure.replace("pNN", "p95"), "at_most": limit, "in_launches": 0.9}
    objective = Objective.model_validate(asked | ({"later_than": "24 h"} if measure == "late share" else {}))
    assert "{" not in measure_words(objective)
    assert limit_words(objective) == f"at most {limit}, in at least 90 % of launches"


def test_a_measure_of_some_people_says_of_whom() -> None:
    of_some = Objective(measure="people share", of=["log-on"], among=["clinicians", "referrers"], at_least="99 %")
    assert measure_words(of_some) == "share of the people who want log-on that get there, among clinicians, referrers"


def test_every_outcome_has_words_and_a_colour() -> None:
    assert set(ENDING_WORDS) == set(ALL_ENDS)
    style = Page(RUNS["both"]()[1]).one("style").text
    assert all(f".{name} {{" in style for name in ENDING_WORDS)


def test_curves_hold_what_was_recorded() -> None:
    recording = forecasts_of(CLOCKED).total
    assert recording is not None
    for points in (7, 64, 1000):
        seen = over_time(recording, points)
        assert len(seen.seconds) <= points
        requests = recording.response.numbers().sum() / recording.launches
        assert (seen.offered * seen.seconds).sum() == pytest.approx(requests)
        assert seen.busy["desk"].min() >= 0
        assert seen.busy["desk"].max() <= 1


def test_the_longest_stretch_is_found() -> None:
    assert longest(np.array([True, False, True, True, False])) == slice(2, 4)
    assert longest(np.array([True, True])) == slice(0, 2)
    assert longest(np.array([False])) is None


def test_a_short_dip_does_not_end_a_stretch() -> None:
    holds = np.ones(100, dtype=bool)
    holds[[20, 21, 60, 61, 62, 63]] = False
    assert longest(holds) == slice(0, 60)


@pytest.mark.parametrize("highest", [0, 0.004, 1, 3, 99, 101, 5000, 123456])
def test_a_value_axis_is_round_and_high_enough(highest: float) -> None:
    axis = value_axis(highest)
    assert axis.high >= highest
    assert 2 <= len(axis.ticks) <= 6
    assert axis.high <= max(2.5 * highest, 1)


@pytest.mark.parametrize("span", [0.5, 90, 600, 9000, 86400, 10 * 86400])
def test_a_time_axis_has_some_ticks_and_not_too_many(span: float) -> None:
    ticks = time_axis(28800, 28800 + span, str, 8).ticks
    assert 2 <= len(ticks) <= 9


def test_the_axis_of_days_has_their_names_at_midnight_and_times_between() -> None:
    dated, named = (
        moments(read_text(SHOP.replace("0 s to 100 s", period)))
        for period in ("2015-06-15 07:00 to 2015-06-19 19:00", "Mon 07:00 to Fri 19:00")
    )
    axis = time_axis(7 * 3600.0, 115 * 3600.0, dated, 10)
    assert [text for _, text in axis.ticks] == [
        *("Mon 12:00", "Tue 16", "12:00", "Wed 17", "12:00", "Thu 18", "12:00", "Fri 19", "12:00"),
    ]
    assert axis.main == 1  # days stay where there is little room
    assert [text for _, text in time_axis(7 * 3600.0, 115 * 3600.0, named, 5).ticks] == ["Tue", "Wed", "Thu", "Fri"]
    close = time_axis(56 * 3600.0, 56 * 3600.0 + 60, dated, 4).ticks
    assert [text for _, text in close] == ["Wed 08:00", "08:00:15", "08:00:30", "08:00:45", "08:01"]


def test_the_axis_of_days_goes_by_the_clock_where_clocks_change() -> None:
    text = SHOP.replace("0 s to 100 s", "2015-03-28 12:00 to 2015-03-30 12:00") + "calendar: {zone: Europe/London}\n"
    scenario = read_text(text)
    axis = time_axis(*scenario.period, moments(scenario), 10)
    assert [text for _, text in axis.ticks] == [
        *("Sat 12:00", "18:00", "Sun 29", "06:00", "12:00", "18:00", "Mon 30", "06:00", "12:00")
    ]
    assert [at / 3600 for at, _ in axis.ticks] == [12, 18, 24, 29, 35, 41, 47, 53, 59]
    night = time_axis(24 * 3600.0, 28 * 3600.0, moments(scenario), 5).ticks
    assert [text for _, text in night] == ["Sun 29", "02:00", "03:00", "04:00", "05:00"]


def test_months_have_an_axis_of_weeks() -> None:
    scenario = read_text(SHOP.replace("0 s to 100 s", "2015-06-01 00:00 to 2015-07-13 00:00"))
    labels = [text for _, text in time_axis(*scenario.period, moments(scenario), 10).ticks]
    assert labels == ["1 June", "8 June", "15 June", "22 June", "29 June", "6 July", "13 July"]


def test_a_log_axis_needs_no_times() -> None:
    nothing = Percentiles(None, None, None, None)
    assert len(log_axis([nothing]).ticks) >= 2
    assert len(log_axis([Percentiles(3.0, 4.0, None, None)]).ticks) >= 2


def test_an_element_escapes_what_it_is_given() -> None:
    assert element("text", "<b>", title='"&') == '<text title="&#34;&amp;">&lt;b&gt;</text>'


def test_a_moment_that_is_no_time_stands_as_it_is() -> None:
    assert began({"began_utc": "2015-06-15T08:00:00+00:00"}) == "15 June 2015, 08:00 UTC"
    assert began({"began_utc": "yesterday"}) == "yesterday"
    assert began({}) == ""


@pytest.mark.parametrize(
    ("audit", "pill"),
    [
        (AuditResult(27, 0, 0, 0, never_read=27), "Nothing could be read back"),
        (AuditResult(27, 0, 0, 0, never_read=1), "Some could not be read back"),
        (AuditResult(0, 0, 0, 0), "Nothing was acknowledged"),
        (AuditResult(27, 1, 0, 0, never_read=26), "Writes did not survive"),
    ],
)
def test_the_report_says_that_writes_survived_only_when_they_were_read_back(audit: AuditResult, pill: str) -> None:
    page = Page(summary_and_page(scenario_of(CLOCKED), forecasts_of(CLOCKED), replayed_of(CLOCKED, audit=audit))[1])
    assert pill in page.text
    assert "Every acknowledged write survived" not in page.text


def test_a_forecast_names_no_replay_and_the_command_that_makes_it_again() -> None:
    """The scenario has a window to be replayed; nobody replayed it."""
    _, html = RUNS["forecast only"]()
    text = Page(html).text
    assert "replayed:" not in text
    assert "rehearse simulate scenario.yaml --seed" in text and "rehearse run" not in text
    assert "What was measured nothing: a forecast alone, from the model" in " ".join(text.split())


def test_a_report_says_on_its_first_screen_what_was_measured() -> None:
    _, html = RUNS["both"]()
    facts = Page(html).all("dl", class_="facts")[0].text
    assert "What was measured a mock server made of the same model; not the real service" in facts
    assert "rehearse run scenario.yaml" in Page(html).text


def test_a_named_target_is_named_and_the_command_leads_there() -> None:
    at = replace(replayed_of(CLOCKED), target=ReplayTarget("named target", "https://referrals.example.org"))
    _, html = summary_and_page(scenario_of(CLOCKED), None, at)
    page = Page(html)
    assert "https://referrals.example.org, the target named for this run" in page.text
    assert "rehearse load scenario.yaml --host https://referrals.example.org --seed" in page.text
