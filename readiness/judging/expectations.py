"""Published figures beside those of the launches that were simulated: do they agree?

Each launch gives one value of the measure (or two bounds of it), and the launches an interval for its mean, as for an
objective. Inside: the published range holds the whole interval. Outside: it lies beside it. A single published value
has the range of all that rounds to it. The verdict is about the model, not about readiness: it never changes that of a
run.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
import numpy as np

from readiness.judging.bounds import Bounds
from readiness.judging.evidence import longer_in, mean_interval, never_in
from readiness.judging.rounding import finite
from recordings.summary import Agreement, ExpectationSummary, MissingFigure
from scenarios.language.expectations import PublishedFigure
from scenarios.language.objectives import Kind
from scenarios.language.scenario import Scenario

UNITS: Final[dict[Kind, str]] = {
    "duration": "s",
    "share": "share",
    "rate": "per s",
    "count": "count",
    "working time": "s of work",
}
_Interval = tuple[float, float]


def compared_figures(
    scenario: Scenario, found: Mapping[str, Sequence[Bounds]], *, is_whole: bool
) -> list[ExpectationSummary]:
    """Every published figure beside the bounds of one value a launch, by the figure's name. From a forecast that is not
    whole nothing follows."""
    return [
        compared(name, one, scenario, found.get(name, []), is_whole=is_whole) for name, one in scenario.expect.items()
    ]


def missing_figures(scenario: Scenario) -> list[MissingFigure]:
    """What the model cannot reproduce."""
    return [
        MissingFigure(name, one.published, one.source, one.because) for name, one in scenario.not_reproduced.items()
    ]


def compared(
    name: str, expectation: PublishedFigure, scenario: Scenario, found: Sequence[Bounds], *, is_whole: bool = True
) -> ExpectationSummary:
    """One of them; launches with nothing to measure do not count."""
    known = [each for each in found if each.is_known]
    least, most = expectation.published_range
    seen = ExpectationSummary(
        name=name,
        measure=expectation.measure,
        of=expectation.of,
        verdict="undecided",
        unit=UNITS[expectation.kind],
        published=str(expectation.published),
        published_low=least,
        published_high=most,
        source=expectation.source,
        value=finite(known[0].low) if len(known) == 1 else None,
        replications=len(known),
        values=[finite(each.low) for each in found],
        inside_in=sum(least <= each.low and each.high <= most for each in known),
        never=sum(each.is_never for each in known),
        tuned=expectation.tuned,
        among=expectation.among,
        during=scenario.span_text(*expectation.during) if expectation.during else None,
        later_than_s=expectation.later_than,
        never_in=never_in(found),
        longer_in=longer_in(found),
    )
    if len(known) < 2:
        return seen
    mean, *low = mean_interval(expectation, np.array([each.low for each in known]))
    up_to, *high = mean_interval(expectation, np.array([each.high for each in known]))
    is_open = finite(up_to) != finite(mean) and math.isfinite(mean)
    return msgspec.structs.replace(
        seen,
        verdict=agreement((least, most), (low[0], low[1]), (high[0], high[1])) if is_whole else "undecided",
        value=finite(mean),
        low=finite(low[0]),
        high=finite(low[1]),
        is_open=is_open,
        up_to=finite(up_to) if is_open else None,
    )


def agreement(published: _Interval, at_least: _Interval, at_most: _Interval) -> Agreement:
    """Whether a published range agrees with an interval that lies between these two: that of the lower bounds and that
    of the upper."""
    least, most = published
    if most < at_least[0] or at_most[1] < least:
        return "outside"
    return "inside" if all(least <= end <= most for end in (*at_least, *at_most)) else "undecided"
