"""Launches with a difference that is known: equal options on other draws, and a wait that theory gives exactly.

An M/M/1 queue that is busy a share ρ of the time has people wait ρ / (μ − λ) in the mean before their turn (Kleinrock,
*Queueing Systems* 1, 1975, ch. 3). Launches begin empty; what is measured begins once that has worn off.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import special

from experiments.comparing.options import Asked, Option, launched_options
from experiments.comparing.paired import Pairs
from experiments.comparing.rounds import ComparedOptions, paired_figures
from experiments.comparing.verdicts import OptionVerdict, Rules, judged_option
from experiments.launches.kept import KeptOutcomes
from experiments.launches.launches import Launches
from experiments.launches.performing import Processes
from experiments.launches.point import Point
from experiments.replications.looks import Look, planned_looks
from experiments.varying.points import changed_point
from readiness.comparison.compare import Margins
from readiness.judging.evidence import binomial_interval

RATE, BEFORE_S, AFTER_S = 5.0, 0.10, 0.11
QUEUE = f"""\
title: M/M/1
seed: 1
period: 0 s to 420 s
window: 60 s
service:
  stations: {{counter: {{servers: 1}}}}
  operations: {{serve: {{steps: [{{use: counter, time: {{exponential: {BEFORE_S * 1000:g} ms}}}}]}}}}
journeys: {{visit: {{steps: [{{call: serve}}]}}}}
populations: {{customers: {{arrivals: {RATE:g} / s, journey: visit}}}}
objectives:
  wait: {{measure: wait mean, of: counter, at_most: 1 s, during: 60 s to 420 s}}
  wait p95: {{measure: wait p95, of: counter, at_most: 1 s, during: 60 s to 420 s}}
"""
LONGER = [f"service.operations.serve.steps[0].time={{exponential: {AFTER_S * 1000:g} ms}}"]
RULES = Rules(Margins(), 0.05, Look(10, 0.05))


def wait_s(service_s: float) -> float:
    """The mean wait of M/M/1, exactly."""
    busy = RATE * service_s
    return busy * service_s / (1 - busy)


TRUE_S = wait_s(AFTER_S) - wait_s(BEFORE_S)


def launched(options: list[Option], launches: int) -> ComparedOptions:
    (look,) = planned_looks(launches, launches)
    asked = Asked([look], replace(RULES, look=look))
    return launched_options(Launches(1, KeptOutcomes(None), Processes(1)), options, asked)


def in_tries(found: ComparedOptions, launches: int) -> list[Pairs]:
    """The wait of so many launches after another, each a try of its own."""
    base, option = found.launches
    tries = range(0, len(base), launches)
    every = (paired_figures(base[at : at + launches], option[at : at + launches]) for at in tries)
    return [next(pairs for pairs in figures if pairs.figure.name == "wait") for figures in every]


def check_planted(tries: int, launches: int, seed: int = 1) -> None:
    """The interval covers the true difference, and the difference is found as often as its spread promises; on the same
    draws, or on those of another seed, which spread more."""
    point = Point(QUEUE, "M/M/1")
    options = [Option("base", point, 1), Option("longer", changed_point(point, LONGER, "longer"), seed)]
    every = in_tries(launched(options, tries * launches), launches)
    ends = [pairs.interval(0.05) or (0.0, 0.0) for pairs in every]
    covered = sum(low <= TRUE_S <= high for low, high in ends)
    found = sum(judged_option([pairs], RULES)[0].verdict is OptionVerdict.WORSE for pairs in every)
    print(f"covered {covered} of {tries}, found {found}, promised {promised(every, launches) * tries:.1f}")
    assert binomial_interval(covered, tries, 0.998)[1] >= 0.95  # 93 of 100 is what may be seen of 100 tries
    low, high = binomial_interval(found, tries, 0.998)
    assert low <= promised(every, launches) <= high


def promised(every: list[Pairs], launches: int) -> float:
    """The power of the paired t test for the true difference, at the spread that all launches together show."""
    apart = np.array([two.low - one.low for pairs in every for one, two in zip(pairs.first, pairs.second, strict=True)])
    towards = TRUE_S / float(apart.std(ddof=1)) * math.sqrt(launches)
    critical = float(special.stdtrit(launches - 1, 0.975))
    return float(1 - special.nctdtr(launches - 1, towards, critical))


def check_equal(tries: int, launches: int) -> None:
    """Equal options, the one from other seeds: in at most 5 of 100 tries anything at all is said to differ."""
    point = Point(QUEUE.replace("420 s", "180 s"), "M/M/1")
    found = launched([Option("base", point, 1), Option("same", point, 2)], tries * launches)
    base, option = found.launches
    differing = 0
    for at in range(0, tries * launches, launches):
        figures = paired_figures(base[at : at + launches], option[at : at + launches])
        judged = judged_option(figures, RULES)
        differing += any(each.verdict in FOUND for each in judged)
        assert len(judged) >= 6
    print(f"{differing} of {tries} tries find a difference")
    assert binomial_interval(differing, tries, 0.998)[0] <= 0.05


FOUND = {OptionVerdict.WORSE, OptionVerdict.BETTER, OptionVerdict.HIGHER, OptionVerdict.LOWER}


def test_the_true_difference_in_the_mean_wait_is_covered_and_found_as_often_as_promised() -> None:
    check_planted(tries=12, launches=4)


def test_equal_options_on_other_draws_are_seldom_said_to_differ() -> None:
    check_equal(tries=12, launches=5)


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2], ids=["the same draws", "others"])
def test_the_true_difference_is_covered_in_95_of_100_tries(seed: int) -> None:
    check_planted(tries=100, launches=5, seed=seed)


@pytest.mark.long
def test_equal_options_differ_in_anything_in_five_of_a_hundred_tries_at_most() -> None:
    check_equal(tries=100, launches=6)


def test_equal_options_on_the_same_draws_differ_by_exactly_nothing() -> None:
    point = Point(QUEUE.replace("420 s", "120 s"), "M/M/1")
    titled = Point(point.text.replace("M/M/1", "The same queue"), "same")
    found = launched([Option("base", point, 1), Option("same", titled, 1)], 4)
    assert {each.verdict for each in found.options[0]} == {OptionVerdict.THE_SAME}
    assert {each.pairs.difference for each in found.options[0]} == {0.0}
