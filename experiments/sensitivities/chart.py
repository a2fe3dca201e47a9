"""The tornado: a bar an assumption, from what the outcome is with less of it to what it is with more, the longest first
(Eschenbach, *Spiderplots versus tornado diagrams for sensitivity analysis*, Interfaces, 1992)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from experiments.answers.answer import Chart
from experiments.answers.rows import BarPart, BarRow, RowsChart, span_axis
from experiments.sensitivities.effects import Moved
from experiments.sensitivities.sensitivity import Leaning, Sensitivity, Side
from readiness.judging.expectations import UNITS
from readiness.wording.figures import amount
from scenarios.language.objectives import Objective
from scenarios.language.scenario import Scenario
from scenarios.text.phrases import share_words

_MOST: Final = 8  # bars of one objective
_LOOKS: Final = ("less", "more")
Value = Callable[[Moved], float]
Text = Callable[[float], str]


def tornadoes(scenario: Scenario, found: Sensitivity) -> Iterator[Chart]:
    """One of the launches that meet all objectives, where anything changes them, and one of each objective that moves
    and has a value."""
    bars = _Bars(found)
    if any(one.meeting for one in found.strongest):
        share: Value = lambda each: each.meeting / each.launches  # noqa: E731
        yield bars.chart("meeting", "Launches that meet every objective", share, share_words, None, (0.0, 1.0))
    for place, (name, objective) in enumerate(scenario.objectives.items()):
        if math.isfinite(found.base.means[name]):
            yield from bars.of_objective(place, name, objective)


class _Bars:
    """Bars of the strongest assumptions."""

    def __init__(self, found: Sensitivity) -> None:
        self._found = found

    def of_objective(self, place: int, name: str, objective: Objective) -> Iterator[Chart]:
        """The tornado of one objective, unless nothing moves it."""

        def value(each: Moved) -> float:
            return each.means[name]

        values = [value(side.moved) for one in self._found.strongest for side in one.sides if side.moved is not None]
        finite = [each for each in (*values, value(self._found.base), objective.limit) if math.isfinite(each)]
        if max(finite) > min(finite):
            unit, ends = UNITS[objective.kind], (min(finite), max(finite))
            yield self.chart(f"objective-{place}", name, value, lambda each: amount(each, unit), objective.limit, ends)

    def chart(
        self, name: str, title: str, value: Value, text: Text, limit: float | None, ends: tuple[float, float]
    ) -> Chart:
        """One tornado between two ends, with the limit marked where there is one."""
        base = value(self._found.base)
        room = (ends[1] - ends[0]) * 0.04 if limit is not None else 0.0
        axis, _ = span_axis(max(0.0, ends[0] - room) if ends[0] >= 0 else ends[0], ends[1] + room, text)
        strongest = sorted(self._found.strongest, key=lambda one: -_length(one, value, base))[:_MOST]
        rows = [_row(one, value, base, text, axis.high) for one in strongest if _length(one, value, base) > 0]
        marks = [(base, "as it stands"), *([(limit, "limit")] if limit is not None else [])]
        drawn = RowsChart(
            name=name,
            title=title,
            description="; ".join(f"{row.name}: {row.note}" for row in rows) or "nothing moves it",
            axis=axis,
            rows=rows,
            marks=marks,
        )
        by = share_words(self._found.asked.by)
        return Chart(title, drawn.draw(), f"Blue: {by} less. Orange: {by} more. Each by itself.")


def _length(one: Leaning, value: Value, base: float) -> float:
    """How long a bar is; one that reaches never is longer than all others."""
    lengths = [abs(value(side.moved) - base) for side in one.sides if side.moved is not None]
    return max((length for length in lengths if not math.isnan(length)), default=0.0)


def _row(one: Leaning, value: Value, base: float, text: Text, never: float) -> BarRow:
    parts, notes = [], []
    for look, side in zip(_LOOKS, one.sides, strict=True):
        notes.append(f"{one.assumption.text(side.factor)}: {_value_text(side, value, text)}")
        if side.moved is not None and not math.isnan(value(side.moved)):
            reached = min(value(side.moved), never)
            parts.append(BarPart(base, reached, look, notes[-1]))
    return BarRow(one.assumption.name, "; ".join(notes), parts)


def _value_text(side: Side, value: Value, text: Text) -> str:
    if side.moved is None:
        return "not possible"
    found = value(side.moved)
    return "nothing to measure" if math.isnan(found) else "never" if math.isinf(found) else text(found)


def names(leanings: Sequence[Leaning]) -> list[str]:
    """What they are called."""
    return [one.assumption.name for one in leanings]
