"""The report and the CSV files tell of appointment slots where a scenario says what there are, and only there."""

from __future__ import annotations

import csv
import io
import re

from readiness.exports.tables import tables
from readiness.summarise import Forecasts, Replayed
from simulations.launch import simulate_launch, simulate_replay
from tests.fixtures.readiness.report_runs import AUDIT, GENERATOR, summary_and_page
from tests.fixtures.simulations.clinics import clinic

OBJECTIVES = {
    "most find one": {"measure": "slot share", "at_least": "90 %"},
    "cancer is seen": {"measure": "seen in time share", "at_least": "90 %"},
    "soon": {"measure": "appointment wait p95", "of": "two_week_wait", "at_most": "14 days"},
    "some are left": {"measure": "slots free min", "of": "bones", "at_least": 5},
}
SCENARIO = clinic(objectives=OBJECTIVES, replay={"during": "08:00 to 08:00:30", "drain": "10 s"})


def made() -> tuple[Forecasts, Replayed]:
    """Three launches, and the twin in the place of a measured replay: but for what no client sees."""
    forecasts = Forecasts(SCENARIO)
    for launch in range(3):
        forecasts.add(simulate_launch(SCENARIO, SCENARIO.seed, launch))
    twin = simulate_replay(SCENARIO, SCENARIO.seed)
    return forecasts, Replayed(twin, twin, AUDIT, GENERATOR)


def cells(table: str) -> list[list[str]]:
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", table, flags=re.DOTALL)
    return [re.split(r"</th>|</td>", row.replace("<td>", ""))[:-1] for row in rows]


def test_slots_and_appointments_have_a_table_for_each_phase() -> None:
    summary, page = summary_and_page(SCENARIO, *made())
    section = page[page.index('<h2 id="slots">') : page.index('<h2 id="assumed">')]
    found = [cells(table) for table in re.findall(r"<table>.*?</table>", section, flags=re.DOTALL)]
    assert [[row[0] for row in table] for table in found] == [
        ["heart", "bones", "cancer"], ["two week wait", "routine"]
    ] * 3  # fmt: skip
    forecast, replay = found[0], found[4]
    assert forecast[0][1] == "20" and forecast[2][4:] == ["30", "15", "15"], "of cancer 15 lie too far ahead"
    assert replay[0][4:] == ["–"] * 3 and replay[0][1] == "20"
    assert 'href="#slots"' in page and "share of the bookings of all patients with an appointment in time" in page
    verdicts = {
        each.name: (each.verdict, each.measured.value if each.measured else None) for each in summary.objectives
    }
    assert verdicts["most find one"][0] == "missed" and verdicts["most find one"][1] is not None
    assert verdicts["soon"] == ("met", None) and verdicts["some are left"] == ("missed", None), "no client sees them"


def test_they_are_a_csv_file_of_their_own() -> None:
    summary, _ = summary_and_page(SCENARIO, *made())
    rows = list(csv.DictReader(io.StringIO(tables(summary, {})["slots.csv"])))
    assert [row["specialty"] or row["priority"] for row in rows[:5]] == [
        "heart",
        "bones",
        "cancer",
        "two_week_wait",
        "routine",
    ]
    assert rows[0]["taken"] == "20.0" and rows[3]["within_days"] == "14.0"


def test_without_supply_nothing_is_said_of_slots() -> None:
    plain = SCENARIO.model_copy(update={"supply": None, "objectives": {}})
    forecasts = Forecasts(plain)
    forecasts.add(simulate_launch(plain, 1, 0))
    summary, page = summary_and_page(plain, forecasts, None)
    assert "Appointment slots" not in page
    assert "slots.csv" not in tables(summary, {})
