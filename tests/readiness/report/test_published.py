"""Published figures beside those simulated: the same in report, terminal, Markdown and CSV."""

from __future__ import annotations

import csv
import io
from functools import cache

from rich.console import Console

from readiness.exports.github import github_annotations
from readiness.exports.junit import junit
from readiness.exports.markdown import markdown
from readiness.exports.tables import tables
from readiness.report.page import report_page
from readiness.summarise import Forecasts, summarise
from recordings.recorder import Recorder
from recordings.summary import Summary, from_json, to_json
from rehearse.shown.published_view import published_parts
from tests.fixtures.readiness.followed import followed, followed_form, followed_scenario
from tests.fixtures.readiness.pages import Page

EXPECTING = """
expect:
  by other channels: {measure: referrals, of: other channels, during: 0 h to 1 h, published: 2 to 4, source: A}
  quick: {measure: delay p40, published: 4 h, source: B & C, tuned: [wages, prices]}
  never: {measure: delay p50, of: lost, published: 1 day, source: D}
  nobody: {measure: practices in share, during: 0 h to 1 h, published: 50 %, source: E}
not_reproduced: {a slow page: {published: 4 min, source: F <1>, because: pages are no part of it.}}
"""


@cache
def run() -> tuple[Summary, str]:
    scenario = followed_scenario(EXPECTING)
    forecasts = Forecasts(scenario)
    for _ in range(3):
        forecasts.add(followed())
    summary = summarise("followed", scenario, 1, forecasts, None)
    return summary, report_page(summary, scenario, forecasts.total, None, None, {})


def test_the_report_has_a_row_a_figure() -> None:
    page = Page(run()[1])
    assert page.one("h2", id="published").text == "Published and simulated"
    for row in (
        "by other channels referrals of other channels, 0 s to 60 min 2 to 4 3 no spread inside in 3 of 3 launches"
        " inside not tuned A",
        "quick delay p40 4 h 10 s no spread inside in none of 3 launches outside tuned: wages, prices B & C",
    ):
        assert row in page.text
    assert "a slow page 4 min (F <1>). pages are no part of it." in page.text


def test_a_scenario_that_expects_nothing_has_no_such_section() -> None:
    scenario = followed_scenario()
    forecasts = Forecasts(scenario)
    forecasts.add(Recorder(followed_form()).recording())
    summary = summarise("followed", scenario, 1, forecasts, None)
    assert "Published and simulated" not in report_page(summary, scenario, forecasts.total, None, None, {})
    assert list(published_parts(summary)) == []


def test_the_terminal_has_them_too() -> None:
    console = Console(width=150, record=True, file=io.StringIO())
    for part in published_parts(run()[0]):
        console.print(part)
    text = " ".join(console.export_text().split())
    assert "by other channels 2 to 4 3" in text and "never" in text
    assert "Not reproduced: a slow page: 4 min (F <1>), because pages are no part of it" in text


def test_markdown_has_a_table_of_them() -> None:
    lines = markdown(run()[0]).splitlines()
    assert (
        "| by other channels | referrals of other channels, 0 s to 60 min | 2 to 4 | 3; no spread; inside in 3 of 3"
        " launches | inside, not tuned | A |"
    ) in lines
    assert "Not reproduced: a slow page: 4 min (F &lt;1&gt;), because pages are no part of it" in lines


def test_csv_has_a_file_of_them() -> None:
    text = tables(run()[0], {})["published.csv"]
    first, second, never, _, missing = csv.DictReader(io.StringIO(text))
    assert (first["published"], first["value"], first["verdict"], first["inside_in"]) == (
        "2 to 4",
        "3.0",
        "inside",
        "3",
    )
    assert (second["published_low"], second["published_high"], second["tuned"]) == (
        "12600.0",
        "16200.0",
        "wages, prices",
    )
    assert (never["value"], never["never"], never["verdict"]) == ("", "3", "outside")
    assert (missing["published"], missing["verdict"]) == ("4 min", "not reproduced")


def test_pipelines_fail_for_none_of_them() -> None:
    assert "quick" not in junit(run()[0]) and github_annotations(run()[0]) == []


def test_the_summary_keeps_them() -> None:
    assert from_json(to_json(run()[0])) == run()[0]
