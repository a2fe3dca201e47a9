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
from readiness.served import is_met_by_few, served_share
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
    ask: {steps: [{use: clerk, time: 1 s}]}
    look: {steps: [{use: shelf, time: 1 s}]}
journeys: {visit: {steps: [{call: ask}]}, glance: {steps: [{call: look}]}}
populations:
  askers: {arrivals: {rate: 0.6 / s}, journey: visit}
  lookers: {arrivals: {rate: 1 / s}, journey: glance}
objectives:
  asking is quick: {measure: response p50, of: ask, at_most: 2 s}
  looking is quick: {measure: response p95, of: look, at_most: 2 s}
  at the end it is quick: {measure: response p50, of: ask, at_most: 2 s, during: 30 s to 60 s}
  somebody is served: {measure: good share, of: ask, at_least: 1 %}
"""


@cache
def judged() -> tuple[Summary, str]:
    return summary_and_page(scenario_of(FULL), forecasts_of(FULL), None)


def test_a_time_speaks_of_those_who_were_served() -> None:
    summary, _ = judged()
    assert summary.forecast is not None
    asking, looking, at_the_end, served = (served_share(each, summary.forecast) for each in summary.objectives)
    assert asking is not None and 0.55 < asking < 0.7, "Erlang's formula: 1 / 1.6"
    assert looking == 1
    assert at_the_end is None and served is None


def test_a_tick_is_grey_where_few_were_served() -> None:
    summary, page = judged()
    assert {each.verdict for each in summary.objectives} == {"met"}
    assert [is_met_by_few(each, summary.phases) for each in summary.objectives] == [True, False, False, False]
    assert page.count('<span class="pill met few">') == 1
    assert page.count("that were served</small></div>") + page.count("that were served</small><small>") == 1
    shown = next(each for each in summary_parts(summary) if isinstance(each, Table))
    verdicts = [(cell.plain, cell.style) for cell in shown.columns[-1].cells if isinstance(cell, Text)]
    assert verdicts[:2] == [("met by few", "bright_black"), ("met", "bold green")]


def test_pipelines_read_the_same_words() -> None:
    summary, _ = judged()
    share = r"\d+(\.\d)?\xa0% that were served"
    assert re.search(rf"of the {share} \| – \| ☑️ met by few \|$", markdown(summary), flags=re.MULTILINE)
    assert read_strictly(junit(summary))["asking is quick"] == "passed"
    (told,) = re.findall("<system-out>(.*)</system-out>", junit(summary))
    assert re.match(rf"met by few: response p50 of ask: forecast .* of the {share}; at most 2 s wanted$", told)
    assert f"::notice title=asking is quick::{told.replace('%', '%25')}" in github_annotations(summary)
    (objectives,) = (text for name, text in tables(summary, {}).items() if name == "objectives.csv")
    assert [row["by_few"] for row in csv.DictReader(io.StringIO(objectives))] == ["True", "False", "False", "False"]
