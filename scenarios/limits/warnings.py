"""What is right in a scenario and yet may not be what was meant."""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.behaviour.arrivals import expected_number
from scenarios.behaviour.schedule import stay_away
from scenarios.language.fields import Place
from scenarios.language.problems import Problem
from scenarios.language.reading import PlacedScenario
from scenarios.language.scenario import Scenario
from scenarios.language.units import clock_text, duration_text


def warnings_of(placed: PlacedScenario) -> list[Problem]:
    """Everything that is to be said of a scenario that can be run."""
    return [placed.problem(place, words) for place, words in _stay_away(placed.scenario)]


def _stay_away(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    """Who does not come in the first launch because the period is over, or has not begun."""
    text = clock_text if scenario.is_clock else duration_text
    for name, people in stay_away(scenario, scenario.seed).items():
        arrivals = scenario.populations[name].arrivals
        expected = expected_number(arrivals, scenario.period, scenario.demand)
        of_all = f"{people:,} of {expected:,.0f} people stay away in the first launch"
        period = f"the period from {text(scenario.period[0])} to {text(scenario.period[1])}"
        if arrivals.storm is not None:
            first_s, last_s = (arrivals.storm.around + side * arrivals.storm.within / 2 for side in (-1, 1))
            lasts = f"their storm lasts from {_moment(first_s, scenario)} to {text(last_s)}"
            yield ("populations", name, "arrivals", "storm"), f"{of_all}: {lasts}, {period}{_asked_later(scenario)}"
        elif arrivals.recorded is not None:
            place = ("populations", name, "arrivals", "recorded")
            yield place, f"{of_all}: they were recorded outside {period}{_asked_later(scenario)}"
        else:
            yield ("populations", name, "arrivals"), f"{of_all}: they are asked to come later than {period} lasts"


def _moment(seconds: float, scenario: Scenario) -> str:
    if seconds < 0:
        return "before midnight" if scenario.is_clock else f"{duration_text(-seconds)} before the start"
    return clock_text(seconds) if scenario.is_clock else duration_text(seconds)


def _asked_later(scenario: Scenario) -> str:
    asked = any(defence.settings.of_demand for defence in scenario.defences.values())
    return ", and a defence asks people to come later" if asked else ""
