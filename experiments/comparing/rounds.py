"""Options launched in rounds, until what is to be known of each objective is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np

from experiments.comparing.by_launch import ByLaunch
from experiments.comparing.figures import LaunchFigures
from experiments.comparing.paired import Pairs
from experiments.comparing.seen import OptionFigure
from experiments.comparing.verdicts import JudgedFigure, Rules, is_precise, judged_option
from experiments.replications.looks import Look

# the figures of the first so many launches of each option, the base first
Ask = Callable[[int], Sequence[Sequence[LaunchFigures]]]


class Likeness(NamedTuple):
    """Whether as many people come to an option as to the base, of others a number is neither better nor worse; and
    whether both have the very same launches."""

    in_people: bool = True
    in_all: bool = False


ALIKE_IN_PEOPLE: Final = Likeness()


@dataclass(frozen=True)
class ComparedOptions:
    """What was seen: `launches` has the figures of each launch of each option, the base first; `options` what each of
    the others comes to beside the base, figure by figure; `rules` what they were judged by in the end, `looks` every
    look that was planned, and `is_settled` whether there was no need to go on. `by_launch` lays all options side by
    side, the base first, where they were launched for this."""

    launches: Sequence[Sequence[LaunchFigures]]
    options: Sequence[Sequence[JudgedFigure]]
    rules: Rules
    looks: Sequence[Look]
    is_settled: bool
    by_launch: Sequence[ByLaunch] = ()


def compared_options(
    ask: Ask,
    looks: Sequence[Look],
    rules: Rules,
    chosen: Callable[[OptionFigure], bool] = lambda _: True,
    alike: Sequence[Likeness] = (),
) -> ComparedOptions:
    """Ask for launches, look at them, and go on until every objective is decided or its means are precise, or until the
    last look. `chosen` says which figures are compared, `alike` how like the base each option is.

    Of options without an objective in common every figure counts as one.
    """
    for look in looks:
        launches = ask(look.launches)
        now = replace(rules, look=look)
        options = []
        for place, option in enumerate(launches[1:]):
            figures = paired_figures(launches[0], option, alike[place] if alike else ALIKE_IN_PEOPLE)
            options.append(judged_option([pairs for pairs in figures if chosen(pairs.figure)], now))
        is_settled = all(_is_settled(figures, now) for figures in options)
        if is_settled or look is looks[-1]:
            break
    return ComparedOptions(launches, options, now, looks, is_settled)


def paired_figures(
    base: Sequence[LaunchFigures], option: Sequence[LaunchFigures], alike: Likeness = ALIKE_IN_PEOPLE
) -> list[Pairs]:
    """Every figure that some launch of both has, paired launch by launch; but what is nothing in all of them."""
    of_option = {figure for launch in option for figure in launch}
    every = dict.fromkeys(figure for launch in base for figure in launch if figure in of_option)
    found = (_paired(figure, base, option, alike) for figure in every)
    return [pairs for pairs in found if pairs.figure.kind == "objective" or not _is_nothing(pairs)]


def _paired(
    figure: OptionFigure, base: Sequence[LaunchFigures], option: Sequence[LaunchFigures], alike: Likeness
) -> Pairs:
    both = [
        (one[figure], two[figure]) for one, two in zip(base, option, strict=True) if figure in one and figure in two
    ]
    first, second = ([pair[side] for pair in both] for side in (0, 1))
    is_judged = alike.in_people or not figure.is_number
    return Pairs(figure, first, second, len(base) - len(both), is_judged, alike.in_all)


def _is_nothing(pairs: Pairs) -> bool:
    return all(each.low == each.high == 0 for side in (pairs.first, pairs.second) for each in side)


def leading(figures: Sequence[JudgedFigure]) -> list[JudgedFigure]:
    """The objectives; every figure where there is none."""
    objectives = [each for each in figures if each.pairs.figure.kind == "objective"]
    return objectives or list(figures)


def _is_settled(figures: Sequence[JudgedFigure], rules: Rules) -> bool:
    found = leading(figures)
    return all(each.is_decided for each in found) or all(is_precise(each.pairs, rules) for each in found)


def mean_of_launches(launches: Sequence[LaunchFigures], figure: OptionFigure) -> float:
    """The mean of a figure over the launches that have it, as far as it was seen; NaN where none has."""
    values = [launch[figure].low for launch in launches if figure in launch]
    return float(np.mean(values)) if values else float("nan")
