"""People in sentences and figures: who wanted something, who got there, who waited in line, who never did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from readiness.wording.figures import count, share_text
from recordings.phases import PeopleSummary, PeopleTimes, PhaseSummary
from scenarios.quantities.units import duration_text

_MOST: Final = 2
_NEARLY_ALL: Final = 0.9995
_WHICH: Final = {"appointment": "found a slot", "delay": "were received"}  # by the measure's first word


def goals_of(phase: PhaseSummary) -> dict[str, PeopleSummary]:
    """Everything that anybody wanted: operations, then achievements."""
    called = {name: each.people for name, each in phase.operations.items() if each.people is not None}
    return {name: people for name, people in (called | phase.achievements).items() if people.wanted}


def people_sentences(phase: PhaseSummary) -> Iterator[str]:
    """Who did not get there, of what most people lost first, and who waited in line."""
    goals = goals_of(phase)
    for name, each in _lost(goals)[:_MOST]:
        open_at_end = f"; {count(each.still_trying)} still try at the end" if each.still_trying else ""
        yield (
            f"Of {count(each.wanted)} people who want “{name}”, {count(each.got_there)} get it "
            f"({share_text(each.share or 0.0)}) and {count(each.gave_up)} give up{open_at_end}."
        )
    for name, each in [(name, each) for name, each in goals.items() if each.in_line][:_MOST]:
        yield f"{count(each.in_line)} people wait in line for “{name}”: {_in_line(each.in_line_ms)}."


def _lost(goals: dict[str, PeopleSummary]) -> list[tuple[str, PeopleSummary]]:
    """What people gave up on, most of them first. A call and its achievement that tell the same are told once."""
    lost = [(name, each) for name, each in goals.items() if each.gave_up / each.wanted > 1 - _NEARLY_ALL]
    by_figures = {(each.wanted, each.got_there, each.gave_up): (name, each) for name, each in reversed(lost)}
    return sorted(by_figures.values(), key=lambda one: -one[1].gave_up)


def _in_line(times: PeopleTimes) -> str:
    """How long, of all who want it."""
    if "p95" in (*times.never, *times.longer_than):
        return "more than one in twenty who want it are still in line at the end"
    return (
        f"half of all who want it for up to {time_words(times, 'p50')}, 19 of 20 for up to {time_words(times, 'p95')}"
    )


def time_words(times: PeopleTimes, name: str) -> str:
    """One of the times in words: `4.2 min`, `longer than 44 s`, `never`."""
    if name in times.never:
        return "never"
    milliseconds = getattr(times, name)
    words = "–" if milliseconds is None else duration_text(milliseconds / 1000)
    return f"longer than {words}" if name in times.longer_than else words


def served_words(share: float | None, measure: str = "response") -> str:
    """Of whom a time speaks, where that is not everybody: `of the 4 % that were served`."""
    which = _WHICH.get(measure.partition(" ")[0], "were served")
    return "" if share is None or share >= _NEARLY_ALL else f"of the {share_text(share)} that {which}"
