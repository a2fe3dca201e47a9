"""A limit that is kept because nearly everybody was turned away is no tick that anybody should trust."""

from __future__ import annotations

import csv
import io
import re
from functools import cache

from rich.table import Table
from rich.text import Text

from readiness.exports.github import github_annotations
from readiness.exports.junit import junit
from readiness.exports.markdown import markdown
from readiness.exports.tables import tables
from readiness.served import is_met_by_few
from recordings.summary import Summary
from rehearse.shown.summary_view import summary_parts
from tests.fixtures.readiness.report_runs import forecasts_of, scenario_of, summary_and_page
from tests.fixtures.readiness.strict_junit import read_strictly

FULL = """
title: One clerk and nobody may wait
period: 0 s to 300 s
service:
  stations: {clerk: {servers: 1, queue: 0}, shelf: {servers: 100}}
  operations:
    ask: {group: errands, steps: [{use: clerk, time: 1 s}]}
    look: {steps: [{use: shelf, time: 1 s}]}
journeys: {visit: {steps: [{call: ask}]}, glance: {steps: [{call: look}]}}
populations:
  askers: {arrivals: {rate: 0.6 / s}, journey: visit}
  lookers: {arrivals: {rate: 1 / s}, journey: glance}
objectives:
  asking is quick: {measure: response p50, of: ask, at_most: 2 s}
  looking is quick: {measure: response p95, of: look, at_most: 2 s}
  at the end it is quick: {measure: response p50, of: ask, at_most: 2 s, during: 30 s to 60 s}
  errands are quick: {measure: response mean, of: group errands, at_most: 2 s}
  nobody waits: {measure: wait p95, of: clerk, at_most: 1 s, in_launches: 1 %}
  somebody is served: {measure: good share, of: ask, at_least: 1 %}
"""


@cache
def judged() -> tuple[Summary, str]:
    return summary_and_page(scenario_of(FULL), forecasts_of(FULL), None)


def test_a_time_speaks_of_those_who_were_served() -> None:
    summary, _ = judged()
    asking, looking, at_the_end, errands, waits, served = (
        each.forecast.served for each in summary.objectives if each.forecast
    )
    assert looking == 1 and served is None
    for share in (asking, at_the_end, errands, waits):
        assert share is not None and 0.5 < share < 0.75, "Erlang's formula: 1 / 1.6"
    assert asking == errands == waits != at_the_end, "a part of the period has a share of its own"


def test_a_tick_is_grey_where_few_were_served() -> None:
    """Also of a part of the period, of a group of operations, and of the wait of those who found room."""
    summary, page = judged()
    assert {each.verdict for each in summary.objectives} == {"met"}
    by_few = [is_met_by_few(each, summary.phases) for each in summary.objectives]
    assert by_few == [True, False, True, True, True, False]
    assert page.count('<span class="pill met few">') == 4
    assert len(re.findall("that were served</small>(</div>|<small>)", page)) == 4
    shown = next(each for each in summary_parts(summary) if isinstance(each, Table))
    verdicts = [(cell.plain, cell.style) for cell in shown.columns[-1].cells if isinstance(cell, Text)]
    assert verdicts[:2] == [("met by few", "bright_black"), ("met", "bold green")]
    in_terminal = [str(cell).splitlines()[0] for cell in shown.columns[2].cells]
    assert [cell.endswith("that were served") for cell in in_terminal] == by_few


def test_pipelines_read_the_same_words() -> None:
    summary, _ = judged()
    share = r"\d+(\.\d)?\xa0% that were served"
    bad = "bad in none of 3 launches"
    assert re.search(rf"of the {share}, {bad} \| – \| ☑️ met by few \|$", markdown(summary), flags=re.MULTILINE)
    assert read_strictly(junit(summary))["asking is quick"] == "passed"
    told = re.findall("<system-out>(.*)</system-out>", junit(summary))[0]
    assert re.match(rf"met by few: response p50 of ask: forecast .* of the {share}, {bad}; at most 2 s wanted$", told)
    assert f"::notice title=asking is quick::{told.replace('%', '%25')}" in github_annotations(summary)
    (objectives,) = (text for name, text in tables(summary, {}).items() if name == "objectives.csv")
    rows = [*csv.DictReader(io.StringIO(objectives))]
    assert [row["by_few"] for row in rows] == ["True", "False", "True", "True", "True", "False"]
    assert 0.5 < float(rows[0]["forecast_served"]) < 0.75
