"""The Locust users of a scenario: made ready before the start, each session one of them, ended with the run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf
from typing import Any

from gevent.pool import Group

from loadtests.described.reasons import Reasons
from loadtests.locust_users.matching import OperationMatching
from loadtests.locust_users.operations import LocustOperation
from loadtests.locust_users.user_classes import user_class
from loadtests.locust_users.user_session import LocustPopulation, LocustSession
from loadtests.target.wire import Wire
from scenarios.behaviour.journeys import Plan
from scenarios.behaviour.steps import Session
from scenarios.language.scenario import Scenario


class LocustUsers:
    """Args: the scenario, its compiled journeys, the wire, and who hears why answers were not good.

    `plans` are the journeys with who performs them. Raises `JourneyFaultError` when a locustfile cannot be run.
    """

    def __init__(self, scenario: Scenario, plans: Sequence[Plan], wire: Wire, reasons: Reasons) -> None:
        self._wire, self._reasons, self._group = wire, reasons, Group()
        self._people: list[LocustPopulation] = []
        self.plans = tuple(self._performed(scenario, plan) for plan in plans)

    def operations(self, scenario: Scenario, found: Sequence[Any]) -> list[Any]:
        """The scenario's operations in their order, as these users call them where they do."""
        called = {name for people in self._people for name in people.plan.sites}
        return [
            LocustOperation(name, one, self._wire, self._reasons) if name in called else one
            for name, one in zip(scenario.service.operations, found, strict=True)
        ]

    def close(self) -> None:
        """The run ends: nothing more is sent, and all code that is under way ends where it is, by its `on_stop`."""
        for people in self._people:
            people.is_over = True
        self._group.kill(block=False)

    def _performed(self, scenario: Scenario, plan: Plan) -> Plan:
        code = plan.locust
        if code is None:
            return plan
        operations = scenario.service.operations
        people = LocustPopulation(
            plan,
            user_class(code, self._wire.url),
            self._wire,
            OperationMatching({name: operations[name] for name in plan.sites}),
            inf if code.tasks == "forever" else code.tasks,
            self._group,
        )
        self._people.append(people)
        return replace(plan, performer=lambda session: _performed_by(people, session))


def _performed_by(people: LocustPopulation, session: Any) -> Session:
    session.locust = LocustSession(people, session.key)
    steps: Session = session.locust.steps()
    return steps
