"""A run for pipelines: JUnit that a strict reader takes, annotations as GitHub reads them, CSV and Markdown."""

from __future__ import annotations

import csv
import io
import re
from functools import cache
from typing import Any
from urllib.parse import unquote

import msgspec
import pytest

from readiness.exports.github import github_annotations
from readiness.exports.junit import junit
from readiness.exports.markdown import MOST, markdown
from readiness.exports.tables import over_time_rows, tables
from readiness.summarise import Forecasts, Replayed, summarise
from recordings.audit_result import AuditResult
from recordings.phases import ExchangeSummary, PartTimes
from recordings.recording import Recording
from recordings.summary import ObjectiveSummary, Summary
from scenarios.language.reading import read_text
from simulations.launch import simulate_launch, simulate_replay
from tests.fixtures.readiness.hand_made import hand_made
from tests.fixtures.readiness.measured_folders import generator
from tests.fixtures.readiness.strict_junit import read_strictly

TEXT = """\
title: 'A <shop> & "co", 100 % | @everybody'
period: 0 s to 30 s
service:
  stations: {till: {servers: 2, queue: 6, max_wait: 4 s}}
  operations: {buy: {steps: [{use: till, time: {exponential: 900 ms}}]}}
behaviours: {hasty: {timeout: 3 s, retries: 2, back_off: {first: 1 s, jitter: full}}}
journeys: {visit: {steps: [{call: buy, achieves: bought}]}}
populations: {shoppers: {arrivals: {rate: 2 / s}, journey: visit, behaviour: hasty}}
objectives:
  kept: {measure: response p30, of: buy, at_most: 50 s}
  broken: {measure: good share, at_least: 99.99 %}
  unseen: {measure: wait p95, of: till, at_most: 5 s}
replay: {during: 5 s to 15 s}
"""
WHOLE = "the run came to its end and counts"


@cache
def measured() -> Recording:
    return simulate_replay(read_text(TEXT), 2)


def summary(*, valid: bool = True, audit: AuditResult | None = None, **ends: Any) -> Summary:
    scenario = read_text(TEXT)
    aborted = ends.pop("aborted", None)
    replayed = Replayed(measured(), measured(), audit, generator(valid=valid), aborted=aborted)
    return summarise("shop", scenario, 2, None, replayed, **ends)


@cache
def forecast() -> Summary:
    scenario = read_text(TEXT)
    forecasts = Forecasts(scenario)
    for launch in range(3):
        forecasts.add(simulate_launch(scenario, 1, launch))
    return summarise("shop", scenario, 1, forecasts, None)


def renamed(found: Summary, name: str) -> Summary:
    """The same with a name that a scenario would not be allowed."""
    first = msgspec.structs.replace(found.objectives[1], name=name)
    objectives: list[ObjectiveSummary] = [found.objectives[0], first, *found.objectives[2:]]
    return msgspec.structs.replace(found, objectives=objectives)


def test_an_objective_is_a_test_case_that_a_strict_reader_takes() -> None:
    assert read_strictly(junit(summary())) == {
        WHOLE: "passed",
        "kept": "passed",
        "broken": "failure",
        "unseen": "skipped",
    }


@pytest.mark.parametrize("ends", [{"valid": False}, {"interrupted": True}, {"aborted": "a rule, at 3 s"}], ids=str)
def test_a_run_that_does_not_count_is_an_error(ends: dict[str, Any]) -> None:
    found = read_strictly(junit(summary(**ends)))
    assert found[WHOLE] == "error"
    assert (found["kept"] == "passed") == ("interrupted" in ends)  # what it had measured by then stands


@pytest.mark.parametrize(
    ("audit", "end"),
    [
        (AuditResult(40, 0, 0, 0), "passed"),
        (AuditResult(40, 1, 0, 0), "failure"),
        (AuditResult(40, 0, 0, 0, never_read=3), "skipped"),
    ],
)
def test_acknowledged_writes_are_a_test_case_where_there_was_an_audit(audit: AuditResult, end: str) -> None:
    assert read_strictly(junit(summary(audit=audit)))["acknowledged writes survive"] == end


def test_a_name_of_anybody_s_breaks_no_xml() -> None:
    name = "]]> <b> & \x1b[31m \x00 \u202e \ufffe \ud800 \"'\n%"
    assert "broken" not in read_strictly(junit(renamed(summary(), name)))


def test_a_forecast_has_its_cases_too() -> None:
    assert read_strictly(junit(forecast())).keys() == read_strictly(junit(summary())).keys()


def test_a_missed_objective_is_an_error_annotation_and_an_undecided_one_a_warning() -> None:
    lines = github_annotations(summary())
    assert [line.partition(" ")[0] for line in lines] == ["::error", "::warning"]
    assert lines[0].startswith("::error title=broken::missed: good share: replay ")


