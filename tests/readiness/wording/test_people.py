"""People in sentences: what most people lost comes first, and nobody is lost twice."""

from __future__ import annotations

from readiness.wording.people import people_sentences
from recordings.phases import PeopleSummary, PeopleTimes, PhaseSummary

NO_TIMES = PeopleTimes(None, None, None)


def people(wanted: float, gave_up: float) -> PeopleSummary:
    got_there = wanted - gave_up
    return PeopleSummary(wanted, got_there, gave_up, 0.0, got_there / wanted, NO_TIMES, 0.0, NO_TIMES)


def told(**achievements: PeopleSummary) -> list[str]:
    phase = PhaseSummary("07:30 to 10:00", 20, {}, {}, {}, {}, achievements=achievements)
    return [line.replace("\u00a0", " ") for line in people_sentences(phase)]


def test_a_rare_wish_does_not_hide_what_thousands_lost() -> None:
    assert told(deferred=people(0.15, 0.15), logged_on=people(36_000.0, 17_000.0))[0].startswith(
        "Of 36,000 people who want “logged_on”, 19,000 get it (52.8 %) and 17,000 give up"
    )


def test_a_call_and_its_achievement_that_tell_the_same_are_told_once() -> None:
    assert len(told(book=people(100.0, 50.0), booked=people(100.0, 50.0), seen=people(80.0, 1.0))) == 2


def test_what_everybody_got_is_no_news() -> None:
    assert told(booked=people(100.0, 0.0)) == []
