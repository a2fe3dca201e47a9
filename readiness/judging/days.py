"""The days of a recording: the one place that says when each begins and ends."""

from __future__ import annotations

from recordings.recording import Form
from scenarios.language.scenario import Scenario


def day_spans(scenario: Scenario, form: Form) -> dict[str, tuple[float, float]]:
    """The days of a scenario that a recording reaches into, by name: from when until when, in seconds since the first
    midnight. They follow each other without a gap, so that every window begins within exactly one."""
    calendar = scenario.calendar
    return {calendar.day_name(day): calendar.day_span(day) for day in calendar.days_within((form.start_s, form.end_s))}
