"""Appointment slots in a terminal: what a scenario says of them, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console

from readiness.summarise import Forecasts, summarise
from rehearse.shown.scenario_view import scenario_parts
from rehearse.shown.summary_view import summary_parts
from simulations.launch import simulate_launch
from tests.fixtures.simulations.clinics import clinic


def lines(parts: Iterable[object]) -> list[list[str]]:
    """The words of each line, cell by cell."""
    console = Console(width=200, color_system=None)
    with console.capture() as captured:
        for part in parts:
            console.print(part)
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in captured.get().splitlines()]


def test_a_scenario_shows_its_specialties() -> None:
    shown = lines(scenario_parts(clinic()))
    assert ["Specialty", "Patients", "Slots at the start", "New each day", "Days ahead"] in shown
    assert ["bones", "50 % of the others", "30", "5 at 08:00:30", "2 to 30"] in shown
    assert ["cancer", "100 % of two week wait", "30", "–", "1 to 28"] in shown


def test_a_run_shows_what_became_of_slots_and_how_long_people_wait() -> None:
    scenario = clinic()
    forecasts = Forecasts(scenario)
    forecasts.add(simulate_launch(scenario, scenario.seed, 0))
    shown = lines(summary_parts(summarise("clinic", scenario, 5, forecasts, None)))
    heads = [row for row in shown if row and row[0] in ("Appointment slots", "Appointments")]
    assert heads[0][-3:] == ["Free at the start", "Free, fewest", "Free at the end"]
    assert heads[1][-2:] == ["Longest", "In time"]
    heart = next(row for row in shown if row[:2] == ["heart", "forecast"])
    assert (heart[2], heart[-3:]) == ("20", ["20", "0", "0"])
    urgent = next(row for row in shown if row[:1] == ["two week wait"])
    assert urgent[-2:][0].endswith("days") and urgent[-1].endswith("% within 14 days")
