"""What `rehearse headroom` answers: where each objective breaks, which station is full first, and after each fix."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from experiments.answers.answer import Answer, Cell, Chart, Column, Table
from experiments.headrooms.chart import headroom_chart
from experiments.headrooms.courses import OBJECTIVES, STATIONS, Course, Judged, State, Subject, changes
from experiments.headrooms.headroom import AFTER_A_FIX, Headroom, Round
from experiments.headrooms.wording import OBJECTIVE, OBJECTIVES_TOGETHER, STATION, Words, course_words
from readiness.judging.expectations import UNITS
from readiness.wording.figures import amount
from scenarios.language.scenario import Scenario
from scenarios.text.phrases import listed, several, share_words

_STATUS: Final = {State.HOLDS: "met", State.BROKEN: "missed", State.OPEN: "no verdict"}
_MARKS: Final = {State.HOLDS: "met", State.BROKEN: "missed", State.OPEN: "open"}
_PLACE: Final = (
    Column("low", "surely before"),
    Column("high", "surely after"),
    Column("words", "along what was tried", is_words=True),
)
_FULL_NOTE: Final = (
    "A station is full when 95 % of its servers are busy in a window, in the mean over launches. One that is full hides"
    " those behind it, so the first is given as many servers as it could want, and it is looked again."
)


def headroom_answer(scenario: Scenario, found: Headroom) -> Answer:
    """What was found, in words, tables and a chart."""
    tables = [_objectives(scenario, found)] if scenario.objectives else []
    if scenario.service.stations:
        tables.append(_stations(found))
    drawn = headroom_chart(found)
    caption = "Green: surely holds, or has servers to spare. Amber: not enough evidence. Red: surely broken, or full."
    return Answer(
        kind="headroom",
        title=scenario.title,
        sentences=[*_sentences(scenario, found)],
        status=_STATUS[found.as_it_stands[OBJECTIVES].state] if scenario.objectives else "no verdict",
        basis=_basis(found),
        tables=tables,
        charts=[Chart(f"What breaks where, against {found.asked.axis.name}", drawn, caption)],
        cautions=[*_cautions(found)],
        data=_data(found),
    )


def _sentences(scenario: Scenario, found: Headroom) -> Iterator[str]:
    look = found.rounds[0]
    if scenario.objectives:
        yield _headline(found)
    for place, look in enumerate(found.rounds):
        yield _round_words(look, has_objectives=bool(scenario.objectives), is_first=not place)


def _headline(found: Headroom) -> str:
    """The headroom itself: what all objectives together bear."""
    look, axis = found.rounds[0], found.asked.axis
    state = found.as_it_stands[OBJECTIVES].state
    own = axis.text(axis.own) if axis.own is not None else "the scenario's own value"
    together = look.courses.get(OBJECTIVES, ())
    words = course_words(axis, together, OBJECTIVES_TOGETHER)
    if state is State.BROKEN:
        return f"Broken already at {own}: {_broken_words(found)}. All objectives together: {words}."
    first = first_broken(look)
    named = f"; {_quoted(first)} first" if first and changes(together) else ""
    if state is State.OPEN:
        return f"There is not enough evidence at {own}. All objectives together: {words}{named}."
    return f"All objectives hold at {own}, and together {words}{named}."


def _broken_words(found: Headroom) -> str:
    each = [judged for subject, judged in found.as_it_stands.items() if subject.kind == "objective" and subject.name]
    return f"{sum(judged.state is State.BROKEN for judged in each)} of {several(len(each), 'objective')}"


def first_broken(look: Round) -> Sequence[str]:
    """The objectives that are broken at the first value at which any is, by the means."""
    value = next((value for value, judged in look.in_order(OBJECTIVES) if judged.is_broken), None)
    return [
        subject.name
        for subject, course in look.courses.items()
        if subject.kind == "objective" and subject.name and any(at == value and said.is_broken for at, said in course)
    ]


def _round_words(look: Round, *, has_objectives: bool, is_first: bool) -> str:
    axis = look.axis
    head = "As it is" if is_first else f"With as many servers at {listed(look.axis.raised)} as could be wanted"
    if look.full:
        name, *others = look.full
        also = f" (and with it {listed(others)})" if others else ""
        stations = f"{name}{also} is full first: {course_words(axis, look.courses[STATIONS], STATION)}"
    else:
        stations = f"no station is full from {axis.text(look.values[0])} to {axis.text(look.values[-1])}"
    if is_first or not has_objectives:
        return f"{head}, {stations}."
    objectives = course_words(axis, look.courses[OBJECTIVES], OBJECTIVES_TOGETHER)
    first = first_broken(look)
    named = f" ({_quoted(first)} first)" if first and changes(look.courses[OBJECTIVES]) else ""
    return f"{head}, {stations}. All objectives together: {objectives}{named}."


def _quoted(names: Sequence[str]) -> str:
    return listed([f"“{name}”" for name in names])


def _objectives(scenario: Scenario, found: Headroom) -> Table:
    look = found.rounds[0]
    columns = [
        Column("objective", "objective"),
        Column("state", "as it stands", is_words=True),
        Column("value", "value as it stands"),
        *_PLACE,
    ]
    rows = []
    for name, objective in scenario.objectives.items():
        subject = Subject("objective", name)
        judged = found.as_it_stands[subject]
        unit = "share of launches" if objective.in_launches is not None else UNITS[objective.kind]
        value = _value_cell(judged, unit)
        state = Cell(judged.state.value, judged.state.value, _MARKS[judged.state])
        rows.append([Cell(name, name), state, value, *_places(look, subject, OBJECTIVE)])
    return Table("objectives", "Where each objective breaks", columns, rows)


def _value_cell(judged: Judged, unit: str) -> Cell:
    if math.isnan(judged.value):
        return Cell(None, "nothing to measure")
    return Cell(judged.value, "never" if math.isinf(judged.value) else amount(judged.value, unit))


def _places(look: Round, subject: Subject, words: Words) -> list[Cell]:
    """The last value that is sure before something changes for the first time, the first that is sure after it, and
    its whole course."""
    course = look.courses[subject]
    found = changes(course)
    ends: list[Cell] = [Cell(None, "–"), Cell(None, "–")]
    if found:
        first = found[0] if look.is_rising else found[-1]
        ends = [Cell(float(end), look.axis.text(end)) for end in (first.low, first.high)]
    said = course_words(look.axis, course, words)
    return [*ends, Cell(said, said)]


@dataclass(frozen=True)
class _Filling:
    """A station that fills up, or does not, in one look."""

    look: Round
    place: int
    name: str


def _stations(found: Headroom) -> Table:
    columns = [
        Column("look", "look", is_words=True),
        Column("order", "order"),
        Column("station", "station", is_words=True),
        *_PLACE,
    ]
    rows = [_station_row(each) for each in _fillings(found)]
    return Table("stations", "Which station is full first", columns, rows, _FULL_NOTE)


def _fillings(found: Headroom) -> Iterator[_Filling]:
    """As it is all stations, in the order in which they fill; after each fix the one that is full first."""
    look, *others = found.rounds
    names = [subject.name for subject in look.courses if subject.kind == "station" and subject.name]
    for place, name in enumerate(sorted(names, key=lambda name: _when_full(look, name)), start=1):
        yield _Filling(look, place if math.isfinite(_when_full(look, name)[0]) else 0, name)
    for number, look in enumerate(others, start=2):
        if look.full:
            yield _Filling(look, number, look.full[0])


def _when_full(look: Round, name: str) -> tuple[float, int, float]:
    """When in the order of the look a station is full, which it is of those full first, and how full it gets; infinity
    where it never is."""
    course = look.in_order(Subject("station", name))
    full = next((place for place, (_, judged) in enumerate(course) if judged.is_broken), math.inf)
    among = look.full.index(name) if name in look.full else len(look.full)
    return full, among, -max((judged.value for _, judged in course), default=0.0)


def _station_row(each: _Filling) -> list[Cell]:
    raised = each.look.axis.raised
    head = f"{listed(raised)} raised" if raised else "as it is"
    subject = STATIONS if raised else Subject("station", each.name)
    order = Cell(each.place, f"{each.place}.") if each.place else Cell(None, "–")
    return [Cell(head, head), order, Cell(each.name, each.name), *_places(each.look, subject, STATION)]


def _basis(found: Headroom) -> str:
    fewest, most = found.launches
    points = sum(len(look.values) for look in found.rounds)
    each = f"{most}" if fewest == most else f"{fewest} to {most}"
    after = f", after a fix within {share_words(AFTER_A_FIX * found.asked.precision)}" if len(found.rounds) > 1 else ""
    return (
        f"{points} points of {each} launches each, all on common random numbers; what is sure is sure at 95 %, and"
        f" changes are found within {share_words(found.asked.precision)}{after}."
    )


def _cautions(found: Headroom) -> Iterator[str]:
    if not all(look.is_finished for look in found.rounds):
        yield "There were more changes than could be found as precisely as was asked for."
    if any(len(changes(course)) > 1 for look in found.rounds for course in look.courses.values()):
        yield "Something breaks and holds again along the way: between values that were tried it may do so, too."
    nothing = [subject.name for subject, judged in found.as_it_stands.items() if math.isnan(judged.value)]
    if nothing:
        yield f"There was nothing to measure of {_quoted(nothing)}, which is left out."


def _data(found: Headroom) -> dict[str, Any]:
    """All that was tried, for programs."""
    return {
        "against": found.asked.axis.varied.key,
        "unit": "times the scenario's demand" if found.asked.axis.is_demand else found.asked.axis.varied.unit,
        "looks": [
            {
                "raised": list(look.axis.raised),
                "full_first": list(look.full),
                "courses": [
                    {"kind": subject.kind, "name": subject.name, "points": _points(course)}
                    for subject, course in look.courses.items()
                ],
            }
            for look in found.rounds
        ],
    }


def _points(course: Course) -> list[dict[str, Any]]:
    return [
        {"at": float(at), "state": said.state.value, "value": said.value, "launches": said.launches}
        for at, said in course
    ]
