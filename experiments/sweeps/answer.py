"""A sweep's answer: its sentences, tables and charts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from experiments.answers.answer import Answer, Cell, Chart, Column, Table, Value
from experiments.launches.point import Point
from experiments.sweeps.line_chart import line_chart
from experiments.sweeps.map_chart import map_chart
from experiments.sweeps.measures import PointEstimate, SweepMeasure
from experiments.sweeps.refining import Coordinates, GridAxis
from experiments.sweeps.swept import FIRST, Swept
from experiments.sweeps.words import answer_sentences, heading, passing_words, short_words, subject, with_interval
from readiness.judging.evidence import binomial_interval
from readiness.wording.figures import amount
from scenarios.text.phrases import share_words

_MARKS: Final = {"met": "met", "missed": "missed"}


def sweep_answer(swept: Swept, point: Point) -> Answer:
    """What people and programs are told of a sweep of that point."""
    return Answer(
        kind="sweep",
        title=point.scenario.title,
        sentences=[*answer_sentences(swept)],
        status="answered",
        basis=_basis(swept),
        tables=[*_grids(swept), *_edges(swept), _points(swept)],
        charts=[_chart(swept, number) for number in range(len(swept.measures))],
        cautions=[*_cautions(swept, point)],
        data=_data(swept),
    )


def _basis(swept: Swept) -> str:
    coarse = sum(number == 0 for number in swept.points.rounds.values())
    added = len(swept.points.found) - coarse
    more = f" and {added:,} where {subject(swept.measures[FIRST])} changes" if added else ""
    return (
        f"{swept.launches:,} launches at each of {coarse:,} points of the grid{more}; launch 3 of every point has the"
        " same people. Ranges are 95 % intervals: exact binomial ones of shares of launches, t intervals of means over"
        " launches. All of it is forecast, nothing measured."
    )


def _cautions(swept: Swept, point: Point) -> list[str]:
    said = []
    if swept.measures[FIRST].is_share:
        most = share_words(binomial_interval(0, swept.launches)[1])
        said.append(f"None of {swept.launches:,} launches still allows {most} of all: more launches tell more closely.")
    if not swept.points.is_whole:
        said.append(f"Only {len(swept.points.found):,} points were simulated: the outcome changes at many more.")
    if any(measure.name.startswith("never_recovers") for measure in swept.measures):
        ends = [end_s for _, _, end_s in point.scenario.fault_spans()]
        left = amount(point.scenario.start_s + point.scenario.length_s - max(ends), "s")
        said.append(f"Never means: not before the launch ends, {left} after the fault as the scenario has it.")
    return said


def _key_columns(axes: Sequence[GridAxis]) -> list[Column]:
    return [Column(_file_name(axis), axis.varied.key) for axis in axes]


def _file_name(axis: GridAxis) -> str:
    unit = "".join(filter(str.isalnum, axis.varied.unit))
    key = "".join(letter if letter.isalnum() else "_" for letter in axis.varied.key)
    return f"{key}_{unit}" if unit else key


def _key_cell(axis: GridAxis, at: int) -> Cell:
    value = axis.values[at]
    return Cell(value if isinstance(value, str) else float(value), axis.text(at))


def _points(swept: Swept) -> Table:
    """Every point with everything that was measured there."""
    columns = _key_columns(swept.axes)
    for measure in swept.measures:
        columns.append(Column(measure.name, measure.title))
        columns += [Column(f"{measure.name}_{end}", "", is_for_files=True) for end in ("low", "high", "launches")]
    columns.append(Column("added_in_round", "Point"))
    rows = [
        [*_keys_of(swept, point), *_measured(swept, point), _round(swept, point)] for point in swept.points.ordered()
    ]
    note = "Added points lie between two that differ by more than chance; the others are the grid."
    return Table("points", "Every point", columns, rows, note, rows_shown=0 if len(swept.axes) > 1 else None)


def _keys_of(swept: Swept, point: Coordinates) -> list[Cell]:
    return [_key_cell(axis, at) for axis, at in zip(swept.axes, point, strict=True)]


def _measured(swept: Swept, point: Coordinates) -> list[Cell]:
    pairs = zip(swept.measures, swept.points.found[point], strict=True)
    return [cell for measure, found in pairs for cell in _cells_of(measure, found)]


def _cells_of(measure: SweepMeasure, found: PointEstimate) -> list[Cell]:
    mark = _MARKS.get(found.verdict, "open") if found.verdict else ""
    values: list[Value] = [found.low, found.high, found.launches]
    return [Cell(found.value, with_interval(measure, found), mark), *(Cell(value, "") for value in values)]


def _round(swept: Swept, point: Coordinates) -> Cell:
    number = swept.points.rounds[point]
    return Cell(number, f"added in round {number}" if number else "of the grid")


def _grids(swept: Swept) -> list[Table]:
    """Of two keys the first measure on the coarse grid: a column a value of the first, a row a value of the second."""
    if len(swept.axes) == 1:
        return []
    (across, up), found, measure = swept.axes, swept.of(FIRST), swept.measures[FIRST]
    columns = [Column(across.text(at), across.text(at)) for at in across.coarse]
    rows = [
        [_key_cell(up, row), *(_grid_cell(measure, found[(at, row)]) for at in across.coarse)]
        for row in reversed(up.coarse)
    ]
    per_cent = ", in per cent" if measure.unit.startswith("share") else ""
    title = f"{heading(measure)}{per_cent}, by {up.varied.key} (down) and {across.varied.key} (across)"
    return [Table("grid", title, [Column(_file_name(up), up.varied.key), *columns], rows)]


def _grid_cell(measure: SweepMeasure, found: PointEstimate) -> Cell:
    return Cell(found.value, short_words(measure, found))


def _edges(swept: Swept) -> list[Table]:
    """Where the first measure passes what matters."""
    edges, (across, *others) = swept.edges(), swept.axes
    if not edges:
        return []
    names = [Column(f"{_file_name(across)}_{end}", f"{words} {across.varied.key} =") for end, words in _BETWEEN]
    columns = [*_key_columns(others), Column("change", "What changes", is_words=True), *names]
    measure = swept.measures[FIRST]
    rows = [
        [
            *(_key_cell(axis, at) for axis, at in zip(others, edge.row[1:], strict=True)),
            Cell("rises" if edge.rises else "falls", passing_words(measure, edge)),
            *(_key_cell(across, at) for at in (edge.low, edge.high)),
        ]
        for edge in edges
    ]
    return [Table("edges", f"Where {subject(measure)} changes", columns, rows)]


_BETWEEN: Final = (("low", "between"), ("high", "and"))


def _chart(swept: Swept, number: int) -> Chart:
    return line_chart(swept, number) if len(swept.axes) == 1 else map_chart(swept, number)


def _data(swept: Swept) -> dict[str, Any]:
    """What a program reads: keys, measures, and every point."""
    points = [
        {
            "values": {axis.varied.key: axis.text(at) for axis, at in zip(swept.axes, point, strict=True)},
            "round": swept.points.rounds[point],
            "found": {
                measure.name: {
                    "value": found.value,
                    "never": found.is_never,
                    "low": found.low,
                    "high": found.high,
                    "launches": found.launches,
                    **({"having": found.having} if found.having is not None else {}),
                    **({"verdict": found.verdict} if found.verdict else {}),
                }
                for measure, found in zip(swept.measures, swept.points.found[point], strict=True)
            },
        }
        for point in swept.points.ordered()
    ]
    return {
        "varied": [axis.varied.key for axis in swept.axes],
        "measures": [{"name": each.name, "title": each.title, "unit": each.unit} for each in swept.measures],
        "launches": swept.launches,
        "points": points,
    }
