"""A sweep in words: what was found at a point, and where the outcome changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from experiments.sweeps.measures import PointEstimate, SweepMeasure
from experiments.sweeps.swept import FIRST, Edge, Swept
from readiness.wording.figures import amount, interval, share_text
from scenarios.text.phrases import listed, several

_EDGES_MOST: Final = 3  # that are said one by one


def value_words(measure: SweepMeasure, found: PointEstimate) -> str:
    """What a point came to: `7 of 8`, `2.4 s`, `never`."""
    if found.value is None:
        return "–"
    if found.having is not None:
        return f"{found.having:,} of {found.launches:,}"
    return "never" if found.is_never else amount(found.value, measure.unit)


def short_words(measure: SweepMeasure, found: PointEstimate) -> str:
    """The same as short as it can be, for a cell of a map: a share in per cent, without its sign."""
    if found.value is not None and measure.unit.startswith("share") and not found.is_never:
        return f"{found.value * 100:.0f}"
    return "–" if found.value is None else "never" if found.is_never else amount(found.value, measure.unit)


def interval_words(measure: SweepMeasure, found: PointEstimate) -> str:
    """The interval of a point: `47 % to 100 %`; nothing where there is none."""
    if found.having is not None and found.low is not None and found.high is not None:
        return f"{share_text(found.low)} to {share_text(found.high)}"
    return "" if found.is_never else interval(found.low, found.high, measure.unit)


def with_interval(measure: SweepMeasure, found: PointEstimate) -> str:
    """`7 of 8 (47.3 % to 99.7 %)`."""
    between = interval_words(measure, found)
    return value_words(measure, found) + (f" ({between})" if between else "")


def answer_sentences(swept: Swept) -> Iterator[str]:
    """What was found, the most important first."""
    measure, edges = swept.measures[FIRST], swept.edges()
    if measure.is_share or measure.limit is not None:
        yield _sides(swept) if len(swept.axes) == 2 or not edges else _edges_words(swept, edges)
        if len(swept.axes) == 2 and edges:
            yield _edges_by_row(swept, edges)
    else:
        yield _range_words(swept)


def subject(measure: SweepMeasure) -> str:
    """What a sentence is about."""
    if measure.is_share:
        return f"the share of {measure.title}"
    return f"the objective “{measure.title}”" if measure.limit is not None else measure.title


def edge_words(swept: Swept, edge: Edge) -> str:
    """Between which values of the first key: `between demand = 0.5 and 0.6`."""
    axis = swept.axes[0]
    return f"between {axis.varied.key} = {axis.text(edge.low)} and {axis.text(edge.high)}"


def passing_words(measure: SweepMeasure, edge: Edge) -> str:
    """What happens at an edge, going up the first key."""
    if measure.is_share:
        return "rises above one half" if edge.rises else "falls to one half or below"
    return "begins to be met" if edge.rises else "ceases to be surely met"


def heading(measure: SweepMeasure) -> str:
    """What stands above a chart or table: names that people gave, and paths, are left as they are."""
    return _capital(measure.title) if measure.is_share else measure.title


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _edges_words(swept: Swept, edges: list[Edge]) -> str:
    """Where one key makes the difference."""
    measure = swept.measures[FIRST]
    said = [f"{passing_words(measure, edge)} {edge_words(swept, edge)}" for edge in edges[:_EDGES_MOST]]
    more = f", and changes {several(len(edges) - _EDGES_MOST, 'more time')}" if len(edges) > _EDGES_MOST else ""
    return f"{_capital(subject(measure))} {listed(said)}{more}."


def _sides(swept: Swept) -> str:
    """At how many points it is so."""
    measure, found = swept.measures[FIRST], list(swept.of(FIRST).values())
    points = f"{len(found):,} points"
    if not measure.is_share:
        met = sum(measure.is_beyond(each) is True for each in found)
        return f"{_capital(subject(measure))} is met at {met:,} of {points}."
    every = sum(each.having == each.launches > 0 for each in found)
    none = sum(each.having == 0 for each in found)
    rest = len(found) - every - none
    some = f", and in some at {rest:,}" if rest else ""
    return f"{_capital(measure.title)}: all of them at {every:,} of {points}, none at {none:,}{some}."


def _edges_by_row(swept: Swept, edges: list[Edge]) -> str:
    """The edge at the least and at the greatest value of the second key at which there is one."""
    other, measure = swept.axes[1], swept.measures[FIRST]
    ends = [edges[0]] if len(edges) == 1 else [edges[0], edges[-1]]
    said = [
        f"at {other.varied.key} = {other.text(edge.row[1])} it {passing_words(measure, edge)} {edge_words(swept, edge)}"
        for edge in ends
    ]
    return f"{_capital(listed(said))}."


def _range_words(swept: Swept) -> str:
    """From where to where a figure goes."""
    measure = swept.measures[FIRST]
    known = {point: found for point, found in swept.of(FIRST).items() if found.value is not None}
    if not known:
        return f"{measure.title} has no value at any point."
    ends = [pick(known, key=lambda point: known[point].value or 0.0) for pick in (min, max)]
    said = [f"{with_interval(measure, known[point])} at {point_words(swept, point)}" for point in ends]
    return f"{measure.title} is least with {said[0]}, and greatest with {said[1]}."


def point_words(swept: Swept, point: tuple[int, ...]) -> str:
    """`demand = 0.5, service.stations.identity.servers = 16`."""
    named = (f"{axis.varied.key} = {axis.text(at)}" for axis, at in zip(swept.axes, point, strict=True))
    return ", ".join(named)
