"""What is right in a scenario and yet may not be what was meant."""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.behaviour.arrivals import expected_number
from scenarios.behaviour.schedule import stay_away
from scenarios.language.arrivals import Storm
from scenarios.language.reading import PlacedScenario
from scenarios.language.scenario import Scenario
from scenarios.quantities.fields import Place
from scenarios.quantities.units import duration_text
from scenarios.sources.problems import Problem


def warnings_of(placed: PlacedScenario) -> list[Problem]:
    """Everything that is to be said of a scenario that can be run."""
    return [placed.problem(place, words) for place, words in _stay_away(placed.scenario)]


def _stay_away(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    """Who does not come in the first launch because the period is over, or has not begun."""
    for name, people in stay_away(scenario, scenario.seed).items():
        arrivals = scenario.populations[name].arrivals
        expected = expected_number(arrivals, scenario.period, scenario.demand, scenario.calendar)
        of_all = f"{people:,} of {expected:,.0f} people stay away in the first launch"
        period = f"the period from {scenario.span_text(*scenario.period)}"
        if arrivals.storm is not None:
            first_s, last_s = _beyond(arrivals.storm, scenario)
            lasts = f"their storm lasts from {_moment(first_s, scenario)} to {scenario.moment_text(last_s)}"
            yield ("populations", name, "arrivals", "storm"), f"{of_all}: {lasts}, {period}{_asked_later(scenario)}"
        elif arrivals.recorded is not None:
            place = ("populations", name, "arrivals", "recorded")
            yield place, f"{of_all}: they were recorded outside {period}{_asked_later(scenario)}"
        else:
            yield ("populations", name, "arrivals"), f"{of_all}: they are asked to come later than {period} lasts"


def _beyond(storm: Storm, scenario: Scenario) -> tuple[float, float]:
    """From when until when the storm is that reaches beyond the period; the first of several."""
    half_s = storm.within / 2
    around = list(storm.moments(scenario.calendar, scenario.period).values())
    inside = (scenario.period[0] + half_s, scenario.period[1] - half_s)
    moment = next((one for one in around if not inside[0] <= one <= inside[1]), around[0])
    return moment - half_s, moment + half_s


def _moment(seconds: float, scenario: Scenario) -> str:
    if seconds < 0 and not scenario.calendar.spans_days:
        return "before midnight" if scenario.is_clock else f"{duration_text(-seconds)} before the start"
    return scenario.moment_text(seconds)


def _asked_later(scenario: Scenario) -> str:
    asked = any(defence.settings.of_demand for defence in scenario.defences.values())
    return ", and a defence asks people to come later" if asked else ""
