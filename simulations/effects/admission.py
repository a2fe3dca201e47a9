"""Primitives of faults and defences that stop requests as they come: on the network, at the edge, or at the door."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from math import ceil, inf

from scenarios.effects.effect import EVERY, LimitedBy, Only, WireFault, Zone
from scenarios.language.outcomes import BUSY, IN_LINE, PRIORITIES, RATE_LIMITED
from simulations.effects.aim import is_drawn
from simulations.effects.hooks import HookedEffect
from simulations.service.request import Request
from simulations.service.service_hooks import HELD


class OnAdmission(HookedEffect):
    """Who is let in."""

    def refuse(self, zone: Zone, outcome: int, fault: WireFault, only: Only = EVERY) -> None:
        """Requests that it touches and that are meant are turned away as they come."""

        def turn_away(request: Request) -> int | None:
            if not (self.is_meant(request, only) and self.touches(request)):
                return None
            self.hit()
            request.response_fault = fault
            return outcome

        self.admission(zone, turn_away, self.aim.operations)

    def swallow(self, zone: Zone, outcome: int, fault: WireFault, only: Only = EVERY) -> None:
        """They are kept without an answer, and end with this outcome at the effect's end."""

        def keep(request: Request) -> int | None:
            if not (self.is_meant(request, only) and self.touches(request)):
                return None
            self.hit()
            request.response_fault = fault
            swallowed.append(request)
            return HELD

        self.admission(zone, keep, self.aim.operations)
        swallowed = self.kept(outcome)

    def limit_rate(self, per: LimitedBy, rate: float, burst: int, operations: Collection[str]) -> None:
        """A token bucket each, `burst` deep and filled at `rate` a second: a request (to these operations; none: to
        all) that finds no token is answered 429, and told when there will be one."""
        buckets: dict[Hashable, tuple[float, float]] = {}  # tokens, and when there were so many

        def admit(request: Request) -> int | None:
            now, who = self.now_s, _limited(request, per)
            tokens, then = buckets.get(who, (float(burst), now))
            tokens = min(burst, tokens + (now - then) * rate)
            admitted = tokens >= 1.0 - 1e-9  # who comes back when they were told to finds theirs
            buckets[who] = (max(0.0, tokens - admitted), now)
            if admitted:
                return None
            self.hit()
            request.response_fault, request.after_s = ("status", 429), (1.0 - tokens) / rate
            return RATE_LIMITED

        self.admission("defence", admit, operations)

    def limit_inside(self, operations: Collection[str], at_most: int) -> None:
        """Of requests to these operations together no more are inside; others are turned away."""
        inside: set[Request] = set()

        def admit(request: Request) -> int | None:
            if len(inside) < at_most:
                inside.add(request)
                return None
            self.hit()
            return BUSY

        self.admission("defence", admit, operations)
        self.ended(inside.discard)

    def admit_in_turn(self, admits: float, operations: Collection[str]) -> None:
        """Turns to come in come at the rate `admits` a second. A request to these operations that comes before its
        client's turn is told its place and when to come back, and its client keeps the turn as a ticket."""
        last_turn_s = -inf

        def admit(request: Request) -> int | None:
            nonlocal last_turn_s
            now, turn_s = self.now_s, request.ticket
            if turn_s is None:
                turn_s = last_turn_s = max(now, last_turn_s + 1.0 / admits)
            if turn_s <= now + 1e-9:
                request.give_ticket(None)
                return None
            self.hit()
            request.give_ticket(turn_s)
            request.after_s = turn_s - now
            place = ceil(request.after_s * admits - 1e-9)
            request.response_fault = ("in-line", place, request.after_s, turn_s)
            return IN_LINE

        self.admission("defence", admit, operations)

    def shed(self, queue_above: int, spares: Collection[str], share: float, operations: Collection[str]) -> None:
        """While more than so many wait at its station, this share of requests (to these operations; none: to all) is
        turned away, but for work of the priorities that it spares."""
        station, spared = self.station, frozenset(PRIORITIES.index(priority) for priority in spares)

        def admit(request: Request) -> int | None:
            if len(station.waiting) <= queue_above or request.caller.priority in spared:
                return None
            if share < 1.0 and not is_drawn(request, self.key, share):
                return None
            self.hit()
            return BUSY

        self.admission("defence", admit, operations)


def _limited(request: Request, per: LimitedBy) -> Hashable:
    """Whose rate a request counts against."""
    if per == "practice":
        return request.caller.practice
    return request.caller.population if per == "application" else None
