"""Defences of demand: who is asked to come later, and who is not asked to come yet.

They work on the sessions of a population before anything is simulated or sent, so both clocks see the same ones.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import numpy.typing as npt

from scenarios.behaviour.callers import REGION_KEY
from scenarios.behaviour.draws import Keys, mix, name_key, unit
from scenarios.behaviour.rate_curves import Floats
from scenarios.language.scenario import Scenario

_STAGGER, _COMES = name_key("stagger"), name_key("rollout")


class PopulationStarts:
    """Implements `scenarios.effects.demand.SessionStarts`. `times` are the starts by session in seconds, shape
    (sessions,), NaN for who does not come; `keys`, of that shape, are the sessions' own; `overtaken` says, in that
    shape too, whose time lies outside the period, of those whom nobody keeps away."""

    def __init__(self, scenario: Scenario, population: str, times: Floats, keys: Keys) -> None:
        self.population, self.times = population, times
        self._scenario, self._keys = scenario, keys
        self.overtaken: npt.NDArray[np.bool_] = np.isnan(times)

    @property
    def regions(self) -> Collection[str]:
        """The scenario's regions."""
        return self._scenario.regions

    def spread(self, over_s: float) -> None:
        """Each comes later by a draw of its own, spread evenly; whom the period's end overtakes does not come."""
        times = self.times + unit(mix(self._keys, _STAGGER)) * over_s
        self.times = np.where(times < self._scenario.period[1], times, np.nan)
        self.overtaken |= times >= self._scenario.period[1]

    def keep_away(self, later: Mapping[str, int], share: float) -> None:
        """Those of these regions do not come on so many of the period's first days, and of those that come only this
        share."""
        kept_away = unit(mix(self._keys, _COMES)) >= share
        if later:
            days = np.array([later.get(name, 0) for name in self.regions])
            kept_away |= days[places_of_regions(self._scenario, self._keys)] > self._days_since_the_first()
        self.times = np.where(kept_away, np.nan, self.times)
        self.overtaken &= ~kept_away

    def _days_since_the_first(self) -> npt.NDArray[np.int64]:
        """On which day of the period each session starts, from 0; a period that spans no days has one."""
        calendar = self._scenario.calendar
        if not calendar.spans_days:
            return np.zeros(len(self.times), np.int64)
        begins = [calendar.day_span(day)[0] for day in calendar.days_within()]
        return np.maximum(np.searchsorted(begins, self.times, side="right") - 1, 0)


def as_asked(scenario: Scenario, population: str, times: Floats, keys: Keys) -> PopulationStarts:
    """The start times with the scenario's defences of demand in force: NaN for sessions that do not come."""
    starts = PopulationStarts(scenario, population, times, keys)
    for defence in scenario.defences.values():
        if defence.settings.of_demand:
            defence.settings.change(starts)
    return starts


def places_of_regions(scenario: Scenario, keys: Keys) -> npt.NDArray[np.intp]:
    """The place of each session's region among the scenario's (at least one), as `callers.region_of` has it one by
    one."""
    limits = np.cumsum(list(scenario.regions.values()))
    places: npt.NDArray[np.intp] = np.searchsorted(limits, unit(mix(keys, REGION_KEY)), side="right")
    return places.clip(max=len(limits) - 1)
