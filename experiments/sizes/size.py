"""How much is enough: the search, its check on fresh seeds, the size for more demand, and what the answer leans on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from experiments.launches.launches import Launches
from experiments.launches.outcome import LaunchOutcome
from experiments.launches.point import Point
from experiments.sizes.assumptions import assumptions_touching
from experiments.sizes.candidates import Candidates, LaunchVerdict, Requirement, Tried, requirements, verdict_of
from experiments.sizes.grid import Grid
from experiments.sizes.leaning import Leaning, leanings
from experiments.sizes.question import SizeQuestion, with_more_demand
from experiments.sizes.search import CheapestSearch, Combination
from experiments.sizes.sequential import Decision
from experiments.varying.points import changed_point
from scenarios.language.objectives import Objective
from scenarios.language.scenario import Scenario
from scenarios.sources.problems import ScenarioError

_CHECKS_MOST: Final = 4  # of answers that were not confirmed, one after the other


@dataclass(frozen=True)
class Check:
    """An answer on a fresh seed, and those that have one step less of something."""

    seed: int
    answer: Tried
    below: Sequence[Tried]

    @property
    def is_confirmed(self) -> bool:
        """Whether the answer is shown to hold again."""
        return self.answer.decision is Decision.HOLDS


@dataclass(frozen=True)
class More:
    """What holds with more demand: None where nothing in the range is shown to."""

    answer: Tried | None
    top: Tried


@dataclass(frozen=True)
class SizeFinding:
    """What was found. `tried` are the combinations that were simulated; `objectives` those judged in the end, `unmet`
    those left out because the most of everything misses them, in how many of how many launches; `top` is the most of
    everything. `answer` is None where nothing is shown to hold; `is_decided` is False where something else than
    failing stood in the way. `ruled_out` is how many combinations were not simulated, as smaller than one that fails
    and as dearer than the answer; `launches` how many launches there were in all."""

    question: SizeQuestion
    scenario: Scenario
    grid: Grid
    objectives: Mapping[str, Objective]
    asked: Sequence[Requirement]
    top: Tried
    top_outcomes: Sequence[LaunchOutcome]
    unmet: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    tried: Mapping[Combination, Tried] = field(default_factory=dict)
    answer: Tried | None = None
    answer_outcomes: Sequence[LaunchOutcome] = ()
    below_outcomes: Sequence[LaunchOutcome] = ()
    checks: Sequence[Check] = ()
    more: More | None = None
    leanings: Sequence[Leaning] = ()
    ruled_out: tuple[int, int] = (0, 0)
    launches: int = 0

    @property
    def is_confirmed(self) -> bool:
        """Whether fresh seeds confirm the answer."""
        return bool(self.checks) and self.checks[-1].is_confirmed

    @property
    def undecided(self) -> list[Tried]:
        """The combinations that all the launches allowed did not decide."""
        most = max((each.test.looks[-1] for each in self.asked), default=0)
        return [each for each in self.tried.values() if each.decision is Decision.OPEN and each.number >= most]


def find_size(question: SizeQuestion, launches: Launches, point: Point) -> SizeFinding:
    """Ask it. Raises `SizeError` (or `VaryError`) for what cannot be understood, and what `Launches` do."""
    grid, objectives = question.of(point)
    return _Sizing(question, launches, point, grid, objectives).found()


@dataclass
class _Sizing:
    """One question being answered."""

    question: SizeQuestion
    launches: Launches
    point: Point
    grid: Grid
    objectives: dict[str, Objective]
    used: dict[tuple[Point, int | None], int] = field(default_factory=dict)
    points: dict[tuple[Point, Combination], Point] = field(default_factory=dict)

    def found(self) -> SizeFinding:
        return self._judged(self._candidates(self.point).fully(self.grid.top, rounds=1), {})

    def _judged(self, top: Tried, unmet: dict[str, tuple[int, int]]) -> SizeFinding:
        """With what is known of the most of everything: what that misses is not asked of any other."""
        unmet |= {name: (top.missed[name], top.number) for name in self._unmet(top)}
        self.objectives = {name: each for name, each in self.objectives.items() if name not in unmet}
        common = {"unmet": unmet, "top": top, "top_outcomes": self._outcomes(self.grid.top, top.number)}
        if not self.objectives:
            return self._finding(common)
        candidates = self._candidates(self.point)
        search = CheapestSearch(self.grid.costs, candidates.judge, len(candidates.rounds))
        checks: list[Check] = []
        while (best := search.found()) is not None:
            checks.append(self._check(best, self.launches.seed + 1 + len(checks)))
            if checks[-1].is_confirmed or len(checks) == _CHECKS_MOST:
                break
            search.leave_out(best)
        again = candidates.tried.get(self.grid.top)
        if best is None and not checks and again is not None and again.decision is Decision.FAILS:
            return self._judged(again, unmet)
        if best is not None:
            common |= self._around(best, candidates, search)
        common |= {"tried": candidates.tried, "checks": checks, "ruled_out": self._ruled_out(search, candidates)}
        return self._finding(common)

    def _finding(self, found: Mapping[str, object]) -> SizeFinding:
        return SizeFinding(
            question=self.question,
            scenario=self.point.scenario,
            grid=self.grid,
            objectives=self.objectives,
            asked=self._requirements if self.objectives else (),
            launches=sum(self.used.values()),
            **found,  # type: ignore[arg-type]
        )

    @property
    def _requirements(self) -> tuple[Requirement, ...]:
        asked = self.question
        return requirements(self.objectives, asked.in_launches, asked.confidence, asked.most)

    def _candidates(self, point: Point, seed: int | None = None) -> Candidates:
        """Of the point, judged by the objectives that are judged now."""

        def ask(combination: Combination, number: int) -> list[LaunchVerdict]:
            outcomes = self._launched(self._with(combination, point), number, seed)
            return [verdict_of(each, self.objectives) for each in outcomes]

        return Candidates(ask, self._requirements, self.question.confidence)

    def _outcomes(self, combination: Combination, number: int) -> list[LaunchOutcome]:
        return self._launched(self._with(combination, self.point), number)

    def _with(self, combination: Combination, point: Point) -> Point:
        """The point with a combination; it is read once."""
        if (point, combination) not in self.points:
            self.points[point, combination] = self.grid.point(point, combination)
        return self.points[point, combination]

    def _launched(self, point: Point, number: int, seed: int | None = None) -> list[LaunchOutcome]:
        """The first so many launches of a point, which are counted once."""
        self.used[point, seed] = max(number, self.used.get((point, seed), 0))
        return self.launches.of(point, number, seed)

    def _unmet(self, top: Tried) -> list[str]:
        """The objectives that the most of everything is shown to fail: each asked of by itself."""
        if top.decision is not Decision.FAILS:
            return []
        asked = self.question
        alone = {
            name: requirements({name: each}, asked.in_launches, asked.confidence, asked.most)
            for name, each in self.objectives.items()
        }
        return [name for name, (each,) in alone.items() if each.decided(top.launches) is Decision.FAILS] or list(alone)

    def _check(self, best: Combination, seed: int) -> Check:
        fresh = self._candidates(self.point, seed)
        below = [fresh.while_it_may_hold(each, _first_pass(fresh)) for each in self.grid.one_step_less(best)]
        return Check(seed, fresh.fully(best), below)

    def _ruled_out(self, search: CheapestSearch, candidates: Candidates) -> tuple[int, int]:
        """How many were not simulated, as nowhere larger than one that fails, and as no cheaper than what holds."""
        below = search.failing | search.undecided
        tried = [bool(below[each]) for each in candidates.tried]
        return int(below.sum()) - sum(tried), int((~below).sum()) - tried.count(False)

    def _around(self, best: Combination, candidates: Candidates, search: CheapestSearch) -> dict[str, object]:
        answer = candidates.fully(best)
        below = self.grid.one_step_less(best)
        tried = [candidates.fully(each, _first_pass(candidates)) for each in below]
        return {
            "answer": answer,
            "answer_outcomes": self._outcomes(best, answer.number),
            "below_outcomes": self._outcomes(tried[0].combination, tried[0].number) if tried else (),
            "more": self._more(search) if self.question.margin > 0 else None,
            "leanings": self._leanings(best) if self.question.assumption_launches else (),
        }

    def _more(self, known: CheapestSearch) -> More:
        """The same question with more demand: what fails without fails with it."""
        candidates = self._candidates(with_more_demand(self.point, self.question.margin))
        search = CheapestSearch(self.grid.costs, candidates.judge, len(candidates.rounds))
        search.failing |= known.failing
        top = candidates.fully(self.grid.top, rounds=1)
        best = None if top.decision is Decision.FAILS else search.found()
        return More(None if best is None else candidates.fully(best), top)

    def _leanings(self, best: Combination) -> list[Leaning]:
        stations = [axis.station for axis in self.grid.axes if axis.station is not None]
        answer = self._with(best, self.point)

        def tried(point: Point, number: int) -> Tried:
            verdicts = [verdict_of(each, self.objectives) for each in self._launched(point, number)]
            return Tried(best, verdicts, Decision.OPEN, self.question.confidence)

        def changed(settings: list[str], number: int) -> Tried | None:
            try:
                point = changed_point(answer, settings)
                self.launches.refuse(point)
            except ScenarioError:
                return None
            return tried(point, number)

        return leanings(
            assumptions_touching(answer, stations),
            lambda number: tried(answer, number),
            changed,
            self.question.assumption_launches,
        )


def _first_pass(candidates: Candidates) -> int:
    """How many rounds it takes until something can hold at all."""
    first = max(
        next(look for look, most in zip(each.test.looks, each.test.most_bad, strict=True) if most >= 0)
        for each in candidates.asked
    )
    return candidates.rounds.index(first) + 1
