"""What is compared: the base and its options, each a scenario with the seed from which its draws come."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from experiments.comparing.by_launch import by_launch
from experiments.comparing.differing import differing_keys
from experiments.comparing.figures import LaunchFigures, launch_figures, names_before_launch
from experiments.comparing.rounds import ComparedOptions, Likeness, compared_options
from experiments.comparing.verdicts import Rules
from experiments.launches.launches import Launches
from experiments.launches.outcome import LaunchOutcome
from experiments.launches.point import Point
from experiments.replications.looks import Look
from scenarios.limits.launch_size import size_of
from scenarios.text.nearest import unknown_name


class OptionError(ValueError):
    """What is wrong with the options to compare, in words."""


@dataclass(frozen=True)
class Option:
    """One way to launch: how people are told of it, its scenario, and the seed of its launches."""

    name: str
    point: Point
    seed: int


@dataclass(frozen=True)
class Asked:
    """What is asked of options: the looks that are planned, by what is judged, the names of those figures alone that
    are compared (none is all), and whether every number of a launch is."""

    looks: Sequence[Look]
    rules: Rules
    only: Sequence[str] = ()
    are_all_wanted: bool = False


def launched_options(launches: Launches, options: Sequence[Option], asked: Asked) -> ComparedOptions:
    """Launch the options, the base first, until they are compared. Raises `OptionError` for a name of `only` that no
    figure has, or where nothing is in common."""
    if not asked.are_all_wanted and (known := names_before_launch(options[0].point.scenario)):
        _check_only(asked.only, known)
    asking = _Asking(launches, options, asked)
    found = compared_options(
        asking.figures,
        asked.looks,
        asked.rules,
        lambda figure: not asked.only or figure.name in asked.only,
        [_likeness(options[0], option) for option in options[1:]],
    )
    each = zip(options, asking.outcomes, strict=True)
    return replace(found, by_launch=[by_launch(option.point.scenario, of_option) for option, of_option in each])


def _likeness(base: Option, option: Option) -> Likeness:
    has_same = base.seed == option.seed and base.point.content == option.point.content
    return Likeness(has_as_many_people(base, option), has_same)


def has_as_many_people(base: Option, option: Option) -> bool:
    """Whether as many people are expected to come to both: numbers of them say something then."""
    first, second = (size_of(each.point.scenario).sessions for each in (base, option))
    return first.keys() == second.keys() and all(math.isclose(first[name], second[name]) for name in first)


def differing_from_base(base: Option, option: Option) -> list[str]:
    """The keys in which an option differs from the base, and on which a launch depends."""
    return differing_keys(base.point.scenario, option.point.scenario, launches_only=True)


@dataclass
class _Asking:
    """Asks for launches of each option, from its seed; `outcomes` are those that were asked for last, the base's first.
    Their figures are made once."""

    launches: Launches
    options: Sequence[Option]
    asked: Asked
    outcomes: list[list[LaunchOutcome]] = field(default_factory=list)
    _made: dict[tuple[int, int], LaunchFigures] = field(default_factory=dict)

    def figures(self, number: int) -> list[list[LaunchFigures]]:
        """Of so many launches. Raises `OptionError`."""
        self.outcomes = _outcomes(self.launches, self.options, number)
        found = [[self._of(place, each) for each in of_option] for place, of_option in enumerate(self.outcomes)]
        _check(found, self.options, self.asked.only)
        return found

    def _of(self, place: int, outcome: LaunchOutcome) -> LaunchFigures:
        key = place, outcome.replication
        if key not in self._made:
            scenario = self.options[place].point.scenario
            self._made[key] = launch_figures(outcome, scenario, are_all_wanted=self.asked.are_all_wanted)
        return self._made[key]


def _outcomes(launches: Launches, options: Sequence[Option], number: int) -> list[list[LaunchOutcome]]:
    """Options of one seed are asked for together, so that all processes have something to do."""
    found: dict[int, list[LaunchOutcome]] = {}
    for seed in dict.fromkeys(option.seed for option in options):
        places = [place for place, option in enumerate(options) if option.seed == seed]
        of_each = launches.of_each([options[place].point for place in places], number, seed)
        found |= dict(zip(places, of_each, strict=True))
    return [found[place] for place in range(len(options))]


def _check(launches: Sequence[Sequence[LaunchFigures]], options: Sequence[Option], only: Sequence[str]) -> None:
    """Raises `OptionError`."""
    of_base = _named(launches[0])
    _check_only(only, of_base)
    for option, of_option in zip(options[1:], launches[1:], strict=True):
        if not of_base & _named(of_option):
            raise OptionError(f"{option.name} has no figure in common with {options[0].name}: nothing can be compared")


def _check_only(only: Sequence[str], known: Collection[str]) -> None:
    """Raises `OptionError`."""
    for name in only:
        if name not in known:
            raise OptionError(f"--only: {unknown_name(name, known)}")


def _named(launches: Sequence[LaunchFigures]) -> set[str]:
    return {figure.name for launch in launches for figure in launch}
