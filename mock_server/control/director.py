"""What somebody can do to a running rehearsal by hand, and what they see of it.

The `Director` stands between the control API and the model's timeline: it starts and ends faults, takes the service
offline, posts on the status page, lets the scenario's own timeline begin, and keeps the log of all that with the wall
clock's time. A fault that is set by hand always has an end. What a crash must not take (the log, what was set by hand
and is not over, where the timeline stands) it hands over before, and takes up in the next life.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Final, NamedTuple, Protocol

import msgspec

from mock_server.control.fault_kinds import names_of
from mock_server.control.live_figures import Live, LiveSample
from mock_server.control.rehearsal_log import LogLine, RehearsalLog, last_crash
from mock_server.control.scenario_time import ScenarioTime
from mock_server.control.status_page import StatusPage
from scenarios.language.faults import Fault
from scenarios.language.reading import read_fault
from scenarios.language.scenario import Scenario
from simulations.effects.timeline import BY_HAND, Timeline

LASTS_S_MAX: Final = 24 * 3600.0
SHOWN_LINES: Final = 200
_OFFLINE: Final = "offline"


class Model(Protocol):
    """The modelled service, as far as the director moves it."""

    timeline: Timeline

    def act(self, action: Callable[[], None]) -> None:
        """Do something at the present moment of the service's clock."""

    def state(self) -> dict[str, Any]:
        """Each station's servers, how many are busy and how many requests wait, with all that is due done."""


class ByHand(msgspec.Struct):
    """A fault that somebody set; `fault` is as it was posted."""

    name: str
    fault: dict[str, Any]
    ends_epoch_s: float


class FaultOrder(NamedTuple):
    """A fault that somebody wants, and that can be started."""

    held: ByHand
    fault: Fault
    lasts_s: float


class Kept(msgspec.Struct):
    """What outlives a crash."""

    zero_epoch_s: float | None
    log: list[LogLine]
    by_hand: list[ByHand]
    message: str
    posted_epoch_s: float | None
    live: list[LiveSample]
    slots: dict[str, Any] | None = None  # the state of the book of appointment slots


