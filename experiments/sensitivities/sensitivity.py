"""What the verdict leans on: every assumed number a share less and more, one at a time, on common random numbers.

In four steps, for there are many and launches take time:

1. *Groups.* Assumptions of one sort (the times at one station, the think times of one journey) are varied together, two
   launches a side. A group that moves no objective by more than a twentieth of what the strongest does is left out
   with all of its members: screening by groups, as sequential bifurcation does (Kleijnen, *Design and Analysis of
   Simulation Experiments*, 2nd ed., 2015, ch. 4), which takes for granted that members do not undo each other.
2. *Members* of the others, each alone, two launches a side.
3. *The strongest*, ten of them, with as many launches as settle the verdict (`headrooms.judging`): these are what is
   told.
4. Those that change the verdict are *followed* to the value at which they do; and where none does within the share, the
   strongest three, up to four times as much or a quarter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Final

from experiments.headrooms.courses import OBJECTIVES, Judged, State, Subject
from experiments.headrooms.judging import JudgedLaunches, judged_launches, judged_outcomes
from experiments.launches.launches import Launches
from experiments.launches.outcome import LaunchOutcome
from experiments.launches.point import Point
from experiments.sensitivities.assumptions import Assumption, assumptions_of
from experiments.sensitivities.effects import Moved, moved
from experiments.sensitivities.following import Followed, follow
from scenarios.sources.problems import ScenarioError

SCREENED: Final = 2  # launches of each side, at first
STRONGEST: Final = 10
_WEAK: Final = 0.05  # of the strongest
_FOLLOWED: Final = 3
_LAUNCHES: Final = 10


@dataclass(frozen=True)
class Asked:
    """By which share each is varied, with how many launches (10 without a number), and how near a value at which the
    verdict changes is found."""

    by: float = 0.2
    launches: int | None = None
    precision: float = 0.02


@dataclass(frozen=True)
class Side:
    """One assumption, or several of one group, multiplied by a factor; `why_not` says why the scenario does not take
    it. `moved` is what it makes of the outcomes, `state` the verdict of so many launches."""

    factor: Decimal
    point: Point | None
    why_not: str = ""
    moved: Moved | None = None
    state: State = State.OPEN

    @property
    def effect(self) -> float:
        """How far any objective is moved."""
        return self.moved.effect if self.moved is not None else 0.0


@dataclass(frozen=True)
class Leaning:
    """An assumption with both of its sides, and where it was followed to."""

    assumption: Assumption
    sides: tuple[Side, Side]
    followed: Followed | None = None

    @property
    def effect(self) -> float:
        """The further of both sides."""
        return max(side.effect for side in self.sides)

    @property
    def meeting(self) -> float:
        """By which share of launches more or fewer all objectives are met, on the side where it is more."""
        shares = [side.moved.meeting / side.moved.launches for side in self.sides if side.moved is not None]
        return max(shares) - min(shares) if len(shares) > 1 else 0.0


@dataclass(frozen=True)
class Sensitivity:
    """What was found: the scenario as it stands, in so many `launches`; the strongest assumptions; what was left out in
    which step."""

    asked: Asked
    base: Moved
    state: State
    launches: int
    strongest: Sequence[Leaning]
    weaker: Sequence[Leaning]
    left_out: Sequence[Assumption]

    @property
    def launches_of_the_strongest(self) -> tuple[int, int]:
        """The fewest and the most launches of a side."""
        sides = [side.moved for one in self.strongest for side in one.sides if side.moved is not None]
        counts = [moved.launches for moved in sides] or [self.launches]
        return min(counts), max(counts)

    @property
    def number(self) -> int:
        """How many assumptions there are."""
        return len(self.strongest) + len(self.weaker) + len(self.left_out)


@dataclass(frozen=True)
class _Study:
    launches: Launches
    point: Point
    asked: Asked

    @property
    def number(self) -> int:
        return self.asked.launches or _LAUNCHES

    @cached_property
    def base(self) -> Sequence[LaunchOutcome]:
        """The scenario as it stands."""
        return self.launches.of(self.point, self.number)

    @property
    def factors(self) -> tuple[Decimal, Decimal]:
        share = Decimal(repr(self.asked.by))
        return 1 - share, 1 + share

    def screened(self, given: Sequence[Assumption]) -> list[Leaning]:
        """Both sides of each, with few launches."""

        def ask(points: Sequence[Point]) -> list[JudgedLaunches]:
            asked = zip(points, self.launches.of_each(points, SCREENED), strict=True)
            return [(judged_outcomes(point.scenario, outcomes), outcomes) for point, outcomes in asked]

        return self._leanings(given, ask)

    def settled(self, given: Sequence[Assumption]) -> list[Leaning]:
        """Both sides of each, with as many launches as settle the verdict."""
        return self._leanings(given, lambda points: judged_launches(self.launches, points, self.number, [OBJECTIVES]))

    def _leanings(
        self, given: Sequence[Assumption], ask: Callable[[Sequence[Point]], list[JudgedLaunches]]
    ) -> list[Leaning]:
        sides = [self._side(one, factor) for one in given for factor in self.factors]
        found = iter(ask([side.point for side in sides if side.point is not None]))
        moved_sides = [side if side.point is None else self._moved(side, *next(found)) for side in sides]
        return [Leaning(one, (moved_sides[2 * place], moved_sides[2 * place + 1])) for place, one in enumerate(given)]

    def _side(self, assumption: Assumption, factor: Decimal) -> Side:
        try:
            point = assumption.point(self.point, factor)
            self.launches.refuse(point)
        except ScenarioError as error:
            return Side(factor, None, error.problems[0].message)
        return Side(factor, point)

    def _moved(self, side: Side, judged: Mapping[Subject, Judged], outcomes: Sequence[LaunchOutcome]) -> Side:
        base = self.base[: len(outcomes)]
        return Side(side.factor, side.point, "", moved(self.point.scenario, base, outcomes), judged[OBJECTIVES].state)


def find_sensitivity(launches: Launches, point: Point, asked: Asked) -> Sensitivity:
    """Vary everything that is assumed. Raises as `Launches.of_each` does."""
    study = _Study(launches, point, asked)
    every = assumptions_of(point)
    screened = _screened(study, every)
    strongest = study.settled([one.assumption for one in screened[:STRONGEST]])
    strongest.sort(key=lambda one: (-one.meeting, -one.effect))
    base = study.base
    state = judged_outcomes(point.scenario, base)[OBJECTIVES].state
    looked_at = {one.assumption.key for one in screened}
    return Sensitivity(
        asked,
        moved(point.scenario, base, base),
        state,
        study.number,
        _followed(study, strongest, state),
        screened[STRONGEST:],
        [one for one in every if one.key not in looked_at],
    )


def _screened(study: _Study, every: Sequence[Assumption]) -> list[Leaning]:
    """Those that are not left out with their groups, the strongest first, by few launches."""
    groups: dict[str, list[Assumption]] = {}
    for one in every:
        groups.setdefault(one.group, []).append(one)
    together = study.screened([_as_one(name, members) for name, members in groups.items()])
    strongest = max((one.effect for one in together), default=0.0)
    alone, members = list[Leaning](), list[Assumption]()
    for leaning, those in zip(together, groups.values(), strict=True):
        is_weak = leaning.effect <= _WEAK * strongest and any(side.point is not None for side in leaning.sides)
        if len(those) == 1 and not is_weak:
            alone.append(leaning)
        elif not is_weak:
            members += those
    found = [*alone, *(study.screened(members) if members else [])]
    return sorted(found, key=lambda one: -one.effect)


def _as_one(name: str, members: Sequence[Assumption]) -> Assumption:
    """A group as one assumption; a group of one is that one."""
    if len(members) == 1:
        return members[0]
    leaves = tuple(leaf for one in members for leaf in one.leaves)
    return Assumption(name, members[0].key, leaves, len(leaves), group=name)


def _followed(study: _Study, strongest: Sequence[Leaning], state: State) -> list[Leaning]:
    """Those that change the verdict, with where they do; where none does, the strongest few, further out."""
    changing = [one for one in strongest if any(_changes(side, state) for side in one.sides)]
    wanted = changing or list(strongest[:_FOLLOWED])
    return [_followed_on(study, one, state) if one in wanted else one for one in strongest]


def _followed_on(study: _Study, one: Leaning, state: State) -> Leaning:
    """With where it leads on the side that changes the verdict, or else on that which goes furthest towards it."""
    sides = [side for side in one.sides if side.point is not None and one.assumption.is_changed_by(side.factor)]
    if not sides:
        return one
    side = next((side for side in sides if _changes(side, state)), None) or max(sides, key=_goes)
    reached = follow(study.launches, study.point, one.assumption, side.factor, study.number, study.asked.precision)
    return Leaning(one.assumption, one.sides, reached)


def _changes(side: Side, state: State) -> bool:
    return side.point is not None and side.state is not state and side.state is not State.OPEN


def _goes(side: Side) -> float:
    return side.moved.towards if side.moved is not None else float("-inf")