def decoded(line: str) -> tuple[str, str, str]:
    """Level, title and message as the runner reads a command: split at the `::` after the properties, unescaped."""
    found = re.fullmatch(r"::(\w+) title=([^:,\r\n]*)::([^\r\n]*)", line)
    assert found, line
    return found[1], unquote(found[2]), unquote(found[3])


def test_annotations_are_escaped_as_github_documents_it() -> None:
    line = github_annotations(renamed(summary(), "a:b,c%d\ne::f"))[0]
    assert "title=a%3Ab%2Cc%25d%0Ae%3A%3Af::" in line
    assert decoded(line)[1] == "a:b,c%d\ne::f"
    assert "%25 wanted" in line and decoded(line)[2].endswith("at least 99.99 % wanted")
    invalid = github_annotations(summary(valid=False))
    assert decoded(invalid[0])[0] == "error" and "requests were sent late" in decoded(invalid[0])[2]


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), strict=True))


def test_every_table_of_the_summary_is_a_csv_file_with_its_figures() -> None:
    found = summary()
    files = tables(found, {"measured": measured()})
    assert set(files) == {
        "objectives.csv", "operations.csv", "people.csv", "stations.csv", "sessions.csv", "over-time.csv",
    }  # fmt: skip
    (row,) = [each for each in read_csv(files["operations.csv"]) if each["phase"] == "measured"]
    assert found.measured is not None
    buy = found.measured.operations["buy"]
    assert float(row["offered"]) == buy.offered and float(row["p95_ms"]) == buy.response_ms.p95
    assert sum(float(row[f"failed_{name}"]) for name in buy.failed) == sum(buy.failed.values())
    assert {each["name"]: each["verdict"] for each in read_csv(files["objectives.csv"])} == {
        "kept": "met", "broken": "missed", "unseen": "not enough evidence",
    }  # fmt: skip


def test_groups_reasons_and_what_went_over_the_wire_are_told_too() -> None:
    found = summary()
    assert found.measured is not None
    none, times = PartTimes(None, None, None, None), PartTimes(1.0, 2.0, 3.0, 4.0)
    exchange = ExchangeSummary({"200": 3, "reset": 1}, times, none, times, times, 400, 900, 2)
    measured_too = msgspec.structs.replace(
        found.measured,
        groups={"tag api": found.measured.operations["buy"]},
        reasons={"buy": {"status 500, expected 2xx": 2, "no id in the | answer": 1}},
        exchanges={"buy": exchange},
    )
    found = msgspec.structs.replace(found, measured=measured_too)
    files = tables(found, {"measured": measured()})
    (group,) = read_csv(files["groups.csv"])
    assert (group["group"], float(group["offered"])) == ("tag api", measured_too.operations["buy"].offered)
    assert [(row["reason"], row["count"]) for row in read_csv(files["reasons.csv"])] == [
        ("status 500, expected 2xx", "2"), ("no id in the | answer", "1"),
    ]  # fmt: skip
    (wire,) = read_csv(files["exchanges.csv"])
    assert (wire["ended_200"], wire["ended_reset"], wire["first_byte_p95_ms"], wire["tls_p95_ms"]) == (
        "3",
        "1",
        "2.0",
        "",
    )
    text = markdown(found)
    assert "| tag api |" in text and "| buy | status 500, expected 2xx | 2 |" in text
    assert "| buy | no id in the \\| answer | 1 |" in text


def test_what_happened_over_time_adds_up_to_the_recording() -> None:
    """By hand: log-on has 4 good, 1 busy and 1 timeout in two windows of 10 s, and one hedge in the first."""
    rows = [row for row in over_time_rows("measured", hand_made()) if row["operation"] == "log-on"]
    assert [(row["start_s"], row["offered"], row["good"], row["sent"]) for row in rows] == [
        (0.0, 4, 3, 5),
        (10.0, 2, 1, 2),
    ]
    assert rows[0]["failed_busy"] == rows[1]["failed_timeout"] == 1
    assert rows[0]["p50_ms"] == pytest.approx(1500, rel=0.34) and rows[1]["p99_ms"] == pytest.approx(10_000, rel=0.01)


def test_markdown_tells_verdict_objectives_and_operations_without_markup_of_others() -> None:
    text = markdown(summary())
    assert text.startswith("### ❌ ") and "| buy |" in text
    assert "&lt;shop&gt;" in text and "@everybody" not in text
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert {re.sub(r"\\\|", "", row).count("|") for row in rows} == {7, 8}
    assert "❌ missed" in text and "❔ not enough evidence" in text


def test_markdown_of_a_very_large_run_fits_a_comment() -> None:
    found = summary()
    assert found.measured is not None
    buy = found.measured.operations["buy"]
    many = {f"operation number {place} " + "x" * 200: buy for place in range(2000)}
    large = msgspec.structs.replace(found, measured=msgspec.structs.replace(found.measured, operations=many))
    assert len(markdown(large)) <= MOST
    assert "1940 more are in the report." in markdown(large)
