"""The journeys of a scenario as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any

from scenarios.behaviour.distributions import Distribution, distribution_of
from scenarios.behaviour.journeys import CALL, CHOOSE, LOOP, SHARE, THINK, Loop, Plan
from scenarios.behaviour.network import Ways, ways_of
from scenarios.behaviour.persistence import back_off_s, longest_s
from scenarios.behaviour.steps import GONE, WORDS, Site
from scenarios.language.outcomes import ROLES
from scenarios.language.scenario import Scenario
from simulations.compiled.machine.layouts import (
    CHOICE,
    DEADLINES,
    DRAW,
    NONE,
    PLAN,
    SITE,
    STEP,
)
from simulations.compiled.machine.layouts import LOOP as LOOP_LAYOUT
from simulations.compiled.tables import _MANY, Distributions, Rows
from simulations.compiled.users.persistence import RETRIES_COUNTED

_JITTER = ("none", "full", "equal", "exponential", "decorrelated")


class JourneyTables:
    """The compiled journeys of all populations."""

    def __init__(self, scenario: Scenario, plans: Sequence[Plan], distributions: Distributions) -> None:
        self._distributions = distributions
        self._achievements = {name: place for place, name in enumerate(scenario.achievements())}
        self.steps, self.draws, self.choices, self.loops = Rows(STEP), Rows(DRAW), Rows(CHOICE), Rows(LOOP_LAYOUT)
        self.sites, self.plans, self.deadlines = Rows(SITE), Rows(PLAN), Rows(DEADLINES)
        self.limits, self.targets, self.back_offs = list[float](), list[int](), list[list[float]]()
        self._lines: dict[float, int] = {}
        self._populations, self._practices = scenario.populations, scenario.followed_practices
        marks = (*WORDS.first_marks, *self._achievements, *WORDS.last_marks)
        self.marks = {name: place for place, name in enumerate(marks)}
        for plan in plans:
            self._add(plan)

    @property
    def most_steps(self) -> int:
        """The steps of the longest journey that has a loop."""
        return max((row[1] for row in self._named() if row[0]), default=0)

    @property
    def is_networked(self) -> bool:
        """Whether any population is away from the service."""
        way = (self.plans.layout.names or ()).index("way_there")
        return any(row[way] != NONE for row in self.plans.rows)

    def _named(self) -> list[tuple[bool, int]]:
        loops, steps = (self.plans.layout.names or ()).index("loops"), (self.plans.layout.names or ()).index("steps")
        return [(bool(row[loops]), row[steps]) for row in self.plans.rows]

    def _add(self, plan: Plan) -> None:
        first = len(self.steps.rows)
        for code, what in plan.steps:
            self.steps.add(code=code, what=self._what(code, what))
        behaviour, log_on = plan.behaviour, len(self.sites.rows)
        for site in plan.log_on:
            self._site(site, alone=False, logs_on=True)
        policy, patience, ways = behaviour.back_off, plan.patience, ways_of(self._populations[plan.population])
        back = behaviour.comes_back
        if policy is not None:
            self.back_offs.append([back_off_s(policy, retry) for retry in range(1, RETRIES_COUNTED + 1)])
        self.plans.add(
            first=first,
            steps=len(plan.steps),
            log_on=log_on,
            log_ons=len(plan.log_on),
            intends=plan.carries is not None,
            delivered_by=self._achievements.get(plan.delivered_by or "", NONE),
            delivered_mark=self.marks.get(plan.delivered_by or "", NONE),
            first_gone=min(self.marks[mark.name] for mark in GONE.values()),
            past_gone=max(self.marks[mark.name] for mark in GONE.values()) + 1,
            gone=self.marks[GONE[behaviour.gives_up_to].name],
            patience_key=0 if patience is None else patience.key,
            patience=NONE if patience is None else self._distributions.place(patience.distribution),
            retries=_MANY if behaviour.retries == "unlimited" else behaviour.retries,
            jitter=0 if policy is None else _JITTER.index(policy.jitter),
            back_offs=NONE if policy is None else len(self.back_offs) - 1,
            shortest_s=0.0 if policy is None else policy.first,
            longest_s=inf if policy is None else longest_s(policy),
            honours=behaviour.honours_retry_after,
            loops=any(code == LOOP for code, _ in plan.steps),
            guarded=behaviour.is_guarded,
            way_there=self._way(ways, 0),
            way_back=self._way(ways, 1),
            role=ROLES.index(plan.role),
            at_practice=self._practices > 0 and plan.role != "provider",
            back_share=0.0 if back is None else back.share,
            back_times=0 if back is None else back.times,
            back_after=NONE if back is None else self._distributions.place(distribution_of(back.after)),
        )

    def _way(self, ways: Ways | None, which: int) -> int:
        return NONE if ways is None else self._distributions.place(ways[which])

    def _what(self, code: int, what: Any) -> int:
        if code == CALL:
            return self._site(what.site, alone=what.alone, logs_on=False)
        if code == THINK:
            return self._draw(what.key, what.distribution)
        if code == CHOOSE:
            first = len(self.limits)
            self.limits += what.until
            self.targets += what.targets
            return self.choices.add(draw=self._draw(what.key, SHARE), first=first, number=len(what.until))
        if code == LOOP:
            loop: Loop = what
            return self.loops.add(target=loop.target, times=NONE if loop.times is None else loop.times)
        return int(what)

    def _draw(self, key: int, distribution: Distribution) -> int:
        return self.draws.add(key=key, distribution=self._distributions.place(distribution))

    def _site(self, site: Site, *, alone: bool, logs_on: bool) -> int:
        drawn, achieved = site.drawn_timeout, site.achieved
        return self.sites.add(
            key=site.key,
            operation=site.number,
            timeout_s=inf if site.timeout_s is None else site.timeout_s,
            deadlines=NONE if site.timeout_s is None else self._line(site.timeout_s),
            timeout_key=0 if drawn is None else drawn.key,
            timeout_draw=NONE if drawn is None else self._distributions.place(drawn.distribution),
            mark=NONE if achieved is None else self.marks[achieved.name],
            achievement=NONE if achieved is None else self._achievements[achieved.name],
            skips=NONE if site.skips is None else site.skips,
            within_s=inf if site.within_s is None else site.within_s,
            alone=alone,
            logs_on=logs_on,
            hedges=site.hedges,
            hedge_after_s=site.hedge_after_s or 0.0,
        )

    def _line(self, timeout_s: float) -> int:
        """The line of those who wait just so long."""
        if timeout_s not in self._lines:
            self._lines[timeout_s] = self.deadlines.add(timeout_s=timeout_s, armed_s=inf, first=NONE, last=NONE)
        return self._lines[timeout_s]
