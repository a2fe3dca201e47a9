"""The courses of objectives and stations as bars along the axis: holds, open, broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import groupby, pairwise

from markupsafe import Markup

from experiments.answers.rows import BarPart, BarRow, RowsChart, span_axis
from experiments.headrooms.courses import OBJECTIVES, STATIONS, Course, State, Subject
from experiments.headrooms.headroom import Headroom, Round
from experiments.headrooms.wording import OBJECTIVE, OBJECTIVES_TOGETHER, STATION, course_words
from scenarios.text.phrases import listed

_LOOKS = {State.HOLDS: "met", State.BROKEN: "missed", State.OPEN: "open"}
Place = Callable[[float], float]


def headroom_chart(found: Headroom) -> Markup:
    """A row for each objective and each station as it is, and after each fix two for all of them together."""
    axis = found.asked.axis
    values = [value for look in found.rounds for value in look.values]
    drawn, place = span_axis(float(min(values)), float(max(values)), lambda value: axis.text(Decimal(f"{value:.6g}")))
    rows = [row for number, look in enumerate(found.rounds) for row in _rows(look, place, is_first=not number)]
    marks = [(place(float(axis.own)), "as it stands")] if axis.own is not None else []
    return RowsChart(
        name="headroom",
        title=f"What breaks where, against {axis.name}",
        description="; ".join(f"{row.name}: {row.note}" for row in rows),
        axis=drawn,
        rows=rows,
        marks=[mark for mark in marks if drawn.low <= mark[0] <= drawn.high],
    ).draw()


def _rows(look: Round, place: Place, *, is_first: bool) -> Iterator[BarRow]:
    for subject, course in look.courses.items():
        if is_first is bool(subject.name) and course:
            words = (OBJECTIVE if subject.name else OBJECTIVES_TOGETHER) if subject.kind == "objective" else STATION
            note = course_words(look.axis, course, words)
            yield BarRow(_name(look, subject), note, [*_parts(look, course, place)])


def _name(look: Round, subject: Subject) -> str:
    if subject.name:
        return subject.name if subject.kind == "objective" else f"station {subject.name}"
    after = f"{listed(look.axis.raised)} raised"
    if subject == OBJECTIVES:
        return f"{after}: all objectives"
    assert subject == STATIONS
    return f"{after}: station {look.full[0]}" if look.full else f"{after}: every station"


def _parts(look: Round, course: Course, place: Place) -> Iterator[BarPart]:
    """Between two neighbours that are surely alike it is as they are, else open; what is alike is one part."""
    spans = [
        (low, high, before.state if before.state is after.state else State.OPEN)
        for (low, before), (high, after) in pairwise(course)
    ]
    for state, alike in groupby(spans, key=lambda span: span[2]):
        (low, high, _), *others = alike
        end = others[-1][1] if others else high
        title = f"{look.axis.text(low)} to {look.axis.text(end)}: {state.value}"
        yield BarPart(place(float(low)), place(float(end)), _LOOKS[state], title)
