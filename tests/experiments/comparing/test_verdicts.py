"""What differences come to: by evidence alone, within a margin, and with how many launches would settle them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from experiments.comparing.paired import Pairs
from experiments.comparing.seen import OptionFigure
from experiments.comparing.verdicts import JudgedFigure, OptionVerdict, Rules, judged_option
from experiments.replications.looks import Look
from readiness.comparison.compare import Margins
from readiness.judging.bounds import Bounds

WAIT = OptionFigure("objective", "nobody waits long", "wait mean", "s", "higher")
SHARE = OptionFigure("objective", "they get there", "people share", "share", "lower")
LOAD = OptionFigure("stations", "till", "busy at the height", "share")
GOT_THERE = OptionFigure("people", "buy", "got there", "count", "lower", is_number=True)
RULES = Rules(Margins(), 0.05, Look(20, 0.05))
ALLOWED = replace(RULES, margins=Margins(0.10, 0.02))
NOISE = np.random.default_rng(3).normal(0.0, 1.0, 20)


def pairs(figure: OptionFigure, level: float, difference: float, spread: float = 0.0) -> Pairs:
    """Twenty launches of a level, and an option that differs by so much in the mean, spread by so much."""
    noise = NOISE - NOISE.mean()
    first = [Bounds(each, each) for each in level + 0.01 * level * noise]
    moves = difference + spread * noise[::-1]
    return Pairs(figure, first, [Bounds(one.low + by, one.low + by) for one, by in zip(first, moves, strict=True)])


def verdict(figure: Pairs, rules: Rules = RULES) -> OptionVerdict:
    return judged_option([figure], rules)[0].verdict


def test_which_way_is_worse_depends_on_the_figure() -> None:
    assert verdict(pairs(WAIT, 10.0, 1.0, 0.5)) is OptionVerdict.WORSE
    assert verdict(pairs(WAIT, 10.0, -1.0, 0.5)) is OptionVerdict.BETTER
    assert verdict(pairs(SHARE, 0.8, 0.1, 0.02)) is OptionVerdict.BETTER
    assert verdict(pairs(LOAD, 0.8, 0.1, 0.02)) is OptionVerdict.HIGHER


def test_a_number_of_other_people_is_neither_better_nor_worse() -> None:
    fewer = pairs(GOT_THERE, 900.0, -300.0, 5.0)
    assert verdict(fewer) is OptionVerdict.WORSE
    assert verdict(replace(fewer, is_judged=False)) is OptionVerdict.LOWER


def test_what_is_the_same_in_every_launch_is_said_to_be() -> None:
    assert verdict(pairs(WAIT, 10.0, 0.0)) is OptionVerdict.THE_SAME


def test_without_a_margin_nothing_is_seen_only_where_both_means_are_known_precisely() -> None:
    assert verdict(pairs(WAIT, 10.0, 0.001, 0.05)) is OptionVerdict.NO_DIFFERENCE_SEEN
    assert verdict(pairs(WAIT, 10.0, 0.5, 8.0)) is OptionVerdict.NOT_ENOUGH_LAUNCHES


@pytest.mark.parametrize(
    ("difference", "spread", "wanted"),
    [
        (0.3, 0.4, OptionVerdict.NO_REAL_DIFFERENCE),  # surely more, and surely by less than 1 s
        (2.0, 0.4, OptionVerdict.WORSE),
        (0.9, 0.8, OptionVerdict.NOT_ENOUGH_LAUNCHES),  # worse, but perhaps by less than is allowed
        (-1.0, 3.0, OptionVerdict.NOT_WORSE),
        (-2.0, 0.5, OptionVerdict.BETTER),
    ],
)
def test_with_a_margin_of_a_tenth_of_ten_seconds(difference: float, spread: float, wanted: OptionVerdict) -> None:
    assert verdict(pairs(WAIT, 10.0, difference, spread), ALLOWED) is wanted


def test_shares_have_a_margin_in_points() -> None:
    assert verdict(pairs(SHARE, 0.9, -0.005, 0.01), ALLOWED) is OptionVerdict.NO_REAL_DIFFERENCE
    assert verdict(pairs(SHARE, 0.9, -0.05, 0.01), ALLOWED) is OptionVerdict.WORSE


def test_among_many_figures_a_small_p_is_no_longer_one() -> None:
    alone = pairs(WAIT, 10.0, 0.8, 1.0)
    others = [pairs(WAIT._replace(name=str(number)), 10.0, 0.01, 1.0) for number in range(30)]
    assert verdict(alone) is OptionVerdict.WORSE
    among = judged_option([alone, *others], RULES)[0]
    assert among.verdict is not OptionVerdict.WORSE
    assert among.p is not None and among.corrected_p == pytest.approx(31 * among.p)


def test_an_early_look_asks_for_more_than_the_only_one() -> None:
    early = replace(RULES, look=Look(20, 0.05 / 8))
    figure = pairs(WAIT, 10.0, 0.8, 1.0)
    one, first = judged_option([figure], RULES)[0], judged_option([figure], early)[0]
    assert (one.verdict, first.verdict) == (OptionVerdict.WORSE, OptionVerdict.NOT_ENOUGH_LAUNCHES)
    assert width(first) > width(one)


def width(judged: JudgedFigure) -> float:
    assert judged.interval is not None
    return judged.interval[1] - judged.interval[0]


def never(launches: int, first: int, second: int) -> Pairs:
    """Launches of which so many are never in the base, and so many with the option."""
    sides = [[math.inf] * number + [30.0] * (launches - number) for number in (first, second)]
    return Pairs(WAIT, *([Bounds(each, each) for each in side] for side in sides))  # type: ignore[arg-type]


def test_never_in_more_launches_is_worse_and_how_many_would_show_it_is_said() -> None:
    assert verdict(never(20, 0, 9)) is OptionVerdict.WORSE
    few = judged_option([never(20, 0, 4)], RULES)[0]
    assert few.verdict is OptionVerdict.NOT_ENOUGH_LAUNCHES
    assert few.settled_by is not None
    assert verdict(never(few.settled_by, 0, round(few.settled_by * 0.2))) is OptionVerdict.WORSE


def test_how_many_launches_would_settle_it_does() -> None:
    open_ = judged_option([pairs(WAIT, 10.0, 0.5, 2.0)], ALLOWED)[0]
    assert open_.verdict is OptionVerdict.NOT_ENOUGH_LAUNCHES and open_.settled_by is not None
    generator = np.random.default_rng(17)
    decided = 0
    for _ in range(100):
        base = generator.normal(10.0, 0.1, open_.settled_by)
        option = base + generator.normal(0.5, 2.0, open_.settled_by)
        figure = Pairs(WAIT, *([Bounds(each, each) for each in side] for side in (base, option)))  # type: ignore[arg-type]
        decided += verdict(figure, ALLOWED) is OptionVerdict.NO_REAL_DIFFERENCE
    assert decided >= 80


def test_where_nobody_saw_an_end_nothing_is_known() -> None:
    cut_off = [Bounds(5.0, math.inf)] * 20
    assert verdict(Pairs(WAIT, cut_off, cut_off)) is OptionVerdict.NOT_KNOWN
    assert verdict(Pairs(WAIT, [], [], without=20)) is OptionVerdict.NOT_KNOWN
