"""Options launched in rounds, with made-up launches: when it ends, what is paired, and what is left out."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.comparing.figures import LaunchFigures
from experiments.comparing.paired import Pairs
from experiments.comparing.rounds import compared_options, paired_figures
from experiments.comparing.seen import OptionFigure
from experiments.comparing.verdicts import OptionVerdict, Rules
from experiments.replications.looks import planned_looks
from readiness.comparison.compare import Margins
from readiness.judging.bounds import Bounds
from readiness.judging.evidence import binomial_interval

WAIT = OptionFigure("objective", "nobody waits long", "wait mean", "s", "higher")
OTHERS = [OptionFigure("people", f"goal {number}", "time to p50", "s", "higher") for number in range(20)]
LOOKS = planned_looks(10, 80)
RULES = Rules(Margins(), 0.05, LOOKS[0])


class MadeUp:
    """Launches of a base and of options that differ by so much, from a seed each; `asked` is how often for how many."""

    def __init__(self, seeds: list[int], differences: list[float], spread: float = 1.0) -> None:
        self.asked: list[int] = []
        self._launches = [
            self._made(np.random.default_rng(seed), by, spread) for seed, by in zip(seeds, differences, strict=True)
        ]

    def _made(self, generator: np.random.Generator, by: float, spread: float) -> list[LaunchFigures]:
        values = 10.0 + by + spread * generator.normal(size=(80, 1 + len(OTHERS)))
        return [
            {figure: Bounds(value, value) for figure, value in zip([WAIT, *OTHERS], row, strict=True)}
            for row in values.tolist()
        ]

    def __call__(self, number: int) -> list[list[LaunchFigures]]:
        self.asked.append(number)
        return [launches[:number] for launches in self._launches]


def test_what_is_plain_after_ten_launches_needs_no_more() -> None:
    ask = MadeUp([1, 2], [0.0, 3.0])
    found = compared_options(ask, LOOKS, RULES)
    assert (ask.asked, found.is_settled) == ([10], True)
    assert found.options[0][0].verdict is OptionVerdict.WORSE


def test_rounds_go_on_while_one_objective_of_one_option_is_open() -> None:
    ask = MadeUp([1, 3, 2], [0.0, 8.0, 0.5], spread=4.0)
    found = compared_options(ask, LOOKS, RULES)
    assert ask.asked == [10, 20, 40, 80]
    assert found.options[0][0].verdict is OptionVerdict.WORSE
    assert found.rules.look == LOOKS[-1] and not found.is_settled


def test_the_same_draws_differ_by_exactly_what_was_changed() -> None:
    found = compared_options(MadeUp([5, 5, 5], [0.0, 0.0, 0.25]), planned_looks(10, 10), RULES)
    equal, planted = (figures[0] for figures in found.options)
    assert (equal.verdict, equal.pairs.difference, equal.interval) == (OptionVerdict.THE_SAME, 0.0, (0.0, 0.0))
    assert planted.pairs.difference == pytest.approx(0.25)


def test_of_equal_options_on_other_draws_five_in_a_hundred_at_most_are_said_to_differ_in_anything() -> None:
    """After every round, over all figures: by an exact bound that a right method fails in 1 of 1,000 tries."""
    tries = 200
    found = 0
    for seed in range(tries):
        compared = compared_options(MadeUp([2 * seed, 2 * seed + 1], [0.0, 0.0]), LOOKS, RULES)
        found += any(each.verdict in (OptionVerdict.WORSE, OptionVerdict.BETTER) for each in compared.options[0])
    assert binomial_interval(found, tries, 0.998)[0] <= 0.05


def test_only_what_both_have_is_compared_and_what_is_nothing_in_all_launches_is_left_out() -> None:
    nothing, one_sided = OTHERS[0], OTHERS[1]
    base = [{WAIT: Bounds(1.0, 1.0), nothing: Bounds(0.0, 0.0), one_sided: Bounds(2.0, 2.0)}] * 3
    option = [{WAIT: Bounds(1.0, 1.0), nothing: Bounds(0.0, 0.0)}] * 2 + [{nothing: Bounds(0.0, 0.0)}]
    (found,) = paired_figures(base, option)
    assert found == Pairs(WAIT, [Bounds(1.0, 1.0)] * 2, [Bounds(1.0, 1.0)] * 2, without=1)
