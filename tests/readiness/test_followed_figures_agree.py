"""People, patients and staff read alike in `summary.json`, the report, the terminal, CSV and Markdown."""

from __future__ import annotations

import csv
import io
import json
from math import fsum

import pytest

from readiness.exports.markdown import markdown
from readiness.exports.tables import tables
from readiness.wording.figures import count
from readiness.wording.followed import PRIORITY_WORDS, hours_words, place_words
from recordings.phases import PhaseName
from recordings.summary import to_json
from tests.fixtures.readiness.launch_week_runs import in_terminal, summary_and_page_of_a_run
from tests.fixtures.readiness.report_runs import CLOCKED, forecasts_of, scenario_of, summary_and_page
from tests.fixtures.readiness.shown_tables import plain, rows, terminal_rows

EVERY_PHASE = pytest.mark.parametrize("phase", ["forecast", "forecast_of_window", "measured"])
IN_TERMINAL = {"forecast": "forecast", "forecast_of_window": "forecast of the replay", "measured": "replay"}


@EVERY_PHASE
def test_where_the_referrals_are_is_the_same_everywhere(phase: PhaseName) -> None:
    summary, page = summary_and_page_of_a_run()
    referrals = json.loads(to_json(summary))[phase]["followed"]["referrals"]
    in_report = rows(page, f'id="places-{phase}-caption"')
    places = {place_words(place): place for place, number in referrals["places"].items() if number}
    terminal = terminal_rows(in_terminal(summary, 200), f"Referrals, {IN_TERMINAL[phase]} ", {"arose", *places})
    assert len(in_report) == len(terminal) + 1 == len(places) + 2
    for words, *cells in terminal:
        assert [plain(each.replace("(", "").replace(")", "")) for each in cells] == in_report[words]
    for words, place in places.items():
        columns = [*referrals["priorities"].values(), referrals]
        assert [each.split()[0] for each in in_report[words]] == [count(each["places"][place]) for each in columns]


@EVERY_PHASE
def test_times_to_receipt_and_hours_are_the_same_in_report_and_terminal(phase: PhaseName) -> None:
    summary, page = summary_and_page_of_a_run()
    terminal = in_terminal(summary, 200)
    delays = rows(page, f'id="delays-{phase}-caption"')
    for words, *cells in terminal_rows(terminal, f"Referrals, {IN_TERMINAL[phase]} ", set(delays) | {"arose"})[1:]:
        assert cells == delays[words]
    hours = rows(page, f'id="staff-{phase}-caption"')
    staff_h = json.loads(to_json(summary))[phase]["followed"]["staff_h"]
    told = terminal_rows(terminal, f"Staff time, {IN_TERMINAL[phase]} ", set(staff_h))
    assert {role: cells for role, *cells in told} == {role: hours[role] for role in staff_h}
    for role, spent in staff_h.items():
        assert hours[role][-1] == hours_words(fsum(spent.values()))


@EVERY_PHASE
def test_the_csv_has_the_numbers_of_the_summary(phase: PhaseName) -> None:
    summary, _ = summary_and_page_of_a_run()
    files = {name: list(csv.DictReader(io.StringIO(text))) for name, text in tables(summary, {}).items()}
    found = json.loads(to_json(summary))[phase]["followed"]
    referrals = found["referrals"]
    by_priority = {**referrals["priorities"], "all": referrals}
    placed = [row for row in files["referrals.csv"] if row["phase"] == phase]
    assert {(row["priority"], row["place"]): float(row["referrals"]) for row in placed} == {
        (name, place): number for name, each in by_priority.items() for place, number in each["places"].items()
    }
    for row in (row for row in files["delays.csv"] if row["phase"] == phase):
        times = by_priority[row["priority"]]["delay_s"]
        assert [row[f"{name}_s"] for name in ("mean", "p50", "p95", "worst_p95")] == [
            "" if times[name] is None else str(times[name]) for name in ("mean", "p50", "p95", "worst_p95")
        ]
    assert fsum(float(row["hours"]) for row in files["staff.csv"] if row["phase"] == phase) == pytest.approx(
        fsum(fsum(spent.values()) for spent in found["staff_h"].values())
    )
    (total,) = [row["cost"] for row in files["costs.csv"] if row["phase"] == phase and row["of"] == "all"]
    assert float(total) == found["cost"]["total"]
    (practices,) = [row for row in files["practices.csv"] if row["phase"] == phase]
    assert float(practices["tried"]) == found["practices"]["tried"]
    assert float(practices["backlog_height"]) == found["practices"]["backlog"]["height"]
    using = {row["day"]: float(row["using_share"]) for row in files["practices-by-day.csv"] if row["phase"] == phase}
    assert using == found["practices"]["using_by_day"]
    (late,) = [row for row in files["two-week-wait.csv"] if row["phase"] == phase]
    assert float(late["worst"]) == referrals["two_week_wait"]["worst"]
    by_day = [row for row in files["referrals-by-day.csv"] if row["phase"] == phase]
    assert fsum(float(row["referrals"]) for row in by_day) == pytest.approx(referrals["arose"], abs=1e-5)


def test_markdown_has_the_rows_of_the_terminal() -> None:
    summary, _ = summary_and_page_of_a_run()
    text = "\n".join(map(plain, markdown(summary).splitlines()))
    assert text.count("| Referrals | two-week wait | urgent | routine | all |") == 2, "of forecast and replay"
    assert "| electronic at once | 5.33 (76.2 %) | 6 (60 %) | 12 (66.7 %) | 23.3 (66.7 %) |" in text
    assert "- Of 40 practices 38 try the system" in text


def test_priorities_are_in_words_for_people_and_by_name_for_programs() -> None:
    summary, page = summary_and_page_of_a_run()
    assert set(json.loads(to_json(summary))["forecast"]["followed"]["referrals"]["priorities"]) == set(PRIORITY_WORDS)
    assert "two_week_wait" not in page


def test_a_launch_without_practices_says_nothing_new() -> None:
    """Neither in the summary, whose bytes are as they were, nor in a table."""
    summary, _ = summary_and_page(scenario_of(CLOCKED), forecasts_of(CLOCKED), None)
    assert b"followed" not in to_json(summary)
    assert not {"referrals.csv", "staff.csv", "practices.csv"} & set(tables(summary, {}))
    assert "Referrals" not in in_terminal(summary, 80) and "two-week" not in markdown(summary)
