"""A scenario's days in words: which they are, when practices work, and which are holidays."""

from __future__ import annotations

from scenarios.language.scenario import Scenario
from scenarios.text.phrases import listed, several


def calendar_words(scenario: Scenario) -> str:
    """`Mon 15 June to Fri 19 June 2015, Europe/London; open Mon to Fri 08:00 to 18:30`; nothing where days have no
    names."""
    calendar = scenario.calendar
    if not calendar.names_days:
        return ""
    days = calendar.days_within()
    names = [calendar.day_name(day) for day in (days[0], days[-1])]
    last = calendar.date_of(days[-1])
    said = " to ".join(dict.fromkeys(names)) + (f" {last.year}" if last else "")
    if calendar.zone:
        said += f", {calendar.zone}"
    if calendar.openings:
        said += f"; open {listed([one.words() for one in calendar.openings])}"
    holidays = [calendar.day_name(day) for day in days if calendar.date_of(day) in calendar.holidays]
    if holidays:
        said += f"; {several(len(holidays), 'holiday')}: {listed(holidays)}"
    return said
