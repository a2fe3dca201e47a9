"""The chart of differences: told apart without colour, never beyond its plot, and spoken to who cannot see it."""

from __future__ import annotations

import math
import re
from dataclasses import replace

from experiments.comparing.chart import difference_chart
from experiments.comparing.paired import Pairs
from experiments.comparing.seen import OptionFigure
from experiments.comparing.verdicts import JudgedFigure, Rules, judged_option
from experiments.replications.looks import Look
from readiness.comparison.compare import Margins
from readiness.judging.bounds import Bounds

WAIT = OptionFigure("objective", "nobody waits long", "wait mean", "s", "higher")
RULES = Rules(Margins(), 0.05, Look(6, 0.05))


def judged(*differences: float) -> JudgedFigure:
    first = [Bounds(10.0, 10.0)] * len(differences)
    pairs = Pairs(WAIT, first, [Bounds(10.0 + by, 10.0 + by) for by in differences])
    return judged_option([pairs], RULES)[0]


WORSE, BETTER = judged(1.0, 1.1, 1.2, 0.9, 1.0, 1.1), judged(-1.0, -1.1, -1.2, -0.9, -1.0, -1.1)
OPEN, NEVER = judged(0.5, -4.0, 3.0, 2.0, -2.0, 1.0), judged(1.0, math.inf, 2.0, math.inf, 1.0, 1.0)


def test_each_verdict_has_a_mark_of_its_own() -> None:
    drawn = difference_chart("c", "Waits", [("slow", WORSE), ("quick", BETTER), ("odd", OPEN)])
    assert re.findall(r'class="difference (\w+)"', drawn) == ["worse", "better", "neither"]
    assert drawn.count("<path") == 1 and drawn.count("<circle") == 2


def test_what_is_counted_is_said_beside_means_and_not_drawn_among_them() -> None:
    drawn = difference_chart("c", "Waits", [("slow", WORSE), ("never", NEVER)])
    assert drawn.count('class="difference ') == 1
    assert ">never<" in drawn and "never: +6 of 6 launches" in drawn
    alone = difference_chart("c", "Waits", [("never", NEVER)])
    assert alone.count('class="difference ') == 1 and "+100 %" in alone


def test_nothing_lies_beyond_the_plot_and_nothing_that_is_told_is_markup() -> None:
    drawn = difference_chart("c", "Waits", [("<b>&", WORSE), ("odd", replace(OPEN, interval=(-9.0, math.inf)))])
    places = [float(each) for each in re.findall(r' (?:x|x1|x2|cx)="([-\d.]+)%"', drawn)]
    assert places and min(places) >= 0 and max(places) <= 100
    assert "<b>" not in drawn
