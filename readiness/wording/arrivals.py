"""When a population comes, in a phrase, with the scenario's demand."""

from __future__ import annotations

from scenarios.behaviour.arrivals import expected_number, rate_curve
from scenarios.behaviour.demand import multiplied
from scenarios.calendar.written import clock_text
from scenarios.language.arrivals import Arrivals, Storm
from scenarios.language.scenario import Scenario
from scenarios.quantities.units import duration_text
from scenarios.text.phrases import listed, several


def arrivals_words(arrivals: Arrivals, scenario: Scenario) -> str:
    """`15,348 within 20 min around 08:00 (triangle)`, `about 2,520, at most 280 / s`, `40 at once`."""
    arrivals, demand = multiplied(arrivals, scenario.demand), scenario.demand if arrivals.renewal else 1.0
    if arrivals.at_once is not None:
        return f"{arrivals.at_once:,} at once"
    if arrivals.storm is not None:
        return _storm(arrivals.storm, scenario)
    if arrivals.recorded is not None:
        number = expected_number(arrivals, scenario.period, scenario.demand, scenario.calendar)
        return f"{number:,.0f} as recorded in {arrivals.recorded.file}"
    curve = rate_curve(arrivals, scenario.period, demand, scenario.calendar)
    peak = max(curve.left.max(), curve.right.max())
    return f"about {curve.cumulative()[-1]:,.0f}, at most {peak:.3g} / s"


def _storm(storm: Storm, scenario: Scenario) -> str:
    if storm.is_daily:
        days = several(len(storm.moments(scenario.calendar, scenario.period)), "day")
        around = f"{clock_text(storm.around[0])} on each of {days}"
    else:
        around = listed([scenario.moment_text(moment) for moment in storm.around])
    return f"{storm.people:,} within {duration_text(storm.within)} around {around} ({storm.shape})"
