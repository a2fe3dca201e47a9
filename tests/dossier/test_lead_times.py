"""How long an option takes to have, beside the days until the launch."""

from __future__ import annotations

from datetime import date

import pytest

from dossier.notes.lead_times import is_too_late, lead_days
from dossier.notes.notes import Notes, OptionNotes


@pytest.mark.parametrize(
    ("typed", "days"),
    [("3 weeks", 21), ("1 day", 1), ("1.5 Weeks", 10.5), ("2 months", 60), ("soon", None), ("", None)],
)
def test_a_lead_time_is_a_number_of_days_weeks_or_months(typed: str, days: float | None) -> None:
    assert lead_days(typed) == days


@pytest.mark.parametrize(("lead_time", "is_late"), [("1 week", False), ("8 days", True), ("none", False)])
def test_what_is_ready_after_the_launch_is_too_late(lead_time: str, is_late: bool) -> None:
    week = Notes(decision_on=date(2015, 6, 8), launch_on=date(2015, 6, 15))
    assert is_too_late(week, OptionNotes(lead_time=lead_time)) is is_late
    assert not is_too_late(Notes(), OptionNotes(lead_time=lead_time)), "no day is stated"
