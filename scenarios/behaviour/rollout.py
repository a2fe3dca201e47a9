"""Defences of demand: who is asked to come later, and who is not asked to come yet.

Both work on the sessions of a population before anything is simulated or sent, so both clocks see the same ones.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scenarios.behaviour.arrivals import Floats
from scenarios.behaviour.callers import REGION_KEY
from scenarios.behaviour.draws import Keys, mix, name_key, unit
from scenarios.language.scenario import Scenario

_STAGGER, _COMES = name_key("stagger"), name_key("rollout")


def staggered(scenario: Scenario, population: str, times: Floats, keys: Keys) -> Floats:
    """The start times with `staggered_log_on` in force: each session comes later by a draw of its own, spread evenly
    over `over`; NaN for one that the period's end overtakes."""
    for defence in scenario.defences.values():
        stagger = defence.staggered_log_on
        if stagger is not None and (not stagger.populations or population in stagger.populations):
            times = times + unit(mix(keys, _STAGGER)) * stagger.over
            times = np.where(times < scenario.period[1], times, np.nan)
    return times


def rolled_out(scenario: Scenario, times: Floats, keys: Keys) -> Floats:
    """The start times with `phased_rollout` in force: NaN for sessions that stay away, because their region's day is
    later or only a share comes."""
    for defence in scenario.defences.values():
        rollout = defence.phased_rollout
        if rollout is not None:
            late = [name for name in scenario.regions if rollout.from_day.get(name, 1) > rollout.day]
            away = np.isin(regions_of(scenario, keys), late) | (unit(mix(keys, _COMES)) >= rollout.share)
            times = np.where(away, np.nan, times)
    return times


def regions_of(scenario: Scenario, keys: Keys) -> npt.NDArray[np.str_]:
    """The region of each session, as `callers.region_of` has it one by one; empty names where there are none."""
    names = list(scenario.regions)
    if not names:
        return np.full(len(keys), "")
    limits = np.cumsum(list(scenario.regions.values()))
    places = np.searchsorted(limits, unit(mix(keys, REGION_KEY)), side="right")
    found: npt.NDArray[np.str_] = np.asarray(names, np.str_)[np.minimum(places, len(names) - 1)]
    return found