class Director:
    """Directs one rehearsal. `log_ons` tells how many are logged on."""

    def __init__(
        self,
        scenario: Scenario,
        model: Model,
        live: Live,
        status: StatusPage,
        log_ons: Callable[[], int],
        moment: ScenarioTime,
    ) -> None:
        self._scenario, self._model, self._live, self._status = scenario, model, live, status
        self._log_ons, self._time = log_ons, moment
        self._timeline = model.timeline
        self._by_hand: dict[str, ByHand] = {}
        self._log = RehearsalLog(model.timeline, moment)

    # what can be done

    def begin(self, at_epoch_s: float, scenario_s: float, slots: Mapping[str, Any] | None = None) -> None:
        """The scenario's own faults take their course: its time is `scenario_s` at the wall clock's `at_epoch_s`.
        Without a state of the appointment `slots` nobody has taken any before. Raises `ValueError` for a state that is
        none of this scenario's slots."""
        if slots is not None:
            self._check(slots)
        self._catch_up()
        self._log.gather()
        self._time.zero_epoch_s = at_epoch_s - scenario_s
        self._take_course(lambda now_s: self._timeline.begin(now_s, slots))

    def order(self, name: str | None, posted: dict[str, Any], lasts_s: float) -> FaultOrder:
        """What is wanted, if it can be had. Raises `ScenarioError`, or `ValueError` when one of that name is on."""
        fault = read_fault(posted, self._scenario, name)
        self._catch_up()
        if name in self._timeline.running:
            raise ValueError(f"{name!r} is on already")
        held = ByHand(name or self._free_name(fault.kind), posted, self._time.epoch_s() + lasts_s)
        return FaultOrder(held, fault, lasts_s)

    def start(self, order: FaultOrder) -> None:
        """Start a fault now; it ends by itself."""
        name = order.held.name
        self._by_hand[name] = order.held
        self._act(lambda: self._timeline.start(name, order.fault, order.lasts_s, BY_HAND))

    def stop(self, name: str) -> None:
        """End a fault now, whoever started it. Raises `KeyError` when none of that name is on."""
        self._catch_up()
        if name not in self._timeline.running:
            raise KeyError(name)
        self._act(lambda: self._timeline.stop(name, BY_HAND))
        self._by_hand.pop(name, None)

    def offline(self, lasts_s: float, status_page: str) -> ByHand:
        """Take the service offline. Raises `ValueError` when it is."""
        self._catch_up()
        if self.is_offline:
            raise ValueError("the service is offline already")
        order = self.order(None, {_OFFLINE: {"status_page": status_page}}, lasts_s)
        self.start(order)
        return order.held

    def online(self) -> None:
        """Bring it back, whatever took it offline."""
        self._catch_up()
        for name in self._of_kind(_OFFLINE):
            self.stop(name)

    def post(self, message: str) -> None:
        """Say something on the status page."""
        now_s = self._time.epoch_s()
        self._status.post(message, now_s)
        self._log.add(now_s, "status page", "status", "posted", BY_HAND, message=message)

    # what is seen

    @property
    def is_offline(self) -> bool:
        """Whether a fault has taken the service offline."""
        return bool(self._of_kind(_OFFLINE))

    def state(self) -> dict[str, Any]:
        """Everything that a page needs when it opens."""
        stations, log = self._catch_up(), self.log()[-SHOWN_LINES:]
        return {
            **self._time.present(),
            "scenario": self._scenario.title,
            "stations": stations,
            "log_ons": self._log_ons(),
            "timeline": {"past": log, "active": self._active(), "coming": self._coming()},
            "log": log,
            "status_message": self._status.message,
            "offline": self.is_offline,
            "names": names_of(self._scenario),
        }

    def acting(self) -> list[dict[str, Any]]:
        """The faults that are on and the defences, and how often each has touched something since it came."""
        running = {name: (one.kind, one.effect.hits) for name, one in self._timeline.running.items()}
        standing = {name: (self._scenario.defences[name].kind, hits) for name, hits in self._timeline.defence_hits()}
        return [{"name": name, "kind": kind, "hits": hits} for name, (kind, hits) in (running | standing).items()]

    def log(self) -> list[LogLine]:
        """What was done and what began and ended, with its time."""
        return self._log.lines()

    def follow(self) -> AsyncIterator[list[LiveSample]]:
        """The last hour, and then each second as it passes."""
        return self._live.follow()

    def tick(self) -> None:
        """A second has passed."""
        seen = {"stations": self._catch_up(), "log_ons": self._log_ons(), "active": self._active()}
        self._live.tick(self._time.present() | seen | {"offline": self.is_offline, "log_tail": self._log.fresh()})

    # from one life to the next

    def kept(self) -> Kept:
        """What is to be known after a crash, which ends all that is on."""
        now_s, running = self._time.epoch_s(), self._timeline.running
        for name, one in running.items():
            if one.kind != "crash":
                self._log.add(now_s, name, one.kind, "ended", one.by, one.effect.hits)
        by_hand = [held for name, held in self._by_hand.items() if name in running and running[name].by == BY_HAND]
        page = self._status
        log, live = self._log.lines(), self._live.past()
        slots = self._timeline.slots.state() if self._timeline.slots else None  # bookings outlive a crash
        return Kept(self._time.zero_epoch_s, log, by_hand, page.message, page.posted_epoch_s, live, slots)

    def resume(self, kept: Kept) -> None:
        """Go on from there, a crash later."""
        now_s = self._time.epoch_s()
        self._time.zero_epoch_s = kept.zero_epoch_s
        self._log.restore(kept.log)
        if crash := last_crash(kept.log):
            self._log.add(now_s, crash["name"], crash["kind"], "ended", crash["by"], 1)
        self._live.restore(kept.live)
        self._status.message, self._status.posted_epoch_s = kept.message, kept.posted_epoch_s
        if self._time.zero_epoch_s is not None:
            self._take_course(lambda now_s: self._timeline.resume(now_s, kept.slots))
        for held in kept.by_hand:
            fault = read_fault(held.fault, self._scenario, held.name)
            is_over = fault.settings.ends_process or fault.settings.at_once
            if held.ends_epoch_s > now_s and not is_over:
                self.start(FaultOrder(held, fault, held.ends_epoch_s - now_s))

    # how

    def _check(self, slots: Mapping[str, Any]) -> None:
        if self._timeline.slots is None:
            raise ValueError("the scenario has no `supply`")
        self._timeline.slots.opened(slots)

    def _take_course(self, begin: Callable[[float], None]) -> None:
        now_s = self._time.now_s() or 0.0
        self._act(lambda: begin(now_s))

    def _act(self, action: Callable[[], object]) -> None:
        def act() -> None:
            action()

        self._model.act(act)
        self._status.is_offline = self.is_offline

    def _catch_up(self) -> dict[str, Any]:
        """Have the model do what is due; its stations."""
        stations = self._model.state()
        self._status.is_offline = self.is_offline
        return stations

    def _of_kind(self, kind: str) -> list[str]:
        return [name for name, running in self._timeline.running.items() if running.kind == kind]

    def _free_name(self, kind: str) -> str:
        taken = {*self._timeline.running, *self._scenario.faults}
        plain = kind.replace("_", " ")
        names = (plain if number == 1 else f"{plain} {number}" for number in range(1, len(taken) + 2))
        return next(name for name in names if name not in taken)

    def _active(self) -> list[dict[str, Any]]:
        now_s, epoch_s = self._timeline.service.env.now, self._time.epoch_s()
        return [
            {
                "name": name,
                "kind": running.kind,
                "what": _what(running.effect.settings),
                "by": running.by,
                "at": self._time.shown(epoch_s - (now_s - running.since_s)),
                "ends_in_s": None if running.until_s == float("inf") else round(running.until_s - now_s, 3),
            }
            for name, running in self._timeline.running.items()
        ]

    def _coming(self) -> list[dict[str, Any]]:
        now_s = self._time.now_s()
        return [
            {
                "name": one.name,
                "kind": one.fault.kind,
                "what": _what(one.fault.settings),
                "at": self._time.written(one.start_s),
                "starts_in_s": None if now_s is None else round(one.start_s - now_s, 3),
                "lasts_s": round(one.end_s - one.start_s, 3),
            }
            for one in self._timeline.coming()
        ]


def _what(settings: Any) -> str:
    """A fault's own values in a few words."""
    values = settings.model_dump(exclude_defaults=True)
    return ", ".join(f"{key.replace('_', ' ')} {_text(value)}" for key, value in values.items())


def _text(value: Any) -> str:
    if isinstance(value, list):
        return " and ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
